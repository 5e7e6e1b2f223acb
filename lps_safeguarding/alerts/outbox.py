"""Raising alerts, and what their recipients do with them. The only module that writes alert rows for other apps."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils import timezone

from lps_safeguarding.people.models import User

from . import registry, wake
from .models import RECIPIENT_HAS_LEFT, Alert

log = logging.getLogger(__name__)


def raise_alert(
    *,
    recipient: User,
    reason: str,
    record: models.Model | None = None,
    reference: str | None = None,
    url_name: str = "",
    due_at: dt.datetime | None = None,
    round: int = 1,
) -> Alert | None:
    """Tell `recipient` that something waits, on screen and by e-mail: one row in the caller's transaction.

    reason     slug of a registered Reason (UnknownReason otherwise)
    record     what waits
    reference  its neutral reference, the one argument of the page's address; the record's own when None
    url_name   name of the page that takes the reference, e.g. "concerns:concern_detail"; it has its own door
    due_at     not before this moment (at once when None)
    round      the same thing for the same person is told once a round: raise the round to tell it again

    Returns the new alert; None if the person was told already, or has left. For a leaver nothing is delivered: the row
    is kept as undeliverable, so that the headteacher sees that a duty has nobody behind it.

    *Who* is told is the caller's decision (`need_to_know`, `people.duty`); nothing is decided here.
    """
    made = raise_alerts(
        recipients=[recipient],
        reason=reason,
        record=record,
        reference=reference,
        url_name=url_name,
        due_at=due_at,
        round=round,
    )
    return made[0] if made else None


def raise_alerts(
    *,
    recipients: Iterable[User],
    reason: str,
    record: models.Model | None = None,
    reference: str | None = None,
    url_name: str = "",
    due_at: dt.datetime | None = None,
    round: int = 1,
) -> list[Alert]:
    """`raise_alert` for several people in two queries, however many. Returns the new, deliverable alerts."""
    why = registry.reason(reason)
    now = timezone.now()
    if reference is None:
        reference = getattr(record, "reference", "") or ""
    common: dict[str, Any] = {
        "reason": why.slug,
        "reference": reference,
        "url_name": url_name,
        "round": round,
        "urgent": why.urgent,
        "about": _about(record, reference),
        "record_type": record._meta.label_lower if record is not None else "",
        "record_id": record.pk if record is not None and isinstance(record.pk, uuid.UUID) else None,
        "deliver_after": due_at or now,
    }
    wanted = {}
    for person in recipients:
        if person.can_sign_in():
            wanted[person.pk] = Alert(recipient=person, **common)
        else:
            log.warning("An alert (%s) has a recipient who has left", why.slug)
            wanted[person.pk] = Alert(recipient=person, **common, dead_at=now, last_error_kind=RECIPIENT_HAS_LEFT)
    if not wanted:
        return []
    Alert.objects.bulk_create(wanted.values(), ignore_conflicts=True)
    # Whoever was told before has a row already, whose id is another one: ours was not written.
    written = set(Alert.objects.filter(pk__in=[alert.pk for alert in wanted.values()]).values_list("pk", flat=True))
    made = [alert for alert in wanted.values() if alert.pk in written and not alert.is_dead]
    if due_at is None or due_at <= now:
        for alert in made:
            wake.on_commit(alert.pk)
    return made


def _about(record: models.Model | None, reference: str) -> str:
    if record is None:
        return reference
    return f"{record._meta.label_lower}:{record.pk}"


def mark_opened(*, recipient: User, record: models.Model) -> int:
    """The person has opened the record by whatever way: nothing about it waits for them any more. One query."""
    return Alert.objects.filter(recipient=recipient, about=_about(record, ""), opened_at__isnull=True).update(
        opened_at=timezone.now()
    )


def mark_alert_opened(alert: Alert) -> None:
    """The person followed the alert itself."""
    Alert.objects.filter(pk=alert.pk, opened_at__isnull=True).update(opened_at=timezone.now())


def mark_seen(*, recipient: User, ids: Iterable[uuid.UUID]) -> int:
    """These alerts were put on the person's open screen."""
    return Alert.objects.filter(recipient=recipient, pk__in=list(ids), seen_on_screen_at__isnull=True).update(
        seen_on_screen_at=timezone.now()
    )


def was_told(*, record: models.Model, reason: str, round: int = 1) -> list[Alert]:
    """The alerts raised about a record for a reason: for the page that says who was alerted, and when."""
    return list(
        Alert.objects.filter(about=_about(record, ""), reason=reason, round=round).select_related("recipient__adult")
    )
