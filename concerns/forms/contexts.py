"""Places, groups of peers, online spaces and routes: what is typed about them (CON-16)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from concerns.forms.boxes import line, text
from concerns.terms import ContextKind, NoteAbout
from lps_safeguarding.people.models import User
from lps_safeguarding.web.fields import DayField
from lps_safeguarding.web.typed import WrittenText
from lps_safeguarding.web.widgets import Radios

NO_NAMES = "The whole safeguarding team reads this. Name no child here."


class LinkContextForm(forms.Form):
    """A context for a concern: typed, with those that are known as suggestions."""

    context = WrittenText(
        label="Place, group, online space or route",
        longest=240,
        widget=forms.TextInput({"list": "contexts", "autocomplete": "off"}),
        help_text="Start typing. What is not known yet can be added.",
        error_messages={"required": "Type its name"},
    )


class ContextForm(forms.Form):
    """A new context, or another description of one."""

    name = line("Name", most=200, required=True, missing="Give it a name that the whole team will know", hint=NO_NAMES)
    kind = forms.ChoiceField(
        label="What is it?",
        choices=ContextKind.choices,
        widget=Radios,
        error_messages={"required": "Choose what it is"},
    )
    description = text("What everybody should know about it", rows=4, most=10_000)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class NoteForm(forms.Form):
    """What is happening in a context, or what was done about it."""

    about = forms.ChoiceField(
        label="What is the note about?",
        choices=NoteAbout.choices,
        widget=Radios,
        error_messages={"required": "Choose what the note is about"},
    )
    text = text("Note", rows=5, most=50_000, required=True, missing="Write the note", hint=NO_NAMES)
    submission_key = forms.UUIDField(widget=forms.HiddenInput)


class ContextFollowUpForm(forms.Form):
    """Something to be done about a context, by somebody on the safeguarding team."""

    what = text(
        "What is to be done", rows=3, most=5_000, required=True, missing="Say what is to be done", hint=NO_NAMES
    )
    owner = forms.ModelChoiceField(
        label="Who does it",
        queryset=User.objects.none(),
        empty_label="Choose somebody",
        error_messages={"required": "Choose who does it"},
    )
    due_on = DayField(label="By", what="the day", error_messages={"required": "Enter by which day"})

    def __init__(self, *args: Any, team: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = team
        owner.label_from_instance = lambda person: person.name


class DoneForm(forms.Form):
    """What was done about it; it stands among the notes."""

    what_was_done = text(
        "What was done", rows=4, most=50_000, required=True, missing="Say what was done, or why it is not needed",
        hint=NO_NAMES,
    )  # fmt: skip


class JoinForm(forms.Form):
    """Which other entry is the same."""

    other = WrittenText(
        label="Which entry is the same as this one?",
        longest=240,
        widget=forms.TextInput({"list": "contexts", "autocomplete": "off"}),
        help_text="It is shown with this one from now on. Nothing that was written is lost, and it can be undone.",
        error_messages={"required": "Type the name of the other entry"},
    )
