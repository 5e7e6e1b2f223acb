"""What some kinds of concern ask for beyond a decision: the teacher's report of FGM, private fostering, harm to staff;
and which kinds are local priorities."""

import uuid

from django.db import models
from django.utils import timezone

from concerns.duty_terms import HowReported, Known, WhyNoReport
from concerns.models.concern import Concern
from concerns.models.decision import FollowUp
from concerns.states import FgmState
from concerns.terms import Kind
from lps_safeguarding.people.versions import Versions
from lps_safeguarding.vault.fields import Sealed, SealedTextField


class FgmReportQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=FgmState.OPEN)


class FgmReport(Sealed):
    """The duty of the teacher who noticed FGM to report it to the police (DEC-05): theirs alone, and with a clock."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    concern = models.OneToOneField(Concern, models.PROTECT, related_name="fgm_report")
    teacher = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    known_at = models.DateTimeField(default=timezone.now)  # when the duty began: the clock runs from here
    due_at = models.DateTimeField()
    state = models.CharField(max_length=15, choices=FgmState, default=FgmState.OPEN)
    police_reference = SealedTextField(max_length=100, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    how = models.CharField(max_length=10, choices=HowReported, blank=True)
    why_not = models.CharField(max_length=20, choices=WhyNoReport, blank=True)
    why_not_detail = SealedTextField(max_length=5_000, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("people.User", models.PROTECT, related_name="+", null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)  # the teacher, on the day it is due
    overdue_alerted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    history = Versions()
    objects = FgmReportQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["due_at"], name="fgm_report_open", condition=models.Q(state=FgmState.OPEN))]
        constraints = [
            models.CheckConstraint(
                name="fgm_report_settled_in_full",
                condition=models.Q(state=FgmState.OPEN, settled_at__isnull=True)
                | models.Q(
                    models.Q(state=FgmState.REPORTED, reported_at__isnull=False) & ~models.Q(how=""),
                    settled_at__isnull=False,
                    settled_by__isnull=False,
                )
                | models.Q(
                    models.Q(state=FgmState.NOT_APPLYING) & ~models.Q(why_not=""),
                    settled_at__isnull=False,
                    settled_by__isnull=False,
                ),
            )
        ]

    def __str__(self):
        return f"FGM report of {self.concern_id}"


class CareArrangement(Sealed):
    """Who looks after the child, and whether that is private fostering (DEC-08)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    concern = models.OneToOneField(Concern, models.PROTECT, related_name="care_arrangement")
    carer = SealedTextField(max_length=500)
    close_relative = models.CharField(max_length=10, choices=Known)
    since = models.DateField(null=True, blank=True)
    long_stay = models.CharField(max_length=10, choices=Known)  # 28 days or more, so far or expected
    disabled = models.CharField(max_length=10, choices=Known, default=Known.NOT_KNOWN)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    notice = models.ForeignKey(FollowUp, models.PROTECT, related_name="+", null=True, blank=True)
    why_no_notice = SealedTextField(max_length=5_000, blank=True)
    version = models.PositiveIntegerField(default=1)

    history = Versions()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"Care arrangement of {self.concern_id}"


class StaffHarm(Sealed):
    """A member of staff was hurt or shaken in what happened: said with one press, taken up by a DSL (CON-13)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    concern = models.ForeignKey(Concern, models.PROTECT, related_name="staff_harms")
    who = SealedTextField(max_length=200)
    hurt = models.BooleanField(default=False)  # an injury, besides the shock
    said_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)
    support = SealedTextField(max_length=5_000, blank=True)
    supported_at = models.DateTimeField(null=True, blank=True)
    supported_by = models.ForeignKey("people.User", models.PROTECT, related_name="+", null=True, blank=True)
    submission_key = models.UUIDField(unique=True, editable=False, default=uuid.uuid4)
    version = models.PositiveIntegerField(default=1)

    history = Versions()

    class Meta:
        default_permissions = ()
        ordering = ["said_at"]

    def __str__(self):
        return f"Harm to staff, {self.concern_id}"


class LocalPriority(models.Model):
    """A kind of concern that is a priority here, from a day until it is ended (CON-15). No case content."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=30, choices=Kind)
    since = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    set_by = models.ForeignKey("people.User", models.PROTECT, related_name="+", null=True)

    history = Versions()

    class Meta:
        default_permissions = ()
        ordering = ["since"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], name="priority_once_a_kind", condition=models.Q(ended_on__isnull=True)
            )
        ]

    def __str__(self):
        return self.get_kind_display()
