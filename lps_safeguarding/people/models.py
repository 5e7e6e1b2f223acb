"""Who is here: adults, accounts and roles, services and who is on duty, children's identity, the school's calendar.

No case content lives in this app. Every change goes through `people.operations`; every model keeps its versions.
Services, adults, children and people are hidden from the apps above: their foreign keys carry `related_name="+"`.
"""

import datetime
import uuid
from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from .versions import Versions


class ServiceQuerySet(models.QuerySet["Service"]):
    def in_order(self) -> "ServiceQuerySet":
        return self.order_by("order", "name")


class Service(models.Model):
    """A part of the school with its own DSLs (ROL-02): KS3, KS4, APST."""

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=30, unique=True)
    order = models.PositiveSmallIntegerField(default=0)
    room = models.CharField("where its DSLs are found", max_length=80, blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    history = Versions()

    objects = ServiceQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class Engagement(models.TextChoices):
    """On what footing an adult works or helps here."""

    EMPLOYEE = "employee", "Employee"
    SUPPLY = "supply", "Supply staff"
    AGENCY = "agency", "Agency worker"
    CONTRACTOR = "contractor", "Contractor"
    TRAINEE = "trainee", "Trainee"
    VOLUNTEER = "volunteer", "Volunteer"
    COMMITTEE_MEMBER = "committee_member", "Member of the management committee"
    VISITING_PROFESSIONAL = "visiting_professional", "Visiting professional"
    INSPECTOR = "inspector", "Inspector"


class AdultQuerySet(models.QuerySet["Adult"]):
    def here_on(self, day: datetime.date) -> "AdultQuerySet":
        """Adults whose last day is not before `day` (a person is here on their last day)."""
        return self.filter(Q(leaves_on=None) | Q(leaves_on__gte=day))


class Adult(models.Model):
    """Anyone who works or helps here, with or without an account."""

    title = models.CharField(max_length=20, blank=True)
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    job_title = models.CharField(max_length=120, blank=True)
    email = models.EmailField("work e-mail address", blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    engagement = models.CharField("works here as", max_length=30, choices=Engagement, default=Engagement.EMPLOYEE)
    started_on = models.DateField("first day", null=True, blank=True)
    leaves_on = models.DateField("last day", null=True, blank=True)
    history = Versions()

    objects = AdultQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["last_name", "first_name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="adult_leaves_after_start",
                condition=Q(leaves_on=None) | Q(started_on=None) | Q(leaves_on__gte=F("started_on")),
                violation_error_message="The last day is before the first day. Check both dates.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """As shown on pages: "Ms A. Okafor"; without a title, "Ada Okafor"."""
        if self.title:
            return f"{self.title} {self.first_name[:1]}. {self.last_name}"
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def has_left(self, on: datetime.date) -> bool:
        """The day after the last day is the first day on which a person has left (ACC-06)."""
        return self.leaves_on is not None and on > self.leaves_on


class Role(models.TextChoices):
    """What a person may be here (ROL-01). One person may hold several."""

    STAFF = "staff", "Staff member"
    SERVICE_DSL = "service_dsl", "Service DSL (deputy)"
    LEAD_DSL = "lead_dsl", "Lead DSL"
    HEADTEACHER = "headteacher", "Headteacher"
    ACTING_SENIOR_TEACHER = "acting_senior_teacher", "Senior teacher acting for the headteacher"
    CHAIR = "chair", "Chair of the management committee"
    VICE_CHAIR = "vice_chair", "Vice chair of the management committee"
    COMMITTEE_MEMBER = "committee_member", "Member of the management committee"
    LEAD_COMMITTEE_MEMBER = "lead_committee_member", "Lead committee member for safeguarding"
    BUSINESS_MANAGER = "business_manager", "Business manager"
    ATTENDANCE_OFFICER = "attendance_officer", "Attendance officer"
    ENCOMPASS_KEY_ADULT = "encompass_key_adult", "Operation Encompass key adult"
    ADMINISTRATOR = "administrator", "System administrator"
    INSPECTOR = "inspector", "Visiting inspector"


ROLES_WITHOUT_CASE_ACCESS = frozenset({Role.STAFF, Role.COMMITTEE_MEMBER})
"""Roles that alone do not oblige anyone to a second factor (ACC-06)."""

ROLES_THAT_READ_CASES = frozenset(
    {
        Role.SERVICE_DSL,
        Role.LEAD_DSL,
        Role.HEADTEACHER,
        Role.ACTING_SENIOR_TEACHER,
        Role.CHAIR,
        Role.VICE_CHAIR,
        Role.INSPECTOR,
    }
)
"""Roles that may open case content of other people's writing; never together with the administrator's (ROL-05)."""


class UserQuerySet(models.QuerySet["User"]):
    def able_to_sign_in(self, day: datetime.date | None = None) -> "UserQuerySet":
        """Active accounts of people who have not left by `day` (today unless given)."""
        day = day or timezone.localdate()
        return self.filter(Q(adult__leaves_on=None) | Q(adult__leaves_on__gte=day), is_active=True)

    def holding(self, *roles: Role, day: datetime.date | None = None, service: "Service | int | None" = None):
        """People who hold one of these roles on `day` (today unless given) and can sign in."""
        day = day or timezone.localdate()
        held = RoleHeld.objects.on(day).filter(role__in=roles, user=models.OuterRef("pk"))
        if service is not None:
            held = held.filter(service=service)
        return self.able_to_sign_in(day).filter(models.Exists(held))


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def able_to_sign_in(self, day: datetime.date | None = None) -> UserQuerySet:
        return self.get_queryset().able_to_sign_in(day)

    def holding(self, *roles: Role, day: datetime.date | None = None, service: "Service | int | None" = None):
        return self.get_queryset().holding(*roles, day=day, service=service)


class User(AbstractBaseUser):
    """An account: the e-mail address is the login. What a person may do comes from the roles held, from nothing else."""

    last_login = None  # sign-ins are in the trail and the list of sessions, not on the account
    email = models.EmailField("e-mail address", max_length=254, unique=True)
    adult = models.OneToOneField(Adult, models.PROTECT, related_name="account")
    is_active = models.BooleanField("may sign in", default=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    history = Versions(excluded_fields=["password"])

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        default_permissions = ()
        ordering = ["adult__last_name", "adult__first_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message="Another account has this e-mail address already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.adult.full_name

    def get_short_name(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Display name: "Ms A. Okafor"."""
        return self.adult.name

    @property
    def is_superuser(self) -> bool:
        """Nobody is. Libraries ask; the answer opens nothing (ROL-05)."""
        return False

    @property
    def is_staff(self) -> bool:
        """Nobody is: there is no Django admin for people's work here."""
        return False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Never: rights come from roles and grounds (`need_to_know`), not from Django's permissions."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False

    def can_sign_in(self, on: datetime.date | None = None) -> bool:
        """The account is open and its person has not left (a person is here on their last day, ACC-06)."""
        return self.is_active and not self.adult.has_left(on or timezone.localdate())

    @cached_property
    def _held_now(self) -> tuple["RoleHeld", ...]:
        return tuple(RoleHeld.objects.on(timezone.localdate()).filter(user=self))

    @cached_property
    def _every_service(self) -> frozenset[int]:
        return frozenset(Service.objects.values_list("pk", flat=True))

    def forget_roles(self) -> None:
        """Read the roles again at the next question; for long-lived objects (tests, tasks)."""
        self.__dict__.pop("_held_now", None)
        self.__dict__.pop("_every_service", None)

    def roles_are(self, held: "list[RoleHeld]") -> None:
        """The roles current today, all of them, where they were read together with those of others."""
        self.__dict__["_held_now"] = tuple(held)

    def roles_held_now(self) -> tuple["RoleHeld", ...]:
        """The roles current today, read once for each user object."""
        return self._held_now

    def has_role(self, role: Role, service: "Service | int | None" = None) -> bool:
        """Whether the person holds `role` today; with `service`, for that service.

        A lead DSL is not a service DSL by this question; ask `services_as_dsl` for who covers what.
        """
        service_id = service.pk if isinstance(service, Service) else service
        return any(held.role == role and service_id in (None, held.service_id) for held in self._held_now)

    def is_dsl(self) -> bool:
        """Lead DSL or DSL of any service today."""
        return self.has_role(Role.LEAD_DSL) or self.has_role(Role.SERVICE_DSL)

    def services_as_dsl(self) -> frozenset[int]:
        """Ids of the services this person is a DSL of today; the lead DSL covers all (ROL-02)."""
        if self.has_role(Role.LEAD_DSL):
            return self._every_service
        return frozenset(
            held.service_id for held in self._held_now if held.role == Role.SERVICE_DSL and held.service_id is not None
        )

    def must_have_second_factor(self) -> bool:
        """By role: everyone but plain staff and committee members (ACC-06). Shares add to this in `accounts`."""
        return any(held.role not in ROLES_WITHOUT_CASE_ACCESS for held in self._held_now)


class RoleHeldQuerySet(models.QuerySet["RoleHeld"]):
    def on(self, day: datetime.date) -> "RoleHeldQuerySet":
        """Roles held on `day`, both ends included."""
        return self.filter(Q(until_date=None) | Q(until_date__gte=day), from_date__lte=day)


class RoleHeld(models.Model):
    """A role of a person from a day until a day, both included."""

    user = models.ForeignKey(User, models.PROTECT, related_name="roles_held")
    role = models.CharField(max_length=30, choices=Role)
    service = models.ForeignKey(Service, models.PROTECT, null=True, blank=True, related_name="roles_held")
    from_date = models.DateField("from")
    until_date = models.DateField("until (last day)", null=True, blank=True)
    history = Versions()

    objects = RoleHeldQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["role", "service__order", "from_date", "pk"]
        indexes = [models.Index(fields=["role", "from_date"], name="role_held_by_role")]
        constraints = [
            models.CheckConstraint(
                name="role_service_for_dsl_only",
                condition=Q(role=Role.SERVICE_DSL, service__isnull=False)
                | (~Q(role=Role.SERVICE_DSL) & Q(service__isnull=True)),
                violation_error_message="Choose a service for a service DSL, and none for any other role.",
            ),
            models.CheckConstraint(
                name="role_until_after_from",
                condition=Q(until_date=None) | Q(until_date__gte=F("from_date")),
                violation_error_message="The last day of the role is before its first day. Check both dates.",
            ),
            models.CheckConstraint(
                name="role_inspector_time_boxed",
                condition=~Q(role=Role.INSPECTOR) | Q(until_date__isnull=False),
                violation_error_message="Say on which day the inspector's visit ends.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.service}" if self.service_id else self.get_role_display()


class DutyKind(models.TextChoices):
    SCHOOL_DAY = "school_day", "School day"
    OUT_OF_HOURS = "out_of_hours", "Out of hours or holiday"
    TRIP = "trip", "Trip or visit"


class OnDutyQuerySet(models.QuerySet["OnDuty"]):
    def at(self, moment: datetime.datetime) -> "OnDutyQuerySet":
        """Duties running at `moment` (the end itself is not included)."""
        return self.filter(starts_at__lte=moment, ends_at__gt=moment)

    def overlapping(self, start: datetime.datetime, end: datetime.datetime) -> "OnDutyQuerySet":
        return self.filter(starts_at__lt=end, ends_at__gt=start)


class OnDuty(models.Model):
    """A DSL is available from a moment to a moment (ROL-03). A trip's DSL covers the trip, not the service's alerts."""

    service = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, related_name="on_duty", help_text="None: the whole school."
    )
    user = models.ForeignKey(User, models.PROTECT, related_name="on_duty", verbose_name="DSL")
    starts_at = models.DateTimeField("from")
    ends_at = models.DateTimeField("until")
    kind = models.CharField(max_length=20, choices=DutyKind, default=DutyKind.SCHOOL_DAY)
    where = models.CharField("where to find them", max_length=120, blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    history = Versions()

    objects = OnDutyQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["starts_at", "service__order", "pk"]
        indexes = [models.Index(fields=["ends_at", "starts_at"], name="on_duty_by_time")]
        constraints = [
            models.CheckConstraint(
                name="on_duty_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="The duty ends before it begins. Check both times.",
            ),
            models.CheckConstraint(
                name="on_duty_not_too_long",
                condition=Q(ends_at__lte=F("starts_at") + datetime.timedelta(days=21))
                & (~Q(kind=DutyKind.SCHOOL_DAY) | Q(ends_at__lte=F("starts_at") + datetime.timedelta(hours=14))),
                violation_error_message=(
                    "A school-day duty lasts 14 hours at most, any other three weeks at most. Add one duty for each day."
                ),
            ),
            models.CheckConstraint(
                name="on_duty_school_day_service",
                condition=~Q(kind=DutyKind.SCHOOL_DAY) | Q(service__isnull=False),
                violation_error_message="Choose the service this school-day duty is for.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.user_id}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def at(self, moment: datetime.datetime) -> "AbsenceQuerySet":
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=moment), starts_at__lte=moment)


class Absence(models.Model):
    """A person with a role is away, so that somebody else covers: lead DSL, acting headteacher, vice chair."""

    user = models.ForeignKey(User, models.PROTECT, related_name="absences")
    starts_at = models.DateTimeField("away from")
    ends_at = models.DateTimeField("away until", null=True, blank=True)
    history = Versions()

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="absence_ends_after_start",
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                violation_error_message="The absence ends before it begins. Check both times.",
            ),
        ]

    def __str__(self) -> str:
        return f"Away: {self.user_id}"


class Sex(models.TextChoices):
    FEMALE = "female", "Female"
    MALE = "male", "Male"
    NOT_RECORDED = "not_recorded", "Not recorded"


class ChildQuerySet(models.QuerySet["Child"]):
    def on_roll(self, day: datetime.date) -> "ChildQuerySet":
        return self.filter(Q(left_on=None) | Q(left_on__gte=day), Q(joined_on=None) | Q(joined_on__lte=day))


class Child(models.Model):
    """Who a child is: no case content, no photograph. The key is random, so that addresses tell nothing.

    A reporter who cannot find the child types the name: such a child has `identity_to_confirm`, and day of birth and
    year may be missing until the office says who it is.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    known_as = models.CharField("known as", max_length=80, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=20, choices=Sex, default=Sex.NOT_RECORDED)
    upn = models.CharField("unique pupil number", max_length=13, null=True, blank=True, unique=True)
    year_group = models.PositiveSmallIntegerField(null=True, blank=True)
    service = models.ForeignKey(Service, models.PROTECT, related_name="children")
    identity_to_confirm = models.BooleanField("named by a reporter, not found on the list", default=False)
    joined_on = models.DateField("joined", null=True, blank=True)
    left_on = models.DateField("left (last day)", null=True, blank=True)
    history = Versions()

    objects = ChildQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["last_name", "first_name", "pk"]
        indexes = [
            models.Index(Lower("last_name"), Lower("first_name"), name="child_by_name"),
            models.Index(Lower("first_name"), name="child_by_first_name"),
            models.Index(Lower("known_as"), name="child_by_known_as"),
        ]
        constraints = [
            models.CheckConstraint(
                name="child_year_group_1_to_14",
                condition=Q(year_group__gte=1, year_group__lte=14) | Q(year_group=None),
                violation_error_message="The year group is a number from 1 to 14.",
            ),
            models.CheckConstraint(
                name="child_known_or_to_confirm",
                condition=Q(identity_to_confirm=True) | Q(date_of_birth__isnull=False, year_group__isnull=False),
                violation_error_message="Enter the date of birth and the year group.",
            ),
            models.CheckConstraint(
                name="child_left_after_joined",
                condition=Q(left_on=None) | Q(joined_on=None) | Q(left_on__gte=F("joined_on")),
                violation_error_message="The last day is before the day the child joined. Check both dates.",
            ),
            models.CheckConstraint(
                name="child_upn_not_empty",
                condition=Q(upn=None) | ~Q(upn=""),
                violation_error_message="Leave the unique pupil number out if it is not known.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """As shown on pages: the name the child goes by and the family name."""
        return f"{self.known_as or self.first_name} {self.last_name}"

    @property
    def full_name(self) -> str:
        """With the registered first name where the child goes by another: "Jonathan (known as Jono) Reed"."""
        if self.known_as and self.known_as != self.first_name:
            return f"{self.first_name} (known as {self.known_as}) {self.last_name}"
        return f"{self.first_name} {self.last_name}"

    def age_on(self, day: datetime.date) -> int | None:
        """Whole years on `day`; None while the day of birth is not known.

        Somebody born on 29 February has a birthday on 1 March in other years.
        """
        born = self.date_of_birth
        if born is None:
            return None
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    @property
    def age(self) -> int | None:
        """Whole years today; None while the day of birth is not known."""
        return self.age_on(timezone.localdate())


class Term(models.Model):
    """A stretch of school, from its first to its last day (a half term counts as one)."""

    name = models.CharField(max_length=60)
    starts_on = models.DateField("first day")
    ends_on = models.DateField("last day")
    history = Versions()

    class Meta:
        default_permissions = ()
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                name="term_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="The term ends before it begins. Check both dates.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class NonSchoolDayKind(models.TextChoices):
    INSET = "inset", "INSET day (staff only)"
    BANK_HOLIDAY = "bank_holiday", "Bank holiday"
    HOLIDAY = "holiday", "Holiday"
    CLOSURE = "closure", "School closed"


class NonSchoolDay(models.Model):
    """Days within or outside a term on which pupils are not taught."""

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=NonSchoolDayKind)
    first_day = models.DateField()
    last_day = models.DateField()
    history = Versions()

    class Meta:
        default_permissions = ()
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                name="non_school_day_in_order",
                condition=Q(last_day__gte=F("first_day"))
                & Q(last_day__lte=F("first_day") + datetime.timedelta(days=60)),
                violation_error_message="The last day is before the first, or more than 60 days after it. Check both.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OutsideContact(models.Model):
    """A telephone number outside school that staff may need, as the LADO's: data, because numbers change (ROL-04)."""

    name = models.CharField(max_length=120)
    what_for = models.CharField("call them about", max_length=200)
    telephone = models.CharField(max_length=30)
    out_of_hours_telephone = models.CharField("telephone out of hours", max_length=30, blank=True)
    email = models.EmailField("e-mail address", blank=True)
    on_poster = models.BooleanField("on the poster", default=True)
    order = models.PositiveSmallIntegerField(default=0)
    history = Versions()

    class Meta:
        default_permissions = ()
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name
