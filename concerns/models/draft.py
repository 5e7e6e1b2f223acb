"""What somebody is writing and has not sent yet (CON-18)."""

import uuid

from django.db import models
from django.utils import timezone

from concerns.terms import Form
from lps_safeguarding.vault.fields import Sealed, SealedJSONField


class Draft(Sealed):
    """A form half written: kept on the server, seen only by its writer, deleted on sending or after 7 days.

    It has no history on purpose: what was never sent is nobody's record, and its deletion must be real.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey("people.User", models.CASCADE, related_name="+")
    form = models.CharField(max_length=10, choices=Form)
    typed = SealedJSONField(default=dict)
    started_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    reminded_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["author", "-saved_at"], name="draft_by_author")]

    def __str__(self):
        return f"Draft {self.id}"
