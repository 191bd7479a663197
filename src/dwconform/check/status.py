"""The status code of a response (PS3.18 8.5, and the table of each transaction)."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from dwconform.check.registry import CheckArgs, Evidence, Observation, check

__all__ = ["StatusArgs", "status"]

Class = Literal[1, 2, 3, 4, 5]


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) else (value,)


class StatusArgs(CheckArgs):
    """Exactly one of the codes, a class (its first digit), or a class that it is not in."""

    codes: Annotated[tuple[int, ...], BeforeValidator(_listed)] = Field(default=(), description="one of these")
    class_: Class | None = Field(default=None, alias="class", description="2 for any success")
    not_class: Class | None = Field(default=None, description="5 for anything but a server error")

    @model_validator(mode="after")
    def _one_form(self) -> StatusArgs:
        if sum(map(bool, (self.codes, self.class_, self.not_class))) != 1:
            message = "status takes one of: codes, class, not-class"
            raise ValueError(message)
        return self


@check("status", head_only=True)
def status(args: StatusArgs, evidence: Evidence) -> Iterator[Observation]:
    """The response has one of these status codes, or one of this class."""
    for position, exchange in enumerate(evidence.pages()):
        if exchange.response is None:
            continue
        code = exchange.response.status
        if position and code == HTTPStatus.NO_CONTENT:
            continue  # the end of a list that was followed as far as it goes
        expected, holds = _judge(args, code)
        yield Observation(
            holds=holds,
            message=f"The server answered {_named(code)}.",
            expected=expected,
            observed=_named(code),
            pointer="status",
        )


def _judge(args: StatusArgs, code: int) -> tuple[str, bool]:
    if args.codes:
        return " or ".join(map(_named, args.codes)), code in args.codes
    if args.class_:
        return f"a status of class {args.class_}xx", code // 100 == args.class_
    return f"no status of class {args.not_class}xx", code // 100 != args.not_class


def _named(code: int) -> str:
    try:
        return f"{code} ({HTTPStatus(code).phrase})"
    except ValueError:
        return str(code)
