"""Throughput of a retrieved study that is taken apart and checked while it arrives, against a bare httpx download.

A server in a process of its own sends the same multipart of DICOM files to both, in turns, in one run. What is told is
the ratio of the throughputs (the median of the rounds), and the memory that taking it apart cost.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time

import httpx

from dwconform.check.part_stream import PartStream
from dwconform.probe import Outgoing, Probe
from dwconform.target import load_target

ROUNDS = 5
MEBIBYTES = 1024
FILE = 2**23  # 8 MiB: a digital radiograph

SERVER = """
import io, socket, sys
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

def file(pixels):
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.1.1"
    dataset.SOPInstanceUID, dataset.StudyInstanceUID = generate_uid(), generate_uid()
    dataset.SeriesInstanceUID = generate_uid()
    dataset.Rows = dataset.Columns = int((pixels // 2) ** 0.5)
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit, dataset.PixelRepresentation, dataset.SamplesPerPixel = 15, 0, 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.PixelData = bytes(dataset.Rows * dataset.Columns * 2)
    out = io.BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()

total, size = int(sys.argv[1]), int(sys.argv[2])
part = b"--b\\r\\nContent-Type: application/dicom\\r\\n\\r\\n" + file(size) + b"\\r\\n"
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    connection, _ = listener.accept()
    with connection:
        request = connection.recv(65536)
        count = total // len(part)
        length = count * len(part) + len(b"--b--\\r\\n")
        connection.sendall(b'HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: %d\\r\\nContent-Type: '
                           b'multipart/related; type="application/dicom"; boundary=b\\r\\n\\r\\n' % length)
        for _ in range(count):
            connection.sendall(part)
        connection.sendall(b"--b--\\r\\n")
"""


def bare(url: str) -> float:
    """Download with httpx and let the bytes go; return the seconds."""
    started = time.perf_counter()
    with httpx.stream("GET", url) as response:
        for _ in response.iter_raw():
            pass
    return time.perf_counter() - started


def taken_apart(url: str) -> float:
    """Download with the probe, each part read and checked; return the seconds."""
    stream = PartStream()
    with Probe(load_target(url.rpartition("/studies")[0])) as probe:
        started = time.perf_counter()
        exchange = probe.send(Outgoing("GET", url, sink=stream))
        seconds = time.perf_counter() - started
    if exchange.failure or stream.close() or not stream.parts or any(part.problems for part in stream.parts):
        raise SystemExit(f"the stream was not read cleanly: {exchange.failure}, {stream.parts[:1]}")
    return seconds


def main() -> None:
    """Print the ratio, the throughput and the memory."""
    arguments = [sys.executable, "-c", SERVER, str(MEBIBYTES * 2**20), str(FILE)]
    server = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        url = f"http://127.0.0.1:{server.stdout.readline().strip()}/dicom-web/studies/1.2"
        bare(url)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        rounds = [(bare(url), taken_apart(url)) for _ in range(ROUNDS)]
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    finally:
        server.terminate()
        server.wait()
    ratio = statistics.median(alone / checked for alone, checked in rounds)
    fastest = min(checked for _, checked in rounds)
    print(
        f"a study of {MEBIBYTES} MiB, part by part: {ratio:.0%} of the throughput of bare httpx "
        f"({MEBIBYTES / fastest:.0f} MiB/s at best), {grown:.0f} MiB of memory"
    )


if __name__ == "__main__":
    main()
