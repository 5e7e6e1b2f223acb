"""The boxes and buttons that the forms of a concern are made of, and what their pages do with errors."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict

from lps_safeguarding.web.typed import WrittenText
from lps_safeguarding.web.widgets import LongText, Radios


def text(label: str, *, rows: int = 3, most: int, required: bool = False, missing: str = "", hint: str = ""):
    """A box for some lines of text, refused with `missing` when it is needed and empty."""
    return WrittenText(
        label=label,
        required=required,
        longest=most,
        help_text=hint,
        widget=LongText(rows=rows),
        error_messages={"required": missing},
    )


def line(label: str, *, most: int = 200, required: bool = False, missing: str = "", hint: str = "", width: str = ""):
    """A box for one line."""
    attrs = {"autocomplete": "off"} | ({"class": f"govuk-input--width-{width}"} if width else {})
    return WrittenText(
        label=label,
        required=required,
        longest=most,
        help_text=hint,
        widget=forms.TextInput(attrs),
        error_messages={"required": missing},
    )


def small(widget: Radios) -> Radios:
    """Small buttons, for the details that open in place on the decision form."""
    widget.small = True
    return widget


def not_shown_as_optional(field: forms.Field) -> forms.Field:
    """For a field whose need depends on another answer: the label does not say "(optional)"."""
    field.says_optional = False
    return field


def without_errors(form: forms.BaseForm) -> forms.BaseForm:
    """The form with what was typed and no complaint: for steps in between (show proposals, add a row)."""
    form._errors = ErrorDict()
    form.cleaned_data = {}
    return form


def put_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """The sentences of an operation at the fields they are about; the others at the head of the form."""
    if not hasattr(error, "error_dict"):
        for each in error.messages:
            form.add_error(None, each)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def typed_texts(form: forms.BaseForm) -> list[tuple[str, str]]:
    """What was typed into a form's boxes, with their labels: for a page that has no place for the form any more."""
    boxes = [form[name] for name, field in form.fields.items() if isinstance(field, WrittenText)]
    return [(str(box.label), text) for box in boxes if (text := str(box.value() or "").strip())]
