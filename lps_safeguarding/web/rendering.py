"""Forms on screen: what Django's renderer asks of us, and what the templates of the fields ask of a field.

The templates of fields stand in `web/jinja2/django/forms` and are Jinja's: a page with fifty fields spent half of its
time in Django's template engine (ADR 0005). Pages use `{% form_fields form %}` and `{% form_field form.name %}`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import django.forms
import jinja2
from django.core.exceptions import ValidationError
from django.forms import BaseForm, ChoiceField, FileField
from django.forms.boundfield import BoundField, BoundWidget
from django.forms.renderers import BaseRenderer
from django.template.backends.jinja2 import Jinja2
from django.utils.functional import cached_property
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


class Fields(BaseRenderer):
    """Renders forms, fields and controls with our Jinja templates, and with Django's own where we have none."""

    @cached_property
    def engine(self) -> Jinja2:
        """Jinja with this module's functions, compiled templates kept for the life of the process."""
        return Jinja2(
            {
                "NAME": "fields",
                "APP_DIRS": False,
                "DIRS": [Path(__file__).parent / "jinja2", Path(django.forms.__file__).parent / "jinja2"],
                "OPTIONS": {"environment": "lps_safeguarding.web.rendering.environment"},
            }
        )

    def get_template(self, template_name: str) -> Any:
        """The template of this name, in our folder or else in Django's."""
        return self.engine.get_template(template_name)


def environment(*, autoescape: bool, **options: Any) -> jinja2.Environment:
    """Jinja's environment with what the templates of fields call. It escapes, whatever it is told."""
    made = jinja2.Environment(**options, autoescape=True)
    for function in (
        control_attrs, described_by, form_fields, is_optional, kind_of, option_parts, parts_of, revealed_by, sentences
    ):  # fmt: skip
        made.globals[function.__name__] = function
    return made


_DJANGOS = {
    "required": "This field is required.",
    "invalid_choice": "Select a valid choice.",
}


def sentences(field: BoundField) -> list[str]:
    """What is wrong with a field, each a sentence that says what to do.

    Django's own "This field is required." says neither what nor how, and a summary of five of them says nothing at all;
    where a form has no words of its own, the field's label gives them.
    """
    label = str(field.label).rstrip(" :.")
    said: list[str] = []
    for error in field.errors.as_data() if field.errors else ():
        text = str(ValidationError([error]).messages[0])
        if error.code == "required" and text == _DJANGOS["required"]:
            text = _ask_for(field, label)
        elif error.code == "invalid_choice" and text.startswith(_DJANGOS["invalid_choice"]):
            text = f"{label}: choose one of the answers that are offered"
        said.append(text)
    return said


def _ask_for(field: BoundField, label: str) -> str:
    if label.endswith("?"):
        return f"Answer “{label}”"
    name = label if label[1:2].isupper() else label[:1].lower() + label[1:]
    kind = kind_of(field)
    if kind == "tick":
        return f"Tick “{label}” to go on"
    if kind in ("radios", "tickboxes") or isinstance(field.field, ChoiceField):
        return f"Choose {name}"
    return f"Add {name}" if isinstance(field.field, FileField) else f"Enter {name}"


def _revealed_names(form: BaseForm) -> set[str]:
    names: set[str] = set()
    for form_field in form.fields.values():
        for revealed in getattr(form_field.widget, "reveals", {}).values():
            names.update(revealed)
    return names


def form_fields(form: BaseForm, *names: str) -> SafeString:
    """All fields of the form, or those named, in order. Fields that a choice reveals stand under that choice."""
    revealed = _revealed_names(form)
    shown: list[str] = []
    for name in names or form.fields:
        field = form[name]
        if field.is_hidden:
            shown.append(str(field))
        elif name not in revealed:
            shown.append(field.as_field_group())
    return mark_safe("".join(shown))  # noqa: S308 - joined from rendered, escaped parts


def form_field(field: BoundField, heading: bool = False, label_class: str = "") -> SafeString:
    """One field. `heading=True` makes its label the page's h1, for a page that asks one question."""
    return mark_safe(  # noqa: S308 - a rendered template
        field.form.render(
            field.template_name or field.form.renderer.field_template_name,
            {"field": field, "heading": heading, "label_class": label_class},
        )
    )


def described_by(field: BoundField) -> str:
    """The ids of the hint and the error of a fieldset."""
    ids = [f"{field.auto_id}_helptext"] if field.help_text else []
    if field.errors:
        ids.append(f"{field.auto_id}_error")
    return " ".join(ids)


def is_optional(field: BoundField) -> bool:
    """Whether the label says "(optional)"; `says_optional = False` on a field whose need depends on another answer."""
    says = getattr(field.field, "says_optional", None)
    if says is not None:
        return bool(says)
    return not field.field.required and not hasattr(field.field.widget, "check_test") and not field.field.disabled


def revealed_by(field: BoundField, value: Any) -> list[BoundField]:
    """The fields that this choice opens."""
    reveals = getattr(field.field.widget, "reveals", {})
    return [field.form[name] for name in reveals.get(str(value), ())]


def parts_of(field: BoundField) -> list[dict[str, Any]]:
    """The boxes of a day or a moment; only those that are wrong are marked so."""
    widget = field.field.widget
    attrs = field.build_widget_attrs({"id": field.auto_id})
    boxes: list[dict[str, Any]] = widget.get_context(field.html_name, field.value(), attrs)["widget"]["subwidgets"]
    wrong = widget.wrong_parts(field.errors.as_data()) if field.errors else set()
    for index, box in enumerate(boxes):
        if index not in wrong:
            box["attrs"].pop("aria-invalid", None)
    return boxes


def option_parts(field: BoundField, option: BoundWidget) -> dict[str, Any]:
    """One choice of radios or tick boxes, ready for the template."""
    widget = field.field.widget
    data = option.data
    value = str(data["value"])
    attrs = {name: each for name, each in data["attrs"].items() if name not in ("id", "checked", "aria-invalid")}
    return {
        "block": "govuk-radios" if data["type"] == "radio" else "govuk-checkboxes",
        "type": data["type"],
        "name": data["name"],
        "value": value,
        "id": option.id_for_label,
        "label": data["label"],
        "checked": data["selected"],
        "hint": getattr(widget, "hints", {}).get(value, ""),
        "divider": getattr(widget, "divider_before", None) == value,
        "revealed": [field.form[name] for name in getattr(widget, "reveals", {}).get(value, ())],
        "aside": widget.aside(value) if hasattr(widget, "aside") else "",
        "attrs": _attributes(attrs),
    }


def kind_of(field: BoundField) -> str:
    """How the field is laid out: "radios", "tickboxes", "tick", "parts", "counted" or "plain"."""
    widget = field.field.widget
    kind = getattr(widget, "laid_out_as", None)
    if kind:
        return str(kind)
    name = getattr(widget, "input_type", "")
    if name == "radio":
        return "radios"
    if name == "checkbox":
        return "tickboxes" if getattr(widget, "allow_multiple_selected", False) else "tick"
    return "plain"


def control_attrs(widget: dict[str, Any], own_class: str) -> SafeString:
    """The attributes of a control with the design system's class added, for the widget templates."""
    attrs = dict(widget.get("attrs", {}))
    classes = [own_class, str(attrs.pop("class", ""))]
    if attrs.get("aria-invalid"):
        kind = own_class.split()[0]
        classes.append(f"{kind}--error")
    attrs["class"] = " ".join(filter(None, classes))
    # A browser cuts what is pasted at maxlength without a word; our forms answer with a sentence instead.
    attrs.pop("maxlength", None)
    return _attributes(attrs)


def _attributes(attrs: dict[str, Any]) -> SafeString:
    parts = []
    for name, value in attrs.items():
        if value is True:
            parts.append(f" {conditional_escape(name)}")
        elif value is not False and value is not None:
            parts.append(f' {conditional_escape(name)}="{conditional_escape(value)}"')
    return mark_safe("".join(parts))  # noqa: S308 - joined from escaped parts
