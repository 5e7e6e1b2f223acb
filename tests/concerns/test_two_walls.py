"""Python's need to know and the database's policies say the same, for everybody and every kind of record (ACC-01)."""

import datetime
import uuid

import pytest
from django.utils import timezone

from concerns import need_to_know, operations
from concerns.body_map.marks import Mark
from concerns.models import (
    Addendum,
    ChildFile,
    ChildFound,
    ChildInConcern,
    Concern,
    Decision,
    Draft,
    EncompassNotice,
    Feedback,
    FgmReport,
    FollowUp,
    InjuryMark,
    ListReview,
    Meeting,
    MissingChild,
    PrintedChronology,
    Referral,
    StepTaken,
)
from concerns.operations.notices import Step
from concerns.terms import ChildrenList, Form, HarmSeen, Kind, Option, SearchStep
from lps_safeguarding.access import acting, break_glass, conflicts, sharing
from lps_safeguarding.access.levels import Level
from tests.access.differential import differences, seen_by_nobody
from tests.cast import CAST
from tests.concerns.factories import (
    a_concern,
    a_decision,
    a_file_of,
    a_meeting,
    a_missing_child,
    a_pink_form,
    a_record,
    an_encompass_notice,
    found,
    read,
    referral,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody(request):
    return [request.getfixturevalue(name) for name in CAST if name != "nobody_signed_in"]


@pytest.fixture
def a_busy_week(
    everybody,
    a_staff_member,
    another_staff_member,
    a_child,
    a_child_of_another_service,
    a_dsl_of_the_service,
    a_dsl_of_another_service,
    the_lead_dsl,
    the_headteacher,
    the_business_manager,
    the_attendance_officer,
    the_key_adult,
    acting_as,
):
    """Every ground and every conflict at once: sent, passed on, shared, shut, referred, followed up, half written."""
    mark = Mark.at("front-left-knee", "middle", kind="bruise")
    first = a_concern(
        by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, marks=[(a_child, mark), (a_child, mark)]
    )
    a_pink_form(by=another_staff_member, child=a_child, passed_to=the_lead_dsl)
    other = a_concern(
        by=a_staff_member, child=a_child_of_another_service, passed_to=a_dsl_of_another_service, kinds=[Kind.FGM]
    )
    a_concern(by=another_staff_member, child=a_child, passed_to=a_dsl_of_the_service, kinds=[Kind.FGM])
    a_concern(by=the_headteacher, child=a_child_of_another_service, passed_to=the_lead_dsl)
    read(first, by=a_dsl_of_the_service)
    a_decision(
        first,
        by=a_dsl_of_the_service,
        harm_seen=HarmSeen.AT_RISK,
        options=[Option.SOCIAL_CARE],
        referrals=[referral()],
        follow_ups=[
            {
                "owner": another_staff_member,
                "due_on": timezone.localdate() + datetime.timedelta(days=1),
                "what": "Ring the bell.",
            }
        ],
        feedback="Thank you.",
    )
    with acting_as(a_staff_member):
        operations.add_addendum(
            concern=need_to_know.readable_by(a_staff_member).get(pk=first.pk),
            by=a_staff_member,
            text="One more thing.",
            submission_key=first.pk,
            marks=[(a_child, mark)],
        )
        operations.save_draft(by=a_staff_member, draft_id=None, form=Form.PINK, typed={"place": "gate"})
    _notices(
        the_attendance_officer,
        the_key_adult,
        a_child,
        a_child_of_another_service,
        a_dsl_of_another_service,
        the_lead_dsl,
    )
    with acting_as(the_lead_dsl):
        operations.add_addendum(
            concern=need_to_know.readable_by(the_lead_dsl).get(pk=first.pk),
            by=the_lead_dsl,
            text="The nurse saw one more.",
            submission_key=other.pk,
            marks=[(a_child, mark)],
        )
        concern = need_to_know.readable_by(the_lead_dsl).get(pk=other.pk)
        sharing.share(
            record=concern,
            with_person=the_business_manager,
            level=Level.FULL,
            by=the_lead_dsl,
            why="Pays for the taxi.",
            what="The week.",
        )
        conflicts.declare(
            person=a_dsl_of_another_service, record=concern, kind="relative", by=the_lead_dsl, reason="A cousin."
        )
    with acting_as(a_dsl_of_the_service):
        conflicts.declare(
            person=a_dsl_of_the_service, child=a_child, kind="declared", by=a_dsl_of_the_service, reason="A neighbour."
        )
    meeting = a_meeting(
        child_file=a_file_of(a_child_of_another_service, by=the_lead_dsl),
        by=the_lead_dsl,
        owner=the_business_manager,
        starts_at=timezone.now() - datetime.timedelta(days=1),
    )
    due = timezone.localdate() + datetime.timedelta(days=3)
    a_record(meeting, by=the_lead_dsl, actions=[{"owner": another_staff_member, "due_on": due, "what": "Call."}])
    with acting_as(the_lead_dsl):
        operations.review_list(of_list=ChildrenList.YOUNG_CARERS, by=the_lead_dsl, next_review_on=due)
        operations.order_chronology(child_file=meeting.child_file, by=the_lead_dsl)
    return first, other


def _notices(officer, key_adult, child, child_elsewhere, dsl_elsewhere, lead) -> None:
    """Missing children, found and not, with steps by the reporter and by a DSL; a notice of the police."""
    back = a_missing_child(by=officer, child=child_elsewhere, passed_to=dsl_elsewhere)
    still = a_missing_child(by=officer, child=child, passed_to=lead)
    for concern, by in ((still, officer), (back, dsl_elsewhere)):
        by.forget_roles()
        with acting.as_person(by):
            operations.record_step(
                concern=Concern.objects.select_related("key").get(pk=concern.pk),
                by=by,
                step=Step(SearchStep.ASKED_FRIENDS, timezone.now(), "Not seen since"),
                submission_key=uuid.uuid4(),
            )
    found(back, by=dsl_elsewhere)
    an_encompass_notice(by=key_adult, child=child, passed_to=lead)
    found(a_missing_child(by=officer, child=child, passed_to=lead), by=officer)


RULES = [
    (Concern, need_to_know.readable_by),
    (ChildFile, need_to_know.children_readable_by),
    (FollowUp, need_to_know.follow_ups_readable_by),
    (Referral, need_to_know.referrals_readable_by),
    (Draft, need_to_know.drafts_of),
    (Meeting, need_to_know.meetings_readable_by),
    (PrintedChronology, need_to_know.printed_readable_by),
    (ListReview, need_to_know.list_reviews_readable_by),
    (FgmReport, need_to_know.fgm_reports_readable_by),
    (
        ChildInConcern,
        lambda user: ChildInConcern.objects.filter(concern__in=need_to_know.readable_by(user).values("pk")),
    ),
    (InjuryMark, need_to_know.marks_readable_by),
    (Feedback, lambda user: Feedback.objects.filter(concern__in=need_to_know.readable_by(user).values("pk"))),
    (MissingChild, lambda user: MissingChild.objects.filter(concern__in=need_to_know.readable_by(user).values("pk"))),
    (
        EncompassNotice,
        lambda user: EncompassNotice.objects.filter(concern__in=need_to_know.readable_by(user).values("pk")),
    ),
    (StepTaken, need_to_know.steps_taken_readable_by),
    (ChildFound, need_to_know.findings_readable_by),
    (Decision, lambda user: Decision.objects.filter(concern__in=need_to_know.readable_in_full_by(user).values("pk"))),
]


@pytest.mark.rule("ACC-01", "ACC-02", "ROL-02", "ROL-05", "ROL-06")
@pytest.mark.parametrize(("model", "rule"), RULES, ids=lambda x: getattr(x, "__name__", "rule"))
def test_both_walls_say_the_same_to_everybody(model, rule, a_busy_week, everybody):
    assert differences(model, rule, everybody) == []
    assert seen_by_nobody(model) == set()


@pytest.mark.rule("ROL-05", "ROL-06")
def test_administrators_and_the_committee_see_no_case_content_at_all(
    a_busy_week, the_administrator, the_chair, the_vice_chair, a_committee_member, the_lead_committee_member
):
    models = [Concern, ChildFile, FollowUp, Referral, Draft, ChildInConcern, Feedback, Decision, Addendum]
    models += [InjuryMark, MissingChild, EncompassNotice, StepTaken, ChildFound]
    models += [Meeting, PrintedChronology, ListReview]
    models += [model.history.model for model in models if hasattr(model, "history")]
    for person in (the_administrator, the_chair, the_vice_chair, a_committee_member, the_lead_committee_member):
        person.forget_roles()
        with acting.as_person(person):
            assert {model.__name__: model.objects.count() for model in models if model.objects.exists()} == {}


@pytest.mark.rule("ACC-02")
def test_a_conflict_shuts_the_record_with_all_its_parts(a_busy_week, a_dsl_of_the_service, acting_as):
    with acting_as(a_dsl_of_the_service):
        for model in (Concern, ChildFile, Decision, Referral, Feedback, ChildInConcern, Addendum, InjuryMark):
            assert not model.objects.exists(), model
            assert not model.history.exists(), model


@pytest.mark.rule("ROL-02")
def test_the_lead_dsl_covers_every_service(a_busy_week, the_lead_dsl, acting_as):
    with acting_as(the_lead_dsl):
        assert need_to_know.queue_of(the_lead_dsl).values("service").distinct().count() == 2


@pytest.mark.rule("CON-12")
def test_the_reporter_does_not_see_what_became_of_it_beyond_feedback(a_busy_week, a_staff_member, acting_as):
    with acting_as(a_staff_member):
        assert Feedback.objects.count() == 1
        for model in (Decision, Referral, FollowUp, ChildFile):
            assert not model.objects.exists(), model


def test_break_glass_opens_one_concern_for_the_headteacher(a_busy_week, the_headteacher, acting_as):
    _, other = a_busy_week
    with acting_as(the_headteacher):
        assert not need_to_know.readable_in_full_by(the_headteacher).filter(pk=other.pk).exists()
        break_glass.open(by=the_headteacher, reference=other.reference, reason="Police at the gate, DSLs on a trip.")
        assert need_to_know.readable_in_full_by(the_headteacher).filter(pk=other.pk).exists()
