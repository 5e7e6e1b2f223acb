"""What is not read or answered in time goes on to the next person, by itself (CON-11, DEC-10, DEC-13)."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from concerns import escalation, need_to_know, operations
from concerns.models import Concern, FollowUp, Referral
from concerns.terms import HarmSeen, Option
from lps_safeguarding.access import acting, conflicts
from lps_safeguarding.alerts.models import Alert
from tests.cast import signed_in
from tests.concerns.factories import a_concern, a_decision, a_pink_form, read, referral

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)
TUESDAY_MORNING = datetime.datetime(2026, 11, 17, 10, 0, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def _on_a_tuesday_morning():
    with time_machine.travel(TUESDAY_MORNING, tick=False):
        yield


@pytest.fixture
def the_school(a_staff_member, a_child, a_dsl_of_the_service, the_lead_dsl, the_headteacher):
    return None


def told(reason):
    return [alert.recipient_id for alert in Alert.objects.filter(reason=reason).order_by("made_at")]


@pytest.mark.rule("CON-11")
def test_a_pink_form_unread_goes_to_the_lead_dsl_after_5_minutes_and_to_the_headteacher_after_15(
    the_school, a_staff_member, a_child, a_dsl_of_the_service, the_lead_dsl, the_headteacher, as_system
):
    a_pink_form(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    now = timezone.now()
    escalation.sweep(now + 4 * MINUTE)
    assert told("pink_form_unread") == []
    escalation.sweep(now + 5 * MINUTE)
    escalation.sweep(now + 6 * MINUTE)
    assert told("pink_form_unread") == [the_lead_dsl.pk]
    escalation.sweep(now + 15 * MINUTE)
    escalation.sweep(now + 16 * MINUTE)
    assert told("pink_form_unread") == [the_lead_dsl.pk, the_headteacher.pk]


@pytest.mark.rule("CON-11", "ACC-01")
def test_the_headteacher_can_open_what_was_escalated_and_nothing_else(
    the_school, a_staff_member, a_child, a_dsl_of_the_service, the_headteacher, acting_as, request
):
    pink = a_pink_form(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    with acting.as_the_system("sweep"):
        escalation.sweep(timezone.now() + 20 * MINUTE)
    with acting_as(the_headteacher):
        assert [c.pk for c in need_to_know.readable_by(the_headteacher)] == [pink.pk]


@pytest.mark.rule("CON-11")
def test_the_headteachers_page_of_an_escalated_form_opens_and_says_why_they_see_it(
    the_school, a_staff_member, a_child, a_dsl_of_the_service, the_headteacher
):
    pink = a_pink_form(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    with acting.as_the_system("sweep"):
        escalation.sweep(timezone.now() + 20 * MINUTE)
    page = signed_in(the_headteacher).get(f"/concerns/{pink.reference}/")
    assert page.status_code == 200
    assert "Came in without a coat" in page.content.decode()


@pytest.mark.rule("CON-11")
def test_a_form_that_was_read_goes_nowhere(the_school, a_staff_member, a_child, a_dsl_of_the_service, as_system):
    pink = a_pink_form(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    read(pink, by=a_dsl_of_the_service)
    escalation.sweep(timezone.now() + 60 * MINUTE)
    assert told("pink_form_unread") == []


@pytest.mark.rule("CON-11")
def test_an_entry_unread_by_the_end_of_the_next_school_day_goes_to_the_lead_dsl(
    the_school, a_staff_member, a_child, a_dsl_of_the_service, the_lead_dsl, as_system
):
    a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    wednesday = TUESDAY_MORNING + datetime.timedelta(days=1)
    escalation.sweep(wednesday.replace(hour=16, minute=59))
    assert told("entry_unread") == []
    escalation.sweep(wednesday.replace(hour=17))
    assert told("entry_unread") == [the_lead_dsl.pk]


@pytest.mark.rule("CON-11", "ACC-02")
def test_a_lead_dsl_with_a_conflict_is_passed_over(
    the_school, a_staff_member, a_child, a_dsl_of_the_service, the_lead_dsl, the_headteacher, acting_as
):
    with acting_as(the_lead_dsl):
        conflicts.declare(person=the_lead_dsl, child=a_child, kind="declared", by=the_lead_dsl, reason="An aunt.")
    a_pink_form(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    with acting.as_the_system("sweep"):
        escalation.sweep(timezone.now() + 5 * MINUTE)
    assert set(told("pink_form_unread")) == {the_headteacher.pk}


@pytest.mark.rule("DEC-10")
def test_a_referral_to_social_care_without_an_answer_is_overdue_after_one_working_day(
    the_school, a_staff_member, a_child, a_dsl_of_the_service, as_system
):
    concern = read(
        a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service), by=a_dsl_of_the_service
    )
    a_decision(
        concern,
        by=a_dsl_of_the_service,
        harm_seen=HarmSeen.AT_RISK,
        options=[Option.SOCIAL_CARE],
        referrals=[referral(made_at=timezone.now())],
    )
    escalation.sweep(TUESDAY_MORNING + datetime.timedelta(days=1, hours=6))
    assert told("referral_overdue") == []
    late = TUESDAY_MORNING + datetime.timedelta(days=1, hours=8)
    escalation.sweep(late)
    escalation.sweep(late + MINUTE)
    assert told("referral_overdue").count(a_dsl_of_the_service.pk) == 1
    assert Referral.objects.overdue(late).count() == 1


@pytest.mark.rule("DEC-13")
def test_an_overdue_follow_up_is_told_to_its_owner_and_to_who_set_it(
    the_school, a_staff_member, another_staff_member, a_child, a_dsl_of_the_service, as_system
):
    concern = read(
        a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service), by=a_dsl_of_the_service
    )
    operations.set_follow_up(
        concern=Concern.objects.get(pk=concern.pk),
        by=a_dsl_of_the_service,
        owner=another_staff_member,
        due_on=timezone.localdate(),
        what="Ring the home.",
    )
    escalation.sweep(timezone.now() + datetime.timedelta(days=1))
    assert set(told("follow_up_overdue")) == {another_staff_member.pk, a_dsl_of_the_service.pk}
    assert FollowUp.objects.get().overdue_alerted_at


def test_one_row_that_fails_does_not_hold_up_the_others(
    the_school, a_staff_member, a_child, a_dsl_of_the_service, the_lead_dsl, as_system, monkeypatch, caplog
):
    broken = a_pink_form(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    a_pink_form(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    real = escalation.alerts.tell_lead_dsl

    def fail_for_one(concern, *, now):
        if concern.pk == broken.pk:
            raise RuntimeError("she said that he hit her")
        return real(concern, now=now)

    monkeypatch.setattr(escalation.alerts, "tell_lead_dsl", fail_for_one)
    escalation.sweep(timezone.now() + 5 * MINUTE)
    assert told("pink_form_unread") == [the_lead_dsl.pk]
    assert str(broken.pk) in caplog.text
    assert "hit her" not in caplog.text
