"""A disclosure with an injury in a real browser: by mouse, by touch, by keyboard alone, without JavaScript (CON-08).

All four lead to the same record, byte for byte.
"""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from concerns.body_map.drawing import drawing
from concerns.models import Concern, InjuryMark
from lps_safeguarding.access import acting
from tests.browser import DESK, PHONE, is_right, settled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What each of the four journeys has to leave behind.
FIRST = {"region": "back-left-upper-arm", "spot": "lower", "kind": "bruise", "size_mm": "20", "colour": "purple",
         "words": "Four in a row. “He grabbed me.”"}  # fmt: skip
SECOND = {"region": "right-palm-thumb-tip", "spot": "middle", "kind": "burn", "size_mm": "", "colour": "", "words": ""}


def content_of(described) -> bytes:
    x, y = drawing().by_key[described["region"]].spots[described["spot"]]
    data = {"region": described["region"], "x": x, "y": y, "kind": described["kind"],
            "size_mm": int(described["size_mm"]) if described["size_mm"] else None, "about": "",
            "colour": described["colour"], "words": described["words"]}  # fmt: skip
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


EXPECTED = [(1, 1, content_of(FIRST)), (2, 1, content_of(SECOND))]


def recorded():
    """Number, version of the drawing, and the very bytes that were sealed, of each mark there is."""
    field = InjuryMark._meta.get_field("content")
    with acting.as_the_system("test"):
        marks = InjuryMark.objects.select_related("key").order_by("position")
        return [(mark.position, mark.drawing, field.to_bytes(mark.content)) for mark in marks]


def tap(page: Page, locator) -> None:
    (locator.tap if page.viewport_size["width"] < 500 else locator.click)()


def answer_the_rest(page: Page) -> None:
    page.get_by_label("Which child?").fill("ashd")
    if page.evaluate("document.documentElement.classList.contains('govuk-frontend-supported')"):
        page.get_by_role("checkbox", name="Robin Ashdown").check()
        expect(page.get_by_role("group", name="Chosen")).to_be_visible()
    else:
        page.get_by_role("button", name="Find").click()
        page.get_by_role("checkbox", name="Robin Ashdown").check()
    page.get_by_label("The child’s own words").fill("he grabbed me")
    page.get_by_label("Where, or who told you").fill("Changing room")


def place(page: Page, described: dict, group: str) -> None:
    """Touch or click the drawing at the spot, a little beside it, as people do."""
    page.get_by_role("group", name="Part of the body").get_by_role("button", name=re.compile(f"^{group}")).click()
    region = page.locator(f"[data-region={described['region']}]")
    expect(region).to_be_visible()
    region.scroll_into_view_if_needed()
    x, y = drawing().by_key[described["region"]].spots[described["spot"]]
    at = region.evaluate(
        """(shape, [x, y]) => {
            const point = new DOMPoint(x, y).matrixTransform(shape.ownerSVGElement.getScreenCTM())
            return [point.x, point.y]
        }""",
        [x + 2, y - 2],
    )
    if page.viewport_size["width"] < 500:
        page.touchscreen.tap(*at)
    else:
        page.mouse.click(*at)
    expect(page.locator("[data-map-said]")).to_contain_text("Now say what it is")


def describe(page: Page, number: int, described: dict) -> None:
    row = page.get_by_role("group", name=f"Injury {number}", exact=True)
    row.get_by_label("What is it?").select_option(described["kind"])
    row.get_by_label("Colour").fill(described["colour"])
    row.get_by_label("Longest side in millimetres").fill(described["size_mm"])
    row.get_by_label("In your own words").fill(described["words"])


def check_and_send(page: Page, name: str) -> None:
    page.get_by_role("button", name="Check and send").click()
    expect(page.get_by_role("heading", name="Check and send")).to_be_visible()
    expect(
        page.get_by_text("1. Bruise, left upper arm, back, lower part, 20 mm, purple: Four in a row")
    ).to_be_visible()
    expect(page.get_by_role("img", name="Body map: Back, with injury 1")).to_be_visible()
    expect(page.get_by_role("img", name="Body map: Right hand, palm, with injury 2")).to_be_visible()
    if page.evaluate("document.documentElement.classList.contains('govuk-frontend-supported')"):
        is_right(page, f"{name}-check")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name=re.compile("Sent at"))).to_be_visible()


@pytest.mark.rule("CON-08")
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["mouse on a desk", "touch on a phone"])
def test_an_injury_is_placed_on_the_drawing(browser_of, the_school, a_staff_member, a_dsl_of_the_service, viewport):
    page = browser_of(a_staff_member, viewport=viewport, has_touch=viewport == PHONE)
    page.goto("/concerns/log/entry/")
    answer_the_rest(page)
    page.get_by_role("radio", name="I saw an injury").check()
    expect(page.get_by_role("group", name="Drawing: Front")).to_be_visible()
    is_right(page, "40-body-map-empty")
    place(page, {"region": "back-right-calf", "spot": "middle"} | {"region": "back-right-shin"}, "Back")
    # Nothing was said of it yet, so the next touch moves it.
    place(page, FIRST, "Back")
    describe(page, 1, FIRST)
    place(page, SECOND, "Hands")
    describe(page, 2, SECOND)
    expect(page.get_by_role("button", name="Back (1)")).to_be_visible()
    is_right(page, "41-body-map-marked")
    check_and_send(page, "42-body-map")
    assert recorded() == EXPECTED
    page.get_by_role("link", name="See what you sent").click()
    expect(page.get_by_role("img", name="Body map: Back, with injury 1")).to_be_visible()
    is_right(page, "43-body-map-own-entry")
    (concern,) = concerns()
    reader = browser_of(a_dsl_of_the_service, viewport=viewport)
    reader.goto(f"/concerns/{concern.reference}/")
    key = reader.get_by_role("region", name="The account").get_by_role("list")
    expect(key.get_by_role("listitem")).to_have_text(
        [
            re.compile(r"^Bruise, left upper arm, back, lower part, 20 mm, purple: Four in a row"),
            re.compile(r"^Burn or scald, right thumb, tip, palm side$"),
        ]
    )
    is_right(reader, "44-body-map-triage")


@pytest.mark.rule("CON-08")
def test_an_injury_is_placed_by_keyboard_alone(browser_of, the_school, a_staff_member):
    page = browser_of(a_staff_member, viewport=DESK)
    page.goto("/concerns/log/entry/")
    answer_the_rest(page)
    page.get_by_role("radio", name="I saw an injury").check()
    keys = page.keyboard

    def here() -> str:
        return page.evaluate(
            "[...(document.activeElement.labels || [])].map(l => l.textContent).join(' ').trim() "
            "|| document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()"
        )

    def tab_to(text: str, key: str = "Tab") -> None:
        for _ in range(80):
            keys.press(key)
            if here().startswith(text):
                return
        raise AssertionError(f"“{text}” cannot be reached by the Tab key, only {here()}")

    def arrows_to(region: str) -> None:
        """As a person would: look where one is, and press the arrow that leads closer."""
        seen = set()
        to = drawing().by_key[region].spots["middle"]
        while (at := page.evaluate("document.activeElement.dataset.region")) != region:
            assert at not in seen, f"the arrows go round in a circle at {at}"
            seen.add(at)
            x, y = drawing().by_key[at].spots["middle"]
            dx, dy = to[0] - x, to[1] - y
            if abs(dy) > abs(dx):
                keys.press("ArrowDown" if dy > 0 else "ArrowUp")
            else:
                keys.press("ArrowRight" if dx > 0 else "ArrowLeft")

    expect(page.get_by_role("group", name="Drawing: Front")).to_be_visible()
    tab_to("Front")
    tab_to("Back")
    keys.press("Enter")
    tab_to("back of the neck")
    arrows_to("back-left-upper-arm")
    keys.press("Enter")
    assert here() == "What is it?"
    keys.type("Bruise")
    tab_to("Where in that place", "Shift+Tab")
    keys.type("Lower")
    tab_to("Colour")
    keys.type(FIRST["colour"])
    tab_to("Longest side")
    keys.type(FIRST["size_mm"])
    tab_to("In your own words")
    keys.insert_text(FIRST["words"])
    tab_to("Hands", "Shift+Tab")
    keys.press("Space")
    tab_to("right little finger, tip, palm side")
    arrows_to(SECOND["region"])
    keys.press("Space")
    assert here() == "What is it?"
    keys.type("Burn")
    tab_to("Check and send")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Check and send")).to_be_visible()
    tab_to("Send")
    keys.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("Sent at"))).to_be_visible()
    assert recorded() == EXPECTED


@pytest.mark.rule("CON-08", "CON-18")
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_without_javascript_the_list_makes_the_same_record(browser_of, the_school, a_staff_member, viewport):
    page = browser_of(a_staff_member, viewport=viewport, java_script_enabled=False)
    page.goto("/concerns/log/entry/")
    answer_the_rest(page)
    page.get_by_role("radio", name="I saw an injury").check()
    page.get_by_text("Show an injury on a body map").click()
    by_list(page, 1, FIRST)
    page.get_by_role("button", name="Add another injury").click()
    expect(page.get_by_role("group", name="Injury 1", exact=True).get_by_label("Colour")).to_have_value("purple")
    by_list(
        page,
        2,
        {"region": "front-left-knee", "spot": "middle", "kind": "cut", "size_mm": "", "colour": "", "words": ""},
    )
    page.get_by_role("button", name="Add another injury").click()
    by_list(page, 3, SECOND)
    page.get_by_role("button", name="Take this injury away (injury 2)").click()
    expect(page.get_by_role("group", name="Injury 3", exact=True)).to_have_count(0)
    expect(page.get_by_label("The child’s own words")).to_have_value("he grabbed me")
    check_and_send(page, "45-no-script")
    assert recorded() == EXPECTED


def by_list(page: Page, number: int, described: dict) -> None:
    row = page.get_by_role("group", name=f"Injury {number}", exact=True)
    row.get_by_label("Where on the body").select_option(described["region"])
    row.get_by_label("Where in that place").select_option(described["spot"])
    describe(page, number, described)


@pytest.mark.rule("CON-08")
def test_on_the_pink_form_and_taken_away_again(browser_of, the_school, a_staff_member):
    page = browser_of(a_staff_member, viewport=PHONE, has_touch=True)
    page.goto("/concerns/log/pink/")
    expect(page.get_by_role("group", name="Injury 1", exact=True)).to_be_hidden()
    page.get_by_text("Show an injury on a body map").tap()
    place(page, {"region": "head-front-left-cheeks", "spot": "middle"}, "Head")
    describe(page, 1, {"kind": "redness", "colour": "", "size_mm": "", "words": ""})
    place(page, FIRST, "Back")
    describe(page, 2, FIRST)
    page.get_by_role("button", name="Take this injury away (injury 1)").tap()
    expect(page.get_by_role("button", name="Head", exact=True)).to_be_visible()
    is_right(page, "46-pink-with-injury")
    page.get_by_label("Which child?").fill("ashd")
    page.get_by_role("checkbox", name="Robin Ashdown").check()
    page.get_by_label("What did you see or hear?").fill("He held his arm.")
    page.get_by_label("Where, or who told you").fill("Gate")
    page.get_by_role("button", name="Send now").tap()
    expect(page.get_by_role("heading", name=re.compile("Sent at"))).to_be_visible()
    assert recorded() == EXPECTED[:1]


@pytest.mark.rule("CON-08", "CON-18")
def test_a_draft_keeps_the_marks_and_draws_them_again(browser_of, the_school, a_staff_member):
    page = browser_of(a_staff_member, viewport=DESK)
    page.goto("/concerns/log/entry/")
    page.get_by_text("Show an injury on a body map").click()
    place(page, FIRST, "Back")
    describe(page, 1, FIRST)
    expect(page.get_by_text(re.compile(r"Saved \d\d:\d\d"))).to_be_visible()
    page.get_by_role("button", name="Save and come back later").click()
    page.get_by_role("link", name=re.compile("Go on")).click()
    expect(page.get_by_role("button", name="left upper arm, back, marked with injury 1")).to_be_visible()
    row = page.get_by_role("group", name="Injury 1", exact=True)
    expect(row.get_by_label("Where in that place")).to_have_value("lower")
    settled(page, lambda: expect(row.get_by_label("Longest side in millimetres")).to_have_value("20"))


def concerns():
    with acting.as_the_system("test"):
        return list(Concern.objects.all())
