"""A missing child, and a notice of the police before school, in Chromium: by touch, by keyboard, without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from concerns.models import ChildFound, Concern, EncompassNotice, StepTaken
from lps_safeguarding.access import acting
from tests.browser import DESK, PHONE, is_right
from tests.concerns.reporting.conftest import the_school  # noqa: F401 (a fixture)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def all_of(model):
    with acting.as_the_system("test"):
        return list(model.objects.select_related("key"))


def the_only(model):
    (one,) = all_of(model)
    return one


def press(page: Page, name: str, role: str = "button") -> None:
    target = page.get_by_role(role, name=name).first
    (target.tap if (page.viewport_size or DESK)["width"] < 500 else target.click)()


def choose_the_child(page: Page) -> None:
    page.get_by_label("Which child?").press_sequentially("ashd")
    page.get_by_role("checkbox", name="Robin Ashdown").check()
    expect(page.get_by_role("group", name="Chosen")).to_contain_text("Year 9, KS3")


def moment(page: Page, name: str, day: str, month: str, year: str, time: str) -> None:
    for place, text in enumerate((day, month, year, time)):
        page.locator(f"#id_{name}_{place}").fill(text)


@pytest.mark.rule("CON-19")
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_missing_child_by_touch_until_the_child_is_back(
    browser_of,
    the_school,  # noqa: F811
    the_attendance_officer,
    a_dsl_of_the_service,
    viewport,
):
    page = browser_of(the_attendance_officer, viewport=viewport, has_touch=True)
    page.goto("/concerns/log/")
    is_right(page, "notices-1-about")
    press(page, "A missing or absent child", "link")
    expect(page.get_by_role("heading", name="A missing or absent child")).to_be_visible()
    is_right(page, "notices-2-missing-empty")
    press(page, "Send now")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    is_right(page, "notices-3-missing-refused")
    choose_the_child(page)
    page.get_by_role("radio", name="Yes, or I think so").check()
    page.get_by_role("radio", name="Went missing during the school day").check()
    page.get_by_label("Where the child was last seen").fill("The back gate")
    page.get_by_label("What do we know?").fill("Walked out after break")
    page.get_by_label("Last contact: with whom").fill("Mr Dale")
    page.get_by_role("checkbox", name="Telephoned home").check()
    page.locator("#id_step_rang_home_text").fill("Nobody answered")
    page.get_by_role("checkbox", name="Told the police").check()
    page.locator("#id_step_told_police_reference").fill("MISPER 77-1043")
    page.get_by_role("radio", name="Not yet").check()
    is_right(page, "notices-4-missing-filled")
    press(page, "Send now")
    expect(page.get_by_role("heading", name=re.compile("Sent at"))).to_be_visible()
    expect(page.get_by_text("Now tell Mrs A. Okafor in person: room 12")).to_be_visible()
    is_right(page, "notices-5-missing-sent")
    press(page, "See what you sent", "link")
    expect(page.get_by_role("heading", name=re.compile("Still missing since"))).to_be_visible()
    is_right(page, "notices-6-own-missing")
    concern = the_only(Concern)
    assert (concern.form, concern.notice) == ("pink", "missing")
    assert {step.step for step in all_of(StepTaken)} == {"rang_home", "told_police"}

    press(page, "Add what else was done")
    page.get_by_role("radio", name="Asked friends").check()
    page.get_by_label("What came of it").fill("Kit saw her at the bus station")
    is_right(page, "notices-7-step")
    press(page, "Record it")
    expect(page.get_by_text("Kit saw her at the bus station")).to_be_visible()

    desk = browser_of(a_dsl_of_the_service, viewport=viewport)
    desk.goto(f"/concerns/{concern.reference}/")
    expect(desk.get_by_role("heading", name=re.compile("Still missing"))).to_be_visible()
    expect(desk.get_by_text("MISPER 77-1043")).to_be_visible()
    is_right(desk, "notices-8-triage-missing")

    press(page, "The child is back")
    page.get_by_role("radio", name="Back in school").check()
    page.get_by_label("Who saw the child, or told us").fill("Ms Vickers")
    is_right(page, "notices-9-found")
    press(page, "Record that the child is back")
    expect(page.get_by_role("heading", name="The child is not missing any more", exact=True)).to_be_visible()
    is_right(page, "notices-10-own-found")

    desk.reload()
    desk.get_by_role("link", name="Record the conversation with the child").click()
    desk.get_by_role("radio", name="Held", exact=True).check()
    expect(desk.get_by_label("What the child said")).to_be_visible()
    is_right(desk, "notices-11-conversation")
    desk.get_by_role("radio", name="Offered; the child did not want it").check()
    desk.get_by_role("button", name="Record", exact=True).click()
    expect(desk.get_by_text("The conversation is recorded.").first).to_be_visible()
    is_right(desk, "notices-12-triage-found")
    assert the_only(ChildFound).conversation == "refused"


@pytest.mark.rule("CON-19")
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_missing_child_without_javascript(browser_of, the_school, the_attendance_officer, viewport):  # noqa: F811
    page = browser_of(the_attendance_officer, viewport=viewport, java_script_enabled=False)
    page.goto("/concerns/log/")
    page.get_by_role("link", name="A missing or absent child").click()
    page.get_by_label("What do we know?").fill("Did not come to registration")
    page.get_by_label("Which child?").fill("ashd")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("checkbox", name="Robin Ashdown").check()
    expect(page.get_by_label("What do we know?")).to_have_value("Did not come to registration")
    page.get_by_role("radio", name="No", exact=True).check()
    page.get_by_role("radio", name="Did not arrive, and nobody knows why").check()
    page.get_by_label("Where the child was last seen").fill("Not known")
    page.get_by_role("checkbox", name="Went to the home").check()
    page.locator("#id_step_home_visit_text").fill("Curtains closed")
    page.get_by_role("radio", name="It is not needed so far").check()
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_role("heading", name=re.compile("Sent at"))).to_be_visible()
    assert the_only(StepTaken).what_came_of_it == "Curtains closed"


def tab_to(page: Page, text: str) -> None:
    for _ in range(120):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "[...(document.activeElement.labels || [])].map(l => l.textContent).join(' ') "
            "|| document.activeElement.textContent || document.activeElement.value"
        )
        if text in (here or ""):
            return
    raise AssertionError(f"“{text}” cannot be reached by the Tab key")


@pytest.mark.rule("CON-19")
def test_a_missing_child_by_keyboard_alone(browser_of, the_school, the_attendance_officer):  # noqa: F811
    page = browser_of(the_attendance_officer)
    page.goto("/concerns/log/missing/")
    keys = page.keyboard
    tab_to(page, "Which child?")
    keys.type("robin")
    expect(page.get_by_role("checkbox", name="Robin Ashdown")).to_be_visible()
    tab_to(page, "Robin Ashdown")
    keys.press("Space")
    expect(page.get_by_role("group", name="Chosen")).to_be_visible()
    tab_to(page, "Yes, or I think so")
    keys.press("ArrowDown")
    tab_to(page, "Went missing during the school day")
    keys.press("Space")
    tab_to(page, "Where the child was last seen")
    keys.type("Yard")
    tab_to(page, "What do we know?")
    keys.type("Climbed the fence")
    tab_to(page, "Looked for the child here")
    keys.press("Space")
    tab_to(page, "Yes")
    keys.press("ArrowDown")
    tab_to(page, "Send now")
    keys.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("Sent at"))).to_be_visible()
    assert [step.step for step in all_of(StepTaken)] == ["looked_here"]


def fill_the_notice(page: Page) -> None:
    page.get_by_role("radio", name="No", exact=True).check()
    page.get_by_role("radio", name="A domestic incident").check()
    page.get_by_label("Police reference").fill("LP-221-4471")
    moment(page, "observed_at", "1", "11", "2025", "23:10")
    page.get_by_label("Where it happened").fill("At home")
    page.get_by_label("The circumstances").fill("Officers were called to an argument")
    page.get_by_role("radio", name="In the home, not in the same room").check()
    page.get_by_label("The voice of the child").fill("i hid coz he was shouting")


@pytest.mark.rule("CON-20")
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_notice_of_the_police_and_the_dsl_who_reads_it(
    browser_of,
    the_school,  # noqa: F811
    the_key_adult,
    a_dsl_of_the_service,
    viewport,
):
    page = browser_of(the_key_adult, viewport=viewport, has_touch=True)
    page.goto("/concerns/log/")
    press(page, "A notice from the police", "link")
    expect(page.get_by_role("heading", name="A notice from the police")).to_be_visible()
    is_right(page, "notices-20-encompass-empty")
    press(page, "Send now")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    is_right(page, "notices-21-encompass-refused")
    choose_the_child(page)
    fill_the_notice(page)
    is_right(page, "notices-22-encompass-filled")
    press(page, "Send now")
    expect(page.get_by_role("heading", name=re.compile("Sent at"))).to_be_visible()
    expect(page.get_by_text("A DSL reads it before the next school day starts")).to_be_visible()
    is_right(page, "notices-23-encompass-sent")
    assert the_only(EncompassNotice).police_reference == "LP-221-4471"

    desk = browser_of(a_dsl_of_the_service, viewport=viewport)
    desk.goto("/queue/")
    expect(desk.get_by_role("heading", name=re.compile("To read before the school day starts"))).to_be_visible()
    is_right(desk, "notices-24-queue")
    desk.get_by_role("link", name="Robin Ashdown").first.click()
    expect(desk.get_by_role("heading", name="The voice of the child")).to_be_visible()
    expect(desk.get_by_text("i hid coz he was shouting")).to_be_visible()
    is_right(desk, "notices-25-triage-encompass")
    desk.goto("/queue/")
    expect(desk.get_by_role("heading", name=re.compile("To read before the school day starts"))).to_have_count(0)
    page.reload()
    press(page, "See what you sent", "link")
    expect(page.get_by_text("Mrs A. Okafor has read it.")).to_be_visible()
    is_right(page, "notices-26-own-encompass")


@pytest.mark.rule("CON-20")
def test_a_notice_without_javascript(browser_of, the_school, the_key_adult):  # noqa: F811
    page = browser_of(the_key_adult, viewport=PHONE, java_script_enabled=False)
    page.goto("/concerns/log/encompass/")
    page.get_by_label("Which child?").fill("ashd")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("checkbox", name="Robin Ashdown").check()
    fill_the_notice(page)
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_role("heading", name=re.compile("Sent at"))).to_be_visible()
    assert the_only(Concern).childs_words == "i hid coz he was shouting"


@pytest.mark.rule("CON-20")
def test_a_notice_by_keyboard_alone(browser_of, the_school, the_key_adult):  # noqa: F811
    page = browser_of(the_key_adult)
    page.goto("/concerns/log/encompass/")
    keys = page.keyboard
    tab_to(page, "Which child?")
    keys.type("robin")
    expect(page.get_by_role("checkbox", name="Robin Ashdown")).to_be_visible()
    tab_to(page, "Robin Ashdown")
    keys.press("Space")
    expect(page.get_by_role("group", name="Chosen")).to_be_visible()
    tab_to(page, "Yes, or I think so")
    keys.press("ArrowDown")
    tab_to(page, "A domestic incident")
    keys.press("Space")
    tab_to(page, "Police reference")
    keys.type("LP-9")
    tab_to(page, "Day")
    while page.evaluate("document.activeElement.id") != "id_observed_at_0":
        tab_to(page, "Day")
    for text in ("1", "11", "2025", "23:10"):
        keys.type(text)
        keys.press("Tab")
    keys.type("At home")
    tab_to(page, "The circumstances")
    keys.type("An argument")
    tab_to(page, "There: saw or heard it")
    keys.press("Space")
    tab_to(page, "Send now")
    keys.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("Sent at"))).to_be_visible()
    assert the_only(EncompassNotice).child_there == "present"
