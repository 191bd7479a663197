"""Servers that retrieve badly, or with intent: a clear finding each, and the run goes on."""

from __future__ import annotations

import io
import threading
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import DeflatedExplicitVRLittleEndian

from dwconform.engine.plan import Selection
from dwconform.engine.run import Options, run
from dwconform.origin.server import OriginServer
from dwconform.target import load_target

FILES = "studies/retrieve/instances/files[resource=study-instances]"
CONTENT = "studies/retrieve/instances/content[resource=study-instances]"
STREAM = "studies/retrieve/stream/study"
SEARCH = "studies/search/resources/all-studies"

Mangled = Iterator[bytes]


def truncated_part(body: bytes, boundary: bytes) -> Mangled:
    first, delimiter, rest = body.partition(b"\r\n--" + boundary + b"\r\n")
    yield first[: len(first) // 2] + delimiter + rest


def no_final_boundary(body: bytes, boundary: bytes) -> Mangled:
    yield body.replace(b"--" + boundary + b"--", b"")


def wrong_boundary(body: bytes, boundary: bytes) -> Mangled:
    yield body.replace(b"--" + boundary, b"--another")


def endless_headers(body: bytes, boundary: bytes) -> Mangled:
    yield b"--" + boundary + b"\r\nContent-Type: application/dicom\r\n"
    for number in range(200_000):
        yield b"X-%d: %s\r\n" % (number, b"x" * 200)


def endless_part(body: bytes, boundary: bytes) -> Mangled:
    yield b"--" + boundary + b"\r\nContent-Type: application/dicom\r\n\r\n"
    for _ in range(20 * 2**10):
        yield bytes(2**20)


def deflate_bomb(body: bytes, boundary: bytes) -> Mangled:
    """A deflated DICOM file whose data set is 4 GiB of zeros."""
    del body
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", "1.2.3"
    dataset = Dataset()
    dataset.file_meta = meta
    out = io.BytesIO()
    dcmwrite(out, dataset, enforce_file_format=True)
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = b"".join(squeeze.compress(bytes(2**20)) for _ in range(4096)) + squeeze.flush()
    yield b"--" + boundary + b"\r\nContent-Type: application/dicom\r\n\r\n" + out.getvalue() + bomb
    yield b"\r\n--" + boundary + b"--\r\n"


class Mangler:
    """A server in front of the origin that spoils what is retrieved of a study, and passes on all else."""

    def __init__(self, origin: str, mangle: Callable[[bytes, bytes], Mangled]) -> None:
        self.origin = origin.rpartition("/dicom-web")[0]
        mangler = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                mangler.answer(self, mangle)

            def do_POST(self) -> None:
                mangler.answer(self, mangle)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.client = httpx.Client(timeout=60)

    def answer(self, handler: BaseHTTPRequestHandler, mangle: Callable[[bytes, bytes], Mangled]) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        headers = {key: value for key, value in handler.headers.items() if key.lower() not in ("host", "connection")}
        found = self.client.request(handler.command, self.origin + handler.path, headers=headers, content=body)
        content_type = found.headers.get("Content-Type", "")
        spoils = handler.command == "GET" and content_type.startswith("multipart/") and "dicom+xml" not in content_type
        boundary = content_type.rpartition("boundary=")[2].strip('"').encode()
        try:
            handler.send_response(found.status_code)
            for key, value in found.headers.items():
                if key.lower() not in ("content-length", "connection", "date", "server"):
                    handler.send_header(key, value)
            handler.send_header("Connection", "close")
            if not spoils:
                handler.send_header("Content-Length", str(len(found.content)))
            handler.end_headers()
            for piece in mangle(found.content, boundary) if spoils else (found.content,):
                handler.wfile.write(piece)
        except OSError:
            pass  # the client has had enough, which is what some of these tests are about

    def __enter__(self) -> str:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}/dicom-web"

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.client.close()


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("mangle", "case", "verdicts", "told"),
    [
        (truncated_part, STREAM, {"fail"}, "is no readable DICOM file"),
        (truncated_part, CONTENT, {"fail"}, ""),
        (no_final_boundary, STREAM, {"fail"}, "closing boundary is missing"),
        (wrong_boundary, FILES, {"fail"}, "no parts"),
        (endless_headers, FILES, {"fail", "error"}, ""),
        (endless_part, FILES, {"error"}, "longer than"),
        (deflate_bomb, FILES, {"fail"}, ""),
    ],
)
def test_a_hostile_answer_costs_its_case_and_no_more(shipped, mangle, case, verdicts, told):
    with OriginServer() as origin, Mangler(origin.base_url, mangle) as url:
        results = run(load_target(url), shipped, Options(Selection(cases=(case, SEARCH)), seed=1, dead_cases=100))
    found = {item.id: item for item in results.cases}
    assert found[SEARCH].verdict == "pass", "the run goes on"
    judged = found[case] if found[case].verdict != "untested" else found[FILES]
    assert judged.verdict.value in verdicts, judged
    text = " ".join([judged.reason, *(item.message for item in judged.observations)])
    assert told in text
    assert "dwconform failed" not in text
    assert results.run.exit_status in (1, 3)
