"""What the application's role may do in the database: everything it needs, and nothing that would rewrite the past.

The owner's role makes the tables and grants; the application's role owns nothing, so that no code of a page can drop
a table, switch off a trigger or pass a row-level policy by. `manage.py migrate` calls this after each migration.
"""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

HIDDEN = frozenset({"access_sealkey"})
"""Tables the application does not even read: the key with which the database checks its seal."""

HIDDEN_SUFFIXES = ("_words", "_counted")
"""Likewise the tables of hashed words and of counts, which look-up functions of the owner read (rls.py, counted.py)."""

APPEND_ONLY = frozenset({"audit_trail_trailentry"})
"""Tables in which the application may add and read rows, and neither change nor remove any."""

READ_ONLY = frozenset({"django_migrations"})
"""Tables the application only reads; functions of the owner, or migrations, write them."""

READ_ONLY_PREFIXES = ("audit_trail_",)
"""Likewise for all tables with such a name, unless they are listed as append-only: the chain and its checkpoints."""

APPEND_ONLY_PART = "historical"
"""In the name of every table that keeps the versions of a record (django-simple-history)."""


def rights_on(table: str) -> tuple[str, ...]:
    """The rights of the application's role on a table."""
    if table in HIDDEN or table.endswith(HIDDEN_SUFFIXES):
        return ()
    if table in APPEND_ONLY or APPEND_ONLY_PART in table:
        return ("SELECT", "INSERT")
    if table in READ_ONLY or table.startswith(READ_ONLY_PREFIXES):
        return ("SELECT",)
    return ("SELECT", "INSERT", "UPDATE", "DELETE")


def application_role() -> str:
    """The name of the application's role, from DATABASE_URL."""
    return str(settings.DATABASES["default"]["USER"])


def grant_application_role(connection: BaseDatabaseWrapper) -> None:
    """Gives the application's role exactly its rights on everything in `public`. Run as the owner; may be repeated.

    Raises ImproperlyConfigured when the application would connect as the owner itself.
    """
    role = application_role()
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] == role:
            raise ImproperlyConfigured(
                f"DATABASE_URL and OWNER_DATABASE_URL both use the role {role}. "
                "The application needs a role of its own that owns nothing (docs/operations.md)."
            )
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')"
            " AND pg_has_role(relowner, 'USAGE') ORDER BY relname"
        )
        tables = [row[0] for row in cursor.fetchall()]
        grants = [
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
            f"REVOKE CREATE ON SCHEMA public FROM {quote(role)}",
            f"GRANT USAGE ON SCHEMA public TO {quote(role)}",
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {quote(role)}",
        ]
        for table in tables:
            grants.append(f"REVOKE ALL ON {quote(table)} FROM PUBLIC, {quote(role)}")
            if rights := rights_on(table):
                grants.append(f"GRANT {', '.join(rights)} ON {quote(table)} TO {quote(role)}")
        with transaction.atomic(using=connection.alias):
            cursor.execute("; ".join(grants))
