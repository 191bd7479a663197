"""Results as a run against a faulty and hostile server leaves them: the material of all tests of reports."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from dwconform.report.results import (
    BodyRecord,
    CaseRecord,
    ClaimRecord,
    ExchangeRecord,
    FixtureRecord,
    LedgerEntry,
    ObservationRecord,
    RequestRecord,
    RequirementRecord,
    ResponseRecord,
    Results,
    RunRecord,
    TargetRecord,
    WaiverRecord,
)
from dwconform.standard.terms import Consequence, Effect, Level, Outcome, Verdict

FAIL, WARN, PASS = Verdict.FAIL, Verdict.WARN, Verdict.PASS
BASE = "http://127.0.0.1:8042/dicom-web"
XSS = "<script>alert('xss')</script>"
HOSTILE = (
    f"{XSS}<img src=x onerror=alert(1)> \x1b[31mred\x00\u202egnp.exe ]]> @everyone #1 [click](javascript:alert(1)) `"
)


def in_order(text: str, *parts: str) -> bool:
    """Whether the parts stand in the text one after the other."""
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            return False
    return True


def body(content: bytes | str, *, truncated: bool = False, size: int | None = None) -> BodyRecord:
    raw = content.encode() if isinstance(content, str) else content
    digest = hashlib.sha256(raw).hexdigest()
    size = len(raw) if size is None else size
    if isinstance(content, str):
        return BodyRecord(text=content, size=size, sha256=digest, truncated=truncated)
    return BodyRecord(base64=base64.b64encode(raw).decode(), size=size, sha256=digest, truncated=truncated)


def exchange(
    number: int,
    path: str,
    status: int = 200,
    content: bytes | str = "[]",
    media_type: str = "application/dicom+json",
    *,
    headers: tuple[tuple[str, str], ...] = (),
    **more: Any,
) -> ExchangeRecord:
    url = f"{BASE}{path}"
    return ExchangeRecord(
        number=number,
        request=RequestRecord(
            method="GET",
            url=url,
            headers=(("Host", "127.0.0.1:8042"), ("Accept", "application/dicom+json")),
            curl=f"curl --globoff --header 'Accept: application/dicom+json' '{url}'",
        ),
        response=ResponseRecord(
            status=status,
            reason="OK" if status == 200 else "Internal Server Error",
            headers=(("Date", "Wed, 15 Jan 2025 10:15:30 GMT"), ("Content-Type", media_type), *headers),
            body=content if isinstance(content, BodyRecord) else body(content),
        ),
        seconds=0.012,
        **more,
    )


def requirement(name: str, verdict: Verdict, statement: str, **more: Any) -> RequirementRecord:
    defaults: dict[str, Any] = {
        "section": name.partition("/")[0],
        "level": Level.SHALL,
        "consequence": Consequence.INTEROP,
    }
    return RequirementRecord(id=name, verdict=verdict, statement=statement, **(defaults | more))


def observation(
    covers: str | tuple[str, ...], verdict: Verdict, message: str, *, holds: bool | None = False, **more: Any
) -> ObservationRecord:
    names = (covers,) if isinstance(covers, str) else covers
    return ObservationRecord(
        covers=names, verdict=verdict, message=message, holds=holds, **({"check": "status"} | more)
    )


def case(name: str, verdict: Verdict, title: str, covers: str | tuple[str, ...], **more: Any) -> CaseRecord:
    suite, _, _ = name.partition("[")[0].rpartition("/")
    names = (covers,) if isinstance(covers, str) else covers
    return CaseRecord(id=name, suite=suite, title=title, covers=names, verdict=verdict, **more)


MATCHES = json.dumps(
    [
        {"0020000D": {"vr": "UI", "Value": ["1.2.3"]}, "00100010": {"vr": "PN", "Value": [{"Alphabetic": "DOE^JANE"}]}},
        {
            "0020000D": {"vr": "UI", "Value": ["1.2.4"]},
            "00100010": {"vr": "PN", "Value": [{"Alphabetic": f"ROE^RICHARD {XSS}"}]},
            "00100020": {"vr": "LO", "Value": ["TST-0002"]},
        },
    ]
)
XML = (
    '<NativeDicomModel xml:space="preserve"><DicomAttribute tag="00100010" vr="PN" keyword="PatientName">'
    '<PersonName number="1"><Alphabetic><FamilyName>DOE</FamilyName></Alphabetic></PersonName></DicomAttribute>'
    "</NativeDicomModel>"
)
PIXELS = bytes(range(256)) * 12
KEYS = ("AccessionNumber", "ModalitiesInStudy", "PatientID", "PatientName", "ReferringPhysicianName")
KEYS += ("StudyDate", "StudyID", "StudyInstanceUID", "StudyTime", "NumberOfStudyRelatedSeries")


def exchanges() -> tuple[ExchangeRecord, ...]:
    leak = (("X-Powered-By", HOSTILE.replace("\x00", "")), ("Link", "<javascript:alert(2)>; rel=next"))
    return (
        exchange(1, "/studies?PatientID=TST-0001", content=MATCHES),
        exchange(
            2, "/studies?limit=1", 500, f"<html><body><h1>{HOSTILE}</h1></body></html>", "text/html", headers=leak
        ),
        exchange(
            3,
            "/studies/1.2.3/series/1.2.3.1/instances/1.2.3.1.1/frames/1",
            content=PIXELS,
            media_type='multipart/related; type="application/octet-stream"; boundary=x',
        ),
        exchange(4, "/studies?includefield=all", content=body(MATCHES[:-10], truncated=True, size=9_000_000)),
        ExchangeRecord(
            number=5,
            label="first",
            request=RequestRecord(method="GET", url=f'{BASE}/series?Modality="><svg onload=alert(3)>', curl="curl 'x'"),
            failure="no answer within 30 seconds",
            seconds=30.0,
        ),
        exchange(
            6,
            "/studies?PatientName=DOE",
            content=f"--b\r\nContent-Type: application/dicom+xml\r\n\r\n{XML}\r\n--b--",
            media_type='multipart/related; type="application/dicom+xml"; boundary=b',
        ),
        exchange(7, "/studies/1.2.3", 204, "", "application/dicom"),
        *(exchange(number, f"/studies?{key}=NOSUCH", content=MATCHES) for number, key in enumerate(KEYS, 8)),
    )


def requirements() -> tuple[RequirementRecord, ...]:
    return (
        requirement(
            "10.4.3/frame-bytes",
            FAIL,
            "The frames of an uncompressed image arrive as they were stored.",
            consequence=Consequence.SAFETY,
            cases=("studies/retrieve/frames",),
        ),
        requirement(
            "10.6.1.2.3/no-other",
            FAIL,
            "A search returns the matching studies and no others.",
            consequence=Consequence.SAFETY,
            table="10.6.1-5",
            editions="2019a-",
            reading="Matching ignores trailing spaces, as PS3.4 C.2.2.2.1 has it for the value representation.",
            cases=tuple(f"studies/search/matching/absent[key={key}]" for key in KEYS),
        ),
        requirement(
            "10.6.3.1/status",
            FAIL,
            "A search that succeeds is answered with a success status.",
            cases=("studies/search/limit", "studies/search/after-limit"),
        ),
        requirement(
            "8.7.3/media-type",
            FAIL,
            "The Content-Type names the media type of the body.",
            waiver="fixed in 4.2, TICKET-17",
            cases=("studies/search/limit",),
        ),
        requirement(
            "8.4.1/letter",
            FAIL,
            "A header is spelled as the text has it.",
            consequence=Consequence.LETTER,
            cases=("studies/search/include-all",),
        ),
        requirement(
            "10.6.1.2.4/fuzzy",
            Verdict.INFO,
            "Fuzzy matching of person names may be offered.",
            level=Level.MAY,
            notes=("fuzzy matching is not offered; a Warning header says so",),
            cases=("studies/search/fuzzy",),
        ),
        requirement(
            "10.6.3.2/warning",
            WARN,
            "A search that ignores a parameter says so in a Warning header.",
            level=Level.SHOULD,
            cases=("studies/search/xml",),
        ),
        requirement(
            "8.6.1/letter-warning",
            WARN,
            "An error says what went wrong.",
            level=Level.SHOULD,
            consequence=Consequence.LETTER,
            cases=("studies/search/limit",),
        ),
        requirement(
            "10.6.1.2.5/limit", PASS, "The parameter limit bounds the number of results.", cases=("studies/search/ok",)
        ),
        requirement(
            "10.6.1.2.5/none",
            PASS,
            "A search without a match is answered with an empty list or 204.",
            notes=("answered 204, as the editions up to 2025e have it",),
            cases=("studies/search/ok",),
        ),
        requirement(
            "10.6.1.2.5/offset",
            Verdict.UNTESTED,
            "The parameter offset skips results.",
            reason="blocked by studies/search/limit",
            cases=("studies/search/offset",),
        ),
        requirement(
            "10.6.1.2.9/hidden",
            Verdict.UNTESTED,
            "What a server keeps is not lost within a year.",
            reason="no black-box test can exist: it would take a year",
        ),
        requirement(
            "10.6.3.9/series",
            Verdict.ERROR,
            "A search for series is answered.",
            reason="no answer within 30 seconds",
            cases=("studies/search/series",),
        ),
        requirement(
            "10.5.1/store",
            Verdict.NOT_APPLICABLE,
            "A store request is answered with a response module.",
            reason="studies.store is not claimed",
            cases=("studies/store/one",),
        ),
        requirement(
            "10.6.3.10/later", Verdict.NOT_APPLICABLE, "Part of a later edition.", reason="holds from 2026a on"
        ),
    )


def failing_cases() -> tuple[CaseRecord, ...]:
    absent = tuple(
        case(
            f"studies/search/matching/absent[key={key}]",
            FAIL,
            f"A search for an absent {key} returns nothing",
            "10.6.1.2.3/no-other",
            claims=("studies.search",),
            exchanges=(number,),
            impact="The worklist shows patients that nobody asked for; the wrong study may be opened.",
            fix="Match the key in the query of the database instead of ignoring it.",
            observations=(
                observation(
                    "10.6.1.2.3/no-other",
                    FAIL,
                    f"2 results do not match {key} 'NOSUCH'",
                    check="results",
                    expected="no results",
                    observed="2 results",
                    pointer="/1/00100010",
                    exchange=number,
                ),
            ),
        )
        for number, key in enumerate(KEYS, 8)
    )
    return (
        *absent,
        case(
            "studies/retrieve/frames",
            FAIL,
            "Frames come back bit by bit",
            "10.4.3/frame-bytes",
            claims=("studies.retrieve",),
            exchanges=(3,),
            impact="Pixels are shown that were never acquired.",
            fix="Do not swap bytes.",
            observations=(
                observation(
                    "10.4.3/frame-bytes",
                    FAIL,
                    "frame 1 differs from what was stored in 512 of 524288 bytes",
                    check="frames",
                    expected="SHA-256 0f…",
                    observed="SHA-256 77…",
                    pointer="byte 0",
                    exchange=3,
                ),
            ),
        ),
        case(
            "studies/search/limit",
            FAIL,
            "limit=1 is answered",
            ("10.6.3.1/status", "8.7.3/media-type"),
            claims=("studies.search",),
            exchanges=(2,),
            impact="Viewers show an empty list.",
            fix="Catch the exception.",
            observations=(
                observation(
                    ("10.6.3.1/status", "8.7.3/media-type"),
                    FAIL,
                    "the status is 500",
                    expected="200",
                    observed=f"500 {HOSTILE}",
                    pointer="status",
                    exchange=2,
                ),
                observation(
                    "8.6.1/letter-warning", WARN, f"the body tells a stack trace: {HOSTILE}", check="body", exchange=2
                ),
            ),
        ),
        case(
            "studies/search/include-all",
            FAIL,
            "includefield=all is answered",
            "8.4.1/letter",
            claims=("studies.search",),
            exchanges=(4,),
            observations=(
                observation(
                    "8.4.1/letter",
                    FAIL,
                    "the header is spelled otherwise",
                    check="header",
                    pointer="/1/00100010/Value/0",
                    expected="Accept",
                    observed="accept",
                    exchange=4,
                ),
            ),
        ),
        case(
            "studies/search/xml",
            WARN,
            "A search in XML is answered",
            "10.6.3.2/warning",
            claims=("studies.search",),
            exchanges=(6,),
            observations=(
                observation(
                    "10.6.3.2/warning",
                    WARN,
                    "no Warning header",
                    check="header",
                    expected="Warning: 299",
                    pointer="part[1]/NativeDicomModel/DicomAttribute[1]",
                    exchange=6,
                ),
            ),
        ),
        case(
            "studies/search/waived",
            FAIL,
            "A known fault",
            "8.7.3/media-type",
            waiver="fixed in 4.2, TICKET-17",
            observations=(observation("8.7.3/media-type", FAIL, "the media type is text/html", exchange=2),),
        ),
    )


def other_cases() -> tuple[CaseRecord, ...]:
    return (
        case(
            "studies/search/ok",
            Verdict.PASS,
            "limit=2 returns two results",
            "10.6.1.2.5/limit",
            claims=("studies.search",),
            exchanges=(1,),
            observations=(observation("10.6.1.2.5/limit", Verdict.PASS, "2 results", holds=True, exchange=1),),
        ),
        case(
            "studies/search/fuzzy",
            Verdict.INFO,
            "Fuzzy matching",
            "10.6.1.2.4/fuzzy",
            claims=("studies.search",),
            exchanges=(1,),
        ),
        case(
            "studies/search/offset",
            Verdict.UNTESTED,
            "offset=1 skips a result",
            "10.6.1.2.5/offset",
            reason="blocked by studies/search/limit",
            blocked_by="studies/search/limit",
        ),
        case(
            "studies/search/series",
            Verdict.ERROR,
            "A search for series",
            "10.6.3.9/series",
            exchanges=(5,),
            reason="no answer within 30 seconds",
        ),
        case(
            "studies/search/after-series",
            Verdict.UNTESTED,
            "Paging of series",
            "10.6.3.9/series",
            reason="blocked by studies/search/series",
            blocked_by="studies/search/series",
        ),
        case(
            "studies/store/one",
            Verdict.NOT_APPLICABLE,
            "A study is stored",
            "10.5.1/store",
            effect=Effect.STORE,
            reason="studies.store is not claimed",
            claims=("studies.store",),
        ),
    )


def run(**more: Any) -> RunRecord:
    defaults: dict[str, Any] = {
        "version": "0.1.0",
        "suites_digest": hashlib.sha256(b"suites").hexdigest(),
        "edition": "2025c",
        "seed": 20250115,
        "target": TargetRecord(name="Acme Archive 4.1", url=BASE, services={"studies": BASE}, authentication="bearer"),
        "started": "2025-01-15T10:15:30Z",
        "seconds": 83.25,
        "requests": 412,
        "suites": ("studies/search", "studies/retrieve"),
        "fixtures": (
            FixtureRecord(name="clinic", source="stored", instances=11, refused={"ct/1/3": "0110, no space left"}),
            FixtureRecord(name="names", source="none", refused={"latin1/1/1": f"refused {XSS}"}),
        ),
        "options": {"fuzzymatching": False, "includefield": True},
        "notes": ("studies.delete answers although it is not claimed",),
        "exit_status": 1,
    }
    return RunRecord(**(defaults | more))


def claims() -> tuple[ClaimRecord, ...]:
    return (
        ClaimRecord(
            claim="studies.retrieve",
            outcome=Outcome.NOT_CONFORMANT,
            requirements={Verdict.FAIL: 1, Verdict.PASS: 4},
            findings={Consequence.SAFETY: {Verdict.FAIL: 1}},
        ),
        ClaimRecord(
            claim="studies.search",
            outcome=Outcome.NOT_CONFORMANT,
            requirements={
                Verdict.FAIL: 4,
                Verdict.WARN: 2,
                Verdict.PASS: 2,
                Verdict.INFO: 1,
                Verdict.UNTESTED: 2,
                Verdict.ERROR: 1,
            },
            findings={
                Consequence.SAFETY: {Verdict.FAIL: 1},
                Consequence.INTEROP: {Verdict.FAIL: 2, Verdict.WARN: 1},
                Consequence.LETTER: {Verdict.FAIL: 1, Verdict.WARN: 1},
            },
        ),
        ClaimRecord(claim="studies.store", outcome=None, claimed=False),
    )


def faulty(**more: Any) -> Results:
    """A server with every kind of trouble."""
    parts: dict[str, Any] = {
        "outcome": Outcome.NOT_CONFORMANT,
        "run": run(),
        "claims": claims(),
        "requirements": tuple(sorted(requirements(), key=lambda record: record.id)),
        "cases": tuple(sorted((*failing_cases(), *other_cases()), key=lambda record: record.id)),
        "exchanges": exchanges(),
        "waivers": (
            WaiverRecord(
                requirement="8.7.3/media-type",
                reason="fixed in 4.2, TICKET-17",
                owner="jane@example.org",
                expires="2025-06-30",
                state="used",
            ),
            WaiverRecord(
                case="studies/search/gone",
                reason="no longer there",
                owner="jane@example.org",
                expires="2025-06-30",
                state="stale",
            ),
            WaiverRecord(
                requirement="10.6.3.1/old",
                reason="for a week",
                owner="joe@example.org",
                expires="2024-01-01",
                state="expired",
            ),
        ),
        "ledger": (
            LedgerEntry(study="2.25.1001", instances=("2.25.1002", "2.25.1003"), deleted=True),
            LedgerEntry(study="2.25.2001", instances=("2.25.2002",)),
        ),
    }
    return Results(**(parts | more))


def clean() -> Results:
    """A server without a fault."""
    good = (
        requirement(
            "10.6.1.2.5/limit", Verdict.PASS, "The parameter limit bounds the results.", cases=("studies/search/ok",)
        ),
    )
    return Results(
        outcome=Outcome.CONFORMANT,
        run=run(edition=None, exit_status=0, fixtures=(), notes=(), options={}, read_only=True),
        claims=(ClaimRecord(claim="studies.search", outcome=Outcome.CONFORMANT, requirements={Verdict.PASS: 1}),),
        requirements=good,
        cases=(case("studies/search/ok", Verdict.PASS, "limit=2", "10.6.1.2.5/limit", exchanges=(1,)),),
        exchanges=(exchange(1, "/studies?limit=2", content=MATCHES),),
    )


def large(count: int = 1_000) -> Results:
    """``count`` cases, a requirement for every seven of them; every third case fails, each with its own evidence."""
    verdicts = (Verdict.FAIL, Verdict.PASS, Verdict.WARN)
    filler = "<&>" * 1_000
    needs = [
        requirement(
            f"10.6.{number % 9}.{number}/r{number}",
            Verdict.FAIL,
            f"Statement {number} {filler[:200]}",
            cases=tuple(f"bulk/suite-{number % 20}/case-{index}" for index in range(number * 7, number * 7 + 7)),
        )
        for number in range(-(-count // 7))
    ]
    return faulty(
        requirements=tuple(needs),
        exchanges=tuple(
            exchange(index, f"/studies?n={index}", content=filler, media_type="text/plain") for index in range(count)
        ),
        cases=tuple(
            case(
                f"bulk/suite-{(index // 7) % 20}/case-{index}",
                verdicts[index % 3],
                f"Case {index}",
                needs[index // 7].id,
                exchanges=(index,),
                impact=f"impact {index % 5}",
                fix=f"fix {index % 5}",
                observations=(
                    observation(
                        needs[index // 7].id,
                        verdicts[index % 3],
                        f"kind {'abcdefg'[index % 7]} of trouble {filler[:200]}",
                        holds=index % 3 == 1,
                        expected="x" * 300,
                        observed=filler[:300],
                        exchange=index,
                    ),
                ),
            )
            for index in range(count)
        ),
    )
