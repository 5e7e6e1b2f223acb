"""The second wall for the body map: who reads a mark, and that a mark is sent with what it belongs to or never (CON-08).

How many marks an account or an addendum has is written when it is sent, and frozen. A mark is let in only while there
are fewer than that: afterwards there is no room for another one, whoever asks.
"""

from django.db import migrations

from lps_safeguarding.access import rls
from lps_safeguarding.access.levels import Level
from lps_safeguarding.audit_trail.append_only import append_only_reverse_sql, append_only_sql

CONCERN, ADDENDUM = "concerns_concern", "concerns_addendum"
MARK, HISTORY = "concerns_injurymark", "concerns_historicalinjurymark"
FROZEN = (
    "concern_id",
    "whose_id",
    "addendum_id",
    "author_id",
    "marked_at",
    "position",
    "drawing",
    "content",
    "key_id",
)


def _frozen(table: str, name: str, columns: tuple[str, ...]) -> str:
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
    return f"""
CREATE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF {changed} THEN
        RAISE EXCEPTION 'What was sent is never changed: add to it instead (CON-09)' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_{name}();
"""


def _thaw(table: str, name: str) -> str:
    return f"DROP TRIGGER {name} ON {table};\nDROP FUNCTION {table}_{name}();\n"


# As the owner: whoever sends may be shut out of what they send, and the count must hold for them as well.
SENT_TOGETHER = f"""
CREATE FUNCTION {MARK}_sent_together() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $body$
DECLARE
    room integer;
    taken integer;
BEGIN
    IF NEW.addendum_id IS NULL THEN
        SELECT c.injuries INTO room FROM {CONCERN} c WHERE c.id = NEW.concern_id;
    ELSE
        SELECT a.injuries INTO room FROM {ADDENDUM} a WHERE a.id = NEW.addendum_id AND a.concern_id = NEW.concern_id;
    END IF;
    SELECT count(*) INTO taken FROM {MARK} m
        WHERE m.concern_id = NEW.concern_id AND m.addendum_id IS NOT DISTINCT FROM NEW.addendum_id;
    IF room IS NULL OR taken >= room THEN
        RAISE EXCEPTION 'A mark is sent with the account or with an addendum, never alone (CON-08)'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM concerns_childinconcern w WHERE w.id = NEW.whose_id AND w.concern_id = NEW.concern_id
    ) THEN
        RAISE EXCEPTION 'A mark belongs to a child of the same concern (CON-14)' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER sent_together BEFORE INSERT ON {MARK} FOR EACH ROW EXECUTE FUNCTION {MARK}_sent_together();
CREATE FUNCTION {MARK}_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'Case records are never deleted' USING ERRCODE = 'check_violation';
END $body$;
CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON {MARK} FOR EACH STATEMENT EXECUTE FUNCTION {MARK}_stays();
"""
APART = f"""
DROP TRIGGER sent_together ON {MARK};
DROP FUNCTION {MARK}_sent_together();
DROP TRIGGER stays ON {MARK};
DROP FUNCTION {MARK}_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("concerns", "0005_body_map")]

    operations = [
        migrations.RunSQL(_frozen(CONCERN, "injuries_frozen", ("injuries",)), _thaw(CONCERN, "injuries_frozen")),
        migrations.RunSQL(_frozen(ADDENDUM, "injuries_frozen", ("injuries",)), _thaw(ADDENDUM, "injuries_frozen")),
        migrations.RunSQL(_frozen(MARK, "frozen", FROZEN), _thaw(MARK, "frozen")),
        migrations.RunSQL(SENT_TOGETHER, APART),
        migrations.RunSQL(append_only_sql(HISTORY), append_only_reverse_sql(HISTORY)),
        # As an addendum: read where the concern is read in full, and by whoever placed the mark.
        migrations.RunSQL(
            rls.policy_through(MARK, "concern_id", CONCERN, level=Level.FULL, author_column="author_id"),
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            rls.policy_through(HISTORY, "concern_id", CONCERN, level=Level.FULL, author_column="history_user_id"),
            migrations.RunSQL.noop,
        ),
    ]
