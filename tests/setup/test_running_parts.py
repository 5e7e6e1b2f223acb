"""What the program does while the queue is away, what its logs may say, and what its role may do."""

import inspect
import json
import logging
import sys

import pytest
from celery import Celery
from django.apps import apps
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import DatabaseError, connection, connections, transaction
from kombu.exceptions import OperationalError

from lps_safeguarding.access import database_roles
from lps_safeguarding.cache import SoftRedisCache
from lps_safeguarding.logs import JSONFormatter
from tools import devservers


# --- Redis away ------------------------------------------------------------------------------------------------------
def soft_cache(url: str) -> SoftRedisCache:
    return SoftRedisCache(url, {"KEY_PREFIX": "test", "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1}})


def test_the_cache_keeps_what_it_is_given_while_redis_runs(redis_server):
    one, another = soft_cache(redis_server), soft_cache(redis_server)
    one.set("word", "kept", 60)
    assert another.get("word") == "kept"
    assert one.incr("word-count", 1) if one.add("word-count", 0, 60) else False
    another.delete("word")
    assert one.get("word") is None


def test_the_cache_goes_on_counting_attempts_while_redis_is_away(caplog):
    cache = soft_cache("unix:///nowhere/queue.sock")
    cache.add("attempts", 0, 60)
    for _ in range(5):
        cache.incr("attempts")
    assert cache.get("attempts") == 5
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_the_cache_comes_back_to_redis(redis_server, monkeypatch):
    monkeypatch.setattr("lps_safeguarding.cache.PAUSE", 0.0)
    cache = soft_cache("unix:///nowhere/queue.sock")
    cache.set("word", "local", 60)
    cache._redis = soft_cache(redis_server)._redis
    assert cache.get("word") is None
    cache.set("word", "back", 60)
    assert soft_cache(redis_server).get("word") == "back"


def test_publishing_a_task_gives_up_soon_while_redis_is_away():
    app = Celery("probe", set_as_current=False)
    app.conf.update(
        broker_url="redis+socket:///nowhere/queue.sock",
        task_publish_retry=django_settings.CELERY_TASK_PUBLISH_RETRY,
        broker_transport_options=django_settings.CELERY_BROKER_TRANSPORT_OPTIONS,
        broker_connection_timeout=django_settings.CELERY_BROKER_CONNECTION_TIMEOUT,
    )
    with pytest.raises(OperationalError):  # and does not try for ever, in which case this test would not end
        app.send_task("anything")


def test_every_task_of_the_clock_exists():
    from lps_safeguarding.celery import app

    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in django_settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled - set(app.tasks) == set()


@pytest.mark.rule("CON-18")
def test_the_clock_has_every_task_that_nobody_else_calls():
    """A task without arguments is a sweep. One that the clock forgets never runs: drafts were kept for ever once."""
    from lps_safeguarding.celery import app

    app.loader.import_default_modules()
    own = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}
    sweeps = {name for name, task in own.items() if not inspect.signature(task.run).parameters}
    assert sweeps == {entry["task"] for entry in django_settings.CELERY_BEAT_SCHEDULE.values()}


# --- Logs ------------------------------------------------------------------------------------------------------------
SECRET = "Mum said not to tell"


def line_for(**attached: object) -> dict[str, object]:
    record = logging.LogRecord(
        "django.request", logging.ERROR, __file__, 1, "Internal Server Error: %s", ("/x/?q=a",), None
    )
    record.__dict__.update(attached)
    return json.loads(JSONFormatter().format(record))


def test_a_log_line_names_the_page_without_its_query(rf):
    line = line_for(request=rf.post(f"/concerns/C-1/?words={SECRET}", {"account": SECRET}), status_code=500)
    assert line["page"] == "POST /concerns/C-1/"
    assert line["said"] == "Internal Server Error: /x/"
    assert line["status_code"] == 500


def test_a_log_line_shows_where_an_exception_was_and_nothing_of_what_it_says(rf):
    account = SECRET
    try:
        raise DatabaseError(f"Failing row contains ({account})")
    except DatabaseError:
        line = line_for(exc_info=sys.exc_info(), request=rf.post("/", {"account": SECRET}))
    assert line["exception"] == "django.db.utils.DatabaseError"
    assert any("test_running_parts.py" in where for where in line["where"])
    assert SECRET not in json.dumps(line)


def test_no_handler_of_ours_mails_or_shows_a_request():
    handlers = [
        h for name in ("", "django", "django.request", "django.server") for h in logging.getLogger(name).handlers
    ]
    kinds = {type(handler).__name__ for handler in handlers}
    assert not kinds & {"AdminEmailHandler", "SMTPHandler"}


# --- The application's role --------------------------------------------------------------------------------------------
@pytest.fixture
def rights(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, array_agg(p.kind ORDER BY p.kind) FROM pg_class c,"
            " unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS p(kind)"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')"
            " AND has_table_privilege(current_user, c.oid, p.kind) GROUP BY c.relname"
        )
        return {name: set(kinds) for name, kinds in cursor.fetchall()}


def test_the_application_may_truncate_no_table_and_make_no_trigger(rights):
    assert {name for name, kinds in rights.items() if kinds & {"TRUNCATE", "REFERENCES", "TRIGGER"}} == set()


def test_versions_and_the_trail_only_grow(rights):
    kept = {name for name in rights if "historical" in name or name.startswith("audit_trail_")}
    assert "audit_trail_trailentry" in kept
    assert {name: rights[name] for name in kept if rights[name] & {"UPDATE", "DELETE"}} == {}


def test_every_model_with_versions_has_its_table_among_those_that_only_grow():
    versions = [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model.__name__.startswith("Historical")
    ]
    assert versions
    assert [table for table in versions if database_roles.rights_on(table) != ("SELECT", "INSERT")] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "ALTER TABLE audit_trail_trailentry DISABLE TRIGGER ALL",
        "TRUNCATE audit_trail_trailentry",
        "DELETE FROM audit_trail_trailentry",
        "UPDATE audit_trail_trailentry SET act = act",
        "DELETE FROM django_migrations",
        "SELECT count(*) FROM access_sealkey",
        "SET session_replication_role = replica",
        "SET ROLE lps_owner",
        "CREATE ROLE another",
    ],
)
def test_the_application_cannot(statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(databases=["default", "owner"])
def test_granting_twice_changes_nothing(rights):
    database_roles.grant_application_role(connections["owner"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('audit_trail_trailentry', 'DELETE')")
        assert cursor.fetchone() == (False,)


@pytest.mark.django_db(databases=["default", "owner"])
def test_granting_refuses_when_the_application_would_be_the_owner(monkeypatch):
    from django.core.exceptions import ImproperlyConfigured

    monkeypatch.setattr(database_roles, "application_role", lambda: "lps_owner")
    with pytest.raises(ImproperlyConfigured, match="role of its own"):
        database_roles.grant_application_role(connections["owner"])


def test_the_demo_and_the_tests_use_the_same_roles():
    assert django_settings.DATABASES["default"]["USER"] == devservers.APPLICATION_ROLE
    assert caches["default"] is not None
