"""Draws the body map as SVG: with marks for a record, and as one sheet for those who place marks.

No style attributes and no scripts, so that it stands in a page with a strict policy, in a document, and in a file. What
is marked has a hatch, a strong line and a number: nothing depends on colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from concerns.body_map.drawing import Drawing, Region, View, drawing

LINE, SKIN, SEAM, INK = "#22343b", "#f6f2ec", "#8a979c", "#0b0c0c"
_FOOT = 46  # units beneath a drawing, for what is its left and its right
_SHEET_WIDTH, _GAP = 1800, 40


@dataclass(frozen=True)
class Placed:
    """A number to be drawn at a point of a region."""

    number: int
    region: str
    x: int
    y: int


def _outlines(outlines: Sequence[str]) -> str:
    drawn = "".join(f'<polygon points="{points}"/>' for points in outlines)
    return f'<g fill="{SKIN}" stroke="{LINE}" stroke-width="6" stroke-linejoin="round">{drawn}</g>'


def _beneath(view: View) -> str:
    left, right = (escape(text) for text in view.beneath)
    y = view.height + 28
    return (
        f'<g font-family="sans-serif" font-size="24" fill="{INK}"><text x="4" y="{y}">{left}</text>'
        f'<text x="{view.width - 4}" y="{y}" text-anchor="end">{right}</text></g>'
    )


def marked_view(view: View, marks: Sequence[Placed], *, title: str) -> SafeString:
    """One view with numbers where the marks are. `title` is its text for those who cannot see it."""
    marked = {mark.region for mark in marks}
    name = f"{view.key}-{'-'.join(str(mark.number) for mark in marks)}"
    layers = []
    for layer in view.layers:
        plain = "".join(f'<polygon points="{r.points}"/>' for r in layer.regions if r.key not in marked)
        layers.append(f'{_outlines(layer.outlines)}<g fill="{SKIN}" stroke="{SEAM}">{plain}</g>')
        # After the others of its layer, so that no neighbour covers its line.
        layers += [
            f'<polygon points="{r.points}" fill="url(#hatch-{name})" stroke="{INK}" stroke-width="3"/>'
            for r in layer.regions
            if r.key in marked
        ]
    return mark_safe(  # noqa: S308 (made of numbers and of the drawing's own escaped names)
        f'<svg xmlns="http://www.w3.org/2000/svg" class="body-map__view" role="img" aria-labelledby="view-{name}" '
        f'viewBox="-8 0 {view.width + 16} {view.height + _FOOT}" width="{view.width}" height="{view.height + _FOOT}">'
        f'<title id="view-{name}">{escape(title)}</title>'
        f'<defs><pattern id="hatch-{name}" width="10" height="10" patternUnits="userSpaceOnUse">'
        f'<rect width="10" height="10" fill="#ffffff"/><path d="M0 10L10 0" stroke="{INK}" stroke-width="1.6"/>'
        f"</pattern></defs>{''.join(layers)}{_badges(marks)}{_beneath(view)}</svg>"
    )


def _badges(marks: Sequence[Placed]) -> str:
    """The numbers. Several at one spot stand side by side."""
    beside: dict[tuple[int, int], int] = {}
    drawn = []
    for mark in marks:
        place = beside.get((mark.x, mark.y), 0)
        beside[mark.x, mark.y] = place + 1
        x, y = mark.x + 34 * (place % 3), mark.y + 34 * (place // 3)
        drawn.append(
            f'<circle cx="{x}" cy="{y}" r="17" fill="#ffffff" stroke="{INK}" stroke-width="3.5"/>'
            f'<text x="{x}" y="{y + 7.5}" text-anchor="middle" fill="{INK}">{mark.number}</text>'
        )
    return f'<g font-family="sans-serif" font-size="22" font-weight="700">{"".join(drawn)}</g>'


# --- The sheet ------------------------------------------------------------------------------------------------------
def _to_choose(region: Region) -> str:
    spots = ";".join(f"{spot} {x} {y}" for spot, (x, y) in region.spots.items())
    return (
        f'<polygon class="body-map__region" data-region="{region.key}" data-name="{escape(region.name)}" '
        f'data-spots="{spots}" points="{region.points}"/>'
    )


def sheet(of: Drawing) -> str:
    """All views on one sheet: the file that the page's script takes apart, and the picture for pages without it."""
    x = y = tallest = 0
    drawn = []
    for view in of.views:
        height = view.height + _FOOT + 50
        if x + view.width > _SHEET_WIDTH:
            x, y, tallest = 0, y + tallest + _GAP, 0
        layers = "".join(
            f'{_outlines(layer.outlines)}<g fill="{SKIN}" stroke="{SEAM}">{"".join(map(_to_choose, layer.regions))}</g>'
            for layer in view.layers
        )
        drawn.append(
            f'<text x="{x + 4}" y="{y + 30}" font-family="sans-serif" font-size="26" font-weight="700">'
            f"{escape(view.name)}</text>\n"
            f'<svg data-view="{view.key}" data-name="{escape(view.name)}" data-group="{view.group}" '
            f'viewBox="-8 0 {view.width + 16} {view.height + _FOOT}" x="{x}" y="{y + 42}" '
            f'width="{view.width}" height="{view.height + _FOOT}">{layers}{_beneath(view)}</svg>'
        )
        x, tallest = x + view.width + _GAP, max(tallest, height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SHEET_WIDTH} {y + tallest}" data-version="{of.version}">\n'
        + "\n".join(drawn)
        + "\n</svg>\n"
    )


def sheet_name(version: int) -> str:
    """The static file that holds the sheet of a version."""
    return f"images/body-map-{version}.svg"


def view_of(version: int, region: str) -> View:
    made = drawing(version)
    return made.view_by_key[made.by_key[region].view]
