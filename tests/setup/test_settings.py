"""The three kinds of start: tests, demo, a real school; and what each refuses."""

import base64
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools import devservers

ROOT = Path(__file__).resolve().parents[2]
KEY = base64.b64encode(bytes(range(32))).decode()
REAL = {
    "PATH": os.environ["PATH"],
    "SECRET_KEY": "a key of fifty characters and more, none of them twice: 0123456789",
    "ALLOWED_HOSTS": "safeguarding.school.example",
    "SITE_ADDRESS": "https://safeguarding.school.example",
    "DATABASE_URL": "postgresql://lps_app:password@127.0.0.1:1/lps",
    "REDIS_URL": "redis://:password@127.0.0.1:1/0",
    "VAULT_KEYS": f"k1:{KEY}",
    "WORD_INDEX_KEY": KEY,
    "TRAIL_SIGNING_KEY": KEY,
    "EMAIL_URL": "smtp+tls://user:password@mail.school.example:587",
    "DEFAULT_FROM_EMAIL": "safeguarding@school.example",
    "CLAMAV_ADDRESS": "clamav:3310",
}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A management command in a process of its own, with this environment and nothing else."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_start_with_nothing_set_names_every_missing_value_at_once_and_what_each_is_for():
    started = manage("check", PATH=os.environ["PATH"])
    assert started.returncode == 3
    needed = set(REAL) - {"PATH"}
    assert {name for name in needed if f"  {name} " in started.stderr} == needed
    assert "Traceback" not in started.stderr
    assert "wraps the keys of the records" in started.stderr
    assert "make run" in started.stderr


@pytest.mark.parametrize("name", sorted(set(REAL) - {"PATH"}))
def test_one_missing_value_stops_the_start_and_is_named_alone(name):
    started = manage("check", **{key: value for key, value in REAL.items() if key != name})
    assert started.returncode == 3
    assert re.findall(r"^  ([A-Z_]+) ", started.stderr, re.MULTILINE) == [name]


def test_a_key_of_the_wrong_length_stops_the_start_with_a_sentence_that_does_not_show_it():
    wrong = base64.b64encode(b"too short").decode()
    started = manage("check", **REAL | {"VAULT_KEYS": f"k1:{wrong}"})
    assert started.returncode == 3
    assert "9 bytes instead of 32" in started.stderr
    assert wrong not in started.stderr
    assert "Traceback" not in started.stderr


def test_djangos_deployment_checks_find_nothing_in_a_real_schools_settings():
    checked = manage("check", "--deploy", "--fail-level", "WARNING", **REAL)
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://lps_app:password@database.school.example/lps",
        "postgresql://lps_app@/lps",
        "postgresql://lps_app@/lps?host=/var/run/postgresql",
    ],
)
def test_the_demo_refuses_every_database_but_its_own(address):
    started = manage("check", **REAL | {"LPS_DEMO": "1", "DATABASE_URL": address})
    assert started.returncode == 3
    assert "Demo mode works with its own embedded database only" in started.stderr
    assert "password" not in started.stderr


def test_the_demo_refuses_an_outside_database_for_the_owner_too(postgres):
    own = postgres.url(devservers.APPLICATION_ROLE, "lps")
    outside = "postgresql://lps_owner:password@database.school.example/lps"
    assert manage("check", **REAL | {"LPS_DEMO": "1", "DATABASE_URL": own}).returncode == 0
    assert (
        manage("check", **REAL | {"LPS_DEMO": "1", "DATABASE_URL": own, "OWNER_DATABASE_URL": outside}).returncode == 3
    )


def test_an_address_cannot_pass_for_the_demos_database_by_naming_two_hosts(postgres):
    both = f"postgresql://lps_app@database.school.example/lps?host={postgres.socket_directory}"
    assert manage("check", **REAL | {"LPS_DEMO": "1", "DATABASE_URL": both}).returncode == 3


def test_migrations_without_the_owners_address_say_what_is_missing():
    migrated = manage("migrate", **REAL)
    assert migrated.returncode == 1
    assert "OWNER_DATABASE_URL is not set" in migrated.stderr
    assert "Traceback" not in migrated.stderr


def test_a_real_school_has_locked_cookies_and_no_debugging():
    shown = manage(
        "shell", "--no-imports", "-c",
        "from django.conf import settings as s; print(s.DEBUG, s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME,"
        " s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS >= 31536000, s.DEMO)",
        **REAL,
    )  # fmt: skip
    assert shown.stdout.split() == ["False", "__Host-session", "__Host-csrf", "True", "True", "True", "False"], (
        shown.stderr
    )


def test_the_policy_for_browsers_allows_nothing_from_elsewhere(settings):
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert policy["default-src"] == ["'none'"]
    assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    assert not [
        source for sources in policy.values() for source in sources if "unsafe" in str(source) or "http" in str(source)
    ]
