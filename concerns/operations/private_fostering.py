"""Who looks after the child, and the notice to the local authority where that is private fostering (DEC-08)."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from concerns import deadlines, duties, need_to_know
from concerns.duty_terms import SpecialDuty
from concerns.models import CareArrangement, Concern
from concerns.operations.follow_ups import set_follow_up
from concerns.operations.locking import locked
from concerns.states import FollowUpState
from lps_safeguarding.access.refusals import StaleEdit
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people.models import User
from lps_safeguarding.people.school_calendar import Calendar

WHAT_IS_TO_BE_DONE = "Tell the local authority of a private fostering arrangement. Then record it as a referral."


@transaction.atomic
def record_care(
    *,
    concern: Concern,
    by: User,
    carer: str,
    close_relative: str,
    long_stay: str,
    disabled: str,
    give_notice: bool,
    since: datetime.date | None = None,
    why_no_notice: str = "",
    version: int | None = None,
) -> CareArrangement:
    """The answers about who looks after the child. Where that is private fostering, the notice becomes something to do
    with its day; or the reason why none is given. Answering again puts it right."""
    need_to_know.check_can_decide(by, concern)
    concern = locked(concern)
    now = timezone.now()
    there = CareArrangement.objects.select_related("key", "notice").filter(concern=concern).first()
    if there is not None and version is not None and there.version != version:
        raise StaleEdit("Somebody else answered these questions while you were writing.", current=there)
    on = timezone.localdate(now)
    ages = [link.child.age_on(on) for link in concern.children.select_related("child")]
    counts = duties.is_private_fostering(
        ages=ages, disabled=disabled, close_relative=close_relative, long_stay=long_stay
    )
    errors = {}
    if not carer.strip():
        errors["carer"] = "Say who looks after the child."
    if since is not None and since > on:
        errors["since"] = "The day is in the future. Check it."
    if counts and not give_notice and not why_no_notice.strip():
        errors["why_no_notice"] = "Say why the local authority is not told."
    if errors:
        raise ValidationError(errors)
    care = there or CareArrangement(key=concern.key, concern=concern)
    care.carer, care.since = carer, since
    care.close_relative, care.long_stay, care.disabled = close_relative, long_stay, disabled
    care.asked_at, care.asked_by = now, by
    care.why_no_notice = why_no_notice if counts and not give_notice else ""
    if counts and give_notice and (care.notice is None or care.notice.state == FollowUpState.CANCELLED):
        due = deadlines.private_fostering_notice_due(now, concern.edition, Calendar.load())
        care.notice = set_follow_up(
            concern=concern, by=by, owner=by, due_on=timezone.localdate(due), what=WHAT_IS_TO_BE_DONE, at=now
        )
    care.version += 0 if there is None else 1
    trail.save(care, by=by, why="who looks after the child")
    if SpecialDuty.PRIVATE_FOSTERING not in concern.special_duties:
        concern.special_duties = [*concern.special_duties, SpecialDuty.PRIVATE_FOSTERING]
    concern.version += 1
    trail.save(concern, by=by, why="who looks after the child")
    return care
