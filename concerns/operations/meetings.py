"""Meetings about a child: planned, recorded, missed, moved, called off (CPF-01, DEC-01, DEC-13)."""

import datetime
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from concerns import need_to_know, states
from concerns.models import ChildFile, Meeting, PlanStatus
from concerns.operations import follow_ups
from concerns.operations.locking import key_is_free, locked, one_at_a_time
from concerns.operations.reporting import CLOCKS_MAY_DIFFER_BY
from concerns.states import FollowUpState, MeetingState
from concerns.terms import PLAN_OF_MEETING, Agency, MeetingKind, ReportSent
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people.models import User
from lps_safeguarding.vault.references import new_reference
from lps_safeguarding.web.templatetags.lps import when

MOST_PEOPLE = 40
FARTHEST = datetime.timedelta(days=3 * 366)
"""Before and after today: a meeting outside of this is a slip of the pen."""


def _check_moment(starts_at: datetime.datetime | None, now: datetime.datetime, *, at: str = "starts_at") -> None:
    if starts_at is None:
        raise ValidationError({at: "Say when the meeting is."})
    if abs(starts_at - now) > FARTHEST:
        raise ValidationError({at: "This is years away. Check the date."})


@transaction.atomic
def plan_meeting(
    *,
    child_file: ChildFile,
    by: User,
    kind: str,
    starts_at: datetime.datetime,
    place: str = "",
    bring: str = "",
    owner: User | None = None,
    submission_key: uuid.UUID | None = None,
    follows: Meeting | None = None,
) -> Meeting:
    """A meeting that will be, or that was and is to be recorded. Sending the form twice makes one.

    `owner`: who goes for the school and is reminded (`by` when None); `bring`: what they need to know to do it.
    """
    need_to_know.check_can_edit_child_file(by, child_file)
    now = timezone.now()
    _check_moment(starts_at, now)
    submission_key = submission_key or uuid.uuid4()
    one_at_a_time(submission_key)
    before = need_to_know.meetings_readable_by(by).filter(submission_key=submission_key).first()
    if before is not None:
        return before
    meeting = Meeting(
        key=child_file.key,
        reference=new_reference("M"),
        submission_key=submission_key,
        child_file=child_file,
        plan=_plan_of(child_file, kind, timezone.localdate(starts_at)),
        follows=follows,
        kind=kind,
        starts_at=starts_at,
        place=place,
        bring=bring,
        planned_by=by,
        planned_at=now,
    )
    with key_is_free():
        trail.save(meeting, by=by, why="meeting planned")
    if not child_file.has_meetings:
        row = locked(child_file)
        row.has_meetings = child_file.has_meetings = True
        trail.save(row, by=by, why="first meeting")
    _keep_next_of_plan(meeting, by=by)
    follow_ups.set_meeting_follow_up(
        meeting=meeting,
        by=by,
        owner=owner or by,
        due_on=max(timezone.localdate(now), timezone.localdate(starts_at)),
        what=_what_to_do(meeting),
        to_attend=True,
    )
    return meeting


def _plan_of(child_file: ChildFile, kind: str, day: datetime.date) -> PlanStatus | None:
    """The plan of the child that a meeting of this kind belongs to, if one runs."""
    plan_kind = PLAN_OF_MEETING.get(MeetingKind(kind))
    running = Q(until_date__isnull=True) | Q(until_date__gte=day)
    plans = PlanStatus.objects.filter(running, child_file=child_file, kind=plan_kind)
    return plans.order_by("-from_date").first() if plan_kind else None


def _what_to_do(meeting: Meeting) -> str:
    where = f" Where: {meeting.place}." if meeting.place else ""
    first = f"Go to a meeting: {meeting.get_kind_display()}, {when(meeting.starts_at)}.{where}"
    return "\n\n".join(part for part in (first, meeting.bring, "Afterwards: what was decided is recorded.") if part)


def _keep_next_of_plan(meeting: Meeting, *, by: User) -> None:
    """The plan carries the next meeting held under it, so that lists and cards show it without asking for meetings."""
    if meeting.plan_id is None:
        return
    plan = locked(PlanStatus(pk=meeting.plan_id))
    planned = Meeting.objects.planned().filter(plan=plan).order_by("starts_at").values_list("starts_at", flat=True)
    next_one = planned.first()
    if plan.next_meeting_at != next_one:
        plan.next_meeting_at = next_one
        plan.version += 1
        trail.save(plan, by=by, why="next meeting")


def _to_change(meeting: Meeting, by: User, version: int | None, to: MeetingState) -> Meeting:
    meeting = locked(meeting, version=version)
    need_to_know.check_can_edit_child_file(by, meeting.child_file)
    states.check_meeting_move(meeting, to)
    meeting.version += 1
    meeting.state = to
    meeting.recorded_by, meeting.recorded_at = by, timezone.now()
    return meeting


@transaction.atomic
def record_meeting(
    *,
    meeting: Meeting,
    by: User,
    attendance: Iterable[Mapping[str, Any]],
    decisions: str,
    report_sent: str,
    what_was_said: str = "",
    report_sent_on: datetime.date | None = None,
    report_why_not: str = "",
    starts_at: datetime.datetime | None = None,
    actions: Iterable[Mapping[str, Any]] = (),
    next_starts_at: datetime.datetime | None = None,
    next_place: str = "",
    next_owner: User | None = None,
    version: int | None = None,
) -> Meeting:
    """What was: who came, what was decided, who does what by when, and when the next one is; all of it or nothing.

    `actions`: `owner`, `due_on`, `what` of each. The next meeting is of the same kind and follows this one. A record
    that was wrong is put right by recording it again; the versions stay.
    """
    first_time = meeting.state != MeetingState.HELD
    meeting = _to_change(meeting, by, version, MeetingState.HELD)
    now = timezone.now()
    if starts_at is not None:
        _check_moment(starts_at, now)
        meeting.starts_at = starts_at
    people = [_checked(each) for each in attendance]
    errors = {}
    if meeting.starts_at > now + CLOCKS_MAY_DIFFER_BY:
        errors["starts_at"] = "This is in the future. A meeting is recorded after it was held."
    if not any(not each["apologies"] for each in people):
        errors["attendance"] = "Say who was there: at least one person."
    if len(people) > MOST_PEOPLE:
        errors["attendance"] = f"There is room for {MOST_PEOPLE} people. Put the others into what was said."
    if not decisions.strip():
        errors["decisions"] = "Say what was decided, or that nothing was."
    if report_sent == ReportSent.SENT and report_sent_on is None:
        errors["report_sent_on"] = "Say on which day the report was sent."
    if report_sent == ReportSent.NOT_SENT and not report_why_not.strip():
        errors["report_why_not"] = "Say why no report was sent."
    if next_starts_at is not None and next_starts_at <= meeting.starts_at:
        errors["next_starts_at"] = "The next meeting is before this one. Check the date."
    if errors:
        raise ValidationError(errors)
    meeting.attendance, meeting.decisions, meeting.what_was_said = people, decisions, what_was_said
    meeting.report_sent, meeting.report_why_not = report_sent, report_why_not
    meeting.report_sent_on = report_sent_on if report_sent == ReportSent.SENT else None
    trail.save(meeting, by=by, why="meeting recorded" if first_time else "record of a meeting put right")
    for action in actions:
        follow_ups.set_meeting_follow_up(meeting=meeting, by=by, **action)
    follow_ups.end_those_of_meeting(meeting, by=by, note="Recorded.")
    if next_starts_at is not None:
        _plan_next(meeting, by=by, starts_at=next_starts_at, place=next_place, owner=next_owner, at="next_starts_at")
    _keep_next_of_plan(meeting, by=by)
    return meeting


def _plan_next(meeting: Meeting, *, by: User, starts_at, place: str, owner: User | None, at: str) -> Meeting:
    _check_moment(starts_at, timezone.now(), at=at)
    return plan_meeting(
        child_file=meeting.child_file,
        by=by,
        kind=meeting.kind,
        starts_at=starts_at,
        place=place,
        bring=meeting.bring,
        owner=owner,
        follows=meeting,
        # The same step sent twice plans one next meeting.
        submission_key=uuid.uuid5(meeting.pk, f"after {meeting.version}"),
    )


def _checked(each: Mapping[str, Any]) -> dict[str, Any]:
    """One person at the meeting as it is kept: nothing but what belongs there."""
    name, role = str(each.get("name", "")).strip(), str(each.get("role", "")).strip()
    if not name or len(name) > 200 or len(role) > 200:
        raise ValidationError({"attendance": "Each person has a name and what they are, of 200 characters at most."})
    person = each.get("person")
    return {
        "name": name,
        "role": role,
        "agency": Agency(each["agency"]).value,
        "person": person if isinstance(person, int) else None,
        "apologies": bool(each.get("apologies")),
    }


NOT_HELD = (MeetingState.MISSED, MeetingState.REARRANGED, MeetingState.CANCELLED)


@transaction.atomic
def record_not_held(
    *,
    meeting: Meeting,
    by: User,
    state: str,
    why: str,
    starts_at: datetime.datetime | None = None,
    place: str = "",
    owner: User | None = None,
    version: int | None = None,
) -> Meeting:
    """Held without us, moved to another day, or called off: always with the reason. Moved: the new one is planned."""
    to = MeetingState(state)
    if to not in NOT_HELD:
        raise ValueError(f"{state} does not say why a meeting was not held")
    meeting = _to_change(meeting, by, version, to)
    errors = {}
    if not why.strip():
        errors["why"] = "Say why."
    if to == MeetingState.REARRANGED and starts_at is None:
        errors["starts_at"] = "Say when it is instead."
    if to == MeetingState.MISSED and meeting.starts_at > timezone.now() + CLOCKS_MAY_DIFFER_BY:
        errors["state"] = "This meeting has not been yet. Choose another answer, or wait."
    if errors:
        raise ValidationError(errors)
    meeting.why_not_held = why
    trail.save(meeting, by=by, why="meeting not held")
    follow_ups.end_those_of_meeting(meeting, by=by, note=to.label, state=FollowUpState.CANCELLED)
    if to == MeetingState.REARRANGED:
        _plan_next(meeting, by=by, starts_at=starts_at, place=place or meeting.place, owner=owner, at="starts_at")
    _keep_next_of_plan(meeting, by=by)
    return meeting
