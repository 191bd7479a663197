"""Secrets: named in the target's file, kept in the environment or in a file of their own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, PrivateAttr, model_validator

__all__ = ["Secret"]


class Secret(BaseModel):
    """Where a secret is kept: ``{env: NAME}`` or ``{file: path}``. Its value never shows in a repr or a dump."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"minProperties": 1, "maxProperties": 1, "type": "object"}
    )

    env: str = ""
    file: str = ""
    _value: str | None = PrivateAttr(default=None)

    @model_validator(mode="before")
    @classmethod
    def _never_literal(cls, value: Any) -> Any:
        if not isinstance(value, (dict, Secret)):
            message = "a secret never stands in this file; write {env: NAME} or {file: path}"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _exactly_one(self) -> Secret:
        if bool(self.env) == bool(self.file):
            message = "a secret has either an 'env' or a 'file'"
            raise ValueError(message)
        return self

    def resolve(self, folder: Path) -> None:
        """Fetch the secret; a file's path is relative to ``folder``, and its last line break is no part of it.

        Raises:
            ValueError: it is missing, empty or has control characters.
        """
        if self.env:
            value = os.environ.get(self.env, "")
            missing = f"the environment variable {self.env} is not set; set it to the secret"
        else:
            path = folder / self.file
            value = path.read_text(encoding="utf-8").rstrip("\r\n") if path.is_file() else ""
            missing = f"the file {path} does not exist or is empty; put the secret into it"
        if not value:
            raise ValueError(missing)
        if not value.isprintable():
            message = "the secret has a line break or another control character in it"
            raise ValueError(message)
        self._value = value

    @property
    def value(self) -> str:
        """The secret itself."""
        if self._value is None:
            message = "the secret has not been resolved"
            raise RuntimeError(message)
        return self._value
