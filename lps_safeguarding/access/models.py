"""Sharings, conflicts of interest, break glass: rows about a record and a person, never the record itself.

They name the record by type, key and neutral reference, so that this app imports none of the apps with cases.
"""

import datetime
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from guardian.models import UserObjectPermissionBase

from lps_safeguarding.access.levels import Level
from lps_safeguarding.people.versions import Versions
from lps_safeguarding.vault.fields import Sealed, SealedTextField


class ShareBase(UserObjectPermissionBase):
    """Base of an app's table of express shares: add `content_object`, a foreign key to the record's model.

    Guardian finds the table by that key, so it keeps its reverse name; the key to the person is hidden.
    """

    user = models.ForeignKey("people.User", models.CASCADE, related_name="+")

    class Meta(UserObjectPermissionBase.Meta):
        abstract = True
        default_permissions = ()


class SealKey(models.Model):
    """The key of the seal (seal.py), one row. Only the owner of the tables may read it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    inner_pad = models.BinaryField(max_length=64)
    outer_pad = models.BinaryField(max_length=64)

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(name="one_seal_key", condition=Q(id=1))]

    def __str__(self) -> str:
        return "Seal key"


class Ground(models.TextChoices):
    """Why information may be shared (SP 10.1): the lawful reason, in plain words."""

    PROTECT_CHILD = "protect_child", "To protect a child from harm"
    PUBLIC_TASK = "public_task", "The school's safeguarding duty"
    LEGAL_DUTY = "legal_duty", "A law, a court or the police require it"
    CONSENT = "consent", "The person agreed"


class Consent(models.TextChoices):
    GIVEN = "given", "Agreed"
    REFUSED = "refused", "Did not agree; shared for the reason above"
    NOT_ASKED_SAFETY = "not_asked_safety", "Not asked: asking could put a child at risk"
    NOT_ASKED_DELAY = "not_asked_delay", "Not asked: it would take too long"
    NOT_NEEDED = "not_needed", "Not needed: within school, for the work"


class SharingQuerySet(models.QuerySet):
    def open_now(self):
        """Neither ended nor expired."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), ended_at=None)


class SharingRecord(Sealed):
    """One sharing of information: what, with whom, when, why, ground, consent (DEC-12).

    With a person inside school it carries the level and gives the access; with an outside body it is the record of
    what was told. Sealed with the record's own key: destroyed with it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record_type = models.CharField(max_length=60)
    record_id = models.UUIDField()
    reference = models.CharField(max_length=16)
    with_person = models.ForeignKey("people.User", models.PROTECT, related_name="+", null=True, blank=True)
    with_whom = SealedTextField(max_length=300, blank=True)
    level = models.CharField(max_length=12, choices=Level, blank=True)
    what = SealedTextField(max_length=20_000)
    why = SealedTextField(max_length=5_000)
    ground = models.CharField(max_length=20, choices=Ground)
    consent = models.CharField(max_length=20, choices=Consent)
    shared_at = models.DateTimeField(default=timezone.now)
    shared_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("people.User", models.PROTECT, related_name="+", null=True, blank=True)

    history = Versions()
    objects = SharingQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-shared_at", "id"]
        indexes = [
            models.Index(fields=["record_id", "-shared_at"], name="sharing_of_record"),
            models.Index(
                fields=["with_person", "record_type", "record_id"],
                name="sharing_with_person",
                condition=Q(ended_at__isnull=True, with_person__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="sharing_inside_has_a_level",
                condition=Q(with_person__isnull=True, level="")
                | Q(with_person__isnull=False, level__in=[Level.SUMMARY, Level.FULL]),
            ),
            models.CheckConstraint(
                name="sharing_ended_by_somebody",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["record_id", "with_person"],
                name="one_open_sharing_with_a_person",
                condition=Q(ended_at__isnull=True, with_person__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Sharing of {self.reference}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and (self.expires_at is None or self.expires_at > timezone.now())


class ConflictQuerySet(models.QuerySet):
    def open_now(self):
        return self.filter(ended_at=None)


class Conflict(Sealed):
    """A conflict of interest: shuts one record, or everything about one child, to a person whatever role they hold.

    ACC-02. The reason is sealed with a key of the conflict's own.
    """

    class Kind(models.TextChoices):
        SUBJECT = "subject", "The record is about them"
        RELATIVE = "relative", "Related to the child or the family"
        DECLARED = "declared", "They told us of a conflict"
        OTHER = "other", "Another conflict"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    record_type = models.CharField(max_length=60, blank=True)
    record_id = models.UUIDField(null=True, blank=True)
    reference = models.CharField(max_length=16, blank=True)
    child = models.ForeignKey("people.Child", models.PROTECT, related_name="+", null=True, blank=True)
    kind = models.CharField(max_length=10, choices=Kind)
    reason = SealedTextField(max_length=5_000)
    set_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("people.User", models.PROTECT, related_name="+", null=True, blank=True)

    history = Versions()
    objects = ConflictQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-set_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="conflict_with_record_or_child",
                condition=Q(record_id__isnull=False, child__isnull=True) & ~Q(record_type="")
                | Q(record_id__isnull=True, child__isnull=False, record_type=""),
            ),
            models.CheckConstraint(
                name="conflict_ended_by_another",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_by=F("person"))),
            ),
            models.UniqueConstraint(
                fields=["person", "record_id"],
                name="one_open_conflict_with_record",
                condition=Q(ended_at__isnull=True, record_id__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["person", "child"],
                name="one_open_conflict_with_child",
                condition=Q(ended_at__isnull=True, child__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Conflict of interest {self.pk}"


class BreakGlass(Sealed):
    """A closed record opened for a stated reason, for an hour, announced at once and reviewed (ACC-03)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record_type = models.CharField(max_length=60)
    record_id = models.UUIDField()
    reference = models.CharField(max_length=16)
    person = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    reason = SealedTextField(max_length=5_000)
    opened_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    # Whom it was announced to, and who is to look at it. Never the person who opened.
    reviewer = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    review_due_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey("people.User", models.PROTECT, related_name="+", null=True, blank=True)

    class Finding(models.TextChoices):
        JUSTIFIED = "justified", "It was right to open it"
        NOT_JUSTIFIED = "not_justified", "It was not right to open it"

    finding = models.CharField(max_length=15, choices=Finding, blank=True)
    review_note = SealedTextField(max_length=5_000, blank=True)

    history = Versions()

    class Meta:
        default_permissions = ()
        ordering = ["-opened_at", "id"]
        indexes = [
            models.Index(fields=["person", "expires_at"], name="break_glass_open"),
            models.Index(
                fields=["review_due_at"], name="break_glass_to_review", condition=Q(reviewed_at__isnull=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="break_glass_half_a_day_at_most",
                condition=Q(expires_at__lte=F("opened_at") + datetime.timedelta(hours=12))
                & Q(expires_at__gt=F("opened_at")),
            ),
            models.CheckConstraint(name="break_glass_other_reviewer", condition=~Q(reviewer=F("person"))),
            models.CheckConstraint(
                name="break_glass_not_reviewed_by_opener",
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("person")),
            ),
            models.CheckConstraint(
                name="break_glass_review_complete",
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True, finding="")
                | (Q(reviewed_at__isnull=False, reviewed_by__isnull=False) & ~Q(finding="")),
            ),
        ]

    def __str__(self) -> str:
        return f"Break glass {self.reference}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.expires_at > timezone.now()
