"""The list of concerns open to a person in full, and the filters that combine: what an address says, what is sealed.

Kinds, services, states and days may stand in an address; words, names and children never: they go by POST into a sealed
`Search`, and the address holds its random key.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from concerns import case_page, need_to_know
from concerns.models import ChildInConcern, Concern
from concerns.states import State
from concerns.terms import CameToLight, Form, Kind, Outcome
from lps_safeguarding.access import grounds
from lps_safeguarding.people import names
from lps_safeguarding.people.models import Service, User
from lps_safeguarding.vault import words
from lps_safeguarding.web.templatetags.lps import DAYS, short_day

A_PAGE = 30
MOST_COUNTED = 1_000
CANDIDATES = 500
"""Concerns looked at for the words typed: the newest that hold them all, before the other filters."""

NOT_CHOSEN = "none"  # the kind of those to which no kind was given yet
KINDS = (*Kind.choices, (NOT_CHOSEN, "No kind chosen yet"))
WHO = (("mine", "Me"), ("nobody", "Nobody yet"), ("others", "Somebody else"))
WEEKDAYS = tuple((str(number), name) for number, name in enumerate(DAYS, 1))
HOURS = tuple((str(hour), f"{hour:02}:00 to {hour + 1:02}:00") for hour in range(24))


@dataclass(frozen=True)
class Filters:
    """What a person wants to see. The last three are sealed; all others may stand in an address."""

    service: str = ""
    kind: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    form: str = ""
    who: str = ""
    light: str = ""
    outcome: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None
    weekday: str = ""
    hour: str = ""
    words: str = ""
    name: str = ""
    child: str = ""

    @property
    def is_sealed(self) -> bool:
        """Whether it may not stand in an address."""
        return bool(self.words or self.name or self.child)

    @property
    def any(self) -> bool:
        return self != Filters()

    @property
    def address(self) -> str:
        """The query of an address; of what is sealed nothing."""
        pairs = []
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name in ("words", "name", "child") or not value:
                continue
            values = value if isinstance(value, tuple) else (value,)
            pairs += [(each.name, one.isoformat() if isinstance(one, datetime.date) else one) for one in values]
        return urlencode(pairs)

    def as_json(self) -> dict[str, Any]:
        """For a sealed search; `read` takes it back."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def read(cls, given: Mapping[str, Any], services: list[Service]) -> Filters:
        """From an address or a sealed search. What is none of the choices is as if not given."""
        many = given.getlist if hasattr(given, "getlist") else lambda name: given.get(name) or []

        def one(name: str, allowed: Any) -> str:
            value = str(given.get(name) or "")
            return value if value in dict(allowed) else ""

        def several(name: str, allowed: Any) -> tuple[str, ...]:
            return tuple(value for value in dict(allowed) if value in many(name))

        return cls(
            service=one("service", {service.slug: 1 for service in services}),
            kind=several("kind", KINDS),
            state=several("state", State.choices),
            form=one("form", Form.choices),
            who=one("who", WHO),
            light=one("light", CameToLight.choices),
            outcome=one("outcome", Outcome.choices),
            since=day_of(given.get("since")),
            until=day_of(given.get("until")),
            weekday=one("weekday", WEEKDAYS),
            hour=one("hour", HOURS),
        )

    @classmethod
    def opened(cls, asked: Mapping[str, Any], services: list[Service]) -> Filters:
        """From a sealed search, names and words included."""
        words, name, child = (str(asked.get(each) or "") for each in ("words", "name", "child"))
        return replace(cls.read(asked, services), words=words, name=name, child=child)

    def in_words(self, services: list[Service], child: str = "") -> list[str]:
        """What is shown, filter by filter, for the line above the list."""
        said = []
        if self.service:
            said += [service.name for service in services if service.slug == self.service]
        said += [label for value, label in KINDS if value in self.kind]
        said += [label for value, label in State.choices if value in self.state]
        for value, choices in (
            (self.form, Form.choices),
            (self.light, CameToLight.choices),
            (self.outcome, Outcome.choices),
            (self.weekday, WEEKDAYS),
            (self.hour, HOURS),
        ):
            if value:
                said.append(dict(choices)[value])
        if self.who:
            said.append(f"with {dict(WHO)[self.who].lower()}")
        if self.since and self.until:
            said.append(f"{short_day(self.since)} to {short_day(self.until)}")
        elif self.since or self.until:
            said.append(f"from {short_day(self.since)}" if self.since else f"until {short_day(self.until)}")
        if child:
            said.append(f"about {child}")
        if self.name:
            said.append(f"children called “{self.name}”")
        if self.words:
            said.append(f"with the words “{self.words}”")
        return said


def day_of(value: Any) -> datetime.date | None:
    """A day as an address writes it; None for anything else."""
    if isinstance(value, datetime.date):
        return value
    try:
        day = datetime.date.fromisoformat(str(value or "")[:10])
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2100 else None


def start_of(day: datetime.date) -> datetime.datetime:
    """Midnight on the school's clock."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def fitting(user: User, filters: Filters, services: list[Service]) -> QuerySet[Concern]:
    """The concerns open to this person in full that fit, without an order."""
    found = need_to_know.readable_in_full_by(user)
    if filters.service:
        found = found.filter(service__in=[service.pk for service in services if service.slug == filters.service])
    if filters.kind:
        wanted = [kind for kind in filters.kind if kind != NOT_CHOSEN]
        found = found.filter(
            Q(kinds__overlap=wanted) | Q(kinds=[]) if NOT_CHOSEN in filters.kind else Q(kinds__overlap=wanted)
        )
    if filters.state:
        found = found.filter(state__in=filters.state)
    for column, value in (("form", filters.form), ("came_to_light", filters.light), ("outcome", filters.outcome)):
        if value:
            found = found.filter(**{column: value})
    if filters.who:
        mine = Q(assigned_to=user)
        who = {"mine": mine, "nobody": Q(assigned_to=None), "others": ~mine & Q(assigned_to__isnull=False)}
        found = found.filter(who[filters.who])
    # Days, weekdays and hours are the school's own, whatever the clocks did (October has an hour twice).
    if filters.since:
        found = found.filter(observed_at__gte=start_of(filters.since))
    if filters.until:
        found = found.filter(observed_at__lt=start_of(filters.until + datetime.timedelta(days=1)))
    if filters.weekday:
        found = found.filter(observed_at__iso_week_day=int(filters.weekday))
    if filters.hour:
        found = found.filter(observed_at__hour=int(filters.hour))
    return _about(_with_words(found, filters), filters)


def _with_words(found: QuerySet[Concern], filters: Filters) -> QuerySet[Concern]:
    if not filters.words:
        return found
    wanted = words.query(filters.words)
    return found.filter(pk__in=grounds.keys_with_words(Concern, wanted, most=CANDIDATES)) if wanted else found.none()


def _about(found: QuerySet[Concern], filters: Filters) -> QuerySet[Concern]:
    if filters.child:
        found = found.filter(pk__in=_with_child([filters.child]))
    if filters.name:
        like = names.children_like(filters.name).nearness or names.children_like(filters.name, loosely=True).nearness
        found = found.filter(pk__in=_with_child(list(like)))
    return found


def _with_child(keys: list) -> QuerySet:
    return ChildInConcern.objects.filter(child__in=[uuid.UUID(str(key)) for key in keys]).values("concern_id")


def child_meant(user: User, filters: Filters) -> str:
    """The name of the child the list is about, for who can open a record about them; else nothing."""
    if not filters.child:
        return ""
    about = need_to_know.of_concerns_in_full(ChildInConcern.objects.filter(child=filters.child), user)
    first = about.select_related("child").first()
    return first.child.name if first else ""


# --- A page of the list ---------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Row:
    """One concern as a line of the list."""

    reference: str
    children: str
    service: Service
    kinds: str
    pink: bool
    state: str
    observed_at: datetime.datetime
    who: str


@dataclass(frozen=True)
class ListPage:
    """Some of the records, newest first by when it was noticed. `older`: where the next page begins; "" at the end.

    `count`: how many there are in all, None beyond `MOST_COUNTED`.
    """

    rows: list[Row]
    older: str
    count: int | None


_SHOWN = (
    "reference", "form", "state", "kinds", "observed_at", "worried_at", "assigned_to_id", "service__name", "service__slug",
)  # fmt: skip
_CHILDREN = Prefetch(
    "children",
    ChildInConcern.objects.select_related("child").only(
        "concern_id", "child__first_name", "child__last_name", "child__known_as"
    ),
)


def page(user: User, filters: Filters, services: list[Service], after: str = "") -> ListPage:
    """A page of the list, from the place `after` on (as `older` of the page before says it; nonsense: the first)."""
    found = fitting(user, filters, services)
    beyond = _place(after)
    rows = found.select_related("service").only(*_SHOWN).order_by("-observed_at", "-pk")
    if beyond:
        moment, key = beyond
        rows = rows.filter(Q(observed_at__lt=moment) | Q(observed_at=moment, pk__lt=key), observed_at__lte=moment)
    shown = list(rows[: A_PAGE + 1])
    more = len(shown) > A_PAGE
    shown = shown[:A_PAGE]
    prefetch_related_objects(shown, _CHILDREN)
    case_page.name_people((shown, ["assigned_to"]))
    count: int | None = len(shown)
    if more or beyond:
        count = found.order_by()[: MOST_COUNTED + 1].count()
        count = None if count > MOST_COUNTED else count
    return ListPage([_row(concern) for concern in shown], _mark(shown[-1]) if more else "", count)


def _row(concern: Concern) -> Row:
    return Row(
        reference=concern.reference,
        children=", ".join(link.child.name for link in concern.children.all()),
        service=concern.service,
        kinds="; ".join(case_page.kind_labels(concern.kinds)) or "Kind not chosen yet",
        pink=concern.is_pink,
        state="Reporter still worried" if concern.worried_at else State(concern.state).label,
        observed_at=concern.observed_at,
        who=concern.assigned_to.name if concern.assigned_to else "",
    )


_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)


def _mark(concern: Concern) -> str:
    """The place of a row, for an address: a moment and a random key."""
    return f"{(concern.observed_at - _EPOCH) // _MICROSECOND}-{concern.pk.hex}"


def _place(mark: str) -> tuple[datetime.datetime, uuid.UUID] | None:
    number, _, key = mark.partition("-")
    try:
        return _EPOCH + int(number[:18]) * _MICROSECOND, uuid.UUID(key)
    except (ValueError, OverflowError):
        return None


def is_child(key: str) -> bool:
    """Whether this can be the key of a child."""
    try:
        uuid.UUID(key)
    except ValueError:
        return False
    return True
