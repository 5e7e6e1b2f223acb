"""A member of staff was hurt or shaken: said by the reporter, support recorded by a DSL (CON-13)."""

import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from concerns import alerts, need_to_know
from concerns.duty_terms import SpecialDuty
from concerns.models import Concern, StaffHarm
from concerns.operations.locking import key_is_free, locked, one_at_a_time
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people.models import User


@transaction.atomic
def say_staff_harm(
    *, concern: Concern, by: User, who: str, hurt: bool, talk: bool = False, submission_key: uuid.UUID
) -> StaffHarm:
    """Who was hurt or shaken, in one press. `talk`: the reporter asks for a talk as well. Saying it twice says it once."""
    one_at_a_time(submission_key)
    need_to_know.check_can_add_addendum(by, concern)
    said_before = StaffHarm.objects.filter(submission_key=submission_key, concern=concern).first()
    if said_before is not None:
        return said_before
    if not who.strip():
        raise ValidationError({"who": "Say who was hurt or shaken."})
    concern = locked(concern)
    harm = StaffHarm(key=concern.key, concern=concern, who=who, hurt=hurt, said_by=by, submission_key=submission_key)
    with key_is_free():
        trail.save(harm, by=by, why="harm to staff")
    if SpecialDuty.STAFF_HARM not in concern.special_duties:
        concern.special_duties = [*concern.special_duties, SpecialDuty.STAFF_HARM]
    if talk and concern.talk_asked_at is None and concern.author_id == by.pk:
        concern.talk_asked_at = harm.said_at
        alerts.talk_asked(concern)
    concern.version += 1
    trail.save(concern, by=by, why="harm to staff")
    alerts.staff_harmed(concern, harm)
    return harm


@transaction.atomic
def record_staff_support(*, harm: StaffHarm, by: User, support: str, version: int | None = None) -> StaffHarm:
    """What was offered or done for the member of staff."""
    harm = locked(harm, version=version)
    need_to_know.check_can_decide(by, harm.concern)
    if not support.strip():
        raise ValidationError({"support": "Say what was offered or done."})
    harm.support = support
    harm.supported_at = timezone.now()
    harm.supported_by = by
    harm.version += 1
    trail.save(harm, by=by, why="support for staff")
    return harm
