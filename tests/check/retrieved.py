"""Evidence made by hand: answers to retrieves of the clinic, as files in parts or as metadata."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from pydicom import Dataset

from check.evidence import BASE, value
from dwconform.check.registry import Evidence, Sent
from dwconform.fixtures import Archive, Instance, RunIdentity, build, load_recipes
from dwconform.probe import Body, Exchange, Headers, Request, Response

DICOM = "application/dicom"
SETS = ("clinic", "frames", "images", "bulk", "private", "values", "syntaxes")
Part = tuple[dict[str, str], bytes]


@lru_cache
def archive() -> Archive:
    """What these sets have."""
    recipes, run = load_recipes(), RunIdentity.from_seed(1)
    return Archive([instance for name in SETS for instance in build(recipes[name], run).instances])


def instance(path: str) -> Instance:
    """A stored instance by its path, such as ``clinic.ct.axial.1``."""
    return next(item for item in archive().instances if isinstance(item, Instance) and item.path == path)


def changed(path: str, change: Callable[[Dataset], object]) -> bytes:
    """The file of an instance after a change."""
    dataset = instance(path).dataset
    change(dataset)
    target = io.BytesIO()
    dataset.save_as(target, enforce_file_format=True)
    return target.getvalue()


def url_of(path: str, rest: str = "") -> str:
    """The URL of a study, series or instance by its path in the fixtures."""
    names = path.split(".")
    levels = (("studies", "Study", 2), ("series", "Series", 3), ("instances", "SOP", 4))
    parts = [
        f"/{kind}/{archive().resolve('.'.join(names[:depth]) + f'.{name}InstanceUID')}"
        for kind, name, depth in levels[: len(names) - 1]
    ]
    return "".join(parts) + rest


def files(*bodies: bytes, **headers: str) -> tuple[list[Part], str]:
    """Parts with these DICOM files, and the media type of them."""
    return [({"Content-Type": DICOM, **headers}, body) for body in bodies], DICOM


def stored(*paths: str) -> list[bytes]:
    """The stored files of instances."""
    return [instance(path).part10 for path in paths]


def multipart(parts: Iterable[Part], kind: str) -> tuple[bytes, dict[str, str]]:
    """A body of parts, and the header fields of the message."""
    chunks = []
    for headers, body in parts:
        head = "".join(f"{name}: {text}\r\n" for name, text in headers.items())
        chunks.append(b"--b\r\n" + head.encode() + b"\r\n" + body + b"\r\n")
    return b"".join(chunks) + b"--b--\r\n", {"Content-Type": f'multipart/related; type="{kind}"; boundary=b'}


def retrieve(path: str, body: bytes, headers: dict[str, str], status: int = 200, **others: Evidence) -> Evidence:
    """The evidence of a retrieve; the keywords are other steps."""
    url = f"{BASE}{path}"
    response = Response(status, headers=Headers(headers.items()), body=Body(body, len(body)))
    steps: dict[str, Any] = {name: other.pages() for name, other in others.items()}
    sent = {name: other.sent[other.step] for name, other in others.items()}
    steps["it"] = [Exchange(1, Request("GET", url), response)]
    sent["it"] = Sent("GET", url)
    return Evidence("it", steps, sent, archive(), BASE)


def retrieved(path: str, *bodies: bytes, **others: Evidence) -> Evidence:
    """The evidence of a retrieve of instances by their place in the fixtures."""
    return retrieve(url_of(path), *multipart(*files(*bodies)), **others)


__all__ = [
    "DICOM",
    "archive",
    "changed",
    "files",
    "instance",
    "multipart",
    "retrieve",
    "retrieved",
    "stored",
    "url_of",
    "value",
]
