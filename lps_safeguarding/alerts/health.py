"""Is the clockwork alive? A sentence for leaders when it is not; otherwise nothing."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from lps_safeguarding.people.models import Role, User

from . import registry
from .models import UNSENT, Alert, Heartbeat
from .rescue import SILENT_AFTER
from .sweeping import SWEEP

MAIL_IS_LATE_AFTER = dt.timedelta(minutes=5)

NOBODY_SWEEPS = (
    "Alerts by e-mail and reminders are late: the background program has stopped. "
    "Alerts on screen still come. Tell the administrator."
)
MAIL_IS_STUCK = "E-mails have not gone out for some minutes. Alerts on screen still come. Tell the administrator."


def is_told(user: User) -> bool:
    """Who sees the warning: those who can do something about it, and those who lead safeguarding."""
    return any(user.has_role(role) for role in (Role.ADMINISTRATOR, Role.LEAD_DSL, Role.HEADTEACHER)) or user.is_dsl()


def warning(now: dt.datetime) -> str:
    """A sentence when no sweep came through for three minutes or e-mails are stuck; "" when all is well. One query."""
    sent_since = Alert.objects.filter(emailed_at__gt=OuterRef("first_tried_at"))  # then it is that one alert's fault
    oldest_unsent = (
        Alert.objects.filter(UNSENT, ~Exists(sent_since), deliver_after__lt=now - MAIL_IS_LATE_AFTER)
        .order_by("deliver_after")
        .values("deliver_after")[:1]
    )
    beats = list(
        Heartbeat.objects.filter(name__in=[SWEEP, *(name for name, _ in registry.sweeps())])
        .annotate(stuck=Subquery(oldest_unsent))
        .values_list("name", "at", "stuck")
    )
    if SWEEP not in {name for name, _, _ in beats} or min(at for _, at, _ in beats) < now - SILENT_AFTER:
        return NOBODY_SWEEPS
    return MAIL_IS_STUCK if beats[0][2] is not None else ""


def warning_for(user: User) -> str:
    """The warning for a page of this person; no query for those who are not told."""
    return warning(timezone.now()) if is_told(user) else ""
