"""The family may be the danger (DEC-06); pictures nobody looks at (DEC-07): on the page, in the form, in the operation."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from concerns import operations
from concerns.models import Concern, Decision
from concerns.terms import HarmSeen, Kind, Option, Outcome, ParentsInformed, ReasonNotToInform
from lps_safeguarding.access import acting
from lps_safeguarding.access.refusals import WrongState
from tests.cast import signed_in
from tests.concerns.deciding import posted
from tests.concerns.factories import a_concern, a_decision, read, referral

pytestmark = pytest.mark.django_db

DANGER = [Kind.FORCED_MARRIAGE, Kind.HONOUR_BASED]
NOT_TOLD = {"parents_informed": ParentsInformed.NO, "parents_reason": ReasonNotToInform.GREATER_RISK}


def sent(kinds, a_staff_member, a_child, dsl):
    concern = a_concern(by=a_staff_member, child=a_child, passed_to=dsl, kinds=kinds)
    read(concern, by=dsl)
    return concern


def page_of(concern, person):
    return signed_in(person).get(reverse("concerns:concern_detail", args=[concern.reference]))


def decide(concern, person, given):
    return signed_in(person).post(reverse("concerns:decision_add", args=[concern.reference]), given)


@pytest.mark.rule("DEC-06")
@pytest.mark.parametrize("kind", DANGER)
def test_not_told_because_of_greater_risk_is_chosen_and_the_warning_stands_at_the_question(
    kind, a_staff_member, a_child, a_dsl_of_the_service
):
    page = page_of(sent([kind], a_staff_member, a_child, a_dsl_of_the_service), a_dsl_of_the_service)
    form = page.context["triage"].decision
    assert form["parents_informed"].value() == ParentsInformed.NO
    assert form["parents_reason"].value() == ReasonNotToInform.GREATER_RISK
    text = page.content.decode()
    assert "family-danger--now" in text
    assert text.index("use no relative or friend of the family to interpret") < text.index(
        'id="id_parents_informed_0"'
    )


@pytest.mark.rule("DEC-06")
def test_in_other_kinds_nothing_is_chosen_beforehand(a_staff_member, a_child, a_dsl_of_the_service):
    page = page_of(sent([Kind.NEGLECT], a_staff_member, a_child, a_dsl_of_the_service), a_dsl_of_the_service)
    assert page.context["triage"].decision["parents_informed"].value() is None
    assert "family-danger--now" not in page.content.decode()


@pytest.mark.rule("DEC-06")
@pytest.mark.parametrize("answer", [ParentsInformed.YES, ParentsInformed.NOT_YET])
def test_telling_the_family_all_the_same_needs_a_reason_which_is_kept(
    answer, a_staff_member, a_child, a_dsl_of_the_service
):
    concern = sent([Kind.FORCED_MARRIAGE], a_staff_member, a_child, a_dsl_of_the_service)
    told = {"parents_informed_by": "Mrs Okafor", "parents_what_was_said": "That we talk with social care."}
    when = posted.parts_of(concern.submitted_at, "parents_informed_at")
    given = posted.decision(
        page_of(concern, a_dsl_of_the_service),
        kinds=["forced_marriage"], parents_informed=answer, rationale="Said in clear words.", **told, **when,
    )  # fmt: skip
    refused = decide(concern, a_dsl_of_the_service, given)
    assert "Say why it is safe to tell them, or do not tell them" in refused.content.decode()
    assert "Said in clear words." in refused.content.decode()
    with acting.as_person(a_dsl_of_the_service), pytest.raises(ValidationError) as error:
        now = Concern.objects.select_related("key").get(pk=concern.pk)
        operations.record_decision(
            concern=now, by=a_dsl_of_the_service, version=now.version, submission_key=now.pk,
            harm_seen=HarmSeen.NO_SIGN, options=[Option.MONITOR], rationale="x", childs_wishes="x",
            parents_informed=ParentsInformed.NOT_YET,
        )  # fmt: skip
    assert "told_despite_risk" in error.value.message_dict
    assert (
        decide(concern, a_dsl_of_the_service, given | {"told_despite_risk": "The mother asked us."}).status_code == 302
    )
    with acting.as_the_system("test"):
        assert Decision.objects.select_related("key").get().told_despite_risk == "The mother asked us."


@pytest.mark.rule("DEC-07")
def test_nobody_looks_is_said_while_logging_after_sending_and_on_triage(a_staff_member, a_child, a_dsl_of_the_service):
    client = signed_in(a_staff_member)
    form = client.get(reverse("concerns:log_standard"), follow=True).content.decode()
    assert "Nobody looks at the picture, copies it or sends it on" in form
    concern = sent([Kind.NUDES], a_staff_member, a_child, a_dsl_of_the_service)
    after = client.get(reverse("concerns:log_sent", args=[concern.reference])).content.decode()
    assert "do not look at them, copy them or send them on" in after
    assert (
        "Nobody looks at them, copies them or sends them on" in page_of(concern, a_dsl_of_the_service).content.decode()
    )


@pytest.mark.rule("DEC-07")
def test_nudes_are_not_closed_before_police_social_care_and_parents_are_answered(
    a_staff_member, a_child, a_dsl_of_the_service
):
    dsl = a_dsl_of_the_service
    concern = sent([Kind.NUDES], a_staff_member, a_child, dsl)

    def close():
        with acting.as_person(dsl):
            now = Concern.objects.select_related("key").get(pk=concern.pk)
            operations.close_concern(
                concern=now, by=dsl, outcome=Outcome.SUPPORT_IN_PLACE, rationale="Settled.", version=now.version
            )

    with pytest.raises(ValidationError, match="proposed and not chosen"):
        a_decision(concern, by=dsl)
    a_decision(
        concern,
        by=dsl,
        options=[Option.POLICE, Option.MONITOR],
        not_referred_reason="Social care has the family already and was in the room.",
        referrals=[referral(agency=Option.POLICE)],
    )
    with acting.as_person(dsl):
        (made,) = Concern.objects.get().referrals.select_related("key", "concern")
        operations.record_referral_outcome(referral=made, by=dsl, answer="They come.", at=concern.submitted_at)
    with pytest.raises(WrongState, match="whether the parents were told"):
        close()
    page = signed_in(dsl).get(reverse("concerns:close", args=[concern.reference])).content.decode()
    assert "whether the parents were told" in page
    a_decision(concern, by=dsl, options=[Option.MONITOR], not_referred_reason="As before.", **NOT_TOLD)
    close()
