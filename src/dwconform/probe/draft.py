"""A first ``target.yaml`` from what a discovery found."""

from __future__ import annotations

import json
from collections.abc import Iterator

from dwconform.probe.finding import Answer, Discovery, Finding

__all__ = ["draft_yaml"]

_WRITTEN = {"name", "url", "services", "claims", "edition", "waivers"}
_SCHEMA = "https://dwconform.org/schemas/target.schema.json"


def draft_yaml(found: Discovery) -> str:
    """Return a commented ``target.yaml`` that `load_target` takes."""
    return "\n".join((*_head(found), *_claims(found), *_login(found), *_rest(found))) + "\n"


def _head(found: Discovery) -> Iterator[str]:
    target = found.target
    yield f"# yaml-language-server: $schema={_SCHEMA}"
    if not found.reachable:
        yield f"# Nothing was found out: {_comment(found.reason)}"
    else:
        seen = f"{found.http_version}, Server: {found.server or 'not told'}"
        yield f"# A draft, from {found.requests} requests that change nothing. {_comment(seen)}"
    for note in found.notes:
        yield f"# Note: {_comment(note)}"
    yield f"name: {_quote(target.title)}"
    if target.url:
        yield f"url: {_quote(target.url)}"
    if target.services:
        yield "services:"
        yield from (f"  {name}: {_quote(url)}" for name, url in target.services.items())


def _claims(found: Discovery) -> Iterator[str]:
    yield ""
    yield "# What the server claims to support. What is claimed and absent fails; what is not claimed is not judged."
    if not any(finding.offered for finding in found.findings):
        yield "claims: auto"
    else:
        yield "claims:"
    for finding in found.findings:
        yield f"{'  - ' if finding.offered else '  # - '}{finding.claim}  # {_seen(finding)}"
    if found.media_types:
        yield ""
        yield "# How a search was answered, by the Accept field that was sent:"
    for media_type in found.media_types:
        accept = media_type.accept or "(none)"
        yield f"#   {_comment(accept)}: {media_type.answer}, {_comment(media_type.detail)}"
    if found.reachable:
        said = "given" if found.capabilities else "not given, or not readable (8.9 asks for one)"
        yield f"# Capabilities Description: {said}"


def _seen(finding: Finding) -> str:
    claimed = {True: "; the server claims it", False: "; the server does not claim it", None: ""}[finding.claimed]
    differs = " - WHICH DIFFERS" if finding.differs else ""
    return _comment(f"{finding.title}: {finding.answer} ({finding.detail}){claimed}{differs}")


def _login(found: Discovery) -> Iterator[str]:
    if "auth" in found.target.model_fields_set:
        return
    yield ""
    if any(finding.answer is Answer.DEMANDS_LOGIN for finding in found.findings):
        yield "# The server demands a login: describe it here."
    yield "# Secrets come from the environment or from a file, never from here."
    yield "# auth:"
    yield "#   basic: {username: me, password: {env: DICOMWEB_PASSWORD}}"
    yield "#   # or: bearer: {token: {file: token.txt}}"


def _rest(found: Discovery) -> Iterator[str]:
    """What the target's file says already stays as it is; of secrets it has the names only."""
    target = found.target
    yield ""
    if target.edition is None:
        yield "# edition: 2025c  # of PS3.18, as the server claims"
    else:
        yield f"edition: {target.edition}"
    if "visibility_delay" not in target.model_fields_set:
        yield f"# visibility-delay: {target.visibility_delay:g}  # seconds until what was stored is found"
    kept = target.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude=_WRITTEN)
    yield from (f"{key}: {json.dumps(value)}" for key, value in kept.items())
    if target.waivers:
        yield "# waivers: take them over from the target's file"


def _quote(text: str) -> str:
    return json.dumps(text)


def _comment(text: str) -> str:
    """What a server says is shown on one line of printable characters."""
    return "".join(character if character.isprintable() else " " for character in text)[:300]
