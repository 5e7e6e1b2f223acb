"""Who may see a concern about an adult (ALG-01 to ALG-03, ROL-06). Nothing else in this app decides it.

FULL: the person whose route it is on: the headteacher; the senior teacher acting for them, where it was handed to that
person; for what concerns the headteacher the chair, or the vice chair where it was handed to them.
OWN_ENTRY: who wrote it, and this means a receipt: that it was sent, and that it was read. Never the rest.
Nobody it is about, whatever their role; a DSL sees nothing by that role. Row-level security says the same (migration 0002).
"""

from django.core.exceptions import PermissionDenied
from django.db.models import Case, CharField, Q, QuerySet, Value, When

from allegations.models import IntakeDraft, StaffConcern
from allegations.terms import Route
from lps_safeguarding.access import grounds
from lps_safeguarding.access.levels import Level
from lps_safeguarding.people.models import Adult, Role, User

NOTHING = Q(pk__in=[])


def _on_their_way(user: User) -> Q:
    """The routes that end at this person today."""
    way = NOTHING
    if user.has_role(Role.HEADTEACHER):
        way |= Q(route=Route.HEADTEACHER)
    if user.has_role(Role.ACTING_SENIOR_TEACHER):
        way |= Q(route=Route.HEADTEACHER, routed_to=user)
    if not user.has_role(Role.HEADTEACHER):
        if user.has_role(Role.CHAIR):
            way |= Q(route=Route.CHAIR)
        if user.has_role(Role.VICE_CHAIR):
            way |= Q(route=Route.CHAIR, routed_to=user) | Q(route=Route.VICE_CHAIR)
    return way


def readable_by(user: User) -> QuerySet[StaffConcern]:
    """What this person may open, each with `level`: FULL, or OWN_ENTRY for their own receipt.

    Somebody who reported themselves keeps the receipt of it and gets no more, whatever their role.
    """
    about_them = Q(subject__isnull=False, subject=user.adult_id) | Q(
        second_subject__isnull=False, second_subject=user.adult_id
    )
    full = Q(pk__in=StaffConcern.objects.filter(_on_their_way(user)).exclude(about_them).values("pk"))
    return (
        StaffConcern.objects.filter(full | Q(author=user))
        .exclude(pk__in=grounds.conflicted(user, StaffConcern))
        .annotate(
            level=Case(When(full, then=Value(Level.FULL)), default=Value(Level.OWN_ENTRY), output_field=CharField())
        )
    )


def received_by(user: User) -> QuerySet[StaffConcern]:
    """What this person has to deal with."""
    return readable_by(user).filter(level=Level.FULL)


def receipts_of(user: User) -> QuerySet[StaffConcern]:
    """What this person sent: they see that it was sent and read."""
    return readable_by(user).filter(author=user)


def may_receive(user: User) -> bool:
    """Holds a role to which such concerns go; for the link to the list."""
    return any(
        user.has_role(role) for role in (Role.HEADTEACHER, Role.ACTING_SENIOR_TEACHER, Role.CHAIR, Role.VICE_CHAIR)
    )


def can_mark_read(user: User, concern: StaffConcern) -> bool:
    return received_by(user).filter(pk=concern.pk).exists()


def check_can_mark_read(user: User, concern: StaffConcern) -> None:
    if not can_mark_read(user, concern):
        raise PermissionDenied("Only the person it was sent to can mark it as read.")


def drafts_of(user: User) -> QuerySet[IntakeDraft]:
    """A draft is seen by its writer alone (CON-18)."""
    return IntakeDraft.objects.filter(author=user)


def adults_to_choose(user: User) -> QuerySet[Adult]:
    """Adults who work or help here now, by name and job: anybody with an account may have to name any of them."""
    from django.utils import timezone

    return Adult.objects.here_on(timezone.localdate())
