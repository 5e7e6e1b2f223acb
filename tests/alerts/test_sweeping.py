"""The sweep: escalations on their own, what could not be delivered, the heartbeat and the rescue."""

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.utils import timezone

from lps_safeguarding.access import acting, break_glass
from lps_safeguarding.alerts import health, outbox, own_reasons, registry, rescue, sweeping
from lps_safeguarding.alerts.models import Alert, Heartbeat

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def test_an_escalation_runs_as_the_system_and_may_run_twice(a_dsl_of_the_service):
    seen = []

    def escalate(now):
        seen.append(acting.now_acting().system)
        outbox.raise_alert(recipient=a_dsl_of_the_service, reason="test_urgent", reference="C-AAAA-AAAA", round=2)

    registry.register_sweep(escalate)
    sweeping.sweep()
    sweeping.sweep()
    assert seen == ["escalation", "escalation"]
    assert Alert.objects.count() == 1
    assert len(mail.outbox) == 1


def test_an_escalation_that_fails_stops_neither_the_others_nor_the_mail(a_dsl_of_the_service, an_alert, caplog):
    an_alert(a_dsl_of_the_service)
    ran = []

    @registry.register_sweep
    def broken_in_python(now):
        raise RuntimeError("Robin Ashdown")

    @registry.register_sweep
    def broken_in_the_database(now):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    @registry.register_sweep
    def fine(now):
        ran.append(now)

    sweeping.sweep()
    assert len(ran) == 1
    assert len(mail.outbox) == 1
    assert "RuntimeError at" in caplog.text
    assert "Ashdown" not in caplog.text
    beats = set(Heartbeat.objects.values_list("name", flat=True))
    assert any("fine" in name for name in beats)
    assert not any("broken" in name for name in beats)


def test_what_one_escalation_wrote_before_it_failed_is_taken_back(a_dsl_of_the_service):
    @registry.register_sweep
    def half(now):
        outbox.raise_alert(recipient=a_dsl_of_the_service, reason="test_quiet", reference="C-AAAA-AAAA")
        raise RuntimeError

    sweeping.sweep()
    assert not Alert.objects.exists()


def give_up(alert):
    Alert.objects.filter(pk=alert.pk).update(dead_at=timezone.now(), last_error_kind="SMTPDataError", attempts=6)


def told_of_undeliverable():
    return {alert.recipient for alert in Alert.objects.filter(reason=own_reasons.UNDELIVERABLE.slug)}


def test_an_alert_given_up_is_raised_on_the_headteachers_screen_once(
    a_dsl_of_the_service, the_headteacher, the_lead_dsl, the_administrator, an_alert
):
    give_up(an_alert(a_dsl_of_the_service))
    sweeping.sweep()
    sweeping.sweep()
    assert told_of_undeliverable() == {the_headteacher}
    raised = Alert.objects.get(reason=own_reasons.UNDELIVERABLE.slug)
    assert raised.reference == ""


def test_the_headteachers_own_goes_to_the_lead_dsl(the_headteacher, the_lead_dsl, an_alert):
    give_up(an_alert(the_headteacher))
    sweeping.sweep()
    assert told_of_undeliverable() == {the_lead_dsl}


@pytest.mark.rule("ROL-06")
def test_a_private_one_does_not_reach_the_headteacher(
    the_chair, the_headteacher, the_lead_dsl, the_administrator, an_alert
):
    give_up(an_alert(the_chair, "test_private"))
    sweeping.sweep()
    assert told_of_undeliverable() == {the_administrator}


def test_an_undeliverable_notice_of_an_undeliverable_alert_ends_there(a_dsl_of_the_service, the_headteacher, an_alert):
    give_up(an_alert(a_dsl_of_the_service))
    sweeping.sweep()
    Alert.objects.filter(recipient=the_headteacher).update(emailed_at=None)
    give_up(Alert.objects.get(recipient=the_headteacher))
    sweeping.sweep()
    assert Alert.objects.count() == 2


def test_for_a_leaver_the_headteacher_is_told_that_nobody_is_behind_the_duty(a_leaver, the_headteacher):
    outbox.raise_alert(recipient=a_leaver, reason="test_urgent", reference="C-AAAA-AAAA")
    sweeping.sweep()
    assert told_of_undeliverable() == {the_headteacher}


class TestTheClockwork:
    def test_after_a_sweep_all_is_well(self):
        assert health.warning(timezone.now()) == health.NOBODY_SWEEPS
        sweeping.sweep()
        assert health.warning(timezone.now()) == ""

    def test_three_minutes_without_a_sweep_are_said(self):
        sweeping.sweep()
        now = timezone.now()
        assert health.warning(now + 2 * MINUTE) == ""
        assert health.warning(now + 4 * MINUTE) == health.NOBODY_SWEEPS

    def test_an_escalation_that_keeps_failing_is_said_too(self):
        name = "tests.an_escalation"
        registry.register_sweep(lambda now: None, name)
        sweeping.sweep()
        now = timezone.now()
        Heartbeat.objects.filter(name=name).update(at=now - 4 * MINUTE)
        assert health.warning(now) == health.NOBODY_SWEEPS

    def test_mails_that_are_stuck_are_said(self, a_dsl_of_the_service, an_alert):
        an_alert(a_dsl_of_the_service)
        later = timezone.now() + 6 * MINUTE
        Heartbeat.objects.update_or_create(name="sweep", defaults={"at": later})
        assert health.warning(later) == health.MAIL_IS_STUCK

    def test_one_query(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            health.warning(timezone.now())

    @pytest.mark.parametrize(
        ("who", "told"),
        [
            ("the_administrator", True), ("the_lead_dsl", True), ("a_dsl_of_the_service", True),
            ("the_headteacher", True), ("a_staff_member", False), ("a_committee_member", False),
        ],
    )  # fmt: skip
    def test_those_who_lead_or_can_mend_it_are_told(self, who, told, request):
        assert bool(health.warning_for(request.getfixturevalue(who))) is told


class TestTheRescue:
    def test_while_somebody_sweeps_the_web_process_does_not(self, a_dsl_of_the_service, an_alert):
        sweeping.sweep()
        an_alert(a_dsl_of_the_service)
        assert rescue.sweep_if_silent(timezone.now() + 2 * MINUTE) is False
        assert mail.outbox == []

    def test_when_nobody_sweeps_the_web_process_escalates_and_delivers(self, a_dsl_of_the_service, an_alert):
        sweeping.sweep()
        an_alert(a_dsl_of_the_service)
        with time_machine.travel(timezone.now() + 4 * MINUTE, tick=False):
            assert rescue.sweep_if_silent(timezone.now()) is True
            assert rescue.sweep_if_silent(timezone.now()) is False  # its own heartbeat is fresh now
        assert len(mail.outbox) == 1

    def test_only_one_of_all_processes_tries(self, a_dsl_of_the_service, an_alert, postgres, database_name):
        an_alert(a_dsl_of_the_service)
        with postgres.connect(database_name) as another:
            another.execute("SELECT pg_advisory_lock(%s)", [rescue.ONE_RESCUE])
            assert rescue.sweep_if_silent(timezone.now()) is False
        assert mail.outbox == []


@pytest.mark.rule("ACC-03")
def test_whoever_breaks_the_glass_is_announced_to_the_other_leader():
    assert own_reasons.tell_of_break_glass in break_glass.announce


@pytest.mark.rule("ACC-03")
def test_the_announcement_of_break_glass_names_neither_record_nor_person(the_lead_dsl, the_headteacher, a_child):
    class Opening:
        """As much of a BreakGlass row as the announcement may use."""

        _meta = Alert._meta
        pk = a_child.pk
        reference = "C-7F3A-91KQ"
        reviewer = the_headteacher

    own_reasons.tell_of_break_glass(Opening())
    alert = Alert.objects.get()
    assert (alert.recipient, alert.reason, alert.reference) == (the_headteacher, "break_glass", "")
