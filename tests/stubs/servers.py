"""Small servers in threads, most of them hostile: what a run must survive.

Each entry of `STUBS` makes a context manager that gives a `Stub` with its ``url``::

    with STUBS["silent"]() as stub:
        load_target(stub.url)
"""

from __future__ import annotations

import gzip
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

MIB = 2**20


@dataclass
class Received:
    """One request as it arrived."""

    head: bytes
    body: bytes = b""

    @property
    def method(self) -> str:
        return self.head.split(b" ", 1)[0].decode("latin-1")

    @property
    def target(self) -> str:
        return self.head.split(b" ")[1].decode("latin-1")

    def header(self, name: str) -> str | None:
        found = re.search(rb"\r\n" + name.encode() + rb":[ \t]*([^\r\n]*)", self.head, re.IGNORECASE)
        return found[1].decode("latin-1") if found else None


class Connection:
    """One accepted connection: reads requests, writes octets, knows when the stub is to stop."""

    def __init__(self, sock: socket.socket, stopped: threading.Event) -> None:
        self.socket = sock
        self.stopped = stopped
        self._buffer = b""

    def send(self, octets: bytes) -> None:
        self.socket.sendall(octets)

    def _more(self) -> None:
        octets = self.socket.recv(65536)
        if not octets:
            raise ConnectionResetError
        self._buffer += octets

    def _take(self, length: int) -> bytes:
        while len(self._buffer) < length:
            self._more()
        taken, self._buffer = self._buffer[:length], self._buffer[length:]
        return taken

    def _line(self, end: bytes = b"\r\n") -> bytes:
        while end not in self._buffer:
            self._more()
        line, _, self._buffer = self._buffer.partition(end)
        return line + end

    def request(self) -> Received:
        received = Received(self._line(b"\r\n\r\n"))
        if "chunked" in (received.header("Transfer-Encoding") or ""):
            while size := int(self._line(), 16):
                received.body += self._take(size)
                self._line()
            self._line()
        else:
            received.body = self._take(int(received.header("Content-Length") or 0))
        return received


Behaviour = Callable[[Connection, Received], None]


@dataclass
class Stub:
    """A server on a loopback port.

    ``behaviour`` is called for each request, until it or the client closes; ``begin`` once before, if given.
    """

    behaviour: Behaviour
    tls: ssl.SSLContext | None = None
    begin: Callable[[Connection], None] | None = None
    requests: list[Received] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> Self:
        self._stopped = threading.Event()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        # shutdown wakes accept() up, close alone does not.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in tuple(self._open):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        self._open.add(sock)
        with suppress(OSError, ssl.SSLError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls:
                plain, sock = sock, self.tls.wrap_socket(sock, server_side=True)
                self._open.discard(plain)
                self._open.add(sock)
            connection = Connection(sock, self._stopped)
            if self.begin:
                self.begin(connection)
            while not self._stopped.is_set():
                received = connection.request()
                self.requests.append(received)
                self.behaviour(connection, received)
        self._open.discard(sock)
        sock.close()


class NobodyHome:
    """A port on which nothing listens, held so that nobody else takes it."""

    def __enter__(self) -> Self:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"


def response(
    body: bytes = b"", status: str = "200 OK", headers: Mapping[str, str] | None = None, length: int | None = None
) -> bytes:
    """A response with a Content-Length, a wrong one when asked to."""
    fields = {"Content-Type": "application/dicom+json", **(headers or {})}
    lines = [f"{name}: {value}" for name, value in fields.items()]
    if not status.startswith(("204", "304")) or length is not None:
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join((f"HTTP/1.1 {status}", *lines, "", "")).encode("latin-1") + body


def answering(*args: object, **kwargs: object) -> Callable[[], Stub]:
    """A server that gives one answer to everything."""
    octets = response(*args, **kwargs)  # type: ignore[arg-type]

    def behave(connection: Connection, received: Received) -> None:
        connection.send(octets.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if received.method == "HEAD" else octets)

    return lambda: Stub(behave)


def sending(*pieces: bytes, close: bool = True) -> Callable[[], Stub]:
    """A server that sends these octets whatever is asked, and closes or stays."""

    def behave(connection: Connection, _: Received) -> None:
        for piece in pieces:
            connection.send(piece)
        if close:
            raise ConnectionAbortedError
        connection.stopped.wait()

    return lambda: Stub(behave)


def streaming(pieces: Callable[[], Iterable[bytes]], **headers: str) -> Callable[[], Stub]:
    """A server that sends a chunked body."""

    def behave(connection: Connection, _: Received) -> None:
        fields = {"Content-Type": "application/dicom+json", **{k.replace("_", "-"): v for k, v in headers.items()}}
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        connection.send(f"HTTP/1.1 200 OK\r\n{lines}Transfer-Encoding: chunked\r\n\r\n".encode())
        for piece in pieces():
            connection.send(b"%x\r\n%b\r\n" % (len(piece), piece))
        connection.send(b"0\r\n\r\n")

    return lambda: Stub(behave)


def dripping(head: bytes, rest: bytes, every: float) -> Callable[[], Stub]:
    """A server that sends ``rest`` octet by octet, for ever."""

    def behave(connection: Connection, _: Received) -> None:
        connection.send(head)
        while True:
            for octet in rest:
                connection.send(bytes((octet,)))
                if connection.stopped.wait(every):
                    return

    return lambda: Stub(behave)


def circling(connection: Connection, received: Received) -> None:
    """Redirect from a to b, and from b to a."""
    here, there = ("circle-a", "circle-b") if "circle-a" in received.target else ("circle-b", "circle-a")
    path = received.target.replace(here, there) if here in received.target else f"{received.target.rstrip('/')}/{there}"
    connection.send(response(status="302 Found", headers={"Location": path}))


def _silent(connection: Connection, _: Received) -> None:
    connection.stopped.wait()


def _endless() -> Iterator[bytes]:
    piece = b"[" + b"0," * 32767
    while True:
        yield piece


def _nested() -> Iterator[bytes]:
    for _ in range(1024):
        yield b"[" * MIB


@lru_cache(maxsize=2)
def _member(octet: bytes) -> bytes:
    """16 MiB of one octet, as one member of a gzip file."""
    return gzip.compress(octet * (16 * MIB), 6)


def _nested_gzip() -> Iterator[bytes]:
    return (_member(b"[") for _ in range(64))


def _bomb() -> Iterator[bytes]:
    return (_member(b" ") for _ in range(640))


HTML = b"<!DOCTYPE html><html><body><h1>It works!</h1></body></html>"
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/dicom+json\r\n"

STUBS: dict[str, Callable[[], Stub | NobodyHome]] = {
    # Proper HTTP, of no use:
    "empty-list": answering(b"[]"),
    "empty-object": answering(b"{}"),
    "html": answering(HTML, headers={"Content-Type": "text/html"}),
    "not-found": answering(b"not here", "404 Not Found", {"Content-Type": "text/plain"}),
    "unauthorized": answering(b"", "401 Unauthorized", {"WWW-Authenticate": 'Basic realm="stub"'}),
    "server-error": answering(b"oops", "500 Internal Server Error", {"Content-Type": "text/plain"}),
    "no-content": answering(b"", "204 No Content"),
    "circle": lambda: Stub(circling),
    # No answer, or not in time:
    "nothing-listens": NobodyHome,
    "silent": lambda: Stub(_silent),
    "closes-at-once": sending(),
    "dripping-head": dripping(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x", 1.0),
    "dripping-body": dripping(_HEAD + b"Content-Length: 1000000\r\n\r\n", b" ", 1.0),
    # An answer that breaks off, or lies about its length:
    "cut-body": sending(_HEAD + b"Content-Length: 100\r\n\r\n[{"),
    "cut-head": sending(b"HTTP/1.1 200 OK\r\nContent-Ty"),
    "cut-chunk": sending(_HEAD + b"Transfer-Encoding: chunked\r\n\r\n64\r\n[{"),
    "length-too-small": sending(response(b'[{"00100020":{"vr":"LO"}}]', length=2), close=False),
    "length-too-large": sending(response(b"[]", length=100), close=False),
    "no-content-with-body": sending(response(b"[]", "204 No Content", length=2), close=False),
    # More than anyone can take:
    "endless-chunks": streaming(_endless),
    "endless-head": sending(b"HTTP/1.1 200 OK\r\nX-Long: ", *[b"x" * 65536] * 64),
    "nested-json": streaming(_nested),
    "nested-json-gzip": streaming(_nested_gzip, Content_Encoding="gzip"),
    "gzip-bomb": streaming(_bomb, Content_Encoding="gzip"),
    # Not what it says it is:
    "invalid-gzip": answering(b"this is no gzip", headers={"Content-Encoding": "gzip"}),
    "unknown-coding": answering(b"\x0b\x02\x80[]\x03", headers={"Content-Encoding": "br"}),
    "not-http": sending(b"SSH-2.0-OpenSSH_9.6\r\n", close=False),
    "garbage": sending(bytes(range(256)) * 16),
    "bad-chunk": sending(_HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n[]\r\n0\r\n\r\n"),
    "switching-protocols": sending(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
}
