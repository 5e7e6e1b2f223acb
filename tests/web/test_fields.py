"""Days and moments as people type them, and what is said when they cannot be read."""

import datetime as dt

import pytest
import time_machine
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from lps_safeguarding.web.fields import ClockField, DayField, MomentField, read_time

TODAY = dt.datetime(2025, 10, 14, 12, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _a_tuesday_in_october():
    with time_machine.travel(TODAY, tick=False):
        yield


def refusal(field, value) -> ValidationError:
    with pytest.raises(ValidationError) as refused:
        field.clean(value)
    return refused.value


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        (["14", "10", "2025"], dt.date(2025, 10, 14)),
        (["1", "Oct", "25"], dt.date(2025, 10, 1)),
        ([" 3 ", "september", "2024"], dt.date(2024, 9, 3)),
        (["3", "Sept.", "2024"], dt.date(2024, 9, 3)),
        (["2nd", "feb", "09"], dt.date(2009, 2, 2)),
        (["29", "2", "2024"], dt.date(2024, 2, 29)),
        (["5", "6", "71"], dt.date(1971, 6, 5)),
    ],
)
def test_a_day_is_taken_as_people_write_it(typed, day):
    assert DayField().clean(typed) == day


@pytest.mark.parametrize(
    ("typed", "sentence", "parts"),
    [
        (["31", "11", "2025"], "There is no 31 November: November has 30 days", (0,)),
        (["29", "2", "2025"], "There is no 29 February: February 2025 has 28 days", (0,)),
        (["14", "13", "2025"], "“13” is not a month. Enter a number from 1 to 12, or a name such as October", (1,)),
        (["14", "ju", "2025"], "“ju” is not a month. Enter a number from 1 to 12, or a name such as October", (1,)),
        (["14", "10", "202"], "“202” is not a year we can use. Enter four digits, for example 2025", (2,)),
        (["40", "10", "2025"], "“40” is not a day of a month. Enter a number from 1 to 31", (0,)),
        (["", "10", ""], "Enter the day and year of the date", (0, 2)),
        (["14", "", "2025"], "Enter the month of the date", (1,)),
    ],
)
def test_an_impossible_day_is_answered_with_what_to_mend(typed, sentence, parts):
    error = refusal(DayField(), typed)
    assert error.messages == [sentence]
    assert error.params["parts"] == parts


def test_a_day_in_the_future_is_refused_where_only_the_past_makes_sense():
    field = DayField(what="the date of birth", past_only=True)
    assert field.clean(["14", "10", "2025"]) == dt.date(2025, 10, 14)
    assert refusal(field, ["15", "10", "2025"]).messages == [
        "The date of birth cannot be in the future. Check what you typed"
    ]


def test_a_missing_day_is_asked_for_by_its_name():
    assert refusal(DayField(what="the date of birth"), ["", "", ""]).messages == ["Enter the date of birth"]
    assert DayField(required=False).clean(["", "", ""]) is None


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("10:42", dt.time(10, 42)),
        ("10.42", dt.time(10, 42)),
        ("1042", dt.time(10, 42)),
        ("9am", dt.time(9)),
        ("2.15pm", dt.time(14, 15)),
        ("12am", dt.time(0)),
        ("12:05 p.m.", dt.time(12, 5)),
        ("9", None),
        ("25:00", None),
        ("13pm", None),
        ("10:60", None),
    ],
)
def test_a_time_is_taken_as_people_write_it(typed, time):
    assert read_time(typed) == time


def test_a_moment_is_aware_and_in_the_schools_time():
    moment = MomentField().clean(["14", "10", "2025", "10:42"])
    assert moment.isoformat() == "2025-10-14T10:42:00+01:00"


def test_the_hour_that_comes_twice_means_its_first_time():
    moment = MomentField().clean(["27", "10", "2024", "01:30"])
    assert moment.astimezone(dt.UTC).hour == 0


def test_the_hour_that_is_left_out_is_refused_with_the_reason():
    error = refusal(MomentField(), ["30", "3", "2025", "01:30"])
    assert error.messages == ["There was no 01:30 on that day: the clocks went forward. Enter another time"]


def test_a_moment_without_its_time_asks_for_the_time_only():
    assert refusal(MomentField(), ["14", "10", "2025", ""]).params["parts"] == (3,)


@given(st.lists(st.text(), min_size=0, max_size=6))
def test_whatever_is_typed_gives_a_moment_or_a_sentence(typed):
    for field in (DayField(), MomentField(), DayField(past_only=True)):
        try:
            field.clean(typed)
        except ValidationError as refused:
            assert all(refused.messages)


@given(st.text())
def test_whatever_is_typed_for_a_time_gives_a_time_or_a_sentence(typed):
    try:
        ClockField(required=False).clean(typed)
    except ValidationError as refused:
        assert all(refused.messages)


class _Form(forms.Form):
    born = DayField(label="When was the child born?")
    at = MomentField(label="When?", required=False)


def test_what_was_typed_is_still_there_after_a_refusal():
    form = _Form({"born_0": "31", "born_1": "Novembre", "born_2": "2025"})
    assert not form.is_valid()
    shown = str(form)
    assert 'value="Novembre"' in shown
    assert 'value="31"' in shown


def test_only_the_wrong_box_of_a_day_is_marked():
    form = _Form({"born_0": "31", "born_1": "11", "born_2": "2025"})
    assert not form.is_valid()
    shown = str(form["born"].as_field_group())
    assert shown.count('aria-invalid="true"') == 1


def test_a_stored_moment_comes_back_in_the_schools_time():
    form = _Form(initial={"at": dt.datetime(2025, 7, 1, 9, 5, tzinfo=dt.UTC), "born": dt.date(2012, 3, 4)})
    shown = str(form)
    assert 'value="10:05"' in shown
    assert 'value="2012"' in shown
