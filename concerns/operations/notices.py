"""Missing and absent children (CON-19) and notices of Operation Encompass (CON-20).

Each comes in as a concern by the same door as any other: account frozen, same alerts, same queue. What the short form
asks beyond the account is a record of its own beside it.
"""

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from concerns import alerts, deadlines, need_to_know, states
from concerns.models import ChildFound, Concern, Draft, EncompassNotice, FollowUp, MissingChild, StepTaken
from concerns.operations.locking import key_is_free, locked, one_at_a_time
from concerns.operations.reporting import CLOCKS_MAY_DIFFER_BY, submit_concern, words_of
from concerns.states import FollowUpState
from concerns.terms import (
    CameToLight,
    Conversation,
    Form,
    Kind,
    Notice,
    NoticeOf,
    SearchStep,
    WelfareTold,
)
from lps_safeguarding.access import acting
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.guidance import editions
from lps_safeguarding.people.models import Child, User
from lps_safeguarding.people.school_calendar import Calendar
from lps_safeguarding.vault.references import new_reference

FROM_THE_POLICE = "Police, by Operation Encompass"
HOLD_THE_CONVERSATION = (
    "Talk with the child about having been missing: what made them go, where they were, what helps."
)


@dataclass(frozen=True)
class Step:
    """One thing done to find the child, as the form gives it."""

    step: str
    at: datetime.datetime | None
    what_came_of_it: str = ""
    their_reference: str = ""

    @property
    def texts(self) -> str:
        return f"{self.what_came_of_it} {self.their_reference}"


def _form(at_risk_now: bool) -> Form:
    """At risk now is as urgent as a pink form, whatever it came in by."""
    return Form.PINK if at_risk_now else Form.STANDARD


def _future(moment: datetime.datetime | None, now: datetime.datetime) -> bool:
    return moment is not None and moment > now + CLOCKS_MAY_DIFFER_BY


def _step_error(step: Step, now: datetime.datetime) -> str:
    """What is wrong with a step, as a sentence; "" when it is right."""
    if step.step not in SearchStep.values:
        return "Choose what was done."
    label = SearchStep(step.step).label
    if step.at is None:
        return f"{label}: say when."
    if _future(step.at, now):
        return f"{label}: the time is in the future. Check it."
    if step.step == SearchStep.TOLD_POLICE and not step.their_reference.strip():
        return "Told the police: add the reference they gave, or write that they gave none."
    if step.step == SearchStep.OTHER and not step.what_came_of_it.strip():
        return "Something else: say what was done."
    return ""


def _check_missing(
    *, how, last_contact_at, steps, welfare_told, welfare_told_at, welfare_told_by, children, now
) -> None:
    errors: dict[str, str] = {}
    if how == "":
        errors["how"] = "Choose in what way the child is missing or absent."
    if len(children) > 1:
        errors["child"] = "Send one form for each child: each is looked for, and found, on their own."
    if _future(last_contact_at, now):
        errors["last_contact_at"] = "The date and time are in the future. Check them."
    if welfare_told == "":
        errors["welfare_told"] = "Say whether the Education Welfare Service was told."
    if welfare_told == WelfareTold.YES:
        if welfare_told_at is None:
            errors["welfare_told_at"] = "Say when the Education Welfare Service was told."
        elif _future(welfare_told_at, now):
            errors["welfare_told_at"] = "The date and time are in the future. Check them."
        if not welfare_told_by.strip():
            errors["welfare_told_by"] = "Say who told them."
    for step in steps:
        wrong = _step_error(step, now)
        if wrong:
            errors[f"step_{step.step}"] = wrong
    if errors:
        raise ValidationError(errors)


# As the system: a reporter with a conflict of interest may not read what they send, and it must be stored all the same.
@transaction.atomic
@acting.as_the_system("report a missing child")
def report_missing_child(
    *,
    by: User,
    submission_key: uuid.UUID,
    children: Sequence[tuple[Child, str]],
    at_risk_now: bool,
    how: str,
    observed_at: datetime.datetime,
    place: str,
    what_was_seen: str,
    passed_to: User | None,
    why_worried: str = "",
    last_contact_with: str = "",
    last_contact_at: datetime.datetime | None = None,
    steps: Sequence[Step] = (),
    welfare_told: str = WelfareTold.NOT_YET,
    welfare_told_at: datetime.datetime | None = None,
    welfare_told_by: str = "",
    brought_by_name: str = "",
    brought_by_role: str = "",
    brought_by_how: str = "",
    draft: Draft | None = None,
    at: datetime.datetime | None = None,
) -> Concern:
    """Report a child missing or absent (CON-19). `observed_at`: since when; `place`: where last seen.

    Sending the same form again returns the concern made first. Raises `ValidationError` by field; `PermissionDenied`.
    """
    need_to_know.check_may_report_missing_child(by)
    now = at or timezone.now()
    _check_missing(
        how=how,
        last_contact_at=last_contact_at,
        steps=steps,
        welfare_told=welfare_told,
        welfare_told_at=welfare_told_at,
        welfare_told_by=welfare_told_by,
        children=children,
        now=now,
    )
    concern = submit_concern(
        by=by,
        submission_key=submission_key,
        form=_form(at_risk_now),
        children=children,
        observed_at=observed_at,
        place=place,
        passed_to=passed_to,
        came_to_light=CameToLight.OTHER,
        what_was_seen=what_was_seen,
        why_worried=why_worried,
        kinds=[Kind.MISSING_EDUCATION],
        brought_by_name=brought_by_name,
        brought_by_role=brought_by_role,
        brought_by_how=brought_by_how,
        draft=draft,
        at=at,
        notice=Notice.MISSING,
        missing_since=observed_at,
        also_searched=" ".join([last_contact_with, welfare_told_by, *(step.texts for step in steps)]),
    )
    if MissingChild.objects.filter(concern=concern).exists():
        return concern
    trail.save(
        MissingChild(
            key=concern.key,
            concern=concern,
            how=how,
            last_contact_with=last_contact_with,
            last_contact_at=last_contact_at,
            welfare_told=welfare_told,
            welfare_told_at=welfare_told_at if welfare_told == WelfareTold.YES else None,
            welfare_told_by=welfare_told_by if welfare_told == WelfareTold.YES else "",
        ),
        by=by,
        why="missing child reported",
    )
    _record_steps(concern, steps, by=by, at=concern.submitted_at)
    return concern


def _record_steps(concern: Concern, steps: Iterable[Step], *, by: User, at: datetime.datetime) -> None:
    for step in steps:
        trail.save(
            StepTaken(
                key=concern.key,
                concern=concern,
                step=step.step,
                at=step.at,
                what_came_of_it=step.what_came_of_it,
                their_reference=step.their_reference,
                recorded_by=by,
                recorded_at=at,
            ),
            by=by,
            why="step taken to find the child",
        )


@transaction.atomic
@acting.as_the_system("log a notice of the police")
def log_encompass_notice(
    *,
    by: User,
    submission_key: uuid.UUID,
    children: Sequence[tuple[Child, str]],
    at_risk_now: bool,
    of: str,
    police_reference: str,
    received_at: datetime.datetime,
    received_by: str,
    observed_at: datetime.datetime,
    place: str,
    what_was_seen: str,
    child_there: str,
    passed_to: User | None,
    child_where: str = "",
    childs_words: str = "",
    actions_asked: str = "",
    still_missing: bool = False,
    draft: Draft | None = None,
    at: datetime.datetime | None = None,
) -> Concern:
    """Log a notice of Operation Encompass (CON-20). `observed_at` and `place`: of the incident; `what_was_seen`: the
    circumstances; `childs_words`: the voice of the child. It is to be read before the next school day after
    `received_at` starts, and its clock is in the queue. `still_missing`: the child has not come home.

    Sending the same form again returns the concern made first. Raises `ValidationError` by field; `PermissionDenied`.
    """
    need_to_know.check_may_log_notice(by)
    now = at or timezone.now()
    errors: dict[str, str] = {}
    if of == "":
        errors["of"] = "Choose what the notice is about."
    if not police_reference.strip():
        errors["police_reference"] = "Add the reference of the police. It stands at the head of the notice."
    if received_at is None:
        errors["received_at"] = "Say when the notice came."
    elif _future(received_at, now):
        errors["received_at"] = "The date and time are in the future. Check them."
    elif observed_at > received_at + CLOCKS_MAY_DIFFER_BY:
        errors["observed_at"] = "The notice cannot come before what it is about. Check both times."
    if child_there == "":
        errors["child_there"] = "Say where the child was, as far as the police say."
    if errors:
        raise ValidationError(errors)
    edition = editions.current(timezone.localdate(now))
    concern = submit_concern(
        by=by,
        submission_key=submission_key,
        form=_form(at_risk_now),
        children=children,
        observed_at=observed_at,
        place=place,
        passed_to=passed_to,
        came_to_light=CameToLight.AGENCY,
        agency_name=FROM_THE_POLICE,
        what_was_seen=what_was_seen,
        childs_words=childs_words,
        kinds=[Kind.DOMESTIC_ABUSE_FAMILY] if of == NoticeOf.DOMESTIC_INCIDENT else [],
        draft=draft,
        at=at,
        notice=Notice.ENCOMPASS,
        read_due_at=deadlines.notice_read_due(received_at, edition, Calendar.load()),
        missing_since=observed_at if still_missing and of == NoticeOf.MISSING_FROM_HOME else None,
        also_searched=" ".join([police_reference, child_where, actions_asked]),
    )
    if EncompassNotice.objects.filter(concern=concern).exists():
        return concern
    trail.save(
        EncompassNotice(
            key=concern.key,
            concern=concern,
            of=of,
            police_reference=police_reference,
            received_at=received_at,
            received_by=received_by,
            child_there=child_there,
            child_where=child_where,
            actions_asked=actions_asked,
        ),
        by=by,
        why="notice of the police logged",
    )
    return concern


@transaction.atomic
def record_step(
    *, concern: Concern, by: User, step: Step, submission_key: uuid.UUID, at: datetime.datetime | None = None
) -> StepTaken:
    """Record what else was done to find the child. Raises `WrongState` when the child is back."""
    one_at_a_time(submission_key)
    need_to_know.check_can_follow_missing_child(by, concern)
    before = StepTaken.objects.filter(submission_key=submission_key, concern=concern).first()
    if before is not None:
        return before
    concern = locked(concern)
    states.check_still_missing(concern)
    now = at or timezone.now()
    wrong = _step_error(step, now)
    if wrong:
        raise ValidationError({"step": wrong})
    taken = StepTaken(
        key=concern.key,
        concern=concern,
        step=step.step,
        at=step.at,
        what_came_of_it=step.what_came_of_it,
        their_reference=step.their_reference,
        recorded_by=by,
        recorded_at=now,
        submission_key=submission_key,
    )
    with key_is_free():
        trail.save(taken, by=by, why="step taken to find the child")
    _count_up(concern, by=by, why="step taken to find the child")
    alerts.step_taken(concern, by=by)
    return taken


def _count_up(concern: Concern, *, by: User, why: str) -> None:
    """Save the concern as changed, with all its words; whoever adds may see only a part of them."""
    with acting.as_the_system("words of a concern"):
        concern.search_words = words_of(concern)
    concern.version += 1
    trail.save(concern, by=by, why=why)


def _check_conversation(*, conversation, conversation_at, found_at, now) -> dict[str, str]:
    if conversation not in Conversation.values:
        return {"conversation": "Say whether the conversation was offered."}
    if conversation != Conversation.DONE:
        return {}
    if conversation_at is None:
        return {"conversation_at": "Say when the conversation was held."}
    if _future(conversation_at, now):
        return {"conversation_at": "The date and time are in the future. Check them."}
    if conversation_at < found_at:
        return {"conversation_at": "This is before the child was found. Check both times."}
    return {}


@transaction.atomic
def record_child_found(
    *,
    concern: Concern,
    by: User,
    found_at: datetime.datetime,
    where: str,
    told_by: str,
    how_found: str = "",
    conversation: str = Conversation.NOT_OFFERED,
    conversation_at: datetime.datetime | None = None,
    conversation_with: str = "",
    what_child_said: str = "",
    at: datetime.datetime | None = None,
) -> ChildFound:
    """The child is found or back in school (CON-19). Until the conversation is held or refused, a DSL is reminded.

    Raises `WrongState` when somebody has recorded it already.
    """
    need_to_know.check_can_follow_missing_child(by, concern)
    concern = locked(concern)
    states.check_still_missing(concern)
    now = at or timezone.now()
    errors: dict[str, str] = {}
    if found_at is None:
        errors["found_at"] = "Say when the child was found or came back."
    elif _future(found_at, now):
        errors["found_at"] = "The date and time are in the future. Check them."
    elif concern.missing_since is not None and found_at < concern.missing_since:
        errors["found_at"] = "This is before the child went missing. Check the time."
    if where == "":
        errors["where"] = "Say where the child is."
    if not told_by.strip():
        errors["told_by"] = "Say who told us, or who saw the child."
    if "found_at" not in errors:
        errors |= _check_conversation(
            conversation=conversation, conversation_at=conversation_at, found_at=found_at, now=now
        )
    if errors:
        raise ValidationError(errors)
    found = ChildFound(
        key=concern.key,
        concern=concern,
        found_at=found_at,
        where=where,
        told_by=told_by,
        how_found=how_found,
        recorded_by=by,
        recorded_at=now,
        **_conversation(conversation, conversation_at, conversation_with, what_child_said),
    )
    if found.conversation_is_open:
        found.follow_up = _remind_of_conversation(concern, found_at, by=by, now=now)
    trail.save(found, by=by, why="child found")
    concern.missing_since = None
    _count_up(concern, by=by, why="child found")
    alerts.child_found(concern, by=by)
    return found


def _conversation(conversation, conversation_at, conversation_with, what_child_said) -> dict:
    held = conversation == Conversation.DONE
    return {
        "conversation": conversation,
        "conversation_at": conversation_at if held else None,
        "conversation_with": conversation_with,
        "what_child_said": what_child_said if held else "",
    }


def _remind_of_conversation(concern: Concern, found_at, *, by: User, now) -> FollowUp | None:
    """A follow-up of the DSL who has the concern; as the system, because the reporter may not give a DSL things to do."""
    owner = concern.assigned_to or concern.passed_to
    if owner is None or not owner.can_sign_in():
        return None
    due = deadlines.return_conversation_due(found_at, concern.edition, Calendar.load())
    follow_up = FollowUp(
        key=concern.key,
        reference=new_reference("U"),
        concern=concern,
        owner=owner,
        set_by=owner,
        set_at=now,
        due_on=max(timezone.localdate(due), timezone.localdate(now)),
        what=HOLD_THE_CONVERSATION,
    )
    with acting.as_the_system("remind of the conversation with a child who is back"):
        trail.save(follow_up, by=by, why="conversation with the child to be held")
    return follow_up


@transaction.atomic
def record_conversation(
    *,
    found: ChildFound,
    by: User,
    conversation: str,
    conversation_at: datetime.datetime | None = None,
    conversation_with: str = "",
    what_child_said: str = "",
    version: int | None = None,
) -> ChildFound:
    """The conversation with a child who is back: offered, held with what the child said, or refused (CON-19).

    Raises `StaleEdit` when somebody recorded more since `version`.
    """
    need_to_know.check_can_follow_missing_child(by, found.concern)
    found = locked(found, version=version)
    now = timezone.now()
    errors = _check_conversation(
        conversation=conversation, conversation_at=conversation_at, found_at=found.found_at, now=now
    )
    if errors:
        raise ValidationError(errors)
    given = _conversation(conversation, conversation_at, conversation_with, what_child_said)
    if found.conversation == Conversation.DONE and conversation != Conversation.DONE:
        raise ValidationError({"conversation": "The conversation is recorded as held. Add to the entry instead."})
    for name, value in given.items():
        setattr(found, name, value)
    found.version += 1
    trail.save(found, by=by, why="conversation with the child")
    if not found.conversation_is_open:
        _end_reminder(found, by=by, now=now)
    concern = locked(found.concern)
    _count_up(concern, by=by, why="conversation with the child")
    return found


def _end_reminder(found: ChildFound, *, by: User, now) -> None:
    if found.follow_up_id is None:
        return
    with acting.as_the_system("the conversation was held"):
        follow_up = FollowUp.objects.select_for_update(of=("self",)).select_related("key").get(pk=found.follow_up_id)
        if follow_up.state != FollowUpState.OPEN:
            return
        held = found.conversation == Conversation.DONE
        follow_up.state = FollowUpState.DONE if held else FollowUpState.CANCELLED
        follow_up.note = "Held" if held else "The child did not want it"
        follow_up.ended_at = now
        follow_up.ended_by = by
        follow_up.version += 1
        trail.save(follow_up, by=by, why="conversation recorded")
