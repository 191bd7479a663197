"""The curl command repeats the exchange: the same octets reach a server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest

from dwconform.probe import Body, Headers, Outgoing, Probe, Request
from dwconform.probe.body import body_of
from dwconform.probe.curl import curl_command
from dwconform.target import Target
from stubs.servers import answering

REQUESTS = {
    "search": Outgoing("GET", "/studies?PatientID=a%2Ab&x=[1]&y='z'", accept="application/dicom+json"),
    "no-accept": Outgoing("GET", "/studies/../metadata"),
    "field": Outgoing("GET", "/", (("X-Quote", 'it\'s "5" $HOME `id` \\'), ("X-Empty", ""))),
    "head": Outgoing("HEAD", "/studies"),
    "options": Outgoing("OPTIONS", "/"),
    "delete": Outgoing("DELETE", "/studies/1"),
    "empty-post": Outgoing("POST", "/workitems/1/cancelrequest"),
    "post": Outgoing("POST", "/studies", (("Content-Type", "application/dicom+json"),), b'[{"a": "it\'s"}]\r\n'),
    "untyped": Outgoing("PUT", "/studies", (), b"@file"),
    "binary": Outgoing("POST", "/studies", (("Content-Type", "application/dicom"),), b"\x00\xff"),
}


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
@pytest.mark.parametrize("name", REQUESTS)
def test_curl_sends_the_same(name, tmp_path):
    wanted = REQUESTS[name]
    with answering(b"[]")() as stub, Probe(Target(url=stub.url)) as probe:
        exchange = probe.send(
            Outgoing(wanted.method, stub.url + wanted.url, wanted.headers, wanted.body, wanted.accept)
        )
        (tmp_path / "body").write_bytes(exchange.request.body.content)
        subprocess.run(
            ["sh", "-c", f"{curl_command(exchange.request)} --silent --max-time 10"],
            cwd=tmp_path,
            check=True,
            capture_output=True,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        )
        ours, curls = stub.requests
    assert curls.head.split(b"\r\n", 1)[0] == ours.head.split(b"\r\n", 1)[0]
    assert fields(curls.head) == fields(ours.head)
    assert curls.body == ours.body


def fields(head: bytes) -> list[bytes]:
    lines = re.split(rb"\r\n", head)[1:-2]
    return sorted(line.rstrip() for line in lines if not line.startswith((b"Accept-Encoding", b"Host")))


def test_secrets_are_placeholders():
    headers = Headers((("Authorization", "***"), ("X-Api-Key", "***"), ("Accept", "a/b")))
    command = curl_command(Request("GET", "http://a/?token=***&b=c", headers))
    assert command == (
        "curl --include --header \"Authorization: $TOKEN\" --header 'X-Api-Key: '\"$SECRET\" --header 'Accept: a/b'"
        " --globoff --path-as-is 'http://a/?token='\"$SECRET\"'&b=c'"
    )


@pytest.mark.parametrize(
    "body", [body_of(b"x" * 5000), Body(b"x", 2, "", complete=False), body_of(b"a\0b"), body_of(b"\xff")]
)
def test_a_body_that_no_command_line_holds_is_read_from_a_file(body):
    assert " --data-binary @body " in curl_command(Request("POST", "http://a/", body=body))
