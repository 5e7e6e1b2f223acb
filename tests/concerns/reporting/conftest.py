"""A real browser for the reporter's journeys, and people on duty."""

import datetime
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from lps_safeguarding.people.models import OnDuty, OutsideContact
from tests.cast import signed_in

AXE = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
WIDE = """() => [...document.querySelectorAll('main *')]
    .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map(e => e.outerHTML.slice(0, 120)).slice(0, 8)"""
SHOTS = os.environ.get("LPS_SHOTS")  # a directory: the journeys leave pictures of their pages there


@pytest.fixture
def browser_of(chromium, live_server, settings) -> Iterator[Any]:
    """`browser_of(person, viewport=…, java_script_enabled=…)`: a page of that person's browser, signed in."""
    opened: list[BrowserContext] = []

    def make(person: Any, **options: Any) -> Page:
        context = chromium.new_context(base_url=live_server.url, **options)
        opened.append(context)
        sign_in(context, person, live_server.url, settings)
        page = context.new_page()
        page.set_default_timeout(8000)
        return page

    yield make
    for each in opened:
        each.close()


def sign_in(context: BrowserContext, person: Any, url: str, settings: Any) -> None:
    cookie = signed_in(person).cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])


def is_right(page: Page, name: str) -> None:
    """The page passes every rule of axe and needs no sideways scrolling. Leaves a picture when asked to."""
    found = Axe().run(page, options=AXE).response["violations"]
    broken = [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]
    assert broken == [], f"{name}: {broken}"
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} is {wide} pixels too wide: {page.evaluate(WIDE)}"
    picture(page, name)


def picture(page: Page, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}-{page.viewport_size['width']}.png", full_page=True)


@pytest.fixture
def the_school(
    a_staff_member,
    a_dsl_of_the_service,
    a_dsl_of_another_service,
    the_lead_dsl,
    the_headteacher,
    the_chair,
    the_vice_chair,
    the_service,
    another_service,
    a_child,
    a_child_of_another_service,
):
    """People, children and a rota: the service's DSL is on duty in room 12."""
    now = timezone.now()
    OnDuty.objects.create(
        service=the_service,
        user=a_dsl_of_the_service,
        starts_at=now - datetime.timedelta(hours=2),
        ends_at=now + datetime.timedelta(hours=4),
        where="room 12",
        telephone="01632 496103",
    )
    OutsideContact.objects.create(name="LADO", what_for="Allegations about adults", telephone="0116 496 0440")
