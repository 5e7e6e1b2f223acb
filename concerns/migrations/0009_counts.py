"""Trends (DEC-15): counts by service and day that tell each person of their own records only (access/counted.py)."""

from django.db import migrations, models

from lps_safeguarding.access import counted

CONCERN = "concerns_concern"

# A concern is one record, under each of its kinds (under '' while it has none), and at the hour it was noticed.
COUNTED_AS = f"""
SELECT 'record', ''
UNION ALL SELECT 'form', c.form
UNION ALL SELECT 'light', c.came_to_light
UNION ALL SELECT 'hour', extract(hour FROM {counted.on_the_clock("c.observed_at")})::integer::text
UNION ALL SELECT DISTINCT 'kind', kind FROM unnest(CASE WHEN c.kinds = '{{}}' THEN ARRAY[''] ELSE c.kinds END) AS kind
"""


class Migration(migrations.Migration):
    dependencies = [("concerns", "0008_meetings_lists_prints_walls")]

    operations = [
        migrations.AddIndex("concern", models.Index(fields=["-observed_at", "-id"], name="concern_by_moment_noticed")),
        migrations.RunSQL(
            counted.counted(
                CONCERN,
                record_type="concerns.concern",
                moment="observed_at",
                counted_as=COUNTED_AS,
                watched=("kinds", "form", "came_to_light"),
                assignment=("concerns_assignment", "concern_id", "person_id", "ended_at IS NULL"),
                shares="concerns_concernshare",
            ),
            counted.counted_reverse(CONCERN),
        ),
    ]
