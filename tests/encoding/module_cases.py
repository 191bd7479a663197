"""Store Instances Response Modules and metadata: those that break exactly one rule, and their valid neighbours."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from typing import Any

from dwconform.encoding.document import Form

URL = {"vr": "UR", "Value": ["https://h/studies/2.25.1"]}


def uid(value: str) -> dict[str, Any]:
    return {"vr": "UI", "Value": [value]}


def us(value: int) -> dict[str, Any]:
    return {"vr": "US", "Value": [value]}


ORIGINAL = {
    "04000550": {"vr": "SQ", "Value": [{"00100020": {"vr": "LO", "Value": ["P1"]}}]},
    "04000562": {"vr": "DT", "Value": ["20240101"]},
    "04000563": {"vr": "LO", "Value": ["ARCHIVE"]},
    "04000565": {"vr": "CS", "Value": ["COERCE"]},
}
STORED = {
    "00081150": uid("1.2.840.10008.5.1.4.1.1.2"),
    "00081155": uid("2.25.2"),
    "00081190": URL,
    "00081196": us(0xB000),
    "04000561": {"vr": "SQ", "Value": [ORIGINAL]},
}
FAILED = {"00081150": uid("1.2.840.10008.5.1.4.1.1.2"), "00081155": uid("2.25.3"), "00081197": us(0x0122)}
MODULE = {
    "00081190": URL,
    "00081198": {"vr": "SQ", "Value": [FAILED]},
    "00081199": {"vr": "SQ", "Value": [STORED]},
    "0008119A": {"vr": "SQ", "Value": [{"00081197": us(0xC123)}]},
}
METADATA = {"00080016": uid("1.2.840.10008.5.1.4.1.1.2"), "00080018": uid("2.25.2")}
MISSING = object()


@dataclass(frozen=True)
class Case:
    """A document that breaks ``rule`` and nothing else."""

    rule: str
    body: bytes
    pointer: str
    form: Form = Form.STORE_RESPONSE_JSON

    def __str__(self) -> str:
        return f"{self.rule} {self.pointer}"


def changed(rule: str, path: str, value: Any = MISSING, pointer: str | None = None) -> Case:
    """Return the module with what stands at the JSON Pointer ``path`` replaced or removed."""
    module: Any = copy.deepcopy(MODULE)
    *steps, last = path.split("/")[1:]
    parent = module
    for step in steps:
        parent = parent[int(step) if step.isdigit() and len(step) < 8 else step]
    if value is MISSING:
        del parent[last]
    else:
        parent[last] = value
    return Case(rule, json.dumps(module).encode(), path if pointer is None else pointer)


_STORED, _FAILED = "/00081199/Value/0", "/00081198/Value/0"
_ORIGINAL = f"{_STORED}/04000561/Value/0"

INVALID = [
    changed("S-URL-01", "/00081190"),
    changed("S-URL-02", "/00081190", {"vr": "UT", "Value": ["https://h/"]}, "/00081190/vr"),
    changed("S-URL-03", f"{_STORED}/00081190"),
    changed("S-URL-04", f"{_STORED}/00081190", {"vr": "UR"}),
    changed("S-SEQ-01", "/00081198", {"vr": "SQ"}),
    changed("S-REF-01", f"{_FAILED}/00081150"),
    changed("S-REF-02", f"{_STORED}/00081155"),
    changed("S-FAIL-01", f"{_FAILED}/00081197"),
    changed("S-FAIL-01", "/0008119A/Value/0/00081197", {"vr": "US"}),
    changed("S-FAIL-02", f"{_FAILED}/00081197", us(0)),
    changed("S-FAIL-03", f"{_FAILED}/00081197", us(1)),
    changed("S-WARN-01", f"{_STORED}/00081196", {"vr": "US"}),
    changed("S-WARN-02", f"{_STORED}/00081196", us(0xB123)),
    changed("S-ORIG-01", f"{_ORIGINAL}/04000563"),
    changed("S-ORIG-02", f"{_ORIGINAL}/04000550", {"vr": "SQ", "Value": [{}, {}]}),
    changed("S-ORIG-03", f"{_ORIGINAL}/04000565", {"vr": "CS", "Value": ["OTHER"]}),
    changed("S-BOTH-01", f"{_FAILED}/00081155", uid("2.25.2"), "/00081199"),
    Case("S-NONE-01", json.dumps({"00081190": URL}).encode(), ""),
    Case("J-TOP-04", json.dumps([MODULE]).encode(), ""),
    Case("D-META-01", b'[{"00080016": {"vr": "UI", "Value": ["1.2"]}}]', "/0/00080018", Form.METADATA_JSON),
]
VALID = [
    (json.dumps(MODULE).encode(), Form.STORE_RESPONSE_JSON),
    (json.dumps([METADATA, METADATA]).encode(), Form.METADATA_JSON),
]
_XML = (
    '<NativeDicomModel xmlns="http://dicom.nema.org/PS3.19/models/NativeDICOM" xml:space="preserve">'
    '<DicomAttribute tag="00081190" vr="UR" keyword="RetrieveURL"/>{}</NativeDicomModel>'
)
XML_VALID = _XML.format(
    '<DicomAttribute tag="00081199" vr="SQ" keyword="ReferencedSOPSequence"><Item number="1">'
    '<DicomAttribute tag="00081150" vr="UI" keyword="ReferencedSOPClassUID"><Value number="1">1.2</Value>'
    "</DicomAttribute>"
    '<DicomAttribute tag="00081155" vr="UI" keyword="ReferencedSOPInstanceUID"><Value number="1">2.25.1</Value>'
    "</DicomAttribute>"
    '<DicomAttribute tag="00081190" vr="UR" keyword="RetrieveURL"><Value number="1">https://h/</Value>'
    "</DicomAttribute></Item></DicomAttribute>"
).encode()
VALID.append((XML_VALID, Form.STORE_RESPONSE_XML))
INVALID.append(
    Case(
        "S-REF-02",
        XML_VALID.replace(b'<Value number="1">2.25.1</Value>', b""),
        '/NativeDicomModel/DicomAttribute[@tag="00081199"]/Item[1]/DicomAttribute[@tag="00081155"]',
        Form.STORE_RESPONSE_XML,
    )
)
