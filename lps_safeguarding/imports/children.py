"""Which child a row is about, and what would change (ROL-05: identity only, no case content). Pure.

A UPN decides, the former one too. Without it a child is found by exactly the same name and birth date; whatever is
only alike becomes a question. Two children with one name stay two.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from lps_safeguarding.imports import cells, columns, ctf
from lps_safeguarding.imports.plans import Line, Reader, What, differences, listed, plain, same_words
from lps_safeguarding.people.models import Child, Sex

LABELS = {each.slug: each.label for each in columns.CHILD_FIELDS}
SHOWN = {
    "upn": "UPN", "first_name": "First name", "last_name": "Last name", "known_as": "Known as",
    "date_of_birth": "Date of birth", "sex": "Sex", "year_group": "Year group", "service_id": "Service",
    "joined_on": "Joined on", "left_on": "Last day", "identity_to_confirm": "To be confirmed",
}  # fmt: skip


@dataclass(frozen=True)
class Options:
    """What was said on screen. `services`: the service that each word of the service column means."""

    today: dt.date
    services: Mapping[str, int]
    service_of_new: int | None = None
    american: frozenset[str] = frozenset()
    everybody_left_on: dt.date | None = None  # the file is the whole roll: whoever is not in it left on this day


@dataclass(frozen=True)
class Row:
    number: int
    cells: Mapping[str, Any]
    contacts: tuple[ctf.Contact, ...] = ()


@dataclass
class Found:
    """A row as values, before anybody is looked for."""

    number: int
    values: dict[str, Any]
    former_upn: str
    why: str
    contacts: tuple[ctf.Contact, ...] = ()

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.values["first_name"], self.values["last_name"]) if part)

    @property
    def key(self) -> tuple[str, str, Any]:
        values = self.values
        return same_words(values["first_name"]), same_words(values["last_name"]), values["date_of_birth"]


def service_words(rows: Iterable[Row]) -> list[str]:
    """The different words in the service column, as written first."""
    found: dict[str, str] = {}
    for row in rows:
        words = row.cells.get("service", "")
        if isinstance(words, str) and words:
            found.setdefault(columns.plain(words), words)
    return list(found.values())


def read_row(row: Row, options: Options) -> Found:
    """The row's values; `why` holds a sentence for each cell that cannot be taken."""
    read = Reader(row.cells, LABELS)
    first, last = read("first_name", cells.name), read("last_name", cells.name)
    if "whole_name" in row.cells and not (first and last):
        first, last = read("whole_name", cells.whole_name, otherwise=("", ""))

    def day(slug: str) -> Any:
        how = partial(cells.day, american=slug in options.american, this_year=options.today.year)
        return read(slug, how, otherwise=None)

    born = day("date_of_birth")
    if born is not None:
        read.cells = {**read.cells, "date_of_birth": born}
        born = read("date_of_birth", partial(cells.birth_date, today=options.today), otherwise=None)
    words = read("service", cells.text)
    service = options.services.get(columns.plain(words)) if words else None
    values = {
        "upn": read("upn", cells.upn) or None,
        "first_name": first,
        "last_name": last,
        "known_as": read("known_as", cells.name),
        "date_of_birth": born,
        "sex": read("sex", cells.sex),
        "year_group": read("year_group", cells.year_group, otherwise=None),
        "service_id": service,
        "joined_on": day("joined_on"),
        "left_on": day("left_on"),
    }
    if values["known_as"] == first:
        values["known_as"] = ""
    if not read.wrong and not (first and last):
        read.wrong.append("There is no first or no last name.")
    if not read.wrong and not (values["upn"] or born):
        read.wrong.append("There is neither a UPN nor a date of birth, so nobody can say which child this is.")
    joined, left = values["joined_on"], values["left_on"]
    if joined and left and left < joined:
        read.wrong.append("The last day is before the day the child joined.")
    return Found(row.number, values, read("former_upn", cells.upn), read.why, row.contacts)


@dataclass
class Roll:
    """The children of the school, to look them up by what a row says."""

    children: Sequence[Child]
    by_key: dict[str, Child] = field(default_factory=dict)
    by_upn: dict[str, Child] = field(default_factory=dict)
    by_name: dict[tuple[str, str], list[Child]] = field(default_factory=lambda: defaultdict(list))
    by_last: dict[tuple[str, Any], list[Child]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for child in self.children:
            self.by_key[str(child.pk)] = child
            if child.upn:
                self.by_upn[child.upn] = child
            last = same_words(child.last_name)
            for first in {same_words(child.first_name), same_words(child.known_as)} - {""}:
                self.by_name[first, last].append(child)
            self.by_last[last, child.date_of_birth].append(child)

    def look_for(self, found: Found) -> tuple[Child | None, list[Child]]:
        """The child a row is about; else those who may be it (nobody: it is a new child)."""
        upn, (first, last, born) = found.values["upn"], found.key
        by_number = {c.pk: c for c in (self.by_upn.get(upn or ""), self.by_upn.get(found.former_upn)) if c}
        if len(by_number) == 1:
            return next(iter(by_number.values())), []
        if by_number:
            return None, list(by_number.values())
        named = self.by_name[first, last]
        exact = [c for c in named if born and c.date_of_birth == born and same_words(c.first_name) == first]
        if len(exact) == 1 and not (upn and exact[0].upn):
            return exact[0], []
        alike = {c.pk: c for c in exact}
        alike |= {c.pk: c for c in named if c.date_of_birth in (None, born)}
        if not upn:
            alike |= {c.pk: c for c in named}
            alike |= {c.pk: c for c in self.by_last[last, born] if born}
        return None, list(alike.values())


def plan(rows: Iterable[Row], children: Sequence[Child], options: Options) -> list[Line]:
    """What each row would do, and who would be marked as having left."""
    found = [read_row(row, options) for row in rows]
    twice = _twice(found)
    roll, lines = Roll(children), []
    taken: dict[Any, int] = {}
    mentioned: set[Any] = set()
    for each in found:
        line, child = _line(each, roll, options, twice.get(each.number, ""))
        if child is not None and line.what != What.REFUSED:
            if child.pk in taken:
                line = _refused(each, f"It is the same child as in row {taken[child.pk]}, which is taken.")
            else:
                taken[child.pk] = each.number
        by_number = roll.by_upn.get(each.values["upn"] or "")
        mentioned |= {c.pk for c in (child, by_number) if c is not None}
        mentioned |= {roll.by_key[key].pk for key, _ in line.candidates}
        lines.append(line)
    if options.everybody_left_on is not None:
        lines += _not_in_the_file(children, mentioned, options.everybody_left_on)
    return lines


def _twice(found: Sequence[Found]) -> dict[int, str]:
    """Rows that cannot both be right: one UPN, or one name and birth date without UPN, in several rows."""
    by_upn, by_name = defaultdict(list), defaultdict(list)
    for each in found:
        if each.values["upn"]:
            by_upn[each.values["upn"]].append(each)
        elif each.values["date_of_birth"]:
            by_name[each.key].append(each)
    why: dict[int, str] = {}
    for number, rows in by_upn.items():
        if len(rows) > 1:
            numbers = listed(row.number for row in rows)
            alike = all(row.values == rows[0].values for row in rows)
            for row in rows[1:] if alike else rows:
                why[row.number] = (
                    f"It repeats row {rows[0].number}, which is taken."
                    if alike
                    else f"The UPN {number} stands in rows {numbers}. Keep the right one in the file."
                )
    for rows in by_name.values():
        for row in rows[1:]:
            why[row.number] = (
                f"Row {rows[0].number} has the same name and date of birth, and neither has a UPN. If they are two "
                "children, put their UPNs into the file."
            )
    return why


def _refused(found: Found, why: str) -> Line:
    return Line(found.number, What.REFUSED, found.name, why=why)


def _line(found: Found, roll: Roll, options: Options, twice: str) -> tuple[Line, Child | None]:
    if found.why or twice:
        return _refused(found, found.why or twice), None
    child, alike = roll.look_for(found)
    if child is not None:
        return line_for(found, child, options), child
    new = line_for_new(found, options)
    if not alike:
        return new, None
    line = Line(
        found.number,
        What.ASK,
        found.name,
        values={name: plain(value) for name, value in found.values.items() if value not in ("", None)},
        why=new.why if new.what == What.REFUSED else "",
        candidates=[(str(c.pk), words_for(c)) for c in alike[:8]],
        contacts=_contacts(found),
    )
    return line, None


def words_for(child: Child) -> str:
    """Who a child is, so that nobody takes the wrong one."""
    born = f"born {child.date_of_birth:%-d %B %Y}" if child.date_of_birth else "date of birth not entered"
    year = f"year {child.year_group}" if child.year_group else "year not entered"
    left = f", left {child.left_on:%-d %B %Y}" if child.left_on else ""
    return f"{child.full_name}, {born}, {year}, {child.service}{left}"


def line_for_new(found: Found, options: Options) -> Line:
    """A row about a child who is not here yet."""
    values = {name: plain(value) for name, value in found.values.items() if value not in ("", None)}
    values.setdefault("service_id", options.service_of_new)
    values.setdefault("sex", Sex.NOT_RECORDED.value)
    left = found.values["left_on"]
    if left is not None and left < options.today:
        return _refused(found, f"The child left on {left:%-d %B %Y} and is not on this list, so nothing is added.")
    needed = (("date_of_birth", "date of birth"), ("year_group", "year group"), ("service_id", "service"))
    missing = [words for name, words in needed if not values.get(name)]
    if missing:
        return _refused(found, f"A new child needs a {' and a '.join(missing)}.")
    return Line(found.number, What.NEW, found.name, values=values, contacts=_contacts(found))


def line_for(found: Found, child: Child, options: Options) -> Line:
    """A row about a child who is here: what changes, from what to what."""
    given = dict(found.values)
    if given["sex"] == Sex.NOT_RECORDED and child.sex != Sex.NOT_RECORDED:
        given["sex"] = ""
    if child.upn and given["upn"] and cells.is_temporary(given["upn"]) and not cells.is_temporary(child.upn):
        given["upn"] = None  # the pupil's own number is not given up for a temporary one
    values, was = differences(child, given)
    has_left = "left_on" in values
    if child.left_on is not None and child.left_on < options.today and given["left_on"] is None:
        values["left_on"], was["left_on"] = None, plain(child.left_on)  # back again
    if child.identity_to_confirm and all(
        given[name] or getattr(child, name) for name in ("date_of_birth", "year_group")
    ):
        values["identity_to_confirm"], was["identity_to_confirm"] = False, True
    joined, left = given["joined_on"] or child.joined_on, given["left_on"]
    if joined and left and left < joined:
        return _refused(found, "The last day is before the day the child joined.")
    what = What.LEFT if has_left else What.CHANGED if values else What.SAME
    return Line(
        found.number, what, child.name, values=values, was=was, target=str(child.pk), contacts=_contacts(found)
    )


def answered(line: Line, answer: str, child: Child | None, options: Options) -> Line:
    """The line of a question once somebody has said who it is: `child`, or nobody who is here."""
    values = {
        name: dt.date.fromisoformat(line.values[name])
        if name in columns.DAYS and line.values.get(name)
        else line.values.get(name, None if name in ("upn", "year_group", "service_id", *columns.DAYS) else "")
        for name in ("upn", "first_name", "last_name", "known_as", "date_of_birth", "sex", "year_group", "service_id",
                     "joined_on", "left_on")
    }  # fmt: skip
    found = Found(line.row, values, "", "")
    made = line_for(found, child, options) if child is not None else line_for_new(found, options)
    made.contacts, made.answer = line.contacts, answer
    return made


def _contacts(found: Found) -> list[dict[str, Any]]:
    return [vars(contact) | {} for contact in found.contacts]


def _not_in_the_file(children: Sequence[Child], mentioned: set[Any], left_on: dt.date) -> list[Line]:
    """Everybody on roll who is not in a file that holds the whole roll: they have left. Nobody is deleted."""
    return [
        Line(
            0,
            What.LEFT,
            child.name,
            {"left_on": left_on.isoformat()},
            {"left_on": plain(child.left_on)},
            str(child.pk),
        )
        for child in children
        if child.pk not in mentioned
        and not child.identity_to_confirm
        and (child.left_on is None or child.left_on > left_on)
        and (child.joined_on is None or child.joined_on <= left_on)
    ]
