"""What the DSL decided and why, whom it was referred to, what is to be done, and the word to the reporter."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from concerns.models.concern import Concern
from concerns.states import FollowUpState, ReferralState
from concerns.terms import (
    REFERRAL_OPTIONS,
    ContactMethod,
    HarmSeen,
    Option,
    Outcome,
    ParentsInformed,
    ReasonNotToInform,
    SharingGround,
    Urgency,
)
from lps_safeguarding.people.versions import Versions
from lps_safeguarding.vault.fields import Sealed, SealedTextField


class Decision(Sealed):
    """One decision: what, why, who took part, when (DEC-02). Not to refer is recorded the same way."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    concern = models.ForeignKey(Concern, models.PROTECT, related_name="decisions")
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)
    harm_seen = models.CharField(max_length=20, choices=HarmSeen)
    options = ArrayField(models.CharField(max_length=30, choices=Option))
    rationale = SealedTextField(max_length=50_000)
    took_part = SealedTextField(max_length=5_000, blank=True)
    # DEC-04: a referral was proposed and is not made.
    not_referred_reason = SealedTextField(max_length=20_000, blank=True)
    # CON-10
    childs_wishes = SealedTextField(max_length=20_000, blank=True)
    wishes_missing_reason = SealedTextField(max_length=5_000, blank=True)
    # DEC-09
    parents_informed = models.CharField(max_length=10, choices=ParentsInformed)
    parents_informed_at = models.DateTimeField(null=True, blank=True)
    parents_informed_by = SealedTextField(max_length=200, blank=True)
    parents_what_was_said = SealedTextField(max_length=20_000, blank=True)
    parents_reason = models.CharField(max_length=25, choices=ReasonNotToInform, blank=True)
    parents_reason_detail = SealedTextField(max_length=5_000, blank=True)
    # DEC-06: the family is told although that is a danger in this kind of concern.
    told_despite_risk = SealedTextField(max_length=5_000, blank=True, null=True)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)  # of the decision that closes (DEC-14)
    review_on = models.DateField(null=True, blank=True)
    submission_key = models.UUIDField(unique=True, editable=False, default=uuid.uuid4)

    history = Versions()

    class Meta:
        default_permissions = ()
        ordering = ["decided_at"]
        indexes = [
            models.Index(fields=["review_on"], name="decision_review", condition=models.Q(review_on__isnull=False))
        ]

    def __str__(self):
        return f"Decision on {self.concern_id}"

    @property
    def option_labels(self) -> list[str]:
        return [Option(option).label for option in self.options]


class ReferralQuerySet(models.QuerySet):
    def unanswered(self):
        return self.filter(state=ReferralState.MADE)

    def overdue(self, now):
        """Made, not acknowledged, and the time for an answer is over (DEC-10)."""
        return self.unanswered().filter(answer_due_at__lt=now)


class Referral(Sealed):
    """A referral to another body and what came of it (DEC-10)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True, editable=False)
    concern = models.ForeignKey(Concern, models.PROTECT, related_name="referrals")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="referrals", null=True)
    agency = models.CharField(max_length=30, choices=[(o.value, o.label) for o in REFERRAL_OPTIONS])
    made_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    person_spoken_to = SealedTextField(max_length=200, blank=True)
    method = models.CharField(max_length=15, choices=ContactMethod)
    urgency = models.CharField(max_length=10, choices=Urgency)
    what_was_shared = SealedTextField(max_length=50_000)
    ground = models.CharField(max_length=20, choices=SharingGround)
    ground_detail = SealedTextField(max_length=5_000, blank=True)
    their_reference = SealedTextField(max_length=100, blank=True)
    confirmed_in_writing_on = models.DateField(null=True, blank=True)
    answer_due_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=15, choices=ReferralState, default=ReferralState.MADE)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    answer = SealedTextField(max_length=20_000, blank=True)
    outcome_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    escalation = SealedTextField(max_length=20_000, blank=True)
    chased_at = models.DateTimeField(null=True, blank=True)  # asked again, without an answer so far
    chasing = SealedTextField(max_length=20_000, blank=True, null=True)
    overdue_alerted_at = models.DateTimeField(null=True, blank=True)
    next_review_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    history = Versions()
    objects = ReferralQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["made_at"]
        indexes = [
            models.Index(
                fields=["answer_due_at"], name="referral_unanswered", condition=models.Q(state=ReferralState.MADE)
            )
        ]

    def __str__(self):
        return self.reference


class FollowUpQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=FollowUpState.OPEN)

    def overdue(self, today):
        return self.open().filter(due_on__lt=today)

    def in_queue(self, today):
        """Overdue, and the meetings of today: they wait for a DSL from the morning (DEC-01)."""
        return self.open().filter(due_on__lte=today).exclude(due_on=today, to_attend=False)


class FollowUp(Sealed):
    """Something to be done, by whom and by when (DEC-13). The owner sees this, not what it comes from.

    It comes from a concern, or from a meeting: then it is part of the child's file. `to_attend`: the meeting itself is
    what is to be done: go there, and write down what was decided.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True, editable=False)
    concern = models.ForeignKey(Concern, models.PROTECT, related_name="follow_ups", null=True, blank=True)
    meeting = models.ForeignKey(
        "concerns.Meeting", models.PROTECT, related_name="follow_ups", null=True, blank=True, editable=False
    )
    child_file = models.ForeignKey(
        "concerns.ChildFile", models.PROTECT, related_name="follow_ups", null=True, blank=True, editable=False
    )
    to_attend = models.BooleanField(default=False, editable=False)
    owner = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    set_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    what = SealedTextField(max_length=10_000)
    state = models.CharField(max_length=10, choices=FollowUpState, default=FollowUpState.OPEN)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("people.User", models.PROTECT, related_name="+", null=True, blank=True)
    note = SealedTextField(max_length=10_000, blank=True)
    overdue_alerted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    history = Versions()
    objects = FollowUpQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["due_on", "set_at"]
        indexes = [
            models.Index(
                fields=["owner", "due_on"], name="follow_up_open", condition=models.Q(state=FollowUpState.OPEN)
            ),
            models.Index(fields=["due_on"], name="follow_up_due", condition=models.Q(state=FollowUpState.OPEN)),
        ]
        constraints = [
            models.CheckConstraint(
                name="follow_up_of_concern_or_meeting",
                condition=models.Q(concern__isnull=False, meeting__isnull=True, child_file__isnull=True)
                | models.Q(concern__isnull=True, meeting__isnull=False, child_file__isnull=False),
            ),
            models.CheckConstraint(
                name="follow_up_attends_a_meeting",
                condition=models.Q(to_attend=False) | models.Q(meeting__isnull=False),
            ),
        ]

    def __str__(self):
        return self.reference


class Feedback(Sealed):
    """What a DSL chose to tell the reporter (CON-12)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    concern = models.ForeignKey(Concern, models.PROTECT, related_name="feedback")
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    text = SealedTextField(max_length=10_000)
    submission_key = models.UUIDField(unique=True, editable=False, default=uuid.uuid4)

    history = Versions()

    class Meta:
        default_permissions = ()
        ordering = ["sent_at"]

    def __str__(self):
        return f"Word to the reporter of {self.concern_id}"
