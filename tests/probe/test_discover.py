"""Discovery changes nothing, survives everything, and drafts a file that loads."""

from __future__ import annotations

import json

import pytest

from dwconform.probe.capabilities import Offer, read_capabilities
from dwconform.probe.discover import Answer, discover, draft_yaml
from dwconform.target import Target, load_target
from stubs.servers import STUBS, Stub, response

HURRY = {"connect": 0.5, "read": 0.2, "total": 0.4}
INSTANCE = {
    "0020000D": {"vr": "UI", "Value": ["1.2.3"]},
    "0020000E": {"vr": "UI", "Value": ["1.2.3.4"]},
    "00080018": {"vr": "UI", "Value": ["1.2.3.4.5"]},
}
WADL = b"""<?xml version="1.0"?>
<application xmlns="http://wadl.dev.java.net/2009/02">
  <resources base="http://archive/rs">
    <resource path="studies">
      <method name="GET">
        <request><param name="fuzzymatching" style="query"/><param name="Accept" style="header"/></request>
      </method>
      <method name="POST"/>
      <resource path="{StudyInstanceUID}"><method name="GET"/></resource>
    </resource>
  </resources>
</application>"""
JSON_WADL = {
    "application": {
        "resources": {
            "@base": "http://archive/rs",
            "resource": [
                {
                    "@path": "studies",
                    "method": [
                        {
                            "@name": "GET",
                            "request": {
                                "param": [
                                    {"@name": "fuzzymatching", "@style": "query"},
                                    {"@name": "Accept", "@style": "header"},
                                ]
                            },
                        },
                        {"@name": "POST"},
                    ],
                    "resource": [{"@path": "{StudyInstanceUID}", "method": [{"@name": "GET"}]}],
                }
            ],
        }
    }
}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(WADL, "application/vnd.sun.wadl+xml"), (json.dumps(JSON_WADL).encode(), "application/json")],
    ids=["xml", "json"],
)
def test_capabilities_are_read(body, content_type):
    found = read_capabilities(body, content_type)
    assert found.base == "http://archive/rs"
    assert found.offers == (
        Offer("/studies", "GET", ("fuzzymatching",)),
        Offer("/studies", "POST"),
        Offer("/studies/{StudyInstanceUID}", "GET"),
    )
    assert found.parameter("fuzzymatching")
    assert not found.parameter("Accept")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", None),
        (b"<html/>", "text/html"),
        (b"<application/>", None),
        (b"[]", "application/json"),
        (b'{"resources": 1}', "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><application>&x;</application>', None),
    ],
)
def test_what_is_no_capabilities_description_is_none(body, content_type):
    assert read_capabilities(body, content_type) is None


def archive(connection, received):
    """A small archive: searches, retrieves metadata, has a WADL, and nothing else."""
    path = received.target.partition("?")[0]
    if received.method == "OPTIONS":
        octets = response(WADL, headers={"Content-Type": "application/vnd.sun.wadl+xml"})
    elif "fuzzymatching" in received.target:
        octets = response(b"[]", headers={"Warning": '299 archive "The fuzzymatching parameter is not supported."'})
    elif path.endswith(("/studies", "/instances")):
        octets = response(json.dumps([INSTANCE]).encode(), headers={"Server": "small/1.0"})
    elif path.endswith("/metadata"):
        octets = response(json.dumps([INSTANCE]).encode())
    else:
        octets = response(b"", "404 Not Found")
    connection.send(octets)


def test_what_answers_and_what_is_claimed(tmp_path):
    with Stub(archive) as stub:
        found = discover(load_target(f"{stub.url}/rs"))
        assert {received.method for received in stub.requests} == {"GET", "OPTIONS"}
        assert found.requests == len(stub.requests)
        assert any("/studies/1.2.3/series/1.2.3.4/instances/1.2.3.4.5/metadata" in r.target for r in stub.requests)
    findings = {finding.claim: finding for finding in found.findings}
    assert (found.reachable, found.server) == (True, "small/1.0")
    assert findings["studies.search"].answer is Answer.ANSWERS
    assert findings["studies.retrieve.metadata"].offered
    assert findings["studies.retrieve"].differs
    assert (findings["studies.store"].answer, findings["studies.store"].claimed) == (Answer.NOT_PROBED, True)
    assert findings["studies.search.fuzzymatching"].answer is Answer.ABSENT
    assert findings["studies.search.emptyvaluematching"].answer is Answer.UNCLEAR
    assert findings["worklist.search"].answer is Answer.ABSENT
    draft = draft_yaml(found)
    assert "WHICH DIFFERS" in draft
    (tmp_path / "target.yaml").write_text(draft)
    drafted = load_target(str(tmp_path / "target.yaml"))
    assert drafted.url == found.target.url
    assert {"studies.search", "studies.store", "studies.retrieve.metadata"} <= set(drafted.claims)
    assert "studies.retrieve" not in drafted.claims


def test_the_services_may_be_elsewhere():
    def behave(connection, received):
        here = received.target.startswith("/dicom-web/studies")
        connection.send(response(b"[]") if here else response(b"", "404 Not Found"))

    with Stub(behave) as stub:
        found = discover(load_target(stub.url))
        assert any(f"one answers at {stub.url}/dicom-web" in note for note in found.notes)


@pytest.mark.parametrize("name", STUBS)
def test_discovery_survives(name, tmp_path):
    with STUBS[name]() as stub:
        found = discover(Target(url=stub.url, timeouts=HURRY))
    draft = draft_yaml(found)
    (tmp_path / "target.yaml").write_text(draft)
    assert load_target(str(tmp_path / "target.yaml")).url == found.target.url
    no_answer = {"nothing-listens", "silent", "closes-at-once", "dripping-head", "cut-head", "endless-head"}
    assert found.reachable != (name in no_answer | {"not-http", "garbage", "switching-protocols"})


def test_a_login_that_is_demanded_is_told():
    with STUBS["unauthorized"]() as stub:
        draft = draft_yaml(discover(load_target(stub.url)))
    assert 'a login is demanded (401, challenge: Basic realm="stub")' in draft
    assert "# The server demands a login" in draft


def test_the_draft_keeps_what_the_file_says_and_no_secret(tmp_path, monkeypatch):
    monkeypatch.setenv("DW_SECRET", "s3cret-word")
    path = tmp_path / "target.yaml"
    with STUBS["empty-list"]() as stub:
        path.write_text(
            f"url: {stub.url}\nedition: 2023b\nrequests-per-second: 500\nheaders: {{X-Tenant: north}}\n"
            "auth: {basic: {username: me, password: {env: DW_SECRET}}}\n"
        )
        draft = draft_yaml(discover(load_target(str(path))))
    assert "s3cret-word" not in draft
    path.write_text(draft)
    drafted = load_target(str(path))
    assert drafted.redactions() == {"s3cret-word"}
    assert (str(drafted.edition), drafted.requests_per_second, drafted.headers) == ("2023b", 500, {"X-Tenant": "north"})
    assert "no login is demanded" in draft
