"""The demonstration's mails lie where the launcher says, not below the directory it was started in."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_folder_for_mails_is_the_absolute_one_of_the_address(tmp_path):
    printed = subprocess.run(
        [sys.executable, "-c", "from lps_safeguarding import settings; print(settings.EMAIL_FILE_PATH)"],
        env={**os.environ, "LPS_TESTING": "1", "EMAIL_URL": f"filemail://{tmp_path}/mail"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.strip() == f"{tmp_path}/mail"
