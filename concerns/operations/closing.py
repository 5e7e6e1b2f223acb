"""Closing a concern and opening it again; what holds a closing up (DEC-14, DEC-05, DEC-07)."""

import datetime
import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from concerns import duties, need_to_know, states
from concerns.duty_terms import SpecialDuty
from concerns.models import Concern, Decision, FgmReport
from concerns.operations.deciding import same_form
from concerns.operations.locking import key_is_free, locked, one_at_a_time
from concerns.states import FgmState, FollowUpState, ReferralState, State
from concerns.terms import HarmSeen, Option, ParentsInformed
from lps_safeguarding.access.refusals import WrongState
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people.models import User


@transaction.atomic
def close_concern(
    *,
    concern: Concern,
    by: User,
    outcome: str,
    rationale: str,
    version: int | None = None,
    submission_key: uuid.UUID | None = None,
    at: datetime.datetime | None = None,
) -> Decision:
    """Close with an outcome and the reason, which is a decision of its own (DEC-14).

    Not while a follow-up or a referral is open: these would be forgotten. The same form sent twice closes once.
    """
    submission_key = submission_key or uuid.uuid4()
    one_at_a_time(submission_key)
    need_to_know.check_can_decide(by, concern)
    closed_before = Decision.objects.filter(submission_key=submission_key, concern=concern).first()
    if closed_before is not None:
        return same_form(closed_before, by)
    concern = locked(concern, version=version)
    states.check_move(concern, State.CLOSED)
    errors = {}
    if not outcome:
        errors["outcome"] = "Choose how this ended."
    if not rationale.strip():
        errors["rationale"] = "Say why it can be closed."
    if errors:
        raise ValidationError(errors)
    _check_nothing_open(concern)
    now = at or timezone.now()
    last = concern.decisions.select_related("key").order_by("-decided_at").first()
    decision = Decision(
        key=concern.key,
        concern=concern,
        by=by,
        decided_at=now,
        harm_seen=last.harm_seen if last else HarmSeen.NO_SIGN,
        options=[Option.CLOSE],
        rationale=rationale,
        childs_wishes=last.childs_wishes if last else "",
        parents_informed=last.parents_informed if last else ParentsInformed.NOT_YET,
        outcome=outcome,
        submission_key=submission_key,
    )
    with key_is_free():
        trail.save(decision, by=by, why="closed", act="decided")
    concern.state = State.CLOSED
    concern.outcome = outcome
    concern.closed_at = now
    concern.worried_at = None
    concern.version += 1
    trail.save(concern, by=by, why="closed")
    return decision


def _check_nothing_open(concern: Concern) -> None:
    follow_ups = concern.follow_ups.filter(state=FollowUpState.OPEN).count()
    referrals = concern.referrals.filter(state=ReferralState.MADE).count()
    if follow_ups:
        raise WrongState(
            "A follow-up is still open. End it before you close the concern."
            if follow_ups == 1
            else f"{follow_ups} follow-ups are still open. End them before you close the concern."
        )
    if referrals:
        raise WrongState(
            "A referral has no answer yet. Record the answer, or withdraw it, before you close the concern."
        )
    missing = duties.keeps_open(_recorded(concern))
    if missing:
        raise WrongState(" ".join(missing))


def _recorded(concern: Concern) -> duties.Recorded:
    """What the special duties ask of a concern before it is closed."""
    fgm_open = SpecialDuty.FGM_REPORT in concern.special_duties and (
        FgmReport.objects.filter(concern=concern, state=FgmState.OPEN).exists()
    )
    decisions = list(concern.decisions.select_related("key")) if duties.asks_before_closing(concern.kinds) else []
    referrals = concern.referrals.exclude(state=ReferralState.WITHDRAWN) if decisions else concern.referrals.none()
    return duties.recorded(concern.kinds, decisions, referrals.values_list("agency", flat=True), fgm_open=fgm_open)


@transaction.atomic
def reopen_concern(*, concern: Concern, by: User, why: str, version: int | None = None) -> Concern:
    """Open a closed concern again, with the reason; both closings and reopenings are history (DEC-14)."""
    need_to_know.check_can_decide(by, concern)
    concern = locked(concern, version=version)
    states.check_move(concern, State.REOPENED)
    if not why.strip():
        raise ValidationError({"why": "Say why you open this again."})
    last = concern.decisions.order_by("-decided_at").first()
    trail.save(
        Decision(
            key=concern.key,
            concern=concern,
            by=by,
            harm_seen=last.harm_seen if last else HarmSeen.NO_SIGN,
            options=[Option.REOPEN],
            rationale=why,
            parents_informed=last.parents_informed if last else ParentsInformed.NOT_YET,
        ),
        by=by,
        why="reopened",
        act="decided",
    )
    concern.state = State.REOPENED
    concern.outcome = ""
    concern.closed_at = None
    concern.version += 1
    trail.save(concern, by=by, why="reopened")
    return concern
