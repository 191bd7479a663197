"""What defects of the REQUEST hook share."""

from __future__ import annotations

from starlette.requests import Request

__all__ = ["with_query"]


def with_query(request: Request, raw: str) -> Request:
    """The same request with another raw query string."""
    return Request({**request.scope, "query_string": raw.encode("latin-1")}, request.receive)
