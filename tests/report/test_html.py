from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import html

from dwconform.report.html import render_html
from dwconform.report.html.anchors import anchors
from dwconform.report.results import Results

from . import sample
from .sample import in_order

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
STYLE = Path(__file__).parents[2] / "src/dwconform/report/html/templates/style.css"


@pytest.fixture(scope="module")
def page() -> str:
    return render_html(sample.faulty())


@pytest.fixture(scope="module")
def document(page: str) -> html.HtmlElement:
    return html.document_fromstring(page)


def test_the_same_results_give_the_same_bytes(page: str) -> None:
    assert page == render_html(sample.faulty())


def test_sections_stand_in_the_order_readers_need(document: html.HtmlElement) -> None:
    assert [heading.get("id") for heading in document.iter("h2")] == [
        "claims",
        "findings",
        "fails",
        "warnings",
        "strict",
        "options",
        "untested",
        "errors",
        "not-applicable",
        "fixtures",
        "waivers",
        "ledger",
        "requirements",
        "cases",
    ]


def test_the_head_names_the_circumstances(document: html.HtmlElement) -> None:
    head = document.find("body/header").text_content()
    run = sample.run()
    assert in_order(
        head, "Acme Archive 4.1", "Not conformant", "5 requirements are violated", sample.BASE, "PS3.18 2025c"
    )
    for fact in (
        "2025-01-15T10:15:30Z",
        "read and write",
        "412",
        "0.1.0",
        "20250115",
        "1 (not conformant)",
        run.suites_digest,
    ):
        assert fact in head
    assert "%" not in head


def test_a_run_that_stopped_early_says_so(clean: Results) -> None:
    run = clean.run.model_copy(update={"stopped": "10 cases in a row got no answer."})
    assert "The run ended early:</strong> 10 cases in a row" in render_html(clean.model_copy(update={"run": run}))
    assert "ended early" not in render_html(clean)


def test_a_finding_explains_itself_in_order(document: html.HtmlElement) -> None:
    article = document.get_element_by_id("finding-10.6.1.2.3-no-other").text_content()
    assert in_order(
        article,
        "FAIL",
        "safety",
        "A search returns the matching studies",
        "PS3.18 10.6.1.2.3, Table 10.6.1-5",
        "shall",
        "How the text is read",
        "Expected",
        "no results",
        "Observed",
        "2 results",
        "curl --globoff",
        "HTTP/1.1 200 OK",
        "Content-Type",
        "ROE^RICHARD",
        "Why it matters",
        "nobody asked for",
        "Likely fix",
        "Match the key",
        "Seen in 10 cases",
    )
    assert "DOE^JANE" not in article, "only the element that the pointer names is shown"


def test_findings_of_the_letter_stand_apart(document: html.HtmlElement) -> None:
    ids = [article.get("id") for article in document.iter("article")]
    assert ids[-2:] == ["finding-8.4.1-letter", "finding-8.6.1-letter-warning"]
    assert ids[0] == "finding-10.4.3-frame-bytes"


def test_blocked_waived_untested_refused_and_stored_are_told(document: html.HtmlElement) -> None:
    text = " ".join(document.find("body").text_content().split())
    for part in (
        "This blocked studies/search/offset.",
        "Waived: fixed in 4.2, TICKET-17",
        "no black-box test can exist",
        "no answer within 30 seconds",
        "studies.store is not claimed",
        "ct/1/3: 0110, no space left",
        "2.25.2001: 1 instance, still there",
        "stale: what it waives no longer fails",
        "answered 204, as the editions up to 2025e",
        "fuzzymatchingnot offered",
        "Not claimed, and so not judged: studies.store.",
        "studies.delete answers although it is not claimed",
    ):
        assert part in text


def test_nothing_of_the_target_becomes_markup(page: str, document: html.HtmlElement) -> None:
    assert [len(list(document.iter(tag))) for tag in ("script", "style", "img", "svg", "iframe", "object", "link")] == [
        1,
        1,
        0,
        0,
        0,
        0,
        0,
    ]
    assert sample.XSS not in page
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", page)
    for element in document.iter():
        assert not [name for name in element.attrib if name.startswith("on") or name in ("style", "src")]
        assert (element.get("href") or "#").startswith("#"), "links lead to places in the page only"


def test_every_link_has_a_target_and_every_id_is_unique(document: html.HtmlElement) -> None:
    ids = [element.get("id") for element in document.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    links = {element.get("href")[1:] for element in document.iter("a")}
    assert links <= set(ids)


def test_the_page_allows_itself_only_its_own_script_and_style(page: str, document: html.HtmlElement) -> None:
    policy = document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'; ")
    for tag in ("script", "style"):
        content = re.search(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert content
        digest = base64.b64encode(hashlib.sha256(content[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_a_verdict_is_never_told_by_colour_alone(document: html.HtmlElement) -> None:
    badges = document.find_class("badge")
    assert {badge.text_content().split()[-1] for badge in badges} == {
        "FAIL",
        "WARN",
        "ERROR",
        "UNTESTED",
        "INFO",
        "PASS",
        "NOT-APPLICABLE",
    }


def test_a_page_about_nothing_still_reads(clean: Results) -> None:
    page = render_html(clean.model_copy(update={"claims": (), "requirements": (), "cases": (), "exchanges": ()}))
    for part in ("Nothing is claimed.", "No requirement is violated", "Every requirement that applies was tested."):
        assert part in page


def test_five_thousand_cases_stay_bearable() -> None:
    page = render_html(sample.large(5_000))
    assert len(page.encode()) < 16_000_000
    assert page.count('data-verdict="fail"') > 1_000


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_colours_have_the_contrast_of_wcag_aa(scheme: str) -> None:
    blocks = re.findall(r":root \{(.*?)\}", STYLE.read_text(encoding="utf-8"), re.DOTALL)
    block = blocks[["light", "dark", "print"].index(scheme)]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    tones = ("fail", "warn", "error", "untested", "info", "pass", "none")
    pairs = [(text, ground) for text in ("text", "quiet", "link", *tones) for ground in ("page", "panel")]
    pairs += [("text", "code"), ("text", "mark")]
    if scheme != "print":  # on paper a badge has a border and no ground
        pairs += [("on-badge", tone) for tone in tones]
    assert {pair: ratio for pair in pairs if (ratio := contrast(colours[pair[0]], colours[pair[1]])) < 4.5} == {}


def test_anchors_are_unique_and_stable() -> None:
    assert anchors("case", ["a/b[x=1]", "a/b[x=1", "a/b[x=1]", "é"]) == {
        "a/b[x=1]": "case-a-b-x-1",
        "a/b[x=1": "case-a-b-x-1_2",
        "é": "case-",
    }


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_in_a_browser_nothing_runs_but_our_own_script(page: str, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(page, encoding="utf-8")
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--enable-logging=stderr",
        "--dump-dom",
    ]
    done = subprocess.run([str(CHROMIUM), *flags, file.as_uri()], capture_output=True, timeout=120, check=True)
    seen = html.document_fromstring(done.stdout.decode("utf-8"))
    assert len(list(seen.iter("script"))) == 1
    assert len(seen.find_class("copy")) == len(seen.xpath("//pre[@data-copy]")) > 0, "our script has run"
    assert [form.get("hidden") for form in seen.iter("form")] == [None, None]
    assert [output.text_content() for output in seen.iter("output")] == ["15 of 15 shown", "21 of 21 shown"]
    console = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if ":CONSOLE" in line]
    assert console == []
