"""Header fields of a response (PS3.18 8.4, and the table of each transaction)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import Field, model_validator

from dwconform.check.registry import CheckArgs, Evidence, Observation, check

__all__ = ["FramingArgs", "HeaderArgs", "framing", "header"]

_HTTP_1 = "HTTP/1"


class HeaderArgs(CheckArgs):
    """The field, and what is asked of it; only its presence where nothing is."""

    name: str
    present: bool = True
    matches: str = Field(default="", description="a regular expression that the whole value matches, letter case apart")

    @model_validator(mode="after")
    def _value_of_a_present_field(self) -> HeaderArgs:
        if self.matches and not self.present:
            message = "a field that is to be absent has no value to match"
            raise ValueError(message)
        return self


@check("header", head_only=True)
def header(args: HeaderArgs, evidence: Evidence) -> Iterator[Observation]:
    """The response has this header field, with such a value, or does not have it."""
    value = evidence.response.headers.get(args.name)
    if value is None:
        seen, holds = f"The response has no {args.name} header.", not args.present
    elif args.matches:
        seen = f"The {args.name} header is '{value}'."
        holds = re.fullmatch(args.matches, value.strip(), re.IGNORECASE) is not None
    else:
        seen, holds = f"The response has a {args.name} header.", args.present
    wanted = args.matches or ("present" if args.present else "absent")
    yield Observation(holds, seen, expected=wanted, observed=value or "absent", pointer=args.name)


class FramingArgs(CheckArgs):
    """Whether it is enough that there are not both."""

    not_both: bool = False


@check("framing", head_only=True)
def framing(args: FramingArgs, evidence: Evidence) -> Iterator[Observation]:
    """A body over HTTP/1 has a Content-Length, or a transfer coding, and not both; HTTP/2 frames it by itself."""
    response = evidence.response
    length, coding = response.headers.get("Content-Length"), response.headers.get("Transfer-Encoding")
    if not response.http_version.startswith(_HTTP_1):
        yield Observation(
            holds=True, message=f"{response.http_version} needs no Content-Length.", pointer="Content-Length"
        )
        return
    observed = ", ".join(
        f"{name}: {value}" for name, value in (("Content-Length", length), ("Transfer-Encoding", coding)) if value
    )
    yield Observation(
        holds=not (length and coding) if args.not_both else bool(length) != bool(coding),
        message=f"The body is framed by {observed}."
        if observed
        else "Nothing but the end of the connection ends the body.",
        expected="Content-Length or Transfer-Encoding",
        observed=observed or "neither",
        pointer="Content-Length",
    )
