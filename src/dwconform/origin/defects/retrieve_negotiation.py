"""Defects of the choice of a media type, a transfer syntax and a character set (PS3.18 8.3.3, 8.7, 8.8)."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from io import BytesIO

from pydicom import dcmread, dcmwrite
from pydicom.uid import ImplicitVRLittleEndian
from starlette.requests import Request

from dwconform.origin import multipart
from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._requests import with_query
from dwconform.origin.defects._retrieve import accept_of, path_of, query_of, with_accept
from dwconform.origin.elements import Dataset, Element
from dwconform.origin.levels import Level
from dwconform.origin.negotiate import Form, Negotiation

_PARAMETER = re.compile(r"(^|&)accept=[^&]*")
_DICOM = "application/dicom"
_LATIN_1_END = 0xFF


@defect("wado-ignores-accept-parameter", breaks="8.3.3.1/accept-parameter", hook=Hook.REQUEST, bugs=("B146",))
def ignores_accept_parameter(request: Request) -> Request:
    """Ignores the query parameter accept."""
    return with_query(request, _PARAMETER.sub("", query_of(request)))


@defect("wado-header-before-parameter", breaks="8.3.3.1/precedence", hook=Hook.REQUEST)
def header_before_parameter(request: Request) -> Request:
    """Prefers what the Accept header names to the query parameter accept."""
    return ignores_accept_parameter(request) if accept_of(request) != "*/*" else request


@defect("wado-refuses-unknown-in-parameter", breaks="8.3.3.1/fallback", hook=Hook.REQUEST)
def refuses_unknown_in_parameter(request: Request) -> Request:
    """Answers 400 to a type in the query parameter accept that it does not know."""
    if "accept=application/x-none" in query_of(request):
        raise Refusal(400, "The parameter accept is invalid.")
    return request


@defect("wado-plus-is-space", breaks="8.3.3.1/plus-sign", hook=Hook.REQUEST)
def plus_is_space(request: Request) -> Request:
    """Reads a plus sign in the query as a space."""
    return with_query(request, query_of(request).replace("+", "%20"))


@defect("wado-bears-mixed-parameter", breaks="8.3.3.1/mixed-types", hook=Hook.REQUEST)
def bears_mixed_parameter(request: Request) -> Request:
    """Takes the first of DICOM and rendered types in the query parameter accept."""
    return with_query(request, re.sub(r"(accept=application/dicom),[^&]*", r"\1", query_of(request)))


@defect("wado-refuses-charset-parameter", breaks="8.3.3.2/charset-parameter", hook=Hook.REQUEST)
def refuses_charset_parameter(request: Request) -> Request:
    """Answers 400 to the query parameter charset."""
    if "charset=utf-8" in query_of(request):
        raise Refusal(400, "The parameter charset is not supported.")
    return request


@defect("wado-refuses-unknown-charset", breaks="8.3.3.2/unsupported-charset", hook=Hook.REQUEST)
def refuses_unknown_charset(request: Request) -> Request:
    """Answers 400 to a query parameter charset that it does not know."""
    if "charset=x-" in query_of(request):
        raise Refusal(400, "The character set is not supported.")
    return request


@defect("wado-refuses-unknown-parameter", breaks="8.3/unknown-parameter", hook=Hook.REQUEST)
def refuses_unknown_parameter(request: Request) -> Request:
    """Answers 400 to a query parameter that it does not know."""
    if "/studies/" in request.url.path and "zz" in query_of(request):
        raise Refusal(400, "Unknown parameter.")
    return request


@defect("wado-ignores-accept-header", breaks="8.4.1/accept-header", hook=Hook.NEGOTIATE)
def ignores_accept_header(negotiation: Negotiation, context: Context) -> Negotiation:
    """Returns metadata in JSON whatever the Accept header says."""
    return replace(negotiation, form=Form.JSON) if context.kind == "metadata" else negotiation


@defect("wado-letter-case-counts", breaks="8.7/letter-case", hook=Hook.REQUEST)
def letter_case_counts(request: Request) -> Request:
    """Answers 406 to a media type with capital letters."""
    if re.search(r"[A-Z]", re.sub(r'"[^"]*"', "", accept_of(request))):
        raise Refusal(406, "Not acceptable.")
    return request


@defect("wado-refuses-unquoted", breaks="8.7/quotes", hook=Hook.REQUEST, bugs=("B084",))
def refuses_unquoted(request: Request) -> Request:
    """Answers 406 to a type parameter without quotes."""
    if re.search(r"type=[^\"]", accept_of(request)):
        raise Refusal(406, "Not acceptable.")
    return request


@defect("wado-refuses-spaces", breaks="8.7/quotes", hook=Hook.REQUEST)
def refuses_spaces(request: Request) -> Request:
    """Answers 400 to a space before a semicolon of the Accept header."""
    if " ;" in accept_of(request):
        raise Refusal(400, "The Accept header is invalid.")
    return request


@defect("wado-refuses-boundary", breaks="8.7.3.5.1/boundary-in-accept", hook=Hook.REQUEST)
def refuses_boundary(request: Request) -> Request:
    """Answers 406 to a range of the Accept header that has a boundary."""
    if "boundary=" in accept_of(request):
        raise Refusal(406, "Not acceptable.")
    return request


@defect("wado-refuses-transfer-syntax", breaks="8.7.3.5.2/explicit-syntax", hook=Hook.REQUEST, bugs=("B123",))
def refuses_transfer_syntax(request: Request) -> Request:
    """Answers 406 to any transfer syntax but an asterisk."""
    if re.search(r"application/dicom\"?.*transfer-syntax=\"?\d", accept_of(request)):
        raise Refusal(406, "Not acceptable.")
    return request


@defect("wado-delivers-implicit", breaks="8.7.3.5.2/unknown-syntax", hook=Hook.REQUEST)
def delivers_implicit(request: Request, context: Context) -> Request:
    """Converts instances to Implicit VR Little Endian for clients that ask for it."""
    if not accept_of(request).endswith("transfer-syntax=1.2.840.10008.1.2"):
        return request
    uids = zip(("0020000D", "0020000E", "00080018"), path_of(context)[::2], strict=False)
    parts = []
    for entity in context.archive.entities(Level.INSTANCE, [(tag, (uid,)) for tag, uid in uids]):
        if entity.instance:
            dataset = dcmread(BytesIO(context.archive.file(entity.instance)[0].read_bytes()))
            dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
            target = BytesIO()
            dcmwrite(target, dataset, implicit_vr=True, little_endian=True, enforce_file_format=True)
            parts.append(multipart.Part(_DICOM, target.getvalue()))
    raise Refusal.of(Answer(200, *multipart.join(parts, _DICOM)))


@defect("wado-first-syntax-only", breaks="8.7.3.5.2/alternatives", hook=Hook.REQUEST)
def first_syntax_only(request: Request) -> Request:
    """Looks at the first member of the Accept header only."""
    return with_accept(request, re.split(r",\s*(?=multipart)", accept_of(request))[0])


@defect("wado-fails-on-two-syntaxes", breaks="8.7.3.5.2/two-syntaxes", hook=Hook.REQUEST)
def fails_on_two_syntaxes(request: Request) -> Request:
    """Answers 500 to a range with two transfer-syntax parameters."""
    if re.search(r"transfer-syntax=[^,]*transfer-syntax=", accept_of(request)):
        raise Refusal(500, "Duplicate key.")
    return request


@defect("wado-refuses-syntax-of-metadata", breaks="8.7.3.5.2/syntax-of-metadata", hook=Hook.REQUEST)
def refuses_syntax_of_metadata(request: Request) -> Request:
    """Answers 406 to a transfer-syntax parameter of DICOM JSON."""
    if "+json; transfer-syntax" in accept_of(request):
        raise Refusal(406, "Not acceptable.")
    return request


@defect("wado-refuses-charset-of-type", breaks="8.7.3.5.3/charset-of-type", hook=Hook.REQUEST)
def refuses_charset_of_type(request: Request) -> Request:
    """Answers 406 to a charset parameter in the Accept header."""
    if "charset=" in accept_of(request):
        raise Refusal(406, "Not acceptable.")
    return request


@defect("wado-heeds-transfer-syntax-query", breaks="8.7.3.6/transfer-syntax-parameter", hook=Hook.REQUEST)
def heeds_transfer_syntax_query(request: Request) -> Request:
    """Answers 406 to a transferSyntax in the query that it cannot produce, as the URI service would."""
    if "transferSyntax=" in query_of(request):
        raise Refusal(406, "The transfer syntax is not available.")
    return request


@defect("wado-serves-without-accept", breaks="8.7.5/no-accept", hook=Hook.REQUEST)
def serves_without_accept(request: Request) -> Request:
    """Answers a request without an Accept header as if anything were acceptable."""
    return request if "accept" in request.headers else with_accept(request, "*/*")


@defect("wado-bears-mixed-types", breaks="8.7.5/mixed-types", hook=Hook.REQUEST)
def bears_mixed_types(request: Request) -> Request:
    """Takes the first of DICOM and rendered types in the Accept header."""
    return with_accept(request, accept_of(request).removesuffix(", image/png"))


@defect("wado-json-for-any", breaks="8.7.7/any", hook=Hook.REQUEST)
def json_for_any(request: Request) -> Request:
    """Refuses metadata to a client that accepts anything."""
    if accept_of(request) == "*/*" and request.url.path.endswith("/metadata"):
        raise Refusal(406, "Not acceptable.")
    return request


@defect("wado-unknown-type-spoils-all", breaks="8.7.7/unsupported-members", hook=Hook.REQUEST)
def unknown_type_spoils_all(request: Request) -> Request:
    """Answers 406 as soon as one of the acceptable types is not supported."""
    if "application/x-" in accept_of(request) and "," in accept_of(request):
        raise Refusal(406, "Not acceptable.")
    return request


@defect("wado-fails-on-malformed-accept", breaks="8.7.7/unsupported-members", hook=Hook.REQUEST)
def fails_on_malformed_accept(request: Request) -> Request:
    """Answers 400 to an Accept header of which a member is no media type."""
    if accept_of(request).startswith("foo"):
        raise Refusal(400, "The Accept header is invalid.")
    return request


@defect("wado-not-acceptable-fails", breaks="8.7.8.1/not-acceptable", hook=Hook.NEGOTIATE, bugs=("B069",))
def not_acceptable_fails(negotiation: Negotiation) -> Negotiation:
    """Answers 500 where nothing acceptable can be made."""
    if negotiation.form is None:
        raise Refusal(500, "KeyError")
    return negotiation


@defect("wado-ignores-weights", breaks="8.7.8.1/weights", hook=Hook.REQUEST)
def ignores_weights(request: Request) -> Request:
    """Takes all acceptable types for equally welcome."""
    return with_accept(request, re.sub(r";\s*q=0\.\d+", "", accept_of(request)))


@defect("wado-weight-zero-is-one", breaks="8.7.8.1/weight-zero", hook=Hook.REQUEST)
def weight_zero_is_one(request: Request) -> Request:
    """Takes a weight of zero for none."""
    return with_accept(request, re.sub(r";\s*q=0(?=,|$)", "", accept_of(request)))


@defect("wado-refuses-unknown-charsets", breaks="8.8.1/unsupported-charsets", hook=Hook.REQUEST)
def refuses_unknown_charsets(request: Request) -> Request:
    """Answers 400 to an Accept-Charset with a character set that it does not know."""
    if "x-none" in request.headers.get("accept-charset", ""):
        raise Refusal(400, "The character set is not supported.")
    return request


@defect("wado-refuses-accept-charset", breaks="10.4.1.3/accept-charset", hook=Hook.REQUEST)
def refuses_accept_charset(request: Request) -> Request:
    """Answers 406 to a retrieve with Accept-Charset."""
    if "accept-charset" in request.headers and "/studies/" in request.url.path:
        raise Refusal(406, "Not acceptable.")
    return request


@defect("metadata-names-garbled", breaks="8.8.5/utf-8", hook=Hook.RESULT)
def names_garbled(dataset: Dataset, context: Context) -> Dataset:
    """Replaces letters beyond ISO 8859-1 by question marks in metadata."""

    def garbled(value: object) -> str:
        return "".join("?" if ord(letter) > _LATIN_1_END else letter for letter in str(value or ""))

    if context.kind != "metadata":
        return dataset
    return {
        tag: Element(element.vr, tuple(map(garbled, element.values))) if element.vr == "PN" else element
        for tag, element in dataset.items()
    }


@defect("wado-fails-on-accept-language", breaks="8.4.1/accept-language", hook=Hook.REQUEST)
def fails_on_accept_language(request: Request) -> Request:
    """Answers 406 to a language that it does not speak."""
    if "xx" in request.headers.get("accept-language", ""):
        raise Refusal(406, "Not acceptable.")
    return request


@defect("wado-first-of-parameter", breaks="8.3.3.1/weights", hook=Hook.REQUEST)
def first_of_parameter(request: Request) -> Request:
    """Takes the first media type of the query parameter accept, whatever its weight."""
    return with_query(request, re.sub(r"(accept=application/dicom%2Bjson);[^&]*", r"\1", query_of(request)))


@defect("wado-refuses-list-of-charsets", breaks="8.3.3.2/list", hook=Hook.REQUEST)
def refuses_list_of_charsets(request: Request) -> Request:
    """Answers 400 to a list of character sets."""
    if "charset=x-none,utf-8" in query_of(request):
        raise Refusal(400, "The character set is not supported.")
    return request


@defect("wado-fails-on-defined-term", breaks="8.8/defined-terms", hook=Hook.REQUEST)
def fails_on_defined_term(request: Request) -> Request:
    """Answers 500 to a defined term of DICOM for a character set."""
    if "ISO_IR" in query_of(request):
        raise Refusal(500, "LookupError: unknown encoding: ISO_IR 192")
    return request


@defect("metadata-packed-in-silence", breaks="8.4.1/content-coding", hook=Hook.RESPONSE)
def packed_in_silence(answer: Answer, context: Context) -> Answer:
    """Packs metadata for clients that accept gzip, and does not say so."""
    mine = context.kind == "metadata" and "gzip" in context.request.headers.get("accept-encoding", "")
    return replace(answer.whole, body=gzip.compress(answer.whole.body)) if mine else answer


@defect("metadata-packed-unasked", breaks="8.4.1/content-coding", hook=Hook.RESPONSE)
def packed_unasked(answer: Answer, context: Context) -> Answer:
    """Packs metadata for clients that accept it as it is only."""
    if context.kind != "metadata" or answer.status != 200:
        return answer
    packed = replace(answer.whole, body=gzip.compress(answer.whole.body))
    return packed.with_header("Content-Encoding", "gzip")
