"""Records to leave a trail on."""

from tests.vault.conftest import a_note, column, django_db_setup

__all__ = ["a_note", "column", "django_db_setup"]
