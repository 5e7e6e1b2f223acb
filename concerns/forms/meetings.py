"""What is filled in about a meeting: planned, recorded with who came and who does what, or not held."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django import forms

from concerns.forms.boxes import line, not_shown_as_optional, small, text, without_errors
from concerns.forms.colleagues import Colleagues, PersonField
from concerns.forms.follow_ups import FollowUpForm
from concerns.models import Meeting
from concerns.states import MeetingState
from concerns.terms import Agency, MeetingKind, ReportSent
from lps_safeguarding.people.models import User
from lps_safeguarding.web.fields import DayField, MomentField
from lps_safeguarding.web.widgets import Radios

MOST_ROWS = {"people": 30, "actions": 12}
"""Rows of one form. A forged count must not make a million of them."""


class PlanForm(forms.Form):
    """A meeting that will be. One that has been already is entered here too, and recorded on the next page."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label="Which meeting",
        choices=MeetingKind.choices,
        widget=Radios(),
        error_messages={"required": "Choose which meeting it is"},
    )
    starts_at = MomentField(label="When", what="when the meeting is")
    place = line("Where, or how to join", most=500)
    owner = PersonField(
        label="Who goes for the school", required=False, help_text="They are told and reminded. Empty: you."
    )
    bring = text(
        "What they need to know",
        rows=3,
        most=5_000,
        hint="Whoever goes sees this, the day and the place, and nothing else of the file.",
    )

    def __init__(self, *args: Any, colleagues: Colleagues, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].colleagues = colleagues


class PersonThereForm(forms.Form):
    """One person at a meeting. A colleague of ours is recognised by the name chosen from the list."""

    who = line("Name")
    role = line("What they are", hint="For example “social worker”, “mother”")
    agency = forms.ChoiceField(label="From", choices=[("", "Choose"), *Agency.choices], required=False)
    apologies = forms.BooleanField(label="Sent apologies", required=False)

    def __init__(self, *args: Any, colleagues: Colleagues, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = colleagues
        self.fields["who"].widget.attrs["list"] = "colleagues"
        for field in self.fields.values():
            field.says_optional = False

    @property
    def is_empty(self) -> bool:
        return not any(str(self.data.get(self.add_prefix(name), "")).strip() for name in ("who", "role"))

    def full_clean(self) -> None:
        if self.is_bound and self.is_empty:
            without_errors(self)
            return
        super().full_clean()

    @cached_property
    def colleague(self) -> User | None:
        """Who of ours is meant: the name as the list has it, or the full name of one colleague said to be from here."""
        typed = " ".join(self.cleaned_data.get("who", "").split()).casefold()
        agency = self.cleaned_data.get("agency", "")
        labels = [label.casefold() for label in self.colleagues.labels]
        by_name = agency in ("", Agency.SCHOOL) and sum(label.split(",")[0] == typed for label in labels) == 1
        found = self.colleagues.called(typed) if typed and (typed in labels or by_name) else []
        return found[0] if len(found) == 1 else None

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not given.get("who") and "who" not in self.errors:
            self.add_error("who", "Enter the name, or what is known of it")
        elif given.get("who") and not given.get("agency") and self.colleague is None:
            self.add_error("agency", "Say from where this person came")
        return given

    def given(self) -> dict[str, Any]:
        """As `record_meeting` takes it."""
        given, ours = self.cleaned_data, self.colleague
        return {
            "name": ours.adult.full_name if ours else given["who"],
            "role": given["role"] or (ours.adult.job_title if ours else ""),
            "agency": given["agency"] or Agency.SCHOOL.value,
            "person": ours.pk if ours else None,
            "apologies": given["apologies"],
        }


class RecordForm(forms.Form):
    """What was said and decided, and when it goes on."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    starts_at = MomentField(label="When it was", what="when the meeting was", past_only=True)
    report_sent = forms.ChoiceField(
        label="Did the school send a report before the meeting?",
        choices=ReportSent.choices,
        widget=Radios(reveals={ReportSent.SENT: ["report_sent_on"], ReportSent.NOT_SENT: ["report_why_not"]}),
        error_messages={"required": "Say whether a report was sent"},
    )
    report_sent_on = not_shown_as_optional(
        DayField(label="Sent on", what="the day it was sent", required=False, past_only=True)
    )
    report_why_not = not_shown_as_optional(line("Why not", most=2_000))
    what_was_said = text("What was said", rows=6, most=50_000)
    decisions = text(
        "What was decided",
        rows=4,
        most=20_000,
        required=True,
        missing="Say what was decided, or that nothing was",
    )
    next_starts_at = MomentField(
        label="Next meeting", what="when the next meeting is", required=False, future_only=True
    )
    next_place = line("Where the next one is, or how to join", most=500)
    next_owner = PersonField(label="Who goes to the next one", required=False, help_text="Empty: you.")

    def __init__(self, *args: Any, colleagues: Colleagues, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["next_owner"].colleagues = colleagues


class Recording:
    """The whole page: the form, a row for each person, a row for each action."""

    def __init__(self, meeting: Meeting, *, colleagues: Colleagues, data: Any = None) -> None:
        self.meeting, self.colleagues, self.data = meeting, colleagues, data
        there = meeting.attendance or (meeting.follows.attendance if meeting.follows else [])
        self.form = RecordForm(data, colleagues=colleagues, initial=self._initial())
        rows = self._count("people", max(len(there) + 1, 5))
        self.people = [
            PersonThereForm(
                data,
                prefix=f"person-{number}",
                colleagues=colleagues,
                initial=self._person(there[number]) if number < len(there) else {},
            )
            for number in range(rows)
        ]
        self.actions = [
            FollowUpForm(data, prefix=f"action-{number}", colleagues=colleagues)
            for number in range(self._count("actions", 2))
        ]

    def _initial(self) -> dict[str, Any]:
        names = ("version", "report_sent", "report_sent_on", "report_why_not", "what_was_said", "decisions")
        return {name: getattr(self.meeting, name) for name in (*names, "starts_at")}

    @staticmethod
    def _person(each: dict[str, Any]) -> dict[str, Any]:
        return {"who": each["name"], **{name: each[name] for name in ("role", "agency", "apologies")}}

    def _count(self, what: str, at_first: int) -> int:
        typed = str(self.data.get(f"{what}_rows", "")) if self.data is not None else ""
        wanted = int(typed) if typed.isdecimal() and len(typed) < 4 else at_first
        step = 3 if self.data is not None and self.data.get("step") == what else 0
        return max(1, min(wanted + step, MOST_ROWS[what]))

    @property
    def all_forms(self) -> list[forms.Form]:
        return [self.form, *self.people, *self.actions]

    def forget_errors(self) -> None:
        for form in self.all_forms:
            without_errors(form)

    def is_valid(self) -> bool:
        wrong = [form for form in self.all_forms if not form.is_valid()]  # all of them are asked, not up to the first
        return not wrong

    @property
    def may_add_people(self) -> bool:
        return len(self.people) < MOST_ROWS["people"]

    @property
    def may_add_actions(self) -> bool:
        return len(self.actions) < MOST_ROWS["actions"]

    def given(self) -> dict[str, Any]:
        """As `record_meeting` takes it."""
        return {
            **self.form.cleaned_data,
            "attendance": [person.given() for person in _filled(self.people)],
            "actions": [action.cleaned_data for action in _filled(self.actions)],
        }


def _filled(rows: Iterable[Any]) -> list[Any]:
    return [row for row in rows if not row.is_empty]


class NotHeldForm(forms.Form):
    """Why a planned meeting was not, or went on without us."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.ChoiceField(
        label="What happened",
        choices=[
            (MeetingState.REARRANGED.value, "It is on another day"),
            (MeetingState.CANCELLED.value, "It was called off"),
            (MeetingState.MISSED.value, "It was held, and nobody from the school was there"),
        ],
        widget=small(Radios(reveals={MeetingState.REARRANGED: ["starts_at", "place", "owner"]})),
        error_messages={"required": "Say what happened"},
    )
    starts_at = not_shown_as_optional(MomentField(label="When it is instead", what="when it is", required=False))
    place = not_shown_as_optional(line("Where, if that changes", most=500))
    owner = not_shown_as_optional(PersonField(label="Who goes", required=False, help_text="Empty: you."))
    why = text("Why", rows=3, most=5_000, required=True, missing="Say why")

    def __init__(self, *args: Any, colleagues: Colleagues, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].colleagues = colleagues

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("state") == MeetingState.REARRANGED and not given.get("starts_at"):
            if "starts_at" not in self.errors:
                self.add_error("starts_at", "Say when it is instead")
        return given
