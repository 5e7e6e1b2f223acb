"""What the pages of contexts show to one reader (CON-16): the concerns that share one, as far as they may open them.

No count and no name comes from a concern that the reader may not open in full.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from concerns import need_to_know
from concerns.case_page import kind_labels, name_people
from concerns.models import ChildInConcern, Concern, ConcernContext, Context, ContextFollowUp, ContextNote
from concerns.states import FollowUpState
from concerns.terms import ContextKind
from lps_safeguarding.people.models import User

MOST_CONCERNS = 200
MOST_LISTED = 1_000


@dataclass(frozen=True)
class Line:
    """A context in the list, with what this reader may know of the concerns that share it."""

    context: Context
    concerns: int
    latest: datetime.datetime | None


@dataclass(frozen=True)
class Sharing:
    """A concern that shares a context."""

    concern: Concern

    @property
    def children(self) -> str:
        return ", ".join(link.child.name for link in self.concern.children.all())

    @property
    def kinds(self) -> list[str]:
        return kind_labels(self.concern.kinds)


@dataclass
class ContextPage:
    """A context for its reader: what is known of it, what was done about it, and the concerns that share it."""

    context: Context
    joined: list[Context]
    notes: list[ContextNote]
    follow_ups: list[ContextFollowUp]
    sharing: list[Sharing]
    today: datetime.date = field(default_factory=timezone.localdate)

    @property
    def to_do(self) -> list[ContextFollowUp]:
        return [each for each in self.follow_ups if each.state == FollowUpState.OPEN]


def in_the_list(user: User, kind: str = "") -> list[Line]:
    """The contexts by name, those with concerns of late first. Three queries, however many there are."""
    contexts = list(need_to_know.contexts_readable_by(user).select_related("key").order_by("-made_at")[:MOST_LISTED])
    stands_for = {each.pk: each.merged_into_id or each.pk for each in contexts}
    shared: dict[Any, dict[Any, datetime.datetime]] = {}
    links = need_to_know.context_links_readable_by(user).filter(ended_at__isnull=True)
    for context, concern, at in links.values_list("context_id", "concern_id", "concern__observed_at"):
        if context in stands_for:
            shared.setdefault(stands_for[context], {})[concern] = at
    lines = [
        Line(each, len(shared.get(each.pk, {})), max(shared.get(each.pk, {}).values(), default=None))
        for each in contexts
        if each.merged_into_id is None and kind in ("", each.kind)
    ]
    lines.sort(key=lambda line: line.context.name.casefold())
    lines.sort(key=lambda line: line.latest or _LONG_AGO, reverse=True)
    return lines


_LONG_AGO = datetime.datetime(1900, 1, 1, tzinfo=datetime.UTC)


def page_of(user: User, context: Context) -> ContextPage:
    """The page of a context that came through the door. A constant number of queries."""
    family = need_to_know.contexts_readable_by(user).with_those_joined(context)
    joined = [each for each in family.select_related("key").order_by("merged_at") if each.pk != context.pk]
    keys = {each.pk: each for each in (context, *joined)}
    notes = _under_their_key(ContextNote.objects.filter(context__in=keys), keys)
    follow_ups = _under_their_key(ContextFollowUp.objects.filter(context__in=keys), keys)
    name_people(([context], ["made_by"]), (notes, ["by"]), (follow_ups, ["owner", "set_by", "ended_by"]))
    return ContextPage(context, joined, notes, follow_ups, _sharing(user, list(keys)))


def _under_their_key(rows: QuerySet, contexts: dict[Any, Context]) -> list:
    found = list(rows)
    for row in found:
        row.context = contexts[row.context_id]
        row.key = row.context.key
    return found


def _sharing(user: User, contexts: list) -> list[Sharing]:
    links = need_to_know.context_links_readable_by(user).filter(context__in=contexts, ended_at__isnull=True)
    concerns = (
        need_to_know.readable_in_full_by(user)
        .filter(pk__in=links.values("concern_id"))
        .select_related("service")
        .only("reference", "observed_at", "kinds", "form", "state", "service__name")
        .prefetch_related(Prefetch("children", ChildInConcern.objects.select_related("child")))
        .order_by("-observed_at")[:MOST_CONCERNS]
    )
    return [Sharing(each) for each in concerns]


@dataclass(frozen=True)
class Linked:
    """A context of one concern. `context` is the one that stands for it."""

    link: ConcernContext
    context: Context


def linked_with(user: User, concern: Concern) -> list[Linked]:
    """The contexts of a concern. No query where its row says that there are none, and one otherwise."""
    if not concern.has_contexts or not user.is_dsl():
        return []
    links = (
        need_to_know.context_links_readable_by(user)
        .filter(concern=concern, ended_at__isnull=True)
        .select_related("context__key", "context__merged_into__key")
    )
    return [Linked(link, link.context.merged_into or link.context) for link in links]


def label(context: Context) -> str:
    """As the box for a context offers it: "Abbey Park, a place"."""
    kind = ContextKind(context.kind).label
    return f"{context.name}, {kind[:1].lower()}{kind[1:]}"


def called(user: User, typed: str) -> list[Context]:
    """The contexts that fit what was typed: its label or name itself, else those whose name holds it."""
    wanted = " ".join(typed.split()).casefold()
    standing = need_to_know.contexts_readable_by(user).standing().select_related("key")[:MOST_LISTED]
    known = [(context, context.name.casefold(), label(context).casefold()) for context in standing]
    for fits in (lambda name, whole: wanted in (name, whole), lambda name, whole: len(wanted) > 1 and wanted in whole):
        found = [context for context, name, whole in known if fits(name, whole)]
        if found:
            return sorted(found, key=lambda each: each.name.casefold())
    return []


def labels(user: User) -> list[str]:
    """What the box for a context suggests."""
    standing = need_to_know.contexts_readable_by(user).standing().select_related("key")[:MOST_LISTED]
    return sorted((label(context) for context in standing), key=str.casefold)
