"""Reads the values that differ between machines, and stops the start with one list of all that are missing."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import NoReturn

EXIT_CODE = 3
"""gunicorn stops for good when a worker ends with this code, instead of starting it again and again."""


def stop(message: str) -> NoReturn:
    """Ends the start with a sentence in place of a traceback."""
    sys.stderr.write(message + "\n")
    raise SystemExit(EXIT_CODE)


class Values:
    """The environment, with a stand-in for each value where no real school is (tests, and the demo's own extras)."""

    def __init__(self, environment: Mapping[str, str], *, real: bool) -> None:
        self.environment = environment
        self.real = real
        self.missing: dict[str, str] = {}

    def needed(self, name: str, what_for: str, *, otherwise: str = "") -> str:
        """A value that a real school must set; elsewhere `otherwise` will do."""
        value = self.environment.get(name, "").strip()
        if value:
            return value
        if self.real:
            self.missing[name] = what_for
        return otherwise

    def optional(self, name: str, otherwise: str = "") -> str:
        """A value that may be left out everywhere."""
        return self.environment.get(name, "").strip() or otherwise

    def flag(self, name: str) -> bool:
        """Whether a value says yes."""
        return self.optional(name).lower() in ("1", "true", "yes", "on")

    def names(self, name: str, what_for: str, *, otherwise: str = "") -> list[str]:
        """A needed value with commas between its parts."""
        return [part.strip() for part in self.needed(name, what_for, otherwise=otherwise).split(",") if part.strip()]

    def stop_if_missing(self) -> None:
        """Says everything that is missing, and what each is for, then ends the start."""
        if not self.missing:
            return
        width = max(map(len, self.missing))
        lines = [f"  {name:<{width}}  {what_for}" for name, what_for in self.missing.items()]
        stop(
            "This cannot start yet. These values are missing from the environment:\n"
            + "\n".join(lines)
            + "\nSet them as .env.example shows; docs/operations.md explains each. To try it with nothing set: make run"
        )
