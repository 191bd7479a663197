"""Logging in: what goes into the Authorization field of a request, and its renewal."""

from __future__ import annotations

import base64
import threading
import time
from typing import TYPE_CHECKING, Any

import httpx

from dwconform.errors import TargetError
from dwconform.target.tls import tls_context

if TYPE_CHECKING:
    from dwconform.target.access import OAuth2
    from dwconform.target.model import Target

__all__ = ["ClientCredentials", "Login", "login"]

_EARLY = 30.0
"""Seconds before its end at which a token is renewed."""


class Login:
    """A fixed value of the Authorization field, or none."""

    def __init__(self, value: str | None = None) -> None:
        self._value = value

    def authorization(self) -> str | None:
        """Return the value for the next request.

        Raises:
            TargetError: no token is to be had.
        """
        return self._value

    def renew(self, refused: str | None) -> bool:
        """Forget the value that a server refused; return whether another one is to be had."""
        del refused
        return False

    def close(self) -> None:
        """Close what it took to log in."""

    def secrets(self) -> frozenset[str]:
        """Return what must be redacted and is not in the target's description."""
        return frozenset((self._value.partition(" ")[2],)) if self._value else frozenset()


class ClientCredentials(Login):
    """OAuth 2.0 client credentials (RFC 6749 4.4): one token for all threads, fetched when it is first needed."""

    def __init__(self, settings: OAuth2, client: httpx.Client) -> None:
        super().__init__()
        self._settings = settings
        self._client = client
        self._lock = threading.Lock()
        self._ends = 0.0
        self._seen: frozenset[str] = frozenset()

    def authorization(self) -> str | None:
        """Return ``Bearer`` and a token that has not expired."""
        with self._lock:
            if self._value is None or time.monotonic() >= self._ends:
                token, lifetime = self._fetch()
                self._value = f"Bearer {token}"
                self._ends = time.monotonic() + max(lifetime - _EARLY, lifetime / 2)
                self._seen |= {token}
            return self._value

    def renew(self, refused: str | None) -> bool:
        """Forget the token, unless another thread has already renewed it."""
        with self._lock:
            if self._value == refused:
                self._value = None
            return True

    def close(self) -> None:
        """Close the connection to the token endpoint."""
        self._client.close()

    def secrets(self) -> frozenset[str]:
        """Return every token of this run."""
        return self._seen

    def _fetch(self) -> tuple[str, float]:
        """Return a new token and its lifetime in seconds."""
        settings = self._settings
        form = {"grant_type": "client_credentials", **({"scope": settings.scope} if settings.scope else {})}
        try:
            response = self._client.post(
                settings.token_url,
                data=form,
                auth=(settings.client_id, settings.client_secret.value),
                headers={"Accept": "application/json"},
            )
        except httpx.HTTPError as error:
            raise self._refused(f"cannot be asked: {error}") from error
        if response.is_redirect:
            raise self._refused("answers with a redirect, which is not followed with credentials; give its final URL")
        if not response.is_success:
            raise self._refused(f"answers {response.status_code}; check client-id, client-secret and scope")
        return self._token(response)

    def _token(self, response: httpx.Response) -> tuple[str, float]:
        try:
            answer: Any = response.json()
            token, lifetime = answer["access_token"], float(answer.get("expires_in") or 300)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._refused("answers something that holds no access_token (RFC 6749 5.1)") from error
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or " " in token:
            raise self._refused("answers an access_token that cannot stand in a header field")
        return token, lifetime

    def _refused(self, why: str) -> TargetError:
        return TargetError(f"no token: {self._settings.token_url} {why}")


def login(target: Target) -> Login:
    """Return how to log in at ``target``.

    Raises:
        TargetError: a certificate or key of the target cannot be used.
    """
    auth = target.auth
    if auth.oauth2:
        client = httpx.Client(
            verify=tls_context(target),
            timeout=httpx.Timeout(target.timeouts.read, connect=target.timeouts.connect),
            follow_redirects=False,
            trust_env=False,
        )
        return ClientCredentials(auth.oauth2, client)
    if auth.basic:
        pair = f"{auth.basic.username}:{auth.basic.password.value}".encode()
        return Login(f"Basic {base64.b64encode(pair).decode('ascii')}")
    if auth.bearer:
        return Login(f"Bearer {auth.bearer.token.value}")
    return Login()
