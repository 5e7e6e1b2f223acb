"""A form interrupted in every way, at any moment: no more than the last 5 seconds of typing may be lost (CON-18).

One long day at one desk: somebody opens a form and types, in bursts, with pauses; then the page crashes, is closed, loses
its connection for good, is hidden, is left, or the session ends under it. The page's clock is ours, so that a minute
of typing takes a second; what is written is asked of the server.
"""

import contextlib
import json
import os
import random
import string
import time
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Error, Page

from concerns.models import Draft
from lps_safeguarding.access import acting
from tests.browser import DESK

INTERRUPTIONS = int(os.environ.get("CAMPAIGN_INTERRUPTIONS", "20"))
SEED = int(os.environ.get("CAMPAIGN_SEED", "1"))
MOST_LOST = 5_000  # milliseconds of typing
WAYS = ("crash", "close", "no connection", "leave", "hide", "reload", "session ended")
NONE_LOST = {"leave", "hide", "reload", "close", "session ended"}
"""Ways that give the page a last word: nothing at all is lost then."""
counted: dict[str, int] = {"interruptions": 0, "keys": 0, "lost_keys": 0, "most_lost_ms": 0} | dict.fromkeys(WAYS, 0)

# How many saves are on their way. A promise of the page, since its timers stand still.
IDLE = """
    let waiting = 0, told = []
    const real = window.fetch
    window.fetch = (...given) => {
        waiting += 1
        return real(...given).finally(() => { waiting -= 1; if (!waiting) { told.forEach(tell => tell()); told = [] } })
    }
    window.idle = () => waiting ? new Promise(tell => told.push(tell)) : null
"""


def on_the_server(key: str) -> str:
    """What the server has of the account."""
    with acting.as_the_system("test"):
        draft = Draft.objects.select_related("key").filter(pk=key).first()
        return draft.typed.get("what_was_seen", [""])[0] if draft else ""


class Typist:
    """Somebody at a form, and when each key was pressed by the page's clock."""

    def __init__(self, page: Page, chance: random.Random) -> None:
        self.page, self.chance = page, chance
        self.now = 0
        self.pressed: list[int] = []
        self.text = ""

    def open(self) -> str:
        self.page.goto("/concerns/log/pink/")
        self.page.get_by_label("What did you see or hear?").focus()
        return self.page.url.rstrip("/").rsplit("/", 1)[1]

    def pass_time(self, milliseconds: int) -> None:
        """Time passes; a save that was begun has its answer, as on a connection that works, unless there is none."""
        self.page.clock.run_for(milliseconds)
        self.now += milliseconds
        self.page.evaluate("() => window.idle()")

    def type_for_a_while(self) -> None:
        for _ in range(self.chance.randint(1, 12)):
            for _ in range(self.chance.randint(1, 8)):
                key = self.chance.choice(string.ascii_lowercase + " ")
                self.page.keyboard.insert_text(key)
                self.text += key
                self.pressed.append(self.now)
                self.pass_time(self.chance.choice((60, 90, 150, 400, 900)))
            self.pass_time(self.chance.choice((0, 0, 200, 1_400, 1_600, 4_000)))


def interrupt(page: Page, way: str) -> None:
    """Something happens in mid-sentence."""
    if way == "crash":
        with page.expect_event("crash"), contextlib.suppress(Error):  # the address itself never answers
            page.goto("chrome://crash")
    elif way == "no connection":
        page.context.set_offline(True)
    elif way == "leave":
        page.goto("/concerns/mine/")
    elif way == "reload":
        page.reload()
    elif way == "close":
        with page.expect_event("close"):
            page.close(run_before_unload=True)
    elif way == "hide":
        for _ in range(3):
            page.keyboard.press("Shift")
        page.clock.resume()
        page.wait_for_url("**/hide")
    else:
        Session.objects.all().delete()
        page.get_by_role("button", name="Send now").click()
        page.get_by_role("button", name="Sign in", exact=True).wait_for()


@pytest.mark.django_db(transaction=True)
@pytest.mark.rule("CON-18")
def test_no_interruption_loses_more_than_the_last_seconds_of_typing(browser_of, a_staff_member):
    chance = random.Random(SEED)
    for number in range(INTERRUPTIONS):
        way = chance.choice(WAYS)
        page = browser_of(a_staff_member, viewport=DESK)
        page.context.add_init_script(IDLE)
        page.clock.install()
        typist = Typist(page, chance)
        key = typist.open()
        typist.type_for_a_while()
        interrupt(page, way)
        kept = on_the_server(key)
        if way in NONE_LOST:
            patience = time.monotonic() + 30
            while kept != typist.text and time.monotonic() < patience:
                time.sleep(0.05)
                kept = on_the_server(key)
        assert typist.text.startswith(kept), f"{number} {way}: {kept!r} is no beginning of {typist.text!r}"
        lost = typist.pressed[len(kept) :]
        oldest = typist.now - lost[0] if lost else 0
        assert oldest <= MOST_LOST, f"{number} {way}: {oldest} ms of typing lost, seed {SEED}"
        assert not (lost and way in NONE_LOST), f"{number} {way}: {len(lost)} keys lost, seed {SEED}"
        counted["interruptions"] += 1
        counted[way] += 1
        counted["keys"] += len(typist.text)
        counted["lost_keys"] += len(lost)
        counted["most_lost_ms"] = max(counted["most_lost_ms"], oldest)
        page.context.close()
    if "CAMPAIGN_COUNTS" in os.environ:
        Path(os.environ["CAMPAIGN_COUNTS"]).write_text(json.dumps(counted))
