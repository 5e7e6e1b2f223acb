"""Controls that say more than Django's own: choices with hints and follow-on questions, counted text, dates in parts.

Django's own widgets look right too (`web/jinja2/django/forms/widgets/`); these are for what they cannot do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError


class _Choices:
    """What radios and tick boxes share. `small` is for long lists on the dense pages of DSLs."""

    small = False
    hints: Mapping[str, str]
    reveals: Mapping[str, Sequence[str]]
    inline: bool
    divider_before: str | None

    def _set_up(
        self,
        hints: Mapping[str, str] | None,
        reveals: Mapping[str, Sequence[str]] | None,
        inline: bool,
        divider_before: str | None,
    ) -> None:
        self.hints = {str(value): hint for value, hint in (hints or {}).items()}
        self.reveals = {str(value): tuple(names) for value, names in (reveals or {}).items()}
        self.inline = inline
        self.divider_before = divider_before


class Radios(_Choices, forms.RadioSelect):
    """One of a few answers.

    `hints`: a line of help under a choice, by its value. `reveals`: names of fields of the same form that a choice
    opens (the form's `clean` decides whether they are needed; without JavaScript they are open all the time).
    `inline`: side by side, for two short answers. `divider_before`: the value before which "or" stands.
    """

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        choices: Iterable[Any] = (),
        *,
        hints: Mapping[str, str] | None = None,
        reveals: Mapping[str, Sequence[str]] | None = None,
        inline: bool = False,
        divider_before: str | None = None,
    ) -> None:
        super().__init__(attrs, choices)
        self._set_up(hints, reveals, inline, divider_before)


class Tickboxes(_Choices, forms.CheckboxSelectMultiple):
    """Any of several answers. Arguments as for `Radios`."""

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        choices: Iterable[Any] = (),
        *,
        hints: Mapping[str, str] | None = None,
        reveals: Mapping[str, Sequence[str]] | None = None,
        divider_before: str | None = None,
    ) -> None:
        super().__init__(attrs, choices)
        self._set_up(hints, reveals, False, divider_before)


class Tick(forms.CheckboxInput):
    """One box to tick. `reveals`: names of fields that ticking opens."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, reveals: Sequence[str] = ()) -> None:
        super().__init__(attrs)
        self.reveals = {"on": tuple(reveals)}
        self.hints: dict[str, str] = {}


class LongText(forms.Textarea):
    """Text of several lines. `counted_to`: the most characters it takes; what is left is shown and, politely, said."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, rows: int = 5, counted_to: int | None = None) -> None:
        super().__init__({"rows": rows, **(attrs or {})})
        self.counted_to = counted_to
        if counted_to:
            self.laid_out_as = "counted"
            self.attrs["class"] = f"govuk-js-character-count {self.attrs.get('class', '')}".strip()


class Part(forms.TextInput):
    """One box of a date or time, with its own short label."""

    def __init__(self, label: str, width: int, numeric: bool = True) -> None:
        attrs = {"class": f"govuk-input--width-{width}", "autocomplete": "off", "spellcheck": "false"}
        if numeric:
            attrs["inputmode"] = "numeric"
        super().__init__(attrs)
        self.label = label

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["label"] = self.label
        return context


class InParts(forms.MultiWidget):
    """Several small boxes that are one answer; only the wrong ones are marked."""

    template_name = "django/forms/widgets/in_parts.html"
    laid_out_as = "parts"
    use_fieldset = True

    def first_wrong(self, errors: Sequence[ValidationError]) -> int:
        """Which box a link from the error summary leads to."""
        return min(self.wrong_parts(errors), default=0)

    def wrong_parts(self, errors: Sequence[ValidationError]) -> set[int]:
        """The boxes an error is about; all of them where it does not say."""
        wrong: set[int] = set()
        for error in errors:
            wrong.update((error.params or {}).get("parts", range(len(self.widgets))))
        return wrong


class Day(InParts):
    """Day, month and year."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__([Part("Day", 2), Part("Month", 3, numeric=False), Part("Year", 4)], attrs)

    def decompress(self, value: Any) -> list[Any]:
        return [value.day, value.month, value.year] if value else ["", "", ""]


class Moment(InParts):
    """Day, month, year and the time of day."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        parts = [Part("Day", 2), Part("Month", 3, numeric=False), Part("Year", 4), Part("Time", 5, numeric=False)]
        super().__init__(parts, attrs)

    def decompress(self, value: Any) -> list[Any]:
        if not value:
            return ["", "", "", ""]
        from django.utils import timezone

        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return [local.day, local.month, local.year, f"{local:%H:%M}"]
