"""What the web processes do when nobody sweeps: worker, beat or queue is gone, and alerts must go out all the same.

Each poll for new alerts and each new alert calls `look()`. At most every 20 seconds a process then looks at the
heartbeat, in a thread, so that no request waits. Is it older than three minutes, the thread sweeps, if it is the only
one of all processes that tries (an advisory lock). A stopped worker thus delays what is due, and never loses it.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time

from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from .models import Heartbeat

log = logging.getLogger(__name__)

SILENT_AFTER = dt.timedelta(minutes=3)
LOOK_EVERY = 20.0
ONE_RESCUE = 0x1B5A1E28  # advisory lock of the session: one rescuer of all processes

_lock = threading.Lock()
_looked_at = 0.0


def look() -> None:
    """Look at the heartbeat soon, in a thread of its own, unless this process did so within the last 20 seconds."""
    global _looked_at
    if settings.TESTING:
        return  # tests call sweep_if_silent themselves: a thread's connection would see none of their data
    with _lock:
        if time.monotonic() - _looked_at < LOOK_EVERY and _looked_at:
            return
        _looked_at = time.monotonic()
    threading.Thread(target=_in_a_thread, name="alerts-rescue", daemon=True).start()


def _in_a_thread() -> None:
    try:
        sweep_if_silent(timezone.now())
    except Exception as failure:  # noqa: BLE001 - nobody waits for this thread; the next look tries again
        log.error("The rescue sweep failed (%s)", type(failure).__name__)
    finally:
        connections.close_all()


def is_silent(now: dt.datetime) -> bool:
    """No sweep came through for three minutes (or ever)."""
    from .sweeping import SWEEP

    return not Heartbeat.objects.filter(name=SWEEP, at__gt=now - SILENT_AFTER).exists()


def sweep_if_silent(now: dt.datetime) -> bool:
    """Sweep in this process if the clockwork is silent and no other process is at it already. Whether it did."""
    from . import sweeping

    if not is_silent(now):
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ONE_RESCUE])
        if not cursor.fetchone()[0]:
            return False
        try:
            log.warning("No sweep for three minutes: this process sweeps")
            sweeping.sweep(now)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_RESCUE])
    return True
