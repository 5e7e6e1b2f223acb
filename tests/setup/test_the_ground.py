"""The tests' own ground holds: the role they run as, what comes back after a transactional test, no network."""

import socket

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections


@pytest.mark.django_db
def test_tests_run_as_a_role_that_owns_nothing_and_passes_no_policy():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE pg_has_role(relowner, 'USAGE')")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(databases=["default", "owner"])
def test_both_aliases_reach_the_same_database():
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        owner, owners_database = cursor.fetchone()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        assert cursor.fetchone() == ("lps_app", owners_database)
    assert owner == "lps_owner"


@pytest.mark.django_db(transaction=True)
class TestAfterATransactionalTest:
    """The two run in this order; the second finds what the migrations made, and nothing else."""

    def test_rows_may_be_changed_for_good(self):
        before = ContentType.objects.count()
        assert before
        ContentType.objects.create(app_label="left", model="behind")
        assert ContentType.objects.count() == before + 1

    def test_the_next_one_finds_what_the_migrations_made(self):
        assert not ContentType.objects.filter(app_label="left").exists()
        assert ContentType.objects.filter(app_label="people", model="user").exists()


def test_tests_use_no_network():
    with pytest.raises(AssertionError, match="no network"), socket.socket() as probe:
        probe.connect(("192.0.2.1", 80))
