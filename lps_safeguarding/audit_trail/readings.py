"""Reading the trail: who looked at or did what on a record (CPF-06)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models

from lps_safeguarding.people.models import User

from .acts import LOOKING, words_for
from .models import TrailEntry
from .trail import type_of

MANY = 200


@dataclass(frozen=True)
class Reading:
    """One line of "who has looked"."""

    number: int
    at: datetime.datetime
    who: str
    person_id: int | None
    act: str
    what: str
    why: str
    reference: str
    record_type: str
    record_id: str

    @property
    def is_looking(self) -> bool:
        """Whether the person only looked."""
        return self.act in LOOKING

    @property
    def by_break_glass(self) -> bool:
        """Whether the record was opened by break glass."""
        return self.act == "opened_by_break_glass"


def of(record: models.Model, *, limit: int = MANY, before: TrailEntry | int | None = None) -> list[Reading]:
    """Who read or did what on this record, newest first. Two queries, whatever the length."""
    entries = TrailEntry.objects.filter(record_type=type_of(record), record_id=str(record.pk))
    return with_names(_newest(entries, limit, before))


def of_child(
    child: models.Model,
    *,
    types: Iterable[type[models.Model]],
    limit: int = MANY,
    before: TrailEntry | int | None = None,
) -> list[Reading]:
    """Who read or did what on a child's file and what stands at its head, newest first.

    ``types``: the models that whoever may open the file may know of. A record with a need to know of its own is none of
    them: a line about it would tell somebody to whom it is shut that it exists (ACC-02, ACC-04).
    """
    entries = TrailEntry.objects.filter(child_file_id=str(child.pk), record_type__in=[type_of(each) for each in types])
    return with_names(_newest(entries, limit, before))


def by_person(person: User, *, limit: int = MANY, before: TrailEntry | int | None = None) -> list[Reading]:
    """What a person read or did, newest first."""
    return with_names(_newest(TrailEntry.objects.filter(person_id=person.pk), limit, before))


def first_reading(record: models.Model, *, people: Iterable[int] | None = None) -> TrailEntry | None:
    """The first time the record was opened (by one of ``people``, ids, when given): "read by a DSL, when"."""
    entries = TrailEntry.objects.filter(record_type=type_of(record), record_id=str(record.pk), act="read")
    if people is not None:
        entries = entries.filter(person_id__in=list(people))
    return entries.order_by("id").first()


def with_names(entries: Iterable[TrailEntry]) -> list[Reading]:
    """The entries with the names of the people in them, by one query."""
    found = list(entries)
    ids = {entry.person_id for entry in found if entry.person_id is not None}
    names = {user.pk: user.name for user in User.objects.filter(pk__in=ids).select_related("adult")} if ids else {}
    return [
        Reading(
            number=entry.pk,
            at=entry.at,
            who="The system" if entry.person_id is None else names.get(entry.person_id, "A former account"),
            person_id=entry.person_id,
            act=entry.act,
            what=words_for(entry.act),
            why=entry.why,
            reference=entry.reference,
            record_type=entry.record_type,
            record_id=entry.record_id,
        )
        for entry in found
    ]


def _newest(
    entries: models.QuerySet[TrailEntry], limit: int, before: TrailEntry | int | None
) -> models.QuerySet[TrailEntry]:
    if before is not None:
        entries = entries.filter(pk__lt=getattr(before, "pk", before))
    return entries.order_by("-id")[:limit]
