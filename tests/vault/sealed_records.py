"""Records with sealed columns, for the tests of the vault and of the trail only. Their tables: see `make_tables`."""

import uuid
from typing import Any

from django.apps import apps
from django.db import connections, models
from simple_history.models import HistoricalRecords

from lps_safeguarding.people.models import User
from lps_safeguarding.vault.fields import Sealed, SealedJSONField, SealedQuerySet, SealedTextField
from lps_safeguarding.vault.words import WordIndexField, word_index


class _NoApp:
    """simple-history looks up the app of a model while it makes the model of its versions."""

    name = "tests.vault"
    label = "sealed_records"
    models_module = None

    def get_models(self, **kwargs: Any) -> list[Any]:
        return []


apps.app_configs["sealed_records"] = _NoApp()  # type: ignore[assignment]


class Note(Sealed):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, default="open", choices=[("open", "Open"), ("closed", "Closed")])
    text = SealedTextField(max_length=1000, blank=True)
    aside = SealedTextField(null=True, blank=True)
    facts = SealedJSONField(null=True, blank=True)
    search_words = WordIndexField()
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    history = HistoricalRecords(excluded_fields=["search_words"])
    objects = SealedQuerySet.as_manager()

    class Meta:
        app_label = "sealed_records"
        indexes = [word_index("sealed_note_words")]
        constraints = [
            models.CheckConstraint(
                name="note_state_known",
                condition=models.Q(state__in=["open", "closed"]),
                violation_error_message="A note is open or closed.",
            )
        ]

    def __str__(self) -> str:
        return self.reference or "note"


class Line(Sealed):
    """A sub-record, under its note's key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    note = models.ForeignKey(Note, models.PROTECT, related_name="lines")
    text = SealedTextField()

    class Meta:
        app_label = "sealed_records"

    def __str__(self) -> str:
        return f"line {self.pk}"


class Plain(models.Model):
    """The same as a note without encryption, to compare with."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    text = models.TextField()

    class Meta:
        app_label = "sealed_records"

    def __str__(self) -> str:
        return f"plain {self.pk}"


del apps.app_configs["sealed_records"]
MODELS = [Note, Note.history.model, Line, Plain]


def make_tables(superuser: Any, role: str) -> None:
    """Makes the tables in this worker's database, as migrations would have."""
    from lps_safeguarding.audit_trail import append_only_sql

    owner = connections["owner"].settings_dict["USER"]
    with connections["owner"].schema_editor(collect_sql=True) as editor:
        for model in MODELS:
            editor.create_model(model)
    for statement in editor.collected_sql:
        superuser.execute(statement.replace("%%", "%"))
    superuser.execute(append_only_sql("sealed_records_historicalnote"))
    for model in MODELS:
        table = model._meta.db_table
        rights = "SELECT, INSERT" if "historical" in table else "SELECT, INSERT, UPDATE, DELETE"
        superuser.execute(f'ALTER TABLE "{table}" OWNER TO "{owner}"')
        superuser.execute(f'GRANT {rights} ON "{table}" TO "{role}"')
        superuser.execute(f'CREATE TABLE made_by_migrations."{table}" AS TABLE public."{table}"')
    superuser.execute(f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{role}"')
