"""Forms of an import: the file, what its columns hold, who somebody is. Wording and checks of input, no rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import escape

from lps_safeguarding.imports import columns
from lps_safeguarding.imports.plans import AS_NEW, LEAVE_OUT, Line
from lps_safeguarding.people.models import Service
from lps_safeguarding.web.fields import DayField
from lps_safeguarding.web.widgets import Radios, Tick

MOST_WORDS = 60
"""Different words in the service column that can be asked for on one page."""


class FileForm(forms.Form):
    """The file to import."""

    file = forms.FileField(
        label="The file",
        error_messages={
            "required": "Choose the file",
            "empty": "This file is empty. Export the list again.",
            "missing": "Choose the file",
            "invalid": "Choose the file",
        },
    )

    def __init__(self, *args: Any, kind: str, **more: Any) -> None:
        super().__init__(*args, **more)
        is_ctf = kind == columns.Kind.CTF
        self.fields["file"].help_text = (
            "The XML file that the child’s last school sent. 10 MB at most."
            if is_ctf
            else "CSV or Excel (xlsx), as your information system exports it. 10 MB and 10,000 rows at most."
        )
        self.fields["file"].widget.attrs["accept"] = ".xml" if is_ctf else ".csv,.txt,.xlsx"


def _services() -> list[tuple[str, str]]:
    return [(str(service.pk), service.name) for service in Service.objects.in_order()]


class ColumnsForm(forms.Form):
    """What each column holds; for children also which service the words of a column mean, and who has left."""

    def __init__(
        self,
        *args: Any,
        kind: str,
        headings: Sequence[str] = (),
        examples: Sequence[Sequence[str]] = (),
        guessed: Sequence[str] = (),
        words: Sequence[str] = (),
        meant: Mapping[str, int] | None = None,
        service_of_new: int | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.kind, self.headings, self.words = kind, headings, words
        if kind != columns.Kind.CTF:
            choices = [("", "Leave it out"), *((field.slug, field.label) for field in columns.FIELDS[kind])]
            for n, heading in enumerate(headings):
                shown = ", ".join(example for example in examples[n] if example)
                self.fields[f"column-{n}"] = forms.ChoiceField(
                    label=heading or f"Column {n + 1}, without a heading",
                    help_text=escape(f"For example: {shown}") if shown else "Empty",
                    choices=choices,
                    required=False,
                    initial=guessed[n],
                )
        for field in self.fields.values():
            field.says_optional = False  # a column that is left out is an answer too
        services = _services()
        for n, word in enumerate(words):
            self.fields[f"service-{n}"] = forms.ChoiceField(
                label=f"“{word}” is",
                choices=[("", "None of the services: leave it open"), *services],
                required=False,
                initial=str((meant or {}).get(columns.plain(word), "")),
            )
        if kind != columns.Kind.STAFF:
            self.fields["service_of_new"] = forms.ChoiceField(
                label="Service of new children for whom the file says none",
                choices=[("", "None: ask for it, row by row"), *services],
                required=False,
                initial=str(service_of_new or ""),
            )
        if kind != columns.Kind.CTF:
            everybody = "all children on roll" if kind == columns.Kind.CHILDREN else "all employees"
            self.fields["whole"] = forms.BooleanField(
                label=f"The file holds {everybody}: whoever is not in it has left",
                help_text="Nobody is deleted. You see who it is before anything is written.",
                required=False,
                widget=Tick(reveals=("left_on",)),
            )
            self.fields["left_on"] = DayField(
                label="Their last day", what="the last day", required=False, initial=timezone.localdate()
            )

    def columns(self) -> list[str]:
        return [self.cleaned_data.get(f"column-{n}", "") for n in range(len(self.headings))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        seen: dict[str, str] = {}
        for n in range(len(self.headings)):
            slug = cleaned.get(f"column-{n}", "")
            if slug and slug in seen:
                self.add_error(f"column-{n}", f"The column “{seen[slug]}” holds this already. Leave one of them out.")
            elif slug:
                seen[slug] = self.headings[n] or f"Column {n + 1}"
        if cleaned.get("whole") and not cleaned.get("left_on") and "left_on" not in self.errors:
            self.add_error("left_on", "Enter the last day of those who are not in the file")
        return cleaned

    def said(self) -> dict[str, Any]:
        """What `operations.say_columns` takes."""
        cleaned = self.cleaned_data
        return {
            "columns": self.columns(),
            "services": {
                columns.plain(word): int(cleaned[f"service-{n}"])
                for n, word in enumerate(self.words)
                if cleaned.get(f"service-{n}")
            },
            "service_of_new": int(cleaned["service_of_new"]) if cleaned.get("service_of_new") else None,
            "everybody_left_on": cleaned.get("left_on") if cleaned.get("whole") else None,
        }


class QuestionsForm(forms.Form):
    """Who somebody is whom the program could not be sure about. What is left open is not taken."""

    def __init__(self, *args: Any, lines: Sequence[Line], **more: Any) -> None:
        super().__init__(*args, **more)
        for line in lines:
            new = f"Somebody else: add as new. But: {line.why}" if line.why else "Somebody else: add as new"
            self.fields[f"row-{line.row}"] = forms.ChoiceField(
                label=f"Row {line.row}: {line.who} may be the same as …",
                choices=[*line.candidates, (AS_NEW, new), (LEAVE_OUT, "Leave this row out")],
                widget=Radios(divider_before=AS_NEW),
                required=False,
            )

    def answers(self) -> dict[int, str]:
        return {int(name.removeprefix("row-")): value for name, value in self.cleaned_data.items() if value}


class ConfirmForm(forms.Form):
    """Go ahead, with what this page shows."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    leavers_checked = forms.BooleanField(
        label="I have looked at who will be marked as having left", required=False, widget=Tick()
    )
