"""The words of this app's alerts, and to whom they go. No name, no kind, no content; nothing says what it is about."""

from allegations.models import StaffConcern
from lps_safeguarding.alerts import outbox, registry

NEW = registry.Reason(
    slug="staff_concern",
    subject="Something is waiting for you",
    line="Something is waiting for you in the safeguarding app. Open it today, on your own.",
    screen_line="Something new is waiting for you. Open it where nobody else sees the screen.",
    urgent=True,
    private=True,
)
DRAFT_WILL_END = registry.Reason(
    slug="intake_draft_will_end",
    subject="Something you began is not sent",
    line="You began to write something and did not send it. It will be deleted tomorrow.",
    private=True,
)


def register() -> None:
    """Called when the app starts."""
    for reason in (NEW, DRAFT_WILL_END):
        registry.register(reason)


def tell_who_receives(concern: StaffConcern, *, round: int = 1) -> None:
    """Tell the person it was handed to, at once (ALG-01, ALG-02)."""
    if concern.routed_to is not None:
        outbox.raise_alert(
            recipient=concern.routed_to, reason=NEW.slug, record=concern, url_name="allegations:detail", round=round
        )


def draft_will_end(draft) -> None:
    """Remind the writer a day before a draft is deleted (CON-18)."""
    outbox.raise_alert(recipient=draft.author, reason=DRAFT_WILL_END.slug, record=draft, url_name="allegations:mine")
