"""The second wall of meetings, reviews of lists, printed chronologies, and follow-ups that come from meetings.

The policies repeat `concerns.need_to_know`; tests/concerns/test_two_walls.py holds the two against each other.
"""

from django.db import migrations

from lps_safeguarding.access import rls
from lps_safeguarding.access.levels import Level
from lps_safeguarding.audit_trail.append_only import append_only_reverse_sql, append_only_sql

CONCERN = "concerns_concern"
CHILD_FILE = "concerns_childfile"
FOLLOW_UPS = ("concerns_followup", "concerns_historicalfollowup")
HISTORIES = ("concerns_historicalmeeting", "concerns_historicallistreview")


def _follow_ups(*, of_files: bool) -> str:
    """The owner reads and ends a follow-up; so does whoever reads in full what it comes from (DEC-13)."""
    sql = []
    for table in FOLLOW_UPS:
        in_full = f"EXISTS (SELECT 1 FROM {CONCERN}_in_full parent WHERE parent.id = {table}.concern_id)"
        if of_files:
            in_full += f" OR ({table}.child_file_id IS NOT NULL AND {CHILD_FILE}_is_in_full({table}.child_file_id))"
        mine = f"({table}.owner_id = {rls.PERSON} OR {in_full})"
        sql.append(rls.custom(table, read=mine, insert=f"({in_full})" if table == "concerns_followup" else mine))
    return "".join(sql)


def _policies() -> str:
    reviewer = f"(concerns_listreview.reviewed_by_id = {rls.PERSON} AND {rls.holds_role('lead_dsl', 'service_dsl')})"
    in_scope = rls.holds_role("lead_dsl", "service_dsl")
    history = "concerns_historicallistreview"
    mine = f"concerns_printedchronology.asked_by_id = {rls.PERSON}"
    file_in_full = f"{CHILD_FILE}_is_in_full(concerns_printedchronology.child_file_id)"
    return "".join(
        [
            rls.policy_through("concerns_meeting", "child_file_id", CHILD_FILE, insert_level=Level.FULL),
            rls.policy_through(
                "concerns_historicalmeeting", "child_file_id", CHILD_FILE, author_column="history_user_id"
            ),
            rls.custom("concerns_listreview", read=in_scope, insert=reviewer, update="false"),
            rls.custom(history, read=in_scope, insert=f"({history}.history_user_id = {rls.PERSON})", update="false"),
            # Whoever may no longer open the file can no longer open what was printed of it.
            rls.custom(
                "concerns_printedchronology",
                read=f"({mine} AND {file_in_full})",
                insert=f"({mine} AND {file_in_full})",
            ),
            _follow_ups(of_files=True),
        ]
    )


_FROZEN_FOLLOW_UP = ("concern_id", "set_by_id", "set_at", "what", "due_on", "key_id")


def _freeze(columns: tuple[str, ...]) -> str:
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
    return f"""
CREATE OR REPLACE FUNCTION concerns_followup_frozen() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF {changed} THEN
        RAISE EXCEPTION 'What was sent is never changed: add to it instead (CON-09)' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $body$;
"""


_STAYS = """
CREATE OR REPLACE FUNCTION concerns_meeting_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'Case records are never deleted' USING ERRCODE = 'check_violation';
END $body$;
CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON concerns_meeting
FOR EACH STATEMENT EXECUTE FUNCTION concerns_meeting_stays();
"""
_MAY_GO = """
DROP TRIGGER IF EXISTS stays ON concerns_meeting;
DROP FUNCTION IF EXISTS concerns_meeting_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("concerns", "0007_meetings_lists_prints"), ("audit_trail", "0002_chain")]

    operations = [
        *[migrations.RunSQL(append_only_sql(table), append_only_reverse_sql(table)) for table in HISTORIES],
        migrations.RunSQL(_policies(), _follow_ups(of_files=False)),
        migrations.RunSQL(
            _freeze((*_FROZEN_FOLLOW_UP, "meeting_id", "child_file_id", "to_attend")), _freeze(_FROZEN_FOLLOW_UP)
        ),
        migrations.RunSQL(_STAYS, _MAY_GO),
    ]
