"""What this app itself keeps: searches, and views saved under a name."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from lps_safeguarding.overview import need_to_know
from lps_safeguarding.overview.models import Page, Search
from lps_safeguarding.people.models import User
from lps_safeguarding.vault import keys

LASTS = datetime.timedelta(hours=12)
"""How long a search that was not saved can be opened again: as long as a session lasts."""
MOST_KEPT = 50


def _new(by: User, page: Page, asked: dict[str, Any]) -> Search:
    """All searches of one person lie under one key, so that asking does not leave a used-up key each time."""
    latest = need_to_know.searches_of(by).select_related("key").order_by("-made_at").first()
    return Search(owner=by, page=page, asked=asked, key=latest.key if latest else keys.new_record_key())


@transaction.atomic
def ask(*, by: User, page: Page, asked: dict[str, Any]) -> Search:
    """Keep a question for as long as its answer may be opened again."""
    search = _new(by, page, asked)
    search.save(force_insert=True)
    return search


def forget_old(*, now: datetime.datetime) -> None:
    """Delete the searches of everybody that were not saved, half a day after they were asked."""
    Search.objects.filter(kept=False, made_at__lt=now - LASTS).delete()


@transaction.atomic
def keep(*, by: User, page: Page, asked: dict[str, Any], name: str) -> Search:
    """Save a view under a name. Raises ValidationError with a sentence for the person."""
    if need_to_know.searches_of(by).filter(kept=True).count() >= MOST_KEPT:
        raise ValidationError(f"You have saved {MOST_KEPT} views. Remove one before you save another.")
    search = _new(by, page, asked)
    search.kept, search.name = True, name
    search.full_clean(exclude=["owner", "key", "id"], validate_unique=False, validate_constraints=False)
    search.save(force_insert=True)
    return search


@transaction.atomic
def forget(*, by: User, search: Search) -> None:
    """Remove a saved view."""
    if search.owner_id != by.pk:
        raise PermissionDenied("This view is somebody else’s.")
    search.delete()
