"""What is filled in about the special duties of some kinds of concern (CON-13, DEC-05, DEC-08)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from concerns.duty_terms import HowReported, Known, WhyNoReport
from concerns.forms.boxes import line, not_shown_as_optional, text
from concerns.models import FgmReport
from concerns.operations.fgm import NEEDS_WORDS
from lps_safeguarding.web.fields import DayField, MomentField
from lps_safeguarding.web.widgets import Radios


def _known(label: str, *, missing: str, hint: str = "") -> forms.ChoiceField:
    """A question that may be answered with "not known yet"."""
    return forms.ChoiceField(
        label=label,
        choices=Known.choices,
        help_text=hint,
        widget=Radios(inline=True),
        error_messages={"required": missing},
    )


class FgmReportedForm(forms.Form):
    """The teacher reported it: what the police answered (DEC-05)."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    police_reference = line(
        "Reference the police gave",
        most=100,
        required=True,
        missing="Write the reference the police gave. Ask them for it if they did not say one",
        width="20",
    )
    reported_at = MomentField(label="When it was reported", what="when it was reported", past_only=True)
    how = forms.ChoiceField(
        label="How",
        choices=HowReported.choices,
        widget=Radios(),
        error_messages={"required": "Say how it was reported"},
    )
    by_the_teacher = forms.BooleanField(
        label="The teacher made this report in person",
        error_messages={
            "required": "The duty cannot be passed on. Tick this if the teacher reported it, or say why it does not apply"
        },
    )

    def __init__(self, *args: Any, report: FgmReport, by: Any, **kwargs: Any) -> None:
        super().__init__(
            *args,
            initial={
                "version": report.version,
                "police_reference": report.police_reference,
                "reported_at": report.reported_at or timezone.now(),
                "how": report.how,
            },
            prefix="reported",
            **kwargs,
        )
        if report.teacher_id == by.pk:
            del self.fields["by_the_teacher"]

    def given(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "by_the_teacher"}


class FgmNotApplyingForm(forms.Form):
    """Why the duty does not apply (DEC-05)."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    why_not = forms.ChoiceField(
        label="Why the duty does not apply",
        choices=WhyNoReport.choices,
        widget=Radios(),
        error_messages={"required": "Choose why the duty does not apply"},
    )
    why_not_detail = not_shown_as_optional(
        text(
            "More about it", rows=3, most=5_000, hint="Who reported it and the reference, or what the other reason is."
        )
    )

    def __init__(self, *args: Any, report: FgmReport, by: Any, **kwargs: Any) -> None:
        initial = {"version": report.version, "why_not": report.why_not, "why_not_detail": report.why_not_detail}
        super().__init__(*args, initial=initial, prefix="not_applying", **kwargs)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("why_not") in NEEDS_WORDS and not (given.get("why_not_detail") or "").strip():
            self.add_error("why_not_detail", "Say more about the reason")
        return given

    def given(self) -> dict[str, Any]:
        return self.cleaned_data


class CareForm(forms.Form):
    """Who looks after the child, and the notice to the local authority (DEC-08)."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    carer = line("Who looks after the child?", most=500, required=True, missing="Say who looks after the child")
    close_relative = _known(
        "Is that a close relative?",
        hint="Grandparent, brother, sister, uncle, aunt or step-parent. A great-aunt or a cousin is none.",
        missing="Say whether it is a close relative",
    )
    since = DayField(label="Since when?", what="the day it began", required=False, past_only=True)
    long_stay = _known("", missing="Say whether it lasts that long")
    disabled = _known(
        "Is the child disabled?",
        hint="Then it counts up to 18 instead of 16.",
        missing="Say whether the child is disabled",
    )
    notice = forms.ChoiceField(
        label="If this is private fostering, the local authority is told",
        widget=Radios(reveals={"no": ["why_no_notice"]}),
        error_messages={"required": "Say whether you tell the local authority"},
    )
    why_no_notice = not_shown_as_optional(text("Why not", rows=2, most=5_000))

    def __init__(self, *args: Any, days: int, due: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["long_stay"].label = f"Is it for {days} days or more, so far or as planned?"
        notice: Any = self.fields["notice"]
        notice.choices = [("set", f"Put it on my list, to be done by {due:%A %-d %B}"), ("no", "They are not told")]

    def given(self) -> dict[str, Any]:
        """What `record_care` takes."""
        given = dict(self.cleaned_data)
        notice = given.pop("notice")
        return {**given, "give_notice": notice == "set"}


class StaffHarmForm(forms.Form):
    """A member of staff was hurt or shaken (CON-13)."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput)
    who = line("Who?", most=200, required=True, missing="Say who was hurt or shaken")
    hurt = forms.TypedChoiceField(
        label="What happened to them?",
        choices=[("shaken", "Shaken, not injured"), ("hurt", "Hurt: an injury")],
        coerce=lambda value: value == "hurt",
        widget=Radios(hints={"hurt": "See to it first. It goes into the accident book as well."}),
        error_messages={"required": "Say whether there is an injury"},
    )
    talk = forms.BooleanField(label="I would like to talk with a DSL", required=False)


class StaffSupportForm(forms.Form):
    """What was offered to them (CON-13)."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    support = text(
        "What was offered or done", rows=4, most=5_000, required=True, missing="Say what was offered or done",
        hint="A talk, time off the classroom, first aid, occupational health.",
    )  # fmt: skip
