"""Sign-in, second step, session warning and the pages of this app in Chromium, with axe and every rule on."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from lps_safeguarding.accounts import operations, sessions
from lps_safeguarding.accounts.models import RequestKind
from tests.browser import DESK, PHONE, is_right
from tests.browser import sign_in as enter_as
from tests.people.factories import (
    A_GOOD_PASSWORD,
    NonSchoolDayFactory,
    OnDutyFactory,
    OutsideContactFactory,
    TermFactory,
)

from .conftest import App, with_password

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser_of) -> Page:
    # WebAuthn needs a name, not an address; localhost counts as safe without HTTPS.
    return browser_of(None, host="localhost")


@pytest.fixture
def enter(page, live_server, settings):
    """`enter(person)` signs somebody in without the page of sign-in."""
    return lambda person: enter_as(page.context, person, live_server.url.replace("127.0.0.1", "localhost"), settings)


def look(page: Page, name: str) -> None:
    """The page is right on a telephone and on a desk."""
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        is_right(page, name)


def sign_in(page: Page, person) -> None:
    page.goto(reverse("account_login"))
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(A_GOOD_PASSWORD)
    page.keyboard.press("Enter")


@pytest.fixture
def a_virtual_phone(page):
    """A device with a finger on it, as Chromium pretends."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                     "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )  # fmt: skip


@pytest.mark.rule("ACC-06")
def test_a_dsl_sets_up_a_passkey_and_signs_in_with_it_alone(page, a_virtual_phone, a_dsl_of_the_service):
    sign_in(page, with_password(a_dsl_of_the_service))
    expect(page.get_by_role("heading", name="Set up a second step")).to_be_visible()
    look(page, "second-step-needed")
    page.get_by_role("button", name="Set up a passkey").click()
    look(page, "passkey-add")
    page.get_by_label("A name for it").fill("my phone")
    page.get_by_label("Let me sign in with it alone").check()
    page.get_by_role("button", name="Set up the passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes", level=1)).to_be_visible()
    look(page, "recovery-codes")
    page.goto(reverse("accounts:contacts"))
    expect(page.get_by_role("heading", name="Whom to talk to", exact=True)).to_be_visible()
    page.get_by_role("button", name="Sign out").first.press("Enter")  # new alerts may lie over it
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto(reverse("mfa_list_webauthn"))
    expect(page.get_by_role("rowheader", name="my phone")).to_be_visible()
    look(page, "passkeys")


@pytest.mark.rule("ACC-06")
def test_a_dsl_signs_in_by_keyboard_with_an_app(page, a_dsl_of_the_service):
    app = App(with_password(a_dsl_of_the_service))
    page.goto(reverse("account_login"))
    look(page, "sign-in")
    sign_in(page, a_dsl_of_the_service)
    expect(page.get_by_role("heading", name="The second step")).to_be_visible()
    look(page, "second-step")
    page.get_by_label("Code").fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The code is not right")
    look(page, "second-step-wrong")
    page.get_by_label("Code").fill(app.code())
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


def test_the_pages_of_sign_in_pass_axe(page, a_staff_member):
    page.goto(reverse("account_reset_password"))
    look(page, "forgotten")
    page.get_by_label("E-mail address").fill("no address")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Enter the whole e-mail address")
    look(page, "forgotten-wrong")
    page.get_by_label("E-mail address").fill("somebody@example.org")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Look at your e-mails")).to_be_visible()
    page.goto(reverse("account_login"))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Enter your e-mail address")
    look(page, "sign-in-wrong")


@pytest.mark.rule("ACC-06")
def test_the_warning_comes_two_minutes_before_and_one_key_goes_on(page, enter, a_staff_member):
    enter(a_staff_member)
    page.clock.install()
    page.goto(reverse("accounts:contacts"))
    page.clock.run_for((sessions.IDLE_SECONDS - sessions.WARNING_SECONDS - 10) * 1000)
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.clock.run_for(15_000)
    expect(page.get_by_role("dialog", name="You will soon be signed out")).to_be_visible()
    expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    expect(page.locator("[data-session-countdown]")).to_contain_text("2 minutes")
    page.clock.resume()
    look(page, "session-warning")
    with page.expect_response(lambda answer: answer.url.endswith(reverse("accounts:session_extend"))) as extended:
        page.keyboard.press("Enter")
    assert extended.value.status == 200
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_every_page_of_the_administrator_passes_axe(
    page, enter, the_administrator, a_dsl_of_the_service, the_headteacher, the_lead_dsl
):
    TermFactory()
    NonSchoolDayFactory()
    operations.ask(
        by=the_administrator, kind=RequestKind.RESET_PASSWORD, person=a_dsl_of_the_service, how_known="in person"
    )
    enter(the_administrator)
    pk = a_dsl_of_the_service.pk
    for name, kwargs in {
        "account_list": {}, "account_new": {}, "account_detail": {"pk": pk}, "role_add": {"pk": pk},
        "last_day": {"pk": pk}, "ask": {"pk": pk}, "request_list": {}, "calendar": {}, "service_add": {},
        "term_add": {}, "day_add": {}, "outside_add": {}, "my_account": {},
    }.items():  # fmt: skip
        page.goto(reverse(f"accounts:{name}", kwargs=kwargs))
        look(page, name)
    for name in ("mfa_index", "mfa_activate_totp", "account_change_password"):
        page.goto(reverse(name))
        look(page, name)


def test_rota_contacts_and_poster_pass_axe(
    page, enter, the_lead_dsl, the_headteacher, the_chair, a_dsl_of_the_service, another_service, the_service
):
    OutsideContactFactory()
    OnDutyFactory(service=the_service, user=a_dsl_of_the_service)
    enter(the_lead_dsl)
    for name, kwargs in {
        "rota": {}, "week_plan": {"week": "2026-11-23"}, "duty_add": {}, "absence_add": {}, "contacts": {}, "poster": {}
    }.items():  # fmt: skip
        page.goto(reverse(f"accounts:{name}", kwargs=kwargs))
        look(page, name)
