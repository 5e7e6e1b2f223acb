"""Writes a part of a confirmed plan: exactly what was shown, or the row is not taken and says why."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from lps_safeguarding.accounts import sessions
from lps_safeguarding.imports import registry
from lps_safeguarding.imports.columns import DAYS, Kind
from lps_safeguarding.imports.models import Import
from lps_safeguarding.imports.plans import Line, What, plain
from lps_safeguarding.people import bulk
from lps_safeguarding.people.models import Adult, Child, Service, User

WHY = {Kind.CHILDREN: "import of children", Kind.CTF: "import of a transfer file", Kind.STAFF: "import of staff"}
MEANWHILE = "Somebody changed this record after the preview. Import the file again to see it as it is now."
THERE_ALREADY = "Somebody entered this UPN or e-mail address after the preview. Import the file again."


def write(given: Import, part: Sequence[Line]) -> dict[int, str]:
    """Writes these lines, and gives why the others were not taken, by `id()` of the line."""
    if given.kind == Kind.STAFF:
        return _write_adults(given, part)
    return _write_children(given, part)


def _values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: dt.date.fromisoformat(value) if name in DAYS and isinstance(value, str) else value
        for name, value in values.items()
    }


def _key_of(given: Import, line: Line) -> uuid.UUID:
    """A new child's key follows from the import and the row: doing a part twice cannot make the child twice."""
    return uuid.uuid5(given.pk, str(line.row))


def _as_shown(record: Any, line: Line) -> bool:
    return all(plain(getattr(record, name)) == value for name, value in line.was.items())


def _write_children(given: Import, part: Sequence[Line]) -> dict[int, str]:
    why: dict[int, str] = {}
    new = [line for line in part if line.what == What.NEW]
    upns = [line.values["upn"] for line in part if line.is_written and line.values.get("upn")]
    holders = {str(upn): pk for upn, pk in Child.objects.filter(upn__in=upns).values_list("upn", "pk")}
    services = set(Service.objects.values_list("pk", flat=True))
    made_before = set(Child.objects.filter(pk__in=[_key_of(given, line) for line in new]).values_list("pk", flat=True))
    records = []
    for line in new:
        key = _key_of(given, line)
        if key in made_before:
            continue
        if line.values.get("upn") in holders or line.values["service_id"] not in services:
            why[id(line)] = THERE_ALREADY
            continue
        fields = {"pk": key, **_values(line.values)}
        try:
            Child(**fields).full_clean(exclude=["service"], validate_unique=False, validate_constraints=False)
        except ValidationError as refused:
            why[id(line)] = " ".join(refused.messages)
            continue
        records.append(fields)
    bulk.add(Child, records, by=given.by, why=WHY[Kind(given.kind)])
    _change(given, Child, uuid.UUID, part, why, taken_numbers=holders)
    for line in part:
        if line.contacts and id(line) not in why and line.what in (What.NEW, What.CHANGED, What.LEFT, What.SAME):
            child_id = _key_of(given, line) if line.what == What.NEW else uuid.UUID(line.target)
            registry.hand_over_contacts(child_id=child_id, contacts=line.contacts, by=given.by)
    return why


def _change(
    given: Import,
    model: Any,
    read_key: Any,
    part: Sequence[Line],
    why: dict[int, str],
    *,
    taken_numbers: Mapping[str, Any],
) -> list[tuple[Any, dict[str, Any]]]:
    """The lines about people who are here, each only if what the preview showed still stands."""
    to_change = [line for line in part if line.what in (What.CHANGED, What.LEFT)]
    keys = [read_key(line.target) for line in to_change]
    here = {str(record.pk): record for record in model.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    changes: list[tuple[Any, dict[str, Any]]] = []
    for line in to_change:
        record = here.get(line.target)
        values = _values(line.values)
        if record is not None and all(plain(getattr(record, n)) == plain(v) for n, v in values.items()):
            continue  # done already
        holder = taken_numbers.get(values.get("upn") or "")
        if record is None or not _as_shown(record, line) or (holder is not None and str(holder) != line.target):
            why[id(line)] = MEANWHILE
            continue
        trial = model(**{field.attname: getattr(record, field.attname) for field in model._meta.concrete_fields})
        for name, value in values.items():
            setattr(trial, name, value)
        relations = [field.name for field in model._meta.concrete_fields if field.is_relation]
        try:
            trial.full_clean(exclude=relations, validate_unique=False)
        except ValidationError as refused:
            why[id(line)] = " ".join(refused.messages)
            continue
        changes.append((record, values))
    bulk.change(model, changes, by=given.by, why=WHY[Kind(given.kind)])
    return changes


def _write_adults(given: Import, part: Sequence[Line]) -> dict[int, str]:
    why: dict[int, str] = {}
    new = [line for line in part if line.what == What.NEW]
    addresses = [line.values["email"] for line in new if line.values.get("email")]
    holders = {email.lower() for email in Adult.objects.filter(email__in=addresses).values_list("email", flat=True)}
    records = []
    for line in new:
        if line.values.get("email") in holders:
            why[id(line)] = THERE_ALREADY
            continue
        fields = _values(line.values)
        try:
            Adult(**fields).full_clean(validate_unique=False, validate_constraints=False)
        except ValidationError as refused:
            why[id(line)] = " ".join(refused.messages)
            continue
        records.append(fields)
    bulk.add(Adult, records, by=given.by, why=WHY[Kind.STAFF])
    changes = _change(given, Adult, int, part, why, taken_numbers={})
    gone = [
        adult.pk
        for adult, values in changes
        if values.get("leaves_on") is not None and values["leaves_on"] < timezone.localdate()
    ]
    for user in User.objects.filter(adult__in=gone):
        sessions.end_all(user)  # a last day that is over ends access now, as on the page of the account (ACC-06)
    return why
