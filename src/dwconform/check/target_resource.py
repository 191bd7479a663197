"""The resource that a retrieve went to, and which instances it holds by what is known (PS3.18 10.4.1.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from dwconform.check.registry import Evidence
from dwconform.errors import DwconformError

if TYPE_CHECKING:
    from dwconform.fixtures import StoredInstance

__all__ = ["TargetResource", "resource_of", "stored_in"]

_PATH = re.compile(
    r"(?:^|/)studies/(?P<study>[^/]+)(?:/series/(?P<series>[^/]+)(?:/instances/(?P<instance>[^/]+))?)?"
    r"(?:/(?P<rest>.+?))?/?$"
)


@dataclass(frozen=True, slots=True)
class TargetResource:
    """UIDs of the path, empty where there is none, and what follows them, such as ``metadata`` or ``frames/1,2``."""

    study: str
    series: str = ""
    instance: str = ""
    rest: str = ""

    def __str__(self) -> str:
        """What it is, with the UID that names it."""
        if self.instance:
            return f"the instance {self.instance}"
        return f"the series {self.series}" if self.series else f"the study {self.study}"


def resource_of(evidence: Evidence, step: str | None = None) -> TargetResource:
    """Return the resource of a step.

    Raises:
        DwconformError: its URL is none of a resource below a study.
    """
    name = step or evidence.step
    match = _PATH.search(unquote(urlsplit(evidence.sent[name].url).path))
    if match is None:
        message = f"the step '{name}' retrieves nothing"
        raise DwconformError(message)
    return TargetResource(*(match[group] or "" for group in ("study", "series", "instance", "rest")))


def stored_in(evidence: Evidence, step: str | None = None) -> dict[str, StoredInstance]:
    """Return what is known to be in the step's resource, by SOP Instance UID."""
    resource = resource_of(evidence, step)
    try:
        members = evidence.archive.study(resource.study)
    except KeyError:
        return {}
    return {
        member.sop_instance_uid: member
        for member in members
        if resource.series in ("", member.series_uid) and resource.instance in ("", member.sop_instance_uid)
    }
