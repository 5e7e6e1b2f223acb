"""Dates and numbers as people say them."""

import cProfile
import datetime as dt

import pytest

from lps_safeguarding.web.templatetags import lps

UTC = dt.UTC
NOW = dt.datetime(2025, 10, 14, 9, 42, tzinfo=UTC)


def test_a_moment_is_said_with_its_day_and_the_schools_time():
    assert lps.when(NOW) == "Tuesday 14 October 2025, 10:42"


def test_a_moment_in_winter_is_said_in_winter_time():
    assert lps.when(dt.datetime(2025, 12, 1, 9, 5, tzinfo=UTC)) == "Monday 1 December 2025, 09:05"


def test_both_hours_of_the_clock_change_are_said_as_the_clock_shows_them():
    first = dt.datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    assert lps.time24(first) == lps.time24(first + dt.timedelta(hours=1)) == "01:30"


@pytest.mark.parametrize("filter_", [lps.when, lps.day, lps.short_day, lps.time24, lps.ago, lps.iso])
def test_nothing_is_said_about_a_time_that_is_not_known(filter_):
    assert filter_(None) == ""


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (dt.timedelta(seconds=30), "just now"),
        (dt.timedelta(minutes=1), "1 minute ago"),
        (dt.timedelta(minutes=59), "59 minutes ago"),
        (dt.timedelta(hours=3, minutes=59), "3 hours ago"),
        (dt.timedelta(days=1, hours=23), "1 day ago"),
        (dt.timedelta(days=15), "2 weeks ago"),
        (dt.timedelta(days=70), "2 months ago"),
        (dt.timedelta(days=800), "2 years ago"),
        (-dt.timedelta(hours=2), "in 2 hours"),
        (-dt.timedelta(seconds=20), "in less than a minute"),
    ],
)
def test_age_is_said_in_one_unit(before, said):
    assert lps.ago(NOW - before, NOW) == said


@pytest.mark.parametrize(("days", "said"), [(0, "today"), (1, "yesterday"), (-1, "tomorrow"), (3, "3 days ago")])
def test_the_age_of_a_day_is_said_in_days(days, said):
    assert lps.ago(dt.date(2025, 10, 14) - dt.timedelta(days=days), NOW) == said


def test_rows_of_dates_take_fewer_calls_than_djangos_own_filter():
    from django.template.defaultfilters import date as djangos

    lps.when(NOW), djangos(NOW, "l j F Y, H:i")

    def calls(write):
        profile = cProfile.Profile()
        profile.runcall(lambda: [write(NOW + dt.timedelta(minutes=n)) for n in range(50)])
        return sum(entry.callcount for entry in profile.getstats())

    assert calls(lps.when) < calls(lambda moment: djangos(moment, "l j F Y, H:i"))


def test_a_count_has_its_word():
    assert [lps.count(1, "day"), lps.count(2, "day"), lps.count(0, "entry,entries")] == [
        "1 day",
        "2 days",
        "0 entries",
    ]
