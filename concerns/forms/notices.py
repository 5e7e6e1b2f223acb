"""The short forms: a missing or absent child (CON-19), a notice of Operation Encompass (CON-20), and what follows."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone

from concerns.forms.boxes import line, not_shown_as_optional, text
from concerns.forms.reporting import Entry
from concerns.operations.notices import Step
from concerns.terms import (
    ChildThere,
    ContactMethod,
    Conversation,
    FoundWhere,
    MissingHow,
    NoticeOf,
    SearchStep,
    WelfareTold,
)
from lps_safeguarding.web.fields import MomentField
from lps_safeguarding.web.typed import WrittenText
from lps_safeguarding.web.widgets import Radios, Tick

YES_NO = [("yes", "Yes, or I think so"), ("no", "No")]


def _moment(label: str, what: str, *, hint: str = "", required: bool = False, missing: str = "") -> MomentField:
    errors = {"required": missing} if missing else {}
    return MomentField(
        label=label, what=what, past_only=True, required=required, help_text=hint, error_messages=errors
    )


def _choice(label: str, choices, *, missing: str, required: bool = True, **widget: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        required=required,
        widget=Radios(**widget),
        error_messages={"required": missing},
    )


class ShortForm(Entry):
    """What both short forms ask beside the boxes of every entry: is the child at risk now? (CON-03)"""

    has_body_map = False

    at_risk_now = _choice(
        "Is the child at risk of harm right now?",
        YES_NO,
        missing="Say whether the child is at risk of harm right now",
        hints={"yes": "As urgent as a pink form. Speak to a DSL as well."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passed_to"].label = "Which DSL is it for?"

    @property
    def at_risk(self) -> bool:
        return self.cleaned_data["at_risk_now"] == "yes"

    def _needed(self, cleaned: dict[str, Any], name: str, sentence: str) -> None:
        if name not in self.errors and not cleaned.get(name):
            self.add_error(name, sentence)


def step_text(label: str) -> WrittenText:
    return not_shown_as_optional(line(label, most=10_000))  # type: ignore[return-value]


class MissingForm(ShortForm):
    """A missing or absent child (CON-19): since when, last contact, what was done, who was told."""

    how = _choice(
        "What has happened?", MissingHow.choices, missing="Choose in what way the child is missing or absent"
    )
    last_contact_with = line(
        "Last contact: with whom", most=500, hint="Who last saw or spoke to the child, and what was said"
    )
    last_contact_at = _moment("When that was", "the time of the last contact")
    why_worried = text(
        "What could put the child at risk", rows=3, most=100_000, hint="What you know: health, who they may be with"
    )
    welfare_told = _choice(
        "Was the Education Welfare Service told?",
        WelfareTold.choices,
        missing="Say whether the Education Welfare Service was told",
        reveals={WelfareTold.YES: ["welfare_told_at", "welfare_told_by"]},
    )
    welfare_told_at = not_shown_as_optional(_moment("When", "the time they were told"))
    welfare_told_by = not_shown_as_optional(line("Who told them"))

    # In the order of the page, so that the errors at its head are too.
    first = ["child", "at_risk_now", "how", "observed_at", "place", "what_was_seen", "why_worried"]
    first += ["last_contact_with", "last_contact_at"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["observed_at"].label = "Missing or absent since"
        self.fields["observed_at"].what = "since when the child is missing"
        self.fields["observed_at"].help_text = "It says now. Change it to the day and time it began."
        self.fields["observed_at"].error_messages["required"] = "Enter since when the child is missing or absent"
        self.fields["place"].label = "Where the child was last seen"
        self.fields["place"].error_messages["required"] = "Write where the child was last seen, or “not known”"
        self.fields["what_was_seen"].label = "What do we know?"
        self.fields["what_was_seen"].help_text = "What happened, what the child wore and carried, where they may be"
        self.fields["what_was_seen"].error_messages["required"] = "Write what is known about it"
        for step in SearchStep:
            self._add_step(step)
        told = ["welfare_told", "welfare_told_at", "welfare_told_by", "brought", "passed_to"]
        steps = [name for name in self.fields if name.startswith("step_")]
        self.order_fields([*self.first, *steps, *told])

    def _add_step(self, step: SearchStep) -> None:
        name = f"step_{step}"
        opened = [f"{name}_at", f"{name}_text"]
        what = "What was done" if step == SearchStep.OTHER else "What came of it"
        self.fields[f"{name}_at"] = not_shown_as_optional(_moment("When", "the time it was done"))
        self.fields[f"{name}_text"] = step_text(what)
        if step == SearchStep.TOLD_POLICE:
            opened.insert(1, f"{name}_reference")
            self.fields[f"{name}_reference"] = not_shown_as_optional(
                line("Their reference", most=100, hint="If they gave none yet, write “none yet”")
            )
        self.fields[name] = forms.BooleanField(label=step.label, required=False, widget=Tick(reveals=opened))
        if not self.is_bound:
            self.initial.setdefault(f"{name}_at", self.now)

    @property
    def step_boxes(self) -> list[BoundField]:
        """The tick boxes of what was done; each opens its own boxes."""
        return [self[f"step_{step}"] for step in SearchStep]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if len(cleaned.get("child") or []) + bool(cleaned.get("new_child_name")) > 1:
            self.add_error("child", "Send one form for each child: each is looked for, and found, on their own")
        if cleaned.get("welfare_told") == WelfareTold.YES:
            self._needed(cleaned, "welfare_told_at", "Say when the Education Welfare Service was told")
            self._needed(cleaned, "welfare_told_by", "Say who told them")
        for step in SearchStep:
            self._clean_step(cleaned, step)
        return cleaned

    def _clean_step(self, cleaned: dict[str, Any], step: SearchStep) -> None:
        name = f"step_{step}"
        if not cleaned.get(name):
            # Not ticked: what stands in its boxes is not sent, and is not to be complained about.
            for box in (f"{name}_at", f"{name}_text", f"{name}_reference"):
                self.errors.pop(box, None)
            return
        self._needed(cleaned, f"{name}_at", f"{step.label}: say when")
        if step == SearchStep.TOLD_POLICE:
            self._needed(cleaned, f"{name}_reference", "Add the reference the police gave, or write “none yet”")
        if step == SearchStep.OTHER:
            self._needed(cleaned, f"{name}_text", "Say what was done")

    def given(self) -> dict[str, Any]:
        """What `report_missing_child` takes, beside the child and the person to tell."""
        names = ("how", "last_contact_with", "last_contact_at", "why_worried", "welfare_told", "welfare_told_at")
        return {
            **self.account(),
            **{name: self.cleaned_data[name] for name in (*names, "welfare_told_by")},
            "at_risk_now": self.at_risk,
            "steps": self._steps(),
        }

    def _steps(self) -> Sequence[Step]:
        given = self.cleaned_data
        return [
            Step(
                step=step.value,
                at=given[f"step_{step}_at"],
                what_came_of_it=given[f"step_{step}_text"],
                their_reference=given.get(f"step_{step}_reference", ""),
            )
            for step in SearchStep
            if given[f"step_{step}"]
        ]


class EncompassForm(ShortForm):
    """A notice of Operation Encompass (CON-20), in the order in which the police write it."""

    of = _choice(
        "What is the notice about?",
        NoticeOf.choices,
        missing="Choose what the notice is about",
        reveals={NoticeOf.MISSING_FROM_HOME: ["still_missing"]},
    )
    still_missing = forms.BooleanField(label="The child is still missing", required=False, widget=Tick())
    police_reference = line(
        "Police reference", most=100, required=True, missing="Type the reference of the police", width="20"
    )
    received_at = _moment(
        "When the notice came",
        "the time the notice came",
        hint="When it reached the school, not when you opened it.",
        required=True,
        missing="Enter when the notice came",
    )
    received_by = _choice("How it came", ContactMethod.choices, missing="Choose how the notice came", required=True)
    child_there = _choice(
        "Where was the child?", ChildThere.choices, missing="Say where the child was, as far as the police say"
    )
    child_where = line("Where exactly, if the police say", most=1_000)
    childs_words = text(
        "The voice of the child",
        rows=4,
        most=100_000,
        hint="What the child said to the police, and how the child seemed. In their words where you have them.",
    )
    actions_asked = text(
        "What the police ask us to do, or have done themselves",
        rows=3,
        most=20_000,
        hint="For example: who else was told, who may collect the child, what not to say",
    )

    field_order = ["child", "at_risk_now", "of", "still_missing", "police_reference", "received_at", "received_by"]
    field_order += ["observed_at", "place", "what_was_seen", "child_there", "child_where", "childs_words"]
    field_order += ["actions_asked", "passed_to"]

    def __init__(self, *args: Any, initial: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=initial, **kwargs)
        when = self.fields["observed_at"]
        when.label = "When it happened"
        when.help_text = ""
        when.error_messages["required"] = "Enter when it happened, as the police say"
        self.fields["place"].label = "Where it happened"
        self.fields["place"].error_messages["required"] = "Write where it happened"
        self.fields["what_was_seen"].label = "The circumstances"
        self.fields["what_was_seen"].help_text = "What the police write, as they write it"
        self.fields["what_was_seen"].error_messages["required"] = "Write what the police say happened"
        if not self.is_bound:
            self.initial.setdefault("received_at", self.now)
            self.initial.setdefault("received_by", ContactMethod.EMAIL)
            if not initial or "observed_at" not in initial:
                self.initial.pop("observed_at", None)  # an incident is never now

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        happened, came = cleaned.get("observed_at"), cleaned.get("received_at")
        if happened and came and happened > came + datetime.timedelta(minutes=5):
            self.add_error("observed_at", "The notice cannot come before what it is about. Check both times")
        return cleaned

    def given(self) -> dict[str, Any]:
        """What `log_encompass_notice` takes, beside the children and the person to tell."""
        account = {name: self.cleaned_data[name] for name in ("what_was_seen", "place", "observed_at")}
        names = (
            "of",
            "still_missing",
            "police_reference",
            "received_at",
            "received_by",
            "child_there",
            "child_where",
            "childs_words",
            "actions_asked",
        )
        return {**account, **{name: self.cleaned_data[name] for name in names}, "at_risk_now": self.at_risk}


# --- What follows ---------------------------------------------------------------------------------------------------
class StepForm(forms.Form):
    """One more thing that was done to find the child (CON-19)."""

    step = _choice("What was done?", SearchStep.choices, missing="Choose what was done")
    at = _moment("When", "the time it was done", required=True, missing="Say when it was done")
    what_came_of_it = text("What came of it", rows=3, most=10_000)
    their_reference = line("Reference, if the police or another service gave one", most=100)
    submission_key = forms.UUIDField(widget=forms.HiddenInput)

    def given(self) -> Step:
        names = ("step", "at", "what_came_of_it", "their_reference")
        return Step(**{name: self.cleaned_data[name] for name in names})


class ConversationForm(forms.Form):
    """The conversation with a child who is back (CON-19)."""

    conversation = _choice(
        "The conversation with the child about it",
        Conversation.choices,
        missing="Say whether the conversation was offered",
        reveals={Conversation.DONE: ["conversation_at", "conversation_with", "what_child_said"]},
    )
    conversation_at = not_shown_as_optional(_moment("When", "the time of the conversation"))
    conversation_with = not_shown_as_optional(line("Who talked with the child"))
    what_child_said = not_shown_as_optional(
        text("What the child said", rows=5, most=100_000, hint="Their own words, slang too")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("conversation") == Conversation.DONE:
            if not cleaned.get("conversation_at") and "conversation_at" not in self.errors:
                self.add_error("conversation_at", "Say when the conversation was held")
            if not cleaned.get("conversation_with") and "conversation_with" not in self.errors:
                self.add_error("conversation_with", "Say who talked with the child")
        return cleaned


class FoundForm(ConversationForm):
    """The child is found or back (CON-19)."""

    found_at = _moment(
        "When the child was found or came back",
        "the time",
        required=True,
        missing="Say when the child was found or came back",
    )
    where = _choice("Where is the child now?", FoundWhere.choices, missing="Say where the child is")
    told_by = line("Who saw the child, or told us", required=True, missing="Say who saw the child, or who told us")
    how_found = text("How the child was found, and how they are", rows=3, most=20_000)
    field_order = [
        "found_at",
        "where",
        "told_by",
        "how_found",
        "conversation",
        "conversation_at",
        "conversation_with",
        "what_child_said",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["version"]
        if not self.is_bound:
            self.initial.setdefault("found_at", timezone.now())
            self.initial.setdefault("conversation", Conversation.NOT_OFFERED)
