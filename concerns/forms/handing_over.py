"""The form by which a DSL's open work goes to another. Wording and checks of input, no rights."""

from __future__ import annotations

from typing import Any

from django import forms

from concerns.models import FollowUp
from concerns.terms import HandOverReason
from concerns.workload import OpenConcern, OpenWork
from lps_safeguarding.people.models import User
from lps_safeguarding.web.typed import WrittenText
from lps_safeguarding.web.widgets import LongText, Radios, Tickboxes

NOTES = "One page at most: what is urgent, what is agreed, whom to ring. Only the two of you and the lead DSL read it."


class HandOverForm(forms.Form):
    """What goes to whom, why, and the notes. Everything is ticked to begin with."""

    items = forms.MultipleChoiceField(
        label="What is handed over",
        widget=Tickboxes(),
        error_messages={
            "required": "Choose at least one thing to hand over",
            "invalid_choice": "Something in the list has changed hands or was closed meanwhile. Look at the list again",
        },
    )
    to_person = forms.ModelChoiceField(
        label="To whom",
        queryset=User.objects.none(),
        widget=Radios(),
        empty_label=None,
        error_messages={"required": "Choose who takes it over", "invalid_choice": "Choose one of the DSLs"},
    )
    why = forms.ChoiceField(
        label="Why",
        choices=HandOverReason.choices,
        widget=Radios(),
        error_messages={"required": "Say why it is handed over"},
    )
    notes = WrittenText(
        label="Notes for the one who takes over",
        longest=20_000,
        required=False,
        help_text=NOTES,
        widget=LongText(rows=12),
    )

    def __init__(self, *args: Any, work: OpenWork, to: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.work = work
        concerns = [(each.concern.reference, _words(each)) for each in work.concerns]
        follow_ups = [(each.reference, _words_of_follow_up(each)) for each in work.follow_ups]
        self.fields["items"].choices = concerns + follow_ups
        self.fields["items"].initial = [value for value, _ in concerns + follow_ups]
        self.fields["to_person"].queryset = to
        self.fields["to_person"].label_from_instance = lambda user: f"{user.name}, {user.adult.job_title}"

    def chosen(self) -> dict[str, Any]:
        """What `operations.hand_over` takes of it."""
        items = set(self.cleaned_data["items"])
        return {
            "concerns": [each.concern for each in self.work.concerns if each.concern.reference in items],
            "follow_ups": [each for each in self.work.follow_ups if each.reference in items],
            "to_person": self.cleaned_data["to_person"],
            "why": self.cleaned_data["why"],
            "notes": self.cleaned_data["notes"],
        }


def _words(each: OpenConcern) -> str:
    concern = each.concern
    return f"{concern.get_form_display()} about {each.children}, {concern.service} ({concern.reference}). {each.what}"


def _words_of_follow_up(follow_up: FollowUp) -> str:
    what = follow_up.what if len(follow_up.what) <= 120 else follow_up.what[:118].rstrip() + "…"
    return f"Follow-up, due {follow_up.due_on:%-d %B %Y} ({follow_up.reference}): {what}"
