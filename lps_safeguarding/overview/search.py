"""Search: children by any part or near-spelling of a name (ACC-04). Names come by POST and are kept sealed (models.py)."""

from __future__ import annotations

from concerns import need_to_know
from concerns.models import ChildFile
from lps_safeguarding.people import names
from lps_safeguarding.people.models import Child, User

MOST = 30


def children_called(user: User, typed: str) -> tuple[list[ChildFile], list[Child]]:
    """Files that this person may open of children with a name like this, and such children who have no file yet.

    The second are children of the services this person is a DSL of, so that a file can be opened. Nearest first.
    """
    files = need_to_know.children_readable_by(user)
    by_name = files.select_related("child__service").order_by("child__last_name", "child__first_name", "child_id")
    if not user.is_dsl():
        return names.among(by_name, typed, child="child_id", most=MOST), []
    without = (
        need_to_know.children_to_choose(user)
        .filter(service__in=user.services_as_dsl())
        .exclude(pk__in=files.values("child_id"))
        .select_related("service")
        .order_by("last_name", "first_name", "pk")
    )
    found, without_a_file = names.among_each(typed, (by_name, "child_id"), (without, "pk"), most=MOST)
    return found, without_a_file
