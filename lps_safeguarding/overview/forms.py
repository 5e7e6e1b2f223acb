"""The forms of the child's page and of the search."""

from __future__ import annotations

from typing import Any

from django import forms

from concerns.states import State
from concerns.terms import CameToLight, Form, LinkKind, Outcome, PlanKind, VulnerabilityKind
from lps_safeguarding.overview import periods, records
from lps_safeguarding.people.models import Child
from lps_safeguarding.web.fields import DayField, MomentField
from lps_safeguarding.web.typed import WrittenText
from lps_safeguarding.web.widgets import LongText, Radios


def _line(label: str, *, most: int = 200, missing: str = "", hint: str = "", **kwargs: Any) -> forms.CharField:
    return WrittenText(
        label=label,
        required=bool(missing),
        longest=most,
        help_text=hint,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": missing},
        **kwargs,
    )


def _text(label: str, *, most: int, hint: str = "") -> forms.CharField:
    return WrittenText(label=label, required=False, longest=most, help_text=hint, widget=LongText(rows=3))


class _Versioned(forms.Form):
    """`version`: the state of the entry that was on the screen; nothing for a new one."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class PlanForm(_Versioned):
    kind = forms.ChoiceField(
        label="Plan", choices=PlanKind.choices, widget=Radios(), error_messages={"required": "Choose the plan"}
    )
    from_date = DayField(label="From", what="the day it began")
    until_date = DayField(label="Until", what="its last day", required=False)
    social_worker = _line("Social worker")
    social_worker_contact = _line("How to reach them")
    next_meeting_at = MomentField(label="Next meeting", what="when the next meeting is", required=False)
    note = _text("Note", most=5_000)


class VulnerabilityForm(_Versioned):
    kind = forms.ChoiceField(
        label="What makes the child more vulnerable",
        choices=VulnerabilityKind.choices,
        widget=Radios(),
        error_messages={"required": "Choose what it is"},
    )
    from_date = DayField(label="From", what="the day it began")
    until_date = DayField(label="Until", what="its last day", required=False)
    note = _text("Note", most=5_000)


class ContactForm(_Versioned):
    position = forms.IntegerField(
        label="Order in which to try",
        min_value=1,
        max_value=20,
        initial=1,
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-2"}),
        error_messages={
            "required": "Enter a number, 1 for who is tried first",
            "invalid": "Enter a number, 1 for who is tried first",
            "min_value": "Enter a number from 1 to 20",
            "max_value": "Enter a number from 1 to 20",
        },
    )
    name = _line("Name", missing="Enter the name")
    relation = _line("Relation to the child", most=100, missing="Say how they are related to the child")
    telephone = _line("Telephone", most=100)
    has_parental_responsibility = forms.BooleanField(label="Has parental responsibility", required=False)
    do_not_contact = forms.BooleanField(label="Do not contact", required=False)
    note = _text("Note", most=2_000)


class LinkForm(forms.Form):
    """Another child of the school, chosen by typed name among those whose names fit."""

    other = forms.ModelChoiceField(
        label="Which child",
        queryset=Child.objects.none(),
        empty_label=None,
        widget=Radios(),
        error_messages={"required": "Choose the other child", "invalid_choice": "Choose a child from the list"},
    )
    kind = forms.ChoiceField(
        label="How they are linked",
        choices=LinkKind.choices,
        widget=Radios(),
        error_messages={"required": "Say how they are linked"},
    )
    note = _text("Note", most=2_000)

    def __init__(self, *args: Any, children, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = children
        self.fields["other"].label_from_instance = lambda child: (
            f"{child.full_name}, year {child.year_group}, {child.service}, born {child.date_of_birth:%d/%m/%Y}"
        )


class NameForm(forms.Form):
    name = _line(
        "Name",
        most=100,
        missing="Type a name, or a part of one",
        hint="First name, last name or both, in any order. Another way to spell it is found too.",
    )


class WordsForm(forms.Form):
    words = _line(
        "Words",
        most=200,
        missing="Type one word or more",
        hint="All of them must stand in the record. Endings do not matter.",
    )


class SignificantForm(forms.Form):
    why = WrittenText(
        label="Why this is significant",
        longest=1_000,
        widget=LongText(rows=3),
        error_messages={"required": "Say why this is significant"},
    )


class ListForm(forms.Form):
    """Which part of a list, as at which day. Sent in the address: slugs, numbers and a day."""

    service = forms.ChoiceField(label="Service", required=False)
    year = forms.TypedChoiceField(
        label="Year",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "All"), *((str(year), f"Year {year}") for year in range(1, 15))],
    )
    at = DayField(label="As at", what="the day", required=False)

    def __init__(self, *args: Any, services, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = [("", "All"), *((each.slug, each.name) for each in services)]
        for field in self.fields.values():
            field.says_optional = False


class ListReviewForm(forms.Form):
    service = forms.ChoiceField(label="Reviewed for", error_messages={"required": "Say for which part"})
    next_review_on = DayField(label="Next review on", what="the next review", future_only=True)

    def __init__(self, *args: Any, scopes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = scopes


def _one_of(label: str, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", "All"), *choices], required=False)


class FromUntilForm(forms.Form):
    """Two days, both included."""

    since = DayField(label="From", what="the first day", required=False)
    until = DayField(label="Until", what="the last day", required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day is before the first. Check both dates")
        return given


class RecordsForm(FromUntilForm):
    """The filters of the list of records. All of them combine; an empty one lets everything through."""

    service = forms.ChoiceField(label="Service", required=False)
    kind = forms.MultipleChoiceField(label="Kind", choices=records.KINDS, required=False)
    state = forms.MultipleChoiceField(label="State", choices=State.choices, required=False)
    form = _one_of("Form", Form.choices)
    who = _one_of("Who has it", records.WHO)
    light = _one_of("How it came to light", CameToLight.choices)
    outcome = _one_of("How it ended", Outcome.choices)
    weekday = _one_of("Day of the week", records.WEEKDAYS)
    hour = _one_of("Time of day", records.HOURS)
    name = _line("Child", most=100, hint="A name or a part of one.")
    words = _line("Words", most=200, hint="All of them must stand in the record.")

    def __init__(self, *args: Any, services: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.says_optional = False  # every filter is
        self.fields["service"].choices = [("", "All"), *((service.slug, service.name) for service in services)]


class PeriodForm(FromUntilForm):
    """Own dates for trends: both days, and not more than three years."""

    since = DayField(label="From", what="the first day", past_only=True)
    until = DayField(label="Until", what="the last day")

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        since, until = given.get("since"), given.get("until")
        if since and until and until - since > periods.LONGEST:
            self.add_error("until", "Choose three years or less")
        return given


class KeepForm(forms.Form):
    """The name of a view to save."""

    name = _line(
        "Name of this view",
        most=80,
        missing="Give the view a name",
        hint="Only you can see it.",
    )
