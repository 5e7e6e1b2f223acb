"""What `overview` asks this app for: a child's chronology (CPF-03) and the sections of the queue (DEC-01)."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone

from concerns import need_to_know
from concerns.case_page import name_people, under_its_key
from concerns.models import ChildInConcern, Concern, Decision, FollowUp, PlanStatus, Referral
from concerns.states import FollowUpState, ReferralState, State
from concerns.terms import Form, Kind, Notice, Option
from lps_safeguarding.access.levels import Level
from lps_safeguarding.people.models import Child, User


@dataclass(frozen=True)
class Entry:
    """One line of a chronology. `at`: when it happened; `noted_at`: when it was recorded."""

    at: datetime.datetime
    noted_at: datetime.datetime
    what: str  # "concern", "decision", "referral", "follow_up", "plan": what the filter knows
    title: str
    text: str
    by: str
    reference: str
    url: str
    significant: bool = False
    tags: tuple[str, ...] = field(default=())


def concerns_of(user: User, child: Child):
    """The concerns about a child that this person may open, with what their line in the chronology needs."""
    return need_to_know.readable_by(user).filter(children__child=child).select_related("key")


@dataclass
class Chronology:
    """The entries of one child as one person may see them, newest first, and what of it is open."""

    entries: list[Entry]
    follow_ups: list[FollowUp] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)


def entries_for(user: User, child: Child) -> list[Entry]:
    """The chronology of one child as this person may see it, newest first."""
    files = need_to_know.children_readable_by(user).filter(child=child, level=Level.FULL).values("pk")
    return chronology(user, child, PlanStatus.objects.filter(child_file__in=files).select_related("key")).entries


def chronology(user: User, child: Child, plans: Iterable[PlanStatus]) -> Chronology:
    """The chronology of one child with these plans of theirs. A constant number of queries.

    At SUMMARY and OWN_ENTRY there is no more than that level shows elsewhere.
    """
    concerns = {concern.pk: concern for concern in concerns_of(user, child)}
    full = [pk for pk, concern in concerns.items() if concern.level == Level.FULL]

    def of_these(parts: QuerySet) -> list:
        found = list(parts.filter(concern__in=full)) if full else []
        for part in found:
            part.concern = concerns[part.concern_id]
        return [part for part in found if under_its_key([part], part.concern.key)]

    about = {part.concern_id: part.part for part in of_these(ChildInConcern.objects.filter(child=child))}
    decisions = of_these(Decision.objects.all())
    referrals = of_these(Referral.objects.all())
    follow_ups = of_these(FollowUp.objects.all())
    name_people(
        (concerns.values(), ["author"]), (decisions, ["by"]), (referrals, ["made_by"]), (follow_ups, ["owner"])
    )
    entries = [
        *(_concern_entry(concern, about.get(concern.pk, "")) for concern in concerns.values()),
        *(_decision_entry(decision, decision.concern) for decision in decisions),
        *(_referral_entry(referral) for referral in referrals),
        *(_follow_up_entry(follow_up) for follow_up in follow_ups),
        *(_plan_entry(plan) for plan in plans),
    ]
    return Chronology(
        sorted(entries, key=lambda entry: (entry.at, entry.noted_at), reverse=True), follow_ups, referrals
    )


def _concern_entry(concern: Concern, part: str) -> Entry:
    kinds = tuple(Kind(kind).label for kind in concern.kinds)
    text = ""
    if concern.level == Level.FULL:
        text = part or concern.what_was_seen or concern.childs_words or concern.why_worried
    tags = kinds + (State(concern.state).label,)
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
    )


def _decision_entry(decision: Decision, concern: Concern) -> Entry:
    return Entry(
        at=decision.decided_at,
        noted_at=decision.decided_at,
        what="decision",
        title="Decision: " + ", ".join(decision.option_labels),
        text=decision.rationale,
        by=decision.by.name,
        reference=concern.reference,
        url=reverse("concerns:concern_detail", args=[concern.reference]),
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
        significant=referral.agency in (Option.SOCIAL_CARE, Option.POLICE),
        tags=(ReferralState(referral.state).label,),
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
    )


def _plan_entry(plan: PlanStatus) -> Entry:
    start = timezone.make_aware(datetime.datetime.combine(plan.from_date, datetime.time()))
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
    )


@dataclass(frozen=True)
class Section:
    """One part of the queue. `rows` are concerns, follow-ups, referrals or decisions, as `kind` says."""

    slug: str
    title: str
    kind: str
    rows: list
    urgent: bool = False


_SHOWN_OF_A_CONCERN = (
    "reference", "form", "state", "kinds", "submitted_at", "worried_at", "talk_asked_at", "author_id", "assigned_to_id",
    "notice", "read_due_at", "missing_since", "service__name", "service__slug",
)  # fmt: skip
_CHILDREN = Prefetch(
    "children",
    ChildInConcern.objects.select_related("child").only(
        "concern_id", "child__first_name", "child__last_name", "child__known_as"
    ),
)


def _asked_first(concern: Concern) -> datetime.datetime:
    return concern.talk_asked_at or concern.submitted_at


MOST_ROWS = 100  # of one section; a queue that long needs the lead DSL, not another page


def queue_sections(user: User, now: datetime.datetime) -> list[Section]:
    """All that waits for a person on the safeguarding team, most urgent first (DEC-01). A constant number of queries."""
    today = timezone.localdate(now)
    in_full = need_to_know.readable_in_full_by(user).select_related("service").only(*_SHOWN_OF_A_CONCERN)
    waiting = list(in_full.waiting().newest_first()[: 4 * MOST_ROWS])
    # Two things that may last beyond the decision, in one question: a reporter who asks to talk, a child still missing.
    lasting = list(
        in_full.filter(
            Q(talk_asked_at__isnull=False) | Q(missing_since__isnull=False) & ~Q(state=State.CLOSED)
        ).order_by("-submitted_at")[: 2 * MOST_ROWS]
    )
    talks = [c for c in lasting if c.talk_asked_at is not None]
    talks.sort(key=_asked_first)
    follow_ups = list(
        need_to_know.follow_ups_readable_by(user)
        .overdue(today)
        .select_related("key", "concern__service")
        .order_by("due_on")[:MOST_ROWS]
    )
    reviews = list(
        need_to_know.of_concerns_in_full(Decision.objects.filter(review_on__lte=today), user)
        .filter(concern__state=State.DECIDED)
        .select_related("concern__service")
        .order_by("review_on")[:MOST_ROWS]
    )
    referrals = list(
        need_to_know.referrals_readable_by(user)
        .unanswered()
        .select_related("concern__service")
        .order_by("answer_due_at", "made_at")[:MOST_ROWS]
    )
    beneath = [part.concern for part in (*follow_ups, *reviews, *referrals)]
    name_people(
        (waiting, ["assigned_to"]),
        (lasting, ["author", "assigned_to"]),
        (follow_ups, ["owner"]),
        (reviews, ["by"]),
        (referrals, ["made_by"]),
        (beneath, ["assigned_to"]),
    )
    prefetch_related_objects([*waiting, *lasting, *beneath], _CHILDREN)

    def those(condition) -> list:
        return [concern for concern in waiting if condition(concern)][:MOST_ROWS]

    worried = those(lambda c: c.worried_at is not None)
    seen = {c.pk for c in worried}
    notices = those(lambda c: c.state == State.SENT and c.has_own_clock and not c.is_pink and c.pk not in seen)
    notices.sort(key=lambda c: c.read_due_at)
    seen |= {c.pk for c in notices}
    at_hand = {c.pk for c in waiting}
    missing = [c for c in lasting if c.missing_since and c.pk not in at_hand]
    sections = [
        Section(
            "pink",
            "Pink forms not read",
            "concern",
            those(lambda c: c.state == State.SENT and c.is_pink and c.pk not in seen),
            urgent=True,
        ),
        Section("notices", "To read before the school day starts", "concern", notices, urgent=True),
        Section("worried", "The reporter is still worried", "concern", worried, urgent=True),
        Section("missing", "Children still missing", "concern", missing, urgent=True),
        Section(
            "unread",
            "Entries not read",
            "concern",
            those(lambda c: c.state == State.SENT and not c.is_pink and c.pk not in seen),
        ),
        Section(
            "to_decide",
            "Read, waiting for a decision",
            "concern",
            those(lambda c: c.state in (State.READ, State.REOPENED) and c.pk not in seen),
        ),
        Section(
            "follow_ups",
            "Follow-ups overdue",
            "follow_up",
            follow_ups,
        ),
        Section("reviews", "Reviews due", "decision", reviews),
        Section("referrals", "Referrals without an answer", "referral", referrals),
        Section("talks", "Reporters who ask to talk", "concern", talks),
    ]
    return [section for section in sections if section.rows]
