"""What a reporter chooses from: the child, found by a typed name, and the DSL to tell (CON-03, CON-04, ROL-03)."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from concerns import need_to_know
from lps_safeguarding.people import duty, names
from lps_safeguarding.people.models import Child, Service, User

LEAST_TYPED = 2  # letters, before anything is looked for
MOST_SHOWN = 8

ON_DUTY = "on_duty"  # the choice "whoever is on duty for the child's service"


# --- The child ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Found:
    """Children whose name fits what was typed. `more`: there are others; `alike`: several have the same name."""

    typed: str
    children: list[Child]
    more: bool

    @property
    def said(self) -> str:
        """What is told to the person about the search, aloud as well."""
        if len(self.typed) < LEAST_TYPED:
            return ""
        if not self.children:
            return "No child with this name is on the list. Check the spelling, or try only a part of the name."
        if self.more:
            return f"The first {len(self.children)} of several children. Type more of the name."
        return "1 child found" if len(self.children) == 1 else f"{len(self.children)} children found"

    @property
    def alike(self) -> frozenset[str]:
        """Names that more than one of these children has: they are told apart by their day of birth."""
        names = [child.name.casefold() for child in self.children]
        return frozenset(name for name in names if names.count(name) > 1)


def find_children(user: User, typed: str) -> Found:
    """Children on roll whose names are like what was typed, nearest first. By identity only, a few at a time."""
    typed = " ".join(typed.replace("\x00", "").split())[:80]
    if len(typed) < LEAST_TYPED:
        return Found(typed, [], False)
    on_roll = need_to_know.children_to_choose(user).select_related("service")
    first = names.among(on_roll.order_by("last_name", "first_name", "pk"), typed, most=MOST_SHOWN + 1)
    return Found(typed, first[:MOST_SHOWN], len(first) > MOST_SHOWN)


def chosen_children(user: User, ids: Iterable[str]) -> list[Child]:
    """The children with these keys who may be chosen, in the order given. Others are left out; the form says so."""
    wanted = [text for text in dict.fromkeys(ids) if _is_uuid(text)][:20]
    found = {
        str(child.pk): child
        for child in need_to_know.children_to_choose(user).select_related("service").filter(pk__in=wanted)
    }
    return [found[text.lower()] for text in wanted if text.lower() in found]


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except (ValueError, AttributeError):
        return False
    return True


# --- The DSL --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Dsl:
    """A DSL as the reporter sees them: who, for which service, whether there now, and where."""

    user: User
    role: str
    on_duty: bool
    where: str
    telephone: str

    @property
    def reach(self) -> str:
        """Where to find them: "room 12, 01632 496103"."""
        return ", ".join(part for part in (self.where, self.telephone) if part)


class Team:
    """The DSLs of the school at a moment, read once for a page however often it asks."""

    def __init__(self, at: datetime.datetime) -> None:
        self.roster = duty.Roster.read(at)
        self._of: dict[int, list[Dsl]] = {}

    def of(self, service: Service) -> list[Dsl]:
        """The DSLs to whom a concern of this service may be passed: on duty first, then the others, the lead DSL last."""
        if service.pk not in self._of:
            self._of[service.pk] = self._read(service)
        return self._of[service.pk]

    def _read(self, service: Service) -> list[Dsl]:
        on_duty = {user.pk: place for place, user in enumerate(self.roster.on_duty(service))}
        running = self.roster.duties(service)
        lead = self.roster.lead_dsl()
        people = []
        for user in need_to_know.dsls_among(self.roster, service):
            row = running.get(user.pk) if user.pk in on_duty else None
            is_lead = lead is not None and user.pk == lead.pk
            people.append(
                Dsl(
                    user=user,
                    role="Lead DSL" if is_lead else f"{service.name} DSL",
                    on_duty=user.pk in on_duty,
                    where=(row.where if row else "") or service.room,
                    telephone=(row.telephone if row else "") or user.adult.telephone or service.telephone,
                )
            )
        people.sort(key=lambda dsl: (on_duty.get(dsl.user.pk, 999), dsl.role == "Lead DSL", dsl.user.adult.last_name))
        return people

    def to_tell(self, service: Service) -> Dsl | None:
        """Whom "the DSL on duty" means now: on duty, else the lead DSL, else whichever DSL there is (ROL-03)."""
        people = self.of(service)
        for dsl in people:
            if dsl.on_duty:
                return dsl
        present = {user.pk for user in self.roster.who_to_alert(service)}
        leads = [dsl for dsl in people if dsl.role == "Lead DSL"]
        return next(
            (dsl for dsl in [*leads, *people] if dsl.user.pk in present),
            leads[0] if leads else next(iter(people), None),
        )

    def everybody(self) -> list[Dsl]:
        """All DSLs once, with their first service; while the child and so the service is not known."""
        seen: dict[int, Dsl] = {}
        for service in Service.objects.in_order():
            for dsl in self.of(service):
                before = seen.get(dsl.user.pk)
                if before is None or (dsl.on_duty and not before.on_duty):
                    seen[dsl.user.pk] = dsl
        return sorted(seen.values(), key=lambda dsl: not dsl.on_duty)

    def reception(self) -> list["Reception"]:
        """For each service the DSL to speak to now (CON-03)."""
        return [Reception(service, self.to_tell(service)) for service in Service.objects.in_order()]


def dsls_of(service: Service, at: datetime.datetime) -> list[Dsl]:
    """The DSLs to whom a concern of this service may be passed (`Team.of`)."""
    return Team(at).of(service)


def dsl_to_tell(service: Service, at: datetime.datetime) -> Dsl | None:
    """Whom "the DSL on duty" means now (`Team.to_tell`)."""
    return Team(at).to_tell(service)


@dataclass(frozen=True)
class Reception:
    """One service and whom to go to there now."""

    service: Service
    dsl: Dsl | None


def who_is_on_duty(at: datetime.datetime) -> list[Reception]:
    """For each service the DSL to speak to now (`Team.reception`)."""
    return Team(at).reception()
