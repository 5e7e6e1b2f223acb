"""What is filled in about a referral (DEC-10)."""

from __future__ import annotations

from typing import Any

from django import forms

from concerns.forms.boxes import line, not_shown_as_optional, small, text, without_errors
from concerns.terms import (
    REFERRAL_OPTIONS,
    ContactMethod,
    Option,
    SharingGround,
    Urgency,
)
from lps_safeguarding.web.fields import DayField, MomentField
from lps_safeguarding.web.widgets import Radios

AGENCIES = [(option.value, option.label) for option in REFERRAL_OPTIONS]


class ReferralForm(forms.Form):
    """One referral (DEC-10): whom, when, how, what was shared, on what ground."""

    person_spoken_to = line("Who you spoke to", hint="A name or what they told you, for example “duty worker”")
    made_at = MomentField(label="When", what="when you made the referral", past_only=True)
    method = forms.ChoiceField(
        label="How",
        choices=ContactMethod.choices,
        widget=small(Radios()),
        error_messages={"required": "Say how you told them"},
    )
    urgency = forms.ChoiceField(
        label="How urgent",
        choices=Urgency.choices,
        widget=small(Radios()),
        error_messages={"required": "Say how urgent it is"},
    )
    what_was_shared = text("What you told them", rows=4, most=50_000, required=True, missing="Say what you told them")
    ground = forms.ChoiceField(
        label="Consent, or the reason to share without it",
        choices=SharingGround.choices,
        widget=small(Radios()),
        error_messages={"required": "Say whether there was consent, or why you shared without"},
    )
    ground_detail = not_shown_as_optional(
        line("Why you shared it without consent", most=5_000, hint="One sentence. Leave empty if there was consent.")
    )
    their_reference = line("Their reference", most=100, width="20")
    confirmed_in_writing_on = DayField(
        label="Confirmed in writing on", what="the day you confirmed it", required=False, past_only=True
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        ground = given.get("ground")
        if ground and ground != SharingGround.CONSENT and not (given.get("ground_detail") or "").strip():
            self.add_error("ground_detail", "Say in a sentence why you shared it without consent")
        return given


class ReferralNow(forms.Form):
    """Whether a referral that was just chosen has been made already; details only if so."""

    YES, LATER = "yes", "later"

    made = forms.ChoiceField(
        label="Have you made this referral?",
        choices=[(YES, "Yes"), (LATER, "Not yet: remind me today")],
        widget=Radios(inline=True),
        error_messages={"required": "Say whether you have made this referral"},
    )


class ChosenReferral:
    """One chosen agency on the decision form: the question whether it is made, and the details."""

    def __init__(self, option: str, *, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        self.option = option
        self.not_asked_yet = False
        prefix = f"referral-{option}"
        self.now = ReferralNow(data, prefix=prefix)
        self.details = ReferralForm(data, prefix=prefix, initial=initial or {})

    @property
    def label(self) -> str:
        return Option(self.option).label if self.option in Option.values else ""

    @property
    def is_made(self) -> bool:
        return self.now.data.get(self.now.add_prefix("made")) == ReferralNow.YES if self.now.is_bound else False

    def is_valid(self) -> bool:
        if not self.now.is_valid():
            without_errors(self.details)
            return False
        if not self.is_made:
            without_errors(self.details)
            return True
        return self.details.is_valid()

    def forget_errors(self) -> None:
        without_errors(self.now)
        without_errors(self.details)

    def given(self) -> dict[str, Any] | None:
        """What `make_referral` takes; None when it is to be made later today."""
        return {"agency": self.option, **self.details.cleaned_data} if self.is_made else None

    @property
    def forms(self) -> list[forms.Form]:
        return [self.now, self.details]


class OneReferralForm(ReferralForm):
    """A referral recorded by itself, after a decision."""

    agency = forms.ChoiceField(
        label="To whom", choices=AGENCIES, widget=Radios(), error_messages={"required": "Say to whom you referred"}
    )
    field_order = ["agency"]


class AcknowledgementForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    at = MomentField(label="When they confirmed it", what="when they confirmed it", past_only=True)
    their_reference = line("Their reference", most=100, width="20")


class AnswerForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    answer = text("What they decided", rows=4, most=20_000, required=True, missing="Say what they decided")
    at = MomentField(label="When they told us", what="when they told us", past_only=True)
    next_review_on = DayField(
        label="Look at it again on", what="the day of the review", required=False, future_only=True
    )


class ChaseForm(forms.Form):
    """Asked again (DEC-10)."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    what = text(
        "Whom you asked, and what they said",
        rows=3,
        most=20_000,
        required=True,
        missing="Say whom you asked and what they said",
    )


class ConfirmForm(forms.Form):
    """Confirmed in writing (DEC-10)."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    confirmed_on = DayField(label="Confirmed in writing on", what="the day you confirmed it", past_only=True)


class EscalateForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    what = text(
        "To whom you took it, and what you said",
        rows=4,
        most=20_000,
        required=True,
        missing="Say to whom you took it and what you said",
    )


class WithdrawForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    why = text("Why it is withdrawn", rows=3, most=20_000, required=True, missing="Say why the referral is withdrawn")
