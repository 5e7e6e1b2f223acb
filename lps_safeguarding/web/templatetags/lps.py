"""Template tags and filters of every page: `{% load lps %}`.

Dates are written by hand-made code rather than Django's date filter, because lists show hundreds of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.forms.formsets import BaseFormSet
from django.template.context import Context
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from lps_safeguarding.web.rendering import form_field, form_fields, sentences

register = template.Library()
register.filter(sentences)
register.simple_tag(form_fields)
register.simple_tag(form_field)

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


# --- Dates and times ------------------------------------------------------------------------------------------------
def _local(moment: dt.datetime) -> dt.datetime:
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(timezone.get_current_timezone())


def _day(day: dt.date) -> str:
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


@register.filter
def when(value: dt.datetime | dt.date | None) -> str:
    """A moment as people say it: "Tuesday 14 October 2025, 10:42" (a mere day without the time)."""
    if not value:
        return ""
    if isinstance(value, dt.datetime):
        local = _local(value)
        return f"{_day(local)}, {local.hour:02}:{local.minute:02}"
    return _day(value)


@register.filter
def day(value: dt.datetime | dt.date | None) -> str:
    """The day of a moment: "Tuesday 14 October 2025"."""
    if not value:
        return ""
    return _day(_local(value) if isinstance(value, dt.datetime) else value)


@register.filter
def short_day(value: dt.datetime | dt.date | None) -> str:
    """The day in a narrow column: "14 Oct 2025"."""
    if not value:
        return ""
    local = _local(value) if isinstance(value, dt.datetime) else value
    return f"{local.day} {MONTHS[local.month - 1][:3]} {local.year}"


@register.filter
def time24(value: dt.datetime | dt.time | None) -> str:
    """The time of day on the 24-hour clock: "10:42"."""
    if value is None or value == "":
        return ""
    local = _local(value) if isinstance(value, dt.datetime) else value
    return f"{local.hour:02}:{local.minute:02}"


@register.filter
def iso(value: dt.datetime | dt.date | None) -> str:
    """For the `datetime` attribute of a `<time>` element."""
    return value.isoformat() if value else ""


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _length(seconds: float) -> str:
    minutes = int(seconds // 60)
    if minutes < 60:
        return _count(minutes, "minute")
    if minutes < 24 * 60:
        return _count(minutes // 60, "hour")
    days = minutes // (24 * 60)
    if days < 14:
        return _count(days, "day")
    if days < 61:
        return _count(days // 7, "week")
    if days < 730:
        return _count(days // 30, "month")
    return _count(days // 365, "year")


@register.filter
def ago(value: dt.datetime | dt.date | None, now: dt.datetime | None = None) -> str:
    """How long since, or until: "3 hours ago", "in 2 days", "just now"; a mere day gives "today", "3 days ago"."""
    if not value:
        return ""
    now = now or timezone.now()
    if not isinstance(value, dt.datetime):
        days = (_local(now).date() - value).days
        if days in (0, 1, -1):
            return {0: "today", 1: "yesterday", -1: "tomorrow"}[days]
        return f"{_length(days * 86400)} ago" if days > 0 else f"in {_length(-days * 86400)}"
    seconds = (now - value).total_seconds()
    if abs(seconds) < 60:
        return "just now" if seconds >= 0 else "in less than a minute"
    return f"{_length(seconds)} ago" if seconds > 0 else f"in {_length(-seconds)}"


@register.simple_tag
def moment(value: dt.datetime | dt.date | None, with_age: bool = True) -> SafeString:
    """A `<time>` element, with how long ago beside it: "Tuesday 14 October 2025, 10:42 (3 hours ago)"."""
    if not value:
        return SafeString("")
    if not with_age:
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), when(value))
    return format_html(
        '<time datetime="{}">{}</time> <span class="app-age">({})</span>', value.isoformat(), when(value), ago(value)
    )


# --- Words ----------------------------------------------------------------------------------------------------------
@register.filter
def count(number: int, unit: str) -> str:
    """A number with its word: `{{ 1|count:"entry,entries" }}` gives "1 entry", `{{ 3|count:"day" }}` "3 days"."""
    one, _, many = unit.partition(",")
    return f"{number} {one if number == 1 else many or one + 's'}"


@register.filter
def kept_lines(text: str) -> SafeString:
    """Text as it was typed, for an element with the class `app-as-typed` (line breaks kept by CSS, nothing added)."""
    return conditional_escape(text)


@register.filter
def at(items: list[Any], index: int) -> Any:
    """The item at this place of a list."""
    return items[index] if index < len(items) else ""


# --- Forms ----------------------------------------------------------------------------------------------------------
def _forms_in(context: Context) -> Iterable[BaseForm | BaseFormSet]:
    for layer in context:
        for value in layer.values() if isinstance(layer, dict) else ():
            if isinstance(value, BaseForm | BaseFormSet):
                yield value
            elif isinstance(value, list | tuple):
                yield from (each for each in value if isinstance(each, BaseForm | BaseFormSet))


def _has_errors(form: BaseForm | BaseFormSet) -> bool:
    if not form.is_bound:
        return False
    if isinstance(form, BaseFormSet):
        return bool(form.total_error_count())
    return bool(form.errors)


@register.simple_tag(takes_context=True)
def error_prefix(context: Context) -> str:
    """ "Error: " at the head of the page's title when any form of the page was refused."""
    return "Error: " if any(_has_errors(form) for form in _forms_in(context)) else ""


def _first_control(field: BoundField) -> str:
    """The id of the control a link from the error summary leads to."""
    wanted = getattr(field.field.widget, "first_wrong", None)
    index = wanted(field.errors.as_data() if field.errors else []) if wanted else None
    if index is not None:
        return f"{field.auto_id}_{index}"
    if field.use_fieldset:
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id


class SeveralForms(Protocol):
    """A list of forms of our own, which the error summary takes like a formset."""

    is_bound: bool

    @property
    def forms(self) -> Sequence[BaseForm]: ...

    def non_form_errors(self) -> Sequence[Any]: ...


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm | BaseFormSet | SeveralForms | None) -> dict[str, Any]:
    """What is wrong, at the top of the page, each line a link to its field. Takes one form or several."""
    whole: list[str] = []
    linked: list[dict[str, str]] = []
    every: list[BaseForm] = []
    for form in forms:
        if isinstance(form, BaseForm):
            every.append(form)
        elif form is not None:
            if form.is_bound:
                whole.extend(str(error) for error in form.non_form_errors())
            every.extend(form.forms)
    for form in every:
        if not _has_errors(form):
            continue
        whole.extend(str(error) for error in form.non_field_errors())
        for name in form.fields:
            field = form[name]
            for error in sentences(field):
                linked.append({"text": error, "href": "" if field.is_hidden else f"#{_first_control(field)}"})
    return {"whole": whole, "linked": linked}


@register.inclusion_tag("components/button.html")
def button(
    text: str,
    *,
    href: str = "",
    kind: str = "",
    name: str = "",
    value: str = "",
    again: bool = False,
    formaction: str = "",
    skip_checks: bool = False,
) -> dict[str, Any]:
    """A button, or a link that looks like one when `href` is given.

    `kind`: nothing for the page's one main step, "quiet" for the others, "risk" only where a child is at risk now.
    `again=True` leaves it usable after the first press (a button that adds a row).
    """
    return {
        "text": text,
        "href": href,
        "kind": kind,
        "name": name,
        "value": value,
        "once": not again,
        "formaction": formaction,
        "skip_checks": skip_checks,
    }


# --- Components that wrap content -----------------------------------------------------------------------------------
@register.simple_block_tag
def details(content: SafeString, summary: str, open: bool = False) -> SafeString:
    """More, one click away: `{% details "Why this matters" %}…{% enddetails %}`."""
    return format_html(
        '<details class="govuk-details"{}><summary class="govuk-details__summary">'
        '<span class="govuk-details__summary-text">{}</span></summary>'
        '<div class="govuk-details__text">{}</div></details>',
        mark_safe(" open") if open else "",
        summary,
        content,
    )


@register.simple_block_tag
def notice(content: SafeString, title: str = "", kind: str = "info", alert: bool = False) -> SafeString:
    """A box that says something once. `alert=True` reads it out when the page opens.

    Kinds: "info", "done", "waiting", "duty" (a duty is broken), "risk" (a child is at risk now), "pink" (pink forms).
    """
    if kind not in NOTICE_WORDS:
        raise template.TemplateSyntaxError(f"There is no notice of the kind “{kind}”.")
    return format_html(
        '<section class="app-notice app-notice--{}"{} aria-label="{}">'
        '<h2 class="app-notice__title">{}{}</h2><div class="app-notice__body">{}</div></section>',
        kind,
        mark_safe(' role="alert"') if alert else "",
        title or NOTICE_WORDS[kind],
        shape(NOTICE_SHAPES[kind]),
        title or NOTICE_WORDS[kind],
        content,
    )


NOTICE_WORDS = {
    "info": "For you to know",
    "done": "Done",
    "waiting": "Still to do",
    "duty": "A duty is overdue",
    "risk": "A child is at risk now",
    "pink": "Pink form",
}
NOTICE_SHAPES = {"info": "info", "done": "done", "waiting": "waiting", "duty": "late", "risk": "risk", "pink": "pink"}

# A shape for each state, so that nobody needs to see its colour. 16 by 16, drawn in the text's colour.
SHAPES = {
    "none": '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="3 2"/>',
    "waiting": '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"/>',
    "going": '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"/>'
    '<path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor"/>',
    "done": '<circle cx="8" cy="8" r="7" fill="currentColor"/>'
    '<path d="M4.5 8.5l2.5 2.5 4.5-5" fill="none" stroke="#fff" stroke-width="2"/>',
    "late": '<path d="M8 1l7 13H1z" fill="currentColor"/>'
    '<path d="M8 5.5v4M8 11v1.6" stroke="#fff" stroke-width="1.8"/>',
    "risk": '<path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" fill="currentColor"/>'
    '<path d="M8 4v5M8 10.5v2" stroke="#fff" stroke-width="2"/>',
    "pink": '<path d="M3 1h7l3 3v11H3z" fill="currentColor"/>'
    '<path d="M5.5 7h5M5.5 10h5" stroke="#fff" stroke-width="1.5"/>',
    "closed": '<rect x="2" y="2" width="12" height="12" fill="none" stroke="currentColor" stroke-width="2"/>'
    '<path d="M5 8h6" stroke="currentColor" stroke-width="2"/>',
    "info": '<circle cx="8" cy="8" r="7" fill="currentColor"/>'
    '<path d="M8 7v5M8 3.6v1.8" stroke="#fff" stroke-width="2"/>',
}


def shape(kind: str) -> SafeString:
    """The small drawing that goes with a state; said to nobody, because the words beside it say it."""
    return mark_safe(  # noqa: S308 - fixed text
        f'<svg class="app-shape" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" focusable="false">'
        f"{SHAPES[kind]}</svg>"
    )


@register.simple_tag(name="shape")
def shape_tag(kind: str) -> SafeString:
    """The drawing alone."""
    return shape(kind)


@register.simple_tag
def tag(text: str, kind: str = "waiting") -> SafeString:
    """A state in words, shape and colour: `{% tag "Read" "done" %}`.

    Kinds: none, waiting, going, done, closed, info, pink (pink forms only), late (a duty is broken), risk (a child is
    at risk now).
    """
    if kind not in SHAPES:
        raise template.TemplateSyntaxError(f"There is no tag of the kind “{kind}”.")
    return format_html('<strong class="app-tag app-tag--{}">{}{}</strong>', kind, shape(kind), text)
