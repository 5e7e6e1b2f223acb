"""What people asked a list for: sealed, and seen by who asked it alone."""

import django.db.models.deletion
import django.utils.timezone
import lps_safeguarding.vault.fields
import uuid
from django.conf import settings
from django.db import migrations, models

from lps_safeguarding.access import rls


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0002_row_level_security"),
        ("vault", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Search",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "page",
                    models.CharField(
                        choices=[("children", "Children"), ("records", "Records"), ("queue", "Queue")], max_length=10
                    ),
                ),
                ("asked", lps_safeguarding.vault.fields.SealedJSONField(blank=True, default=dict)),
                ("name", lps_safeguarding.vault.fields.SealedTextField(blank=True, max_length=80)),
                ("kept", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "key",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.recordkey",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["owner", "kept", "-made_at"], name="search_by_owner")],
            },
        ),
        migrations.RunSQL(rls.policy_person_only("overview_search", "owner_id"), migrations.RunSQL.noop),
    ]
