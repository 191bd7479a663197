"""The origin of a URL (RFC 6454): what two URLs must share before credentials travel from one to the other."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

__all__ = ["DEFAULT_PORTS", "Address", "Origin"]

DEFAULT_PORTS = {"http": 80, "https": 443}
_UNSENDABLE = re.compile(r"[^\x21-\x7e]")


class Origin(NamedTuple):
    """Scheme, host and port; the host in lower case and without the brackets of IPv6."""

    scheme: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        """Host and port as the Host header field has them: no default port (RFC 9110 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}"


class Address(NamedTuple):
    """A URL as a request needs it: where to connect, and the request target, letter for letter."""

    origin: Origin
    target: str

    @classmethod
    def parse(cls, url: str, *, verbatim: bool = False) -> Address:
        """Split an absolute http or https URL. User information and the fragment are left out, as they never travel.

        Args:
            url: the URL.
            verbatim: let characters pass that no URL may have; for requests that are broken on purpose.

        Raises:
            ValueError: it is no such URL, or has characters that no URL may have (RFC 3986 2).
        """
        if not verbatim and (found := _UNSENDABLE.search(url)):
            message = f"{url!r} is no URL: it has the character {found[0]!r}"
            raise ValueError(message)
        try:
            parts = urlsplit(url)
            scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
        except ValueError as error:
            message = f"{url!r} is no URL: {error}"
            raise ValueError(message) from None
        if scheme not in DEFAULT_PORTS or not host:
            message = f"{url!r} is no absolute http or https URL"
            raise ValueError(message)
        target = parts.path or "/"
        before_fragment = url.partition("#")[0]
        if "?" in before_fragment:
            target += "?" + before_fragment.partition("?")[2]
        return cls(Origin(scheme, host, port or DEFAULT_PORTS[scheme]), target)

    def __str__(self) -> str:
        return f"{self.origin}{self.target}"
