"""Every rule that a strict reader can report, with its place in the standard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dwconform.encoding import rules_json, rules_modules, rules_multipart, rules_part10, rules_xml

__all__ = ["RULES", "Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a payload.

    Attributes:
        id: what a problem names: J- DICOM JSON, X- Native DICOM Model, M- multipart and media types,
            P- DICOM files, S- the Store Instances Response Module, D- what a data set is for.
        section: where the standard says so, or from what it follows.
        statement: the rule in our own words.
    """

    id: str
    section: str
    statement: str


_LIMIT = ("LIMIT", "", "The document has more problems than are listed.")

_MODULES = (rules_json, rules_xml, rules_multipart, rules_part10, rules_modules)

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        rule: Rule(rule, section, statement)
        for rule, section, statement in (_LIMIT, *(rule for module in _MODULES for rule in module.RULES))
    }
)
