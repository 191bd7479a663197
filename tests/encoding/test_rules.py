from __future__ import annotations

from dwconform.encoding.rules import RULES

from . import json_cases, test_media_type, test_multipart, test_search_results, xml_cases

# Both need a fault of ours or a flood: test_native_xml and test_dicom_json have a test each that produces them.
ELSEWHERE = {"LIMIT", "X-SCHEMA-01"}


def test_every_rule_has_a_document_that_breaks_it() -> None:
    broken = {case.rule for case in (*json_cases.INVALID, *xml_cases.INVALID, *test_multipart.INVALID)}
    tables = (test_media_type.INVALID, test_media_type.ACCEPT_INVALID, test_search_results.INVALID)
    broken |= {row[0] for table in tables for row in table}
    assert broken | ELSEWHERE == RULES.keys()


def test_every_rule_says_where_it_comes_from() -> None:
    for rule in RULES.values():
        assert rule.section or rule.id == "LIMIT"
        assert rule.statement.endswith(".")
