"""What a DSL does with a concern: read, assign, decide, answer the reporter, close, reopen (DEC-01 to DEC-14)."""

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from concerns import alerts, deadlines, duties, need_to_know, proposals, states
from concerns.deadlines import CLOCKS_MAY_DIFFER_BY
from concerns.models import Assignment, Concern, Decision, Feedback
from concerns.operations.fgm import begin_fgm_report
from concerns.operations.follow_ups import set_follow_up
from concerns.operations.locking import key_is_free, locked, one_at_a_time
from concerns.operations.referrals import make_referral
from concerns.states import State
from concerns.terms import (
    NOT_CHOSEN_BY_HAND,
    REFERRAL_OPTIONS,
    Option,
    ParentsInformed,
    ReasonNotToInform,
)
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people.models import User
from lps_safeguarding.people.school_calendar import Calendar


def mark_read(*, concern: Concern, by: User, at: datetime.datetime | None = None) -> Concern:
    """The first reading by somebody who may decide counts: the reporter sees it, escalation stops (CON-11, CON-12)."""
    if concern.read_at is None and need_to_know.can_mark_read(by, concern):
        _mark_read(concern, by=by, at=at or timezone.now())
    return concern


@transaction.atomic
def _mark_read(concern: Concern, *, by: User, at: datetime.datetime) -> None:
    now_stored = locked(concern)
    if now_stored.read_at is None:
        now_stored.read_at = at
        now_stored.read_by = by
        if now_stored.state == State.SENT:
            now_stored.state = State.READ
        now_stored.version += 1
        trail.save(now_stored, by=by, why="read by a DSL")
        alerts.concern_read(now_stored, by=by)
    for name in ("read_at", "read_by", "state", "version"):
        setattr(concern, name, getattr(now_stored, name))


@transaction.atomic
def assign(*, concern: Concern, by: User, to: User, version: int | None = None) -> Concern:
    """Give the concern to a DSL to work on; to somebody who may not read it by role, it opens it (DEC-12)."""
    concern = locked(concern, version=version)
    need_to_know.check_can_decide(by, concern)
    if not need_to_know.dsls_to_choose(concern.service).filter(pk=to.pk).exists():
        raise ValidationError({"to": "Choose a DSL of this service or the lead DSL."})
    if not alerts.pass_on(concern, to, why=Assignment.Why.ASSIGNED):
        raise ValidationError({"to": "This concern cannot be given to that person. Choose somebody else."})
    concern.assigned_to = to
    concern.version += 1
    trail.save(concern, by=by, why="assigned")
    if to.pk != by.pk:
        alerts.assigned(concern, to)
    return concern


@transaction.atomic
def set_kinds(*, concern: Concern, by: User, kinds: Sequence[str], version: int | None = None) -> Concern:
    """What kinds of concern this is, in the DSL's judgement. The reporter's own choice stays in the account (CON-15)."""
    concern = locked(concern, version=version)
    need_to_know.check_can_decide(by, concern)
    concern.kinds = sorted(set(kinds))
    begin_fgm_report(concern, by=by)
    concern.version += 1
    trail.save(concern, by=by, why="kinds set")
    return concern


def _check_decision(*, concern: Concern, options, harm_seen, kinds, now, given: Mapping[str, Any]) -> None:
    errors: dict[str, str] = {}
    if not harm_seen:
        errors["harm_seen"] = "Say whether the child has been harmed or is at risk."
    if not options:
        errors["options"] = "Choose at least one thing to do."
    if not given["rationale"].strip():
        errors["rationale"] = "Say why you decide this."
    if not given["childs_wishes"].strip() and not given["wishes_missing_reason"].strip():
        errors["childs_wishes"] = "Write down the child’s wishes and feelings, or why they are not known."
    left_out = proposals.needs_reason(harm_seen, kinds, options) if harm_seen else []
    if left_out and not given["not_referred_reason"].strip():
        names = " and ".join(proposal.option.label for proposal in left_out)
        errors["not_referred_reason"] = f"{names}: proposed and not chosen. Say why not."
    errors |= _parents_errors(now=now, **{k: v for k, v in given.items() if k.startswith("parents_")})
    if _must_say_why_safe(given["parents_informed"], kinds) and not given["told_despite_risk"].strip():
        errors["told_despite_risk"] = "The family may be the danger. Say why it is safe to tell them."
    if errors:
        raise ValidationError(errors)


def _must_say_why_safe(parents_informed: str, kinds: Iterable[str]) -> bool:
    """Whether telling the family is a danger in itself, so that doing it needs a reason (DEC-06)."""
    told = parents_informed in (ParentsInformed.YES, ParentsInformed.NOT_YET)
    return told and duties.family_may_be_the_danger(kinds)


def _parents_errors(
    *,
    now,
    parents_informed,
    parents_informed_at,
    parents_informed_by,
    parents_what_was_said,
    parents_reason,
    parents_reason_detail,
) -> dict[str, str]:
    """DEC-09: told with when, by whom and what was said; or not told, with the reason."""
    errors = {}
    if parents_informed == ParentsInformed.YES:
        if parents_informed_at is None:
            errors["parents_informed_at"] = "Say when the parents or carers were told."
        elif parents_informed_at > now + CLOCKS_MAY_DIFFER_BY:
            errors["parents_informed_at"] = "The date and time are in the future. Check them."
        if not parents_informed_by.strip():
            errors["parents_informed_by"] = "Say who told them."
        if not parents_what_was_said.strip():
            errors["parents_what_was_said"] = "Say what they were told."
    elif parents_informed == ParentsInformed.NO:
        if not parents_reason:
            errors["parents_reason"] = "Say why the parents or carers are not told."
        elif parents_reason == ReasonNotToInform.OTHER and not parents_reason_detail.strip():
            errors["parents_reason_detail"] = "Say what the reason is."
    elif parents_informed != ParentsInformed.NOT_YET:
        errors["parents_informed"] = "Say whether the parents or carers have been told."
    return errors


def same_form(decision: Decision, by: User) -> Decision:
    """What the same filled-in form made before; somebody else's form is refused."""
    if decision.by_id != by.pk:
        raise ValidationError("This form was sent by somebody else. Open the concern again.")
    return decision


@transaction.atomic
def record_decision(
    *,
    concern: Concern,
    by: User,
    version: int | None,
    submission_key: uuid.UUID,
    harm_seen: str,
    options: Sequence[str],
    rationale: str,
    parents_informed: str,
    took_part: str = "",
    not_referred_reason: str = "",
    childs_wishes: str = "",
    wishes_missing_reason: str = "",
    parents_informed_at: datetime.datetime | None = None,
    parents_informed_by: str = "",
    parents_what_was_said: str = "",
    parents_reason: str = "",
    parents_reason_detail: str = "",
    told_despite_risk: str = "",
    review_on: datetime.date | None = None,
    referrals: Sequence[Mapping[str, Any]] = (),
    follow_ups: Sequence[Mapping[str, Any]] = (),
    feedback: str = "",
    kinds: Sequence[str] | None = None,
    particulars: Sequence[str] | None = None,
    at: datetime.datetime | None = None,
) -> Decision:
    """The whole of a triage in one piece: decision, referrals, follow-ups, word to the reporter (DEC-02 to DEC-13).

    The same form sent twice returns the decision made first. Raises `StaleEdit` when somebody changed the concern
    since it was shown, `WrongState`, or `ValidationError` by field.
    """
    one_at_a_time(submission_key)
    need_to_know.check_can_decide(by, concern)
    decided_before = Decision.objects.filter(submission_key=submission_key, concern=concern).first()
    if decided_before is not None:
        return same_form(decided_before, by)
    concern = locked(concern, version=version)
    need_to_know.check_can_decide(by, concern)
    states.check_move(concern, State.DECIDED)
    now = at or timezone.now()
    options = [option for option in Option.values if option in set(options) - NOT_CHOSEN_BY_HAND]
    kinds = sorted(set(concern.kinds if kinds is None else kinds))
    given = {
        "rationale": rationale,
        "childs_wishes": childs_wishes,
        "wishes_missing_reason": wishes_missing_reason,
        "not_referred_reason": not_referred_reason,
        "parents_informed": parents_informed,
        "parents_informed_at": parents_informed_at,
        "parents_informed_by": parents_informed_by,
        "parents_what_was_said": parents_what_was_said,
        "parents_reason": parents_reason,
        "parents_reason_detail": parents_reason_detail,
        # The box is in the page all the time; where nobody asked, what stands in it is no answer.
        "told_despite_risk": told_despite_risk if _must_say_why_safe(parents_informed, kinds) else "",
    }
    _check_decision(concern=concern, options=options, harm_seen=harm_seen, kinds=kinds, now=now, given=given)
    decision = Decision(
        key=concern.key,
        concern=concern,
        by=by,
        decided_at=now,
        harm_seen=harm_seen,
        options=options,
        took_part=took_part,
        review_on=review_on,
        submission_key=submission_key,
        **given,
    )
    with key_is_free():
        trail.save(decision, by=by, why="decision recorded", act="decided")
    _carry_out(concern, decision, by=by, referrals=referrals, follow_ups=follow_ups, now=now)
    if feedback.strip():
        _tell_the_reporter(concern, by=by, text=feedback, submission_key=uuid.uuid4(), at=now)
    concern.state = State.DECIDED
    concern.kinds = kinds
    if particulars is not None:
        concern.particulars = sorted(set(particulars))
    begin_fgm_report(concern, by=by)
    concern.outcome = ""
    concern.closed_at = None
    concern.worried_at = None
    concern.version += 1
    trail.save(concern, by=by, why="decision recorded")
    return decision


def _carry_out(concern, decision, *, by, referrals, follow_ups, now) -> None:
    """Referrals and follow-ups of a decision. A referral chosen but not yet made becomes a follow-up for today."""
    made = {given["agency"] for given in referrals}
    for given in referrals:
        make_referral(concern=concern, by=by, decision=decision, **given)
    for given in follow_ups:
        set_follow_up(concern=concern, by=by, at=now, **given)
    for option in decision.options:
        if option in REFERRAL_OPTIONS and option not in made:
            set_follow_up(
                concern=concern,
                by=by,
                owner=by,
                due_on=_referred_by(option, concern, now),
                what=f"Make the referral that was decided: {Option(option).label}. Then record it with the concern.",
                at=now,
            )


def _referred_by(option: str, concern: Concern, now: datetime.datetime) -> datetime.date:
    """By which day a referral that was decided is made: today; the notice of private fostering by its own day (DEC-08)."""
    if option == Option.PRIVATE_FOSTERING_NOTICE:
        return timezone.localdate(deadlines.private_fostering_notice_due(now, concern.edition, Calendar.load()))
    return timezone.localdate(now)


def _tell_the_reporter(concern, *, by, text, submission_key, at) -> Feedback:
    feedback = Feedback(key=concern.key, concern=concern, by=by, text=text, submission_key=submission_key, sent_at=at)
    with key_is_free():
        trail.save(feedback, by=by, why="word to the reporter")
    alerts.feedback_given(concern, feedback)
    return feedback


@transaction.atomic
def give_feedback(*, concern: Concern, by: User, text: str, submission_key: uuid.UUID) -> Feedback:
    """A word to the reporter, chosen by the DSL (CON-12). It answers "I am still worried"."""
    one_at_a_time(submission_key)
    need_to_know.check_can_decide(by, concern)
    given_before = Feedback.objects.filter(submission_key=submission_key, concern=concern).first()
    if given_before is not None:
        return given_before
    if not text.strip():
        raise ValidationError({"text": "Write what the reporter should know."})
    concern = locked(concern)
    feedback = _tell_the_reporter(concern, by=by, text=text, submission_key=submission_key, at=timezone.now())
    concern.worried_at = None
    concern.version += 1
    trail.save(concern, by=by, why="word to the reporter")
    return feedback


@transaction.atomic
def take_up_talk(*, concern: Concern, by: User) -> None:
    """A DSL takes up the reporter's wish for a talk (CON-13)."""
    need_to_know.check_can_decide(by, concern)
    concern = locked(concern)
    concern.talk_asked_at = None
    concern.version += 1
    trail.save(concern, by=by, why="talk with the reporter taken up")
