"""The Rendered Volume Response Module, by which a server says what it applied (PS3.18 8.3.5.3.13, Annex K)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import BeforeValidator, Field

from dwconform.check.image import unmet
from dwconform.check.registry import CheckArgs, Evidence, Observation, check
from dwconform.encoding.dataset import DataSet, Element
from dwconform.encoding.dicom_json import JsonContext, read_json
from dwconform.standard.dictionary import tag_of

__all__ = ["ResponseModuleArgs", "SameModuleArgs", "response_module", "same_module"]


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class ResponseModuleArgs(CheckArgs):
    """Keywords of the attributes that it is to have, with a value; and of those that it is not to have."""

    has: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(default=())
    has_not: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(default=())
    vectors: bool = Field(default=False, description="whether the viewpoint's attributes have three numbers each")


_VECTORS = ("ViewpointPosition", "ViewpointLookAtPoint", "ViewpointUpDirection")


@check("response-module")
def response_module(args: ResponseModuleArgs, evidence: Evidence) -> Iterator[Observation]:
    """The body is one data set in JSON, alone or in an array, and has these attributes."""
    module = _module(evidence)
    if isinstance(module, Observation):
        yield module
        return
    yield Observation(holds=True, message=f"The body is a data set of {len(module)} attributes.", pointer="body")
    for keyword in args.has:
        element = _element(module, keyword)
        given = element is not None and any(value not in (None, "") for value in element.values)
        said = f"{keyword} {'has a value' if given else 'has no value' if element else 'is missing'}."
        yield Observation(given, said, f"{keyword} with a value", said, "body")
    for keyword in args.has_not:
        there = _element(module, keyword) is not None
        yield Observation(not there, f"{keyword} is {'there' if there else 'not there'}.", "absent", "", "body")
    for keyword in _VECTORS if args.vectors else ():
        element = _element(module, keyword)
        numbers = [value for value in element.values if isinstance(value, int | float)] if element else []
        said = f"{keyword} has {len(numbers)} numbers."
        yield Observation(len(numbers) == 3, said, "three numbers", str(len(numbers)), "body")


class SameModuleArgs(CheckArgs):
    """The step whose module this is to be."""

    as_: str = Field(alias="as")


@check("same-module")
def same_module(args: SameModuleArgs, evidence: Evidence) -> Iterator[Observation]:
    """Another step was answered with the same module."""
    here, there = _module(evidence), _module(evidence, args.as_)
    for found in (here, there):
        if isinstance(found, Observation):
            yield found
            return
    same = here == there
    yield Observation(
        same, f"The module {'is that' if same else 'is not that'} of '{args.as_}'.", "the same", "", "body"
    )


def _module(evidence: Evidence, step: str | None = None) -> DataSet | Observation:
    response = evidence.pages(step)[0].response
    content = response.body.content if response else b""
    context = JsonContext.SEARCH if content.lstrip().startswith(b"[") else JsonContext.STORE_RESPONSE
    datasets = read_json(content, context).datasets
    if len(datasets) != 1 or not datasets[0]:
        return unmet(f"The body holds {len(datasets)} data sets in JSON.", "one data set", f"{len(datasets)}")
    return datasets[0]


def _element(module: DataSet, keyword: str) -> Element | None:
    return module.get(tag_of(keyword) or "")
