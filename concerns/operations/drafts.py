"""Drafts (CON-18): kept on the server while writing, seen by the writer alone, gone on sending or after 7 days."""

import datetime
import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from concerns import alerts
from concerns.models import Concern, Draft
from concerns.operations.locking import one_at_a_time
from concerns.terms import Form
from lps_safeguarding.guidance import editions
from lps_safeguarding.vault import keys

MOST_TYPED = 1_000_000  # characters of one draft, all boxes together


@transaction.atomic
def save_draft(*, by, draft_id: uuid.UUID | None, form: Form, typed: dict) -> Draft:
    """Keep what `by` has typed so far. Without `draft_id` a new draft begins; a stranger's is refused.

    A draft that was sent or discarded meanwhile does not come back to life: it raises `ValidationError`.
    """
    if sum(len(str(value)) for value in typed.values()) > MOST_TYPED:
        raise ValidationError("This is too long to keep. Shorten it or put the longest part into a document.")
    if draft_id is not None:
        one_at_a_time(draft_id)
    draft = Draft.objects.select_related("key").filter(pk=draft_id).first() if draft_id else None
    if draft is None:
        draft = Draft(author=by, key=keys.new_record_key())
        if draft_id is not None:
            if Concern.objects.filter(submission_key=draft_id).exists():
                raise ValidationError("This has been sent already.")
            draft.id = draft_id
    elif draft.author_id != by.pk:
        raise PermissionDenied("This draft is somebody else’s.")
    else:
        draft.version += 1
    draft.form = form
    draft.typed = typed
    draft.saved_at = timezone.now()
    draft.reminded_at = None
    draft.full_clean(exclude=["author", "key", "id"], validate_unique=False, validate_constraints=False)
    draft.save()
    return draft


@transaction.atomic
def discard_draft(*, by, draft: Draft) -> None:
    """Throw a draft away for good: the row and its key."""
    if draft.author_id != by.pk:
        raise PermissionDenied("This draft is somebody else’s.")
    _delete(draft, by=by)


def _delete(draft: Draft, *, by) -> None:
    key = draft.key
    draft.delete()
    keys.destroy(key, by=by, why="draft ended")


def delete_old_drafts(*, now: datetime.datetime) -> tuple[int, int]:
    """Remind writers a day before, and delete drafts that nobody touched for the set time. Returns (reminded, deleted)."""
    kept_for = editions.length("draft_kept", editions.current()).value
    last_day = now - datetime.timedelta(days=kept_for)
    reminded = deleted = 0
    for draft in Draft.objects.filter(
        saved_at__lt=last_day + datetime.timedelta(days=1), reminded_at__isnull=True
    ).select_related("author__adult"):
        alerts.draft_will_end(draft)
        Draft.objects.filter(pk=draft.pk, reminded_at__isnull=True).update(reminded_at=now)
        reminded += 1
    for draft in Draft.objects.filter(saved_at__lt=last_day, reminded_at__lt=now - datetime.timedelta(hours=20)):
        with transaction.atomic():
            _delete(draft, by=None)
        deleted += 1
    return reminded, deleted
