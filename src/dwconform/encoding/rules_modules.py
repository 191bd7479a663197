"""The rules of what a payload is for: the Store Instances Response Module and metadata. Id, section, statement."""

from __future__ import annotations

from typing import Final

__all__ = ["RULES"]

_MODULE = "PS3.18 Table I.1-1"

RULES: Final = (
    ("S-URL-01", _MODULE, "The module has a Retrieve URL, which may be empty."),
    ("S-URL-02", _MODULE, "Retrieve URL is UR, although older editions say UT."),
    ("S-URL-03", _MODULE, "Each stored instance has a Retrieve URL, which may be empty."),
    ("S-URL-04", _MODULE, "The Retrieve URL of a stored instance has a value."),
    ("S-SEQ-01", _MODULE, "A sequence of the module is present only with items."),
    ("S-REF-01", _MODULE, "Each item names the SOP Class of its instance."),
    ("S-REF-02", _MODULE, "Each item names its instance."),
    ("S-FAIL-01", _MODULE, "Each failure has a reason."),
    ("S-FAIL-02", "PS3.18 Table I.2-2", "The reason of a failure is not zero."),
    ("S-FAIL-03", "PS3.18 Table I.2-2", "The reason of a failure is one that the table lists."),
    ("S-WARN-01", _MODULE, "A Warning Reason has a value."),
    ("S-WARN-02", "PS3.18 Table I.2-1", "The reason of a warning is one that the table lists."),
    ("S-ORIG-01", _MODULE, "Original attributes say when, by what system, why and what was modified."),
    ("S-ORIG-02", _MODULE, "The modified attributes are in one item."),
    ("S-ORIG-03", _MODULE, "The reason for a modification is COERCE or CORRECT."),
    ("S-BOTH-01", _MODULE, "No instance is listed as stored and as failed."),
    ("S-NONE-01", _MODULE, "The module lists at least one instance or failure."),
    (
        "D-META-01",
        "PS3.18 10.4.1.1.2; PS3.3 C.12.1",
        "Metadata has the SOP Class UID and SOP Instance UID.",
    ),
)
