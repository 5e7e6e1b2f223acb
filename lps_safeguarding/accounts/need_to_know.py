"""Who may see and do what with accounts, rota and calendar. None of it opens case content (ROL-05)."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from lps_safeguarding.people import duty
from lps_safeguarding.people.models import Role, Service, User

from .models import RequestKind, TwoPersonRequest


def is_head_now(user: User) -> bool:
    """The headteacher, or the senior teacher while acting."""
    if user.has_role(Role.HEADTEACHER):
        return True
    return user.has_role(Role.ACTING_SENIOR_TEACHER) and duty.acting_headteacher(timezone.now()) == user


def can_administer(user: User) -> bool:
    """Accounts, roles, services, contacts."""
    return user.has_role(Role.ADMINISTRATOR)


def check_can_administer(user: User) -> None:
    if not can_administer(user):
        raise PermissionDenied


def can_answer_requests(user: User) -> bool:
    """Whether the list of requests that take two people has anything for this person to do at all."""
    return can_administer(user) or is_head_now(user) or user.has_role(Role.LEAD_DSL) or user.has_role(Role.CHAIR)


def can_answer(user: User, request: TwoPersonRequest) -> bool:
    """The second person: never the one who asked, never the one it is about.

    A role that reads cases is granted by those who answer for cases, not by another administrator.
    """
    if user.pk in (request.asked_by_id, request.person_id):
        return False
    if request.kind == RequestKind.GIVE_ROLE:
        return is_head_now(user) or user.has_role(Role.LEAD_DSL) or user.has_role(Role.CHAIR)
    return can_administer(user) or is_head_now(user)


def check_can_answer(user: User, request: TwoPersonRequest) -> None:
    if not can_answer(user, request):
        raise PermissionDenied


def can_see_requests(user: User) -> bool:
    return can_answer_requests(user)


def check_can_see_requests(user: User) -> None:
    if not can_see_requests(user):
        raise PermissionDenied


def can_change_calendar(user: User) -> bool:
    """Terms, INSET days, holidays: the administrator, the lead DSL, the headteacher, the business manager."""
    return (
        can_administer(user)
        or user.has_role(Role.LEAD_DSL)
        or is_head_now(user)
        or user.has_role(Role.BUSINESS_MANAGER)
    )


def check_can_change_calendar(user: User) -> None:
    if not can_change_calendar(user):
        raise PermissionDenied


def can_plan_duty(user: User, service: Service | None = None) -> bool:
    """The lead DSL for all services, a service DSL for their own (ROL-03). Without a service: whether for any at all."""
    if user.has_role(Role.LEAD_DSL):
        return True
    return user.is_dsl() if service is None else user.has_role(Role.SERVICE_DSL, service)


def check_can_plan_duty(user: User, service: Service | None = None) -> None:
    if not can_plan_duty(user, service):
        raise PermissionDenied


def can_plan_whole_school(user: User) -> bool:
    """A duty that covers every service: out of hours and trips."""
    return user.has_role(Role.LEAD_DSL)


def can_record_absence_of(user: User, who: User) -> bool:
    """One's own; the lead DSL and the headteacher anybody's."""
    return user.pk == who.pk or user.has_role(Role.LEAD_DSL) or is_head_now(user)


def check_can_record_absence_of(user: User, who: User) -> None:
    if not can_record_absence_of(user, who):
        raise PermissionDenied
