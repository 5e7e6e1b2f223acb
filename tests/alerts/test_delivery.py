"""E-mails: what they say, that each goes once, and what happens to those that cannot go."""

import datetime as dt
import smtplib
import threading
import time
import uuid

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from lps_safeguarding.alerts import checks, delivery, outbox, registry, sweeping
from lps_safeguarding.alerts.delivery import Outcome
from lps_safeguarding.alerts.models import RECIPIENT_HAS_LEFT, Alert
from lps_safeguarding.alerts.registry import Reason

MINUTE = dt.timedelta(minutes=1)


def fail_for(monkeypatch, *people, with_error):
    """Sending to these people (to everybody when none is given) raises the error; returns who was tried."""
    tried = []
    send = EmailMessage.send

    def sending(self, fail_silently=False):
        tried.append(self.to[0])
        if not people or self.to[0] in {person.email for person in people}:
            raise with_error
        return send(self, fail_silently)

    monkeypatch.setattr(EmailMessage, "send", sending)
    return tried


class TestTheLetter:
    pytestmark = [pytest.mark.django_db, pytest.mark.rule("CON-11")]

    def test_says_that_something_waits_and_links_to_it_and_holds_nothing_else(
        self, a_dsl_of_the_service, a_child, settings
    ):
        settings.SITE_ADDRESS = "https://safeguarding.school.example/"
        alert = outbox.raise_alert(
            recipient=a_dsl_of_the_service, reason="test_urgent", record=a_child, reference="C-7F3A-91KQ"
        )
        assert delivery.deliver(alert.pk) is Outcome.SENT
        (letter,) = mail.outbox
        assert letter.subject == "Urgent: something is waiting"
        assert letter.to == [a_dsl_of_the_service.email]
        assert f"https://safeguarding.school.example{reverse('alerts:alert_open', args=[alert.pk])}" in letter.body
        whole = letter.message().as_string()
        for secret in (
            a_child.first_name, a_child.last_name, "C-7F3A-91KQ", str(a_child.pk), "test_urgent", "concern", "KS3",
            a_dsl_of_the_service.adult.last_name + ",", "child",
        ):  # fmt: skip
            assert secret.lower() not in whole.lower().replace(a_dsl_of_the_service.email, ""), secret

    def test_of_no_reason_of_any_app_says_what_it_is_about(self):
        for reason in registry.reasons():
            for words in (reason.subject, reason.in_mail):
                assert not registry.says_too_much(words), reason.slug

    def test_a_line_that_says_what_it_is_about_stays_on_the_screen(self, a_dsl_of_the_service, an_alert):
        registry.register(Reason("test_pink", "Urgent", "A pink form about a child is waiting.", urgent=True))
        letter = delivery.compose(an_alert(a_dsl_of_the_service, "test_pink"))
        assert "Something urgent is waiting for you." in letter.body
        assert "pink" not in letter.message().as_string()
        with pytest.raises(ValueError, match="subject"):
            Reason("test_subject", "A child is at risk", "Something is waiting.")

    def test_has_the_same_message_id_at_each_attempt_and_another_for_each_alert(self, a_dsl_of_the_service, an_alert):
        one, other = an_alert(a_dsl_of_the_service), an_alert(a_dsl_of_the_service, "test_urgent")
        first = delivery.compose(one).message()
        again = delivery.compose(Alert.objects.get(pk=one.pk)).message()
        assert first["Message-ID"] == again["Message-ID"]
        assert first["Message-ID"] != delivery.compose(other).message()["Message-ID"]
        assert str(one.pk) not in first["Message-ID"]

    def test_asks_no_machine_for_an_answer(self, a_dsl_of_the_service, an_alert):
        letter = delivery.compose(an_alert(a_dsl_of_the_service)).message()
        assert letter["Auto-Submitted"] == "auto-generated"
        assert letter["X-Auto-Response-Suppress"] == "All"


class TestOnce:
    pytestmark = pytest.mark.django_db

    def test_a_delivered_alert_is_not_sent_again(self, a_dsl_of_the_service, an_alert):
        alert = an_alert(a_dsl_of_the_service)
        assert delivery.deliver(alert.pk) is Outcome.SENT
        assert delivery.deliver(alert.pk) is Outcome.NOT_OURS
        sweeping.sweep()
        assert len(mail.outbox) == 1
        alert.refresh_from_db()
        assert alert.emailed_at
        assert alert.last_error_kind == ""

    def test_an_alert_that_was_opened_meanwhile_needs_no_mail(self, a_dsl_of_the_service, an_alert):
        alert = an_alert(a_dsl_of_the_service)
        outbox.mark_alert_opened(alert)
        sweeping.sweep()
        assert mail.outbox == []

    def test_an_unknown_id_is_nobodys(self):
        assert delivery.deliver(uuid.uuid4()) is Outcome.NOT_OURS

    def test_what_one_process_has_claimed_another_leaves_alone_until_the_lease_ends(
        self, a_dsl_of_the_service, an_alert
    ):
        alert = an_alert(a_dsl_of_the_service)
        assert delivery._claim(timezone.now(), only=alert.pk)  # and then this process dies
        sweeping.sweep()
        assert mail.outbox == []
        with time_machine.travel(timezone.now() + delivery.LEASE + MINUTE, tick=False):
            sweeping.sweep()
        assert len(mail.outbox) == 1

    def test_a_process_that_was_frozen_past_its_lease_sends_nothing(self, a_dsl_of_the_service, an_alert):
        alert = an_alert(a_dsl_of_the_service)
        claimed = delivery._claim(timezone.now(), only=alert.pk)
        with time_machine.travel(timezone.now() + delivery.LEASE + MINUTE, tick=False):
            sweeping.sweep()
            assert delivery._send(*claimed) is Outcome.NOT_OURS
        assert len(mail.outbox) == 1

    def test_urgent_ones_go_first_and_then_the_oldest(self, a_dsl_of_the_service, the_lead_dsl, an_alert):
        now = timezone.now()
        an_alert(the_lead_dsl, due_at=now - MINUTE)
        an_alert(a_dsl_of_the_service, due_at=now - 5 * MINUTE)
        an_alert(the_lead_dsl, "test_urgent", due_at=now)
        sweeping.sweep(now)
        assert [(letter.to[0], letter.subject.startswith("Urgent")) for letter in mail.outbox] == [
            (the_lead_dsl.email, True),
            (a_dsl_of_the_service.email, False),
            (the_lead_dsl.email, False),
        ]


class TestWhatCannotGo:
    pytestmark = pytest.mark.django_db

    def test_one_that_fails_does_not_stop_the_others(
        self, a_dsl_of_the_service, the_lead_dsl, the_headteacher, an_alert, monkeypatch
    ):
        for person in (a_dsl_of_the_service, the_lead_dsl, the_headteacher):
            an_alert(person)
        fail_for(monkeypatch, a_dsl_of_the_service, with_error=RuntimeError("poison"))
        sweeping.sweep()
        assert {letter.to[0] for letter in mail.outbox} == {the_lead_dsl.email, the_headteacher.email}

    def test_a_row_that_our_own_program_cannot_handle_does_not_stop_the_others(
        self, a_dsl_of_the_service, the_lead_dsl, an_alert, monkeypatch
    ):
        poison, fine = an_alert(a_dsl_of_the_service, "test_urgent"), an_alert(the_lead_dsl)
        Alert.objects.filter(pk=poison.pk).update(reason="forgotten_reason")
        sweeping.sweep()
        assert [letter.to[0] for letter in mail.outbox] == [the_lead_dsl.email]
        fine.refresh_from_db()
        assert fine.emailed_at

    def test_after_the_last_attempt_it_is_given_up_and_not_tried_again(
        self, a_dsl_of_the_service, the_lead_dsl, an_alert, monkeypatch
    ):
        alert = an_alert(a_dsl_of_the_service)
        refused = smtplib.SMTPRecipientsRefused({"x": (550, b"no such person Okafor")})
        tried = fail_for(monkeypatch, a_dsl_of_the_service, with_error=refused)
        now = timezone.now()
        for _ in range(delivery.MOST_ATTEMPTS + 4):
            with time_machine.travel(now, tick=False):
                sweeping.sweep()
            now += 20 * MINUTE
        alert.refresh_from_db()
        assert alert.is_dead
        assert alert.last_error_kind == "SMTPRecipientsRefused"
        assert tried.count(a_dsl_of_the_service.email) == delivery.MOST_ATTEMPTS

    def test_the_waits_between_attempts_grow(self, a_dsl_of_the_service, an_alert, monkeypatch):
        alert = an_alert(a_dsl_of_the_service)
        fail_for(monkeypatch, with_error=RuntimeError())
        now, waits = timezone.now(), []
        for _ in range(4):
            with time_machine.travel(now, tick=False):
                delivery.deliver(alert.pk)
            alert.refresh_from_db()
            waits.append(alert.leased_until - now)
            now = alert.leased_until
        assert waits == [1 * MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]

    def test_while_the_mail_server_itself_is_down_nothing_is_given_up(
        self, a_dsl_of_the_service, an_alert, monkeypatch
    ):
        alert = an_alert(a_dsl_of_the_service)
        with monkeypatch.context() as broken:
            fail_for(broken, with_error=ConnectionRefusedError())
            now = timezone.now()
            for _ in range(40):
                with time_machine.travel(now, tick=False):
                    sweeping.sweep()
                now += 15 * MINUTE
        alert.refresh_from_db()
        assert not alert.is_dead
        with time_machine.travel(now, tick=False):
            sweeping.sweep()
        assert len(mail.outbox) == 1

    def test_a_message_that_breaks_the_mail_server_while_others_go_through_is_given_up(
        self, a_dsl_of_the_service, the_lead_dsl, an_alert, monkeypatch
    ):
        alert = an_alert(a_dsl_of_the_service)
        fail_for(monkeypatch, a_dsl_of_the_service, with_error=smtplib.SMTPServerDisconnected("gone"))
        now = timezone.now()
        for number in range(delivery.MOST_ATTEMPTS + 2):
            with time_machine.travel(now, tick=False):
                an_alert(the_lead_dsl, reference=f"C-{number}")
                sweeping.sweep()
            now += 20 * MINUTE
        alert.refresh_from_db()
        assert alert.is_dead
        waiting = [letter for letter in mail.outbox if letter.subject == "Something is waiting for you"]
        assert [letter.to[0] for letter in waiting] == [the_lead_dsl.email] * (delivery.MOST_ATTEMPTS + 2)

    def test_one_that_takes_the_process_down_each_time_is_given_up(self, a_dsl_of_the_service, an_alert):
        alert = an_alert(a_dsl_of_the_service)
        now = timezone.now()
        for _ in range(delivery.MOST_ATTEMPTS):
            assert delivery._claim(now)  # and dies
            now += delivery.LEASE + MINUTE
        assert delivery._claim(now) is None
        alert.refresh_from_db()
        assert alert.is_dead
        assert alert.last_error_kind == "Interrupted"

    def test_whoever_left_meanwhile_gets_no_mail(self, a_dsl_of_the_service, an_alert):
        alert = an_alert(a_dsl_of_the_service)
        a_dsl_of_the_service.is_active = False
        a_dsl_of_the_service.save()
        assert delivery.deliver(alert.pk) is Outcome.GIVEN_UP
        alert.refresh_from_db()
        assert alert.last_error_kind == RECIPIENT_HAS_LEFT
        assert mail.outbox == []

    def test_the_text_of_an_error_is_neither_kept_nor_logged(
        self, a_dsl_of_the_service, an_alert, monkeypatch, caplog
    ):
        alert = an_alert(a_dsl_of_the_service)
        fail_for(monkeypatch, with_error=RuntimeError("Robin Ashdown said"))
        delivery.deliver(alert.pk)
        alert.refresh_from_db()
        assert alert.last_error_kind == "RuntimeError"
        assert "Ashdown" not in caplog.text

    def test_tried_again_by_hand_it_goes_out(self, a_dsl_of_the_service, an_alert, django_capture_on_commit_callbacks):
        alert = an_alert(a_dsl_of_the_service)
        Alert.objects.filter(pk=alert.pk).update(dead_at=timezone.now(), attempts=6, last_error_kind="OSError")
        with django_capture_on_commit_callbacks(execute=True):
            delivery.try_again(alert.pk)
        assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_the_same_time_send_each_mail_once(
    a_dsl_of_the_service, the_lead_dsl, the_headteacher, an_alert, monkeypatch
):
    for person in (a_dsl_of_the_service, the_lead_dsl, the_headteacher):
        for reason in ("test_quiet", "test_urgent", "test_private"):
            an_alert(person, reason)
    send = EmailMessage.send

    def slowly(self, fail_silently=False):
        time.sleep(0.02)
        return send(self, fail_silently)

    monkeypatch.setattr(EmailMessage, "send", slowly)
    ready = threading.Barrier(4)

    def one_sweep():
        try:
            ready.wait()
            sweeping.sweep()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one_sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(mail.outbox) == 9
    assert len({letter.extra_headers["Message-ID"] for letter in mail.outbox}) == 9


def test_a_mail_server_that_may_be_slower_than_the_lease_is_an_error_of_the_settings(settings):
    assert checks.check_mail_is_faster_than_its_lease(None) == []
    for seconds in (None, 15, 60):
        settings.EMAIL_TIMEOUT = seconds
        assert [each.id for each in checks.check_mail_is_faster_than_its_lease(None)] == ["alerts.E001"]


def test_a_clock_without_the_sweep_is_an_error_of_the_settings(settings):
    assert checks.check_the_clock(None) == []
    settings.CELERY_BEAT_SCHEDULE = {}
    assert [each.id for each in checks.check_the_clock(None)] == ["alerts.E002"]
