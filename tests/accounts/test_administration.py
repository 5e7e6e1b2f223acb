"""Accounts, roles, and what takes two people (ROL-01, ROL-05)."""

import datetime

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from lps_safeguarding.access.refusals import WrongState
from lps_safeguarding.accounts import links, operations
from lps_safeguarding.accounts.models import RequestKind, TwoPersonRequest
from lps_safeguarding.audit_trail.models import TrailEntry
from lps_safeguarding.people.models import Role, RoleHeld, User
from tests.cast import CAST, a_person, signed_in

from .conftest import App, is_signed_in, with_password

pytestmark = pytest.mark.django_db
NEW = {"title": "Mx", "first_name": "Robin", "last_name": "Newly", "email": "robin.newly@example.org",
       "engagement": "employee", "job_title": "Tutor"}  # fmt: skip


@pytest.fixture
def another_administrator(db):
    return a_person("Ms", "Ivy", "Tolland", Role.STAFF, Role.ADMINISTRATOR)


ADMINISTRATORS_PAGES = ("account_list", "account_new", "service_add")


@pytest.mark.rule("ROL-05")
@pytest.mark.parametrize(
    "who", [name for name in CAST if name not in ("the_administrator", "a_leaver", "nobody_signed_in")]
)
def test_accounts_are_for_the_administrator_only(who, request, a_staff_member):
    client = signed_in(request.getfixturevalue(who))
    for page in ADMINISTRATORS_PAGES:
        assert client.get(reverse(f"accounts:{page}")).status_code == 403
        assert client.post(reverse(f"accounts:{page}"), NEW).status_code == 403
    for page in ("account_detail", "account_edit", "role_add", "last_day", "ask"):
        url = reverse(f"accounts:{page}", kwargs={"pk": a_staff_member.pk})
        assert client.get(url).status_code == 403
    for page in ("account_close", "account_end_sessions", "account_reopen"):
        assert client.post(reverse(f"accounts:{page}", kwargs={"pk": a_staff_member.pk})).status_code == 403
    assert User.objects.get(pk=a_staff_member.pk).is_active


@pytest.mark.rule("ROL-01")
def test_an_administrator_opens_an_account_and_the_person_chooses_the_password(the_administrator):
    client = signed_in(the_administrator)
    answer = client.post(reverse("accounts:account_new"), NEW)
    user = User.objects.get(email=NEW["email"])
    assert answer.headers["Location"] == reverse("accounts:account_detail", kwargs={"pk": user.pk})
    assert not user.has_usable_password() and user.name == "Mx R. Newly"
    links.send_waiting()
    assert [message.to for message in mail.outbox] == [[NEW["email"]]]
    assert TrailEntry.objects.filter(act="account_made", person_id=the_administrator.pk).exists()
    page = client.get(answer.headers["Location"]).content.decode()
    assert "Robin Newly" in page and "robin.newly" not in page.split("</title>")[0]


def test_a_refused_account_says_why_and_keeps_what_was_typed(the_administrator, a_staff_member):
    client = signed_in(the_administrator)
    page = client.post(reverse("accounts:account_new"), NEW | {"email": a_staff_member.email}).content.decode()
    assert "There is an account with this e-mail address already" in page and 'value="Newly"' in page
    page = client.post(reverse("accounts:account_new"), NEW | {"first_name": "", "email": "not one"}).content.decode()
    assert "Enter the first name" in page and "Enter the whole e-mail address" in page
    assert User.objects.filter(adult__last_name="Newly").count() == 0


@pytest.mark.rule("ROL-01")
def test_an_administrator_gives_and_ends_a_role_with_dates(the_administrator, a_staff_member):
    client = signed_in(the_administrator)
    url = reverse("accounts:role_add", kwargs={"pk": a_staff_member.pk})
    client.post(url, {"role": "business_manager", "until_date_0": "31", "until_date_1": "8", "until_date_2": "2030"})
    held = RoleHeld.objects.get(user=a_staff_member, role=Role.BUSINESS_MANAGER)
    assert held.until_date == datetime.date(2030, 8, 31)
    end = reverse("accounts:role_end", kwargs={"pk": a_staff_member.pk, "role_pk": held.pk})
    assert client.get(end).status_code == 200
    client.post(end)
    assert not User.objects.get(pk=a_staff_member.pk).has_role(Role.BUSINESS_MANAGER)
    assert list(TrailEntry.objects.filter(act__startswith="role_").order_by("pk").values_list("act", flat=True)) == [
        "role_given", "role_ended"
    ]  # fmt: skip


@pytest.mark.rule("ROL-01")
@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        ("service_dsl", "Choose the service of this DSL"),
        ("inspector", "Enter the last day of the inspector"),
        ("", "Choose a role"),
    ],
)
def test_an_incomplete_role_is_refused_with_a_sentence(the_administrator, a_staff_member, role, sentence):
    url = reverse("accounts:role_add", kwargs={"pk": a_staff_member.pk})
    assert sentence in signed_in(the_administrator).post(url, {"role": role}).content.decode()
    assert a_staff_member.roles_held.count() == 1


@pytest.mark.rule("ROL-05")
@pytest.mark.parametrize("role", sorted(operations.ROLES_THAT_TAKE_TWO - {Role.SERVICE_DSL, Role.INSPECTOR}))
def test_no_administrator_alone_makes_anybody_a_reader_of_cases(the_administrator, a_staff_member, role):
    url = reverse("accounts:role_add", kwargs={"pk": a_staff_member.pk})
    signed_in(the_administrator).post(url, {"role": role})
    assert not User.objects.get(pk=a_staff_member.pk).has_role(Role(role))
    assert TwoPersonRequest.objects.get().role == role


@pytest.mark.rule("ROL-05")
def test_two_administrators_together_do_not_make_a_reader_of_cases_either(
    the_administrator, another_administrator, a_staff_member, the_headteacher
):
    asked = operations.give_role(by=the_administrator, user=a_staff_member, role=Role.LEAD_DSL)
    for who in (the_administrator, another_administrator, a_staff_member):
        with pytest.raises(PermissionDenied):
            operations.answer(by=who, request=asked, granted=True)
    operations.answer(by=the_headteacher, request=asked, granted=True)
    assert User.objects.get(pk=a_staff_member.pk).has_role(Role.LEAD_DSL)


@pytest.mark.rule("ROL-05")
def test_an_administrator_gives_themselves_nothing(the_administrator, the_headteacher):
    for role in (Role.LEAD_DSL, Role.BUSINESS_MANAGER):
        with pytest.raises(ValidationError, match="Nobody gives a role to themselves"):
            operations.give_role(by=the_administrator, user=the_administrator, role=role)
    with pytest.raises(IntegrityError, match="two_person_not_for_oneself"), transaction.atomic():
        TwoPersonRequest.objects.create(
            kind=RequestKind.RESET_PASSWORD, person=the_administrator, asked_by=the_administrator
        )


@pytest.mark.rule("ROL-05")
def test_the_database_refuses_an_answer_by_the_one_who_asked(the_administrator, a_staff_member):
    with pytest.raises(IntegrityError, match="two_person_two_people"), transaction.atomic():
        TwoPersonRequest.objects.create(
            kind=RequestKind.RESET_PASSWORD, person=a_staff_member, asked_by=the_administrator,
            answered_by=the_administrator, answered_at=timezone.now(), granted=True,
        )  # fmt: skip


@pytest.mark.rule("ACC-06")
def test_a_lost_second_step_is_removed_by_two_people(the_administrator, another_administrator, a_dsl_of_the_service):
    App(with_password(a_dsl_of_the_service))
    open_session = signed_in(a_dsl_of_the_service)
    ask = reverse("accounts:ask", kwargs={"pk": a_dsl_of_the_service.pk})
    signed_in(the_administrator).post(ask, {"kind": "remove_factors", "how_known": "came to the office"})
    asked = TwoPersonRequest.objects.get()
    url = reverse("accounts:request_answer", kwargs={"pk": asked.pk})
    assert signed_in(the_administrator).post(url, {"answer": "grant"}).status_code == 403
    assert Authenticator.objects.filter(user=a_dsl_of_the_service).exists() and is_signed_in(open_session)
    page = signed_in(another_administrator).get(url).content.decode()
    assert "came to the office" in page
    assert signed_in(another_administrator).post(url, {"answer": "grant"}).status_code == 302
    assert not Authenticator.objects.filter(user=a_dsl_of_the_service).exists()
    assert not is_signed_in(open_session)


@pytest.mark.rule("ACC-06")
def test_a_reset_by_an_administrator_takes_a_second_person_and_only_mails_a_link(
    the_administrator, the_headteacher, a_staff_member
):
    with_password(a_staff_member)
    asked = operations.ask(by=the_administrator, kind=RequestKind.RESET_PASSWORD, person=a_staff_member, how_known="x")
    links.send_waiting()
    assert mail.outbox == []
    operations.answer(by=the_headteacher, request=asked, granted=True)
    links.send_waiting()
    assert [message.to for message in mail.outbox] == [[a_staff_member.email]]
    a_staff_member.refresh_from_db()
    assert a_staff_member.has_usable_password()


def test_a_new_address_takes_two_people_and_is_nobody_elses(
    the_administrator, another_administrator, a_staff_member, another_staff_member
):
    with pytest.raises(ValidationError, match="Another account"):
        operations.ask(
            by=the_administrator, kind=RequestKind.CHANGE_EMAIL, person=a_staff_member, how_known="x",
            email=another_staff_member.email.upper(),
        )  # fmt: skip
    asked = operations.ask(
        by=the_administrator,
        kind=RequestKind.CHANGE_EMAIL,
        person=a_staff_member,
        how_known="x",
        email="New@Example.org",
    )
    operations.answer(by=another_administrator, request=asked, granted=True)
    assert User.objects.get(pk=a_staff_member.pk).email == "new@example.org"


def test_a_request_waits_three_days_and_is_answered_once(
    the_administrator, the_headteacher, a_staff_member, time_machine
):
    asked = operations.ask(by=the_administrator, kind=RequestKind.RESET_PASSWORD, person=a_staff_member, how_known="x")
    with pytest.raises(ValidationError, match="asked already"):
        operations.ask(by=the_administrator, kind=RequestKind.RESET_PASSWORD, person=a_staff_member, how_known="x")
    operations.answer(by=the_headteacher, request=asked, granted=False)
    with pytest.raises(WrongState, match="answered already"):
        operations.answer(by=the_headteacher, request=asked, granted=True)
    late = operations.ask(by=the_administrator, kind=RequestKind.RESET_PASSWORD, person=a_staff_member, how_known="x")
    time_machine.move_to(timezone.now() + datetime.timedelta(days=3, seconds=1))
    with pytest.raises(WrongState, match="waited too long"):
        operations.answer(by=the_headteacher, request=late, granted=True)
    assert operations.ask(by=the_administrator, kind=RequestKind.RESET_PASSWORD, person=a_staff_member, how_known="x")


@pytest.mark.rule("ACC-06")
def test_an_administrator_sets_the_last_day_and_closes_an_account(the_administrator, a_staff_member):
    client, theirs = signed_in(the_administrator), signed_in(a_staff_member)
    url = reverse("accounts:last_day", kwargs={"pk": a_staff_member.pk})
    client.post(url, {"last_day_0": "31", "last_day_1": "August", "last_day_2": "2099"})
    a_staff_member.adult.refresh_from_db()
    assert a_staff_member.adult.leaves_on == datetime.date(2099, 8, 31) and is_signed_in(theirs)
    page = client.post(url, {"last_day_0": "1", "last_day_1": "1", "last_day_2": "1999"}).content.decode()
    assert "The last day is before the first day" in page
    client.post(reverse("accounts:account_close", kwargs={"pk": a_staff_member.pk}))
    assert not is_signed_in(theirs)


def test_an_administrator_cannot_close_their_own_account(the_administrator):
    client = signed_in(the_administrator)
    client.post(reverse("accounts:account_close", kwargs={"pk": the_administrator.pk}))
    assert is_signed_in(client)


@pytest.mark.rule("ACC-06")
def test_grave_steps_of_administration_ask_again_who_it_is(the_administrator, a_staff_member):
    client = signed_in(with_password(the_administrator))
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    for page in ("account_new", "role_add", "ask"):
        kwargs = {} if page == "account_new" else {"pk": a_staff_member.pk}
        answer = client.get(reverse(f"accounts:{page}", kwargs=kwargs))
        assert answer.headers["Location"].startswith(reverse("account_reauthenticate")), page


def test_the_list_finds_by_name_without_a_name_in_the_address(the_administrator, a_staff_member, another_staff_member):
    client = signed_in(the_administrator)
    page = client.post(reverse("accounts:account_list"), {"find": "harl tom"}).content.decode()
    assert "Harland, Tom" in page and "Vickers" not in page
    assert (
        "Harland" not in client.get(reverse("accounts:account_list") + "?find=zzz").content.decode().split("<main")[0]
    )


def test_the_list_takes_the_same_few_queries_for_many(the_administrator, django_assert_max_num_queries):
    client = signed_in(the_administrator)
    for n in range(30):
        a_person("Ms", f"Many{n}", "People", Role.STAFF)
    with django_assert_max_num_queries(16):
        client.get(reverse("accounts:account_list"))
