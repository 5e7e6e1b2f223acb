"""What somebody asked a list for, so that no name and no word stands in an address: the address holds its random key."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from lps_safeguarding.vault.fields import Sealed, SealedJSONField, SealedTextField


class Page(models.TextChoices):
    """The list that was asked."""

    CHILDREN = "children", "Children"
    RECORDS = "records", "Records"
    QUEUE = "queue", "Queue"


class Search(Sealed):
    """One question to a list: its filters, names and words, sealed. Seen by who asked it, and by nobody else.

    `kept`: saved under a name; the others go after half a day (as long as a session lasts), so that Back and reload
    work meanwhile. The name is sealed like what was asked: people write a child's name there, whatever the hint says.
    It has no history on purpose: a question is nobody's record, and its deletion must be real.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey("people.User", models.CASCADE, related_name="+")
    page = models.CharField(max_length=10, choices=Page)
    asked = SealedJSONField(default=dict, blank=True)
    name = SealedTextField(max_length=80, blank=True)
    kept = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["owner", "kept", "-made_at"], name="search_by_owner")]

    def __str__(self) -> str:
        return f"Search {self.id}"
