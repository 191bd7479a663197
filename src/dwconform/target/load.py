"""From a URL or a ``target.yaml`` to a `Target`; every complaint names file, line and column."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dwconform import yamldoc
from dwconform.errors import SuiteError, TargetError
from dwconform.target.model import Target
from dwconform.target.secret import Secret

__all__ = ["load_target", "target_schema"]

SCHEMA_ID = "https://dwconform.org/schemas/target.schema.json"


def load_target(text_or_path: str) -> Target:
    """Return the target at a URL, or the one that a YAML file describes.

    Raises:
        TargetError: the description is wrong, or a secret or file that it names is missing.
    """
    if "://" in text_or_path:
        return _from_url(text_or_path)
    path = Path(text_or_path)
    if not path.exists():
        message = f"'{text_or_path}' is neither a URL (http://...) nor a file; give the base URL or a target.yaml"
        raise TargetError(message)
    try:
        return _from_file(path)
    except SuiteError as error:
        raise TargetError(str(error)) from error


def _from_url(url: str) -> Target:
    try:
        return Target(url=url)
    except ValidationError as error:
        message = "; ".join(fault["msg"].removeprefix("Value error, ") for fault in error.errors(include_input=False))
        raise TargetError(message) from None


def _from_file(path: Path) -> Target:
    document = yamldoc.read(path)
    if not isinstance(document.value, dict):
        raise document.error((), "a target is a mapping with a 'url' at least")
    if isinstance(document.value.get("waivers"), str):
        _include_waivers(document, path.parent)
    target = yamldoc.validate(document, Target)
    target._folder = path.parent
    for place, secret in _secrets(target):
        try:
            secret.resolve(path.parent)
        except (ValueError, OSError) as error:
            raise document.error(place, str(error)) from None
    for place, name in _files(target):
        if not target.path(name).is_file():
            raise document.error(place, f"the file {target.path(name)} does not exist")
    return target


def _include_waivers(document: yamldoc.Document, folder: Path) -> None:
    """Put the list of the waivers' file where its name stood, with its own places."""
    included = yamldoc.read(folder / document.value["waivers"])
    document.value["waivers"] = included.value or []
    for path, place in included.places.items():
        document.places["waivers", *path] = place
    for path, place in included.key_places.items():
        document.key_places["waivers", *path] = place


def _secrets(target: Target) -> Iterator[tuple[tuple[str, ...], Secret]]:
    for place, secret in target.auth.places():
        yield ("auth", *place), secret
    for name, value in target.headers.items():
        if isinstance(value, Secret):
            yield ("headers", name), value


def _files(target: Target) -> Iterator[tuple[tuple[str, ...], str]]:
    if target.tls.ca:
        yield ("tls", "ca"), target.tls.ca
    if target.auth.mtls:
        yield ("auth", "mtls", "certificate"), target.auth.mtls.certificate
        yield ("auth", "mtls", "key"), target.auth.mtls.key


def target_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of ``target.yaml``, for editors and other tools."""
    schema = Target.model_json_schema(by_alias=True)
    waivers = schema["properties"]["waivers"]
    listed = {key: waivers.pop(key) for key in ("items", "type") if key in waivers}
    waivers["anyOf"] = [listed, {"type": "string"}]
    schema["anyOf"] = [{"required": ["url"]}, {"required": ["services"]}]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "dwconform target",
        **{key: value for key, value in schema.items() if key != "title"},
    }
