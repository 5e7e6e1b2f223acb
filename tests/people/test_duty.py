"""Who is on duty and who is told (ROL-02, ROL-03)."""

import datetime

import pytest
from django.utils import timezone

from lps_safeguarding.people import duty
from lps_safeguarding.people.models import DutyKind, Role
from tests.people.factories import AbsenceFactory, OnDutyFactory, RoleHeldFactory, UserFactory

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def now():
    return timezone.now()


@pytest.mark.rule("ROL-03")
def test_the_dsl_on_duty_for_the_service_is_told_and_nobody_else(
    the_service, another_service, a_dsl_of_the_service, a_dsl_of_another_service, the_lead_dsl, the_headteacher, now
):
    OnDutyFactory(service=the_service, user=a_dsl_of_the_service)
    OnDutyFactory(service=another_service, user=a_dsl_of_another_service)
    assert duty.on_duty(the_service, now) == [a_dsl_of_the_service]
    assert duty.who_to_alert(the_service, now) == [a_dsl_of_the_service]


@pytest.mark.rule("ROL-03")
def test_with_nobody_on_duty_the_lead_dsl_is_told_then_the_headteacher(
    the_service, the_lead_dsl, the_headteacher, now
):
    assert duty.who_to_alert(the_service, now) == [the_lead_dsl]
    AbsenceFactory(user=the_lead_dsl)
    assert duty.who_to_alert(the_service, now) == [the_headteacher]


@pytest.mark.rule("ROL-03")
def test_with_the_headteacher_away_too_the_acting_senior_teacher_is_told(
    the_service, the_lead_dsl, the_headteacher, the_acting_senior_teacher, now
):
    AbsenceFactory(user=the_lead_dsl)
    AbsenceFactory(user=the_headteacher)
    assert duty.who_to_alert(the_service, now) == [the_acting_senior_teacher]


@pytest.mark.rule("ROL-03")
def test_with_everybody_away_somebody_is_told_all_the_same(the_service, the_lead_dsl, the_headteacher, now):
    AbsenceFactory(user=the_lead_dsl)
    AbsenceFactory(user=the_headteacher)
    assert duty.who_to_alert(the_service, now) == [the_headteacher]
    assert duty.who_to_alert(the_service, now, without=[the_headteacher]) == [the_lead_dsl]


@pytest.mark.rule("ROL-03")
def test_people_who_must_not_be_told_are_passed_over_for_the_next(
    the_service, a_dsl_of_the_service, the_lead_dsl, the_headteacher, now
):
    OnDutyFactory(service=the_service, user=a_dsl_of_the_service)
    assert duty.who_to_alert(the_service, now, without=[a_dsl_of_the_service]) == [the_lead_dsl]
    assert duty.who_to_alert(the_service, now, without=[a_dsl_of_the_service, the_lead_dsl]) == [the_headteacher]


@pytest.mark.rule("ROL-03")
def test_a_duty_counts_from_its_first_moment_and_not_at_its_end(the_service, a_dsl_of_the_service, now):
    OnDutyFactory(service=the_service, user=a_dsl_of_the_service, starts_at=now, ends_at=now + HOUR)
    assert duty.on_duty(the_service, now)
    assert not duty.on_duty(the_service, now + HOUR)
    assert not duty.on_duty(the_service, now - HOUR / 60)


@pytest.mark.rule("ROL-03")
def test_a_trips_dsl_covers_the_trip_and_not_the_school(the_service, a_dsl_of_the_service, the_lead_dsl, now):
    OnDutyFactory(service=the_service, user=a_dsl_of_the_service, kind=DutyKind.TRIP, where="Beacon Hill")
    assert duty.on_duty(the_service, now) == []
    assert duty.who_to_alert(the_service, now) == [the_lead_dsl]


@pytest.mark.rule("ROL-03")
def test_out_of_hours_cover_for_the_whole_school_counts_for_each_service(
    the_service, another_service, the_lead_dsl, now
):
    OnDutyFactory(service=None, user=the_lead_dsl, kind=DutyKind.OUT_OF_HOURS)
    assert duty.on_duty(the_service, now) == duty.on_duty(another_service, now) == [the_lead_dsl]


@pytest.mark.rule("ROL-03")
@pytest.mark.parametrize("why", ["away", "left", "closed", "no longer a DSL", "DSL of another service"])
def test_the_rota_does_not_count_somebody_who_cannot_be_reached_or_may_not_know(
    why, the_service, another_service, a_dsl_of_the_service, the_lead_dsl, now
):
    person = a_dsl_of_the_service
    OnDutyFactory(service=the_service, user=person)
    assert duty.on_duty(the_service, now) == [person]
    if why == "away":
        AbsenceFactory(user=person)
    elif why == "left":
        person.adult.leaves_on = timezone.localdate() - datetime.timedelta(days=1)
        person.adult.save()
    elif why == "closed":
        person.is_active = False
        person.save()
    else:
        held = person.roles_held.get(role=Role.SERVICE_DSL)
        held.delete()
        if why == "DSL of another service":
            RoleHeldFactory(user=person, role=Role.SERVICE_DSL, service=another_service)
    assert duty.on_duty(the_service, now) == []
    assert duty.who_to_alert(the_service, now) == [the_lead_dsl]


def test_the_senior_teacher_acts_only_while_the_headteacher_is_away(the_headteacher, the_acting_senior_teacher, now):
    assert duty.acting_headteacher(now) is None and duty.headteacher_now(now) == the_headteacher
    AbsenceFactory(user=the_headteacher, starts_at=now, ends_at=now + HOUR)
    assert duty.acting_headteacher(now) == duty.headteacher_now(now) == the_acting_senior_teacher
    assert duty.headteacher_now(now + HOUR) == the_headteacher


@pytest.mark.rule("ROL-06")
def test_the_vice_chair_stands_in_for_the_chair_only_in_absence(the_chair, the_vice_chair, now):
    assert duty.chair_now(now) == the_chair
    AbsenceFactory(user=the_chair)
    assert duty.chair_now(now) == the_vice_chair
    AbsenceFactory(user=the_vice_chair)
    assert duty.chair_now(now) == the_chair


def test_who_is_on_duty_takes_few_queries_whatever_the_size_of_the_rota(
    the_service, now, django_assert_max_num_queries
):
    for _ in range(5):
        OnDutyFactory(service=the_service, user=UserFactory(roles=[(Role.SERVICE_DSL, the_service)]))
    with django_assert_max_num_queries(3):
        assert len(duty.on_duty(the_service, now)) == 5
