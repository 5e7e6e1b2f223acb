"""From a file to a plan: reads the file, asks the database who is here, and lets the pure rules decide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.utils import timezone

from lps_safeguarding.imports import cells, children, columns, ctf, sheets, staff
from lps_safeguarding.imports.children import Options, Row
from lps_safeguarding.imports.columns import Kind
from lps_safeguarding.imports.models import Import, Remembered
from lps_safeguarding.imports.plans import AS_NEW, LEAVE_OUT, Line, What
from lps_safeguarding.people.models import Adult, Child, Service, User


def look_at(kind: str, content: bytes) -> None:
    """Reads it once, so that what cannot be read is refused when it is sent. Raises Unreadable."""
    if kind == Kind.CTF:
        ctf.read(content)
    else:
        _sheet(kind, content)


def _sheet(kind: str, content: bytes) -> sheets.Sheet:
    return sheets.read(content, score=partial(columns.known_headings, kind))


def sheet_of(given: Import) -> sheets.Sheet:
    """The table in the file of an import that is not a transfer file."""
    return _sheet(given.kind, given.content or b"")


def american_columns(sheet: sheets.Sheet, slugs: Sequence[str]) -> frozenset[str]:
    """The fields whose column writes the month before the day."""
    return frozenset(
        slug
        for n, slug in enumerate(slugs)
        if slug in columns.DAYS and cells.is_american(row[n] for _, row in sheet.rows)
    )


def rows_of(given: Import, slugs: Sequence[str]) -> tuple[list[Row], frozenset[str]]:
    """The rows of the file by field, and the fields in American order."""
    if given.kind == Kind.CTF:
        return [
            Row(pupil.number, pupil.cells, pupil.contacts) for pupil in ctf.read(given.content or b"")
        ], frozenset()
    sheet = sheet_of(given)
    places = [(n, slug) for n, slug in enumerate(slugs) if slug]
    rows = [Row(number, {slug: row[n] for n, slug in places}) for number, row in sheet.rows]
    return rows, american_columns(sheet, slugs)


def services_meant(words: Sequence[str], said: Mapping[str, int], services: Sequence[Service]) -> dict[str, int]:
    """The service that each word means: as said on screen, else by its own name."""
    known = {columns.plain(name): s.pk for s in services for name in (s.name, s.slug)}
    there = {s.pk for s in services}
    found = {}
    for word in map(columns.plain, words):
        meant = said.get(word) if said.get(word) in there else known.get(word)
        if meant is not None:
            found[word] = meant
    return found


def remembered(kind: str) -> Remembered:
    """What was said about the last file of this kind."""
    return Remembered.objects.filter(kind=kind).first() or Remembered(kind=kind)


def unknown_words(given: Import, slugs: Sequence[str]) -> list[str]:
    """The words in the service column that are no service's name."""
    if "service" not in slugs:
        return []
    words = children.service_words(rows_of(given, slugs)[0])
    known = services_meant(words, {}, list(Service.objects.all()))
    return [word for word in words if columns.plain(word) not in known]


def _options(given: Import, rows: Sequence[Row], american: frozenset[str]) -> Options:
    left_on = given.setting("everybody_left_on")
    return Options(
        today=timezone.localdate(),
        services=services_meant(
            children.service_words(rows), given.setting("services", {}), list(Service.objects.all())
        ),
        service_of_new=given.setting("service_of_new"),
        american=american,
        everybody_left_on=dt.date.fromisoformat(left_on) if left_on else None,
    )


def everybody() -> list[Child]:
    """All children, each with its service: a few services are not read with each of thousands of children."""
    services = {service.pk: service for service in Service.objects.all()}
    found = list(Child.objects.all())
    for child in found:
        child.service = services[child.service_id]
    return found


def all_adults() -> list[Adult]:
    return list(Adult.objects.all())


def _accounts() -> dict[int, str]:
    """The address of each account, by key of its adult."""
    return dict(User.objects.values_list("adult_id", "email"))


def plan_of(given: Import) -> list[Line]:
    """What the file would do, as the school is now."""
    rows, american = rows_of(given, given.setting("columns", []))
    options = _options(given, rows, american)
    if given.kind == Kind.STAFF:
        return staff.plan(rows, all_adults(), options, accounts=_accounts())
    return children.plan(rows, everybody(), options)


def answered(given: Import, lines: Sequence[Line], answers: Mapping[int, str]) -> list[Line]:
    """The lines with the questions that were answered; an answer that is none of the choices changes nothing."""
    options = _options(given, [], frozenset())
    here: dict[str, Any] = {}
    wanted = {answer for answer in answers.values() if answer not in (AS_NEW, LEAVE_OUT)}
    people = all_adults() if given.kind == Kind.STAFF else everybody()
    here = {str(person.pk): person for person in people if str(person.pk) in wanted}
    accounts = _accounts() if given.kind == Kind.STAFF else {}
    taken = {line.target for line in lines if line.target and line.what != What.REFUSED}
    found = []
    for line in lines:
        said = answers.get(line.row, "") if line.row and line.what == What.ASK else ""
        if said == LEAVE_OUT:
            line = Line(line.row, What.REFUSED, line.who, why="You chose to leave this row out.", answer=said)
        elif said == AS_NEW or said in dict(line.candidates):
            person = here.get(said)
            if said != AS_NEW and (person is None or said in taken):
                found.append(line)
                continue
            taken.add(said)
            if given.kind == Kind.STAFF:
                has_account = person is not None and person.pk in accounts
                line = staff.answered(line, said, person, options, has_account=has_account)
            else:
                line = children.answered(line, said, person, options)
        found.append(line)
    return found
