"""The marks of one child put together: the views they are on, numbered, and the same numbers as a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from concerns.body_map import pictures
from concerns.body_map.marks import Mark


@dataclass(frozen=True)
class Line:
    """One entry of the numbered key."""

    number: int
    mark: Mark
    words: str

    @property
    def said(self) -> str:
        return self.mark.said


@dataclass(frozen=True)
class Picture:
    name: str
    svg: SafeString


@dataclass(frozen=True)
class Chart:
    """What a page shows of one child's injuries. `whose`: the child, where there are several in the concern."""

    whose: Any
    lines: list[Line]
    pictures: list[Picture]


def _and(numbers: list[int]) -> str:
    words = [str(number) for number in numbers]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def chart(
    numbered: Iterable[tuple[int, Mark]], *, whose: Any = None, clean: Callable[[str], str] | None = None
) -> Chart:
    """The chart of these marks; each version of the drawing is drawn as it was. `clean` goes over the words."""
    found = sorted(numbered, key=lambda pair: pair[0])
    views: dict[tuple[int, str], list[tuple[int, Mark]]] = {}
    for number, mark in found:
        views.setdefault((mark.drawing, mark.on.view), []).append((number, mark))
    drawn = []
    for (version, _), marks in views.items():
        view = pictures.view_of(version, marks[0][1].region)
        placed = [pictures.Placed(number, mark.region, mark.x, mark.y) for number, mark in marks]
        numbers = _and([number for number, _ in marks])
        title = f"{view.name}, with injury {numbers}" if len(marks) == 1 else f"{view.name}, with injuries {numbers}"
        drawn.append(Picture(view.name, pictures.marked_view(view, placed, title=f"Body map: {title}")))
    words = clean or (lambda text: text)
    return Chart(whose, [Line(n, _cleaned(m, words), words(m.words)) for n, m in found], drawn)


def _cleaned(mark: Mark, clean: Callable[[str], str]) -> Mark:
    return Mark.from_data(mark.drawing, {**mark.as_data(), "colour": clean(mark.colour)})
