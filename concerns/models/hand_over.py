"""A DSL's open work, handed to another DSL with a page of notes (ROL-02)."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from concerns.terms import HandOverReason
from lps_safeguarding.people.versions import Versions
from lps_safeguarding.vault.fields import Sealed, SealedTextField


class HandOver(Sealed):
    """What was handed over, by whom to whom, why, and the notes. Never changed afterwards, but for when it was seen.

    `concerns` and `follow_ups` are the keys of what was handed over. `touches` are the concerns any of it belongs to, and
    `touches_children` the children whose meetings a follow-up comes from: a conflict of interest with one of them, or
    with a child in such a concern, shuts the notes (ACC-02).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True, editable=False)
    submission_key = models.UUIDField(unique=True, editable=False)
    from_person = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    to_person = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    made_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    why = models.CharField(max_length=15, choices=HandOverReason)
    notes = SealedTextField(max_length=20_000, blank=True)
    concerns = ArrayField(models.UUIDField(), default=list, blank=True)
    follow_ups = ArrayField(models.UUIDField(), default=list, blank=True)
    touches = ArrayField(models.UUIDField(), default=list, blank=True)
    touches_children = ArrayField(models.UUIDField(), default=list, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    history = Versions()

    class Meta:
        default_permissions = ()
        ordering = ["-made_at"]
        indexes = [
            models.Index(fields=["to_person", "-made_at"], name="hand_over_to"),
            models.Index(fields=["from_person", "-made_at"], name="hand_over_from"),
        ]

    def __str__(self):
        return self.reference
