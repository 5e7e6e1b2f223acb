"""Opening a closed record for a stated reason: for an hour, announced at once, reviewed by the other (ACC-03)."""

import datetime
from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from lps_safeguarding.access import acting, door, grounds, registry
from lps_safeguarding.access.models import BreakGlass
from lps_safeguarding.access.refusals import NotThere, WrongState
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.guidance import editions
from lps_safeguarding.people import duty
from lps_safeguarding.people.models import Role, User
from lps_safeguarding.people.school_calendar import Calendar
from lps_safeguarding.vault import keys

SHORTEST_REASON = 20

# Called inside the transaction with each new row: alerts registers what tells the reviewer at once. An error there
# stops the opening: no announcement, no opening.
announce: list[Callable[[BreakGlass], None]] = []


def can_open(user) -> bool:
    """Only the lead DSL and the headteacher (or who acts for them today)."""
    return could_open(user) and (user.has_role(Role.LEAD_DSL) or _is_headteacher(user))


def could_open(user) -> bool:
    """Holds a role that may ever open one; asks nothing of the database, for use on each page."""
    return any(user.has_role(role) for role in (Role.LEAD_DSL, Role.HEADTEACHER, Role.ACTING_SENIOR_TEACHER))


def check_can_open(user) -> None:
    if not can_open(user):
        raise PermissionDenied


def _is_headteacher(user) -> bool:
    if user.has_role(Role.HEADTEACHER):
        return True
    now = duty.headteacher_now(timezone.now())
    return now is not None and now.pk == user.pk


def the_other(user: User) -> User | None:
    """Who is told and reviews: the headteacher for the lead DSL, the lead DSL for the headteacher."""
    lead = duty.lead_dsl()
    head = duty.headteacher_now(timezone.now())
    for candidate in (head, lead) if user.has_role(Role.LEAD_DSL) else (lead, head):
        if candidate is not None and candidate.pk != user.pk:
            return candidate
    return duty.chair_now(timezone.now())


def open_until(opened_at: datetime.datetime) -> datetime.datetime:
    """How long an opening lasts: the school's setting under the edition in force (DEC-16)."""
    return editions.due("break_glass_lasts", editions.current(), opened_at, Calendar.load())


def review_due(opened_at: datetime.datetime) -> datetime.datetime:
    """By when the other leader reviews an opening: likewise a setting, in working days."""
    return editions.due("break_glass_review", editions.current(), opened_at, Calendar.load())


def _find(user, reference: str):
    """The record this person may open by break glass. NotThere alike for missing, own sight, conflict and never."""
    wanted = door.tidy(reference)
    with acting.as_the_system("break glass"):
        for kind in registry.kinds():
            if kind.openable_by_break_glass is None:
                continue
            record = kind.openable_by_break_glass(user).filter(reference=wanted).first()
            if record is None or _is_shut(user, kind, record):
                continue
            return record
    raise NotThere


def _is_shut(user, kind, record) -> bool:
    if grounds.conflicted(user, kind.model).filter(record_id=record.pk).exists():
        return True
    if kind.children_of is None:
        return False
    return grounds.conflicted_children(user).filter(child_id__in=list(kind.children_of(record))).exists()


@transaction.atomic
def open(*, reference: str, by: User, reason: str) -> BreakGlass:
    """Open the record for an hour. Raises PermissionDenied, NotThere, WrongState.

    The row, the trail entry and the announcement to the other leader are one transaction.
    """
    check_can_open(by)
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise WrongState("Say in a sentence why you must open this record now.")
    record = _find(by, reference)
    reviewer = the_other(by)
    if reviewer is None:
        raise WrongState("Nobody is named as headteacher or lead DSL who could be told. Ask the chair.")
    now = timezone.now()
    slug = grounds.record_type(type(record))
    if BreakGlass.objects.filter(
        person=by, record_type=slug, record_id=record.pk, expires_at__gt=now, closed_at=None
    ).exists():
        raise WrongState("You already have this record open.")
    row = BreakGlass(
        key=keys.new_record_key(),
        record_type=slug,
        record_id=record.pk,
        reference=record.reference,
        person=by,
        reason=reason,
        opened_at=now,
        expires_at=open_until(now),
        reviewer=reviewer,
        review_due_at=review_due(now),
    )
    trail.save(row, by=by, why="opened by break glass", act="opened_by_break_glass")
    acting.sight_changed()
    trail.note(
        by=by, act="opened_by_break_glass", record=record, reference=record.reference, why="reason kept with the row"
    )
    for tell in announce:
        tell(row)
    return row


@transaction.atomic
def close(*, opening: BreakGlass, by: User) -> BreakGlass:
    """Close it before the hour is over. Only who opened it."""
    opening = BreakGlass.objects.select_for_update().get(pk=opening.pk)
    if opening.person_id != by.pk:
        raise PermissionDenied
    if not opening.is_open:
        raise WrongState("This record is already closed again.")
    opening.closed_at = timezone.now()
    trail.save(opening, by=by, why="break glass closed")
    acting.sight_changed()
    return opening


def can_review(user, opening: BreakGlass) -> bool:
    """The reviewer it was announced to, or who holds that office now; never who opened it."""
    if opening.person_id == user.pk:
        return False
    return opening.reviewer_id == user.pk or can_open(user)


@transaction.atomic
def review(*, opening: BreakGlass, by: User, finding: str, note: str) -> BreakGlass:
    """Record what the other leader found. Raises PermissionDenied, WrongState."""
    opening = BreakGlass.objects.select_for_update().get(pk=opening.pk)
    if not can_review(by, opening):
        raise PermissionDenied
    if opening.reviewed_at is not None:
        raise WrongState("This has already been reviewed.")
    opening.reviewed_at = timezone.now()
    opening.reviewed_by = by
    opening.finding = BreakGlass.Finding(finding)
    opening.review_note = note
    trail.save(opening, by=by, why="break glass reviewed", act="break_glass_reviewed")
    return opening


def check_can_look_at_list(user) -> None:
    """Those who open or review."""
    if not can_open(user) and not BreakGlass.objects.filter(Q(person=user) | Q(reviewer=user)).exists():
        raise PermissionDenied


def readable_by(user):
    """Own openings, and those one is to review."""
    rows = Q(person=user) | Q(reviewer=user)
    if can_open(user):
        rows |= ~Q(person=user)
    return BreakGlass.objects.filter(rows)


def open_now(user):
    """What this person holds open at this moment, for the banner on each page."""
    return BreakGlass.objects.filter(person=user, expires_at__gt=timezone.now(), closed_at=None)
