"""Makes the fictional school of the demonstration, or carries it on from today."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lps_safeguarding.overview.demo.seed import seed


class Command(BaseCommand):
    help = "Make the fictional school of the demonstration (demo mode and tests only)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMO or settings.TESTING):
            raise CommandError(
                "This is a real school: no fictional people are put into it. Start the demonstration with make run."
            )
        seed(timezone.now())
