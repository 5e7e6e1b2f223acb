"""The kinds of record the pages of this app can speak of. Apps register theirs in `AppConfig.ready`, so that access
imports no app."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet


@dataclass(frozen=True)
class SharedRecordKind:
    """How one kind of record is found, read, shared and, if at all, opened by break glass.

    name: in plain English with article, for the screen ("a concern").
    readable_by(user): the app's need-to-know queryset, with `level` on the row.
    can_share(user, record): whether this person may share this record.
    detail_url_name: page of the record, taking `reference`.
    openable_by_break_glass(user): records this person may open by break glass and not otherwise; None: never.
        Asked as the system. It must leave out records this person is the subject of; conflicts are left out here.
    children_of(record): keys of the children it is about (a conflict with a child shuts it too).
    who_by_role(record): (reason in plain words, people) pairs for "who can see this", beyond the express shares.
    """

    model: type[Model]
    name: str
    readable_by: Callable[[Any], QuerySet]
    can_share: Callable[[Any, Any], bool]
    detail_url_name: str
    openable_by_break_glass: Callable[[Any], QuerySet] | None = None
    children_of: Callable[[Any], Iterable[Any]] | None = None
    who_by_role: Callable[[Any], Iterable[tuple[str, Iterable[Any]]]] | None = None

    @property
    def slug(self) -> str:
        """The kind in our tables: "concerns.concern"."""
        return self.model._meta.label_lower


_kinds: dict[str, SharedRecordKind] = {}


def register(kind: SharedRecordKind) -> None:
    """Make a kind of record known. Registering the same model again replaces it (reloading, tests)."""
    _kinds[kind.slug] = kind


def kinds() -> tuple[SharedRecordKind, ...]:
    return tuple(_kinds[slug] for slug in sorted(_kinds))


def kind_of(record_or_slug: Model | str) -> SharedRecordKind:
    """The kind of a record. KeyError when its app has not registered it."""
    slug = record_or_slug if isinstance(record_or_slug, str) else record_or_slug._meta.label_lower
    return _kinds[slug]


def find_readable(user, reference: str) -> tuple[SharedRecordKind, QuerySet] | None:
    """The kind and readable queryset that holds `reference` for this person; None for missing and forbidden alike."""
    for kind in kinds():
        readable = kind.readable_by(user)
        if readable.filter(reference=reference).exists():
            return kind, readable
    return None
