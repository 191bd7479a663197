"""The Retrieve URL of search results (PS3.18 10.6.3.3, resources of 10.4.1.1)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote, urljoin, urlsplit

from dwconform.check.registry import CheckArgs, Evidence, Observation, check
from dwconform.check.search_level import level_of_results
from dwconform.encoding.dataset import DataSet
from dwconform.standard.search import QueryLevel

__all__ = ["RetrieveUrlArgs", "retrieve_url"]

_RETRIEVE_URL = "00081190"
_SEGMENTS = {QueryLevel.STUDY: "studies", QueryLevel.SERIES: "series", QueryLevel.INSTANCE: "instances"}


class RetrieveUrlArgs(CheckArgs):
    """Whether a result may lack it."""

    may_be_absent: bool = False


@check("retrieve-url")
def retrieve_url(args: RetrieveUrlArgs, evidence: Evidence) -> Iterator[Observation]:
    """Each result has a Retrieve URL, of the VR UR, whose path ends with the resource of the result."""
    datasets = evidence.reading().datasets
    if not datasets:
        yield Observation(holds=None, message="There is no result to look at.", pointer=_RETRIEVE_URL)
        return
    level = level_of_results(evidence)
    for index, dataset in enumerate(datasets):
        problem = _problem(dataset, level, evidence, may_be_absent=args.may_be_absent)
        if problem is not None:
            expected, observed, said = problem
            yield Observation(
                holds=False,
                message=f"Result {index + 1} {said}.",
                expected=expected,
                observed=observed,
                pointer=f"/{index}/{_RETRIEVE_URL}",
            )
            return
    yield Observation(
        holds=True, message=f"The Retrieve URLs of {len(datasets)} results are right.", pointer=_RETRIEVE_URL
    )


def _problem(
    dataset: DataSet, level: QueryLevel, evidence: Evidence, *, may_be_absent: bool
) -> tuple[str, str, str] | None:
    element = dataset.get(_RETRIEVE_URL)
    if element is None or not any(element.values):
        return None if may_be_absent else ("a URL", "absent", "has no Retrieve URL")
    if element.vr not in ("UR", ""):
        return "the VR UR", f"the VR {element.vr}", f"has a Retrieve URL of the VR {element.vr}"
    url = str(element.values[0]).strip()
    try:
        target = urlsplit(urljoin(evidence.exchange.request.url, url))
    except ValueError:
        return "a URL", url, "has a Retrieve URL that is none"
    if target.scheme not in ("http", "https"):
        return "an http or https URL", url, "has a Retrieve URL of another scheme"
    path = _path(dataset, level, evidence)
    if not unquote(target.path).rstrip("/").endswith(path):
        return f"a URL that ends with {path}", url, "has a Retrieve URL of another resource"
    return None


def _path(dataset: DataSet, level: QueryLevel, evidence: Evidence) -> str:
    """Return the path of the result's resource, as far up as its UIDs are known."""
    path = ""
    for above in reversed(list(QueryLevel)[: level.depth + 1]):
        uid = _uid(dataset, above, evidence)
        if not uid:
            break
        path = f"/{_SEGMENTS[above]}/{uid}{path}"
    return path


def _uid(dataset: DataSet, level: QueryLevel, evidence: Evidence) -> str:
    element = dataset.get(level.unique_key)
    if element is not None and element.values:
        return str(element.values[0])
    resource = evidence.sent[evidence.step].resource
    known = {QueryLevel.STUDY: resource and resource.study, QueryLevel.SERIES: resource and resource.series}
    return known.get(level) or ""
