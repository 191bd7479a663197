"""A target from a URL or a file, and what is said about a wrong one."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from dwconform import data, yamldoc
from dwconform.errors import TargetError
from dwconform.standard.editions import Edition
from dwconform.target import load_target
from dwconform.target.load import target_schema
from dwconform.target.origin import Origin

FULL = """\
name: Example archive
url: https://pacs.example:8443/dicomweb/
services:
  worklist: https://ris.example/ups
origins: ["https://cdn.example"]
claims: [studies.search, studies.store, studies.search.fuzzymatching]
role: proxy
edition: 2025c
auth:
  basic: {username: tester, password: {env: DW_PASSWORD}}
  mtls: {certificate: client.pem, key: client.key}
headers:
  X-Tenant: north
  X-Api-Key: {file: api-key.txt}
tls: {ca: ca.pem, verify: true}
timeouts: {connect: 1, read: 2.5, total: 30}
requests-per-second: 20
visibility-delay: 3
http2: auto
read-only: true
waivers:
  - {requirement: "10.6.1.2.*", case: "studies/search/all-studies[accept=*]", reason: known, owner: pacs team,
     expires: 2026-12-31, edition: 2025c-}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DW_PASSWORD", "s3cret-word")
    (tmp_path / "api-key.txt").write_text("key-of-the-file\n")
    for name in ("client.pem", "client.key", "ca.pem"):
        (tmp_path / name).write_text("")
    return tmp_path


def load(folder: Path, text: str):
    (folder / "target.yaml").write_text(text)
    return load_target(str(folder / "target.yaml"))


def test_a_url_is_a_target():
    target = load_target("http://127.0.0.1:8042/dicom-web/")
    assert (target.url, target.title) == ("http://127.0.0.1:8042/dicom-web",) * 2
    assert target.base("studies") == target.base("worklist") == target.url
    assert (target.claims, target.edition, target.read_only, target.http2) == (None, None, False, True)
    assert (target.timeouts.connect, target.timeouts.read, target.timeouts.total) == (10, 30, 60)
    assert (target.visibility_delay, target.requests_per_second, target.redactions()) == (10, None, frozenset())


def test_everything_that_a_file_may_say(folder):
    target = load(folder, FULL)
    assert target.base("studies") == "https://pacs.example:8443/dicomweb"
    assert target.base("worklist") == "https://ris.example/ups"
    assert target.claims == ("studies.search", "studies.store", "studies.search.fuzzymatching")
    assert (target.role, target.edition) == ("proxy", Edition(2025, "c"))
    assert target.redactions() == {"s3cret-word", "key-of-the-file"}
    assert target.home() == {Origin("https", "pacs.example", 8443), Origin("https", "ris.example", 443)}
    assert target.reachable() == target.home() | {Origin("https", "cdn.example", 443)}
    assert target.path("ca.pem") == folder / "ca.pem"
    assert (target.timeouts.read, target.requests_per_second, target.visibility_delay) == (2.5, 20, 3)
    [waiver] = target.waivers
    assert waiver.expires == date(2026, 12, 31)
    assert Edition(2026, "a") in waiver.edition
    assert waiver.covers("10.6.1.2.3/single-value", "studies/search/all-studies[accept=json]")
    assert not waiver.covers("10.6.1.2.3/single-value", "studies/search/all-studies-a")
    assert not waiver.covers("10.5/x", "studies/search/all-studies[accept=json]")


def test_secrets_show_nowhere(folder):
    target = load(folder, FULL)
    for text in (repr(target), str(target.model_dump()), target.model_dump_json()):
        assert "s3cret-word" not in text
        assert "key-of-the-file" not in text


def test_waivers_may_have_a_file_of_their_own(folder):
    (folder / "waivers.yaml").write_text("- {requirement: a/b, reason: known, owner: me, expires: 2026-01-01}\n")
    [waiver] = load(folder, "url: http://a\nwaivers: waivers.yaml\n").waivers
    assert (waiver.requirement, waiver.edition) == ("a/b", None)
    (folder / "waivers.yaml").write_text("- requirement: a/b\n  reason: known\n  owner: me\n  expire: 2026-01-01\n")
    with pytest.raises(TargetError, match=r"waivers\.yaml:4:3: unknown key 'expire'; did you mean 'expires'\?"):
        load(folder, "url: http://a\nwaivers: waivers.yaml\n")


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ("auto", None),
        ("[studies.search]", ("studies.search",)),
        ("{studies: [search, store], worklist: [search]}", ("studies.search", "studies.store", "worklist.search")),
        ("[]", ()),
    ],
)
def test_claims(folder, claims, expected):
    assert load(folder, f"url: http://a\nclaims: {claims}\n").claims == expected


WRONG = {
    "no-url": ("name: x", r"target\.yaml:1:1: .*needs a 'url'"),
    "no-mapping": ("- url: http://a", r"target\.yaml:1:1: a target is a mapping"),
    "not-yaml": ("url: [", r"target\.yaml:\d+:\d+: not YAML"),
    "unknown-key": ("url: http://a\nreadonly: true", r":2:1: unknown key 'readonly'; did you mean 'read-only'\?"),
    "unknown-service": ("services:\n  study: http://a", r":2:\d+: services"),
    "relative-url": ("url: /dicomweb", r":1:6: url: .*no absolute http or https URL"),
    "credentials-in-url": ("url: http://me:pw@a/", r":1:6: url: .*use 'auth' instead"),
    "fragment": ("url: http://a/#b", r"no fragment"),
    "literal-password": (
        "url: http://a\nauth:\n  basic: {username: x, password: hunter2}",
        r":3:34: auth\.basic\.password: .*never stands in this file; write \{env: NAME\}",
    ),
    "literal-token": ("url: http://a\nauth: {bearer: {token: hunter2}}", r":2:24: auth\.bearer\.token: .*never stands"),
    "literal-header": (
        "url: http://a\nheaders: {Authorization: Bearer hunter2}",
        r":2:10: headers: .*looks like a secret",
    ),
    "header-name": ("url: http://a\nheaders: {'a b': c}", r"no name of a header field"),
    "header-value": ('url: http://a\nheaders: {a: "b\\nc"}', r"characters that no header field may have"),
    "env-and-file": ("url: http://a\nauth: {bearer: {token: {env: A, file: b}}}", r"either an 'env' or a 'file'"),
    "env-missing": ("url: http://a\nauth: {bearer: {token: {env: DW_NO}}}", r":2:24: .*variable DW_NO is not set"),
    "file-missing": ("url: http://a\nauth: {bearer: {token: {file: no.txt}}}", r":2:24: .*no\.txt does not exist"),
    "control-in-secret": ("url: http://a\nauth: {bearer: {token: {file: two-lines.txt}}}", r":2:24: .*line break"),
    "two-logins": (
        "url: http://a\nauth: {bearer: {token: {env: HOME}}, basic: {username: a, password: {env: HOME}}}",
        r":2:7: auth: .*basic and bearer cannot be used together",
    ),
    "ca-missing": ("url: http://a\ntls: {ca: no.pem}", r":2:11: the file .*no\.pem does not exist"),
    "edition": ("url: http://a\nedition: newest", r":2:10: edition: .*no edition of the standard"),
    "claim-word": ("url: http://a\nclaims: [Search]", r":2:10: claims"),
    "timeout": ("url: http://a\ntimeouts: {read: 0}", r":2:18: timeouts\.read: .*greater than 0"),
    "waiver-date": (
        "url: http://a\nwaivers: [{case: a, reason: b, owner: c, expires: 20261231}]",
        r":2:51: waivers\.0\.expires: .*write the date as",
    ),
    "waiver-of-nothing": (
        "url: http://a\nwaivers: [{reason: b, owner: c, expires: 2026-12-31}]",
        r"a requirement, a case or",
    ),
    "waiver-without-owner": (
        "url: http://a\nwaivers: [{case: a, reason: b, expires: 2026-12-31}]",
        r":2:11: waivers\.0: .*'owner' is missing",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_its_place(folder, name):
    text, complaint = WRONG[name]
    (folder / "two-lines.txt").write_text("a\nb\n")
    with pytest.raises(TargetError) as raised:
        load(folder, text)
    assert re.search(complaint, str(raised.value)), raised.value
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("text", ["http://", "ftp://a", "http://a b", "http://me:hunter2@a"])
def test_a_wrong_url_is_told(text):
    with pytest.raises(TargetError):
        load_target(text)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(TargetError, match="neither a URL"):
        load_target(str(tmp_path / "no.yaml"))


def test_a_service_without_url(folder):
    target = load(folder, "services:\n  studies: http://a/")
    assert (target.serves("studies"), target.serves("worklist")) == (True, False)
    with pytest.raises(TargetError, match="no URL for the service 'worklist'"):
        target.base("worklist")


def test_the_committed_schema_is_the_models():
    committed = (data.folder("schemas") / "target.schema.json").read_text(encoding="utf-8")
    assert json.loads(committed) == target_schema()


def test_the_schema_takes_what_the_loader_takes():
    validator = jsonschema.Draft202012Validator(target_schema())
    validator.check_schema(validator.schema)
    assert not list(validator.iter_errors(yamldoc.read_text(FULL, "target.yaml").value))
    assert not list(
        validator.iter_errors({"url": "http://a", "waivers": "waivers.yaml", "claims": {"studies": ["search"]}})
    )
    for wrong in (
        {"name": "x"},
        {"url": "http://a", "auth": {"bearer": {"token": "literal"}}},
        {"url": "http://a", "x": 1},
    ):
        assert list(validator.iter_errors(wrong))
