"""Conflicts of interest: who may set, see and end them (ACC-02)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from lps_safeguarding.access import acting, grounds, registry
from lps_safeguarding.access.models import Conflict
from lps_safeguarding.access.refusals import WrongState
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people.models import Child, Role, User
from lps_safeguarding.vault import keys

MAY_SET = (Role.LEAD_DSL, Role.HEADTEACHER, Role.CHAIR)


def can_set(user) -> bool:
    """The lead DSL, the headteacher and the chair set conflicts for others; anyone declares their own."""
    return any(user.has_role(role) for role in MAY_SET)


def check_can_end(user, conflict: Conflict) -> None:
    """Those who may set one, and never the person concerned: what one declared holds one."""
    if not can_set(user) or conflict.person_id == user.pk:
        raise PermissionDenied


def readable_by(user):
    """The conflicts this person may see: those they declared or set; and, for those who set them, the others'.

    Never one about oneself set by somebody else: it would tell the subject of a record that the record exists. Never
    one about a record that one may not open.
    """
    rows = Conflict.objects.filter(set_by=user)
    if can_set(user):
        others = Conflict.objects.exclude(person=user).exclude(child__in=grounds.conflicted_children(user))
        on_records = Q(pk__in=[])
        for kind in registry.kinds():
            on_records |= Q(record_type=kind.slug, record_id__in=kind.readable_by(user).values("pk"))
        rows = rows | others.filter(Q(child__isnull=False) | on_records)
    return rows


@transaction.atomic
def declare(*, person: User, by: User, kind: str, reason: str, record=None, child: Child | None = None) -> Conflict:
    """Shut one record, or everything about one child, to `person`.

    `record` has come through the door for `by`. Anyone declares their own; for others the lead DSL, the headteacher or
    the chair. Raises PermissionDenied, WrongState.
    """
    if (record is None) == (child is None):
        raise ValueError("A conflict is with a record or with a child.")
    if person.pk != by.pk and not can_set(by):
        raise PermissionDenied
    existing = Conflict.objects.open_now().filter(person=person)
    existing = existing.filter(child=child) if child else existing.filter(record_id=record.pk)
    with acting.as_the_system("conflict of interest"):
        if existing.exists():
            raise WrongState("This conflict of interest is already recorded.")
    row = Conflict(
        key=keys.new_record_key(),
        person=person,
        record_type=grounds.record_type(type(record)) if record is not None else "",
        record_id=record.pk if record is not None else None,
        reference=record.reference if record is not None else "",
        child=child,
        kind=kind,
        reason=reason,
        set_by=by,
    )
    trail.save(row, by=by, why="conflict of interest", act="conflict_declared")
    acting.sight_changed()
    if record is not None:
        trail.note(
            by=by, act="conflict_declared", record=record, reference=record.reference, why=f"for person {person.pk}"
        )
    return row


@transaction.atomic
def end(*, conflict: Conflict, by: User) -> Conflict:
    """End a conflict. Raises PermissionDenied, WrongState."""
    check_can_end(by, conflict)
    conflict = Conflict.objects.select_for_update().get(pk=conflict.pk)
    if conflict.ended_at is not None:
        raise WrongState("This conflict of interest has already ended.")
    conflict.ended_at = timezone.now()
    conflict.ended_by = by
    trail.save(conflict, by=by, why="conflict ended", act="conflict_ended")
    acting.sight_changed()
    return conflict
