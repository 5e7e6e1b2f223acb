"""Reasons for the tests, alerts ready made, and a mail server that can be told to fail."""

from __future__ import annotations

import email
import email.message
import socketserver
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from lps_safeguarding.alerts import outbox, registry
from lps_safeguarding.alerts.models import Alert
from lps_safeguarding.alerts.registry import Reason

QUIET = Reason("test_quiet", "Something is waiting for you", "Something is waiting for you to look at.")
URGENT = Reason("test_urgent", "Urgent: something is waiting", "Something urgent is waiting for you.", urgent=True)
PRIVATE = Reason("test_private", "Something is waiting for you", "Something is waiting for you alone.", private=True)


@pytest.fixture(autouse=True)
def _reasons(monkeypatch):
    """The tests' reasons, and no sweep of other apps."""
    monkeypatch.setattr(registry, "_reasons", dict(registry._reasons))
    own = {name: sweep for name, sweep in registry._sweeps.items() if name == "undeliverable"}
    monkeypatch.setattr(registry, "_sweeps", own)
    for reason in (QUIET, URGENT, PRIVATE):
        registry.register(reason)


@pytest.fixture
def an_alert() -> Callable[..., Alert]:
    """Makes an alert in the outbox that nobody has delivered yet (on_commit is not run)."""

    def make(recipient: Any, reason: str = "test_quiet", **more: Any) -> Alert:
        more.setdefault("reference", f"C-{timezone.now().timestamp():.6f}"[-9:])
        made = outbox.raise_alert(recipient=recipient, reason=reason, **more)
        assert made is not None
        return made

    return make


class MailServer(socketserver.ThreadingTCPServer):
    """A small SMTP server on this machine that keeps what it is given, and can hold back its answers."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.messages: list[email.message.Message] = []
        self.taken = threading.Semaphore(0)
        self.answers = threading.Event()
        self.answers.set()
        self.greets = threading.Event()
        self.greets.set()
        self.connected = threading.Event()

    @property
    def url(self) -> str:
        return f"smtp://{self.server_address[0]}:{self.server_address[1]}"


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        def say(line: str) -> None:
            self.wfile.write(line.encode() + b"\r\n")

        self.server.connected.set()
        try:
            self.server.greets.wait(30)
            say("220 here")
            while line := self.rfile.readline():
                word = line[:4].upper()
                if word == b"DATA":
                    say("354 go on")
                    lines = []
                    while (text := self.rfile.readline()) not in (b".\r\n", b""):
                        lines.append(text)
                    self.server.messages.append(email.message_from_bytes(b"".join(lines)))
                    self.server.taken.release()
                    self.server.answers.wait(30)
                    say("250 accepted")
                elif word == b"QUIT":
                    say("221 bye")
                    return
                else:
                    say("250 fine")
        except OSError:
            return


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServer]:
    """A running mail server; this process's e-mails go there."""
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.answers.set()
        server.greets.set()
        server.shutdown()
        thread.join()
