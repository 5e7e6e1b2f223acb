"""What `make check`, `make test`, `make bench`, `make campaign` and `make lock` do, once everything is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
PYTHON = str(BIN / "python")
TEMPLATES = ["templates", "concerns", "allegations", "lps_safeguarding"]

CHECKS: dict[str, list[str]] = {
    "formatter": [str(BIN / "ruff"), "format", "--check", "--quiet", "."],
    "linter": [str(BIN / "ruff"), "check", "--quiet", "."],
    "types": [str(BIN / "mypy")],
    "import contracts": [str(BIN / "lint-imports"), "--no-cache"],
    "missing migrations": [
        PYTHON, "-W", "ignore::RuntimeWarning", "manage.py", "makemigrations", "--check", "--dry-run",
    ],
    "Django's checks": [PYTHON, "manage.py", "check", "--fail-level", "WARNING"],
    "who sees what": [PYTHON, "manage.py", "who_sees_what", "--check"],
    "templates compile": [PYTHON, "-m", "tools.compile_templates"],
    "templates, faults": [str(BIN / "djlint"), *TEMPLATES, "--lint", "--quiet"],
}  # fmt: skip


def check() -> int:
    """Every check, all of them even when one fails; 1 when any did."""
    environment = {**os.environ, "LPS_TESTING": "1", "PATH": f"{BIN}:{os.environ.get('PATH', '')}"}
    failed = []
    for name, command in CHECKS.items():
        begun = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        verdict = "passed" if done.returncode == 0 else "FAILED"
        print(f"{name:<20} {verdict}  {time.monotonic() - begun:5.1f} s", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout + done.stderr, flush=True)
    if failed:
        print(f"Failed: {', '.join(failed)}")
    return 1 if failed else 0


def test(arguments: list[str]) -> int:
    """The whole test suite on all cores (LPS_TEST_WORKERS changes that)."""
    workers = os.environ.get("LPS_TEST_WORKERS") or str(max(2, os.cpu_count() or 2))
    return subprocess.run(
        [PYTHON, "-m", "pytest", "-n", workers, "--dist", "loadfile", *arguments], cwd=ROOT
    ).returncode


def module(name: str, arguments: list[str]) -> int:
    """Runs a program of the project."""
    return subprocess.run([PYTHON, "-m", name, *arguments], cwd=ROOT).returncode


def lock() -> int:
    """Pins every package, with hashes and without download addresses, to the newest that pyproject.toml allows."""
    uv = str(BIN / "uv") if (BIN / "uv").exists() else "uv"
    compile_ = [uv, "pip", "compile", "--quiet", "--upgrade", "--universal", "--generate-hashes", "--no-header",
                "--no-emit-index-url", "--no-emit-find-links", "--python-version", "3.11", "pyproject.toml"]  # fmt: skip
    npm = shutil.which("npm") or str(BIN / "npm")
    newest = subprocess.run(
        [*compile_[:-1], "-", "--output-file", "tools/uv.txt"],
        cwd=ROOT,
        input="uv\n",
        text=True,
        stdout=subprocess.DEVNULL,
    )
    if newest.returncode:
        return newest.returncode
    for command in (
        [*compile_, "--output-file", "requirements.txt"],
        [*compile_, "--group", "dev", "--output-file", "requirements-dev.txt"],
        [npm, "install", "--package-lock-only", "--omit-lockfile-registry-resolved", "--legacy-peer-deps",
         "--ignore-scripts", "--no-audit", "--no-fund"],
    ):  # fmt: skip
        if code := subprocess.run(command, cwd=ROOT).returncode:
            return code
    return 0


def main(arguments: list[str]) -> int:
    """One of the commands; the rest of the line goes to it."""
    command, *rest = arguments
    if command == "check":
        return check()
    if command == "test":
        return test(rest)
    if command == "lock":
        return lock()
    if command == "bench":
        return module("tools.bench", rest)
    if command == "campaign":
        return module("tests.campaign", rest)
    if command == "prepare":
        return 0
    print(f"There is no command {command}.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
