"""The exceptions of dwconform, all of them.

DwconformError
├── UsageError            what the user gave us cannot work: says where and what to do (exit status 2)
│   ├── SuiteError        a suite, requirement or fixture file is wrong: file, line, column, nearest known word
│   └── TargetError       the target's description is wrong or a secret is missing
└── UnsafeRequest         a read-only run was about to send an unsafe method (RFC 9110 9.2.1)
"""

from __future__ import annotations

__all__ = ["DwconformError", "SuiteError", "TargetError", "UnsafeRequest", "UsageError"]


class DwconformError(Exception):
    """Base of every exception that dwconform raises on purpose."""


class UsageError(DwconformError):
    """The user's input cannot work; the message says what happened and what to do next."""


class SuiteError(UsageError):
    """A YAML file of ours or of the user's is wrong; the message begins with ``file:line:column``."""


class TargetError(UsageError):
    """The description of the target is wrong, or a secret that it names is missing."""


class UnsafeRequest(DwconformError):  # noqa: N818 - reads as what happened, like httpx's own names
    """A read-only run refused to send a request with an unsafe method."""
