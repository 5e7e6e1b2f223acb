"""What the page of one concern shows to somebody at FULL: gathered in a fixed number of queries, whatever the length.

No rule is made here: what may be read comes from `need_to_know`, and what was recorded is shown as it was recorded.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Prefetch, QuerySet
from django.utils import timezone

from concerns import duties, need_to_know, notice_page, priorities
from concerns.body_map import charts
from concerns.duty_terms import Particular
from concerns.models import (
    CareArrangement,
    ChildFile,
    Concern,
    ConcernFile,
    FgmReport,
    FollowUp,
    InjuryMark,
    LinkedChild,
    PlanStatus,
    Referral,
    StaffHarm,
    Vulnerability,
)
from concerns.states import FgmState, FollowUpState, ReferralState, State
from concerns.terms import Kind
from lps_safeguarding.access import acting, sharing
from lps_safeguarding.people.models import Child, Role, User

LAST_ENTRIES = 5

# The boxes of the account, in the order of the form; an empty one is left out.
ACCOUNT_BOXES = (
    ("childs_words", "The child’s own words"),
    ("what_was_seen", "What was seen, and how the child was"),
    ("questions_asked", "What the adult asked"),
    ("conversation", "Where and when the conversation was"),
    ("who_was_present", "Who was present"),
    ("why_worried", "Why this is a worry"),
    ("wishes_and_feelings", "The child’s wishes and feelings"),
)


def account_boxes(concern: Concern) -> list[tuple[str, str]]:
    """The boxes of the account that were filled in, each under the name that the form gave it."""
    return [
        (notice_page.label(concern, name, label), getattr(concern, name))
        for name, label in ACCOUNT_BOXES
        if getattr(concern, name)
    ]


def kind_labels(kinds: list[str]) -> list[str]:
    """The kinds of a concern in words."""
    return [Kind(kind).label for kind in kinds]


def particular_labels(particulars: list[str]) -> list[str]:
    """What it is more exactly, in words."""
    return [Particular(each).label for each in particulars]


@dataclass(frozen=True)
class Before:
    """An earlier or other concern about the same child, as one line."""

    concern: Concern

    @property
    def kinds(self) -> list[str]:
        return kind_labels(self.concern.kinds)


@dataclass
class ChildCard:
    """Who a child of the concern is: enough to decide, with links to the file."""

    child: Child
    part: str
    link: Any  # key of the child's row in the concern
    file: ChildFile | None = None
    plans: list[PlanStatus] = field(default_factory=list)
    vulnerabilities: list[Vulnerability] = field(default_factory=list)
    linked: list[LinkedChild] = field(default_factory=list)
    before: list[Before] = field(default_factory=list)

    @property
    def plan(self) -> PlanStatus | None:
        """The plan that runs today; the gravest stands first in the list."""
        return self.plans[0] if self.plans else None


@dataclass(frozen=True)
class Event:
    """One thing that happened to the concern after it was sent."""

    at: datetime.datetime
    what: str  # the name of the partial: decision, addendum, feedback, file, assigned
    record: Any
    by_id: int | None = None
    charts: list[charts.Chart] = field(default_factory=list)  # of an addendum with injuries


@dataclass
class Case:
    """A concern with all that belongs to it, for the reader it was gathered for."""

    concern: Concern
    children: list[ChildCard]
    events: list[Event]
    referrals: list[Referral]
    follow_ups: list
    files: list
    sharings: list
    today: datetime.date
    notice: notice_page.NoticePart | None = None
    charts: list[charts.Chart] = field(default_factory=list)  # the body map as sent, one for each child with injuries
    fgm_report: FgmReport | None = None
    care: CareArrangement | None = None
    staff_harms: list[StaffHarm] = field(default_factory=list)

    @property
    def account(self) -> list[tuple[str, str]]:
        """The boxes that were filled in, exactly as written."""
        return account_boxes(self.concern)

    @property
    def observed_label(self) -> str:
        return notice_page.label(self.concern, "observed_at", "Seen or heard")

    @property
    def place_label(self) -> str:
        return notice_page.label(self.concern, "place", "Where, or from whom")

    @property
    def several_children(self) -> bool:
        return len(self.children) > 1

    @property
    def open_follow_ups(self) -> list:
        return [each for each in self.follow_ups if each.state == FollowUpState.OPEN]

    @property
    def unanswered(self) -> list[Referral]:
        return [each for each in self.referrals if each.state == ReferralState.MADE]

    @property
    def decided(self) -> bool:
        return any(event.what == "decision" for event in self.events)

    def since(self, moment: datetime.datetime, *, but_not_by: User) -> list[Event]:
        """What others recorded after a moment, oldest first: for a second DSL who decided at the same time."""
        return [e for e in self.events if e.at > moment and e.by_id != but_not_by.pk]

    @property
    def kind_labels(self) -> list[str]:
        return kind_labels(self.concern.kinds)

    @property
    def authors_kind_labels(self) -> list[str]:
        return kind_labels(self.concern.kinds_by_author) + particular_labels(self.concern.particulars_by_author)

    @property
    def particular_labels(self) -> list[str]:
        return particular_labels(self.concern.particulars)

    @property
    def is_local_priority(self) -> bool:
        return bool(priorities.among(self.concern.kinds))

    @property
    def keeps_open(self) -> list[str]:
        """What the special duties ask for before it is closed, a sentence each."""
        return duties.keeps_open(
            duties.recorded(
                self.concern.kinds,
                [event.record for event in self.events if event.what == "decision"],
                [each.agency for each in self.referrals if each.state != ReferralState.WITHDRAWN],
                fgm_open=self.fgm_report is not None and self.fgm_report.state == FgmState.OPEN,
            )
        )

    @property
    def asks_about_care(self) -> bool:
        """Private fostering was named and nobody has answered who looks after the child (DEC-08)."""
        return self.care is None and Kind.PRIVATE_FOSTERING in self.concern.kinds

    @property
    def is_privately_fostered(self) -> bool:
        care = self.care
        return care is not None and duties.is_private_fostering(
            ages=[card.child.age_on(self.today) for card in self.children],
            disabled=care.disabled,
            close_relative=care.close_relative,
            long_stay=care.long_stay,
        )

    @property
    def care_notice(self) -> FollowUp | None:
        """The notice to the local authority, as something to do."""
        return next((each for each in self.follow_ups if self.care and each.pk == self.care.notice_id), None)

    @property
    def family_may_be_the_danger(self) -> bool:
        return duties.family_may_be_the_danger(self.concern.kinds)

    @property
    def pictures_may_exist(self) -> bool:
        return duties.pictures_may_exist(self.concern.kinds)

    @property
    def waits_for_decision(self) -> bool:
        return self.concern.state in (State.READ, State.SENT, State.REOPENED) or self.concern.worried_at is not None


_GRAVEST_FIRST = {"child_protection": 0, "looked_after": 1, "child_in_need": 2, "early_help": 3}


def runs_on(day: datetime.date):
    """Whether a plan or a vulnerability runs on a day."""
    return lambda each: each.from_date <= day and (each.until_date is None or each.until_date >= day)


def gravest_first(plans: list[PlanStatus]) -> list[PlanStatus]:
    return sorted(plans, key=lambda plan: (_GRAVEST_FIRST.get(plan.kind, 9), -plan.from_date.toordinal()))


def children_of(concern: Concern, user: User) -> list[ChildCard]:
    """The children of a concern with the heads of those files this person may open. Seven queries, however many."""
    in_it = under_its_key(concern.children.select_related("child__service"), concern.key)
    ids = [each.child_id for each in in_it]
    today = timezone.localdate()
    files = {
        each.child_id: each
        for each in need_to_know.children_readable_by(user)
        .filter(child__in=ids)
        .select_related("key")
        .prefetch_related(
            "plans",
            "vulnerabilities",
            Prefetch("links", LinkedChild.objects.filter(ended_at__isnull=True).select_related("other")),
        )
    }
    others = (
        need_to_know.readable_in_full_by(user)
        .filter(children__child__in=ids)
        .exclude(pk=concern.pk)
        .annotate(about=F("children__child"))
        .only("reference", "observed_at", "kinds", "form", "state")
        .order_by("-observed_at")[: LAST_ENTRIES * 4 * max(len(ids), 1)]
    )
    before: dict[Any, list[Before]] = {}
    for other in others:
        before.setdefault(other.about, []).append(Before(other))
    cards = []
    for each in in_it:
        card = ChildCard(
            each.child,
            each.part,
            each.pk,
            files.get(each.child_id),
            before=before.get(each.child_id, [])[:LAST_ENTRIES],
        )
        if card.file is not None:
            plans = under_its_key(card.file.plans.all(), card.file.key)
            card.plans = gravest_first([plan for plan in plans if runs_on(today)(plan)])
            card.vulnerabilities = [one for one in card.file.vulnerabilities.all() if runs_on(today)(one)]
            card.linked = list(card.file.links.all())
        cards.append(card)
    return cards


def people_to_ask() -> QuerySet[User]:
    """Everybody who can be given something to do: all with an open account (DEC-13)."""
    return User.objects.able_to_sign_in().select_related("adult")


def referrals_told(concern: Concern, user: User) -> list[Referral]:
    """What the headteacher is told of referrals at SUMMARY: to whom, when, where it stands (DEC-11). Nothing sealed.

    The summary of anybody else says nothing of referrals.
    """
    if not (user.has_role(Role.HEADTEACHER) or user.has_role(Role.ACTING_SENIOR_TEACHER)):
        return []
    with acting.as_the_system("the headteacher is told of referrals"):
        return list(concern.referrals.only("agency", "made_at", "state", "answer_due_at", "concern_id"))


def under_its_key(parts: Iterable[Any], key: Any) -> list:
    """The parts of a record, with the key that they share with it: it is not read again for each of them."""
    found = list(parts)
    for part in found:
        if part.key_id == key.pk:
            part.key = key
    return found


def documents_of(user: User, child: Child) -> list[ConcernFile]:
    """The documents kept with the concerns about a child that this person may open in full, newest first (CPF-01)."""
    filed = need_to_know.of_concerns_in_full(ConcernFile.objects.filter(concern__children__child=child), user)
    documents = list(filed.select_related("file__key", "concern").order_by("-added_at"))
    name_people((documents, ["added_by"]))
    return documents


PEOPLE_OF_A_CONCERN = ("author", "passed_to", "assigned_to", "read_by")


def name_people(*named: tuple[Iterable[Any], Iterable[str]]) -> None:
    """Read all the people these records name, by these fields, in one query, and set them on the records."""
    pairs = [(record, name) for records, names in named for record in records for name in names]
    ids = {getattr(record, f"{name}_id") for record, name in pairs} - {None}
    people = {person.pk: person for person in User.objects.filter(pk__in=ids).select_related("adult").order_by()}
    for record, name in pairs:
        setattr(record, name, people.get(getattr(record, f"{name}_id")))


def marks_of(concern: Concern, user: User, addenda: Iterable[Any] = ()) -> list[InjuryMark]:
    """The marks on the body map that this person may see, numbered. No query where nothing says that there are any."""
    if not concern.injuries and not any(addendum.injuries for addendum in addenda):
        return []
    return under_its_key(need_to_know.marks_of(user, concern), concern.key)


def charts_of(marks: Iterable[InjuryMark], names: dict[Any, str]) -> list[charts.Chart]:
    """A chart for each child who has marks. `names`: by the child's link to the concern; shown where there are several."""
    by_child: dict[Any, list[InjuryMark]] = {link: [] for link in names}
    for mark in marks:
        by_child.setdefault(mark.whose_id, []).append(mark)
    return [
        charts.chart(((mark.position, mark.mark) for mark in found), whose=names.get(link) if len(names) > 1 else None)
        for link, found in by_child.items()
        if found
    ]


def case(concern: Concern, user: User) -> Case:
    """Everything about a concern that came through the door at FULL."""
    key = concern.key
    decisions = under_its_key(concern.decisions.all(), key)
    addenda = under_its_key(concern.addenda.all(), key)
    feedback = under_its_key(concern.feedback.all(), key)
    assignments = list(concern.assignments.all())
    files = list(concern.files.select_related("file"))
    under_its_key((each.file for each in files), key)
    referrals = under_its_key(need_to_know.referrals_of(user, concern), key)
    follow_ups = under_its_key(need_to_know.follow_ups_of(user, concern), key)
    sharings = under_its_key(sharing.of(concern), key)
    notice = notice_page.of(user, concern)
    fgm_report = need_to_know.fgm_report_of(user, concern)
    care = need_to_know.care_arrangement_of(user, concern)
    staff_harms = need_to_know.staff_harms_of(user, concern)
    name_people(
        *(notice.people if notice else []),
        ([concern], PEOPLE_OF_A_CONCERN),
        (decisions, ["by"]),
        (addenda, ["author"]),
        (feedback, ["by"]),
        (assignments, ["person"]),
        (files, ["added_by"]),
        (referrals, ["made_by"]),
        (follow_ups, ["owner", "ended_by"]),
        (sharings, ["with_person", "shared_by"]),
        ([fgm_report] if fgm_report else [], ["teacher", "settled_by"]),
        ([care] if care else [], ["asked_by"]),
        (staff_harms, ["said_by", "supported_by"]),
    )
    marks = marks_of(concern, user, addenda)
    children = children_of(concern, user)
    names = {card.link: card.child.name for card in children}
    added = {
        each.pk: charts_of((mark for mark in marks if mark.addendum_id == each.pk), names)
        for each in addenda
        if each.injuries
    }
    events = [
        *(Event(each.decided_at, "decision", each, each.by_id) for each in decisions),
        *(Event(each.written_at, "addendum", each, each.author_id, added.get(each.pk, [])) for each in addenda),
        *(Event(each.sent_at, "feedback", each, each.by_id) for each in feedback),
        *(Event(each.since, "assigned", each) for each in assignments),
        *(
            Event(each.added_at, "file", each, each.added_by_id)
            for each in files
            if each.added_at > concern.submitted_at
        ),
    ]
    if notice is not None:
        events += [Event(each.recorded_at, "step", each, each.recorded_by_id) for each in notice.after_sending]
        if notice.found is not None:
            events.append(Event(notice.found.recorded_at, "found", notice.found, notice.found.recorded_by_id))
    return Case(
        concern=concern,
        children=children,
        events=sorted(events, key=lambda event: event.at),
        referrals=referrals,
        follow_ups=follow_ups,
        files=files,
        sharings=sharings,
        today=timezone.localdate(),
        notice=notice,
        charts=charts_of((mark for mark in marks if mark.addendum_id is None), names),
        fgm_report=fgm_report,
        care=care,
        staff_harms=staff_harms,
    )
