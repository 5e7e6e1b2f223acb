"""Referrals to other bodies: made, acknowledged, answered, escalated, withdrawn (DEC-09 to DEC-12)."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from concerns import alerts, deadlines, need_to_know, states
from concerns.deadlines import CLOCKS_MAY_DIFFER_BY
from concerns.models import Concern, Decision, Referral
from concerns.operations.locking import locked
from concerns.states import ReferralState
from concerns.terms import Option, SharingGround
from lps_safeguarding.access import sharing
from lps_safeguarding.access.models import Consent, Ground
from lps_safeguarding.access.refusals import WrongState
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people.models import User
from lps_safeguarding.people.school_calendar import Calendar
from lps_safeguarding.vault.references import new_reference

# The ground of a referral in the words of the list of all sharings (DEC-12).
_IN_SHARING_WORDS = {
    SharingGround.CONSENT: (Ground.CONSENT, Consent.GIVEN),
    SharingGround.RISK_IF_ASKED: (Ground.PROTECT_CHILD, Consent.NOT_ASKED_SAFETY),
    SharingGround.CANNOT_BE_GOT: (Ground.PROTECT_CHILD, Consent.NOT_ASKED_DELAY),
    SharingGround.NOT_REASONABLE: (Ground.PROTECT_CHILD, Consent.NOT_ASKED_DELAY),
    SharingGround.LEGAL_DUTY: (Ground.LEGAL_DUTY, Consent.NOT_NEEDED),
}


def _check_what_is_referred(*, made_at, what_was_shared, ground, ground_detail, now) -> None:
    errors = {}
    if made_at is None:
        errors["made_at"] = "Say when you made the referral."
    elif made_at > now + CLOCKS_MAY_DIFFER_BY:
        errors["made_at"] = "The date and time are in the future. Check them."
    if not what_was_shared.strip():
        errors["what_was_shared"] = "Say what you told them."
    if not ground:
        errors["ground"] = "Say whether there was consent, or why it was shared without."
    elif ground != SharingGround.CONSENT and not ground_detail.strip():
        errors["ground_detail"] = "Say in a sentence why you shared it without consent."
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def make_referral(
    *,
    concern: Concern,
    by: User,
    agency: str,
    made_at: datetime.datetime,
    method: str,
    urgency: str,
    what_was_shared: str,
    ground: str,
    person_spoken_to: str = "",
    ground_detail: str = "",
    their_reference: str = "",
    confirmed_in_writing_on: datetime.date | None = None,
    decision: Decision | None = None,
) -> Referral:
    """Record a referral (DEC-10). It writes the row of what was shared (DEC-12) and tells the headteacher (DEC-11)."""
    need_to_know.check_can_decide(by, concern)
    _check_what_is_referred(
        made_at=made_at,
        what_was_shared=what_was_shared,
        ground=ground,
        ground_detail=ground_detail,
        now=timezone.now(),
    )
    referral = Referral(
        key=concern.key,
        reference=new_reference("R"),
        concern=concern,
        decision=decision,
        agency=agency,
        made_by=by,
        made_at=made_at,
        person_spoken_to=person_spoken_to,
        method=method,
        urgency=urgency,
        what_was_shared=what_was_shared,
        ground=ground,
        ground_detail=ground_detail,
        their_reference=their_reference,
        confirmed_in_writing_on=confirmed_in_writing_on,
        answer_due_at=deadlines.answer_due(agency, made_at, concern.edition, Calendar.load()),
    )
    trail.save(referral, by=by, why="referral made", act="referred")
    sharing.record_outside(
        record=concern,
        with_whom=", ".join(part for part in (Option(agency).label, person_spoken_to) if part),
        by=by,
        what=what_was_shared,
        why="Referral",
        ground=_IN_SHARING_WORDS[SharingGround(ground)][0],
        consent=_IN_SHARING_WORDS[SharingGround(ground)][1],
        shared_at=min(made_at, timezone.now()),
    )
    alerts.referral_made(concern, referral, by=by)
    return referral


def _to_change(referral: Referral, by: User, version: int | None) -> Referral:
    referral = locked(referral, version=version)
    need_to_know.check_can_decide(by, referral.concern)
    referral.version += 1
    return referral


@transaction.atomic
def record_acknowledgement(
    *, referral: Referral, by: User, at: datetime.datetime, their_reference: str = "", version: int | None = None
) -> Referral:
    """They have it. Their reference is kept if they gave one."""
    referral = _to_change(referral, by, version)
    states.check_referral_move(referral, ReferralState.ACKNOWLEDGED)
    _check_time(at, referral)
    referral.state = ReferralState.ACKNOWLEDGED
    referral.acknowledged_at = at
    referral.their_reference = their_reference or referral.their_reference
    trail.save(referral, by=by, why="referral acknowledged")
    return referral


@transaction.atomic
def record_referral_outcome(
    *,
    referral: Referral,
    by: User,
    answer: str,
    at: datetime.datetime,
    next_review_on: datetime.date | None = None,
    version: int | None = None,
) -> Referral:
    """What they decided, and when we look at it again."""
    referral = _to_change(referral, by, version)
    states.check_referral_move(referral, ReferralState.OUTCOME_KNOWN)
    if not answer.strip():
        raise ValidationError({"answer": "Say what they decided."})
    _check_time(at, referral)
    referral.state = ReferralState.OUTCOME_KNOWN
    referral.acknowledged_at = referral.acknowledged_at or at
    referral.answer = answer
    referral.outcome_at = at
    referral.next_review_on = next_review_on
    trail.save(referral, by=by, why="outcome of the referral")
    return referral


@transaction.atomic
def escalate_referral(*, referral: Referral, by: User, what: str, version: int | None = None) -> Referral:
    """No answer, or one we do not accept: taken further, which is recorded (DEC-10)."""
    referral = _to_change(referral, by, version)
    if referral.state == ReferralState.WITHDRAWN:
        states.check_referral_move(referral, ReferralState.ACKNOWLEDGED)
    if not what.strip():
        raise ValidationError({"what": "Say to whom you took it and what you said."})
    stamp = timezone.now()
    referral.escalated_at = stamp
    referral.escalation = _with_line(referral.escalation, stamp, what)
    trail.save(referral, by=by, why="referral escalated")
    alerts.referral_escalated(referral, by=by)
    return referral


@transaction.atomic
def chase_referral(*, referral: Referral, by: User, what: str, version: int | None = None) -> Referral:
    """Asked again, without an answer so far: whom, and what they said (DEC-10). Each time is kept."""
    referral = _to_change(referral, by, version)
    if referral.state not in (ReferralState.MADE, ReferralState.ACKNOWLEDGED):
        raise WrongState(f"This referral is marked “{ReferralState(referral.state).label.lower()}” already.")
    if not what.strip():
        raise ValidationError({"what": "Say whom you asked and what they said."})
    referral.chased_at = timezone.now()
    referral.chasing = _with_line(referral.chasing or "", referral.chased_at, what)
    trail.save(referral, by=by, why="referral asked after")
    return referral


@transaction.atomic
def confirm_referral_in_writing(
    *, referral: Referral, by: User, confirmed_on: datetime.date, version: int | None = None
) -> Referral:
    """What was told by telephone has been confirmed in writing (DEC-10)."""
    referral = _to_change(referral, by, version)
    if referral.state == ReferralState.WITHDRAWN:
        states.check_referral_move(referral, ReferralState.ACKNOWLEDGED)
    if confirmed_on > timezone.localdate():
        raise ValidationError({"confirmed_on": "The day is in the future. Check it."})
    if confirmed_on < timezone.localdate(referral.made_at):
        raise ValidationError({"confirmed_on": "This is before the referral was made. Check the day."})
    referral.confirmed_in_writing_on = confirmed_on
    trail.save(referral, by=by, why="referral confirmed in writing")
    return referral


def _with_line(before: str, at: datetime.datetime, what: str) -> str:
    return "\n\n".join(part for part in (before, f"{timezone.localtime(at):%d/%m/%Y %H:%M}: {what.strip()}") if part)


@transaction.atomic
def withdraw_referral(*, referral: Referral, by: User, why: str, version: int | None = None) -> Referral:
    """Recorded by mistake or no longer wanted; it stays in the file with the reason."""
    referral = _to_change(referral, by, version)
    states.check_referral_move(referral, ReferralState.WITHDRAWN)
    if not why.strip():
        raise ValidationError({"why": "Say why the referral is withdrawn."})
    referral.state = ReferralState.WITHDRAWN
    referral.answer = why
    referral.outcome_at = timezone.now()
    trail.save(referral, by=by, why="referral withdrawn")
    return referral


def _check_time(at: datetime.datetime, referral: Referral) -> None:
    if at > timezone.now() + CLOCKS_MAY_DIFFER_BY:
        raise ValidationError({"at": "The date and time are in the future. Check them."})
    if at < referral.made_at - CLOCKS_MAY_DIFFER_BY:
        raise ValidationError({"at": "This is before the referral was made. Check the date and time."})
