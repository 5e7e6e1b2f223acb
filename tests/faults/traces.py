"""Looks for words where they must not be: in addresses, mails, logs, caches, queues, sessions, and in the raw database."""

from __future__ import annotations

import base64
import html
import io
import logging
import re
import urllib.parse
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pikepdf
import redis
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client

from lps_safeguarding.logs import JSONFormatter

TITLE = re.compile(r"<title>(.*?)</title>", re.S)
ADDRESS = re.compile(r"""(?:href|action|src|formaction|hx-[a-z]+|data-[a-z-]*url|content)=["']([^"']*)["']""")
PEOPLE = re.compile(r"^people_")


class Traces:
    """What a flow of requests left behind, by place; each place is a list of texts."""

    def __init__(self) -> None:
        self.left: dict[str, list[str]] = defaultdict(list)
        self.pages = 0

    def note(self, place: str, *texts: object) -> None:
        """Something was found at this place."""
        self.left[place].extend(_plain(text) for text in texts)

    def places_with(self, word: str) -> dict[str, str]:
        """Where a word stands, with a little of what is around it."""
        found = {}
        for place, texts in self.left.items():
            for text in texts:
                if (at := _find(text, word)) >= 0:
                    found[place] = text[max(at - 60, 0) : at + 60]
                    break
        return found

    def client(self, signed_in: Client) -> Client:
        """The client, watched: each request and answer is noted."""
        request = signed_in.request

        def watched(**sent: Any) -> Any:
            answer = request(**sent)
            self.answer(sent, answer)
            return answer

        signed_in.request = watched  # type: ignore[method-assign]
        return signed_in

    def answer(self, sent: dict[str, Any], answer: Any) -> None:
        """All of an exchange but what was posted and the body of the page, which are the person's own."""
        self.pages += 1
        self.note("address", f"{sent.get('PATH_INFO', '')}?{sent.get('QUERY_STRING', '')}")
        for name, value in answer.headers.items():
            is_download = name == "Content-Disposition" and value.startswith("attachment")
            self.note("file name of a download" if is_download else "header", f"{name}: {value}")
        for morsel in answer.cookies.values():
            self.note("cookie", morsel.OutputString(), _decoded(morsel.value))
        if hasattr(answer.wsgi_request, "session"):
            self.note("session", repr(dict(answer.wsgi_request.session.items())))
        kind = answer.headers.get("Content-Type", "")
        body = answer.getvalue() if answer.streaming else answer.content
        if kind.startswith("text/html"):
            assert answer.headers["Referrer-Policy"] == "same-origin"
            text = body.decode()
            self.note("title", *TITLE.findall(text))
            self.note("link", *ADDRESS.findall(text))
        elif kind == "application/pdf":
            with pikepdf.open(io.BytesIO(body)) as document:
                self.note("document's data", *(f"{name}={value}" for name, value in document.docinfo.items()))
                with document.open_metadata() as metadata:
                    self.note("document's data", str(metadata))

    # --- What is there when the flow is over ------------------------------------------------------------------------
    def mails(self) -> None:
        """Everything that was e-mailed, headers and all."""
        for message in mail.outbox:
            self.note("e-mail", message.message().as_string(), message.subject, message.body, message.to)
            self.note("e-mail", *(str(part[0]) for part in getattr(message, "alternatives", [])))

    def sessions(self) -> None:
        """What sessions hold, messages to show on the next page included."""
        for session in Session.objects.all():
            self.note("session", repr(session.get_decoded()))

    def redis(self, url: str) -> None:
        """Everything in the queue and the cache: keys and values, the bodies of messages unpacked."""
        with redis.Redis.from_url(url) as server:
            for key in server.scan_iter("*"):
                self.note("queue or cache", key)
                kind = server.type(key)
                if kind == b"list":
                    values = server.lrange(key, 0, -1)
                elif kind == b"hash":
                    values = [part for pair in server.hgetall(key).items() for part in pair]
                elif kind in (b"set", b"zset"):
                    values = server.smembers(key) if kind == b"set" else server.zrange(key, 0, -1)
                else:
                    values = [server.get(key)]
                for value in values:
                    self.note("queue or cache", value)
                    for packed in re.findall(rb'"body": ?"([A-Za-z0-9+/=]+)"', value or b""):
                        self.note("queue or cache", base64.b64decode(packed))

    def database(self, superuser: Any) -> int:
        """Every row of every table as text; bytes as they are. Returns how many rows there were."""
        rows = 0
        tables = superuser.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'made_by_migrations') ORDER BY 1, 2"
        ).fetchall()
        for schema, table in tables:
            place = "database: people" if PEOPLE.match(table) else f"database: {table}"
            cursor = superuser.execute(f'SELECT * FROM "{schema}"."{table}"')
            for row in cursor:
                rows += 1
                self.note(place, *(value for value in row if not isinstance(value, int | None)))
        return rows


def _plain(text: object) -> str:
    """A value as text; bytes letter by letter, so that words in them can be found."""
    if isinstance(text, bytes | bytearray | memoryview):
        return bytes(text).decode("latin-1")
    return str(text)


def _decoded(text: str) -> str:
    """A value that may be base64, opened if so."""
    out = []
    for part in re.split(r"[:.$]", text):
        try:
            out.append(_plain(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))
        except ValueError:
            continue
    return " ".join(out)


def _find(text: str, word: str) -> int:
    """Where a word stands in a text: as it is, escaped, in an address, as hexadecimal digits, in UTF-16."""
    text = text.casefold()
    word = word.casefold()
    for written in (word, word.encode().hex(), word.encode("utf-16-le").decode("latin-1")):
        if (at := text.find(written)) >= 0:
            return at
    for read in (html.unescape, urllib.parse.unquote_plus):
        if read(text) != text and (at := read(text).find(word)) >= 0:
            return at
    return -1


class _Lines(logging.Handler):
    """Keeps the lines as the program's own formatter writes them."""

    def __init__(self, traces: Traces) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(JSONFormatter())
        self.traces = traces

    def emit(self, record: logging.LogRecord) -> None:
        self.traces.note("log", self.format(record))
        self.traces.note("log record", record.getMessage())


@contextmanager
def logs_kept(traces: Traces) -> Iterator[None]:
    """What is logged meanwhile, at the level of a real school."""
    root = logging.getLogger()
    handler, before = _Lines(traces), root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.setLevel(before)
        root.removeHandler(handler)
