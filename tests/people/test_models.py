"""What the database itself refuses, and what people are."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from lps_safeguarding.people.models import ROLES_WITHOUT_CASE_ACCESS, Child, Role, RoleHeld, User
from tests.people.factories import (
    AdultFactory,
    ChildFactory,
    OnDutyFactory,
    RoleHeldFactory,
    ServiceFactory,
    UserFactory,
)

TODAY = datetime.date(2025, 10, 14)
DAY = datetime.timedelta(days=1)


@pytest.mark.rule("ROL-01")
@pytest.mark.parametrize("role", [role for role in Role if role != Role.SERVICE_DSL])
def test_each_role_can_be_held_and_is_known_by_name(db, role):
    person = UserFactory(roles=[role])
    assert person.has_role(role)
    assert [held.role for held in person.roles_held_now()] == [role]


@pytest.mark.rule("ROL-01")
def test_one_person_may_hold_several_roles(db):
    ks3 = ServiceFactory()
    person = UserFactory(roles=[Role.STAFF, (Role.SERVICE_DSL, ks3), Role.ATTENDANCE_OFFICER])
    assert {held.role for held in person.roles_held_now()} == {"staff", "service_dsl", "attendance_officer"}


@pytest.mark.rule("ROL-01")
def test_the_database_refuses_an_inspector_without_an_end(db):
    person = UserFactory()
    with pytest.raises(IntegrityError, match="role_inspector_time_boxed"), transaction.atomic():
        RoleHeld.objects.create(user=person, role=Role.INSPECTOR, from_date=TODAY, until_date=None)


@pytest.mark.rule("ROL-02")
def test_the_database_refuses_a_service_dsl_without_service_and_a_service_for_anybody_else(db):
    person, ks3 = UserFactory(), ServiceFactory()
    for role, service in ((Role.SERVICE_DSL, None), (Role.LEAD_DSL, ks3), (Role.STAFF, ks3)):
        with pytest.raises(IntegrityError, match="role_service_for_dsl_only"), transaction.atomic():
            RoleHeld.objects.create(user=person, role=role, service=service, from_date=TODAY)


def test_a_role_counts_on_its_first_and_last_day_and_on_no_other(db):
    held = RoleHeldFactory(role=Role.CHAIR, from_date=TODAY, until_date=TODAY + DAY)
    on = {day: held in RoleHeld.objects.on(TODAY + day * DAY) for day in (-1, 0, 1, 2)}
    assert on == {-1: False, 0: True, 1: True, 2: False}


@pytest.mark.rule("ROL-02")
def test_a_service_dsl_covers_their_own_services_and_the_lead_dsl_all(db):
    ks3, ks4, apst = (ServiceFactory() for _ in range(3))
    of_two = UserFactory(roles=[(Role.SERVICE_DSL, ks3), (Role.SERVICE_DSL, ks4)])
    lead = UserFactory(roles=[Role.LEAD_DSL])
    nobody = UserFactory(roles=[Role.STAFF])
    assert of_two.services_as_dsl() == {ks3.pk, ks4.pk}
    assert lead.services_as_dsl() == {ks3.pk, ks4.pk, apst.pk}
    assert nobody.services_as_dsl() == frozenset()
    assert of_two.is_dsl() and lead.is_dsl() and not nobody.is_dsl()
    assert of_two.has_role(Role.SERVICE_DSL, ks3) and not of_two.has_role(Role.SERVICE_DSL, apst)


def test_roles_are_read_once_for_each_user_object(db, django_assert_num_queries):
    person = User.objects.get(pk=UserFactory(roles=[Role.STAFF]).pk)
    with django_assert_num_queries(1):
        for role in Role:
            person.has_role(role)
        person.services_as_dsl()
        person.must_have_second_factor()


@pytest.mark.rule("ACC-06")
@pytest.mark.parametrize("role", [role for role in Role if role != Role.SERVICE_DSL])
def test_every_role_but_plain_staff_and_committee_member_must_have_a_second_factor(db, role):
    assert UserFactory(roles=[role]).must_have_second_factor() == (role not in ROLES_WITHOUT_CASE_ACCESS)


@pytest.mark.rule("ROL-05")
def test_nobody_is_a_superuser_and_djangos_permissions_open_nothing(the_administrator):
    assert not the_administrator.is_superuser and not the_administrator.is_staff
    assert not the_administrator.has_perm("concerns.read_full") and not the_administrator.has_module_perms("concerns")
    with pytest.raises(AttributeError):
        the_administrator.is_superuser = True


@pytest.mark.rule("ACC-06")
def test_a_leaver_can_sign_in_on_the_last_day_and_not_after_it(db):
    person = UserFactory(adult=AdultFactory(leaves_on=TODAY))
    assert person.can_sign_in(TODAY) and not person.can_sign_in(TODAY + DAY)
    assert person in User.objects.able_to_sign_in(TODAY)
    assert person not in User.objects.able_to_sign_in(TODAY + DAY)


def test_an_email_address_belongs_to_one_account_however_it_is_written(db):
    UserFactory(email="a.person@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(email="A.Person@example.org")


def test_nonsense_duties_are_refused_by_the_database(db):
    now = timezone.now()
    for start, end in ((now, now), (now, now - DAY), (now, now + 2 * DAY), (now, now + 30 * DAY)):
        with pytest.raises(IntegrityError), transaction.atomic():
            OnDutyFactory(starts_at=start, ends_at=end)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (datetime.date(2011, 10, 15), TODAY, 13),
        (datetime.date(2011, 10, 14), TODAY, 14),
        (datetime.date(2012, 2, 29), datetime.date(2025, 2, 28), 12),
        (datetime.date(2012, 2, 29), datetime.date(2025, 3, 1), 13),
    ],
)
def test_a_child_is_a_year_older_on_the_birthday(born, day, age):
    assert Child(date_of_birth=born).age_on(day) == age


def test_a_childs_key_is_random_and_a_missing_upn_is_no_double(db):
    first, second = ChildFactory(upn=None), ChildFactory(upn=None)
    assert first.pk != second.pk and len(str(first.pk)) == 36
    ChildFactory(upn="A123456789012")
    with pytest.raises(IntegrityError), transaction.atomic():
        ChildFactory(upn="A123456789012")


def test_a_child_is_shown_by_the_name_they_go_by():
    child = Child(first_name="Jonathan", last_name="Reed", known_as="Jono")
    assert (str(child), child.full_name) == ("Jono Reed", "Jonathan (known as Jono) Reed")
