"""Which edition is in force, what it says, and how a new one comes about (DEC-16)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from lps_safeguarding.people.models import User

from . import lengths, need_to_know
from .lengths import Length
from .models import Duty, Edition, Kind

# Rows are never changed, so what was read once stays right: (edition, made at) -> slug -> length.
_read: dict[tuple[int, dt.datetime], dict[str, Length]] = {}


class UnknownDuty(LookupError):
    """An edition says nothing on a duty that the program asks for."""


class NoEdition(LookupError):
    """No edition is in force on that day."""


def current(on: dt.date | None = None) -> Edition:
    """The edition in force on a day (today in London when none is given). Raises NoEdition before the first one."""
    day = on or timezone.localdate()
    edition = Edition.objects.in_force_on(day).first()
    if edition is None:
        raise NoEdition(f"No edition of the guidance is in force on {day}.")
    return edition


def latest() -> Edition:
    """The edition that is in force last of all that are entered, be it in force yet or not. Raises NoEdition."""
    edition = Edition.objects.in_order().last()
    if edition is None:
        raise NoEdition("No edition of the guidance has been entered.")
    return edition


def coming(on: dt.date | None = None) -> Edition | None:
    """The next edition that is entered and not in force yet, as it will be on its first day."""
    later = Edition.objects.filter(effective_from__gt=on or timezone.localdate())
    first = later.in_order().first()
    return current(first.effective_from) if first else None


def length(slug: str, edition: Edition) -> Length:
    """What `edition` says on `slug`. Raises UnknownDuty. One query the first time an edition is met in a process."""
    key = (edition.pk, edition.made_at)
    if key not in _read:
        _read[key] = {duty.slug: duty.length for duty in edition.duties.all()}
    try:
        return _read[key][slug]
    except KeyError:
        raise UnknownDuty(f"{edition} says nothing on {slug!r}") from None


def due(slug: str, edition: Edition, from_moment: dt.datetime, calendar: lengths.SchoolCalendar) -> dt.datetime:
    """The moment the duty `slug` falls due that began at `from_moment`, under the edition its record began under."""
    return lengths.due(length(slug, edition), from_moment, calendar)


@dataclass(frozen=True)
class Difference:
    """One duty that two editions state differently; `before` or `after` is None where one of them lacks it."""

    slug: str
    before: Duty | None
    after: Duty | None

    @property
    def title(self) -> str:
        return (self.after or self.before).title  # type: ignore[union-attr]

    @property
    def length_differs(self) -> bool:
        return bool(self.before and self.after and self.before.length.in_words != self.after.length.in_words)


COMPARED = ("value", "unit", "by", "day_ends_at", "source", "paragraph", "wording", "title", "kind")


def differences(older: Edition, newer: Edition) -> list[Difference]:
    """Duty by duty, what `newer` says differently from `older`."""
    before = {duty.slug: duty for duty in older.duties.all()}
    after = {duty.slug: duty for duty in newer.duties.all()}
    found = []
    for slug in [*after, *(slug for slug in before if slug not in after)]:
        old, new = before.get(slug), after.get(slug)
        if old is None or new is None or any(getattr(old, name) != getattr(new, name) for name in COMPARED):
            found.append(Difference(slug, old, new))
    return found


@transaction.atomic
def add(
    *,
    by: User,
    name: str,
    effective_from: dt.date,
    source: str,
    why: str,
    based_on: Edition,
    changes: Mapping[str, Mapping[str, Any]],
    new_duties: list[Mapping[str, Any]] | None = None,
) -> Edition:
    """A new edition: all duties of `based_on`, with `changes` (slug → field → value) and any new duties."""
    need_to_know.check_can_change(by)
    edition = Edition(name=name, effective_from=effective_from, source=source, why=why, based_on=based_on, made_by=by)
    edition.full_clean()
    edition.save()
    _copy_duties(based_on, edition, changes)
    for number, fields in enumerate(new_duties or []):
        duty = Duty(edition=edition, place=1000 + number, **fields)
        duty.full_clean()
        duty.save()
    return edition


@transaction.atomic
def change_setting(*, by: User, slug: str, value: int, why: str, on: dt.date | None = None) -> Edition:
    """The school changes one of its own settings from today on. Returns the set of duties now in force.

    An edition that is already entered but not yet in force gets the new setting too, or the old one would come back
    on its first day. Raises UnknownDuty; ValueError when the duty is not the school's to set.
    """
    need_to_know.check_can_change(by)
    day = on or timezone.localdate()
    now_in_force = current(day)
    duty = now_in_force.duties.filter(slug=slug).first()
    if duty is None:
        raise UnknownDuty(slug)
    if not duty.is_school_setting:
        raise ValueError(f"{slug} is not this school's own setting")
    made = _with_setting(now_in_force, day, by=by, slug=slug, value=value, why=why)
    for coming_day in sorted(
        set(Edition.objects.filter(effective_from__gt=day).values_list("effective_from", flat=True))
    ):
        coming = current(coming_day)
        if coming.duties.filter(slug=slug, kind=Kind.SCHOOL).exists():
            _with_setting(coming, coming_day, by=by, slug=slug, value=value, why=why)
    return made


def _with_setting(base: Edition, day: dt.date, *, by: User, slug: str, value: int, why: str) -> Edition:
    edition = Edition(name=base.name, effective_from=day, source=base.source, why=why, based_on=base, made_by=by)
    edition.full_clean()
    edition.save()
    _copy_duties(base, edition, {slug: {"value": value}})
    return edition


def _copy_duties(base: Edition, edition: Edition, changes: Mapping[str, Mapping[str, Any]]) -> None:
    copies = []
    for duty in base.duties.all():
        copy = Duty(edition=edition, slug=duty.slug, place=duty.place)
        for name in COMPARED:
            setattr(copy, name, getattr(duty, name))
        for name, value in changes.get(duty.slug, {}).items():
            setattr(copy, name, value)
        copy.full_clean()
        copies.append(copy)
    Duty.objects.bulk_create(copies)
