"""YAML files -> cases. Every fault of a file is found before any request is sent, with file, line and column."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dwconform import yamldoc
from dwconform.errors import SuiteError
from dwconform.standard.terms import Verdict
from dwconform.suite.model import (
    Alternative,
    Case,
    CheckType,
    Control,
    Expectation,
    Keep,
    QueryValue,
    Send,
    Step,
    Vocabulary,
)
from dwconform.suite.schema import (
    METHODS,
    AlternativeYaml,
    CaseYaml,
    ControlYaml,
    ExpectationYaml,
    KeepYaml,
    SendYaml,
    StepYaml,
    SuiteYaml,
)
from dwconform.suite.template import expand, names
from dwconform.yamldoc import Document, nearest

__all__ = ["SERVICES", "SuiteSet", "load_suites"]

SERVICES = ("studies", "worklist", "uri", "non-patient-instances", "storage-commitment")
"""Names of services whose base URL is a template of the same name."""
ONLY_STEP = "request"
"""The name of the step of a case that has a single `send`."""
WherePath = tuple["str | int", ...]


@dataclass(frozen=True, slots=True)
class SuiteSet:
    """All cases by id, sorted, and a digest of the files they came from."""

    cases: Mapping[str, Case]
    titles: Mapping[str, str]
    digest: str


def load_suites(folders: Iterable[Path], vocabulary: Vocabulary) -> SuiteSet:
    """Read every ``*.yaml`` below the folders (files are taken too), but for ``requirements/``.

    Raises:
        SuiteError: with one line for each fault found in any file.
    """
    cases: dict[str, Case] = {}
    titles: dict[str, str] = {}
    faults: list[str] = []
    digest = hashlib.sha256()
    for path in _files(folders):
        digest.update(path.read_bytes())
        try:
            suite = _SuiteFile(yamldoc.read(path), vocabulary)
            titles[suite.yaml.suite] = suite.yaml.title
            for case in suite.cases():
                if case.id in cases:
                    faults.append(f"{case.place}: the case '{case.id}' stands at {cases[case.id].place} already")
                cases[case.id] = case
            faults.extend(suite.faults)
        except SuiteError as error:
            faults.append(str(error))
    faults.extend(_dangling(cases))
    if faults:
        raise SuiteError("\n".join(dict.fromkeys(faults)))
    return SuiteSet(_with_variants(dict(sorted(cases.items()))), titles, digest.hexdigest())


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        if folder.is_file():
            yield folder
        elif folder.is_dir():
            yield from sorted(path for path in folder.rglob("*.yaml") if "requirements" not in path.parts)
        else:
            message = f"{folder}:1:1: no such file or folder of suites"
            raise SuiteError(message)


def _dangling(cases: Mapping[str, Case]) -> Iterator[str]:
    known = {case.id for case in cases.values()} | {f"{case.suite}/{case.name}" for case in cases.values()}
    offered = {option for case in cases.values() for option in case.offers}
    for case in cases.values():
        for other in case.after:
            if other not in known:
                yield f"{case.place}: `after` names an unknown case '{other}'{nearest(other, known)}"
        for need in case.needs:
            if need not in offered and need.partition("/")[0] != "http" and need.partition(":")[0] != "role":
                yield f"{case.place}: `needs` names an option that no case offers: '{need}'{nearest(need, offered)}"


def _with_variants(cases: Mapping[str, Case]) -> Mapping[str, Case]:
    """Resolve `after` to case ids: of a matrix case, those variants with the same values of shared parameters."""
    by_name: dict[str, list[Case]] = {}
    for case in cases.values():
        by_name.setdefault(f"{case.suite}/{case.name}", []).append(case)

    def resolve(case: Case) -> tuple[str, ...]:
        found: list[str] = []
        for other in case.after:
            variants = [cases[other]] if other in cases else by_name[other]
            found.extend(variant.id for variant in variants if _agree(case, variant) and variant.id != case.id)
        return tuple(found)

    return {case.id: replace(case, after=resolve(case)) if case.after else case for case in cases.values()}


def _agree(case: Case, other: Case) -> bool:
    shared = case.parameters.keys() & other.parameters.keys()
    return all(case.parameters[name] == other.parameters[name] for name in shared)


class _SuiteFile:
    """One file on its way to cases; collects faults rather than stopping at the first."""

    def __init__(self, document: Document, vocabulary: Vocabulary) -> None:
        self.document = document
        self.vocabulary = vocabulary
        self.yaml = yamldoc.validate(document, SuiteYaml)
        self.faults: list[str] = []
        for fixture in self.yaml.fixtures:
            self._known(fixture, vocabulary.fixtures, "fixture set", ("fixtures",))

    def cases(self) -> Iterator[Case]:
        for index, case in enumerate(self.yaml.cases):
            yield from self._variants(case, ("cases", index))

    def _variants(self, yaml: CaseYaml, where: WherePath) -> Iterator[Case]:
        axes = [[(name, label, value) for label, value in _choices(choices)] for name, choices in yaml.for_.items()]
        seen = len(self.faults)
        for combination in itertools.product(*axes):
            yield self._case(yaml, where, combination)
            if len(self.faults) > seen:
                return  # the same fault once for each combination helps nobody

    def _case(self, yaml: CaseYaml, where: WherePath, combination: Sequence[tuple[str, str, Any]]) -> Case:
        labels = {name: label for name, label, _ in combination}
        values = {name: value for name, _, value in combination}
        brackets = ",".join(f"{name}={label}" for name, label in labels.items())
        fill = _Filler(labels, values)
        name = f"{self.yaml.suite}/{yaml.case}"
        steps = self._steps(yaml, fill, where)
        case = Case(
            id=f"{name}[{brackets}]" if brackets else name,
            suite=self.yaml.suite,
            name=yaml.case,
            title=fill(yaml.title),
            place=self.document.place(where),
            section=yaml.section or self.yaml.section,
            claims=self.yaml.claims if yaml.claims is None else yaml.claims,
            fixtures=self.yaml.fixtures if yaml.fixtures is None else yaml.fixtures,
            covers=self._covers(fill(yaml.covers), (*where, "covers")),
            effect=yaml.effect,
            parameters=labels,
            after=tuple(other if "/" in other else f"{self.yaml.suite}/{other}" for other in fill(yaml.after)),
            needs=fill(yaml.needs),
            editions=yaml.editions,
            reading=fill(yaml.reading),
            impact=fill(yaml.impact),
            fix=fill(yaml.fix),
            steps=steps,
            expect=self._expectations(yaml.expect, fill, (*where, "expect")),
            control=self._control(yaml, fill, where),
            property_name=yaml.property,
        )
        self._look_over(case, where)
        return case

    def _look_over(self, case: Case, where: WherePath) -> None:
        for fixture in case.fixtures:
            self._known(fixture, self.vocabulary.fixtures, "fixture set", (*where, "fixtures"))
        if case.property_name:
            self._known(case.property_name, self.vocabulary.properties, "property", (*where, "property"))
        steps = {step.name for step in case.steps}
        kept = {name for step in case.steps for name in step.keep}
        known = {*SERVICES, "run", *self.vocabulary.fixtures, *kept}
        for item in case.expectations:
            if item.step is not None and item.step not in steps:
                self._fault((*where, "expect"), f"no step is called '{item.step}'{nearest(item.step, steps)}")
        for name in sorted({name.partition(".")[0] for name in _templates(case)}):
            self._known(name, known, "name in a template", where)

    def _known(self, word: str, known: Iterable[str], kind: str, where: WherePath) -> None:
        if word not in known:
            self._fault(where, f"unknown {kind} '{word}'{nearest(word, known)}")

    def _fault(self, where: WherePath, message: str, *, key: bool = False) -> None:
        self.faults.append(str(self.document.error(where, message, key=key)))

    def _covers(self, value: Any, where: WherePath) -> tuple[str, ...]:
        covers = (value,) if isinstance(value, str) else tuple(value)
        for requirement in covers:
            self._known(requirement, self.vocabulary.requirements, "requirement", where)
        return covers

    def _steps(self, yaml: CaseYaml, fill: _Filler, where: WherePath) -> tuple[Step, ...]:
        if yaml.send is not None:
            return (Step(ONLY_STEP, self._send(yaml.send, fill, (*where, "send"))),)
        return tuple(self._step(step, fill, (*where, "steps", index)) for index, step in enumerate(yaml.steps))

    def _step(self, yaml: StepYaml, fill: _Filler, where: WherePath) -> Step:
        return Step(
            name=yaml.step,
            send=self._send(yaml.send, fill, (*where, "send")),
            keep={name: _keep(keep, fill) for name, keep in yaml.keep.items()},
            expect=self._expectations(yaml.expect, fill, (*where, "expect")),
        )

    def _send(self, yaml: SendYaml, fill: _Filler, where: WherePath) -> Send:
        method = next((method for method in METHODS if getattr(yaml, method) is not None), None)
        if method is None:
            self._fault(where, f"a request needs a method: one of {', '.join(METHODS)}")
            method = "get"
        pairs = yaml.query if isinstance(yaml.query, tuple) else (yaml.query,)
        return Send(
            method=method.upper(),
            url=fill(getattr(yaml, method) or ""),
            query=tuple((fill(key), _query_value(fill(value))) for pair in pairs for key, value in pair.items()),
            raw_query=fill(yaml.raw_query),
            accept=fill(yaml.accept),
            headers=tuple(fill(yaml.headers).items()),
            body=fill(yaml.body),
            all_pages=yaml.pages == "all",
            raw=yaml.transport == "raw" or yaml.accept is None,
            stream=yaml.stream == "parts",
        )

    def _control(self, yaml: CaseYaml, fill: _Filler, where: WherePath) -> Control | None:
        if yaml.control is None:
            return None
        return Control(
            self._control_send(yaml.control, yaml, fill, (*where, "control")),
            self._expectations(yaml.control.expect, fill, (*where, "control", "expect")),
        )

    def _control_send(self, control: ControlYaml, yaml: CaseYaml, fill: _Filler, where: WherePath) -> Send:
        base = (yaml.send or yaml.steps[-1].send).model_dump(by_alias=True, exclude_unset=True)
        replaced = set(METHODS) if set(METHODS) & control.send.keys() else set()
        merged = {key: value for key, value in base.items() if key not in replaced} | control.send
        try:
            return self._send(SendYaml.model_validate(merged), fill, where)
        except ValidationError as error:
            self.faults.extend(yamldoc.complaints(self.document, error, (*where, "send"), SendYaml.model_fields))
            return Send("GET", "")

    def _expectations(
        self, items: Iterable[ExpectationYaml], fill: _Filler, where: WherePath
    ) -> tuple[Expectation, ...]:
        return tuple(self._expectation(item, fill, (*where, index)) for index, item in enumerate(items))

    def _expectation(self, yaml: ExpectationYaml, fill: _Filler, where: WherePath) -> Expectation:
        extra = yaml.model_extra or {}
        alternatives = tuple(
            self._alternative(item, fill, (*where, "any-of", index)) for index, item in enumerate(yaml.any_of)
        )
        if len(extra) + bool(alternatives) != 1:
            self._fault(where, f"an expectation is one check; this one has {self._listed(extra, alternatives)}")
            for key in extra:
                self._check(key, (*where, key))
        check, args = next(iter(extra.items()), ("any-of", None))
        return Expectation(
            check=check,
            args=None if alternatives else self._arguments(check, fill(args), (*where, check)),
            covers=self._covers(fill(yaml.covers), (*where, "covers")),
            level=yaml.level,
            stop=yaml.stop,
            step=yaml.step,
            editions=yaml.editions,
            reading=fill(yaml.reading),
            alternatives=alternatives,
            place=self.document.place(where),
        )

    @staticmethod
    def _listed(extra: Mapping[str, Any], alternatives: Sequence[Alternative]) -> str:
        return ", ".join([*extra, *(["any-of"] if alternatives else [])]) or "none"

    def _alternative(self, yaml: AlternativeYaml, fill: _Filler, where: WherePath) -> Alternative:
        return Alternative(
            expect=self._expectations(yaml.expect, fill, (*where, "expect")),
            note=fill(yaml.note),
            verdict=Verdict(yaml.verdict),
            editions=yaml.editions,
            offers=yaml.offers,
        )

    def _check(self, name: str, where: WherePath) -> CheckType | None:
        check = self.vocabulary.checks.get(name)
        if check is None and name != "any-of":
            known = {*self.vocabulary.checks, *ExpectationYaml.model_fields, "any-of"} - {"any_of"}
            self._fault(where, f"unknown check '{name}'{nearest(name, known)}", key=True)
        return check

    def _arguments(self, name: str, args: Any, where: WherePath) -> Any:
        """Return the arguments as they will be given to the check, having tried whether it would take them."""
        check = self._check(name, where)
        if check is None:
            return args
        try:
            check.args.model_validate(args)
        except ValidationError as error:
            known = {field.alias or key for key, field in check.args.model_fields.items()}
            self.faults.extend(
                complaint
                for complaint, fault in zip(
                    yamldoc.complaints(self.document, error, where, known), error.errors(), strict=True
                )
                # a template's value has its type when the case runs; its key is known now
                if fault["type"] == "extra_forbidden" or not any(names(fault["input"]))
            )
        return args


class _Filler:
    """Fills in the parameters of the matrix: ``{key}`` is the value, or the name of a value that is a mapping."""

    def __init__(self, labels: Mapping[str, str], values: Mapping[str, Any]) -> None:
        self._labels = labels
        self._values = values

    def __call__(self, value: Any) -> Any:
        return expand(value, self._lookup, keep_unknown=True) if self._values else value

    def _lookup(self, name: str) -> Any:
        root, _, path = name.partition(".")
        value = self._values[root]
        for member in path.split(".") if path else ():
            if not isinstance(value, Mapping):
                raise LookupError(name)
            value = value[member]
        return self._labels[root] if isinstance(value, Mapping) else value


def _keep(yaml: KeepYaml, fill: _Filler) -> Keep:
    return Keep(yaml.header, fill(yaml.pointer), fill(yaml.xpath), yaml.optional)


def _choices(choices: Mapping[str, Any] | Sequence[Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(choices, Mapping):
        yield from ((str(label), value) for label, value in choices.items())
    else:
        yield from ((str(value), value) for value in choices)


def _query_value(value: Any) -> QueryValue:
    if value is None:
        return None
    return tuple(map(_text, value)) if isinstance(value, (list, tuple)) else _text(value)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _templates(case: Case) -> Iterator[str]:
    for send in (*(step.send for step in case.steps), *([case.control.send] if case.control else [])):
        yield from names(_texts(send))
    pending = [*case.expectations, *(case.control.expect if case.control else ())]
    while pending:
        item = pending.pop()
        yield from names(item.args)
        pending.extend(inner for alternative in item.alternatives for inner in alternative.expect)


def _texts(send: Send) -> list[Any]:
    return [send.url, [list(pair) for pair in send.query], send.raw_query, send.accept, dict(send.headers), send.body]
