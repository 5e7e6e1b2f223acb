"""What a concern holds beyond the two forms: a missing or absent child (CON-19), a notice from the police (CON-20).

The account itself (what, where, when, the child's words, why it worries) stands in the concern and is frozen with it.
"""

import uuid

from django.db import models
from django.utils import timezone

from concerns.models.concern import Concern
from concerns.models.decision import FollowUp
from concerns.terms import (
    ChildThere,
    ContactMethod,
    Conversation,
    FoundWhere,
    MissingHow,
    NoticeOf,
    SearchStep,
    WelfareTold,
)
from lps_safeguarding.people.versions import Versions
from lps_safeguarding.vault.fields import Sealed, SealedTextField


class MissingChild(Sealed):
    """How a child is missing or absent, the last contact, and whether the Education Welfare Service was told (CON-19).

    Frozen with the account. Since when is the concern's `observed_at`; where last seen is its `place`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    concern = models.OneToOneField(Concern, models.PROTECT, related_name="missing_child")
    how = models.CharField(max_length=15, choices=MissingHow)
    last_contact_with = SealedTextField(max_length=500, blank=True)
    last_contact_at = models.DateTimeField(null=True, blank=True)
    welfare_told = models.CharField(max_length=10, choices=WelfareTold)
    welfare_told_at = models.DateTimeField(null=True, blank=True)
    welfare_told_by = SealedTextField(max_length=200, blank=True)

    history = Versions()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="welfare_told_when",
                condition=~models.Q(welfare_told=WelfareTold.YES) | models.Q(welfare_told_at__isnull=False),
                violation_error_message="Say when the Education Welfare Service was told.",
            )
        ]

    def __str__(self):
        return f"Missing child of {self.concern_id}"


class EncompassNotice(Sealed):
    """What the police sent beside the account (CON-20). Frozen with it.

    The circumstances, the voice of the child, place and time of the incident stand in the concern.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    concern = models.OneToOneField(Concern, models.PROTECT, related_name="encompass_notice")
    of = models.CharField(max_length=20, choices=NoticeOf)
    police_reference = SealedTextField(max_length=100)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=15, choices=ContactMethod)
    child_there = models.CharField(max_length=15, choices=ChildThere)
    child_where = SealedTextField(max_length=1_000, blank=True)
    actions_asked = SealedTextField(max_length=20_000, blank=True)

    history = Versions()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"Notice of {self.concern_id}"


class StepTaken(Sealed):
    """One thing that was done to find the child, by whom recorded (CON-19). Never changed: the next one is added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    concern = models.ForeignKey(Concern, models.PROTECT, related_name="steps_taken")
    step = models.CharField(max_length=20, choices=SearchStep)
    at = models.DateTimeField()
    what_came_of_it = SealedTextField(max_length=10_000, blank=True)
    their_reference = SealedTextField(max_length=100, blank=True)
    recorded_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    submission_key = models.UUIDField(unique=True, editable=False, default=uuid.uuid4)

    history = Versions()

    class Meta:
        default_permissions = ()
        ordering = ["at", "recorded_at"]

    def __str__(self):
        return f"Step taken for {self.concern_id}"


class ChildFound(Sealed):
    """The child is found or back (CON-19): when, where, who told us; then the conversation about it.

    What was recorded about the finding stays; the conversation is filled in as it goes on, with its versions.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    concern = models.OneToOneField(Concern, models.PROTECT, related_name="child_found")
    found_at = models.DateTimeField()
    where = models.CharField(max_length=15, choices=FoundWhere)
    told_by = SealedTextField(max_length=200)
    how_found = SealedTextField(max_length=20_000, blank=True)
    recorded_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    conversation = models.CharField(max_length=15, choices=Conversation, default=Conversation.NOT_OFFERED)
    conversation_at = models.DateTimeField(null=True, blank=True)
    conversation_with = SealedTextField(max_length=200, blank=True)
    what_child_said = SealedTextField(max_length=100_000, blank=True)
    # What reminds a DSL of the conversation until it is held or refused.
    follow_up = models.ForeignKey(FollowUp, models.PROTECT, related_name="+", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    history = Versions()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="conversation_held_when",
                condition=~models.Q(conversation=Conversation.DONE) | models.Q(conversation_at__isnull=False),
                violation_error_message="Say when the conversation was held.",
            )
        ]

    def __str__(self):
        return f"Found: {self.concern_id}"

    @property
    def conversation_is_open(self) -> bool:
        """It still has to be offered or held."""
        return self.conversation in (Conversation.NOT_OFFERED, Conversation.OFFERED)
