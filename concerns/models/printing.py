"""A chronology that is made as a document in the background, for the one person who asked (CPF-03)."""

import uuid

from django.db import models
from django.utils import timezone

from concerns.models.child_file import ChildFile
from lps_safeguarding.vault.fields import Sealed


class PrintState(models.TextChoices):
    """Where the making of a document is."""

    WAITING = "waiting", "Waiting its turn"
    WORKING = "working", "Being made"
    READY = "ready", "Ready"
    FAILED = "failed", "Not made"
    EXPIRED = "expired", "Deleted after its time"


class PrintedChronologyQuerySet(models.QuerySet):
    def takeable(self, now):
        """Waiting, or taken by a worker that has not been heard of for longer than any may work."""
        return self.filter(
            models.Q(state=PrintState.WAITING) | models.Q(state=PrintState.WORKING, leased_until__lte=now)
        )

    def out_of_date(self, now):
        return self.filter(state=PrintState.READY, expires_at__lte=now)


class PrintedChronology(Sealed):
    """One order: what was asked for, how far it is, and the sealed document under a key of its own.

    The key is destroyed when the document's time is over, so that backups cannot give it back for longer than they are
    kept. `wanted` holds the filter by fields in clear (kinds, days, significant only). It has no versions on purpose: an
    order is no record of the child; that it was made, and each opening, is in the trail.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True, editable=False)
    child_file = models.ForeignKey(ChildFile, models.PROTECT, related_name="printed")
    asked_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    wanted = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=PrintState, default=PrintState.WAITING)
    progress = models.PositiveSmallIntegerField(default=0)  # per cent
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True, blank=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    entries = models.PositiveIntegerField(null=True, blank=True)
    document = models.OneToOneField("vault.SealedFile", models.PROTECT, related_name="+", null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = PrintedChronologyQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-asked_at"]
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="printed_not_done",
                condition=models.Q(state__in=[PrintState.WAITING, PrintState.WORKING]),
            ),
            models.Index(fields=["expires_at"], name="printed_expires", condition=models.Q(state=PrintState.READY)),
        ]
        constraints = [
            models.CheckConstraint(
                name="printed_ready_has_document",
                condition=~models.Q(state=PrintState.READY)
                | models.Q(document__isnull=False, ready_at__isnull=False, expires_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.reference
