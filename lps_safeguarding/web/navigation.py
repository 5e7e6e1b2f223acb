"""Which links stand at the head of every page, and for whom.

The apps register their own links when they start, so that `web` need not know them:

    # concerns/apps.py
    def ready(self):
        from lps_safeguarding.web import navigation
        navigation.register(
            navigation.Link("Log a concern", "concerns:start", shown_to=may_log, order=10, prominent=True)
        )

A link decides only whether the person sees it; the page behind it decides again whether the person may open it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse


def everybody(user: Any) -> bool:
    """Shown to every person who is signed in."""
    return bool(user.is_authenticated)


@dataclass(frozen=True)
class Link:
    """One link of the navigation.

    `main` puts it in the bar at the foot of a telephone's screen, where there is room for three; the others go behind
    "Menu" there. `prominent` makes it the button that nobody can miss (only "Log a concern"); it is always main.
    `also` names further pages (or whole apps, as "concerns:") on which this link is marked as the present place.
    """

    label: str
    url_name: str
    shown_to: Callable[[Any], bool] = everybody
    order: int = 100
    main: bool = False
    prominent: bool = False
    also: tuple[str, ...] = field(default=())

    def is_here(self, view_name: str) -> bool:
        """Whether the page with this name belongs to the link."""
        if view_name == self.url_name:
            return True
        return any(view_name.startswith(also) if also.endswith(":") else view_name == also for also in self.also)


@dataclass(frozen=True)
class ShownLink:
    """A link as the template needs it."""

    label: str
    url: str
    here: bool
    prominent: bool


_links: dict[str, Link] = {}
_live_alerts: Link | None = None


def register(link: Link) -> None:
    """Add a link, once for each page it leads to (a second one for the same page replaces the first)."""
    _links[link.url_name] = link


def register_live_alerts(url_name: str, *, shown_to: Callable[[Any], bool]) -> None:
    """Name the address that the open pages of these people ask for new alerts (`static/js/alerts.js` asks)."""
    global _live_alerts
    _live_alerts = Link("", url_name, shown_to=shown_to)


def live_alerts_url(user: Any) -> str:
    """The address to ask for new alerts, or nothing for a person who receives none."""
    if _live_alerts is None or not user.is_authenticated or not _live_alerts.shown_to(user):
        return ""
    return reverse(_live_alerts.url_name)


def links_for(request: HttpRequest) -> tuple[list[ShownLink], list[ShownLink]]:
    """The main links and the others that this person may use, in their order."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return [], []
    match = request.resolver_match
    here = match.view_name if match else ""
    main: list[ShownLink] = []
    others: list[ShownLink] = []
    for link in sorted(_links.values(), key=lambda each: each.order):
        if not link.shown_to(user):
            continue
        try:
            url = reverse(link.url_name)
        except NoReverseMatch as missing:
            raise NoReverseMatch(f"The navigation's link “{link.label}” leads to no page: {missing}") from missing
        shown = ShownLink(link.label, url, link.is_here(here), link.prominent)
        (main if link.main or link.prominent else others).append(shown)
    return main, others
