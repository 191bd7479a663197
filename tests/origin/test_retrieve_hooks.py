"""The hooks of Retrieve: what goes through them shows in the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from dwconform.origin.context import Context
from dwconform.origin.defects import Defect, DefectSet, Hook
from dwconform.origin.multipart import Part
from dwconform.origin.pixels import Frame
from dwconform.origin.transcode import Choice

from .retrieving import DICOM, OCTETS, Asking, asking, parts, picture, url

MF8, LOSSLESS = "images.mf8.one.1", "syntaxes.jpeg-ls.one.1"


def without_name(dataset: Any) -> Any:
    del dataset.PatientName
    return dataset


def as_stored(choice: Choice) -> Choice:
    return replace(choice, delivered=choice.stored)


def reversed_octets(frame: Frame) -> Frame:
    return replace(frame, octets=frame.octets[::-1])


def unlocated(part: Part) -> Part:
    return replace(part, headers=())


def size(response: httpx.Response) -> tuple[int, int]:
    return picture(response.content).size


def syntax(response: httpx.Response) -> str:
    return str(parts(response)[0].file.file_meta.TransferSyntaxUID)


HOOKS: list[tuple[Hook, Callable[[Any], Any], str, str, Callable[[httpx.Response], object]]] = [
    (Hook.TARGET, lambda entities: [], url(MF8), DICOM, lambda response: response.status_code),
    (Hook.SYNTAX, as_stored, url(LOSSLESS), DICOM, syntax),
    (
        Hook.SYNTAX,
        lambda choice: replace(choice, delivered=None),
        url(MF8),
        DICOM,
        lambda response: response.status_code,
    ),
    (Hook.INSTANCE, without_name, url(MF8), DICOM, lambda response: "PatientName" in parts(response)[0].file),
    (Hook.FRAME, reversed_octets, f"{url(MF8)}/frames/1", OCTETS, lambda response: parts(response)[0].body),
    (
        Hook.PART,
        unlocated,
        f"{url(MF8)}/frames/1",
        OCTETS,
        lambda response: parts(response)[0].headers.get("content-location"),
    ),
    (
        Hook.PART,
        lambda part: None,
        f"{url(MF8)}/frames/1,2",
        OCTETS,
        lambda response: b"Content-Type" in response.content,
    ),
    (
        Hook.RENDER,
        lambda wanted: replace(wanted, viewport=None),
        f"{url(MF8)}/frames/1/rendered?viewport=8,8",
        "image/png",
        size,
    ),
    (Hook.IMAGE, lambda image: image.rotate(90, expand=True), f"{url(MF8)}/frames/1/rendered", "image/png", size),
    (Hook.TEXT, str.upper, f"{url('documents.sr.one.1')}/rendered", "text/plain", lambda response: response.text),
    (Hook.WADL, lambda root: root[1], "", "*/*", lambda response: response.content[:120]),
]


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Asking, DefectSet]]:
    defects = DefectSet()
    with asking("images", "syntaxes", "documents", defects=defects) as client:
        yield client, defects


@pytest.mark.parametrize(("hook", "function", "target", "accept", "look"), HOOKS)
def test_a_hook_bends_the_answer(
    server: tuple[Asking, DefectSet],
    hook: Hook,
    function: Callable[[Any], Any],
    target: str,
    accept: str,
    look: Callable[[httpx.Response], object],
) -> None:
    client, defects = server

    def asked() -> object:
        method = "GET" if target else "OPTIONS"
        return look(client.http.request(method, f"{client.base_url}/{target}", headers={"Accept": accept}))

    right = asked()

    def bent(subject: Any, _context: Context) -> Any:
        return function(subject)

    defects._active = (Defect("bent", "none", hook, bent),)
    try:
        wrong = asked()
    finally:
        defects.clear()
    assert wrong != right
    assert asked() == right
