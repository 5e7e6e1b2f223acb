"""The tests' databases: the migrated template, and what puts a database back after a transactional test."""

from __future__ import annotations

import ast
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql

from tools import devservers

ROOT = Path(__file__).resolve().parent.parent
APPS = ("lps_safeguarding", "concerns", "allegations")


def template(postgres: devservers.Postgres) -> str:
    """The name of a migrated database that nobody changes; made when what it depends on has changed."""
    name = f"lps_template_{fingerprint()}"
    with postgres.connect() as connection:
        known = [
            row[0]
            for row in connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'lps\\_template\\_%'")
        ]
    if name in known:
        return name
    for outdated in known:
        postgres.drop_database(outdated)
    making = f"{name}_making"
    postgres.drop_database(making)
    postgres.make_database(making)
    environment = {
        **os.environ,
        "DATABASE_URL": postgres.url(devservers.APPLICATION_ROLE, making),
        "OWNER_DATABASE_URL": postgres.url(devservers.OWNER_ROLE, making),
    }
    migrated = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0", "--skip-checks"],
        cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    if migrated.returncode:
        pytest.exit(f"manage.py migrate failed:\n{migrated.stdout}{migrated.stderr}", returncode=3)
    with postgres.connect(making) as connection:
        keep_what_migrations_made(connection)
    with postgres.connect() as connection:
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(name))
        )
    return name


def fingerprint() -> str:
    """A mark that changes when the migrated database would."""
    files = {ROOT / "requirements.txt", ROOT / "tests" / "databases.py", ROOT / "lps_safeguarding" / "settings.py"}
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            if path.name == "models.py" or {"migrations", "models"} & set(path.relative_to(ROOT).parts):
                files.add(path)
        files |= set((ROOT / app).rglob("migrate.py")) | set((ROOT / app).rglob("database_roles.py"))
    waiting = [path for path in files if "migrations" in path.parts or path.parent.name == "commands"]
    while waiting:
        for found in _imported(waiting.pop()) - files:
            files.add(found)
            waiting.append(found)
    mark = hashlib.sha256()
    for path in sorted(files):
        mark.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return mark.hexdigest()[:16]


def _imported(path: Path) -> set[Path]:
    """The files of this project that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
        elif isinstance(node, ast.Import):
            names |= {name.name for name in node.names}
    return {
        file
        for name in names
        if name.split(".")[0] in APPS and (file := ROOT / (name.replace(".", "/") + ".py")).exists()
    }


KEEP = """
CREATE SCHEMA made_by_migrations;
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE made_by_migrations.%1$I AS TABLE public.%1$I', name);
    END LOOP;
END $$;
"""

PUT_BACK = """
SET LOCAL session_replication_role = replica;
SET LOCAL lock_timeout = '15s';
DO $$
DECLARE
    name text;
    filled boolean;
    columns text;
    guard record;
BEGIN
    FOR guard IN
        SELECT tgrelid::regclass AS of, tgname FROM pg_trigger WHERE tgenabled IN ('A', 'R') AND NOT tgisinternal
    LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', guard.of, guard.tgname);
    END LOOP;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO filled;
        IF filled THEN
            EXECUTE format('DELETE FROM public.%I', name);
        END IF;
        SELECT string_agg(quote_ident(column_name), ', ') INTO columns FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name = name AND is_generated = 'NEVER';
        EXECUTE format(
            'INSERT INTO public.%1$I (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM made_by_migrations.%1$I',
            name, columns
        );
    END LOOP;
END $$;
"""


def keep_what_migrations_made(connection: Any) -> None:
    """Copies every table's rows aside, out of the application's reach."""
    connection.execute(KEEP)


def put_back(connection: Any) -> None:
    """Every table as the migrations left it. As the superuser, past triggers and foreign keys."""
    with connection.transaction():
        always = connection.execute(
            "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger"
            " WHERE tgenabled IN ('A', 'R') AND NOT tgisinternal"
        ).fetchall()
        connection.execute(PUT_BACK)
        for table, trigger, mode in always:
            connection.execute(
                sql.SQL("ALTER TABLE {} ENABLE {} TRIGGER {}").format(
                    sql.SQL(table), sql.SQL("ALWAYS" if mode in ("A", b"A") else "REPLICA"), sql.Identifier(trigger)
                )
            )


@contextmanager
def emptied_after_transactional_tests(postgres: devservers.Postgres, database: str) -> Iterator[None]:
    """Replaces Django's flush, which the application's role may not do and which would lose the migrations' rows."""
    from django.core.cache import cache
    from django.test import TransactionTestCase

    def teardown(self: TransactionTestCase) -> None:
        cache.clear()
        with postgres.connect(database) as connection:
            put_back(connection)

    before = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]
    TransactionTestCase._fixture_teardown = teardown  # type: ignore[attr-defined]
    try:
        yield
    finally:
        TransactionTestCase._fixture_teardown = before  # type: ignore[attr-defined]
