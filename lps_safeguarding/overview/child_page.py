"""What a child's page shows to one reader (CPF-01, CPF-03): gathered in a fixed number of queries."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.utils import timezone

from concerns import case_page, need_to_know, timeline
from concerns.chronology import KINDS_OF_ENTRY
from concerns.models import ChildFile
from concerns.states import FollowUpState, MeetingState, ReferralState
from lps_safeguarding.access.levels import Level
from lps_safeguarding.audit_trail.models import TrailEntry
from lps_safeguarding.audit_trail.trail import type_of
from lps_safeguarding.people.models import User

SHOWN_AT_FIRST = 120
"""Entries of the chronology on the first page; the earlier ones are one click away."""


@dataclass(frozen=True)
class Month:
    """A month of the chronology, newest first; `mark` is its anchor."""

    mark: str
    first: datetime.date
    entries: list[timeline.Entry]


@dataclass
class ChildPage:
    """A file for its reader. At SUMMARY only what that level may see is filled in."""

    file: ChildFile
    months: list[Month]
    new_since: datetime.datetime | None
    new_count: int
    earlier: int
    show: str
    plans: list = field(default_factory=list)
    past_plans: list = field(default_factory=list)
    vulnerabilities: list = field(default_factory=list)
    past_vulnerabilities: list = field(default_factory=list)
    contacts: list = field(default_factory=list)
    links: list = field(default_factory=list)
    follow_ups: list = field(default_factory=list)
    referrals: list = field(default_factory=list)
    meetings: list = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        return self.file.level == Level.FULL

    @property
    def plan(self) -> Any:
        return self.plans[0] if self.plans else None

    @property
    def next_meeting(self) -> Any:
        """The earliest meeting that is planned; one that was and is not recorded yet stands before all others."""
        return self.meetings[0] if self.meetings else None


def last_looked(user: User, child_file: ChildFile) -> datetime.datetime | None:
    """When this person opened the file before this time; nothing on the first visit."""
    mine = TrailEntry.objects.filter(
        record_type=type_of(child_file), record_id=str(child_file.pk), person_id=user.pk, act="read"
    ).order_by("-id")
    earlier = list(mine.values_list("at", flat=True)[:2])
    return earlier[1] if len(earlier) > 1 else None


def months_of(entries: list[timeline.Entry]) -> list[Month]:
    def month(entry: timeline.Entry) -> tuple[int, int]:
        day = timezone.localtime(entry.at)
        return day.year, day.month

    return [
        Month(f"month-{year}-{number:02}", datetime.date(year, number, 1), list(found))
        for (year, number), found in groupby(entries, key=month)
    ]


def page_of(user: User, child_file: ChildFile, *, show: str = "", everything: bool = False) -> ChildPage:
    """The page of a file that came through the door, its chronology filtered by `show`."""
    child = child_file.child
    show = show if show in dict(KINDS_OF_ENTRY) else ""
    plans = []
    if child_file.level == Level.FULL:
        plans = case_page.under_its_key(child_file.plans.all(), child_file.key)
    chronology = timeline.chronology(user, child, plans, file=child_file)
    entries = [entry for entry in chronology.entries if show in ("", entry.what)]
    shown = entries if everything else entries[:SHOWN_AT_FIRST]
    since = last_looked(user, child_file)
    page = ChildPage(
        file=child_file,
        months=months_of(shown),
        new_since=since,
        new_count=sum(1 for entry in entries if since is not None and entry.noted_at > since),
        earlier=len(entries) - len(shown),
        show=show,
    )
    if child_file.level == Level.FULL:
        _fill(page, user, plans, chronology)
    return page


def _fill(page: ChildPage, user: User, plans: list, chronology: timeline.Chronology) -> None:
    today = timezone.localdate()
    runs: Callable[[Any], bool] = case_page.runs_on(today)
    key = page.file.key
    page.plans = case_page.gravest_first([plan for plan in plans if runs(plan)])
    page.past_plans = [plan for plan in plans if not runs(plan)]
    vulnerabilities = case_page.under_its_key(page.file.vulnerabilities.all(), key)
    page.vulnerabilities = [each for each in vulnerabilities if runs(each)]
    page.past_vulnerabilities = [each for each in vulnerabilities if not runs(each)]
    page.contacts = case_page.under_its_key(page.file.contacts.all(), key)
    links = case_page.under_its_key(
        page.file.links.filter(ended_at__isnull=True).select_related("other__service"), key
    )
    others = [link.other_id for link in links]
    readable = need_to_know.children_readable_by(user).filter(child__in=others) if others else []
    files = {each.child_id: each.reference for each in readable}
    page.links = [{"link": link, "file": files.get(link.other_id, "")} for link in links]
    page.meetings = sorted(
        (each for each in chronology.meetings if each.state == MeetingState.PLANNED), key=lambda each: each.starts_at
    )
    page.follow_ups = sorted(
        (each for each in chronology.follow_ups if each.state == FollowUpState.OPEN), key=lambda each: each.due_on
    )
    waiting = (ReferralState.MADE, ReferralState.ACKNOWLEDGED)
    page.referrals = sorted(
        (each for each in chronology.referrals if each.state in waiting), key=lambda each: each.made_at
    )
