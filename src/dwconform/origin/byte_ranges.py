"""Range requests on payloads of a single part (PS3.18 8.6.1.1, RFC 9110 14)."""

from __future__ import annotations

import re
from dataclasses import replace

from starlette.requests import Request

from dwconform.origin.answer import Answer

__all__ = ["ranged"]

_KINDS = frozenset({"retrieve", "bulkdata", "frames", "rendered"})
_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)


def ranged(request: Request, kind: str, answer: Answer) -> Answer:
    """The part of a payload that was asked for, as 206; all of it where the request names none, or several."""
    single = kind in _KINDS and answer.status == 200 and answer.chunks is None
    if not single or answer.media_type.startswith("multipart/"):
        return answer
    answer = answer.with_header("Accept-Ranges", "bytes")
    match = _RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if request.method != "GET" or not match or not any(match.groups()) or "if-range" in request.headers:
        return answer
    size = len(answer.body)
    start = int(match[1]) if match[1] else max(0, size - int(match[2]))
    stop = min(size, int(match[2]) + 1) if match[1] and match[2] else size
    if match[1] and match[2] and int(match[2]) < start:
        return answer  # not a valid range, which is as none (RFC 9110 14.1.1)
    if start >= size:
        return Answer(416, headers=(("Content-Range", f"bytes */{size}"),))
    part = replace(answer, status=206, body=answer.body[start:stop])
    return part.with_header("Content-Range", f"bytes {start}-{stop - 1}/{size}")
