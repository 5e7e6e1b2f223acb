"""Making, rotating and destroying the keys of records."""

import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from . import sealing
from .models import RecordKey


def new_record_key() -> RecordKey:
    """A fresh key for one record, stored wrapped by the current wrapping key."""
    key = RecordKey(pk=uuid.uuid4())
    key.wrapping_key_id, key.wrapped_key = settings.VAULT_KEYS.wrap(sealing.new_key(), about=key.about)
    key.save(force_insert=True)
    return key


@transaction.atomic
def rotate(batch: int = 200) -> int:
    """Wraps up to ``batch`` keys anew under the current wrapping key; returns how many it did.

    Works while the school works: keys that somebody holds are skipped and come with a later batch, and writing under a
    key (which locks it for its foreign keys only) is not held up. Zero means that nothing is left that is not held.
    """
    current = settings.VAULT_KEYS.current
    due = list(
        RecordKey.objects.wrapped_by_others_than(current)
        .select_for_update(no_key=True, skip_locked=True)
        .order_by("pk")[:batch]
    )
    for key in due:
        key.wrapping_key_id, key.wrapped_key = settings.VAULT_KEYS.wrap(key.data_key, about=key.about)
    RecordKey.objects.bulk_update(due, ["wrapping_key_id", "wrapped_key"])
    return len(due)


def still_to_rotate() -> int:
    """How many living keys are not wrapped by the current wrapping key."""
    return RecordKey.objects.wrapped_by_others_than(settings.VAULT_KEYS.current).count()


@transaction.atomic
def destroy(record_key: RecordKey, *, by: Any, why: str) -> None:
    """Destroys the key, and with it the content of the record and of all its versions, files and sub-records.

    There is no way back. Who may order it, and that two people agree (CPF-07), is for the caller to decide; ``why``
    must hold no case content. Destroying twice keeps the first time, person and reason. The copy in memory of
    ``record_key`` is emptied too. Backups still hold the wrapped key until they expire.
    """
    if not why.strip():
        raise ValueError("Say why the key is destroyed.")
    held = RecordKey.objects.select_for_update().get(pk=record_key.pk)
    if not held.is_destroyed:
        held.wrapped_key = b""
        held.destroyed_at = timezone.now()
        held.destroyed_by = by
        held.destroyed_why = why.strip()
        held.save(update_fields=["wrapped_key", "destroyed_at", "destroyed_by", "destroyed_why"])
    record_key.refresh_from_db()
