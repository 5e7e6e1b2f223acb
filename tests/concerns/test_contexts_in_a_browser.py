"""A DSL links a place on the triage page and writes on it, in Chromium: with a script, without, by keyboard (CON-16)."""

import pytest
from playwright.sync_api import expect

from tests.browser import DESK, PHONE, is_right
from tests.concerns.factories import a_concern, a_context, read

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.rule("CON-16")]


@pytest.fixture
def here(a_staff_member, a_child, a_dsl_of_the_service, the_lead_dsl, the_headteacher):
    a_context(by=a_dsl_of_the_service, name="Abbey Park")
    return read(a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service), by=a_dsl_of_the_service)


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_place_is_linked_and_written_on(browser_of, here, a_dsl_of_the_service, viewport):
    page = browser_of(a_dsl_of_the_service, viewport=viewport)
    page.goto(f"/concerns/{here.reference}/")
    box = page.get_by_label("Link a place, group, online space or route")
    box.focus()
    expect(page.locator("datalist option[value='Abbey Park, a place']")).to_have_count(1)
    box.fill("Abbey Park, a place")
    page.get_by_role("button", name="Link it").click()
    expect(page.get_by_role("link", name="Abbey Park")).to_be_visible()
    is_right(page, "contexts-1-triage")
    page.get_by_label("Link a place, group, online space or route").fill("The 22 bus")
    page.get_by_role("button", name="Link it").click()
    expect(page.get_by_role("heading", name="It is new: what is it?")).to_be_visible()
    is_right(page, "contexts-2-new")
    page.get_by_role("radio", name="A route or a way of travelling").check()
    page.get_by_role("button", name="Add and link").click()
    page.get_by_role("link", name="The 22 bus").click()
    expect(page.get_by_role("heading", name="The 22 bus")).to_be_visible()
    page.get_by_role("button", name="Write a note").click()
    page.get_by_role("radio", name="What we did about it").check()
    page.get_by_role("textbox", name="Note").fill("Spoke with the driver")
    is_right(page, "contexts-3-note")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("Spoke with the driver")).to_be_visible()
    is_right(page, "contexts-4-detail")
    page.get_by_role("link", name="Add something to do").click()
    is_right(page, "contexts-5-to-do")
    page.goto("/concerns/contexts/")
    expect(page.get_by_role("link", name="Abbey Park")).to_be_visible()
    is_right(page, "contexts-6-list")
    page.get_by_role("link", name="Abbey Park").click()
    page.get_by_role("link", name="Join with another entry").click()
    is_right(page, "contexts-7-join")
    page.get_by_label("Which entry is the same as this one?").fill("The 22 bus")
    page.get_by_role("button", name="Join them").click()
    expect(page.get_by_text("Joined with “The 22 bus”")).to_be_visible()
    is_right(page, "contexts-8-joined")


def test_a_new_place_without_javascript(browser_of, here, a_dsl_of_the_service):
    page = browser_of(a_dsl_of_the_service, viewport=PHONE, java_script_enabled=False)
    page.goto(f"/concerns/{here.reference}/")
    page.get_by_label("Link a place, group, online space or route").fill("Year 9 chat")
    page.get_by_role("button", name="Link it").click()
    page.get_by_role("radio", name="An online space").check()
    page.get_by_role("button", name="Add and link").click()
    expect(page.get_by_role("link", name="Year 9 chat")).to_be_visible()


def test_a_place_by_keyboard_alone(browser_of, here, a_dsl_of_the_service):
    page = browser_of(a_dsl_of_the_service)
    page.goto(f"/concerns/{here.reference}/")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "id_context":
            break
    page.keyboard.type("abbey park")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Abbey Park")).to_be_visible()
