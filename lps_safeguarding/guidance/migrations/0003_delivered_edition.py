"""The edition the application is delivered with (see delivered.py)."""

from django.db import migrations

from lps_safeguarding.guidance.delivered import deliver


def forwards(apps, schema_editor):
    deliver(apps.get_model("guidance", "Edition"), apps.get_model("guidance", "Duty"), schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("guidance", "0002_never_changed")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
