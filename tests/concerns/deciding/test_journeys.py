"""The whole path in Chromium: staff, DSL, lead DSL, headteacher, committee member, administrator; by keyboard alone and
without JavaScript. Every page on the way passes every rule of axe and needs no sideways scrolling."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from concerns.models import Concern, Decision, FollowUp, Referral
from concerns.states import State
from lps_safeguarding.access import acting
from tests.browser import DESK, PHONE, is_right
from tests.concerns.factories import a_pink_form

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def the_only(model):
    with acting.as_the_system("test"):
        return model.objects.select_related("key").get()


def fill_moment(page: Page, group: str, moment: datetime.datetime) -> None:
    local = timezone.localtime(moment)
    box = page.get_by_role("group", name=group, exact=True).first
    for label, value in (("Day", local.day), ("Month", local.month), ("Year", local.year)):
        box.get_by_label(label, exact=True).fill(str(value))
    if box.get_by_label("Time", exact=True).count():
        box.get_by_label("Time", exact=True).fill(f"{local:%H:%M}")


def loads_of(page: Page) -> list[str]:
    """The pages this browser loads from now on."""
    seen: list[str] = []
    page.on(
        "response", lambda r: seen.append(r.url) if r.request.is_navigation_request() and r.status == 200 else None
    )
    return seen


@pytest.mark.rule(
    "DEC-01", "DEC-02", "DEC-04", "DEC-09", "DEC-10", "DEC-12", "DEC-13", "DEC-14", "CPF-06", "ROL-05", "ROL-06"
)
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_from_a_worried_teacher_to_a_closed_concern(
    browser_of, the_school, viewport, request, a_staff_member, another_staff_member, a_dsl_of_the_service, the_lead_dsl,
    the_headteacher, a_committee_member, the_administrator, a_child,
):  # fmt: skip
    size = {"viewport": viewport}
    concern = a_pink_form(
        by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, childs_words="I do not want to go home."
    )

    # The DSL: queue, triage, recorded, in three page loads.
    dsl = browser_of(a_dsl_of_the_service, **size)
    loads = loads_of(dsl)
    dsl.goto("/queue/")
    is_right(dsl, "journey-1-queue")
    dsl.get_by_role("link", name="Robin Ashdown").click()
    expect(dsl.get_by_text("I do not want to go home.")).to_be_visible()
    is_right(dsl, "journey-2-triage")
    dsl.get_by_role("radio", name="The child is at risk of harm").check()
    expect(dsl.get_by_text("Proposed because the child is at risk of harm.")).to_be_visible()
    expect(dsl.get_by_role("checkbox", name="Children’s social care")).to_be_checked()
    referral = dsl.get_by_role("group", name="Referral: Children’s social care")
    referral.get_by_role("radio", name="Yes", exact=True).check()
    referral.get_by_label("Who you spoke to").fill("Duty worker")
    referral.get_by_role("radio", name="Telephone").check()
    referral.get_by_role("radio", name="Today", exact=True).check()
    referral.get_by_label("What you told them").fill("What was said, and that an aunt can help.")
    referral.get_by_role("radio", name="With consent").check()
    dsl.get_by_label("Why you decide this").fill("Afraid to go home tonight.")
    dsl.get_by_label("The child’s wishes and feelings").fill("To stay with the aunt.")
    dsl.get_by_role("radio", name="Not yet: they will be told").check()
    dsl.get_by_label("What is to be done").first.fill("Walk Robin to the gate at 15:10.")
    dsl.get_by_label("Who does it").first.fill("Jo Vickers, Teacher")
    fill_moment(dsl, "By", timezone.now() + datetime.timedelta(days=1))
    dsl.get_by_role("button", name="Add another follow-up").click()
    expect(dsl.get_by_role("group", name="Follow-up 2")).to_be_visible()
    dsl.get_by_label("Word to the reporter").fill("Thank you. We are acting on it now.")
    is_right(dsl, "journey-3-triage-filled")
    dsl.get_by_role("button", name="Record the decision").click()
    expect(dsl.get_by_text("The decision was recorded at")).to_be_visible()
    is_right(dsl, "journey-4-decided")
    assert len(loads) == 3, loads
    assert the_only(Decision).options == ["social_care"]

    # The owner of the follow-up sees what is to be done, and nothing else.
    owner = browser_of(another_staff_member, **size)
    owner.goto("/")
    owner.get_by_role("link", name=re.compile("Walk Robin")).click()
    is_right(owner, "journey-5-follow-up")
    assert "Ashdown" not in owner.content()
    owner.get_by_role("radio", name="It is done").check()
    owner.get_by_label("Note").fill("Done at 15:10.")
    owner.get_by_role("button", name="Record").click()
    expect(owner.get_by_text("Recorded at")).to_be_visible()

    # The reporter: read, answered, still worried.
    staff = browser_of(a_staff_member, **size)
    staff.goto("/")
    is_right(staff, "journey-6-staff-home")
    staff.get_by_role("link", name="Robin Ashdown").first.click()
    expect(staff.get_by_text("Thank you. We are acting on it now.")).to_be_visible()
    assert "Afraid to go home tonight." not in staff.content()

    # The headteacher is told of the referral and sees no account.
    head = browser_of(the_headteacher, **size)
    head.goto("/")
    is_right(head, "journey-7-head-home")
    head.get_by_role("link", name="Robin Ashdown").click()
    expect(head.get_by_text("You see a summary.")).to_be_visible()
    assert "go home" not in head.content()
    is_right(head, "journey-8-head-summary")

    # The lead DSL: the answer of social care, who has looked, closed.
    lead = browser_of(the_lead_dsl, **size)
    lead.goto(reverse("concerns:concern_detail", args=[concern.reference]))
    lead.get_by_role("link", name="Children’s social care (Duty and Advice)").click()
    is_right(lead, "journey-9-referral")
    lead.get_by_role("textbox", name="What they decided").fill("They visit tonight.")
    lead.get_by_role("button", name="Record the answer").click()
    expect(lead.get_by_text("The answer is recorded.")).to_be_visible()
    lead.get_by_role("link", name="Back to the concern").click()
    lead.get_by_role("button", name="Close this concern").click()
    is_right(lead, "journey-10-close")
    lead.get_by_role("radio", name="Children’s social care has taken it on").check()
    lead.get_by_role("textbox", name="Why it can be closed").fill("Social care leads from here.")
    lead.get_by_role("button", name="Close", exact=True).click()
    expect(lead.get_by_text("The concern is closed.")).to_be_visible()
    is_right(lead, "journey-11-closed")
    lead.get_by_role("link", name="Who has looked at this").click()
    expect(lead.get_by_role("cell", name="Mrs A. Okafor").first).to_be_visible()
    is_right(lead, "journey-12-trail")
    assert the_only(Concern).state == State.CLOSED

    # Members of the committee and the administrator find nothing of it.
    for person, name in ((a_committee_member, "committee"), (the_administrator, "administrator")):
        other = browser_of(person, **size)
        other.goto("/")
        is_right(other, f"journey-13-{name}-home")
        assert "Ashdown" not in other.content()
        assert other.goto(reverse("concerns:concern_detail", args=[concern.reference])).status == 404
        assert other.goto("/queue/").status == 403


@pytest.mark.rule("DEC-02", "DEC-04", "DEC-10")
def test_a_decision_by_keyboard_alone(browser_of, the_school, a_staff_member, a_dsl_of_the_service, a_child):
    a_pink_form(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    page = browser_of(a_dsl_of_the_service, viewport=DESK)
    page.goto("/queue/")

    def tab_to(role: str, name: str) -> None:
        wanted = page.get_by_role(role, name=name).first
        expect(wanted).to_be_visible()
        for _ in range(250):
            if wanted.evaluate("e => e === document.activeElement"):
                box = wanted.bounding_box()
                assert box is not None
                assert 0 <= box["y"] < page.viewport_size["height"], f"the focus on {name} is not in view"
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"{name} cannot be reached by Tab")

    tab_to("link", "Robin Ashdown")
    page.keyboard.press("Enter")
    tab_to("radio", "The child has been harmed")
    page.keyboard.press("Space")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="No sign of harm")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Children’s social care")).not_to_be_checked()
    tab_to("checkbox", "Monitor")
    page.keyboard.press("Space")
    tab_to("textbox", "Why you decide this")
    page.keyboard.type("Nothing else is known.")
    tab_to("textbox", "The child’s wishes and feelings")
    page.keyboard.type("To be left alone.")
    tab_to("radio", "Yes, they have been told")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    tab_to("button", "Record the decision")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The decision was recorded at")).to_be_visible()
    assert the_only(Decision).rationale == "Nothing else is known."


@pytest.mark.rule("DEC-02", "DEC-04", "DEC-09", "DEC-10")
def test_a_decision_without_javascript(
    browser_of, the_school, a_staff_member, another_staff_member, a_dsl_of_the_service, a_child
):
    a_pink_form(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    page = browser_of(a_dsl_of_the_service, viewport=PHONE, java_script_enabled=False)
    page.goto("/queue/")
    page.get_by_role("link", name="Robin Ashdown").click()
    page.get_by_label("Why you decide this").fill("Said in clear words.")
    page.get_by_role("radio", name="The child is in immediate danger").check()
    page.get_by_role("button", name="Show what is proposed").click()
    expect(page.get_by_label("Why you decide this")).to_have_value("Said in clear words.")
    expect(page.get_by_role("checkbox", name="Police")).to_be_checked()
    police = page.get_by_role("group", name="Referral: Police")
    police.get_by_role("radio", name="Yes", exact=True).check()
    police.get_by_role("radio", name="Telephone").check()
    police.get_by_role("radio", name="Emergency: now").check()
    police.get_by_label("What you told them").fill("Where the child is.")
    police.get_by_role("radio", name="With consent").check()
    page.get_by_role("group", name="Referral: Children’s social care").get_by_role("radio", name="Not yet").check()
    page.get_by_label("What is to be done").fill("Stay with the child.")
    page.get_by_role("button", name="Add another follow-up").click()
    expect(page.get_by_label("What is to be done").first).to_have_value("Stay with the child.")
    page.get_by_label("Who does it").first.fill("Jo Vickers")
    fill_moment(page, "By", timezone.now())
    page.get_by_label("The child’s wishes and feelings").fill("To be safe.")
    page.get_by_role("radio", name="No, they are not told").check()
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page.get_by_role("link", name="Say why the parents or carers are not told")).to_be_visible()
    page.get_by_role("radio", name="Telling them would put the child at greater risk").check()
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_text("The decision was recorded at")).to_be_visible()
    assert the_only(Referral).agency == "police"
    with acting.as_the_system("test"):
        assert FollowUp.objects.count() == 2


@pytest.mark.rule("DEC-01")
def test_what_is_new_is_announced_and_nothing_moves(
    browser_of, the_school, a_staff_member, a_dsl_of_the_service, a_child
):
    a_pink_form(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    page = browser_of(a_dsl_of_the_service, viewport=DESK)
    page.goto("/queue/")
    rows = page.locator(".queue-row")
    assert rows.count() == 1
    a_pink_form(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    expect(page.get_by_text("1 new:")).to_be_visible()
    assert rows.count() == 1
    page.get_by_role("link", name="show it").click()
    expect(rows).to_have_count(2)


@pytest.mark.rule("CPF-01")
def test_finding_a_child_keeps_the_name_out_of_the_address(
    browser_of, the_school, a_staff_member, a_dsl_of_the_service, a_child
):
    a_pink_form(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    page = browser_of(a_dsl_of_the_service, viewport=PHONE)
    seen: list[str] = []
    page.on("request", lambda sent: seen.append(sent.url))
    page.goto("/children/")
    page.get_by_role("textbox", name="Name").fill("ashd")
    page.get_by_role("button", name="Find the child").click()
    is_right(page, "journey-20-found")
    page.get_by_role("link", name="Robin Ashdown").click()
    expect(page.get_by_role("heading", name="Robin Ashdown")).to_be_visible()
    is_right(page, "journey-21-child")
    assert "Ashdown" not in page.title()
    assert not [url for url in seen if "ashd" in url.lower()]
