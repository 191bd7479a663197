"""Documents of DICOM JSON: those that break exactly one rule, and their valid neighbours."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from dwconform.encoding.dicom_json import JsonContext


@dataclass(frozen=True)
class Case:
    """A document that breaks ``rule`` and nothing else.

    ``schema``: the JSON Schema can see it, too; None where JSON parsers differ, so that no validator can be asked.
    """

    rule: str
    text: str | bytes
    pointer: str
    schema: bool | None = True
    context: JsonContext = JsonContext.SEARCH

    @property
    def body(self) -> bytes:
        return self.text if isinstance(self.text, bytes) else self.text.encode()

    def __str__(self) -> str:
        return f"{self.rule} {self.body[:60]!r}"


def attribute(tag: str, vr: str, **members: Any) -> str:
    """Return search results of one data set with one attribute."""
    return json.dumps([{tag: {"vr": vr, **members}}], ensure_ascii=False)


def values(tag: str, vr: str, *items: Any) -> str:
    return attribute(tag, vr, Value=list(items))


def wrong(rule: str, tag: str, vr: str, *items: Any, at: int = 0, schema: bool = True) -> Case:
    """Return the case of one attribute whose value number ``at`` breaks ``rule``."""
    return Case(rule, values(tag, vr, *items), f"/0/{tag}/Value/{at}", schema)


# Tags with a VR that the dictionary gives them and a multiplicity of 1-n, where there is one
AE, AS, AT, CS, DA = "00080054", "00101010", "00280009", "00080061", "0008002A"
DS, DT, FL, IS, LO = "00180093", "0040A120", "00089459", "00200013", "00081080"
LT, OB, OF, OW, PN = "001021B0", "00420011", "00660016", "00281201", "00081048"
SQ, ST, TM, UI, UR = "00081115", "00080081", "00080032", "00081150", "00080120"
PIXELS = "7FE00010"
PRIVATE = "00091001"
CREATOR = '"00090010": {"vr": "LO", "Value": ["ACME"]}'


def private(vr: str, *items: Any) -> str:
    """Return search results with a private attribute, which has no VR and no multiplicity of its own."""
    return f'[{{{CREATOR}, "{PRIVATE}": {json.dumps({"vr": vr, "Value": list(items)}, ensure_ascii=False)}}}]'


def wrong_private(rule: str, vr: str, *items: Any, at: int = 0, schema: bool = True) -> Case:
    return Case(rule, private(vr, *items), f"/0/{PRIVATE}/Value/{at}", schema)


NAME = '"00100010": {"vr": "PN", "Value": [{"Alphabetic": "Doe^Jane"}]}'
IDEOGRAPHS = '"00100010": {"vr": "PN", "Value": [{"Alphabetic": "山田^太郎"}]}'
OBJECT = JsonContext.DATASET

DOCUMENTS = [
    Case("J-UTF8-01", b'[{"00100020": {"vr": "LO", "Value": ["M\xfcller"]}}]', "byte 39", schema=None),
    Case("J-UTF8-01", "[]".encode("utf-16-le"), "byte 0", schema=None),
    Case("J-UTF8-02", b"\xef\xbb\xbf[{}]", "byte 0", schema=None),
    Case("J-JSON-01", '[{"00100020": {"vr": "LO",}}]', "byte 26", schema=None),
    Case("J-JSON-01", "[{}] [{}]", "byte 5", schema=None),
    Case("J-JSON-01", '[{"00720074": {"vr": "FD", "Value": [NaN]}}]', "/0/00720074/Value/0", schema=None),
    Case("J-JSON-01", '[{"00720074": {"vr": "FD", "Value": -Infinity}}]', "/0/00720074/Value", schema=None),
    Case("J-JSON-01", "[NaN]", "/0", schema=None),
    Case("J-JSON-01", "", "byte 0", schema=None),
    Case("J-JSON-02", '[{"00100020": {"vr": "LO", "Value": ["\\ud800"]}}]', "/0/00100020/Value/0", schema=None),
    Case("J-DEPTH-01", "[" * 100_000, "", schema=None),
    Case("J-DEPTH-01", '{"a":' * 100_000, "", schema=None),
    Case("J-TOP-01", "5", ""),
    Case("J-TOP-01", "[[{}]]", "/0"),
    Case("J-TOP-01", "[{}, null]", "/1"),
    Case("J-TOP-02", "{}", ""),
    Case("J-TOP-03", "[{}, {}]", "", context=OBJECT),
    Case("J-TOP-03", '"text"', "", context=OBJECT),
    Case("J-TOP-04", "[{}]", "", context=JsonContext.STORE_RESPONSE),
    Case("J-TAG-01", '[{"0020000d": {"vr": "UI"}}]', "/0/0020000d"),
    Case("J-TAG-01", '[{"PatientID": {"vr": "LO"}}]', "/0/PatientID"),
    Case("J-TAG-01", '[{"0020,000D": {"vr": "UI"}}]', "/0/0020,000D"),
    Case("J-TAG-03", '[{"00080000": {"vr": "UL", "Value": [118]}}]', "/0/00080000"),
    Case("J-TAG-04", '[{"00020010": {"vr": "UI", "Value": ["1.2.840.10008.1.2.1"]}}]', "/0/00020010"),
    Case("J-TAG-05", '[{"FFFEE000": {"vr": "UN"}}]', "/0/FFFEE000"),
    Case("J-TAG-05", '[{"00000002": {"vr": "UI"}}]', "/0/00000002"),
    Case("J-TAG-06", '[{"00100020": {"vr": "LO"}, "00100020": {"vr": "LO"}}]', "/0/00100020", schema=False),
    Case("J-TAG-07", '[{"00100020": {"vr": "LO"}, "00100010": {"vr": "PN"}}]', "/0/00100010", schema=False),
    Case("J-TAG-09", '[{"00090101": {"vr": "LO"}}]', "/0/00090101"),
    Case("J-ATTR-01", '[{"00100020": null}]', "/0/00100020"),
    Case("J-ATTR-01", '[{"00100020": ["x"]}]', "/0/00100020"),
    Case("J-ATTR-02", attribute(OB, "OB", InlineBinary="AQID", BulkDataURI="https://h/b"), f"/0/{OB}"),
    Case("J-ATTR-03", attribute("00100020", "LO", value=["x"]), "/0/00100020/value"),
    Case("J-ATTR-04", '[{"00100020": {"vr": "LO", "vr": "LO"}}]', "/0/00100020/vr", schema=False),
    Case("J-VR-01", '[{"00100020": {"Value": ["x"]}}]', "/0/00100020"),
    Case("J-VR-01", '[{"00100020": {"vr": 5}}]', "/0/00100020"),
    Case("J-VR-01", '[{"00100020": {"vr": ["LO"]}}]', "/0/00100020"),
    Case("J-VR-02", attribute("00280106", "US or SS"), "/0/00280106/vr"),
    Case("J-VR-02", attribute("00100020", "lo"), "/0/00100020/vr"),
    Case("J-VR-03", attribute("00100010", "LO"), "/0/00100010/vr", schema=False),
    Case("J-VR-04", attribute("00100020", "UN"), "/0/00100020/vr", schema=False),
    Case("J-VR-05", attribute("00080020", "DT"), "/0/00080020/vr", schema=False),
]

VALUES = [
    Case("J-VAL-01", attribute("00100020", "LO", Value="x"), "/0/00100020/Value"),
    Case("J-VAL-02", attribute(DA, "DT", Value=[]), f"/0/{DA}/Value"),
    Case("J-VAL-02", values("00100020", "LO", None), "/0/00100020/Value"),
    Case("J-VAL-02", values("00100020", "LO", ""), "/0/00100020/Value"),
    wrong("J-VAL-03", CS, "CS", "MPG", "", "XR3", at=1),
    Case("J-VAL-04", values(OF, "OF", 1.0), f"/0/{OF}/Value"),
    Case("J-VAL-05", values(LT, "LT", "a", "b"), f"/0/{LT}/Value"),
    Case("J-VAL-06", values("00100020", "LO", "A", "B"), "/0/00100020/Value", schema=False),
    Case("J-VAL-06", values("00280030", "DS", 1), "/0/00280030/Value", schema=False),
    wrong("J-VAL-07", "00100020", "LO", "a\\b"),
    wrong("J-TYPE-STR", CS, "CS", ["CT"]),
    wrong("J-TYPE-STR", "00080020", "DA", 20240315),
    wrong("J-TYPE-NUM", "00280010", "US", "512"),
    wrong("J-TYPE-NUM", "00280010", "US", True),
    wrong("J-TYPE-NUMSTR", IS, "IS", True),
    wrong("J-TYPE-NUMSTR", IS, "IS", {}),
    wrong("J-TYPE-INT", "00280010", "US", 512.5),
    wrong("J-RANGE-01", "00280010", "US", 65536),
    wrong("J-RANGE-01", "00280010", "US", -1),
    wrong_private("J-RANGE-01", "SL", 1 << 31),
    wrong_private("J-RANGE-01", "UV", 1 << 64),
    wrong("J-RANGE-01", IS, "IS", "2147483648", schema=False),
    wrong_private("J-RANGE-01", "SV", "-9223372036854775809", schema=False),
    wrong_private("J-RANGE-01", "UV", "9" * 5000, schema=False),
    Case("J-RANGE-01", private("US", 1).replace("[1]", "[" + "9" * 5000 + "]"), f"/0/{PRIVATE}/Value/0", schema=None),
    Case("J-NUM-01", values("00280010", "US", 512.0), "/0/00280010/Value/0", schema=False),
    Case("J-NUM-02", '[{"00180050": {"vr": "DS", "Value": [1e400]}}]', "/0/00180050/Value/0", schema=None),
    wrong_private("J-NUM-64", "UV", 18446744073709551615, schema=False),
    wrong_private("J-STR64-01", "SV", "0x0C"),
    wrong("J-FLOAT-01", "00720074", "FD", "NaN"),
    wrong("J-FLOAT-02", FL, "FL", 1e39),
    Case("J-FLOAT-02", '[{"00720074": {"vr": "FD", "Value": [1e400]}}]', "/0/00720074/Value/0", schema=None),
    wrong("J-AT-01", AT, "AT", "0018106c"),
    wrong("J-AE-01", AE, "AE", "    "),
    wrong("J-AE-01", AE, "AE", "x" * 17),
    wrong("J-AS-01", AS, "AS", "18M"),
    wrong("J-CS-01", CS, "CS", "CT\\SR"),
    wrong("J-CS-01", CS, "CS", "ct"),
    wrong("J-CS-01", CS, "CS", "A" * 17),
    wrong("J-DA-01", "00080020", "DA", "2024-02-29"),
    wrong("J-DA-01", "00080020", "DA", "20230229", schema=False),
    wrong("J-DA-01", "00080020", "DA", "20240101-"),
    wrong("J-TM-01", TM, "TM", "2400"),
    wrong("J-TM-01", TM, "TM", "10:15:30"),
    wrong("J-TM-01", TM, "TM", "101530.1234567"),
    wrong("J-DT-01", DT, "DT", "20240315101530-0000"),
    wrong("J-DT-01", DT, "DT", "20230229", schema=False),
    wrong("J-UI-01", UI, "UI", "1.2.03"),
    wrong("J-UI-01", UI, "UI", "1." + "2" * 63),
    wrong("J-UR-01", UR, "UR", " https://h/"),
    wrong("J-DS-01", DS, "DS", "72,5"),
    wrong("J-DS-01", DS, "DS", "1.234567890123456"),
    wrong("J-DS-02", DS, "DS", 0.12345678901234568, schema=False),
    wrong("J-IS-01", IS, "IS", "12.0"),
    wrong("J-LEN-01", "00080050", "SH", "x" * 17),
    wrong("J-LEN-01", "00100020", "LO", "検" * 65),
    wrong("J-LEN-01", ST, "ST", "x" * 1025),
    wrong("J-CTRL-01", "00100020", "LO", "a\nb"),
    wrong("J-CTRL-01", LT, "LT", "a\0b"),
    wrong("J-CTRL-02", "00100020", "LO", "a\x7fb", schema=False),
    wrong("J-CTRL-02", LT, "LT", "a\x85b", schema=False),
    wrong("J-PAD-01", "00100020", "LO", "CT ", schema=False),
    wrong("J-PAD-01", CS, "CS", "CT ", schema=False),
    wrong("J-PAD-01", "00080201", "SH", "+0100 ", schema=False),
    wrong("J-PAD-02", UI, "UI", "1.2.3\0"),
]

NAMES = [
    wrong("J-PN-01", PN, "PN", "Doe^Jane"),
    Case("J-PN-02", values(PN, "PN", {"alphabetic": "x", "Phonetic": "x"}), f"/0/{PN}/Value/0/alphabetic"),
    Case("J-PN-03", values(PN, "PN", {"Alphabetic": {"FamilyName": "x"}}), f"/0/{PN}/Value/0/Alphabetic"),
    Case("J-PN-03", values(PN, "PN", {"Alphabetic": None}), f"/0/{PN}/Value/0/Alphabetic"),
    Case("J-PN-04", values(PN, "PN", {"Alphabetic": "", "Ideographic": "王"}), f"/0/{PN}/Value/0/Alphabetic"),
    Case("J-PN-05", values(PN, "PN", {"Alphabetic": "a^b^c^d^e^f"}), f"/0/{PN}/Value/0/Alphabetic"),
    Case("J-PN-05", values(PN, "PN", {"Alphabetic": "x=y"}), f"/0/{PN}/Value/0/Alphabetic"),
    Case("J-PN-06", values(PN, "PN", {"Alphabetic": "x" * 65}), f"/0/{PN}/Value/0/Alphabetic"),
    Case("J-PN-07", f'[{{"00080005": {{"vr": "CS", "Value": ["ISO_IR 192"]}}, {IDEOGRAPHS}}}]',
         "/0/00100010/Value/0/Alphabetic", schema=False),
    wrong("J-PN-08", PN, "PN", {"Alphabetic": "A"}, {}, at=1),
]  # fmt: skip

SEQUENCES = [
    wrong("J-SQ-01", SQ, "SQ", [{}]),
    wrong("J-SQ-02", SQ, "SQ", {}, None, at=1),
    wrong("J-SQ-02", SQ, "SQ", None),
    Case("J-SQ-03", attribute(SQ, "SQ", Value=[]), f"/0/{SQ}/Value"),
    Case("J-VR-01", values(SQ, "SQ", {}, {"00100020": {}}), f"/0/{SQ}/Value/1/00100020"),
    Case("J-TAG-07", values(SQ, "SQ", {"00100020": {"vr": "LO"}, "00100010": {"vr": "PN"}}),
         f"/0/{SQ}/Value/0/00100010", schema=False),
    Case("J-PRIV-01", f'[{{{CREATOR}, "00400275": {{"vr": "SQ", "Value": [{{"{PRIVATE}": {{"vr": "LO"}}}}]}}}}]',
         f"/0/00400275/Value/0/{PRIVATE}", schema=False),
    Case("J-DEPTH-01", "[" + '{"00081115": {"vr": "SQ", "Value": [' * 70 + "{}" + "]}}" * 70 + "]",
         "/0" + "/00081115/Value/0" * 64 + "/00081115/Value", schema=None),
]  # fmt: skip

ELSEWHERE = [
    Case("J-BULK-01", attribute(OB, "OB", BulkDataURI=["https://h"]), f"/0/{OB}/BulkDataURI"),
    Case("J-BULK-01", attribute(OB, "OB", BulkDataURI=""), f"/0/{OB}/BulkDataURI"),
    Case("J-BULK-01", attribute(OB, "OB", BulkDataURI="https://h/a b"), f"/0/{OB}/BulkDataURI"),
    Case("J-BULK-02", attribute(CS, "CS", BulkDataURI="https://h/b"), f"/0/{CS}/BulkDataURI"),
    Case("J-BULK-03", attribute(OB, "OB", BulkDataURI="file:///x.dcm"), f"/0/{OB}/BulkDataURI"),
    Case("J-BULK-04", attribute(OB, "OB", BulkDataURI="../bulkdata/1"), f"/0/{OB}/BulkDataURI", schema=False),
    Case("J-BULK-06", attribute(LO, "LO", BulkDataURI="https://h/b"), f"/0/{LO}/BulkDataURI"),
    Case("J-BIN-01", attribute(OB, "OB", InlineBinary=["AQID"]), f"/0/{OB}/InlineBinary"),
    Case("J-BIN-02", attribute(OB, "OB", InlineBinary="AQI"), f"/0/{OB}/InlineBinary"),
    Case("J-BIN-02", attribute(OB, "OB", InlineBinary="AQ*D"), f"/0/{OB}/InlineBinary"),
    Case("J-BIN-03", attribute(LO, "LO", InlineBinary="AQID"), f"/0/{LO}/InlineBinary"),
    Case("J-BIN-04", attribute(OW, "OW", InlineBinary="AQID"), f"/0/{OW}/InlineBinary", schema=False),
    Case("J-BIN-05", attribute(OB, "OB", InlineBinary=""), f"/0/{OB}/InlineBinary"),
    Case("J-BIN-07", attribute(OB, "OB", InlineBinary="AQ\r\nID"), f"/0/{OB}/InlineBinary"),
    Case("J-BIN-08", attribute(OB, "OB", InlineBinary="-_8="), f"/0/{OB}/InlineBinary"),
    Case("J-BIN-09", attribute("00283006", "US", InlineBinary="AQID"), "/0/00283006/InlineBinary"),
    Case(
        "J-PIX-01", '[{"00280010": {"vr": "US", "Value": [1]}, "7FE00010": {"vr": "OW"}}]', "/0/7FE00010", schema=False
    ),
    Case(
        "J-PIX-02", attribute("7FE00010", "OB", InlineBinary="/v8A4AAAAAA="), "/0/7FE00010/InlineBinary", schema=False
    ),
]

CHARACTERS = [
    wrong("J-CHAR-01", "00100020", "LO", "\x1b$B;3ED"),
    wrong("J-CHAR-03", "00080005", "CS", "ISO_IR 192", "ISO 2022 IR 87"),
    wrong("J-CHAR-03", "00080005", "CS", "ISO 2022 IR 6", None, at=1),
    wrong("J-CHAR-03", "00080005", "CS", "UTF8"),
    wrong("J-CHAR-04", CS, "CS", "MÜLLER"),
    wrong("J-CHAR-05", "00100020", "LO", "M\ufffdller", schema=False),
    wrong("J-CHAR-06", "00100020", "LO", "MÃ¼ller", schema=False),
    wrong("J-TZ-01", "00080201", "SH", "-0000"),
    wrong("J-TZ-01", "00080201", "SH", "Z"),
]

PRIVATES = [
    Case("J-PRIV-01", f'[{{"{PRIVATE}": {{"vr": "LO"}}}}]', f"/0/{PRIVATE}", schema=False),
    Case("J-PRIV-02", '[{"00090010": {"vr": "UN", "InlineBinary": "AQID"}}]', "/0/00090010"),
    Case("J-PRIV-02", '[{"00090010": {"vr": "LO"}}]', "/0/00090010"),
    Case("J-PRIV-03", f"[{{{CREATOR}, {CREATOR.replace('0010', '0011')}}}]", "/0/00090011", schema=False),
    Case("J-PRIV-03", f"[{{{CREATOR.replace('ACME', 'Müller')}}}]", "/0/00090010", schema=False),
    Case(
        "J-PRIV-04",
        f'[{{{CREATOR}, "{PRIVATE}": {{"vr": "LO", "privateCreator": "A"}}}}]',
        f"/0/{PRIVATE}/privateCreator",
    ),
]

INVALID = [*DOCUMENTS, *VALUES, *NAMES, *SEQUENCES, *ELSEWHERE, *CHARACTERS, *PRIVATES]

VALID = [
    "[]",
    " [ { } ] ",
    values("00100020", "LO", "Müller"),
    values("00100020", "LO", "\\ud842\\udfb7").replace("\\\\", "\\"),
    '[{"00100020": {"Value": ["x"], "vr": "LO"}}]',
    attribute("00100020", "LO"),
    attribute("00280106", "SS"),
    values(CS, "CS", "MPG", None, "XR3"),
    values(CS, "CS", None, None),
    values("00280030", "DS", 1, "1.50"),
    values(AE, "AE", " STORE_SCP"),
    values(AS, "AS", "018M"),
    values(AT, "AT", "0018106C"),
    values("00080020", "DA", "20240229"),
    *(private("DS", value) for value in (0.7031, 120, "-.5", "5.", "1E-3", " 40", -0.12345678901234, 1e22, 10**20)),
    *(private("DT", value) for value in ("2007-0500", "195308", "20240315101530.123456+0545", "2024-1200")),
    *(private("TM", value) for value in ("10", "1015", "235960", "101530.123456")),
    private("FD", 1.5, 1, -1e300),
    private("FL", 3.4028234663852886e38),
    private("IS", 3, "+003", " -17"),
    private("UV", "18446744073709551615"),
    private("SV", "-12", 1 << 53),
    private("LT", "a\r\n\t\x0cb\\c"),
    private("ST", "検" * 1024),
    private("LO", "𠮷" * 64),
    private("UC", "x" * 5000),
    private("UI", "1.0.5", "2.25.1"),
    private("UR", "../x?n=M%C3%BC"),
    private("UT", "text"),
    private("US", 65535, 0),
    values(PN, "PN", {"Alphabetic": "a^b^c^d^e"}, None, {"Ideographic": "王^小東", "Phonetic": "x"}),
    f'[{{"00080005": {{"vr": "CS", "Value": ["ISO_IR 100"]}}, {IDEOGRAPHS}}}]',
    f'[{{"00080005": {{"vr": "CS", "Value": ["ISO_IR 192"]}}, {IDEOGRAPHS.replace("山田^太郎", "ヤマダ^タロウ")}}}]',
    values("00080005", "CS", None, "ISO 2022 IR 87"),
    values("00080201", "SH", "+0545"),
    values(SQ, "SQ", {"00100020": {"vr": "LO"}}, {}),
    attribute(SQ, "SQ"),
    attribute(OB, "OB", InlineBinary="AQID"),
    attribute(OW, "OW", InlineBinary="+/8="),
    attribute(OB, "OB"),
    attribute(OB, "OB", InlineBinary="/v8A4AAAAAA="),
    *(attribute("7FE00010", "OW", BulkDataURI=uri) for uri in ("https://h/b/1", "/radiology/studies/1", "HTTP://h:8/x?a=%20")),
    f'[{{{CREATOR}, {CREATOR.replace("0009", "0011")}, "00111001": {{"vr": "LO"}}}}]',
    '[{"00089999": {"vr": "LO", "Value": ["not in the dictionary", "b"]}}]',
]  # fmt: skip
