"""What a concern that came by a short form shows beyond its account, for the reader it is gathered for (CON-19, CON-20).

A concern without a notice costs no query. No rule is made here: what may be read comes from `need_to_know`.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.utils import timezone

from concerns import need_to_know
from concerns.models import ChildFound, Concern, EncompassNotice, MissingChild, StepTaken
from concerns.terms import Notice, NoticeOf
from lps_safeguarding.access.levels import Level
from lps_safeguarding.people.models import User
from lps_safeguarding.web.templatetags.lps import when

MOST_EPISODES = 12

# What a box of the account is called where the police, or an attendance officer, filled it in.
LABELS: dict[str, dict[str, str]] = {
    Notice.MISSING: {
        "observed_at": "Missing or absent since",
        "place": "Last seen",
        "what_was_seen": "What is known",
        "why_worried": "What could put the child at risk",
    },
    Notice.ENCOMPASS: {
        "observed_at": "When it happened",
        "place": "Where it happened",
        "what_was_seen": "The circumstances, as the police write",
        "childs_words": "The voice of the child",
    },
}


def label(concern: Concern, box: str, otherwise: str) -> str:
    """The name of a box of the account as the form that was filled in named it."""
    return LABELS.get(concern.notice, {}).get(box, otherwise)


@dataclass(frozen=True)
class Episode:
    """Another time the same child was missing. `until` None: missing still, or it was never recorded."""

    reference: str
    since: datetime.datetime
    until: datetime.datetime | None
    still_missing: bool


@dataclass
class NoticePart:
    """The part of a page that comes from the short form, and what followed."""

    concern: Concern
    missing: MissingChild | None = None
    encompass: EncompassNotice | None = None
    steps: list[StepTaken] = field(default_factory=list)
    found: ChildFound | None = None
    episodes: list[Episode] = field(default_factory=list)
    may_follow: bool = False
    now: datetime.datetime = field(default_factory=timezone.now)

    @property
    def still_missing(self) -> bool:
        return self.concern.missing_since is not None

    @property
    def is_about_missing(self) -> bool:
        """Somebody was, or is, missing: what was done, and that the child is back, belong to it."""
        return self.still_missing or self.found is not None or bool(self.steps) or self.missing is not None

    @property
    def is_late(self) -> bool:
        """A notice that nobody has read by its time."""
        due = self.concern.read_due_at
        return due is not None and self.concern.read_at is None and due < self.now

    @property
    def was_read_late(self) -> bool:
        due, read = self.concern.read_due_at, self.concern.read_at
        return due is not None and read is not None and read > due

    @property
    def before_sending(self) -> list[StepTaken]:
        """What was done before the form was sent: a part of the account."""
        return [step for step in self.steps if step.recorded_at <= self.concern.submitted_at]

    @property
    def after_sending(self) -> list[StepTaken]:
        return [step for step in self.steps if step.recorded_at > self.concern.submitted_at]

    @property
    def is_of_missing_child(self) -> bool:
        return self.encompass is not None and self.encompass.of == NoticeOf.MISSING_FROM_HOME

    @property
    def people(self) -> list[tuple[list[Any], list[str]]]:
        """Whose names the page needs, for `case_page.name_people`."""
        recorded: list[Any] = [*self.steps, *([self.found] if self.found else [])]
        return [(recorded, ["recorded_by"])]


def of(user: User, concern: Concern) -> NoticePart | None:
    """The part of a concern out of `readable_by(user)`; nothing, and no query, when it came by one of the two forms."""
    if not concern.notice:
        return None
    part = NoticePart(concern=concern, may_follow=need_to_know.can_follow_missing_child(user, concern))
    if concern.notice == Notice.MISSING:
        part.missing = _first(MissingChild.objects.filter(concern=concern), concern)
    else:
        part.encompass = _first(EncompassNotice.objects.filter(concern=concern), concern)
    if part.missing is not None or part.is_of_missing_child or part.still_missing:
        part.steps = _under_its_key(need_to_know.recorded_about(StepTaken.objects.all(), user, concern), concern)
        part.found = finding(user, concern)
        if need_to_know.level_of(user, concern) == Level.FULL:
            part.episodes = _episodes(user, concern)
    return part


def _first(rows: Any, concern: Concern) -> Any:
    found = _under_its_key(rows, concern)
    return found[0] if found else None


def _under_its_key(rows: Any, concern: Concern) -> list:
    """The rows, which share the concern's key: it is not read again for each of them."""
    found = list(rows)
    for row in found:
        row.key = concern.key
        row.concern = concern
    return found


def finding(user: User, concern: Concern) -> ChildFound | None:
    """That the child was found, as far as this person sees it."""
    return _first(need_to_know.recorded_about(ChildFound.objects.all(), user, concern), concern)


def _episodes(user: User, concern: Concern) -> list[Episode]:
    """The other times a child of this concern was missing, of those that this person may open in full. Newest first."""
    others = (
        need_to_know.readable_in_full_by(user)
        .filter(children__child__in=concern.children.values("child"), notice=Notice.MISSING)
        .exclude(pk=concern.pk)
        .annotate(until=F("child_found__found_at"))
        .only("reference", "observed_at", "missing_since")
        .order_by("-observed_at")
        .distinct()[:MOST_EPISODES]
    )
    return [Episode(each.reference, each.observed_at, each.until, each.missing_since is not None) for each in others]


def conversation_of(found: ChildFound) -> dict[str, Any]:
    """What is recorded of the conversation, as its form takes it."""
    names = ("conversation", "conversation_at", "conversation_with", "what_child_said", "version")
    return {name: getattr(found, name) for name in names}


def in_words(user: User, concern: Concern) -> list[tuple[str, str]]:
    """The short form's own answers as label and text, for a document. Empty for one of the two forms."""
    part = of(user, concern)
    if part is None:
        return []
    rows: list[tuple[str, str]] = []
    if part.missing is not None:
        contact = [part.missing.last_contact_with, when(part.missing.last_contact_at)]
        told = [
            part.missing.get_welfare_told_display(),
            when(part.missing.welfare_told_at),
            part.missing.welfare_told_by,
        ]
        rows += [
            ("What has happened", part.missing.get_how_display()),
            ("Last contact", ", ".join(filter(None, contact)) or "Not known"),
            ("Education Welfare Service told", ", ".join(filter(None, told))),
        ]
    if part.encompass is not None:
        notice = part.encompass
        rows += [
            ("Notice of the police", notice.get_of_display()),
            ("Police reference", notice.police_reference),
            ("Received", f"{when(notice.received_at)}, {notice.get_received_by_display().lower()}"),
            ("Where the child was", ". ".join(filter(None, [notice.get_child_there_display(), notice.child_where]))),
            ("What the police ask or did", notice.actions_asked),
        ]
    for step in part.steps:
        came = [when(step.at), step.what_came_of_it, step.their_reference and f"reference {step.their_reference}"]
        rows.append((step.get_step_display(), "; ".join(filter(None, came))))
    if part.found is not None:
        found = [when(part.found.found_at), part.found.get_where_display(), part.found.how_found]
        rows.append(("Found", ". ".join(filter(None, found))))
    elif part.still_missing:
        rows.append(("Found", "No: the child is still missing"))
    return [(label, text) for label, text in rows if text]
