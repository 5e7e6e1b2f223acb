"""What is asked about an adult: few boxes, plain words. Two must be filled in: who it is about, and what happened."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from allegations import choosing, routing
from allegations.terms import About
from lps_safeguarding.people.models import Adult, User
from lps_safeguarding.web.fields import MomentField
from lps_safeguarding.web.typed import WrittenText
from lps_safeguarding.web.widgets import LongText, Radios, Tick


class Intake(forms.Form):
    """What both intakes ask."""

    about: About

    what_happened = WrittenText(
        label="What did you see or hear?",
        help_text="Only what you saw, heard or were told. Use the words that were used.",
        widget=LongText(rows=7),
        error_messages={"required": "Write down what you saw or heard"},
    )
    happened_at = MomentField(label="When was it?", what="the date and time", past_only=True, required=False)
    when_typed = WrittenText(
        label="If you do not know the exact time",
        longest=1_000,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="For example: several times since September",
    )
    place = WrittenText(
        label="Where was it?", longest=1_000, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    children = WrittenText(
        label="Which children, if any?",
        longest=2_000,
        required=False,
        widget=LongText(rows=2),
    )
    who_else_knows = WrittenText(
        label="Who else saw it or knows of it?", longest=10_000, required=False, widget=LongText(rows=2)
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["when_typed"].says_optional = False  # type: ignore[attr-defined]

    def account(self) -> dict[str, Any]:
        names = ("what_happened", "happened_at", "when_typed", "place", "children", "who_else_knows")
        return {name: self.cleaned_data[name] for name in names}


class AdultIntake(Intake):
    """About an adult who works or helps here (ALG-01)."""

    about = About.ADULT

    adult_name = forms.CharField(required=False, max_length=200)  # what is looked for; never kept
    adult = forms.CharField(required=False, max_length=20)
    subject_typed = WrittenText(
        label="Not on the list? Type the name, or what you know",
        longest=500,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="For example: the driver of the Tuesday minibus",
    )
    is_headteacher = forms.ChoiceField(
        label="Is it about the headteacher?",
        choices=[("yes", "Yes"), ("no", "No, it is somebody else")],
        widget=Radios,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("subject_typed", "is_headteacher"):
            self.fields[name].says_optional = False  # type: ignore[attr-defined]
        self.asks_about_headteacher = False
        typed = self.data.get("subject_typed", "") if self.is_bound else self.initial.get("subject_typed") or ""
        seems = routing.reads_like_the_headteacher(typed, timezone.now()) if typed else None
        if seems is not None:
            self.asks_about_headteacher = True
            self.fields["is_headteacher"].label = f"Is it about {seems.name}, the headteacher?"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = choosing.chosen_adult(self.user, cleaned.get("adult") or "")
        if cleaned.get("adult") and chosen is None:
            self.add_error("subject_typed", "That person is not on the list. Find them again, or type the name here")
        cleaned["chosen"] = chosen
        if chosen is None and not cleaned.get("subject_typed") and "subject_typed" not in self.errors:
            self.add_error("subject_typed", "Say who it is about: find the person, or type here what you know")
        if chosen is None and self.asks_about_headteacher and cleaned.get("is_headteacher") not in ("yes", "no"):
            self.add_error("is_headteacher", "Answer this, so that it reaches the right person")
        return cleaned

    def goes_to_chair(self, chosen: Adult | None) -> bool:
        """Whether the answers so far name the headteacher: then it goes to the chair, before anything else."""
        if chosen is not None:
            return routing.acts_as_headteacher(chosen.pk, timezone.now())
        return self.asks_about_headteacher and self.data.get("is_headteacher") == "yes"


class HeadteacherIntake(Intake):
    """About the headteacher: to the chair; with the chair part of it, to the vice chair (ALG-02)."""

    about = About.HEADTEACHER

    which = forms.ChoiceField(
        label="Who is it about?",
        widget=Radios,
        required=False,
        error_messages={"invalid_choice": "Choose one of them"},
    )
    chair_is_part = forms.BooleanField(
        label="The chair of the management committee is part of it too", required=False, widget=Tick()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.heads = routing.headteacher_candidates(timezone.now())
        which: Any = self.fields["which"]
        which.choices = [(str(head.adult_id), head.name) for head in self.heads]
        which.says_optional = False
        if len(self.heads) < 2:
            del self.fields["which"]
        elif not self.is_bound:
            self.initial.setdefault("which", str(self.heads[0].adult_id))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "which" in self.fields and "which" not in self.errors and not cleaned.get("which"):
            self.add_error("which", "Choose who it is about")
        return cleaned

    def subjects(self) -> list[Adult]:
        """The headteacher it is about, and the chair when part of it: neither can ever see it."""
        wanted = self.cleaned_data.get("which")
        found = [head.adult for head in self.heads if wanted in (None, "", str(head.adult_id))][:1]
        if self.cleaned_data["chair_is_part"]:
            found += routing.chairs()[:1]
        return found


class NotSure(forms.Form):
    """Three plain questions that lead to the right place (CON-02)."""

    YES_NO = (("yes", "Yes"), ("no", "No"))

    headteacher = forms.ChoiceField(
        label="Is it about the headteacher, or about somebody who stands in for the headteacher?",
        choices=YES_NO,
        widget=Radios(inline=True),
        error_messages={"required": "Answer the first question"},
    )
    adult = forms.ChoiceField(
        label="Is it about what another adult did who works here, helps here, visits, or uses our rooms?",
        choices=YES_NO,
        widget=Radios(inline=True),
        error_messages={"required": "Answer the second question"},
    )
    child = forms.ChoiceField(
        label="Is it about a child: what happened to a child at home, outside or online, or what a child did?",
        choices=YES_NO,
        widget=Radios(inline=True),
        error_messages={"required": "Answer the third question"},
    )

    def leads_to(self) -> str:
        """The name of the page; empty when all answers are no. The way with the fewest readers comes first."""
        for name, page in (
            ("headteacher", "allegations:intake_headteacher"),
            ("adult", "allegations:intake_adult"),
            ("child", "concerns:log_immediate"),
        ):
            if self.cleaned_data[name] == "yes":
                return page
        return ""
