"""The queue as the page shows it: one line a row, filters that combine (DEC-01). Pure but for what `timeline` hands it."""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from concerns import priorities, timeline
from concerns.states import State
from concerns.terms import Form, Kind, Notice, Option
from lps_safeguarding.people.models import Service, User

WHO = (("", "Everybody’s"), ("mine", "Mine"), ("nobody", "Nobody’s yet"))
FORMS = (("", "Both"), (Form.PINK.value, "Pink forms"), (Form.STANDARD.value, "Standard entries"))


@dataclass(frozen=True)
class Row:
    """One line of the queue."""

    url: str
    children: str
    service: Service
    what: str
    since: datetime.datetime | datetime.date | None
    since_what: str
    who: str
    late: bool
    pink: bool
    local_priority: bool = False  # CON-15


@dataclass(frozen=True)
class Part:
    """A section with those of its rows that the filters let through."""

    slug: str
    title: str
    urgent: bool
    rows: list[Row]


@dataclass(frozen=True)
class Filters:
    """What the person chose; anything else in the address is left alone."""

    service: str = ""
    who: str = ""
    form: str = ""

    @classmethod
    def read(cls, given: Any, services: list[Service]) -> Filters:
        """From the address: neutral slugs only; what is none is as if not given."""

        def one_of(name: str, allowed: set[str]) -> str:
            value = given.get(name, "")
            return value if value in allowed else ""

        return cls(
            service=one_of("service", {service.slug for service in services}),
            who=one_of("who", {slug for slug, _ in WHO}),
            form=one_of("form", {slug for slug, _ in FORMS}),
        )

    @property
    def any(self) -> bool:
        return bool(self.service or self.who or self.form)

    def as_json(self) -> dict[str, str]:
        """For a saved view; `read` takes it back."""
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def address(self) -> str:
        """The query of an address."""
        return urlencode(self.as_json())

    def let_through(self, concern: Any, user: User) -> bool:
        return (
            self.service in ("", concern.service.slug)
            and self.form in ("", concern.form)
            and (
                self.who == ""
                or (self.who == "mine" and concern.assigned_to_id == user.pk)
                or (self.who == "nobody" and concern.assigned_to_id is None)
            )
        )


def services_of(user: User) -> list[Service]:
    """The services a DSL may filter by."""
    return [each for each in Service.objects.in_order() if each.pk in user.services_as_dsl()]


def _children(concern: Any) -> str:
    return ", ".join(link.child.name for link in concern.children.all())


def _kinds(concern: Any) -> str:
    return "; ".join(Kind(kind).label for kind in concern.kinds)


def _concern(section: timeline.Section, concern: Any, now: datetime.datetime) -> Row:
    since, since_what = concern.submitted_at, "sent"
    if section.slug == "worried":
        since, since_what = concern.worried_at, "said"
    elif section.slug == "talks":
        since, since_what = concern.talk_asked_at, "asked"
    elif section.slug == "missing":
        since, since_what = concern.missing_since, "missing since"
    late = False
    if concern.has_own_clock and concern.state == State.SENT:
        since, since_what, late = concern.read_due_at, "to be read", concern.read_due_at < now
    what = "Asks to talk" if section.slug == "talks" else _what(concern)
    return Row(
        url=reverse("concerns:concern_detail", args=[concern.reference]),
        children=concern.author.name if section.slug == "talks" else _children(concern),
        service=concern.service,
        what=what,
        since=since,
        since_what=since_what,
        who=concern.assigned_to.name if concern.assigned_to else "",
        late=late,
        pink=concern.is_pink,
        local_priority=bool(priorities.among(concern.kinds)),
    )


def _what(concern: Any) -> str:
    kinds = _kinds(concern)
    if concern.notice == Notice.ENCOMPASS:
        return "; ".join(part for part in (Notice.ENCOMPASS.label, kinds) if part)
    return kinds or "Kind not chosen yet"


@dataclass(frozen=True)
class _OfAFile:
    """What the filters ask of a concern, for what comes from a child's file and from no concern."""

    service: Service
    assigned_to_id: int
    form: str = ""


def _follow_up(follow_up: Any) -> Row:
    what = follow_up.what
    file = follow_up.child_file
    return Row(
        url=reverse("concerns:follow_up_detail", args=[follow_up.reference]),
        children=file.child.name if file is not None else _children(follow_up.concern),
        service=(file or follow_up.concern).service,
        what=what if len(what) <= 90 else what[:88].rstrip() + "…",
        since=follow_up.due_on,
        since_what="due",
        who=follow_up.owner.name,
        late=not follow_up.to_attend or follow_up.due_on < timezone.localdate(),
        pink=False,
    )


def _review(decision: Any) -> Row:
    concern = decision.concern
    return Row(
        url=reverse("concerns:concern_detail", args=[concern.reference]),
        children=_children(concern),
        service=concern.service,
        what="Review: " + ", ".join(decision.option_labels),
        since=decision.review_on,
        since_what="due",
        who=concern.assigned_to.name if concern.assigned_to else decision.by.name,
        late=False,
        pink=False,
    )


def _referral(referral: Any, now: datetime.datetime) -> Row:
    late = referral.answer_due_at is not None and referral.answer_due_at < now
    return Row(
        url=reverse("concerns:referral_detail", args=[referral.reference]),
        children=_children(referral.concern),
        service=referral.concern.service,
        what=Option(referral.agency).label,
        since=referral.answer_due_at if late else referral.made_at,
        since_what="answer was due" if late else "made",
        who=referral.made_by.name,
        late=late,
        pink=False,
    )


def _concern_of(section: timeline.Section, item: Any) -> Any:
    if section.kind == "concern":
        return item
    if item.concern is None:
        return _OfAFile(item.child_file.service, item.owner_id)
    return item.concern


def _row(section: timeline.Section, item: Any, now: datetime.datetime) -> Row:
    if section.kind == "concern":
        return _concern(section, item, now)
    if section.kind == "follow_up":
        return _follow_up(item)
    return _review(item) if section.kind == "decision" else _referral(item, now)


def parts(sections: list[timeline.Section], filters: Filters, user: User, now: datetime.datetime) -> list[Part]:
    """The sections as lines. Sections that the filters empty are left out."""
    shown = []
    for section in sections:
        items = [item for item in section.rows if filters.let_through(_concern_of(section, item), user)]
        rows = [_row(section, item, now) for item in items]
        if section.kind == "referral":
            rows.sort(key=lambda row: not row.late)
        if rows:
            shown.append(Part(section.slug, section.title, section.urgent, rows))
    return shown
