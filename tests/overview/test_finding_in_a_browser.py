"""Finding and trends with a whole school's year in Chromium: axe with every rule, phone and desk, keyboard, no script."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from lps_safeguarding.overview.demo import seed
from lps_safeguarding.people.models import User
from tests.browser import DESK, PHONE, is_right

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def person(slug):
    return User.objects.select_related("adult").get(email=f"{slug}@demo.example")


@pytest.mark.rule("DEC-15", "ACC-04")
def test_finding_and_trends_are_right_for_everybody(browser_of):
    seed.seed(timezone.now())
    for viewport in (PHONE, DESK):
        page = browser_of(person("g.adeyemi"), viewport=viewport)
        for name, address in (
            ("trends", reverse("overview:trends") + "?period=year-2026-09-01"),
            ("trends-children", reverse("overview:trends_children")),
            ("trends-places", reverse("overview:trends_places")),
            ("records", reverse("overview:records")),
            ("records-filtered", reverse("overview:records") + "?kind=neglect&form=standard"),
            ("saved-none", reverse("overview:saved")),
        ):
            assert page.goto(address).status == 200
            is_right(page, name)
        _from_a_number_to_a_record_and_back(page)
        _a_name_is_searched_and_the_view_saved(page)
    _by_keyboard(browser_of(person("g.adeyemi"), viewport=DESK))
    _without_javascript(browser_of(person("g.adeyemi"), viewport=PHONE, java_script_enabled=False))


def _from_a_number_to_a_record_and_back(page):
    page.goto(reverse("overview:trends"))
    number = page.locator(".trend-total .trend-number").first
    said = re.match(r"\d+", number.inner_text())[0]
    number.click()
    expect(page.locator("#found")).to_contain_text(f"{said} record")
    page.locator(".queue-row__link").first.click()
    expect(page).to_have_url(re.compile(r"/concerns/C-"))
    page.go_back()
    expect(page.locator("#found")).to_contain_text(f"{said} record")


def _a_name_is_searched_and_the_view_saved(page):
    page.goto(reverse("overview:children"))
    page.get_by_role("textbox", name="Name").fill("kezzia")
    page.get_by_role("button", name="Find the child").click()
    expect(page.locator("#found")).to_contain_text("found")
    expect(page.get_by_role("link", name=re.compile("Kezia"))).to_be_visible()
    is_right(page, "children-found")
    page.get_by_role("link", name=re.compile("Kezia")).click()
    expect(page).to_have_url(re.compile(r"/children/F-"))
    page.go_back()
    expect(page.get_by_role("link", name=re.compile("Kezia"))).to_be_visible()
    page.goto(reverse("overview:records"))
    page.get_by_role("textbox", name="Child").fill("kezia")
    page.get_by_role("button", name="Show", exact=True).last.click()
    expect(page).to_have_url(re.compile(r"/records/[0-9a-f-]{36}/"))
    is_right(page, "records-found")
    page.get_by_text("Save this view").click()
    page.get_by_role("textbox", name="Name of this view").fill("Her")
    page.get_by_role("button", name="Save the view").click()
    expect(page).to_have_url(re.compile(r"/views/$"))
    is_right(page, "saved")
    page.get_by_role("link", name="Her").first.click()
    expect(page).to_have_url(re.compile(r"/records/[0-9a-f-]{36}/"))


def _by_keyboard(page):
    page.goto(reverse("overview:records"))
    page.get_by_role("textbox", name="Words").focus()
    page.keyboard.type("bruise")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/records/[0-9a-f-]{36}/"))
    page.goto(reverse("overview:trends"))
    page.locator(".trend-table .trend-number").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_contain_text("record")
    page.goto(reverse("overview:trends"))
    page.locator("details.govuk-details > summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Show these dates")).to_be_visible()


def _without_javascript(page):
    page.goto(reverse("overview:trends"))
    expect(page.locator("svg.chart").first).to_be_visible()
    page.get_by_role("combobox", name="Period").select_option(index=1)
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile(r"period="))
    page.goto(reverse("overview:records"))
    page.get_by_role("combobox", name="Form", exact=True).select_option("pink")
    page.get_by_role("button", name="Show", exact=True).first.click()
    expect(page).to_have_url(re.compile(r"/records/\?form=pink"))
    page.goto(reverse("overview:trends_children"))
    page.locator("button.trend-number").first.click()
    expect(page).to_have_url(re.compile(r"/records/[0-9a-f-]{36}/"))
    expect(page.get_by_text("Only this child")).to_be_visible()
