"""From a journey to the exchange that is kept as evidence, without credentials."""

from __future__ import annotations

from dataclasses import replace

from dwconform.probe.exchange import Body, Exchange, Failure, Headers, Request, Response
from dwconform.probe.journey import Journey
from dwconform.probe.redact import CREDENTIAL_FIELDS, Redactor
from dwconform.target import Target
from dwconform.target.auth import Login

__all__ = ["Recorder"]

_PAYLOADS = ("application/dicom", "multipart/related", "image/", "video/", "application/octet-stream")


class Recorder:
    """Makes exchanges; knows the secrets of a run."""

    def __init__(self, target: Target, login: Login, secret_fields: frozenset[str]) -> None:
        self._login = login
        self._fields = secret_fields
        public = [*target.services.values(), *target.origins, *([target.url] if target.url else [])]
        self._redactor = Redactor((*target.redactions(), *login.secrets()), public)

    def record(self, journey: Journey, number: int, seconds: float) -> Exchange:
        """Return the exchange that a journey was."""
        request = journey.request
        self._redactor.learn(self._login.secrets())
        given = [value for name, value in request.headers if name.lower() in CREDENTIAL_FIELDS]
        self._redactor.learn((*given, *(value.partition(" ")[2] for value in given)))
        headers = journey.sent.headers if journey.sent else request.headers
        text = self._redactor.text
        failure = journey.failure
        return Exchange(
            number,
            Request(
                request.method,
                self._redactor.value(request.url),
                self._redactor.headers(headers, self._fields),
                self._body(journey.body, Headers(headers)),
            ),
            self._response(journey.response),
            Failure(failure.kind, text(failure.message)) if failure else None,
            seconds,
            tuple(map(self._redactor.value, journey.hops)),
            request.label,
        )

    def _response(self, response: Response | None) -> Response | None:
        if response is None:
            return None
        return replace(
            response,
            reason=self._redactor.text(response.reason),
            headers=self._redactor.headers(response.headers, self._fields),
            body=self._body(response.body, response.headers, refused=response.status >= 400),
        )

    def _body(self, body: Body, headers: Headers, *, refused: bool = False) -> Body:
        media_type = (headers.get("Content-Type") or "").strip().lower()
        return self._redactor.body(body, payload=not refused and media_type.startswith(_PAYLOADS))
