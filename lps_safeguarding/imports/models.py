"""An import on its way: the file and what it would do, sealed, for a day at most; afterwards only numbers."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import models
from django.utils import timezone

from lps_safeguarding.imports import plans
from lps_safeguarding.imports.columns import Kind
from lps_safeguarding.imports.states import State
from lps_safeguarding.vault.fields import Sealed, SealedBinaryField, SealedJSONField, SealedQuerySet

KEPT_FOR = dt.timedelta(hours=24)
"""How long a file waits to be confirmed, and how long afterwards the rows that were not taken can be looked at."""


class ImportQuerySet(SealedQuerySet):
    def to_be_run(self) -> ImportQuerySet:
        """Confirmed, and not finished: whoever was to do it has not, or was stopped in the middle."""
        return self.filter(state__in=(State.CONFIRMED, State.RUNNING))

    def to_be_emptied(self, now: dt.datetime) -> ImportQuerySet:
        """Whatever still holds a word of a file and has waited or been looked at for long enough."""
        return self.filter(emptied_at=None, touched_at__lt=now - KEPT_FOR).exclude(
            state__in=(State.CONFIRMED, State.RUNNING)
        )

    def newest_first(self) -> ImportQuerySet:
        return self.order_by("-uploaded_at", "-pk")


class Import(Sealed):
    """One file on its way in. Nobody but who sent it sees it.

    It has no versions on purpose: what was not confirmed is nobody's record, and deleting the file must be real. What
    was written is in the versions of the people it was written about, and in the trail.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    content = SealedBinaryField(null=True)
    said = SealedJSONField(default=dict)  # what was said on screen: columns, services, who has left
    plan = SealedJSONField(default=list)  # plans.Line as JSON; after the end only the rows that were not taken
    numbers = models.JSONField(default=dict)  # rows of each kind: at the preview what would be, at the end what was
    total = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)  # rows of the plan that are dealt with
    attempts = models.PositiveSmallIntegerField(default=0)  # of the part at `position`
    confirmed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    emptied_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ImportQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["by", "-uploaded_at"], name="import_by_person"),
            models.Index(fields=["touched_at"], name="import_to_empty", condition=models.Q(emptied_at=None)),
        ]

    def __str__(self) -> str:
        return f"Import of {self.get_kind_display().lower()}"

    @property
    def lines(self) -> list[plans.Line]:
        return [] if self.emptied_at else plans.from_json(self.plan)

    @property
    def is_under_way(self) -> bool:
        return self.state in (State.CONFIRMED, State.RUNNING)

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return 100 * self.position // self.total if self.total else 0

    def setting(self, name: str, otherwise: Any = None) -> Any:
        """Something that was said on screen."""
        return self.said.get(name, otherwise)


class Remembered(models.Model):
    """What the columns of a kind of file were the last time, and what the words in its service column mean.

    Headings and names of services only: no row of a file.
    """

    kind = models.CharField(max_length=10, choices=Kind, primary_key=True)
    columns = models.JSONField(default=dict)
    services = models.JSONField(default=dict)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Columns of {self.get_kind_display().lower()}"
