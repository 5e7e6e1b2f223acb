"""The reasons this app registers itself, and what it tells of the platform beneath it."""

from lps_safeguarding.access.models import BreakGlass

from . import outbox, registry
from .registry import Reason

UNDELIVERABLE = Reason(
    slug="alert_undeliverable",
    subject="An e-mail could not be delivered",
    line="An alert could not be delivered by e-mail.",
    screen_line="An alert to somebody could not be delivered by e-mail. Tell the person yourself.",
)
BREAK_GLASS = Reason(
    slug="break_glass",
    subject="Something is waiting for you",
    line="Something is waiting for you to look at.",
    screen_line="Somebody used emergency access. It is waiting for you to review.",
)


def register() -> None:
    registry.register(UNDELIVERABLE)
    registry.register(BREAK_GLASS)


def tell_of_break_glass(opening: BreakGlass) -> None:
    """The other of lead DSL and headteacher is told at once, in the transaction of the opening (ACC-03)."""
    outbox.raise_alert(
        recipient=opening.reviewer,
        reason=BREAK_GLASS.slug,
        record=opening,
        reference="",
        url_name="access:break_glass_list",
    )
