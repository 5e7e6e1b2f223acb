"""The life of a concern, a referral and a follow-up: states and the moves between them, as data."""

from django.db.models import TextChoices

from lps_safeguarding.access.refusals import WrongState


class State(TextChoices):
    """Where a concern is (DEC-01, DEC-14)."""

    SENT = "sent", "Sent, not yet read"
    READ = "read", "Read, waiting for a decision"
    DECIDED = "decided", "Decided"
    CLOSED = "closed", "Closed"
    REOPENED = "reopened", "Reopened, waiting for a decision"


class FollowUpState(TextChoices):
    """Where a follow-up is (DEC-13)."""

    OPEN = "open", "To do"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "No longer needed"


class ReferralState(TextChoices):
    """Where a referral is (DEC-10)."""

    MADE = "made", "Waiting for an answer"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    OUTCOME_KNOWN = "outcome_known", "Outcome known"
    WITHDRAWN = "withdrawn", "Withdrawn"


class MeetingState(TextChoices):
    """Where a meeting is."""

    PLANNED = "planned", "Planned"
    HELD = "held", "Held"
    MISSED = "missed", "Held without us"
    REARRANGED = "rearranged", "Moved to another day"
    CANCELLED = "cancelled", "Called off"


class FgmState(TextChoices):
    """Where a teacher's own report of FGM to the police is (DEC-05)."""

    OPEN = "open", "To be reported by the teacher"
    REPORTED = "reported", "Reported to the police"
    NOT_APPLYING = "not_applying", "Does not apply, with the reason"


MOVES: dict[State, frozenset[State]] = {
    State.SENT: frozenset({State.READ}),
    State.READ: frozenset({State.DECIDED}),
    State.DECIDED: frozenset({State.DECIDED, State.CLOSED}),
    State.CLOSED: frozenset({State.REOPENED}),
    State.REOPENED: frozenset({State.DECIDED}),
}
FOLLOW_UP_MOVES: dict[FollowUpState, frozenset[FollowUpState]] = {
    FollowUpState.OPEN: frozenset({FollowUpState.DONE, FollowUpState.CANCELLED}),
    FollowUpState.DONE: frozenset({FollowUpState.OPEN}),
    FollowUpState.CANCELLED: frozenset({FollowUpState.OPEN}),
}
REFERRAL_MOVES: dict[ReferralState, frozenset[ReferralState]] = {
    ReferralState.MADE: frozenset({ReferralState.ACKNOWLEDGED, ReferralState.OUTCOME_KNOWN, ReferralState.WITHDRAWN}),
    ReferralState.ACKNOWLEDGED: frozenset({ReferralState.OUTCOME_KNOWN, ReferralState.WITHDRAWN}),
    ReferralState.OUTCOME_KNOWN: frozenset(),
    ReferralState.WITHDRAWN: frozenset(),
}
# What was recorded by mistake is put right, as often as need be; the versions keep what was there.
FGM_MOVES: dict[FgmState, frozenset[FgmState]] = {
    FgmState.OPEN: frozenset({FgmState.REPORTED, FgmState.NOT_APPLYING}),
    FgmState.REPORTED: frozenset({FgmState.REPORTED}),
    FgmState.NOT_APPLYING: frozenset({FgmState.REPORTED, FgmState.NOT_APPLYING}),
}

# A meeting that went on without us is recorded when its minutes come; a record that was wrong is put right as a version.
MEETING_MOVES: dict[MeetingState, frozenset[MeetingState]] = {
    MeetingState.PLANNED: frozenset(
        {MeetingState.HELD, MeetingState.MISSED, MeetingState.REARRANGED, MeetingState.CANCELLED}
    ),
    MeetingState.MISSED: frozenset({MeetingState.HELD}),
    MeetingState.HELD: frozenset({MeetingState.HELD}),
    MeetingState.REARRANGED: frozenset(),
    MeetingState.CANCELLED: frozenset(),
}

# What waits for a DSL: unread, or read and not yet decided.
WAITING = (State.SENT, State.READ, State.REOPENED)

_WHY_NOT = {
    (State.SENT, State.DECIDED): "Nobody has read this concern yet. Open it before you decide.",
    (State.SENT, State.CLOSED): "This concern has not been read. Read it and record a decision before you close it.",
    (State.READ, State.CLOSED): "This concern has no decision yet. Record a decision before you close it.",
    (State.REOPENED, State.CLOSED): "This concern was reopened. Record a new decision before you close it.",
    (State.CLOSED, State.DECIDED): "This concern is closed. Reopen it before you record another decision.",
    (State.CLOSED, State.CLOSED): "Somebody has already closed this concern.",
    (State.DECIDED, State.REOPENED): "This concern is open already.",
}


def check_move(concern, to: State) -> None:
    """Raise `WrongState` with a sentence unless `concern` may move to `to` now."""
    now = State(concern.state)
    if to not in MOVES[now]:
        raise WrongState(
            _WHY_NOT.get((now, to), f"This concern is “{now.label.lower()}” and cannot become “{to.label.lower()}”.")
        )


def check_follow_up_move(follow_up, to: FollowUpState) -> None:
    """Raise `WrongState` with a sentence unless the follow-up may move to `to` now."""
    now = FollowUpState(follow_up.state)
    if to not in FOLLOW_UP_MOVES[now]:
        raise WrongState(f"This follow-up is marked “{now.label.lower()}” already.")


def check_referral_move(referral, to: ReferralState) -> None:
    """Raise `WrongState` with a sentence unless the referral may move to `to` now."""
    now = ReferralState(referral.state)
    if to not in REFERRAL_MOVES[now]:
        raise WrongState(f"This referral is marked “{now.label.lower()}” already.")


def check_still_missing(concern) -> None:
    """Raise `WrongState` with a sentence unless the concern is about a child who is missing now (CON-19)."""
    if concern.missing_since is None:
        raise WrongState(
            "The child is not recorded as missing any more. Somebody has recorded that the child is back."
        )


def check_meeting_move(meeting, to: MeetingState) -> None:
    """Raise `WrongState` with a sentence unless the meeting may move to `to` now."""
    now = MeetingState(meeting.state)
    if to not in MEETING_MOVES[now]:
        raise WrongState(f"This meeting is marked “{now.label.lower()}” already.")


def check_fgm_move(report, to: FgmState) -> None:
    """Raise `WrongState` with a sentence unless the report may move to `to` now (DEC-05)."""
    now = FgmState(report.state)
    if to not in FGM_MOVES[now]:
        raise WrongState("The report to the police is recorded already, with its reference.")
