"""Discovery: what answers at a target, what it says of itself, and where the two differ. Sends GET and OPTIONS only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from dwconform.encoding.search_results import read_search_results
from dwconform.errors import TargetError
from dwconform.probe.capabilities import Capabilities, read_capabilities
from dwconform.probe.client import Probe
from dwconform.probe.draft import draft_yaml
from dwconform.probe.exchange import Exchange, FailureKind
from dwconform.probe.finding import Answer, Discovery, Finding, MediaTypeAnswer
from dwconform.probe.message import Outgoing
from dwconform.target import Target

__all__ = ["Answer", "Discovery", "Finding", "discover", "draft_yaml"]

_KEEP = 2**20
_PATIENCE = 3
_JSON = "application/dicom+json"
_XML = 'multipart/related; type="application/dicom+xml"'
_WADL = "application/vnd.sun.wadl+xml"
_PART10 = 'multipart/related; type="application/dicom"; transfer-syntax=*'
_OCTETS = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'
_OF_PIXELS = ("studies.retrieve.frames", "studies.rendered", "studies.thumbnail")
_UNKNOWN_UID = "2.25.1"
_PLACES = ("/dicom-web", "/dicomweb", "/rs", "/dicom", "/qido-rs", "/wado-rs", "/dcm4chee-arc/aets/DCM4CHEE/rs")
_NPI = ("color-palettes", "defined-procedure-protocol", "hanging-protocol", "implant-templates", "inventories")
_OPTIONS = ("fuzzymatching", "emptyvaluematching", "multiplevaluematching")


def discover(target: Target) -> Discovery:
    """Look at a target without changing anything.

    Raises:
        TargetError: the target has no URL for the Studies Service, or its certificate cannot be used.
    """
    target.base("studies")
    with Probe(target, read_only=True, body_limit=_KEEP, hard_limit=_KEEP) as probe:
        return _Look(target, probe).all()


class _HopelessError(Exception):
    """The target has stopped to answer."""


@dataclass(slots=True)
class _Look:
    """One look at one target."""

    target: Target
    probe: Probe
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    capabilities: Capabilities | None = None
    silences: int = 0

    def all(self) -> Discovery:
        """Look at everything."""
        first = self._get(self._url("studies", "/studies?limit=1"), _JSON, anonymous=self._has_login())
        if first.response is None:
            reason = first.failure.message if first.failure else "no response"
            return Discovery(self.target, reachable=False, reason=reason)
        media_types: list[MediaTypeAnswer] = []
        try:
            self._look(first, media_types)
        except _HopelessError as error:
            self.notes.append(str(error))
        return Discovery(
            self.target,
            reachable=True,
            server=first.response.headers.get("Server") or "",
            http_version=first.response.http_version,
            findings=tuple(self.findings),
            media_types=tuple(media_types),
            capabilities=self.capabilities,
            notes=tuple(self.notes),
            requests=self.probe.requests,
        )

    def _look(self, first: Exchange, media_types: list[MediaTypeAnswer]) -> None:
        self._login(first)
        self._capabilities()
        search = self._get(self._url("studies", "/studies?limit=1"), _JSON)
        self._add("studies.search", "Search for studies (QIDO-RS)", search)
        if self.findings[-1].answer is Answer.ABSENT:
            self._elsewhere()
        media_types.extend(self._media_types())
        self._options()
        self._retrieve(search)
        self._store()
        self._others()

    # --- requests

    def _url(self, service: str, path: str) -> str:
        try:
            return self.target.base(service) + path
        except TargetError:
            return ""

    def _send(self, method: str, url: str, accept: str | None = None, *, anonymous: bool = False) -> Exchange:
        exchange = self.probe.send(Outgoing(method, url, accept=accept, label="discover", anonymous=anonymous))
        silent = exchange.failure is not None and exchange.failure.kind in (FailureKind.TIMEOUT, FailureKind.CONNECT)
        self.silences = self.silences + 1 if silent else 0
        if self.silences == _PATIENCE:
            message = f"{_PATIENCE} requests in a row were not answered in time; the rest was not asked"
            raise _HopelessError(message)
        return exchange

    def _get(self, url: str, accept: str | None, *, anonymous: bool = False) -> Exchange:
        return self._send("GET", url, accept, anonymous=anonymous)

    def _ask(self, claim: str, title: str, service: str, path: str, accept: str | None) -> None:
        if url := self._url(service, path):
            self._add(claim, title, self._get(url, accept))

    def _add(self, claim: str, title: str, exchange: Exchange) -> None:
        answer, detail = Answer.of(exchange)
        self.findings.append(Finding(claim, title, answer, detail, self._claimed(claim)))

    def _claimed(self, claim: str) -> bool | None:
        """Whether the target says that it supports it; None where it says nothing."""
        if self.target.claims is not None:
            return claim in self.target.claims
        if self.capabilities is None:
            return None
        service, _, name = claim.partition(".")
        first = {"studies": "studies", "worklist": "workitems"}.get(service)
        if first is None or name not in ("search", "store", "retrieve"):
            return None
        method = "POST" if name == "store" else "GET"
        return self.capabilities.names(method, first, below=name == "retrieve")

    # --- what is looked at

    def _has_login(self) -> bool:
        return any(True for _ in self.target.auth.places()) or bool(self.target.headers)

    def _login(self, first: Exchange) -> None:
        status = first.response.status if first.response else 0
        if status in (401, 403):
            challenge = (first.response.headers.get("WWW-Authenticate") or "none given") if first.response else ""
            self.notes.append(f"a login is demanded ({status}, challenge: {challenge})")
        elif self._has_login():
            self.notes.append("no login is demanded: a request without credentials was answered as well")

    def _capabilities(self) -> None:
        """Retrieve Capabilities (8.9): OPTIONS on the base URI, as WADL in XML or in JSON."""
        for accept in (_WADL, "application/json"):
            url = self._url("studies", "/")
            exchange = self._send("OPTIONS", url, accept)
            response = exchange.response
            if response is None or response.status != 200 or not response.body.complete:
                continue
            self.capabilities = read_capabilities(response.body.content, response.headers.get("Content-Type"))
            if self.capabilities:
                return

    def _elsewhere(self) -> None:
        """Look at the usual places for the services that are not where the URL says."""
        for place in _PLACES:
            url = self._url("studies", f"{place}/studies?limit=1")
            answer, detail = Answer.of(self._get(url, _JSON))
            if answer is Answer.ANSWERS and "json" in detail:
                self.notes.append(f"no search was found at the URL, but one answers at {self._url('studies', place)}")
                return

    def _media_types(self) -> Iterator[MediaTypeAnswer]:
        for accept in (_JSON, _XML, "application/json", "*/*", None):
            exchange = self._get(self._url("studies", "/studies?limit=1"), accept)
            answer, detail = Answer.of(exchange)
            yield MediaTypeAnswer(accept, answer, detail)

    def _options(self) -> None:
        """Options of the search that a Warning tells to be unsupported (8.3.4.2, 8.3.4.4, 8.3.4.5)."""
        for option in _OPTIONS:
            query = urlencode({"PatientName": "DWCONFORM^NOBODY", option: "true", "limit": "1"})
            exchange = self._get(self._url("studies", f"/studies?{query}"), _JSON)
            answer, detail = Answer.of(exchange)
            warning = exchange.response.headers.get("Warning") if exchange.response else None
            if answer is Answer.ANSWERS and warning:
                answer, detail = Answer.ABSENT, f"{detail}; Warning: {warning}"
            elif answer is Answer.ANSWERS:
                detail = f"{detail}; no Warning: it may be supported, or ignored in silence"
                answer = Answer.UNCLEAR
            claimed = self.capabilities.parameter(option) if self.capabilities else None
            self.findings.append(Finding(f"studies.search.{option}", f"Option {option}", answer, detail, claimed))

    def _retrieve(self, search: Exchange) -> None:
        """Retrieve something that is there, as a server may answer 404 to anything else."""
        study = self._uid(search, "0020000D")
        instances = self._get(self._url("studies", f"/studies/{study}/instances?limit=1"), _JSON) if study else None
        series = self._uid(instances, "0020000E")
        instance = self._uid(instances, "00080018")
        if not (study and series and instance):
            self.notes.append(
                "no instance was found to retrieve; load one (`dwconform fixtures export`) and look again"
            )
            study, series, instance = (_UNKNOWN_UID,) * 3
        path = f"/studies/{study}/series/{series}/instances/{instance}"
        found = instance != _UNKNOWN_UID
        for claim, title, below, accept in (
            ("studies.retrieve", "Retrieve instances (WADO-RS)", "", _PART10),
            ("studies.retrieve.metadata", "Retrieve metadata", "/metadata", _JSON),
            (
                "studies.retrieve.frames",
                "Retrieve frames",
                "/frames/1",
                'multipart/related; type="application/octet-stream"',
            ),
            ("studies.rendered", "Retrieve rendered", "/rendered", "image/jpeg"),
            ("studies.thumbnail", "Retrieve thumbnail", "/thumbnail", "image/jpeg"),
        ):
            self._ask(claim, title, "studies", path + below, accept)
            if self.findings[-1].answer is Answer.ABSENT and (not found or claim in _OF_PIXELS):
                why = "perhaps the instance has no pixels" if found else "there is no instance to retrieve"
                self.findings[-1] = self.findings[-1].unclear(why)
        query = urlencode({"requestType": "WADO", "studyUID": study, "seriesUID": series, "objectUID": instance})
        self._ask("uri.retrieve", "Retrieve by URI (WADO-URI)", "uri", f"?{query}", None)

    def _uid(self, exchange: Exchange | None, tag: str) -> str:
        """Return the first result's UID, as far as it is one."""
        if exchange is None or exchange.response is None or exchange.response.status != 200:
            return ""
        body = exchange.response.body
        reading = read_search_results(body.content, exchange.response.headers.get("Content-Type"), limit=1)
        values = (result[tag].values for result in reading.datasets if tag in result)
        uid = next((value[0] for value in values if value), "")
        return uid if isinstance(uid, str) and uid and not uid.strip("0123456789.") else ""

    def _store(self) -> None:
        """Store is never tried: whether it is there, only OPTIONS and the Capabilities Description tell."""
        exchange = self._send("OPTIONS", self._url("studies", "/studies"))
        allowed = (exchange.response.headers.get("Allow") or "") if exchange.response else ""
        methods = {method.strip().upper() for method in allowed.split(",") if method.strip()}
        claimed = self._claimed("studies.store")
        detail = f"not tried; Allow: {allowed or 'absent'}"
        if claimed is None and methods:
            claimed = "POST" in methods
        self.findings.append(Finding("studies.store", "Store instances (STOW-RS)", Answer.NOT_PROBED, detail, claimed))

    def _others(self) -> None:
        self._ask("studies.search.series", "Search for all series", "studies", "/series?limit=1", _JSON)
        self._ask("studies.search.instances", "Search for all instances", "studies", "/instances?limit=1", _JSON)
        self._ask("worklist.search", "Search for workitems (UPS-RS)", "worklist", "/workitems?limit=1", _JSON)
        for name in _NPI:
            claim = f"non-patient-instances.{name}"
            self._ask(claim, f"Search for {name}", "non-patient-instances", f"/{name}?limit=1", _JSON)
