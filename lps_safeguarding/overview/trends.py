"""Trends as the page shows them (DEC-15): charts with their tables, and from each number the way to its records.

Every number is counted over the records the person may open in full, by the same rule as the list behind it.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from concerns import statistics
from concerns.terms import CameToLight, Form
from lps_safeguarding.overview.periods import Days, Period
from lps_safeguarding.overview.records import HOURS, KINDS, NOT_CHOSEN, WEEKDAYS, Filters
from lps_safeguarding.people.models import Service, User
from lps_safeguarding.web import charts
from lps_safeguarding.web.templatetags.lps import short_day

DRAWN_KINDS = 12
DRAWN_PLACES = 12
MANY = 5
"""Concerns about a child from which on they are one line."""
SCHOOL_HOURS = range(8, 17)
"""Hours always on the chart; earlier and later ones when something was noticed then."""
LONGEST_BY_WEEK = 26 * 7  # days; longer stretches are drawn by month


@dataclass(frozen=True)
class Line:
    """A line of a table: what, how many now and before, and the addresses of the records behind the two numbers."""

    label: str
    now: int
    before: int
    now_url: str
    before_url: str

    @property
    def change(self) -> str:
        difference = self.now - self.before
        if not difference:
            return "the same"
        return f"{difference:,} more" if difference > 0 else f"{-difference:,} fewer"


@dataclass(frozen=True)
class Section:
    """A chart and its table. `head`: what the lines are; `note`: what one must know to read it."""

    slug: str
    title: str
    head: str
    lines: list[Line]
    chart: charts.Chart | None
    note: str = ""
    compares: bool = True


@dataclass(frozen=True)
class Trends:
    """The page: totals, and the sections that hold anything."""

    period: Period
    total: Line
    sections: list[Section]


def trends_of(user: User, period: Period, services: list[Service], service: Service | None) -> Trends:
    """All sections for this person. One query for the figures, whatever the number of records."""
    chosen = (service,) if service else ()
    now, before = statistics.figures(
        user,
        *(statistics.Stretch(days.first, days.last, chosen) for days in (period.days, period.before)),
    )
    link = Links(period, service, compares=before.total > 0)
    sections = [
        _by_kind(now, before, link),
        _by_service(now, before, link, services) if not service and len(services) > 1 else None,
        _by_hour(now, before, link),
        _by_weekday(now, before, link),
        _over_time(now, period, link),
        _by_light(now, before, link),
        _by_form(now, before, link),
    ]
    total = Line("All concerns", now.total, before.total, link.now(now.total), link.before(before.total))
    return Trends(period, total, [section for section in sections if section and section.lines])


@dataclass(frozen=True)
class Links:
    """Addresses of the records behind a number: neutral words and days, never a name. None behind a nought."""

    period: Period
    service: Service | None
    compares: bool = True  # whether the charts draw what was before: not when there was nothing

    def _to(self, days: Days, number: int, **more: Any) -> str:
        if not number:
            return ""
        within = Filters(service=self.service.slug if self.service else "", since=days.first, until=days.last)
        filters = replace(within, **more)
        return f"{reverse('overview:records')}?{filters.address}"

    def now(self, number: int, **more: Any) -> str:
        return self._to(self.period.days, number, **more)

    def before(self, number: int, **more: Any) -> str:
        return self._to(self.period.before, number, **more)

    def within(self, days: Days, number: int) -> str:
        return self._to(days, number)

    def item(self, label: str, now: int, before: int, short: str = "") -> charts.Item:
        """One thing on a chart."""
        return charts.Item(label, now, before if self.compares else None, short)

    def items(self, lines: list[Line]) -> list[charts.Item]:
        return [self.item(line.label, line.now, line.before) for line in lines]


def _lines(
    now: Counter, before: Counter, link: Links, keys: Sequence[tuple[Any, str]], filters: Callable[[Any], dict]
) -> list[Line]:
    """A line for each key that has a number, in the order given."""
    return [
        Line(
            label, now[key], before[key], link.now(now[key], **filters(key)), link.before(before[key], **filters(key))
        )
        for key, label in keys
        if now[key] or before[key]
    ]


def _by_kind(now: statistics.Figures, before: statistics.Figures, link: Links) -> Section:
    keys = [("" if value == NOT_CHOSEN else value, label) for value, label in KINDS]
    lines = _lines(now.kinds, before.kinds, link, keys, lambda key: {"kind": (key or NOT_CHOSEN,)})
    lines.sort(key=lambda line: (-line.now, -line.before))
    note = "A concern of several kinds counts under each of them, so these add up to more than all concerns."
    if len(lines) > DRAWN_KINDS:
        note += f" The chart shows the {DRAWN_KINDS} most frequent; the table has all."
    chart = charts.bars("kinds", "Concerns by kind", link.items(lines[:DRAWN_KINDS]))
    return Section("kinds", "By kind", "Kind", lines, chart, note)


def _by_service(now: statistics.Figures, before: statistics.Figures, link: Links, services: list[Service]) -> Section:
    slugs = {service.pk: service.slug for service in services}
    keys = [(service.pk, service.name) for service in services]
    lines = _lines(now.services, before.services, link, keys, lambda key: {"service": slugs[key]})
    return Section(
        "services", "By service", "Service", lines, charts.bars("services", "Concerns by service", link.items(lines))
    )


def _by_hour(now: statistics.Figures, before: statistics.Figures, link: Links) -> Section:
    names = dict(HOURS)
    hours = {hour for hour in range(24) if now.hours[hour] or before.hours[hour]}
    lines = _lines(
        now.hours,
        before.hours,
        link,
        [(hour, names[str(hour)]) for hour in sorted(hours)],
        lambda key: {"hour": str(key)},
    )
    drawn = range(min({*hours, *SCHOOL_HOURS}), max({*hours, *SCHOOL_HOURS}) + 1)
    items = [link.item(names[str(hour)], now.hours[hour], before.hours[hour], str(hour)) for hour in drawn]
    chart = charts.columns("hours", "Concerns by time of day", items)
    note = "When it was noticed, on the school’s clock: 9 stands for 09:00 to 10:00."
    return Section("hours", "By time of day", "Time of day", lines, chart, note)


def _by_weekday(now: statistics.Figures, before: statistics.Figures, link: Links) -> Section:
    in_now, in_before = now.weekdays, before.weekdays
    keys = [(int(number), name) for number, name in WEEKDAYS]
    lines = _lines(in_now, in_before, link, keys, lambda key: {"weekday": str(key)})
    shown = [(key, name) for key, name in keys if key <= 5 or in_now[key] or in_before[key]]
    items = [link.item(name, in_now[key], in_before[key], name[:3]) for key, name in shown]
    chart = charts.columns("weekdays", "Concerns by day of the week", items)
    return Section("weekdays", "By day of the week", "Day", lines, chart)


def _over_time(now: statistics.Figures, period: Period, link: Links) -> Section:
    """By week, Monday to Sunday, or by month in a long stretch; the first and last one may be cut."""
    by_month = period.days.number > LONGEST_BY_WEEK
    lines, items = [], []
    for piece in pieces(period.days, by_month=by_month):
        number = sum(count for day, count in now.days.items() if piece.first <= day <= piece.last)
        label = f"{piece.first:%B %Y}" if by_month else f"{short_day(piece.first)} to {short_day(piece.last)}"
        short = f"{piece.first:%b}" if by_month else f"{piece.first.day} {piece.first:%b}"
        items.append(charts.Item(label, number, None, short))
        if number:
            lines.append(Line(label, number, 0, link.within(piece, number), ""))
    title = "Concerns by month" if by_month else "Concerns by week"
    head = "Month" if by_month else "Week"
    chart = charts.columns("time", title, items)
    return Section("time", f"By {head.lower()}", head, lines, chart, compares=False)


def pieces(days: Days, *, by_month: bool) -> list[Days]:
    """The calendar's weeks or months within a stretch, without gap or overlap."""
    found, first = [], days.first
    while first <= days.last:
        if by_month:
            after = datetime.date(first.year + first.month // 12, first.month % 12 + 1, 1)
        else:
            after = first + datetime.timedelta(days=7 - first.weekday())
        last = min(after - datetime.timedelta(days=1), days.last)
        found.append(Days(first, last))
        first = after
    return found


def _by_light(now: statistics.Figures, before: statistics.Figures, link: Links) -> Section:
    lines = _lines(now.lights, before.lights, link, CameToLight.choices, lambda key: {"light": key})
    lines.sort(key=lambda line: (-line.now, -line.before))
    note = ""
    if now.lights[""] or before.lights[""]:
        note = "Pink forms do not ask this unless it is added, so these may add up to fewer than all concerns."
    chart = charts.bars("lights", "How concerns came to light", link.items(lines))
    return Section("lights", "How it came to light", "How", lines, chart, note)


def _by_form(now: statistics.Figures, before: statistics.Figures, link: Links) -> Section:
    lines = _lines(now.forms, before.forms, link, Form.choices, lambda key: {"form": key})
    chart = charts.bars("forms", "Concerns by form", link.items(lines))
    return Section("forms", "By form", "Form", lines, chart)


def by_number_of_concerns(repeats: statistics.Repeats) -> Section:
    """How many children have one concern, two, three and so on; the many are one line."""
    items = []
    for number in range(1, MANY + 1):
        label = f"{number} concern{'' if number == 1 else 's'}" if number < MANY else f"{MANY} concerns or more"
        now, before = (
            sum(count for of, count in spread.items() if of == number or of > number == MANY)
            for spread in (repeats.spread, repeats.before)
        )
        items.append(charts.Item(label, now, before))
    lines = [Line(item.label, item.now, item.before or 0, "", "") for item in items]
    chart = charts.bars("spread", "Children by number of concerns", items, one="child", many="children")
    return Section("spread", "Children by number of concerns", "Concerns about the child", lines, chart)


def by_place(places: list[statistics.Place]) -> Section:
    """The places named most, as they were written."""
    lines = [Line(place.name, len(place.concerns), 0, "", "") for place in places]
    items = [charts.Item(line.label, line.now) for line in lines[:DRAWN_PLACES]]
    chart = charts.bars("places", "Concerns by place", items)
    return Section("places", "By place", "Place as it was written", lines, chart, compares=False)


def as_rows(trends: Trends) -> list[list[str]]:
    """The tables for a spreadsheet, without a name. What a program would take for a formula is marked as text."""
    period = trends.period
    rows = [
        ["", "", f"{period.days.first} to {period.days.last}", f"{period.before.first} to {period.before.last}"],
        ["All concerns", "", str(trends.total.now), str(trends.total.before)],
    ]
    for section in trends.sections:
        for line in section.lines:
            rows.append([section.title, line.label, str(line.now), str(line.before) if section.compares else ""])
    return [[f"'{cell}" if cell[:1] in tuple("=+-@\t\r") else cell for cell in row] for row in rows]
