"""Search: children by name, and records by their words (ACC-04). Names and words come by POST and are kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from concerns import case_page, need_to_know
from concerns.models import ChildFile, Concern
from lps_safeguarding.access import grounds
from lps_safeguarding.people.models import Child, User
from lps_safeguarding.vault import words

MOST = 30
CANDIDATES = 300
"""Concerns looked at for the words typed: some of them may be shut to the person by a conflict of interest."""
MOST_PARTS_OF_A_NAME = 5


@dataclass(frozen=True)
class FoundRecord:
    """A concern in which the words stand."""

    concern: Concern
    children: str
    kinds: str


def named(typed: str, prefix: str = "") -> Q:
    """Every part typed begins one of the child's names."""
    found = Q()
    for part in typed.split()[:MOST_PARTS_OF_A_NAME]:
        found &= (
            Q(**{f"{prefix}first_name__istartswith": part})
            | Q(**{f"{prefix}last_name__istartswith": part})
            | Q(**{f"{prefix}known_as__istartswith": part})
            | Q(**{f"{prefix}last_name__icontains": f"-{part}"})
        )
    return found


def children_called(user: User, typed: str) -> list[ChildFile]:
    """Files of children whose names begin so, among those this person may open."""
    if not typed.strip():
        return []
    return list(
        need_to_know.children_readable_by(user)
        .filter(named(typed, "child__"))
        .select_related("child__service")
        .order_by("child__last_name", "child__first_name", "child_id")[:MOST]
    )


def without_a_file(user: User, typed: str) -> list[Child]:
    """Children of the services this person is a DSL of who have no file yet, so that one can be opened."""
    if not typed.strip() or not user.is_dsl():
        return []
    return list(
        need_to_know.children_to_choose(user)
        .filter(named(typed), service__in=user.services_as_dsl())
        .exclude(pk__in=need_to_know.children_readable_by(user).values("child_id"))
        .select_related("service")
        .order_by("last_name", "first_name", "pk")[:MOST]
    )


def records_with(user: User, typed: str) -> list[FoundRecord]:
    """Concerns open to this person in full whose account or additions hold all these words, newest first."""
    wanted = words.query(typed)
    if not wanted:
        return []
    concerns = (
        need_to_know.readable_in_full_by(user)
        .filter(pk__in=grounds.keys_with_words(Concern, wanted, most=CANDIDATES))
        .select_related("service")
        .prefetch_related("children__child")
        .newest_first()[:MOST]
    )
    return [
        FoundRecord(
            concern,
            ", ".join(link.child.name for link in concern.children.all()),
            "; ".join(case_page.kind_labels(concern.kinds)),
        )
        for concern in concerns
    ]
