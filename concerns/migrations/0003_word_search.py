"""Word search by an index, under row-level security (access/rls.py says how)."""

from django.db import migrations

from lps_safeguarding.access import rls

CONCERN = "concerns_concern"


class Migration(migrations.Migration):
    dependencies = [("concerns", "0002_guards")]

    operations = [
        migrations.RunSQL(
            rls.word_search(
                CONCERN,
                record_type="concerns.concern",
                assignment=("concerns_assignment", "concern_id", "person_id", "ended_at IS NULL"),
                shares="concerns_concernshare",
                order="submitted_at",
            ),
            rls.word_search_reverse(CONCERN),
        ),
        # Row-level security never lets it be used.
        migrations.RemoveIndex("concern", "concern_words"),
    ]
