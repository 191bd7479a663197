"""The variants of the search: how other conformant servers answer, and the sentence that lets them."""

from . import variants_disputed, variants_encoding, variants_http, variants_matching, variants_results

__all__ = ["variants_disputed", "variants_encoding", "variants_http", "variants_matching", "variants_results"]
