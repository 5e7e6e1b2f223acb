"""What Celery's clock calls of this app. Each task calls one operation."""

import uuid

from celery import shared_task
from django.utils import timezone

from concerns import operations, printing, statistics
from lps_safeguarding.access import acting


@shared_task(ignore_result=True, acks_late=True, expires=3600)
def end_old_drafts() -> None:
    """Remind writers of old drafts, and delete those kept long enough (CON-18). Hourly."""
    with acting.as_the_system("old drafts"):
        operations.delete_old_drafts(now=timezone.now())


@shared_task(ignore_result=True, acks_late=True, expires=3600)
def join_counts() -> None:
    """Add together the counts of the trends that stand in several rows (DEC-15). Hourly; no figure changes by it."""
    with acting.as_the_system("counts"):
        statistics.join_counts()


@shared_task(ignore_result=True, acks_late=True, reject_on_worker_lost=True, expires=3600)
def make_chronology(order_id: str) -> None:
    """Make one printed chronology, if nobody else does (CPF-03). The sweep calls again for what was left undone."""
    printing.make(uuid.UUID(order_id))
