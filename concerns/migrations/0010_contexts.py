"""Contexts outside the home (CON-16): tables, policies, what is frozen."""

import django.db.models.deletion
import django.utils.timezone
import lps_safeguarding.vault.fields
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models


from lps_safeguarding.access import rls
from lps_safeguarding.access.levels import Level
from lps_safeguarding.audit_trail.append_only import append_only_reverse_sql, append_only_sql
from lps_safeguarding.audit_trail.frozen import frozen_reverse_sql, frozen_sql

CONCERN = "concerns_concern"
LINK = "concerns_concerncontext"
OF_THE_TEAM = ("concerns_context", "concerns_contextnote", "concerns_contextfollowup")
TEAM = rls.holds_role("service_dsl", "lead_dsl")
FROZEN = {
    LINK: ("concern_id", "context_id", "linked_by_id", "since"),
    "concerns_contextnote": ("context_id", "about", "text", "by_id", "written_at", "key_id"),
    "concerns_contextfollowup": ("context_id", "what", "owner_id", "due_on", "set_by_id", "set_at", "key_id"),
}
HISTORIES = [table.replace("concerns_", "concerns_historical") for table in (*OF_THE_TEAM, LINK)]


def _policies():
    sql = []
    for table in OF_THE_TEAM:
        sql.append(rls.custom(table, read=TEAM, insert=TEAM))
        sql.append(
            rls.custom(table.replace("concerns_", "concerns_historical"), read=TEAM, insert=TEAM, update="false")
        )
    sql.append(rls.policy_through(LINK, "concern_id", CONCERN, level=Level.FULL, insert_level=Level.FULL))
    sql.append(
        rls.policy_through(
            "concerns_historicalconcerncontext",
            "concern_id",
            CONCERN,
            level=Level.FULL,
            author_column="history_user_id",
        )
    )
    return "".join(sql)


class Migration(migrations.Migration):
    dependencies = [
        ("concerns", "0009_counts"),
        ("vault", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="concern",
            name="has_contexts",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="historicalconcern",
            name="has_contexts",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="Context",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("reference", models.CharField(editable=False, max_length=16, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("place", "A place"),
                            ("group", "A group of peers"),
                            ("online", "An online space"),
                            ("route", "A route or a way of travelling"),
                            ("other", "Something else"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", lps_safeguarding.vault.fields.SealedTextField(max_length=200)),
                ("description", lps_safeguarding.vault.fields.SealedTextField(blank=True, max_length=10000)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("merged_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
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
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="concerns.context",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ConcernContext",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "concern",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="contexts", to="concerns.concern"
                    ),
                ),
                (
                    "linked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "context",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="concerns.context"
                    ),
                ),
            ],
            options={
                "ordering": ["since"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ContextFollowUp",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("what", lps_safeguarding.vault.fields.SealedTextField(max_length=5000)),
                ("due_on", models.DateField()),
                ("set_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "To do"), ("done", "Done"), ("cancelled", "No longer needed")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("overdue_alerted_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "context",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="follow_ups", to="concerns.context"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "set_at"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ContextNote",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "about",
                    models.CharField(
                        choices=[("happening", "What is happening here"), ("done", "What we did about it")],
                        max_length=10,
                    ),
                ),
                ("text", lps_safeguarding.vault.fields.SealedTextField(max_length=50000)),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("submission_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "context",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="concerns.context"
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.recordkey",
                    ),
                ),
            ],
            options={
                "ordering": ["-written_at"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="HistoricalConcernContext",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "concern",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="concerns.concern",
                    ),
                ),
                (
                    "context",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="concerns.context",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "linked_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical concern context",
                "verbose_name_plural": "historical concern contexts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalContext",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("reference", models.CharField(db_index=True, editable=False, max_length=16)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("place", "A place"),
                            ("group", "A group of peers"),
                            ("online", "An online space"),
                            ("route", "A route or a way of travelling"),
                            ("other", "Something else"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", lps_safeguarding.vault.fields.SealedTextField(max_length=200)),
                ("description", lps_safeguarding.vault.fields.SealedTextField(blank=True, max_length=10000)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("merged_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="vault.recordkey",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="concerns.context",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical context",
                "verbose_name_plural": "historical contexts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalContextFollowUp",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("what", lps_safeguarding.vault.fields.SealedTextField(max_length=5000)),
                ("due_on", models.DateField()),
                ("set_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "To do"), ("done", "Done"), ("cancelled", "No longer needed")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("overdue_alerted_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "context",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="concerns.context",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="vault.recordkey",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical context follow up",
                "verbose_name_plural": "historical context follow ups",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalContextNote",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                (
                    "about",
                    models.CharField(
                        choices=[("happening", "What is happening here"), ("done", "What we did about it")],
                        max_length=10,
                    ),
                ),
                ("text", lps_safeguarding.vault.fields.SealedTextField(max_length=50000)),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("submission_key", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "context",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="concerns.context",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="vault.recordkey",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical context note",
                "verbose_name_plural": "historical context notes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddConstraint(
            model_name="context",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into__isnull", True),
                    models.Q(("merged_into", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="context_not_joined_with_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="concerncontext",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("concern", "context"),
                name="context_once_in_concern",
            ),
        ),
        migrations.AddIndex(
            model_name="contextfollowup",
            index=models.Index(condition=models.Q(("state", "open")), fields=["due_on"], name="context_to_do"),
        ),
        *[
            migrations.RunSQL(frozen_sql(table, columns), frozen_reverse_sql(table))
            for table, columns in FROZEN.items()
        ],
        migrations.RunSQL(
            frozen_sql("concerns_context", ("reference", "made_by_id", "made_at", "key_id")),
            frozen_reverse_sql("concerns_context"),
        ),
        *[migrations.RunSQL(append_only_sql(table), append_only_reverse_sql(table)) for table in HISTORIES],
        migrations.RunSQL(_policies(), migrations.RunSQL.noop),
    ]
