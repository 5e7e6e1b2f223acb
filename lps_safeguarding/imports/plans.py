"""What an import would do, row by row, before anything is done. Pure; kept sealed as JSON between the steps."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import models

from lps_safeguarding.imports.refused import BadCell


class What(models.TextChoices):
    """What becomes of a row. The order is that of the preview: first what needs a person."""

    ASK = "ask", "Questions"
    REFUSED = "refused", "Not taken"
    LEFT = "left", "Have left"
    CHANGED = "changed", "Changed"
    NEW = "new", "New"
    SAME = "same", "Unchanged"


WRITTEN = (What.NEW, What.CHANGED, What.LEFT)
AS_NEW, LEAVE_OUT = "new", "leave"


@dataclass
class Line:
    """A row and what becomes of it.

    row: its number in the spreadsheet; 0 for somebody who is not in the file at all.
    values: what is written, by name of the column of our table (of a new record everything, else what changes).
    was: what stands there now, for the same names: if it stands there no longer at the end, the row is not taken.
    target: key of the record that is changed. candidates: (key, words) of who it may be; answer: which, if chosen.
    contacts: people to reach, for the child's file.
    """

    row: int
    what: str
    who: str
    values: dict[str, Any] = field(default_factory=dict)
    was: dict[str, Any] = field(default_factory=dict)
    target: str = ""
    why: str = ""
    candidates: list[tuple[str, str]] = field(default_factory=list)
    answer: str = ""
    contacts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_written(self) -> bool:
        return self.what in WRITTEN


def to_json(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """For a sealed field; days as text."""
    return [{name: value for name, value in asdict(line).items() if value not in ("", [], {})} for line in lines]


def from_json(stored: Iterable[Mapping[str, Any]]) -> list[Line]:
    """The lines of a stored plan."""
    return [Line(**{"row": 0, "who": "", **one}) for one in stored]


def counts(lines: Iterable[Line]) -> dict[str, int]:
    """How many rows of each kind, kinds without any included."""
    found = Counter(line.what for line in lines)
    return {what.value: found[what.value] for what in What}


def plain(value: Any) -> Any:
    """A value as the plan holds it: days as text, the rest as it is."""
    return value.isoformat() if isinstance(value, dt.date) else value


def differences(record: Any, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What of the given values is new to a record, and what stands there now. Nothing given never empties anything."""
    values: dict[str, Any] = {}
    was: dict[str, Any] = {}
    for name, value in given.items():
        if value in ("", None):
            continue
        now = plain(getattr(record, name))
        if _straight(plain(value)) != _straight(now):
            values[name], was[name] = plain(value), now
    return values, was


def _straight(value: Any) -> Any:
    """Words without the difference between one apostrophe and another, which is no change of a name."""
    return value.replace("’", "'") if isinstance(value, str) else value


def same_words(words: str) -> str:
    """A name for comparing: without case, accents, apostrophes and hyphens."""
    if words.isascii() and words.isalpha():
        return words.lower()
    bare = unicodedata.normalize("NFKD", words.replace("’", "'")).casefold()
    return " ".join("".join(c if c.isalnum() else " " if c in "-– " else "" for c in bare).split())


class Reader:
    """Reads the cells of one row into values, and collects a sentence for each cell that cannot be taken."""

    def __init__(self, cells: Mapping[str, Any], labels: Mapping[str, str]) -> None:
        self.cells = cells
        self.labels = labels
        self.wrong: list[str] = []

    def __call__(self, slug: str, read: Any, *, otherwise: Any = "") -> Any:
        if slug not in self.cells:
            return otherwise
        try:
            return read(self.cells[slug])
        except BadCell as refused:
            self.wrong.append(f"{self.labels[slug]} {refused}")
            return otherwise

    @property
    def why(self) -> str:
        return " ".join(self.wrong)


def listed(numbers: Iterable[int]) -> str:
    """Row numbers as words: "4 and 9", "4, 9 and 12"."""
    words = [str(number) for number in numbers]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
