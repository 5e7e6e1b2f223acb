"""What a kind, an age and a sex ask for: tables of the pure rules (DEC-05 to DEC-08)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from concerns import duties
from concerns.duty_terms import Known
from concerns.proposals import needs_reason, propose
from concerns.terms import HarmSeen, Kind, Option, ParentsInformed
from lps_safeguarding.people.models import Sex


@pytest.mark.rule("DEC-05")
@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("sex", list(Sex))
@pytest.mark.parametrize("age", [4, 17, 18, None])
def test_the_teachers_duty_is_for_fgm_of_a_girl_under_18(kind, sex, age):
    owed = duties.teacher_reports_fgm([kind], [duties.AChild(sex, age)])
    assert owed == (kind == Kind.FGM and sex != Sex.MALE and age in (4, 17, None))


@pytest.mark.rule("DEC-05")
def test_one_girl_among_several_children_is_enough():
    boy, girl = duties.AChild(Sex.MALE, 9), duties.AChild(Sex.FEMALE, 15)
    assert duties.teacher_reports_fgm([Kind.NEGLECT, Kind.FGM], [boy, girl])
    assert not duties.teacher_reports_fgm([Kind.FGM], [boy])
    assert not duties.teacher_reports_fgm([Kind.FGM], [])


@pytest.mark.rule("DEC-06")
@pytest.mark.parametrize("kind", list(Kind))
def test_the_family_may_be_the_danger_in_three_kinds(kind):
    wanted = kind in (Kind.FORCED_MARRIAGE, Kind.HONOUR_BASED, Kind.FGM)
    assert duties.family_may_be_the_danger([kind]) is wanted


@pytest.mark.rule("DEC-06")
def test_the_page_in_the_browser_knows_the_same_kinds():
    wanted = {kind.value for kind in duties.DANGER_IN_THE_FAMILY}
    script = (Path(settings.BASE_DIR) / "static/js/deciding.js").read_text()
    style = (Path(settings.BASE_DIR) / "static/css/duties.css").read_text()
    listed = re.search(r"dangerInTheFamily = \[([^\]]+)\]", script)[1]
    assert set(re.findall(r"'(\w+)'", listed)) == wanted
    for said in re.findall(r":is\(([^)]*)\)", style):
        assert set(re.findall(r"value=(\w+)", said)) == wanted


@pytest.mark.rule("DEC-06")
def test_the_forced_marriage_unit_is_proposed():
    assert Option.FORCED_MARRIAGE_UNIT in {each.option for each in propose(HarmSeen.NO_SIGN, [Kind.FORCED_MARRIAGE])}


@pytest.mark.rule("DEC-07")
@pytest.mark.parametrize("harm", list(HarmSeen))
def test_nudes_propose_police_and_social_care_whatever_is_found_and_leaving_them_out_needs_a_reason(harm):
    assert {each.option for each in needs_reason(harm, [Kind.NUDES], [])} == {Option.POLICE, Option.SOCIAL_CARE}


@pytest.mark.parametrize(
    ("kind", "option"),
    [
        (Kind.RADICALISATION, Option.CHANNEL),
        (Kind.CYBERCRIME, Option.CYBER_CHOICES),
        (Kind.PRIVATE_FOSTERING, Option.PRIVATE_FOSTERING_NOTICE),
    ],
)
def test_a_kind_proposes_its_own_agency_with_the_reason_and_never_forces_it(kind, option):
    (proposal,) = propose(HarmSeen.NO_SIGN, [kind])
    assert proposal.option == option
    assert proposal.because.endswith(".")
    assert not proposal.reason_needed


def of_nudes(*, referred=(), left_out=(), parents=""):
    return duties.Recorded(
        kinds=frozenset({Kind.NUDES}),
        referred=frozenset(referred),
        left_out_with_reason=frozenset(left_out),
        parents_informed=parents,
    )


@pytest.mark.rule("DEC-07")
@pytest.mark.parametrize("police", ["referred", "left_out", "neither"])
@pytest.mark.parametrize("care", ["referred", "left_out", "neither"])
@pytest.mark.parametrize("parents", ["", *ParentsInformed.values])
def test_nudes_are_closed_when_police_social_care_and_parents_were_told_or_there_is_a_reason(police, care, parents):
    answers = {Option.POLICE: police, Option.SOCIAL_CARE: care}
    recorded = of_nudes(
        referred=[option for option, answer in answers.items() if answer == "referred"],
        left_out=[option for option, answer in answers.items() if answer == "left_out"],
        parents=parents,
    )
    said = " ".join(duties.keeps_open(recorded))
    for option, answer in answers.items():
        assert (option.label in said) is (answer == "neither")
    assert ("parents" in said) is (parents not in (ParentsInformed.YES, ParentsInformed.NO))


@pytest.mark.rule("DEC-05", "DEC-07")
@pytest.mark.parametrize("kind", [kind for kind in Kind if kind != Kind.NUDES])
def test_no_other_kind_is_held_up_but_by_an_open_report(kind):
    assert duties.keeps_open(duties.Recorded(frozenset({kind}), frozenset(), frozenset())) == []
    held = duties.Recorded(frozenset({kind}), frozenset(), frozenset(), fgm_report_open=True)
    assert len(duties.keeps_open(held)) == 1


@pytest.mark.rule("DEC-08")
@pytest.mark.parametrize(
    ("age", "disabled", "relative", "long", "wanted"),
    [
        (15, Known.NO, Known.NO, Known.YES, True),
        (15, Known.NOT_KNOWN, Known.NOT_KNOWN, Known.NOT_KNOWN, True),
        (None, Known.NO, Known.NO, Known.YES, True),
        (15, Known.NO, Known.YES, Known.YES, False),
        (15, Known.NO, Known.NO, Known.NO, False),
        (16, Known.NO, Known.NO, Known.YES, False),
        (16, Known.NOT_KNOWN, Known.NO, Known.YES, False),
        (16, Known.YES, Known.NO, Known.YES, True),
        (17, Known.YES, Known.NO, Known.YES, True),
        (18, Known.YES, Known.NO, Known.YES, False),
    ],
)
def test_private_fostering_is_under_16_no_close_relative_28_days(age, disabled, relative, long, wanted):
    found = duties.is_private_fostering(ages=[age], disabled=disabled, close_relative=relative, long_stay=long)
    assert found is wanted
