"""The outbox: one row for each person who is to be told of one thing, and the heartbeat of the sweep.

A row holds no content: who is told, for which kind of reason, and the neutral reference of what waits. It is committed
with the record it is about, so that nothing that matters lives in a queue only.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

RECIPIENT_HAS_LEFT = "RecipientHasLeft"
"""In place of an error's kind: the account is closed or its person has left."""

WAITING = Q(opened_at__isnull=True)
QUARANTINED = Q(dead_at__isnull=False, opened_at__isnull=True, settled_at__isnull=True)
UNSENT = Q(emailed_at__isnull=True, dead_at__isnull=True, opened_at__isnull=True)


class AlertQuerySet(models.QuerySet["Alert"]):
    def waiting_for(self, user_id: int, at: dt.datetime) -> AlertQuerySet:
        """What this person has been told of and has not opened, newest first."""
        return self.filter(WAITING, recipient_id=user_id, deliver_after__lte=at).order_by("-deliver_after", "pk")

    def due(self, at: dt.datetime) -> AlertQuerySet:
        """Not e-mailed yet, time come, claimed by nobody: what a sweep may take. Urgent ones first, then by age."""
        free = Q(leased_until__isnull=True) | Q(leased_until__lte=at)
        return self.filter(UNSENT, free, deliver_after__lte=at).order_by("-urgent", "deliver_after", "pk")

    def quarantined(self) -> AlertQuerySet:
        """E-mails given up after the last attempt, still to be looked at by somebody."""
        return self.filter(QUARANTINED).order_by("-dead_at", "pk")


class Alert(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.SlugField(max_length=60)
    about = models.CharField(max_length=120, help_text="What it is about, as a key: type and id, or a reference.")
    record_type = models.CharField(max_length=80, blank=True)
    record_id = models.UUIDField(null=True, blank=True)
    reference = models.CharField(max_length=40, blank=True)
    url_name = models.CharField(max_length=80, blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    urgent = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)
    deliver_after = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    first_tried_at = models.DateTimeField(null=True, blank=True)
    last_error_kind = models.CharField(max_length=80, blank=True)
    emailed_at = models.DateTimeField(null=True, blank=True)
    seen_on_screen_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = AlertQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["recipient", "reason", "about", "round"], name="alerts_once"),
            models.CheckConstraint(
                condition=Q(lease__isnull=True) | Q(leased_until__isnull=False), name="alerts_lease_has_an_end"
            ),
            models.CheckConstraint(
                condition=Q(emailed_at__isnull=True) | Q(dead_at__isnull=True), name="alerts_sent_or_given_up"
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="alerts_settled_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["deliver_after"], condition=UNSENT, name="alerts_unsent"),
            models.Index(fields=["recipient", "-deliver_after"], condition=WAITING, name="alerts_waiting"),
            models.Index(fields=["dead_at"], condition=QUARANTINED, name="alerts_quarantined"),
            models.Index(fields=["-emailed_at"], name="alerts_emailed"),
            models.Index(fields=["about"], name="alerts_about"),
            models.Index(fields=["record_id"], name="alerts_record"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.reference}".strip()

    @property
    def is_dead(self) -> bool:
        """No e-mail will go out by itself any more; it still waits on screen."""
        return self.dead_at is not None

    @property
    def why_not(self) -> str:
        """Why the e-mail could not be delivered, for the screen."""
        if self.last_error_kind == RECIPIENT_HAS_LEFT:
            return "This person has left or the account is closed. Somebody else must take over what they had."
        if self.last_error_kind == "SMTPRecipientsRefused":
            return "The mail server does not take this address."
        return f"The e-mail could not be sent ({self.last_error_kind}). It was tried {self.attempts} times."

    @property
    def can_be_tried_again(self) -> bool:
        return self.last_error_kind != RECIPIENT_HAS_LEFT


class Heartbeat(models.Model):
    """When the sweep, and each escalation in it, last came through: their age says whether the clockwork is alive."""

    name = models.CharField(max_length=200, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
