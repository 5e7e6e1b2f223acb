"""How long a session lasts, and who can end it."""

import datetime
import json

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lps_safeguarding.accounts import sessions, tasks
from lps_safeguarding.accounts.models import SessionNote
from lps_safeguarding.people import operations as people_operations
from lps_safeguarding.people.models import Role
from tests.cast import signed_in

from .conftest import is_signed_in, try_password, with_password

pytestmark = pytest.mark.django_db
PAGE = "accounts:contacts"
START = datetime.datetime(2025, 10, 14, 9, 0, tzinfo=datetime.UTC)


def after(**length):
    return START + datetime.timedelta(**length)


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(START, tick=False)
    return time_machine


@pytest.mark.rule("ACC-06")
def test_a_session_ends_after_fifteen_idle_minutes_and_not_before(a_staff_member, clock):
    client = signed_in(a_staff_member)
    clock.move_to(after(minutes=14, seconds=59), tick=False)
    assert is_signed_in(client)
    clock.move_to(after(minutes=29, seconds=58), tick=False)
    assert is_signed_in(client)
    clock.move_to(after(minutes=44, seconds=59), tick=False)
    assert not is_signed_in(client)


@pytest.mark.rule("ACC-06")
def test_a_session_ends_after_twelve_hours_however_busy(a_staff_member, clock):
    client = signed_in(a_staff_member)
    for minutes in range(10, 12 * 60, 10):
        clock.move_to(after(minutes=minutes), tick=False)
        assert is_signed_in(client)
    clock.move_to(after(hours=12), tick=False)
    assert not is_signed_in(client)


@pytest.mark.rule("ACC-06")
def test_what_a_page_asks_for_by_itself_keeps_no_session_alive(a_dsl_of_the_service, clock):
    client = signed_in(a_dsl_of_the_service)
    for minutes in range(1, 15):
        clock.move_to(after(minutes=minutes), tick=False)
        assert client.get(reverse("alerts:since")).status_code < 400
    clock.move_to(after(minutes=15), tick=False)
    assert client.get(reverse("alerts:since")).status_code == 401
    assert not is_signed_in(client)


@pytest.mark.rule("ACC-06")
def test_the_page_warns_two_minutes_before_and_one_post_extends(a_staff_member, clock):
    client = signed_in(a_staff_member)
    page = client.get(reverse(PAGE)).content.decode()
    assert 'data-idle-seconds="900"' in page and 'data-warning-seconds="120"' in page
    assert f'data-extend-url="{reverse("accounts:session_extend")}"' in page
    clock.move_to(after(minutes=13, seconds=30), tick=False)
    answer = client.post(reverse("accounts:session_extend"))
    assert json.loads(answer.content)["idle_seconds"] == 900
    clock.move_to(after(minutes=28), tick=False)
    assert is_signed_in(client)
    assert client.get(reverse("accounts:session_extend")).status_code == 405


@pytest.mark.rule("ACC-06")
def test_after_the_end_one_comes_back_to_the_same_page_and_the_address_says_no_more(a_staff_member, clock):
    client = signed_in(with_password(a_staff_member))
    clock.move_to(after(minutes=16), tick=False)
    answer = client.get(reverse("accounts:rota") + "?find=Robin")
    assert answer.headers["Location"] == "/sign-in/?next=%2Fduty"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "You were signed out because" in page
    done = client.post(answer.headers["Location"], {"login": a_staff_member.email, "password": "x"})
    assert 'value="/duty"' in done.content.decode()


def test_a_form_sent_after_the_end_comes_back_to_its_page(a_staff_member, clock):
    client = signed_in(a_staff_member)
    clock.move_to(after(minutes=16), tick=False)
    answer = client.post(reverse("accounts:absence_add"), headers={"Referer": "http://testserver/duty/away?x=1"})
    assert answer.headers["Location"] == "/sign-in/?next=%2Fduty%2Faway"


def test_nobody_is_sent_to_another_host_after_signing_in(a_staff_member):
    client = Client()
    data = {"login": with_password(a_staff_member).email, "password": "correct horse battery staple 7"}
    answer = client.post("/sign-in/?next=https://evil.example/", data | {"next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


@pytest.mark.rule("ACC-06")
def test_signing_in_and_showing_again_who_one_is_give_a_new_session_id(a_staff_member):
    client = Client()
    client.get(reverse("account_login"))
    session = client.session
    session["from_before"] = True
    session.save()
    before = session.session_key
    client.cookies["session"] = before
    try_password(client, with_password(a_staff_member))
    first = client.session.session_key
    assert first != before
    client.post(reverse("account_reauthenticate"), {"password": "correct horse battery staple 7", "next": "/duty"})
    assert client.session.session_key != first
    assert is_signed_in(client)
    assert [note.session_key for note in SessionNote.objects.all()] == [client.session.session_key]


@pytest.mark.rule("ACC-06")
def test_a_person_sees_their_sessions_and_ends_one_or_all_others(a_staff_member, another_staff_member):
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1"
    here, phone, third = Client(), Client(HTTP_USER_AGENT=agent), Client()
    for client in (here, phone, third):
        try_password(client, with_password(a_staff_member) if client is here else a_staff_member)
    strangers = signed_in(another_staff_member)
    page = here.get(reverse("accounts:my_account")).content.decode()
    assert "Safari on iPhone" in page and "This one" in page
    note = SessionNote.objects.get(session_key=phone.session.session_key)
    here.post(reverse("accounts:session_end", kwargs={"pk": note.pk}))
    assert not is_signed_in(phone) and is_signed_in(third)
    here.post(reverse("accounts:sessions_end_others"))
    assert not is_signed_in(third) and is_signed_in(here) and is_signed_in(strangers)


def test_nobody_ends_another_persons_session(a_staff_member, another_staff_member):
    theirs = signed_in(another_staff_member)
    note = SessionNote.objects.get(user=another_staff_member)
    assert signed_in(a_staff_member).post(reverse("accounts:session_end", kwargs={"pk": note.pk})).status_code == 404
    assert is_signed_in(theirs)


@pytest.mark.rule("ACC-06")
def test_a_leaver_is_out_with_the_first_request_after_the_last_day(a_staff_member, clock):
    people_operations.set_last_day(adult=a_staff_member.adult, last_day=START.date(), by=None)
    clock.move_to(datetime.datetime(2025, 10, 14, 22, 55, tzinfo=datetime.UTC), tick=False)  # 23:55 in Leicester
    client = signed_in(with_password(a_staff_member))
    assert is_signed_in(client)
    clock.move_to(datetime.datetime(2025, 10, 14, 23, 1, tzinfo=datetime.UTC), tick=False)  # 00:01 on the next day
    assert not is_signed_in(client)
    answer = try_password(Client(), a_staff_member)
    assert answer.headers["Location"] == reverse("account_inactive")


@pytest.mark.rule("ACC-06")
def test_the_sessions_of_leavers_are_ended_by_the_clock_too(a_leaver, a_staff_member):
    sessions_of_leaver = signed_in(a_leaver)
    stays = signed_in(a_staff_member)
    tasks.tidy()
    assert not Session.objects.filter(session_key=sessions_of_leaver.session.session_key).exists()
    assert is_signed_in(stays)


@pytest.mark.rule("ACC-06")
def test_a_closed_account_is_out_with_the_next_request(a_staff_member):
    client = signed_in(a_staff_member)
    people_operations.close_account(user=a_staff_member, by=None)
    assert not is_signed_in(client)


@pytest.mark.rule("ACC-06")
def test_a_role_that_ended_opens_nothing_with_the_next_request(the_business_manager):
    client = signed_in(the_business_manager)
    assert client.get(reverse("accounts:term_add")).status_code == 200
    people_operations.end_role(held=the_business_manager.roles_held.get(role=Role.BUSINESS_MANAGER), by=None)
    assert client.get(reverse("accounts:term_add")).status_code == 403


def test_reading_pages_does_not_write_the_session_each_time(a_staff_member, clock, django_assert_num_queries):
    client = signed_in(a_staff_member)
    client.get(reverse(PAGE))
    seen = client.session[sessions.SEEN]
    clock.move_to(after(seconds=29), tick=False)
    client.get(reverse(PAGE))
    assert client.session[sessions.SEEN] == seen
    clock.move_to(after(seconds=31), tick=False)
    client.get(reverse(PAGE))
    assert client.session[sessions.SEEN] > seen
    assert SessionNote.objects.get().last_seen_at == timezone.now()


def test_signing_out_ends_the_session_and_takes_it_off_the_list(a_staff_member):
    client = signed_in(a_staff_member)
    key = client.session.session_key
    assert client.post(reverse("account_logout")).headers["Location"] == reverse("account_login")
    assert not Session.objects.filter(session_key=key).exists()
    assert not SessionNote.objects.exists()


OPEN = {
    "account_login", "account_logout", "account_inactive", "mfa_login_webauthn", "mfa_authenticate",
    "account_reset_password", "account_reset_password_done", "account_reset_password_from_key_done",
    "account_reset_password_from_key",
}  # fmt: skip
"""Every page of this app that opens without a session, by name."""


def pages():
    from lps_safeguarding.accounts import urls

    return [(f"accounts:{one.name}", one) for one in urls.pages] + [
        (one.name, one) for one in urls.urlpatterns if getattr(one, "name", None)
    ]


@pytest.mark.rule("ACC-06")
@pytest.mark.parametrize("name", [name for name, _ in pages() if name not in OPEN])
def test_a_page_leads_whoever_is_not_signed_in_to_the_sign_in_page(name):
    arguments = {"pk": 1, "role_pk": 1, "week": "2025-10-13"}
    wanted = next(one for found, one in pages() if found == name).pattern.converters
    url = reverse(name, kwargs={key: arguments[key] for key in wanted})
    for method in ("get", "post"):
        answer = getattr(Client(), method)(url)
        assert answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in/"), (method, url)
