"""The stretches of time that trends compare: half terms, terms and school years from the calendar, and own dates. Pure.

A stretch that still runs is compared with as many days of the one before, so that a term of three weeks is not held
against one of twelve.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

ONE_DAY = datetime.timedelta(days=1)
LONGEST = datetime.timedelta(days=3 * 366)
SHOWN_YEARS = 3


@dataclass(frozen=True)
class Days:
    """From a day to a day, both included."""

    first: datetime.date
    last: datetime.date

    @property
    def number(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Period:
    """What is looked at and what it is compared with. `slug`: how an address names it; "" for own dates."""

    slug: str
    name: str
    days: Days
    before: Days
    before_name: str

    @property
    def is_whole(self) -> bool:
        """Whether both are of the same length; else the past is cut to as many days as there are of the present."""
        return self.days.number == self.before.number


@dataclass(frozen=True)
class _Stretch:
    name: str
    first: datetime.date
    last: datetime.date


def _half_terms(terms: Iterable[tuple[str, datetime.date, datetime.date]]) -> list[_Stretch]:
    return [_Stretch(name, first, last) for name, first, last in sorted(terms, key=lambda term: term[1])]


def _terms(halves: list[_Stretch]) -> list[_Stretch]:
    """Half terms that follow each other and are called alike before a comma ("Autumn 2026, first half") are one term."""
    found = []
    for name, group in groupby(halves, key=lambda half: half.name.partition(",")[0].strip()):
        parts = list(group)
        found.append(_Stretch(name, parts[0].first, parts[-1].last))
    return found


def school_year_of(day: datetime.date) -> int:
    """The calendar year in which the school year of this day began (on 1 September)."""
    return day.year if day.month >= 9 else day.year - 1


def _years(first: datetime.date, last: datetime.date) -> list[_Stretch]:
    return [
        _Stretch(
            f"School year {year}/{(year + 1) % 100:02}", datetime.date(year, 9, 1), datetime.date(year + 1, 8, 31)
        )
        for year in range(school_year_of(first), school_year_of(last) + 1)
    ]


def choices(
    terms: Iterable[tuple[str, datetime.date, datetime.date]], today: datetime.date
) -> list[tuple[str, list[Period]]]:
    """What can be chosen, newest first, in groups: terms, half terms, school years that have begun."""
    halves = _half_terms(terms)
    earliest = min([half.first for half in halves], default=today - 2 * 366 * ONE_DAY)
    groups = [
        ("Terms", "term", [] if len(_terms(halves)) == len(halves) else _terms(halves)),
        ("Half terms" if len(_terms(halves)) < len(halves) else "Terms", "half", halves),
        ("School years", "year", _years(earliest, today)),
    ]
    found = []
    for title, kind, stretches in groups:
        begun = [stretch for stretch in stretches if stretch.first <= today]
        periods = [_compared(kind, begun, index, today) for index in range(len(begun))]
        oldest = today - SHOWN_YEARS * 366 * ONE_DAY
        shown = [period for period in periods[::-1] if period.days.last >= oldest]
        if shown:
            found.append((title, shown))
    return found


def _compared(kind: str, stretches: list[_Stretch], index: int, today: datetime.date) -> Period:
    stretch = stretches[index]
    days = Days(stretch.first, min(stretch.last, today))
    slug = f"{kind}-{stretch.first.isoformat()}"
    if index:
        earlier = stretches[index - 1]
        last = (
            earlier.last if today >= stretch.last else min(earlier.last, earlier.first + (days.number - 1) * ONE_DAY)
        )
        return Period(slug, stretch.name, days, Days(earlier.first, last), earlier.name)
    return Period(slug, stretch.name, days, just_before(days), "the days before")


def just_before(days: Days) -> Days:
    """As many days, ending on the day before."""
    return Days(days.first - days.number * ONE_DAY, days.first - ONE_DAY)


def own(days: Days) -> Period:
    """Dates that somebody chose, compared with as many days just before them."""
    return Period("", "Own dates", days, just_before(days), "the days before")


def chosen(groups: list[tuple[str, list[Period]]], slug: str) -> Period:
    """The period an address names; otherwise the newest term, half term or year."""
    every = [period for _, periods in groups for period in periods]
    return next((period for period in every if period.slug == slug), every[0])
