"""Finding children by any part or near-spelling of a name: accents, swapped order, another way to write it.

The database compares (migration 0003 says how). What it finds here is identity only, and candidates, not rights: each
app filters by its own need to know, and shows the best first.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import QuerySet

LONGEST = 100  # characters of a typed name that are looked at
CANDIDATES = 600
"""Names looked at, nearest first. In a school of 20,000 a short beginning fits more: then more of it must be typed."""


@dataclass(frozen=True)
class Like:
    """Children whose names are like what was typed: key and nearness (more is nearer)."""

    nearness: dict[uuid.UUID, float] = field(default_factory=dict)

    def nearest_first(self, found: Iterable[Any], child: str = "pk") -> list[Any]:
        """Rows in the order of nearness, then by name as they came. `child`: attribute that holds the child's key."""
        return sorted(found, key=lambda row: -self.nearness[getattr(row, child)])


def children_like(typed: str, *, loosely: bool = False) -> Like:
    """Children each of whose typed words is, begins, stands within or sounds like one of their names.

    `loosely` also takes words most of whose letters fit in their order (a slip of the keyboard); for when the stricter
    question finds nobody.
    """
    words = " ".join(typed.replace("\x00", " ").split())[:LONGEST]
    if not words:
        return Like()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, nearness FROM people_children_named(%s::text, %s::boolean, %s::integer)",
            [words, loosely, CANDIDATES],
        )
        return Like(dict(cursor.fetchall()))


def among(rows: QuerySet, typed: str, *, child: str = "pk", most: int) -> list[Any]:
    """The `most` nearest of `rows` whose child (attribute `child`) has a name like what was typed.

    The order of `rows` decides among the equally near.
    """
    (found,) = among_each(typed, (rows, child), most=most)
    return found


def among_each(typed: str, *asked: tuple[QuerySet, str], most: int) -> list[list[Any]]:
    """`among` for several lists at once, each with the attribute that holds the child's key.

    Asks loosely only when nobody in any of them fits otherwise, so that a slip of the keyboard finds the child and a
    right spelling is not buried.
    """
    found: list[list[Any]] = [[] for _ in asked]
    for loosely in (False, True):
        like = children_like(typed, loosely=loosely)
        if like.nearness:
            keys = list(like.nearness)
            found = [like.nearest_first(rows.filter(**{f"{child}__in": keys}), child)[:most] for rows, child in asked]
        if any(found):
            break
    return found
