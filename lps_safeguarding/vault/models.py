"""Keys of records, and files."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property

from . import sealing
from .fields import Sealed, SealedBinaryField, SealedQuerySet, SealedTextField


class RecordKeyQuerySet(models.QuerySet):
    """Keys by their state."""

    def alive(self) -> "RecordKeyQuerySet":
        """Keys that still open their record."""
        return self.filter(destroyed_at=None)

    def wrapped_by_others_than(self, wrapping_key_id: str) -> "RecordKeyQuerySet":
        """Keys that a rotation has still to wrap anew."""
        return self.alive().exclude(wrapping_key_id=wrapping_key_id)


class RecordKey(models.Model):
    """The key of one record, wrapped by a key from the environment. Destroying it destroys the content everywhere.

    Few columns: it is joined to every record that is read.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wrapped_key = models.BinaryField(editable=False)
    wrapping_key_id = models.CharField(max_length=32, editable=False, db_index=True)
    destroyed_at = models.DateTimeField(null=True, blank=True, editable=False)
    destroyed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    destroyed_why = models.CharField(max_length=200, blank=True, editable=False)

    objects = RecordKeyQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="vault_recordkey_destroyed_is_empty",
                condition=models.Q(destroyed_at=None, destroyed_why="") & ~models.Q(wrapped_key=b"")
                | models.Q(destroyed_at__isnull=False, wrapped_key=b"") & ~models.Q(destroyed_why=""),
            )
        ]

    def __str__(self) -> str:
        return f"key {self.pk}"

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        state.pop("data_key", None)  # the key in plain never leaves this instance
        return state

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """As Django's; forgets the key in plain."""
        self.__dict__.pop("data_key", None)
        super().refresh_from_db(*args, **kwargs)

    @property
    def is_destroyed(self) -> bool:
        """Whether the content under this key is gone for good."""
        return self.destroyed_at is not None or not self.wrapped_key

    @property
    def about(self) -> bytes:
        """What is authenticated with the wrapped key: whose it is."""
        return f"vault_recordkey|{self.pk}".encode()

    @cached_property
    def data_key(self) -> bytes:
        """The key in plain; lives as long as this instance. Raises :class:`sealing.CannotOpen`."""
        if self.is_destroyed:
            raise sealing.CannotOpen("This key was destroyed.")
        return settings.VAULT_KEYS.unwrap(
            bytes(self.wrapped_key), wrapping_key_id=self.wrapping_key_id, about=self.about
        )


class SealedFile(Sealed):
    """A file that belongs to a record, under that record's key. Written once, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = SealedTextField(max_length=150)
    kind = models.CharField(max_length=4, editable=False)
    size = models.PositiveIntegerField(editable=False, help_text="Bytes, before encryption.")
    stored_at = models.DateTimeField(auto_now_add=True)
    stored_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+")

    objects = SealedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="vault_sealedfile_kind_known",
                condition=models.Q(kind__in=["pdf", "docx", "odt", "rtf", "txt", "eml", "msg", "xlsx"]),
            )
        ]

    def __str__(self) -> str:
        return f"file {self.pk}"


class SealedFileContent(Sealed):
    """The bytes of a file, apart from it so that a list of files never loads them."""

    file = models.OneToOneField(
        SealedFile, models.PROTECT, primary_key=True, editable=False, related_name="content_row"
    )
    content = SealedBinaryField()

    objects = SealedQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"content of file {self.pk}"
