"""What a new edition touches: each app says which of its open records began under an older one (DEC-16)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .models import Edition

# label, how many, address of the list ("" when there is none the reader may open)
Touched = tuple[str, int, str]
Count = Callable[[Edition, Edition], list[Touched]]


@dataclass(frozen=True)
class _Registered:
    name: str
    count: Count


_registered: dict[str, _Registered] = {}


def register(name: str, count: Count) -> None:
    """An app's AppConfig.ready says how to count what a change from one edition to another touches.

    `name` names the app; registering it again replaces it. `count(older, newer)` returns labels with numbers, never
    names of people. It runs for the person who looks, so row-level security holds there as everywhere.
    """
    _registered[name] = _Registered(name, count)


def of(older: Edition, newer: Edition) -> list[Touched]:
    """Everything the apps say is touched, in the order they registered; nothing with a count of nought."""
    return [row for each in _registered.values() for row in each.count(older, newer) if row[1]]
