"""The school's own calendar: what is a school day, and counting them. Pure functions on a `Calendar` value."""

import datetime
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

ONE_DAY = datetime.timedelta(days=1)
KEEP_SECONDS = 30
"""How long a process may use the calendar it read: the others learn of a change within this time."""


@dataclass(frozen=True)
class Calendar:
    """Terms (first and last day, both included), days without pupils, and bank holidays among them.

    A week-day before the first term entered or after the last one counts as a school day unless it is listed as off:
    a deadline is then never later than it ought to be because nobody has entered next year's terms.
    """

    terms: tuple[tuple[datetime.date, datetime.date], ...] = ()
    days_off: frozenset[datetime.date] = frozenset()
    bank_holidays: frozenset[datetime.date] = frozenset()

    @classmethod
    def load(cls) -> "Calendar":
        """The calendar as entered, kept in this process for at most `KEEP_SECONDS`."""
        with _kept.lock:
            if _kept.calendar is None or abs(time.monotonic() - _kept.at) > KEEP_SECONDS:
                _kept.calendar, _kept.at = _read(), time.monotonic()
            return _kept.calendar

    def is_school_day(self, day: datetime.date) -> bool:
        """Pupils are taught on this day."""
        if day.weekday() >= 5 or day in self.days_off:
            return False
        if not self.terms or day < self.terms[0][0] or day > self.terms[-1][1]:
            return True
        return any(first <= day <= last for first, last in self.terms)

    def is_term_time(self, day: datetime.date) -> bool:
        """Within a term as entered, weekends included."""
        return any(first <= day <= last for first, last in self.terms)

    def is_working_day(self, day: datetime.date) -> bool:
        """Monday to Friday, no bank holiday: how local authorities count."""
        return day.weekday() < 5 and day not in self.bank_holidays

    def next_school_day(self, day: datetime.date) -> datetime.date:
        """The first school day after `day`."""
        return self.add_school_days(day, 1)

    def add_school_days(self, day: datetime.date, n: int) -> datetime.date:
        """The n-th school day after `day`; with n = 0, `day` itself or the school day that follows it."""
        return _count(day, n, self.is_school_day)

    def add_working_days(self, day: datetime.date, n: int) -> datetime.date:
        """The n-th working day after `day`; with n = 0, `day` itself or the working day that follows it."""
        return _count(day, n, self.is_working_day)

    def school_days_between(self, first: datetime.date, last: datetime.date) -> int:
        """School days after `first` up to and including `last`; 0 when `last` is not after `first`."""
        return sum(1 for day in each_day(first + ONE_DAY, last) if self.is_school_day(day))


def _count(day, n, counts) -> datetime.date:
    if n < 0:
        raise ValueError("Days are counted forwards only.")
    while n == 0 and not counts(day):
        day += ONE_DAY
    while n > 0:
        day += ONE_DAY
        n -= counts(day)
    return day


def each_day(first: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    """Every date from `first` to `last`, both included."""
    while first <= last:
        yield first
        first += ONE_DAY


def calendar_of(
    terms: Iterable[tuple[datetime.date, datetime.date]],
    off: Iterable[tuple[datetime.date, datetime.date]] = (),
    bank_holidays: Iterable[tuple[datetime.date, datetime.date]] = (),
) -> Calendar:
    """A calendar from ranges of days; bank holidays are days off too."""
    banks = frozenset(day for first, last in bank_holidays for day in each_day(first, last))
    others = frozenset(day for first, last in off for day in each_day(first, last))
    return Calendar(tuple(sorted(terms)), others | banks, banks)


class _Kept:
    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.calendar: Calendar | None = None
        self.at = 0.0


_kept = _Kept()


def _read() -> Calendar:
    from .models import NonSchoolDay, NonSchoolDayKind, Term

    off: list[tuple[datetime.date, datetime.date]] = []
    banks: list[tuple[datetime.date, datetime.date]] = []
    for kind, first, last in NonSchoolDay.objects.values_list("kind", "first_day", "last_day"):
        (banks if kind == NonSchoolDayKind.BANK_HOLIDAY else off).append((first, last))
    return calendar_of(Term.objects.values_list("starts_on", "ends_on"), off, banks)


def named_terms() -> list[tuple[str, datetime.date, datetime.date]]:
    """Each stretch of school as entered: name, first day, last day; in order."""
    from .models import Term

    return list(Term.objects.order_by("starts_on").values_list("name", "starts_on", "ends_on"))


def forget() -> None:
    """Read the calendar again at the next question (after a change, and between tests)."""
    with _kept.lock:
        _kept.calendar = None


def is_school_day(day: datetime.date) -> bool:
    return Calendar.load().is_school_day(day)


def is_working_day(day: datetime.date) -> bool:
    return Calendar.load().is_working_day(day)


def next_school_day(day: datetime.date) -> datetime.date:
    return Calendar.load().next_school_day(day)


def add_school_days(day: datetime.date, n: int) -> datetime.date:
    return Calendar.load().add_school_days(day, n)


def add_working_days(day: datetime.date, n: int) -> datetime.date:
    return Calendar.load().add_working_days(day, n)
