"""Checkpoints: "the trail had this many entries and ended in this hash at this time", signed with Ed25519.

The newest one, kept outside (printed, mailed to the chair, on another machine), finds even a rewrite of everything.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import hashlib
import json
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import connection, transaction

from .models import Checkpoint

KIND = "lps-trail-checkpoint/1"


class NotACheckpoint(Exception):
    """The text is not an exported checkpoint; the message is a sentence."""


@dataclass(frozen=True)
class Statement:
    """What a checkpoint states. ``size`` counts entries, ``at`` is the database's time, to the microsecond."""

    size: int
    head_hash: bytes
    at: datetime.datetime
    key_id: str
    signature: bytes = b""

    @property
    def signed_text(self) -> bytes:
        """What the signature is made of; readable."""
        at = self.at.astimezone(datetime.UTC).isoformat(timespec="microseconds")
        return f"{KIND}\n{self.size}\n{self.head_hash.hex()}\n{at}\n{self.key_id}\n".encode()

    def as_text(self) -> str:
        """For a file or a sheet of paper."""
        return (
            json.dumps(
                {
                    "kind": KIND,
                    "size": self.size,
                    "head_hash": self.head_hash.hex(),
                    "at": self.at.astimezone(datetime.UTC).isoformat(timespec="microseconds"),
                    "key_id": self.key_id,
                    "signature": base64.b64encode(self.signature).decode("ascii"),
                },
                indent=2,
            )
            + "\n"
        )


def seal() -> Statement | None:
    """Signs and stores a checkpoint of the present end of the trail; None when nothing was added since the last one.

    The end of the trail is held for the moment of signing, so that no entry is on its way with an earlier time.
    """
    key = _signing_key()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT size, head_hash, at FROM audit_trail_hold_head()")
        size, head_hash, at = cursor.fetchone()
        if Checkpoint.objects.filter(size__gte=size).exists() or size == 0:
            return None
        unsigned = Statement(size=size, head_hash=bytes(head_hash), at=at, key_id=key_id_of(key.public_key()))
        signature = key.sign(unsigned.signed_text)
        cursor.execute(
            "SELECT audit_trail_seal(%s, %s, %s, %s, %s)",
            [size, unsigned.head_hash, at, unsigned.key_id, signature],
        )
    return Statement(size=size, head_hash=unsigned.head_hash, at=at, key_id=unsigned.key_id, signature=signature)


def newest() -> Statement | None:
    """The newest stored checkpoint."""
    row = Checkpoint.objects.order_by("-size").first()
    if row is None:
        return None
    return Statement(
        size=row.size, head_hash=bytes(row.head_hash), at=row.at, key_id=row.key_id, signature=bytes(row.signature)
    )


def from_text(text: str) -> Statement:
    """The checkpoint in an exported file. Raises :class:`NotACheckpoint`."""
    try:
        data = json.loads(text)
        if data["kind"] != KIND:
            raise ValueError(data["kind"])
        return Statement(
            size=int(data["size"]),
            head_hash=bytes.fromhex(data["head_hash"]),
            at=datetime.datetime.fromisoformat(data["at"]).astimezone(datetime.UTC),
            key_id=str(data["key_id"]),
            signature=base64.b64decode(data["signature"], validate=True),
        )
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        raise NotACheckpoint(
            "This file is not a checkpoint of the trail. Make one with: manage.py trail_checkpoint --out FILE"
        ) from None


def is_genuine(statement: Statement) -> bool:
    """Whether a signing key of this school, present or former, signed exactly this."""
    for key in _public_keys():
        if key_id_of(key) == statement.key_id:
            try:
                key.verify(statement.signature, statement.signed_text)
            except InvalidSignature:
                return False
            return True
    return False


def public_key_text() -> str:
    """The public key in base64, for keeping where checkpoints are checked."""
    return base64.b64encode(_raw(_signing_key().public_key())).decode("ascii")


def key_id_of(key: Ed25519PublicKey) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the public key."""
    return hashlib.sha256(_raw(key)).hexdigest()[:16]


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _signing_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(settings.TRAIL_SIGNING_KEY)


def _public_keys() -> list[Ed25519PublicKey]:
    former = [Ed25519PublicKey.from_public_bytes(base64.b64decode(key)) for key in settings.TRAIL_FORMER_PUBLIC_KEYS]
    return [_signing_key().public_key(), *former]
