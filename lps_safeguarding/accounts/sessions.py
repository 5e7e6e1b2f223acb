"""Open sessions: how long they last, and ending them. Times are on the server; a browser's clock decides nothing."""

import datetime
import re
import time

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils import timezone

from lps_safeguarding.people.models import User

from .models import SessionNote

IDLE_SECONDS = 15 * 60
WARNING_SECONDS = 2 * 60
LONGEST_SECONDS = 12 * 60 * 60
NOTED_EVERY_SECONDS = 30
"""A session in use is written at most this often, so that reading pages does not mean writing each time."""

STARTED, SEEN = "started_at", "seen_at"

PASSIVE_PAGES = frozenset({"alerts:since", "overview:queue_new", "imports:progress", "concerns:printed_state"})
"""Pages that open pages ask for by themselves: asking keeps no session alive."""


def is_passive(request: HttpRequest) -> bool:
    try:
        return resolve(request.path_info).view_name in PASSIVE_PAGES
    except Resolver404:
        return False


def device_of(request: HttpRequest) -> str:
    """Browser and system in plain words, for a person who looks through their sessions."""
    agent = request.META.get("HTTP_USER_AGENT", "")
    browsers = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    systems = (
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "Chromebook"),
        ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"),
    )  # fmt: skip
    browser = next((name for mark, name in browsers if re.search(rf"\b{mark}", agent)), "A browser")
    system = next((name for mark, name in systems if mark in agent), "a device of unknown kind")
    return f"{browser} on {system}"


# --- Beginning and use ----------------------------------------------------------------------------------------------
def begin(request: HttpRequest, user: User) -> None:
    """A sign-in is complete: the clocks start and the session is in the person's list."""
    request.session[STARTED] = request.session[SEEN] = time.time()
    SessionNote.objects.update_or_create(
        session_key=request.session.session_key, defaults={"user": user, "device": device_of(request)}
    )


def follow(request: HttpRequest, old_key: str) -> None:
    """The session has a new id (a new password, a confirmation of who it is): the list follows."""
    if not request.user.is_authenticated:
        return
    new_key = request.session.session_key or ""
    note = SessionNote.objects.filter(session_key__in=[old_key, new_key]).first()
    if note is None:
        note = SessionNote(user=request.user, device=device_of(request))
    note.session_key = new_key
    note.save()
    SessionNote.objects.filter(session_key=old_key).delete()


def is_over(session: SessionBase, now: float) -> bool:
    """Idle for 15 minutes, or 12 hours old."""
    return now - session.get(SEEN, 0) >= IDLE_SECONDS or now - session.get(STARTED, 0) >= LONGEST_SECONDS


def note_use(request: HttpRequest, now: float, *, at_once: bool = False) -> None:
    """The person did something."""
    if at_once or now - request.session.get(SEEN, 0) >= NOTED_EVERY_SECONDS:
        request.session[SEEN] = now
        SessionNote.objects.filter(session_key=request.session.session_key).update(last_seen_at=timezone.now())


def times(request: HttpRequest, extend_url: str) -> dict:
    """What the warning on the page needs (`web.context.page`)."""
    latest = datetime.datetime.fromtimestamp(request.session[STARTED] + LONGEST_SECONDS, datetime.UTC)
    return {
        "idle_seconds": IDLE_SECONDS,
        "warning_seconds": WARNING_SECONDS,
        "ends_at": latest.isoformat(timespec="seconds"),
        "extend_url": extend_url,
    }


# --- The list, and ending -------------------------------------------------------------------------------------------
def of(user: User) -> QuerySet[SessionNote]:
    """The person's sessions that still run."""
    now = timezone.now()
    return SessionNote.objects.filter(
        user=user,
        last_seen_at__gt=now - datetime.timedelta(seconds=IDLE_SECONDS + NOTED_EVERY_SECONDS),
        started_at__gt=now - datetime.timedelta(seconds=LONGEST_SECONDS),
    )


@transaction.atomic
def end(notes: QuerySet[SessionNote]) -> int:
    """Ends these sessions: their next request is nobody's. Returns how many there were."""
    keys = list(notes.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    SessionNote.objects.filter(session_key__in=keys).delete()
    return len(keys)


def end_all(user: User, *, but: str = "") -> int:
    """All of a person's sessions, except the one with the key `but`."""
    return end(SessionNote.objects.filter(user=user).exclude(session_key=but))


def forget(session_key: str | None) -> None:
    """The session ended by itself or by signing out."""
    SessionNote.objects.filter(session_key=session_key).delete()


def clear_out() -> int:
    """Ends what has run out without anybody coming back."""
    now = timezone.now()
    idle = SessionNote.objects.filter(last_seen_at__lt=now - datetime.timedelta(seconds=IDLE_SECONDS * 2))
    old = SessionNote.objects.filter(started_at__lt=now - datetime.timedelta(seconds=LONGEST_SECONDS))
    Session.objects.filter(expire_date__lt=now).delete()
    return end(idle) + end(old)
