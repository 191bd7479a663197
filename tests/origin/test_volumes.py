"""Planes and projections of a volume that is bright in one corner and lighter from slice to slice."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from lxml import etree

from .retrieving import Asking, asking, instance, picture, url

ONE = "volume.slices.one.1"
MAXIMUM = "renderingmethod=maximum_ip"


@pytest.fixture(scope="module")
def server() -> Iterator[Asking]:
    with asking("volume", "documents") as client:
        yield client


def series(kind: str, query: str = "") -> str:
    one = instance(ONE)
    return f"studies/{one.study_uid}/series/{one.series_uid}/{kind}?{query}"


def corners(server: Asking, target: str) -> list[int]:
    """Upper left, upper right, lower left, lower right."""
    pixels = np.asarray(server.picture(target))
    rows, columns = (side // 8 for side in pixels.shape)
    return [int(pixels[row, column]) for row in (rows, -rows - 1) for column in (columns, -columns - 1)]


WHITE = 255


@pytest.mark.parametrize(
    ("side", "white"),
    [
        ("a", (True, False, True, False)),  # the bright corner is where x and y begin: right and anterior
        ("p", (False, True, False, True)),
        ("r", (False, True, False, True)),
        ("l", (True, False, True, False)),
        ("h", (False, True, False, False)),
        ("f", (True, False, False, False)),
    ],
)
def test_sides_of_the_patient(server: Asking, side: str, white: tuple[bool, ...]) -> None:
    found = corners(server, series("rendered3d", f"{MAXIMUM}&orientation={side}"))
    assert tuple(value == WHITE for value in found) == white


def test_the_head_is_up(server: Asking) -> None:
    found = corners(server, series("rendered3d", f"{MAXIMUM}&orientation=a"))
    assert found[1] > found[3] + 40


def test_methods_differ(server: Asking) -> None:
    seen = {
        method: server.picture(series("rendered3d", f"renderingmethod={method}&orientation=a")).tobytes()
        for method in ("maximum_ip", "minimum_ip", "average_ip", "volume_rendered")
    }
    assert len(set(seen.values())) == 4


def test_the_camera(server: Asking) -> None:
    whole = "viewpointposition=57.5,-300,50&viewpointlookat=57.5,37.5,50&viewpointup=0,0,1"
    assert corners(server, series("rendered3d", f"{MAXIMUM}&{whole}"))[0] == WHITE
    upside_down = corners(server, series("rendered3d", f"{MAXIMUM}&{whole.replace('=0,0,1', '=0,0,-1')}"))
    assert upside_down[1] == WHITE
    behind = corners(server, series("rendered3d", f"{MAXIMUM}&{whole.replace('-300', '300')}"))
    assert behind[0] < WHITE
    assert behind[1] == WHITE


def test_planes_and_slabs(server: Asking) -> None:
    """The plane at the first rows crosses the bright corner, that at the last ones does not, a thick slab does."""

    def at(y: float, more: str = "") -> int:
        view = f"viewpointposition=57.5,-300,50&viewpointlookat=57.5,{y},50&viewpointup=0,0,1"
        return corners(server, series("renderedmpr", f"{MAXIMUM}&{view}{more}"))[0]

    assert at(5) == WHITE
    assert at(70) < 100
    assert at(70, "&mprslab=100") == WHITE


@pytest.mark.parametrize(
    "query",
    [
        "renderingmethod=x",
        "orientation=x",
        "orientation=a&viewpointup=0,0,1",
        "viewpointup=0,1",
        "viewpointup=0,-1,0",
        "mprslab=0",
        "renderedvolumetricmetadata=no",
        "volumeinputreference=1.2.3",
        f"volumeinputreference={instance(ONE).sop_instance_uid}&InstanceNumber=1",
        "InstanceNumber=99999",
        "window=1",
        "volumetriccurvepoint=0,0,0",
    ],
)
def test_values_that_are_not_valid(server: Asking, query: str) -> None:
    assert server.get(series("renderedmpr", query), "image/png").status_code == 400


def test_resources(server: Asking) -> None:
    study = f"studies/{instance(ONE).study_uid}"
    frames = url("volume.multi-frame.one.1")
    targets = [
        f"{study}/renderedmpr",
        f"{study}/series/rendered3d",
        f"{study}/rendered3d",
        f"{frames}/frames/1,2,3/rendered3d",
    ]
    for target in [*targets, f"{frames}/renderedmpr", f"{frames}/rendered3d"]:
        assert server.get(target, "*/*").headers["content-type"] == "image/jpeg"
    assert server.get(f"{url('documents.sr.one.1')}/rendered3d", "*/*").status_code == 400
    assert server.get("studies/2.25.1/rendered3d", "*/*").status_code == 404
    assert max(server.picture(series("rendered3d", "viewport=100,100&window=40,400,linear&quality=50")).size) == 100


@pytest.mark.parametrize(
    ("kind", "query", "count"),
    [
        ("rendered3d", "orientation=a&swivelrange=90&animationstepsize=10&animationrate=20", 9),
        ("renderedmpr", "volumetriccurvepoint=57,0,0&volumetriccurvepoint=57,0,50&animationstepsize=5", 10),
    ],
)
def test_animations(server: Asking, kind: str, query: str, count: int) -> None:
    response = server.get(series(kind, query), "image/gif")
    assert picture(response.content).n_frames == count
    assert server.get(series(kind, query), "image/jpeg").status_code == 406


def test_the_response_module(server: Asking) -> None:
    query = "renderingmethod=average_ip&mprslab=5&renderedvolumetricmetadata=yes"
    module = server.get(series("renderedmpr", query), "application/dicom+json").json()
    assert module["00720510"]["Value"] == ["MPR"]
    assert module["0070120D"]["Value"] == ["AVERAGE_IP"]
    assert module["00701503"]["Value"] == [5.0]
    assert all(len(module[tag]["Value"]) == 3 for tag in ("00701603", "00701604", "00701605"))
    assert {"00281050", "00281051", "00281056"} <= module.keys()
    assert module == server.get(series("renderedmpr", query), "application/dicom+json").json()
    xml = 'multipart/related; type="application/dicom+xml"'
    (part,) = server.parts(series("rendered3d", "renderedvolumetricmetadata=yes"), xml)
    keywords = {node.get("keyword") for node in etree.fromstring(part.body)}
    assert "RenderingMethod" in keywords
    assert "WindowCenter" not in keywords  # of what is volume rendered
