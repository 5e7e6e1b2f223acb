"""Local priorities among the kinds of concern (CON-15)."""

import datetime
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from concerns import need_to_know, priorities
from concerns.models import LocalPriority
from concerns.terms import Kind
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people.models import User


@transaction.atomic
def set_local_priorities(*, by: User, kinds: Iterable[str], on: datetime.date | None = None) -> None:
    """These kinds are the local priorities from today (or `on`): new ones begin, others end. What was stays on record."""
    need_to_know.check_can_set_priorities(by)
    wanted = set(kinds)
    if not wanted <= set(Kind.values):
        raise ValidationError({"kinds": "Choose kinds from the list."})
    today = on or timezone.localdate()
    there = {each.kind: each for each in LocalPriority.objects.select_for_update().filter(ended_on__isnull=True)}
    for kind, priority in there.items():
        if kind not in wanted:
            priority.ended_on = today
            trail.save(priority, by=by, why="local priority ended")
    for kind in Kind.values:
        if kind in wanted and kind not in there:
            trail.save(LocalPriority(kind=kind, since=today, set_by=by), by=by, why="local priority set")
    transaction.on_commit(priorities.forget)
