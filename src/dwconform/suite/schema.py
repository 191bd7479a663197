"""The YAML of a suite as pydantic models, and the JSON Schema that is generated from them and from the checks."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dwconform.standard.editions import ALL_EDITIONS
from dwconform.standard.requirements import Editions
from dwconform.standard.terms import Effect, Level
from dwconform.suite.model import DEFAULT_ACCEPT, CheckType

__all__ = ["METHODS", "CaseYaml", "ExpectationYaml", "SendYaml", "StepYaml", "SuiteYaml", "suite_schema"]

METHODS = ("get", "head", "options", "post", "put", "patch", "delete")
SCHEMA_ID = "https://dwconform.org/schemas/suite.schema.json"
Words = str | tuple[str, ...]
Scalar = str | int | float | bool | None
QueryYaml = dict[str, Scalar | tuple[Scalar, ...]]


def _dashed(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


class _Yaml(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=_dashed, arbitrary_types_allowed=True)


class SendYaml(_Yaml):
    """A request: exactly one method with its URL, and the rest."""

    get: str | None = Field(default=None, description="URL; templates such as {studies}/studies")
    head: str | None = None
    options: str | None = None
    post: str | None = None
    put: str | None = None
    patch: str | None = None
    delete: str | None = None
    query: QueryYaml | tuple[QueryYaml, ...] = Field(
        default=(), description="a mapping, or a list of one-key mappings for order and repetition; null: bare name"
    )
    raw_query: str = Field(default="", description="appended to the query as it stands")
    accept: str | None = Field(default=DEFAULT_ACCEPT, description="null sends no Accept header at all")
    headers: dict[str, str] = {}
    body: Any = None
    pages: Literal["one", "all"] = Field(default="one", description="all: follow offset= until nothing more is said")
    stream: Literal["no", "parts"] = Field(
        default="no", description="parts: take a multipart answer apart while it arrives, however long it is"
    )
    transport: Literal["client", "raw"] = Field(default="client", description="raw: an HTTP/1.1 socket of our own")

    @model_validator(mode="after")
    def _one_method(self) -> SendYaml:
        if sum(getattr(self, method) is not None for method in METHODS) > 1:
            message = "a request has one method"
            raise ValueError(message)
        return self


class KeepYaml(_Yaml):
    """Where the value to be kept stands."""

    header: str = ""
    pointer: str = Field(default="", description="JSON Pointer into the body")
    xpath: str = ""
    optional: bool = Field(default=False, description="without it the case does not apply, instead of being untested")

    @model_validator(mode="after")
    def _one_place(self) -> KeepYaml:
        if sum(map(bool, (self.header, self.pointer, self.xpath))) != 1:
            message = "keep takes exactly one of header, pointer, xpath"
            raise ValueError(message)
        return self


class ExpectationYaml(_Yaml):
    """One check with its arguments under its name, and what is said about it."""

    model_config = ConfigDict(extra="allow")

    covers: Words = Field(default=(), description="requirements it counts for, instead of the case's")
    level: Level | None = Field(default=None, description="another level than the requirement's")
    stop: bool = Field(default=False, description="a guard: when it does not hold the rest is not evaluated")
    step: str | None = Field(default=None, description="the step it looks at; default: the last one")
    editions: Editions = Field(default_factory=lambda: ALL_EDITIONS)
    reading: str = ""
    any_of: tuple[AlternativeYaml, ...] = Field(default=(), description="permitted answers; the first that holds")


class AlternativeYaml(_Yaml):
    """One of several permitted answers."""

    note: str = Field(default="", description="which way the target went, for the report")
    verdict: Literal["pass", "info", "warn"] = Field(default="pass", description="when only this one holds")
    editions: Editions = Field(default_factory=lambda: ALL_EDITIONS)
    offers: str = Field(default="", description="the option that it shows to exist")
    expect: tuple[ExpectationYaml, ...] = Field(min_length=1)


class StepYaml(_Yaml):
    """One request of several."""

    step: str
    send: SendYaml
    keep: dict[str, KeepYaml] = {}
    expect: tuple[ExpectationYaml, ...] = ()


class ControlYaml(_Yaml):
    """The positive twin; its `send` is merged over the case's."""

    send: dict[str, Any] = {}
    expect: tuple[ExpectationYaml, ...] = ()


class CaseYaml(_Yaml):
    """One test."""

    case: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$")
    title: str
    covers: Words
    section: str = ""
    effect: Effect = Effect.READ
    claims: tuple[str, ...] | None = Field(
        default=None, description="what the target must claim; the case is judged under the first"
    )
    fixtures: tuple[str, ...] | None = None
    for_: dict[str, dict[str, Any] | tuple[Scalar, ...]] = Field(default={}, description="the matrix")
    after: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    editions: Editions = Field(default_factory=lambda: ALL_EDITIONS)
    reading: str = ""
    impact: str = Field(default="", description="what breaks for users when it fails")
    fix: str = Field(default="", description="the likely fix")
    send: SendYaml | None = None
    steps: tuple[StepYaml, ...] = ()
    control: ControlYaml | None = None
    property: str = Field(default="", description="a Hypothesis property registered in code")
    expect: tuple[ExpectationYaml, ...] = ()

    @model_validator(mode="after")
    def _asks_something(self) -> CaseYaml:
        if sum(map(bool, (self.send, self.steps, self.property))) != 1:
            message = "a case has exactly one of send, steps, property"
            raise ValueError(message)
        if not self.property and not self.expect and not any(step.expect for step in self.steps):
            message = "a case without expectations cannot fail: add `expect`"
            raise ValueError(message)
        return self


class SuiteYaml(_Yaml):
    """A file of cases."""

    suite: str = Field(pattern=r"^[a-z0-9][a-z0-9/-]*$")
    title: str
    section: str
    claims: tuple[str, ...] = Field(
        default=(), description="what the target must claim; the cases are judged under the first"
    )
    fixtures: tuple[str, ...] = ()
    cases: tuple[CaseYaml, ...] = Field(min_length=1)


def suite_schema(checks: Mapping[str, CheckType]) -> dict[str, Any]:
    """Return the JSON Schema of a suite file, with one property for each check an expectation may name."""
    schema = SuiteYaml.model_json_schema(by_alias=True)
    definitions = schema["$defs"]
    expectation = definitions["ExpectationYaml"]
    for name, check in checks.items():
        arguments = check.args.model_json_schema(by_alias=True)
        definitions.update(
            {f"{name}.{key}": value for key, value in _renamed(arguments.pop("$defs", {}), name).items()}
        )
        forms = _forms(_renamed(arguments, name))
        expectation["properties"][name] = {"description": check.summary, "anyOf": forms}
    expectation["additionalProperties"] = False
    expectation["oneOf"] = [{"required": [name]} for name in ("any-of", *checks)]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **schema}


_TEMPLATE = {"type": "string", "pattern": r"^\{[^{}]+\}$"}
"""A value that is known when the case runs; the loader does without its type, and so does the schema."""


def _forms(arguments: dict[str, Any]) -> list[Any]:
    """Return the ways to write the arguments of a check: a mapping, its first value alone, nothing if none is due."""
    values = {key: _value(value) for key, value in arguments.get("properties", {}).items()}
    forms: list[Any] = [{**arguments, "properties": values}, *itertools.islice(values.values(), 1)]
    if not values:
        forms.append({"enum": [None, True]})
    return forms


def _value(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an argument that may be a template, and of a list that may be a single item."""
    told: dict[str, Any] = {key: schema[key] for key in ("title", "description") if key in schema}
    single = [schema["items"]] if schema.get("type") == "array" and "items" in schema else []
    return {**told, "anyOf": [schema, *single, _TEMPLATE]}


def _renamed(part: Any, prefix: str) -> Any:
    """Point the references of a check's own definitions to the name they have in the suite's schema."""
    if isinstance(part, dict):
        return {
            key: f"#/$defs/{prefix}.{value.rpartition('/')[2]}" if key == "$ref" else _renamed(value, prefix)
            for key, value in part.items()
        }
    return [_renamed(item, prefix) for item in part] if isinstance(part, list) else part
