"""What waits for a person, for pages and for the script that asks every 1.5 seconds."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from lps_safeguarding.people.models import Role, User

from . import registry
from .models import Alert

MOST = 50
LIVE_ROLES = (
    Role.SERVICE_DSL,
    Role.LEAD_DSL,
    Role.HEADTEACHER,
    Role.ACTING_SENIOR_TEACHER,
    Role.CHAIR,
    Role.VICE_CHAIR,
    Role.ADMINISTRATOR,
)


@dataclass(frozen=True)
class Waiting:
    """One alert as it is shown."""

    id: uuid.UUID
    line: str
    urgent: bool
    at: dt.datetime
    seen: bool

    @property
    def url(self) -> str:
        return reverse("alerts:alert_open", args=[self.id])


@dataclass(frozen=True)
class Screen:
    """All that waits for one person, newest first (at most 50), and a mark that changes when it does."""

    alerts: tuple[Waiting, ...]
    count: int

    @property
    def count_in_words(self) -> str:
        return f"{self.count}+" if self.count >= MOST else str(self.count)

    @property
    def urgent(self) -> list[Waiting]:
        return [alert for alert in self.alerts if alert.urgent]

    @property
    def state(self) -> str:
        """Says nothing about other people's alerts: no number in it counts anything."""
        ids = ",".join(sorted(str(alert.id) for alert in self.alerts))
        return salted_hmac("alerts.screen", ids, algorithm="sha256").hexdigest()[:20]


def has_live_alerts(user: User) -> bool:
    """Whose open pages ask for new alerts by themselves. Everybody else sees theirs when a page is loaded."""
    return any(user.has_role(role) for role in LIVE_ROLES)


def shown(alert: Alert) -> Waiting:
    """An alert of a list, with the words of its reason."""
    return Waiting(
        id=alert.pk,
        line=registry.reason(alert.reason).on_screen,
        urgent=alert.urgent,
        at=alert.deliver_after,
        seen=alert.seen_on_screen_at is not None,
    )


def waiting(user: User) -> Screen:
    """What waits for this person now. One query."""
    rows = Alert.objects.waiting_for(user.pk, timezone.now()).values_list(
        "pk", "reason", "urgent", "deliver_after", "seen_on_screen_at"
    )[:MOST]
    alerts = tuple(
        Waiting(id=pk, line=registry.reason(reason).on_screen, urgent=urgent, at=at, seen=seen is not None)
        for pk, reason, urgent, at, seen in rows
    )
    return Screen(alerts=alerts, count=len(alerts))
