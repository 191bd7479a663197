"""Bringing the fixtures into a target that answers in this way or that."""

from __future__ import annotations

import json

import pytest

from bench import SEED, case, judge, library, small_recipes, suite_text, target
from dwconform.engine.events import FixtureStarted
from dwconform.fixtures import RunIdentity, build
from stubs.servers import Stub, response

CLINIC = build(small_recipes()["clinic"], RunIdentity.from_seed(SEED))
ALL = len(CLINIC.instances)
ONE = CLINIC.instances[0]


def reference(uid, **more):
    return {"00081155": {"vr": "UI", "Value": [uid]}, **more}


FAILED = {
    "00081198": {"vr": "SQ", "Value": [reference(ONE.sop_instance_uid, **{"00081197": {"vr": "US", "Value": [43264]}})]}
}
STORED = {"00081199": {"vr": "SQ", "Value": [reference(item.sop_instance_uid) for item in CLINIC.instances[1:]]}}

# status and body of each store answer -> source, how many instances, what is said of the first
ANSWERS = {
    "empty object": ("200 OK", {}, "stored", ALL, None),
    "no body": ("200 OK", None, "stored", ALL, None),
    "one refused": ("202 Accepted", FAILED, "stored", ALL - 1, "refused with failure reason 43264"),
    "one not mentioned": (
        "200 OK",
        STORED,
        "stored",
        ALL - 1,
        "not among the instances that the store answer calls stored",
    ),
    "all refused, one with a reason": ("409 Conflict", FAILED, "none", 0, "refused with failure reason 43264"),
    "all refused": ("409 Conflict", None, "none", 0, "the store was answered 409"),
    "an error": ("503 Busy", None, "none", 0, "the store was answered 503"),
    "created": ("201 Created", None, "none", 0, "the store was answered 201"),
}


def serving(status, body):
    octets = b"" if body is None else json.dumps(body).encode()

    def behave(connection, received):
        connection.send(response(octets, status) if received.method == "POST" else response(b"[]"))

    return Stub(behave)


def prepared(url, folder, **options):
    cases = case(send={"get": "{studies}/studies", "query": {"PatientID": "{clinic.ct.PatientID}"}})
    judged_by = library(folder, suite_text(cases, fixtures=["clinic"]), recipes=small_recipes())
    return judge(target(url, **{"visibility-delay": 0.2}), judged_by, **options)


@pytest.mark.parametrize("name", ANSWERS)
def test_what_a_store_answer_means(name, tmp_path):
    status, body, source, instances, reason = ANSWERS[name]
    with serving(status, body) as stub:
        results = prepared(stub.url, tmp_path)
    (record,) = results.run.fixtures
    assert (record.name, record.source, record.instances) == ("clinic", source, instances)
    assert record.refused.get(ONE.path) == reason
    assert sum(len(entry.instances) for entry in results.ledger) == instances


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden", "404 Not Found", "405 Not Allowed", "501 No"])
def test_a_target_that_takes_no_store_is_searched_instead(status, tmp_path):
    with serving(status, None) as stub:
        results = prepared(stub.url, tmp_path)
        methods = [item.method for item in stub.requests]
    assert methods.count("POST") == 1
    assert results.run.fixtures[0].source == "none"
    assert any(f"takes no Store (answered {status[:3]})" in note for note in results.run.notes)
    assert results.cases[0].verdict == "untested"


def test_what_is_not_found_in_time_is_told(tmp_path):
    with serving("200 OK", {}) as stub:
        results = prepared(stub.url, tmp_path)
    assert any("were not found by a search within 0.2 s" in note for note in results.run.notes)


def test_a_target_that_dies_on_stores_is_not_sent_them_all(tmp_path):
    def behave(connection, received):
        if received.method == "POST":
            raise ConnectionAbortedError
        connection.send(response(b"[]"))

    with Stub(behave) as stub:
        results = prepared(stub.url, tmp_path)
        assert sum(item.method == "POST" for item in stub.requests) == 3
    (record,) = results.run.fixtures
    assert (record.source, len(record.refused)) == ("none", ALL)
    assert "not sent, because the stores before it failed" in record.refused.values()
    assert any("preparing the fixtures was given up" in note for note in results.run.notes)


def test_ctrl_c_while_preparing(tmp_path):
    def press(event):
        if isinstance(event, FixtureStarted):
            raise KeyboardInterrupt

    with serving("200 OK", {}) as stub:
        results = prepared(stub.url, tmp_path, listeners=[press])
    assert (results.run.exit_status, results.run.stopped) == (3, "interrupted by the user")
    assert results.cases[0].reason == "interrupted by the user"


def test_of_what_the_target_says_it_changed_its_metadata_is_the_truth(tmp_path):
    changed = [reference(item.sop_instance_uid, **{"00081196": {"vr": "US", "Value": [0xB000]}}) for item in (ONE,)]
    plain = [reference(item.sop_instance_uid) for item in CLINIC.instances[1:]]
    with serving("202 Accepted", {"00081199": {"vr": "SQ", "Value": [*changed, *plain]}}) as stub:
        results = prepared(stub.url, tmp_path)
        asked = [item.target for item in stub.requests if item.target.endswith("/metadata")]
    assert [target.split("/")[-2] for target in asked] == [ONE.study_uid]
    assert any("changed 1 instances" in note and "of 0 its metadata" in note for note in results.run.notes)
