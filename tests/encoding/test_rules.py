from __future__ import annotations

from pathlib import Path

from dwconform.encoding.rules import RULES

from . import json_cases, module_cases, part10_files, test_media_type, test_multipart, test_search_results, xml_cases

# Both need a fault of ours or a flood: test_native_xml and test_dicom_json have a test each that produces them.
# Three more depend on what a caller expects, or are large: test_part10.
ELSEWHERE = {"LIMIT", "P-LIMIT-01", "P-TS-02", "P-UID-02", "X-SCHEMA-01"}


def test_every_rule_has_a_document_that_breaks_it() -> None:
    broken = {case.rule for case in (*json_cases.INVALID, *xml_cases.INVALID, *test_multipart.INVALID)}
    tables = (test_media_type.INVALID, test_media_type.ACCEPT_INVALID, test_search_results.INVALID)
    broken |= {row[0] for table in tables for row in table}
    broken |= {case.rule for case in (*part10_files.INVALID, *module_cases.INVALID)}
    assert broken | ELSEWHERE == RULES.keys()


LIVE = "it needs live requests: a check or a case judges it"
STORED = "it compares with what was stored: a check judges it"
NOT_A_READERS_MATTER = {
    "J-BIN-06": STORED,
    "J-BULK-05": LIVE,
    "J-CHAR-02": "it forbids clients to decode by (0008,0005), which the reader does not do, and nothing to servers",
    "J-EMPTY-01": "it is about the status code",
    "J-MAP-01": "it compares two responses",
    "J-META-01": STORED,
    "J-SQ-04": "items are read like data sets: a problem in an item has the rule that it has outside",
    "J-TZ-02": STORED,
    "J-VAL-08": STORED,
    "M-XML-02": "it compares with the number of results; a part with two roots is X-WF-01",
    "M-XML-04": "told apart as M-BOUNDARY-02, M-BOUNDARY-03, M-CLOSE-01 and M-LINE-01",
    "M-XML-05": "it is about store requests, which we write",
    "M-XML-06": "it is about the status code; a multipart without parts is M-ZERO-01",
    "X-ATTR-01": "told apart as X-TAG-01, X-VR-01, X-VR-02 and X-ATTR-02",
    "X-BULK-02": "it is about application hosting; the strict schema has the pattern",
    "X-PRIV-01": "told apart as X-PRIV-02 and X-PRIV-04",
    "X-VAL-03": "a missing place shows as X-NUM-02",
}


def test_every_rule_of_the_catalogue_is_known_or_no_matter_of_a_reader() -> None:
    lines = (Path(__file__).parents[1] / "data" / "payload_rules.txt").read_text(encoding="utf-8").splitlines()
    catalogue = {line for line in lines if line and not line.startswith("#")}
    assert len(catalogue) == 145
    assert catalogue - RULES.keys() == NOT_A_READERS_MATTER.keys()


def test_every_rule_says_where_it_comes_from() -> None:
    for rule in RULES.values():
        assert rule.section or rule.id == "LIMIT"
        assert rule.statement.endswith(".")
