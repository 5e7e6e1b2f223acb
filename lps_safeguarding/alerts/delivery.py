"""E-mailing alerts: claimed, sent, marked; never twice as far as e-mail allows.

1. *Claim* (one short transaction): the row is taken with FOR UPDATE SKIP LOCKED, gets a lease and one more attempt,
   and that is committed. Nobody else takes it until the lease ends.
2. *Send and mark* (a second transaction): the row is locked again, only if the lease is still ours; the mail goes to
   the server; the row is marked. The lock is held throughout, so that a process that was frozen and wakes up after its
   lease cannot send alongside another.

What is left is the moment between the mail server's "250 accepted" and our commit. A process killed or a database lost
just there leads to one more e-mail after the lease; it bears the same Message-ID, by which mail systems drop the
second copy. (The other order, mark and then send, would lose alerts instead.) A process killed anywhere else sends
nothing twice, and the alert goes out when its lease has run out.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import logging
import smtplib
import time
import uuid
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import OperationalError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from lps_safeguarding.people.models import User

from . import registry, wake
from .models import QUARANTINED, RECIPIENT_HAS_LEFT, UNSENT, Alert

log = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=2)
"""Longer than one e-mail can take: eight answers of the mail server, each within EMAIL_TIMEOUT (checks.py)."""

MOST_ATTEMPTS = 6
WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15))
"""After the first, second … failed attempt; the last one is repeated while the mail server itself is down."""

INTERRUPTED = "Interrupted"


class Outcome(enum.Enum):
    SENT = "sent"
    FAILED = "failed"  # tried again later
    GIVEN_UP = "given up"
    NOT_OURS = "not ours"  # sent, opened or claimed by somebody else meanwhile


def deliver(alert_id: uuid.UUID) -> Outcome:
    """E-mail this alert now if it is due and nobody else has it."""
    claimed = _claim(timezone.now(), only=alert_id)
    return _send(*claimed) if claimed else Outcome.NOT_OURS


def deliver_due(*, seconds: float) -> dict[Outcome, int]:
    """E-mail all that is due, one by one, for at most `seconds`. One that fails does not stop the others."""
    end = time.monotonic() + seconds
    counts = dict.fromkeys(Outcome, 0)
    while time.monotonic() < end and (claimed := _claim(timezone.now())):
        try:
            outcome = _send(*claimed)
        except OperationalError:
            raise
        except Exception as failure:  # noqa: BLE001 - our own fault with this row; the others must still go out
            # Its lease keeps it away from this loop; it has counted an attempt, so it ends in quarantine.
            log.error("An alert could not be handled (%s)", type(failure).__name__)
            outcome = Outcome.FAILED
        counts[outcome] += 1
    return counts


def _claim(now: dt.datetime, *, only: uuid.UUID | None = None) -> tuple[uuid.UUID, uuid.UUID] | None:
    """Take one due alert: (its id, our lease), committed. One that took its process down too often is given up."""
    with transaction.atomic():
        due = Alert.objects.due(now)
        if only is not None:
            due = due.filter(pk=only)
        alert = due.select_for_update(skip_locked=True).first()
        while alert is not None and alert.attempts >= MOST_ATTEMPTS and alert.last_error_kind == INTERRUPTED:
            _give_up(alert, now, INTERRUPTED)
            alert = due.select_for_update(skip_locked=True).first()
        if alert is None:
            return None
        lease = uuid.uuid4()
        Alert.objects.filter(pk=alert.pk).update(
            lease=lease,
            leased_until=now + LEASE,
            attempts=alert.attempts + 1,
            first_tried_at=alert.first_tried_at or now,
            last_error_kind=INTERRUPTED,  # unless somebody comes back and says better
        )
    return alert.pk, lease


def _send(alert_id: uuid.UUID, lease: uuid.UUID) -> Outcome:
    with transaction.atomic():
        with connection.cursor() as cursor:
            # A slow mail server must not cost us the row's lock: settings.py ends idle transactions after a minute.
            cursor.execute(
                "SELECT set_config('idle_in_transaction_session_timeout', %s, true)",
                [str(int(LEASE.total_seconds() * 1000))],
            )
        alert = (
            Alert.objects.filter(UNSENT, pk=alert_id, lease=lease, leased_until__gt=timezone.now())
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("recipient__adult")
            .first()
        )
        if alert is None:
            return Outcome.NOT_OURS
        if not alert.recipient.can_sign_in():
            return _give_up(alert, timezone.now(), RECIPIENT_HAS_LEFT)
        try:
            compose(alert).send()
        except Exception as failure:  # noqa: BLE001 - it concerns this alert only; its kind is kept, its text is not
            return _failed(alert, failure)
        Alert.objects.filter(pk=alert.pk).update(
            emailed_at=timezone.now(), lease=None, leased_until=None, last_error_kind=""
        )
        return Outcome.SENT


def _failed(alert: Alert, failure: Exception) -> Outcome:
    now, kind = timezone.now(), type(failure).__name__
    log.warning("An e-mail could not be handed over (%s), attempt %d", kind, alert.attempts)
    if alert.attempts >= MOST_ATTEMPTS and not (_server_is_at_fault(failure) and _nothing_gets_through(alert)):
        return _give_up(alert, now, kind)
    wait = WAITS[min(alert.attempts, len(WAITS)) - 1]
    Alert.objects.filter(pk=alert.pk).update(leased_until=now + wait, lease=None, last_error_kind=kind)
    return Outcome.FAILED


def _give_up(alert: Alert, now: dt.datetime, kind: str) -> Outcome:
    """Quarantine: no more attempts by itself. It still waits on screen; sweeping.py tells the headteacher."""
    Alert.objects.filter(pk=alert.pk).update(dead_at=now, lease=None, leased_until=None, last_error_kind=kind[:80])
    return Outcome.GIVEN_UP


def try_again(alert_id: uuid.UUID) -> None:
    """Out of quarantine, as if new."""
    Alert.objects.filter(pk=alert_id, dead_at__isnull=False).update(
        dead_at=None, attempts=0, first_tried_at=None, leased_until=None, lease=None
    )
    wake.on_commit(alert_id)


def settle(alert_id: uuid.UUID, *, by: User) -> None:
    """Somebody has told the person in another way: it leaves the list of what could not be delivered."""
    Alert.objects.filter(QUARANTINED, pk=alert_id).update(settled_at=timezone.now(), settled_by=by)


def _server_is_at_fault(failure: Exception) -> bool:
    return isinstance(failure, OSError) and not isinstance(
        failure, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError | smtplib.SMTPSenderRefused
    )


def _nothing_gets_through(alert: Alert) -> bool:
    """No other alert was e-mailed since this one was first tried: it is not this one that is broken."""
    return not Alert.objects.filter(emailed_at__gte=alert.first_tried_at or alert.made_at).exists()


# --- The letter -----------------------------------------------------------------------------------------------------


def compose(alert: Alert) -> EmailMessage:
    """The e-mail: fixed words, the school's name and a link. No name, no kind, no content, no child."""
    reason = registry.reason(alert.reason)
    link = settings.SITE_ADDRESS.rstrip("/") + reverse("alerts:alert_open", args=[alert.pk])
    body = "\n".join(
        [
            reason.in_mail,
            "",
            "Sign in to see it:" if not reason.urgent else "Sign in to see it now:",
            link,
            "",
            f"{settings.SCHOOL_NAME}, safeguarding",
            "This message was sent by a program. It holds no details on purpose. An answer to it reaches nobody.",
            "",
        ]
    )
    headers = {
        "Message-ID": message_id(alert),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if reason.urgent:
        headers |= {"Importance": "high", "X-Priority": "1"}
    return EmailMessage(subject=reason.subject, body=body, to=[alert.recipient.email], headers=headers)


def message_id(alert: Alert) -> str:
    """The same for each attempt at one alert, so that a copy sent after a crash is recognised as the same message."""
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{hashlib.sha256(alert.pk.bytes).hexdigest()[:32]}@{host}>"


def drop_a_broken_connection() -> None:
    """After a database error outside any transaction: let the next query connect anew."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
