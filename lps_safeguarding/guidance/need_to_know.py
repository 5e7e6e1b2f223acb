"""Who may read and who may change the duties and times. They hold no case content."""

from django.core.exceptions import PermissionDenied

from lps_safeguarding.people.models import Role, User


def can_read(user: User) -> bool:
    return user.is_dsl() or user.has_role(Role.HEADTEACHER) or user.has_role(Role.ADMINISTRATOR)


def check_can_read(user: User) -> None:
    if not can_read(user):
        raise PermissionDenied("Safeguarding leads, the headteacher and administrators can read the duties and times.")


def can_change(user: User) -> bool:
    return user.has_role(Role.HEADTEACHER) or user.has_role(Role.ADMINISTRATOR)


def check_can_change(user: User) -> None:
    if not can_change(user):
        raise PermissionDenied("Only the headteacher and administrators can change the duties and times.")
