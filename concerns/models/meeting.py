"""Meetings about one child: planned, held, missed, called off; who was there, what was decided, when the next one is."""

import uuid
from typing import Any

from django.db import models
from django.utils import timezone

from concerns.models.child_file import ChildFile, PlanStatus
from concerns.states import MeetingState
from concerns.terms import Agency, MeetingKind, ReportSent
from lps_safeguarding.people.versions import Versions
from lps_safeguarding.vault.fields import Sealed, SealedJSONField, SealedTextField


class MeetingQuerySet(models.QuerySet):
    def planned(self):
        return self.filter(state=MeetingState.PLANNED)


class Meeting(Sealed):
    """A strategy meeting, conference, core group, review …, from the day it is planned (CPF-01, DEC-01).

    Its actions are follow-ups that point here; a planned one has a follow-up of its own for whoever goes (`to_attend`).
    `attendance` is a list of `{"name", "role", "agency", "person", "apologies"}`: `person` is the key of a colleague's
    account or None, `apologies` true for who was asked and did not come.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True, editable=False)
    submission_key = models.UUIDField(unique=True, editable=False, default=uuid.uuid4)
    child_file = models.ForeignKey(ChildFile, models.PROTECT, related_name="meetings")
    plan = models.ForeignKey(PlanStatus, models.PROTECT, related_name="meetings", null=True, blank=True)
    follows = models.ForeignKey("self", models.PROTECT, related_name="next_ones", null=True, blank=True)
    kind = models.CharField(max_length=20, choices=MeetingKind)
    starts_at = models.DateTimeField()
    place = SealedTextField(max_length=500, blank=True)
    bring = SealedTextField(max_length=5_000, blank=True)
    state = models.CharField(max_length=12, choices=MeetingState, default=MeetingState.PLANNED)
    planned_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(default=timezone.now)

    attendance = SealedJSONField(default=list, blank=True)
    report_sent = models.CharField(max_length=12, choices=ReportSent, blank=True)
    report_sent_on = models.DateField(null=True, blank=True)
    report_why_not = SealedTextField(max_length=2_000, blank=True)
    what_was_said = SealedTextField(max_length=50_000, blank=True)
    decisions = SealedTextField(max_length=20_000, blank=True)
    why_not_held = SealedTextField(max_length=5_000, blank=True)
    recorded_by = models.ForeignKey("people.User", models.PROTECT, related_name="+", null=True, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    history = Versions()
    objects = MeetingQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-starts_at"]
        indexes = [models.Index(fields=["child_file", "-starts_at"], name="meeting_of_file")]
        constraints = [
            models.CheckConstraint(
                name="meeting_recorded_by_somebody",
                condition=models.Q(state=MeetingState.PLANNED)
                | models.Q(recorded_by__isnull=False, recorded_at__isnull=False),
            ),
            models.CheckConstraint(
                name="meeting_report_sent_has_day",
                condition=~models.Q(report_sent=ReportSent.SENT) | models.Q(report_sent_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def were_there(self) -> list[dict[str, Any]]:
        return [_in_words(each) for each in self.attendance if not each["apologies"]]

    @property
    def sent_apologies(self) -> list[dict[str, Any]]:
        return [_in_words(each) for each in self.attendance if each["apologies"]]


def _in_words(each: dict[str, Any]) -> dict[str, Any]:
    return {**each, "agency_label": Agency(each["agency"]).label}
