"""YAML files with positions: every complaint about a file names its line and column.

ruamel.yaml composes the node graph with its C parser (fast, with marks); the plain values are built here, and the
place of each is kept beside them, so that an error found later, by pydantic say, can be told in terms of the file.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from dwconform.errors import SuiteError

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

    ModelT = TypeVar("ModelT", bound=BaseModel)

__all__ = ["Document", "Place", "nearest", "read", "read_text", "validate"]

_BOOL = {"true": True, "false": False}
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?[0-9]+\.[0-9]+([eE][-+]?[0-9]+)?\Z")
Path_ = tuple["str | int", ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: 1-based line and column of a file."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(slots=True)
class Document:
    """The value of a YAML file, and the place of each of its parts."""

    file: str
    value: Any
    places: dict[Path_, Place] = field(default_factory=dict)
    key_places: dict[Path_, Place] = field(default_factory=dict)

    def place(self, path: Path_, *, key: bool = False) -> Place:
        """Return where the value (or the key) at ``path`` stands, or the nearest thing above it that has a place."""
        if key and path in self.key_places:
            return self.key_places[path]
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(self.file, 1, 1))

    def error(self, path: Path_, message: str, *, key: bool = False) -> SuiteError:
        """Return an error that begins with the place of ``path``."""
        return SuiteError(f"{self.place(path, key=key)}: {message}")


def read(path: Path, *, typed: bool = True) -> Document:
    """Read a YAML file.

    Args:
        path: the file.
        typed: make numbers and booleans of plain scalars; else they stay text as written (080000 is a time).

    Raises:
        SuiteError: the file cannot be read or is not YAML.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}:1:1: cannot be read: {error}"
        raise SuiteError(message) from error
    return read_text(text, str(path), typed=typed)


def read_text(text: str, file: str, *, typed: bool = True) -> Document:
    """Read YAML from a string; ``file`` is its name in errors."""
    from ruamel.yaml.error import MarkedYAMLError  # noqa: PLC0415 - a tenth of a second that --help need not pay
    from ruamel.yaml.reader import ReaderError  # noqa: PLC0415 - as above

    document = Document(file, None)
    try:
        node = _parser()(text).get_single_node()
        document.value = None if node is None else _build(node, (), document, _typed if typed else _text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)
        message = f"{place}: not YAML: {error.problem or error.context}"
        raise SuiteError(message) from error
    except ReaderError as error:
        before = text[: error.position]
        place = Place(file, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
        message = f"{place}: not YAML: the control character U+{ord(text[error.position]):04X}"
        raise SuiteError(message) from error
    except RecursionError as error:
        message = f"{file}:1:1: nested too deeply, or an alias that contains itself"
        raise SuiteError(message) from error
    return document


@lru_cache(maxsize=1)
def _parser() -> type:
    """Return ruamel.yaml's C parser without its resolver: tags take half of the time, and are not looked at here."""
    from _ruamel_yaml import CParser  # type: ignore[import-not-found]  # noqa: PLC0415 - a C extension; see above

    class Parser(CParser):  # type: ignore[misc]  # the C extension has no types
        def resolve(self, kind: type, value: object, implicit: object) -> str:  # noqa: ARG002 - what CParser calls
            return ""

        def descend_resolver(self, parent: object, index: object) -> None:
            pass

        def ascend_resolver(self) -> None:
            pass

    return Parser


def _build(node: Any, path: Path_, document: Document, scalar: Callable[[Any], Any]) -> Any:
    document.places[path] = _place(node, document)
    if node.id == "scalar":
        return scalar(node)
    if node.id == "sequence":
        return [_build(child, (*path, index), document, scalar) for index, child in enumerate(node.value)]
    mapping: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        where = (*path, key)
        document.key_places[where] = _place(key_node, document)
        if key in mapping:
            raise document.error(where, f"the key '{key}' stands here twice", key=True)
        mapping[key] = _build(value_node, where, document, scalar)
    return mapping


def _place(node: Any, document: Document) -> Place:
    return Place(document.file, node.start_mark.line + 1, node.start_mark.column + 1)


def _text(node: Any) -> str | None:
    plain = node.style not in ("'", '"', "|", ">")
    return None if plain and node.value in ("", "~", "null") else str(node.value)


def _typed(node: Any) -> Any:
    text = _text(node)
    if text is None or node.style in ("'", '"', "|", ">"):
        return text
    if text in _BOOL:
        return _BOOL[text]
    if _INT.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return text


def validate(document: Document, model: type[ModelT], value: Any = None, at: Path_ = ()) -> ModelT:
    """Return the document (or its part ``value`` at the path ``at``) as a pydantic model.

    Raises:
        SuiteError: with one line per fault, each beginning with its place.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - see above

    try:
        return model.model_validate(document.value if value is None else value)
    except ValidationError as error:
        raise SuiteError("\n".join(complaints(document, error, at, _field_names(model)))) from error


def complaints(document: Document, error: ValidationError, at: Path_, known: Iterable[str]) -> list[str]:
    """Return one line per fault that pydantic found, in terms of the file."""
    lines = []
    for fault in error.errors():
        path = (*at, *_path_in(document, at, fault["loc"]))
        if fault["type"] == "extra_forbidden":
            word = str(fault["loc"][-1])
            place = document.place((*at, *fault["loc"]), key=True)
            lines.append(f"{place}: unknown key '{word}'{nearest(word, known)}")
        elif fault["type"] == "missing":
            where = ".".join(map(str, path)) or "document"
            lines.append(f"{document.place(path)}: {where}: the key '{fault['loc'][-1]}' is missing")
        else:
            where = ".".join(map(str, path)) or "document"
            lines.append(f"{document.place(path)}: {where}: {fault['msg'].removeprefix('Value error, ')}")
    return lines


def _path_in(document: Document, at: Path_, loc: tuple[str | int, ...]) -> Path_:
    """Drop from a pydantic location what is no part of the file, such as the names of union members."""
    path: Path_ = ()
    for step in loc:
        if (*at, *path, step) in document.places:
            path = (*path, step)
    return path


@lru_cache(maxsize=256)
def _field_names(model: type[BaseModel]) -> frozenset[str]:
    """All keys that ``model`` and the models below it know, for the nearest known word."""
    names: set[str] = set()
    pending: list[Any] = [model.model_json_schema(by_alias=True)]
    while pending:
        part = pending.pop()
        if isinstance(part, Mapping):
            names.update(part.get("properties", ()))
            pending.extend(part.values())
        elif isinstance(part, list):
            pending.extend(part)
    return frozenset(names)


def nearest(word: str, known: Iterable[str], render: Callable[[str], str] = "'{}'".format) -> str:
    """Return ``"; did you mean 'x'?"`` for the nearest known word, or an empty string where none is near."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"; did you mean {render(found[0])}?" if found else ""
