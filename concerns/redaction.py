"""Takes the names of other children out of text that leaves the school about one child (CON-14). Pure.

It finds names, not people: a nickname or "his brother" stays. Whoever prints reads the document before it goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lps_safeguarding.people.models import Child

PLACEHOLDER = "[another child]"


def names_of(child: Child) -> list[str]:
    """All the ways in which a text may name a child by the names we hold, longest first."""
    firsts = {child.first_name, child.known_as} - {""}
    names = {child.first_name, child.last_name, *firsts, *(f"{first} {child.last_name}" for first in firsts)}
    return sorted(names, key=len, reverse=True)


def without_names(text: str, others: Iterable[Child], *, keep: Child) -> str:
    """The text with every name of `others` replaced; a name that the child it is about bears too stays.

    A surname is shared by brothers and sisters: alone it stays, after another child's first name it goes.
    """
    own = {name.casefold() for name in names_of(keep)}
    names = [name for other in others for name in names_of(other) if name.casefold() not in own]
    if not names:
        return text
    names.sort(key=len, reverse=True)
    pattern = r"(?<!\w)(?:" + "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in names) + r")(?!\w)"
    return re.sub(pattern, PLACEHOLDER, text, flags=re.IGNORECASE)
