"""The origin server on a socket: in a thread for tests and self-tests, or in the foreground for the command line."""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn

from dwconform.errors import UsageError
from dwconform.origin.app import PREFIX, create_app
from dwconform.origin.context import BUFFER
from dwconform.origin.defects import DefectSet

__all__ = ["OriginServer", "serve"]


class OriginServer:
    """A running origin server: ``with OriginServer() as origin: httpx.get(origin.base_url + "/studies")``.

    Attributes:
        base_url: the base URI, such as ``http://127.0.0.1:49152/dicom-web``; known once it was entered.
        defects: the switches of the violations.
    """

    def __init__(
        self,
        storage: Path | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        defects: DefectSet | None = None,
        max_results: int = 1000,
        edition: str = "2025c",
        allow_delete: bool = False,
        buffer: int = BUFFER,
    ) -> None:
        self.base_url = ""
        self.defects = defects if defects is not None else DefectSet()
        self._storage = storage
        self._temporary: Path | None = None
        self._address = (host, port)
        self._options = {"max_results": max_results, "edition": edition, "allow_delete": allow_delete, "buffer": buffer}
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        self._socket = _listen(*self._address)
        if self._storage is None:
            self._temporary = Path(tempfile.mkdtemp(prefix="dwconform-origin-"))
        folder = self._storage or self._temporary
        assert folder is not None
        app = create_app(folder, defects=self.defects, **self._options)  # type: ignore[arg-type]  # values of a mixed dict
        host, port = self._socket.getsockname()[:2]
        self.base_url = f"http://{host}:{port}{PREFIX}"
        self._server = uvicorn.Server(_config(app, timeout_graceful_shutdown=2))
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="origin", daemon=True)
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.005)
        if not self._server.started:
            raise UsageError(f"the origin server at {self.base_url} did not start; its log says why")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join()
        if self._socket:
            self._socket.close()
        if self._temporary:
            shutil.rmtree(self._temporary, ignore_errors=True)


def serve(
    host: str,
    port: int,
    storage: Path,
    *,
    defects: Iterable[str] = (),
    max_results: int = 1000,
    edition: str = "2025c",
    allow_delete: bool = False,
    tls_certificate: Path | None = None,
    tls_key: Path | None = None,
    announce: Callable[[str], object] = str,
) -> None:
    """Serve until interrupted. Raises UsageError for an unknown defect or an address that cannot be had.

    Args:
        host: the address to listen at.
        port: the port to listen at; 0 takes a free one.
        storage: where files and index are, or will be.
        defects: names of the violations to switch on.
        max_results: the most results of one search.
        edition: ``2025c``, or ``2026a`` for its answer to an empty search.
        allow_delete: whether DELETE on a study is offered.
        tls_certificate: PEM file of the certificate chain; makes it https.
        tls_key: PEM file of the key.
        announce: called with the base URI once clients can connect.
    """
    app = create_app(
        storage,
        defects=DefectSet.of(defects),
        max_results=max_results,
        edition=edition,
        allow_delete=allow_delete,
    )
    with _listen(host, port) as listener, suppress(KeyboardInterrupt):
        name, number = listener.getsockname()[:2]
        announce(f"{'https' if tls_certificate else 'http'}://{name}:{number}{PREFIX}")
        uvicorn.Server(_config(app, certificate=tls_certificate, key=tls_key)).run([listener])


def _config(
    app: object, *, timeout_graceful_shutdown: int = 5, certificate: Path | None = None, key: Path | None = None
) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]  # uvicorn's union of application types leaves Starlette out
        log_level="error",
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=timeout_graceful_shutdown,
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio switches Nagle's delay off for sockets that say they are TCP, and no others.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise UsageError(f"cannot listen at {host}:{port}: {error.strerror}; choose another --port") from error
    return listener
