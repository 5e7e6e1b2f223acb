"""Model fields whose content is encrypted in the database and plain on the instance.

The ciphertext stays on the instance as it came; it is opened when the attribute is read, with the key of the record
(``instance.key``). Load lists that show the text with ``select_related("key")`` (or ``with_keys()``), and they cost no
further query; lists that do not show it never decrypt.

What is authenticated with each value is the table, the row's primary key and the column of the record itself. A
simple-history row holds the same ciphertext under the same key: destroying the key makes both unreadable.
"""

from __future__ import annotations

import base64
import copy
import json
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, final

from django import forms
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from . import sealing

DEFAULT_MAX_LENGTH = 100_000
_ALLOWED_CONTROLS = frozenset("\n\r\t")
_NOT_OPENED: Any = object()
_carrying: ContextVar[bool] = ContextVar("vault_carrying", default=False)


class Destroyed(str):
    """What a sealed attribute reads as once the record's key has been destroyed."""

    __slots__ = ()

    def __reduce__(self) -> str:
        return "DESTROYED"  # one object in every process: "is DESTROYED" stays true for copies


DESTROYED = Destroyed("The content of this record was destroyed.")


@final
class SealedBytes:
    """A ciphertext on an instance. Never shows, compares or pickles what it holds in plain."""

    __slots__ = ("_opened", "ciphertext")

    def __init__(self, ciphertext: bytes) -> None:
        self.ciphertext = ciphertext
        self._opened: Any = _NOT_OPENED

    def __repr__(self) -> str:
        return f"<sealed, {len(self.ciphertext)} bytes>"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SealedBytes) and self.ciphertext == other.ciphertext

    def __hash__(self) -> int:
        return hash(self.ciphertext)

    def __reduce__(self) -> tuple[type[SealedBytes], tuple[bytes]]:
        return SealedBytes, (self.ciphertext,)

    def __deepcopy__(self, memo: dict[int, Any]) -> SealedBytes:
        twin = SealedBytes(self.ciphertext)
        twin._opened = self._opened if self._opened is _NOT_OPENED else copy.deepcopy(self._opened, memo)
        return twin


@final
class NotYetSealed:
    """A value set on an instance and not saved yet; knows the ciphertext it would replace."""

    __slots__ = ("before", "value")

    def __init__(self, value: Any, before: SealedBytes | None) -> None:
        self.value = value
        self.before = before

    def __repr__(self) -> str:
        return "<not yet sealed>"

    __str__ = __repr__

    def __reduce__(self) -> Any:
        raise TypeError("A sealed value is pickled only after it was saved: in plain it must not leave the process.")

    def __deepcopy__(self, memo: dict[int, Any]) -> NotYetSealed:
        return NotYetSealed(copy.deepcopy(self.value, memo), self.before)


@contextmanager
def carrying_ciphertext() -> Iterator[None]:
    """Within it, attributes give their holders instead of the plain values.

    For code that copies attributes from one instance of a record to another (a history row, a refresh): the ciphertext
    is carried over as it is, without being opened and sealed again.
    """
    token = _carrying.set(True)
    try:
        yield
    finally:
        _carrying.reset(token)


class SealedAttribute:
    """The attribute of a sealed field on an instance."""

    def __init__(self, field: SealedField) -> None:
        self.field = field

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            with carrying_ciphertext():
                instance.refresh_from_db(fields=[name])
        held = instance.__dict__[name]
        if _carrying.get():
            return held
        if isinstance(held, NotYetSealed):
            return held.value
        if isinstance(held, SealedBytes):
            if held._opened is _NOT_OPENED:
                held._opened = self.field.open(held, instance)
            return held._opened
        return held

    def __set__(self, instance: Any, value: Any) -> None:
        name = self.field.attname
        if isinstance(value, SealedBytes):
            # What was opened stays with the instance it was opened on: data can be changed in place.
            fresh = value._opened is _NOT_OPENED
            instance.__dict__[name] = value if fresh else SealedBytes(value.ciphertext)
            return
        if isinstance(value, NotYetSealed):
            instance.__dict__[name] = NotYetSealed(value.value, value.before)
            return
        held = instance.__dict__.get(name)
        before = held if isinstance(held, SealedBytes) else getattr(held, "before", None)
        if value is DESTROYED:
            # Reading the notice and writing it back changes nothing.
            instance.__dict__[name] = before if before is not None else SealedBytes(b"")
        elif value is None:
            instance.__dict__[name] = None
        elif before is not None and self.field.is_unchanged(before._opened, value):
            instance.__dict__[name] = before
        else:
            instance.__dict__[name] = NotYetSealed(value, before)


class SealedField(models.Field):
    """What the sealed fields have in common. Stored as ``bytea``; only ``isnull`` can be looked up."""

    empty_strings_allowed = False
    descriptor_class = SealedAttribute

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        for refused in ("unique", "db_index", "primary_key", "choices", "db_default"):
            if kwargs.get(refused):
                raise TypeError(f"A sealed field cannot have {refused}: the database sees only ciphertext.")
        super().__init__(*args, **kwargs)

    # --- towards Django ---------------------------------------------------------------------------------------------
    def get_internal_type(self) -> str:
        return "BinaryField"

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, self.descriptor_class(self))

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def get_transform(self, lookup_name: str) -> Any:
        return None

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> SealedBytes | None:
        return None if value is None else SealedBytes(bytes(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is None:
            return None
        if isinstance(value, SealedBytes):
            return connection.Database.Binary(value.ciphertext)
        raise TypeError(
            f"{self.name} is sealed when its record is saved. Set it on the record and save that; a query cannot."
        )

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        held = model_instance.__dict__.get(self.attname)
        if held is None:
            return None
        if isinstance(held, SealedBytes):
            under = model_instance.__dict__.get("_sealed_under")
            if under is not None and under != model_instance.key_id:
                raise ValueError("The key of a record with sealed content cannot be exchanged.")
            if not self.was_changed_in_place(held, model_instance):
                return held
            held = NotYetSealed(held._opened, held)
        if held.before is not None and self._is_what_is_there(held, model_instance):
            sealed = held.before
        else:
            sealed = SealedBytes(self.seal(held.value, model_instance))
            model_instance.__dict__.setdefault("_sealed_under", model_instance.key_id)
        sealed._opened = held.value
        model_instance.__dict__[self.attname] = sealed
        return sealed

    def value_to_string(self, obj: Any) -> str | None:  # type: ignore[override]
        held = obj.__dict__.get(self.attname)
        if isinstance(held, NotYetSealed):
            raise TypeError(f"{self.name} is not sealed yet: save the record before it is written out.")
        return None if held is None else base64.b64encode(held.ciphertext).decode("ascii")

    # --- sealing and opening ----------------------------------------------------------------------------------------
    def about(self, instance: Any) -> bytes:
        """What is authenticated with the value: table, row and column of the record (not of its history row)."""
        record = getattr(instance, "instance_type", None) or self.model
        row = getattr(instance, record._meta.pk.attname)
        if row is None:
            raise ValueError(f"{record.__name__} needs its primary key before anything is sealed for it.")
        return f"{record._meta.db_table}|{row}|{self.column}".encode()

    def seal(self, value: Any, instance: Any) -> bytes:
        """The ciphertext of ``value`` for this row and column."""
        if instance.key_id is None:
            raise ValueError(f"{type(instance).__name__} has no key yet: give it one with keys.new_record_key().")
        if instance.key.is_destroyed:
            raise ValueError("The key of this record was destroyed. Nothing more can be written to it.")
        return sealing.seal(instance.key.data_key, self.to_bytes(value), about=self.about(instance))

    def open(self, held: SealedBytes, instance: Any) -> Any:
        """The plain value, or :data:`DESTROYED`. Raises :class:`sealing.CannotOpen`."""
        if instance.key.is_destroyed:
            return DESTROYED
        return self.from_bytes(sealing.unseal(instance.key.data_key, held.ciphertext, about=self.about(instance)))

    def _is_what_is_there(self, held: NotYetSealed, instance: Any) -> bool:
        try:
            return bool(self.is_unchanged(self.open(held.before, instance), held.value))  # type: ignore[arg-type]
        except sealing.CannotOpen:
            return False

    def is_unchanged(self, opened: Any, value: Any) -> bool:
        """Whether ``value`` is what the ciphertext already holds."""
        return opened is not _NOT_OPENED and opened is not DESTROYED and self.to_bytes(opened) == self.to_bytes(value)

    def was_changed_in_place(self, held: SealedBytes, instance: Any) -> bool:
        """Whether a mutable value was altered after it was read."""
        return False

    def to_bytes(self, value: Any) -> bytes:
        raise NotImplementedError

    def from_bytes(self, plain: bytes) -> Any:
        raise NotImplementedError


class SealedTextField(SealedField):
    """Text, encrypted. ``max_length`` counts characters; control characters other than tab and line end are refused."""

    empty_strings_allowed = True

    def __init__(self, *args: Any, max_length: int = DEFAULT_MAX_LENGTH, **kwargs: Any) -> None:
        super().__init__(*args, max_length=max_length, **kwargs)
        self.validators_of_text = [self._check_length, self._check_characters]

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if kwargs.get("max_length") == DEFAULT_MAX_LENGTH:
            del kwargs["max_length"]
        return name, path, args, kwargs

    def to_python(self, value: Any) -> Any:
        if value is None or value is DESTROYED:
            return value
        return str(value).replace("\r\n", "\n").replace("\r", "\n")

    def run_validators(self, value: Any) -> None:
        if value is DESTROYED:
            return
        super().run_validators(value)
        if value:
            self._check_length(value)
            self._check_characters(value)

    def _check_length(self, value: str) -> None:
        length = len(value.replace("\r\n", "\n"))
        limit = self.max_length or DEFAULT_MAX_LENGTH
        if length > limit:
            raise ValidationError(
                f"This text has {length:,} characters. Shorten it to {limit:,} or fewer.", code="max_length"
            )

    def _check_characters(self, value: str) -> None:
        if any(unicodedata.category(c) in ("Cc", "Cs") and c not in _ALLOWED_CONTROLS for c in value):
            raise ValidationError(
                "This text holds hidden control characters that cannot be stored. Remove them, or type those words "
                "again.",
                code="control_characters",
            )

    def formfield(self, **kwargs: Any) -> Any:
        # No maxlength attribute: a browser would cut pasted text short without a word.
        return super().formfield(
            **{
                "form_class": forms.CharField,
                "widget": forms.Textarea,
                "validators": list(self.validators_of_text),
                **({"empty_value": None} if self.null else {}),
                **kwargs,
            }
        )

    def is_unchanged(self, opened: Any, value: Any) -> bool:
        return opened is not _NOT_OPENED and opened is not DESTROYED and bool(opened == value)

    def to_bytes(self, value: Any) -> bytes:
        try:
            return str(value).encode("utf-8")
        except UnicodeEncodeError:
            # "from None": the codec's error carries the whole text.
            raise ValueError("This text holds half a character (a lone surrogate) and cannot be stored.") from None

    def from_bytes(self, plain: bytes) -> str:
        return plain.decode("utf-8")


class SealedJSONField(SealedField):
    """JSON, encrypted. Dates, decimals and UUIDs become text as in Django's JSONField with DjangoJSONEncoder."""

    def to_bytes(self, value: Any) -> bytes:
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")).encode("utf-8")

    def from_bytes(self, plain: bytes) -> Any:
        return json.loads(plain)

    def was_changed_in_place(self, held: SealedBytes, instance: Any) -> bool:
        if held._opened is _NOT_OPENED or held._opened is DESTROYED:
            return False
        return not self._is_what_is_there(NotYetSealed(held._opened, held), instance)

    def validate(self, value: Any, model_instance: Any) -> None:
        if value is DESTROYED:
            return
        super().validate(value, model_instance)
        try:
            self.to_bytes(value)
        except (TypeError, ValueError):
            raise ValidationError("This cannot be stored as data.", code="json") from None

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": forms.JSONField, "encoder": DjangoJSONEncoder, **kwargs})


class SealedBinaryField(SealedField):
    """Bytes, encrypted: the content of a file."""

    def to_bytes(self, value: Any) -> bytes:
        return bytes(value)

    def from_bytes(self, plain: bytes) -> bytes:
        return plain

    def formfield(self, **kwargs: Any) -> None:
        return None


class SealedQuerySet(models.QuerySet):
    """A queryset of sealed records."""

    def with_keys(self) -> SealedQuerySet:
        """With the key of each record, so that reading sealed attributes costs no further query."""
        return self.select_related("key")


class Sealed(models.Model):
    """A record with sealed content. A sub-record shares its root's key: ``Decision(key=concern.key)``."""

    key = models.ForeignKey("vault.RecordKey", on_delete=models.PROTECT, related_name="+", editable=False)

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Any:
        """As Django's; remembers the key that the ciphertexts are under."""
        record = super().from_db(*args, **kwargs)
        if "key_id" in record.__dict__:
            record.__dict__["_sealed_under"] = record.__dict__["key_id"]
        return record

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """As Django's; the ciphertexts are carried over without being opened."""
        with carrying_ciphertext():
            super().refresh_from_db(*args, **kwargs)


def sealed_fields(model: type[models.Model] | models.Model) -> list[SealedField]:
    """The sealed fields of a model."""
    return [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]
