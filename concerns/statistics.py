"""What `overview` asks this app for its trends (DEC-15): counts of the concerns a person may open in full.

Counted is when something was noticed, on the school's clock, not when it was written down. No name is in here but those
of `repeat_children`, which are of records open to the person.
"""

from __future__ import annotations

import datetime
import re
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet
from django.utils import timezone

from concerns import need_to_know
from concerns.models import ChildInConcern, Concern
from lps_safeguarding.access import acting
from lps_safeguarding.people.models import Child, Service, User

MOST_CHILDREN = 30
MOST_PLACES_READ = 500
"""Records whose place is opened to group the places: each has to be unsealed by itself."""


@dataclass(frozen=True)
class Stretch:
    """Days, both included, and of which services (none named: all that the person may read)."""

    first: datetime.date
    last: datetime.date
    services: tuple[Service, ...] = ()

    @property
    def begins(self) -> datetime.datetime:
        return timezone.make_aware(datetime.datetime.combine(self.first, datetime.time()))

    @property
    def ends(self) -> datetime.datetime:
        """The midnight after the last day."""
        after = self.last + datetime.timedelta(days=1)
        return timezone.make_aware(datetime.datetime.combine(after, datetime.time()))


@dataclass
class Figures:
    """Counts of one stretch. A concern of two kinds counts under each of them; everywhere else it counts once."""

    total: int = 0
    kinds: Counter[str] = field(default_factory=Counter)  # "": no kind chosen yet
    services: Counter[int] = field(default_factory=Counter)
    hours: Counter[int] = field(default_factory=Counter)
    forms: Counter[str] = field(default_factory=Counter)
    lights: Counter[str] = field(default_factory=Counter)  # how it came to light; "": not said (pink forms)
    days: Counter[datetime.date] = field(default_factory=Counter)

    @property
    def weekdays(self) -> Counter[int]:
        """By day of the week, Monday is 1."""
        found: Counter[int] = Counter()
        for day, number in self.days.items():
            found[day.isoweekday()] += number
        return found


_COUNTS = (
    "SELECT s.place, f.what, f.value, f.number "
    "FROM unnest(%s::date[], %s::date[]) WITH ORDINALITY AS s(first, last, place), LATERAL "
    "concerns_concern_counts(%s::bigint[], s.first, s.last) f"
)


def figures(user: User, *stretches: Stretch) -> list[Figures]:
    """The figures of each stretch (all of the same services), in one query that does not grow with the records.

    The database counts for the person of the transaction: asked for another one it would tell of the wrong records.
    """
    if acting.now_acting().person != user.pk:
        raise ValueError("Figures are counted for the person the transaction works for.")
    services = [service.pk for service in stretches[0].services] or None
    found = [Figures() for _ in stretches]
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [[s.first for s in stretches], [s.last for s in stretches], services])
        for place, what, value, number in cursor.fetchall():
            _put(found[place - 1], what, value, number)
    return found


def _put(figures: Figures, what: str, value: str, number: int) -> None:
    if what == "record":
        figures.total = number
    elif what == "kind":
        figures.kinds[value] = number
    elif what == "service":
        figures.services[int(value)] = number
    elif what == "hour":
        figures.hours[int(value)] = number
    elif what == "form":
        figures.forms[value] = number
    elif what == "light":
        figures.lights[value] = number
    elif what == "day":
        figures.days[datetime.date.fromisoformat(value)] = number


def join_counts() -> None:
    """Add up what stands in several rows of the kept counts. Called now and then as the system; changes no figure."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT concerns_concern_counts_joined()")


# --- Children ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class RepeatChild:
    """A child with several concerns in the stretch. `file`: reference of the file if the person may open it."""

    child: Child
    number: int
    before: int
    file: str


@dataclass(frozen=True)
class Repeats:
    """How many children have how many concerns, and those with most. `spread`: concerns → children."""

    spread: Counter[int]
    before: Counter[int]
    children: list[RepeatChild]


def _of(user: User, stretch: Stretch, rows: QuerySet, of: str) -> QuerySet:
    within: dict[str, Any] = {f"{of}observed_at__gte": stretch.begins, f"{of}observed_at__lt": stretch.ends}
    if stretch.services:
        within[f"{of}service__in"] = [service.pk for service in stretch.services]
    return rows.filter(**within)


def _by_child(user: User, stretch: Stretch) -> dict[uuid.UUID, int]:
    links = need_to_know.of_concerns_in_full(ChildInConcern.objects.order_by(), user)
    counted = _of(user, stretch, links, "concern__").values("child_id").annotate(number=Count("pk"))
    return {row["child_id"]: row["number"] for row in counted}


def repeat_children(user: User, now: Stretch, before: Stretch) -> Repeats:
    """Children by the number of concerns about them that this person may open in full."""
    counted, counted_before = _by_child(user, now), _by_child(user, before)
    often = sorted((number, key) for key, number in counted.items() if number > 1)[::-1][:MOST_CHILDREN]
    children = Child.objects.select_related("service").in_bulk([key for _, key in often])
    files = dict(
        need_to_know.children_readable_by(user).filter(child__in=list(children)).values_list("child_id", "reference")
    )
    rows = [
        RepeatChild(children[key], number, counted_before.get(key, 0), files.get(key, "")) for number, key in often
    ]
    rows.sort(key=lambda row: (-row.number, row.child.last_name, row.child.first_name, str(row.child.pk)))
    return Repeats(Counter(counted.values()), Counter(counted_before.values()), rows)


# --- Places -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Place:
    """A place as it was written, and the concerns noticed there."""

    name: str
    concerns: list[Concern]


_LITTLE_WORDS = frozenset("a an and at behind by in inside into near next of on outside the their to with".split())


def place_key(text: str) -> str:
    """What is the same in two ways to write a place: "The corridor" and "in corridor, " are one place."""
    found = re.findall(r"[^\W_]+", text.casefold())
    return " ".join(word for word in found if word not in _LITTLE_WORDS) or " ".join(found)


def places(user: User, stretch: Stretch) -> tuple[list[Place], bool]:
    """Where concerns were noticed, as it was written, most frequent first; and whether there were more than are read.

    Places are sealed, so that each record is opened for this: the newest `MOST_PLACES_READ` of the stretch.
    """
    found = _of(user, stretch, need_to_know.readable_in_full_by(user), "")
    shown = found.select_related("key").only("reference", "observed_at", "place", "key")
    read = list(shown.order_by("-observed_at", "-pk")[: MOST_PLACES_READ + 1])
    groups: dict[str, list[Concern]] = {}
    for concern in read[:MOST_PLACES_READ]:
        if not concern.key.is_destroyed:
            groups.setdefault(place_key(concern.place), []).append(concern)
    named = [Place(_most_written(concerns), concerns) for concerns in groups.values()]
    named.sort(key=lambda place: (-len(place.concerns), place.name.casefold()))
    return named, len(read) > MOST_PLACES_READ


def _most_written(concerns: Sequence[Any]) -> str:
    """The wording used most; of equal ones the first by the alphabet."""
    wordings = Counter(" ".join(concern.place.split()) for concern in concerns)
    return min(wordings, key=lambda text: (-wordings[text], text.casefold()))
