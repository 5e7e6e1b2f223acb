"""A missing or absent child: reported by the attendance officer, followed until the child is back and heard (CON-19)."""

import datetime
import uuid

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from concerns import escalation, need_to_know, operations, timeline
from concerns.models import ChildFound, Concern, Draft, FollowUp, MissingChild, StepTaken
from concerns.operations.notices import Step
from concerns.states import FollowUpState
from concerns.terms import Conversation, Form, Kind, SearchStep
from lps_safeguarding.access import acting, conflicts
from lps_safeguarding.access.refusals import StaleEdit, WrongState
from lps_safeguarding.alerts.models import Alert
from lps_safeguarding.people.models import OnDuty
from tests.cast import CAST, signed_in
from tests.concerns.factories import a_concern, a_decision, a_missing_child, found, read
from tests.concerns.notices import posted
from tests.people.factories import ChildFactory

pytestmark = [pytest.mark.django_db, pytest.mark.rule("CON-19")]

TUESDAY_MORNING = datetime.datetime(2026, 11, 17, 10, 0, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _on_a_tuesday_morning():
    with time_machine.travel(TUESDAY_MORNING, tick=False):
        yield


@pytest.fixture
def officer(the_attendance_officer, the_service, a_dsl_of_the_service, the_lead_dsl, the_headteacher):
    """The attendance officer, on a day on which the DSL of the service is on duty."""
    OnDuty.objects.create(
        service=the_service,
        user=a_dsl_of_the_service,
        starts_at=TUESDAY_MORNING - 2 * HOUR,
        ends_at=TUESDAY_MORNING + 7 * HOUR,
    )
    return the_attendance_officer


@pytest.fixture
def client_of_officer(officer):
    return signed_in(officer)


def all_of(model):
    with acting.as_the_system("test"):
        return list(model.objects.select_related("key"))


def the_only(model):
    (one,) = all_of(model)
    return one


def text_of(answer) -> str:
    return answer.content.decode()


def told(reason):
    return {alert.recipient_id for alert in Alert.objects.filter(reason=reason)}


def report(client, about, **more):
    url = posted.begin(client, "concerns:missing")
    return url, client.post(url, posted.missing(about, **more))


# --- Reporting --------------------------------------------------------------------------------------------------------
def test_the_report_becomes_a_concern_in_the_queue_with_a_record_of_its_own(
    client_of_officer, officer, a_child, a_dsl_of_the_service, acting_as
):
    _, answer = report(client_of_officer, a_child)
    concern = the_only(Concern)
    assert answer.url == reverse("concerns:log_sent", args=[concern.reference])
    assert (concern.form, concern.kinds, concern.author) == (Form.STANDARD, [Kind.MISSING_EDUCATION], officer)
    assert concern.missing_since == concern.observed_at == TUESDAY_MORNING - 2 * HOUR
    missing = the_only(MissingChild)
    assert (missing.last_contact_with, missing.last_contact_at) == ("Mr Dale in room 4", TUESDAY_MORNING - 2 * HOUR)
    assert (missing.welfare_told, missing.welfare_told_by) == ("yes", "Mr Officer")
    steps = {step.step: step for step in all_of(StepTaken)}
    assert steps["rang_home"].what_came_of_it == "Her gran has not seen her"
    assert steps["told_police"].their_reference == "MISPER 77-1043"
    assert steps["told_police"].at == TUESDAY_MORNING - HOUR / 2
    assert told("entry") == {a_dsl_of_the_service.pk}
    with acting_as(a_dsl_of_the_service):
        sections = {
            section.slug: section.rows for section in timeline.queue_sections(a_dsl_of_the_service, timezone.now())
        }
    assert [row.pk for row in sections["unread"]] == [concern.pk]


def test_a_child_at_risk_now_is_as_urgent_as_a_pink_form(
    client_of_officer, a_child, a_dsl_of_the_service, the_lead_dsl, the_headteacher, as_system
):
    report(client_of_officer, a_child, at_risk_now="yes")
    assert the_only(Concern).form == Form.PINK
    assert told("pink_form") == {a_dsl_of_the_service.pk}
    escalation.sweep(TUESDAY_MORNING + datetime.timedelta(minutes=5))
    assert told("pink_form_unread") == {the_lead_dsl.pk}
    escalation.sweep(TUESDAY_MORNING + datetime.timedelta(minutes=15))
    assert told("pink_form_unread") == {the_lead_dsl.pk, the_headteacher.pk}


def test_the_dsl_and_the_reporter_see_what_was_written_and_it_can_be_searched(
    client_of_officer, a_child, a_dsl_of_the_service
):
    report(client_of_officer, a_child)
    concern = the_only(Concern)
    address = reverse("concerns:concern_detail", args=[concern.reference])
    for client in (client_of_officer, signed_in(a_dsl_of_the_service)):
        page = text_of(client.get(address))
        for words in (
            "Went missing during the school day",
            "Mr Dale in room 4",
            "MISPER 77-1043",
            "Her gran has not seen her",
            "Met an older man there last week",
            "The back gate",
            "Still missing",
        ):
            assert words in page, words
    from lps_safeguarding.vault import words as word_index

    assert set(word_index.hashes("gran MISPER Dale")) <= set(concern.search_words)


def test_the_referral_document_holds_the_search(client_of_officer, a_child, a_dsl_of_the_service, acting_as):
    from concerns import notice_page

    report(client_of_officer, a_child)
    with acting_as(a_dsl_of_the_service):
        concern = need_to_know.readable_by(a_dsl_of_the_service).select_related("key").get()
        rows = dict(notice_page.in_words(a_dsl_of_the_service, concern))
    assert "Mr Dale in room 4" in rows["Last contact"]
    assert "MISPER 77-1043" in rows["Told the police"]
    assert rows["Found"] == "No: the child is still missing"


@pytest.mark.parametrize("who", [name for name in CAST if name not in ("a_leaver", "nobody_signed_in")])
def test_attendance_officers_and_dsls_fill_it_in_and_nobody_else(request, who, a_child, a_dsl_of_the_service):
    person = request.getfixturevalue(who)
    may = who in ("the_attendance_officer", "a_dsl_of_the_service", "a_dsl_of_another_service", "the_lead_dsl")
    client = signed_in(person)
    assert client.get(reverse("concerns:missing")).status_code == (302 if may else 403)
    assert ("A missing or absent child" in text_of(client.get(reverse("concerns:log")))) == may
    with acting.as_person(person):
        if may:
            assert a_missing_child(by=person, child=a_child, passed_to=a_dsl_of_the_service)
        else:
            with pytest.raises(PermissionDenied):
                a_missing_child(by=person, child=a_child, passed_to=a_dsl_of_the_service)


@pytest.mark.rule("CON-18")
def test_sending_twice_makes_one_report_and_its_draft_is_gone(client_of_officer, a_child):
    url = posted.begin(client_of_officer, "concerns:missing")
    client_of_officer.post(url, {"action": "later", "place": "Gate", "notice": "missing"})
    assert 'value="Gate"' in text_of(client_of_officer.get(url))
    draft = the_only(Draft)
    assert client_of_officer.get(reverse("concerns:draft_open", args=[draft.pk])).url == url
    first, second = (client_of_officer.post(url, posted.missing(a_child)) for _ in range(2))
    assert first.url == second.url
    assert (len(all_of(Concern)), len(all_of(MissingChild)), len(all_of(StepTaken))) == (1, 1, 2)
    assert not all_of(Draft)


@pytest.mark.rule("CON-18")
def test_a_draft_of_one_form_does_not_open_as_another(client_of_officer):
    missing = posted.begin(client_of_officer, "concerns:missing")
    key = posted.key_of(missing)
    client_of_officer.post(missing, {"action": "later", "place": "Gate"})
    standard = client_of_officer.get(reverse("concerns:log_standard_form", args=[key]), follow=True)
    assert standard.redirect_chain[-1][0] == missing
    forged = {"place": "x", "form": "standard", "notice": "nonsense"}
    client_of_officer.post(reverse("concerns:draft_save", args=[key]), forged)
    assert client_of_officer.get(missing, follow=True).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"at_risk_now": ""}, "Say whether the child is at risk of harm right now"),
        ({"how": "elsewhere"}, "What has happened?: choose one of the answers"),
        ({"how": ""}, "Choose in what way the child is missing or absent"),
        ({"step_told_police_reference": " "}, "write “none yet”"),
        ({"step_rang_home_at_3": ""}, "Enter the time as well"),
        ({"step_rang_home_at_2": "2031"}, "cannot be in the future"),
        ({"step_other": "on"}, "Say what was done"),
        ({"welfare_told": ""}, "Say whether the Education Welfare Service was told"),
        ({"welfare_told_by": ""}, "Say who told them"),
        ({"observed_at_0": "31", "observed_at_1": "2"}, "There is no 31 February"),
        ({"what_was_seen": "x" * 100_001}, "This has 100,001 characters"),
        ({"place": "x" * 501}, "there is room for 500"),
        ({"last_contact_with": "y" * 501}, "there is room for 500"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_what_was_typed_stays(client_of_officer, a_child, wrong, sentence):
    url, answer = report(client_of_officer, a_child, **wrong)
    assert answer.status_code == 200
    page = text_of(answer)
    assert sentence in page
    assert "Her gran has not seen her" in page
    assert not all_of(Concern)
    assert "Her gran has not seen her" in text_of(client_of_officer.get(url))


def test_junk_in_every_box_is_answered_with_sentences(client_of_officer, a_child):
    url = posted.begin(client_of_officer, "concerns:missing")
    for junk in ("\x00\x1b", "💥" * 300, "-1", "' OR 1=1 --", "{{ 7|add:7 }}", "9" * 5000):
        boxes = dict.fromkeys(posted.missing(a_child), junk) | {"action": "send"}
        assert client_of_officer.post(url, boxes).status_code == 200
    assert not all_of(Concern)


def test_boxes_of_what_was_not_ticked_are_left_alone(client_of_officer, a_child):
    report(client_of_officer, a_child, step_home_visit_at_0="99", step_home_visit_text="never")
    assert {step.step for step in all_of(StepTaken)} == {"rang_home", "told_police"}


def test_each_child_has_a_form_of_their_own(client_of_officer, a_child, the_service):
    other = ChildFactory(first_name="Sam", last_name="Brook", service=the_service)
    _, answer = report(client_of_officer, a_child, child=[str(a_child.pk), str(other.pk)])
    assert "Send one form for each child" in text_of(answer)


def test_a_child_who_is_not_on_the_list_can_be_reported(client_of_officer, a_child, the_service):
    report(
        client_of_officer,
        a_child,
        child="",
        new_child_name="Robyn Vane",
        new_child_service=str(the_service.pk),
    )
    with acting.as_the_system("test"):
        assert the_only(Concern).children.get().child.last_name == "Vane"


@pytest.mark.rule("CON-09")
def test_the_report_cannot_be_changed_even_in_the_database(client_of_officer, a_child, as_system):
    report(client_of_officer, a_child)
    for table, column, value in (
        ("concerns_missingchild", "how", "'taken_off'"),
        ("concerns_missingchild", "last_contact_at", "now()"),
        ("concerns_missingchild", "welfare_told_by", "'\\x00'::bytea"),
        ("concerns_steptaken", "at", "now()"),
        ("concerns_steptaken", "their_reference", "'\\x00'::bytea"),
        ("concerns_concern", "notice", "''"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {column} = {value}")
    for table in ("concerns_missingchild", "concerns_steptaken"):
        with pytest.raises(Exception, match="never deleted|permission denied"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {table}")


@pytest.mark.rule("ACC-02")
def test_a_reporter_with_a_conflict_sends_it_and_reads_nothing(officer, a_child, a_dsl_of_the_service, acting_as):
    with acting_as(officer):
        conflicts.declare(person=officer, child=a_child, kind="relative", by=officer, reason="My niece.")
    concern = a_missing_child(by=officer, child=a_child, passed_to=a_dsl_of_the_service)
    with acting_as(officer):
        assert not need_to_know.readable_by(officer).filter(pk=concern.pk).exists()
        assert not MissingChild.objects.exists()
        assert not StepTaken.objects.exists()


# --- What follows -----------------------------------------------------------------------------------------------------
def test_what_else_was_done_is_added_by_the_reporter_and_by_a_dsl(client_of_officer, a_child, a_dsl_of_the_service):
    report(client_of_officer, a_child)
    concern = the_only(Concern)
    address = reverse("concerns:step_add", args=[concern.reference])
    detail = reverse("concerns:concern_detail", args=[concern.reference])
    page = client_of_officer.get(address)
    for _ in range(2):
        boxes = {
            "step": "home_visit",
            "what_came_of_it": "Nobody in",
            "submission_key": page.context["form"].initial["submission_key"],
            **posted.moment("at"),
        }
        assert client_of_officer.post(address, boxes).url.startswith(detail)
    as_dsl = signed_in(a_dsl_of_the_service)
    boxes = {"step": "asked_friends", "what_came_of_it": "Kit saw her", "submission_key": uuid.uuid4()}
    as_dsl.post(address, boxes | posted.moment("at"))
    assert sorted(step.step for step in all_of(StepTaken)) == [
        "asked_friends",
        "home_visit",
        "rang_home",
        "told_police",
    ]
    assert told("step_taken") == {a_dsl_of_the_service.pk}
    assert "Nobody in" in text_of(as_dsl.get(detail))
    own = text_of(client_of_officer.get(detail))
    assert "Nobody in" in own
    assert "Kit saw her" not in own


@pytest.mark.parametrize(
    "who",
    [
        "a_staff_member",
        "a_dsl_of_another_service",
        "the_key_adult",
        "the_headteacher",
        "the_administrator",
        "the_chair",
    ],
)
def test_for_others_the_report_does_not_exist(request, officer, a_child, a_dsl_of_the_service, who):
    concern = a_missing_child(by=officer, child=a_child, passed_to=a_dsl_of_the_service)
    client = signed_in(request.getfixturevalue(who))
    for name in ("step_add", "found_add", "conversation_edit", "concern_detail"):
        there = client.get(reverse(f"concerns:{name}", args=[concern.reference]))
        nowhere = client.get(reverse(f"concerns:{name}", args=["C-ZZZZ-ZZZZ"]))
        assert (there.status_code, nowhere.status_code) == (404, 404), name


def test_an_ordinary_concern_has_no_search(client_of_officer, officer, a_child, a_dsl_of_the_service):
    concern = a_concern(by=officer, child=a_child, passed_to=a_dsl_of_the_service)
    for name in ("step_add", "found_add", "conversation_edit"):
        assert client_of_officer.get(reverse(f"concerns:{name}", args=[concern.reference])).status_code == 403


def test_the_child_is_back_and_a_dsl_is_reminded_of_the_conversation_until_it_is_held(
    client_of_officer, officer, a_child, a_dsl_of_the_service
):
    report(client_of_officer, a_child)
    concern = the_only(Concern)
    with time_machine.travel(TUESDAY_MORNING + 3 * HOUR, tick=False):
        boxes = {
            "where": "with_somebody",
            "told_by": "Her gran rang",
            "how_found": "At a friend's flat",
            "conversation": "not_offered",
            **posted.moment("found_at", TUESDAY_MORNING + 2 * HOUR),
        }
        client = signed_in(officer)
        answer = client.post(reverse("concerns:found_add", args=[concern.reference]), boxes, follow=True)
        assert "not missing any more" in text_of(answer)
    back = the_only(ChildFound)
    assert (back.found_at, back.told_by, back.recorded_by) == (TUESDAY_MORNING + 2 * HOUR, "Her gran rang", officer)
    assert the_only(Concern).missing_since is None
    assert told("child_found") == {a_dsl_of_the_service.pk}
    reminder = the_only(FollowUp)
    assert (reminder.owner, reminder.due_on) == (a_dsl_of_the_service, datetime.date(2026, 11, 20))
    as_dsl = signed_in(a_dsl_of_the_service)
    edit = reverse("concerns:conversation_edit", args=[concern.reference])
    assert "Say when the conversation was held" in text_of(as_dsl.post(edit, {"conversation": "done"}))
    with time_machine.travel(TUESDAY_MORNING + 5 * HOUR, tick=False):
        held = {
            "conversation": "done",
            "conversation_with": "Mrs Okafor",
            "what_child_said": "I just wanted to get out of there",
            "version": back.version,
            **posted.moment("conversation_at", TUESDAY_MORNING + 4 * HOUR),
        }
        as_dsl = signed_in(a_dsl_of_the_service)
        page = text_of(as_dsl.post(edit, held, follow=True))
    assert "I just wanted to get out of there" in page
    assert the_only(FollowUp).state == FollowUpState.DONE
    assert the_only(ChildFound).conversation == Conversation.DONE
    own = text_of(client_of_officer.get(reverse("concerns:concern_detail", args=[concern.reference])))
    assert "not missing any more" in own


def test_a_child_who_is_back_is_recorded_once_and_not_looked_for_any_more(
    officer, a_child, a_dsl_of_the_service, acting_as
):
    concern = a_missing_child(by=officer, child=a_child, passed_to=a_dsl_of_the_service)
    found(concern, by=a_dsl_of_the_service)
    with pytest.raises(WrongState):
        found(concern, by=officer)
    with acting_as(officer), pytest.raises(WrongState):
        operations.record_step(
            concern=need_to_know.readable_by(officer).select_related("key").get(pk=concern.pk),
            by=officer,
            step=Step(SearchStep.RANG_HOME, timezone.now()),
            submission_key=uuid.uuid4(),
        )
    page = signed_in(officer).get(reverse("concerns:concern_detail", args=[concern.reference]))
    assert "A colleague has recorded it" in text_of(page)
    assert "Saw her in class" not in text_of(page)


@pytest.mark.parametrize(
    ("given", "box"),
    [
        ({"found_at": TUESDAY_MORNING - 5 * HOUR}, "found_at"),
        ({"found_at": TUESDAY_MORNING + HOUR}, "found_at"),
        ({"found_at": None}, "found_at"),
        ({"told_by": " "}, "told_by"),
        ({"where": ""}, "where"),
        ({"conversation": "done"}, "conversation_at"),
        ({"conversation": "maybe"}, "conversation"),
        ({"conversation": "done", "conversation_at": TUESDAY_MORNING - HOUR}, "conversation_at"),
    ],
)
def test_what_cannot_be_is_refused_at_its_box(officer, a_child, a_dsl_of_the_service, given, box):
    concern = a_missing_child(by=officer, child=a_child, passed_to=a_dsl_of_the_service)
    with pytest.raises(ValidationError) as refused:
        found(concern, by=officer, **given)
    assert set(refused.value.message_dict) == {box}
    assert not all_of(ChildFound)


def test_the_conversation_refused_ends_the_reminder_and_two_who_write_at_once_lose_nothing(
    officer, a_child, a_dsl_of_the_service, acting_as
):
    concern = a_missing_child(by=officer, child=a_child, passed_to=a_dsl_of_the_service)
    back = found(concern, by=officer)
    with acting_as(a_dsl_of_the_service):
        seen = need_to_know.findings_readable_by(a_dsl_of_the_service).select_related("key", "concern").get(pk=back.pk)
        operations.record_conversation(
            found=seen, by=a_dsl_of_the_service, conversation=Conversation.REFUSED, version=seen.version
        )
        with pytest.raises(StaleEdit):
            operations.record_conversation(
                found=seen, by=a_dsl_of_the_service, conversation=Conversation.OFFERED, version=seen.version
            )
    assert the_only(FollowUp).state == FollowUpState.CANCELLED


def test_a_child_still_missing_stays_in_the_queue_after_the_decision(
    officer, a_child, a_dsl_of_the_service, acting_as
):
    concern = read(a_missing_child(by=officer, child=a_child, passed_to=a_dsl_of_the_service), by=a_dsl_of_the_service)
    a_decision(concern, by=a_dsl_of_the_service)

    def missing_now():
        a_dsl_of_the_service.forget_roles()
        with acting_as(a_dsl_of_the_service):
            sections = timeline.queue_sections(a_dsl_of_the_service, timezone.now())
        return [row.pk for section in sections if section.slug == "missing" for row in section.rows]

    assert missing_now() == [concern.pk]
    assert "missing since" in text_of(signed_in(a_dsl_of_the_service).get(reverse("overview:queue")))
    found(concern, by=a_dsl_of_the_service)
    assert missing_now() == []


@pytest.mark.rule("CPF-01")
def test_other_times_a_child_was_missing_are_on_the_case_and_in_the_chronology_for_who_may_open_them(
    officer, a_child, a_dsl_of_the_service, the_lead_dsl, acting_as
):
    first = a_missing_child(by=officer, child=a_child, passed_to=a_dsl_of_the_service)
    found(first, by=officer)
    shut = a_missing_child(by=officer, child=a_child, passed_to=the_lead_dsl)
    with acting_as(the_lead_dsl):
        record = need_to_know.readable_by(the_lead_dsl).get(pk=shut.pk)
        conflicts.declare(
            person=a_dsl_of_the_service, record=record, kind="relative", by=the_lead_dsl, reason="A friend."
        )
    again = a_missing_child(by=officer, child=a_child, passed_to=a_dsl_of_the_service)
    page = text_of(signed_in(a_dsl_of_the_service).get(reverse("concerns:concern_detail", args=[again.reference])))
    assert "Missing at other times" in page
    assert first.reference in page
    assert shut.reference not in page
    with acting_as(a_dsl_of_the_service):
        titles = [(e.title, "Still missing" in e.tags) for e in timeline.entries_for(a_dsl_of_the_service, a_child)]
    assert titles.count(("Missing or absent child", True)) == 1
    assert titles.count(("Missing or absent child", False)) == 1
    own = text_of(signed_in(officer).get(reverse("concerns:concern_detail", args=[again.reference])))
    assert "Missing at other times" not in own


def test_whoever_closes_it_is_told_that_the_child_is_still_missing(officer, a_child, a_dsl_of_the_service):
    concern = read(a_missing_child(by=officer, child=a_child, passed_to=a_dsl_of_the_service), by=a_dsl_of_the_service)
    a_decision(concern, by=a_dsl_of_the_service)
    close = reverse("concerns:close", args=[concern.reference])
    client = signed_in(a_dsl_of_the_service)
    assert "The child is recorded as missing still" in text_of(client.get(close))
    found(concern, by=officer)
    assert "The child is recorded as missing still" not in text_of(client.get(close))
