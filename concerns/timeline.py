"""What `overview` asks this app for: a child's chronology (CPF-03) and the sections of the queue (DEC-01)."""

import datetime
from dataclasses import dataclass

from django.db.models import Case, Prefetch, Q, SmallIntegerField, When, prefetch_related_objects
from django.utils import timezone

from concerns import need_to_know
from concerns.case_page import name_people
from concerns.chronology import Chronology, Entry, chronology, entries_for
from concerns.models import ChildInConcern, Concern, Decision
from concerns.states import State
from concerns.terms import Form
from lps_safeguarding.people.models import User

__all__ = ["Chronology", "Entry", "Section", "chronology", "entries_for", "queue_sections"]


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


def next_in_queue(user: User, *, after: str = "") -> str:
    """The reference of the concern that waits most urgently, in the order of the queue; "" when none does.

    `after`: the one just dealt with, which is passed over (it may wait on purpose).
    """
    urgency = Case(
        When(worried_at__isnull=False, then=1),
        When(state=State.SENT, form=Form.PINK, then=0),
        When(state=State.SENT, then=2),
        default=3,
        output_field=SmallIntegerField(),
    )
    waiting = need_to_know.queue_of(user).exclude(reference=after).order_by(urgency, "-submitted_at", "-id")
    return waiting.values_list("reference", flat=True).first() or ""


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
    to_do = (
        need_to_know.follow_ups_readable_by(user)
        .in_queue(today)
        .select_related("key", "concern__service", "child_file__service", "child_file__child")
        .order_by("due_on")[:MOST_ROWS]
    )
    # What somebody was given to do without what it comes from stands on their first page, not in a service's queue.
    follow_ups = [each for each in to_do if each.concern is not None or each.child_file is not None]
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
    beneath = [part.concern for part in (*follow_ups, *reviews, *referrals) if part.concern is not None]
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
            [each for each in follow_ups if not each.to_attend],
        ),
        Section("reviews", "Reviews due", "decision", reviews),
        Section(
            "meetings",
            "Meetings today, and meetings to be recorded",
            "follow_up",
            [each for each in follow_ups if each.to_attend],
        ),
        Section("referrals", "Referrals without an answer", "referral", referrals),
        Section("talks", "Reporters who ask to talk", "concern", talks),
    ]
    return [section for section in sections if section.rows]
