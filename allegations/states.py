"""The life of a concern about an adult in its first part: sent, then read by the person it went to."""

from django.db.models import TextChoices

from lps_safeguarding.access.refusals import WrongState


class State(TextChoices):
    RECEIVED = "received", "Sent, not yet read"
    READ = "read", "Read"


MOVES: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.READ}),
    State.READ: frozenset(),
}


def check_move(concern, to: State) -> None:
    """Raise `WrongState` with a sentence unless `concern` may move to `to` now."""
    if to not in MOVES[State(concern.state)]:
        raise WrongState("This has been read already.")
