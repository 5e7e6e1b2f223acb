"""The database's own walls: who sees a row (ALG-01 to ALG-03), the account that never changes (ALG-13), versions that
only grow."""

from django.db import migrations

from lps_safeguarding.access import rls
from lps_safeguarding.access.levels import Level
from lps_safeguarding.audit_trail.append_only import append_only_reverse_sql, append_only_sql

TABLE = "allegations_staffconcern"
VERSIONS = "allegations_historicalstaffconcern"
DRAFTS = "allegations_intakedraft"

ME = f"(SELECT me.adult_id FROM people_user me WHERE me.id = {rls.PERSON})"
NOT_ABOUT_ME = f"({{row}}.subject_id IS DISTINCT FROM {ME} AND {{row}}.second_subject_id IS DISTINCT FROM {ME})"
HEAD = rls.holds_role("headteacher")
ON_MY_WAY = f"""(
    ({{row}}.route = 'headteacher' AND ({HEAD}
        OR ({rls.holds_role("acting_senior_teacher")} AND {{row}}.routed_to_id = {rls.PERSON})))
    OR (NOT {HEAD} AND (
        ({{row}}.route = 'chair' AND ({rls.holds_role("chair")}
            OR ({rls.holds_role("vice_chair")} AND {{row}}.routed_to_id = {rls.PERSON})))
        OR ({{row}}.route = 'vice_chair' AND {rls.holds_role("vice_chair")})))
)"""
FULL = f"({ON_MY_WAY} AND {NOT_ABOUT_ME})"

# The columns as they are named here are those of models.ACCOUNT_FIELDS; a test holds the two against each other.
FROZEN = (
    "id", "key_id", "reference", "submission_key", "about", "route", "author_id", "author_name", "author_role",
    "subject_id", "second_subject_id", "subject_typed", "what_happened", "happened_at", "when_typed", "place",
    "children", "who_else_knows", "submitted_at",
)  # fmt: skip
OLD = ", ".join(f"OLD.{column}" for column in FROZEN)
NEW = ", ".join(f"NEW.{column}" for column in FROZEN)

FREEZE = f"""
CREATE FUNCTION allegations_keep_account() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF ({OLD}) IS DISTINCT FROM ({NEW}) THEN
        RAISE EXCEPTION 'The account as it was sent is never changed (ALG-13).' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER account_is_kept BEFORE UPDATE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION allegations_keep_account();
CREATE FUNCTION allegations_keep_row() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    RAISE EXCEPTION 'What was sent is never deleted (ALG-13).' USING ERRCODE = 'restrict_violation';
END $body$;
CREATE TRIGGER row_is_kept BEFORE DELETE OR TRUNCATE ON {TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION allegations_keep_row();
"""
THAW = f"""
DROP TRIGGER row_is_kept ON {TABLE};
DROP FUNCTION allegations_keep_row();
DROP TRIGGER account_is_kept ON {TABLE};
DROP FUNCTION allegations_keep_account();
"""
POLICIES = (
    rls.policy_for_root(
        TABLE,
        record_type="allegations.staffconcern",
        service_column=None,
        author_column="author_id",
        person_columns=(),
        break_glass=False,
        more={Level.FULL: (FULL,)},
    )
    # Only whose way it is on may change what is left to change; the author's receipt is no right to write.
    + rls.policy(TABLE, "updating", "UPDATE", using=FULL.format(row=TABLE), check=FULL.format(row=TABLE))
    + rls.policy_for_history(VERSIONS, TABLE)
    + rls.policy_person_only(DRAFTS, "author_id")
)


class Migration(migrations.Migration):
    dependencies = [
        ("allegations", "0001_initial"),
        ("access", "0002_row_level_security"),
        ("audit_trail", "0002_chain"),
        ("people", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(POLICIES, migrations.RunSQL.noop),
        migrations.RunSQL(FREEZE, THAW),
        migrations.RunSQL(append_only_sql(VERSIONS), append_only_reverse_sql(VERSIONS)),
    ]
