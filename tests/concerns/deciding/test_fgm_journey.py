"""An FGM disclosure in Chromium: the teacher on a phone, the DSL at a desk; by keyboard alone; without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from concerns.models import Concern, FgmReport
from concerns.states import FgmState, State
from concerns.terms import Kind, ParentsInformed, ReasonNotToInform
from lps_safeguarding.access import acting
from tests.browser import DESK, PHONE, is_right
from tests.concerns.factories import a_concern, a_decision, read

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.rule("DEC-05", "DEC-06")]


def the_only(model):
    with acting.as_the_system("test"):
        return model.objects.select_related("key").get()


def a_disclosure(a_staff_member, a_child, dsl) -> Concern:
    """Sent, read and decided: only the teacher's own report is open."""
    concern = a_concern(by=a_staff_member, child=a_child, passed_to=dsl, kinds=[Kind.FGM])
    read(concern, by=dsl)
    a_decision(
        concern, by=dsl, kinds=[Kind.FGM], parents_informed=ParentsInformed.NO,
        parents_reason=ReasonNotToInform.GREATER_RISK,
    )  # fmt: skip
    return concern


def try_to_close(page: Page, concern: Concern) -> None:
    page.goto(f"/concerns/{concern.reference}/close/")
    page.get_by_role("radio", name="The police have taken it on").check()
    page.get_by_role("textbox", name="Why it can be closed").fill("The police lead from here.")
    page.get_by_role("button", name="Close", exact=True).click()


def test_a_teacher_logs_it_on_a_phone_reports_it_and_only_then_the_dsl_can_close(
    browser_of, the_school, a_staff_member, a_dsl_of_the_service, a_child
):
    teacher = browser_of(a_staff_member, viewport=PHONE)
    teacher.goto("/concerns/log/entry/")
    teacher.get_by_label("Which child?").press_sequentially("ashd", delay=20)
    teacher.get_by_role("checkbox", name="Robin Ashdown").check()
    teacher.get_by_role("radio", name="The child told me").check()
    teacher.get_by_label("The child’s own words").fill("It was done to me when we went away.")
    teacher.get_by_label("Where, or who told you").fill("Room 7")
    teacher.get_by_text("Say what kind of concern it is (optional)").click()
    teacher.get_by_role("checkbox", name="Female genital mutilation").check()
    teacher.get_by_role("button", name="Check and send").click()
    expect(teacher.get_by_role("heading", name="Check and send")).to_be_visible()
    teacher.get_by_role("button", name="Send", exact=True).click()
    expect(teacher.get_by_role("heading", name="Something only you can do")).to_be_visible()
    is_right(teacher, "fgm-1-sent")
    concern = the_only(Concern)

    dsl = browser_of(a_dsl_of_the_service, viewport=DESK)
    dsl.goto(f"/concerns/{concern.reference}/")
    expect(dsl.get_by_role("heading", name="The teacher’s own report of FGM to the police")).to_be_visible()
    expect(dsl.get_by_role("radio", name="No, they are not told")).to_be_checked()
    expect(dsl.get_by_text("The family may be the danger. Do not tell them")).to_be_visible()
    is_right(dsl, "fgm-2-triage")
    dsl.get_by_role("radio", name="No sign of harm").check()
    dsl.get_by_role("checkbox", name="Monitor").check()
    dsl.get_by_label("Why you decide this").fill("The police lead.")
    dsl.get_by_label("The child’s wishes and feelings").fill("To be asked first.")
    dsl.get_by_role("button", name="Record the decision").click()
    expect(dsl.get_by_text("The decision was recorded at")).to_be_visible()
    try_to_close(dsl, concern)
    expect(dsl.get_by_role("heading", name="There is a problem")).to_be_visible()
    is_right(dsl, "fgm-3-not-closed")
    assert the_only(Concern).state == State.DECIDED

    teacher.get_by_role("button", name="How to report it, and record the reference").click()
    expect(teacher.get_by_role("heading", name="Report this to the police yourself")).to_be_visible()
    is_right(teacher, "fgm-4-how")
    teacher.get_by_label("Reference the police gave").fill("24*0117882")
    teacher.get_by_role("radio", name="Telephone 101").check()
    teacher.get_by_role("button", name="Record the report").click()
    expect(teacher.get_by_text("Recorded. The DSL sees it.")).to_be_visible()
    is_right(teacher, "fgm-5-recorded")
    assert the_only(FgmReport).police_reference == "24*0117882"

    try_to_close(dsl, concern)
    expect(dsl.get_by_text("The concern is closed.")).to_be_visible()
    expect(dsl.get_by_text("24*0117882")).to_be_visible()
    is_right(dsl, "fgm-6-closed")


def test_the_reference_is_recorded_by_keyboard_alone(
    browser_of, the_school, a_staff_member, a_dsl_of_the_service, a_child
):
    concern = a_disclosure(a_staff_member, a_child, a_dsl_of_the_service)
    page = browser_of(a_staff_member, viewport=DESK)
    page.goto(f"/concerns/{concern.reference}/")

    def tab_to(role: str, name: str) -> None:
        wanted = page.get_by_role(role, name=name).first
        expect(wanted).to_be_visible()
        for _ in range(120):
            if wanted.evaluate("e => e === document.activeElement"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"{name} cannot be reached by Tab")

    tab_to("button", "How to report it")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Report this to the police yourself")).to_be_visible()
    tab_to("textbox", "Reference the police gave")
    page.keyboard.type("24*0117882")
    tab_to("radio", "Telephone 101")
    page.keyboard.press("Space")
    tab_to("button", "Record the report")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Recorded. The DSL sees it.")).to_be_visible()
    assert the_only(FgmReport).state == FgmState.REPORTED


def test_without_javascript_the_reason_why_it_does_not_apply_lets_the_dsl_close(
    browser_of, the_school, a_staff_member, a_dsl_of_the_service, a_child
):
    concern = a_disclosure(a_staff_member, a_child, a_dsl_of_the_service)
    page = browser_of(a_dsl_of_the_service, viewport=PHONE, java_script_enabled=False)
    page.goto(f"/concerns/{concern.reference}/")
    page.get_by_role("link", name=re.compile("Record the reference, or why")).first.click()
    page.get_by_text("The duty does not apply", exact=True).click()
    page.get_by_role("button", name="Record the reason").click()
    expect(page.get_by_role("link", name="Choose why the duty does not apply")).to_be_visible()
    page.get_by_role("radio", name="Suspected or feared").check()
    page.get_by_role("button", name="Record the reason").click()
    expect(page.get_by_text("Recorded. The DSL sees it.")).to_be_visible()
    assert the_only(FgmReport).state == FgmState.NOT_APPLYING
    try_to_close(page, concern)
    expect(page.get_by_text("The concern is closed.")).to_be_visible()


@pytest.mark.rule("CON-13", "DEC-08")
def test_private_fostering_and_a_hurt_colleague_have_pages_of_their_own(
    browser_of, the_school, a_staff_member, a_dsl_of_the_service, a_child
):
    concern = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, kinds=["private_fostering"])
    teacher = browser_of(a_staff_member, viewport=PHONE)
    teacher.goto(f"/concerns/{concern.reference}/sent/")
    teacher.get_by_role("link", name="Were you or a colleague hurt or shaken?").click()
    is_right(teacher, "staff-harm")
    teacher.get_by_role("radio", name="Shaken, not injured").check()
    teacher.get_by_role("button", name="Tell a DSL").click()
    expect(teacher.get_by_text("A DSL has been told.")).to_be_visible()
    dsl = browser_of(a_dsl_of_the_service, viewport=PHONE)
    dsl.goto(f"/concerns/{concern.reference}/")
    is_right(dsl, "duties-panel")
    dsl.get_by_role("link", name="Say who looks after the child").click()
    is_right(dsl, "private-fostering")
    dsl.get_by_label("Who looks after the child?").fill("A friend’s mother")
    for group, answer in (
        ("Is that a close relative?", "No"), ("Is it for 28 days", "Yes"), ("Is the child disabled?", "No"),
    ):  # fmt: skip
        dsl.get_by_role("group", name=re.compile(re.escape(group))).get_by_role(
            "radio", name=answer, exact=True
        ).check()
    dsl.get_by_role("button", name="Record").click()
    expect(dsl.get_by_text("Notice to be given")).to_be_visible()
    is_right(dsl, "private-fostering-recorded")
