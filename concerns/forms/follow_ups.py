"""What is filled in about something to be done (DEC-13)."""

from __future__ import annotations

from typing import Any

from django import forms

from concerns.forms.boxes import text, without_errors
from concerns.forms.colleagues import Colleagues, PersonField
from concerns.states import FollowUpState
from lps_safeguarding.web.fields import DayField
from lps_safeguarding.web.widgets import Radios

MOST_FOLLOW_UPS = 12
"""Rows of follow-ups in one decision; more are added afterwards. A forged count must not make a million rows."""


class FollowUpForm(forms.Form):
    """One thing to be done (DEC-13). A row left quite empty is no follow-up."""

    what = text("What is to be done", rows=2, most=10_000, hint="The person sees this and nothing else.")
    owner = PersonField(label="Who does it", required=False)
    due_on = DayField(label="By", what="the day by which it is to be done", required=False, future_only=True)

    def __init__(self, *args: Any, colleagues: Colleagues, needed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needed = needed
        self.fields["owner"].colleagues = colleagues
        for field in self.fields.values():
            field.says_optional = False

    @property
    def is_empty(self) -> bool:
        parts = [
            self.data.get(self.add_prefix(name), "") for name in ("what", "owner", "due_on_0", "due_on_1", "due_on_2")
        ]
        return not self.needed and not any(str(part).strip() for part in parts)

    def full_clean(self) -> None:
        if self.is_bound and self.is_empty:
            without_errors(self)
            return
        super().full_clean()

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        for name, sentence in (
            ("what", "Say what is to be done"),
            ("owner", "Say who does it"),
            ("due_on", "Say by which day"),
        ):
            if name not in self.errors and not given.get(name):
                self.add_error(name, sentence)
        return given


class OneFollowUpForm(FollowUpForm):
    """A follow-up added by itself, after a decision."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, needed=True, **kwargs)


class FollowUpEndForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.ChoiceField(
        label="What became of it?",
        choices=[(FollowUpState.DONE, "It is done"), (FollowUpState.CANCELLED, "It is no longer needed")],
        widget=Radios(),
        error_messages={"required": "Say whether it is done"},
    )
    note = text("Note", rows=4, most=10_000, hint="What you did or noticed. If it is no longer needed, say why.")

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("state") == FollowUpState.CANCELLED and not (given.get("note") or "").strip():
            self.add_error("note", "Say why this is no longer needed")
        return given
