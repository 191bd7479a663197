"""A server that holds the fixtures of Retrieve, and what reads its answers."""

from __future__ import annotations

import email.parser
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO

import httpx
from PIL import Image
from pydicom import Dataset, dcmread

from dwconform.fixtures import FixtureSet, Instance, RunIdentity, build, load_recipes
from dwconform.origin.defects import DefectSet
from dwconform.origin.server import OriginServer

from .instances import post

DICOM = 'multipart/related; type="application/dicom"'
OCTETS = 'multipart/related; type="application/octet-stream"'
EXPLICIT = "1.2.840.10008.1.2.1"


@cache
def fixture(name: str) -> FixtureSet:
    return build(load_recipes()[name], RunIdentity.from_seed(5))


def instance(path: str) -> Instance:
    name = path.partition(".")[0]
    return next(one for one in fixture(name).instances if one.path == path)


def url(path: str) -> str:
    """Where an instance is: ``set.study.series.1`` as a path below the base URI."""
    one = instance(path)
    return f"studies/{one.study_uid}/series/{one.series_uid}/instances/{one.sop_instance_uid}"


@dataclass(frozen=True)
class Part:
    headers: dict[str, str]
    body: bytes

    @property
    def type(self) -> str:
        return self.headers["content-type"]

    @property
    def file(self) -> Dataset:
        return dcmread(BytesIO(self.body))


def parts(response: httpx.Response) -> list[Part]:
    """The parts, as the standard library reads them."""
    assert response.status_code == 200, response.text
    head = f"Content-Type: {response.headers['content-type']}\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head)
    boundary = b"--" + message["content-type"].params["boundary"].encode()
    found = []
    for section in response.content.split(
        b"\r\n" + boundary if not response.content.startswith(boundary) else boundary
    ):
        if section in (b"", b"--\r\n", b"--"):
            continue
        fields, _, body = section.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in fields.decode().split("\r\n"))
        body = body.removesuffix(b"\r\n")
        assert int(headers["Content-Length"]) == len(body)
        found.append(Part({name.lower(): value for name, value in headers.items()}, body))
    return found


def picture(octets: bytes) -> Image.Image:
    image = Image.open(BytesIO(octets))
    image.load()
    return image


class Asking:
    """Asks with an Accept of the caller's."""

    def __init__(self, server: OriginServer) -> None:
        self.server = server
        self.base_url = server.base_url
        self.http = httpx.Client(trust_env=False)

    def get(self, target: str, accept: str, **headers: str) -> httpx.Response:
        address = target if target.startswith("http") else f"{self.base_url}/{target}"
        return self.http.get(address, headers={"Accept": accept, **headers})

    def parts(self, target: str, accept: str) -> list[Part]:
        return parts(self.get(target, accept))

    def picture(self, target: str, accept: str = "image/png") -> Image.Image:
        response = self.get(target, accept)
        assert response.status_code == 200, response.text
        return picture(response.content)


@contextmanager
def asking(*names: str, defects: DefectSet | None = None, buffer: int | None = None) -> Iterator[Asking]:
    """A server that holds fixture sets."""
    with OriginServer(defects=defects, **({} if buffer is None else {"buffer": buffer})) as server:
        for name in names:
            assert post(server.base_url, *(one.part10 for one in fixture(name).instances)).status_code == 200
        client = Asking(server)
        yield client
        client.http.close()
