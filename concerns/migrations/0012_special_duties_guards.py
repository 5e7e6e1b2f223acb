"""Row-level security, frozen columns and histories of the special duties; a concern is not closed over an open report."""

from django.db import migrations

from lps_safeguarding.access import rls
from lps_safeguarding.access.levels import Level
from lps_safeguarding.audit_trail.append_only import append_only_reverse_sql, append_only_sql
from lps_safeguarding.audit_trail.frozen import frozen_reverse_sql, frozen_sql

CONCERN = "concerns_concern"
HISTORIES = (
    "concerns_historicalfgmreport",
    "concerns_historicalcarearrangement",
    "concerns_historicalstaffharm",
    "concerns_historicallocalpriority",
)

# The particulars are part of the account as sent (CON-09); a trigger of their own, so that the function of migration
# 0002 stays as it is.
ACCOUNT_COLUMNS = ("particulars_by_author",)  # of the concern, frozen beside those of 0002 and 0004
FROZEN = {
    CONCERN: ACCOUNT_COLUMNS,
    "concerns_decision": ("told_despite_risk",),
    "concerns_fgmreport": ("concern_id", "teacher_id", "known_at", "due_at", "key_id"),
    "concerns_carearrangement": ("concern_id", "key_id"),
    "concerns_staffharm": ("concern_id", "who", "hurt", "said_by_id", "said_at", "key_id"),
}
STAYING = ("concerns_fgmreport", "concerns_carearrangement", "concerns_staffharm")


def _policies() -> str:
    sql = []
    # The teacher reads and settles their own report wherever they may open the concern at all; so does, with what they
    # said themselves, whoever told of harm to a member of staff.
    for table, own in (
        ("concerns_fgmreport", "teacher_id"),
        ("concerns_carearrangement", None),
        ("concerns_staffharm", "said_by_id"),
    ):
        sql.append(rls.policy_through(table, "concern_id", CONCERN, level=Level.FULL, author_column=own))
        history = table.replace("concerns_", "concerns_historical")
        sql.append(
            rls.policy_through(history, "concern_id", CONCERN, level=Level.FULL, author_column="history_user_id")
        )
    return "".join(sql)


# DEC-05, whatever the program says. As the owner: who closes a concern may not be somebody who sees the report.
NOT_CLOSED = """
CREATE FUNCTION concerns_not_closed_over_fgm() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $body$
BEGIN
    IF EXISTS (SELECT 1 FROM concerns_fgmreport r WHERE r.concern_id = NEW.id AND r.state = 'open') THEN
        RAISE EXCEPTION 'The report of FGM to the police is open (DEC-05)' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER not_closed_over_fgm BEFORE UPDATE OF state ON concerns_concern FOR EACH ROW
    WHEN (NEW.state = 'closed' AND OLD.state <> 'closed') EXECUTE FUNCTION concerns_not_closed_over_fgm();
"""
CLOSED_ANYWAY = """
DROP TRIGGER not_closed_over_fgm ON concerns_concern;
DROP FUNCTION concerns_not_closed_over_fgm();
"""


class Migration(migrations.Migration):
    dependencies = [("concerns", "0011_special_duties")]

    operations = [
        *[
            migrations.RunSQL(
                frozen_sql(table, columns, name="duties_frozen", stays=table in STAYING),
                frozen_reverse_sql(table, name="duties_frozen", stays=table in STAYING),
            )
            for table, columns in FROZEN.items()
        ],
        *[migrations.RunSQL(append_only_sql(table), append_only_reverse_sql(table)) for table in HISTORIES],
        migrations.RunSQL(_policies(), migrations.RunSQL.noop),
        migrations.RunSQL(NOT_CLOSED, CLOSED_ANYWAY),
    ]
