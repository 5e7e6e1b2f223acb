"""The whole program on this machine: servers, web, worker and beat, started together and stopped together.

`run` starts it; without DATABASE_URL it is the demo: embedded servers, a fictional school, plain HTTP on this machine
only. With DATABASE_URL it is the real thing against that server, and every value must be set as in .env.example.
`reset` throws the demo's data away.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from types import FrameType
from typing import IO

from tools import devservers

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
DATABASE = "lps"
FIRST_PORT = 8000
PORTS_TO_TRY = 50
PATIENCE = 10.0
"""Seconds that children have to stop before they are killed."""
TOO_SHORT = 5.0
"""Seconds of life below which a child counts as not having started."""


class NotPossible(Exception):
    """The start cannot go on; the message is for the person at the terminal."""


class Asked(BaseException):
    """Somebody asked for the end: Ctrl-C, a signal, a closed terminal."""


def say(sentence: str) -> None:
    """One line for the person at the terminal."""
    print(sentence, flush=True)


def tree_mark(paths: Iterable[Path], extra: str = "") -> str:
    """A hash of names, sizes and times of change of all files below some paths."""
    mark = hashlib.sha256(extra.encode())
    for path in sorted(file for top in paths for file in ([top] if top.is_file() else top.rglob("*"))):
        if path.is_file() and "__pycache__" not in path.parts:
            found = path.stat()
            mark.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return mark.hexdigest()


# --- Children --------------------------------------------------------------------------------------------------------
def started_at(pid: int) -> str:
    """When the kernel started a process, in its own ticks; with the process id this names it for ever. "" if none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
    except (OSError, IndexError):
        return ""


class Child:
    """One process of ours in a group of its own, started again when it ends."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], logs: Path) -> None:
        self.name, self.command, self.environment = name, command, environment
        self.log = logs / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.since = 0.0
        self.short_lives = 0

    def start(self, keep: tuple[int, ...] = ()) -> None:
        """Starts it, its output in a log file."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > 10_000_000:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, pass_fds=keep,
            )  # fmt: skip
        self.since = time.monotonic()

    def ended(self) -> bool:
        """Whether it ran and is gone."""
        return self.process is not None and self.process.poll() is not None

    def last_words(self) -> str:
        """The end of its log, for a message."""
        lines = self.log.read_text(errors="replace").strip().splitlines() if self.log.exists() else []
        return "\n".join(f"    {line[:300]}" for line in lines[-5:])


def end_group(pid: int, how: signal.Signals) -> None:
    """Sends a signal to a process group, if it is still there."""
    try:
        os.killpg(pid, how)
    except ProcessLookupError:
        return


class Run:
    """One `make run`, from start to stop."""

    def __init__(self) -> None:
        self.state = devservers.state_directory()
        self.demo = not os.environ.get("DATABASE_URL")
        self.postgres = devservers.Postgres(self.state)
        self.queue = devservers.Queue(self.state)
        self.children: list[Child] = []
        self.socket: socket.socket | None = None
        self.lock: IO[str] | None = None
        self.environment = dict(os.environ)
        self.stopping = False

    # --- before ---------------------------------------------------------------------------------------------------
    def take_the_lock(self) -> None:
        """One run a checkout: two would fight for the same servers. Raises NotPossible with the first one's address."""
        self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.lock = (self.state / "run.lock").open("a+")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.lock.seek(0)
            where = self.lock.read().strip()
            raise NotPossible(
                f"It is running already{': ' + where if where else ''}. Stop that one with Ctrl-C in its terminal first."
            ) from None
        self.write_in_lock("")

    def write_in_lock(self, address: str) -> None:
        """Leaves the address for a second `make run` to find."""
        if self.lock:
            self.lock.seek(0)
            self.lock.truncate()
            self.lock.write(address)
            self.lock.flush()

    def end_orphans(self) -> None:
        """After a kill -9 of the last run its children are still there; they end now."""
        register = self.state / "children.json"
        if not register.exists():
            return
        try:
            left = json.loads(register.read_text())
        except ValueError:
            left = []
        alive = [pid for pid, since in left if started_at(pid) == since and since]
        if alive:
            say("The last run was killed; stopping what it left behind …")
        for pid in alive:
            end_group(pid, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while any(devservers.process_state(pid) not in ("", "Z", "X") for pid in alive):
            if time.monotonic() > deadline:
                for pid in alive:
                    end_group(pid, signal.SIGKILL)
                break
            time.sleep(0.1)
        register.unlink(missing_ok=True)

    def note_children(self) -> None:
        """Writes down who runs, for the next start."""
        pids = [child.process.pid for child in self.children if child.process]
        making = self.state / "children.json.new"
        making.write_text(json.dumps([(pid, started_at(pid)) for pid in pids]))
        making.replace(self.state / "children.json")

    def secrets(self) -> dict[str, str]:
        """The demo's keys, made once and kept where only their owner reads them."""
        file = self.state / "secrets.env"
        if not file.exists():
            if (self.postgres.data / "PG_VERSION").exists():
                raise NotPossible(
                    f"{file} is gone, and without its keys nobody can read the demo's data: make demo-reset"
                )
            key = lambda: base64.b64encode(secrets.token_bytes(32)).decode()  # noqa: E731
            lines = {
                "SECRET_KEY": secrets.token_urlsafe(50),
                "VAULT_KEYS": f"demo:{key()}",
                "WORD_INDEX_KEY": key(),
                "TRAIL_SIGNING_KEY": key(),
            }
            making = file.with_suffix(".new")
            making.unlink(missing_ok=True)
            with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                out.writelines(f"{name}={value}\n" for name, value in lines.items())
            making.replace(file)
        return dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line)

    def find_port(self) -> int:
        """The first free port from LPS_PORT, or 8000, on; bound at once, so that nobody else takes it meanwhile."""
        first = int(os.environ.get("LPS_PORT") or FIRST_PORT)
        for port in range(first, first + PORTS_TO_TRY):
            found = socket.socket()
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                found.bind(("127.0.0.1", port))
                found.listen(512)
            except OSError:
                found.close()
                continue
            if port != first:
                say(f"Port {first} is taken; using {port}.")
            self.socket = found
            return port
        raise NotPossible(
            f"The ports {first} to {first + PORTS_TO_TRY - 1} are all taken. Set LPS_PORT to a free one."
        )

    # --- the steps ------------------------------------------------------------------------------------------------
    def manage(self, *arguments: str, owner: bool = False, trouble: str) -> str:
        """Runs a management command; as the owner of the tables when asked. Returns what it printed."""
        environment = dict(self.environment)
        if owner and self.demo:
            environment["OWNER_DATABASE_URL"] = self.postgres.url(devservers.OWNER_ROLE, DATABASE)
        done = subprocess.run(
            [str(BIN / "python"), "manage.py", *arguments], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise NotPossible(f"{(done.stdout + done.stderr).strip()}\n{trouble}".strip())
        return done.stdout

    def once(self, name: str, mark: str) -> bool:
        """Whether a step is still to be done for this mark; `done` notes it."""
        stamp = self.state / f"{name}.stamp"
        return not (stamp.exists() and stamp.read_text() == mark)

    def done(self, name: str, mark: str) -> None:
        """Notes that a step is finished."""
        (self.state / f"{name}.stamp").write_text(mark)

    def start_servers(self) -> None:
        """The embedded PostgreSQL and queue, and the demo's environment."""
        say("Starting PostgreSQL and the queue …")
        keys = self.secrets()
        self.postgres.start()
        self.queue.start()
        mail = self.state / "mail"
        mail.mkdir(exist_ok=True)
        self.environment |= {
            **keys,
            "LPS_DEMO": "1",
            "LPS_STATE_DIR": str(self.state),
            "DATABASE_URL": self.postgres.url(devservers.APPLICATION_ROLE, DATABASE),
            "REDIS_URL": self.queue.url,
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "EMAIL_URL": f"filemail://{mail}",
        }
        self.environment.pop("OWNER_DATABASE_URL", None)
        if self.postgres.make_database(DATABASE):
            for stamp in self.state.glob("*.stamp"):
                stamp.unlink()

    def database_up_to_date(self) -> None:
        """Migrations, and in the demo the fictional school; neither when nothing has changed since."""
        if not self.demo and "OWNER_DATABASE_URL" not in os.environ:
            return
        migrations = [
            path for app in ("lps_safeguarding", "concerns", "allegations") for path in (ROOT / app).rglob("*.py")
        ]
        mark = tree_mark(
            [p for p in migrations if "migrations" in p.parts or p.name in ("database_roles.py", "rls.py")]
        )
        if not self.demo or self.once("migrated", mark):
            say("Bringing the database up to date …")
            trouble = "If these data come from an older version of the demo, start afresh: make demo-reset"
            self.manage("migrate", "--verbosity=0", owner=True, trouble=trouble if self.demo else "")
            self.done("migrated", mark)
        today = time.strftime("%Y-%m-%d")
        if self.demo and self.once("seeded", today):
            first = not (self.state / "seeded.stamp").exists()
            say("Making a fictional school …" if first else "A new day: the fictional school goes on …")
            self.manage(
                "seed_demo", owner=True, trouble="The fictional school could not be made. Try: make demo-reset"
            )
            people = self.manage("demo_people", trouble="The list of the demo's people could not be read.")
            (self.state / "people.txt").write_text(people)
            self.done("seeded", today)

    def static_files(self) -> None:
        """Collected and compressed when any has changed."""
        static = (self.state if self.demo else ROOT) / "staticfiles"
        mark = tree_mark([ROOT / "static", ROOT / "requirements.txt", ROOT / "lps_safeguarding" / "settings.py"])
        if self.once("collected", mark) or not (static / "staticfiles.json").exists():
            say("Collecting static files …")
            self.manage(
                "collectstatic", "--noinput", "--verbosity=0", "--clear", trouble="Static files are not complete."
            )
            self.done("collected", mark)

    def start_web(self) -> None:
        """The web process; worker and beat follow when the first page has come."""
        assert self.socket
        logs = self.state / "logs"
        web = [
            str(BIN / "gunicorn"), "lps_safeguarding.wsgi", "--bind", f"fd://{self.socket.fileno()}",
            "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--graceful-timeout", "8", "--preload",
            "--worker-tmp-dir", "/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp",
            "--no-control-socket", "--log-level", "warning",
        ]  # fmt: skip
        celery = [str(BIN / "celery"), "--app", "lps_safeguarding"]
        worker = [
            *celery,
            "worker",
            "--concurrency",
            "1",
            "--loglevel",
            "INFO",
            "--without-gossip",
            "--without-mingle",
        ]
        self.children = [
            Child("web", web, self.environment, logs),
            Child("worker", worker, self.environment, logs),
            Child("beat", [*celery, "beat", "--loglevel", "INFO", "--pidfile="], self.environment, logs),
        ]
        self.start(self.children[0])

    def start(self, *children: Child) -> None:
        """Starts some of them and writes them down for the next start."""
        assert self.socket
        for child in children:
            child.start((self.socket.fileno(),) if child.name == "web" else ())
        self.note_children()

    def wait_for_the_web(self, address: str) -> None:
        """Until a page comes back; whatever its status, the web process answers."""
        deadline = time.monotonic() + 60
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while time.monotonic() < deadline:
            web = self.children[0]
            if web.ended():
                raise NotPossible(f"The web process ended:\n{web.last_words()}")
            try:
                opener.open(address, timeout=2).close()
                return
            except urllib.error.HTTPError:
                return
            except (OSError, ValueError):
                time.sleep(0.1)
        raise NotPossible(f"No page came within a minute. The log: {self.children[0].log}")

    def supervise(self) -> None:
        """Starts again what ends, until somebody asks for the end."""
        while True:
            time.sleep(0.5)
            if self.demo and not self.postgres.running():
                say("PostgreSQL stopped; starting it again.")
                self.postgres.start()
            if self.demo and not self.queue.running():
                say("The queue stopped; starting it again.")
                self.queue.start()
            for child in self.children:
                if not child.ended():
                    continue
                assert child.process
                child.short_lives = child.short_lives + 1 if time.monotonic() - child.since < TOO_SHORT else 0
                if child.short_lives >= 3:
                    raise NotPossible(f"The {child.name} process does not stay up:\n{child.last_words()}")
                say(f"The {child.name} process stopped (code {child.process.returncode}); starting it again.")
                end_group(child.process.pid, signal.SIGKILL)
                self.start(child)

    def stop(self) -> None:
        """Everything ends, in the order of who needs whom."""
        running = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in running:
            end_group(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                end_group(process.pid, signal.SIGKILL)
                process.wait()
        if self.socket:
            self.socket.close()
        if self.demo:
            self.queue.stop()
            self.postgres.stop()
        (self.state / "children.json").unlink(missing_ok=True)

    # --- all of it ------------------------------------------------------------------------------------------------
    def run(self) -> int:
        """Starts, waits, stops. The exit code: 0 when somebody ended it, 1 when something did not work."""

        def asked(number: int, frame: FrameType | None) -> None:
            if not self.stopping:
                raise Asked

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, asked)
        try:
            self.take_the_lock()
        except NotPossible as why:
            print(why, file=sys.stderr)
            return 1
        code = 0
        try:
            self.end_orphans()
            if self.demo:
                self.start_servers()
            port = self.find_port()
            address = f"http://localhost:{port}/"
            if self.demo:
                self.environment["SITE_ADDRESS"] = address.rstrip("/")
            self.database_up_to_date()
            self.static_files()
            self.start_web()
            self.wait_for_the_web(f"http://127.0.0.1:{port}/")
            self.start(*self.children[1:])
            self.write_in_lock(address)
            if self.demo:
                people = (self.state / "people.txt").read_text()
                say(f"\n{people.rstrip()}\n\nAll of them are invented. Sign in by one click at")
            say(f"  {address}\n\nCtrl-C stops everything; the data are kept.")
            self.supervise()
        except Asked:
            say("\nStopping …")
        except (NotPossible, devservers.CannotStart) as why:
            print(why, file=sys.stderr)
            code = 1
        finally:
            self.stopping = True
            self.stop()
            self.write_in_lock("")
        if code == 0:
            say("Stopped.")
        return code

    def reset(self) -> int:
        """Throws the demo's data away."""
        try:
            self.take_the_lock()
            self.end_orphans()
        except NotPossible as why:
            print(why, file=sys.stderr)
            return 1
        self.queue.stop()
        self.postgres.stop()
        for directory in (
            self.postgres.data,
            *(self.state / name for name in ("queue", "mail", "logs", "staticfiles")),
        ):
            if directory.exists():
                shutil.rmtree(directory)
        for file in (*self.state.glob("*.stamp"), self.state / "secrets.env", self.state / "people.txt"):
            file.unlink(missing_ok=True)
        say("The demo's data are gone. `make run` begins with a new fictional school.")
        return 0


if __name__ == "__main__":
    sys.exit(Run().reset() if sys.argv[1:] == ["reset"] else Run().run())
