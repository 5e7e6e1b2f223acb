"""A real browser for the tests: signed-in pages, axe with every rule on, and no reading of a page that is on its way out.

`browser_of(person)` gives a page of that person's browser. `is_right(page, name)` says that it passes axe and needs no
sideways scrolling; it first waits until a pressed button or link has led to wherever it leads.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Error, Page, expect

from tests.cast import signed_in

PATIENCE = 30_000
"""Milliseconds until a thing that does not come counts as missing. Only a failing test waits so long."""
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
AXE = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
SHOTS = os.environ.get("LPS_SHOTS")
"""A directory: the journeys leave pictures of their pages there."""

# Set from the moment something leads away until the next page is there, which begins with a window of its own.
LEAVING = """
    addEventListener('submit', event => { if (!event.defaultPrevented) window.leaving = true })
    addEventListener('beforeunload', () => window.leaving = true)
    addEventListener('pageshow', () => window.leaving = false)
"""
SETTLED = "() => document.readyState === 'complete' && !window.leaving"
WIDE = """() => [...document.querySelectorAll('main *')]
    .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map(e => e.outerHTML.slice(0, 120)).slice(0, 8)"""

expect.set_options(timeout=PATIENCE)


@pytest.fixture
def browser_of(chromium, live_server, settings) -> Iterator[Callable[..., Page]]:
    """`browser_of(person, viewport=…, java_script_enabled=…)`: a page of that person's browser, signed in.

    `person` may be None: nobody is signed in. Errors of scripts and of the content security policy fail the test.
    """
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def make(person: Any, *, host: str = "", viewport: dict[str, int] = DESK, **options: Any) -> Page:
        url = live_server.url.replace("127.0.0.1", host) if host else live_server.url
        context = chromium.new_context(base_url=url, viewport=viewport, **options)
        opened.append(context)
        context.add_init_script(LEAVING)
        if person is not None:
            sign_in(context, person, url, settings)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        return page

    yield make
    for each in opened:
        each.close()
    assert complaints == []


def sign_in(context: BrowserContext, person: Any, url: str, settings: Any) -> None:
    """Signs somebody in, as the sign-in page would."""
    cookie = signed_in(person).cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])


def settled(page: Page, look: Callable[[], Any]) -> Any:
    """What `look` sees of the page that is there when nothing is on its way any more."""
    for _ in range(5):
        page.wait_for_function(SETTLED)
        try:
            return look()
        except Error as gone:
            if "context was destroyed" not in str(gone) and "navigati" not in str(gone):
                raise
    raise AssertionError("the page goes on from one address to another")


def is_right(page: Page, name: str) -> None:
    """The page passes every rule of axe and needs no sideways scrolling. Leaves a picture when asked to.

    Axe is a script: on a page without JavaScript it would never answer.
    """
    found = settled(page, lambda: Axe().run(page, options=AXE).response["violations"])
    broken = [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]
    assert broken == [], f"{name}: {broken}"
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} is {wide} pixels too wide: {page.evaluate(WIDE)}"
    picture(page, name)


def picture(page: Page, name: str) -> None:
    """A picture of the whole page in the directory that LPS_SHOTS names, if it names one."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        width = (page.viewport_size or DESK)["width"]
        page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
