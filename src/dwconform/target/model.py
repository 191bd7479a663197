"""The model of a target: ``target.yaml`` with its types, and what the rest of dwconform asks of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, model_validator

from dwconform.errors import TargetError
from dwconform.standard.editions import Edition
from dwconform.target.access import Auth, SecretHeaders, Tls
from dwconform.target.origin import Address, Origin
from dwconform.target.waiver import Waiver

__all__ = ["SERVICES", "Target", "Timeouts"]

SERVICES = ("studies", "worklist", "uri", "non-patient-instances", "storage-commitment")
"""The services of PS3.18 chapters 9 to 13 that may have a base URL of their own."""

_CLAIM = r"^[a-z0-9-]+(\.[a-z0-9-]+)+$"
_WORDS = ConfigDict(
    extra="forbid",
    frozen=True,
    arbitrary_types_allowed=True,
    alias_generator=lambda name: name.replace("_", "-"),
    hide_input_in_errors=True,
)


def _url(value: str) -> str:
    address = Address.parse(value)
    if "@" in value.split("//", 1)[1].split("/", 1)[0]:
        message = "a URL with a user name or a password in it; use 'auth' instead"
        raise ValueError(message)
    if "#" in value:
        message = "a base URL has no fragment"
        raise ValueError(message)
    return str(address).rstrip("/")


def _claims(value: Any) -> Any:
    """Flatten ``{studies: [search, store]}`` to ``studies.search, studies.store``."""
    if value == "auto":
        return None
    if isinstance(value, dict):
        return [f"{service}.{name}" for service, names in value.items() for name in names or ()]
    return value


def _edition(value: Any) -> Edition | None:
    return value if value is None or isinstance(value, Edition) else Edition.parse(str(value))


Url = Annotated[str, AfterValidator(_url), Field(json_schema_extra={"format": "uri"})]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
ClaimWord = Annotated[str, Field(pattern=_CLAIM)]
Claims = Annotated[
    tuple[ClaimWord, ...] | None,
    BeforeValidator(
        _claims,
        json_schema_input_type=Literal["auto"] | list[ClaimWord] | dict[str, list[str]],
    ),
]
EditionWord = Annotated[Edition | None, BeforeValidator(_edition, json_schema_input_type=str | int | None)]
Http2 = Annotated[
    bool,
    BeforeValidator(lambda value: True if value == "auto" else value, json_schema_input_type=Literal["auto"] | bool),
]


class Timeouts(BaseModel):
    """How long to wait, in seconds: for a connection, for the next byte, and for all of one exchange."""

    model_config = _WORDS

    connect: Seconds = 10.0
    read: Seconds = 30.0
    total: Seconds = 60.0


class Target(BaseModel):
    """An origin server under test."""

    model_config = _WORDS

    name: str = ""
    url: Url | None = Field(default=None, description="base URL of all services that 'services' does not name")
    services: dict[Literal[SERVICES], Url] = Field(default_factory=dict, description="base URLs of single services")  # type: ignore[valid-type]  # the names are data
    origins: tuple[Url, ...] = Field(
        default=(), description="other origins that its URLs and redirects may lead to; credentials are not sent there"
    )
    claims: Claims = Field(default=None, description="what the target says it supports; auto: find out")
    role: Literal["native", "proxy"] = "native"
    edition: EditionWord = Field(default=None, description="the edition of PS3.18 that it claims, such as 2025c")
    auth: Auth = Field(default_factory=Auth)
    headers: SecretHeaders = Field(default_factory=dict, description="header fields of every request")
    tls: Tls = Field(default_factory=Tls)
    timeouts: Timeouts = Field(default_factory=Timeouts)
    requests_per_second: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    visibility_delay: Annotated[float, Field(ge=0, allow_inf_nan=False)] = Field(
        default=10.0, description="seconds within which what was stored is found"
    )
    http2: Http2 = Field(default=True, description="auto: HTTP/2 where the server offers it over TLS")
    read_only: bool = False
    waivers: tuple[Waiver, ...] = Field(default=(), description="known fails, or the name of a file that lists them")

    _folder: Path = PrivateAttr(default_factory=Path)

    @model_validator(mode="after")
    def _is_somewhere(self) -> Target:
        if self.url is None and not self.services:
            message = "a target needs a 'url', or 'services' with a URL each"
            raise ValueError(message)
        return self

    @property
    def title(self) -> str:
        """Its name, or its address where it has none."""
        return self.name or self.url or next(iter(self.services.values()))

    def serves(self, service: str) -> bool:
        """Whether there is a base URL for the service."""
        return service in self.services or self.url is not None

    def base(self, service: str) -> str:
        """Return the base URL of a service, without a slash at its end.

        Raises:
            TargetError: the target has no URL for it.
        """
        found = self.services.get(service, self.url)
        if found is None:
            message = f"the target has no URL for the service '{service}'; add it under 'services', or give a 'url'"
            raise TargetError(message)
        return str(found)

    def home(self) -> frozenset[Origin]:
        """Return the origins that the target's own URLs are at: the only ones that see its credentials."""
        urls = [*self.services.values(), *([self.url] if self.url else [])]
        return frozenset(Address.parse(url).origin for url in urls)

    def reachable(self) -> frozenset[Origin]:
        """Return the origins that requests may go to."""
        return self.home() | {Address.parse(url).origin for url in self.origins}

    def path(self, name: str) -> Path:
        """Return a file that the target names, relative to the target's own file."""
        return self._folder / name

    def redactions(self) -> frozenset[str]:
        """Return the secret values that must never reach evidence, logs or reports."""
        headers = (value.value for value in self.headers.values() if not isinstance(value, str))
        return frozenset((*self.auth.secrets(), *headers))
