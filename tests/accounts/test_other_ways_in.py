"""The demonstration's one click, Microsoft and Google, and the first accounts of a school."""

import importlib
import re
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import clear_url_caches, reverse

from lps_safeguarding.access import acting
from lps_safeguarding.accounts import adapters, urls
from lps_safeguarding.people.models import Role, User
from tests.cast import a_person

from .conftest import App, is_signed_in

pytestmark = pytest.mark.django_db


# --- The demonstration ------------------------------------------------------------------------------------------------
@pytest.fixture
def demonstration(settings):
    """The addresses as they are when LPS_DEMO is set."""
    project = importlib.import_module(settings.ROOT_URLCONF)

    def read_again():
        importlib.reload(urls)
        importlib.reload(project)
        clear_url_caches()

    settings.DEMO = True
    read_again()
    yield
    settings.DEMO = False
    read_again()


@pytest.mark.rule("ACC-06")
def test_in_the_demonstration_the_sign_in_page_lists_people_and_one_click_signs_in(demonstration):
    lead = a_person("Ms", "Lena", "Farrow", Role.STAFF, Role.LEAD_DSL)
    User.objects.filter(pk=lead.pk).update(email="lena@demo.example")
    page = Client().get(reverse("account_login")).content.decode()
    assert "Ms L. Farrow" in page and "Lead DSL" in page
    assert "nobody needs a password or a second step" in page
    client = Client()
    url = reverse("accounts:sign_in_as", kwargs={"pk": lead.pk})
    assert client.get(url).status_code == 405
    assert client.post(url, {"next": "https://evil.example/"}).headers["Location"] == "/"
    assert is_signed_in(client)


@pytest.mark.rule("ACC-06")
def test_not_even_the_demonstration_lets_a_leaver_in(demonstration, a_leaver):
    client = Client()
    assert client.post(reverse("accounts:sign_in_as", kwargs={"pk": a_leaver.pk})).status_code == 404
    assert not is_signed_in(client)


# --- Microsoft and Google ---------------------------------------------------------------------------------------------
def from_outside(provider, email, *, verified=True, hd="school.example"):
    account = SocialAccount(provider=provider, uid="outside-1", extra_data={"hd": hd} if provider == "google" else {})
    return SocialLogin(
        user=User(), account=account, email_addresses=[EmailAddress(email=email, verified=verified, primary=True)]
    )


@pytest.fixture
def at_the_door(rf, settings, monkeypatch):
    """Somebody comes back from Microsoft or Google; gives the login after our decision, or None when it was refused."""
    settings.GOOGLE_DOMAIN = "school.example"
    monkeypatch.setattr(adapters.messages, "error", lambda request, sentence: None)
    monkeypatch.setattr(SocialLogin, "connect", lambda self, request, user: setattr(self, "user", user))

    def come(login):
        request = rf.get("/")
        request.session = SimpleNamespace()
        with acting.as_the_system("test"):
            try:
                adapters.SocialAccountAdapter(request).pre_social_login(request, login)
            except ImmediateHttpResponse as refused:
                assert refused.response.headers["Location"] == reverse("account_login")
                return None
        return login

    return come


@pytest.mark.rule("ACC-06")
@pytest.mark.parametrize("provider", ["google", "microsoft"])
def test_a_verified_address_of_an_account_is_let_through(at_the_door, a_staff_member, provider):
    assert at_the_door(from_outside(provider, a_staff_member.email.upper())).user == a_staff_member


@pytest.mark.rule("ACC-06")
@pytest.mark.parametrize(
    "login",
    [
        {"provider": "google", "email": "nobody@school.example"},
        {"provider": "google", "email": "tom.harland@example.org", "verified": False},
        {"provider": "google", "email": "tom.harland@example.org", "hd": "elsewhere.example"},
        {"provider": "google", "email": "tom.harland@example.org", "hd": ""},
        {"provider": "microsoft", "email": "tom.harland@example.org", "verified": False},
    ],
)
def test_unknown_unverified_and_foreign_addresses_are_turned_away(at_the_door, a_staff_member, login):
    before = User.objects.count()
    assert at_the_door(from_outside(**login)) is None
    assert User.objects.count() == before


@pytest.mark.rule("ACC-06")
def test_microsoft_or_google_do_not_replace_the_second_step(a_dsl_of_the_service, rf):
    from allauth.account.internal.flows.login import perform_login
    from allauth.account.models import Login
    from allauth.core import context
    from django.contrib.auth.models import AnonymousUser
    from django.contrib.sessions.backends.db import SessionStore

    App(a_dsl_of_the_service)
    request = rf.get("/")
    request.session, request.user = SessionStore(), AnonymousUser()
    request.allauth = SimpleNamespace()
    with context.request_context(request):
        answer = perform_login(request, Login(user=a_dsl_of_the_service, email=a_dsl_of_the_service.email))
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert not request.user.is_authenticated


@pytest.mark.rule("ACC-06")
def test_without_settings_microsoft_and_google_are_nowhere_to_be_seen():
    page = Client().get(reverse("account_login")).content.decode()
    assert "Microsoft" not in page and "Google" not in page
    assert Client().get("/sign-in/with/google/login/").status_code in (302, 404)


# --- The first accounts -----------------------------------------------------------------------------------------------
def test_the_first_accounts_are_opened_at_the_machine_once(capsys):
    call_command("first_account", "administrator", "Ivo", "Tully", "ivo@school.example")
    link = re.search(r"https?://\S+", capsys.readouterr().out)[0]
    assert Client().get(re.sub(r"^https?://[^/]+", "", link)).status_code == 302
    user = User.objects.get(email="ivo@school.example")
    assert user.has_role(Role.ADMINISTRATOR) and not user.has_usable_password()
    with pytest.raises(CommandError, match="already"):
        call_command("first_account", "administrator", "Eve", "Other", "eve@school.example")
    call_command("first_account", "headteacher", "Hugh", "Head", "hugh@school.example")
    assert User.objects.count() == 2


def test_a_first_account_with_a_wrong_address_is_refused_with_a_sentence():
    with pytest.raises(CommandError, match="valid email"):
        call_command("first_account", "administrator", "Ivo", "Tully", "no address")
    assert not User.objects.exists()
