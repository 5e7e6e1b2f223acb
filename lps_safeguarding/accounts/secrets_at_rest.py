"""The secrets of authenticator apps, sealed in the database under a key derived from SECRET_KEY.

Not under the vault's keys: those are rotated and retired, and a retired one would shut everybody out.
"""

import base64
import hashlib
import hmac

from django.conf import settings

from lps_safeguarding.vault import sealing

ABOUT = b"accounts|authenticator"


def _key(secret_key: str) -> bytes:
    return hmac.new(secret_key.encode(), b"lps_safeguarding.accounts.authenticator", hashlib.sha256).digest()


def seal(text: str) -> str:
    return base64.b64encode(sealing.seal(_key(settings.SECRET_KEY), text.encode(), about=ABOUT)).decode()


def open_sealed(sealed: str) -> str:
    """Tries the present SECRET_KEY, then the fallbacks. Raises `sealing.CannotOpen` when none opens it."""
    raw = base64.b64decode(sealed)
    *others, last = settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS
    for secret_key in others:
        try:
            return sealing.unseal(_key(secret_key), raw, about=ABOUT).decode()
        except sealing.CannotOpen:
            continue
    return sealing.unseal(_key(last), raw, about=ABOUT).decode()
