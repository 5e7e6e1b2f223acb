"""Handing a DSL's open work to another one: all of it or some, in one piece, with the reason (ROL-02, ROL-03)."""

import uuid
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from concerns import alerts, need_to_know
from concerns.models import Assignment, ChildFile, Concern, FollowUp, HandOver
from concerns.operations.locking import key_is_free, locked, one_at_a_time
from concerns.states import FollowUpState, State
from lps_safeguarding.access import acting, grounds
from lps_safeguarding.access.refusals import WrongState
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people.models import User
from lps_safeguarding.vault import keys
from lps_safeguarding.vault.references import new_reference


@transaction.atomic
def hand_over(
    *,
    by: User,
    from_person: User,
    to_person: User,
    concerns: Sequence[Concern],
    follow_ups: Sequence[FollowUp],
    why: str,
    notes: str,
    submission_key: uuid.UUID,
) -> HandOver:
    """Everything named goes to `to_person`, or nothing does. The same form sent twice hands over once.

    The referrals and reviews of a concern go with it: whoever has the concern chases them. What somebody else has
    meanwhile raises WrongState; whom one may not give it to, ValidationError.
    """
    one_at_a_time(submission_key)
    need_to_know.check_can_hand_over(by, from_person)
    before = need_to_know.hand_overs_readable_by(by).filter(submission_key=submission_key, made_by=by).first()
    if before is not None:
        return before
    _check(from_person=from_person, to_person=to_person, something=bool(concerns or follow_ups), why=why)
    reference = new_reference("H")
    given = [_concern_to_give(concern, by, from_person) for concern in sorted(concerns, key=lambda each: each.pk)]
    to_do = [_follow_up_to_give(each, by, from_person) for each in sorted(follow_ups, key=lambda each: each.pk)]
    for concern in given:
        if not alerts.pass_on(concern, to_person, why=Assignment.Why.COVER):
            raise ValidationError({"items": _not_to_them(concern.reference)})
    with acting.as_the_system("who may be given it"):  # a conflict of interest is out of the giver's sight
        shut = [each.reference for each in to_do if _is_shut_to(to_person, each)]
    if shut:
        raise ValidationError({"items": _not_to_them(shut[0])})
    made = HandOver(
        key=keys.new_record_key(),
        reference=reference,
        submission_key=submission_key,
        from_person=from_person,
        to_person=to_person,
        made_by=by,
        why=why,
        notes=notes.strip(),
        concerns=[concern.pk for concern in given],
        follow_ups=[follow_up.pk for follow_up in to_do],
        touches=sorted({each.pk for each in given} | {each.concern_id for each in to_do if each.concern_id}),
        touches_children=sorted({each.child_file.child_id for each in to_do if each.child_file is not None}),
    )
    with key_is_free():
        trail.save(made, by=by, why="work handed over", act="assigned")
    # As the system: what somebody gives away may be out of their own sight the moment it is given.
    with acting.as_the_system("hand over"):
        for concern in given:
            concern.assigned_to = to_person
            concern.version += 1
            trail.save(concern, by=by, why=f"handed over, {reference}", act="assigned")
            _end_assignment(concern, from_person, by=by)
        for follow_up in to_do:
            follow_up.owner = to_person
            follow_up.version += 1
            trail.save(follow_up, by=by, why=f"handed over, {reference}", act="assigned")
    acting.sight_changed()
    alerts.handed_over(made)
    return made


def _check(*, from_person: User, to_person: User, something: bool, why: str) -> None:
    errors = {}
    if to_person.pk == from_person.pk:
        errors["to_person"] = "Choose another DSL: this person has the work now."
    elif not (to_person.is_dsl() and to_person.can_sign_in()):
        errors["to_person"] = "Choose somebody who is a DSL today."
    if not something:
        errors["items"] = "Choose at least one thing to hand over."
    if not why:
        errors["why"] = "Say why it is handed over."
    if errors:
        raise ValidationError(errors)


def _not_to_them(reference: str) -> str:
    return f"{reference} cannot be given to that person. Leave it out, or choose somebody else for it."


def _concern_to_give(concern: Concern, by: User, from_person: User) -> Concern:
    now = locked(concern)
    need_to_know.check_can_decide(by, now)
    if now.assigned_to_id != from_person.pk or now.state == State.CLOSED:
        raise WrongState(f"{now.reference} has changed hands or was closed meanwhile. Look at the list again.")
    return now


def _follow_up_to_give(follow_up: FollowUp, by: User, from_person: User) -> FollowUp:
    now = locked(follow_up)
    need_to_know.check_can_end_follow_up(by, now)
    if now.owner_id != from_person.pk or now.state != FollowUpState.OPEN:
        raise WrongState(f"{now.reference} has changed hands or was done meanwhile. Look at the list again.")
    return now


def _is_shut_to(person: User, follow_up: FollowUp) -> bool:
    """Whether a conflict of interest shuts what this follow-up comes from: a concern, or a child's file (ACC-02)."""
    if follow_up.concern is not None:
        return alerts.is_shut_to(person, follow_up.concern)
    file = follow_up.child_file
    return file is not None and (
        grounds.conflicted_children(person).filter(child_id=file.child_id).exists()
        or grounds.conflicted(person, ChildFile).filter(record_id=file.pk).exists()
    )


def _end_assignment(concern: Concern, person: User, *, by: User) -> None:
    """What opened the concern to the giver only because they had it ends with that (ACC-01)."""
    rows = Assignment.objects.filter(concern=concern, person=person, ended_at=None).exclude(
        why=Assignment.Why.ESCALATED
    )
    for row in rows:
        row.ended_at = timezone.now()
        trail.save(row, by=by, why="handed over")


@transaction.atomic
def mark_hand_over_seen(*, hand_over: HandOver, by: User) -> None:
    """The receiver has opened it: the giver sees that, and the alert waits no longer."""
    if hand_over.seen_at is None and hand_over.to_person_id == by.pk:
        now = HandOver.objects.select_for_update(of=("self",), no_key=True).select_related("key").get(pk=hand_over.pk)
        if now.seen_at is None:
            now.seen_at = timezone.now()
            trail.save(now, by=by, why="hand-over seen", act="acknowledged")
        hand_over.seen_at = now.seen_at
    alerts.hand_over_opened(hand_over, by)
