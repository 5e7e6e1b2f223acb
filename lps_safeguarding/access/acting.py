"""For whom the database works right now: one person, the system for a named purpose, or nobody.

Row-level security reads four settings of the transaction: `app.person` (id), `app.services` (ids of the services the
person is a DSL of), `app.roles` (the roles held today) and `app.system` (purpose of background work), and `app.seal`,
which proves that this program set them (see seal.py). They are set with `set_config(..., true)`: they end with the
transaction, so that a pooled connection never carries one person's sight to the next request.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from lps_safeguarding.access import seal
from lps_safeguarding.access.refusals import OtherIdentity


@dataclass(frozen=True)
class Acting:
    """Who the transaction is for. The empty value is nobody: no case row can be read."""

    person: int | None = None
    services: tuple[int, ...] = ()
    roles: tuple[str, ...] = ()
    system: str = ""

    def settings(self) -> tuple[str, str, str, str]:
        person = "" if self.person is None else str(self.person)
        services = "" if self.person is None else "{" + ",".join(str(pk) for pk in self.services) + "}"
        roles = "" if self.person is None else "{" + ",".join(self.roles) + "}"
        return person, services, roles, self.system


NOBODY = Acting()
_now_acting: ContextVar[dict[str, Acting]] = ContextVar("now_acting", default={})  # noqa: B039 (never mutated)
_sight: ContextVar[int] = ContextVar("sight", default=0)


def sight() -> int:
    """Counts up whenever what somebody may see could have changed: what was read of it before is out of date."""
    return _sight.get()


def sight_changed() -> None:
    """Call after writing a share, a conflict, an emergency opening or an assignment; entering a transaction does too."""
    _sight.set(_sight.get() + 1)


_SET = (
    "SELECT set_config('app.person', $1, true), set_config('app.services', $2, true), "
    "set_config('app.roles', $3, true), set_config('app.system', $4, true), set_config('app.seal', $5, true)"
)


def now_acting(using: str = DEFAULT_DB_ALIAS) -> Acting:
    """For whom this thread works now."""
    return _now_acting.get().get(using, NOBODY)


def of(user) -> Acting:
    """The settings of a signed-in person; nobody for an anonymous visitor or an account that may not sign in."""
    if user is None or not user.is_authenticated:
        return NOBODY
    return Acting(
        person=user.pk,
        services=tuple(sorted(user.services_as_dsl())),
        roles=tuple(sorted({str(held.role) for held in user.roles_held_now()})),
    )


def _tell_the_database(acting: Acting, using: str) -> None:
    connection = connections[using]
    connection.ensure_connection()
    values = acting.settings()
    raw = connection.connection
    backend = raw.info.backend_pid
    # Bound on the server, so that the seal does not stand in pg_stat_activity as part of the query's text.
    with connection.wrap_database_errors, psycopg.RawCursor(raw) as cursor:
        cursor.execute(_SET, (*values, seal.of(backend, *values)), prepare=None)


@contextmanager
def _act(acting: Acting, using: str) -> Iterator[None]:
    before_all = _now_acting.get()
    before = before_all.get(using, NOBODY)
    nested = connections[using].in_atomic_block
    with transaction.atomic(using=using):
        _tell_the_database(acting, using)
        sight_changed()
        token = _now_acting.set({**before_all, using: acting})
        try:
            yield
        finally:
            _now_acting.reset(token)
        # After an exception the savepoint takes the settings back by itself.
        if nested and not connections[using].needs_rollback:
            _tell_the_database(before, using)


@contextmanager
def as_person(user, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """A transaction that sees and does what `user` may. Inside another person's work it raises OtherIdentity."""
    now = now_acting(using)
    if now.person is not None and now.person != user.pk:
        raise OtherIdentity("Work begun for one person cannot go on as another person.")
    with _act(of(user), using):
        yield


@contextmanager
def as_the_system(what: str, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """A transaction that sees every row, for background work and for steps that reach beyond a person's sight.

    `what` names the purpose ("escalation"). Inside a person's work the person's own sight comes back afterwards.
    Never give what it read to a page without asking `need_to_know`.
    """
    if not what:
        raise ValueError("Work of the system needs a purpose.")
    with _act(Acting(system=what), using):
        yield


@contextmanager
def as_whoever_asks(user) -> Iterator[None]:
    """The web request's transaction: the signed-in person, or nobody. Only the middleware uses it."""
    now = now_acting()
    acting = of(user)
    if now.person is not None and now.person != acting.person:
        raise OtherIdentity("A request cannot be answered in the middle of another person's work.")
    with _act(acting, DEFAULT_DB_ALIAS):
        yield
