"""Which kinds of concern are priorities here, and since when (CON-15).

Every form and the queue show them, so each process keeps what it read for a minute; a change made elsewhere shows
within that time.
"""

import datetime
import threading
import time

from concerns.models import LocalPriority

KEPT_FOR = 60.0
"""Seconds."""


class _Kept:
    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.since: dict[str, datetime.date] | None = None
        self.at = 0.0


_kept = _Kept()


def now() -> dict[str, datetime.date]:
    """The kinds that are a local priority today, each with the day since when."""
    with _kept.lock:
        if _kept.since is None or time.monotonic() - _kept.at > KEPT_FOR:
            _kept.since = dict(LocalPriority.objects.filter(ended_on__isnull=True).values_list("kind", "since"))
            _kept.at = time.monotonic()
        return _kept.since


def among(kinds) -> list[str]:
    """Those of `kinds` that are a local priority, in their order."""
    current = now()
    return [kind for kind in kinds if kind in current]


def forget() -> None:
    """Read them again at the next question: after a change, and between tests."""
    with _kept.lock:
        _kept.since = None
