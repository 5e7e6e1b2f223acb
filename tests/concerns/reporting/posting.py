"""What a browser posts on the reporter's forms."""

import datetime
import re
import uuid

from django.test import Client
from django.urls import reverse
from django.utils import timezone

CHILDS_WORDS = "He said he'd batter me if I grassed 😔"


def when(moment: datetime.datetime | None = None) -> dict[str, str]:
    """The four boxes of a moment, an hour ago unless given."""
    local = timezone.localtime(moment or timezone.now() - datetime.timedelta(hours=1))
    boxes = [str(local.day), str(local.month), str(local.year), f"{local:%H:%M}"]
    return {f"observed_at_{place}": text for place, text in enumerate(boxes)}


def pink(child, /, **more) -> dict:
    return {
        "child": str(child.pk),
        "what_was_seen": "Bruise on the left cheek, would not look up",
        "place": "Room 7",
        "passed_to": "on_duty",
        "action": "send",
        **when(),
        **more,
    }


def standard(child, /, **more) -> dict:
    return {
        "child": str(child.pk),
        "came_to_light": "child_told_me",
        "childs_words": CHILDS_WORDS,
        "what_was_seen": "Shaking, quiet voice",
        "questions_asked": "I said: tell me what happened.",
        "conversation": "Library, after lesson 3",
        "who_was_present": "Only the two of us",
        "why_worried": "Third time this month",
        "place": "Library",
        "passed_to": "on_duty",
        "action": "check",
        **when(),
        **more,
    }


def begin(client: Client, url_name: str) -> str:
    """Open a fresh form; its address."""
    answer = client.get(reverse(url_name))
    assert answer.status_code == 302, answer.content
    page = client.get(answer.url)
    assert page.status_code == 200
    return answer.url


def key_of(url: str) -> uuid.UUID:
    return uuid.UUID(re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", url)[0])


def slip_in(page: bytes) -> str:
    return re.search(rb'name="writer" value="([^"]+)"', page)[1].decode()
