"""The second wall: row-level security, the frozen account, history that only grows.

The policies repeat `concerns.need_to_know`; tests/concerns/test_two_walls.py holds the two against each other.
"""

from django.db import migrations

from lps_safeguarding.access import rls
from lps_safeguarding.access.levels import Level
from lps_safeguarding.audit_trail.append_only import append_only_reverse_sql, append_only_sql

CONCERN = "concerns_concern"
CHILD_FILE = "concerns_childfile"

# Parts of a concern: table, level of the concern at which the part is read, column of who wrote it and may read it too.
PARTS = (
    ("concerns_childinconcern", Level.OWN_ENTRY, None),
    ("concerns_feedback", Level.OWN_ENTRY, None),
    ("concerns_addendum", Level.FULL, "author_id"),
    ("concerns_concernfile", Level.FULL, "added_by_id"),
    ("concerns_decision", Level.FULL, None),
    ("concerns_referral", Level.FULL, None),
)
FILE_PARTS = ("concerns_planstatus", "concerns_vulnerability", "concerns_contactperson", "concerns_linkedchild")
HISTORIES = (
    "concerns_historicalconcern",
    "concerns_historicalchildinconcern",
    "concerns_historicaladdendum",
    "concerns_historicalassignment",
    "concerns_historicalconcernfile",
    "concerns_historicaldecision",
    "concerns_historicalreferral",
    "concerns_historicalfollowup",
    "concerns_historicalfeedback",
    "concerns_historicalchildfile",
    "concerns_historicalplanstatus",
    "concerns_historicalvulnerability",
    "concerns_historicalcontactperson",
    "concerns_historicallinkedchild",
)

# What is frozen when a concern is sent (CON-09). The names are those of concerns.models.concern.ACCOUNT_FIELDS on the
# day of this migration; tests hold the two together.
ACCOUNT_COLUMNS = (
    "form",
    "author_id",
    "author_name",
    "author_role",
    "brought_by_name",
    "brought_by_role",
    "brought_by_how",
    "came_to_light",
    "agency_name",
    "place",
    "observed_at",
    "childs_words",
    "what_was_seen",
    "questions_asked",
    "conversation",
    "who_was_present",
    "why_worried",
    "wishes_and_feelings",
    "kinds_by_author",
    "passed_to_id",
    "submitted_at",
    "submission_key",
    "reference",
    "key_id",
    "edition_id",
)
FROZEN = {
    CONCERN: ACCOUNT_COLUMNS,
    "concerns_childinconcern": ("concern_id", "child_id", "part", "key_id"),
    "concerns_addendum": ("concern_id", "author_id", "written_at", "text", "still_worried", "key_id"),
    "concerns_feedback": ("concern_id", "by_id", "sent_at", "text", "key_id"),
    "concerns_concernfile": ("concern_id", "file_id", "added_by_id", "added_at"),
    "concerns_decision": (
        "concern_id",
        "by_id",
        "decided_at",
        "harm_seen",
        "options",
        "rationale",
        "took_part",
        "not_referred_reason",
        "childs_wishes",
        "wishes_missing_reason",
        "parents_informed",
        "parents_informed_at",
        "parents_informed_by",
        "parents_what_was_said",
        "parents_reason",
        "parents_reason_detail",
        "outcome",
        "key_id",
    ),
    "concerns_referral": ("concern_id", "agency", "made_by_id", "made_at", "what_was_shared", "ground", "key_id"),
    "concerns_followup": ("concern_id", "set_by_id", "set_at", "what", "due_on", "key_id"),
}


def _policies() -> str:
    sql = [
        rls.policy_for_root(
            CONCERN,
            record_type="concerns.concern",
            person_columns=(),
            assignment=("concerns_assignment", "concern_id", "person_id", "ended_at IS NULL"),
            shares="concerns_concernshare",
            child_link=("concerns_childinconcern", "concern_id", "child_id"),
        ),
        rls.policy_for_root(
            CHILD_FILE,
            record_type="concerns.childfile",
            author_column=None,
            person_columns=(),
            shares="concerns_childfileshare",
            child_column="child_id",
        ),
        rls.policy_through("concerns_assignment", "concern_id", CONCERN, person_column="person_id"),
        rls.policy_through("concerns_historicalassignment", "concern_id", CONCERN, author_column="history_user_id"),
        rls.policy_for_shares("concerns_concernshare", CONCERN),
        rls.policy_for_shares("concerns_childfileshare", CHILD_FILE),
        rls.policy_person_only("concerns_draft", "author_id"),
        rls.policy_for_history("concerns_historicalconcern", CONCERN),
        rls.policy_for_history("concerns_historicalchildfile", CHILD_FILE),
    ]
    for table, level, author in PARTS:
        sql.append(rls.policy_through(table, "concern_id", CONCERN, level=level, author_column=author))
        history = table.replace("concerns_", "concerns_historical")
        sql.append(
            rls.policy_through(history, "concern_id", CONCERN, level=Level.FULL, author_column="history_user_id")
        )
    for table in FILE_PARTS:
        sql.append(rls.policy_through(table, "child_file_id", CHILD_FILE, insert_level=Level.FULL))
        history = table.replace("concerns_", "concerns_historical")
        sql.append(
            rls.policy_through(history, "child_file_id", CHILD_FILE, level=Level.FULL, author_column="history_user_id")
        )
    for table in ("concerns_followup", "concerns_historicalfollowup"):
        # The owner of a follow-up reads and ends it without seeing the concern (DEC-13).
        in_full = f"EXISTS (SELECT 1 FROM {CONCERN}_in_full parent WHERE parent.id = {table}.concern_id)"
        mine = f"({table}.owner_id = {rls.PERSON} OR {in_full})"
        insert = in_full if table == "concerns_followup" else mine
        sql.append(rls.custom(table, read=mine, insert=insert))
    return "".join(sql)


def _freeze(table: str, columns: tuple[str, ...]) -> str:
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
    return f"""
CREATE OR REPLACE FUNCTION {table}_frozen() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF {changed} THEN
        RAISE EXCEPTION 'What was sent is never changed: add to it instead (CON-09)' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER frozen BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_frozen();
CREATE OR REPLACE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'Case records are never deleted' USING ERRCODE = 'check_violation';
END $body$;
CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_stays();
"""


def _thaw(table: str) -> str:
    return f"""
DROP TRIGGER IF EXISTS frozen ON {table};
DROP TRIGGER IF EXISTS stays ON {table};
DROP FUNCTION IF EXISTS {table}_frozen();
DROP FUNCTION IF EXISTS {table}_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("concerns", "0001_initial"),
        ("access", "0002_row_level_security"),
        ("audit_trail", "0002_chain"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        *[migrations.RunSQL(_freeze(table, columns), _thaw(table)) for table, columns in FROZEN.items()],
        *[migrations.RunSQL(append_only_sql(table), append_only_reverse_sql(table)) for table in HISTORIES],
        migrations.RunSQL(_policies(), migrations.RunSQL.noop),
    ]
