"""From a `send` of the test language to the request that goes out, and to what it meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from dwconform.check.part_stream import PartStream
from dwconform.check.registry import Sent
from dwconform.fixtures import SearchResource
from dwconform.probe import Outgoing
from dwconform.suite import Send
from dwconform.suite.template import expand

__all__ = ["compose", "encode_query", "with_offset"]

_SAFE = "*"
"""Besides the unreserved characters: 8.3.1 prints the asterisk as it is in all of its examples."""
QueryPairs = tuple[tuple[str, "str | tuple[str, ...] | None"], ...]


def compose(send: Send, lookup: Callable[[str], Any], base: str, label: str) -> tuple[Outgoing, Sent]:
    """Fill in the templates and return the request and its meaning.

    Args:
        send: the request as the suite has it.
        lookup: values of templates.
        base: the base URL of the service, to tell search resources by.
        label: the step's name.

    Raises:
        LookupError: a template names what this run does not have.
    """
    url = urljoin(f"{base}/", str(expand(send.url, lookup)))  # a Retrieve URL may begin with a slash (PS3.5 6.2, UR)
    query: QueryPairs = tuple((str(expand(key, lookup)), _meant(expand(value, lookup))) for key, value in send.query)
    raw_query = str(expand(send.raw_query, lookup))
    accept = expand(send.accept, lookup)
    headers = {name: str(expand(value, lookup)) for name, value in send.headers}
    parts = [part for part in (encode_query(query), raw_query) if part]
    target = f"{url}?{'&'.join(parts)}" if parts else url
    outgoing = Outgoing(
        method=send.method,
        url=target,
        headers=tuple(headers.items()),
        accept=accept,
        raw=send.raw,
        label=label,
        sink=PartStream() if send.stream else None,
    )
    return outgoing, Sent(send.method, target, accept, query, _resource(url, base))


def _meant(value: Any) -> str | tuple[str, ...] | None:
    if value is None:
        return None
    return tuple(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _resource(url: str, base: str) -> SearchResource | None:
    path, root = urlsplit(url).path, urlsplit(base).path
    if not path.startswith(f"{root}/"):
        return None
    try:
        return SearchResource.from_path(path[len(root) :])
    except ValueError:
        return None


def encode_query(query: QueryPairs) -> str:
    """Return the query component: names and values percent-encoded as UTF-8, lists with bare commas (8.3.4.1)."""
    return "&".join(
        _encoded(name)
        if value is None
        else f"{_encoded(name)}={','.join(map(_encoded, value if isinstance(value, tuple) else (value,)))}"
        for name, value in query
    )


def _encoded(text: str) -> str:
    return quote(text, safe=_SAFE)


def with_offset(outgoing: Outgoing, offset: int) -> Mapping[str, Any]:
    """Return the fields of the request for the rest of a list, ``offset`` results on."""
    joint = "&" if "?" in outgoing.url else "?"
    return {"url": f"{outgoing.url}{joint}offset={offset}"}
