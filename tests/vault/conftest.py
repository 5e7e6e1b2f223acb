"""Sealed records to try the vault on."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from lps_safeguarding.vault import keys
from tests.vault import sealed_records
from tests.vault.sealed_records import Note


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any, postgres: Any, database_name: str) -> None:
    """This worker's database with the tables of the sealed records."""
    with django_db_blocker.unblock(), postgres.connect(database_name) as superuser:
        if superuser.execute("SELECT to_regclass('public.sealed_records_note')").fetchone()[0] is None:
            sealed_records.make_tables(superuser, settings.DATABASES["default"]["USER"])


@pytest.fixture
def a_note(db: None) -> Note:
    """A note with sealed text under its own key."""
    return make_note(text="Robin said the bruise came from a fall.", facts={"where": "yard", "times": [1, 2]})


def make_note(**columns: Any) -> Note:
    return Note.objects.create(key=keys.new_record_key(), **columns)


@pytest.fixture
def column() -> Callable[..., bytes]:
    """The bytes that a column of a row really holds."""

    def read(record: Any, name: str) -> bytes:
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT "{name}" FROM "{record._meta.db_table}" WHERE {record._meta.pk.column} = %s', [record.pk]
            )
            return bytes(cursor.fetchone()[0])

    return read
