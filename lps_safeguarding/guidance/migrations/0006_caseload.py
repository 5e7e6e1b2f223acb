"""How much each kind of open work weighs in the caseload: settings of the school, in every edition there is."""

from django.db import migrations, models

from lps_safeguarding.guidance.delivered import CASELOAD, add_to_every_edition

UNITS = [
    ("minutes", "minutes"),
    ("hours", "hours"),
    ("school_days", "school days"),
    ("working_days", "working days"),
    ("calendar_days", "days"),
    ("months", "months"),
    ("years", "years"),
    ("number", "people"),
    ("points", "points"),
]


def forwards(apps, schema_editor):
    edition, duty = apps.get_model("guidance", "Edition"), apps.get_model("guidance", "Duty")
    add_to_every_edition(CASELOAD, edition, duty, schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("guidance", "0005_private_fostering_notice")]
    operations = [
        migrations.AlterField("duty", "unit", models.CharField(choices=UNITS, max_length=20)),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
