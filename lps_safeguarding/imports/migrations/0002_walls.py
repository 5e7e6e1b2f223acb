"""The second wall: an import is read and changed by who began it, while they hold the role. As `need_to_know` says."""

from django.db import migrations

from lps_safeguarding.access import rls

TABLE = "imports_import"
ROLES = (
    f"({TABLE}.kind IN ('children', 'ctf') AND {rls.holds_role('business_manager', 'administrator')}"
    f" OR {TABLE}.kind = 'staff' AND {rls.holds_role('administrator')})"
)
OWN = f"({TABLE}.by_id = {rls.PERSON} AND {ROLES})"


class Migration(migrations.Migration):
    dependencies = [("imports", "0001_initial"), ("access", "0002_row_level_security")]
    operations = [migrations.RunSQL(rls.custom(TABLE, read=OWN, insert=OWN), migrations.RunSQL.noop)]
