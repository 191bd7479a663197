"""A real Orthanc with its DICOMweb plugin, on loopback, with storage of its own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

import httpx

__all__ = ["GDCM", "Orthanc", "orthanc_missing"]

PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
GDCM = Path("/usr/share/orthanc/plugins/libOrthancGdcm.so")
START_SECONDS = 30


def orthanc_missing() -> str:
    """Return why there is no Orthanc on this machine, or an empty string."""
    if shutil.which("Orthanc") is None:
        return "Orthanc is not installed (apt-get install orthanc orthanc-dicomweb)"
    if not PLUGIN.exists():
        return "Orthanc's DICOMweb plugin is not installed (apt-get install orthanc-dicomweb)"
    return ""


class Orthanc:
    """A context manager around one Orthanc process."""

    def __init__(self, *plugins: Path) -> None:
        self.base_url = ""
        self._plugins = (PLUGIN, *plugins)
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="dwconform-orthanc-")
        folder, port = Path(self._folder.name), _free_port()
        configuration = folder / "orthanc.json"
        configuration.write_text(json.dumps(_configuration(folder, port, self._plugins)), encoding="utf-8")
        log = (folder / "log").open("wb")
        self._process = subprocess.Popen(
            ["Orthanc", str(configuration)], stdout=log, stderr=subprocess.STDOUT, env={**os.environ, "TZ": "UTC"}
        )
        log.close()
        self.base_url = f"http://127.0.0.1:{port}/dicom-web"
        self._wait(f"http://127.0.0.1:{port}/system", folder / "log")
        return self

    def _wait(self, url: str, log: Path) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                if httpx.get(url).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        tail = log.read_text(errors="replace")[-2000:]
        self.__exit__()
        raise RuntimeError(f"Orthanc did not start:\n{tail}")

    @property
    def died(self) -> bool:
        """Whether the process has ended by itself."""
        return self._process is not None and self._process.poll() is not None

    def __exit__(self, *exception: object) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._folder is not None:
            self._folder.cleanup()


def _configuration(folder: Path, port: int, plugins: tuple[Path, ...]) -> dict[str, object]:
    return {
        "Name": "dwconform",
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "index"),
        "HttpPort": port,
        "DicomServerEnabled": False,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "Plugins": [str(plugin) for plugin in plugins],
        # `Host` is left out: it would put its value in place of the request's own into every URL that is returned.
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/", "EnableWado": True, "WadoRoot": "/wado"},
    }


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
