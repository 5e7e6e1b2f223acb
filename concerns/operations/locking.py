"""How an operation gets hold of what it changes: locked, fresh, and of the version the person looked at."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.db.models import Model

from lps_safeguarding.access.refusals import StaleEdit

Record = TypeVar("Record", bound=Model)


def locked(record: Record, *, version: int | None = None) -> Record:
    """The record as it is now, locked until the end of the transaction.

    With `version`, raises `StaleEdit` when somebody changed the record since it was shown.
    """
    now = (
        type(record)
        ._default_manager.select_for_update(of=("self",), no_key=True)
        .select_related("key")
        .get(pk=record.pk)
    )
    if version is not None and now.version != version:
        raise StaleEdit(
            "Somebody else changed this while you were writing. Look at what they did; what you typed is still here.",
            current=now,
        )
    return now


def one_at_a_time(key: uuid.UUID) -> None:
    """Let only one transaction at a time handle this filled-in form, so that a double click makes one record."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key.int % (1 << 63)])


@contextmanager
def key_is_free() -> Iterator[None]:
    """For saving what a filled-in form made: the key of a form that made something else is refused with a sentence.

    What it made may be out of this person's sight, so that only the database knows.
    """
    try:
        yield
    except IntegrityError as refused:
        name = getattr(getattr(refused.__cause__, "diag", None), "constraint_name", None) or ""
        if not name.endswith("_submission_key_key"):
            raise
        raise ValidationError("This form was sent before, for something else. Open the concern again.") from None
