"""The drawing as data: views, regions, spots. A version, once used by a record, never changes again.

`version_<n>.json` was written by `tools/draw_body_map.py`, which says what its numbers mean. Tests hold the fingerprint
of each version, so that a record is drawn in twenty years as it was on the day.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from concerns.body_map.words import Spot

VERSIONS = (1,)
CURRENT = 1
"""The version new marks are placed on."""

Point = tuple[int, int]


@dataclass(frozen=True)
class Region:
    """A named part of the body in one view. Left and right are always the child's own."""

    key: str
    name: str
    view: str
    points: str  # "x,y x,y …" on the view's grid
    spots: dict[str, Point]

    @cached_property
    def polygon(self) -> list[Point]:
        pairs = (pair.split(",") for pair in self.points.split())
        return [(int(x), int(y)) for x, y in pairs]

    def holds(self, x: int, y: int) -> bool:
        """Whether the point is within the region."""
        is_in = False
        for i, (x1, y1) in enumerate(self.polygon):
            x2, y2 = self.polygon[i - 1]
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                is_in = not is_in
        return is_in

    def nearest_spot(self, x: float, y: float) -> str:
        """The spot closest to a point; of two as close, the one named first. The page's script does the same."""
        return min(self.spots, key=lambda spot: math.dist(self.spots[spot], (x, y)))

    def spot_at(self, x: int, y: int) -> str:
        """The name of the spot that is exactly here; "" for any other point."""
        return next((spot for spot, point in self.spots.items() if point == (x, y)), "")

    @property
    def spot_labels(self) -> list[str]:
        return [str(Spot(spot).label) for spot in self.spots]


@dataclass(frozen=True)
class Layer:
    """Outlines that melt into one another, and the regions they are cut into."""

    outlines: tuple[str, ...]
    regions: tuple[Region, ...]


@dataclass(frozen=True)
class View:
    """One drawing with its own grid. `beneath`: what is written under its left and right."""

    key: str
    name: str
    group: str
    width: int
    height: int
    beneath: tuple[str, str]
    layers: tuple[Layer, ...]

    @property
    def regions(self) -> list[Region]:
        return [region for layer in self.layers for region in layer.regions]


@dataclass(frozen=True)
class Drawing:
    """All views of one version."""

    version: int
    views: tuple[View, ...]

    @cached_property
    def by_key(self) -> dict[str, Region]:
        return {region.key: region for view in self.views for region in view.regions}

    @cached_property
    def view_by_key(self) -> dict[str, View]:
        return {view.key: view for view in self.views}


def _view(given: dict[str, Any]) -> View:
    layers = []
    for layer in given["layers"]:
        regions = (
            Region(
                each["key"],
                each["name"],
                given["key"],
                each["points"],
                {spot: (point[0], point[1]) for spot, point in each["spots"].items()},
            )
            for each in layer["regions"]
        )
        layers.append(Layer(tuple(layer["outlines"]), tuple(regions)))
    return View(
        key=given["key"],
        name=given["name"],
        group=given["group"],
        width=given["width"],
        height=given["height"],
        beneath=(given["beneath"][0], given["beneath"][1]),
        layers=tuple(layers),
    )


def file_of(version: int) -> Path:
    return Path(__file__).parent / f"version_{version}.json"


@cache
def drawing(version: int = CURRENT) -> Drawing:
    """The drawing of a version. Raises `KeyError` for one that never was."""
    if version not in VERSIONS:
        raise KeyError(version)
    given = json.loads(file_of(version).read_text(encoding="utf-8"))
    return Drawing(version, tuple(_view(view) for view in given["views"]))
