"""manage.py trail_public_key: the public key that checkpoints are checked with."""

from typing import Any

from django.core.management.base import BaseCommand

from lps_safeguarding.audit_trail import checkpoints


class Command(BaseCommand):
    help = "Prints the public key of TRAIL_SIGNING_KEY. Keep it in TRAIL_FORMER_PUBLIC_KEYS when you change the key."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(checkpoints.public_key_text())
