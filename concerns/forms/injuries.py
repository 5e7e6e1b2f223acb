"""The list of injuries on a form: one row for each mark on the body map (CON-08).

The list is the form; the drawing only fills it in (static/js/body_map.js). Rows are named `injury-<number>-<box>`, so
that a draft keeps them like any other box. A row left quite empty is no injury.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from concerns.body_map import charts, pictures
from concerns.body_map.drawing import CURRENT, drawing
from concerns.body_map.marks import LONGEST_COLOUR, LONGEST_WORDS, MOST_MARKS, TOO_MANY, Mark
from concerns.body_map.words import AboutAs, InjuryKind, Spot
from concerns.forms.boxes import not_shown_as_optional
from lps_safeguarding.people.models import Child
from lps_safeguarding.web.typed import WrittenText
from lps_safeguarding.web.widgets import LongText

UNLISTED = "unlisted"  # whose injury: the child whose name was typed because the list has no such name
MOST_ROWS_SHOWN = 100
_BOX = re.compile(r"^injury-(\d{1,4})-(whose|region|spot|kind|size_mm|about|colour|words)$")


class RegionSelect(forms.Select):
    """The places of the drawing, by view. Several hundred choices in each row: made once, and then only marked."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        given = {**self.attrs, **(attrs or {})}
        classes = "govuk-select govuk-select--error" if given.get("aria-invalid") else "govuk-select"
        options = _region_options()
        if value and value in drawing(CURRENT).by_key:
            options = options.replace(f'value="{value}"', f'value="{value}" selected')
        shown = format_html_join(
            "", ' {}="{}"', ((key, each) for key, each in given.items() if each not in (None, False))
        )
        return format_html(
            '<select name="{}" class="{}"{}>{}</select>',
            name,
            classes,
            shown,
            mark_safe(options),  # noqa: S308 (escaped where it is made)
        )


@lru_cache(maxsize=1)
def _region_options() -> str:
    groups = [
        format_html(
            '<optgroup label="{}">{}</optgroup>',
            view.name,
            format_html_join(
                "", '<option value="{}">{}</option>', ((each.key, _capital(each.name)) for each in view.regions)
            ),
        )
        for view in drawing(CURRENT).views
    ]
    return str(format_html('<option value="">Choose the place</option>{}', mark_safe("".join(groups))))  # noqa: S308


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


class InjuryRow(forms.Form):
    """One injury."""

    whose = forms.CharField(label="Whose injury is it?", required=False, widget=forms.Select)
    region = forms.CharField(label="Where on the body", required=False, widget=RegionSelect)
    spot = forms.CharField(label="Where in that place", required=False, widget=forms.Select(choices=Spot.choices))
    kind = forms.CharField(
        label="What is it?", required=False, widget=forms.Select(choices=[("", "Choose"), *InjuryKind.choices])
    )
    size_mm = forms.CharField(
        label="Longest side in millimetres",
        required=False,
        widget=forms.TextInput(
            {"class": "govuk-input--width-4", "inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    about = forms.CharField(
        label="Or about the size of",
        required=False,
        widget=forms.Select(choices=[("", "Not known"), *AboutAs.choices]),
    )
    colour = WrittenText(
        label="Colour",
        longest=LONGEST_COLOUR,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    words = WrittenText(
        label="In your own words, and what the child said of it",
        longest=LONGEST_WORDS,
        required=False,
        widget=LongText(rows=2),
    )

    def __init__(self, *args: Any, number: int, whose: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        self.number = number
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            not_shown_as_optional(field)
        self.whose_choices = list(whose)
        box: Any = self.fields["whose"].widget
        box.choices = [("", "Choose the child"), *self.whose_choices]

    def value(self, name: str) -> str:
        return str(self[name].value() or "").strip()

    @property
    def is_empty(self) -> bool:
        return not any(self.value(name) for name in ("region", "kind", "size_mm", "about", "colour", "words"))

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self.is_empty:
            self._errors.clear()  # type: ignore[union-attr]

    def clean_size_mm(self) -> int | None:
        typed = self.cleaned_data["size_mm"].strip().lower().removesuffix("mm").strip()
        if not typed:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", typed):
            raise ValidationError(f"Injury {self.number}: the size is a whole number of millimetres, like 20")
        return int(typed)

    def clean_whose(self) -> str:
        if len(self.whose_choices) < 2:
            return ""
        if self.cleaned_data["whose"] not in dict(self.whose_choices):
            raise ValidationError(f"Injury {self.number}: choose whose injury it is")
        return str(self.cleaned_data["whose"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.mark: Mark | None = None
        if self.is_empty:
            return cleaned
        described = {name: cleaned.get(name) or "" for name in ("kind", "about", "colour", "words")}
        try:
            self.mark = Mark.at(
                cleaned.get("region", ""),
                cleaned.get("spot") or Spot.MIDDLE,
                size_mm=cleaned.get("size_mm"),
                **described,
            )
        except ValidationError as refused:
            for name, errors in refused.error_dict.items():
                for error in errors if name not in self.errors else ():
                    sentence = error.messages[0]
                    self.add_error(name, f"Injury {self.number}: {sentence[:1].lower()}{sentence[1:]}")
        return cleaned


class Injuries:
    """The rows of one form, as many as were posted or kept, and always one to fill in.

    `data`: what was posted, or what a draft holds. `is_bound` False: nothing is complained about yet.
    """

    def __init__(
        self,
        data: QueryDict | Mapping[str, Any] | None,
        *,
        children: Sequence[Child],
        unlisted: str = "",
        is_bound: bool = False,
        one_more: bool = False,
        without: str = "",
    ) -> None:
        self.is_bound = is_bound
        self.whose = [(str(child.pk), child.name) for child in children] + ([(UNLISTED, unlisted)] if unlisted else [])
        given = data if data is not None else {}
        numbers = sorted({int(found[1]) for name in given if (found := _BOX.match(name))})
        prefixes = [f"injury-{number}" for number in numbers if f"injury-{number}" != without]
        rows = [self._row(number, prefix, given) for number, prefix in enumerate(prefixes, start=1)]
        self.too_many = sum(not row.is_empty for row in rows) > MOST_MARKS
        self.rows = rows[:MOST_ROWS_SHOWN]
        next_free = max(numbers, default=-1) + 1
        if not self.rows or one_more:
            self.rows.append(self._row(len(self.rows) + 1, f"injury-{next_free}", {}))
        self.blank = InjuryRow(prefix="injury-INDEX", number=0, whose=self.whose)

    def _row(self, number: int, prefix: str, given: Any) -> InjuryRow:
        if self.is_bound:
            return InjuryRow(given, prefix=prefix, number=number, whose=self.whose)
        names = InjuryRow.base_fields
        initial = {name: given.get(f"{prefix}-{name}", "") for name in names}
        return InjuryRow(initial=initial, prefix=prefix, number=number, whose=self.whose)

    sheet = pictures.sheet_name(CURRENT)

    @property
    def filled(self) -> list[InjuryRow]:
        return [row for row in self.rows if not row.is_empty]

    @property
    def forms(self) -> list[InjuryRow]:
        return self.rows

    def non_form_errors(self) -> list[str]:
        return [TOO_MANY] if self.is_bound and self.too_many else []

    @property
    def several_children(self) -> bool:
        return len(self.whose) > 1

    @property
    def has_errors(self) -> bool:
        return self.is_bound and (self.too_many or any(row.errors for row in self.rows))

    def is_valid(self) -> bool:
        good = [row.is_valid() for row in self.rows]
        return all(good) and not self.too_many

    def marks(self, children: Sequence[Child]) -> list[tuple[Child, Mark]]:
        """Whose, and the mark, in the order of the list. `children`: those of the form, an unlisted one last."""
        by_key = {str(child.pk): child for child in children}
        if self.several_children and self.whose[-1][0] == UNLISTED:
            by_key[UNLISTED] = children[-1]
        found = []
        for row in self.filled:
            if row.mark is not None:
                found.append((by_key.get(row.cleaned_data["whose"], children[0]), row.mark))
        return found

    @cached_property
    def charts(self) -> list[charts.Chart]:
        """What is marked, drawn for each child, to be looked at before it is sent. Only of a valid form."""
        made = []
        for key, name in self.whose:
            of_child = [
                (number, row.mark)
                for number, row in enumerate(self.filled, start=1)
                if row.mark is not None and (not self.several_children or row.cleaned_data["whose"] == key)
            ]
            if of_child:
                made.append(charts.chart(of_child, whose=name if self.several_children else None))
        return made
