"""Whom one may be in the demonstration."""

from django.utils import timezone

from lps_safeguarding.people.models import Role, RoleHeld, User

AT_MOST_A_ROLE = 3


def people_to_try() -> list[tuple[User, str]]:
    """People with the roles they hold, the ones with the most to do first; a few of each role."""
    held = list(
        RoleHeld.objects.on(timezone.localdate())
        .filter(user__in=User.objects.able_to_sign_in(), user__email__endswith="@demo.example")
        .select_related("user__adult", "service")
    )
    order = {role: number for number, role in enumerate(Role.values)}
    held.sort(key=lambda one: (order[one.role], one.user_id))
    roles: dict[int, list[RoleHeld]] = {}
    for one in held:
        roles.setdefault(one.user_id, []).append(one)
    people: dict[int, tuple[User, str]] = {}
    taken: dict[tuple, int] = {}
    for one in held:
        mine = [other for other in roles[one.user_id] if other.role not in (Role.STAFF, Role.COMMITTEE_MEMBER)]
        key = (one.role, one.service_id)
        only_plain = not mine and one.role in (Role.STAFF, Role.COMMITTEE_MEMBER)
        if one.user_id in people or (not only_plain and one not in mine) or taken.get(key, 0) >= AT_MOST_A_ROLE:
            continue
        taken[key] = taken.get(key, 0) + 1
        people[one.user_id] = (one.user, ", ".join(str(other) for other in mine or roles[one.user_id]))
    return list(people.values())
