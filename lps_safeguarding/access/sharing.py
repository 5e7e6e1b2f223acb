"""Sharing a record with a person inside, or telling an outside body: the access and its record in one step (DEC-12)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from guardian.shortcuts import assign_perm, remove_perm

from lps_safeguarding.access import acting, grounds, registry
from lps_safeguarding.access.levels import CODENAMES, Level
from lps_safeguarding.access.models import Conflict, Consent, Ground, SharingRecord
from lps_safeguarding.access.refusals import WrongState
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people.models import User


def of(record):
    """Every sharing of this record, newest first, ended ones too."""
    return SharingRecord.objects.filter(record_type=grounds.record_type(type(record)), record_id=record.pk)


def check_can_share(user, record) -> None:
    """Raises PermissionDenied unless the record's app lets this person share it."""
    if not registry.kind_of(record).can_share(user, record):
        raise PermissionDenied


@transaction.atomic
def share(
    *,
    record,
    with_person: User,
    level: str,
    by: User,
    why: str,
    what: str,
    ground: str = Ground.PUBLIC_TASK,
    consent: str = Consent.NOT_NEEDED,
    expires_at=None,
) -> SharingRecord:
    """Let `with_person` see this record at `level` (summary or full), from now until it ends or expires.

    Grants the permission, writes the sharing record and the trail entry together. An open share at another level is
    ended and replaced. Raises PermissionDenied (who may), WrongState (a sentence: conflict, oneself, same again).
    """
    check_can_share(by, record)
    level = Level(level)
    if level not in CODENAMES:
        raise WrongState("Choose whether this person sees a summary or everything.")
    if with_person.pk == by.pk:
        raise WrongState("You cannot share a record with yourself.")
    if not with_person.can_sign_in():
        raise WrongState("This person has no open account.")
    if expires_at is not None and expires_at <= timezone.now():
        raise WrongState("The end of the sharing must be in the future.")
    if _is_shut_to(with_person, record):
        raise WrongState("This record cannot be shared with this person.")
    for row in of(record).select_for_update().filter(with_person=with_person, ended_at=None):
        if row.is_open and row.level == level and row.expires_at == expires_at:
            raise WrongState("This person can already see this.")
        _end(row, record=record, by=by)
    row = SharingRecord(
        key=record.key,
        record_type=grounds.record_type(type(record)),
        record_id=record.pk,
        reference=record.reference,
        with_person=with_person,
        level=level,
        what=what,
        why=why,
        ground=ground,
        consent=consent,
        shared_by=by,
        expires_at=expires_at,
    )
    trail.save(row, by=by, why="shared", act="shared")
    assign_perm(CODENAMES[level], with_person, record)
    acting.sight_changed()
    trail.note(by=by, act="shared", record=record, reference=record.reference, why=f"with person {with_person.pk}")
    return row


@transaction.atomic
def record_outside(
    *, record, with_whom: str, by: User, what: str, why: str, ground: str, consent: str, shared_at=None
):
    """Record what an outside body was told. Gives no access. Raises PermissionDenied, WrongState."""
    check_can_share(by, record)
    if shared_at is not None and shared_at > timezone.now():
        raise WrongState("The sharing cannot be in the future. Check the date and time.")
    row = SharingRecord(
        key=record.key,
        record_type=grounds.record_type(type(record)),
        record_id=record.pk,
        reference=record.reference,
        with_whom=with_whom,
        what=what,
        why=why,
        ground=ground,
        consent=consent,
        shared_by=by,
        shared_at=shared_at or timezone.now(),
    )
    trail.save(row, by=by, why="shared outside", act="shared")
    trail.note(by=by, act="shared", record=record, reference=record.reference, why="with an outside body")
    return row


@transaction.atomic
def end(*, sharing: SharingRecord, record, by: User) -> SharingRecord:
    """End a person's share at once. Raises PermissionDenied, and WrongState when it has ended already."""
    check_can_share(by, record)
    row = of(record).select_for_update().filter(pk=sharing.pk, with_person__isnull=False).first()
    if row is None or row.ended_at is not None:
        raise WrongState("This sharing has already ended.")
    _end(row, record=record, by=by)
    return row


def _end(row: SharingRecord, *, record, by: User) -> None:
    row.ended_at = timezone.now()
    row.ended_by = by
    trail.save(row, by=by, why="sharing ended", act="sharing_ended")
    for codename in CODENAMES.values():
        remove_perm(codename, row.with_person, record)
    acting.sight_changed()
    trail.note(
        by=by, act="sharing_ended", record=record, reference=record.reference, why=f"with person {row.with_person_id}"
    )


def _is_shut_to(person: User, record) -> bool:
    """A conflict shuts the record to the person. Asked as the system: the sharer may not see the conflict itself."""
    with acting.as_the_system("conflict of interest"):
        on_record = Conflict.objects.open_now().filter(person=person, record_id=record.pk)
        return on_record.exists() or _child_is_shut(person, record)


def _child_is_shut(person: User, record) -> bool:
    kind = registry.kind_of(record)
    if kind.children_of is None:
        return False
    return grounds.conflicted_children(person).filter(child_id__in=list(kind.children_of(record))).exists()
