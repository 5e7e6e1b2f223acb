"""The grounds that come from this app's own tables: express shares, conflicts of interest, break glass.

The first functions return querysets of keys, for questions about one record. `keys_...` return the keys themselves, for
`readable_by` (`Q(pk__in=...)`): a person has few of them, they are read once for each page, and the database plans a
short list instead of policies within policies (docs/adr/0003). Never `user.has_perm`: guardian's own answer opens doors
to superusers and groups.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Concat
from django.utils import timezone
from guardian.utils import get_user_obj_perms_model

from lps_safeguarding.access import acting
from lps_safeguarding.access.levels import CODENAMES
from lps_safeguarding.access.models import BreakGlass, Conflict, SharingRecord
from lps_safeguarding.people.models import Role

# Whoever lost the role loses what they had opened by it.
ROLES_THAT_BREAK_GLASS = (Role.LEAD_DSL, Role.HEADTEACHER, Role.ACTING_SENIOR_TEACHER)


def record_type(model) -> str:
    """How our tables name a kind of record: "concerns.concern"."""
    return model._meta.label_lower


def shares_of(model) -> Any:
    """The guardian model with the direct key that holds the express shares of `model`."""
    shares: Any = get_user_obj_perms_model(model)
    if shares.objects.is_generic():
        raise LookupError(f"{record_type(model)} has no table of express shares of its own.")
    return shares


def expressly_shared(user, model, codename: str):
    """Keys of the records shared with `user` under `codename`, by a sharing that has neither ended nor expired.

    A grant without its sharing record (DEC-12) opens nothing.
    """
    level = next(level for level, name in CODENAMES.items() if name == codename)
    row = SharingRecord.objects.open_now().filter(
        record_type=record_type(model), record_id=OuterRef("content_object_id"), with_person=user, level=level
    )
    return (
        shares_of(model)
        .objects.filter(Exists(row), user=user, permission__codename=codename)
        .values("content_object_id")
    )


def conflicted(user, model):
    """Keys of the records of this kind that are shut to `user` by a conflict set on the record itself (ACC-02)."""
    return (
        Conflict.objects.open_now()
        .filter(person=user, record_type=record_type(model), record_id__isnull=False)
        .values("record_id")
    )


def conflicted_children(user):
    """Keys of the children whose records are shut to `user`."""
    return Conflict.objects.open_now().filter(person=user, child__isnull=False).values("child_id")


def opened_by_break_glass(user, model):
    """Keys of the records `user` holds open by break glass now (ACC-03)."""
    return (
        BreakGlass.objects.filter(person=user, record_type=record_type(model), expires_at__gt=timezone.now())
        .filter(Q(closed_at__isnull=True))
        .values("record_id")
    )


# --- Lists of keys, read once -------------------------------------------------------------------------------------------
def _held(user) -> dict[str, list]:
    """What was read of this person's grounds since what somebody may see could last have changed."""
    sight = acting.sight()
    if user.__dict__.get("_sight") != sight:
        user.__dict__["_sight"], user.__dict__["_grounds"] = sight, {}
    return user.__dict__["_grounds"]


def remembered(user, what: str, read: Callable[[], Iterable[Any]]) -> list:
    """`read()`, kept on the user object until what somebody may see could have changed (`acting.sight_changed`)."""
    held = _held(user)
    if what not in held:
        held[what] = list(read())
    return held[what]


_CONFLICTS, _SHARINGS = "conflicts", "sharings"


def read_together(user, *models, keys: dict[str, QuerySet] | None = None) -> None:
    """Read in one query what `readable_by` of these models is going to ask: conflicts, shares, and further lists of keys.

    `keys`: what `remembered` calls the list, and a queryset of one column of UUIDs.
    """
    held = _held(user)
    wanted = {f"shared {record_type(model)}": model for model in models}
    if held.keys() >= {_CONFLICTS, _SHARINGS, *wanted, *(keys or {})}:
        return
    nothing = Value(None, UUIDField())
    # The first one settles the types of the columns.
    parts = [
        Conflict.objects.open_now().filter(person=user)
        .values_list(Value(_CONFLICTS, TextField()), "record_type", "record_id", "child_id"),
        SharingRecord.objects.open_now().filter(with_person=user, record_id__isnull=False)
        .values_list(Value(_SHARINGS, TextField()), Concat("level", Value(" "), "record_type"), "record_id", nothing),
    ]  # fmt: skip
    for what, model in wanted.items():
        grants = shares_of(model).objects.filter(user=user, permission__codename__in=CODENAMES.values())
        parts.append(
            grants.values_list(Value(what, TextField()), "permission__codename", "content_object_id", nothing)
        )
    for what, queryset in (keys or {}).items():
        (column,) = queryset.query.values_select
        parts.append(queryset.values_list(Value(what, TextField()), Value("", TextField()), column, nothing))
    found: dict[str, list] = {what: [] for what in (_CONFLICTS, _SHARINGS, *wanted, *(keys or {}))}
    for what, name, key, child in parts[0].union(*parts[1:], all=True):
        if what == _CONFLICTS:
            found[what].append((name, key, child))
        elif what == _SHARINGS or what in wanted:
            found[what].append((name, key))
        else:
            found[what].append(key)
    held.update(found)


def keys_shared(user, model, codename: str) -> list:
    """Keys of the records expressly shared with `user` under `codename`; a grant without its sharing opens nothing."""
    read_together(user, model)
    kind = record_type(model)
    held = _held(user)
    recorded = {
        (CODENAMES[level], pk)
        for (level, _, of), pk in ((name.partition(" "), pk) for name, pk in held[_SHARINGS])
        if of == kind and level in CODENAMES
    }
    granted = held[f"shared {kind}"]
    return [pk for name, pk in granted if name == codename and (name, pk) in recorded]


def _conflicts_of(user) -> list[tuple]:
    def read():
        return Conflict.objects.open_now().filter(person=user).values_list("record_type", "record_id", "child_id")

    return remembered(user, _CONFLICTS, read)


def keys_conflicted(user, model) -> list:
    """Keys of the records of this kind shut to `user` by a conflict set on the record itself (ACC-02)."""
    kind = record_type(model)
    return [pk for found, pk, _ in _conflicts_of(user) if found == kind and pk is not None]


def keys_of_children_shut(user) -> list:
    """Keys of the children whose records are shut to `user`."""
    return [child for _, _, child in _conflicts_of(user) if child is not None]


def keys_with_words(model, wanted: list[int], *, most: int) -> list:
    """Keys of the newest `most` rows that hold all these hashed words, of those the person may open in full.

    Candidates, not rights: filter `need_to_know` by them. A look-up function of the database finds them (rls.py).
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {model._meta.db_table}_with_words(%s::bigint[], %s::integer)", [wanted, most])
        return cursor.fetchone()[0]


def keys_behind_broken_glass(user, model) -> list:
    """Keys of the records `user` holds open by break glass now (ACC-03)."""
    kind = record_type(model)

    def read():
        return BreakGlass.objects.filter(
            person=user, expires_at__gt=timezone.now(), closed_at__isnull=True
        ).values_list("record_type", "record_id")

    if not any(user.has_role(role) for role in ROLES_THAT_BREAK_GLASS):
        return []
    return [pk for found, pk in remembered(user, "broken glass", read) if found == kind]
