"""The proof that the settings row-level security reads were set by this program.

Any SQL can call `set_config('app.person', ...)`, so an injected statement could name somebody else. Therefore the
policies believe the settings only with a valid seal: an HMAC-SHA-256 over the server process and the settings. The
database checks it with a function that alone may read the key (`access_sealkey`, readable by the owner only); the
program derives the key from SECRET_KEY. An injected statement has no key and cannot make a seal.
"""

import hashlib
import hmac
import threading

from django.conf import settings
from django.db import connections

_lock = threading.Lock()
_key: tuple[str, bytes] | None = None


def key() -> bytes:
    """32 bytes derived from SECRET_KEY for this purpose alone."""
    global _key
    with _lock:
        if _key is None or _key[0] != settings.SECRET_KEY:
            derived = hmac.new(settings.SECRET_KEY.encode(), b"lps_safeguarding.access.seal", hashlib.sha256).digest()
            _key = (settings.SECRET_KEY, derived)
        return _key[1]


def message(backend: int, person: str, services: str, roles: str, system: str) -> bytes:
    """What is sealed. The database function `access_acting` builds the same text from its own settings."""
    return "|".join([str(backend), person, services, roles, system]).encode()


def of(backend: int, person: str, services: str, roles: str, system: str) -> str:
    """The seal as hexadecimal text, good for this server process and these settings only."""
    return hmac.new(key(), message(backend, person, services, roles, system), hashlib.sha256).hexdigest()


def pads() -> tuple[bytes, bytes]:
    """The key xored with HMAC's inner and outer pad (RFC 2104), as the database keeps it: it has sha256, not HMAC."""
    block = key().ljust(64, b"\x00")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)


def install(connection) -> None:
    """Write the key the database checks against; as the owner, after each migration. Idempotent."""
    inner, outer = pads()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_sealkey (id, inner_pad, outer_pad) VALUES (1, %s, %s) "
            "ON CONFLICT (id) DO UPDATE SET inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad",
            [inner, outer],
        )


def install_after_migrate(*, using: str, **_more) -> None:
    """Django calls it after `migrate`; SECRET_KEY may be new since the last time."""
    connection = connections[using]
    if "access_sealkey" in connection.introspection.table_names():
        install(connection)
