"""Raising alerts: in the caller's transaction, once for each person, reason, record and round."""

import datetime as dt
import uuid

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from lps_safeguarding.alerts import outbox, registry, wake
from lps_safeguarding.alerts.models import RECIPIENT_HAS_LEFT, Alert
from lps_safeguarding.alerts.registry import Reason
from lps_safeguarding.people import duty
from lps_safeguarding.people.models import OnDuty
from tests.people.factories import OnDutyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def woken(monkeypatch):
    """The ids for which the worker is woken."""
    ids = []
    monkeypatch.setattr(wake, "now", ids.append)
    return ids


@pytest.mark.rule("CON-11")
def test_an_alert_is_part_of_the_callers_transaction(a_dsl_of_the_service, woken, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        try:
            with transaction.atomic():
                outbox.raise_alert(recipient=a_dsl_of_the_service, reason="test_urgent", reference="C-AAAA-AAAA")
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
    assert not Alert.objects.exists()
    assert woken == []
    with django_capture_on_commit_callbacks(execute=True):
        made = outbox.raise_alert(recipient=a_dsl_of_the_service, reason="test_urgent", reference="C-AAAA-AAAA")
        assert woken == []
    assert woken == [made.pk]


def test_the_same_thing_is_told_to_the_same_person_once_a_round(a_dsl_of_the_service, the_lead_dsl, a_child):
    common = {"reason": "test_quiet", "record": a_child, "reference": "C-AAAA-AAAA"}
    assert outbox.raise_alert(recipient=a_dsl_of_the_service, **common)
    assert outbox.raise_alert(recipient=a_dsl_of_the_service, **common) is None
    assert outbox.raise_alert(recipient=a_dsl_of_the_service, **common, round=2)
    made = outbox.raise_alerts(recipients=[a_dsl_of_the_service, the_lead_dsl, the_lead_dsl], **common)
    assert [alert.recipient for alert in made] == [the_lead_dsl]
    assert Alert.objects.count() == 3


def test_the_database_refuses_a_second_one_too(a_dsl_of_the_service, an_alert):
    first = an_alert(a_dsl_of_the_service)
    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.create(
            recipient=a_dsl_of_the_service,
            reason=first.reason,
            about=first.about,
            deliver_after=timezone.now(),
        )


def test_different_things_without_a_record_are_told_apart_by_their_reference(a_dsl_of_the_service):
    for reference in ("C-AAAA-AAAA", "C-BBBB-BBBB"):
        assert outbox.raise_alert(recipient=a_dsl_of_the_service, reason="test_quiet", reference=reference)


def test_whoever_has_left_gets_nothing_and_the_headteacher_will_see_that_nobody_is_told(a_leaver, woken):
    assert outbox.raise_alert(recipient=a_leaver, reason="test_urgent", reference="C-AAAA-AAAA") is None
    kept = Alert.objects.get()
    assert kept.is_dead
    assert kept.last_error_kind == RECIPIENT_HAS_LEFT
    assert kept.emailed_at is None
    assert woken == []


def test_a_reason_that_no_app_registered_is_an_error(a_dsl_of_the_service):
    with pytest.raises(registry.UnknownReason):
        outbox.raise_alert(recipient=a_dsl_of_the_service, reason="no_such_reason")


def test_an_alert_for_later_is_neither_sent_nor_shown_before(a_dsl_of_the_service, woken, an_alert):
    tomorrow = timezone.now() + dt.timedelta(days=1)
    alert = an_alert(a_dsl_of_the_service, due_at=tomorrow)
    assert woken == []
    assert not Alert.objects.due(timezone.now()).exists()
    assert not Alert.objects.waiting_for(a_dsl_of_the_service.pk, timezone.now()).exists()
    assert Alert.objects.due(tomorrow).get() == alert


def test_however_many_recipients_it_takes_two_queries(
    a_dsl_of_the_service, the_lead_dsl, the_headteacher, django_assert_num_queries
):
    with django_assert_num_queries(2):
        outbox.raise_alerts(
            recipients=[a_dsl_of_the_service, the_lead_dsl, the_headteacher], reason="test_quiet", reference="C-A"
        )


def test_opening_the_record_by_any_way_settles_its_alerts_for_that_person_only(
    a_dsl_of_the_service, the_lead_dsl, a_child
):
    for reason in ("test_quiet", "test_urgent"):
        outbox.raise_alerts(recipients=[a_dsl_of_the_service, the_lead_dsl], reason=reason, record=a_child)
    assert outbox.mark_opened(recipient=a_dsl_of_the_service, record=a_child) == 2
    waiting = Alert.objects.filter(opened_at=None)
    assert {alert.recipient for alert in waiting} == {the_lead_dsl}
    assert not Alert.objects.due(timezone.now()).filter(recipient=a_dsl_of_the_service).exists()


def test_who_was_told_can_be_asked(a_dsl_of_the_service, the_lead_dsl, a_child):
    outbox.raise_alerts(recipients=[a_dsl_of_the_service, the_lead_dsl], reason="test_quiet", record=a_child)
    told = outbox.was_told(record=a_child, reason="test_quiet")
    assert {alert.recipient.name for alert in told} == {a_dsl_of_the_service.name, the_lead_dsl.name}


def test_the_eager_wake_up_of_tests_sends_the_mail(a_dsl_of_the_service, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        outbox.raise_alert(recipient=a_dsl_of_the_service, reason="test_urgent", reference="C-AAAA-AAAA")
    assert [message.to for message in mail.outbox] == [[a_dsl_of_the_service.email]]


@pytest.mark.parametrize("bad", ["two\nlines", "two\rlines", "nul\0", "line\u2028separator"])
@pytest.mark.parametrize("where", ["subject", "line", "screen_line"])
def test_the_words_of_a_reason_cannot_hold_a_line_break_so_no_header_can_be_injected(bad, where):
    words = {"subject": "Something is waiting", "line": "Something is waiting."} | {where: bad}
    with pytest.raises(ValueError, match="line break"):
        Reason(slug="bad", **words)


def test_two_apps_cannot_use_one_reason_for_different_things():
    registry.register(Reason("test_quiet", "Something is waiting for you", "Something is waiting for you to look at."))
    with pytest.raises(ValueError, match="Two apps"):
        registry.register(Reason("test_quiet", "Another", "Another"))


@pytest.mark.rule("ROL-03")
def test_with_somebody_on_duty_the_alert_goes_there(the_service, a_dsl_of_the_service, the_lead_dsl, the_headteacher):
    now = timezone.now()
    OnDutyFactory(
        user=a_dsl_of_the_service,
        service=the_service,
        starts_at=now - dt.timedelta(hours=1),
        ends_at=now + dt.timedelta(hours=1),
    )
    assert told_for(the_service, now) == {a_dsl_of_the_service}


@pytest.mark.rule("ROL-03")
def test_with_nobody_on_duty_it_goes_to_the_lead_dsl_and_then_to_the_headteacher(
    the_service, a_dsl_of_the_service, the_lead_dsl, the_headteacher
):
    now = timezone.now()
    assert not OnDuty.objects.exists()
    assert told_for(the_service, now) == {the_lead_dsl}
    the_lead_dsl.adult.leaves_on = timezone.localdate() - dt.timedelta(days=1)
    the_lead_dsl.adult.save()
    assert told_for(the_service, now) == {the_headteacher}


def told_for(service, now):
    """Whom an alert for a service reaches at this moment."""
    made = outbox.raise_alerts(
        recipients=duty.who_to_alert(service, now), reason="test_urgent", reference=str(uuid.uuid4())
    )
    return {alert.recipient for alert in made}
