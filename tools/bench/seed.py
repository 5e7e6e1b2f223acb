"""A school that has used the application for a century: 1,000 staff, 20,000 children, up to 1,000,000 concerns.

Rows go in by COPY as the superuser, past triggers and policies, because an operation for each would take days; what
they hold is as an operation leaves it: sealed texts, with the search words, the versions, a decision for each, grants,
and the lines of the trail (without their links: the chain of a running school is made at commit, and verifying is not
what is measured here). What a measured page opens is really sealed under its record's own key; the mass around it
holds sealed bytes of the same length that open for nobody.
"""

from __future__ import annotations

import datetime
import random
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import psycopg
from django.contrib.auth.hashers import make_password
from django.db.models import Model
from psycopg import sql

from concerns import models as concerns
from concerns.states import State
from concerns.terms import CameToLight, Form, HarmSeen, Kind, Option, Outcome, ParentsInformed, PlanKind
from lps_safeguarding.audit_trail.models import TrailEntry
from lps_safeguarding.guidance.models import Edition
from lps_safeguarding.people import models as people
from lps_safeguarding.people.models import Role
from lps_safeguarding.vault import keys, sealing, words
from lps_safeguarding.vault.fields import SealedBytes, SealedField
from lps_safeguarding.vault.models import RecordKey

STAFF, CHILDREN, DSLS_A_SERVICE, GRANTS = 1_000, 20_000, 4, 2_000
# Like is compared with like: the baseline lists thirty rows, and so does each list that is measured, at every size.
WAITING = 30
"""Concerns that wait in each service: the rows of its queue."""
ENTRIES_OF_THE_CHILD = 15
"""Concerns about the child whose page is measured. Each has its decision: thirty lines of chronology."""
CHILD_WITH_A_LONG_FILE, ENTRIES_OF_THE_LONG_FILE, FIRST_OF_THE_LONG_FILE = 3, 100, 200
"""A child with 100 concerns, each with its decision: 200 lines of chronology. From which concern on."""
ON_THE_LIST = 30
"""Children of the DSL's service on a child protection plan: the rows of the list. Each fifth child has early help."""
OWN_ENTRIES = 30
"""Concerns of the reporter whose own list is measured."""
DSL, REPORTER, SENDER = 1, 199, 500
"""Accounts: who asks for the queue, who for their own list, and who sends pink forms (so that neither list grows)."""
FIRST_OWN = ENTRIES_OF_THE_CHILD + 3 * WAITING
A_CONCERN, TO_DECIDE = 3, 32
"""Numbers of two concerns open to the DSL: a closed one, and one that was read and waits for a decision."""
REALLY_SEALED = 1_000
CHILD_OF_ANOTHER_SERVICE, DSL_OF_ANOTHER_SERVICE = 1_501, 2
WORDS = (
    "came late tired coat hungry corridor lesson phone message mother brother shouted left room quiet upset friend "
    "bus money bruise arm night sleep home alone worried asked said teacher canteen gate Monday argument"
).split()
NOW = datetime.datetime.now(datetime.UTC)


class Sealer:
    """A record's key in plain and wrapped, and the texts sealed under it."""

    def __init__(self) -> None:
        from django.conf import settings

        self.row = RecordKey(pk=uuid.uuid4())
        self.plain = sealing.new_key()
        self.row.wrapping_key_id, self.row.wrapped_key = settings.VAULT_KEYS.wrap(self.plain, about=self.row.about)


def columns(model: type[Model]) -> list[str]:
    return [field.column for field in model._meta.concrete_fields]


def row(record: Model, sealer: Sealer | None = None) -> list[Any]:
    """The values of a record in the order of its columns, sealed where they are to be."""
    values = []
    for field in record._meta.concrete_fields:
        if isinstance(field, SealedField):
            held = record.__dict__.get(field.attname)
            if isinstance(held, SealedBytes):
                values.append(held.ciphertext)
                continue
            plain = getattr(held, "value", held)
            if plain is None and field.null:
                values.append(None)
                continue
            sealed = sealing.seal(
                sealer.plain, field.to_bytes("" if plain is None else plain), about=field.about(record)
            )
            record.__dict__[field.attname] = SealedBytes(sealed)
            values.append(sealed)
        elif getattr(field, "auto_now_add", False) or field.has_db_default():
            held = record.__dict__.get(field.attname)
            values.append(NOW if held is None or hasattr(held, "resolve_expression") else held)
        else:
            values.append(getattr(record, field.attname))
    return values


def version_of(record: Model, number: int) -> list[Any]:
    """The values of the history row that goes with a record."""
    history = type(record).history.model
    values = []
    for field in history._meta.concrete_fields:
        name = field.attname
        if name == "history_id":
            values.append(number)
        elif name == "history_date":
            values.append(NOW)
        elif name == "history_type":
            values.append("+")
        elif name == "history_change_reason":
            values.append("seeded")
        elif name == "history_user_id":
            values.append(None)
        else:
            held = record.__dict__[name]
            values.append(held.ciphertext if isinstance(held, SealedBytes) else held)
    return values


class Copier:
    """COPY into one table in pieces."""

    def __init__(self, connection: psycopg.Connection, model: type[Model]) -> None:
        self.connection, self.model = connection, model
        self.rows: list[list[Any]] = []

    def add(self, values: list[Any]) -> None:
        self.rows.append(values)

    def flush(self) -> None:
        if not self.rows:
            return
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(self.model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, columns(self.model)))
        )
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
            for values in self.rows:
                copy.write_row(values)
        self.rows = []


def copy_all(connection: psycopg.Connection, model: type[Model], rows: Iterable[list[Any]]) -> None:
    copier = Copier(connection, model)
    for values in rows:
        copier.add(values)
    copier.flush()


def seed_people(connection: psycopg.Connection) -> None:
    """Services, staff with their roles, children with their files."""
    yesterday = datetime.date.today() - datetime.timedelta(days=400)
    services = [people.Service(pk=n + 1, name=name, slug=name.lower(), order=n, room=f"room {n}", telephone="01632 496100") for n, name in enumerate(("KS3", "KS4", "APST"))]  # fmt: skip  # noqa: E501
    copy_all(connection, people.Service, (row(service) for service in services))
    password = make_password(None)
    adults = [
        people.Adult(pk=n, title="Ms", first_name=f"Ada{n}", last_name=f"Bench{n}", job_title="Teacher")
        for n in range(1, STAFF + 1)
    ]
    copy_all(connection, people.Adult, (row(adult) for adult in adults))
    users = [
        people.User(pk=n, email=f"bench{n}@example.org", adult_id=n, password=password) for n in range(1, STAFF + 1)
    ]
    copy_all(connection, people.User, (row(user) for user in users))
    roles = [people.RoleHeld(user_id=n, role=Role.STAFF, from_date=yesterday) for n in range(1, STAFF + 1)]
    roles += [
        people.RoleHeld(user_id=1 + n, role=Role.SERVICE_DSL, service=services[n % 3], from_date=yesterday)
        for n in range(3 * DSLS_A_SERVICE)
    ]
    roles += [
        people.RoleHeld(user_id=100, role=Role.LEAD_DSL, from_date=yesterday),
        people.RoleHeld(user_id=101, role=Role.HEADTEACHER, from_date=yesterday),
    ]
    for number, role in enumerate(roles, 1):
        role.pk = number
    copy_all(connection, people.RoleHeld, (row(role) for role in roles))
    sealers, children, files, plans = [], [], [], []
    for n in range(CHILDREN):
        sealer = Sealer()
        child = people.Child(
            pk=child_id(n),
            first_name=f"Robin{n}",
            last_name=f"Ash{n % 997}",
            date_of_birth=datetime.date(2012, 1, 1) + datetime.timedelta(days=n % 1500),
            year_group=7 + n % 5,
            service_id=1 + n % 3,
        )
        sealers.append(row(sealer.row))
        children.append(row(child))
        files.append(
            row(
                concerns.ChildFile(
                    pk=child_id(n, "file"),
                    reference=reference("F", n),
                    child=child,
                    service_id=1 + n % 3,
                    key=sealer.row,
                ),
                sealer,
            )
        )
        protected = n % 3 == 0 and 0 < n <= 3 * ON_THE_LIST
        if protected or n % 5 == 1:
            plan = concerns.PlanStatus(
                pk=child_id(n, "plan"),
                child_file_id=child_id(n, "file"),
                kind=PlanKind.CHILD_PROTECTION if protected else PlanKind.EARLY_HELP,
                from_date=yesterday,
                social_worker="Lee Brook" if protected else "",
                key=sealer.row,
            )
            plans.append(row(plan, sealer))
    copy_all(connection, RecordKey, sealers)
    copy_all(connection, people.Child, children)
    copy_all(connection, concerns.ChildFile, files)
    copy_all(connection, concerns.PlanStatus, plans)


def child_id(n: int, what: str = "child") -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{what} {n}")


def reference(letter: str, n: int) -> str:
    alphabet = "2346789BCDFGHJKMNPQRTVWXYZ"
    digits = []
    for _ in range(8):
        n, rest = divmod(n, len(alphabet))
        digits.append(alphabet[rest])
    return f"{letter}-{''.join(digits[:4])}-{''.join(digits[4:])}"


def about_which_child(n: int) -> int:
    """Child 0, and the one with a long file, have the same number of entries at every size; the others share the rest."""
    if n < ENTRIES_OF_THE_CHILD:
        return 0
    if FIRST_OF_THE_LONG_FILE <= n < FIRST_OF_THE_LONG_FILE + ENTRIES_OF_THE_LONG_FILE:
        return CHILD_WITH_A_LONG_FILE
    child = 1 + n % (CHILDREN - 1)
    return child + 1 if child == CHILD_WITH_A_LONG_FILE else child


def seed_concerns(connection: psycopg.Connection, start: int, stop: int, say: Callable[[str], None]) -> None:
    """Concerns number `start` to `stop`, each with child, decision, versions and lines of the trail.

    The first thousand are sealed one by one; all that is ever shown in a measurement is among them. The others are made
    of them within the database: the same columns, lengths and indexes, other keys, people, children and times.
    """
    _seal(connection, start, min(stop, REALLY_SEALED))
    began = time.monotonic()
    for first in range(max(start, REALLY_SEALED), stop, 100_000):
        last = min(first + 100_000, stop)
        _multiply(connection, first, last)
        say(f"  {last:,} concerns after {time.monotonic() - began:.0f} s")


def _seal(connection: psycopg.Connection, start: int, stop: int) -> None:
    edition = Edition.objects.order_by("-effective_from", "-pk").first()
    models = (RecordKey, concerns.Concern, concerns.ChildInConcern, concerns.Decision, TrailEntry)
    copiers = {model: Copier(connection, model) for model in models}
    versions = {
        model: Copier(connection, model.history.model)
        for model in (concerns.Concern, concerns.ChildInConcern, concerns.Decision)
    }
    for n in range(start, stop):
        for model, record, sealer in records(n, edition):
            copiers[model].add(row(record, sealer))
            if model in versions:
                versions[model].add(version_of(record, n + 1))
    for copier in (*copiers.values(), *versions.values()):
        copier.flush()


def _multiply(connection: psycopg.Connection, first: int, last: int) -> None:
    """Concerns number `first` to `last` out of closed ones that are there."""
    connection.execute("DROP TABLE IF EXISTS bench_new")
    connection.execute(
        "CREATE TEMP TABLE bench_new (n bigint, old uuid, old_part uuid, old_decision uuid, id uuid, key uuid, part uuid, "
        "decision uuid, reference text, child uuid, service bigint, author bigint, dsl bigint, sent timestamptz)"
    )
    with connection.cursor() as cursor, cursor.copy("COPY bench_new FROM STDIN") as copy:
        for n in range(first, last):
            old = 200 + n % (REALLY_SEALED - 200)
            child, author, dsl, sent = people_of(n)
            copy.write_row(
                [n, child_id(old, "concern"), child_id(old, "part"), child_id(old, "decision")]
                + [uuid.UUID(bytes=random.randbytes(16), version=4) for _ in range(4)]
                + [reference("C", n), child_id(child), 1 + child % 3, author, dsl, sent]
            )
    connection.execute("ANALYZE bench_new")
    by_dsl = dict.fromkeys(("passed_to_id", "assigned_to_id", "read_by_id", "by_id"), "dsl")
    moments = {
        "observed_at": "sent - interval '1 hour'",
        "submitted_at": "sent",
        "read_at": "sent + interval '9 minutes'",
        "decided_at": "sent + interval '1 day'",
        "closed_at": "sent + interval '3 days'",
        "history_date": "sent",
    }
    common = by_dsl | moments | {"key_id": "key", "history_id": "n + 1", "submission_key": "gen_random_uuid()"}
    of_concern = common | {
        "id": "new.id",
        "reference": "new.reference",
        "service_id": "service",
        "author_id": "author",
    }
    of_part = common | {"id": "new.part", "concern_id": "new.id", "child_id": "child"}
    of_decision = common | {"id": "new.decision", "concern_id": "new.id"}
    keys_join = "concerns_concern c ON c.id = new.old JOIN vault_recordkey old ON old.id = c.key_id"
    _copy_rows(connection, RecordKey, {"id": "key"}, keys_join)
    for model, replaced, what in (
        (concerns.Concern, of_concern, "old"),
        (concerns.ChildInConcern, of_part, "old_part"),
        (concerns.Decision, of_decision, "old_decision"),
    ):
        for each in (model, model.history.model):
            _copy_rows(connection, each, replaced, f"{each._meta.db_table} old ON old.id = new.{what}")
    for number, person in ((1, "author"), (2, "dsl")):
        of_entry = {
            "id": f"2 * n + {number}",
            "at": "sent",
            "person_id": person,
            "record_id": "new.id::text",
            "reference": "new.reference",
            "child_file_id": "child::text",
            "service_id": "service",
        }
        join = f"audit_trail_trailentry old ON old.id = 2 * (200 + n % {REALLY_SEALED - 200}) + {number}"
        _copy_rows(connection, TrailEntry, of_entry, join)


def _copy_rows(connection: psycopg.Connection, model: type[Model], replaced: dict[str, str], join: str) -> None:
    """Insert a row for each of `bench_new` as the old one is, but for the columns replaced by an expression."""
    values = [replaced.get(column, f'old."{column}"') for column in columns(model)]
    names = ", ".join(f'"{column}"' for column in columns(model))
    # Nothing here comes from outside: names of our own models, expressions of this file.
    statement = f"INSERT INTO {model._meta.db_table} ({names}) OVERRIDING SYSTEM VALUE SELECT {', '.join(values)} FROM bench_new new JOIN {join}"  # noqa: E501
    connection.execute(statement)  # type: ignore[arg-type]


def people_of(n: int) -> tuple[int, int, int, datetime.datetime]:
    """Of concern number `n`: number of the child, account of the author and of the DSL, time of sending."""
    child = about_which_child(n)
    author = REPORTER if FIRST_OWN <= n < FIRST_OWN + OWN_ENTRIES else 200 + n % (STAFF - 200)
    dsl = 1 + child % 3 + 3 * (n % DSLS_A_SERVICE)
    return child, author, dsl, NOW - datetime.timedelta(hours=1 + n % 30_000, minutes=n % 60)


def records(n: int, edition: Edition) -> Iterator[tuple[type[Model], Model, Sealer]]:
    """The rows of one concern."""
    random.seed(n)
    sealer = Sealer()
    child, author, dsl, sent = people_of(n)
    service = 1 + child % 3
    waiting = ENTRIES_OF_THE_CHILD <= n < ENTRIES_OF_THE_CHILD + WAITING * 3
    text = " ".join(random.choices(WORDS, k=60))
    state = State.CLOSED if not waiting else (State.SENT if n % 2 else State.READ)
    concern = concerns.Concern(
        pk=child_id(n, "concern"),
        key=sealer.row,
        reference=reference("C", n),
        submission_key=child_id(n, "form"),
        edition=edition,
        service_id=service,
        form=Form.PINK if waiting and n % 3 == 0 else Form.STANDARD,
        author_id=author,
        author_name=f"Ms A. Bench{author}",
        author_role="Teacher",
        came_to_light=CameToLight.BEHAVIOUR,
        place="The corridor",
        observed_at=sent - datetime.timedelta(hours=1),
        what_was_seen=text,
        why_worried="It is the third time this week.",
        kinds_by_author=[Kind.NEGLECT],
        kinds=[Kind.NEGLECT],
        passed_to_id=dsl,
        assigned_to_id=dsl,
        submitted_at=sent,
        state=state,
        read_at=None if state == State.SENT else sent + datetime.timedelta(minutes=9),
        read_by_id=None if state == State.SENT else dsl,
        outcome=Outcome.SUPPORT_IN_PLACE if state == State.CLOSED else "",
        closed_at=sent + datetime.timedelta(days=3) if state == State.CLOSED else None,
        search_words=words.hashes(text),
    )
    yield RecordKey, sealer.row, sealer
    yield concerns.Concern, concern, sealer
    yield (
        concerns.ChildInConcern,
        concerns.ChildInConcern(pk=child_id(n, "part"), concern=concern, child_id=child_id(child), key=sealer.row, part=""),
        sealer,
    )  # fmt: skip
    if state == State.CLOSED:
        decision = concerns.Decision(
            pk=child_id(n, "decision"),
            key=sealer.row,
            concern=concern,
            by_id=dsl,
            decided_at=sent + datetime.timedelta(days=1),
            harm_seen=HarmSeen.NO_SIGN,
            options=[Option.MONITOR],
            rationale=text[:200],
            childs_wishes="Wants to be left alone.",
            parents_informed=ParentsInformed.NOT_YET,
            submission_key=child_id(n, "decision form"),
        )
        yield concerns.Decision, decision, sealer
    for person, act, number in ((author, "created", 2 * n + 1), (dsl, "read", 2 * n + 2)):
        entry = TrailEntry(
            pk=number,
            at=sent,
            person_id=person,
            act=act,
            record_type="concerns.concern",
            record_id=str(concern.pk),
            reference=concern.reference,
            child_file_id=str(child_id(child)),
            service_id=service,
        )
        yield TrailEntry, entry, sealer


def seed_grants(connection: psycopg.Connection, size: int) -> None:
    """Express shares: each with guardian's row and its sharing record."""
    from django.contrib.auth.models import Permission

    from lps_safeguarding.access.models import Consent, Ground, SharingRecord

    permission = Permission.objects.get(codename="read_summary", content_type__model="concern")
    share_rows, record_rows = [], []
    for n in range(min(GRANTS, size)):
        sealer = Sealer()
        concern = child_id(n % REALLY_SEALED, "concern")
        found = connection.execute(
            "SELECT k.id, k.wrapped_key, k.wrapping_key_id FROM vault_recordkey k "
            "JOIN concerns_concern c ON c.key_id = k.id WHERE c.id = %s",
            [concern],
        ).fetchone()
        sealer.row = RecordKey(pk=found[0], wrapped_key=found[1], wrapping_key_id=found[2])
        sealer.plain = sealer.row.data_key
        person = 300 + n % 600
        share_rows.append([n + 1, person, permission.pk, concern])
        record_rows.append(
            row(
                SharingRecord(
                    pk=child_id(n, "sharing"),
                    key=sealer.row,
                    record_type="concerns.concern",
                    record_id=concern,
                    reference=reference("C", n % REALLY_SEALED),
                    with_person_id=person,
                    level="summary",
                    what="That there is a concern",
                    why="Form tutor",
                    ground=Ground.PUBLIC_TASK,
                    consent=Consent.NOT_NEEDED,
                    shared_by_id=100,
                ),
                sealer,
            )
        )  # fmt: skip
    with connection.cursor() as cursor:
        with cursor.copy(
            "COPY concerns_concernshare (id, user_id, permission_id, content_object_id) FROM STDIN"
        ) as copy:
            for values in share_rows:
                copy.write_row(values)
    copy_all(connection, SharingRecord, record_rows)


def keep_words(connection: psycopg.Connection) -> None:
    """What the trigger keeps of each concern for the word search; COPY went past it."""
    connection.execute(
        "INSERT INTO concerns_concern_words (record_id, words) SELECT id, search_words FROM concerns_concern "
        "ON CONFLICT DO NOTHING"
    )


def keep_counts(connection: psycopg.Connection) -> None:
    """What triggers keep for the trends; COPY went past them."""
    connection.execute("SELECT concerns_concern_counts_anew()")


def put_sequences_right(connection: psycopg.Connection) -> None:
    """What the pages write gets numbers beyond all that COPY will put in."""
    for table, column in connection.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND (is_identity = 'YES' OR column_default LIKE 'nextval%')"
    ).fetchall():
        connection.execute(
            sql.SQL(
                "SELECT setval(pg_get_serial_sequence({name}, {literal}), (SELECT greatest(coalesce(max({column}), 0) + 1, 10000000) FROM {table}))"  # noqa: E501
            ).format(
                name=sql.Literal(table),
                literal=sql.Literal(column),
                column=sql.Identifier(column),
                table=sql.Identifier(table),
            )
        )


__all__ = ["keys", "put_sequences_right", "seed_concerns", "seed_grants", "seed_people"]
