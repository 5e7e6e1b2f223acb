"""The signs of a kind while one writes, in Chromium: beside the tick box, and without JavaScript in a tab of their own."""

import pytest
from playwright.sync_api import expect

from concerns.indicators import NOT_A_CHECKLIST, SIGNS
from concerns.terms import Kind
from tests.browser import DESK, PHONE, is_right
from tests.concerns.factories import a_concern

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KINDS = "Say what kind of concern it is (optional)"


@pytest.mark.rule("CON-15", "CON-17")
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_signs_open_beside_the_tick_box(browser_of, the_school, viewport, a_staff_member):
    page = browser_of(a_staff_member, viewport=viewport)
    page.goto("/concerns/log/entry/")
    page.get_by_label("Why this worries you").fill("He is hungry.")
    page.get_by_text(KINDS).click()
    page.get_by_role("checkbox", name="Bullying").check()
    page.get_by_role("checkbox", name="Race, colour").check()
    button = page.get_by_role("button", name="Signs of: Neglect")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(SIGNS[Kind.NEGLECT][0])).to_be_visible()
    expect(page.get_by_text(NOT_A_CHECKLIST)).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    is_right(page, f"kinds-{viewport['width']}")
    page.keyboard.press("Enter")
    expect(page.get_by_text(SIGNS[Kind.NEGLECT][0])).to_be_hidden()
    expect(page.get_by_label("Why this worries you")).to_have_value("He is hungry.")


@pytest.mark.rule("CON-17")
def test_without_javascript_the_signs_have_a_tab_and_what_was_typed_stays(browser_of, the_school, a_staff_member):
    page = browser_of(a_staff_member, viewport=PHONE, java_script_enabled=False)
    page.goto("/concerns/log/entry/")
    page.get_by_label("Why this worries you").fill("He is hungry.")
    page.get_by_text(KINDS).click()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Signs of: Neglect").click()
    expect(opened.value.get_by_text(SIGNS[Kind.NEGLECT][0])).to_be_visible()
    expect(page.get_by_label("Why this worries you")).to_have_value("He is hungry.")


@pytest.mark.rule("CON-15", "CON-17")
def test_the_dsl_has_the_signs_while_deciding_and_the_lead_sets_the_priorities(
    browser_of, the_school, a_staff_member, a_dsl_of_the_service, the_lead_dsl, a_child
):
    sent = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, kinds=["cce", "online"])
    lead = browser_of(the_lead_dsl, viewport=PHONE)
    lead.goto("/concerns/signs/")
    is_right(lead, "signs")
    lead.get_by_role("link", name="Change the local priorities").click()
    lead.get_by_role("checkbox", name="Child criminal exploitation").check()
    lead.get_by_role("button", name="Save").click()
    expect(lead.get_by_text("Saved. They are marked")).to_be_visible()
    is_right(lead, "priorities")
    dsl = browser_of(a_dsl_of_the_service, viewport=DESK)
    dsl.goto(f"/concerns/{sent.reference}/")
    expect(dsl.get_by_text("Local priority", exact=True)).to_be_visible()
    dsl.get_by_text("Kinds of concern:").click()
    dsl.get_by_role("button", name="Signs of: Child criminal exploitation").click()
    expect(dsl.get_by_text(SIGNS[Kind.CCE][0])).to_be_visible()
    is_right(dsl, "kinds-deciding")
