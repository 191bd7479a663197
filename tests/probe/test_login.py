"""Credentials go to the target and nowhere else, and leave no trace in the evidence."""

from __future__ import annotations

import base64
import json

import pytest

from dwconform.probe import FailureKind, Outgoing, Probe
from dwconform.target import load_target
from stubs.servers import STUBS, Stub, answering, response

SECRET = "s3cret-word"
COOKIE = "session=of-ours-42"
BASIC = base64.b64encode(f"tester:{SECRET}".encode()).decode()


@pytest.fixture
def describe(tmp_path, monkeypatch):
    """Write a target.yaml and load it."""
    monkeypatch.setenv("DW_SECRET", SECRET)

    def load(url: str, *lines: str):
        path = tmp_path / "target.yaml"
        path.write_text("\n".join((f"url: {url}", "timeouts: {connect: 1, read: 1, total: 2}", *lines)))
        return load_target(str(path))

    return load


LOGINS = {
    "basic": ("auth: {basic: {username: tester, password: {env: DW_SECRET}}}", "Authorization", f"Basic {BASIC}"),
    "bearer": ("auth: {bearer: {token: {env: DW_SECRET}}}", "Authorization", f"Bearer {SECRET}"),
    "header": ("headers: {X-Api-Key: {env: DW_SECRET}}", "X-Api-Key", SECRET),
}


def tell_all(connection, received):
    """Echo what is secret in a URL, a header field, a cookie and the body."""
    body = b"<html>" + received.head + b"</html>"
    fields = {
        "Content-Type": "text/html",
        "Location": f"/?password={SECRET}",
        "Set-Cookie": "session=4711",
        "X-Echo": received.header("Authorization") or received.header("X-Api-Key") or "",
    }
    connection.send(response(body, "403 Forbidden", fields))


@pytest.mark.parametrize("raw", [False, True], ids=["pooled", "raw"])
@pytest.mark.parametrize("name", LOGINS)
def test_credentials_are_sent_and_not_recorded(describe, name, raw):
    line, field, value = LOGINS[name]
    with Stub(tell_all) as stub, Probe(describe(stub.url, line)) as probe:
        exchange = probe.send(Outgoing("GET", f"{stub.url}/?token={SECRET}", (("Cookie", COOKIE),), label="x", raw=raw))
    assert stub.requests[0].header(field) == value
    recorded = repr(exchange) + exchange.response.body.content.decode("latin-1")
    for secret in (SECRET, BASIC, "session=4711", COOKIE):
        assert secret not in recorded
    assert exchange.request.headers.get(field) == "***"
    assert exchange.request.url == f"{stub.url}/?token=***"
    assert exchange.response.headers.get("Set-Cookie") == "***"
    assert exchange.response.headers.get("Location") == "/?password=***"


def test_an_anonymous_request_has_no_credentials(describe):
    line, *_ = LOGINS["basic"]
    with answering(b"[]")() as stub, Probe(describe(stub.url, line, LOGINS["header"][0])) as probe:
        probe.send(Outgoing("GET", stub.url, anonymous=True))
        probe.send(Outgoing("GET", stub.url, (("authorization", "Bearer other"),)))
    assert stub.requests[0].header("Authorization") is stub.requests[0].header("X-Api-Key") is None
    assert stub.requests[1].header("Authorization") == "Bearer other"


def test_credentials_never_leave_the_target(describe):
    lines = (LOGINS["basic"][0], LOGINS["header"][0])
    with answering(b"[]")() as cdn:
        elsewhere = f"http://localhost:{cdn.port}"
        with answering(b"", "302 Found", {"Location": f"{elsewhere}/b"})() as stub:
            with Probe(describe(stub.url, *lines, f"origins: ['{elsewhere}']")) as probe:
                followed = probe.send(Outgoing("GET", f"{stub.url}/a", (("Cookie", "a=b"),)))
            with Probe(describe(stub.url, *lines)) as probe:
                refused = probe.send(Outgoing("GET", f"{stub.url}/a"))
    assert followed.response.status == 200
    assert followed.redirects == (f"{elsewhere}/b",)
    assert refused.failure.kind is FailureKind.REDIRECT
    [received] = cdn.requests
    assert [received.header(name) for name in ("Authorization", "X-Api-Key", "Cookie")] == [None] * 3


@pytest.mark.parametrize("password", ["studies", "orthanc", "00100020", "dicom", "json"])
def test_a_weak_password_does_not_spoil_the_evidence(describe, monkeypatch, password):
    """What the checks read stays as it was sent where the password is a word that an innocent answer contains."""
    monkeypatch.setenv("DW_SECRET", password)
    body = json.dumps([{"00081190": {"vr": "UR", "Value": ["http://orthanc/studies/1"]}, "00100020": {"vr": "LO"}}])
    echo = {"X-Echo": password, "Location": f"/?a={password}"}
    with answering(body.encode(), headers=echo)() as stub, Probe(describe(stub.url, LOGINS["basic"][0])) as probe:
        exchange = probe.send(Outgoing("GET", f"{stub.url}/studies?dicom=1&json"))
    assert exchange.response.body.content == body.encode()
    assert exchange.response.headers.get("Content-Type") == "application/dicom+json"
    assert exchange.request.url == f"{stub.url}/studies?dicom=1&json"
    assert [exchange.response.headers.get(name) for name in echo] == ["***", "/?a=***"]
    assert exchange.request.headers.get("Authorization") == "***"


# --- OAuth 2.0


class TokenServer:
    """Gives out token-1, token-2, ...; refuses a wrong secret."""

    def __init__(self, *, lifetime: int = 3600) -> None:
        self.lifetime = lifetime
        self.given = 0

    def __call__(self, connection, received):
        client = base64.b64encode(f"me:{SECRET}".encode()).decode()
        if (
            received.header("Authorization") != f"Basic {client}"
            or b"grant_type=client_credentials" not in received.body
        ):
            connection.send(response(b'{"error":"invalid_client"}', "401 Unauthorized"))
            return
        self.given += 1
        answer = {"access_token": f"token-{self.given}-of-run", "token_type": "Bearer", "expires_in": self.lifetime}
        connection.send(response(json.dumps(answer).encode(), headers={"Content-Type": "application/json"}))


def oauth2(token_url: str) -> str:
    settings = f"token-url: '{token_url}', client-id: me, client-secret: {{env: DW_SECRET}}, scope: dicom"
    return f"auth: {{oauth2: {{{settings}}}}}"


def accepting(*tokens: str):
    def behave(connection, received):
        if received.header("Authorization") in {f"Bearer {token}" for token in tokens}:
            connection.send(response(b"[]"))
        else:
            connection.send(response(b"who are you?", "401 Unauthorized"))

    return Stub(behave)


@pytest.mark.parametrize("raw", [False, True], ids=["pooled", "raw"])
def test_one_token_serves_many_requests(describe, raw):
    with (
        Stub(TokenServer()) as issuer,
        accepting("token-1-of-run") as stub,
        Probe(describe(stub.url, oauth2(issuer.url))) as probe,
    ):
        exchanges = [probe.send(Outgoing("GET", stub.url, raw=raw)) for _ in range(3)]
    assert [exchange.response.status for exchange in exchanges] == [200] * 3
    assert len(issuer.requests) == 1
    assert b"scope=dicom" in issuer.requests[0].body
    assert "token-1-of-run" not in repr(exchanges)


def test_a_refused_token_is_renewed_once(describe):
    with (
        Stub(TokenServer()) as issuer,
        accepting("token-2-of-run") as stub,
        Probe(describe(stub.url, oauth2(issuer.url))) as probe,
    ):
        exchange = probe.send(Outgoing("POST", stub.url, body=[b"a", b"b"]))
        assert (exchange.response.status, exchange.request.body.content) == (200, b"ab")
        assert probe.requests == 2
    with Stub(TokenServer()) as issuer, accepting() as stub, Probe(describe(stub.url, oauth2(issuer.url))) as probe:
        exchange = probe.send(Outgoing("GET", stub.url))
        assert (exchange.response.status, exchange.failure) == (401, None)
        assert (len(issuer.requests), len(stub.requests)) == (2, 2)


def test_a_body_that_cannot_be_sent_again_is_not(describe):
    with (
        Stub(TokenServer()) as issuer,
        accepting("token-2-of-run") as stub,
        Probe(describe(stub.url, oauth2(issuer.url))) as probe,
    ):
        first = probe.send(Outgoing("POST", stub.url, body=iter([b"a", b"b"])))
        second = probe.send(Outgoing("POST", stub.url, body=iter([b"a", b"b"])))
    assert (first.response.status, second.response.status) == (401, 200)


def test_an_expired_token_is_not_used(describe):
    with (
        Stub(TokenServer(lifetime=0.001)) as issuer,
        accepting("token-1-of-run", "token-2-of-run") as stub,
        Probe(describe(stub.url, oauth2(issuer.url))) as probe,
    ):
        for _ in range(2):
            assert probe.send(Outgoing("GET", stub.url)).response.status == 200
    assert len(issuer.requests) == 2


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (STUBS["nothing-listens"], "cannot be asked"),
        (STUBS["unauthorized"], "answers 401"),
        (STUBS["circle"], "redirect"),
        (STUBS["empty-list"], "no access_token"),
        (STUBS["empty-object"], "no access_token"),
        (STUBS["html"], "no access_token"),
        (STUBS["not-http"], "cannot be asked"),
        (answering(b'{"access_token": "a b"}'), "cannot stand in a header field"),
        (answering(b'{"access_token": "a", "expires_in": "soon"}'), "no access_token"),
    ],
    ids=["nobody", "401", "redirect", "list", "object", "html", "ssh", "space", "lifetime"],
)
def test_no_token_is_a_failure_that_says_why(describe, make, complaint):
    with make() as issuer, answering(b"[]")() as stub, Probe(describe(stub.url, oauth2(issuer.url))) as probe:
        exchange = probe.send(Outgoing("GET", stub.url))
    assert exchange.failure.kind is FailureKind.CONNECT
    assert complaint in exchange.failure.message
    assert not stub.requests
