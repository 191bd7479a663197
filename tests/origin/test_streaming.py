"""Large answers leave part by part; what is asked for wrongly is refused before that."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from dwconform.origin.context import Context, Options
from dwconform.origin.defects import DefectSet
from dwconform.origin.forms import Form
from dwconform.origin.multipart import Part
from dwconform.origin.packing import pack

from .retrieving import DICOM, Asking, asking, instance, parts, url


@pytest.fixture(scope="module")
def server() -> Iterator[Asking]:
    with asking("images", "volume", "documents", buffer=0) as client:
        yield client


def test_instances_are_chunked(server: Asking) -> None:
    study = instance("volume.slices.one.1").study_uid
    response = server.get(f"studies/{study}", DICOM)
    assert response.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in response.headers
    assert len(parts(response)) >= 20


def test_metadata_is_chunked(server: Asking) -> None:
    study = instance("volume.slices.one.1").study_uid
    response = server.get(f"studies/{study}/metadata", "application/dicom+json")
    assert response.headers["transfer-encoding"] == "chunked"
    assert len({one["00080018"]["Value"][0] for one in response.json()}) >= 20


def test_what_cannot_be_made_is_refused_before_the_first_part(server: Asking) -> None:
    response = server.get(url("images.bit.one.1"), f"{DICOM}; transfer-syntax=1.2.840.10008.1.2.4.80")
    assert response.status_code == 406


def test_head_has_no_body(server: Asking) -> None:
    head = httpx.head(f"{server.base_url}/{url('images.mf8.one.1')}", headers={"Accept": DICOM}, trust_env=False)
    assert head.status_code == 200
    assert head.content == b""


def test_parts_are_made_one_by_one() -> None:
    """Whatever the number of parts, no more than the one that is being sent is in memory."""
    made = []

    def all_parts() -> Iterator[Part]:
        for number in range(1000):
            made.append(number)
            yield Part("text/plain", b"x" * 1000)

    context = Context(None, None, Options(buffer=1000), DefectSet(), "http://127.0.0.1")
    answer = pack(context, all_parts, Form.OCTETS, 1_000_000, "studies/1")
    assert len(made) == 1
    chunks = answer.chunks()
    for count in range(1, 4):
        assert b"text/plain" in next(chunks)
        assert len(made) == count
