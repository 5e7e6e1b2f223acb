"""When a length of time ends: pure arithmetic, tried with many moments."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lps_safeguarding.guidance.lengths import LONDON, By, Length, NotATime, Unit, add_months, due
from lps_safeguarding.people.school_calendar import calendar_of

pytestmark = pytest.mark.rule("DEC-16")

CALENDAR = calendar_of(
    terms=[
        (dt.date(2025, 9, 1), dt.date(2025, 10, 17)),
        (dt.date(2025, 11, 3), dt.date(2025, 12, 19)),
        (dt.date(2026, 1, 5), dt.date(2026, 2, 13)),
        (dt.date(2026, 2, 23), dt.date(2026, 3, 27)),
        (dt.date(2026, 4, 13), dt.date(2026, 7, 17)),
    ],
    off=[(dt.date(2025, 9, 1), dt.date(2025, 9, 2))],
    bank_holidays=[(day, day) for day in (dt.date(2025, 12, 25), dt.date(2025, 12, 26), dt.date(2026, 5, 4))],
)
CLOSE = dt.time(17, 0)
BEGIN = dt.datetime(2025, 9, 1, tzinfo=dt.UTC)
MOMENTS = st.builds(
    lambda minutes, zone: (BEGIN + dt.timedelta(minutes=minutes)).astimezone(zone),
    st.integers(0, 366 * 24 * 60),
    st.sampled_from([dt.UTC, LONDON, ZoneInfo("Asia/Tokyo")]),
)

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # machines of tests may be busy


def length(value, unit, by=By.MOMENT, at=None):
    return Length(value=value, unit=Unit(unit), source="test", by=by, at=at)


def at(year, month, day, hour=0, minute=0, fold=0):
    return dt.datetime(year, month, day, hour, minute, tzinfo=LONDON, fold=fold)


@unhurried
@given(moment=MOMENTS, minutes=st.integers(1, 1000))
def test_minutes_are_absolute_whatever_the_clocks_do(moment, minutes):
    ends = due(length(minutes, "minutes"), moment, CALENDAR)
    assert ends.timestamp() - moment.timestamp() == minutes * 60


def test_fifteen_minutes_over_the_change_of_the_clocks_in_october_are_fifteen_minutes():
    just_before = at(2025, 10, 26, 1, 50)  # 01:50 in summer time; at 02:00 it is 01:00 again
    ends = due(length(15, "minutes"), just_before, CALENDAR)
    assert (ends.hour, ends.minute, ends.fold) == (1, 5, 1)
    assert ends.astimezone(dt.UTC) - just_before.astimezone(dt.UTC) == dt.timedelta(minutes=15)


def test_seven_days_over_the_change_of_the_clocks_end_at_the_same_time_on_the_wall():
    assert due(length(7, "calendar_days"), at(2025, 10, 24, 9, 30), CALENDAR) == at(2025, 10, 31, 9, 30)
    assert due(length(7, "calendar_days"), at(2026, 3, 27, 9, 30), CALENDAR) == at(2026, 4, 3, 9, 30)


def test_a_time_that_the_clocks_leave_out_in_march_ends_an_hour_later():
    assert due(length(1, "calendar_days"), at(2026, 3, 28, 1, 30), CALENDAR) == at(2026, 3, 29, 2, 30)


@unhurried
@given(moment=MOMENTS, days=st.integers(1, 20))
def test_school_days_end_at_the_close_of_a_school_day_with_that_many_in_between(moment, days):
    ends = due(length(days, "school_days", By.CLOSE, CLOSE), moment, CALENDAR)
    began = moment.astimezone(LONDON).date()
    assert ends.time() == CLOSE
    assert CALENDAR.is_school_day(ends.date())
    assert CALENDAR.school_days_between(began, ends.date()) == days


@unhurried
@given(moment=MOMENTS, days=st.integers(1, 20))
def test_working_days_leave_out_weekends_and_bank_holidays_only(moment, days):
    ends = due(length(days, "working_days", By.CLOSE, CLOSE), moment, CALENDAR)
    began = moment.astimezone(LONDON).date()
    between = [began + dt.timedelta(days=n) for n in range(1, (ends.date() - began).days + 1)]
    assert sum(CALENDAR.is_working_day(day) for day in between) == days
    assert CALENDAR.is_working_day(ends.date())
    assert ends.time() == CLOSE


@unhurried
@given(
    moments=st.tuples(MOMENTS, MOMENTS),
    days=st.integers(1, 10),
    unit=st.sampled_from(["school_days", "working_days", "calendar_days", "months", "years", "minutes", "hours"]),
)
def test_what_begins_later_never_ends_earlier(moments, days, unit):
    first, second = sorted(moments, key=lambda moment: moment.timestamp())
    counted = length(days, unit, By.CLOSE, CLOSE) if unit.endswith("days") else length(days, unit)
    assert due(counted, first, CALENDAR) <= due(counted, second, CALENDAR)


@unhurried
@given(moment=MOMENTS, unit=st.sampled_from(["school_days", "working_days"]))
def test_the_end_is_always_in_the_future(moment, unit):
    assert due(length(1, unit, By.CLOSE, CLOSE), moment, CALENDAR) > moment


@unhurried
@given(moment=MOMENTS)
def test_before_the_next_school_day_starts_is_the_first_start_after_the_moment(moment):
    ends = due(length(1, "school_days", By.START, dt.time(8, 30)), moment, CALENDAR)
    assert ends > moment
    assert CALENDAR.is_school_day(ends.date())
    day = moment.astimezone(LONDON).date()
    while day < ends.date():
        assert not (CALENDAR.is_school_day(day) and at(day.year, day.month, day.day, 8, 30) > moment)
        day += dt.timedelta(days=1)


@pytest.mark.rule("CON-20")
@pytest.mark.parametrize(
    ("received", "read_by"),
    [
        (at(2025, 10, 14, 5, 0), at(2025, 10, 14, 8, 30)),  # early on a school day: this morning
        (at(2025, 10, 14, 9, 0), at(2025, 10, 15, 8, 30)),
        (at(2025, 10, 17, 22, 0), at(2025, 11, 3, 8, 30)),  # the evening before half-term
        (at(2025, 12, 24, 23, 0), at(2026, 1, 5, 8, 30)),
    ],
)
def test_an_encompass_notice_is_due_before_the_next_school_day(received, read_by):
    assert due(length(1, "school_days", By.START, dt.time(8, 30)), received, CALENDAR) == read_by


def test_a_file_that_leaves_at_half_term_is_due_after_five_days_of_school():
    assert due(length(5, "school_days", By.CLOSE, CLOSE), at(2025, 10, 17, 12), CALENDAR) == at(2025, 11, 7, 17)


def test_a_working_day_over_christmas():
    assert due(length(1, "working_days", By.CLOSE, CLOSE), at(2025, 12, 24, 12), CALENDAR) == at(2025, 12, 29, 17)


def test_the_last_day_of_a_shorter_month_and_of_february():
    assert add_months(dt.date(2026, 1, 31), 1) == dt.date(2026, 2, 28)
    assert add_months(dt.date(2024, 2, 29), 12) == dt.date(2025, 2, 28)
    assert add_months(dt.date(2025, 12, 5), 1) == dt.date(2026, 1, 5)


def test_a_calendar_without_school_days_makes_a_duty_fall_due_too_early_rather_than_never():
    holidays_for_ever = calendar_of(terms=[], off=[(dt.date(2025, 1, 1), dt.date(2030, 1, 1))])
    ends = due(length(1, "school_days", By.CLOSE, CLOSE), at(2026, 5, 8, 12), holidays_for_ever)
    assert ends == at(2026, 5, 11, 17)


def test_a_threshold_is_not_a_time():
    with pytest.raises(NotATime):
        due(length(5, "number"), at(2025, 10, 14), CALENDAR)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        due(length(5, "minutes"), dt.datetime(2025, 10, 14), CALENDAR)


@pytest.mark.parametrize(
    ("given_length", "words"),
    [
        (length(1, "minutes"), "1 minute"),
        (length(5, "number"), "5 people"),
        (length(1, "school_days", By.CLOSE, CLOSE), "1 school day, by 17:00"),
        (length(1, "school_days", By.START, dt.time(8, 30)), "before the next school day starts (08:30)"),
        (length(28, "calendar_days"), "28 days"),
    ],
)
def test_a_length_is_said_as_people_say_it(given_length, words):
    assert given_length.in_words == words
