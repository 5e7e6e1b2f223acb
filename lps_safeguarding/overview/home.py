"""What each person finds on their first page: their own work, and nothing that hints at anybody else's."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from allegations import need_to_know as allegations_need_to_know
from concerns import need_to_know, reporter_page, timeline
from lps_safeguarding.alerts import health
from lps_safeguarding.overview import lists
from lps_safeguarding.people import duty
from lps_safeguarding.people.models import DutyKind, OnDuty, Role, Service, User

LAST_OWN_ENTRIES = 5
LAST_SHARED = 10


@dataclass(frozen=True)
class OnDutyNow:
    """A service and who is there for it now (ROL-03)."""

    service: Service
    people: list[dict[str, Any]]
    covered_by: list[User]


@dataclass
class Home:
    """A person's first page. An empty list is not shown at all."""

    on_duty: list[OnDutyNow] = field(default_factory=list)
    own_entries: list = field(default_factory=list)
    unsent: list = field(default_factory=list)
    follow_ups: list = field(default_factory=list)
    queue: list[timeline.Section] = field(default_factory=list)
    shared: list = field(default_factory=list)
    has_queue: bool = False
    is_administrator: bool = False
    is_committee: bool = False
    is_inspector: bool = False
    receives_allegations: bool = False
    lists_to_review: int = 0  # for the lead DSL (CPF-02)
    health: str = ""  # for administrators: what is wrong with the clockwork of alerts
    today: datetime.date | None = None


def who_is_there(now: datetime.datetime) -> list[OnDutyNow]:
    """For each service: the DSLs on duty with room and telephone; without one, who gets its alerts."""
    rota = OnDuty.objects.at(now).exclude(kind=DutyKind.TRIP).order_by("service__order")
    places = {(row.user_id, row.service_id): row for row in rota}
    found = []
    roster = duty.Roster.read(now)
    for service in Service.objects.in_order():
        there = roster.on_duty(service)
        people = []
        for person in there:
            row = places.get((person.pk, service.pk)) or places.get((person.pk, None))
            people.append(
                {
                    "name": person.name,
                    "room": (row.where if row else "") or service.room,
                    "telephone": (row.telephone if row else "") or person.adult.telephone or service.telephone,
                }
            )
        found.append(OnDutyNow(service, people, [] if people else roster.who_to_alert(service)))
    return found


def home_of(user: User, now: datetime.datetime) -> Home:
    """The parts of the page for the roles this person holds today; a fixed number of queries."""
    committee = any(
        user.has_role(role)
        for role in (Role.COMMITTEE_MEMBER, Role.LEAD_COMMITTEE_MEMBER, Role.CHAIR, Role.VICE_CHAIR)
    )
    home = Home(
        on_duty=who_is_there(now),
        own_entries=reporter_page.own_entries(user, most=LAST_OWN_ENTRIES),
        unsent=reporter_page.unsent(user),
        follow_ups=list(
            need_to_know.follow_ups_readable_by(user)
            .open()
            .filter(owner=user)
            .select_related("key")
            .order_by("due_on", "set_at")
        ),
        has_queue=need_to_know.is_on_safeguarding_team(user),
        is_administrator=user.has_role(Role.ADMINISTRATOR),
        is_committee=committee,
        is_inspector=user.has_role(Role.INSPECTOR),
        receives_allegations=allegations_need_to_know.may_receive(user),
        today=timezone.localdate(now),
    )
    if home.is_administrator:
        home.health = health.warning(now)
    if user.has_role(Role.LEAD_DSL):
        home.lists_to_review = lists.number_overdue(user)
    if home.has_queue:
        home.queue = timeline.queue_sections(user, now)
    else:
        home.shared = list(
            need_to_know.readable_by(user)
            .exclude(level="own_entry")
            .select_related("service")
            .prefetch_related("children__child")
            .newest_first()[:LAST_SHARED]
        )
    return home
