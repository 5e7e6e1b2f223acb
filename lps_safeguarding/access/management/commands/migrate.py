"""`manage.py migrate`, as the owner of the tables, and afterwards the application's rights."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections

from lps_safeguarding.access.database_roles import grant_application_role


class Command(DjangoMigrate):
    """Django's command with the alias `owner` in place of `default`."""

    help = "Brings the database up to date as its owner, then grants the application's role what it needs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Django's arguments, but `--database` is `owner` unless told otherwise."""
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Says what is missing before Django's checks look at the database."""
        if options["database"] not in connections:
            raise CommandError(
                "OWNER_DATABASE_URL is not set. Tables are made and changed by the owner's role, "
                "which the pages never use. Set it for this command only (docs/operations.md)."
            )
        return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrates; grants unless only a plan or a check was asked for."""
        super().handle(*args, **options)
        if not (options["plan"] or options["check_unapplied"]):
            grant_application_role(connections[options["database"]])
