"""Redaction: no credential reaches the evidence.

Fields that carry credentials lose their value whatever it is. A secret that is found elsewhere is replaced too, with
one reservation. The evidence is also what the checks read: a password such as ``dicom`` or ``orthanc`` replaced in
a media type, a search result or a Retrieve URL would make a conformant answer look broken. A secret that an innocent
answer can contain by chance is therefore replaced only where it stands alone, as a field's or a query parameter's
value, and in text that no check reads as DICOM; and one that is part of the target's own address nowhere.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote, quote_plus

from dwconform.probe.exchange import Body, Headers

__all__ = ["CREDENTIAL_FIELDS", "MASK", "Redactor"]

MASK = "***"
CREDENTIAL_FIELDS = frozenset(("authorization", "proxy-authorization", "cookie", "set-cookie", "authentication-info"))
_SHORTEST = 4
_CLASSES = tuple(map(re.compile, (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")))


def _is_strong(secret: str) -> bool:
    """Whether no text contains it by chance."""
    classes = sum(1 for pattern in _CLASSES if pattern.search(secret))
    return len(secret) >= 20 or (len(secret) >= 8 and classes >= 2)


def _spellings(secret: str) -> Iterable[str]:
    """The ways in which a URL, a JSON text or a header field spells it."""
    encoded = secret.encode("utf-8")
    base64_text = base64.b64encode(encoded).decode("ascii")
    return dict.fromkeys((secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1], base64_text))


class Redactor:
    """Replaces secrets by ``***``.

    Args:
        secrets: values that must not be recorded.
        public: texts that are no secret, such as the target's base URLs.
    """

    def __init__(self, secrets: Iterable[str] = (), public: Iterable[str] = ()) -> None:
        self._public = tuple(public)
        self._known: set[str] = set()
        self._strong: tuple[str, ...] = ()
        self._weak: tuple[str, ...] = ()
        self._lock = threading.Lock()
        self.learn(secrets)

    def learn(self, secrets: Iterable[str]) -> None:
        """Add secrets, such as a token that has just been fetched."""
        new = set(secrets) - self._known
        if new:
            with self._lock:
                self._learn(new)

    def _learn(self, new: set[str]) -> None:
        self._known |= new
        strong, weak = set(self._strong), set(self._weak)
        for secret in new:
            if len(secret) < _SHORTEST or any(secret in text for text in self._public):
                continue
            (strong if _is_strong(secret) else weak).update(_spellings(secret))
        # The longest first: one secret may be a part of another.
        self._strong = tuple(sorted(strong, key=len, reverse=True))
        self._weak = tuple(sorted(weak, key=len, reverse=True))

    def text(self, text: str) -> str:
        """Return ``text``, which no check reads, without secrets."""
        for secret in (*self._strong, *self._weak):
            if secret in text:
                text = text.replace(secret, MASK)
        return text

    def value(self, text: str) -> str:
        """Return a URL or a field's value without secrets: the weak ones only where they stand alone."""
        for secret in self._strong:
            if secret in text:
                text = text.replace(secret, MASK)
        for secret in self._weak:
            if text == secret:
                return MASK
            if f"={secret}" in text and text.startswith(("http", "/")):
                text = re.sub(rf"={re.escape(secret)}(?=[&;#]|\Z)", f"={MASK}", text)
        return text

    def headers(self, fields: Iterable[tuple[str, str]], also: frozenset[str] = frozenset()) -> Headers:
        """Return header fields without secrets; those named in ``also`` (lower case) lose their value as well."""
        return Headers(
            (name, MASK if name.lower() in CREDENTIAL_FIELDS or name.lower() in also else self.value(value))
            for name, value in fields
        )

    def body(self, body: Body, *, payload: bool) -> Body:
        """Return a body without secrets; ``payload``: it is DICOM, which may contain a weak secret by chance."""
        content = body.content
        if not content:
            return body
        for secret in self._strong if payload else (*self._strong, *self._weak):
            octets = secret.encode("utf-8")
            if octets in content:
                content = content.replace(octets, MASK.encode("ascii"))
        return body if content is body.content else replace(body, content=content)
