"""Signing in: password, second step, links, and what none of them tells or opens."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import identify_hasher, make_password
from django.core import mail
from django.test import Client
from django.urls import reverse

from lps_safeguarding.accounts import links, throttle
from lps_safeguarding.accounts.models import LinkAsked
from lps_safeguarding.audit_trail.models import TrailEntry
from tests.cast import signed_in
from tests.people.factories import A_GOOD_PASSWORD

from .conftest import App, is_signed_in, try_password, with_password

pytestmark = pytest.mark.django_db
SECOND_STEP_NEEDED = "/second-step"


def acts():
    return list(TrailEntry.objects.order_by("pk").values_list("act", flat=True))


@pytest.mark.rule("ACC-06")
def test_a_staff_member_signs_in_with_address_and_password(a_staff_member):
    client = Client()
    assert try_password(client, with_password(a_staff_member)).status_code == 302
    assert is_signed_in(client)
    assert "signed_in" in acts()


def test_the_address_may_be_written_in_capitals(a_staff_member):
    with_password(a_staff_member)
    client = Client()
    try_password(client, a_staff_member.email.upper())
    assert is_signed_in(client)


@pytest.mark.rule("ACC-06")
def test_passwords_are_kept_by_argon2(settings):
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[1:]
    kept = make_password("whatever it is")
    assert identify_hasher(kept).algorithm == "argon2" and kept.startswith("argon2$argon2id$")


@pytest.mark.rule("ACC-06")
def test_a_wrong_password_gets_a_sentence_and_keeps_the_address(a_staff_member):
    client = Client()
    answer = try_password(client, with_password(a_staff_member), "wrong")
    page = answer.content.decode()
    assert "do not belong together" in page and a_staff_member.email in page and "wrong" not in page
    assert not is_signed_in(client)
    assert acts() == ["sign_in_failed"]


@pytest.mark.rule("ACC-06")
def test_known_and_unknown_addresses_get_the_same_answer(a_staff_member):
    with_password(a_staff_member)

    def answer(email):
        page = try_password(Client(), email, "wrong password here").content.decode()
        page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
        return re.sub(r"nonce=\"[^\"]*\"", "", page).replace(email, "ADDRESS")

    assert answer(a_staff_member.email) == answer("nobody.at.all@example.org")


@pytest.mark.rule("ACC-06")
def test_known_and_unknown_addresses_cost_one_password_check_each(a_staff_member, monkeypatch):
    with_password(a_staff_member)
    hashed = []
    from django.contrib.auth import hashers

    for name in ("encode", "verify"):
        real = getattr(hashers.Argon2PasswordHasher, name)

        def counted(self, *args, _real=real, _name=name, **kwargs):
            hashed.append(_name)
            return _real(self, *args, **kwargs)

        monkeypatch.setattr(hashers.Argon2PasswordHasher, name, counted)
    try_password(Client(), a_staff_member, "wrong")
    known = len(hashed)
    try_password(Client(), "nobody.at.all@example.org", "wrong")
    assert (known, len(hashed) - known) == (1, 1)


@pytest.mark.rule("ACC-06")
def test_nobody_can_sign_up():
    assert Client().get("/sign-up/").status_code in (302, 404)
    from django.urls import NoReverseMatch

    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


@pytest.mark.rule("ACC-06")
def test_there_is_no_one_click_sign_in_outside_the_demonstration(a_staff_member):
    from django.urls import NoReverseMatch

    with pytest.raises(NoReverseMatch):
        reverse("accounts:sign_in_as", kwargs={"pk": a_staff_member.pk})
    client = Client()
    client.post(f"/sign-in/as/{a_staff_member.pk}")
    assert not is_signed_in(client)


# --- The second step ------------------------------------------------------------------------------------------------
@pytest.mark.rule("ACC-06")
def test_whoever_has_case_access_sets_up_a_second_step_before_any_other_page(a_dsl_of_the_service):
    client = Client()
    try_password(client, with_password(a_dsl_of_the_service))
    for page in ("accounts:contacts", "accounts:rota", "accounts:my_account"):
        assert client.get(reverse(page)).headers["Location"] == SECOND_STEP_NEEDED
    assert client.get(SECOND_STEP_NEEDED).status_code == 200
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


@pytest.mark.rule("ACC-06")
def test_a_staff_member_with_whom_something_is_shared_needs_a_second_step_too(a_staff_member, monkeypatch):
    from lps_safeguarding.accounts import second_factor

    client = Client()
    try_password(client, with_password(a_staff_member))
    assert is_signed_in(client)
    monkeypatch.setattr(second_factor, "needed_by", lambda user: True)
    assert client.get(reverse("accounts:contacts")).headers["Location"] == SECOND_STEP_NEEDED


@pytest.mark.rule("ACC-06")
def test_a_role_given_in_mid_session_asks_for_the_second_step_with_the_next_request(a_staff_member, the_headteacher):
    from lps_safeguarding.people import operations
    from lps_safeguarding.people.models import Role

    client = Client()
    try_password(client, with_password(a_staff_member))
    assert is_signed_in(client)
    operations.give_role(user=a_staff_member, role=Role.BUSINESS_MANAGER, by=the_headteacher)
    assert client.get(reverse("accounts:contacts")).headers["Location"] == SECOND_STEP_NEEDED


@pytest.mark.rule("ACC-06")
@pytest.mark.django_db(transaction=True)
def test_the_app_is_set_up_and_its_codes_are_asked_for_from_then_on(a_dsl_of_the_service):
    from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, format_hotp_value, hotp_value

    client = Client()
    try_password(client, with_password(a_dsl_of_the_service))
    client.get(reverse("mfa_activate_totp"))
    secret = client.session[SECRET_SESSION_KEY]
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert "The code is not right" in wrong.content.decode()
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    done = client.post(reverse("mfa_activate_totp"), {"code": code})
    assert done.headers["Location"] == reverse("mfa_view_recovery_codes")
    assert client.get(done.headers["Location"]).status_code == 200
    assert is_signed_in(client)
    assert [message.subject for message in mail.outbox] == ["An authenticator app was set up"]
    assert "credentials_changed" in acts()

    another = Client()
    assert try_password(another, a_dsl_of_the_service).headers["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(another)
    assert another.get(reverse("mfa_authenticate")).status_code == 200


@pytest.mark.rule("ACC-06")
def test_the_second_step_lets_in_with_the_right_code_only(a_dsl_of_the_service):
    app, client = App(with_password(a_dsl_of_the_service)), Client()
    try_password(client, a_dsl_of_the_service)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not is_signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": app.code()})
    assert is_signed_in(client)


@pytest.mark.rule("ACC-06")
def test_a_code_works_once(a_dsl_of_the_service):
    app = App(with_password(a_dsl_of_the_service))
    code = app.code()
    clients = Client(), Client()
    for client in clients:
        try_password(client, a_dsl_of_the_service)
        client.post(reverse("mfa_authenticate"), {"code": code})
    assert [is_signed_in(client) for client in clients] == [True, False]


@pytest.mark.rule("ACC-06")
def test_codes_cannot_be_guessed_in_numbers(a_dsl_of_the_service):
    app, client = App(with_password(a_dsl_of_the_service)), Client()
    try_password(client, a_dsl_of_the_service)
    for _ in range(6):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    client.post(reverse("mfa_authenticate"), {"code": app.code()})
    assert not is_signed_in(client)


@pytest.mark.rule("ACC-06")
def test_a_plain_staff_member_may_have_a_second_step_and_is_then_always_asked(a_staff_member):
    App(with_password(a_staff_member))
    client = Client()
    assert try_password(client, a_staff_member).headers["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)


@pytest.mark.rule("ACC-06")
def test_whoever_needs_a_second_step_cannot_remove_the_last_one(a_dsl_of_the_service):
    App(a_dsl_of_the_service)
    client = signed_in(a_dsl_of_the_service)
    page = client.get(reverse("mfa_deactivate_totp"))
    assert "Add another one first" in page.content.decode()
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=a_dsl_of_the_service, type="totp").exists()


def test_the_apps_secret_is_not_in_the_clear_in_the_database(a_dsl_of_the_service, settings):
    app = App(a_dsl_of_the_service)
    kept = Authenticator.objects.get(user=a_dsl_of_the_service)
    assert app.secret not in str(kept.data)
    assert kept.wrap().validate_code(app.code())
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = (
        [settings.SECRET_KEY],
        "another secret key, and long enough",
    )
    later = app.code(time.time())
    from allauth.mfa.totp.internal.auth import decrypt, validate_totp_code

    assert validate_totp_code(decrypt(kept.data["secret"]), later)


@pytest.mark.rule("ACC-06")
def test_a_passkey_can_be_added_and_used_to_sign_in(a_staff_member):
    client = signed_in(a_staff_member)
    page = client.get(reverse("mfa_add_webauthn")).content.decode()
    assert "Set up the passkey" in page and '"userVerification": "required"' in page
    assert Client().get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"}).status_code in (
        200,
        405,
    )


# --- Links for passwords ---------------------------------------------------------------------------------------------
def ask_for_link(email):
    answer = Client().post(reverse("account_reset_password"), {"email": email})
    links.send_waiting()
    return answer


@pytest.mark.rule("ACC-06")
def test_asking_for_a_link_answers_alike_and_mails_only_whom_it_may(a_staff_member, a_leaver):
    answers = [ask_for_link(email) for email in (a_staff_member.email, "nobody@example.org", a_leaver.email)]
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {
        (302, reverse("account_reset_password_done"))
    }
    assert [message.to for message in mail.outbox] == [[a_staff_member.email]]
    assert LinkAsked.objects.filter(done_at=None).count() == 0


def test_asking_again_and_again_mails_once_in_five_minutes(a_staff_member):
    for _ in range(5):
        ask_for_link(a_staff_member.email)
    assert len(mail.outbox) == 1


def test_the_mail_with_the_link_names_nobody(a_staff_member):
    ask_for_link(a_staff_member.email)
    (message,) = mail.outbox
    assert message.subject == "Set your password"
    assert a_staff_member.adult.last_name not in message.body


@pytest.mark.rule("ACC-06")
def test_a_new_password_by_link_does_not_bypass_the_second_step(a_dsl_of_the_service):
    App(with_password(a_dsl_of_the_service))
    elsewhere = signed_in(a_dsl_of_the_service)
    ask_for_link(a_dsl_of_the_service.email)
    link = re.search(r"https?://\S+", mail.outbox[0].body)[0]
    client = Client()
    form = client.get(re.sub(r"^https?://[^/]+", "", link))
    new = "another correct horse 9"
    done = client.post(form.headers["Location"], {"password1": new, "password2": new})
    assert done.headers["Location"] == reverse("account_reset_password_from_key_done")
    assert not is_signed_in(client)
    assert not is_signed_in(elsewhere), "sessions from before the new password go on"
    assert try_password(client, a_dsl_of_the_service, new).headers["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    again = Client().get(re.sub(r"^https?://[^/]+", "", link), follow=True)
    assert "no longer good" in again.content.decode()


@pytest.mark.rule("ACC-06")
@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short1", "at least 12 characters"),
        ("1q2w3e4r5t6y", "too common"),
        ("tom.harland@example", "similar"),
    ],
)
def test_weak_passwords_are_refused_with_a_sentence(a_staff_member, password, sentence):
    client = signed_in(with_password(a_staff_member))
    data = {"oldpassword": A_GOOD_PASSWORD, "password1": password, "password2": password}
    answer = client.post(reverse("account_change_password"), data)
    assert answer.status_code == 200
    a_staff_member.refresh_from_db()
    assert a_staff_member.check_password(A_GOOD_PASSWORD), sentence


@pytest.mark.rule("ACC-06")
def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(a_staff_member):
    with_password(a_staff_member)
    here, there = signed_in(a_staff_member), signed_in(a_staff_member)
    new = "another correct horse 9"
    data = {"oldpassword": A_GOOD_PASSWORD, "password1": new, "password2": new}
    key = here.session.session_key
    assert here.post(reverse("account_change_password"), data).status_code == 302
    assert is_signed_in(here) and not is_signed_in(there)
    assert here.session.session_key != key
    assert "credentials_changed" in acts()


# --- Guessing, and locking others out ---------------------------------------------------------------------------------
ATTACKER, SCHOOL, HOME = "198.51.100.7", "203.0.113.5", "192.0.2.44"


def hammer(person, times, ip=ATTACKER):
    answers = [try_password(Client(REMOTE_ADDR=ip), person, f"guess {n}") for n in range(times)]
    return answers[-1].content.decode()


@pytest.mark.rule("ACC-06")
def test_after_ten_failures_even_the_right_password_waits(a_staff_member):
    with_password(a_staff_member)
    assert "do not belong together" in hammer(a_staff_member, throttle.TRIES)
    assert "too many tries" in hammer(a_staff_member, 1)
    client = Client(REMOTE_ADDR=ATTACKER)
    try_password(client, a_staff_member)
    assert not is_signed_in(client)
    assert "locked_out" in acts()


@pytest.mark.rule("ACC-06")
def test_the_wait_is_over_after_five_minutes(a_staff_member, time_machine):
    with_password(a_staff_member)
    time_machine.move_to("2025-10-14 10:00:00+01:00", tick=False)
    hammer(a_staff_member, throttle.TRIES + 1)
    time_machine.move_to("2025-10-14 10:05:01+01:00", tick=False)
    client = Client(REMOTE_ADDR=ATTACKER)
    try_password(client, a_staff_member)
    assert is_signed_in(client)


@pytest.mark.rule("ACC-06")
def test_unknown_addresses_wait_just_the_same():
    assert "too many tries" in hammer("nobody.at.all@example.org", throttle.TRIES + 1)


@pytest.mark.rule("ACC-06")
def test_whoever_hammers_an_account_does_not_lock_its_owner_out_elsewhere(a_staff_member):
    with_password(a_staff_member)
    assert "too many tries" in hammer(a_staff_member, throttle.TRIES + 1)
    owner = Client(REMOTE_ADDR=HOME)
    try_password(owner, a_staff_member)
    assert is_signed_in(owner)


@pytest.mark.rule("ACC-06")
def test_hammering_from_the_schools_own_network_does_not_lock_the_owner_out_of_a_known_device(a_staff_member):
    with_password(a_staff_member)
    owner = Client(REMOTE_ADDR=SCHOOL)
    try_password(owner, a_staff_member)
    owner.post(reverse("account_logout"))
    assert "too many tries" in hammer(a_staff_member, throttle.TRIES + 1, ip=SCHOOL)
    try_password(owner, a_staff_member)
    assert is_signed_in(owner)


@pytest.mark.rule("ACC-06")
def test_hammering_from_a_thousand_networks_does_not_lock_the_owner_out_of_a_known_device(a_staff_member):
    with_password(a_staff_member)
    owner = Client(REMOTE_ADDR=SCHOOL)
    try_password(owner, a_staff_member)
    owner.post(reverse("account_logout"))
    for network in range(throttle.TRIES_OF_STRANGERS + 1):
        last = hammer(a_staff_member, 1, ip=f"198.51.{network}.7")
    assert "too many tries" in last
    try_password(owner, a_staff_member)
    assert is_signed_in(owner)


@pytest.mark.rule("ACC-06")
def test_hammering_one_account_leaves_everybody_else_on_the_network_alone(a_staff_member, another_staff_member):
    with_password(another_staff_member)
    hammer(with_password(a_staff_member), throttle.TRIES + 1, ip=SCHOOL)
    client = Client(REMOTE_ADDR=SCHOOL)
    try_password(client, another_staff_member)
    assert is_signed_in(client)


def test_a_known_device_is_no_licence_to_guess(a_staff_member, another_staff_member):
    client = Client()
    try_password(client, with_password(a_staff_member))
    client.post(reverse("account_logout"))
    for n in range(throttle.TRIES):
        try_password(client, a_staff_member, f"guess {n}")
    assert "too many tries" in try_password(client, a_staff_member).content.decode()
    with_password(another_staff_member)
    for n in range(throttle.TRIES):
        try_password(client, another_staff_member, f"guess {n}")
    assert "too many tries" in try_password(client, another_staff_member).content.decode()


def test_a_forged_or_foreign_device_cookie_is_no_known_device(a_staff_member, rf):
    client = Client()
    try_password(client, with_password(a_staff_member))
    request = rf.get("/")
    good = client.cookies[throttle.DEVICE_COOKIE].value
    request.COOKIES[throttle.DEVICE_COOKIE] = good
    assert throttle.known_device(request, a_staff_member.email)
    assert not throttle.known_device(request, "somebody.else@example.org")
    request.COOKIES[throttle.DEVICE_COOKIE] = good[:-3] + "abc"
    assert not throttle.known_device(request, a_staff_member.email)
    request.COOKIES[throttle.DEVICE_COOKIE] = good
    with_password(a_staff_member, "a new password altogether")
    assert not throttle.known_device(request, a_staff_member.email)


def test_no_address_is_kept_of_failed_sign_ins(a_staff_member, as_superuser):
    hammer("a.secret.person@example.org", 1)
    from lps_safeguarding.accounts.models import SignInTry

    assert SignInTry.objects.count() == 1
    assert b"secret" not in bytes(SignInTry.objects.get().account)
    assert all("secret" not in entry.why for entry in TrailEntry.objects.all())
