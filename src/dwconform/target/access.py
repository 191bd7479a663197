"""How to get in: credentials, header fields and TLS, as ``target.yaml`` has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from dwconform.target.origin import Address
from dwconform.target.secret import Secret

__all__ = ["Auth", "Basic", "Bearer", "MutualTls", "OAuth2", "SecretHeaders", "Tls"]

_WORDS = ConfigDict(
    extra="forbid", frozen=True, alias_generator=lambda name: name.replace("_", "-"), hide_input_in_errors=True
)
_TELLTALE = re.compile(r"authorization|cookie|token|secret|password|api-?key", re.IGNORECASE)
_FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")


def _token_url(value: str) -> str:
    Address.parse(value)
    return value


class Basic(BaseModel):
    """User name and password (RFC 7617)."""

    model_config = _WORDS

    username: str = Field(pattern=r"^[^:\x00-\x1f]*$", description="without a colon (RFC 7617 2)")
    password: Secret


class Bearer(BaseModel):
    """A token that is valid for the whole run (RFC 6750)."""

    model_config = _WORDS

    token: Secret


class OAuth2(BaseModel):
    """Client credentials (RFC 6749 4.4)."""

    model_config = _WORDS

    token_url: Annotated[str, AfterValidator(_token_url), Field(json_schema_extra={"format": "uri"})]
    client_id: str
    client_secret: Secret
    scope: str = ""


class MutualTls(BaseModel):
    """A client certificate and its key, PEM files beside the target's file."""

    model_config = _WORDS

    certificate: str
    key: str
    password: Secret | None = Field(default=None, description="of the key, where it is encrypted")


class Auth(BaseModel):
    """How to log in: at most one of basic, bearer and oauth2; a client certificate may stand beside it."""

    model_config = _WORDS

    basic: Basic | None = None
    bearer: Bearer | None = None
    oauth2: OAuth2 | None = None
    mtls: MutualTls | None = None

    @model_validator(mode="after")
    def _one_of(self) -> Auth:
        given = [name for name in ("basic", "bearer", "oauth2") if getattr(self, name)]
        if len(given) > 1:
            message = f"{' and '.join(given)} cannot be used together"
            raise ValueError(message)
        return self

    def places(self) -> Iterator[tuple[tuple[str, ...], Secret]]:
        """Yield each secret with its place in ``auth``."""
        if self.basic:
            yield ("basic", "password"), self.basic.password
        if self.bearer:
            yield ("bearer", "token"), self.bearer.token
        if self.oauth2:
            yield ("oauth2", "client-secret"), self.oauth2.client_secret
        if self.mtls and self.mtls.password:
            yield ("mtls", "password"), self.mtls.password

    def secrets(self) -> Iterator[str]:
        """Yield the secret values."""
        return (secret.value for _, secret in self.places())


class Tls(BaseModel):
    """Whom to trust: a PEM file of authorities (default: those of the system), or nobody's word at all."""

    model_config = _WORDS

    ca: str | None = None
    verify: bool = True


def _header_value(value: Any) -> Any:
    return value if isinstance(value, Secret) else Secret.model_validate(value) if isinstance(value, dict) else value


def _no_literal_secrets(headers: dict[str, str | Secret]) -> dict[str, str | Secret]:
    for name, value in headers.items():
        if not _FIELD_NAME.match(name):
            message = f"'{name}' is no name of a header field (RFC 9110 5.1)"
            raise ValueError(message)
        if not isinstance(value, str):
            continue
        if _TELLTALE.search(name):
            message = f"the value of '{name}' looks like a secret, which never stands in this file; write {{env: NAME}}"
            raise ValueError(message)
        if re.search(r"[^\t\x20-\x7e]", value):
            message = f"the value of '{name}' has characters that no header field may have (RFC 9110 5.5)"
            raise ValueError(message)
    return headers


SecretHeaders = Annotated[
    dict[str, Annotated[str | Secret, BeforeValidator(_header_value, json_schema_input_type=str | Secret)]],
    AfterValidator(_no_literal_secrets),
]
