"""The reporter's journeys in Chromium: on a phone, by keyboard alone, without JavaScript; axe on every page."""

import re

import pytest
from playwright.sync_api import Page, expect

from allegations.models import StaffConcern
from concerns.models import Concern, Draft
from lps_safeguarding.access import acting
from tests.browser import DESK, PHONE, is_right, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def everything(model):
    with acting.as_the_system("test"):
        return list(model.objects.select_related("key"))


def tap(page: Page, name: str, role: str = "link") -> None:
    target = page.get_by_role(role, name=name)
    (target.tap if page.viewport_size["width"] < 500 else target.click)()


@pytest.mark.rule("CON-01", "CON-02", "CON-03", "CON-04", "CON-13")
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_pink_form_by_touch(browser_of, the_school, a_staff_member, viewport):
    page = browser_of(a_staff_member, viewport=viewport, has_touch=True)
    page.goto("/concerns/log/")
    is_right(page, "1-about")
    tap(page, "A child")
    expect(page.get_by_role("heading", name="Is the child at risk of harm right now?")).to_be_visible()
    is_right(page, "2-immediate")
    tap(page, "Yes, or I think so")
    expect(page.get_by_text("ask for cover by radio")).to_be_visible()
    expect(page.get_by_text("Mrs A. Okafor, room 12, 01632 496103").first).to_be_visible()
    is_right(page, "3-pink-empty")
    tap(page, "Send now", "button")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    is_right(page, "4-pink-refused")
    page.get_by_label("Which child?").press_sequentially("ashd", delay=20)
    page.get_by_role("checkbox", name="Robin Ashdown").check()
    expect(page.get_by_role("group", name="Chosen")).to_contain_text("Year 9, KS3")
    expect(page.get_by_role("radio", name=re.compile("Mrs A. Okafor, KS3 DSL"))).to_be_checked()
    page.get_by_label("What did you see or hear?").fill("Blood on her sleeve. She said: “leave it”.")
    page.get_by_label("Where, or who told you").fill("Gate")
    is_right(page, "5-pink-filled")
    tap(page, "Send now", "button")
    expect(page.get_by_role("heading", name=re.compile("Sent at"))).to_be_visible()
    expect(page.get_by_text("Mrs A. Okafor (KS3 DSL, on duty) was alerted at")).to_be_visible()
    expect(page.get_by_text("Now tell Mrs A. Okafor in person: room 12")).to_be_visible()
    is_right(page, "6-pink-sent")
    tap(page, "I would like to talk with a DSL", "button")
    expect(page.get_by_text("A DSL has been asked to talk with you")).to_be_visible()
    tap(page, "See what you sent")
    expect(page.get_by_role("heading", name="Your entry", exact=False)).to_be_visible()
    is_right(page, "7-own-entry")
    tap(page, "Your entries")
    expect(page.get_by_role("heading", name="Your entries")).to_be_visible()
    is_right(page, "8-mine")
    (concern,) = everything(Concern)
    assert (concern.form, concern.place) == ("pink", "Gate")
    assert not everything(Draft)


@pytest.mark.rule("CON-03", "CON-04", "CON-05", "CON-06", "CON-07", "CON-18")
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_standard_entry_without_javascript(browser_of, the_school, a_staff_member, viewport):
    page = browser_of(a_staff_member, viewport=viewport, java_script_enabled=False)
    page.goto("/concerns/log/")
    page.get_by_role("link", name="A child").click()
    page.get_by_role("link", name="No", exact=False).first.click()
    page.get_by_label("What you saw and heard").fill("Very quiet, no lunch")
    page.get_by_label("Which child?").fill("marl")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("checkbox", name="Kit Marlow").check()
    expect(page.get_by_label("What you saw and heard")).to_have_value("Very quiet, no lunch")
    page.get_by_role("radio", name="The child told me").check()
    page.get_by_label("The child’s own words").fill("me dad's gone again innit")
    page.get_by_label("Where, or who told you").fill("Dining room")
    page.get_by_role("button", name="Check and send").click()
    expect(page.get_by_role("heading", name="Check and send")).to_be_visible()
    expect(page.get_by_text("me dad's gone again innit")).to_be_visible()
    page.get_by_role("link", name="Change who it is about").click()
    expect(page.get_by_label("The child’s own words")).to_have_value("me dad's gone again innit")
    page.get_by_role("button", name="Check and send").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name=re.compile("Sent at"))).to_be_visible()
    (concern,) = everything(Concern)
    assert concern.childs_words == "me dad's gone again innit"
    assert concern.came_to_light == "child_told_me"


@pytest.mark.rule("CON-06", "CON-07")
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_of_a_standard_entry_is_right(browser_of, the_school, a_staff_member, viewport):
    page = browser_of(a_staff_member, viewport=viewport)
    page.goto("/concerns/log/entry/")
    is_right(page, "10-standard-empty")
    page.get_by_role("button", name="Check and send").click()
    is_right(page, "11-standard-refused")
    page.get_by_label("Which child?").press_sequentially("mar", delay=20)
    page.get_by_role("checkbox", name="Kit Marlow").check()
    page.get_by_role("radio", name="An agency notified us").check()
    page.get_by_label("Which agency?").fill("Police")
    page.get_by_label("What you saw and heard").fill("Very quiet\n\nNo lunch 🍎")
    page.get_by_label("Where, or who told you").fill("Dining room")
    page.get_by_label("Somebody else asked me to pass this on").check()
    page.get_by_label("Their name").fill("Mrs Dale")
    page.get_by_text("Say what kind of concern it is").click()
    is_right(page, "12-standard-filled")
    page.get_by_role("button", name="Check and send").click()
    expect(page.get_by_role("heading", name="Check and send")).to_be_visible()
    is_right(page, "13-check")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name=re.compile("Sent at"))).to_be_visible()
    is_right(page, "14-standard-sent")
    page.get_by_role("link", name="say that you are still worried").click()
    is_right(page, "15-still-worried")
    page.get_by_label("Why are you still worried?").fill("It happened again")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("A DSL has been told that you are still worried")).to_be_visible()
    is_right(page, "16-own-entry-added")


@pytest.mark.rule("CON-01", "CON-04")
def test_a_pink_form_by_keyboard_alone(browser_of, the_school, a_staff_member):
    page = browser_of(a_staff_member, viewport=DESK)
    page.goto("/concerns/log/")
    keys = page.keyboard

    def tab_to(text: str) -> None:
        for _ in range(60):
            keys.press("Tab")
            here = page.evaluate(
                "[...(document.activeElement.labels || [])].map(l => l.textContent).join(' ') "
                "|| document.activeElement.textContent || document.activeElement.value"
            )
            if text in (here or ""):
                return
        raise AssertionError(f"“{text}” cannot be reached by the Tab key")

    tab_to("A child")
    keys.press("Enter")
    page.wait_for_url("**/log/child/")
    tab_to("Yes, or I think so")
    keys.press("Enter")
    page.wait_for_url("**/log/pink/*/")
    tab_to("Which child?")
    keys.type("robin", delay=20)
    expect(page.get_by_role("checkbox", name="Robin Ashdown")).to_be_visible()
    tab_to("Robin Ashdown")
    keys.press("Space")
    expect(page.get_by_role("group", name="Chosen")).to_be_visible()
    assert page.evaluate("document.activeElement.value") == page.get_by_role("checkbox").first.get_attribute("value")
    tab_to("What did you see or hear?")
    keys.type("Cut on the arm")
    tab_to("Where, or who told you")
    keys.type("Yard")
    tab_to("Send now")
    keys.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("Sent at"))).to_be_visible()
    assert [concern.place for concern in everything(Concern)] == ["Yard"]


@pytest.mark.rule("CON-18")
def test_what_is_typed_is_saved_while_typing_and_comes_back(browser_of, the_school, a_staff_member):
    page = browser_of(a_staff_member, viewport=PHONE)
    page.goto("/concerns/log/pink/")
    page.get_by_label("What did you see or hear?").press_sequentially("She ran out crying", delay=5)
    expect(page.get_by_text(re.compile(r"Saved \d\d:\d\d"))).to_be_visible()
    page.goto("/concerns/mine/")
    is_right(page, "20-mine-unsent")
    page.get_by_role("link", name=re.compile("Go on")).click()
    expect(page.get_by_label("What did you see or hear?")).to_have_value("She ran out crying")
    page.goto("/concerns/mine/")
    page.get_by_role("link", name=re.compile("Delete")).click()
    is_right(page, "21-discard")
    page.get_by_role("button", name="Delete it for good").click()
    expect(page.get_by_text("Deleted for good")).to_be_visible()
    assert not everything(Draft)


@pytest.mark.rule("CON-18")
def test_a_double_click_and_going_back_make_one_entry(browser_of, the_school, a_staff_member):
    page = browser_of(a_staff_member, viewport=DESK)
    page.goto("/concerns/log/pink/")
    page.get_by_label("Which child?").press_sequentially("robin", delay=20)
    page.get_by_role("checkbox", name="Robin Ashdown").check()
    page.get_by_label("What did you see or hear?").fill("Cut on the arm")
    page.get_by_label("Where, or who told you").fill("Yard")
    page.get_by_role("button", name="Send now").dblclick()
    expect(page.get_by_role("heading", name=re.compile("Sent at"))).to_be_visible()
    sent_page = page.url
    page.go_back()
    again = page.get_by_role("button", name="Send now")
    expect(again.or_(page.get_by_role("heading", name=re.compile("Sent at")))).to_be_visible()
    if again.is_visible():
        again.click()
    expect(page.get_by_role("heading", name=re.compile("Sent at"))).to_be_visible()
    assert page.url == sent_page
    assert len(everything(Concern)) == 1


@pytest.mark.rule("CON-18")
def test_without_javascript_a_session_that_ended_in_mid_sentence_loses_nothing(
    browser_of, the_school, a_staff_member, live_server, settings
):
    page = browser_of(a_staff_member, viewport=PHONE, java_script_enabled=False)
    page.goto("/concerns/log/pink/")
    form = page.url
    page.get_by_label("What did you see or hear?").fill("She said he pushed her down")
    from django.contrib.sessions.models import Session

    for session in Session.objects.all():
        data = session.get_decoded() | {"seen_at": 0}
        session.session_data = Session.objects.encode(data)
        session.save()
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    assert "/log/pink/" not in page.url.partition("?")[0]
    assert "pushed her down" not in page.content()
    sign_in(page.context, a_staff_member, live_server.url, settings)
    page.goto(form)
    expect(page.get_by_label("What did you see or hear?")).to_have_value("She said he pushed her down")


@pytest.mark.rule("CON-02", "ALG-01", "ALG-13")
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_about_an_adult(
    browser_of, the_school, a_staff_member, another_staff_member, the_headteacher, viewport, script
):
    page = browser_of(a_staff_member, viewport=viewport, java_script_enabled=script)
    page.goto("/concerns/log/")
    page.get_by_role("link", name="An adult who works or helps here").click()
    if script:
        is_right(page, "30-adult-empty")
        page.get_by_label("Who is it about?").press_sequentially("vick", delay=20)
    else:
        page.get_by_label("Who is it about?").fill("vick")
        page.get_by_role("button", name="Find").click()
    page.get_by_role("radio", name="Jo Vickers").check()
    page.get_by_label("What did you see or hear?").fill("She shouted in his face")
    if script:
        is_right(page, "31-adult-filled")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name=re.compile("Sent "))).to_be_visible()
    expect(page.get_by_text("Dr H. Pemberton was alerted at")).to_be_visible()
    if script:
        is_right(page, "32-adult-sent")
        page.get_by_role("link", name="All your receipts").click()
        is_right(page, "33-receipts")
        reader = browser_of(the_headteacher, viewport=viewport)
        reader.goto("/adults/received/")
        is_right(reader, "34-received")
        reader.get_by_role("link", name=re.compile("^A-")).click()
        expect(reader.get_by_text("She shouted in his face")).to_be_visible()
        is_right(reader, "35-detail")
    (concern,) = everything(StaffConcern)
    assert concern.subject == another_staff_member.adult


@pytest.mark.rule("ALG-02", "CON-02")
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_headteacher_chosen_by_name_leads_to_the_chair_with_all_that_was_typed(
    browser_of, the_school, a_staff_member, the_chair, script
):
    page = browser_of(a_staff_member, viewport=PHONE, java_script_enabled=script)
    page.goto("/adults/log/")
    page.get_by_label("What did you see or hear?").fill("He took the file home")
    page.get_by_label("Who is it about?").press_sequentially("pembert", delay=20)
    if not script:
        page.get_by_role("button", name="Find").click()
    page.get_by_role("radio", name="Hugh Pemberton").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="About the headteacher", exact=True)).to_be_visible()
    expect(page.get_by_text("The headteacher will not see it. What you typed is still here")).to_be_visible()
    expect(page.get_by_label("What did you see or hear?")).to_have_value("He took the file home")
    if script:
        is_right(page, "36-headteacher")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Mr C. Norwood was alerted at")).to_be_visible()
    assert [concern.routed_to for concern in everything(StaffConcern)] == [the_chair]


@pytest.mark.rule("CON-02")
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_three_questions_find_the_right_place(browser_of, the_school, a_staff_member, viewport):
    page = browser_of(a_staff_member, viewport=viewport)
    page.goto("/concerns/log/")
    page.get_by_role("link", name="I am not sure").click()
    page.get_by_role("button", name="Continue").click()
    is_right(page, "37-not-sure-refused")
    for group in page.get_by_role("group").all():
        group.get_by_label("No").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("It does not have to fit")).to_be_visible()
    is_right(page, "38-not-sure-nowhere")
    page.get_by_role("group").nth(2).get_by_label("Yes").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Is the child at risk of harm right now?")).to_be_visible()
