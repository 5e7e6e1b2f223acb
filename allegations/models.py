"""A concern about an adult as it was sent, and what somebody is still writing. Importable inside this app only."""

import uuid

from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalRecords

from allegations.states import State
from allegations.terms import About, Route
from lps_safeguarding.vault.fields import Sealed, SealedJSONField, SealedTextField

# What is frozen the moment it is sent (ALG-13, CON-09). A trigger in the database refuses any change of these columns.
ACCOUNT_FIELDS = (
    "reference",
    "submission_key",
    "key",
    "about",
    "route",
    "author",
    "author_name",
    "author_role",
    "subject",
    "second_subject",
    "subject_typed",
    "what_happened",
    "happened_at",
    "when_typed",
    "place",
    "children",
    "who_else_knows",
    "submitted_at",
)


class StaffConcern(Sealed):
    """What somebody saw or heard about an adult. Kept as given; it is no official statement (ALG-13)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True, editable=False)
    # One key for each filled-in form: sending it twice finds the first one (CON-18).
    submission_key = models.UUIDField(unique=True, editable=False)
    about = models.CharField(max_length=12, choices=About)
    route = models.CharField(max_length=12, choices=Route)

    author = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    author_name = SealedTextField(max_length=200)
    author_role = SealedTextField(max_length=200, blank=True)
    # The subjects can never see it, whatever role they hold or come to hold (ALG-03).
    subject = models.ForeignKey("people.Adult", models.PROTECT, related_name="+", null=True, blank=True)
    second_subject = models.ForeignKey("people.Adult", models.PROTECT, related_name="+", null=True, blank=True)
    subject_typed = SealedTextField(max_length=500, blank=True)
    what_happened = SealedTextField(max_length=100_000)
    happened_at = models.DateTimeField(null=True, blank=True)
    when_typed = SealedTextField(max_length=1_000, blank=True)
    place = SealedTextField(max_length=1_000, blank=True)
    children = SealedTextField(max_length=2_000, blank=True)
    who_else_knows = SealedTextField(max_length=10_000, blank=True)
    submitted_at = models.DateTimeField(default=timezone.now)

    # Whom it was handed to. Null: nobody holds that role; whoever comes to hold it finds it.
    routed_to = models.ForeignKey("people.User", models.PROTECT, related_name="+", null=True, blank=True)
    routed_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey("people.User", models.PROTECT, related_name="+", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    history = HistoricalRecords()

    class Meta:
        default_permissions = ()
        ordering = ["-submitted_at"]
        indexes = [
            models.Index(fields=["route", "-submitted_at"], name="staff_concern_by_route"),
            models.Index(fields=["author", "-submitted_at"], name="staff_concern_by_author"),
        ]
        constraints = [
            models.CheckConstraint(
                name="staff_concern_read_is_whole",
                condition=models.Q(state=State.RECEIVED, read_at__isnull=True, read_by__isnull=True)
                | models.Q(state=State.READ, read_at__isnull=False, read_by__isnull=False),
            ),
            # About the headteacher: never on the headteacher's way (ALG-02).
            models.CheckConstraint(
                name="staff_concern_route_fits",
                condition=models.Q(about=About.ADULT, route=Route.HEADTEACHER)
                | models.Q(about=About.HEADTEACHER, route__in=[Route.CHAIR, Route.VICE_CHAIR]),
            ),
        ]

    def __str__(self):
        return self.reference

    @property
    def is_read(self) -> bool:
        return self.state == State.READ


class IntakeDraft(Sealed):
    """What somebody is writing about an adult and has not sent yet (CON-18). No history: its deletion must be real."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey("people.User", models.CASCADE, related_name="+")
    about = models.CharField(max_length=12, choices=About)
    typed = SealedJSONField(default=dict)
    started_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["-saved_at"]
        indexes = [models.Index(fields=["author", "-saved_at"], name="intake_draft_by_author")]

    def __str__(self):
        return f"Draft {self.id}"
