"""What is killed, stopped or restarted while alerts are on their way: real workers, a real queue, a real mail server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import time_machine
from celery import current_app
from django.core import mail
from django.db import OperationalError, connections
from django.utils import timezone

from lps_safeguarding.alerts import delivery, outbox, sweeping, wake
from lps_safeguarding.alerts.models import Alert
from tools import devservers

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.rule("CON-11"),
    pytest.mark.slow_setup,
    pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning"),  # the embedded servers
]

ROOT = Path(__file__).resolve().parent.parent.parent
KNOWN_TO_THE_WORKER = "break_glass"  # the tests' own reasons are registered in this process only
AFTER_THE_LEASE = delivery.LEASE * 1.5


def until(holds: Callable[[], object], seconds: float = 60.0, what: str = "") -> None:
    """Waits until something holds; fails when it does not in time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds} seconds: {what}"
        time.sleep(0.02)


def sent(alert: Alert) -> bool:
    return Alert.objects.filter(pk=alert.pk, emailed_at__isnull=False).exists()


@pytest.fixture
def publishers(monkeypatch) -> set[str]:
    """The names of the threads that talked to the queue: never the one that answers a request."""
    publish, seen = wake.publish, set()

    def noted(alert_id):
        seen.add(threading.current_thread().name)
        return publish(alert_id)

    monkeypatch.setattr(wake, "publish", noted)
    return seen


@pytest.fixture
def queue(tmp_path_factory, settings) -> Iterator[devservers.Queue]:
    """A queue of this test's own, running, that may be killed; wake-ups really go there."""
    server = devservers.Queue(tmp_path_factory.mktemp("queue"), durable=False)
    server.start()
    settings.CELERY_BROKER_URL = f"redis+socket://{server.socket}"
    eager, current_app.conf.task_always_eager = current_app.conf.task_always_eager, False
    yield server
    until(wake._waiting.empty, what="all wake-ups are sent")
    current_app.conf.task_always_eager = eager
    server.stop()


@pytest.fixture
def worker(queue, mail_server) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts real worker processes; all of them are gone after the test."""
    running: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "lps_safeguarding", "worker", "--pool", "solo", "--without-gossip",
             "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"],
            cwd=ROOT,
            env={**os.environ, "REDIS_URL": f"unix://{queue.socket}?db=0", "EMAIL_URL": mail_server.url},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9, the whole worker."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def later(by):
    """That much later, with the clock running on."""
    with time_machine.travel(timezone.now() + by, tick=True):
        yield


def test_a_worker_gets_an_urgent_alert_out_without_waiting_for_the_sweep(worker, mail_server, a_dsl_of_the_service):
    worker()
    warm_up = outbox.raise_alert(recipient=a_dsl_of_the_service, reason=KNOWN_TO_THE_WORKER, reference="C-0")
    until(lambda: sent(warm_up), what="the worker is up")
    alert = outbox.raise_alert(recipient=a_dsl_of_the_service, reason=KNOWN_TO_THE_WORKER, reference="C-1")
    until(lambda: sent(alert), what="delivered")
    assert len(mail_server.messages) == 2


def test_a_worker_killed_before_the_mail_is_handed_over_loses_nothing_and_it_goes_once(
    worker, mail_server, a_dsl_of_the_service
):
    """Between commit and delivery: the sweep delivers when the dead worker's lease is over."""
    mail_server.greets.clear()
    process = worker()
    alert = outbox.raise_alert(recipient=a_dsl_of_the_service, reason=KNOWN_TO_THE_WORKER, reference="C-1")
    assert mail_server.connected.wait(20), "the worker has claimed the alert and begun"
    kill(process)
    mail_server.greets.set()
    sweeping.sweep()
    assert mail_server.messages == []
    with later(AFTER_THE_LEASE):
        sweeping.sweep()
        sweeping.sweep()
    assert sent(alert)
    assert len(mail_server.messages) == 1


def test_a_worker_killed_while_the_mail_server_answers_leads_to_one_copy_with_the_same_id(
    worker, mail_server, a_dsl_of_the_service
):
    """The one window that e-mail leaves: taken by the server, not yet marked by us."""
    mail_server.answers.clear()
    process = worker()
    alert = outbox.raise_alert(recipient=a_dsl_of_the_service, reason=KNOWN_TO_THE_WORKER, reference="C-1")
    until(lambda: mail_server.messages, what="the worker has handed the mail over")
    kill(process)
    mail_server.answers.set()
    assert not sent(alert)
    sweeping.sweep()
    assert len(mail_server.messages) == 1  # the lease still runs
    with later(AFTER_THE_LEASE):
        sweeping.sweep()
        sweeping.sweep()
    assert sent(alert)
    assert len(mail_server.messages) == 2
    assert len({message["Message-ID"] for message in mail_server.messages}) == 1


def test_without_a_worker_the_sweep_delivers_what_was_committed(queue, mail_server, a_dsl_of_the_service):
    """The worker was killed before it took the wake-up, and the wake-up is lost with the queue."""
    alert = outbox.raise_alert(recipient=a_dsl_of_the_service, reason="test_urgent", reference="C-1")
    until(wake._waiting.empty)
    queue.stop()
    assert not sent(alert)
    sweeping.sweep()
    assert sent(alert)
    assert len(mail_server.messages) == 1


def test_with_the_queue_gone_raising_an_alert_does_not_talk_to_it_and_it_goes_out_all_the_same(
    queue, mail_server, a_dsl_of_the_service, publishers
):
    queue.stop()
    alert = outbox.raise_alert(recipient=a_dsl_of_the_service, reason="test_urgent", reference="C-1")
    until(lambda: sent(alert), what="delivered by the process itself")
    assert publishers == {"alerts-wake"}
    queue.start()
    sweeping.sweep()
    assert len(mail_server.messages) == 1


def test_a_queue_that_hangs_does_not_hold_up_the_request(queue, mail_server, a_dsl_of_the_service, publishers):
    pid = int((queue.directory / "pid").read_text())
    os.kill(pid, signal.SIGSTOP)
    try:
        alert = outbox.raise_alert(recipient=a_dsl_of_the_service, reason="test_urgent", reference="C-1")
        until(lambda: sent(alert), what="delivered by the process itself")
        assert publishers == {"alerts-wake"}
    finally:
        os.kill(pid, signal.SIGCONT)
    sweeping.sweep()
    assert len(mail_server.messages) == 1


def test_with_queue_and_mail_server_gone_it_goes_out_when_they_are_back(
    queue, mail_server, a_dsl_of_the_service, settings
):
    queue.stop()
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    alert = outbox.raise_alert(recipient=a_dsl_of_the_service, reason="test_urgent", reference="C-1")
    until(lambda: Alert.objects.get(pk=alert.pk).last_error_kind == "ConnectionRefusedError", what="tried")
    settings.EMAIL_PORT = port
    with later(delivery.WAITS[0] * 1.5):
        sweeping.sweep()
    assert sent(alert)
    assert len(mail_server.messages) == 1
    assert mail.outbox == []


@contextmanager
def restarting(postgres, database_name):
    """As a restart looks from outside: every connection is cut and none is taken. The other workers of the tests share
    the server, so only this worker's database goes away."""
    with postgres.connect() as connection:
        connection.execute(f'ALTER DATABASE "{database_name}" ALLOW_CONNECTIONS false')
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database_name]
        )
        try:
            yield
        finally:
            connection.execute(f'ALTER DATABASE "{database_name}" ALLOW_CONNECTIONS true')


def test_a_restart_of_the_database_in_the_middle_of_a_sweep_loses_nothing(
    postgres, database_name, queue, mail_server, a_dsl_of_the_service, the_lead_dsl, the_headteacher
):
    people = [a_dsl_of_the_service, the_lead_dsl, the_headteacher]
    for reason in ("test_urgent", "test_quiet"):
        outbox.raise_alerts(recipients=people, reason=reason, reference="C-1")
    mail_server.answers.clear()
    errors: list[BaseException] = []

    def one_sweep() -> None:
        try:
            sweeping.sweep()
        except OperationalError as gone:
            errors.append(gone)
        finally:
            connections.close_all()

    thread = threading.Thread(target=one_sweep)
    thread.start()
    until(lambda: mail_server.messages, what="the first mail is on its way")
    connections.close_all()
    with restarting(postgres, database_name):
        mail_server.answers.set()
        thread.join(20)
    assert errors, "the sweep noticed that the database was gone"
    sweeping.sweep()
    with later(AFTER_THE_LEASE):
        sweeping.sweep()
    assert not Alert.objects.filter(emailed_at=None).exists()
    copies = Counter(message["Message-ID"] for message in mail_server.messages)
    assert len(copies) == 6
    assert sorted(copies.values()) == [1, 1, 1, 1, 1, 2], "only the one on its way went twice, with the same id"
