"""Documents of the Native DICOM Model: those that break exactly one rule, and their valid neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from dwconform.encoding.xml_text import NAMESPACE

ROOT = "/NativeDicomModel"
ID = '<DicomAttribute tag="00100020" vr="LO" keyword="PatientID">{}</DicomAttribute>'


@dataclass(frozen=True)
class Case:
    """A document that breaks ``rule`` and nothing else; ``schema`` when the Relax NG schema can see it, too."""

    rule: str
    text: str | bytes
    pointer: str
    schema: bool = True

    @property
    def body(self) -> bytes:
        return self.text if isinstance(self.text, bytes) else self.text.encode()

    def __str__(self) -> str:
        return f"{self.rule} {self.body.partition(b'preserve')[2][2:70]!r}"


def as_bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def document(content: str, declaration: str = "") -> str:
    return f'{declaration}<NativeDicomModel xmlns="{NAMESPACE}" xml:space="preserve">{content}</NativeDicomModel>'


def attribute(vr: str, content: str, tag: str = "00090002") -> str:
    """Return an attribute, a private one unless told otherwise: those have no VR and multiplicity of their own."""
    creator = ' privateCreator="ACME"' if int(tag[3], 16) % 2 else ""
    return f'<DicomAttribute tag="{tag}" vr="{vr}"{creator}>{content}</DicomAttribute>'


def values(vr: str, *texts: str) -> str:
    numbered = enumerate(texts, start=1)
    return attribute(vr, "".join(f'<Value number="{number}">{text}</Value>' for number, text in numbered))


def wrong(rule: str, content: str, pointer: str = "", *, schema: bool = True) -> Case:
    """Return the case of one attribute; the pointer continues that of the attribute."""
    tag = content.partition('tag="')[2][:8]
    return Case(rule, document(content), f'{ROOT}/DicomAttribute[@tag="{tag}"]{pointer}', schema)


def wrong_value(rule: str, vr: str, text: str, *, schema: bool = False) -> Case:
    return wrong(rule, values(vr, text), "/Value[1]", schema=schema)


def name(content: str, number: str = 'number="1"') -> str:
    return attribute("PN", f"<PersonName {number}>{content}</PersonName>")


def nested(depth: int) -> str:
    opening = '<DicomAttribute tag="00081115" vr="SQ" keyword="ReferencedSeriesSequence"><Item number="1">'
    return opening * depth + "</Item></DicomAttribute>" * depth


ALPHABETIC = "<Alphabetic><FamilyName>{}</FamilyName></Alphabetic>"
UUID = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
EMPTY = document("")
BOMB = (
    '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(10))
    + "]>"
)

PARSING = [
    Case("X-WF-01", "", ""),
    Case("X-WF-01", '<?xml version="1.0" xml:space="preserve"?>' + EMPTY, ""),
    Case("X-WF-01", EMPTY + EMPTY, ""),
    Case("X-WF-01", document("&#27;"), ""),
    Case("X-WF-01", document("&unknown;"), ""),
    Case("X-ENC-01", document(values("LO", "Müller"), '<?xml version="1.0" encoding="UTF-8"?>').encode("latin-1"), ""),
    Case("X-ENC-01", '<?xml version="1.0" encoding="none"?>' + EMPTY, ""),
    Case("X-LIMIT-01", "<a>" * 100_000, ""),
    Case("X-LIMIT-01", BOMB + document("&k;"), ""),
    Case("X-LIMIT-01", BOMB + document("").replace('"preserve"', '"&k;"'), ""),
    Case("X-LIMIT-01", document(values("LO", "x" * 10_000_001)), ""),
    Case("X-DTD-01", "<!DOCTYPE NativeDicomModel>" + EMPTY, "", schema=False),
    Case("X-DTD-01", '<!DOCTYPE NativeDicomModel SYSTEM "http://127.0.0.1:9/x.dtd">' + EMPTY, "", schema=False),
]

STRUCTURE = [
    Case("X-ROOT-01", f'<Results xmlns="{NAMESPACE}"/>', "/Results"),
    Case("X-ROOT-01", EMPTY.replace("NativeDicomModel", "NativeDICOMModel"), "/NativeDICOMModel"),
    Case("X-ROOT-01", document("<Comment/>"), f"{ROOT}/*[1]"),
    Case("X-NS-01", EMPTY.replace(f'xmlns="{NAMESPACE}"', ""), ROOT),
    Case("X-NS-01", document(values("LO", "a")).replace(NAMESPACE, "urn:x"), ROOT),
    Case("X-SPACE-01", EMPTY.replace('xml:space="preserve"', ""), ROOT, schema=False),
    Case("X-SPACE-01", EMPTY.replace("preserve", "default"), ROOT),
    wrong_value("X-SPACE-02", "CS", "\n  CT\n"),
    wrong("X-SPACE-02", name(ALPHABETIC.format("\nDoe")), "/PersonName[1]/Alphabetic/FamilyName", schema=False),
    Case("X-ATTR-02", EMPTY.replace("xml:space", 'version="1" xml:space'), f"{ROOT}/@version"),
    wrong("X-ATTR-02", values("LO", "a").replace("privateCreator", "PrivateCreator"), "/@PrivateCreator"),
    wrong("X-ATTR-02", values("LO", "a").replace("vr=", "VR="), "/@VR"),
    wrong("X-ATTR-02", values("LO", "a").replace("<Value ", '<Value x="1" '), "/Value[1]/@x"),
    Case(
        "X-ATTR-03",
        EMPTY.replace("xml:", 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a" xml:'),
        f"{ROOT}/@schemaLocation",
    ),
    wrong("X-CHOICE-01", attribute("OB", '<BulkData uri="https://h/b"/><InlineBinary>AQID</InlineBinary>')),
    wrong("X-CHOICE-01", attribute("OB", "<InlineBinary>AQID</InlineBinary><InlineBinary>AQID</InlineBinary>")),
    wrong("X-CHOICE-02", attribute("LO", "text")),
    Case("X-CHOICE-02", document("text"), ROOT),
    wrong("X-CHOICE-02", attribute("LO", "<Comment/>"), "/*[1]"),
    wrong("X-CHOICE-02", attribute("LO", '<Value number="1">a<b/></Value>'), "/Value[1]"),
    Case("X-DEPTH-01", document(nested(70)), ROOT + '/DicomAttribute[@tag="00081115"]/Item[1]' * 65, schema=False),
]

ATTRIBUTES = [
    Case("X-TAG-01", document('<DicomAttribute vr="LO"/>'), f"{ROOT}/*[1]"),
    wrong("X-TAG-01", '<DicomAttribute tag="0020000d" vr="UI" keyword="StudyInstanceUID"/>'),
    wrong("X-TAG-02", '<DicomAttribute tag="00080000" vr="UL"/>'),
    wrong("X-TAG-02", '<DicomAttribute tag="00090000" vr="UL"/>'),
    wrong("X-TAG-03", '<DicomAttribute tag="00020010" vr="UI" keyword="TransferSyntaxUID"/>'),
    wrong("X-TAG-04", values("LO", "a") + values("LO", "a"), schema=False),
    Case("X-TAG-05", document(ID.format("") + '<DicomAttribute tag="00080060" vr="CS" keyword="Modality"/>'),
         f'{ROOT}/DicomAttribute[@tag="00080060"]', schema=False),
    wrong("X-VR-01", '<DicomAttribute tag="00100020" vr="XX" keyword="PatientID"/>'),
    wrong("X-VR-02", '<DicomAttribute tag="00100020" keyword="PatientID"/>'),
    wrong("X-VR-03", '<DicomAttribute tag="00100020" vr="SH" keyword="PatientID"/>', schema=False),
    wrong("X-VR-04", '<DicomAttribute tag="00100020" vr="UN" keyword="PatientID"/>', schema=False),
    wrong("X-KEY-01", '<DicomAttribute tag="00100020" vr="LO" keyword="PatientName"/>', schema=False),
    wrong("X-KEY-02", '<DicomAttribute tag="00100020" vr="LO"/>', schema=False),
    wrong("X-PRIV-02", '<DicomAttribute tag="00091002" vr="LO"/>'),
    wrong("X-PRIV-02", '<DicomAttribute tag="00091002" vr="LO" privateCreator=""/>'),
    wrong("X-PRIV-03", '<DicomAttribute tag="00100020" vr="LO" keyword="PatientID" privateCreator="A"/>'),
    wrong("X-PRIV-04", '<DicomAttribute tag="00091002" vr="LO" privateCreator="A"/>'),
    wrong("X-PRIV-05", '<DicomAttribute tag="00090010" vr="LO"/>'),
]  # fmt: skip

CONTENT = [
    wrong("X-NUM-01", attribute("LO", "<Value>a</Value>"), "/Value[1]"),
    wrong("X-NUM-01", attribute("LO", '<Value number="0">a</Value>'), "/Value[1]"),
    wrong("X-NUM-01", name(ALPHABETIC.format("a"), ""), "/PersonName[1]"),
    wrong("X-NUM-02", values("LO", "a", "b").replace('number="2"', 'number="3"'), "/Value[2]", schema=False),
    wrong("X-VAL-01", values("PN", "Doe^Jane")),
    wrong("X-VAL-02", values("LO", ""), schema=False),
    wrong_value("X-VAL-04", "CS", "CT\\SR"),
    wrong("X-VAL-05", values("OW", "1")),
    wrong_value("X-VAL-06", "LO", "a\\b"),
    wrong("X-VM-01", ID.format('<Value number="1">a</Value><Value number="2">b</Value>'), schema=False),
    wrong("X-VM-02", values("LT", "a", "b")),
    wrong("X-SQ-01", attribute("SQ", '<Item number="1"><NativeDicomModel/></Item>'), "/Item[1]/*[1]"),
    wrong("X-SQ-02", attribute("LO", '<Item number="1"/>')),
    wrong("X-PN-01", name("<Ideographic/><Alphabetic/>"), "/PersonName[1]"),
    wrong("X-PN-01", name("<SingleByte/>"), "/PersonName[1]"),
    wrong("X-PN-02", name("<Alphabetic><GivenName/><FamilyName/></Alphabetic>"), "/PersonName[1]/Alphabetic"),
    wrong("X-PN-03", attribute("LO", f'<PersonName number="1">{ALPHABETIC.format("a")}</PersonName>')),
    wrong("X-PN-04", name(ALPHABETIC.format("Doe^Jane")), "/PersonName[1]/Alphabetic/FamilyName"),
    wrong("X-PN-04", name(ALPHABETIC.format("x" * 65)), "/PersonName[1]", schema=False),
    wrong("X-BULK-01", attribute("OB", f'<BulkData uuid="{UUID}"/>'), "/BulkData", schema=False),
    wrong("X-BULK-01", attribute("OB", '<BulkData uri="file:///x"/>'), "/BulkData", schema=False),
    wrong("X-BULK-03", attribute("OB", '<BulkData URI="https://h/b"/>'), "/BulkData"),
    wrong("X-BULK-03", attribute("OB", "<BulkData/>"), "/BulkData"),
    wrong("X-BULK-04", attribute("OB", '<BulkData uri="https://h/b">x</BulkData>'), "/BulkData"),
    wrong("X-BULK-05", attribute("OB", '<BulkData uri="../bulk"/>'), "/BulkData", schema=False),
    wrong("X-BULK-06", attribute("CS", '<BulkData uri="https://h/b"/>'), "/BulkData"),
    wrong("X-BULK-07", attribute("LO", '<BulkData uri="https://h/b"/>'), "/BulkData"),
    wrong("X-BIN-01", attribute("OB", "<InlineBinary>AQ*D</InlineBinary>"), "/InlineBinary"),
    wrong("X-BIN-02", attribute("LO", "<InlineBinary>AQID</InlineBinary>"), "/InlineBinary"),
    wrong("X-BIN-03", attribute("OW", "<InlineBinary>AQID</InlineBinary>"), "/InlineBinary", schema=False),
    wrong("X-BIN-04", attribute("OB", "<InlineBinary/>"), "/InlineBinary", schema=False),
    wrong("X-BIN-05", attribute("OB", "<InlineBinary>-_8=</InlineBinary>"), "/InlineBinary"),
    wrong("X-PIX-02", '<DicomAttribute tag="7FE00010" vr="OB" keyword="PixelData">'
          "<InlineBinary>/v8A4AAAAAA=</InlineBinary></DicomAttribute>", "/InlineBinary", schema=False),
    Case("X-PIX-01", document(
        '<DicomAttribute tag="00280010" vr="US" keyword="Rows"><Value number="1">1</Value></DicomAttribute>'
        '<DicomAttribute tag="7FE00010" vr="OW" keyword="PixelData"/>'), ROOT, schema=False),
    wrong_value("X-AT-01", "AT", "0018106c"),
    *(wrong_value("X-FMT-01", vr, text) for vr, text in (
        ("DA", "2024-03-15"), ("US", "65536"), ("US", "1.0"), ("FL", "1e39"), ("FD", "1,5"), ("LO", "a\nb"),
        ("CS", "ct"),         ("IS", "2147483648"), ("UV", "-1"), ("LO", "x" * 65), ("TM", "24"))),
    wrong_value("X-FMT-02", "FD", "NaN"),
    wrong_value("X-STR64-01", "SV", "0x0C"),
    wrong_value("X-CTRL-02", "LO", "a\x7fb"),
    wrong_value("X-PAD-01", "LO", "a "),
    wrong_value("X-CHAR-05", "LO", "a\ufffd"),
    wrong_value("X-CHAR-06", "LO", "MÃ¼ller"),
    wrong("X-CHAR-03", '<DicomAttribute tag="00080005" vr="CS" keyword="SpecificCharacterSet">'
          '<Value number="1">UTF8</Value></DicomAttribute>', "/Value[1]", schema=False),
    wrong("X-TZ-01", '<DicomAttribute tag="00080201" vr="SH" keyword="TimezoneOffsetFromUTC">'
          '<Value number="1">Z</Value></DicomAttribute>', "/Value[1]", schema=False),
]  # fmt: skip

INVALID = [*PARSING, *STRUCTURE, *ATTRIBUTES, *CONTENT]

VALID = [
    EMPTY,
    document(" \n " + ID.format("") + "\n", '<?xml version="1.0" encoding="UTF-8"?>\n'),
    document(values("LO", "Müller"), '<?xml version="1.0" encoding="ISO-8859-1"?>').encode("latin-1"),
    document("<!-- a comment -->" + ID.format('<?pi x?><Value number="1">a<!-- b --></Value>')),
    document(values("LO", "a")).replace("<", "<n:").replace("<n:/", "</n:").replace("xmlns=", "xmlns:n="),
    document(values("CS", "MPG", "", "XR3")),
    document(values("LT", " a\n\\b\t")),
    document(values("US", "1", "65535")),
    document(values("FD", "-1.5E3", "7")),
    document(values("DS", "0.50")),
    document(name(ALPHABETIC.format("Doe") + "<Ideographic><FamilyName>王</FamilyName></Ideographic>")),
    document(attribute("SQ", f'<Item number="1">{ID.format("")}</Item><Item number="2"/>')),
    document(attribute("OB", "<InlineBinary>AQ\nID</InlineBinary>")),
    document(attribute("OW", '<BulkData uri="https://h/b"/>')),
    document(attribute("OB", "<InlineBinary>/v8A4AAAAAA=</InlineBinary>")),
    document(attribute("LO", "") + attribute("LO", "").replace("ACME", "OTHER")),
    document(attribute("LO", "", "14550000")),
    document(nested(60)),
]
