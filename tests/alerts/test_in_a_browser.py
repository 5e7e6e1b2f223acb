"""Live alerts in Chromium: there within two seconds, read out, in nobody's way; and axe over this part's pages."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from lps_safeguarding.alerts import sweeping
from lps_safeguarding.alerts.models import Alert
from tests.browser import DESK, PHONE, is_right

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page_of(browser_of):
    """`browser_of`, with nothing waiting for anybody."""
    sweeping.sweep()
    return browser_of


@pytest.mark.rule("CON-11")
def test_an_urgent_alert_is_on_the_open_screen_with_the_next_question_or_the_one_after_and_moves_nothing(
    page_of, a_dsl_of_the_service, an_alert
):
    page = page_of(a_dsl_of_the_service)
    with page.expect_response("**/alerts/since/"):
        page.goto(reverse("alerts:alert_list"))
    heading = page.get_by_role("heading", level=1)
    before = heading.bounding_box()
    title = page.title()
    answers = []  # the page asks every 1.5 seconds; one question may be under way already
    page.on("response", lambda answer: "/alerts/since/" in answer.url and answers.append(answer.status))
    alert = an_alert(a_dsl_of_the_service, "test_urgent", url_name="alerts:alert_list", reference="")
    region = page.locator("#live-alerts [aria-live=assertive]")
    expect(region).to_contain_text("Urgent. Something urgent is waiting for you.")
    assert answers.index(200) <= 1, answers
    assert heading.bounding_box() == before
    assert page.title() == f"(1) {title}"
    is_right(page, "alert-urgent")
    page.get_by_role("region", name="New alerts").get_by_role("link", name="Open it").click()
    page.wait_for_url("**/alerts/")
    expect(page.locator("#live-alerts .app-alert")).to_have_count(0)
    alert.refresh_from_db()
    assert alert.seen_on_screen_at
    assert alert.opened_at


def test_a_quiet_alert_is_said_politely_closed_by_a_key_and_not_said_again(page_of, a_dsl_of_the_service, an_alert):
    page = page_of(a_dsl_of_the_service, viewport=PHONE)
    with page.expect_response("**/alerts/since/"):
        page.goto(reverse("alerts:alert_list"))
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/alerts/since/" in answer.url):
        alert = an_alert(a_dsl_of_the_service)
    polite = page.locator("#live-alerts [aria-live=polite]")
    expect(polite).to_contain_text("Something is waiting for you to look at.")
    is_right(page, "alert-quiet")
    page.get_by_role("button", name="Close this message").focus()
    page.keyboard.press("Escape")
    expect(polite).to_be_empty()
    page.wait_for_function("document.title.startsWith('(1)')")
    with page.expect_response("**/alerts/since/"):
        page.reload()
    expect(page.locator("#live-alerts .app-alert")).to_have_count(0)
    assert Alert.objects.get(pk=alert.pk).opened_at is None
    expect(
        page.get_by_role("main").get_by_role("link", name="Something is waiting for you to look at.")
    ).to_be_visible()


def test_polling_goes_on_after_an_error_and_ends_with_the_session(
    page_of, a_dsl_of_the_service, an_alert, live_server
):
    page = page_of(a_dsl_of_the_service)
    asked = []
    page.on("request", lambda request: not request.redirected_from and asked.append(request.url))
    page.route("**/alerts/since/*", lambda route: route.fulfill(status=500))
    page.goto(reverse("alerts:alert_list"))
    page.wait_for_timeout(1000)
    page.unroute("**/alerts/since/*")
    an_alert(a_dsl_of_the_service)
    expect(page.locator("#live-alerts [aria-live=polite]")).to_contain_text("Something is waiting")
    with page.expect_response(lambda answer: "/alerts/since/" in answer.url and answer.status == 302):
        page.context.clear_cookies()
    so_far = len(asked)
    page.wait_for_timeout(3500)
    assert len(asked) == so_far


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_pages_pass_axe(page_of, the_headteacher, the_administrator, a_dsl_of_the_service, an_alert, viewport):
    failed = an_alert(a_dsl_of_the_service, "test_urgent")
    Alert.objects.filter(pk=failed.pk).update(
        emailed_at=None, dead_at=timezone.now(), last_error_kind="SMTPDataError", attempts=6
    )
    page = page_of(the_headteacher, viewport=viewport)
    for name, url in {
        "undelivered": reverse("alerts:undelivered"),
        "duties": reverse("guidance:duty_list"),
        "editions": reverse("guidance:edition_list"),
        "setting": reverse("guidance:setting_change", args=["draft_kept"]),
        "new-edition": reverse("guidance:edition_add"),
    }.items():
        page.goto(url)
        is_right(page, name)
    page.goto(reverse("guidance:setting_change", args=["draft_kept"]))
    page.get_by_role("button", name="Change it from today").click()
    is_right(page, "setting-refused")
    page.get_by_label("New value in days").fill("5")
    page.get_by_label("Why it is changed").fill("Less is kept")
    page.get_by_role("button", name="Change it from today").click()
    expect(page.get_by_role("heading", name="What is different")).to_be_visible()
    is_right(page, "edition")


def test_without_scripts_what_waits_is_on_the_page(page_of, a_dsl_of_the_service, an_alert):
    an_alert(a_dsl_of_the_service, "test_urgent")
    page = page_of(a_dsl_of_the_service, java_script_enabled=False)
    page.goto(reverse("alerts:alert_list"))
    expect(page.get_by_role("link", name="Something urgent is waiting for you.")).to_be_visible()
