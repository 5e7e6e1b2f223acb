"""manage.py trail_checkpoint: signs a checkpoint now and writes it to a file that is kept outside."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lps_safeguarding.audit_trail import checkpoints


class Command(BaseCommand):
    help = "Signs the present end of the audit trail and writes it out, for keeping on another machine or on paper."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, metavar="FILE", help="where to; the screen when left out")

    def handle(self, *args: Any, out: Path | None, **options: Any) -> None:
        checkpoints.seal()
        statement = checkpoints.newest()
        if statement is None:
            raise CommandError("The trail is still empty, so there is nothing to sign.")
        if out is None:
            self.stdout.write(statement.as_text(), ending="")
            return
        try:
            out.write_text(statement.as_text(), encoding="utf-8")
        except OSError as refused:
            raise CommandError(f"{out} could not be written: {refused}") from None
        self.stdout.write(f"Checkpoint of {statement.size} entries written to {out}. Keep it on another machine.")
