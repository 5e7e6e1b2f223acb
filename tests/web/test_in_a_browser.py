"""The frame and its components in Chromium: axe with every rule on, quick hide, drafts, narrow and zoomed screens."""

import pytest
from playwright.sync_api import Page, expect

from lps_safeguarding.web import navigation
from lps_safeguarding.web.navigation import Link
from tests.browser import DESK, PHONE, is_right
from tests.web import gallery

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.web.gallery"),
]
ZOOMED = {"width": 320, "height": 256}


@pytest.fixture
def links(monkeypatch):
    monkeypatch.setattr(navigation, "_links", {})
    monkeypatch.setattr(navigation, "_live_alerts", None)
    navigation.register(Link("Home", "gallery_question", order=1, main=True))
    navigation.register(Link("Log a concern", "gallery_form", order=2, prominent=True))
    navigation.register(Link("Queue", "gallery", order=3, main=True))
    navigation.register(Link("On duty", "gallery_draft", order=4))
    navigation.register(Link("Your account", "web:hide", order=5))


@pytest.fixture
def a_page(browser_of, links, a_dsl_of_the_service):
    """`a_page(viewport=…)`: a page of a DSL's browser."""
    return lambda **options: browser_of(a_dsl_of_the_service, **options)


@pytest.fixture
def page(a_page) -> Page:
    return a_page()


@pytest.mark.parametrize("viewport", [PHONE, DESK, ZOOMED], ids=["phone", "desk", "zoomed"])
@pytest.mark.parametrize("address", ["/gallery", "/gallery/form", "/gallery/question", "/nowhere", "/gallery/away"])
def test_every_component_passes_every_rule_of_axe_and_fits_the_screen(a_page, address, viewport):
    page = a_page(viewport=viewport)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    is_right(page, address)


def test_the_error_summary_has_the_focus_and_its_links_lead_to_the_fields(page):
    page.goto("/gallery/form")
    page.click("text=Check and send")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert page.title().startswith("Error: ")
    page.click("a:has-text('Say what you saw or heard')")
    expect(page.locator("#id_account")).to_be_focused()
    page.click("a:has-text('Say whether a child is at risk')")
    expect(page.locator("#id_at_risk_0")).to_be_focused()
    is_right(page, page.url)


def test_a_follow_on_question_opens_with_its_choice_and_is_open_without_javascript(a_page):
    page = a_page()
    page.goto("/gallery/question")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#id_whom")).to_be_hidden()
    page.check("#id_at_risk_0")
    expect(page.locator("#id_whom")).to_be_visible()
    page.check("#id_at_risk_1")
    expect(page.locator("#id_whom")).to_be_hidden()
    plain = a_page(java_script_enabled=False)
    plain.goto("/gallery/question")
    expect(plain.locator("#id_whom")).to_be_visible()


def test_every_target_is_large_enough(a_page):
    page = a_page(viewport=PHONE)
    page.goto("/gallery/form")
    page.wait_for_load_state("networkidle")
    controls = (
        "a, button, select, textarea, input:not([type=hidden], [type=radio], [type=checkbox]), .govuk-label[for]"
    )
    small = page.evaluate(
        """(controls) => [...document.querySelectorAll(controls)]
        .filter((each) => each.checkVisibility() && !each.matches('.govuk-skip-link') && !each.closest('p'))
        .filter((each) => each.tagName !== 'LABEL' || each.matches('[class*=radios], [class*=checkboxes]'))
        .map((each) => [each.outerHTML.slice(0, 90), each.getBoundingClientRect()])
        .filter(([, box]) => box.height < 24 || box.width < 24).map(([what]) => what)""",
        controls,
    )
    assert small == []
    for primary in ("text=Check and send", ".app-nav__link--first", "form[data-hide] button", "[data-menu]"):
        assert page.locator(primary).first.bounding_box()["height"] >= 44, primary


def test_focus_is_never_covered_by_the_bar_of_a_phone(a_page):
    page = a_page(viewport=PHONE)
    page.goto("/gallery/form")
    page.wait_for_load_state("networkidle")
    page.focus("#id_name")
    for _ in range(30):
        page.keyboard.press("Tab")
        page.wait_for_timeout(50)
        covered = page.evaluate("""() => {
            const focused = document.activeElement
            if (focused === document.body || focused.closest('.app-nav__main')) return ''
            const box = focused.getBoundingClientRect()
            const bar = document.querySelector('.app-nav__main').getBoundingClientRect()
            return box.bottom > bar.top && box.top < bar.bottom ? focused.outerHTML.slice(0, 100) : ''
        }""")
        assert covered == ""


def test_logging_a_concern_is_always_within_reach_on_a_phone(a_page):
    page = a_page(viewport=PHONE)
    page.goto("/gallery")
    page.mouse.wheel(0, 2000)
    expect(page.locator(".app-nav__link--first")).to_be_in_viewport()


def test_the_menu_of_a_phone_opens_and_tells_so_and_without_javascript_all_links_are_there(a_page):
    page = a_page(viewport=PHONE)
    page.goto("/gallery")
    page.wait_for_load_state("networkidle")
    expect(page.locator("text=Your account")).to_be_hidden()
    page.click("[data-menu]")
    expect(page.locator("text=Your account")).to_be_visible()
    assert page.get_attribute("[data-menu]", "aria-expanded") == "true"
    plain = a_page(viewport=PHONE, java_script_enabled=False)
    plain.goto("/gallery")
    expect(plain.locator("text=Your account")).to_be_visible()


# --- Quick hide -------------------------------------------------------------------------------------------------------
def press_shift_three_times(page: Page) -> None:
    for _ in range(3):
        page.keyboard.press("Shift")


def test_the_third_press_of_shift_blanks_the_page_before_anything_else_happens(page):
    page.goto("/gallery/form")
    # Last of all listeners, in the same turn of the browser: nothing was waited for, no frame was painted in between.
    page.evaluate("""() => {
        window.blankAfter = []
        const isBlank = () => document.documentElement.classList.contains('app-hidden')
        addEventListener('keydown', () => window.blankAfter.push(isBlank()))
    }""")
    page.route("**/hide", lambda route: None)  # even while the server does not answer at all
    press_shift_three_times(page)
    page.wait_for_function("window.blankAfter.length === 3")
    assert page.evaluate("window.blankAfter") == [False, False, True]
    assert page.evaluate("getComputedStyle(document.getElementById('main-content').parentElement).display") == "none"
    assert page.title() == "Page"


def test_after_hiding_neither_back_nor_a_reload_nor_a_new_page_shows_anything(page, a_dsl_of_the_service):
    page.goto("/gallery")
    page.goto("/gallery/form")
    press_shift_three_times(page)
    page.wait_for_url("**/hide")
    for way in (page.go_back, page.reload, lambda: page.goto("/gallery")):
        way()
        page.wait_for_url("**/hide")
        assert a_dsl_of_the_service.name not in page.content()
    is_right(page, page.url)


def test_the_hide_button_works_without_javascript(a_page):
    page = a_page(java_script_enabled=False)
    page.goto("/gallery/form")
    page.click("form[data-hide] button")
    page.wait_for_url("**/hide")
    page.go_back()
    page.wait_for_url("**/hide")


def test_hiding_one_page_hides_the_others_of_the_same_browser(a_page):
    one = a_page()
    other = one.context.new_page()
    one.goto("/gallery")
    other.goto("/gallery/form")
    press_shift_three_times(one)
    other.wait_for_url("**/hide")
    one.wait_for_url("**/hide")


def test_shift_pressed_while_typing_capitals_hides_nothing(page):
    page.goto("/gallery/form")
    page.focus("#id_account")
    for letter in "ABCDE":
        page.keyboard.press(f"Shift+{letter}")
    page.wait_for_timeout(300)
    assert page.url.endswith("/gallery/form")
    assert page.input_value("#id_account") == "ABCDE"


def test_what_was_typed_a_moment_before_hiding_is_saved(page):
    gallery.SAVED.clear()
    page.goto("/gallery/form")
    page.wait_for_load_state("networkidle")
    page.fill("#id_account", "half a sent")
    press_shift_three_times(page)
    page.wait_for_url("**/hide")
    assert gallery.SAVED[-1]["account"] == "half a sent"


# --- Drafts -----------------------------------------------------------------------------------------------------------
def test_what_is_typed_is_saved_after_a_moment_of_quiet_and_the_page_says_so(page):
    gallery.SAVED.clear()
    page.goto("/gallery/form")
    page.wait_for_load_state("networkidle")
    page.type("#id_account", "He said he was fine")
    expect(page.locator("[data-draft-state]")).to_have_text("Saved 10:42")
    assert gallery.SAVED[-1]["account"] == "He said he was fine"
    assert page.get_attribute("[data-draft-state]", "aria-live") == "polite"
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.mark.rule("CON-18")
def test_somebody_who_types_without_a_pause_is_saved_all_the_same(page):
    gallery.SAVED.clear()
    page.clock.install()
    page.goto("/gallery/form")
    page.wait_for_load_state("networkidle")
    page.focus("#id_account")
    with page.expect_response("**/gallery/draft"):
        for _ in range(12):  # a key every half second, never a pause of one and a half
            page.keyboard.type("a")
            page.clock.run_for(500)
    assert 6 <= len(gallery.SAVED[0]["account"]) <= 8


def test_without_a_connection_the_page_says_so_and_saves_when_it_is_back(page):
    gallery.SAVED.clear()
    page.goto("/gallery/form")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.fill("#id_account", "in the lift")
    expect(page.locator("[data-draft-state]")).to_have_text("Not saved: no connection; we keep trying")
    page.context.set_offline(False)
    expect(page.locator("[data-draft-state]")).to_have_text("Saved 10:42")
    assert gallery.SAVED[-1]["account"] == "in the lift"


def test_when_the_sign_in_has_ended_the_typing_stays_and_a_link_opens_the_sign_in_beside_it(page):
    page.goto("/gallery/form")
    page.wait_for_load_state("networkidle")
    page.route("**/gallery/draft", lambda route: route.fulfill(status=401, body="{}"))
    page.fill("#id_account", "still here")
    link = page.locator("[data-draft-state] a")
    expect(link).to_be_visible()
    assert link.get_attribute("target") == "_blank"
    assert page.input_value("#id_account") == "still here"


def test_leaving_the_page_saves_what_was_typed_last(page):
    gallery.SAVED.clear()
    page.goto("/gallery/form")
    page.wait_for_load_state("networkidle")
    page.fill("#id_account", "called away")
    page.goto("/gallery")
    page.wait_for_load_state("networkidle")
    assert gallery.SAVED[-1]["account"] == "called away"


def test_pressing_send_twice_sends_once(page):
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.goto("/gallery/question")
    page.wait_for_load_state("networkidle")
    with page.expect_navigation():
        page.evaluate("() => { const b = document.querySelector('[data-once]'); b.click(); b.click(); b.click() }")
    assert len([url for url in posts if url.endswith("/question")]) == 1


def test_on_paper_a_page_says_who_printed_it_and_shows_no_navigation(page, a_dsl_of_the_service):
    page.goto("/gallery")
    page.emulate_media(media="print")
    expect(page.locator(".app-print-head")).to_be_visible()
    assert f"Printed by {a_dsl_of_the_service.name} on" in page.inner_text(".app-print-head")
    expect(page.locator(".app-nav")).to_be_hidden()
    expect(page.locator("form[data-hide]")).to_be_hidden()


def test_in_forced_colours_every_state_still_has_its_words(a_page):
    page = a_page(forced_colors="active")
    page.goto("/gallery")
    page.wait_for_load_state("networkidle")
    for words in ("Overdue", "At risk now", "Pink form"):
        expect(page.locator(".app-tag", has_text=words).first).to_be_visible()
