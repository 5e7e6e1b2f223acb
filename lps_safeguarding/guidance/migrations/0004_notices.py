"""Two times that came after the first delivery, for every edition that lacks them: records keep their edition."""

from django.db import migrations

from lps_safeguarding.guidance.delivered import ENCOMPASS_TO_LEAD_DSL, RETURN_CONVERSATION


def forwards(apps, schema_editor):
    using = schema_editor.connection.alias
    duties = apps.get_model("guidance", "Duty").objects.using(using)
    for edition in apps.get_model("guidance", "Edition").objects.using(using).all():
        known = {duty.slug: duty.place for duty in duties.filter(edition=edition)}
        place = known.get("encompass_read", max(known.values(), default=0))
        for later, duty in enumerate((ENCOMPASS_TO_LEAD_DSL, RETURN_CONVERSATION), start=1):
            if duty["slug"] not in known:
                duties.create(edition=edition, place=place + later, **duty)


class Migration(migrations.Migration):
    dependencies = [("guidance", "0003_delivered_edition")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
