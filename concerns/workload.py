"""What a DSL has open: for handing it over, and weighed for the lead DSL. Only what the viewer may open counts."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Prefetch, Q

from concerns import need_to_know
from concerns.models import ChildInConcern, Concern, Decision, FollowUp, HandOver, PlanStatus, Referral
from concerns.states import WAITING, ReferralState, State
from concerns.terms import Form, Kind, Option, PlanKind
from lps_safeguarding.guidance import editions
from lps_safeguarding.people.duty import Roster
from lps_safeguarding.people.models import Role, User

_CHILDREN = Prefetch(
    "children",
    ChildInConcern.objects.select_related("child").only(
        "concern_id", "child__first_name", "child__last_name", "child__known_as"
    ),
)


# --- One person's open work -------------------------------------------------------------------------------------------
@dataclass
class OpenConcern:
    """A concern somebody has, with what hangs on it and goes with it."""

    concern: Concern
    referrals: list[Referral] = field(default_factory=list)
    review_on: datetime.date | None = None

    @property
    def children(self) -> str:
        return ", ".join(link.child.name for link in self.concern.children.all())

    @property
    def what(self) -> str:
        """The state and what is to come, in a line."""
        parts = [State(self.concern.state).label]
        parts += [f"referral without an answer: {Option(referral.agency).label}" for referral in self.referrals]
        if self.review_on:
            parts.append(f"review on {self.review_on:%-d %B %Y}")
        return "; ".join(parts)

    @property
    def kinds(self) -> str:
        return "; ".join(Kind(kind).label for kind in self.concern.kinds)


@dataclass
class OpenWork:
    """All that somebody has open, as far as the viewer may open it."""

    concerns: list[OpenConcern]
    follow_ups: list[FollowUp]

    @property
    def is_empty(self) -> bool:
        return not (self.concerns or self.follow_ups)


def open_work(viewer: User, person: User) -> OpenWork:
    """What `person` has open. A constant number of queries."""
    rows = need_to_know.readable_in_full_by(viewer).filter(assigned_to=person).exclude(state=State.CLOSED)
    follow_ups = need_to_know.follow_ups_readable_by(viewer).open().filter(owner=person)
    return OpenWork(
        _with_what_hangs_on_them(viewer, rows.order_by("submitted_at")),
        list(follow_ups.select_related("key", "concern").order_by("due_on", "set_at")),
    )


def handed_over(viewer: User, made: HandOver) -> OpenWork:
    """What was handed over, as it stands now, as far as the viewer may open it."""
    rows = need_to_know.readable_in_full_by(viewer).filter(pk__in=made.concerns)
    follow_ups = need_to_know.follow_ups_readable_by(viewer).filter(pk__in=made.follow_ups)
    return OpenWork(
        _with_what_hangs_on_them(viewer, rows.order_by("submitted_at")),
        list(follow_ups.select_related("key", "concern").order_by("due_on", "set_at")),
    )


def _with_what_hangs_on_them(viewer: User, rows) -> list[OpenConcern]:
    found = [OpenConcern(concern) for concern in rows.select_related("service").prefetch_related(_CHILDREN)]
    by_key = {each.concern.pk: each for each in found}
    for referral in need_to_know.referrals_readable_by(viewer).unanswered().filter(concern__in=list(by_key)):
        by_key[referral.concern_id].referrals.append(referral)
    reviews = Decision.objects.filter(concern__in=list(by_key), review_on__isnull=False)
    for concern_id, day in reviews.order_by("decided_at").values_list("concern_id", "review_on"):
        if by_key[concern_id].concern.state == State.DECIDED:
            by_key[concern_id].review_on = day
    return found


# --- The caseload, weighed ----------------------------------------------------------------------------------------------
PARTS = (
    ("undecided", "Pink forms, and entries not decided yet", "caseload_undecided"),
    ("protection", "Others about a child with a child protection plan", "caseload_protection"),
    ("decided", "Other open concerns", "caseload_decided"),
    ("referrals", "Referrals without an answer", "caseload_referral"),
    ("follow_ups", "Follow-ups to do", "caseload_follow_up"),
)
"""Each thing counts in one part only: slug, words, and the setting that says how much it weighs."""


@dataclass(frozen=True)
class Part:
    """One factor of the sum: how many, and how much each weighs."""

    title: str
    number: int
    weight: int

    @property
    def points(self) -> int:
        return self.number * self.weight


@dataclass(frozen=True)
class Load:
    """What one DSL has open, with its arithmetic. It says how much there is to do, never how well it is done."""

    person: User
    is_away: bool
    parts: tuple[Part, ...]

    @property
    def points(self) -> int:
        return sum(part.points for part in self.parts)

    @property
    def in_words(self) -> str:
        """The whole sum: "2 × 3 + 1 × 1 = 7"."""
        terms = [f"{part.number} × {part.weight}" for part in self.parts if part.number]
        return f"{' + '.join(terms)} = {self.points}" if terms else "0"


def weights() -> dict[str, int]:
    """How much each part weighs, as this school set it."""
    edition = editions.current()
    return {slug: editions.length(setting, edition).value for slug, _, setting in PARTS}


def caseload(lead: User, now: datetime.datetime) -> list[Load]:
    """Every DSL, and whoever else has something open; the most to do first. A constant number of queries."""
    today = now.date()
    open_now = need_to_know.readable_in_full_by(lead).exclude(state=State.CLOSED).filter(assigned_to__isnull=False)
    concerns = {row[0]: row[1:] for row in open_now.values_list("pk", "assigned_to_id", "form", "state")}
    protected = _about_protected_children(concerns, today)
    found: Counter[tuple[int, str]] = Counter()
    for key, (person, form, state) in concerns.items():
        undecided = state in WAITING or form == Form.PINK
        found[person, "undecided" if undecided else "protection" if key in protected else "decided"] += 1
    waiting = need_to_know.referrals_readable_by(lead).filter(state=ReferralState.MADE)
    for person in waiting.filter(concern__assigned_to__isnull=False).values_list("concern__assigned_to_id", flat=True):
        found[person, "referrals"] += 1
    to_do = need_to_know.follow_ups_readable_by(lead).open()
    for person in to_do.values_list("owner_id", flat=True):
        found[person, "follow_ups"] += 1
    roster = Roster.read(now)
    people = {user.pk: user for user in roster.holding(Role.SERVICE_DSL, Role.LEAD_DSL)}
    holders = {person for person, slug in found if slug != "follow_ups"}
    people |= {user.pk: user for user in User.objects.filter(pk__in=holders - people.keys()).select_related("adult")}
    weigh = weights()
    loads = [
        Load(
            user,
            user.pk in roster.away,
            tuple(Part(title, found[user.pk, slug], weigh[slug]) for slug, title, _ in PARTS),
        )
        for user in people.values()
    ]
    return sorted(loads, key=lambda load: (-load.points, load.person.adult.last_name))


def _about_protected_children(concerns, today: datetime.date) -> set:
    """Those of these concerns that are about a child with a child protection plan that runs today."""
    if not concerns:
        return set()
    runs = Q(until_date=None) | Q(until_date__gte=today)
    plans = PlanStatus.objects.filter(runs, kind=PlanKind.CHILD_PROTECTION, from_date__lte=today)
    children = list(plans.values_list("child_file__child_id", flat=True))
    links = ChildInConcern.objects.filter(concern__in=list(concerns), child__in=children)
    return set(links.values_list("concern_id", flat=True))
