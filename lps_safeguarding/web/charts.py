"""Charts as plain geometry, drawn as SVG by `templates/components/chart_*.html`: no script, no canvas, no library.

A chart is 340 units wide, so that on a telephone a unit is a pixel and its words can be read. Every number of a chart
stands in the table beside it; the chart carries a name, a description and its numbers where they fit. The present is
solid, the past is hatched: shape, not colour, tells them apart, on paper too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH = 340.0
LETTER = 7.5  # units a letter of 14 units' height takes at most, on average
DIGIT = 7.2  # units a digit of 12 units' height takes
LONGEST_LABEL = int((WIDTH - 4) / LETTER)


@dataclass(frozen=True)
class Item:
    """One thing that was counted, now and, where there is something to compare with, before."""

    label: str
    now: int
    before: int | None = None
    short: str = ""  # under a column


@dataclass(frozen=True)
class Mark:
    """A bar or a column with its number. `shown`: whether the number has room beside it."""

    x: float
    y: float
    width: float
    height: float
    number: int
    text_x: float
    text_y: float
    shown: bool = True


@dataclass(frozen=True)
class Place:
    """Everything drawn of one item."""

    label: str
    x: float
    y: float
    now: Mark
    before: Mark | None
    labelled: bool = True


@dataclass(frozen=True)
class Chart:
    """A chart ready to be drawn. `key`: makes the ids in it unique on the page."""

    key: str
    title: str
    description: str
    template: str
    width: float
    height: float
    places: tuple[Place, ...]
    base: float = 0.0  # of columns: the line they stand on

    @property
    def compares(self) -> bool:
        """Whether there is a past to compare with."""
        return any(place.before is not None for place in self.places)


def scaled(number: int, greatest: int, room: float) -> float:
    """The length of a bar for `number`, where `greatest` fills `room`. Nothing is nothing, and something never is."""
    if number <= 0 or greatest <= 0:
        return 0.0
    return max(1.0, round(min(number, greatest) / greatest * room, 1))


def greatest_of(items: Iterable[Item]) -> int:
    """The greatest number in a chart, past ones included."""
    return max((max(item.now, item.before or 0) for item in items), default=0)


def shortened(text: str, most: int = LONGEST_LABEL) -> str:
    """A label that fits; the table beside the chart has the whole."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def described(items: Sequence[Item], *, one: str = "concern", many: str = "concerns") -> str:
    """What a chart shows, in words: the greatest three, and that the rest stands in the table."""
    found = sorted((item for item in items if item.now), key=lambda item: -item.now)
    if not found:
        return f"No {many} in this period."

    def said(item: Item) -> str:
        before = "" if item.before is None else f", {item.before:,} before"
        return f"{item.label} {item.now:,} {one if item.now == 1 else many}{before}"

    rest = " The table beside it has every figure." if len(found) > 3 else ""
    return "Most: " + "; ".join(said(item) for item in found[:3]) + "." + rest


# --- Bars: long names, few things -------------------------------------------------------------------------------------
LABEL_HEIGHT, BAR, BAR_BEFORE, BETWEEN = 19.0, 15.0, 11.0, 9.0


def bars(key: str, title: str, items: Sequence[Item], *, one: str = "concern", many: str = "concerns") -> Chart:
    """Lying bars, each under its name, its number at the end: for kinds, services and other things with long names."""
    greatest = greatest_of(items)
    room = WIDTH - 10 - DIGIT * len(f"{greatest:,}")
    places, y = [], 0.0
    for item in items:
        top = y + LABEL_HEIGHT
        now = _bar(item.now, greatest, room, top, BAR)
        before = None
        if item.before is not None:
            before = _bar(item.before, greatest, room, top + BAR + 2, BAR_BEFORE)
        places.append(Place(shortened(item.label), 0.0, y + LABEL_HEIGHT - 5, now, before))
        y = top + BAR + (2 + BAR_BEFORE if before else 0) + BETWEEN
    says = described(items, one=one, many=many)
    return Chart(key, title, says, "components/chart_bars.html", WIDTH, max(y, 1.0), tuple(places))


def _bar(number: int, greatest: int, room: float, y: float, height: float) -> Mark:
    width = scaled(number, greatest, room)
    return Mark(1.0, y, width, height, number, round(width + 6, 1), round(y + height / 2 + 4.5, 1))


# --- Columns: things in an order ----------------------------------------------------------------------------------------
COLUMN_ROOM, ABOVE, BELOW = 120.0, 18.0, 22.0


def columns(key: str, title: str, items: Sequence[Item]) -> Chart:
    """Standing columns in the order given, as hours, weekdays and weeks. Numbers stand above where they fit; the
    greatest always has its own."""
    greatest = greatest_of(items)
    each = WIDTH / max(len(items), 1)
    compares = any(item.before is not None for item in items)
    gap = min(8.0, each * 0.2)
    thick = (each - gap) / (2 if compares else 1)
    base = ABOVE + COLUMN_ROOM
    top_now = max((item.now for item in items), default=0)
    seen_top = False
    widest = max((len(item.short or item.label) for item in items), default=1) * DIGIT + 3
    every = max(1, -int(-widest // each))
    places = []
    for index, item in enumerate(items):
        left = index * each + gap / 2
        room_of_number = thick + (gap if not compares else 0)
        is_top = item.now == top_now and not seen_top and top_now > 0
        seen_top = seen_top or is_top
        now = _column(item.now, greatest, left, thick, base, room_of_number, always=is_top)
        before = None
        if item.before is not None:
            before = _column(item.before, greatest, left + thick, thick, base, room_of_number, always=False)
        label = item.short or item.label
        half = len(label) * DIGIT / 2
        middle = round(min(max(left + (each - gap) / 2, half), max(WIDTH - half, half)), 1)
        places.append(Place(label, middle, base + 16, now, before, labelled=index % every == 0))
    height = base + BELOW
    return Chart(
        key, title, described(items), "components/chart_columns.html", WIDTH, height, tuple(places), base=base
    )


def _column(number: int, greatest: int, x: float, width: float, base: float, room: float, *, always: bool) -> Mark:
    height = scaled(number, greatest, COLUMN_ROOM)
    needed = DIGIT * len(f"{number:,}")
    # The number of the first or last column stays within the chart.
    middle = min(max(x + width / 2, needed / 2), WIDTH - needed / 2)
    return Mark(
        round(x, 1), round(base - height, 1), round(width, 1), height, number, round(middle, 1),
        round(base - height - 4, 1), shown=number > 0 and (always or needed <= room),
    )  # fmt: skip
