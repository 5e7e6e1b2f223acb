"""Follow-ups: something to be done, by one person, by a day (DEC-13). They come from a concern or from a meeting."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from concerns import alerts, need_to_know, states
from concerns.models import Concern, FollowUp, Meeting
from concerns.operations.locking import locked
from concerns.states import FollowUpState, MeetingState
from lps_safeguarding.access import acting
from lps_safeguarding.access.refusals import WrongState
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
    _check_what_is_asked(owner=owner, due_on=due_on, what=what, now=now)
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


def _check_what_is_asked(*, owner: User, due_on: datetime.date, what: str, now: datetime.datetime) -> None:
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


@transaction.atomic
def set_meeting_follow_up(
    *, meeting: Meeting, by: User, owner: User, due_on: datetime.date, what: str, to_attend: bool = False
) -> FollowUp:
    """An action of a meeting, or (`to_attend`) the meeting itself. The owner sees `what` and the day, not the file."""
    need_to_know.check_can_edit_child_file(by, meeting.child_file)
    now = timezone.now()
    _check_what_is_asked(owner=owner, due_on=due_on, what=what, now=now)
    return _set_of_meeting(meeting, by=by, set_by=by, owner=owner, due_on=due_on, what=what, to_attend=to_attend)


def _set_of_meeting(meeting: Meeting, *, by: User | None, set_by: User, **given) -> FollowUp:
    follow_up = FollowUp(
        key=meeting.key,
        reference=new_reference("U"),
        meeting=meeting,
        child_file_id=meeting.child_file_id,
        set_by=set_by,
        **given,
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
    if follow_up.to_attend:
        _check_meeting_is_not_forgotten(follow_up, by)
    _end(follow_up, by=by, state=state, note=note)
    if follow_up.to_attend:
        _hand_back(follow_up, told_by=by)
    alerts.follow_up_ended(follow_up)
    return follow_up


def _check_meeting_is_not_forgotten(follow_up: FollowUp, by: User) -> None:
    """Whoever can open the meeting ends this by recording the meeting, so that no meeting stays without a record."""
    planned = need_to_know.meetings_readable_by(by).planned().filter(pk=follow_up.meeting_id)
    if planned.exists():
        raise WrongState("Open the meeting and record what became of it. This is done then by itself.")


def _hand_back(follow_up: FollowUp, *, told_by: User) -> None:
    """Somebody without access to the file went, or cannot go: the meeting is with the DSL again who asked them."""
    with acting.as_the_system("a meeting to be recorded"):
        meeting = Meeting.objects.select_related("key").get(pk=follow_up.meeting_id)
        if meeting.state == MeetingState.PLANNED:
            _set_of_meeting(
                meeting,
                by=None,
                set_by=follow_up.set_by,
                owner=follow_up.set_by,
                due_on=max(timezone.localdate(), follow_up.due_on),
                what=f"{follow_up.what}\n\nFrom {told_by.name}: {follow_up.note}".strip()[:10_000],
                to_attend=True,
            )


def end_those_of_meeting(meeting: Meeting, *, by: User, note: str, state: str = FollowUpState.DONE) -> None:
    """The meeting was recorded or does not take place: going to it is no longer to be done."""
    rows = FollowUp.objects.select_for_update(of=("self",), no_key=True).select_related("key")
    for follow_up in rows.filter(meeting=meeting, to_attend=True, state=FollowUpState.OPEN):
        _end(follow_up, by=by, state=state, note=note)


def _end(follow_up: FollowUp, *, by: User, state: str, note: str) -> None:
    follow_up.state = state
    follow_up.note = note
    follow_up.ended_at = timezone.now()
    follow_up.ended_by = by
    follow_up.version += 1
    trail.save(follow_up, by=by, why="follow-up ended")


@transaction.atomic
def reopen_follow_up(*, follow_up: FollowUp, by: User, version: int | None = None) -> FollowUp:
    """It was marked done by mistake."""
    follow_up = locked(follow_up, version=version)
    need_to_know.check_can_end_follow_up(by, follow_up)
    states.check_follow_up_move(follow_up, FollowUpState.OPEN)
    if follow_up.to_attend:
        raise WrongState("This belongs to a meeting. Change the meeting instead.")
    follow_up.state = FollowUpState.OPEN
    follow_up.ended_at = follow_up.ended_by = None
    follow_up.version += 1
    trail.save(follow_up, by=by, why="follow-up opened again")
    return follow_up
