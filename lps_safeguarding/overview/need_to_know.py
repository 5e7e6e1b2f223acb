"""Who may search, see trends, and open a search that was asked before."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from concerns import need_to_know
from lps_safeguarding.overview.models import Search
from lps_safeguarding.people.models import User


def searches_of(user: User) -> QuerySet[Search]:
    """A search and a saved view are seen by who asked them alone."""
    return Search.objects.filter(owner=user)


def check_can_search(user: User) -> None:
    """Those who may open files or other people's records; a reporter finds their own entries under their own list."""
    if need_to_know.is_on_safeguarding_team(user):
        return
    if not need_to_know.children_readable_by(user).exists():
        raise PermissionDenied("Only people who may open a file can search.")


def check_can_see_trends(user: User) -> None:
    """The safeguarding team, each over the records that they may open in full (DEC-15)."""
    if not need_to_know.is_on_safeguarding_team(user):
        raise PermissionDenied("Trends are for the safeguarding team.")
