"""Celery's way in: a wake-up for one alert, and the sweep each minute. The work is in delivery.py and sweeping.py."""

import uuid

from celery import shared_task

from . import delivery, sweeping


@shared_task(ignore_result=True, acks_late=True, reject_on_worker_lost=True, expires=600)
def deliver(alert_id: str) -> None:
    """E-mail one alert now, if nobody has yet."""
    delivery.deliver(uuid.UUID(alert_id))


@shared_task(ignore_result=True, acks_late=True, reject_on_worker_lost=True, expires=50)
def sweep() -> None:
    """Escalate what is overdue, then deliver what has not been delivered."""
    sweeping.sweep()
