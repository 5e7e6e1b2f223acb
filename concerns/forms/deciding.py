"""What a DSL fills in: the decision, and the small forms that close, reopen, assign and answer.

The forms know wording and check input; what is allowed and what follows is decided by the operations.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django import forms

from concerns import duties, proposals
from concerns.forms.boxes import line, not_shown_as_optional, text
from concerns.forms.kinds import AskingKinds
from concerns.terms import (
    NOT_CHOSEN_BY_HAND,
    HarmSeen,
    Option,
    Outcome,
    ParentsInformed,
    ReasonNotToInform,
)
from lps_safeguarding.people.models import User
from lps_safeguarding.web.fields import DayField, MomentField
from lps_safeguarding.web.widgets import Radios, Tickboxes

DECIDED_BY_HAND = [(value, label) for value, label in Option.choices if value not in NOT_CHOSEN_BY_HAND]


class DecisionForm(AskingKinds):
    """The whole of a triage on one page (DEC-02 to DEC-13)."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    harm_seen = forms.ChoiceField(
        label="What do you find?",
        choices=HarmSeen.choices,
        widget=Radios(),
        error_messages={"required": "Say whether the child has been harmed or is at risk"},
    )
    options = forms.MultipleChoiceField(
        label="What is to happen",
        choices=DECIDED_BY_HAND,
        widget=Tickboxes(),
        error_messages={"required": "Choose at least one thing to do"},
    )
    not_referred_reason = not_shown_as_optional(
        text(
            "Why a proposed referral is not made",
            rows=2,
            most=20_000,
            hint="Only if you leave out one that is proposed.",
        )
    )
    rationale = text("Why you decide this", rows=5, most=50_000, required=True, missing="Say why you decide this")
    took_part = line("Who took part in the discussion", most=5_000, hint="Names, besides you")
    childs_wishes = not_shown_as_optional(
        text("The child’s wishes and feelings", rows=3, most=20_000, hint="As far as known, in the child’s own words.")
    )
    wishes_missing_reason = not_shown_as_optional(
        line("If they are not known: why", most=5_000, hint="And when somebody will ask.")
    )
    parents_informed = forms.ChoiceField(
        label="Have parents or carers been told?",
        choices=ParentsInformed.choices,
        widget=Radios(
            reveals={
                ParentsInformed.YES: ("parents_informed_at", "parents_informed_by", "parents_what_was_said"),
                ParentsInformed.NO: ("parents_reason", "parents_reason_detail"),
            }
        ),
        error_messages={"required": "Say whether the parents or carers have been told"},
    )
    parents_informed_at = not_shown_as_optional(
        MomentField(label="When they were told", what="when they were told", required=False, past_only=True)
    )
    parents_informed_by = not_shown_as_optional(line("Who told them"))
    parents_what_was_said = not_shown_as_optional(text("What was said", rows=2, most=20_000))
    parents_reason = not_shown_as_optional(
        forms.ChoiceField(label="Why not", choices=ReasonNotToInform.choices, widget=Radios(), required=False)
    )
    parents_reason_detail = line("More about the reason", most=5_000)
    told_despite_risk = not_shown_as_optional(
        text(
            "If the family is told all the same: why that is safe",
            rows=2,
            most=5_000,
            hint="In this kind of concern telling them can put the child in great danger.",
        )
    )
    review_on = DayField(label="Look at this again on", what="the day of the review", required=False, future_only=True)
    feedback = text(
        "Word to the reporter", rows=3, most=10_000, hint="They see this. Tell them only what they need to know."
    )
    assigned_to = forms.ModelChoiceField(
        label="Who has it from now on", queryset=User.objects.none(), required=False, empty_label=None
    )

    def __init__(self, *args: Any, dsls=None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].label = "Kinds of concern"
        for name in ("options", "kinds"):
            self.fields[name].widget.small = True
        self.fields["assigned_to"].queryset = dsls if dsls is not None else User.objects.none()
        # Read once; Django's own choices ask the database again each time they are looked at.
        self.fields["assigned_to"].choices = cache(lambda: [(each.pk, each.name) for each in dsls or ()])

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        harm, options = given.get("harm_seen"), given.get("options") or []
        if harm:
            left_out = proposals.needs_reason(harm, given.get("kinds") or [], options)
            if left_out and not (given.get("not_referred_reason") or "").strip():
                names = " and ".join(proposal.option.label for proposal in left_out)
                self.add_error("not_referred_reason", f"{names}: proposed and not chosen. Choose it, or say why not")
        if not (given.get("childs_wishes") or "").strip() and not (given.get("wishes_missing_reason") or "").strip():
            if "childs_wishes" not in self.errors:
                self.add_error(
                    "childs_wishes", "Write down the child’s wishes and feelings, or below why they are not known"
                )
        self._check_parents(given)
        return given

    def _check_parents(self, given: dict[str, Any]) -> None:
        needed = {
            ParentsInformed.YES: (
                ("parents_informed_at", "Say when the parents or carers were told"),
                ("parents_informed_by", "Say who told them"),
                ("parents_what_was_said", "Say what they were told"),
            ),
            ParentsInformed.NO: (("parents_reason", "Say why the parents or carers are not told"),),
        }.get(given.get("parents_informed"), ())
        for name, sentence in needed:
            if name not in self.errors and not given.get(name):
                self.add_error(name, sentence)
        if (
            duties.family_may_be_the_danger(given.get("kinds") or [])
            and given.get("parents_informed") in (ParentsInformed.YES, ParentsInformed.NOT_YET)
            and not (given.get("told_despite_risk") or "").strip()
        ):
            self.add_error(
                "told_despite_risk",
                "The family may be the danger. Say why it is safe to tell them, or do not tell them",
            )
        if (
            given.get("parents_informed") == ParentsInformed.NO
            and given.get("parents_reason") == ReasonNotToInform.OTHER
            and not (given.get("parents_reason_detail") or "").strip()
        ):
            self.add_error("parents_reason_detail", "Say what the reason is")


class CloseForm(forms.Form):
    """Close with an outcome and the reason (DEC-14)."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    outcome = forms.ChoiceField(
        label="How did it end?",
        choices=Outcome.choices,
        widget=Radios(),
        error_messages={"required": "Choose how this ended"},
    )
    rationale = text("Why it can be closed", rows=5, most=50_000, required=True, missing="Say why it can be closed")


class ReopenForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    why = text("Why you open this again", rows=4, most=50_000, required=True, missing="Say why you open this again")


class AssignForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    to = forms.ModelChoiceField(
        label="Give it to",
        queryset=User.objects.none(),
        empty_label=None,
        widget=Radios(),
        error_messages={
            "required": "Choose who has it from now on",
            "invalid_choice": "Choose a DSL of this service or the lead DSL",
        },
    )

    def __init__(self, *args: Any, dsls, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = dsls
        self.fields["to"].label_from_instance = lambda person: person.name


class FeedbackForm(forms.Form):
    submission_key = forms.UUIDField(widget=forms.HiddenInput)
    text = text(
        "Word to the reporter",
        rows=4,
        most=10_000,
        required=True,
        missing="Write what the reporter should know",
        hint="They see this. Tell them only what they need to know.",
    )
