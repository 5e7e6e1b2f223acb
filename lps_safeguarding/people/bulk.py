"""Many people at once: what an import writes. Rows and their versions in a handful of statements.

The one place besides `operations` that may write people: `bulk_*` leaves no version by itself, so each function here
writes the versions, with who and why, in the same transaction. Fields are checked one record at a time as in
`operations`; uniqueness and constraints are the database's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from .models import Adult, Child, User

Person = TypeVar("Person", Adult, Child)


def _check(record: models.Model) -> None:
    relations = [field.name for field in record._meta.concrete_fields if field.is_relation]
    record.full_clean(exclude=relations, validate_unique=False, validate_constraints=False)


@transaction.atomic
def add(model: type[Person], given: Iterable[Mapping[str, Any]], *, by: User | None, why: str) -> list[Person]:
    """New children or adults with their first versions. Raises ValidationError or IntegrityError; then nothing is there."""
    made = [model(**fields) for fields in given]
    for record in made:
        _check(record)
    if not made:
        return []
    return list(bulk_create_with_history(made, model, default_user=by, default_change_reason=why[:100]))


@transaction.atomic
def change(
    model: type[Person], changes: Sequence[tuple[Person, Mapping[str, Any]]], *, by: User | None, why: str
) -> None:
    """Children or adults with other values, and a version of each. The records must be locked by the caller."""
    if not changes:
        return
    fields: set[str] = set()
    for record, values in changes:
        for name, value in values.items():
            if name not in {field.attname for field in model._meta.concrete_fields}:
                raise ValidationError(f"There is no column {name}.")
            setattr(record, name, value)
        _check(record)
        fields |= set(values)
    names = {model._meta.get_field(name.removesuffix("_id")).name for name in fields}
    bulk_update_with_history(
        [record for record, _ in changes], model, sorted(names), default_user=by, default_change_reason=why[:100]
    )
