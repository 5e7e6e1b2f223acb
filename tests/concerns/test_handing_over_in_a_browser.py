"""Hand-over, caseload, on-duty sheet and a Monday morning with twenty entries, in Chromium; every page passes axe."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from concerns.models import Concern, Decision
from concerns.states import State
from concerns.terms import Form
from lps_safeguarding.access import acting
from tests.browser import DESK, PHONE, is_right
from tests.concerns.factories import a_concern

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.rule("ROL-02", "DEC-01")
@pytest.mark.parametrize(
    ("viewport", "script"), [(PHONE, True), (DESK, True), (PHONE, False)], ids=["phone", "desk", "bare"]
)
def test_open_work_goes_to_a_colleague_who_reads_the_notes(
    browser_of, viewport, script, the_service, a_child, a_staff_member, a_dsl_of_the_service, a_dsl_of_another_service,
    the_lead_dsl,
):  # fmt: skip
    for form in (Form.PINK, Form.STANDARD):
        a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, form=form)

    def right(page, name):
        if script:
            is_right(page, name)

    lead = browser_of(the_lead_dsl, viewport=viewport, java_script_enabled=script)
    lead.goto(reverse("concerns:caseload"))
    expect(lead.get_by_text("2 × 3 = 6")).to_be_visible()
    right(lead, "caseload")
    page = browser_of(a_dsl_of_the_service, viewport=viewport, java_script_enabled=script)
    page.goto(reverse("concerns:hand_over_list"))
    right(page, "hand-over-none")
    page.get_by_role("button", name="Hand over your open work").click()
    right(page, "hand-over-form")
    page.get_by_role("radio", name="Mr B. Castle").check()
    page.get_by_role("radio", name="Away, or going to be").check()
    page.get_by_label("Notes for the one who takes over").fill("Ring the aunt on Thursday.")
    page.get_by_role("button", name="Hand over", exact=True).click()
    expect(page.get_by_text("Handed over. Mr B. Castle was alerted.")).to_be_visible()
    right(page, "hand-over-done")
    other = browser_of(a_dsl_of_another_service, viewport=viewport, java_script_enabled=script)
    other.goto(reverse("concerns:hand_over_list"))
    other.get_by_role("link", name="H-").click()
    expect(other.get_by_text("Ring the aunt on Thursday.")).to_be_visible()
    right(other, "hand-over-read")
    other.goto(reverse("overview:duty_sheet") + "?for=week")
    right(other, "duty-sheet")


def by_keyboard(page: Page, locator, key="Tab") -> None:
    for _ in range(300):
        if locator.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError("The keyboard does not reach it")


def choose(page: Page, first: str, *, down: int) -> None:
    """One of several radios, by the keys with which browsers choose them."""
    by_keyboard(page, page.get_by_role("radio", name=first).first)
    page.keyboard.press("Space")
    for _ in range(down):
        page.keyboard.press("ArrowDown")


@pytest.mark.rule("DEC-01", "DEC-02")
def test_a_monday_morning_of_a_dsl_with_twenty_entries_by_keyboard(
    browser_of, the_service, a_child, a_staff_member, a_dsl_of_the_service
):
    for _ in range(20):
        a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    page = browser_of(a_dsl_of_the_service)
    loads: list[str] = []
    page.on(
        "response", lambda r: loads.append(r.url) if r.request.is_navigation_request() and r.status == 200 else None
    )
    page.goto(reverse("overview:queue"))
    expect(page.get_by_role("link", name="Robin Ashdown")).to_have_count(20)
    by_keyboard(page, page.get_by_role("link", name="Robin Ashdown").first)
    page.keyboard.press("Enter")
    for number in range(1, 4):
        box = page.get_by_label("Why you decide this")
        expect(box).to_be_visible()
        choose(page, "The child has been harmed", down=3)
        expect(page.get_by_role("radio", name="No sign of harm")).to_be_checked()
        by_keyboard(page, page.get_by_role("checkbox", name="Monitor").first)
        page.keyboard.press("Space")
        by_keyboard(page, box)
        page.keyboard.type("No sign of harm.")
        by_keyboard(page, page.get_by_label("The child’s wishes and feelings").first)
        page.keyboard.type("To be left alone.")
        choose(page, "Yes, they have been told", down=1)
        by_keyboard(page, page.get_by_role("button", name="Record the decision"))
        page.keyboard.press("Enter")
        expect(page.get_by_text("The decision was recorded at")).to_be_visible()
        with acting.as_the_system("test"):
            assert Decision.objects.count() == number
        on = page.get_by_role("link", name="Next in the queue")
        on.focus()
        page.keyboard.press("Enter")
    expect(page.get_by_label("Why you decide this")).to_be_visible()
    is_right(page, "monday-next")
    with acting.as_the_system("test"):
        assert Concern.objects.filter(state=State.DECIDED).count() == 3
    # Queue once; then for each entry its page and the page after recording: two loads an entry.
    assert len(loads) == 1 + 3 * 2 + 1, loads
