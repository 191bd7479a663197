"""The second front end: each case a pytest item, over the same engine.

``pytest --dwconform-target URL [--dwconform-suite studies/search]`` runs the cases; with no paths given, nothing else
is collected. ``-k``, JUnit and Allure work as for any test; with ``-n`` (xdist) the workers share one seed and one set
of fixtures. A fail is a failure, a warn a warning of pytest's, untested and not applicable are skips with their reason,
an error is an error.
"""

from __future__ import annotations

import copyreg
import hashlib
import pickle
import secrets
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest

from dwconform.errors import UsageError

if TYPE_CHECKING:
    from dwconform.engine.prepare import Prepared
    from dwconform.engine.records import CaseRecord
    from dwconform.engine.session import Session
    from dwconform.suite import Case

__all__ = ["CaseFailed", "CaseItem", "DwconformWarning"]

_SESSION = pytest.StashKey["_Judging"]()


class DwconformWarning(UserWarning):
    """The target violates a should, or a shall that can be read in another way."""


class CaseFailed(Exception):  # noqa: N818 - a finding about the target, not an error of ours
    """The target violates a shall; the text is what the user sees."""


class CaseBroken(Exception):  # noqa: N818 - as above
    """The case came to no verdict: the network's fault, or ours."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options; without ``--dwconform-target`` the plugin does nothing."""
    group = parser.getgroup("dwconform", "judge a DICOMweb server (DICOM PS3.18)")
    group.addoption("--dwconform-target", metavar="URL|FILE", help="base URL of the server, or a target.yaml")
    group.addoption("--dwconform-suite", action="append", default=[], metavar="SUITE", help="only this suite")
    group.addoption("--dwconform-suites", action="append", default=[], metavar="DIR", help="suites of your own")
    group.addoption("--dwconform-edition", default="", metavar="EDITION", help="judge by this edition only")
    group.addoption("--dwconform-seed", type=int, default=None, metavar="N", help="seed of the fixtures")
    group.addoption("--dwconform-read-only", action="store_true", help="send nothing but safe requests")


def pytest_configure(config: pytest.Config) -> None:
    """Let a warn stay a warning where pytest makes errors of warnings, and give all xdist workers one seed."""
    if not config.getoption("--dwconform-target"):
        return
    config.addinivalue_line("filterwarnings", "always::dwconform.pytest_plugin.DwconformWarning")
    config.addinivalue_line("markers", "dwconform(case): a case of a suite of dwconform")
    if config.getoption("--dwconform-seed") is None and not hasattr(config, "workerinput"):
        config.option.dwconform_seed = secrets.randbelow(2**31)


class _ShareSeed:
    """Hands the seed to each xdist worker; registered only where xdist is there."""

    @staticmethod
    def pytest_configure_node(node: Any) -> None:
        node.workerinput["dwconform_seed"] = node.config.getoption("--dwconform-seed")


@pytest.hookimpl(trylast=True)
def pytest_plugin_registered(plugin: object, manager: pytest.PytestPluginManager) -> None:
    """Wait for xdist, whose hook may only be implemented once it is known."""
    if manager.hasplugin("dsession") and not manager.hasplugin("dwconform-share-seed") and plugin is not None:
        manager.register(_ShareSeed(), "dwconform-share-seed")


def pytest_collection(session: pytest.Session) -> None:
    """Load the suites before pytest collects."""
    config = session.config
    if config.getoption("--dwconform-target") and not config.getoption("--help"):
        try:
            config.stash[_SESSION] = _Judging(config)
        except (UsageError, ValueError) as error:
            raise pytest.UsageError(str(error)) from error


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> Iterator[None]:
    """Put a pytest item for each case before the tests that were found, so that -k and -m choose among them all."""
    judging = config.stash.get(_SESSION, None)
    if judging is not None:
        if config.args_source is not pytest.Config.ArgsSource.ARGS:
            items.clear()
        suites = CaseFile.from_parent(session, path=Path(config.rootpath, "dwconform"), name="dwconform")
        items[:0] = [CaseItem.from_parent(suites, name=case.id, case=case) for case in judging.cases]
    yield


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close the connections."""
    judging = config.stash.get(_SESSION, None)
    if judging is not None:
        judging.close()


class CaseFile(pytest.File):
    """The node above all cases."""

    def collect(self) -> Iterator[pytest.Item]:
        """Collect nothing: the items are made from the suites."""
        yield from ()


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: Case, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.case = case
        self.add_marker(pytest.mark.dwconform(case.id))

    def runtest(self) -> None:
        """Judge the case and tell pytest."""
        record = self.config.stash[_SESSION].judge(self.case)
        self.user_properties.append(("verdict", str(record.verdict)))
        self.user_properties.extend(("requirement", key) for key in record.covers)
        _tell(record)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """Return the finding alone: a traceback through dwconform helps nobody."""
        if isinstance(excinfo.value, (CaseFailed, CaseBroken)):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the file and line of the case's YAML."""
        return Path(self.case.place.file), self.case.place.line - 1, self.case.id


def _tell(record: CaseRecord) -> None:
    verdict = record.verdict.value
    told = [item for item in record.observations if item.verdict is record.verdict]
    text = "\n".join(f"{', '.join(item.covers)}: {item.message}" for item in told) or record.reason
    if verdict == "fail":
        more = [line for line in (record.impact and f"why it matters: {record.impact}",
                                  record.fix and f"likely fix: {record.fix}") if line]  # fmt: skip
        raise CaseFailed("\n".join([record.title, text, *more]))
    if verdict == "error":
        raise CaseBroken(text)
    if verdict in ("untested", "not-applicable"):
        pytest.skip(f"{verdict}: {record.reason}")
    if verdict == "warn":
        warnings.warn(DwconformWarning(f"{record.id}: {text}"), stacklevel=2)


class _Judging:
    """The engine's session behind the items of one pytest process."""

    def __init__(self, config: pytest.Config) -> None:
        from dwconform.engine.library import load_library  # noqa: PLC0415 - other pytest runs do not need it
        from dwconform.engine.plan import Selection  # noqa: PLC0415 - as above
        from dwconform.engine.session import Options, Session  # noqa: PLC0415 - as above
        from dwconform.standard.editions import Edition  # noqa: PLC0415 - as above
        from dwconform.target import load_target  # noqa: PLC0415 - as above

        option = config.option
        worker = getattr(config, "workerinput", {})
        self._stack = ExitStack()
        options = Options(
            selection=Selection(suites=tuple(option.dwconform_suite)),
            edition=Edition.parse(option.dwconform_edition) if option.dwconform_edition else None,
            seed=worker.get("dwconform_seed", option.dwconform_seed),
            read_only=option.dwconform_read_only,
        )
        library = load_library([Path(folder) for folder in option.dwconform_suites])
        self._session: Session = self._stack.enter_context(
            Session(load_target(option.dwconform_target), library, options)
        )
        self._shared = _shared_file(config, worker)
        self._ready = False

    @property
    def cases(self) -> tuple[Case, ...]:
        """Every selected case, also those that will not run."""
        known = self._session.library.suites.cases
        return tuple(
            known[key] for key in sorted({*self._session.tally.records, *(c.id for c in self._session.plan.cases)})
        )

    def judge(self, case: Case) -> CaseRecord:
        """Return the record of a case, having judged before it all that it depends on."""
        from dwconform.engine.plan import dependencies  # noqa: PLC0415 - other pytest runs do not need it

        session = self._session
        if session.hopeless:
            raise CaseBroken(session.hopeless)
        if not self._ready:
            self._ready = True
            self._prepare()
        planned = {each.id: each for each in session.plan.cases}
        for key in sorted(dependencies(case, planned)):
            if key not in session.tally.records:
                self.judge(planned[key])
        return session.tally.records.get(case.id) or session.judge(case)

    def close(self) -> None:
        """Close the connections."""
        self._stack.close()

    def _prepare(self) -> None:
        """Prepare the fixtures, or take over what another worker prepared; the first keeps the lock until it has."""
        if self._shared is None:
            self._session.prepare()
            return
        from filelock import FileLock  # noqa: PLC0415 - only xdist needs it

        with FileLock(f"{self._shared}.lock"):
            if self._shared.exists():
                self._session.prepare(_unpickled(self._shared.read_bytes()))
            else:
                self._session.prepare()
                self._shared.write_bytes(_pickled(self._session.prepared))


def _pickled(prepared: Prepared) -> bytes:
    copyreg.pickle(MappingProxyType, _reduced)  # the ground truth is full of them, and pickle knows them not
    return pickle.dumps(prepared)


def _reduced(view: MappingProxyType[Any, Any]) -> tuple[Callable[..., Any], tuple[dict[Any, Any]]]:
    return _view, (dict(view),)


def _view(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)


def _unpickled(octets: bytes) -> Prepared:
    prepared: Prepared = pickle.loads(octets)  # noqa: S301 - written by a worker of this very run
    return prepared


def _shared_file(config: pytest.Config, worker: dict[str, Any]) -> Path | None:
    """Return where the workers of this run tell each other about the fixtures; None without workers."""
    if "testrunuid" not in worker:
        return None
    factory = config._tmp_path_factory  # type: ignore[attr-defined]
    name = hashlib.sha256(worker["testrunuid"].encode()).hexdigest()[:16]
    base: Path = factory.getbasetemp().parent
    return base / f"dwconform-{name}.pickle"
