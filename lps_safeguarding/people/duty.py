"""Who is there now: DSLs on duty, who gets an alert, who leads and who acts for whom (ROL-02, ROL-03).

The rules are `Roster`'s, which is read in three queries. The functions answer one question each; whoever has several
(a form that offers the DSLs of each service) reads one roster and asks that.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from .models import Absence, DutyKind, OnDuty, Role, RoleHeld, Service, User, UserQuerySet

DUTIES = (Role.SERVICE_DSL, Role.LEAD_DSL, Role.HEADTEACHER, Role.ACTING_SENIOR_TEACHER, Role.CHAIR, Role.VICE_CHAIR)
"""The roles somebody can be asked for by duty."""


def _day(moment: datetime.datetime) -> datetime.date:
    return timezone.localdate(moment)


@dataclass(frozen=True)
class Roster:
    """Who holds a duty at a moment, who of them is away, and who is on duty. Each user carries their roles of that day."""

    at: datetime.datetime
    people: tuple[User, ...]
    roles: dict[int, tuple[RoleHeld, ...]]
    away: frozenset[int]
    running: tuple[OnDuty, ...]

    @classmethod
    def read(cls, at: datetime.datetime) -> Roster:
        """Three queries, whatever is asked afterwards."""
        day = _day(at)
        held = RoleHeld.objects.on(day)
        rows = (
            held.filter(
                Exists(held.filter(user=OuterRef("user"), role__in=DUTIES)),
                Q(user__adult__leaves_on=None) | Q(user__adult__leaves_on__gte=day),
                user__is_active=True,
            )
            .select_related("user__adult")
            .order_by("user__adult__last_name", "user__adult__first_name", "user", "role", "service__order", "pk")
        )
        people: dict[int, User] = {}
        roles: dict[int, list[RoleHeld]] = {}
        for row in rows:
            people.setdefault(row.user_id, row.user)
            roles.setdefault(row.user_id, []).append(row)
        for pk, user in people.items():
            if day == timezone.localdate():
                user.roles_are(roles[pk])
        return cls(
            at=at,
            people=tuple(people.values()),
            roles={pk: tuple(rows) for pk, rows in roles.items()},
            away=frozenset(Absence.objects.at(at).values_list("user", flat=True)),
            running=tuple(OnDuty.objects.at(at)),
        )

    def holding(self, *wanted: Role, service: Service | None = None) -> list[User]:
        """People who hold one of these roles, present or not, by name; with `service`, for that service."""
        return [user for user in self.people if self._holds(user, wanted, service)]

    def _holds(self, user: User, wanted: Collection[Role], service: Service | None = None) -> bool:
        return any(
            row.role in wanted and (service is None or row.service_id == service.pk) for row in self.roles[user.pk]
        )

    def here(self, users: Iterable[User]) -> list[User]:
        """Those of `users` who are not recorded as away."""
        return [user for user in users if user.pk not in self.away]

    def duties(self, service: Service) -> dict[int, OnDuty]:
        """The duties that run for a service, by person, in the order of the rota (the last one of a person counts)."""
        return {row.user_id: row for row in self.running if row.service_id in (None, service.pk)}

    def on_duty(self, service: Service) -> list[User]:
        """The DSLs on duty for a service, in the order of the rota.

        A duty for the whole school counts for each service; a trip's does not. Somebody who is no longer a DSL of the
        service, has left, or is recorded as away does not count, whatever the rota says.
        """
        able = {
            user.pk: user
            for user in self.here(self.people)
            if self._holds(user, [Role.LEAD_DSL]) or self._holds(user, [Role.SERVICE_DSL], service)
        }
        return [
            able.pop(row.user_id)
            for row in self.running
            if row.kind != DutyKind.TRIP and row.service_id in (None, service.pk) and row.user_id in able
        ]

    def who_to_alert(self, service: Service, *, without: Collection[User] = ()) -> list[User]:
        """Who gets an alert for a service: on duty, else the lead DSL, else the headteacher or who acts for them (ROL-03).

        `without`: people who must not be told (a conflict of interest). If everybody is away, the alert still goes to
        the lead DSL and the headteacher rather than to nobody.
        """
        barred = {user.pk for user in without}
        head = self.headteacher_now()
        for found in (
            self.on_duty(service),
            self.here(self.holding(Role.LEAD_DSL)),
            [head] if head else [],
            self.holding(Role.LEAD_DSL, Role.HEADTEACHER),
        ):
            allowed = [user for user in found if user.pk not in barred]
            if allowed:
                return allowed
        return []

    def lead_dsl(self) -> User | None:
        """The lead DSL, present or not."""
        return next(iter(self.holding(Role.LEAD_DSL)), None)

    def acting_headteacher(self) -> User | None:
        """The senior teacher who acts: only while the headteacher is away or there is none."""
        if self.here(self.holding(Role.HEADTEACHER)):
            return None
        return next(iter(self.here(self.holding(Role.ACTING_SENIOR_TEACHER))), None)

    def headteacher_now(self) -> User | None:
        """The headteacher; while away, the senior teacher who acts; if that person is away too, the headteacher again."""
        heads = self.holding(Role.HEADTEACHER)
        return next(iter(self.here(heads)), None) or self.acting_headteacher() or next(iter(heads), None)


def on_duty(service: Service, at: datetime.datetime) -> list[User]:
    """The DSLs on duty for a service at a moment, in the order of the rota (`Roster.on_duty`)."""
    return Roster.read(at).on_duty(service)


def who_to_alert(service: Service, at: datetime.datetime, *, without: Collection[User] = ()) -> list[User]:
    """Who gets an alert for a service (`Roster.who_to_alert`)."""
    return Roster.read(at).who_to_alert(service, without=without)


def _here(moment: datetime.datetime) -> UserQuerySet:
    """People able to sign in on that day and not recorded as away at that moment."""
    away = Absence.objects.at(moment).filter(user=OuterRef("pk"))
    return User.objects.able_to_sign_in(_day(moment)).filter(~Exists(away)).select_related("adult")


def _holding(role: Role, moment: datetime.datetime, **more) -> Exists:
    return Exists(RoleHeld.objects.on(_day(moment)).filter(role=role, user=OuterRef("pk"), **more))


def _holder(role: Role, moment: datetime.datetime) -> User | None:
    return User.objects.holding(role, day=_day(moment)).select_related("adult").first()


def _holder_here(role: Role, moment: datetime.datetime) -> User | None:
    return _here(moment).filter(_holding(role, moment)).first()


def lead_dsl(at: datetime.datetime | None = None) -> User | None:
    """The lead DSL, present or not."""
    return _holder(Role.LEAD_DSL, at or timezone.now())


def deputies(service: Service, at: datetime.datetime | None = None) -> list[User]:
    """The DSLs of a service, present or not."""
    day = _day(at or timezone.now())
    return list(User.objects.holding(Role.SERVICE_DSL, day=day, service=service).select_related("adult"))


def headteacher(at: datetime.datetime | None = None) -> User | None:
    """The headteacher, present or not."""
    return _holder(Role.HEADTEACHER, at or timezone.now())


def acting_headteacher(at: datetime.datetime) -> User | None:
    """The senior teacher who acts at that moment (`Roster.acting_headteacher`)."""
    return Roster.read(at).acting_headteacher()


def headteacher_now(at: datetime.datetime) -> User | None:
    """The headteacher or who acts for them (`Roster.headteacher_now`)."""
    return Roster.read(at).headteacher_now()


def chair(at: datetime.datetime | None = None) -> User | None:
    """The chair of the management committee, present or not."""
    return _holder(Role.CHAIR, at or timezone.now())


def chair_now(at: datetime.datetime) -> User | None:
    """The chair; while away, the vice chair; if both are away, the chair again (ROL-06)."""
    return _holder_here(Role.CHAIR, at) or _holder_here(Role.VICE_CHAIR, at) or _holder(Role.CHAIR, at)


def is_away(user: User, at: datetime.datetime) -> bool:
    return Absence.objects.at(at).filter(user=user).exists()
