"""The requests of one case: filled in, sent, followed over pages; and what its templates can name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dwconform.check.matches import announces_more
from dwconform.check.registry import Evidence, Sent
from dwconform.engine.compose import compose, with_offset
from dwconform.engine.keep import kept
from dwconform.engine.prepare import REFUSED
from dwconform.engine.world import Stop, World
from dwconform.errors import SuiteError, UnsafeRequest
from dwconform.probe import Exchange, Outgoing
from dwconform.standard.terms import Verdict
from dwconform.suite import Case, Send, Step

__all__ = ["Conversation", "told"]

_PAGE_IS_SUSPICIOUSLY_FULL = 50
"""No fixture query has so many matches: a list of this length may have been cut."""
_MOST_PAGES = 200


class Conversation:
    """What a case has said to the target and heard from it.

    Attributes:
        steps: the exchanges of each step; more than one where pages were followed.
        sent: what each step meant.
        exchanges: all of them, in the order of sending.
        kept: values for later templates.
    """

    def __init__(self, case: Case, world: World) -> None:
        self.case = case
        self.world = world
        self.steps: dict[str, list[Exchange]] = {}
        self.sent: dict[str, Sent] = {}
        self.exchanges: list[Exchange] = []
        self.kept: dict[str, Any] = {}

    @property
    def base(self) -> str:
        """The base URL of the service."""
        return self.world.target.base("studies")

    @property
    def failure(self) -> str:
        """What spoilt a body of this case; a check may look at any step, so that none can be trusted then."""
        failures = (item.failure for exchanges in self.steps.values() for item in exchanges if item.failure)
        return next((failure.message for failure in failures), "")

    def evidence(self, step: str) -> Evidence:
        """Return what a check may look at."""
        return Evidence(
            step=step,
            steps=self.steps,
            sent=self.sent,
            archive=self.world.archive,
            base=self.base,
            edition=str(self.world.edition) if self.world.edition else None,
        )

    def send(self, name: str, send: Send) -> None:
        """Send a step.

        Raises:
            Stop: a template names what this run does not have, the run may not send it, or nothing came back.
        """
        try:
            outgoing, sent = compose(send, self.lookup, self.base, name)
        except LookupError as error:
            raise Stop(Verdict.UNTESTED, f"needs what this run does not have: {told(error)}") from error
        self.sent[name] = sent
        exchanges = self.steps.setdefault(name, [])
        exchanges.append(self._exchange(outgoing))
        if send.all_pages:
            self._follow(outgoing, name)
        last = exchanges[-1]
        if last.response is None:
            raise Stop(Verdict.ERROR, last.failure.message if last.failure else "no response")

    def _exchange(self, outgoing: Outgoing) -> Exchange:
        try:
            exchange = self.world.probe.send(outgoing)
        except UnsafeRequest as error:
            raise Stop(Verdict.UNTESTED, f"a read-only run does not send it: {error}") from error
        if outgoing.sink is not None:
            exchange.cache["sink"] = outgoing.sink
        self.exchanges.append(exchange)
        return exchange

    def _follow(self, outgoing: Outgoing, name: str) -> None:
        """Ask for the rest of a list while more is announced, or its length makes a cut likely."""
        exchanges = self.steps[name]
        seen = 0
        for _ in range(_MOST_PAGES):
            response = exchanges[-1].response
            if response is None or response.status not in (200, 206):
                return
            page = Evidence(name, {name: [exchanges[-1]]}, self.sent, self.world.archive, self.base)
            here = len(page.reading().datasets)
            seen += here
            announced = announces_more(response.headers.all("Warning"))
            if not here or not (announced or here >= _PAGE_IS_SUSPICIOUSLY_FULL):
                return
            exchanges.append(self._exchange(replace(outgoing, **with_offset(outgoing, seen))))

    def lookup(self, name: str) -> Any:
        """Return what a template names.

        Raises:
            LookupError: this run does not have it.
        """
        root, _, rest = name.partition(".")
        if root in self.kept:
            return self.kept[root]
        if root == "run":
            return self._of_run(rest)
        if not rest:
            return self.world.target.base(root)
        return self._of_fixture(name)

    def _of_fixture(self, name: str) -> str:
        try:
            value = self.world.archive.resolve(name)
        except SuiteError as error:
            self._blame_refusal(name)
            raise LookupError(str(error)) from error
        if not value:
            message = f"{{{name}}} has no value here"
            raise LookupError(message)
        return value

    def _blame_refusal(self, name: str) -> None:
        """What the target told that it does not store is not asked back.

        Raises:
            Stop: the target refused all instances of the study, and said so of each.
        """
        study = ".".join(name.split(".")[:2])
        reasons = [reason for path, reason in self.world.refused.items() if path.startswith(f"{study}.")]
        if reasons and all(reason.startswith(REFUSED) for reason in reasons):
            raise Stop(Verdict.NOT_APPLICABLE, f"the target did not store {study}: {reasons[0]}")

    def _of_run(self, name: str) -> str:
        if name == "token":
            return self.world.identity.token
        if name == "prefix":
            return self.world.identity.prefix
        if name == "uid" or name.startswith("uid."):
            return self.world.identity.fresh_uid(f"{self.case.id}/{name}")
        message = f"run.{name}: a run has token, prefix, uid and uid.NAME"
        raise LookupError(message)

    def keep(self, step: Step) -> None:
        """Keep what the step says.

        Raises:
            Stop: the response has nothing there.
        """
        for name, keep in step.keep.items():
            value = kept(keep, self.steps[step.name][0])
            if value is None:
                where = keep.header or keep.pointer or keep.xpath
                if keep.optional:
                    raise Stop(Verdict.NOT_APPLICABLE, f"the response to '{step.name}' has nothing at {where}")
                raise Stop(Verdict.UNTESTED, f"the response to '{step.name}' has nothing at {where} to go on with")
            self.kept[name] = value


def told(error: LookupError) -> str:
    """Return the message of a look-up that failed."""
    return str(error.args[0]) if error.args else str(error)
