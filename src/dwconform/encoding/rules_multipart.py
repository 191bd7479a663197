"""The rules of multipart payloads, media types and Accept: id, section, statement."""

from __future__ import annotations

from typing import Final

__all__ = ["RULES"]

_SYNTAX = "PS3.18 8.6.1.2.1; RFC 2046 5.1"

RULES: Final = (
    ("M-MEDIA-01", "RFC 9110 8.3.1", "A media type is type/subtype."),
    ("M-MEDIA-02", "RFC 9110 5.6.6", "A parameter is name=value."),
    ("M-MEDIA-03", "RFC 9110 5.6.6; PS3.18 8.7.2", "A value with other characters than those of a token is quoted."),
    ("M-MEDIA-04", "RFC 6838 4.3", "A parameter occurs once."),
    ("M-MEDIA-05", "RFC 9110 5.6.6", "No white space stands around the equals sign of a parameter."),
    ("M-ACCEPT-01", "RFC 9110 12.4.2", "A weight is a number from 0 to 1 with up to three decimals."),
    ("M-ACCEPT-02", "RFC 9110 5.6.1", "A list has no empty elements."),
    ("M-TYPE-01", "PS3.18 8.6.1.2", "A payload of parts has a multipart media type."),
    ("M-TYPE-02", "RFC 2387 3.1; PS3.18 8.6.1.2", "multipart/related has a type parameter."),
    ("M-TYPE-03", "PS3.18 8.7.9; RFC 9110 8.3", "A payload has a Content-Type."),
    ("M-TYPE-04", "PS3.18 10.6.4", "The media type is one that is defined for search results."),
    ("M-XML-01", "PS3.18 10.4.4, 10.6.4", "Search results in XML are multipart/related."),
    ("M-XML-03", "PS3.18 Table 8.6.1-1", "Each part has a Content-Type, the one that the type parameter names."),
    ("M-BOUNDARY-01", "RFC 2046 5.1.1", "The media type has a boundary parameter."),
    ("M-BOUNDARY-02", _SYNTAX, "The boundary has 1 to 70 of the characters that it may have."),
    ("M-BOUNDARY-03", "RFC 2046 5.1", "The boundary does not occur inside a part."),
    ("M-BOUNDARY-04", _SYNTAX, "The payload begins with the boundary of the media type."),
    ("M-PREAMBLE-01", "PS3.18 8.6.1.2.1", "Nothing stands before the first boundary."),
    ("M-EPILOGUE-01", "PS3.18 8.6.1.2.1", "Nothing stands behind the closing boundary."),
    ("M-LINE-01", _SYNTAX, "Boundaries and header fields end in CRLF."),
    ("M-CLOSE-01", _SYNTAX, "The payload ends with the closing boundary."),
    ("M-ZERO-01", "PS3.18 8.6.1.2.1", "The payload has one part at least."),
    ("M-HEADER-01", "RFC 2046 5.1; RFC 5322 2.2", "The lines before a part's payload are header fields."),
    ("M-HEADER-02", _SYNTAX, "An empty line stands between header fields and payload."),
    ("M-HEADER-03", "PS3.18 Table 8.6.1-1; RFC 5322 3.6", "A header field of a part that has one value occurs once."),
    ("M-PART-01", "PS3.18 8.6.1.2", "Each part has a media type of a single part."),
    ("M-ROOT-01", "PS3.18 8.6.1.2; RFC 2387 3.1", "The type parameter is the media type of the root part."),
    ("M-START-01", "PS3.18 8.7.1; RFC 2387 3.2", "The start parameter is the Content-ID of a part."),
    ("M-ID-01", "PS3.18 8.7.1; RFC 2045 7", "No two parts have the same Content-ID."),
    ("M-LENGTH-01", "PS3.18 Table 8.6.1-1", "The Content-Length of a part is the length of its payload."),
)
