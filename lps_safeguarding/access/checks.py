"""The program refuses to work where row-level security would not hold."""

from django.apps import apps
from django.core import checks
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import OperationalError, ProgrammingError

from lps_safeguarding.access import acting
from lps_safeguarding.access.refusals import DangerousRole

# Apps whose tables hold no case content: who works here, what the law says, sign-in, the trail's ids. Every other
# app's tables need a policy; an app that has one table without case content names it, with the reason, in its
# AppConfig as `tables_without_case_content`.
APPS_WITHOUT_CASE_CONTENT = frozenset(
    {
        "account",
        "accounts",
        "alerts",
        "audit_trail",
        "auth",
        "contenttypes",
        "guardian",
        "guidance",
        "humanize",
        "messages",
        "mfa",
        "people",
        "sessions",
        "socialaccount",
        "staticfiles",
        "usersessions",
        "vault",
        "web",
    }
)


def tables_that_need_a_policy() -> list[str]:
    """Every table of an app with case content, versions included; new apps count until they are named above."""
    tables = set()
    for app in apps.get_app_configs():
        if app.label in APPS_WITHOUT_CASE_CONTENT:
            continue
        without = getattr(app, "tables_without_case_content", {})
        for model in app.get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy and model._meta.db_table not in without:
                tables.add(model._meta.db_table)
    return sorted(tables)


_ROLE = """
SELECT r.rolname, r.rolsuper, r.rolbypassrls,
       EXISTS (SELECT 1 FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
               AND pg_has_role(current_user, c.relowner, 'MEMBER')),
       EXISTS (SELECT 1 FROM pg_roles o WHERE (o.rolsuper OR o.rolbypassrls) AND pg_has_role(current_user, o.oid, 'MEMBER'))
FROM pg_roles r WHERE r.rolname = current_user
"""
_TABLES = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
       (SELECT count(*) FROM pg_policies p WHERE p.schemaname = 'public' AND p.tablename = c.relname
        AND p.policyname <> 'owner'),
       (SELECT count(*) FROM pg_policies p WHERE p.schemaname = 'public' AND p.tablename = c.relname
        AND p.policyname <> 'owner'
        AND coalesce(p.qual, p.with_check) NOT LIKE '%%access_seal_holds()%%')
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname = ANY (%s)
"""


def faults_of_role(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Sentences on what is wrong with the role this alias connects as; empty when it is safe."""
    with connections[using].cursor() as cursor:
        cursor.execute(_ROLE)
        name, superuser, bypasses, owns, member = cursor.fetchone()
    if superuser or bypasses or member:
        return [
            f'The database role "{name}" can pass row-level security by (SUPERUSER or BYPASSRLS, itself or by '
            "membership). Put the application's role, made by the set-up, into DATABASE_URL."
        ]
    if owns:
        return [
            f'The database role "{name}" owns tables or is a member of the role that does. Put the application\'s '
            "role into DATABASE_URL and keep the owner's for OWNER_DATABASE_URL."
        ]
    return []


def faults_of_tables(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Sentences on tables whose policies are missing, not forced, or believe the settings without the seal."""
    needed = tables_that_need_a_policy()
    with connections[using].cursor() as cursor:
        cursor.execute(_TABLES, [needed])
        found = {name: rest for name, *rest in cursor.fetchall()}
    faults = []
    for table in needed:
        if table not in found:
            faults.append(f"The table {table} does not exist. Run: manage.py migrate")
            continue
        enabled, forced, policies, unsealed = found[table]
        if table == "access_sealkey":
            if not enabled or policies:
                faults.append("The table access_sealkey can be read by others than its owner. Run: manage.py migrate")
        elif not (enabled and forced and policies):
            faults.append(f"The table {table} has no forced row-level security. Run: manage.py migrate")
        elif unsealed:
            faults.append(f"A policy of the table {table} does not ask for the seal. Run: manage.py migrate")
    return faults


def faults_of_seal(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """A sentence when the database does not accept the seal this program makes."""
    with acting.as_the_system("start", using), connections[using].cursor() as cursor:
        cursor.execute("SELECT access_seal_holds()")
        (holds,) = cursor.fetchone()
    return [] if holds else ["The database does not know this SECRET_KEY. Run: manage.py migrate"]


def refuse_dangerous_role() -> None:
    """Called at the start of web, worker and beat. Raises DangerousRole with sentences that say what to do."""
    try:
        faults = faults_of_role() + faults_of_tables()
        faults += [] if faults else faults_of_seal()
    except ProgrammingError:
        faults = ["The database has not been set up for this version. Run: manage.py migrate"]
    finally:
        if not connections[DEFAULT_DB_ALIAS].in_atomic_block:
            connections[DEFAULT_DB_ALIAS].close()  # web servers fork after this
    if faults:
        raise DangerousRole(" ".join(["Not started."] + faults))


def check_role(app_configs=None, databases=None, **_more) -> list[checks.CheckMessage]:
    """`manage.py check --database default`: the same as at the start."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    try:
        return [checks.Error(fault, id="access.E001") for fault in faults_of_role() + faults_of_tables()]
    except (OperationalError, ProgrammingError) as unready:
        return [checks.Warning(f"Row-level security could not be checked: {unready}", id="access.W001")]
