"""Changes to people: what is refused, and that each keeps who and why."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from lps_safeguarding.people import operations
from lps_safeguarding.people.models import DutyKind, OnDuty, Role, RoleHeld, User
from tests.people.factories import AdultFactory, OnDutyFactory, TermFactory, UserFactory

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)


def test_each_change_keeps_a_version_with_who_and_why(the_administrator, a_staff_member):
    held = operations.give_role(user=a_staff_member, role=Role.ATTENDANCE_OFFICER, by=the_administrator)
    version = held.history.latest()
    assert (version.history_user_id, version.history_change_reason) == (the_administrator.pk, "role given")
    operations.set_last_day(adult=a_staff_member.adult, last_day=timezone.localdate(), by=the_administrator)
    assert a_staff_member.adult.history.latest().history_change_reason == "last day set"


def test_versions_never_hold_a_password(a_staff_member):
    a_staff_member.set_password("something quite long")
    a_staff_member.save()
    assert not hasattr(a_staff_member.history.latest(), "password")


@pytest.mark.rule("ROL-05")
@pytest.mark.parametrize("role", ["lead_dsl", "headteacher", "chair", "acting_senior_teacher"])
def test_the_administrators_role_never_comes_together_with_one_that_reads_cases(the_administrator, db, role):
    other = UserFactory(roles=[Role(role)])
    with pytest.raises(ValidationError, match="no case content"):
        operations.give_role(user=the_administrator, role=Role(role), by=other)
    with pytest.raises(ValidationError, match="no case content"):
        operations.give_role(user=other, role=Role.ADMINISTRATOR, by=the_administrator)


@pytest.mark.rule("ROL-05")
def test_nobody_gives_themselves_a_role(the_administrator):
    with pytest.raises(ValidationError, match="Nobody gives a role to themselves"):
        operations.give_role(user=the_administrator, role=Role.BUSINESS_MANAGER, by=the_administrator)


def test_the_same_role_is_not_held_twice_at_a_time(the_administrator, a_staff_member):
    with pytest.raises(ValidationError, match="already"):
        operations.give_role(user=a_staff_member, role=Role.STAFF, by=the_administrator)


def test_an_ended_role_is_gone_with_the_next_question(the_administrator, a_dsl_of_the_service):
    held = a_dsl_of_the_service.roles_held.get(role=Role.SERVICE_DSL)
    operations.end_role(held=held, by=the_administrator)
    assert not User.objects.get(pk=a_dsl_of_the_service.pk).is_dsl()


def test_a_role_given_and_ended_on_the_same_day_leaves_only_its_versions(the_administrator, a_staff_member):
    held = operations.give_role(user=a_staff_member, role=Role.BUSINESS_MANAGER, by=the_administrator)
    number = held.pk
    assert operations.end_role(held=held, by=the_administrator) is None
    versions = RoleHeld.history.filter(id=number)
    assert [version.history_type for version in versions] == ["-", "+"]
    assert {version.history_user_id for version in versions} == {the_administrator.pk}


@pytest.mark.rule("ROL-03")
def test_only_a_dsl_of_the_service_can_be_put_on_duty_for_it(
    the_lead_dsl, a_staff_member, a_dsl_of_another_service, a_dsl_of_the_service, the_service
):
    now = timezone.now()
    for person in (a_staff_member, a_dsl_of_another_service):
        with pytest.raises(ValidationError, match="is not a DSL of KS3"):
            operations.put_on_duty(
                user=person, service=the_service, starts_at=now, ends_at=now + HOUR, by=the_lead_dsl
            )
    operations.put_on_duty(
        user=a_dsl_of_the_service, service=the_service, starts_at=now, ends_at=now + HOUR, by=the_lead_dsl
    )
    with pytest.raises(ValidationError, match="already"):
        operations.put_on_duty(
            user=a_dsl_of_the_service, service=the_service, starts_at=now, ends_at=now + 2 * HOUR, by=the_lead_dsl
        )


@pytest.mark.rule("ROL-03")
def test_out_of_hours_and_trip_cover_is_recorded(the_lead_dsl, a_dsl_of_the_service, the_service):
    start = timezone.now() + 10 * DAY
    for kind in (DutyKind.OUT_OF_HOURS, DutyKind.TRIP):
        operations.put_on_duty(
            user=a_dsl_of_the_service, service=the_service, kind=kind, where="By telephone", telephone="01632 496199",
            starts_at=start, ends_at=start + 5 * DAY, by=the_lead_dsl,
        )  # fmt: skip
    assert set(OnDuty.objects.values_list("kind", "telephone")) == {
        ("out_of_hours", "01632 496199"), ("trip", "01632 496199")
    }  # fmt: skip


@pytest.mark.rule("ROL-03")
def test_cover_changes_the_person_and_keeps_who_was_planned(the_lead_dsl, a_dsl_of_the_service, the_service):
    duty = OnDutyFactory(service=the_service, user=a_dsl_of_the_service)
    operations.change_duty(duty=duty, by=the_lead_dsl, user=the_lead_dsl)
    assert [version.user_id for version in duty.history.all()] == [the_lead_dsl.pk, a_dsl_of_the_service.pk]


def test_terms_do_not_overlap(the_headteacher):
    TermFactory(name="Autumn", starts_on=datetime.date(2025, 9, 1), ends_on=datetime.date(2025, 12, 19))
    with pytest.raises(ValidationError, match="overlap with “Autumn”"):
        operations.save_term(
            by=the_headteacher, name="Late", starts_on=datetime.date(2025, 12, 19), ends_on=datetime.date(2026, 1, 9)
        )


def test_an_account_begins_without_a_password_anybody_could_type(the_administrator):
    user = operations.open_account(adult=AdultFactory(), email=" New.Person@Example.org ", by=the_administrator)
    assert user.email == "new.person@example.org" and not user.has_usable_password()
