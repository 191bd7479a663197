"""What the probe sends, what it records, and what it refuses."""

from __future__ import annotations

import gzip
import threading
import time
import zlib

import pytest

import dwconform
from dwconform.errors import UnsafeRequest
from dwconform.probe import FailureKind, Headers, Outgoing, Probe
from dwconform.probe.message import Prepared
from dwconform.probe.pooled import PooledChannel
from dwconform.probe.wire import Flight, under_way
from dwconform.target import Target
from dwconform.target.origin import Address
from stubs.servers import Stub, answering, response, streaming

OK = answering(b"[]")


def echo(connection, received):
    """Answer with the request itself."""
    connection.send(response(received.head + received.body, headers={"Content-Type": "text/plain"}))


@pytest.fixture
def stub():
    with Stub(echo) as stub:
        yield stub


@pytest.fixture
def probe(stub):
    with Probe(Target(url=stub.url)) as probe:
        yield probe


@pytest.mark.parametrize("raw", [False, True], ids=["pooled", "raw"])
def test_nothing_is_sent_but_what_was_asked_for(stub, probe, raw):
    exchange = probe.send(Outgoing("GET", f"{stub.url}/studies?a=%2f+b|c&d", (("X-oDD", "1"), ("x-odd", "2")), raw=raw))
    assert stub.requests[0].head.decode() == (
        "GET /studies?a=%2f+b|c&d HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{stub.port}\r\n"
        f"User-Agent: dwconform/{dwconform.__version__}\r\n"
        "Accept-Encoding: identity\r\n"
        "X-oDD: 1\r\nx-odd: 2\r\n\r\n"
    )
    head = stub.requests[0].head.decode().split("\r\n")
    assert [f"{name}: {value}" for name, value in exchange.request.headers] == head[1:-2]


def test_a_given_field_takes_the_place_of_a_default(stub, probe):
    probe.send(Outgoing("GET", stub.url, (("user-agent", "me"), ("HOST", "elsewhere"))))
    assert b"User-Agent" not in stub.requests[0].head
    assert stub.requests[0].header("user-agent") == "me"
    assert stub.requests[0].header("Host") == "elsewhere"


def test_accept_is_sent_only_when_given(stub, probe):
    probe.send(Outgoing("GET", stub.url, accept="application/dicom+json"))
    probe.send(Outgoing("GET", stub.url))
    assert [received.header("Accept") for received in stub.requests] == ["application/dicom+json", None]


@pytest.mark.parametrize("raw", [False, True], ids=["pooled", "raw"])
@pytest.mark.parametrize(
    ("body", "pooled_framing", "raw_framing"),
    [
        (b"abc", "Content-Length: 3", "Content-Length: 3"),
        ([b"ab", b"c"], "Transfer-Encoding: chunked", "Content-Length: 3"),
        (b"", "Content-Length: 0", "Content-Length: 0"),
    ],
    ids=["octets", "pieces", "nothing"],
)
def test_bodies_arrive_and_are_recorded(stub, probe, body, pooled_framing, raw_framing, raw):
    exchange = probe.send(Outgoing("POST", stub.url, body=body, raw=raw))
    whole = body if isinstance(body, bytes) else b"".join(body)
    assert stub.requests[0].body == whole
    assert (raw_framing if raw else pooled_framing).encode() in stub.requests[0].head
    assert (exchange.request.body.content, exchange.request.body.size) == (whole, len(whole))
    assert exchange.request.body.complete


def test_a_body_is_kept_up_to_the_limit_and_counted_beyond(stub):
    with Probe(Target(url=stub.url), body_limit=10) as probe:
        exchange = probe.send(Outgoing("POST", stub.url, body=b"x" * 100))
    for body in (exchange.request.body, exchange.response.body):
        assert len(body.content) == 10
        assert body.size >= 100
        assert not body.complete
    assert exchange.failure is None


def test_raw_sends_what_no_library_would(stub, probe):
    exchange = probe.send(Outgoing("get", f"{stub.url}/a b?x=ü", (("bad name", "v\x01"),), raw=True))
    assert stub.requests[0].head.startswith("get /a b?x=ü HTTP/1.1\r\n".encode("latin-1"))
    assert b"\r\nbad name: v\x01\r\n" in stub.requests[0].head
    assert exchange.response.status == 200


@pytest.mark.parametrize(
    ("outgoing", "kind"),
    [
        (Outgoing("GET", "not a url"), FailureKind.CONNECT),
        (Outgoing("GET", "/relative"), FailureKind.CONNECT),
        (Outgoing("GET", "ftp://127.0.0.1/"), FailureKind.CONNECT),
        (Outgoing("GET", "http://127.0.0.1:port/"), FailureKind.CONNECT),
        (Outgoing("GET", "{url}/a b"), FailureKind.CONNECT),
        (Outgoing("GET", "{url}/ü"), FailureKind.CONNECT),
        (Outgoing("GET /", "{url}"), FailureKind.PROTOCOL),
        (Outgoing("GET", "{url}", (("A", "b\r\nC: d"),)), FailureKind.PROTOCOL),
        (Outgoing("GET", "{url}", (("A b", "c"),)), FailureKind.PROTOCOL),
        (Outgoing("GET", "{url}", (("A", "日"),)), FailureKind.PROTOCOL),
        (Outgoing("GET", "{url}", (("A", "日"),), raw=True), FailureKind.PROTOCOL),
        (Outgoing("POST", "{url}", (("Content-Length", "1"),), b"abc"), FailureKind.PROTOCOL),
        (Outgoing("POST", "{url}", (("Content-Length", "1"),), [b"abc"]), FailureKind.PROTOCOL),
        (Outgoing("GET", "http://127.0.0.2:1/"), FailureKind.REDIRECT),
    ],
    ids=lambda value: str(value.url) if isinstance(value, Outgoing) else str(value),
)
def test_what_cannot_be_sent_is_a_failure(stub, probe, outgoing, kind):
    request = Outgoing(
        outgoing.method, outgoing.url.replace("{url}", stub.url), outgoing.headers, outgoing.body, raw=outgoing.raw
    )
    exchange = probe.send(request)
    assert exchange.failure.kind is kind
    assert exchange.response is None
    assert not stub.requests


def test_exchanges_are_numbered_and_labelled(stub, probe):
    exchanges = [probe.send(Outgoing("GET", stub.url, label=name)) for name in ("first", "second")]
    assert [(exchange.number, exchange.label) for exchange in exchanges] == [(1, "first"), (2, "second")]
    assert probe.requests == 2


def test_threads_share_a_probe(stub, probe):
    numbers = []

    def work():
        for _ in range(20):
            exchange = probe.send(Outgoing("GET", stub.url))
            assert exchange.failure is None
            numbers.append(exchange.number)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 81))


def test_requests_are_paced():
    with OK() as stub, Probe(Target.model_validate({"url": stub.url, "requests-per-second": 50})) as probe:
        began = time.monotonic()
        for _ in range(6):
            probe.send(Outgoing("GET", stub.url))
        # Not a measurement of speed: a probe that ignores the limit is a hundred times faster.
        assert time.monotonic() - began >= 5 / 50


def test_header_case_and_repetition_are_kept():
    def behave(connection, _):
        connection.send(b"HTTP/1.1 200 Fine\r\nX-MiXed: 1\r\nx-mixed: 2\r\nContent-Length: 0\r\n\r\n")

    with Stub(behave) as stub, Probe(Target(url=stub.url)) as probe:
        for raw in (False, True):
            answer = probe.send(Outgoing("GET", stub.url, raw=raw)).response
            assert answer.headers == Headers((("X-MiXed", "1"), ("x-mixed", "2"), ("Content-Length", "0")))
            assert (answer.reason, answer.http_version) == ("Fine", "HTTP/1.1")


@pytest.mark.parametrize("raw", [False, True], ids=["pooled", "raw"])
def test_head_has_no_body_whatever_its_length_says(raw):
    with OK() as stub, Probe(Target(url=stub.url)) as probe:
        exchange = probe.send(Outgoing("HEAD", stub.url, raw=raw))
    assert exchange.failure is None
    assert (exchange.response.headers.get("content-length"), exchange.response.body.size) == ("2", 0)


@pytest.mark.parametrize("raw", [False, True], ids=["pooled", "raw"])
def test_interim_responses_are_passed_over(raw):
    def behave(connection, _):
        connection.send(b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n" + response(b"[]"))

    with Stub(behave) as stub, Probe(Target(url=stub.url)) as probe:
        exchange = probe.send(Outgoing("GET", stub.url, raw=raw))
    assert (exchange.failure, exchange.response.status, exchange.response.body.content) == (None, 200, b"[]")


PLAIN = b"[" + b"0," * 5000 + b"0]"
RAW_DEFLATE = zlib.compressobj(wbits=-15)


@pytest.mark.parametrize(
    ("coding", "octets"),
    [
        ("gzip", gzip.compress(PLAIN)),
        ("x-gzip", gzip.compress(PLAIN)),
        ("GZIP", gzip.compress(PLAIN[:100]) + gzip.compress(PLAIN[100:])),
        ("deflate", zlib.compress(PLAIN)),
        ("deflate", RAW_DEFLATE.compress(PLAIN) + RAW_DEFLATE.flush()),
        ("gzip, deflate", zlib.compress(gzip.compress(PLAIN))),
        ("identity", PLAIN),
    ],
    ids=["gzip", "x-gzip", "members", "zlib", "raw-deflate", "both", "identity"],
)
def test_content_codings_are_undone(coding, octets):
    pieces = [octets[index : index + 7] for index in range(0, len(octets), 7)]
    for make in (
        answering(octets, headers={"Content-Encoding": coding}),
        streaming(lambda: pieces, Content_Encoding=coding),
    ):
        with make() as stub, Probe(Target(url=stub.url)) as probe:
            exchange = probe.send(Outgoing("GET", stub.url))
        assert exchange.failure is None
        body = exchange.response.body
        assert (body.content, body.size, body.wire_size, body.complete) == (PLAIN, len(PLAIN), len(octets), True)


@pytest.mark.parametrize(
    "octets", [gzip.compress(PLAIN)[:-9], gzip.compress(PLAIN) + b"tail", b"\x1f"], ids=["cut", "tail", "one"]
)
def test_a_broken_coding_keeps_the_octets_of_the_wire(octets):
    with answering(octets, headers={"Content-Encoding": "gzip"})() as stub, Probe(Target(url=stub.url)) as probe:
        exchange = probe.send(Outgoing("GET", stub.url))
    assert exchange.failure.kind is FailureKind.CODING
    assert exchange.response.body.content == octets


# --- redirects


def redirecting(*locations, status="302 Found"):
    """Answer the n-th request with a redirect to the n-th location, and the ones after them with a list."""
    pending = list(locations)

    def behave(connection, _):
        if pending:
            connection.send(response(status=status, headers={"Location": pending.pop(0)}))
        else:
            connection.send(response(b"[]"))

    return Stub(behave)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_redirects_within_the_target_are_followed(method):
    with redirecting("/b?x=1", "c#part") as stub, Probe(Target(url=stub.url)) as probe:
        exchange = probe.send(Outgoing(method, f"{stub.url}/a"))
        assert exchange.response.status == 200
        assert exchange.redirects == (f"{stub.url}/b?x=1", f"{stub.url}/c")
        assert exchange.request.url == f"{stub.url}/a"
        assert [received.method for received in stub.requests] == [method] * 3
        assert probe.requests == 3


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_not_redirected(method):
    with redirecting("/b") as stub, Probe(Target(url=stub.url)) as probe:
        exchange = probe.send(Outgoing(method, stub.url))
    assert (exchange.response.status, exchange.failure, exchange.redirects) == (302, None, ())


@pytest.mark.parametrize(
    ("locations", "hops"),
    [
        (["/a"], 0),
        (["/b", "/a"], 1),
        ([f"/{number}" for number in range(9)], 5),
        (["http://example.invalid/"], 0),
        (["ftp://127.0.0.1/"], 0),
        (["http://[::1"], 0),
    ],
    ids=["itself", "circle", "too-many", "elsewhere", "no-http", "no-url"],
)
def test_redirects_that_lead_nowhere_are_failures(locations, hops):
    with redirecting(*locations) as stub, Probe(Target(url=stub.url)) as probe:
        exchange = probe.send(Outgoing("GET", f"{stub.url}/a"))
        assert exchange.failure.kind is FailureKind.REDIRECT
        assert exchange.response.status == 302
        assert len(exchange.redirects) == hops
        assert len(stub.requests) == hops + 1


def test_a_redirect_without_location_is_a_response():
    with answering(b"", "300 Multiple Choices")() as stub, Probe(Target(url=stub.url)) as probe:
        assert probe.send(Outgoing("GET", stub.url)).failure is None


# --- read-only


@pytest.mark.parametrize("raw", [False, True], ids=["pooled", "raw"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "get", "GET ", "MKCOL"])
def test_a_read_only_probe_refuses_unsafe_methods(stub, method, raw):
    with Probe(Target(url=stub.url), read_only=True) as probe, pytest.raises(UnsafeRequest, match="read-only"):
        probe.send(Outgoing(method, stub.url, raw=raw))
    assert not stub.requests


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_read_only_probe_lets_safe_methods_pass(method):
    with OK() as stub, Probe(Target.model_validate({"url": stub.url, "read-only": True})) as probe:
        assert probe.send(Outgoing(method, stub.url)).response.status == 200


@pytest.mark.parametrize(
    "request_parts",
    [
        {"headers": (("X-HTTP-Method-Override", "DELETE"),)},
        {"headers": (("A", "b\r\n\r\nDELETE / HTTP/1.1"),), "raw": True},
        {"headers": (("A\r\n\r\nDELETE / HTTP/1.1\r\nB", ""),), "raw": True},
        {"body": b"DELETE / HTTP/1.1\r\n\r\n", "raw": True},
        {"body": [b"DELETE / HTTP/1.1\r\n\r\n"], "raw": True},
    ],
    ids=["override", "in-value", "in-name", "in-body", "in-pieces"],
)
def test_nothing_unsafe_hides_in_a_safe_request(stub, request_parts):
    with Probe(Target(url=stub.url), read_only=True) as probe, pytest.raises(UnsafeRequest):
        probe.send(Outgoing("GET", stub.url, **request_parts))
    assert not stub.requests


def test_the_guard_stands_below_the_client_too(stub):
    channel = PooledChannel(None, http2=False, read_only=True, connect=1, read=1, connections=1)
    under_way.flight = Flight(5.0)
    try:
        with pytest.raises(UnsafeRequest):
            channel.send(Prepared("DELETE", Address.parse(stub.url), (("Host", "x"),), b""))
    finally:
        under_way.flight = None
        channel.close()
    assert not stub.requests


# --- kept connections


def test_a_connection_that_the_server_closed_costs_nothing():
    """A server may close a kept connection at any time; the next read is sent again on a new one."""

    def behave(connection, received):
        connection.send(response(b"[]"))
        if not received.target.endswith("stay"):
            # The next request arrives, and the connection closes without a word.
            connection.request()
            raise ConnectionAbortedError

    with Stub(behave) as stub, Probe(Target(url=stub.url)) as probe:
        exchanges = [probe.send(Outgoing("GET", f"{stub.url}/{number}")) for number in range(3)]
    assert [exchange.failure for exchange in exchanges] == [None] * 3


def test_an_unsafe_request_is_never_sent_twice():
    def behave(connection, received):
        connection.send(response(b"[]"))
        connection.request()
        raise ConnectionAbortedError

    with Stub(behave) as stub, Probe(Target(url=stub.url)) as probe:
        probe.send(Outgoing("GET", stub.url))
        exchange = probe.send(Outgoing("POST", stub.url, body=b"x"))
        assert exchange.failure.kind is FailureKind.CLOSED
        assert len(stub.requests) == 1
