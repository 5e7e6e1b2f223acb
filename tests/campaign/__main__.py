"""Runs the long hunts and writes what each did to docs/evidence/."""

import argparse
import datetime
import json
import os
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EVIDENCE = ROOT / "docs" / "evidence"


@dataclass(frozen=True)
class Hunt:
    """One campaign: its file of tests, what it says of itself, the setting that makes it long, and how long it is."""

    name: str
    what: str
    setting: str
    usual: int


HUNTS = (
    Hunt("walls", "Python's need to know against the database's policies, in random schools", "CAMPAIGN_WORLDS", 300),
    Hunt("drafts", "Forms interrupted while somebody types: what is lost", "CAMPAIGN_INTERRUPTIONS", 2_000),
)


def run(hunt: Hunt, count: int, seed: int) -> bool:
    """One hunt, in a process of its own; its figures go to docs/evidence, whatever came out."""
    counts = ROOT / ".state" / f"campaign-{hunt.name}.json"
    counts.parent.mkdir(exist_ok=True)
    counts.unlink(missing_ok=True)
    environment = os.environ | {hunt.setting: str(count), "CAMPAIGN_SEED": str(seed), "CAMPAIGN_COUNTS": str(counts)}
    began = time.monotonic()
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", f"tests/campaign/{hunt.name}.py"],
        cwd=ROOT,
        env=environment,
        check=False,
    )
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    result = {
        "what": hunt.what,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "commit": commit.stdout.strip(),
        "seed": seed,
        "asked_for": count,
        "passed": ran.returncode == 0,
        "minutes": round((time.monotonic() - began) / 60, 1),
        **(json.loads(counts.read_text()) if counts.exists() else {}),
    }
    EVIDENCE.mkdir(parents=True, exist_ok=True)
    (EVIDENCE / f"campaign-{hunt.name}.json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))
    return ran.returncode == 0


def main(arguments: list[str]) -> int:
    """All hunts, or those that are named; 0 when none found a fault."""
    options = argparse.ArgumentParser(prog="make campaign", description=__doc__)
    options.add_argument(
        "hunts", nargs="*", choices=[[], *(hunt.name for hunt in HUNTS)], help="all when none is named"
    )
    options.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    options.add_argument("--count", type=int, help="how many schools or interruptions; else each hunt's own number")
    given = options.parse_args(arguments)
    chosen = [hunt for hunt in HUNTS if not given.hunts or hunt.name in given.hunts]
    passed = [run(hunt, given.count or hunt.usual, given.seed) for hunt in chosen]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
