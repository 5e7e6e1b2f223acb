"""What is filled in when something is shared, and the box for a document (DEC-12)."""

from __future__ import annotations

from typing import Any

from django import forms

from concerns.forms.boxes import line, text
from concerns.forms.colleagues import Colleagues, PersonField
from lps_safeguarding.access.levels import Level
from lps_safeguarding.access.models import Consent, Ground
from lps_safeguarding.web.fields import MomentField
from lps_safeguarding.web.widgets import Radios


class ShareForm(forms.Form):
    """Let a colleague see this concern (DEC-12): the access and its record in one step."""

    with_person = PersonField(label="With whom", error_messages={"required": "Say with whom you share this"})
    level = forms.ChoiceField(
        label="How much they see",
        choices=[(Level.SUMMARY, "A summary"), (Level.FULL, "Everything")],
        widget=Radios(
            hints={
                Level.SUMMARY: "Who the child is, what kind of concern, where it stands. Not the account.",
                Level.FULL: "The account, decisions, referrals and files.",
            }
        ),
        error_messages={"required": "Say how much this person sees"},
    )
    what = line("What you share", most=20_000, required=True, missing="Say what you share")
    why = line("Why they need to know", most=5_000, required=True, missing="Say why they need to know")
    ground = forms.ChoiceField(
        label="Ground", choices=Ground.choices, widget=Radios(), error_messages={"required": "Choose the ground"}
    )
    consent = forms.ChoiceField(
        label="Consent",
        choices=Consent.choices,
        widget=Radios(),
        error_messages={"required": "Say whether the family agreed"},
    )

    def __init__(self, *args: Any, colleagues: Colleagues, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["with_person"].colleagues = colleagues


class ShareOutsideForm(forms.Form):
    """What an outside body was told (DEC-12); gives no access."""

    with_whom = line("Whom you told", most=300, required=True, missing="Say whom you told")
    what = text("What you told them", rows=4, most=20_000, required=True, missing="Say what you told them")
    why = line("Why they need to know", most=5_000, required=True, missing="Say why they need to know")
    ground = forms.ChoiceField(
        label="Ground", choices=Ground.choices, widget=Radios(), error_messages={"required": "Choose the ground"}
    )
    consent = forms.ChoiceField(
        label="Consent",
        choices=Consent.choices,
        widget=Radios(),
        error_messages={"required": "Say whether the family agreed"},
    )
    at = MomentField(label="When", what="when you told them", past_only=True)


class DocumentForm(forms.Form):
    """A document to keep with the concern. Images are refused by the vault, whatever their name (CON-08)."""

    document = forms.FileField(
        label="Document",
        help_text="PDF, Word, OpenDocument, text, e-mail or spreadsheet. No photographs.",
        error_messages={
            "required": "Choose a document",
            "empty": "This document is empty. Choose another one.",
            "max_length": "The document’s name is too long. Shorten it and try again.",
        },
    )
