"""manage.py verify_trail: finds any change, gap, removal, exchange or back-dating in the audit trail (ACC-05)."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lps_safeguarding.audit_trail import chain, checkpoints


class Command(BaseCommand):
    help = "Recomputes the whole audit trail and compares it with its signed checkpoints. Exit code 1: tampered with."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--checkpoint", type=Path, metavar="FILE", help="a checkpoint kept outside (manage.py trail_checkpoint)"
        )
        parser.add_argument(
            "--database", default="default", help="the database's alias; the default is the application's"
        )

    def handle(self, *args: Any, checkpoint: Path | None, database: str, verbosity: int, **options: Any) -> None:
        outside = None
        if checkpoint is not None:
            try:
                outside = checkpoints.from_text(checkpoint.read_text(encoding="utf-8"))
            except (OSError, UnicodeDecodeError) as refused:
                raise CommandError(f"{checkpoint} could not be read: {refused}", returncode=2) from None
            except checkpoints.NotACheckpoint as refused:
                raise CommandError(str(refused), returncode=2) from None
        verdict = chain.verify(using=database, outside=outside, progress=self._say if verbosity > 1 else _silently)
        if not verdict.is_sound:
            for problem in verdict.problems:
                self.stderr.write(problem)
            rest = f" (and {verdict.more} more)" if verdict.more else ""
            raise CommandError(f"The trail was tampered with: {len(verdict.problems)} findings{rest}.", returncode=1)
        against = f"{verdict.checkpoints} checkpoints" + (" and the one kept outside" if outside else "")
        self.stdout.write(
            f"The trail is sound: {verdict.entries} entries, {against}. It ends in {verdict.head_hash.hex()}."
        )

    def _say(self, done: int) -> None:
        self.stdout.write(f"{done} entries checked")


def _silently(done: int) -> None:
    """No progress on screen."""
