"""Work of the clock: called at each sweep of the outbox, as the system."""

import datetime

from allegations import operations
from lps_safeguarding.alerts import registry


def look_after(now: datetime.datetime) -> None:
    """Hand on what nobody there can read, and end old drafts."""
    operations.hand_on_unread(now=now)
    operations.delete_old_drafts(now=now)


def register() -> None:
    """Called when the app starts."""
    registry.register_sweep(look_after, "allegations")
