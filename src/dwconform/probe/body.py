"""Bodies as they pass by: the beginning kept, all of it counted and hashed, content codings undone within bounds."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator

from dwconform.probe.exchange import Body

__all__ = ["HARD_LIMIT", "KEEP_LIMIT", "BodyReader", "CodingError", "TooLong", "body_of"]

KEEP_LIMIT = 32 * 2**20
HARD_LIMIT = 256 * 2**20
_STEP = 2**16
_MOST_CODINGS = 3
_WINDOW = {"gzip": 31, "x-gzip": 31, "deflate": 15}


class CodingError(Exception):
    """The content coding cannot be undone."""


class TooLong(Exception):  # noqa: N818 - a limit reached, nobody's error
    """More than a run is willing to read."""


class _Keeper:
    """Keeps the first ``limit`` bytes, counts all, and hashes all or, where there is one, passes all on to ``tee``."""

    def __init__(self, limit: int, tee: Callable[[bytes], None] | None = None) -> None:
        self._limit = limit
        self._tee = tee
        self._pieces: list[bytes] = []
        self._kept = 0
        self._hash = hashlib.sha256()
        self.size = 0

    def feed(self, piece: bytes) -> None:
        self.size += len(piece)
        if self._tee:
            self._tee(piece)
        else:
            self._hash.update(piece)
        room = self._limit - self._kept
        if room > 0:
            self._pieces.append(piece if len(piece) <= room else piece[:room])
            self._kept += min(len(piece), room)

    def body(self, wire_size: int, *, complete: bool) -> Body:
        content = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        whole = complete and self.size == self._kept
        digest = "" if self._tee else self._hash.hexdigest()
        return Body(content, self.size, digest, whole, wire_size)


class _Inflater:
    """Undoes one gzip or deflate coding piece by piece; what it gives out at a time is bounded."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._inflate = zlib.decompressobj(_WINDOW[coding])
        self._begun = False

    def feed(self, piece: bytes) -> Iterator[bytes]:
        while piece:
            if self._inflate.eof:
                # RFC 1952 2.2: a gzip file is a series of members.
                self._inflate = zlib.decompressobj(_WINDOW[self._coding])
            yield self._step(piece)
            piece = self._inflate.unconsumed_tail or self._inflate.unused_data

    def _step(self, piece: bytes) -> bytes:
        try:
            plain = self._inflate.decompress(piece, _STEP)
        except zlib.error as error:
            if self._begun or self._coding != "deflate":
                message = f"the body is not {self._coding}, as its Content-Encoding says: {error}"
                raise CodingError(message) from None
            # RFC 9110 8.4.1.2: some send deflate without its zlib wrapper.
            self._inflate = zlib.decompressobj(-15)
            self._begun = True
            return self._step(piece)
        self._begun = True
        return plain

    def finish(self) -> Iterator[bytes]:
        while self._begun and not self._inflate.eof:
            plain = self._inflate.decompress(self._inflate.unconsumed_tail, _STEP)
            if not plain:
                break
            yield plain
        if self._begun and not self._inflate.eof:
            message = f"the body ends in the middle of its content coding {self._coding}"
            raise CodingError(message)


class BodyReader:
    """Takes the pieces of a response body from the wire.

    Args:
        coding: the value of Content-Encoding, or None.
        keep: how many bytes to keep.
        limit: how many bytes to read at most, before and after the content coding is undone.
        tee: is given every piece, its content coding undone; it hashes what it wants hashed.
    """

    def __init__(
        self,
        coding: str | None = None,
        *,
        keep: int = KEEP_LIMIT,
        limit: int = HARD_LIMIT,
        tee: Callable[[bytes], None] | None = None,
    ) -> None:
        self._limit = limit
        self._plain = _Keeper(keep, tee)
        self._undone = 0
        self._inflaters, self._unknown = _inflaters(coding)
        self._wire = _Keeper(keep) if self._inflaters or self._unknown else self._plain

    def feed(self, piece: bytes) -> None:
        """Take one piece.

        Raises:
            CodingError: the content coding is broken, or not one that can be undone.
            TooLong: the limit is passed.
        """
        self._wire.feed(piece)
        if self._inflaters:
            self._undo(piece, 0)
        if self._wire.size > self._limit:
            message = f"the body is longer than {self._limit} bytes; the rest was not read"
            raise TooLong(message)

    def finish(self) -> Body:
        """Return the whole body.

        Raises:
            CodingError: the content coding is cut off or unknown.
        """
        if self._unknown and self._wire.size:
            message = f"the body has the content coding {self._unknown!r}, which was not asked for"
            raise CodingError(message)
        for index, inflater in enumerate(self._inflaters):
            for plain in inflater.finish():
                self._undo(plain, index + 1)
        return self._plain.body(self._wire.size, complete=True)

    def cut(self) -> Body:
        """Return what came before the end was reached, codings undone as far as that went."""
        return self._plain.body(self._wire.size, complete=False)

    def coded(self) -> Body:
        """Return the body as it travelled, its content coding not undone."""
        return self._wire.body(self._wire.size, complete=False)

    def _undo(self, piece: bytes, index: int) -> None:
        if index:
            self._undone += len(piece)
            if self._undone > self._limit:
                message = f"the body is longer than {self._limit} bytes with its content coding undone"
                raise TooLong(message)
        if index == len(self._inflaters):
            self._plain.feed(piece)
            return
        for plain in self._inflaters[index].feed(piece):
            if plain:
                self._undo(plain, index + 1)


def _inflaters(coding: str | None) -> tuple[list[_Inflater], str]:
    """Return what undoes the codings, the last one applied first, and the name of one that cannot be undone."""
    if not coding:
        return [], ""
    names = [name for name in (part.strip().lower() for part in coding.split(",")) if name and name != "identity"]
    if len(names) > _MOST_CODINGS or any(name not in _WINDOW for name in names):
        return [], coding
    return [_Inflater(name) for name in reversed(names)], ""


def body_of(content: bytes, keep: int = KEEP_LIMIT) -> Body:
    """Return a body that is all there."""
    keeper = _Keeper(keep)
    if content:
        keeper.feed(content)
    return keeper.body(len(content), complete=True)
