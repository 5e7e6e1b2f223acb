"""That somebody went through one of the lists of children and found it right (CPF-02). It names no child."""

import uuid

from django.db import models
from django.utils import timezone

from concerns.terms import ChildrenList
from lps_safeguarding.people.versions import Versions


class ListReview(models.Model):
    """One review of one list. `service` None: the whole school's, by the lead DSL."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    of_list = models.CharField(max_length=30, choices=ChildrenList)
    service = models.ForeignKey("people.Service", models.PROTECT, related_name="+", null=True, blank=True)
    reviewed_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(default=timezone.now)
    next_review_on = models.DateField()

    history = Versions()

    class Meta:
        default_permissions = ()
        ordering = ["-reviewed_at"]
        indexes = [models.Index(fields=["of_list", "-reviewed_at"], name="list_review_latest")]

    def __str__(self) -> str:
        return f"Review of {self.get_of_list_display()}"
