"""What is proposed for what was found, and when leaving it out needs a reason (DEC-04)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concerns.proposals import needs_reason, propose
from concerns.terms import HarmSeen, Kind, Option

pytestmark = pytest.mark.rule("DEC-04")

HARM = [HarmSeen.HARMED, HarmSeen.AT_RISK, HarmSeen.IMMEDIATE_DANGER]


@pytest.mark.parametrize("harm", HARM)
def test_harm_risk_or_danger_proposes_social_care_with_its_reason(harm):
    found = {proposal.option: proposal.because for proposal in propose(harm, [])}
    assert Option.SOCIAL_CARE in found
    assert found[Option.SOCIAL_CARE].startswith("Proposed because")


def test_immediate_danger_proposes_the_police_whatever_the_kind():
    assert Option.POLICE in {proposal.option for proposal in propose(HarmSeen.IMMEDIATE_DANGER, [])}


def test_a_crime_proposes_the_police():
    assert Option.POLICE in {proposal.option for proposal in propose(HarmSeen.HARMED, [Kind.KNIFE_CRIME])}
    assert Option.POLICE not in {proposal.option for proposal in propose(HarmSeen.HARMED, [Kind.NEGLECT])}


def test_no_sign_of_harm_proposes_no_referral_by_itself():
    assert propose(HarmSeen.NO_SIGN, []) == []


@given(
    harm=st.sampled_from(HarmSeen.values),
    kinds=st.sets(st.sampled_from(Kind.values)),
    options=st.sets(st.sampled_from(Option.values)),
)
def test_a_reason_is_asked_for_exactly_when_a_proposal_that_needs_one_is_left_out(harm, kinds, options):
    left_out = {proposal.option for proposal in needs_reason(harm, kinds, options)}
    assert left_out == {p.option for p in propose(harm, kinds) if p.reason_needed} - options
    assert not needs_reason(harm, kinds, set(Option.values))
