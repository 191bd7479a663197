"""Defects of rendered reports and encapsulated documents (8.7.4, 10.4.3.3.3)."""

from __future__ import annotations

from dataclasses import replace

from dwconform.origin.answer import Answer, report
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._rendered import accepts, is_rendering, stored, with_payload

_REPORTS = "1.2.840.10008.5.1.4.1.1.88."
_PDF = "1.2.840.10008.5.1.4.1.1.104.1"


def _is_report(context: Context) -> bool:
    return is_rendering(context) and stored(context, "00080016").startswith(_REPORTS)


@defect("wado-report-fails", breaks="8.7.4/text-html", hook=Hook.RESPONSE, bugs=("B143",))
def report_fails(answer: Answer, context: Context) -> Answer:
    """Answers 500 when a report is to be rendered as HTML."""
    if _is_report(context) and accepts(context) in ("text/html", "*/*"):
        return report(500, "javax.xml.transform.TransformerException")
    return answer


@defect("wado-plain-text-with-markup", breaks="8.7.4/text-plain", hook=Hook.RESPONSE)
def plain_text_with_markup(answer: Answer, context: Context) -> Answer:
    """Sends HTML under the name of plain text."""
    if _is_report(context) and answer.media_type.startswith("text/plain"):
        return replace(answer.whole, body=b"<html><body><pre>" + answer.whole.body + b"</pre></body></html>")
    return answer


@defect("wado-report-xml-ill-formed", breaks="8.7.4/text-xml", hook=Hook.RESPONSE)
def report_xml_ill_formed(answer: Answer, context: Context) -> Answer:
    """Sends XML whose characters are not escaped."""
    if _is_report(context) and answer.media_type.startswith("text/xml"):
        return replace(answer.whole, body=answer.whole.body.replace(b"&lt;", b"<").replace(b"&amp;", b"&"))
    return answer


@defect("wado-report-pdf-is-html", breaks="8.7.4/text-optional", hook=Hook.RESPONSE)
def report_pdf_is_html(answer: Answer, context: Context) -> Answer:
    """Sends HTML under the name of a PDF document."""
    if _is_report(context) and accepts(context) == "application/pdf":
        return Answer(200, b"<html><body>Report</body></html>", "application/pdf")
    return answer


@defect("wado-report-in-other-charset", breaks="10.4.3.3.3/report", hook=Hook.RESPONSE)
def report_in_other_charset(answer: Answer, context: Context) -> Answer:
    """Sends a report in ISO 8859-1 and calls it UTF-8."""
    if not _is_report(context):
        return answer
    return with_payload(
        answer, lambda part: replace(part, body=part.body.decode("utf-8").encode("iso-8859-1", errors="replace"))
    )


@defect("wado-report-rounds", breaks="10.4.3.3.3/report", hook=Hook.RESPONSE)
def report_rounds(answer: Answer, context: Context) -> Answer:
    """Rounds the numbers of a report."""
    if not _is_report(context):
        return answer
    return with_payload(answer, lambda part: replace(part, body=part.body.replace(b"17.25", b"17")))


@defect("wado-report-first-level-only", breaks="10.4.3.3.3/report", hook=Hook.RESPONSE)
def report_first_level_only(answer: Answer, context: Context) -> Answer:
    """Leaves out what a report says in containers."""
    if not _is_report(context):
        return answer
    return with_payload(answer, lambda part: replace(part, body=part.body.replace(b"Nothing in this report", b"...")))


@defect("wado-no-document-rendered", breaks="10.4.3.3.3/encapsulated-document", hook=Hook.RESPONSE, bugs=("B004",))
def no_document_rendered(answer: Answer, context: Context) -> Answer:
    """Answers 400 when an encapsulated document is to be rendered."""
    if is_rendering(context) and stored(context, "00080016") == _PDF:
        return report(400, "Cannot decode this instance.")
    return answer
