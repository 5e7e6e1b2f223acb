"""References of records: random and neutral, so that no gap and no count tells that a record exists."""

import secrets

# No vowels (no words), no 0/O, 1/I/L, 5/S, 2/Z, 8/B, U/V: what is read out on the telephone arrives unharmed.
ALPHABET = "34679CDFGHJKMNPQRTWXY"
LENGTH = 8


def new_reference(prefix: str) -> str:
    """A new reference such as ``C-7F3W-94KQ``. 21 characters to the power of 8: about 35 bits, never in sequence."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{prefix}-{body[:4]}-{body[4:]}"
