"""One mark on the body map: where, what, how big, which colour, in which words (CON-08). Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError

from concerns.body_map.drawing import CURRENT, VERSIONS, Region, drawing
from concerns.body_map.words import AboutAs, InjuryKind, Spot

MOST_MARKS = 40
"""In one form. Beyond that the words of the account say more than numbers on a drawing."""

LARGEST_MM = 1000
LONGEST_COLOUR = 60
LONGEST_WORDS = 2000

TOO_MANY = (
    f"There is room for {MOST_MARKS} injuries. Describe the others in words, or mark one for several that lie together"
)


@dataclass(frozen=True)
class Mark:
    """A mark as it is kept. `x` and `y` are whole units of the grid of the region's view; `size_mm` its longest side."""

    drawing: int
    region: str
    x: int
    y: int
    kind: str
    size_mm: int | None = None
    about: str = ""
    colour: str = ""
    words: str = ""

    @classmethod
    def at(cls, region: str, spot: str, **described: Any) -> Mark:
        """A mark on the current drawing at a named spot.

        Raises `ValidationError` by field (`region`, `spot`, `kind`, `size_mm`, …) with sentences.
        """
        known = drawing(CURRENT).by_key.get(region)
        if known is None:
            raise ValidationError({"region": "Choose a place on the body from the list"})
        point = known.spots.get(spot)
        if point is None:
            offered = ", ".join(f"“{label}”" for label in known.spot_labels)
            raise ValidationError({"spot": f"For the {known.name}, choose one of these: {offered}"})
        mark = cls(CURRENT, region, *point, **described)
        mark.check()
        return mark

    def check(self) -> None:
        """Raises `ValidationError` by field with sentences, when there is no such place, or the words are too many."""
        errors: dict[str, str] = {}
        region = drawing(self.drawing).by_key.get(self.region) if self.drawing in VERSIONS else None
        if region is None:
            errors["region"] = "Choose a place on the body from the list"
        elif not (_is_whole(self.x) and _is_whole(self.y) and region.holds(self.x, self.y)):
            errors["spot"] = f"This point is not on the {region.name}. Choose the place again"
        if self.kind not in InjuryKind.values:
            errors["kind"] = "Choose what it is"
        if self.size_mm is not None and not (_is_whole(self.size_mm) and 1 <= self.size_mm <= LARGEST_MM):
            errors["size_mm"] = f"The size is a whole number of millimetres from 1 to {LARGEST_MM}"
        if self.about and self.about not in AboutAs.values:
            errors["about"] = "Choose one of the sizes that are offered"
        if len(self.colour) > LONGEST_COLOUR:
            errors["colour"] = f"Use {LONGEST_COLOUR} characters or fewer for the colour"
        if len(self.words) > LONGEST_WORDS:
            errors["words"] = f"Use {LONGEST_WORDS:,} characters or fewer; the account has room for more"
        if errors:
            raise ValidationError(errors)

    # --- As it is kept ----------------------------------------------------------------------------------------------
    def as_data(self) -> dict[str, Any]:
        """What is sealed. The version of the drawing stands beside it, in clear."""
        return {name: value for name, value in asdict(self).items() if name != "drawing"}

    @classmethod
    def from_data(cls, version: int, data: dict[str, Any]) -> Mark:
        return cls(drawing=version, **data)

    # --- As it is told ----------------------------------------------------------------------------------------------
    @property
    def on(self) -> Region:
        return drawing(self.drawing).by_key[self.region]

    @property
    def place(self) -> str:
        """Where, in words: "left upper arm, back, lower part"."""
        spot = self.on.spot_at(self.x, self.y)
        return self.on.name if spot in ("", Spot.MIDDLE) else f"{self.on.name}, {str(Spot(spot).label).lower()}"

    @property
    def size(self) -> str:
        parts = [f"{self.size_mm} mm"] if self.size_mm else []
        if self.about:
            parts.append(f"about the size of {AboutAs(self.about).label}")
        return ", ".join(parts)

    @property
    def said(self) -> str:
        """The mark as one line without its own words: "Bruise, left upper arm, back, 20 mm, purple"."""
        parts = [str(InjuryKind(self.kind).label), self.place, self.size, self.colour]
        return ", ".join(part for part in parts if part)

    @property
    def in_full(self) -> str:
        return f"{self.said}: {self.words}" if self.words else self.said


def _is_whole(number: Any) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)
