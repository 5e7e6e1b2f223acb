"""Contexts outside the home: places, groups of peers, online spaces, routes, as things of their own (CON-16, SP 16)."""

import uuid

from django.db import models
from django.utils import timezone

from concerns.models.concern import Concern
from concerns.states import FollowUpState
from concerns.terms import ContextKind, NoteAbout
from lps_safeguarding.people.versions import Versions
from lps_safeguarding.vault.fields import Sealed, SealedTextField


class ContextQuerySet(models.QuerySet):
    def standing(self):
        """Those that were not joined with another one."""
        return self.filter(merged_into__isnull=True)

    def with_those_joined(self, context):
        """This one and all that were joined with it."""
        return self.filter(models.Q(pk=context.pk) | models.Q(merged_into=context))


class Context(Sealed):
    """A place, a group, an online space or a route. It belongs to no child: the whole safeguarding team knows it.

    What is known of children stands in their concerns, which a reader sees as far as they may open them. When two are
    joined, the one stays and points at the other (`merged_into`); nothing of either is lost, and it can be undone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=ContextKind)
    name = SealedTextField(max_length=200)
    description = SealedTextField(max_length=10_000, blank=True)
    made_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    merged_into = models.ForeignKey("self", models.PROTECT, related_name="+", null=True, blank=True)
    merged_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    history = Versions()
    objects = ContextQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="context_not_joined_with_itself",
                condition=models.Q(merged_into__isnull=True) | ~models.Q(merged_into=models.F("id")),
            )
        ]

    def __str__(self):
        return self.reference


class ConcernContext(models.Model):
    """A concern in which a context plays a part. A part of the concern: seen by who reads that in full."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    concern = models.ForeignKey(Concern, models.PROTECT, related_name="contexts")
    context = models.ForeignKey(Context, models.PROTECT, related_name="+")
    linked_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)  # taken away; the row stays

    history = Versions()

    class Meta:
        default_permissions = ()
        ordering = ["since"]
        constraints = [
            models.UniqueConstraint(
                fields=["concern", "context"],
                name="context_once_in_concern",
                condition=models.Q(ended_at__isnull=True),
            )
        ]

    def __str__(self):
        return f"A context of {self.concern_id}"


class ContextNote(Sealed):
    """What is happening in a context, or what was done about it (CON-16). Never changed: the next one is added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    context = models.ForeignKey(Context, models.PROTECT, related_name="notes")
    about = models.CharField(max_length=10, choices=NoteAbout)
    text = SealedTextField(max_length=50_000)
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    submission_key = models.UUIDField(unique=True, editable=False, default=uuid.uuid4)

    history = Versions()

    class Meta:
        default_permissions = ()
        ordering = ["-written_at"]

    def __str__(self):
        return f"Note on {self.context_id}"


class ContextFollowUp(Sealed):
    """Something to be done about a context, by somebody on the safeguarding team (CON-16)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    context = models.ForeignKey(Context, models.PROTECT, related_name="follow_ups")
    what = SealedTextField(max_length=5_000)
    owner = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    due_on = models.DateField()
    set_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=FollowUpState, default=FollowUpState.OPEN)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("people.User", models.PROTECT, related_name="+", null=True, blank=True)
    overdue_alerted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    history = Versions()

    class Meta:
        default_permissions = ()
        ordering = ["due_on", "set_at"]
        indexes = [models.Index(fields=["due_on"], name="context_to_do", condition=models.Q(state=FollowUpState.OPEN))]

    def __str__(self):
        return f"Follow-up of {self.context_id}"
