"""What the apps above tell this one at start: where a child's contacts go."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from lps_safeguarding.people.models import User

Receive = Callable[..., None]
"""`receive(child_id=, contacts=, by=)`: enters contacts that are not there yet. Says nothing about what it found."""

_receivers: list[Receive] = []


def register_contacts(receive: Receive) -> None:
    """Name the operation that takes over the contacts of a child. Naming it twice changes nothing."""
    if receive not in _receivers:
        _receivers.append(receive)


def hand_over_contacts(*, child_id: uuid.UUID, contacts: Sequence[dict[str, Any]], by: User) -> None:
    """The contacts of one child, as `ctf.Contact` has them, to whoever keeps them."""
    for receive in _receivers:
        receive(child_id=child_id, contacts=contacts, by=by)
