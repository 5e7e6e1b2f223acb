"""What every page needs besides its own content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from lps_safeguarding.web import hide, navigation

SERVICE_NAME = "Safeguarding"


@dataclass(frozen=True)
class Frame:
    """The frame around a page: who is signed in, which links the person may use, when the session ends."""

    person: str
    home_url: str
    sign_out_url: str
    main_links: list[navigation.ShownLink]
    other_links: list[navigation.ShownLink]
    alerts_url: str
    session_times: dict[str, Any] | None
    made_at: Any


def _frame(request: HttpRequest) -> Frame:
    user = getattr(request, "user", None)
    # While the screen is locked, even the frame says nothing: no name, no links.
    signed_in = bool(user is not None and user.is_authenticated and not hide.is_locked(request))
    main, others = navigation.links_for(request) if signed_in else ([], [])
    return Frame(
        person=(getattr(user, "name", "") or str(user)) if signed_in else "",
        home_url="/",
        sign_out_url=reverse("account_logout") if signed_in else "",
        main_links=main,
        other_links=others,
        alerts_url=navigation.live_alerts_url(user) if signed_in else "",
        session_times=getattr(request, "session_times", None) if signed_in else None,
        made_at=timezone.now(),
    )


def page(request: HttpRequest) -> dict[str, Any]:
    """`school_name`, `service_name`, `demo` and the frame around the page, worked out only when asked for.

    The accounts' middleware may set `request.session_times`, a dict with `idle_seconds`, `warning_seconds`, `ends_at`
    (ISO time of the latest end) and `extend_url`; base.html then carries the dialog of `static/js/session.js`.
    """
    return {
        "school_name": settings.SCHOOL_NAME,
        "service_name": SERVICE_NAME,
        "demo": settings.DEMO,
        "frame": SimpleLazyObject(lambda: _frame(request)),
    }
