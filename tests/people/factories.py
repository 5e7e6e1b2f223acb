"""One factory a model of people. `UserFactory(roles=[Role.LEAD_DSL, (Role.SERVICE_DSL, ks3)])` gives roles at once."""

import datetime

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from lps_safeguarding.people import models
from lps_safeguarding.people.models import Role

A_GOOD_PASSWORD = "correct horse battery staple 7"


class ServiceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Service
        django_get_or_create = ("slug",)

    name = factory.Sequence(lambda n: f"Service {n}")
    slug = factory.Sequence(lambda n: f"service-{n}")
    order = factory.Sequence(lambda n: n % 1000)
    room = "room 12"
    telephone = "01632 496100"


class AdultFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Adult

    title = "Ms"
    first_name = factory.Sequence(lambda n: f"Ada{n}")
    last_name = factory.Sequence(lambda n: f"Okafor{n}")
    job_title = "Teacher"
    email = factory.Sequence(lambda n: f"adult{n}@example.org")
    telephone = "01632 496101"
    started_on = datetime.date(2020, 9, 1)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.User
        skip_postgeneration_save = True

    adult = factory.SubFactory(AdultFactory)
    email = factory.Sequence(lambda n: f"person{n}@example.org")
    password = factory.LazyFunction(lambda: make_password(None))

    @factory.post_generation
    def roles(self, create, extracted, **kwargs):
        """Roles as `Role` or `(Role, service)`; an inspector's ends in a week."""
        if not create:
            return
        for item in extracted or ():
            role, service = item if isinstance(item, tuple) else (item, None)
            RoleHeldFactory(user=self, role=role, service=service)


class RoleHeldFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.RoleHeld

    user = factory.SubFactory(UserFactory)
    role = Role.STAFF
    from_date = factory.LazyFunction(lambda: timezone.localdate() - datetime.timedelta(days=1))
    until_date = factory.LazyAttribute(
        lambda held: timezone.localdate() + datetime.timedelta(days=7) if held.role == Role.INSPECTOR else None
    )


class ChildFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Child

    first_name = factory.Sequence(lambda n: f"Robin{n}")
    last_name = factory.Sequence(lambda n: f"Ashdown{n}")
    date_of_birth = datetime.date(2011, 5, 14)
    sex = models.Sex.FEMALE
    year_group = 9
    service = factory.SubFactory(ServiceFactory)
    joined_on = datetime.date(2024, 9, 2)


class OnDutyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.OnDuty

    service = factory.SubFactory(ServiceFactory)
    user = factory.LazyAttribute(lambda duty: UserFactory(roles=[(Role.SERVICE_DSL, duty.service)]))
    starts_at = factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(hours=2))
    ends_at = factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(hours=4))
    where = "room 12"
    telephone = "01632 496102"


class AbsenceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Absence

    user = factory.SubFactory(UserFactory)
    starts_at = factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(hours=2))
    ends_at = factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(hours=4))


class TermFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Term

    name = "Autumn 2025"
    starts_on = datetime.date(2025, 9, 1)
    ends_on = datetime.date(2025, 12, 19)


class NonSchoolDayFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.NonSchoolDay

    name = "INSET day"
    kind = models.NonSchoolDayKind.INSET
    first_day = datetime.date(2025, 9, 1)
    last_day = factory.SelfAttribute("first_day")


class OutsideContactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.OutsideContact

    name = "Local Authority Designated Officer (LADO)"
    what_for = "A concern about an adult who works with children"
    telephone = "0116 496 0001"
