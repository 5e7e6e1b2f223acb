"""Search: children by any part or near-spelling of a name (ACC-04). Names come by POST and are kept sealed (models.py)."""

from __future__ import annotations

from concerns import need_to_know
from concerns.models import ChildFile
from lps_safeguarding.people import names
from lps_safeguarding.people.models import Child, User

MOST = 30


def children_called(user: User, typed: str) -> list[ChildFile]:
    """Files of children with a name like this, nearest first, among those this person may open."""
    files = need_to_know.children_readable_by(user).select_related("child__service")
    by_name = files.order_by("child__last_name", "child__first_name", "child_id")
    return names.among(by_name, typed, child="child_id", most=MOST)


def without_a_file(user: User, typed: str) -> list[Child]:
    """Children of the services this person is a DSL of who have no file yet, so that one can be opened."""
    if not user.is_dsl():
        return []
    children = (
        need_to_know.children_to_choose(user)
        .filter(service__in=user.services_as_dsl())
        .exclude(pk__in=need_to_know.children_readable_by(user).values("child_id"))
        .select_related("service")
        .order_by("last_name", "first_name", "pk")
    )
    return names.among(children, typed, most=MOST)
