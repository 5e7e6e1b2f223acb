"""A concern as it was sent, what was added to it, the children in it, and the people it was passed to."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from guardian.models import UserObjectPermissionBase

from concerns.duty_terms import Particular, SpecialDuty
from concerns.states import WAITING, State
from concerns.terms import CameToLight, Form, Kind, Notice, Outcome
from lps_safeguarding.people.versions import Versions
from lps_safeguarding.vault.fields import Sealed, SealedTextField
from lps_safeguarding.vault.words import WordIndexField

# What is frozen the moment a concern is sent (CON-09). A trigger in the database refuses any change of these columns.
ACCOUNT_FIELDS = (
    "form",
    "author",
    "brought_by_name",
    "brought_by_role",
    "brought_by_how",
    "came_to_light",
    "agency_name",
    "place",
    "observed_at",
    "childs_words",
    "what_was_seen",
    "questions_asked",
    "conversation",
    "who_was_present",
    "why_worried",
    "wishes_and_feelings",
    "kinds_by_author",
    "injuries",
    "particulars_by_author",
    "passed_to",
    "author_name",
    "author_role",
    "submitted_at",
    "submission_key",
    "notice",
    "read_due_at",
)


class ConcernQuerySet(models.QuerySet):
    def unread(self):
        return self.filter(state=State.SENT)

    def waiting(self):
        """Not yet read, read and not yet decided, or brought back by a worried reporter (DEC-01, CON-12)."""
        return self.filter(models.Q(state__in=WAITING) | models.Q(worried_at__isnull=False))

    def newest_first(self):
        return self.order_by("-submitted_at", "-id")


class Concern(Sealed):
    """What somebody noticed about a child and passed on (SP 4.2). The account is never changed after sending."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True, editable=False)
    # One key for each filled-in form: sending it twice finds the first one (CON-18).
    submission_key = models.UUIDField(unique=True, editable=False)
    edition = models.ForeignKey("guidance.Edition", models.PROTECT, related_name="+")  # DEC-16
    service = models.ForeignKey("people.Service", models.PROTECT, related_name="+")

    form = models.CharField(max_length=10, choices=Form)
    author = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    # Name and role as they were on the day (CON-04): a later change of job or surname does not change the form.
    author_name = SealedTextField(max_length=200)
    author_role = SealedTextField(max_length=200, blank=True)
    brought_by_name = SealedTextField(max_length=200, blank=True)  # CON-01: on behalf of somebody without account
    brought_by_role = SealedTextField(max_length=200, blank=True)
    brought_by_how = SealedTextField(max_length=1000, blank=True)
    came_to_light = models.CharField(max_length=20, choices=CameToLight, blank=True)
    agency_name = SealedTextField(max_length=200, blank=True)
    place = SealedTextField(max_length=500)
    observed_at = models.DateTimeField()
    childs_words = SealedTextField(max_length=100_000, blank=True)
    what_was_seen = SealedTextField(max_length=100_000, blank=True)
    questions_asked = SealedTextField(max_length=100_000, blank=True)
    conversation = SealedTextField(max_length=10_000, blank=True)
    who_was_present = SealedTextField(max_length=10_000, blank=True)
    why_worried = SealedTextField(max_length=100_000, blank=True)
    wishes_and_feelings = SealedTextField(max_length=20_000, blank=True)
    kinds_by_author = ArrayField(models.CharField(max_length=30, choices=Kind), default=list, blank=True)
    injuries = models.PositiveSmallIntegerField(default=0, db_default=0)  # marks on the body map (CON-08)
    particulars_by_author = ArrayField(models.CharField(max_length=30, choices=Particular), default=list, blank=True)
    passed_to = models.ForeignKey("people.User", models.PROTECT, related_name="+", null=True)
    submitted_at = models.DateTimeField(default=timezone.now)
    # By a short form of its own, whose answers are in models/notices.py; "" for the two forms of everybody.
    notice = models.CharField(max_length=10, choices=Notice, blank=True)
    read_due_at = models.DateTimeField(null=True, blank=True)  # CON-20: when a DSL must have read it

    # What the DSLs make of it.
    kinds = ArrayField(models.CharField(max_length=30, choices=Kind), default=list, blank=True)
    particulars = ArrayField(models.CharField(max_length=30, choices=Particular), default=list, blank=True)
    # Which special records there are, so that a page asks for none that is not.
    special_duties = ArrayField(models.CharField(max_length=20, choices=SpecialDuty), default=list, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.SENT)
    assigned_to = models.ForeignKey("people.User", models.PROTECT, related_name="+", null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey("people.User", models.PROTECT, related_name="+", null=True, blank=True)
    escalated_to_lead_at = models.DateTimeField(null=True, blank=True)  # CON-11
    escalated_to_head_at = models.DateTimeField(null=True, blank=True)
    worried_at = models.DateTimeField(null=True, blank=True)  # CON-12: "I am still worried", not yet answered
    talk_asked_at = models.DateTimeField(null=True, blank=True)  # CON-13, until a DSL has taken it up
    missing_since = models.DateTimeField(null=True, blank=True)  # CON-19, until the child is found
    has_contexts = models.BooleanField(default=False)  # CON-16: only then they are read for the page
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    search_words = WordIndexField()  # searched through access.grounds.keys_with_words
    version = models.PositiveIntegerField(default=1)

    history = Versions(excluded_fields=["search_words"])
    objects = ConcernQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [("read_full", "Full access"), ("read_summary", "Summary")]
        indexes = [
            models.Index(fields=["author", "-submitted_at"], name="concern_by_author"),
            models.Index(
                fields=["service", "-submitted_at"],
                name="concern_waiting",
                condition=models.Q(state__in=WAITING) | models.Q(worried_at__isnull=False),
            ),
            models.Index(fields=["service", "-submitted_at", "-id"], name="concern_by_service"),
            models.Index(fields=["-observed_at", "-id"], name="concern_by_moment_noticed"),
            models.Index(
                fields=["assigned_to"], name="concern_open_by_person", condition=~models.Q(state=State.CLOSED)
            ),
            models.Index(
                fields=["talk_asked_at"], name="concern_talk", condition=models.Q(talk_asked_at__isnull=False)
            ),
            models.Index(
                fields=["missing_since"], name="concern_missing", condition=models.Q(missing_since__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="concern_read_has_reader",
                condition=models.Q(read_at__isnull=True, read_by__isnull=True)
                | models.Q(read_at__isnull=False, read_by__isnull=False),
            ),
            models.CheckConstraint(
                name="concern_closed_has_outcome",
                condition=~models.Q(state=State.CLOSED) | (~models.Q(outcome="") & models.Q(closed_at__isnull=False)),
            ),
        ]

    def __str__(self):
        return self.reference

    @property
    def is_pink(self) -> bool:
        return self.form == Form.PINK

    @property
    def has_own_clock(self) -> bool:
        """It must be read by a moment of its own, before the school day starts (CON-20)."""
        return self.read_due_at is not None


class ChildInConcern(Sealed):
    """A child the concern is about, with the child's own part in it (CON-14)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    concern = models.ForeignKey(Concern, models.PROTECT, related_name="children")
    child = models.ForeignKey("people.Child", models.PROTECT, related_name="+")
    part = SealedTextField(max_length=20_000, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    history = Versions()

    class Meta:
        default_permissions = ()
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["concern", "child"], name="child_once_in_concern")]

    def __str__(self):
        return f"A child in {self.concern_id}"


class Addendum(Sealed):
    """What is put right or added after sending, by whom and when (CON-09); also "I am still worried" (CON-12)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    concern = models.ForeignKey(Concern, models.PROTECT, related_name="addenda")
    author = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    text = SealedTextField(max_length=100_000)
    still_worried = models.BooleanField(default=False)
    injuries = models.PositiveSmallIntegerField(default=0, db_default=0)  # marks on the body map (CON-08)
    submission_key = models.UUIDField(unique=True, editable=False, default=uuid.uuid4)

    history = Versions()

    class Meta:
        default_permissions = ()
        ordering = ["written_at"]

    def __str__(self):
        return f"Addendum to {self.concern_id}"


class Assignment(models.Model):
    """A person this concern was passed on to who could not read it by role: a ground to read it (CON-11)."""

    class Why(models.TextChoices):
        ASSIGNED = "assigned", "Passed on by a DSL"
        ESCALATED = "escalated", "Not read in time"
        COVER = "cover", "Nobody on duty in the service"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    concern = models.ForeignKey(Concern, models.PROTECT, related_name="assignments")
    person = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    why = models.CharField(max_length=10, choices=Why)
    since = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    history = Versions()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["concern", "person"], name="one_open_assignment", condition=models.Q(ended_at__isnull=True)
            )
        ]
        indexes = [models.Index(fields=["person"], name="assignment_open", condition=models.Q(ended_at__isnull=True))]

    def __str__(self):
        return f"Assignment of {self.concern_id}"


class ConcernFile(models.Model):
    """A document kept with a concern (never an image: CON-08)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    concern = models.ForeignKey(Concern, models.PROTECT, related_name="files")
    file = models.OneToOneField("vault.SealedFile", models.PROTECT, related_name="+")
    added_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    history = Versions()

    class Meta:
        default_permissions = ()
        ordering = ["added_at"]

    def __str__(self):
        return f"File of {self.concern_id}"


class ConcernShare(UserObjectPermissionBase):
    """An express share of one concern with one person (ACC-01): guardian's direct-key table."""

    content_object = models.ForeignKey(Concern, models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        default_permissions = ()
