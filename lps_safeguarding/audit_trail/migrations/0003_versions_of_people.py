"""The versions of people only grow either. Here, because people stands below the trail and cannot ask for it itself."""

from django.db import migrations

EACH_TABLE = """
DO $$
DECLARE
    versions regclass;
BEGIN
    FOR versions IN
        SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
            AND relname LIKE 'people\\_historical%'
    LOOP
        EXECUTE format('{statement}', versions);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit_trail", "0002_chain"), ("people", "0001_initial")]

    operations = [
        migrations.RunSQL(
            EACH_TABLE.replace(
                "{statement}",
                "CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON %s"
                " FOR EACH STATEMENT EXECUTE FUNCTION audit_trail_refuse_change()",
            ),
            EACH_TABLE.replace("{statement}", "DROP TRIGGER IF EXISTS only_grows ON %s"),
        )
    ]
