"""Lists whom one may be in the demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lps_safeguarding.overview.demo.seed import demo_adults


class Command(BaseCommand):
    help = "List the people of the demonstration with what they do."

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMO or settings.TESTING):
            raise CommandError("There are demonstration people only in the demonstration.")
        for adult in demo_adults():
            self.stdout.write(f"{adult.name:<22} {adult.job_title}")
