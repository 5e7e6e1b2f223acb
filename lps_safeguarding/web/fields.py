"""Fields for days and moments, typed as people write them.

They take "14", "10" or "Oct" or "October", "2025" or "25", and "10:42", "10.42", "1042", "2.15pm", "9am", and answer
what they cannot take with a sentence that says what to do.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from lps_safeguarding.web import widgets

MONTH_NAMES = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_TIME = re.compile(r"^(\d{1,2})(?:[:.\s]?([0-5]\d))?\s*(am|pm|a\.m\.|p\.m\.)?$", re.IGNORECASE)


def _wrong(sentence: str, *parts: int) -> ValidationError:
    if not parts:
        return ValidationError(sentence, code="wrong")
    # Django formats the sentence with its params, so what was typed must not look like a format.
    return ValidationError(sentence.replace("%", "%%"), code="wrong", params={"parts": parts})


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else None


def read_month(text: str) -> int | None:
    """The month's number from "10", "Oct", "october"; nothing when it is none."""
    number = _number(text)
    if number is not None:
        return number if 1 <= number <= 12 else None
    wanted = text.lower().rstrip(".")
    if len(wanted) < 3:
        return None
    fitting = {number for name, number in MONTH_NAMES.items() if name.startswith(wanted)}
    if wanted == "sept":
        fitting = {9}
    return fitting.pop() if len(fitting) == 1 else None


def read_year(text: str, this_year: int) -> int | None:
    """The year from four digits or two ("25" is 2025; more than five years ahead means the last century)."""
    number = _number(text)
    if number is None or len(text) not in (2, 4):
        return None
    if len(text) == 2:
        number += 2000
        return number if number <= this_year + 5 else number - 100
    return number if 1900 <= number <= 2100 else None


def read_time(text: str) -> dt.time | None:
    """The time of day from "10:42", "10.42", "1042", "2.15pm", "9am"; a bare "9" is not enough to be sure."""
    match = _TIME.match(text.strip())
    if not match:
        return None
    hour, minute, half = int(match[1]), match[2], (match[3] or "").replace(".", "").lower()
    if minute is None and not half:
        return None
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23:
        return None
    return dt.time(hour, int(minute or 0))


def read_day(day: str, month: str, year: str, *, what: str = "the date", this_year: int | None = None) -> dt.date:
    """The date from its three boxes.

    Raises:
        ValidationError: a sentence about the first thing to mend, with `params["parts"]` naming the boxes.
    """
    given = (day, month, year)
    missing = [index for index, text in enumerate(given) if not text]
    if missing:
        names = [("day", "month", "year")[index] for index in missing]
        listed = names[0] if len(names) == 1 else " and ".join([", ".join(names[:-1]), names[-1]])
        raise _wrong(f"Enter the {listed} of {what}", *missing)
    month_number = read_month(month)
    year_number = read_year(year, this_year or timezone.localdate().year)
    day_number = _number(re.sub(r"(?<=\d)(st|nd|rd|th)$", "", day.lower()))
    if month_number is None:
        raise _wrong(f"“{month}” is not a month. Enter a number from 1 to 12, or a name such as October", 1)
    if year_number is None:
        raise _wrong(f"“{year}” is not a year we can use. Enter four digits, for example 2025", 2)
    if day_number is None or not 1 <= day_number <= 31:
        raise _wrong(f"“{day}” is not a day of a month. Enter a number from 1 to 31", 0)
    most = calendar.monthrange(year_number, month_number)[1]
    if day_number > most:
        named = calendar.month_name[month_number] + (f" {year_number}" if month_number == 2 else "")
        raise _wrong(f"There is no {day_number} {calendar.month_name[month_number]}: {named} has {most} days", 0)
    return dt.date(year_number, month_number, day_number)


def _as_text(value: Any) -> list[str]:
    if not isinstance(value, list | tuple):
        return []
    return [" ".join(str(part or "").split())[:40] for part in value]


class _InParts(forms.Field):
    """What a day and a moment share: their limits, and which box is wrong."""

    widget: type[widgets.InParts] | widgets.InParts

    def __init__(
        self,
        *,
        what: str = "the date",
        past_only: bool = False,
        future_only: bool = False,
        **kwargs: Any,
    ) -> None:
        self.what = what
        self.past_only = past_only
        self.future_only = future_only
        kwargs.setdefault("error_messages", {}).setdefault("required", f"Enter {what}")
        super().__init__(**kwargs)

    def _check_limits(self, value: Any, now: Any) -> None:
        if self.past_only and value > now:
            raise _wrong(f"{self.what[:1].upper()}{self.what[1:]} cannot be in the future. Check what you typed")
        if self.future_only and value < now:
            raise _wrong(f"{self.what[:1].upper()}{self.what[1:]} cannot be in the past. Check what you typed")


class DayField(_InParts):
    """A day, typed in three boxes; gives a `datetime.date`.

    `what` names it in the sentences of refusal ("the date of birth"). `past_only` takes today and before,
    `future_only` today and after.
    """

    widget = widgets.Day

    def clean(self, value: Any) -> dt.date | None:
        if isinstance(value, dt.date):
            return value
        parts = _as_text(value)
        if not any(parts):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        day = read_day(*[*parts, "", "", ""][:3], what=self.what)
        self._check_limits(day, timezone.localdate())
        self.run_validators(day)
        return day

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.clean(data) != initial
        except ValidationError:
            return True


class MomentField(_InParts):
    """A day and a time of day; gives an aware `datetime.datetime` in the school's time zone.

    The hour that comes twice at the end of October means the first of the two; the one that is left out in March is
    refused with a sentence.
    """

    widget = widgets.Moment

    def __init__(self, *, what: str = "the date and time", **kwargs: Any) -> None:
        super().__init__(what=what, **kwargs)

    def clean(self, value: Any) -> dt.datetime | None:
        if isinstance(value, dt.datetime):
            return value
        parts = (_as_text(value) + [""] * 4)[:4]
        if not any(parts):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        if not any(parts[:3]):
            raise _wrong("Enter the day, month and year as well as the time", 0, 1, 2)
        day = read_day(*parts[:3], what="the date")
        if not parts[3]:
            raise _wrong("Enter the time as well, like 10:42. If you are not sure, enter the closest you can", 3)
        time = read_time(parts[3])
        if time is None:
            raise _wrong(f"“{parts[3]}” is not a time. Enter it like 10:42 or 2:15pm", 3)
        moment = timezone.make_aware(dt.datetime.combine(day, time))
        if moment.astimezone(dt.UTC).astimezone(moment.tzinfo).replace(tzinfo=None) != moment.replace(tzinfo=None):
            raise _wrong(f"There was no {time:%H:%M} on that day: the clocks went forward. Enter another time", 3)
        self._check_limits(moment, timezone.now())
        self.run_validators(moment)
        return moment

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.clean(data) != initial
        except ValidationError:
            return True


class ClockField(forms.CharField):
    """A time of day alone; gives a `datetime.time`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput({"class": "govuk-input--width-5", "autocomplete": "off"}))
        kwargs.setdefault("error_messages", {}).setdefault("required", "Enter the time")
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        time = read_time(text)
        if time is None:
            raise _wrong(f"“{text[:20]}” is not a time. Enter it like 10:42 or 2:15pm")
        return time

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H:%M}" if isinstance(value, dt.time) else value
