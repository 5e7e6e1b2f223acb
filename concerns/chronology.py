"""A child's chronology: one time line over all that happened, as far as this reader may see it (CPF-03).

Each kind of record gives its own lines, and only as many as the page shows: what is read does not grow with the file.
At SUMMARY and OWN_ENTRY there is no more than that level shows elsewhere.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from concerns import need_to_know
from concerns.case_page import name_people, under_its_key
from concerns.models import (
    ChildFile,
    ChildInConcern,
    Concern,
    Decision,
    FollowUp,
    Meeting,
    PlanStatus,
    Referral,
)
from concerns.redaction import without_names
from concerns.states import FollowUpState, MeetingState, ReferralState, State
from concerns.terms import Form, Kind, Notice, Option
from lps_safeguarding.access.levels import Level
from lps_safeguarding.people.models import Child, User

KINDS_OF_ENTRY = (
    ("concern", "Concerns"),
    ("decision", "Decisions"),
    ("referral", "Referrals"),
    ("meeting", "Meetings"),
    ("follow_up", "Follow-ups"),
    ("plan", "Plans"),
)
_GRAVE_AGENCIES = (Option.SOCIAL_CARE, Option.POLICE)


@dataclass(frozen=True)
class Entry:
    """One line of a chronology. `at`: when it happened; `noted_at`: when it was recorded; `key`: what a mark names."""

    at: datetime.datetime
    noted_at: datetime.datetime
    what: str  # one of KINDS_OF_ENTRY: what the filter knows
    title: str
    text: str
    by: str
    reference: str
    url: str
    significant: bool = False
    tags: tuple[str, ...] = field(default=())
    key: str = ""
    why_marked: str = ""

    @property
    def may_be_marked(self) -> bool:
        """What is significant by itself needs no mark."""
        return bool(self.key) and (bool(self.why_marked) or not self.significant)

    @property
    def mark_path(self) -> str:
        """The end of the address at which the entry is marked."""
        return f"{self.key.replace(':', '/')}/"

    @property
    def order(self) -> tuple[datetime.datetime, datetime.datetime, str]:
        return self.at, self.noted_at, self.key


@dataclass(frozen=True)
class Wanted:
    """Which lines are asked for, by fields that stand in clear: kinds (none: all), days, significant ones only."""

    kinds: tuple[str, ...] = ()
    since: datetime.date | None = None
    until: datetime.date | None = None
    significant: bool = False

    def wants(self, what: str) -> bool:
        return not self.kinds or what in self.kinds

    @property
    def everything(self) -> bool:
        return self == Wanted()

    def as_data(self) -> dict[str, Any]:
        """For keeping with an order to print."""
        return {
            "kinds": list(self.kinds),
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "significant": self.significant,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Wanted:
        def day(name: str) -> datetime.date | None:
            return datetime.date.fromisoformat(data[name]) if data.get(name) else None

        return cls(tuple(data.get("kinds", ())), day("since"), day("until"), bool(data.get("significant")))


EVERYTHING = Wanted()


@dataclass(frozen=True)
class Place:
    """Where a page of the chronology begins: lines of this moment and earlier, without the first `skip` of them."""

    at: datetime.datetime
    skip: int = 0


@dataclass
class Chronology:
    """The lines of one child as one person may see them, newest first, and what of it is open.

    `older`: where the next page begins, when there is one.
    """

    entries: list[Entry]
    follow_ups: list[FollowUp] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    others: list[Child] = field(default_factory=list)
    older: Place | None = None


def concerns_of(user: User, child: Child) -> QuerySet[Concern]:
    """The concerns about a child that this person may open, with what their line in the chronology needs."""
    return need_to_know.readable_by(user).filter(children__child=child).select_related("key")


def entries_for(user: User, child: Child) -> list[Entry]:
    """The whole chronology of one child as this person may see it, newest first."""
    file = need_to_know.children_readable_by(user).select_related("key").filter(child=child).first()
    return chronology(user, child, file=file).entries


def chronology(
    user: User,
    child: Child,
    plans: Iterable[PlanStatus] | None = None,
    *,
    file: ChildFile | None = None,
    wanted: Wanted = EVERYTHING,
    begin: Place | None = None,
    most: int | None = None,
) -> Chronology:
    """The chronology of one child. A constant number of queries; with `most` it reads about as many rows, not all.

    `file`: the child's file as its reader has it (with `level`); without it, or below FULL, what stands in the file
    itself (plans, meetings, marks) is left out. `plans`: those of the file, where they were read already.
    """
    reading = _Reading(user, child, file, wanted, begin, most)
    return reading.read(plans)


class _Reading:
    """One reading: the same limits on each kind of record."""

    def __init__(self, user, child, file, wanted, begin, most) -> None:
        self.user, self.child, self.wanted, self.begin, self.most = user, child, wanted, begin, most
        self.file = file if file is not None and file.level == Level.FULL else None
        self.marks: dict[str, dict[str, Any]] = (self.file.significant or {}) if self.file is not None else {}

    def read(self, plans: Iterable[PlanStatus] | None) -> Chronology:
        concerns = self._concerns() if self.wanted.wants("concern") else []
        in_full = {each.pk: each for each in concerns if each.level == Level.FULL}
        decisions = self._parts(Decision, "decided_at", Q(pk__in=self._marked("decision")), "decision")
        referrals = self._parts(Referral, "made_at", Q(agency__in=_GRAVE_AGENCIES) | self._q("referral"), "referral")
        follow_ups = self._follow_ups()
        meetings = self._meetings()
        about, others = self._children(in_full, [*decisions, *referrals, *follow_ups])

        def cleaned(text: str, concern_id: Any) -> str:
            """In this child's file the other children of a concern have no name (CON-14)."""
            return without_names(text, others[concern_id], keep=self.child) if concern_id in others else text

        def own(entry: Entry, concern_id: Any) -> Entry:
            return replace(entry, text=cleaned(entry.text, concern_id)) if concern_id in others else entry

        for follow_up in follow_ups:
            follow_up.told_in_file = cleaned(follow_up.what, follow_up.concern_id)
        name_people(
            (concerns, ["author"]),
            (decisions, ["by"]),
            (referrals, ["made_by"]),
            (follow_ups, ["owner"]),
            (meetings, ["planned_by"]),
        )
        entries = [
            *(own(_concern_entry(concern, about.get(concern.pk, "")), concern.pk) for concern in concerns),
            *(own(_decision_entry(decision), decision.concern_id) for decision in decisions),
            *(own(_referral_entry(referral), referral.concern_id) for referral in referrals),
            *(own(_follow_up_entry(follow_up), follow_up.concern_id) for follow_up in follow_ups),
            *(_meeting_entry(meeting) for meeting in meetings),
            *self._plan_entries(plans),
        ]
        shown, older = self._page([self._with_mark(entry) for entry in entries])
        return Chronology(shown, follow_ups, referrals, meetings, older=older)

    def _children(
        self, in_full: Mapping[Any, Concern], parts: Iterable[Any]
    ) -> tuple[dict[Any, str], dict[Any, list[Child]]]:
        """By concern: this child's own part in it, and the other children in it. One query."""
        ids = {*in_full, *(part.concern_id for part in parts)} - {None}
        about: dict[Any, str] = {}
        others: dict[Any, list[Child]] = {}
        for link in ChildInConcern.objects.filter(concern__in=ids).select_related("child") if ids else ():
            if link.child_id != self.child.pk:
                others.setdefault(link.concern_id, []).append(link.child)
            elif link.concern_id in in_full:
                about[link.concern_id] = under_its_key([link], in_full[link.concern_id].key)[0].part
        return about, others

    # --- The same limits for each kind ------------------------------------------------------------------------------
    def _within(self, rows: QuerySet, at: str) -> QuerySet:
        """Those of `rows` on the days asked for, from where the page begins, newest first, and no more than it shows."""
        if self.wanted.since:
            rows = rows.filter(**{f"{at}__gte": _start_of(self.wanted.since)})
        if self.wanted.until:
            rows = rows.filter(**{f"{at}__lt": _start_of(self.wanted.until + datetime.timedelta(days=1))})
        if self.begin:
            rows = rows.filter(**{f"{at}__lte": self.begin.at})
        if self.most is None:
            return rows
        return rows.order_by(f"-{at}", "-pk")[: self.most + 1 + (self.begin.skip if self.begin else 0)]

    def _marked(self, what: str) -> list[str]:
        return [key.partition(":")[2] for key in self.marks if key.startswith(f"{what}:")]

    def _q(self, what: str) -> Q:
        return Q(pk__in=self._marked(what))

    def _with_mark(self, entry: Entry) -> Entry:
        mark = self.marks.get(entry.key)
        return replace(entry, significant=True, why_marked=mark["why"]) if mark else entry

    def _page(self, entries: list[Entry]) -> tuple[list[Entry], Place | None]:
        entries.sort(key=lambda entry: entry.order, reverse=True)
        if self.begin:
            entries = entries[self.begin.skip :]
        if self.most is None or len(entries) <= self.most:
            return entries, None
        shown = entries[: self.most]
        last = shown[-1].at
        alike = sum(1 for entry in shown if entry.at == last)
        if self.begin and self.begin.at == last:
            alike += self.begin.skip
        return shown, Place(last, alike)

    # --- Kinds of record ---------------------------------------------------------------------------------------------
    def _concerns(self) -> list[Concern]:
        rows = concerns_of(self.user, self.child).only(
            "key", "reference", "form", "state", "kinds", "observed_at", "submitted_at", "author_id",
            "what_was_seen", "childs_words", "why_worried", "notice", "missing_since",
        )  # fmt: skip
        if self.wanted.significant:
            rows = rows.filter(Q(form=Form.PINK) | ~Q(notice="") | self._q("concern"))
        return list(self._within(rows, "observed_at"))

    def _parts(self, model: Any, at: str, significant: Q, what: str) -> list:
        if not self.wanted.wants(what):
            return []
        rows = need_to_know.of_concerns_in_full(model.objects.all(), self.user)
        rows = rows.filter(concern__children__child=self.child).select_related("key")
        if self.wanted.significant:
            rows = rows.filter(significant)
        return list(self._within(rows.annotate(of=F("concern__reference")), at))

    def _follow_ups(self) -> list[FollowUp]:
        """Of the concerns, and the actions of meetings; that one is to go to a meeting is said by the meeting's line."""
        happened = FollowUp.objects.annotate(happened_at=Coalesce("ended_at", "set_at"))
        if not self.wanted.wants("follow_up"):
            return []
        if self.wanted.significant:
            happened = happened.filter(self._q("follow_up"))
        of_concerns = need_to_know.of_concerns_in_full(happened, self.user)
        found = list(
            self._within(of_concerns.filter(concern__children__child=self.child).select_related("key"), "happened_at")
        )
        if self.file is not None and self.file.has_meetings:
            of_meetings = happened.filter(child_file=self.file, to_attend=False)
            found += under_its_key(self._within(of_meetings, "happened_at"), self.file.key)
        return found

    def _meetings(self) -> list[Meeting]:
        if self.file is None or not self.file.has_meetings or not self.wanted.wants("meeting"):
            return []
        return under_its_key(self._within(Meeting.objects.filter(child_file=self.file), "starts_at"), self.file.key)

    def _plan_entries(self, plans: Iterable[PlanStatus] | None) -> list[Entry]:
        if not self.wanted.wants("plan"):
            return []
        if plans is None:
            plans = under_its_key(self.file.plans.all(), self.file.key) if self.file is not None else []
        entries = []
        for entry in map(_plan_entry, plans):
            day = timezone.localdate(entry.at)
            if (
                (self.wanted.since is None or day >= self.wanted.since)
                and (self.wanted.until is None or day <= self.wanted.until)
                and (self.begin is None or entry.at <= self.begin.at)
            ):
                entries.append(entry)
        return entries


def _start_of(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


# --- The lines --------------------------------------------------------------------------------------------------------
def _concern_entry(concern: Concern, part: str) -> Entry:
    tags = (*(Kind(kind).label for kind in concern.kinds), State(concern.state).label)
    text = ""
    if concern.level == Level.FULL:
        text = part or concern.what_was_seen or concern.childs_words or concern.why_worried
    return Entry(
        at=concern.observed_at,
        noted_at=concern.submitted_at,
        what="concern",
        title=Notice(concern.notice).label if concern.notice else Form(concern.form).label,
        text=text,
        by=concern.author.name,
        reference=concern.reference,
        url=reverse("concerns:concern_detail", args=[concern.reference]),
        significant=concern.form == Form.PINK or concern.notice != "",
        tags=tags + (("Still missing",) if concern.missing_since else ()),
        key=f"concern:{concern.pk}",
    )


def _decision_entry(decision: Decision) -> Entry:
    return Entry(
        at=decision.decided_at,
        noted_at=decision.decided_at,
        what="decision",
        title="Decision: " + ", ".join(decision.option_labels),
        text=decision.rationale,
        by=decision.by.name,
        reference=decision.of,
        url=reverse("concerns:concern_detail", args=[decision.of]),
        key=f"decision:{decision.pk}",
    )


def _referral_entry(referral: Referral) -> Entry:
    return Entry(
        at=referral.made_at,
        noted_at=referral.made_at,
        what="referral",
        title=f"Referral: {Option(referral.agency).label}",
        text=referral.answer or "",
        by=referral.made_by.name,
        reference=referral.reference,
        url=reverse("concerns:referral_detail", args=[referral.reference]),
        significant=referral.agency in _GRAVE_AGENCIES,
        tags=(ReferralState(referral.state).label,),
        key=f"referral:{referral.pk}",
    )


def _follow_up_entry(follow_up: FollowUp) -> Entry:
    return Entry(
        at=follow_up.ended_at or follow_up.set_at,
        noted_at=follow_up.set_at,
        what="follow_up",
        title="Follow-up",
        text=follow_up.what,
        by=follow_up.owner.name,
        reference=follow_up.reference,
        url=reverse("concerns:follow_up_detail", args=[follow_up.reference]),
        tags=(FollowUpState(follow_up.state).label,),
        key=f"follow_up:{follow_up.pk}",
    )


def _meeting_entry(meeting: Meeting) -> Entry:
    return Entry(
        at=meeting.starts_at,
        noted_at=meeting.recorded_at or meeting.planned_at,
        what="meeting",
        title=meeting.get_kind_display(),
        text=meeting.decisions or meeting.why_not_held,
        by=meeting.planned_by.name,
        reference=meeting.reference,
        url=reverse("concerns:meeting_detail", args=[meeting.reference]),
        significant=True,
        tags=(MeetingState(meeting.state).label,),
        key=f"meeting:{meeting.pk}",
    )


def _plan_entry(plan: PlanStatus) -> Entry:
    start = _start_of(plan.from_date)
    until = f" until {plan.until_date:%-d %B %Y}" if plan.until_date else ""
    return Entry(
        at=start,
        noted_at=start,
        what="plan",
        title=f"{plan.get_kind_display()}{until}",
        text=plan.note,
        by=plan.social_worker,
        reference="",
        url="",
        significant=True,
        key=f"plan:{plan.pk}",
    )
