"""TLS: whom the probe trusts, what it shows of itself, and which HTTP it speaks."""

from __future__ import annotations

import ssl

import pytest
import trustme

from dwconform.errors import TargetError
from dwconform.probe import FailureKind, Outgoing, Probe
from dwconform.target import load_target
from stubs.http2 import serve_http2, speaks_http2
from stubs.servers import Stub, response


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def files(authority, tmp_path):
    """The authority's certificate, and a client certificate with its key, where a target.yaml can name them."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    client = authority.issue_cert("client@example.org")
    client.cert_chain_pems[0].write_to_path(tmp_path / "client.pem")
    client.private_key_pem.write_to_path(tmp_path / "client.key")
    (tmp_path / "bad.pem").write_text("no certificate")
    return tmp_path


def server_context(authority, host="127.0.0.1", *, demand=False, alpn=()):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(host).configure_cert(context)
    if demand:
        context.verify_mode = ssl.CERT_REQUIRED
        authority.configure_trust(context)
    if alpn:
        context.set_alpn_protocols(list(alpn))
    return context


def answer(connection, _):
    connection.send(response(b"[]"))


def describe(folder, url, *lines):
    path = folder / "target.yaml"
    path.write_text("\n".join((f"url: {url}", "timeouts: {connect: 1, read: 2, total: 2}", *lines)))
    return load_target(str(path))


MTLS = "auth: {mtls: {certificate: client.pem, key: client.key}}"
BOTH = pytest.mark.parametrize("raw", [False, True], ids=["pooled", "raw"])


@BOTH
@pytest.mark.parametrize(
    ("line", "demand", "host", "succeeds"),
    [
        ("tls: {ca: ca.pem}", False, "127.0.0.1", True),
        ("tls: {}", False, "127.0.0.1", False),
        ("tls: {ca: ca.pem}", False, "elsewhere.example", False),
        ("tls: {verify: false}", False, "elsewhere.example", True),
        ("tls: {ca: ca.pem}", True, "127.0.0.1", False),
        (f"tls: {{ca: ca.pem}}\n{MTLS}", True, "127.0.0.1", True),
    ],
    ids=["trusted", "untrusted", "other-name", "unverified", "certificate-demanded", "certificate-shown"],
)
def test_trust(authority, files, line, demand, host, succeeds, raw):
    stub = Stub(answer, tls=server_context(authority, host, demand=demand))
    with stub, Probe(describe(files, stub.url, line)) as probe:
        exchange = probe.send(Outgoing("GET", f"{stub.url}/studies", raw=raw))
    if succeeds:
        assert (exchange.failure, exchange.response.body.content) == (None, b"[]")
    else:
        assert exchange.failure.kind is FailureKind.CONNECT, exchange.failure
        assert exchange.response is None


@pytest.mark.parametrize("line", ["tls: {ca: bad.pem}", "auth: {mtls: {certificate: bad.pem, key: client.key}}"])
def test_a_file_that_holds_no_certificate_is_told(files, line):
    with pytest.raises(TargetError, match="TLS cannot be set up"):
        Probe(describe(files, "https://127.0.0.1:1", line))


@BOTH
def test_tls_to_a_server_without_it_is_no_connection(files, raw):
    with Stub(answer) as stub:
        url = stub.url.replace("http:", "https:")
        with Probe(describe(files, url, "tls: {ca: ca.pem}")) as probe:
            exchange = probe.send(Outgoing("GET", url, raw=raw))
    assert exchange.failure.kind in (FailureKind.CONNECT, FailureKind.TIMEOUT)


def either(connection, _):
    connection.send(response(b"[1]"))


def http2_stub(authority, body=b"[2]", *, alpn=("h2", "http/1.1"), seen=None):
    """A server that speaks HTTP/2 where TLS chose it, and HTTP/1.1 else."""

    def respond(headers, request_body):
        if seen is not None:
            seen.append((headers, request_body))
        return 200, [("content-type", "application/dicom+json"), ("server", "stub")], body

    def begin(connection):
        if speaks_http2(connection):
            serve_http2(connection, respond)

    return Stub(either, tls=server_context(authority, alpn=alpn), begin=begin)


@pytest.mark.parametrize(
    ("alpn", "line", "version"),
    [
        (("h2", "http/1.1"), "http2: auto", "HTTP/2"),
        (("h2", "http/1.1"), "http2: false", "HTTP/1.1"),
        (("http/1.1",), "http2: auto", "HTTP/1.1"),
    ],
    ids=["offered", "not-wanted", "not-offered"],
)
def test_http2_is_spoken_where_it_is_offered(authority, files, alpn, line, version):
    with http2_stub(authority, alpn=alpn) as stub, Probe(describe(files, stub.url, "tls: {ca: ca.pem}", line)) as probe:
        exchanges = [probe.send(Outgoing("GET", f"{stub.url}/{number}")) for number in range(3)]
    for exchange in exchanges:
        assert exchange.failure is None
        assert exchange.response.http_version == version
        assert exchange.response.body.content == (b"[2]" if version == "HTTP/2" else b"[1]")
        assert exchange.response.headers.get("Content-Type") == "application/dicom+json"


def test_http2_requests_carry_what_was_asked_for(authority, files):
    seen = []
    with http2_stub(authority, seen=seen) as stub, Probe(describe(files, stub.url, "tls: {ca: ca.pem}")) as probe:
        probe.send(Outgoing("POST", f"{stub.url}/studies?a=%2f", (("X-Odd", "1"),), [b"ab", b"c"]))
    [(headers, body)] = seen
    fields = {name.decode(): value.decode() for name, value in headers}
    assert (fields[":method"], fields[":path"], fields["x-odd"], body) == ("POST", "/studies?a=%2f", "1", b"abc")
    assert "accept" not in fields


def test_a_raw_request_speaks_http11_to_a_server_that_offers_http2(authority, files):
    with http2_stub(authority) as stub, Probe(describe(files, stub.url, "tls: {ca: ca.pem}")) as probe:
        exchange = probe.send(Outgoing("GET", stub.url, raw=True))
    assert (exchange.response.http_version, exchange.response.body.content) == ("HTTP/1.1", b"[1]")


SETTINGS = b"\0\0\0\4\0\0\0\0\0"
HEADERS_OF_STREAM_1 = b"\0\0\1\1\4\0\0\0\1\x88"  # :status 200
SETTINGS_ON_STREAM_1 = b"\0\0\0\4\0\0\0\0\1"


@pytest.mark.parametrize(
    ("octets", "status"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", None),
        (SETTINGS + SETTINGS_ON_STREAM_1, None),
        (SETTINGS + HEADERS_OF_STREAM_1 + SETTINGS_ON_STREAM_1, 200),
    ],
    ids=["http1", "before-the-headers", "in-the-body"],
)
def test_a_server_that_breaks_http2_costs_one_exchange(authority, files, octets, status):
    def begin(connection):
        connection.socket.recv(65536)
        for index in range(0, len(octets), 9):
            connection.send(octets[index : index + 9])
            connection.stopped.wait(0.02)
        raise ConnectionAbortedError

    stub = Stub(either, tls=server_context(authority, alpn=("h2",)), begin=begin)
    with stub, Probe(describe(files, stub.url, "tls: {ca: ca.pem}")) as probe:
        exchange = probe.send(Outgoing("GET", stub.url))
    assert exchange.failure.kind in (FailureKind.PROTOCOL, FailureKind.CLOSED)
    assert "cannot be sent" not in exchange.failure.message
    assert (exchange.response and exchange.response.status) == status
