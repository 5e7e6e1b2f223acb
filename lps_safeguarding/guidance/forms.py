"""Forms of the pages on duties and times: wording and checks of input, no rights."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils import timezone
from django.utils.text import slugify

from .lengths import By, Unit
from .models import Duty, Edition, Kind

SMALLEST, GREATEST = 1, 1000


def _number(label: str, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=SMALLEST,
        max_value=GREATEST,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4", "autocomplete": "off"}),
        error_messages={
            "required": "Enter a number.",
            "invalid": "Enter a whole number, such as 5.",
            "min_value": f"The number must be {SMALLEST} or more.",
            "max_value": f"The number must be {GREATEST} or less.",
        },
        **more,
    )


class SettingForm(forms.Form):
    """Another value for one of the school's own settings."""

    value = _number("New value")
    why = forms.CharField(
        label="Why it is changed",
        max_length=300,
        help_text="Anyone who reads the duties and times sees this. Name nobody.",
        error_messages={"required": "Say why it is changed.", "max_length": "Use 300 characters or fewer."},
    )

    def __init__(self, *args: Any, duty: Duty, **more: Any) -> None:
        super().__init__(*args, **more)
        self.duty = duty
        self.fields["value"].label = f"New value in {duty.length.unit.label}"

    def clean_value(self) -> int:
        value: int = self.cleaned_data["value"]
        if value == self.duty.value:
            raise forms.ValidationError(f"It is {value} already. Enter another number, or go back.")
        return value


class EditionForm(forms.ModelForm):
    """Name, date of effect and source of a new edition."""

    class Meta:
        model = Edition
        fields = ["name", "effective_from", "source", "why"]
        labels = {
            "name": "Name of the new edition",
            "effective_from": "In force from",
            "source": "Where it was published",
            "why": "What is new, in a sentence",
        }
        help_texts = {"effective_from": "For example 1/9/2026. Records begun before this day keep the older edition."}
        widgets = {"effective_from": forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-10"})}
        error_messages = {
            "name": {"required": "Enter the name of the edition."},
            "effective_from": {
                "required": "Enter the day it is in force from.",
                "invalid": "Enter a real date, such as 1/9/2026.",
            },
            "source": {"required": "Say where it was published."},
        }

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["why"].required = True
        self.fields["why"].error_messages["required"] = "Say in a sentence what is new."

    def clean_effective_from(self) -> Any:
        day = self.cleaned_data["effective_from"]
        if day < timezone.localdate():
            raise forms.ValidationError("A new edition cannot be in force before today.")
        return day


class DutyForm(forms.ModelForm):
    """One duty as the new edition has it."""

    value = _number("Number")

    class Meta:
        model = Duty
        fields = ["value", "unit", "source", "paragraph", "wording"]
        labels = {"unit": "Unit", "source": "Source", "paragraph": "Paragraph", "wording": "What it means"}
        widgets = {"wording": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.slug = self.initial.get("slug", "")
        self.title = self.initial.get("title", "")

    def changes(self) -> dict[str, Any]:
        """Only what the new edition says differently."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in self.cleaned_data}

    def _get_validation_exclusions(self) -> set[str]:
        # Uniqueness and the rest of the row are checked where the edition is written.
        return {field.name for field in Duty._meta.fields if field.name not in self._meta.fields}


class NewDutyForm(forms.ModelForm):
    """A duty that the older edition did not know."""

    title = forms.CharField(label="Name of the duty", max_length=120, required=False)
    value = _number("Number", required=False)

    class Meta:
        model = Duty
        fields = ["title", "value", "unit", "source", "paragraph", "wording"]
        labels = {"unit": "Unit", "source": "Source", "paragraph": "Paragraph", "wording": "What it means"}
        widgets = {"wording": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, taken: set[str] = frozenset(), **more: Any) -> None:  # type: ignore[assignment]
        super().__init__(*args, **more)
        self.taken = taken
        for field in self.fields.values():
            field.required = False
        self.fields["unit"].initial = Unit.CALENDAR_DAYS

    def is_empty(self) -> bool:
        return not any(self.cleaned_data.get(name) for name in ("title", "value", "source", "wording"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.is_empty():
            return cleaned
        for name, sentence in (
            ("title", "Enter the name of the new duty, or leave all of it empty."),
            ("value", "Enter a number for the new duty."),
            ("unit", "Choose a unit for the new duty."),
            ("source", "Enter the source of the new duty."),
            ("wording", "Say what the new duty means."),
        ):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        if slugify(cleaned.get("title", "")).replace("-", "_") in self.taken:
            self.add_error("title", "There is a duty with this name already.")
        return cleaned

    def duty(self) -> dict[str, Any] | None:
        """The fields of the new duty; None when the form was left empty."""
        if self.is_empty():
            return None
        cleaned = self.cleaned_data
        return {
            "slug": slugify(cleaned["title"]).replace("-", "_")[:60],
            "title": cleaned["title"],
            "value": cleaned["value"],
            "unit": cleaned["unit"],
            "by": By.MOMENT,
            "kind": Kind.GUIDANCE,
            "source": cleaned["source"],
            "paragraph": cleaned["paragraph"],
            "wording": cleaned["wording"],
        }

    def _get_validation_exclusions(self) -> set[str]:
        return {field.name for field in Duty._meta.fields}


DutyFormSet: type[BaseFormSet] = formset_factory(DutyForm, extra=0)
