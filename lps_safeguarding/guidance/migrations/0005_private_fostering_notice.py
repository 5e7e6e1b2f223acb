"""The time for a notice of private fostering, which editions of earlier versions of the program do not have (DEC-08)."""

from django.db import migrations

from lps_safeguarding.guidance.delivered import add_what_is_new


def forwards(apps, schema_editor):
    add_what_is_new(
        apps.get_model("guidance", "Edition"),
        apps.get_model("guidance", "Duty"),
        schema_editor.connection.alias,
        {"private_fostering_notice"},
    )


class Migration(migrations.Migration):
    dependencies = [("guidance", "0004_notices")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
