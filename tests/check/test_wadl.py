from __future__ import annotations

from typing import Any

import pytest

from check.evidence import BASE, holds
from check.retrieved import retrieve

SPACE = 'xmlns="http://wadl.dev.java.net/2009/02"'
TREE = (
    '<resource path="studies"><method name="GET"/><resource path="{study}"><method name="GET"/>'
    '<resource path="metadata"><method name="GET"/></resource></resource></resource>'
)


def described(base: str = BASE, tree: str = TREE, root: str = "application", trees: int = 1) -> str:
    return f'<{root} {SPACE}>{f"""<resources base="{base}">{tree}</resources>""" * trees}</{root}>'


@pytest.mark.parametrize(
    ("arguments", "document", "expected"),
    [
        ("form", described(), True),
        ("form", described(trees=2), False),
        ("form", described(root="wadl"), False),
        ("form", "no XML", False),
        ("base", described(), True),
        ("base", described(base=f"{BASE}/"), True),
        ("base", described(base="/dicom-web"), True),
        ("base", described(base="http://server/other"), False),
        ({"rule": "resources", "paths": ["studies GET", "studies/{}/metadata GET"]}, described(), True),
        ({"rule": "resources", "paths": ["studies/{}/series GET"]}, described(), False),
        ({"rule": "resources", "paths": ["studies POST"]}, described(), False),
    ],
)
def test_wadl(arguments: Any, document: str, expected: bool) -> None:
    evidence = retrieve("/", document.encode(), {"Content-Type": "application/vnd.sun.wadl+xml"})
    assert holds("wadl", arguments, evidence) is expected
