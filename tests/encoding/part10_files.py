"""DICOM files put together byte by byte: those that break exactly one rule, and their valid neighbours."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Any

IMPLICIT, EXPLICIT, DEFLATED, BIG = (f"1.2.840.10008.1.2{end}" for end in ("", ".1", ".1.99", ".2"))
JPEG, RLE = "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.5"
CT, UID = "1.2.840.10008.5.1.4.1.1.2", "2.25.7"
LONG = {"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"}
ENDLESS = 0xFFFFFFFF
ITEM, ITEM_END, END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD


def padded(value: str | bytes, vr: str) -> bytes:
    octets = value.encode("latin-1") if isinstance(value, str) else value
    return octets + (b"\0" if vr in {"UI", "OB"} else b" ") * (len(octets) % 2)


def element(
    tag: int, vr: str, value: str | bytes, *, length: int | None = None, order: str = "<", reserved: bytes = b"\0\0"
) -> bytes:
    octets = padded(value, vr) if length is None else value.encode() if isinstance(value, str) else value
    size = len(octets) if length is None else length
    head = struct.pack(f"{order}HH", tag >> 16, tag & 0xFFFF)
    if not vr:
        return head + struct.pack(f"{order}I", size) + octets
    if vr in LONG or vr == "ZZ":
        return head + vr.encode() + reserved + struct.pack(f"{order}I", size) + octets
    return head + vr.encode() + struct.pack(f"{order}H", size) + octets


def item(octets: bytes = b"", length: int | None = None, tag: int = ITEM) -> bytes:
    return element(tag, "", octets, length=len(octets) if length is None else length)


def us(tag: int, value: int) -> bytes:
    return element(tag, "US", struct.pack("<H", value))


def meta(syntax: str = EXPLICIT, *, uid: str = UID, version: bytes = b"\0\1", **changes: Any) -> bytes:
    group = b"".join(
        part
        for part in (
            element(0x00020001, "OB", version),
            element(0x00020002, "UI", CT),
            element(0x00020003, "UI", uid),
            element(0x00020010, "UI", syntax),
            b"" if changes.get("short") else element(0x00020012, "UI", "2.25.1"),
            changes.get("more", b""),
        )
    )
    return element(0x00020000, "UL", struct.pack("<I", len(group) + changes.get("off", 0))) + group


IDENTITY = element(0x00080016, "UI", CT) + element(0x00080018, "UI", UID)
CREATOR = element(0x00090010, "LO", "ACME")


def file(*parts: bytes, head: bytes | None = None, identity: bytes = IDENTITY) -> bytes:
    return bytes(128) + b"DICM" + (meta() if head is None else head) + identity + b"".join(parts)


def image(pixels: bytes, bits: int = 8, frames: str = "", syntax: str = EXPLICIT, rows: int = 2) -> bytes:
    count = element(0x00280008, "IS", frames) if frames else b""
    return file(
        us(0x00280002, 1), count, us(0x00280010, rows), us(0x00280011, 2), us(0x00280100, bits), pixels,
        head=meta(syntax),
    )  # fmt: skip


def fragments(*items: bytes, vr: str = "OB", closed: bool = True) -> bytes:
    return element(0x7FE00010, vr, b"".join(items) + (item(tag=END) if closed else b""), length=ENDLESS)


def native(size: int, vr: str = "OB") -> bytes:
    return element(0x7FE00010, vr, bytes(size))


def sequence(octets: bytes, length: int | None = None) -> bytes:
    return element(0x00081199, "SQ", octets, length=length)


def deflated(octets: bytes, window: int = -15, behind: bytes = b"") -> bytes:
    squeezer = zlib.compressobj(wbits=window)
    return file(squeezer.compress(IDENTITY + octets) + squeezer.flush() + behind, head=meta(DEFLATED), identity=b"")


def deep(count: int) -> bytes:
    octets = b""
    for _ in range(count):
        octets = sequence(item(octets))
    return octets


@dataclass(frozen=True)
class Case:
    """A file that breaks ``rule`` and nothing else."""

    rule: str
    body: bytes
    pointer: str = ""

    def __str__(self) -> str:
        return f"{self.rule} {self.pointer}"


PATIENT = 0x00100010


def named(value: bytes, charset: str = "", vr: str = "LO", tag: int = 0x00081030) -> bytes:
    sets = element(0x00080005, "CS", charset) if charset else b""
    return file(sets, IDENTITY, element(tag, vr, value), identity=b"")


VALID = {
    "explicit": file(),
    "implicit": file(
        element(0x00080016, "", padded(CT, "UI")), element(0x00080018, "", padded(UID, "UI")),
        head=meta(IMPLICIT), identity=b"",
    ),
    "deflated": deflated(element(PATIENT, "PN", "Doe^Jane")),
    "deflated and padded": deflated(element(PATIENT, "PN", "Doe^Jane"), behind=b"\0"),
    "private": file(CREATOR, element(0x00091001, "UN", "ab")),
    "sequence": file(sequence(item(IDENTITY) + item())),
    "endless sequence": file(sequence(item(IDENTITY + item(tag=ITEM_END), ENDLESS) + item(tag=END), ENDLESS)),
    "sequence in UN": file(
        CREATOR,
        element(0x00091001, "UN", item(element(PATIENT, "", "Doe^Jane")) + item(tag=END), length=ENDLESS),
    ),
    "deep": file(deep(60)),
    "image": image(native(4)),
    "odd image": image(native(6), frames="1", rows=3),
    "sixteen bits": image(native(8, "OW"), bits=16),
    "encapsulated": image(fragments(item(), item(b"ab")), syntax=JPEG),
    "offset table": image(
        fragments(item(struct.pack("<II", 0, 10)), item(b"ab"), item(b"cd")), frames="2", syntax=JPEG
    ),
    "rle": image(fragments(item(), item(b"ab"), item(b"ab")), frames="2", syntax=RLE),
    "utf-8": named("Käse".encode(), "ISO_IR 192"),
    "latin-1": named("Käse".encode("latin-1"), "ISO_IR 100"),
    "kanji": named(b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B", "\\ISO 2022 IR 87", "PN", PATIENT),
    "hangul": named(b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7", "\\ISO 2022 IR 149", "PN", PATIENT),
    "large UN": file(element(0x00204000, "UN", bytes(65536))),
    "directory": bytes(128) + b"DICM" + element(0x00020000, "UL", struct.pack("<I", 98)) + (
        element(0x00020001, "OB", b"\0\1") + element(0x00020002, "UI", "1.2.840.10008.1.3.10")
        + element(0x00020003, "UI", UID) + element(0x00020010, "UI", EXPLICIT) + element(0x00020012, "UI", "2.25.1")
        + element(0x00041130, "CS", "X")
    ),
}  # fmt: skip

_BIG = element(0x00080016, "UI", CT, order=">") + element(0x00080018, "UI", UID, order=">")

INVALID = [
    Case("P-PREAMBLE-01", file()[128:], "byte 0"),
    Case("P-PREAMBLE-01", file()[132:], "byte 0"),
    Case("P-META-01", file(head=b""), "byte 132"),
    Case("P-META-02", file(head=b"".join(
        element(tag, "", padded(value, vr)) for tag, vr, value in (
            (0x00020000, "UL", struct.pack("<I", 100)), (0x00020001, "OB", b"\0\1"), (0x00020002, "UI", CT),
            (0x00020003, "UI", UID), (0x00020010, "UI", EXPLICIT), (0x00020012, "UI", "2.25.1"),
        ))), "byte 132"),
    Case("P-META-03", file(head=meta(off=2)), "/00020000"),
    Case("P-META-03", file(head=meta()[12:]), "/00020000"),
    Case("P-META-04", file(head=meta(short=True)), "/00020012"),
    Case("P-META-05", file(head=meta(version=b"\1\0")), "/00020001"),
    Case("P-META-06", file(head=meta(more=element(0x00020099, "SH", "ab"))), "/00020099"),
    Case("P-META-07", file(head=meta(more=element(0x00020102, "OB", "ab"))), "/00020102"),
    Case("P-TS-01", file(head=meta("2.25.99")), "/00020010"),
    Case("P-TS-03", file(head=meta(IMPLICIT)), "byte 246"),
    Case("P-TS-03", file(_BIG, identity=b""), "byte 248"),
    Case("P-TS-04", file(_BIG, head=meta(BIG), identity=b""), "/00020010"),
    Case("P-DEFLATE-01", deflated(element(PATIENT, "PN", "Doe^Jane"), window=15), "byte 250"),
    Case("P-DEFLATE-02", deflated(element(0x7FE00010, "OB", bytes(1 << 21))), "byte 250"),
    Case("P-DEFLATE-03", deflated(element(PATIENT, "PN", "Doe^Jane"), behind=b"more"), "byte 312"),
    Case("P-GL-01", file(element(0x00080000, "UL", bytes(4)), IDENTITY, identity=b""), "/00080000"),
    Case("P-TAG-01", file(element(0x00200010, "SH", "1"), element(0x00100020, "LO", "1")), "/00100020"),
    Case("P-TAG-02", file(element(PATIENT, "PN", "A"), element(PATIENT, "PN", "B")), "/00100010"),
    Case("P-TAG-03", file(sequence(item(element(0x00020010, "UI", EXPLICIT)))), "/00081199/Value/0/00020010"),
    Case("P-TAG-04", file(element(0x00041130, "CS", "X"), IDENTITY, identity=b""), "/00041130"),
    Case("P-TAG-05", file(element(0x00090101, "UN", "ab")), "/00090101"),
    Case("P-TAG-06", file(item(tag=ITEM_END)), "byte 296"),
    Case("P-END-01", file(b"abcd"), "byte 296"),
    Case("P-EVEN-01", file(element(0x00100020, "LO", "abc", length=3)), "/00100020"),
    Case("P-UNDEF-01", file(element(0x00420011, "OB", b"ab" + item(tag=END), length=ENDLESS)), "/00420011"),
    Case("P-UNDEF-01", file(element(0x00420011, "OB", item(b"ab") + item(tag=END), length=ENDLESS)), "/00420011"),
    Case("P-LEN-01", file(element(0x00100020, "LO", "ab", length=4)), "/00100020"),
    Case("P-LEN-01", file(sequence(item(IDENTITY, len(IDENTITY) + 2))), "byte 308"),
    Case("P-LEN-02", file(element(0x00089459, "FL", "ab")), "/00089459"),
    Case("P-LEN-03", file(element(0x00080050, "SH", "x" * 18)), "/00080050/Value/0"),
    Case("P-SQ-01", file(sequence(element(PATIENT, "PN", "Doe^Jane"))), "byte 308"),
    Case("P-SQ-02", file(sequence(item(IDENTITY), length=ENDLESS)), "byte 364"),
    Case("P-SQ-03", file(sequence(item(IDENTITY) + item(tag=END, length=2), length=ENDLESS)), "byte 364"),
    Case("P-DEPTH-01", file(deep(70)), "".join(["/00081199/Value/0"] * 64) + "/00081199"),
    Case("P-VR-01", file(element(0x00100020, "ZZ", "ab")), "/00100020"),
    Case("P-VR-01", file(element(0x00100020, "", "ab")), "/00100020"),
    Case("P-VR-02", file(element(0x00100020, "SH", "ab")), "/00100020"),
    Case("P-VR-03", file(element(0x00100020, "UN", "ab")), "/00100020"),
    Case("P-VR-04", file(element(0x00420011, "OB", "ab", reserved=b"ab")), "/00420011"),
    Case("P-VM-01", file(element(0x00100020, "LO", "a\\b")), "/00100020"),
    Case("P-FMT-01", file(element(0x00100030, "DA", "20240230")), "/00100030/Value/0"),
    Case("P-FMT-01", file(element(PATIENT, "PN", "a=b=c=d")), "/00100010/Value/0"),
    Case("P-PAD-01", file(element(0x00100020, "LO", b"abc\0")), "/00100020"),
    Case("P-PAD-01", file(element(0x0020000D, "UI", b"2.25.7 \0")), "/0020000D"),
    Case("P-VAL-07", named(b"1\xc2\xa52 ", "ISO_IR 192"), "/00081030/Value/0"),
    Case("P-CTRL-01", named(b"a\nb "), "/00081030/Value/0"),
    Case("P-CTRL-02", named(b"a\x7fb "), "/00081030/Value/0"),
    Case("P-CHAR-01", named(b"\x1b$B;3ED\x1b(B", "ISO 2022 IR 100"), "/00081030"),
    Case("P-CHAR-03", named(b"ab", "ISO_IR 999"), "/00080005/Value/0"),
    Case("P-CHAR-04", file(element(0x00080060, "CS", b"C\xc4")), "/00080060"),
    Case("P-CHAR-05", named(b"K\xe4se"), "/00081030"),
    Case("P-CHAR-06", named("Käse ".encode(), "ISO_IR 100"), "/00081030/Value/0"),
    Case("P-TZ-01", file(element(0x00080201, "SH", "-0000")), "/00080201/Value/0"),
    Case("P-PRIV-01", file(element(0x00091001, "UN", "ab")), "/00091001"),
    Case("P-PRIV-02", file(element(0x00090010, "SH", "ACME")), "/00090010"),
    Case("P-PRIV-03", file(CREATOR, element(0x00090011, "LO", "ACME")), "/00090011"),
    Case("P-ENCAPS-01", image(native(4), syntax=JPEG), "/7FE00010"),
    Case("P-ENCAPS-02", image(fragments(item(struct.pack("<I", 2)), item(b"ab")), syntax=JPEG), "/7FE00010"),
    Case("P-ENCAPS-02", image(
        fragments(item(struct.pack("<II", 0, 10)), item(b"ab"), item(b"cd")), syntax=JPEG), "/7FE00010"),
    Case("P-ENCAPS-03", image(fragments(item(), item(b"abc")), syntax=JPEG), "byte 358"),
    Case("P-ENCAPS-04", image(fragments(item(), item(b"ab"), closed=False), syntax=JPEG), "byte 368"),
    Case("P-ENCAPS-05", image(fragments(item(), item(b"ab")), frames="2", syntax=JPEG), "/7FE00010"),
    Case("P-ENCAPS-05", image(fragments(item(), item(b"ab"), item(b"ab")), syntax=RLE), "/7FE00010"),
    Case("P-ENCAPS-06", image(fragments(item(), item(b"ab"))), "/7FE00010"),
    Case("P-ENCAPS-07", image(fragments(item(), item(b"ab"), vr="OW"), syntax=JPEG), "/7FE00010"),
    Case("P-PIX-01", image(native(6)), "/7FE00010"),
    Case("P-PIX-02", image(native(0)), "/7FE00010"),
    Case("P-PIX-03", image(native(8), bits=16), "/7FE00010"),
    Case("P-UID-01", file(head=meta(uid="2.25.8")), "/00080018"),
    Case("P-UID-03", file(element(0x00080018, "UI", UID), identity=b""), "/00080016"),
]  # fmt: skip
