"""What signing in needs: open sessions, failed sign-ins, links asked for, and requests that take two people."""

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from lps_safeguarding.people.models import Role, RoleHeld, Service, User


class SessionNote(models.Model):
    """An open session, so that a person can see theirs and end them. The session itself is Django's."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    device = models.CharField(max_length=120, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["-last_seen_at"]
        indexes = [models.Index(fields=["user", "-last_seen_at"], name="session_note_by_user")]

    def __str__(self) -> str:
        return self.device


class SignInTry(models.Model):
    """A failed or unfinished sign-in, for the throttle. Holds no address: only keyed hashes. Purged after a day."""

    account = models.BinaryField(max_length=32)
    network = models.BinaryField(max_length=32)
    device = models.CharField("known device it came from", max_length=32, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["account", "at"], name="sign_in_try_by_account"),
            models.Index(fields=["network", "at"], name="sign_in_try_by_network"),
            models.Index(fields=["at"], name="sign_in_try_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class LinkAsked(models.Model):
    """Somebody asked for a link to set a password. Written alike for known and unknown addresses; sent by a task."""

    email = models.EmailField(max_length=254)
    asked_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    first = models.BooleanField("for a new account", default=False)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["asked_at"], condition=Q(done_at=None), name="link_asked_waiting")]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}"


class RequestKind(models.TextChoices):
    RESET_PASSWORD = "reset_password", "A link to set a new password"
    REMOVE_FACTORS = "remove_factors", "Removal of a lost second factor"
    CHANGE_EMAIL = "change_email", "Another e-mail address to sign in with"
    GIVE_ROLE = "give_role", "A role that reads cases"


REQUEST_DAYS = 3
"""Days after which an unanswered request no longer counts."""


class TwoPersonQuerySet(models.QuerySet["TwoPersonRequest"]):
    def open(self, now: datetime.datetime | None = None) -> "TwoPersonQuerySet":
        """Requests that wait for the second person's answer."""
        since = (now or timezone.now()) - datetime.timedelta(days=REQUEST_DAYS)
        return self.filter(answered_at=None, asked_at__gte=since)


class TwoPersonRequest(models.Model):
    """Something an administrator may start and only a second person may let happen (ASVS 2.3.5, ROL-05)."""

    kind = models.CharField(max_length=20, choices=RequestKind)
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=30, choices=Role, blank=True)
    service = models.ForeignKey(Service, models.PROTECT, null=True, blank=True, related_name="+")
    from_date = models.DateField(null=True, blank=True)
    until_date = models.DateField(null=True, blank=True)
    email = models.EmailField("new e-mail address", blank=True)
    how_known = models.CharField("how you know that it is this person who asks", max_length=200, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    granted = models.BooleanField(null=True, blank=True)

    objects = TwoPersonQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="two_person_two_people",
                condition=Q(answered_by=None) | (~Q(answered_by=F("asked_by")) & ~Q(answered_by=F("person"))),
                violation_error_message="A second person has to answer this.",
            ),
            models.CheckConstraint(
                name="two_person_not_for_oneself",
                condition=~Q(asked_by=F("person")),
                violation_error_message="Nobody asks this for themselves. Ask another administrator.",
            ),
            models.CheckConstraint(
                name="two_person_answer_complete",
                condition=Q(answered_by=None, answered_at=None, granted=None)
                | Q(answered_by__isnull=False, answered_at__isnull=False, granted__isnull=False),
            ),
            models.CheckConstraint(
                name="two_person_role_for_roles",
                condition=Q(kind=RequestKind.GIVE_ROLE) & ~Q(role="")
                | ~Q(kind=RequestKind.GIVE_ROLE) & Q(role="", service=None),
            ),
            models.CheckConstraint(
                name="two_person_email_for_email",
                condition=Q(kind=RequestKind.CHANGE_EMAIL) & ~Q(email="")
                | ~Q(kind=RequestKind.CHANGE_EMAIL) & Q(email=""),
            ),
            models.UniqueConstraint(
                fields=["kind", "person", "role", "service"],
                condition=Q(answered_at=None),
                nulls_distinct=False,
                name="two_person_asked_once",
                violation_error_message="This has been asked already and waits for an answer.",
            ),
        ]

    def __str__(self) -> str:
        if self.kind == RequestKind.GIVE_ROLE:
            return str(RoleHeld(role=self.role, service=self.service))
        return self.get_kind_display()
