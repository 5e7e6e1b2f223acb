"""AES-256-GCM: how bytes are sealed and opened, and the wrapping keys from the environment.

A sealed value is ``version (1 byte) | nonce (12 bytes) | ciphertext and tag``. The nonce is random for each value. What
the value belongs to (table, row, column) is authenticated with it, so that it opens nowhere else.
"""

import base64
import binascii
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.exceptions import ImproperlyConfigured

VERSION = b"\x01"
NONCE_BYTES = 12
KEY_BYTES = 32
TAG_BYTES = 16
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


class CannotOpen(Exception):
    """A sealed value does not open: it was altered, moved to another row, or belongs to another key.

    The message never holds the content or the key.
    """


def new_key() -> bytes:
    """A fresh 256-bit key from the operating system's generator."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, plain: bytes, *, about: bytes) -> bytes:
    """``plain`` sealed under ``key``; opens only with the same ``about``."""
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plain, VERSION + about)


def unseal(key: bytes, sealed: bytes, *, about: bytes) -> bytes:
    """The bytes that were sealed. Raises :class:`CannotOpen`."""
    if sealed[:1] != VERSION or len(sealed) < 1 + NONCE_BYTES + TAG_BYTES:
        raise CannotOpen("This sealed value is not in a form this program knows.")
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, VERSION + about)
    except InvalidTag:
        # "from None": the cryptography library's traceback would keep the key in a frame.
        raise CannotOpen("This sealed value was altered, or it belongs to another row, column or key.") from None


@dataclass(frozen=True)
class WrappingKeys:
    """The keys that wrap the records' keys. ``current`` wraps new ones, the others still open old ones."""

    current: str
    by_id: Mapping[str, bytes] = field(repr=False)

    def wrap(self, data_key: bytes, *, about: bytes) -> tuple[str, bytes]:
        """The id of the wrapping key used, and the wrapped key."""
        return self.current, seal(self.by_id[self.current], data_key, about=about)

    def unwrap(self, wrapped: bytes, *, wrapping_key_id: str, about: bytes) -> bytes:
        """The record's own key. Raises :class:`CannotOpen`, naming the wrapping key that is missing."""
        try:
            wrapping = self.by_id[wrapping_key_id]
        except KeyError:
            raise CannotOpen(
                f'The wrapping key "{wrapping_key_id}" is not in VAULT_KEYS. Add it again behind the current one.'
            ) from None
        return unseal(wrapping, wrapped, about=about)


def read_wrapping_keys(text: str) -> WrappingKeys:
    """The wrapping keys written as ``id:base64,id:base64``; the first is the current one.

    Raises ImproperlyConfigured with a sentence that says what to do, and never shows the key.
    """
    how = 'Write it as id:key, the key being 32 random bytes in base64 (echo "k1:$(openssl rand -base64 32)").'
    keys: dict[str, bytes] = {}
    for number, part in enumerate((part.strip() for part in text.split(",") if part.strip()), start=1):
        key_id, _, encoded = part.partition(":")
        if not _KEY_ID.fullmatch(key_id):
            raise ImproperlyConfigured(f"VAULT_KEYS: key number {number} has no id of letters and digits. {how}")
        if key_id in keys:
            raise ImproperlyConfigured(f'VAULT_KEYS names "{key_id}" twice. Give each key its own id.')
        keys[key_id] = read_key(encoded, f'VAULT_KEYS: key "{key_id}"', how)
    if not keys:
        raise ImproperlyConfigured(f"VAULT_KEYS is missing. {how}")
    return WrappingKeys(current=next(iter(keys)), by_id=keys)


def read_key(encoded: str, what: str, how: str) -> bytes:
    """32 bytes from base64. Raises ImproperlyConfigured with a sentence."""
    if not encoded.strip():
        raise ImproperlyConfigured(f"{what} is missing. {how}")
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise ImproperlyConfigured(f"{what} is not base64. {how}") from None
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"{what} has {len(key)} bytes instead of {KEY_BYTES}. {how}")
    return key
