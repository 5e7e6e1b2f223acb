"""Celery's way in: carry out one import, and each minute whatever waits. The work is in operations.py."""

import uuid

from celery import shared_task
from django.utils import timezone

from lps_safeguarding.imports import operations


@shared_task(ignore_result=True, acks_late=True, reject_on_worker_lost=True, expires=600)
def run(import_id: str) -> None:
    """Carry out one confirmed import. The key of the import is all that travels."""
    operations.run(uuid.UUID(import_id))


@shared_task(ignore_result=True, acks_late=True, expires=55)
def sweep() -> None:
    """Take up again what was confirmed and is not done, and empty what was kept long enough."""
    for import_id in operations.sweep(timezone.now()):
        operations.run(import_id)
