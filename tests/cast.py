"""The cast: people by what they are, for every test. `signed_in(person)` is a client with that person's session."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from concerns import priorities
from lps_safeguarding.people import school_calendar
from lps_safeguarding.people.models import Child, Role, Service, User
from tests.people.factories import AdultFactory, ChildFactory, ServiceFactory, UserFactory

CAST = (
    "a_staff_member",
    "another_staff_member",
    "a_dsl_of_the_service",
    "a_dsl_of_another_service",
    "the_lead_dsl",
    "the_headteacher",
    "the_acting_senior_teacher",
    "the_chair",
    "the_vice_chair",
    "a_committee_member",
    "the_lead_committee_member",
    "the_business_manager",
    "the_attendance_officer",
    "the_key_adult",
    "the_administrator",
    "an_inspector",
    "a_leaver",
    "nobody_signed_in",
)
"""Fixture names of everybody, for table tests: `request.getfixturevalue(name)`."""


def signed_in(person: User | None, **headers) -> Client:
    """A client in which `person` has just signed in with a second factor and shown again who they are (so that grave
    steps are open); None: nobody has signed in."""
    client = Client(**headers)
    if person is None:
        return client
    client.force_login(person)
    session = client.session
    now = timezone.now().timestamp()
    session["second_factor"] = True
    session["started_at"] = now
    session["seen_at"] = now
    session["account_authentication_methods"] = [{"method": "password", "at": now, "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client


def a_person(title: str, first: str, last: str, *roles, **adult) -> User:
    """An account with these roles; the e-mail address is made from the name."""
    email = f"{first}.{last}@example.org".lower().replace(" ", "")
    return UserFactory(
        adult=AdultFactory(title=title, first_name=first, last_name=last, email=email, **adult),
        email=email,
        roles=roles,
    )


@pytest.fixture(autouse=True)
def _calendar_read_anew():
    school_calendar.forget()
    priorities.forget()
    yield
    school_calendar.forget()
    priorities.forget()


@pytest.fixture
def the_service(db) -> Service:
    """KS3: the service in which things happen."""
    return ServiceFactory(name="KS3", slug="ks3", order=1, room="room 12", telephone="01632 496103")


@pytest.fixture
def another_service(db) -> Service:
    return ServiceFactory(name="KS4", slug="ks4", order=2, room="room 31", telephone="01632 496104")


@pytest.fixture
def a_child(the_service) -> Child:
    """A child of the service."""
    return ChildFactory(first_name="Robin", last_name="Ashdown", service=the_service)


@pytest.fixture
def a_child_of_another_service(another_service) -> Child:
    return ChildFactory(first_name="Kit", last_name="Marlow", service=another_service, year_group=10)


@pytest.fixture
def a_staff_member(db) -> User:
    return a_person("Mr", "Tom", "Harland", Role.STAFF)


@pytest.fixture
def another_staff_member(db) -> User:
    return a_person("Ms", "Jo", "Vickers", Role.STAFF)


@pytest.fixture
def a_dsl_of_the_service(the_service) -> User:
    return a_person("Mrs", "Ada", "Okafor", Role.STAFF, (Role.SERVICE_DSL, the_service), job_title="KS3 DSL")


@pytest.fixture
def a_dsl_of_another_service(another_service) -> User:
    return a_person("Mr", "Ben", "Castle", Role.STAFF, (Role.SERVICE_DSL, another_service), job_title="KS4 DSL")


@pytest.fixture
def the_lead_dsl(db) -> User:
    return a_person("Ms", "Lena", "Farrow", Role.STAFF, Role.LEAD_DSL)


@pytest.fixture
def the_headteacher(db) -> User:
    return a_person("Dr", "Hugh", "Pemberton", Role.STAFF, Role.HEADTEACHER)


@pytest.fixture
def the_acting_senior_teacher(db) -> User:
    return a_person("Mrs", "Sheila", "Tranter", Role.STAFF, Role.ACTING_SENIOR_TEACHER)


@pytest.fixture
def the_chair(db) -> User:
    return a_person("Mr", "Clive", "Norwood", Role.COMMITTEE_MEMBER, Role.CHAIR)


@pytest.fixture
def the_vice_chair(db) -> User:
    return a_person("Ms", "Vera", "Stanton", Role.COMMITTEE_MEMBER, Role.VICE_CHAIR)


@pytest.fixture
def a_committee_member(db) -> User:
    return a_person("Mr", "Colin", "Ridge", Role.COMMITTEE_MEMBER)


@pytest.fixture
def the_lead_committee_member(db) -> User:
    return a_person("Mrs", "Leah", "Bowman", Role.COMMITTEE_MEMBER, Role.LEAD_COMMITTEE_MEMBER)


@pytest.fixture
def the_business_manager(db) -> User:
    return a_person("Mrs", "Bea", "Mansell", Role.STAFF, Role.BUSINESS_MANAGER)


@pytest.fixture
def the_attendance_officer(db) -> User:
    return a_person("Mr", "Arun", "Officer", Role.STAFF, Role.ATTENDANCE_OFFICER)


@pytest.fixture
def the_key_adult(db) -> User:
    """Takes in the notices of Operation Encompass."""
    return a_person("Mrs", "Keya", "Dolan", Role.STAFF, Role.ENCOMPASS_KEY_ADULT)


@pytest.fixture
def the_administrator(db) -> User:
    return a_person("Mr", "Ivo", "Tully", Role.STAFF, Role.ADMINISTRATOR)


@pytest.fixture
def an_inspector(db) -> User:
    return a_person("Ms", "Ines", "Pectore", Role.INSPECTOR, engagement="inspector")


@pytest.fixture
def a_leaver(db) -> User:
    """Left yesterday; the account is as it was."""
    return a_person("Mr", "Lee", "Verr", Role.STAFF, leaves_on=timezone.localdate() - datetime.timedelta(days=1))


@pytest.fixture
def nobody_signed_in() -> None:
    return None
