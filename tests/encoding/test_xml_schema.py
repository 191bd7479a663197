"""The Relax NG schemas: both syntaxes say the same, and the strict schema refuses more than the plain one."""

from __future__ import annotations

import pytest
import rnc2rng
from lxml import etree

from dwconform.data import folder

from .xml_cases import INVALID, PARSING, VALID, Case, as_bytes

RNG = "{http://relaxng.org/ns/structure/1.0}"
XML = "http://www.w3.org/XML/1998/namespace"
SCHEMAS = ["native-dicom-model", "native-dicom-model-strict"]
PLAIN, STRICT = (etree.RelaxNG(etree.parse(folder("schemas") / f"{name}.rng")) for name in SCHEMAS)
Pattern = tuple[str, tuple[tuple[str, str], ...], str, tuple["Pattern", ...]]


def canonical(node: etree._Element, namespace: str = "", library: str = "") -> Pattern:
    """Return a pattern with its names spelled out (RELAX NG 4.3 to 4.10), so that two spellings of it are equal."""
    namespace = node.get("ns", namespace)
    library = node.get("datatypeLibrary", library)
    name = node.tag.removeprefix(RNG)
    attributes = {key: value for key, value in node.attrib.items() if key not in {"ns", "datatypeLibrary"}}
    children = [canonical(child, namespace, library) for child in node.iterchildren(f"{RNG}*")]
    if name in {"element", "attribute"} and "name" in attributes:
        prefix, _, local = attributes.pop("name").rpartition(":")
        own = XML if prefix else node.get("ns", "") if name == "attribute" else namespace
        children.insert(0, ("name", (("ns", own),), local, ()))
    if name == "name":
        attributes["ns"] = namespace
    if name == "data":
        attributes["datatypeLibrary"] = library
    if name == "value":
        attributes.setdefault("type", "token")
    text = (node.text or "").strip()
    if name == "define" or (name == "grammar"):
        children.sort()
    return name, tuple(sorted(attributes.items())), text, tuple(children)


@pytest.mark.parametrize("name", SCHEMAS)
def test_both_syntaxes_are_one_schema(name: str) -> None:
    compact = rnc2rng.dumps(rnc2rng.load(str(folder("schemas") / f"{name}.rnc")))
    converted = canonical(etree.fromstring(compact.encode()))
    assert converted == canonical(etree.parse(folder("schemas") / f"{name}.rng").getroot())
    assert len(converted[3]) > 10


def test_the_comparison_sees_a_difference() -> None:
    text = (folder("schemas") / "native-dicom-model.rng").read_text(encoding="utf-8")
    for old, new in [
        ("zeroOrMore", "oneOrMore"),
        ('name="Phonetic"', 'name="phonetic"'),
        ('name="uri" ns=""', 'name="uri" ns="urn:x"'),
        ("base64Binary", "hexBinary"),
    ]:
        assert old in text
        changed = etree.fromstring(text.replace(old, new).encode())
        assert canonical(changed) != canonical(etree.fromstring(text.encode()))


@pytest.mark.parametrize("text", VALID)
def test_valid_documents_are_valid_by_both(text: str | bytes) -> None:
    document = etree.fromstring(as_bytes(text))
    STRICT.assertValid(document)
    PLAIN.assertValid(document)


# Rules that need the VR or the tag: only the strict schema can see them.
BY_VR = {
    "X-BIN-02", "X-BULK-06", "X-BULK-07", "X-PN-03", "X-PN-04", "X-PRIV-02", "X-PRIV-03", "X-PRIV-04", "X-PRIV-05",
    "X-SQ-02", "X-TAG-02", "X-TAG-03", "X-VAL-01", "X-VAL-05", "X-VM-02",
}  # fmt: skip


@pytest.mark.parametrize("case", [case for case in INVALID if case not in PARSING], ids=str)
def test_what_the_plain_schema_refuses_the_strict_one_refuses(case: Case) -> None:
    document = etree.fromstring(case.body)
    assert STRICT.validate(document) is not case.schema
    assert PLAIN.validate(document) is (not case.schema or case.rule in BY_VR)
