"""Which adult a row is about, and what would change. Pure. Makes adults only: never an account, never a role (ADR 0002).

The work e-mail address decides. Somebody without one is found by nobody but a person: the same name is a question.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from lps_safeguarding.imports import cells, columns
from lps_safeguarding.imports.children import Options, Row
from lps_safeguarding.imports.plans import Line, Reader, What, differences, listed, plain, same_words
from lps_safeguarding.people.models import Adult, Engagement

LABELS = {each.slug: each.label for each in columns.ADULT_FIELDS}
SHOWN = {
    "title": "Title", "first_name": "First name", "last_name": "Last name", "job_title": "Job title",
    "email": "Work e-mail address", "telephone": "Telephone", "engagement": "Works here as",
    "started_on": "First day", "leaves_on": "Last day",
}  # fmt: skip
NAMES = tuple(SHOWN)


def read_row(row: Row, options: Options) -> tuple[dict[str, Any], str]:
    """The row's values, and why it cannot be taken ("": it can)."""
    read = Reader(row.cells, LABELS)
    first, last = read("first_name", cells.name), read("last_name", cells.name)
    if "whole_name" in row.cells and not (first and last):
        first, last = read("whole_name", cells.whole_name, otherwise=("", ""))

    def day(slug: str) -> Any:
        how = partial(cells.day, american=slug in options.american, this_year=options.today.year)
        return read(slug, how, otherwise=None)

    values = {
        "title": read("title", partial(cells.text, most=20)),
        "first_name": first,
        "last_name": last,
        "job_title": read("job_title", partial(cells.text, most=120)),
        "email": read("email", cells.email),
        "telephone": read("telephone", partial(cells.text, most=30)),
        "engagement": read("engagement", cells.engagement),
        "started_on": day("started_on"),
        "leaves_on": day("leaves_on"),
    }
    if not read.wrong and not (first and last):
        read.wrong.append("There is no first or no last name.")
    if values["started_on"] and values["leaves_on"] and values["leaves_on"] < values["started_on"]:
        read.wrong.append("The last day is before the first day.")
    return values, read.why


def plan(
    rows: Iterable[Row],
    adults: Sequence[Adult],
    options: Options,
    *,
    accounts: Mapping[int, str] = MappingProxyType({}),
) -> list[Line]:
    """What each row would do. `accounts`: the address of each account, open or closed, by key of the adult."""
    found = [(row.number, *read_row(row, options)) for row in rows]
    by_email: dict[str, list[Adult]] = defaultdict(list)
    by_name: dict[tuple[str, str], list[Adult]] = defaultdict(list)
    for adult in adults:
        addresses = {adult.email.lower(), accounts.get(adult.pk, "").lower()} - {""}
        for address in addresses:
            by_email[address].append(adult)
        by_name[same_words(adult.first_name), same_words(adult.last_name)].append(adult)
    in_rows: dict[str, list[int]] = defaultdict(list)
    for number, values, _ in found:
        if values["email"]:
            in_rows[values["email"]].append(number)
    lines: list[Line] = []
    taken: dict[int, int] = {}
    mentioned: set[int] = set()
    for number, values, why in found:
        who = f"{values['first_name']} {values['last_name']}".strip()
        same = in_rows[values["email"]] if values["email"] else []
        holders = by_email[values["email"]] if values["email"] else []
        mentioned |= {adult.pk for adult in holders}
        if not why and len(same) > 1:
            why = f"The address {values['email']} stands in rows {listed(same)}. Keep the right one in the file."
        if why:
            lines.append(Line(number, What.REFUSED, who, why=why))
            continue
        named = by_name[same_words(values["first_name"]), same_words(values["last_name"])]
        alike = holders if len(holders) > 1 else [] if holders else named
        if len(holders) == 1:
            adult = holders[0]
            if adult.pk in taken:
                lines.append(Line(number, What.REFUSED, who, why=f"Row {taken[adult.pk]} is the same person."))
                continue
            taken[adult.pk] = number
            lines.append(line_for(number, values, adult, options, has_account=adult.pk in accounts))
        elif alike:
            mentioned |= {adult.pk for adult in alike}
            given = {name: plain(value) for name, value in values.items() if value not in ("", None)}
            asked = [(str(adult.pk), words_for(adult)) for adult in alike[:8]]
            lines.append(Line(number, What.ASK, who, values=given, candidates=asked))
        else:
            lines.append(line_for_new(number, values, options))
    if options.everybody_left_on is not None:
        lines += _not_in_the_file(adults, mentioned, options.everybody_left_on)
    return lines


def words_for(adult: Adult) -> str:
    """Who an adult is, so that nobody takes the wrong one."""
    parts = [f"{adult.title} {adult.full_name}".strip(), adult.job_title, adult.get_engagement_display(), adult.email]
    if adult.leaves_on:
        parts.append(f"last day {adult.leaves_on:%-d %B %Y}")
    return ", ".join(part for part in parts if part)


def line_for_new(number: int, values: dict[str, Any], options: Options) -> Line:
    """A row about somebody who is not here yet."""
    who = f"{values['first_name']} {values['last_name']}"
    left = values["leaves_on"]
    if left is not None and left < options.today:
        return Line(
            number,
            What.REFUSED,
            who,
            why=f"They left on {left:%-d %B %Y} and are not on this list, so nothing is added.",
        )
    given = {name: plain(value) for name, value in values.items() if value not in ("", None)}
    given.setdefault("engagement", Engagement.EMPLOYEE.value)
    return Line(number, What.NEW, who, values=given)


def line_for(number: int, values: dict[str, Any], adult: Adult, options: Options, *, has_account: bool) -> Line:
    """A row about somebody who is here. A last day is never taken back from somebody with an account.

    It would open their account again with every role they held: who may do that is the account's own page (ADR 0002).
    """
    given = dict(values)
    changed, was = differences(adult, given)
    who = adult.full_name
    now, then = adult.leaves_on, values["leaves_on"]
    back = now is not None and ((then is None and now < options.today) or (then is not None and then > now))
    if back and has_account:
        return Line(
            number,
            What.REFUSED,
            who,
            why=f"Their last day is {now:%-d %B %Y} and they have an account. An administrator changes the last day on "
            "the page of the account.",
        )
    if back and then is None:
        changed["leaves_on"], was["leaves_on"] = None, plain(now)
    started = values["started_on"] or adult.started_on
    if then and started and then < started:
        return Line(number, What.REFUSED, who, why="The last day is before the first day.")
    leaves = "leaves_on" in changed and changed["leaves_on"] is not None
    what = What.LEFT if leaves else What.CHANGED if changed else What.SAME
    return Line(number, what, who, values=changed, was=was, target=str(adult.pk))


def answered(line: Line, answer: str, adult: Adult | None, options: Options, *, has_account: bool = False) -> Line:
    """The line of a question once somebody has said who it is: `adult`, or nobody who is here."""
    values = {
        name: dt.date.fromisoformat(line.values[name])
        if name in columns.DAYS and line.values.get(name)
        else line.values.get(name, None if name in columns.DAYS else "")
        for name in NAMES
    }
    if adult is None:
        made = line_for_new(line.row, values, options)
    else:
        made = line_for(line.row, values, adult, options, has_account=has_account)
    made.answer = answer
    return made


def _not_in_the_file(adults: Sequence[Adult], mentioned: set[int], last_day: dt.date) -> list[Line]:
    """Employees who are not in a file that holds all of them. Nobody else: the system they come from knows only these."""
    return [
        Line(
            0,
            What.LEFT,
            adult.full_name,
            {"leaves_on": last_day.isoformat()},
            {"leaves_on": plain(adult.leaves_on)},
            str(adult.pk),
        )
        for adult in adults
        if adult.pk not in mentioned
        and adult.engagement == Engagement.EMPLOYEE
        and (adult.leaves_on is None or adult.leaves_on > last_day)
        and (adult.started_on is None or adult.started_on <= last_day)
    ]
