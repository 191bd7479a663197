from __future__ import annotations

from dwconform.report.markdown import render_markdown
from dwconform.report.results import Results

from . import sample
from .sample import in_order


def test_outcome_claims_and_findings_in_order(faulty: Results) -> None:
    text = render_markdown(faulty)
    parts = (
        "Acme Archive 4.1: not conformant",
        "patient data may be wrong",
        "| studies.search | not conformant | 4 | 2 | 2 | 3 |",
        "### Safety",
        "**FAIL** `10.4.3/frame-bytes`",
        "(10 cases)",
        "### Interop",
        "**FAIL** (waived)",
        "**WARN**",
        "### Strict findings",
        "`8.4.1/letter`",
        "PS3.18 2025c",
    )
    assert in_order(text, *parts)
    assert text == render_markdown(faulty)


def test_what_the_target_said_stays_text(faulty: Results) -> None:
    text = render_markdown(faulty)
    assert "<script" not in text
    assert "&lt;script" in text
    assert "@everyone" not in text
    assert "#1" not in text
    assert "](" not in text
    assert "\x1b" not in text


def test_links_and_mentions_are_broken() -> None:
    message = "see http://evil.example and www.evil.example, @admin #12 ` ```"
    case = sample.case("s/c", sample.FAIL, "c", "8/x", observations=(sample.observation("8/x", sample.FAIL, message),))
    requirement = sample.requirement("8/x", sample.FAIL, "x")
    text = render_markdown(sample.clean().model_copy(update={"cases": (case,), "requirements": (requirement,)}))
    for live in ("http://", "www.evil", "@admin", "#12", " ` "):
        assert live not in text


def test_it_fits_into_a_comment() -> None:
    assert len(render_markdown(sample.large(5_000))) < 60_000


def test_an_early_end_is_told(clean: Results) -> None:
    assert "ended early" not in render_markdown(clean)
    run = clean.run.model_copy(update={"stopped": "Ctrl-C"})
    assert "**The run ended early:** Ctrl\\-C" in render_markdown(clean.model_copy(update={"run": run}))
