"""Who may import what, and see an import. None of it opens case content (ROL-05).

Children and transfer files: the business manager, whose office keeps the roll, and the system administrator, who in
many schools is the one who can export from the information system. Both see of a child who that is and no more: name,
birth date, UPN, year, service, days. Contacts of a transfer file go into the child's file unseen: whether there is a
file, and what it holds, no answer of an import tells.

Staff: the system administrator alone, because a last day ends an account's access, and accounts are theirs.

Nobody else: a DSL needs the list, not the import of it. An import is seen by the person who began it and by nobody
else, as long as they hold the role; row-level security says the same (migration 0002).
"""

from django.core.exceptions import PermissionDenied

from lps_safeguarding.imports.columns import Kind
from lps_safeguarding.imports.models import Import, ImportQuerySet
from lps_safeguarding.people.models import Role, User

_ROLES = {
    Kind.CHILDREN: (Role.BUSINESS_MANAGER, Role.ADMINISTRATOR),
    Kind.CTF: (Role.BUSINESS_MANAGER, Role.ADMINISTRATOR),
    Kind.STAFF: (Role.ADMINISTRATOR,),
}


def can_import(user: User, kind: str) -> bool:
    """Whether this person may import this kind of file today."""
    return any(user.has_role(role) for role in _ROLES[Kind(kind)])


def check_can_import(user: User, kind: str) -> None:
    if not can_import(user, kind):
        raise PermissionDenied("Only those who keep these lists can import them.")


def kinds_for(user: User) -> list[Kind]:
    """What this person may import."""
    return [kind for kind in Kind if can_import(user, kind)]


def can_import_anything(user: User) -> bool:
    return bool(kinds_for(user))


def check_can_import_anything(user: User) -> None:
    if not can_import_anything(user):
        raise PermissionDenied("Only those who keep the school’s lists can import them.")


def imports_of(user: User) -> ImportQuerySet:
    """The imports this person began, of the kinds they may import today."""
    return Import.objects.filter(by=user, kind__in=kinds_for(user))
