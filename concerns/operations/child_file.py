"""The head of a child's file: opened, plans, vulnerabilities, contacts, links (CPF-01)."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from concerns import need_to_know
from concerns.chronology import chronology
from concerns.models import ChildFile, ContactPerson, LinkedChild, PlanStatus, Vulnerability
from concerns.operations.locking import locked
from lps_safeguarding.access import acting
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people.models import Child, User
from lps_safeguarding.vault import keys
from lps_safeguarding.vault.references import new_reference

MOST_MARKS = 500
"""Entries of one chronology that are marked: beyond that nothing stands out any more."""


def file_of(child: Child, *, by: User | None) -> ChildFile:
    """The child's file; it begins with the first concern. The reporter may not see it, so the system opens it."""
    with acting.as_the_system("open a child's file"):
        files = ChildFile.objects.select_related("key").filter(child=child)
        child_file = files.first()
        if child_file is None:
            Child.objects.select_for_update(no_key=True).get(pk=child.pk)
            child_file = files.all().first()  # somebody else may have opened it while this waited for the lock
        if child_file is None:
            child_file = ChildFile(
                key=keys.new_record_key(), reference=new_reference("F"), child=child, service=child.service
            )
            trail.save(child_file, by=by, why="file opened")
    return child_file


@transaction.atomic
def open_child_file(*, child: Child, by: User) -> ChildFile:
    """Open a file for a child without a concern, for example on arrival (CPF-05). An open one is returned."""
    need_to_know.check_can_open_file_for(by, child.service_id)
    return file_of(child, by=by)


def _own(record, child_file: ChildFile, *, version: int | None):
    """The record to change: locked, and of this file; a forged key of another file's record is refused."""
    record = locked(record, version=version)
    if record.child_file_id != child_file.pk:
        raise ValidationError("This entry belongs to another file.")
    record.version += 1
    return record


def _check_dates(from_date: datetime.date | None, until_date: datetime.date | None) -> None:
    if from_date is None:
        raise ValidationError({"from_date": "Say from when."})
    if until_date is not None and until_date < from_date:
        raise ValidationError({"until_date": "The last day is before the first day. Check both dates."})


@transaction.atomic
def set_plan(
    *,
    child_file: ChildFile,
    by: User,
    kind: str,
    from_date: datetime.date,
    until_date: datetime.date | None = None,
    social_worker: str = "",
    social_worker_contact: str = "",
    next_meeting_at: datetime.datetime | None = None,
    note: str = "",
    plan: PlanStatus | None = None,
    version: int | None = None,
) -> PlanStatus:
    """Enter a plan status or change one (with `plan` and the `version` that was shown)."""
    need_to_know.check_can_edit_child_file(by, child_file)
    _check_dates(from_date, until_date)
    record = _own(plan, child_file, version=version) if plan else PlanStatus(key=child_file.key, child_file=child_file)
    record.kind, record.from_date, record.until_date = kind, from_date, until_date
    record.social_worker, record.social_worker_contact = social_worker, social_worker_contact
    record.next_meeting_at, record.note = next_meeting_at, note
    trail.save(record, by=by, why="plan status set")
    return record


@transaction.atomic
def end_plan(*, child_file: ChildFile, by: User, plan: PlanStatus, until_date: datetime.date) -> PlanStatus:
    """A plan ends on a day; it stays in the file (CPF-02: a social worker now or ever)."""
    need_to_know.check_can_edit_child_file(by, child_file)
    record = _own(plan, child_file, version=None)
    _check_dates(record.from_date, until_date)
    record.until_date = until_date
    trail.save(record, by=by, why="plan ended")
    return record


@transaction.atomic
def set_vulnerability(
    *,
    child_file: ChildFile,
    by: User,
    kind: str,
    from_date: datetime.date,
    until_date: datetime.date | None = None,
    note: str = "",
    vulnerability: Vulnerability | None = None,
    version: int | None = None,
) -> Vulnerability:
    """Enter something that makes the child more vulnerable, or change an entry."""
    need_to_know.check_can_edit_child_file(by, child_file)
    _check_dates(from_date, until_date)
    record = (
        _own(vulnerability, child_file, version=version)
        if vulnerability
        else Vulnerability(key=child_file.key, child_file=child_file)
    )
    record.kind, record.from_date, record.until_date, record.note = kind, from_date, until_date, note
    trail.save(record, by=by, why="vulnerability set")
    return record


@transaction.atomic
def end_vulnerability(
    *, child_file: ChildFile, by: User, vulnerability: Vulnerability, until_date: datetime.date
) -> Vulnerability:
    """It is over from a day on; the entry stays."""
    need_to_know.check_can_edit_child_file(by, child_file)
    record = _own(vulnerability, child_file, version=None)
    _check_dates(record.from_date, until_date)
    record.until_date = until_date
    trail.save(record, by=by, why="vulnerability ended")
    return record


@transaction.atomic
def set_contact(
    *,
    child_file: ChildFile,
    by: User,
    name: str,
    relation: str,
    telephone: str = "",
    has_parental_responsibility: bool = False,
    do_not_contact: bool = False,
    note: str = "",
    position: int = 1,
    contact: ContactPerson | None = None,
    version: int | None = None,
) -> ContactPerson:
    """Enter a person to reach, or change one; `position` is the order in which to try."""
    need_to_know.check_can_edit_child_file(by, child_file)
    record = (
        _own(contact, child_file, version=version)
        if contact
        else ContactPerson(key=child_file.key, child_file=child_file)
    )
    record.name, record.relation, record.telephone = name, relation, telephone
    record.has_parental_responsibility, record.do_not_contact = has_parental_responsibility, do_not_contact
    record.note, record.position = note, position
    trail.save(record, by=by, why="contact set")
    return record


@transaction.atomic
@acting.as_the_system("contacts of an import")
def receive_contacts(*, child_id: uuid.UUID, contacts: Sequence[Mapping[str, Any]], by: User) -> None:
    """Contacts that an import brings (`imports.ctf.Contact`). Who imports may not see the file: so nothing is answered.

    A contact who is in the file already, by name, stays as the DSLs have it; only a missing telephone is added.
    """
    child = Child.objects.select_related("service").get(pk=child_id)
    child_file = file_of(child, by=by)
    there = {each.name.casefold(): each for each in child_file.contacts.select_related("key")}
    last = max((each.position for each in there.values()), default=0)
    for given in sorted(contacts, key=lambda contact: contact["position"]):
        known = there.get(given["name"].casefold())
        if known is not None and (known.telephone or not given["telephone"]):
            continue
        if known is None:
            last += 1
            known = ContactPerson(
                key=child_file.key,
                child_file=child_file,
                position=last,
                name=given["name"],
                relation=given["relation"],
                has_parental_responsibility=given["has_parental_responsibility"],
            )
            there[given["name"].casefold()] = known
        else:
            known.version += 1
        known.telephone = given["telephone"]
        trail.save(known, by=by, why="contact from an import")


@transaction.atomic
def mark_significant(*, child_file: ChildFile, by: User, entry: str, why: str) -> ChildFile:
    """An entry of the chronology stands out from now on, for this reason. `entry`: the key of one they may see."""
    need_to_know.check_can_edit_child_file(by, child_file)
    if not why.strip():
        raise ValidationError({"why": "Say why this is significant."})
    if entry not in {each.key for each in chronology(by, child_file.child, file=child_file).entries if each.key}:
        raise ValidationError("This entry is not in the chronology any more. Go back and look again.")
    row = locked(child_file)
    marks = dict(row.significant or {})
    if entry not in marks and len(marks) >= MOST_MARKS:
        raise ValidationError(f"{MOST_MARKS} entries are marked already. Take a mark away first.")
    marks[entry] = {"why": why.strip(), "by": by.pk, "at": timezone.now().isoformat()}
    return _save_marks(row, marks, by=by, why="marked as significant")


@transaction.atomic
def unmark_significant(*, child_file: ChildFile, by: User, entry: str) -> ChildFile:
    """The mark was a mistake; the versions of the file keep it."""
    need_to_know.check_can_edit_child_file(by, child_file)
    row = locked(child_file)
    marks = {key: mark for key, mark in (row.significant or {}).items() if key != entry}
    return _save_marks(row, marks, by=by, why="mark taken away")


def _save_marks(row: ChildFile, marks: dict, *, by: User, why: str) -> ChildFile:
    row.significant = marks or None
    row.version += 1
    trail.save(row, by=by, why=why)
    return row


@transaction.atomic
def link_children(*, child_file: ChildFile, by: User, other: Child, kind: str, note: str = "") -> LinkedChild:
    """Link this child with another one of the school. The other file shows the link as well."""
    need_to_know.check_can_edit_child_file(by, child_file)
    if other.pk == child_file.child_id:
        raise ValidationError({"other": "This is the same child. Choose the other one."})
    link = _link(child_file, other, kind, note, by=by)
    other_file = file_of(other, by=by)
    with acting.as_the_system("link both files"):
        _link(other_file, child_file.child, kind, "", by=by)
    return link


def _link(child_file: ChildFile, other: Child, kind: str, note: str, *, by: User) -> LinkedChild:
    links = LinkedChild.objects.select_related("key")
    link = links.filter(child_file=child_file, other=other, ended_at__isnull=True).first()
    if link is None:
        link = LinkedChild(key=child_file.key, child_file=child_file, other=other)
    else:
        link.version += 1
    link.kind = kind
    link.note = note or link.note
    trail.save(link, by=by, why="children linked")
    return link


@transaction.atomic
def unlink_children(*, child_file: ChildFile, by: User, link: LinkedChild) -> None:
    """A link made by mistake ends, in both files; the rows stay."""
    need_to_know.check_can_edit_child_file(by, child_file)
    link = _own(link, child_file, version=None)
    now = timezone.now()
    with acting.as_the_system("unlink both files"):
        back = LinkedChild.objects.select_related("key").filter(
            child_file__child=link.other_id, other=child_file.child_id, ended_at__isnull=True
        )
        for each in [link, *back]:
            each.ended_at = now
            trail.save(each, by=by, why="link taken away")
