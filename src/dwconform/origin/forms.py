"""The representations that the origin can make: media types, in one part or several, and transfer syntaxes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["Form", "Offer"]


class Form(Enum):
    """A media type as (type, type parameter); the parameter is empty where the payload is a single part."""

    JSON = ("application/dicom+json", "")
    XML = ("multipart/related", "application/dicom+xml")
    XML_DOCUMENT = ("application/dicom+xml", "")
    JSON_PART = ("multipart/related", "application/dicom+json")
    DICOM = ("multipart/related", "application/dicom")
    DICOM_FILE = ("application/dicom", "")
    OCTETS = ("multipart/related", "application/octet-stream")
    OCTET_STREAM = ("application/octet-stream", "")
    JPEG = ("multipart/related", "image/jpeg")
    JPEG_FILE = ("image/jpeg", "")
    JPEG_LS = ("multipart/related", "image/jls")
    JPEG_LS_FILE = ("image/jls", "")
    JPEG_2000 = ("multipart/related", "image/jp2")
    JPEG_2000_FILE = ("image/jp2", "")
    JPEG_2000_PART_2 = ("multipart/related", "image/jpx")
    JPEG_2000_PART_2_FILE = ("image/jpx", "")
    HTJ2K = ("multipart/related", "image/jphc")
    HTJ2K_FILE = ("image/jphc", "")
    JPEG_XL = ("multipart/related", "image/jxl")
    JPEG_XL_FILE = ("image/jxl", "")
    DEFLATE = ("multipart/related", "application/x-deflate")
    DEFLATE_FILE = ("application/x-deflate", "")
    RLE = ("multipart/related", "image/dicom-rle")
    RLE_FILE = ("image/dicom-rle", "")
    MPEG_2 = ("multipart/related", "video/mpeg")
    MPEG_2_FILE = ("video/mpeg", "")
    MPEG_4 = ("multipart/related", "video/mp4")
    MPEG_4_FILE = ("video/mp4", "")
    HEVC = ("multipart/related", "video/h265")
    HEVC_FILE = ("video/h265", "")
    GIF = ("multipart/related", "image/gif")
    GIF_FILE = ("image/gif", "")
    PNG = ("multipart/related", "image/png")
    PNG_FILE = ("image/png", "")
    HTML = ("multipart/related", "text/html")
    HTML_FILE = ("text/html", "")
    PLAIN = ("multipart/related", "text/plain")
    PLAIN_FILE = ("text/plain", "")
    TEXT_XML = ("multipart/related", "text/xml")
    TEXT_XML_FILE = ("text/xml", "")
    PDF = ("multipart/related", "application/pdf")
    PDF_FILE = ("application/pdf", "")
    WADL = ("application/vnd.sun.wadl+xml", "")
    WADL_JSON = ("application/json", "")

    @property
    def media_type(self) -> str:
        """The media type of a part, or of the single part."""
        return self.value[1] or self.value[0]

    @property
    def multipart(self) -> bool:
        """Whether the payload has parts."""
        return bool(self.value[1])

    @property
    def single(self) -> Form:
        """The same media type as a single part."""
        return Form((self.media_type, ""))

    @property
    def parts(self) -> Form:
        """The same media type in parts."""
        return Form(("multipart/related", self.media_type))

    def __str__(self) -> str:
        return f'{self.value[0]}; type="{self.value[1]}"' if self.value[1] else self.value[0]


@dataclass(frozen=True, slots=True)
class Offer:
    """A representation that can be had.

    Attributes:
        form: its media type.
        syntax: its Transfer Syntax UID; empty where there is no choice of them.
        default: whether it is what a range without a transfer-syntax parameter asks for.
        stored: whether nothing has to be transcoded for it, which decides for ``transfer-syntax=*``.
    """

    form: Form
    syntax: str = ""
    default: bool = True
    stored: bool = False
