"""The preview as the page shows it: one kind of row at a time, values in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lps_safeguarding.imports import children, staff
from lps_safeguarding.imports.columns import Kind
from lps_safeguarding.imports.models import Import
from lps_safeguarding.imports.plans import Line, What
from lps_safeguarding.people.models import Engagement, Service, Sex
from lps_safeguarding.web.templatetags.lps import short_day

ROWS_A_PAGE = 100
EXPLAINED = {
    What.ASK: "The program cannot be sure who this is. Rows you leave open are not taken.",
    What.REFUSED: "These rows are left out. Put them right in the file and import it again: what is there already "
    "stays as it is.",
    What.LEFT: "They are marked as having left on that day. Nobody is deleted.",
    What.CHANGED: "What stands here now, and what will stand here.",
    What.NEW: "They are added.",
    What.SAME: "Nothing to do.",
}


@dataclass(frozen=True)
class Shown:
    """One row of the preview. `changes`: (what, from, to)."""

    row: int
    who: str
    why: str
    changes: list[tuple[str, str, str]]
    contacts: int


@dataclass(frozen=True)
class Section:
    """One kind of row, for the links above the list."""

    what: What
    number: int

    @property
    def title(self) -> str:
        return self.what.label

    @property
    def explained(self) -> str:
        return EXPLAINED[self.what]


def sections(given: Import) -> list[Section]:
    """The kinds of rows there are, in the order in which they want looking at."""
    return [Section(what, given.numbers.get(what.value, 0)) for what in What if given.numbers.get(what.value)]


def chosen(found: Sequence[Section], slug: str) -> Section | None:
    """The section asked for; else the first one."""
    return next((each for each in found if each.what == slug), found[0] if found else None)


def shown(given: Import, lines: Sequence[Line]) -> list[Shown]:
    """These lines in words."""
    names = staff.SHOWN if given.kind == Kind.STAFF else children.SHOWN
    services = {service.pk: service.name for service in Service.objects.all()}
    return [
        Shown(
            row=line.row,
            who=line.who,
            why=line.why,
            changes=[
                (names[name], _words(name, line.was.get(name), services), _words(name, value, services))
                for name, value in line.values.items()
                if name in names
                and name != "identity_to_confirm"
                and (line.target or name not in ("first_name", "last_name"))
            ]
            if line.is_written
            else [],
            contacts=len(line.contacts),
        )
        for line in lines
    ]


def _words(name: str, value: Any, services: dict[int, str]) -> str:
    if value in (None, ""):
        return ""
    if name == "service_id":
        return services.get(value, "")
    if name == "sex":
        return str(Sex(value).label)
    if name == "engagement":
        return str(Engagement(value).label)
    if isinstance(value, str) and name.endswith(("_on", "_of_birth")):
        return short_day(dt.date.fromisoformat(value))
    return str(value)
