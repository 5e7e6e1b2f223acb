"""The sweep: each minute, escalate what is overdue and deliver what nobody has delivered.

Everything due is found by query from facts, so a sweep that did not happen is made up for by the next one. Each part
is on its own: one that fails is logged by kind, leaves its heartbeat behind, and does not stop the others.
"""

from __future__ import annotations

import datetime as dt
import logging
import traceback
from collections.abc import Callable

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from lps_safeguarding.access import acting
from lps_safeguarding.people import duty
from lps_safeguarding.people.models import Role, User

from . import delivery, outbox, own_reasons, registry
from .models import Alert, Heartbeat

log = logging.getLogger(__name__)

SWEEP = "sweep"
SECONDS = 20.0
"""How long one sweep goes on taking e-mails to send; with the slowest last one it stays below Celery's time limit."""

ONE_AT_A_TIME = 0x1B5A1E27  # advisory lock: two sweeps never escalate at once


def sweep(now: dt.datetime | None = None, *, seconds: float = SECONDS) -> None:
    """All escalations, then all that is due, then the heartbeat."""
    now = now or timezone.now()
    for name, escalate in registry.sweeps():
        _run(name, escalate, now)
    delivery.deliver_due(seconds=seconds)
    _beat(SWEEP)


def _run(name: str, escalate: Callable[[dt.datetime], None], now: dt.datetime) -> None:
    try:
        with transaction.atomic(), acting.as_the_system("escalation"):
            if not _alone():
                return  # another sweep is at it, and will leave the heartbeat
            escalate(now)
        _beat(name)
    except Exception as failure:  # noqa: BLE001 - an app's fault must not stop the other apps' alerts
        log.error("The escalation %s failed: %s", name, _kind_and_place(failure))
        delivery.drop_a_broken_connection()


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        return bool(cursor.fetchone()[0])


def _beat(name: str) -> None:
    Heartbeat.objects.update_or_create(name=name[:200], defaults={"at": timezone.now()})


def _kind_and_place(failure: Exception) -> str:
    """What kind of error and where; never its message, which may quote what people wrote."""
    last = traceback.extract_tb(failure.__traceback__)[-1]
    return f"{type(failure).__name__} at {last.filename}:{last.lineno}"


def tell_of_undeliverable(now: dt.datetime) -> None:
    """Raise each alert given up on the headteacher's screen (the lead DSL's when it was the headteacher's own).

    A private one, which may be about the headteacher, is shown to administrators, who see no reason and no reference.
    """
    told = Alert.objects.filter(reason=own_reasons.UNDELIVERABLE.slug, record_id=OuterRef("pk"))
    given_up = Alert.objects.quarantined().exclude(reason=own_reasons.UNDELIVERABLE.slug).exclude(Exists(told))
    for alert in given_up:
        outbox.raise_alerts(
            recipients=_who_is_told(alert, now),
            reason=own_reasons.UNDELIVERABLE.slug,
            record=alert,
            reference="",
            url_name="alerts:undelivered",
        )


def _who_is_told(alert: Alert, now: dt.datetime) -> list[User]:
    if registry.reason(alert.reason).private:
        return list(User.objects.holding(Role.ADMINISTRATOR).select_related("adult"))
    for person in (duty.headteacher_now(now), duty.lead_dsl(now)):
        if person is not None and person.pk != alert.recipient_id:
            return [person]
    return list(User.objects.holding(Role.ADMINISTRATOR).select_related("adult"))
