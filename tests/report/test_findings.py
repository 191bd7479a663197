from __future__ import annotations

from dwconform.report.findings import findings
from dwconform.report.results import Results
from dwconform.standard.terms import Verdict

from . import sample


def test_fails_come_first_then_the_gravest_then_the_order_of_sections(faulty: Results) -> None:
    assert [finding.requirement.id for finding in findings(faulty)] == [
        "10.4.3/frame-bytes",
        "10.6.1.2.3/no-other",
        "8.7.3/media-type",
        "10.6.3.1/status",
        "8.4.1/letter",
        "10.6.3.2/warning",
        "8.6.1/letter-warning",
    ]


def test_ten_fails_with_one_cause_read_as_one(faulty: Results) -> None:
    finding = next(found for found in findings(faulty) if found.requirement.id == "10.6.1.2.3/no-other")
    (symptom,) = finding.symptoms
    assert len(symptom.sightings) == len(sample.KEYS)
    assert len({sighting.message for sighting in symptom.sightings}) == len(sample.KEYS), "each keeps its own words"
    assert symptom.exchange is not None
    assert symptom.exchange.number == 8
    assert len(finding.impacts) == len(finding.fixes) == 1


def test_different_troubles_stay_apart() -> None:
    (name,) = ("10.6/x",)
    messages = ("Rows is missing", "Columns is missing", "3 results lack Rows", "4 results lack Rows")
    results = sample.clean().model_copy(
        update={
            "requirements": (sample.requirement(name, Verdict.FAIL, "x"),),
            "cases": (
                sample.case(
                    "s/c",
                    Verdict.FAIL,
                    "c",
                    name,
                    observations=tuple(sample.observation(name, Verdict.FAIL, message) for message in messages),
                ),
            ),
        }
    )
    (finding,) = findings(results)
    assert sorted(symptom.observation.message for symptom in finding.symptoms) == sorted(messages[:3])
    assert max(sighting.count for symptom in finding.symptoms for sighting in symptom.sightings) == 2


def test_blocked_cases_stand_under_the_case_that_blocked_them(faulty: Results) -> None:
    finding = next(found for found in findings(faulty) if found.requirement.id == "10.6.3.1/status")
    assert finding.symptoms[0].sightings[0].blocked == ("studies/search/offset",)
    assert finding.symptoms[0].also == ("8.7.3/media-type",)


def test_a_fail_of_an_unlisted_requirement_is_not_lost(faulty: Results) -> None:
    without = faulty.model_copy(update={"requirements": ()})
    names = {finding.requirement.id for finding in findings(without)}
    assert names == {finding.requirement.id for finding in findings(faulty)}


def test_a_clean_run_has_none(clean: Results) -> None:
    assert findings(clean) == ()
