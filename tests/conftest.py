"""The tests' ground: an embedded PostgreSQL and queue in $LPS_STATE_DIR, one database a worker, no network.

Tests run as the application's role (`lps_app`), which owns nothing, so that row-level security holds in them as it does
in a school. A database comes from a template that was made once by `manage.py migrate` as the owner, and is made anew
when a migration, a model or the grants change.
"""

from __future__ import annotations

import fcntl
import os
import socket
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools import devservers  # noqa: E402 (the path is set above)

STATE = devservers.state_directory() / "tests"
POSTGRES = devservers.Postgres(STATE, durable=False)
QUEUE = devservers.Queue(STATE, durable=False)
DATABASE = f"lps_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"

os.environ["LPS_TESTING"] = "1"
os.environ["DATABASE_URL"] = POSTGRES.url(devservers.APPLICATION_ROLE, DATABASE)
os.environ["OWNER_DATABASE_URL"] = POSTGRES.url(devservers.OWNER_ROLE, DATABASE)
os.environ["REDIS_URL"] = QUEUE.url
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the tests' thread
os.environ["DJANGO_SETTINGS_MODULE"] = "lps_safeguarding.settings"
os.environ.pop("LPS_DEMO", None)

import django  # noqa: E402 (needs the environment above)

django.setup()

from django.db import connections  # noqa: E402

from tests import databases, rulebook  # noqa: E402

# A worker inherits the first process's environment, and pytest-django may have read the settings from it before this
# file was read: the worker's own database counts.
for _alias in connections.settings:
    connections.settings[_alias]["NAME"] = DATABASE

pytest_plugins: list[str] = ["tests.cast", "tests.browser", "tests.access.fixtures", "tests.concerns.a_term"]


# --- The servers: started when first needed, stopped by the last run that uses them --------------------------------------
_holding: list[IO[str]] = []


@contextmanager
def locked(name: str) -> Iterator[None]:
    """One process of all that use this state directory at a time."""
    STATE.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (STATE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--rules` lists the rules of the rulebook that no passing test of this run proved."""
    parser.addoption("--rules", action="store_true", help="list the rules that no passing test proved")


def pytest_configure(config: pytest.Config) -> None:
    """Marks this run as a user of the embedded servers, and refuses the network."""
    config.addinivalue_line("markers", "rule(id, ...): the rules of the rulebook that this test proves")
    config.addinivalue_line(
        "markers", "slow_setup: starts the whole program, or installs it; seconds, not milliseconds"
    )
    config.addinivalue_line("markers", "browser: needs Chromium")
    config.pluginmanager.register(rulebook.Proofs(config), "proofs")
    refuse_the_network()
    if not hasattr(config, "workerinput"):
        STATE.mkdir(mode=0o700, parents=True, exist_ok=True)
        users = (STATE / "users.lock").open("w")
        fcntl.flock(users, fcntl.LOCK_SH)
        _holding.append(users)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stops the servers, unless another run still uses them."""
    if not _holding:
        return
    users = _holding.pop()
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    finally:
        users.close()
    QUEUE.stop()
    POSTGRES.stop()


# --- No network ------------------------------------------------------------------------------------------------------
def refuse_the_network() -> None:
    """From here on this process reaches Unix sockets and itself, nothing else."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def check(self: socket.socket, address: Any) -> None:
        if self.family == socket.AF_UNIX:
            return
        host = str(address[0])
        if not (host.startswith("127.") or host in ("::1", "localhost", "")):
            raise AssertionError(f"A test tried to reach {address}. Tests use no network.")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        check(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        check(self, address)
        return connect_ex(self, address)

    socket.socket.connect = guarded_connect  # type: ignore[method-assign,assignment]
    socket.socket.connect_ex = guarded_connect_ex  # type: ignore[method-assign,assignment]


# --- Fixtures --------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def postgres() -> devservers.Postgres:
    """The embedded PostgreSQL, running. `postgres.connect(DATABASE)` connects as its superuser."""
    with locked("servers"):
        POSTGRES.start()
    return POSTGRES


@pytest.fixture(scope="session")
def database_name() -> str:
    """The name of this worker's database."""
    return DATABASE


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: Any,
    postgres: devservers.Postgres,
) -> Generator[None]:
    """This worker's database, copied from the migrated template; both aliases use it, each with its own role."""
    with locked(DATABASE):
        with locked("template"):
            template = databases.template(postgres)
            postgres.drop_database(DATABASE)
            postgres.make_database(DATABASE, template=template)
        with databases.emptied_after_transactional_tests(postgres, DATABASE):
            yield
        with django_db_blocker.unblock():
            from django.db import connections

            connections.close_all()
        postgres.drop_database(DATABASE)


@pytest.fixture(scope="session")
def redis_server() -> str:
    """The address of a running queue (Valkey), for tests of what goes through it."""
    with locked("servers"):
        QUEUE.start()
    return QUEUE.url


@pytest.fixture
def as_superuser(postgres: devservers.Postgres, db: None) -> Iterator[Any]:
    """A connection to this worker's database that no grant and no policy binds; for looking, and for tampering."""
    with postgres.connect(DATABASE) as connection:
        yield connection


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A real browser, one for each module: only one Playwright can run in a process at a time."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        yield browser
        browser.close()
