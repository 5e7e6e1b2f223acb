"""What kind of concern it is: tick boxes with the local priorities marked, a word of warning where one is due at once,
and the signs of each kind one click away (CON-15, CON-17, DEC-05 to DEC-07)."""

from __future__ import annotations

from functools import cache
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from concerns import priorities
from concerns.duty_terms import ONLINE, PREJUDICES
from concerns.terms import Kind
from lps_safeguarding.web.widgets import Tickboxes

# Said where the kind is ticked, because a moment later may be too late. One sentence each.
AT_ONCE = {
    Kind.FGM: "A girl told you, or you saw it: you report it to the police yourself. We show you how after sending.",
    Kind.FORCED_MARRIAGE: "Do not speak to the family or to friends of the family about it.",
    Kind.HONOUR_BASED: "Do not speak to the family or to friends of the family about it.",
    Kind.NUDES: "Nobody looks at the picture, copies it or sends it on, you neither. Leave it where it is.",
    Kind.UPSKIRTING: "Nobody looks at the picture, copies it or sends it on, you neither. Leave it where it is.",
}


class KindBoxes(Tickboxes):
    """Tick boxes of kinds. Each has, beside its label, the way to its signs."""

    def __init__(self, *args: Any, small: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.small = small

    def aside(self, value: str) -> SafeString:
        """What stands beside a choice."""
        return _ways_to_signs()[value]


@cache
def _ways_to_signs() -> dict[str, SafeString]:
    return {
        kind.value: format_html(
            '<a class="signs-link" href="{}" target="_blank" rel="noopener" data-signs>Signs'
            '<span class="govuk-visually-hidden"> of: {} (opens in a new tab)</span></a>',
            reverse("concerns:signs_of", args=[kind.value]),
            kind.label,
        )
        for kind in Kind
    }


class AskingKinds(forms.Form):
    """The part of a form that asks for kinds, and for what is meant more exactly where a kind asks for it."""

    kinds = forms.MultipleChoiceField(
        label="What kind of concern is it?",
        choices=Kind.choices,
        required=False,
        widget=KindBoxes(reveals={Kind.BULLYING: ["prejudices"], Kind.ONLINE: ["online_risks"]}),
    )
    prejudices = forms.MultipleChoiceField(
        label="What was it about?",
        choices=[(each.value, each.label) for each in PREJUDICES],
        required=False,
        widget=Tickboxes(),
        help_text="Tick as many as fit.",
    )
    online_risks = forms.MultipleChoiceField(
        label="Which side of being online?",
        choices=[(each.value, each.label) for each in ONLINE],
        required=False,
        widget=Tickboxes(),
        help_text="Tick as many as fit.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget: Any = self.fields["kinds"].widget
        here = priorities.now()
        widget.hints = {
            kind.value: " ".join(
                filter(None, ["Local priority." if kind.value in here else "", AT_ONCE.get(kind, "")])
            )
            for kind in Kind
            if kind.value in here or kind in AT_ONCE
        }
        for name in ("prejudices", "online_risks"):
            detail: Any = self.fields[name]
            detail.widget.small = True
            detail.says_optional = False

    def particulars(self) -> list[str]:
        """What was ticked more exactly, of the kinds that are ticked."""
        given = self.cleaned_data
        kinds = given.get("kinds") or []
        return [
            *(given.get("prejudices", []) if Kind.BULLYING in kinds else []),
            *(given.get("online_risks", []) if Kind.ONLINE in kinds else []),
        ]


def particulars_to_tick(particulars: list[str]) -> dict[str, list[str]]:
    """Initial values of the detail boxes."""
    return {
        "prejudices": [each for each in particulars if each in PREJUDICES],
        "online_risks": [each for each in particulars if each in ONLINE],
    }


class PrioritiesForm(forms.Form):
    """Which kinds are local priorities from today on."""

    kinds = forms.MultipleChoiceField(
        label="Kinds of concern", choices=Kind.choices, required=False, widget=Tickboxes()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget: Any = self.fields["kinds"].widget
        widget.small = True
        widget.hints = {kind: f"Since {since:%-d %B %Y}" for kind, since in priorities.now().items()}
