"""Counting school days and working days."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lps_safeguarding.people import operations, school_calendar
from lps_safeguarding.people.models import NonSchoolDayKind
from lps_safeguarding.people.school_calendar import calendar_of
from tests.people.factories import NonSchoolDayFactory, TermFactory

D = datetime.date
AUTUMN = (D(2025, 9, 1), D(2025, 10, 17))
SECOND_HALF = (D(2025, 11, 3), D(2025, 12, 19))
SPRING = (D(2026, 1, 5), D(2026, 4, 2))
CALENDAR = calendar_of(
    [SECOND_HALF, AUTUMN, SPRING],
    off=[(D(2025, 9, 1), D(2025, 9, 2))],
    bank_holidays=[(D(2025, 12, 25), D(2025, 12, 26)), (D(2026, 1, 1), D(2026, 1, 1))],
)


@pytest.mark.parametrize(
    ("day", "is_one"),
    [
        (D(2025, 9, 1), False),  # INSET
        (D(2025, 9, 3), True),
        (D(2025, 10, 11), False),  # Saturday
        (D(2025, 10, 17), True),  # last day before the half term
        (D(2025, 10, 20), False),  # half term
        (D(2025, 11, 3), True),
        (D(2025, 12, 22), False),  # between terms
        (D(2026, 4, 3), True),  # after the last term entered: counted, so that nothing is due too late
    ],
)
def test_what_a_school_day_is(day, is_one):
    assert CALENDAR.is_school_day(day) is is_one


def test_school_days_are_counted_over_weekends_half_terms_and_inset_days():
    assert CALENDAR.add_school_days(D(2025, 10, 16), 1) == D(2025, 10, 17)
    assert CALENDAR.add_school_days(D(2025, 10, 17), 1) == D(2025, 11, 3)
    assert CALENDAR.add_school_days(D(2025, 12, 18), 5) == D(2026, 1, 8)
    assert CALENDAR.next_school_day(D(2025, 8, 31)) == D(2025, 9, 3)


def test_no_school_days_on_mean_today_or_the_first_school_day_after_it():
    assert CALENDAR.add_school_days(D(2025, 10, 17), 0) == D(2025, 10, 17)
    assert CALENDAR.add_school_days(D(2025, 10, 18), 0) == D(2025, 11, 3)


def test_working_days_know_bank_holidays_and_no_terms():
    assert CALENDAR.add_working_days(D(2025, 10, 17), 1) == D(2025, 10, 20)
    assert CALENDAR.add_working_days(D(2025, 12, 24), 1) == D(2025, 12, 29)


def test_days_are_counted_forwards_only():
    with pytest.raises(ValueError, match="forwards"):
        CALENDAR.add_school_days(D(2025, 10, 17), -1)


@given(st.dates(D(2025, 6, 1), D(2026, 8, 31)), st.integers(0, 60))
def test_adding_and_counting_school_days_agree(day, n):
    reached = CALENDAR.add_school_days(day, n)
    assert CALENDAR.is_school_day(reached)
    if n:
        assert CALENDAR.school_days_between(day, reached) == n


@given(st.dates(D(2025, 6, 1), D(2026, 8, 31)), st.integers(0, 30), st.integers(0, 30))
def test_counting_in_two_steps_reaches_the_same_day(day, a, b):
    assert (
        CALENDAR.add_school_days(CALENDAR.add_school_days(day, a), b) == CALENDAR.add_school_days(day, a + b) or a == 0
    )


def test_the_calendar_is_read_once_and_anew_after_a_change(db, the_headteacher, django_assert_num_queries):
    TermFactory(starts_on=D(2025, 9, 1), ends_on=D(2025, 12, 19))
    with django_assert_num_queries(2):
        assert school_calendar.is_school_day(D(2025, 10, 14))
        assert school_calendar.is_school_day(D(2025, 10, 15))
    operations.save_non_school_day(
        by=the_headteacher,
        name="Snow",
        kind=NonSchoolDayKind.CLOSURE,
        first_day=D(2025, 10, 14),
        last_day=D(2025, 10, 14),
    )
    assert not school_calendar.is_school_day(D(2025, 10, 14))


def test_another_process_learns_of_a_change_within_half_a_minute(db, monkeypatch):
    assert school_calendar.is_school_day(D(2025, 10, 14))
    NonSchoolDayFactory(first_day=D(2025, 10, 14))  # written by another process: nothing here was told
    assert school_calendar.is_school_day(D(2025, 10, 14))
    before = school_calendar.time.monotonic()
    monkeypatch.setattr(school_calendar.time, "monotonic", lambda: before + school_calendar.KEEP_SECONDS + 1)
    assert not school_calendar.is_school_day(D(2025, 10, 14))
