"""What only the built fixtures can tell about suites: templates that name nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dwconform.errors import SuiteError
from dwconform.fixtures import Archive, RunIdentity, build
from dwconform.suite.template import names

if TYPE_CHECKING:
    from dwconform.engine.library import Library
    from dwconform.suite import Case, Expectation

__all__ = ["dead_templates"]


def dead_templates(library: Library) -> Iterator[str]:
    """Yield a line, with file, line and column, for each template that names no value of the case's fixtures."""
    identity = RunIdentity.from_seed(1)
    archives = {name: Archive(build(recipe, identity).instances) for name, recipe in library.recipes.items()}
    said: set[str] = set()
    for case in library.suites.cases.values():
        for template in dict.fromkeys(_templates(case)):
            root = template.partition(".")[0]
            if root not in archives:
                continue
            fault = _fault(case, template, root, archives[root])
            if fault and fault not in said:
                said.add(fault)
                yield fault


def _fault(case: Case, template: str, root: str, archive: Archive) -> str:
    if root not in case.fixtures:
        return f"{case.place}: uses {{{template}}} without '{root}' among its fixtures"
    try:
        archive.resolve(template)
    except SuiteError as error:
        return f"{case.place}: {error}"
    return ""


def _templates(case: Case) -> Iterator[str]:
    sends = [step.send for step in case.steps] + ([case.control.send] if case.control else [])
    for send in sends:
        query = [list(pair) for pair in send.query]
        yield from names([send.url, query, send.raw_query, send.accept, dict(send.headers), send.body])
    for expectation in (*case.expectations, *(case.control.expect if case.control else ())):
        yield from _in_expectation(expectation)


def _in_expectation(expectation: Expectation) -> Iterator[str]:
    yield from names(expectation.args)
    for alternative in expectation.alternatives:
        for inner in alternative.expect:
            yield from _in_expectation(inner)
