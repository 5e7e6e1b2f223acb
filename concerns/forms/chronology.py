"""Which part of a chronology is asked for, by fields that stand in clear (CPF-03)."""

from __future__ import annotations

from typing import Any

from django import forms

from concerns.chronology import KINDS_OF_ENTRY, Wanted
from lps_safeguarding.web.fields import DayField
from lps_safeguarding.web.widgets import Tickboxes


class WantedForm(forms.Form):
    """Sent in the address, which holds kinds and days and nothing else."""

    kinds = forms.MultipleChoiceField(
        label="Kinds of entry", choices=KINDS_OF_ENTRY, required=False, widget=Tickboxes(), help_text="None: all."
    )
    significant = forms.BooleanField(label="Significant entries only", required=False)
    since = DayField(label="From", what="the first day", required=False)
    until = DayField(label="Until", what="the last day", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].widget.small = True
        for field in self.fields.values():
            field.says_optional = False

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            self.add_error("until", "The last day is before the first day. Check both dates")
        return given

    def wanted(self) -> Wanted:
        """What was asked for; where an answer is wrong, as if it had not been given."""
        self.is_valid()
        given = self.cleaned_data
        kinds = tuple(kind for kind, _ in KINDS_OF_ENTRY if kind in given.get("kinds", ()))
        return Wanted(kinds, given.get("since"), given.get("until"), bool(given.get("significant")))
