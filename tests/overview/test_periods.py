"""What is compared with what: terms and half terms from the calendar, school years, own dates (DEC-15)."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lps_safeguarding.overview import periods, trends
from lps_safeguarding.overview.demo.school_year import TERMS
from lps_safeguarding.overview.periods import Days

pytestmark = pytest.mark.rule("DEC-15")
D = datetime.date


def on(day, slug=""):
    return periods.chosen(periods.choices(TERMS, day), slug)


def test_a_term_that_runs_is_compared_with_as_many_days_of_the_one_before():
    period = on(D(2026, 9, 20))
    assert (period.name, period.days) == ("Autumn 2026", Days(D(2026, 9, 1), D(2026, 9, 20)))
    assert (period.before_name, period.before) == ("Summer 2026", Days(D(2026, 4, 13), D(2026, 5, 2)))
    assert period.is_whole


def test_a_term_that_is_over_is_compared_with_the_whole_one_before():
    period = on(D(2026, 12, 27), "term-2026-09-01")
    assert period.days == Days(D(2026, 9, 1), D(2026, 12, 18))
    assert period.before == Days(D(2026, 4, 13), D(2026, 7, 14))


def test_half_terms_school_years_and_holidays():
    half = on(D(2026, 10, 30), "half-2026-10-26")
    assert (half.name, half.before.first) == ("Autumn 2026, second half", D(2026, 9, 1))
    year = on(D(2026, 11, 20), "year-2026-09-01")
    assert (year.name, year.days) == ("School year 2026/27", Days(D(2026, 9, 1), D(2026, 11, 20)))
    assert year.before == Days(D(2025, 9, 1), D(2025, 11, 20))
    assert on(D(2026, 8, 10)).name == "Summer 2026"
    assert on(D(2026, 8, 10), "term-1999-01-01").name == "Summer 2026"


def test_without_a_calendar_there_are_still_school_years():
    assert periods.chosen(periods.choices([], D(2026, 11, 20)), "").name == "School year 2026/27"


def test_terms_without_halves_are_one_group():
    groups = periods.choices([("Autumn", D(2026, 9, 1), D(2026, 12, 18))], D(2026, 11, 1))
    assert [title for title, _ in groups] == ["Terms", "School years"]
    assert groups[0][1][0].before == Days(D(2026, 7, 1), D(2026, 8, 31))


days = st.dates(D(2020, 1, 1), D(2030, 1, 1))


@given(days, st.integers(0, 900))
def test_own_dates_are_compared_with_as_many_days_just_before(first, length):
    period = periods.own(Days(first, first + datetime.timedelta(days=length)))
    assert period.before.number == period.days.number
    assert period.before.last + datetime.timedelta(days=1) == first


@given(days)
def test_every_choice_is_in_order_ends_by_today_and_its_past_before_it(today):
    for _, group in periods.choices(TERMS, today):
        for period in group:
            assert period.days.first <= period.days.last <= today
            assert period.before.first <= period.before.last < period.days.first


@given(days, st.integers(0, 900), st.booleans())
def test_weeks_and_months_cover_a_stretch_without_gap_or_overlap(first, length, by_month):
    stretch = Days(first, first + datetime.timedelta(days=length))
    pieces = trends.pieces(stretch, by_month=by_month)
    covered = [piece.first + datetime.timedelta(days=n) for piece in pieces for n in range(piece.number)]
    assert covered == [first + datetime.timedelta(days=n) for n in range(length + 1)]
