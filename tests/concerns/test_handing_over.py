"""A DSL's open work goes to another, in one piece and with the reason; and how it is weighed (ROL-02, ROL-03)."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from concerns import need_to_know, operations, workload
from concerns.models import Assignment, Concern, FollowUp, HandOver
from concerns.terms import Form, HandOverReason, HarmSeen, Option
from lps_safeguarding.access import acting, conflicts
from lps_safeguarding.access.refusals import WrongState
from lps_safeguarding.alerts import registry
from lps_safeguarding.alerts.models import Alert
from lps_safeguarding.audit_trail.models import TrailEntry
from lps_safeguarding.guidance import editions
from lps_safeguarding.people import operations as people_operations
from tests.access.differential import differences, seen_by_nobody
from tests.cast import CAST, signed_in
from tests.concerns.factories import a_concern, a_decision, read, referral

pytestmark = pytest.mark.django_db

NOTES = "Ring the aunt before the meeting on Thursday; she has not been told."


@pytest.fixture
def the_work(a_staff_member, a_child, a_child_of_another_service, a_dsl_of_the_service, a_dsl_of_another_service):
    """Two concerns of the DSL, one decided with a referral, a review and a follow-up of their own; one of somebody else."""
    decided = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    read(decided, by=a_dsl_of_the_service)
    a_decision(
        decided, by=a_dsl_of_the_service, harm_seen=HarmSeen.AT_RISK, options=[Option.SOCIAL_CARE], referrals=[referral()],
        follow_ups=[{"owner": a_dsl_of_the_service, "due_on": timezone.localdate(), "what": "Ask at the gate."}],
        review_on=timezone.localdate() + datetime.timedelta(days=3),
    )  # fmt: skip
    waiting = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, form=Form.PINK)
    other = a_concern(by=a_staff_member, child=a_child_of_another_service, passed_to=a_dsl_of_another_service)
    return decided, waiting, other


@pytest.fixture
def give(acting_as):
    """`give(by, from, to)`: everything that is open, by the operation."""

    def do(by, from_person, to_person, **more):
        with acting_as(by):
            work = workload.open_work(by, from_person)
            given = {
                "concerns": [each.concern for each in work.concerns],
                "follow_ups": work.follow_ups,
                "why": HandOverReason.ABSENT,
                "notes": NOTES,
                "submission_key": uuid.uuid4(),
            } | more
            return operations.hand_over(by=by, from_person=from_person, to_person=to_person, **given)

    return do


def now(model, record):
    with acting.as_the_system("test"):
        return model.objects.select_related("key").get(pk=record.pk)


@pytest.mark.rule("ROL-02", "DEC-01", "DEC-12")
def test_everything_goes_to_the_other_who_is_alerted_and_can_open_it(
    the_work, a_dsl_of_the_service, a_dsl_of_another_service, give, acting_as
):
    decided, waiting, other = the_work
    made = give(a_dsl_of_the_service, a_dsl_of_the_service, a_dsl_of_another_service)
    for concern in (decided, waiting):
        assert now(Concern, concern).assigned_to == a_dsl_of_another_service
    assert now(Concern, other).assigned_to == a_dsl_of_another_service
    with acting_as(a_dsl_of_another_service):
        opened = need_to_know.readable_in_full_by(a_dsl_of_another_service).filter(pk__in=[decided.pk, waiting.pk])
        assert opened.count() == 2
        (follow_up,) = FollowUp.objects.filter(owner=a_dsl_of_another_service)
        assert follow_up.history.first().history_change_reason == f"handed over, {made.reference}"
        assert made.notes == NOTES
    assert TrailEntry.objects.filter(act="assigned", why=f"handed over, {made.reference}").count() == 3
    alert = Alert.objects.get(recipient=a_dsl_of_another_service, reason="handed_over")
    assert (alert.url_name, alert.reference) == ("concerns:hand_over", made.reference)


@pytest.mark.rule("ROL-02", "CON-11")
def test_the_words_of_the_alert_hold_no_name_and_no_notes():
    reason = registry.reason("handed_over")
    assert reason.screen_line == "A colleague has handed work over to you."
    assert not registry.says_too_much(reason.line)


def test_some_of_it_can_be_handed_over(the_work, a_dsl_of_the_service, a_dsl_of_another_service, give):
    decided, waiting, _ = the_work
    made = give(
        a_dsl_of_the_service, a_dsl_of_the_service, a_dsl_of_another_service, concerns=[waiting], follow_ups=[]
    )
    assert made.concerns == [waiting.pk]
    assert now(Concern, decided).assigned_to == a_dsl_of_the_service


@pytest.mark.rule("ROL-02", "ROL-03")
def test_the_lead_dsl_hands_over_for_somebody_who_has_left(
    the_work, a_dsl_of_the_service, a_dsl_of_another_service, the_lead_dsl, give
):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    people_operations.set_last_day(adult=a_dsl_of_the_service.adult, last_day=yesterday, by=None)
    made = give(the_lead_dsl, a_dsl_of_the_service, a_dsl_of_another_service)
    assert (len(made.concerns), len(made.follow_ups)) == (2, 1)


@pytest.mark.rule("ACC-01")
def test_nobody_else_hands_over_somebodys_work(the_work, request, a_dsl_of_the_service, the_lead_dsl, give, acting_as):
    for name in CAST:
        if name in ("nobody_signed_in", "a_dsl_of_the_service", "the_lead_dsl"):
            continue
        person = request.getfixturevalue(name)
        with acting_as(person), pytest.raises(PermissionDenied):
            operations.hand_over(
                by=person, from_person=a_dsl_of_the_service, to_person=the_lead_dsl, concerns=[], follow_ups=[],
                why="other", notes="", submission_key=uuid.uuid4(),
            )  # fmt: skip


def test_the_same_form_sent_twice_hands_over_once(the_work, a_dsl_of_the_service, a_dsl_of_another_service, give):
    key = uuid.uuid4()
    first = give(a_dsl_of_the_service, a_dsl_of_the_service, a_dsl_of_another_service, submission_key=key)
    assert give(a_dsl_of_the_service, a_dsl_of_the_service, a_dsl_of_another_service, submission_key=key) == first
    assert Alert.objects.filter(reason="handed_over").count() == 1


def test_what_changed_hands_meanwhile_is_refused_and_nothing_is_handed_over(
    the_work, a_dsl_of_the_service, a_dsl_of_another_service, the_lead_dsl, give, acting_as
):
    decided, waiting, _ = the_work
    with acting_as(the_lead_dsl):
        operations.assign(concern=now(Concern, waiting), by=the_lead_dsl, to=the_lead_dsl)
    with transaction.atomic(), pytest.raises(WrongState, match="changed hands or was closed"):
        give(a_dsl_of_the_service, a_dsl_of_the_service, a_dsl_of_another_service, concerns=[decided, waiting])
    assert now(Concern, decided).assigned_to == a_dsl_of_the_service


@pytest.mark.rule("ACC-02")
def test_a_concern_that_is_shut_to_the_other_is_not_given_to_them(
    the_work, a_child, a_dsl_of_the_service, a_dsl_of_another_service, the_lead_dsl, give, acting_as
):
    _, waiting, _ = the_work
    with acting_as(the_lead_dsl):
        conflicts.declare(
            person=a_dsl_of_another_service, child=a_child, kind="relative", by=the_lead_dsl, reason="A cousin."
        )
    for part in ({"follow_ups": []}, {"concerns": []}):  # a concern, and a follow-up alone
        with pytest.raises(ValidationError, match="cannot be given to that person"):
            give(a_dsl_of_the_service, a_dsl_of_the_service, a_dsl_of_another_service, **part)
    assert now(Concern, waiting).assigned_to == a_dsl_of_the_service


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"concerns": [], "follow_ups": []}, "Choose at least one thing"),
        ({"why": ""}, "Say why it is handed over"),
    ],
)
def test_an_incomplete_hand_over_is_refused_in_a_sentence(
    the_work, a_dsl_of_the_service, a_dsl_of_another_service, give, changed, sentence
):
    with pytest.raises(ValidationError, match=sentence):
        give(a_dsl_of_the_service, a_dsl_of_the_service, a_dsl_of_another_service, **changed)


def test_only_a_dsl_can_take_over_and_not_the_same_person(the_work, a_dsl_of_the_service, a_staff_member, give):
    for other, sentence in ((a_staff_member, "who is a DSL today"), (a_dsl_of_the_service, "another DSL")):
        with pytest.raises(ValidationError, match=sentence):
            give(a_dsl_of_the_service, a_dsl_of_the_service, other)


@pytest.mark.rule("ACC-01")
def test_what_opened_a_concern_to_the_giver_ends_when_it_is_given_back(
    the_work, a_dsl_of_the_service, a_dsl_of_another_service, give, acting_as
):
    _, waiting, other = the_work
    give(a_dsl_of_the_service, a_dsl_of_the_service, a_dsl_of_another_service, concerns=[waiting], follow_ups=[])
    give(a_dsl_of_another_service, a_dsl_of_another_service, a_dsl_of_the_service, concerns=[waiting], follow_ups=[])
    with acting_as(a_dsl_of_another_service):
        assert list(need_to_know.readable_in_full_by(a_dsl_of_another_service)) == [other]
        assert not Assignment.objects.filter(person=a_dsl_of_another_service, ended_at=None).exists()


# --- The notes, behind both walls -----------------------------------------------------------------------------------------
@pytest.fixture
def everybody(request):
    return [request.getfixturevalue(name) for name in CAST if name != "nobody_signed_in"]


@pytest.mark.rule("ACC-01", "ACC-02", "ROL-05", "ROL-06")
def test_both_walls_show_the_notes_to_the_same_people(
    everybody, the_work, a_child, a_dsl_of_the_service, a_dsl_of_another_service, the_lead_dsl, give, acting_as
):
    give(a_dsl_of_the_service, a_dsl_of_the_service, a_dsl_of_another_service)
    give(a_dsl_of_another_service, a_dsl_of_another_service, the_lead_dsl, follow_ups=[])

    def readers():
        found = set()
        for person in everybody:
            with acting_as(person):
                if HandOver.objects.exists():
                    found.add(person.adult.last_name)
        return found

    assert differences(HandOver, need_to_know.hand_overs_readable_by, everybody) == []
    assert readers() == {"Okafor", "Castle", "Farrow"}
    assert seen_by_nobody(HandOver) == set()
    with acting_as(the_lead_dsl):
        conflicts.declare(
            person=a_dsl_of_another_service, child=a_child, kind="relative", by=the_lead_dsl, reason="A cousin."
        )
    assert differences(HandOver, need_to_know.hand_overs_readable_by, everybody) == []
    assert readers() == {"Okafor", "Farrow"}
    with acting_as(a_dsl_of_another_service):
        assert not HandOver.history.exists()
    role = a_dsl_of_the_service.roles_held.get(role="service_dsl")
    people_operations.end_role(held=role, by=None)
    assert differences(HandOver, need_to_know.hand_overs_readable_by, everybody) == []
    assert readers() == {"Farrow"}


@pytest.mark.rule("ACC-05")
def test_a_hand_over_is_never_changed_nor_deleted(
    the_work, a_dsl_of_the_service, a_dsl_of_another_service, give, as_superuser
):
    made = give(a_dsl_of_the_service, a_dsl_of_the_service, a_dsl_of_another_service)
    with acting.as_the_system("test"):
        for change in (lambda: HandOver.objects.filter(pk=made.pk).update(why="other"), made.delete):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()


def test_the_notes_are_sealed(the_work, a_dsl_of_the_service, a_dsl_of_another_service, give):
    made = give(a_dsl_of_the_service, a_dsl_of_the_service, a_dsl_of_another_service)
    with acting.as_the_system("test"):
        for model in (HandOver, HandOver.history.model):
            row = model.objects.filter(id=made.pk).values("notes").first()
            assert b"aunt" not in row["notes"].ciphertext


# --- Pages ----------------------------------------------------------------------------------------------------------------
def test_the_pages_from_the_list_to_the_document(the_work, a_dsl_of_the_service, a_dsl_of_another_service):
    giver, receiver = signed_in(a_dsl_of_the_service), signed_in(a_dsl_of_another_service)
    page = giver.get(reverse("concerns:hand_over_own"))
    form = page.context["form"]
    sent = {
        "key": str(page.context["key"]),
        "items": form["items"].value(),
        "to_person": a_dsl_of_another_service.pk,
        "why": "leaving",
        "notes": NOTES,
    }
    assert len(sent["items"]) == 3
    answer = giver.post(reverse("concerns:hand_over_own"), sent)
    assert answer.status_code == 302
    detail = receiver.get(answer["Location"])
    assert NOTES.encode() in detail.content
    assert b"Robin Ashdown" in detail.content
    assert b"referral without an answer" in detail.content
    assert HandOver.objects.count() == 0  # nobody acts now
    with acting.as_the_system("test"):
        made = HandOver.objects.get()
        assert made.seen_at is not None
    document = receiver.get(reverse("concerns:hand_over_print", args=[made.reference]))
    assert document.content.startswith(b"%PDF-")
    assert made.reference in document["Content-Disposition"]
    assert b"Seen" in giver.get(reverse("concerns:hand_over_list")).content


def test_a_hand_over_that_lacks_something_keeps_what_was_typed(the_work, a_dsl_of_the_service):
    client = signed_in(a_dsl_of_the_service)
    answer = client.post(reverse("concerns:hand_over_own"), {"notes": NOTES, "key": "junk", "to_person": "x\x00"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Choose at least one thing to hand over" in page
    assert "Say why it is handed over" in page
    assert NOTES in page
    assert "longer" not in page
    too_long = client.post(reverse("concerns:hand_over_own"), {"notes": "x" * 30_000})
    assert "Shorten it" in too_long.content.decode()


# --- The caseload ---------------------------------------------------------------------------------------------------------
@pytest.mark.rule("ROL-02")
def test_the_caseload_is_weighed_with_its_arithmetic(
    the_work, a_dsl_of_the_service, a_dsl_of_another_service, the_lead_dsl, acting_as
):
    with acting_as(the_lead_dsl):
        loads = {load.person.adult.last_name: load for load in workload.caseload(the_lead_dsl, timezone.localtime())}
    assert {name: load.in_words for name, load in loads.items()} == {
        "Okafor": "1 × 3 + 1 × 1 + 1 × 2 + 1 × 1 = 7",
        "Castle": "1 × 3 = 3",
        "Farrow": "0",
    }
    page = signed_in(the_lead_dsl).get(reverse("concerns:caseload")).content.decode()
    assert "1 × 3 + 1 × 1 + 1 × 2 + 1 × 1 = 7" in page
    assert "nothing about how it is done" in page


@pytest.mark.rule("ROL-02", "CPF-01")
def test_a_child_with_a_protection_plan_weighs_more(the_work, a_child, a_dsl_of_the_service, the_lead_dsl, acting_as):
    with acting_as(a_dsl_of_the_service):
        file = need_to_know.children_readable_by(a_dsl_of_the_service).select_related("key").get(child=a_child)
        operations.set_plan(
            child_file=file, by=a_dsl_of_the_service, kind="child_protection", from_date=timezone.localdate()
        )
    with acting_as(the_lead_dsl):
        loads = {load.person.pk: load for load in workload.caseload(the_lead_dsl, timezone.localtime())}
    assert loads[a_dsl_of_the_service.pk].in_words == "1 × 3 + 1 × 3 + 1 × 2 + 1 × 1 = 9"


@pytest.mark.rule("ACC-02", "ACC-04")
def test_what_the_lead_dsl_may_not_open_is_not_counted(
    the_work, a_child, a_dsl_of_the_service, the_lead_dsl, acting_as
):
    with acting_as(the_lead_dsl):
        conflicts.declare(person=the_lead_dsl, child=a_child, kind="relative", by=the_lead_dsl, reason="My nephew.")
    with acting_as(the_lead_dsl):
        loads = {load.person.pk: load.points for load in workload.caseload(the_lead_dsl, timezone.localtime())}
        assert loads[a_dsl_of_the_service.pk] == 0
        assert workload.open_work(the_lead_dsl, a_dsl_of_the_service).is_empty


@pytest.mark.rule("DEC-16")
def test_the_weights_are_the_schools_own_settings(
    the_work, the_lead_dsl, the_headteacher, a_dsl_of_another_service, acting_as
):

    with acting_as(the_headteacher):
        editions.change_setting(by=the_headteacher, slug="caseload_undecided", value=5, why="They take longer.")
    with acting_as(the_lead_dsl):
        loads = {load.person.pk: load.in_words for load in workload.caseload(the_lead_dsl, timezone.localtime())}
    assert loads[a_dsl_of_another_service.pk] == "1 × 5 = 5"
