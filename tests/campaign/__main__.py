"""Runs the hunt and writes what it did to docs/evidence/."""

import argparse
import datetime
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EVIDENCE = ROOT / "docs" / "evidence"


def main(arguments: list[str]) -> int:
    options = argparse.ArgumentParser(prog="make campaign")
    options.add_argument("--worlds", type=int, default=300, help="how many random schools")
    options.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    given = options.parse_args(arguments)
    counts = ROOT / ".state" / "campaign.json"
    counts.parent.mkdir(exist_ok=True)
    counts.unlink(missing_ok=True)
    environment = os.environ | {
        "CAMPAIGN_WORLDS": str(given.worlds),
        "CAMPAIGN_SEED": str(given.seed),
        "CAMPAIGN_COUNTS": str(counts),
    }
    began = time.monotonic()
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/campaign/walls.py"], cwd=ROOT, env=environment, check=False
    )
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    result = {
        "what": "Python's need to know against the database's policies, in random schools",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "commit": commit.stdout.strip(),
        "seed": given.seed,
        "passed": ran.returncode == 0,
        "minutes": round((time.monotonic() - began) / 60, 1),
        **(json.loads(counts.read_text()) if counts.exists() else {}),
    }
    EVIDENCE.mkdir(parents=True, exist_ok=True)
    (EVIDENCE / "campaign-two-walls.json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))
    return ran.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
