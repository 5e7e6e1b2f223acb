"""The seal's functions and the policies of this app's own tables (ADR 0003); versions that only grow."""

from django.db import migrations

from lps_safeguarding.access import rls
from lps_safeguarding.audit_trail.append_only import append_only_reverse_sql, append_only_sql

VERSIONS = ("access_historicalsharingrecord", "access_historicalconflict", "access_historicalbreakglass")


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial"), ("audit_trail", "0002_chain")]
    operations = [
        migrations.RunSQL(rls.own_tables(), migrations.RunSQL.noop),
        *[migrations.RunSQL(append_only_sql(table), append_only_reverse_sql(table)) for table in VERSIONS],
    ]
