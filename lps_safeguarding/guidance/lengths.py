"""Lengths of time and the moments they end: pure functions, neither database nor clock (DEC-16).

Two kinds of arithmetic, never mixed:
- *minutes and hours* are absolute: 15 minutes are 900 seconds, also in the night the clocks change;
- *days, months and years* are what a person in Leicester reads off the wall and the calendar (Europe/London).
"""

from __future__ import annotations

import calendar as month_lengths
import datetime as dt
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from django.db import models

LONDON = ZoneInfo("Europe/London")
ONE_DAY = dt.timedelta(days=1)
# The summer holiday has about 45 days. A gap this long means that the next terms have not been entered yet.
LONGEST_GAP = 100


class Unit(models.TextChoices):
    MINUTES = "minutes", "minutes"
    HOURS = "hours", "hours"
    SCHOOL_DAYS = "school_days", "school days"
    WORKING_DAYS = "working_days", "working days"
    CALENDAR_DAYS = "calendar_days", "days"
    MONTHS = "months", "months"
    YEARS = "years", "years"
    NUMBER = "number", "people"  # a threshold, not a time
    POINTS = "points", "points"  # a weight, not a time


class By(models.TextChoices):
    """Which moment of its last day a length ends at."""

    MOMENT = "moment", "the same time of day"
    CLOSE = "close", "the end of the day"
    START = "start", "the start of the day"


class SchoolCalendar(Protocol):
    """What is needed of people.school_calendar.Calendar."""

    def is_school_day(self, day: dt.date) -> bool: ...

    def is_working_day(self, day: dt.date) -> bool:
        """Monday to Friday, no bank holiday."""
        ...


@dataclass(frozen=True)
class Length:
    """A length of time (or a threshold, when the unit is NUMBER) and where it comes from."""

    value: int
    unit: Unit
    source: str
    paragraph: str = ""
    by: By = By.MOMENT
    at: dt.time | None = None

    def __str__(self) -> str:
        unit = self.unit.label
        if self.value == 1:
            unit = {"people": "person"}.get(unit, unit.removesuffix("s"))
        return f"{self.value} {unit}"

    @property
    def in_words(self) -> str:
        """The length as a person says it: "1 school day, by 17:00"."""
        if self.by == By.CLOSE and self.at:
            return f"{self}, by {self.at:%H:%M}"
        if self.by == By.START and self.at:
            first = "the next" if self.value == 1 else f"{self.value}"
            return f"before {first} {self.unit.label.removesuffix('s')} starts ({self.at:%H:%M})"
        return str(self)

    @property
    def span(self) -> dt.timedelta:
        """The length as an absolute span. Only minutes and hours are one: ValueError for all else."""
        if self.unit == Unit.MINUTES:
            return dt.timedelta(minutes=self.value)
        if self.unit == Unit.HOURS:
            return dt.timedelta(hours=self.value)
        raise ValueError(f"{self} is not a fixed span of time")


class NotATime(ValueError):
    """A threshold (a number of people) was used as if it were a length of time."""


def due(length: Length, from_moment: dt.datetime, calendar: SchoolCalendar) -> dt.datetime:
    """The moment `length` after `from_moment` ends, as an aware time in Europe/London.

    Counting days starts with the day after; with `By.START` it starts with the next start of a day, be it today's.
    Raises ValueError for a time without a zone, NotATime for a threshold.
    """
    if from_moment.tzinfo is None:
        raise ValueError("from_moment has no time zone")
    if length.unit in (Unit.NUMBER, Unit.POINTS):
        raise NotATime(f"{length} is a threshold or a weight, not a time")
    if length.unit in (Unit.MINUTES, Unit.HOURS):
        return (from_moment.astimezone(dt.UTC) + length.span).astimezone(LONDON)
    local = from_moment.astimezone(LONDON)
    if length.by == By.START and length.at is not None:
        return _nth_start(length, local, calendar)
    day = _last_day(length, local.date(), calendar)
    if length.by == By.CLOSE and length.at is not None:
        return on_the_clock(day, length.at)
    # fold is kept: from 01:30 in the second hour of the October night, the clock is asked for "01:30" a week later,
    # where there is only one.
    return on_the_clock(day, local.timetz().replace(tzinfo=None))


def on_the_clock(day: dt.date, time: dt.time) -> dt.datetime:
    """That wall time in London on that day. A time the clocks leave out (March) becomes the moment an hour later."""
    naive = dt.datetime.combine(day, time).replace(tzinfo=LONDON)
    return naive.astimezone(dt.UTC).astimezone(LONDON)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day `months` later, or the last day of that month where it is shorter."""
    month_index = day.year * 12 + day.month - 1 + months
    year, month = divmod(month_index, 12)
    last = month_lengths.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def _last_day(length: Length, day: dt.date, calendar: SchoolCalendar) -> dt.date:
    if length.unit == Unit.MONTHS:
        return add_months(day, length.value)
    if length.unit == Unit.YEARS:
        return add_months(day, 12 * length.value)
    if length.unit == Unit.CALENDAR_DAYS:
        return day + length.value * ONE_DAY
    for _ in range(length.value):
        day = _next_counted(day + ONE_DAY, length.unit, calendar)
    return day


def _nth_start(length: Length, local: dt.datetime, calendar: SchoolCalendar) -> dt.datetime:
    assert length.at is not None
    day = local.date()
    if on_the_clock(day, length.at) <= local:
        day += ONE_DAY
    day = _next_counted(day, length.unit, calendar)
    for _ in range(length.value - 1):
        day = _next_counted(day + ONE_DAY, length.unit, calendar)
    return on_the_clock(day, length.at)


def _next_counted(day: dt.date, unit: Unit, calendar: SchoolCalendar) -> dt.date:
    """`day` itself, or the first after it that counts in `unit`."""
    first = day
    if unit == Unit.SCHOOL_DAYS:
        for _ in range(LONGEST_GAP):
            if calendar.is_school_day(day):
                return day
            day += ONE_DAY
        # No term is known that far ahead. A duty must fall due too early rather than never: count working days.
        day = first
    elif unit != Unit.WORKING_DAYS:
        return day
    while not calendar.is_working_day(day):
        day += ONE_DAY
    return day
