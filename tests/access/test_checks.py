"""The program refuses to work where row-level security would not hold."""

import pytest
from django.db import connection

from lps_safeguarding.access import checks, seal
from lps_safeguarding.access.refusals import DangerousRole
from tests.conftest import DATABASE


def test_the_applications_role_and_all_tables_are_as_they_should_be(db):
    assert checks.faults_of_role() == []
    assert checks.faults_of_tables() == []
    assert checks.faults_of_seal() == []


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_owner_is_refused():
    (fault,) = checks.faults_of_role("owner")
    assert "owns tables" in fault
    assert "DATABASE_URL" in fault


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("right", ["SUPERUSER", "BYPASSRLS"])
def test_a_role_that_passes_policies_by_is_refused(right, as_superuser):
    as_superuser.execute(f"ALTER ROLE lps_app {right}")
    try:
        (fault,) = checks.faults_of_role()
        assert "can pass row-level security by" in fault
        with pytest.raises(DangerousRole, match="Not started"):
            checks.refuse_dangerous_role()
    finally:
        as_superuser.execute(f"ALTER ROLE lps_app NO{right}")
    assert checks.faults_of_role() == []


def test_a_member_of_the_owners_role_is_refused(as_superuser, db):
    as_superuser.execute("GRANT lps_owner TO lps_app")
    try:
        assert "owner" in checks.faults_of_role()[0] or "owns" in checks.faults_of_role()[0]
    finally:
        as_superuser.execute("REVOKE lps_owner FROM lps_app")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("break_it", "mend_it", "words"),
    [
        (
            "ALTER TABLE concerns_decision DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE concerns_decision ENABLE ROW LEVEL SECURITY",
            "concerns_decision has no forced",
        ),
        (
            "ALTER TABLE concerns_concern NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE concerns_concern FORCE ROW LEVEL SECURITY",
            "concerns_concern has no forced",
        ),
        (
            "CREATE POLICY open ON concerns_concern FOR SELECT USING (true)",
            "DROP POLICY open ON concerns_concern",
            "does not ask for the seal",
        ),
        (
            "CREATE POLICY open ON access_sealkey FOR SELECT USING (true)",
            "DROP POLICY open ON access_sealkey",
            "access_sealkey can be read",
        ),
    ],
)
def test_a_table_without_its_policy_is_found(break_it, mend_it, words, as_superuser):
    as_superuser.execute(break_it)
    try:
        assert any(words in fault for fault in checks.faults_of_tables())
        with pytest.raises(DangerousRole):
            checks.refuse_dangerous_role()
    finally:
        as_superuser.execute(mend_it)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_changed_secret_key_is_found_and_a_migration_mends_it(settings, as_superuser):
    from django.db import connections

    before = settings.SECRET_KEY
    settings.SECRET_KEY = "a new one, long enough for Django to take it without a warning: 0123456789"
    try:
        (fault,) = checks.faults_of_seal()
        assert "manage.py migrate" in fault
        seal.install(connections["owner"])
        assert checks.faults_of_seal() == []
    finally:
        settings.SECRET_KEY = before
        seal.install(connections["owner"])
        connections["owner"].close()
    assert checks.faults_of_seal() == []


def test_tests_run_as_the_applications_role(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        assert cursor.fetchone() == ("lps_app", DATABASE)
