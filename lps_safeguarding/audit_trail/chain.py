"""The chain in Python: what is hashed for an entry, and checking all of it.

It does not use the database's own functions, which whoever tampers could have changed.
"""

from __future__ import annotations

import datetime
import hashlib
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connections, transaction
from django.utils import timezone

from . import checkpoints
from .checkpoints import Statement

GENESIS = hashlib.sha256(b"lps-trail/1").digest()
BATCH = 5_000
MOST_PROBLEMS = 50
LONGEST_TRANSACTION = datetime.timedelta(hours=2)
"""No transaction stays open longer between the act and its commit; an entry older than that was dated back."""
CLOCK_STEP = datetime.timedelta(seconds=5)
"""How far the server's clock may have stepped back between an entry and its commit."""

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)
_LINKS = """
    SELECT link.position, link.entry_id, link.linked_at, link.previous_hash, link.hash,
        entry.id, entry.at, entry.person_id, entry.act, entry.record_type, entry.record_id, entry.reference,
        entry.child_file_id, entry.service_id, entry.why, entry.request_id
    FROM audit_trail_traillink AS link LEFT JOIN audit_trail_trailentry AS entry ON entry.id = link.entry_id
    WHERE %s::bigint IS NULL OR link.position > %s ORDER BY link.position LIMIT %s
"""


@dataclass
class Verdict:
    """What a check of the trail found. ``problems`` are sentences; none means that nothing was touched."""

    entries: int = 0
    checkpoints: int = 0
    head_hash: bytes = GENESIS
    problems: list[str] = field(default_factory=list)
    more: int = 0

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.problems

    def add(self, problem: str) -> None:
        """Keeps a problem, or only counts it when there are many."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        else:
            self.more += 1


def microseconds(moment: datetime.datetime) -> int:
    """Whole microseconds since 1970, UTC."""
    return (moment - _EPOCH) // _MICROSECOND


def entry_hash(previous: bytes, position: int, linked_at: datetime.datetime, entry: tuple[Any, ...]) -> bytes:
    """The hash that links an entry. ``entry`` is (id, at, person_id, act, …) in the order of the table's columns."""
    number, at, *rest = entry
    content = [
        b"lps-trail/1",
        previous,
        struct.pack(">qqqq", position, microseconds(linked_at), number, microseconds(at)),
    ]
    for value in rest:
        if value is None:
            content.append(b"\x00")
        else:
            text = str(value).encode("utf-8")
            content.append(b"\x01" + struct.pack(">i", len(text)) + text)
    return hashlib.sha256(b"".join(content)).digest()


def verify(
    *,
    using: str = "default",
    outside: Statement | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Verdict:
    """Recomputes the whole chain from the first entry and compares it with every checkpoint.

    ``outside`` is a checkpoint kept elsewhere; with it a rewrite of everything, checkpoints included, is found. Reads
    one consistent picture of the database and changes nothing; may run while people work.
    """
    verdict = Verdict()
    connection = connections[using]
    is_inside_another = connection.in_atomic_block
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if not is_inside_another:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        stated = _read_checkpoints(cursor, verdict)
        if outside is not None:
            if not checkpoints.is_genuine(outside):
                verdict.add("The checkpoint kept outside does not bear a signature of this school.")
            stated.append((outside, "The checkpoint kept outside"))
        _follow(cursor, sorted(stated, key=lambda pair: (pair[0].size, pair[0].at)), verdict, progress)
        _look_for_strays(cursor, verdict)
    return verdict


def _read_checkpoints(cursor: Any, verdict: Verdict) -> list[tuple[Statement, str]]:
    """The stored checkpoints with their names for sentences; says which are not genuine or contradict each other."""
    cursor.execute("SELECT id, size, head_hash, at, key_id, signature FROM audit_trail_checkpoint ORDER BY id")
    found: list[tuple[Statement, str]] = []
    last: Statement | None = None
    for number, size, head_hash, at, key_id, signature in cursor.fetchall():
        statement = Statement(size=size, head_hash=bytes(head_hash), at=at, key_id=key_id, signature=bytes(signature))
        name = f"Checkpoint {number} of {_when(at)}"
        verdict.checkpoints += 1
        if not checkpoints.is_genuine(statement):
            verdict.add(f"{name} was not signed with a key of this school, or was altered after it was signed.")
            continue
        if last is not None and (statement.size <= last.size or statement.at < last.at):
            verdict.add(f"{name} does not follow the one before it: the checkpoints were removed or reordered.")
        found.append((statement, name))
        last = statement
    return found


def _follow(
    cursor: Any, stated: list[tuple[Statement, str]], verdict: Verdict, progress: Callable[[int], None]
) -> None:
    """Walks the chain from its first link, comparing each with its entry, its predecessor and the checkpoints."""
    due = list(reversed(stated))
    expected_position, previous, latest = 1, GENESIS, _EPOCH
    for position, entry_id, linked_at, stored_previous, stored_hash, *entry in _links(cursor):
        stored_previous, stored_hash = bytes(stored_previous), bytes(stored_hash)
        where = f"Entry {entry_id} (position {position}, {_when(linked_at)})"
        if position != expected_position:
            gap = (
                f"{expected_position}"
                if position == expected_position + 1
                else f"{expected_position} to {position - 1}"
            )
            verdict.add(f"The chain has a gap before entry {entry_id}: position {gap} was removed.")
            while due and due[-1][0].size < position:
                verdict.add(f"{due[-1][1]} was made for position {due[-1][0].size}, which is no longer there.")
                due.pop()
        elif stored_previous != previous:
            verdict.add(f"{where} does not follow the entry before it: entries were exchanged, altered or put in.")
        if entry[0] is None:
            verdict.add(f"{where} was removed from the trail.")
        else:
            computed = entry_hash(stored_previous, position, linked_at, tuple(entry))
            if computed != stored_hash:
                verdict.add(f"{where} was altered after it was written.")
            if entry[1] > linked_at + CLOCK_STEP or entry[1] < linked_at - LONGEST_TRANSACTION:
                verdict.add(f"{where} bears the time {_when(entry[1])}, which is not when it was written.")
        if linked_at < latest:
            verdict.add(f"{where} was dated back: what stands before it is from {_when(latest)}.")
        latest = max(latest, linked_at)
        while due and due[-1][0].size == position:
            statement, name = due.pop()
            if statement.head_hash != stored_hash:
                verdict.add(f"{name} contradicts the trail: entries up to position {position} were rewritten.")
            if statement.at < linked_at:
                verdict.add(f"{name} is older than entry {entry_id}, which it covers.")
            latest = max(latest, statement.at)
        expected_position, previous = position + 1, stored_hash
        verdict.entries += 1
        if verdict.entries % BATCH == 0:
            progress(verdict.entries)
    verdict.head_hash = previous
    for statement, name in reversed(due):
        if statement.size == 0 and statement.head_hash == GENESIS:
            continue
        verdict.add(
            f"{name} was made for {statement.size} entries; the trail ends at position {expected_position - 1}. "
            "What came after was removed."
        )
    cursor.execute("SELECT position, hash FROM audit_trail_trailhead")
    heads = [(position, bytes(head_hash)) for position, head_hash in cursor.fetchall()]
    if heads != [(expected_position - 1, previous)]:
        verdict.add(
            f"The trail's head says something else than its last link (position {expected_position - 1}): "
            "links were removed or the head was altered."
        )


def _links(cursor: Any) -> Iterator[tuple[Any, ...]]:
    """Every link in order with its entry beside it, a batch at a time."""
    last = None
    while True:
        cursor.execute(_LINKS, [last, last, BATCH])
        rows = cursor.fetchall()
        yield from rows
        if len(rows) < BATCH:
            return
        last = rows[-1][0]


def _look_for_strays(cursor: Any, verdict: Verdict) -> None:
    """Entries without a link, and entries linked twice."""
    cursor.execute(
        "SELECT entry.id, entry.at FROM audit_trail_trailentry AS entry WHERE NOT EXISTS"
        " (SELECT FROM audit_trail_traillink AS link WHERE link.entry_id = entry.id) ORDER BY entry.id LIMIT %s",
        [MOST_PROBLEMS],
    )
    for number, at in cursor.fetchall():
        verdict.add(f"Entry {number} (dated {_when(at)}) is not linked: it was put in past the trail.")
    cursor.execute(
        "SELECT entry_id FROM audit_trail_traillink GROUP BY entry_id HAVING count(*) > 1 ORDER BY entry_id LIMIT %s",
        [MOST_PROBLEMS],
    )
    for (number,) in cursor.fetchall():
        verdict.add(f"Entry {number} is linked twice.")
    cursor.execute("SELECT id FROM audit_trail_trailentry GROUP BY id HAVING count(*) > 1 ORDER BY id LIMIT 1")
    for (number,) in cursor.fetchall():
        verdict.add(f"Entry {number} is there twice.")


def _when(moment: datetime.datetime) -> str:
    local = timezone.localtime(moment)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M:%S}"
