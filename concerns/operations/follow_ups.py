"""Follow-ups: something to be done, by one person, by a day (DEC-13)."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from concerns import alerts, need_to_know, states
from concerns.models import Concern, FollowUp
from concerns.operations.locking import locked
from concerns.states import FollowUpState
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people.models import User
from lps_safeguarding.vault.references import new_reference


@transaction.atomic
def set_follow_up(
    *,
    concern: Concern,
    by: User,
    owner: User,
    due_on: datetime.date,
    what: str,
    at: datetime.datetime | None = None,
) -> FollowUp:
    """Give somebody something to do. They see `what` and the day, not the concern."""
    need_to_know.check_can_decide(by, concern)
    now = at or timezone.now()
    errors = {}
    if not what.strip():
        errors["what"] = "Say what is to be done."
    if due_on is None:
        errors["due_on"] = "Say by which day."
    elif due_on < timezone.localdate(now):
        errors["due_on"] = "The day is in the past. Choose today or a later day."
    if not owner.can_sign_in():
        errors["owner"] = "This person has left or cannot sign in. Choose somebody else."
    if errors:
        raise ValidationError(errors)
    follow_up = FollowUp(
        key=concern.key,
        reference=new_reference("U"),
        concern=concern,
        owner=owner,
        set_by=by,
        set_at=now,
        due_on=due_on,
        what=what,
    )
    trail.save(follow_up, by=by, why="follow-up set")
    alerts.follow_up_set(follow_up)
    return follow_up


@transaction.atomic
def end_follow_up(*, follow_up: FollowUp, by: User, state: str, note: str, version: int | None = None) -> FollowUp:
    """Done, or no longer needed: then with the reason."""
    follow_up = locked(follow_up, version=version)
    need_to_know.check_can_end_follow_up(by, follow_up)
    states.check_follow_up_move(follow_up, FollowUpState(state))
    if state == FollowUpState.CANCELLED and not note.strip():
        raise ValidationError({"note": "Say why this is no longer needed."})
    follow_up.state = state
    follow_up.note = note
    follow_up.ended_at = timezone.now()
    follow_up.ended_by = by
    follow_up.version += 1
    trail.save(follow_up, by=by, why="follow-up ended")
    alerts.follow_up_ended(follow_up)
    return follow_up


@transaction.atomic
def reopen_follow_up(*, follow_up: FollowUp, by: User, version: int | None = None) -> FollowUp:
    """It was marked done by mistake."""
    follow_up = locked(follow_up, version=version)
    need_to_know.check_can_end_follow_up(by, follow_up)
    states.check_follow_up_move(follow_up, FollowUpState.OPEN)
    follow_up.state = FollowUpState.OPEN
    follow_up.ended_at = follow_up.ended_by = None
    follow_up.version += 1
    trail.save(follow_up, by=by, why="follow-up opened again")
    return follow_up
