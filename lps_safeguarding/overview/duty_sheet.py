"""The on-duty sheet: who is there today or this week, where and on which telephone, who covers, whom to ring outside.

For everybody who is signed in (ROL-03, ROL-04). A DSL's own copy also says what is urgent, by neutral reference only: a
sheet hangs on walls and lies on desks.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from concerns import need_to_know
from concerns.states import State
from concerns.terms import Form
from lps_safeguarding.people.duty import Roster
from lps_safeguarding.people.models import Absence, DutyKind, OnDuty, OutsideContact, Role, Service, User
from lps_safeguarding.people.school_calendar import Calendar

DAYS = {"today": 1, "week": 7}


@dataclass(frozen=True)
class There:
    """Somebody on duty: when, where, on which telephone."""

    name: str
    start: datetime.datetime
    end: datetime.datetime
    where: str
    telephone: str


@dataclass(frozen=True)
class ServiceOnDay:
    """A service on a day. Without anybody planned on a school day, `cover` are those who get its alerts."""

    service: Service
    there: list[There]
    cover: list[There]


@dataclass(frozen=True)
class Day:
    """A day of the sheet."""

    day: datetime.date
    is_school_day: bool
    services: list[ServiceOnDay]
    everywhere: list[There]
    trips: list[There]

    @property
    def has_lines(self) -> bool:
        return bool(self.everywhere or self.trips or any(line.there or line.cover for line in self.services))


@dataclass
class Sheet:
    """The whole sheet. `urgent` is empty for everybody but DSLs."""

    days: list[Day]
    away: list[Absence]
    outside: list[OutsideContact]
    head: User | None
    lead: User | None
    urgent: list[str] = field(default_factory=list)
    for_dsl: bool = False


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def sheet_for(user: User, now: datetime.datetime, span: str) -> Sheet:
    """The sheet from today on, for one day or a week. A constant number of queries."""
    today = timezone.localdate(now)
    days = [today + datetime.timedelta(days=n) for n in range(DAYS[span])]
    start, end = _midnight(days[0]), _midnight(days[-1] + datetime.timedelta(days=1))
    duties = list(OnDuty.objects.overlapping(start, end).select_related("service", "user__adult"))
    away = list(
        Absence.objects.filter(Q(ends_at=None) | Q(ends_at__gt=start), starts_at__lt=end).select_related("user__adult")
    )
    services = list(Service.objects.in_order())
    calendar, roster = Calendar.load(), Roster.read(now)
    is_dsl = need_to_know.is_on_safeguarding_team(user)
    return Sheet(
        days=[_day(day, duties, away, services, calendar, roster) for day in days],
        away=[absence for absence in away if absence.user_id in {person.pk for person in roster.people}],
        outside=list(OutsideContact.objects.all()),
        head=roster.headteacher_now(),
        lead=roster.lead_dsl(),
        urgent=_urgent(user) if is_dsl else [],
        for_dsl=is_dsl,
    )


def _day(
    day: datetime.date,
    duties: Sequence[OnDuty],
    away: Sequence[Absence],
    services: Sequence[Service],
    calendar: Calendar,
    roster: Roster,
) -> Day:
    start, end = _midnight(day), _midnight(day + datetime.timedelta(days=1))
    todays = [row for row in duties if row.starts_at < end and row.ends_at > start and not _is_away(row, away)]
    school = calendar.is_school_day(day)
    lines = []
    for service in services:
        there = [_there(row) for row in todays if row.kind == DutyKind.SCHOOL_DAY and row.service_id == service.pk]
        cover = roster.here(roster.holding(Role.LEAD_DSL)) or roster.holding(Role.LEAD_DSL, Role.HEADTEACHER)
        instead = [There(one.name, start, end, "", one.adult.telephone) for one in cover]
        lines.append(ServiceOnDay(service, there, instead if school and not there else []))
    return Day(
        day,
        school,
        lines,
        [_there(row) for row in todays if row.kind == DutyKind.OUT_OF_HOURS],
        [_there(row) for row in todays if row.kind == DutyKind.TRIP],
    )


def _is_away(row: OnDuty, away: Sequence[Absence]) -> bool:
    """Away for the whole of the duty; away for a part of it, the list of who is away says so."""
    return any(
        each.user_id == row.user_id
        and each.starts_at <= row.starts_at
        and (each.ends_at is None or each.ends_at >= row.ends_at)
        for each in away
    )


def _there(row: OnDuty) -> There:
    service = row.service
    return There(
        name=row.user.name,
        start=timezone.localtime(row.starts_at),
        end=timezone.localtime(row.ends_at),
        where=row.where or (service.room if service else ""),
        telephone=row.telephone or row.user.adult.telephone or (service.telephone if service else ""),
    )


MOST_URGENT = 40


def _urgent(user: User) -> list[str]:
    """References of pink forms nobody has read, and of reporters who are still worried."""
    urgent = Q(form=Form.PINK, state=State.SENT) | Q(worried_at__isnull=False)
    waiting = need_to_know.queue_of(user).filter(urgent).order_by("submitted_at")
    return list(waiting.values_list("reference", flat=True)[:MOST_URGENT])
