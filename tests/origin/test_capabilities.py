from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from lxml import etree

from dwconform.origin.app import _RESOURCES

from .retrieving import Asking, asking

WADL = "{http://wadl.dev.java.net/2009/02}"


@pytest.fixture(scope="module")
def server() -> Iterator[Asking]:
    with asking() as client:
        yield client


def options(server: Asking, accept: str, end: str = "/") -> object:
    return server.http.request("OPTIONS", server.base_url + end, headers={"Accept": accept})


def paths(element: etree._Element, above: str = "") -> Iterator[str]:
    for resource in element.findall(f"{WADL}resource"):
        path = f"{above}/{resource.get('path')}".lstrip("/")
        if resource.find(f"{WADL}method") is not None:
            yield path
        yield from paths(resource, path)


def test_the_tree_names_every_resource(server: Asking) -> None:
    root = etree.fromstring(options(server, "application/vnd.sun.wadl+xml").content)
    assert root.tag == f"{WADL}application"
    (resources,) = root.findall(f"{WADL}resources")
    assert resources.get("base") == server.base_url
    named = [re.sub(r"\{\w+\}", "1", path) for path in paths(resources)]
    assert len(named) == len(set(named))
    for path in named:
        assert any(pattern.fullmatch(path) for pattern, _ in _RESOURCES), path
    for pattern, kind in _RESOURCES:
        if pattern.fullmatch("studies/1/series/rendered3d") and not pattern.fullmatch("studies/1/series/1"):
            continue  # the other path of a resource that the tree has below the study, as Table H-1 wants it
        assert kind == "capabilities" or any(pattern.fullmatch(path) for path in named), pattern


def test_json_says_the_same(server: Asking) -> None:
    root = etree.fromstring(options(server, "application/vnd.sun.wadl+xml").content)
    document = options(server, "application/json").json()["application"]

    def same(element: etree._Element, plain: dict) -> None:
        assert {f"@{name}": value for name, value in element.attrib.items()} == {
            name: value for name, value in plain.items() if name.startswith("@")
        }
        for name in {etree.QName(child).localname for child in element}:
            children = element.findall(f"{WADL}{name}")
            if name == "doc":
                assert [child.text for child in children] == [each["value"] for each in plain["doc"]]
                continue
            listed = plain[name] if isinstance(plain[name], list) else [plain[name]]
            assert len(children) == len(listed)
            for child, each in zip(children, listed, strict=True):
                same(child, each)

    same(root, document)


@pytest.mark.parametrize(
    ("accept", "end", "status"), [("*/*", "", 200), ("*/*", "/?x=1", 200), ("image/png", "/", 406)]
)
def test_negotiation(server: Asking, accept: str, end: str, status: int) -> None:
    assert options(server, accept, end).status_code == status


def test_other_methods(server: Asking) -> None:
    response = server.get("", "*/*")
    assert response.status_code == 405
    assert response.headers["allow"] == "OPTIONS"
