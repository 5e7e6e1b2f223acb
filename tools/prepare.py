"""Installs what is missing, quickly when nothing is, then does what was asked: run, check, test and the rest.

Runs on a bare Python 3.11 or newer before any package is there, so it uses the standard library only. Each step leaves
a stamp with the hash of what it was made from; a step whose stamp matches is skipped.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PDF_LIBRARIES = {"libpango-1.0.so.0": "libpango-1.0-0", "libpangoft2-1.0.so.0": "libpangoft2-1.0-0"}
FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")


class NotPossible(Exception):
    """Something is missing that this program cannot install; the message says what to type."""


def say(sentence: str) -> None:
    """One line for the person at the terminal."""
    print(sentence, flush=True)


def mark_of(*files: Path, extra: str = "") -> str:
    """A hash of some files' content."""
    mark = hashlib.sha256(extra.encode())
    for file in files:
        mark.update(file.name.encode() + b"\0" + file.read_bytes())
    return mark.hexdigest()


def stamped(stamp: Path, mark: str) -> bool:
    """Whether a step was finished with this mark."""
    return stamp.is_file() and stamp.read_text() == mark


def step(command: list[str | Path], trouble: str, **options: object) -> None:
    """Runs a quiet command; when it fails, shows what it said and raises NotPossible(trouble)."""
    done = subprocess.run(
        list(map(str, command)), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, **options,  # type: ignore[call-overload]
    )  # fmt: skip
    if done.returncode:
        print(done.stdout, file=sys.stderr)
        raise NotPossible(trouble)


# --- Debian packages -------------------------------------------------------------------------------------------------
def apt(packages: list[str]) -> bool:
    """Installs Debian packages when that is possible without asking anybody; False when it is not."""
    if not shutil.which("apt-get"):
        return False
    prefix: list[str] = []
    if os.geteuid() != 0:
        if not shutil.which("sudo") or subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode:
            return False
        prefix = ["sudo", "-n"]
    say(f"Installing {', '.join(packages)} with apt-get …")
    install = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    wanted = [*install, "install", "-y", "--no-install-recommends", *packages]
    for command in (wanted, [*install, "update"], wanted):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode == 0 and command is wanted:
            return True
    print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
    return False


def need(packages: list[str], why: str, *, compulsory: bool) -> None:
    """Installs Debian packages, or says in one line what to type; raises NotPossible when nothing works without."""
    if apt(packages):
        return
    sentence = f"{why} Install it with: sudo apt-get install --no-install-recommends {' '.join(packages)}"
    if compulsory:
        raise NotPossible(sentence)
    say(sentence)


def loads(library: str) -> bool:
    """Whether the system has a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def system_libraries() -> None:
    """What WeasyPrint needs for PDF: Pango and a font."""
    missing = [package for library, package in PDF_LIBRARIES.items() if not loads(library)]
    if not FONT.exists():
        missing.append("fonts-dejavu-core")
    if missing:
        need(missing, "Printing to PDF needs something that is not installed; all else works.", compulsory=False)


def chromium() -> None:
    """What the browser tests need."""
    missing = [] if shutil.which("chromium") else ["chromium"]
    if not loads("libatomic.so.1"):
        missing.append("libatomic1")
    if missing:
        need(missing, "The browser tests need Chromium.", compulsory=True)


# --- Python packages -------------------------------------------------------------------------------------------------
def virtual_environment() -> None:
    """`.venv` with pip or uv in it; made anew when its Python is gone."""
    works = PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], capture_output=True).returncode == 0
    if works and (uv() or has_pip()):
        return
    say("Making .venv …")
    shutil.rmtree(VENV, ignore_errors=True)
    if not has_ensurepip() and not shutil.which("uv"):
        need(["python3-venv"], "Python lacks its venv module's installer.", compulsory=True)
    venv.create(VENV, with_pip=False, symlinks=True)
    if has_ensurepip():
        step([PYTHON, "-m", "ensurepip", "--default-pip"], "Python's installer pip could not be set up in .venv.")


def has_ensurepip() -> bool:
    """Whether Python can put pip into a virtual environment (on Debian that is a package of its own)."""
    return subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True).returncode == 0


def has_pip() -> bool:
    """Whether .venv has pip."""
    return subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode == 0


def uv() -> str:
    """The path of uv: .venv's own, else the machine's; "" when there is none."""
    own = VENV / "bin" / "uv"
    if own.exists():
        return str(own)
    found = shutil.which("uv")
    if found and subprocess.run([found, "--version"], capture_output=True).returncode == 0:
        return found
    return ""


def python_packages() -> None:
    """Every pinned package with its hash, the development ones included; nothing else stays in .venv."""
    wanted = [ROOT / "requirements-dev.txt", ROOT / "tools" / "uv.txt"]
    stamp = VENV / ".made-from"
    mark = mark_of(*wanted, extra=f"{ROOT} {sys.version_info[:2]}")
    if PYTHON.exists() and stamped(stamp, mark):
        return
    virtual_environment()
    say("Fetching Python packages …")
    fetch = "Some Python packages could not be fetched. Look at the lines above; often it is the network."
    if not (VENV / "bin" / "uv").exists() and has_pip():
        step([PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", wanted[1]], fetch)
    quiet = {**os.environ, "VIRTUAL_ENV": str(VENV), "UV_LINK_MODE": os.environ.get("UV_LINK_MODE", "copy")}
    step([uv(), "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", *wanted], fetch, env=quiet)
    stamp.write_text(mark)


# --- Front-end packages ----------------------------------------------------------------------------------------------
def front_end() -> None:
    """node_modules from the lock file, and the cleaned files in static/vendor/."""
    sources = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / "tools" / "front_end.py"]
    stamp = ROOT / "node_modules" / ".made-from"
    mark = mark_of(*sources)
    vendor = ROOT / "static" / "vendor"
    if stamped(stamp, mark) and (vendor / "moj" / "images").is_dir():
        return
    say("Fetching front-end packages …")
    npm = shutil.which("npm") or str(VENV / "bin" / "npm")
    path = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:{VENV / 'bin'}"}
    step(
        [npm, "ci", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund", "--loglevel=error"],
        "The front-end packages could not be fetched. Look at the lines above; often it is the network.",
        env=path,
    )
    sys.path.insert(0, str(ROOT))
    from tools.front_end import copy

    copy(ROOT / "node_modules", vendor)
    stamp.write_text(mark)


# --- What was asked --------------------------------------------------------------------------------------------------
def prepare(*steps: Callable[[], None]) -> None:
    """Runs steps one process at a time: two terminals may start at once."""
    with (ROOT / ".preparing.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for each in steps:
            each()


def main(arguments: list[str]) -> None:
    """Prepares for a command and becomes it."""
    command, *rest = arguments or ["run"]
    try:
        if command == "test":
            prepare(python_packages, front_end, system_libraries, chromium)
        else:
            prepare(python_packages, front_end, system_libraries)
    except NotPossible as why:
        print(why, file=sys.stderr)
        sys.exit(1)
    os.chdir(ROOT)
    os.execv(
        PYTHON, [str(PYTHON), "-m", f"tools.{'demo' if command in ('run', 'reset') else 'tasks'}", command, *rest]
    )


if __name__ == "__main__":
    main(sys.argv[1:])
