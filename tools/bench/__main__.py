"""Seeds a big school, measures its pages in rounds, prints medians and ratios. Options: --size, --rounds, --keep.

Everything runs in one process through Django's test client: no network, the full stack of middleware, the
application's own database role. Within one run each round asks every page once, so that the machine's moods fall on
all of them alike; read the ratios, not the milliseconds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from tools import devservers

ROOT = Path(__file__).resolve().parent.parent.parent
STATE = devservers.state_directory() / "bench"
POSTGRES = devservers.Postgres(STATE, durable=False)
QUEUE = devservers.Queue(STATE, durable=False)
SMALL_DATABASE, DATABASE = "lps_bench_small", "lps_bench"
SMALL = 1_000


def set_up_django() -> None:
    os.environ |= {
        "LPS_TESTING": "1",
        "DATABASE_URL": POSTGRES.url(devservers.APPLICATION_ROLE, SMALL_DATABASE),
        "OWNER_DATABASE_URL": POSTGRES.url(devservers.OWNER_ROLE, SMALL_DATABASE),
        "REDIS_URL": QUEUE.url,
        "DJANGO_SETTINGS_MODULE": "lps_safeguarding.settings",
    }
    import django

    django.setup()
    from celery import current_app
    from django.conf import settings

    # As for real: alerts are delivered by a worker, not by the request that raised them.
    current_app.conf.task_always_eager = False
    settings.ROOT_URLCONF = "tools.bench.urls"
    settings.TEMPLATES[0]["DIRS"].append(Path(__file__).parent / "templates")
    settings.ALLOWED_HOSTS = ["testserver"]


def use(database: str) -> None:
    """All that follows happens in this database, which is made if it is not there and brought to the newest migration."""
    from django.core.management import call_command
    from django.db import connections

    connections.close_all()
    POSTGRES.make_database(database, template=None if database == SMALL_DATABASE else SMALL_DATABASE)
    for alias in connections:
        connections[alias].settings_dict["NAME"] = database
    call_command("migrate", verbosity=0, skip_checks=True)


def say(text: str) -> None:
    print(text, flush=True)


# --- Seeding --------------------------------------------------------------------------------------------------------------
def grow_to(database: str, size: int) -> None:
    """Bring the school in this database to `size` concerns; what is there already stays."""
    from tools.bench import seed

    use(database)
    with POSTGRES.connect(database) as connection:
        connection.execute("SET session_replication_role = replica")
        if not connection.execute("SELECT EXISTS (SELECT FROM people_child)").fetchone()[0]:
            say("Seeding 1,000 staff and 20,000 children")
            seed.seed_people(connection)
        there = connection.execute(
            "SELECT count(*) FROM concerns_historicalconcern WHERE history_change_reason = 'seeded'"
        ).fetchone()[0]
        if there >= size:
            return
        say(f"Seeding concerns {there + 1:,} to {size:,}")
        seed.seed_concerns(connection, there, size, say)
        connection.execute("TRUNCATE access_sharingrecord, access_historicalsharingrecord, concerns_concernshare")
        seed.seed_grants(connection, size)
        seed.put_sequences_right(connection)
        seed.keep_words(connection)
        seed.keep_counts(connection)
        connection.execute("SET session_replication_role = origin")
        connection.execute("VACUUM ANALYZE")


# --- Measuring ------------------------------------------------------------------------------------------------------------
class Page:
    """One thing to measure: a name, and a call that answers with a response."""

    def __init__(
        self,
        name: str,
        ask: Callable[..., Any],
        *,
        prepare: Callable[[], tuple] = tuple,
        expected: tuple[int, ...] = (200,),
    ) -> None:
        self.name, self.ask, self.prepare, self.expected = name, ask, prepare, expected
        self.times: list[float] = []

    def round(self, *, counted: bool) -> None:
        prepared = self.prepare()
        began = time.perf_counter()
        response = self.ask(*prepared)
        took = time.perf_counter() - began
        if response.status_code not in self.expected:
            raise SystemExit(f"{self.name} answered {response.status_code}, expected {self.expected}")
        if counted:
            self.times.append(took)

    @property
    def median(self) -> float:
        return statistics.median(self.times)


def pages_of_the_school() -> list[Page]:
    from concerns.models import ChildFile
    from lps_safeguarding.access import acting
    from lps_safeguarding.people.models import User
    from tests.cast import signed_in
    from tools.bench import seed

    dsl = User.objects.get(pk=seed.DSL)
    as_dsl, as_reporter = signed_in(dsl), signed_in(User.objects.get(pk=seed.REPORTER))
    as_sender = signed_in(User.objects.get(pk=seed.SENDER))
    with acting.as_person(dsl):
        file = ChildFile.objects.get(child_id=seed.child_id(0)).reference
        long_file = ChildFile.objects.get(child_id=seed.child_id(seed.CHILD_WITH_A_LONG_FILE)).reference
    by_name = as_dsl.post("/children/", {"what": "name", "name": "Robin3 Ash3"})["Location"]
    by_words = as_dsl.post("/children/", {"what": "words", "words": "bruises alone"})["Location"]
    behind = (
        as_dsl.get("/trends/").content.decode().split('trend-number" href="')[1].split('"')[0].replace("&amp;", "&")
    )
    concern, to_decide = seed.reference("C", seed.A_CONCERN), seed.reference("C", seed.TO_DECIDE)
    found = {
        "an empty view": lambda: as_dsl.get("/bench/nothing/"),
        "30 rows": lambda: as_dsl.get("/bench/thirty/"),
        "the queue": lambda: as_dsl.get("/queue/"),
        "a child’s page": lambda: as_dsl.get(f"/children/{file}/"),
        "a concern": lambda: as_dsl.get(f"/concerns/{concern}/"),
        "a concern to decide": lambda: as_dsl.get(f"/concerns/{to_decide}/"),
        "a chronology of 200": lambda: as_dsl.get(f"/children/{long_file}/chronology/"),
        "a list": lambda: as_dsl.get("/lists/child-protection/"),
        "the reporter’s own": lambda: as_reporter.get("/concerns/mine/"),
    }
    found |= {
        "search by name": lambda: as_dsl.get(by_name),
        "search by words": lambda: as_dsl.get(by_words),
        "trends": lambda: as_dsl.get("/trends/"),
        "records behind a number": lambda: as_dsl.get(behind),
    }
    pages = [Page(name, ask) for name, ask in found.items()]
    pages.append(
        Page(
            "sending a pink form",
            lambda path, filled: as_sender.post(path, filled),
            prepare=lambda: _filled_in(as_sender),
            expected=(302, 303),
        )
    )
    return pages


class Inputs(HTMLParser):
    """The names and values that a browser would send of a form's input boxes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    @classmethod
    def of(cls, page: str) -> dict[str, str]:
        parser = cls()
        parser.feed(page)
        return parser.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        kind = given.get("type", "text")
        sent = kind in ("text", "hidden", "number", "date", "time") or "checked" in given
        if tag == "input" and given.get("name") and sent:
            self.found[str(given["name"])] = given.get("value") or ""


def _filled_in(client: Any) -> tuple[str, dict[str, Any]]:
    """A pink form opened and filled in, ready to be sent (opening it is not timed)."""
    from tools.bench import seed

    opened = client.get("/concerns/log/pink/", follow=True)
    filled: dict[str, Any] = dict(Inputs.of(opened.content.decode()))
    filled |= {
        "child": str(seed.child_id(seed.CHILD_OF_ANOTHER_SERVICE)),
        "what_was_seen": "He came to the door and would not go in.",
        "place": "The gate",
        "passed_to": seed.DSL_OF_ANOTHER_SERVICE,
        "action": "send",
    }
    return opened.request["PATH_INFO"], filled


def measure(rounds: int) -> list[Page]:
    pages = pages_of_the_school()
    for number in range(rounds + 3):
        for page in pages:
            page.round(counted=number >= 3)
    return pages


@contextmanager
def without_walls_and_seals():
    """The same pages with row-level security switched off and nothing to decrypt: what both together cost."""
    from lps_safeguarding.vault import sealing

    with POSTGRES.connect(DATABASE) as connection:
        tables = connection.execute(
            "SELECT c.oid::regclass::text, c.relforcerowsecurity FROM pg_class c "
            "WHERE c.relrowsecurity AND c.relkind = 'r'"
        ).fetchall()
        for table, _ in tables:
            connection.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")
        real_unseal, real_seal = sealing.unseal, sealing.seal
        plain = b"Came in late and tired, without a coat, and would not say why."

        def no_unseal(key, sealed, *, about):
            if about.startswith(b"overview_search|"):  # what is asked must be what is asked
                return real_unseal(key, sealed, about=about)
            return plain if len(sealed) > 40 else b""

        sealing.unseal = no_unseal
        sealing.seal = lambda key, plain, *, about: b"\x01" + bytes(12) + plain + bytes(16)
        try:
            yield
        finally:
            sealing.unseal, sealing.seal = real_unseal, real_seal
            for table, forced in tables:
                connection.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
                if forced:
                    connection.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def table(
    title: str, pages: list[Page], before: dict[str, float] | None = None, bare: dict[str, float] | None = None
) -> dict:
    """Print a table and give its figures."""
    by_name = {page.name: page.median for page in pages}
    base, empty = by_name["30 rows"], by_name["an empty view"]
    say(f"\n{title}")
    say(f"{'page':24} {'ms':>8} {'/ 30 rows':>10} {'/ empty':>9} {'/ at 1,000':>11} {'/ bare':>8}")
    figures = {}
    for name, median in by_name.items():
        # Compared in units of the baseline of the same round, so that a slower hour does not look like growth.
        growth = (median / base) / before[name] if before else None
        cost = (median / base) / bare[name] if bare else None
        figures[name] = {
            "ms": round(median * 1000, 2),
            "ratio": round(median / base, 3),
            "growth": growth,
            "cost": cost,
        }
        say(
            f"{name:24} {median * 1000:8.2f} {median / base:10.2f} {median / empty:9.1f} "
            f"{growth if growth is None else format(growth, '.2f')!s:>11} {cost if cost is None else format(cost, '.2f')!s:>8}"  # noqa: E501
        )
    return figures


def import_of_children(pages: list[Page]) -> dict:
    """Print how long 2,000 children take, and give the figures. After the pages, so that their school is as it was."""
    from tools.bench import imports

    base = statistics.median(page.median for page in pages if page.name == "30 rows")
    took = min((imports.measure() for _ in range(3)), key=lambda each: each.seconds)
    say(f"\nImport of {imports.ROWS:,} children (wanted: under {imports.WANTED_SECONDS:.0f} s; best of three)")
    say(f"{'preview':24} {took.preview:8.2f} s\n{'written':24} {took.writing:8.2f} s in {took.parts} parts")
    say(f"{'together':24} {took.seconds:8.2f} s {took.seconds / base:10.0f} times the 30 rows")
    return {
        "seconds": round(took.seconds, 2),
        "preview": round(took.preview, 2),
        "written": round(took.writing, 2),
        "ratio": round(took.seconds / base, 1),
    }


def main(arguments: list[str]) -> int:
    options = argparse.ArgumentParser(prog="make bench", description=__doc__)
    options.add_argument("--size", type=int, default=1_000_000, help="concerns at the end")
    options.add_argument("--rounds", type=int, default=40)
    options.add_argument("--keep", action="store_true", help="keep the seeded school for the next run")
    options.add_argument("--json", type=Path, help="write the figures here as well")
    given = options.parse_args(arguments)
    POSTGRES.start()
    QUEUE.start()
    try:
        if not given.keep:
            POSTGRES.drop_database(DATABASE)
            POSTGRES.drop_database(SMALL_DATABASE)
        set_up_django()
        grow_to(SMALL_DATABASE, SMALL)
        small = measure(given.rounds)
        at_small = table(f"With {SMALL:,} concerns", small)
        grow_to(DATABASE, given.size)
        with without_walls_and_seals():
            bare_pages = measure(given.rounds)
        bare = {page.name: page.median for page in bare_pages}
        bare = {name: median / bare["30 rows"] for name, median in bare.items()}
        large = measure(given.rounds)
        before = {name: figures["ratio"] for name, figures in at_small.items()}
        at_large = table(f"With {given.size:,} concerns", large, before, bare)
        imported = import_of_children(large)
        if given.json:
            figures = {"small": at_small, "large": at_large, "import": imported}
            given.json.write_text(json.dumps(figures, indent=2, ensure_ascii=False))
    finally:
        QUEUE.stop()
        POSTGRES.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
