"""Who may see which alerts: one's own; and those that could not be delivered, without what they are about."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from lps_safeguarding.people.models import Role, User

from . import registry
from .models import Alert


def own(user: User) -> QuerySet[Alert]:
    """The alerts of this person, opened ones included."""
    return Alert.objects.filter(recipient=user)


def can_see_undelivered(user: User) -> bool:
    return any(user.has_role(role) for role in (Role.ADMINISTRATOR, Role.HEADTEACHER, Role.LEAD_DSL))


def check_can_see_undelivered(user: User) -> None:
    if not can_see_undelivered(user):
        raise PermissionDenied("Only the headteacher, the lead DSL and administrators see this.")


def undelivered_for(user: User) -> QuerySet[Alert]:
    """Alerts given up. Private ones, which may be about the headteacher, are for administrators only.

    The page shows to whom and why not, never what about: no reason, no reference.
    """
    check_can_see_undelivered(user)
    found = Alert.objects.quarantined().select_related("recipient__adult")
    if user.has_role(Role.ADMINISTRATOR):
        return found
    private = [reason.slug for reason in registry.reasons() if reason.private]
    return found.exclude(reason__in=private)
