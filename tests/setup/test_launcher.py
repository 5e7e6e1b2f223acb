"""`make run`, as a person at a terminal meets it: the whole program started, disturbed and stopped.

The tests of TestOneEvening run in their order and share one demo, because each start costs seconds.
"""

from __future__ import annotations

import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg
import pytest

from tools import demo, devservers

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow_setup
READY = "Ctrl-C stops everything"
PATIENCE = 240  # seconds, on a busy machine


class Terminal:
    """A terminal in which the demo runs."""

    def __init__(self, state: Path, port: int, *, before: tuple[str, ...] = (), **extra: str) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
        self.environment = {**kept, "LPS_STATE_DIR": str(state), "LPS_PORT": str(port), **extra}
        self.output = state.with_suffix(f".{time.monotonic_ns()}.out")
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                [*before, sys.executable, "-m", "tools.demo", "run"], cwd=ROOT, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    @property
    def text(self) -> str:
        return self.output.read_text()

    def wait_for(self, words: str) -> str:
        """Until the words are on the screen."""
        deadline = time.monotonic() + PATIENCE
        while words not in self.text:
            if self.process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"“{words}” did not come. On the screen:\n{self.text}")
            time.sleep(0.1)
        return self.text

    def address(self) -> str:
        found = re.search(r"http://localhost:\d+/", self.wait_for(READY))
        assert found
        return found[0]

    def send(self, number: signal.Signals) -> int:
        """A signal to the launcher alone, as Ctrl-C's reaches it; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(60)


def answers(address: str) -> bool:
    """Whether the demo answers with a page of its own."""
    try:
        with urllib.request.urlopen(address.replace("localhost", "127.0.0.1"), timeout=10) as page:
            return page.status == 200
    except urllib.error.HTTPError as refused:
        return refused.code < 500
    except OSError:
        return False


def processes_of(state: Path) -> list[str]:
    """Command lines of processes that live in a state directory."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            there = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if str(state).encode() in there and devservers.process_state(int(entry.name)) not in ("Z", "X", ""):
            found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def people_in(state: Path) -> int:
    """How many accounts the demo's database has."""
    postgres = devservers.Postgres(state)
    with postgres.connect(demo.DATABASE) as connection:
        return connection.execute("SELECT count(*) FROM people_user").fetchone()[0]


@pytest.fixture(scope="module")
def state(tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("evening") / "state"
    yield directory
    subprocess.run(
        [sys.executable, "-m", "tools.devservers", "stop", str(directory)], cwd=ROOT, check=False, capture_output=True
    )
    left = processes_of(directory)
    assert left == []


@pytest.fixture(scope="module")
def taken_port() -> int:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


class TestOneEvening:
    terminal: Terminal
    people: int

    def test_the_first_start_says_that_its_port_is_taken_and_shows_address_and_people(self, state, taken_port):
        TestOneEvening.terminal = terminal = Terminal(state, taken_port)
        address = terminal.address()
        assert f"Port {taken_port} is taken; using " in terminal.text
        assert f":{taken_port}/" not in address
        assert answers(address)
        assert "Making a fictional school" in terminal.text
        assert re.search(r"[Hh]eadteacher", terminal.text)
        TestOneEvening.people = people_in(state)
        assert self.people > 5

    def test_its_keys_are_for_their_owner_only(self, state):
        assert (state / "secrets.env").stat().st_mode & 0o777 == 0o600
        assert state.stat().st_mode & 0o066 == 0

    def test_the_web_process_does_not_know_the_owners_address(self, state):
        pid = json.loads((state / "children.json").read_text())[0][0]
        environment = Path(f"/proc/{pid}/environ").read_bytes()
        assert b"LPS_DEMO=1" in environment
        assert b"OWNER_DATABASE_URL" not in environment

    def test_a_second_run_says_in_one_sentence_that_it_is_running_and_harms_nothing(self, state, taken_port):
        second = Terminal(state, taken_port)
        assert second.process.wait(60) == 1
        assert second.text.strip().startswith(f"It is running already: {self.terminal.address()}.")
        assert len(second.text.strip().splitlines()) == 1
        assert answers(self.terminal.address())

    def test_a_process_that_dies_is_started_again(self, state):
        pid = json.loads((state / "children.json").read_text())[0][0]
        os.killpg(pid, signal.SIGKILL)
        self.terminal.wait_for("The web process stopped")
        assert answers(self.terminal.address())

    def test_ctrl_c_stops_everything(self, state):
        assert self.terminal.send(signal.SIGINT) == 0
        assert "Stopped." in self.terminal.text
        assert processes_of(state) == []

    def test_the_second_start_keeps_the_data_and_makes_nothing_anew(self, state, taken_port):
        TestOneEvening.terminal = terminal = Terminal(state, taken_port)
        assert answers(terminal.address())
        for step in ("fictional school", "database up to date", "static files"):
            assert step not in terminal.text
        assert people_in(state) == self.people

    def test_after_a_kill_of_the_launcher_the_next_start_recovers(self, state, taken_port):
        self.terminal.send(signal.SIGKILL)
        assert processes_of(state) != []
        TestOneEvening.terminal = terminal = Terminal(state, taken_port)
        assert answers(terminal.address())
        assert "The last run was killed" in terminal.text
        assert people_in(state) == self.people

    def test_a_database_killed_under_it_comes_back(self, state):
        postmaster = int((state / "postgres" / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)
        self.terminal.wait_for("PostgreSQL stopped; starting it again.")
        deadline = time.monotonic() + 60
        while True:
            try:
                assert people_in(state) == self.people
                break
            except psycopg.OperationalError:
                assert time.monotonic() < deadline
                time.sleep(0.2)

    def test_a_polite_kill_stops_everything_too(self, state):
        assert self.terminal.send(signal.SIGTERM) == 0
        assert processes_of(state) == []

    def test_a_reset_leaves_nothing_of_the_school(self, state):
        done = subprocess.run(
            [sys.executable, "-m", "tools.demo", "reset"], cwd=ROOT, env=self.terminal.environment,
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert {path.name for path in state.iterdir()} <= {"run.lock"}


def test_with_an_outside_database_it_is_no_demo_and_asks_for_every_value(tmp_path):
    terminal = Terminal(tmp_path / "state", 0, DATABASE_URL="postgresql://lps_app@db.school.example/lps")
    assert terminal.process.wait(120) == 1
    assert "These values are missing from the environment" in terminal.text
    assert "SECRET_KEY" in terminal.text
    assert "fictional" not in terminal.text
    assert "Traceback" not in terminal.text


@pytest.mark.parametrize("open_to_all", [True, False], ids=["in an open directory", "below a closed directory"])
def test_servers_start_as_root_where_user_namespaces_are_refused(open_to_all, monkeypatch):
    if os.geteuid() != 0:
        pytest.skip("Only root has to become somebody else.")
    monkeypatch.setenv("LPS_NO_USER_NAMESPACE", "1")
    devservers.must_become_nobody.cache_clear()
    top = Path("/tmp") / f"lps-test-{os.getpid()}"
    top.mkdir()
    top.chmod(0o755 if open_to_all else 0o700)
    postgres = devservers.Postgres(top / "state", durable=False)
    try:
        postgres.start()
        assert postgres.running()
        assert postgres.data.stat().st_uid == pwd.getpwnam("nobody").pw_uid
        assert postgres.data.stat().st_mode & 0o077 == 0
        assert postgres.data.is_relative_to(top) == open_to_all
    finally:
        postgres.stop()
        shutil.rmtree(top)
        if not open_to_all:
            shutil.rmtree(postgres.data.parent)
        devservers.must_become_nobody.cache_clear()


def test_a_path_too_long_for_a_socket_is_no_trouble(tmp_path):
    directory = tmp_path / ("long" * 15) / ("longer" * 10)
    queue = devservers.Queue(directory, durable=False)
    postgres = devservers.Postgres(directory, durable=False)
    assert len(str(queue.socket)) < devservers.LONGEST_SOCKET_PATH
    try:
        queue.start()
        postgres.start()
        assert queue.running()
        assert postgres.running()
    finally:
        queue.stop()
        postgres.stop()
    assert not queue.running()
    assert not postgres.running()
    for used in {queue.socket.parent, postgres.socket_directory}:
        assert used.stat().st_mode & 0o077 == 0
        shutil.rmtree(used)


def test_an_ordinary_user_starts_the_servers_too():
    python = Path("/usr/bin/python3.11")
    if os.geteuid() != 0:
        pytest.skip("Every other test here shows it: this is no root.")
    packages = Path(psycopg.__file__).parents[1]
    allowed = ["runuser", "-u", "nobody", "--", "test", "-r", str(packages / "psycopg" / "__init__.py")]
    if not python.exists() or not shutil.which("runuser") or subprocess.run(allowed).returncode:
        pytest.skip("Nobody cannot read this checkout, or there is no Python that nobody may use.")
    directory = Path("/tmp") / f"lps-nobody-{os.getpid()}"
    directory.mkdir(mode=0o777)
    directory.chmod(0o777)
    environment = {"PYTHONPATH": f"{ROOT}:{packages}", "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        for what in ("start", "stop"):
            done = subprocess.run(
                ["runuser", "-u", "nobody", "--", python, "-m", "tools.devservers", what, str(directory / "state")],
                cwd="/", env=environment, capture_output=True, text=True,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            assert (directory / "state" / "postgres" / "postmaster.pid").exists() == (what == "start")
        assert (directory / "state" / "postgres").stat().st_uid == pwd.getpwnam("nobody").pw_uid
    finally:
        shutil.rmtree(directory)
