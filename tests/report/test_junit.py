from __future__ import annotations

import pytest
from lxml import etree

from dwconform.report.junit import render_junit
from dwconform.report.results import Results

from . import sample

# What the readers of Jenkins, GitLab and GitHub actions have in common.
SCHEMA = etree.XMLSchema(
    etree.XML("""
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:attributeGroup name="counts">
    <xs:attribute name="name" type="xs:string" use="required"/>
    <xs:attribute name="tests" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="failures" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="errors" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="skipped" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="time" type="xs:decimal" use="required"/>
  </xs:attributeGroup>
  <xs:complexType name="told">
    <xs:simpleContent><xs:extension base="xs:string">
      <xs:attribute name="message" type="xs:string" use="required"/><xs:attribute name="type" type="xs:string"/>
    </xs:extension></xs:simpleContent>
  </xs:complexType>
  <xs:element name="testsuites"><xs:complexType>
    <xs:sequence><xs:element name="testsuite" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
      <xs:sequence>
        <xs:element name="properties"><xs:complexType><xs:sequence>
          <xs:element name="property" maxOccurs="unbounded"><xs:complexType>
            <xs:attribute name="name" type="xs:string" use="required"/>
            <xs:attribute name="value" type="xs:string" use="required"/>
          </xs:complexType></xs:element>
        </xs:sequence></xs:complexType></xs:element>
        <xs:element name="testcase" maxOccurs="unbounded"><xs:complexType>
          <xs:sequence>
            <xs:choice minOccurs="0">
              <xs:element name="skipped" type="told"/>
              <xs:element name="error" type="told"/>
              <xs:element name="failure" type="told"/>
            </xs:choice>
            <xs:element name="system-out" type="xs:string" minOccurs="0"/>
          </xs:sequence>
          <xs:attribute name="name" type="xs:string" use="required"/>
          <xs:attribute name="classname" type="xs:string" use="required"/>
          <xs:attribute name="time" type="xs:decimal" use="required"/>
        </xs:complexType></xs:element>
      </xs:sequence>
      <xs:attributeGroup ref="counts"/>
      <xs:attribute name="timestamp" type="xs:dateTime" use="required"/>
    </xs:complexType></xs:element></xs:sequence>
    <xs:attributeGroup ref="counts"/>
  </xs:complexType></xs:element>
</xs:schema>""")
)


@pytest.fixture(scope="module")
def root() -> etree._Element:
    return etree.fromstring(render_junit(sample.faulty()).encode())


def one(root: etree._Element, name: str) -> etree._Element:
    (found,) = root.xpath(f"//testcase[@name='{name}']")
    return found


@pytest.mark.parametrize(
    "results", [sample.faulty(), sample.clean(), sample.large(200)], ids=["faulty", "clean", "large"]
)
def test_valid(results: Results) -> None:
    SCHEMA.assertValid(etree.fromstring(render_junit(results).encode()))


def test_counts_are_those_of_the_elements(root: etree._Element) -> None:
    for element in (root, *root):
        for attribute, tag in (
            ("tests", "testcase"),
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ):
            assert int(element.get(attribute, "")) == len(list(element.iter(tag)))
    assert [suite.get("name") for suite in root] == sorted({case.suite for case in sample.faulty().cases})


def test_a_fail_says_what_a_reader_needs(root: etree._Element) -> None:
    failure = one(root, "limit").find("failure")
    assert failure is not None
    assert failure.get("message") == "the status is 500"
    for part in (
        "Requirement: 10.6.3.1/status (shall)",
        "Expected: 200",
        "Observed: 500 <script>",
        "Request: curl",
        "Why it matters: Viewers",
        "Likely fix: Catch",
    ):
        assert part in (failure.text or "")


@pytest.mark.parametrize(
    ("name", "tag", "message"),
    [
        ("waived", "skipped", "waived: fixed in 4.2, TICKET-17"),
        ("offset", "skipped", "untested: blocked by studies/search/limit"),
        ("one", "skipped", "not-applicable: studies.store is not claimed"),
        ("series", "error", "no answer within 30 seconds"),
    ],
)
def test_other_verdicts(root: etree._Element, name: str, tag: str, message: str) -> None:
    assert one(root, name)[0].tag == tag
    assert one(root, name)[0].get("message") == message


def test_a_warning_passes_and_says_so(root: etree._Element) -> None:
    (told,) = one(root, "xml")
    assert told.tag == "system-out"
    assert (told.text or "").startswith("warning: ")
    assert len(one(root, "ok")) == 0


def test_properties(root: etree._Element) -> None:
    properties = {item.get("name"): item.get("value") for item in root[0].iter("property")}
    assert properties["outcome"] == "not conformant"
    assert properties["edition"] == "PS3.18 2025c"
    assert properties["url"] == sample.BASE


def test_characters_that_xml_cannot_hold_are_written_out() -> None:
    text = render_junit(sample.faulty())
    assert "\\x1b[31mred\\x00\\u202e" in text
    assert text == render_junit(sample.faulty())
