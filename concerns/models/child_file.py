"""The child protection file: what stands at its head (CPF-01). The chronology is drawn from the records themselves."""

import uuid

from django.db import models
from django.utils import timezone
from guardian.models import UserObjectPermissionBase

from concerns.terms import LinkKind, PlanKind, VulnerabilityKind
from lps_safeguarding.people.versions import Versions
from lps_safeguarding.vault.fields import Sealed, SealedJSONField, SealedTextField


class ChildFile(Sealed):
    """One child's file. Made with the first concern, or by a DSL. Every opening is in the trail (CPF-06)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True, editable=False)
    child = models.OneToOneField("people.Child", models.PROTECT, related_name="+")
    service = models.ForeignKey("people.Service", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    has_meetings = models.BooleanField(default=False)  # whether the page has to ask for meetings at all
    # What a DSL marked as significant in the chronology: key of the entry → {"why", "by", "at"}. On the file itself, so
    # that showing it costs no query.
    significant = SealedJSONField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    history = Versions()

    class Meta:
        default_permissions = ()
        permissions = [("read_full", "Full access"), ("read_summary", "Summary")]

    def __str__(self):
        return self.reference


class PlanStatus(Sealed):
    """Early help, child in need, child protection, looked after: with dates, social worker, next meeting."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    child_file = models.ForeignKey(ChildFile, models.PROTECT, related_name="plans")
    kind = models.CharField(max_length=20, choices=PlanKind)
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)
    social_worker = SealedTextField(max_length=200, blank=True)
    social_worker_contact = SealedTextField(max_length=200, blank=True)
    next_meeting_at = models.DateTimeField(null=True, blank=True)
    note = SealedTextField(max_length=5_000, blank=True)
    version = models.PositiveIntegerField(default=1)

    history = Versions()

    class Meta:
        default_permissions = ()
        ordering = ["-from_date"]
        indexes = [models.Index(fields=["kind", "from_date"], name="plan_by_kind")]
        constraints = [
            models.CheckConstraint(
                name="plan_ends_after_start",
                condition=models.Q(until_date__isnull=True) | models.Q(until_date__gte=models.F("from_date")),
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} from {self.from_date}"


class Vulnerability(Sealed):
    """Something that makes the child more vulnerable, with its dates (CPF-01)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    child_file = models.ForeignKey(ChildFile, models.PROTECT, related_name="vulnerabilities")
    kind = models.CharField(max_length=25, choices=VulnerabilityKind)
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)
    note = SealedTextField(max_length=5_000, blank=True)
    version = models.PositiveIntegerField(default=1)

    history = Versions()

    class Meta:
        default_permissions = ()
        ordering = ["kind", "-from_date"]
        indexes = [models.Index(fields=["kind", "from_date"], name="vulnerability_by_kind")]

    def __str__(self):
        return self.get_kind_display()


class ContactPerson(Sealed):
    """A parent, carer or other person to reach, in the order in which to try (CPF-01)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    child_file = models.ForeignKey(ChildFile, models.PROTECT, related_name="contacts")
    position = models.PositiveSmallIntegerField(default=1)
    name = SealedTextField(max_length=200)
    relation = SealedTextField(max_length=100)
    telephone = SealedTextField(max_length=100, blank=True)
    has_parental_responsibility = models.BooleanField(default=False)
    do_not_contact = models.BooleanField(default=False)
    note = SealedTextField(max_length=2_000, blank=True)
    version = models.PositiveIntegerField(default=1)

    history = Versions()

    class Meta:
        default_permissions = ()
        ordering = ["position"]

    def __str__(self):
        return f"Contact {self.position}"


class LinkedChild(Sealed):
    """Another child of the school this one is linked with: siblings, same home, friends (CPF-01)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    child_file = models.ForeignKey(ChildFile, models.PROTECT, related_name="links")
    other = models.ForeignKey("people.Child", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=LinkKind)
    note = SealedTextField(max_length=2_000, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # taken away; the row stays
    version = models.PositiveIntegerField(default=1)

    history = Versions()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["child_file", "other"], name="linked_once", condition=models.Q(ended_at__isnull=True)
            )
        ]

    def __str__(self):
        return self.get_kind_display()


class ChildFileShare(UserObjectPermissionBase):
    """An express share of one child's file with one person (ACC-01): guardian's direct-key table."""

    content_object = models.ForeignKey(ChildFile, models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        default_permissions = ()
