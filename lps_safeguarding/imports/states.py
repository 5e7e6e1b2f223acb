"""The life of an import: states and the moves between them, as data."""

from django.db.models import TextChoices

from lps_safeguarding.access.refusals import WrongState


class State(TextChoices):
    """Where an import is."""

    UPLOADED = "uploaded", "Waiting for you to say what the columns are"
    READY = "ready", "Waiting for you to confirm"
    CONFIRMED = "confirmed", "Waiting to begin"
    RUNNING = "running", "Under way"
    DONE = "done", "Done"
    STOPPED = "stopped", "Stopped part of the way"
    CANCELLED = "cancelled", "Not done"


MOVES: dict[State, frozenset[State]] = {
    State.UPLOADED: frozenset({State.READY, State.CANCELLED}),
    State.READY: frozenset({State.READY, State.CONFIRMED, State.CANCELLED}),
    State.CONFIRMED: frozenset({State.RUNNING, State.DONE, State.STOPPED}),
    State.RUNNING: frozenset({State.RUNNING, State.DONE, State.STOPPED}),
    State.DONE: frozenset(),
    State.STOPPED: frozenset(),
    State.CANCELLED: frozenset(),
}

_WHY_NOT = {
    State.UPLOADED: "Say first what the columns hold.",
    State.CONFIRMED: "This import is confirmed already and waits to begin.",
    State.RUNNING: "This import is under way already.",
    State.DONE: "This import is done already.",
    State.STOPPED: "This import has stopped. Choose the file again.",
    State.CANCELLED: "This import was given up, or waited longer than a day. Choose the file again.",
}


def check_move(state: str, to: State) -> None:
    """Raise `WrongState` with a sentence unless an import may move from `state` to `to` now."""
    now = State(state)
    if to not in MOVES[now]:
        raise WrongState(_WHY_NOT.get(now, f"This import is “{now.label.lower()}”."))
