"""manage.py rotate_vault_keys: wraps every record's key anew under the first key of VAULT_KEYS, while people work."""

import argparse
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lps_safeguarding.vault import keys, sealing


class Command(BaseCommand):
    help = (
        "Wraps every record's key anew under the first key of VAULT_KEYS. Put the new key in front, restart, run this; "
        "when it says that none is left, the old key can go."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=200, help="keys in one transaction (200)")
        parser.add_argument("--wait", type=float, default=30, help="seconds to wait for keys that somebody holds (30)")

    def handle(self, *args: Any, batch: int, wait: float, **options: Any) -> None:
        if batch < 1:
            raise CommandError("A batch has at least one key.")
        done = 0
        give_up_at = time.monotonic() + wait
        try:
            while left := keys.still_to_rotate():
                wrapped = keys.rotate(batch)
                done += wrapped
                if wrapped:
                    give_up_at = time.monotonic() + wait
                elif time.monotonic() >= give_up_at:
                    raise CommandError(
                        f"{left} keys are held by others. {done} were wrapped anew; run this again later."
                    )
                else:
                    time.sleep(0.2)
        except sealing.CannotOpen as refused:
            raise CommandError(f"{refused} {done} keys were wrapped anew before that.") from None
        self.stdout.write(
            f'{done} keys wrapped anew under "{settings.VAULT_KEYS.current}". None is left under another.'
        )
