"""Waking a worker for a confirmed import. Only a wake-up: the row is the truth, and the sweep finds it without one."""

import logging
import uuid

from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def after_commit(import_id: uuid.UUID) -> None:
    """Tell a worker once the confirmation is committed. Never raises; waits about a second when the queue is gone."""
    transaction.on_commit(lambda: _wake(import_id), robust=True)


def _wake(import_id: uuid.UUID) -> None:
    from lps_safeguarding.imports import tasks

    try:
        tasks.run.delay(str(import_id))
    except (OSError, OperationalError) as away:
        log.warning("The queue cannot be reached (%s); the sweep begins the import", type(away).__name__)
