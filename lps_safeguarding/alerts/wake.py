"""Waking the worker after a commit, without ever making a request wait for the queue.

The message to Celery is only a wake-up: the alert row is the truth, and the sweep finds what was never woken. So the
message is handed to a thread of this process that publishes it with short time limits, and the request is answered
meanwhile. When Redis is gone or hangs, that thread delivers the alert itself: an urgent one must not wait for the
sweep, and nobody sends the same one (delivery.py claims it first).
"""

from __future__ import annotations

import logging
import os
import queue
import threading
import uuid

from celery import current_app
from django.conf import settings
from django.db import connections, transaction

from . import rescue

log = logging.getLogger(__name__)

PUBLISH_SECONDS = 0.5
MOST_WAITING = 1000

_waiting: queue.Queue[uuid.UUID] = queue.Queue(maxsize=MOST_WAITING)
_lock = threading.Lock()
_thread: threading.Thread | None = None
_process = 0


def on_commit(alert_id: uuid.UUID) -> None:
    """Wake the worker for this alert once the current transaction is committed. Never raises, never waits."""
    transaction.on_commit(lambda: now(alert_id), robust=True)


def now(alert_id: uuid.UUID) -> None:
    """Hand the wake-up to the publishing thread (in eager mode, for tests: deliver here)."""
    if current_app.conf.task_always_eager:
        from .tasks import deliver

        deliver.delay(str(alert_id))
        return
    _start_publisher()
    try:
        _waiting.put_nowait(alert_id)
    except queue.Full:
        log.warning("More alerts wait for the queue than this process holds; the sweep will deliver them")


def _start_publisher() -> None:
    global _thread, _process
    if _thread is not None and _thread.is_alive() and _process == os.getpid():
        return
    with _lock:
        if _thread is None or not _thread.is_alive() or _process != os.getpid():
            _process = os.getpid()
            _thread = threading.Thread(target=_publish_for_ever, name="alerts-wake", daemon=True)
            _thread.start()


def _publish_for_ever() -> None:
    while True:
        alert_id = _waiting.get()
        if not publish(alert_id):
            deliver_here(alert_id)
        rescue.look()


def deliver_here(alert_id: uuid.UUID) -> None:
    """E-mail one alert in this process, with a database connection of this thread."""
    from . import delivery

    try:
        delivery.deliver(alert_id)
    except Exception as failure:  # noqa: BLE001 - the row is still there: the sweep delivers
        log.error("An alert could not be delivered without the queue (%s)", type(failure).__name__)
    finally:
        connections.close_all()


def publish(alert_id: uuid.UUID) -> bool:
    """Send the wake-up. False (and a line in the log) when the queue does not take it within about a second."""
    from .tasks import deliver

    limits = {
        "socket_connect_timeout": PUBLISH_SECONDS,
        "socket_timeout": PUBLISH_SECONDS,
        "retry_on_timeout": False,
        "max_retries": 0,
    }
    try:
        with current_app.connection_for_write(
            url=settings.CELERY_BROKER_URL,
            transport_options={**(current_app.conf.broker_transport_options or {}), **limits},
        ) as connection:
            deliver.apply_async(
                args=[str(alert_id)], connection=connection, retry=False, expires=600, ignore_result=True
            )
    except Exception as failure:  # noqa: BLE001 - whatever the broker's library raises: we deliver without it
        log.warning("The queue cannot be reached (%s)", type(failure).__name__)
        return False
    return True
