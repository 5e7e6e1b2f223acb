"""What may follow what, and the sentence when it may not."""

import pytest

from concerns import states
from concerns.states import (
    FGM_MOVES,
    FOLLOW_UP_MOVES,
    MOVES,
    REFERRAL_MOVES,
    FgmState,
    FollowUpState,
    ReferralState,
    State,
)
from lps_safeguarding.access.refusals import WrongState
from lps_safeguarding.overview.management.commands import lives_of_records


class A:
    def __init__(self, state):
        self.state = state


TABLES = [
    (states.check_move, MOVES, State),
    (states.check_follow_up_move, FOLLOW_UP_MOVES, FollowUpState),
    (states.check_referral_move, REFERRAL_MOVES, ReferralState),
    (states.check_fgm_move, FGM_MOVES, FgmState),
]


@pytest.mark.parametrize(
    ("check", "moves", "now", "then"),
    [(check, moves, now, then) for check, moves, kind in TABLES for now in kind for then in kind],
)
def test_each_move_is_allowed_or_refused_with_a_sentence(check, moves, now, then):
    if then in moves[now]:
        check(A(now), then)
    else:
        with pytest.raises(WrongState) as refused:
            check(A(now), then)
        assert str(refused.value).endswith(".")


@pytest.mark.parametrize(("check", "moves", "kind"), TABLES)
def test_every_state_has_its_moves(check, moves, kind):
    assert set(moves) == set(kind)


@pytest.mark.rule("DEC-14")
def test_a_concern_is_closed_only_from_decided():
    assert [now for now in State if State.CLOSED in MOVES[now]] == [State.DECIDED]


def test_the_pages_on_states_are_up_to_date():
    for name, text in lives_of_records.pages().items():
        assert (lives_of_records.FOLDER / name).read_text() == text, "run: manage.py lives_of_records"
