"""Writing to the trail, and saving case records. If the trail cannot be written, the exception goes through: nothing
is shown and nothing is changed without an entry."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from lps_safeguarding.vault import fields as vault_fields

from .acts import ACTS
from .models import TrailEntry

if TYPE_CHECKING:
    from lps_safeguarding.people.models import User

WHY_LENGTH = 200
request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request being served; set by access.middleware, empty in background work."""


def note(
    *,
    by: User | None,
    act: str,
    record: models.Model | None = None,
    reference: str = "",
    service: Any = None,
    why: str = "",
) -> TrailEntry:
    """Writes one entry in the current transaction and returns it.

    ``by`` None stands for the system. ``act`` is a slug of ``acts.py``. ``why`` is a short neutral phrase, never case
    text or a name. ``reference`` names a record that was not found or not shown; else it is the record's own.
    ``service`` is a Service or its id; else it is the record's own.
    """
    if act not in ACTS:
        raise ValueError(f'"{act}" is not an act of the trail. Add it to audit_trail/acts.py.')
    if by is not None and by.pk is None:
        raise ValueError("A trail entry names a person with an account, or nobody (the system).")
    if len(why) > WHY_LENGTH or not why.isprintable():
        raise ValueError(f"The reason of a trail entry is one neutral line of at most {WHY_LENGTH} characters.")
    entry = TrailEntry(
        person_id=None if by is None else by.pk,
        act=act,
        reference=reference or getattr(record, "reference", "") or "",
        service_id=getattr(service, "pk", service),
        why=why,
        request_id=request_id.get()[:64],
    )
    if record is not None:
        entry.record_type = type_of(record)
        entry.record_id = str(record.pk)
        entry.child_file_id = _child_file_of(record)
        if service is None:
            entry.service_id = record.__dict__.get("service_id")
    entry.save(force_insert=True)
    return entry


def save(record: models.Model, *, by: User | None, why: str, act: str | None = None) -> TrailEntry:
    """Checks and saves a case record with its version and its trail entry, all or nothing. Returns the entry.

    Raises ValidationError with the sentences of the fields, of ``clean()`` and of the table's own constraints. Foreign
    keys, uniqueness and constraints are checked by the database itself, at no query. ``by`` and ``why`` are kept on
    the simple-history row too.
    """
    is_new = record._state.adding
    record.full_clean(exclude=_not_to_check(record), validate_unique=False, validate_constraints=False)
    record._history_user = by  # type: ignore[attr-defined]
    record._change_reason = why  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            with vault_fields.carrying_ciphertext():
                record.save(force_insert=is_new)
            return note(by=by, act=act or ("created" if is_new else "changed"), record=record, why=why)
    except IntegrityError as refused:
        sentence = _sentence_of_constraint(record, refused)
        if sentence is None:
            raise
        raise sentence from None
    finally:
        del record._history_user  # type: ignore[attr-defined]
        del record._change_reason  # type: ignore[attr-defined]


def type_of(record: models.Model | type[models.Model]) -> str:
    """The type of a record as the trail writes it: ``concerns.concern``."""
    return record._meta.concrete_model._meta.label_lower  # type: ignore[union-attr]


def _child_file_of(record: models.Model) -> str:
    """The id of the child whose file it is or belongs to, without a query; empty when there is none."""
    if type_of(record) == "people.child":
        return str(record.pk)
    child = record.__dict__.get("child_id")
    return "" if child is None else str(child)


def _not_to_check(record: models.Model) -> set[str]:
    """Fields that full_clean need not look at: unset is checked, existence is the database's; unopened is unchanged."""
    left_out = set()
    deferred = record.get_deferred_fields()
    for field in record._meta.concrete_fields:
        if field.attname in deferred:
            left_out.add(field.name)
        elif field.is_relation:
            if field.null or record.__dict__.get(field.attname) is not None:
                left_out.add(field.name)
        elif isinstance(field, vault_fields.SealedField) and isinstance(
            record.__dict__.get(field.attname), vault_fields.SealedBytes
        ):
            left_out.add(field.name)
    return left_out


def _sentence_of_constraint(record: models.Model, refused: IntegrityError) -> ValidationError | None:
    """The sentence of the model's constraint that the database found broken."""
    diagnosis = getattr(refused.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None)
    for model in (record._meta.model, *record._meta.all_parents):
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return ValidationError(constraint.get_violation_error_message(), code="constraint")
    return None
