"""The fast reader takes what the reader of trees finds clean, reads the same, and nothing else."""

from __future__ import annotations

import copy
import random
import re

import pytest
from lxml import etree

from dwconform.encoding import native_xml
from dwconform.encoding.dataset import DataSet
from dwconform.encoding.problem import Problem
from dwconform.encoding.reading import Problems
from dwconform.encoding.xml_clean import read_clean
from dwconform.encoding.xml_text import NAMESPACE, Node, parse_xml
from dwconform.encoding.xml_values import GROUPS
from dwconform.origin import xml_writer

from .corpus import CORPUS, name_of
from .test_corpus import XML, locate, parsed
from .xml_cases import ALPHABETIC, ID, INVALID, VALID, Case, as_bytes, attribute, document, name, values


def slowly(root: Node) -> tuple[tuple[DataSet, ...], tuple[Problem, ...]]:
    problems = Problems()
    return native_xml._read_tree(root, problems), problems.listed()


def tree(body: bytes) -> Node | None:
    problems = Problems()
    root = parse_xml(body, problems)
    return None if problems else root


def check(body: bytes) -> bool:
    """Compare the readers; say whether the fast one took the document."""
    root = tree(body)
    clean = None if root is None else read_clean(root)
    if root is None or clean is None:
        return False
    assert slowly(root) == ((clean,), ()), body.decode()
    assert list(slowly(root)[0][0]) == list(clean)
    return True


@pytest.mark.parametrize("case", INVALID, ids=str)
def test_it_takes_nothing_invalid(case: Case) -> None:
    assert not check(case.body)


PREFIXED = "<n:"


@pytest.mark.parametrize("text", [text for text in VALID if PREFIXED not in str(text)])
def test_it_takes_what_is_valid(text: str | bytes) -> None:
    assert check(as_bytes(text))


def test_prefixes_are_left_to_the_reader_of_trees() -> None:
    (text,) = (text for text in VALID if PREFIXED in str(text))
    assert not check(as_bytes(text))


def test_it_takes_the_files_of_pydicom_and_reads_them_alike() -> None:
    faulty = [pattern for _, pattern, _ in XML]
    for path in CORPUS:
        body = xml_writer.encode(xml_writer.model(parsed(path), locate))
        assert check(body) or any(re.match(pattern.replace("*", ".*"), name_of(path)) for pattern in faulty), path


SEQUENCE = '<DicomAttribute tag="00081115" vr="SQ" keyword="ReferencedSeriesSequence">{}</DicomAttribute>'
PRIVATE_SEQUENCE = attribute("SQ", '<Item number="1">{}</Item><Item number="2"/>', "00110005")
RICH = document(
    SEQUENCE.format(f'<Item number="1">{ID.format("")}</Item><Item number="2"/><Item number="3">{ID.format("")}</Item>')
    + attribute("CS", '<Value number="1">A</Value><Value number="2"/><Value number="3">C</Value>')
    + attribute("LT", '<Value number="1">a &lt;b&gt; &amp;amp; c&#13;</Value>', "00090003")
    + attribute("OB", "<InlineBinary>AQID</InlineBinary>", "00090004")
    + attribute("OW", '<BulkData uri="https://h/b?a=1&amp;b=2"/>', "00090005")
    + name(ALPHABETIC.format("Doe") + "".join(f"<{group}/>" for group in GROUPS[1:])).replace("0009", "0013")
    + PRIVATE_SEQUENCE.format(SEQUENCE.format('<Item number="1"/>') + values("US", "1", "2"))
)


def test_it_takes_rich_documents() -> None:
    assert check(RICH.encode())
    assert check(RICH.replace("><DicomAttribute", ">\n  <DicomAttribute").encode())


NAMES = ["DicomAttribute", "Item", "Value", "PersonName", "Alphabetic", "BulkData", "InlineBinary", "Other"]
TEXTS = ["", " ", "\n", "x", "1", "2", "SQ", "PN", "US", "00081115", "00091010", "ACME", "\\", "a b "]


def mutate(root: Node, chance: random.Random) -> None:
    """Change one element of a document, which stays well-formed."""
    node = chance.choice(list(root.iter()))
    parent = node.getparent()
    keys = [str(key) for key in node.attrib]
    match chance.randrange(8):
        case 0 if parent is not None:  # gone, its children stay
            for child in reversed(node):
                parent.insert(parent.index(node) + 1, child)
            parent.remove(node)
        case 1 if parent is not None:
            parent.remove(node)
        case 2 if parent is not None:
            parent.insert(chance.randrange(len(parent) + 1), copy.deepcopy(node))
        case 3:
            node.append(copy.deepcopy(chance.choice(list(root.iter())[1:])))
        case 4:
            node.tag = f"{{{NAMESPACE}}}{chance.choice(NAMES)}"
        case 5 if keys:
            node.set(chance.choice(keys), chance.choice(TEXTS))
        case 6 if keys:
            del node.attrib[chance.choice(keys)]
        case 7:
            node.text = chance.choice(TEXTS)
        case _:
            node.tail = chance.choice(TEXTS)


def test_no_mutation_is_taken_that_the_reader_of_trees_finds_faulty() -> None:
    chance = random.Random(1)
    taken = 0
    for _ in range(3000):
        root = etree.fromstring(RICH.encode())
        for _ in range(chance.randint(1, 2)):
            mutate(root, chance)
        taken += check(etree.tostring(root))
    assert taken > 300
