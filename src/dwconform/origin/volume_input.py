"""The slices that a volume request is about: all of the target, those of a reference, or those that match."""

from __future__ import annotations

from dwconform.origin.answer import Refusal
from dwconform.origin.archive import Entity
from dwconform.origin.context import Context
from dwconform.origin.dictionary import tag_of
from dwconform.origin.levels import Level, resource_of
from dwconform.origin.matching import Matcher
from dwconform.origin.query import Fault, Query
from dwconform.origin.query_string import parse
from dwconform.origin.rendering.parameters import fault, terms
from dwconform.origin.rendering.volume_parameters import NAMES
from dwconform.origin.slices import Slice, slices_of, stacks
from dwconform.origin.targets import facts_of, frame_numbers, instance_of, target

__all__ = ["chosen"]

_REFERENCE = "volumeinputreference"


def chosen(context: Context, uids: tuple[str, ...]) -> list[Slice]:
    """The slices of the volume in their order. Raises a 400 Refusal when there is none, or more than one."""
    entities = target(context, uids[:3])
    numbers = frame_numbers(uids[3], facts_of(context, entities[0])) if len(uids) > 3 else []
    given = terms(context)
    match = _match(context)
    if _REFERENCE in given and match:
        fault(context, _REFERENCE, "it cannot be combined with matching")
    if match:
        entities = _matching(context, entities, match, uids)
    found = stacks([each for entity in entities for each in slices_of(context, entity, numbers)])
    if _REFERENCE in given:
        found = _referenced(context, found, given[_REFERENCE])
    if not found:
        raise Refusal(400, "What was asked for does not make a volume: slices one above the other are needed.")
    if len(found) > 1:
        raise Refusal(400, f"There are {len(found)} volumes: choose one with {_REFERENCE}, or ask for its series.")
    return found[0]


def _match(context: Context) -> str:
    """The terms of the query that name attributes."""
    raw: list[str] = context.request.scope["query_string"].decode("latin-1").split("&")
    names = [(term, term.partition("=")[0]) for term in raw]
    return "&".join(term for term, name in names if name not in NAMES and tag_of(name.split(".")[0]))


def _matching(context: Context, entities: list[Entity], match: str, uids: tuple[str, ...]) -> list[Entity]:
    def complain(found: Fault) -> None:
        fault(context, found.parameter, found.message)

    study, series = uids[0], uids[1] if len(uids) > 1 else None
    query = parse(match, Query(resource_of(Level.INSTANCE, study, series), study, series), complain)
    matcher = Matcher(query)
    keys = [key for key in query.keys if not key.universal]
    return [each for each in entities if matcher.matches(keys, context.archive.document(instance_of(each)))]


def _referenced(context: Context, found: list[list[Slice]], text: str) -> list[list[Slice]]:
    """The volume that an instance or frame belongs to. Raises a 400 Refusal when there is none."""
    uid, _, frame = text.partition(",")
    for stack in found:
        for each in stack:
            if instance_of(each.entity).uid == uid and frame in ("", str(each.number)):
                return [stack]
    fault(context, _REFERENCE, "no volume of this resource has such an instance or frame")
    return found
