"""Alerts on screen: the address the open pages ask, the list, following one, and what could not be delivered."""

import datetime as dt
import json
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from lps_safeguarding.accounts import sessions
from lps_safeguarding.alerts import outbox, screen, sweeping, views
from lps_safeguarding.alerts.models import Alert
from tests.cast import CAST, signed_in

pytestmark = pytest.mark.django_db
SINCE = "alerts:since"


@pytest.fixture(autouse=True)
def _somebody_sweeps(db):
    sweeping.sweep()


def ask(client, after=""):
    return client.get(reverse(SINCE), {"after": after} if after else {})


def test_nothing_waiting_and_nothing_changed_is_an_empty_answer(a_dsl_of_the_service):
    client = signed_in(a_dsl_of_the_service)
    first = ask(client)
    assert first.json()["alerts"] == []
    again = ask(client, first.json()["state"])
    assert again.status_code == 204
    assert again.content == b""


@pytest.mark.rule("CON-11")
def test_a_new_alert_is_there_at_the_next_question(a_dsl_of_the_service, an_alert, a_child):
    client = signed_in(a_dsl_of_the_service)
    state = ask(client).json()["state"]
    alert = an_alert(a_dsl_of_the_service, "test_urgent", record=a_child, reference="C-7F3A-91KQ")
    answer = ask(client, state)
    assert answer.status_code == 200
    body = answer.json()
    assert body["count"] == "1"
    assert body["alerts"] == [
        {
            "id": str(alert.pk),
            "line": "Something urgent is waiting for you.",
            "urgent": True,
            "url": reverse("alerts:alert_open", args=[alert.pk]),
            "at": timezone.localtime(alert.deliver_after).strftime("%H:%M"),
            "seen": False,
        }
    ]
    for secret in ("C-7F3A-91KQ", a_child.first_name, str(a_child.pk)):
        assert secret not in answer.content.decode()
    assert ask(client, body["state"]).status_code == 204


def test_an_alert_committed_late_with_an_earlier_time_is_not_missed(a_dsl_of_the_service, an_alert):
    """Two submissions at once: the one begun first may be committed last."""
    client = signed_in(a_dsl_of_the_service)
    an_alert(a_dsl_of_the_service, "test_quiet")
    state = ask(client).json()["state"]
    late = an_alert(a_dsl_of_the_service, "test_urgent", due_at=timezone.now() - dt.timedelta(minutes=1))
    answer = ask(client, state)
    assert str(late.pk) in {alert["id"] for alert in answer.json()["alerts"]}


def test_an_alert_opened_elsewhere_changes_the_answer(a_dsl_of_the_service, an_alert):
    client = signed_in(a_dsl_of_the_service)
    alert = an_alert(a_dsl_of_the_service)
    state = ask(client).json()["state"]
    outbox.mark_alert_opened(alert)
    assert ask(client, state).json()["alerts"] == []


def test_nobody_is_told_of_anybody_elses_alerts(a_dsl_of_the_service, the_lead_dsl, an_alert):
    alert = an_alert(the_lead_dsl)
    client = signed_in(a_dsl_of_the_service)
    state = ask(client).json()["state"]
    an_alert(the_lead_dsl, "test_urgent")
    assert ask(client, state).status_code == 204
    assert client.get(reverse("alerts:alert_open", args=[alert.pk])).status_code == 404
    assert client.get(reverse("alerts:alert_open", args=[uuid.uuid4()])).status_code == 404
    client.post(reverse(SINCE), {"id": [str(alert.pk)]})
    alert.refresh_from_db()
    assert alert.seen_on_screen_at is None
    assert alert.opened_at is None


def test_asking_keeps_no_session_alive():
    assert SINCE in sessions.PASSIVE_PAGES


@pytest.mark.parametrize("who", CAST)
def test_every_signed_in_person_may_ask_and_nobody_else(who, request):
    person = request.getfixturevalue(who)
    answer = ask(signed_in(person))
    assert answer.status_code == (302 if who in ("nobody_signed_in", "a_leaver") else 200)


def test_the_address_writes_nothing_and_costs_two_queries_at_most(
    a_dsl_of_the_service, an_alert, rf, django_assert_max_num_queries
):
    for _ in range(5):
        an_alert(a_dsl_of_the_service, "test_quiet", reference=str(uuid.uuid4()))
    request = rf.get(reverse(SINCE))
    request.user = a_dsl_of_the_service
    a_dsl_of_the_service.roles_held_now()  # read by PersonMiddleware on every request
    with django_assert_max_num_queries(2) as queries:
        views.since(request)
    assert all(query["sql"].startswith("SELECT") for query in queries.captured_queries)


def test_the_state_tells_nothing_about_how_many_alerts_others_have(a_dsl_of_the_service, the_lead_dsl, an_alert):
    before = screen.waiting(a_dsl_of_the_service).state
    for _ in range(3):
        an_alert(the_lead_dsl, reference=str(uuid.uuid4()))
    assert screen.waiting(a_dsl_of_the_service).state == before


def test_what_was_put_on_screen_is_noted_once(a_dsl_of_the_service, an_alert):
    alert = an_alert(a_dsl_of_the_service)
    client = signed_in(a_dsl_of_the_service)
    assert client.post(reverse(SINCE), {"id": [str(alert.pk)]}).status_code == 204
    first = Alert.objects.get(pk=alert.pk).seen_on_screen_at
    assert first
    client.post(reverse(SINCE), {"id": [str(alert.pk)]})
    assert Alert.objects.get(pk=alert.pk).seen_on_screen_at == first
    assert ask(client).json()["alerts"][0]["seen"] is True
    assert client.post(reverse(SINCE), {"id": ["1 OR 1=1"]}).status_code == 400
    assert client.put(reverse(SINCE)).status_code == 405


def test_when_nobody_sweeps_leaders_are_warned_and_warned_once(the_lead_dsl, a_staff_member):
    client = signed_in(the_lead_dsl)
    state = ask(client).json()["state"]
    from lps_safeguarding.alerts.models import Heartbeat

    Heartbeat.objects.all().delete()
    answer = ask(client, state)
    assert "background program has stopped" in json.dumps(answer.json())
    assert ask(client, answer.json()["state"]).status_code == 204
    assert ask(signed_in(a_staff_member)).json()["warning"] == ""


def test_following_an_alert_marks_it_and_leads_to_what_waits(a_dsl_of_the_service, an_alert):
    client = signed_in(a_dsl_of_the_service)
    to_a_page = an_alert(a_dsl_of_the_service, url_name="alerts:undelivered", reference="")
    answer = client.get(reverse("alerts:alert_open", args=[to_a_page.pk]))
    assert answer["Location"] == reverse("alerts:undelivered")
    to_a_record = an_alert(a_dsl_of_the_service, url_name="guidance:setting_change", reference="draft_kept")
    answer = client.get(reverse("alerts:alert_open", args=[to_a_record.pk]))
    assert answer["Location"] == reverse("guidance:setting_change", args=["draft_kept"])
    nowhere = an_alert(a_dsl_of_the_service, url_name="no:such_page", reference="C-A")
    answer = client.get(reverse("alerts:alert_open", args=[nowhere.pk]))
    assert answer["Location"] == reverse("alerts:alert_list")
    assert not Alert.objects.filter(opened_at=None).exists()


@pytest.mark.parametrize("who", CAST)
def test_everybody_has_a_page_of_their_own_alerts(who, request, an_alert):
    person = request.getfixturevalue(who)
    out = who in ("nobody_signed_in", "a_leaver")
    if not out:
        an_alert(person, "test_urgent")
    answer = signed_in(person).get(reverse("alerts:alert_list"))
    assert answer.status_code == (302 if out else 200)
    if not out:
        assert "Something urgent is waiting for you." in answer.content.decode()


class TestUndelivered:
    def given_up(self, alert):
        Alert.objects.filter(pk=alert.pk).update(
            dead_at=timezone.now(), last_error_kind="SMTPRecipientsRefused", attempts=6
        )
        return alert

    @pytest.mark.parametrize("who", CAST)
    def test_who_sees_the_page(self, who, request):
        answer = signed_in(request.getfixturevalue(who)).get(reverse("alerts:undelivered"))
        expected = 200 if who in ("the_administrator", "the_headteacher", "the_lead_dsl") else 403
        assert answer.status_code == (302 if who in ("nobody_signed_in", "a_leaver") else expected)

    @pytest.mark.rule("ROL-05")
    def test_it_says_to_whom_and_why_not_and_never_about_what(
        self, a_dsl_of_the_service, the_administrator, an_alert, a_child
    ):
        self.given_up(an_alert(a_dsl_of_the_service, "test_urgent", record=a_child, reference="C-7F3A-91KQ"))
        page = signed_in(the_administrator).get(reverse("alerts:undelivered")).content.decode()
        assert a_dsl_of_the_service.name in page
        assert "does not take this address" in page
        for secret in ("C-7F3A-91KQ", "test_urgent", "Something urgent", a_child.last_name):
            assert secret not in page

    @pytest.mark.rule("ROL-06")
    def test_private_ones_are_hidden_from_the_headteacher(self, the_chair, the_headteacher, an_alert):
        private = self.given_up(an_alert(the_chair, "test_private"))
        client = signed_in(the_headteacher)
        assert the_chair.name not in client.get(reverse("alerts:undelivered")).content.decode()
        url = reverse("alerts:undelivered_again", args=[private.pk])
        assert client.post(url, {"step": "settle"}).status_code == 404

    def test_it_can_be_sent_again(self, a_dsl_of_the_service, the_administrator, an_alert):
        alert = self.given_up(an_alert(a_dsl_of_the_service))
        signed_in(the_administrator).post(reverse("alerts:undelivered_again", args=[alert.pk]), {"step": "again"})
        alert.refresh_from_db()
        assert (alert.dead_at, alert.attempts) == (None, 0)

    def test_or_taken_off_the_list_by_whoever_told_the_person(self, a_dsl_of_the_service, the_headteacher, an_alert):
        alert = self.given_up(an_alert(a_dsl_of_the_service))
        signed_in(the_headteacher).post(reverse("alerts:undelivered_again", args=[alert.pk]), {"step": "settle"})
        alert.refresh_from_db()
        assert alert.settled_by == the_headteacher
        assert not Alert.objects.quarantined().exists()
        assert Alert.objects.waiting_for(a_dsl_of_the_service.pk, timezone.now()).exists()  # it still waits on screen
