"""The second wall around hand-overs: as `need_to_know.hand_overs_readable_by` says; and they are never changed."""

from django.db import migrations

from lps_safeguarding.access import rls
from lps_safeguarding.audit_trail.append_only import append_only_reverse_sql, append_only_sql
from lps_safeguarding.audit_trail.frozen import frozen_reverse_sql, frozen_sql

TABLE, HISTORY = "concerns_handover", "concerns_historicalhandover"
FROZEN = (
    "reference",
    "submission_key",
    "from_person_id",
    "to_person_id",
    "made_by_id",
    "made_at",
    "why",
    "notes",
    "concerns",
    "follow_ups",
    "touches",
    "touches_children",
    "key_id",
)


def _readable(table: str) -> str:
    """A DSL of today, who is one of the three, or the lead DSL; and no conflict of interest with what it touches."""
    named = " OR ".join(
        f"{table}.{column} = {rls.PERSON}" for column in ("from_person_id", "to_person_id", "made_by_id")
    )
    shut = (
        f"{table}.touches && (SELECT concerns_concern_shut_to_me())::uuid[] "
        f"OR {table}.touches_children && (SELECT access_children_shut_to_me())::uuid[]"
    )
    return (
        f"({rls.holds_role('service_dsl', 'lead_dsl')} AND ({named} OR {rls.holds_role('lead_dsl')}) AND NOT ({shut}))"
    )


def _policies() -> str:
    made = f"({TABLE}.made_by_id = {rls.PERSON} AND {rls.holds_role('service_dsl', 'lead_dsl')})"
    seen = f"({TABLE}.to_person_id = {rls.PERSON})"
    return rls.custom(
        TABLE, read=_readable(TABLE), insert=made, update=f"({_readable(TABLE)} AND {seen})"
    ) + rls.custom(HISTORY, read=_readable(HISTORY), insert=_readable(HISTORY), update="false")


class Migration(migrations.Migration):
    dependencies = [("concerns", "0013_hand_over"), ("access", "0002_row_level_security")]
    operations = [
        migrations.RunSQL(frozen_sql(TABLE, FROZEN), frozen_reverse_sql(TABLE)),
        migrations.RunSQL(append_only_sql(HISTORY), append_only_reverse_sql(HISTORY)),
        migrations.RunSQL(_policies(), migrations.RunSQL.noop),
    ]
