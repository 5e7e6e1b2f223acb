"""What Celery's clock calls of this app. Each task calls one operation."""

from celery import shared_task
from django.utils import timezone

from lps_safeguarding.access import acting
from lps_safeguarding.overview import operations


@shared_task(ignore_result=True, acks_late=True, expires=3600)
def forget_old_searches() -> None:
    """Delete searches that were not saved and cannot be opened again. Hourly."""
    with acting.as_the_system("old searches"):
        operations.forget_old(now=timezone.now())
