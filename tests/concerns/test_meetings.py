"""Meetings about a child: planned, recorded, moved, and what they leave for people to do."""

import datetime

import psycopg
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from concerns import need_to_know, operations
from concerns.models import FollowUp, Meeting, PlanStatus
from concerns.states import FollowUpState, MeetingState
from concerns.terms import MeetingKind, PlanKind, ReportSent
from lps_safeguarding.access import acting
from lps_safeguarding.access.refusals import StaleEdit, WrongState
from tests.cast import signed_in
from tests.concerns.deciding import posted
from tests.concerns.factories import a_file_of, a_meeting, a_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def a_file(a_child, a_dsl_of_the_service):
    return a_file_of(a_child, by=a_dsl_of_the_service)


def yesterday():
    return timezone.now() - datetime.timedelta(days=1)


def page(name, reference, person):
    return signed_in(person).get(reverse(name, args=[reference]))


@pytest.mark.rule("CPF-01")
def test_the_next_meeting_stands_at_the_head_of_the_file_and_on_its_plan(a_file, a_dsl_of_the_service, acting_as):
    with acting_as(a_dsl_of_the_service):
        plan = operations.set_plan(
            child_file=a_file,
            by=a_dsl_of_the_service,
            kind=PlanKind.CHILD_PROTECTION,
            from_date=timezone.localdate() - datetime.timedelta(days=30),
        )
    meeting = a_meeting(child_file=a_file, by=a_dsl_of_the_service)
    shown = page("overview:child", a_file.reference, a_dsl_of_the_service)
    assert shown.context["page_of_child"].next_meeting.pk == meeting.pk
    assert reverse("concerns:meeting_detail", args=[meeting.reference]) in shown.content.decode()
    with acting_as(a_dsl_of_the_service):
        assert PlanStatus.objects.get(pk=plan.pk).next_meeting_at == meeting.starts_at
        operations.record_not_held(
            meeting=meeting, by=a_dsl_of_the_service, state=MeetingState.CANCELLED, why="Chair ill.", version=1
        )
        assert PlanStatus.objects.get(pk=plan.pk).next_meeting_at is None


@pytest.mark.rule("DEC-01")
def test_a_meeting_of_today_and_one_not_recorded_wait_in_the_queue(a_file, a_dsl_of_the_service, a_child):
    a_meeting(child_file=a_file, by=a_dsl_of_the_service)
    queue = reverse("overview:queue")
    assert "to be recorded" not in signed_in(a_dsl_of_the_service).get(queue).content.decode()
    meeting = a_meeting(child_file=a_file, by=a_dsl_of_the_service, starts_at=yesterday())
    text = signed_in(a_dsl_of_the_service).get(queue).content.decode()
    assert "Meetings today, and meetings to be recorded" in text
    assert a_child.name in text
    for filters in ({"service": "ks3"}, {"who": "mine"}):
        assert "to be recorded" in signed_in(a_dsl_of_the_service).get(queue, filters).content.decode()
    assert "to be recorded" not in signed_in(a_dsl_of_the_service).get(queue, {"form": "pink"}).content.decode()
    a_record(meeting, by=a_dsl_of_the_service)
    assert "to be recorded" not in signed_in(a_dsl_of_the_service).get(queue).content.decode()


@pytest.mark.rule("CPF-01", "DEC-13")
def test_one_page_records_who_came_what_was_decided_who_does_what_and_when_it_goes_on(
    a_file, a_dsl_of_the_service, another_staff_member
):
    meeting = a_meeting(child_file=a_file, by=a_dsl_of_the_service, starts_at=yesterday())
    client = signed_in(a_dsl_of_the_service)
    address = reverse("concerns:meeting_record", args=[meeting.reference])
    shown = client.get(address)
    due = timezone.localdate() + datetime.timedelta(days=5)
    next_at = timezone.now() + datetime.timedelta(days=40)
    given = {
        "version": posted.hidden(shown, "version"),
        "people_rows": 5,
        "actions_rows": 2,
        "person-0-who": "Lee Brook",
        "person-0-role": "Social worker",
        "person-0-agency": "social_care",
        "person-1-who": "Jo Vickers",
        "person-2-who": "Kim Ashdown",
        "person-2-role": "Mother",
        "person-2-agency": "family",
        "person-2-apologies": "on",
        "report_sent": "not_sent",
        "report_why_not": "We were told of it on the day.",
        "decisions": "The plan goes on.",
        "action-0-what": "Greet at the gate each morning.",
        "action-0-owner": "Jo Vickers",
        "next_place": "Town hall",
        **posted.parts_of(meeting.starts_at, "starts_at"),
        **posted.day_parts(due, "action-0-due_on"),
        **posted.parts_of(next_at, "next_starts_at"),
    }
    more = client.post(address, given | {"step": "actions"})
    assert more.status_code == 200
    assert "Greet at the gate each morning." in more.content.decode()
    assert len(more.context["recording"].actions) == 5
    done = client.post(address, given)
    assert done.status_code == 302, done.content.decode()
    text = client.get(done["Location"]).content.decode()
    for words in ("Lee Brook, Social worker", "Kim Ashdown, Mother", "Apologies", "We were told of it", "Greet at"):
        assert words in text, words
    with acting.as_the_system("test"):
        recorded = Meeting.objects.select_related("key").get(pk=meeting.pk)
        ours = next(each for each in recorded.attendance if each["agency"] == "school")
        assert ours["person"] == another_staff_member.pk
        follow_up = FollowUp.objects.get(meeting=meeting, to_attend=False)
        assert (follow_up.owner, follow_up.due_on) == (another_staff_member, due)
        next_one = Meeting.objects.get(follows=meeting)
        assert (next_one.kind, next_one.state) == (meeting.kind, MeetingState.PLANNED)
        assert FollowUp.objects.get(meeting=meeting, to_attend=True).state == FollowUpState.DONE


@pytest.mark.rule("DEC-13")
def test_whoever_goes_or_has_something_to_do_sees_the_task_and_nothing_of_the_file(
    a_file, a_dsl_of_the_service, a_staff_member, another_staff_member
):
    meeting = a_meeting(
        child_file=a_file,
        by=a_dsl_of_the_service,
        starts_at=yesterday(),
        owner=a_staff_member,
        bring="Take the table.",
    )
    due = timezone.localdate()
    a_record(
        meeting,
        by=a_dsl_of_the_service,
        what_was_said="The brother was there too.",
        actions=[{"owner": another_staff_member, "due_on": due, "what": "Keep a seat at the front."}],
    )
    with acting.as_the_system("test"):
        to_go = FollowUp.objects.get(meeting=meeting, to_attend=True).reference
        to_do = FollowUp.objects.get(meeting=meeting, to_attend=False).reference
    for person, reference, seen in ((a_staff_member, to_go, "Take the table."), (another_staff_member, to_do, "seat")):
        text = page("concerns:follow_up_detail", reference, person).content.decode()
        assert seen in text
        for hidden in ("Ashdown", a_file.reference, meeting.reference, "The plan goes on", "brother"):
            assert hidden not in text, hidden
        assert page("concerns:meeting_detail", meeting.reference, person).status_code == 404
        assert page("overview:child", a_file.reference, person).status_code == 404
    assert page("concerns:follow_up_detail", to_do, a_staff_member).status_code == 404


@pytest.mark.rule("DEC-13", "DEC-01")
def test_a_meeting_is_never_left_without_a_record(a_file, a_dsl_of_the_service, a_staff_member, acting_as):
    meeting = a_meeting(child_file=a_file, by=a_dsl_of_the_service, starts_at=yesterday(), owner=a_staff_member)
    with acting_as(a_staff_member):
        mine = need_to_know.follow_ups_readable_by(a_staff_member).get()
        operations.end_follow_up(
            follow_up=mine, by=a_staff_member, state=FollowUpState.DONE, note="They want a review."
        )
    with acting_as(a_dsl_of_the_service):
        back = FollowUp.objects.select_related("key").get(meeting=meeting, state=FollowUpState.OPEN)
        assert back.owner == a_dsl_of_the_service
        assert "They want a review." in back.what
        with pytest.raises(WrongState, match="Open the meeting"):
            operations.end_follow_up(follow_up=back, by=a_dsl_of_the_service, state=FollowUpState.DONE, note="")
    a_record(meeting, by=a_dsl_of_the_service)
    with acting_as(a_dsl_of_the_service):
        assert not FollowUp.objects.open().filter(meeting=meeting).exists()


@pytest.mark.rule("CPF-01")
@pytest.mark.parametrize(
    ("state", "sentence"),
    [("rearranged", "Moved to another day"), ("cancelled", "Called off"), ("missed", "Held without us")],
)
def test_a_meeting_that_was_not_held_says_why(state, sentence, a_file, a_dsl_of_the_service):
    meeting = a_meeting(child_file=a_file, by=a_dsl_of_the_service, starts_at=yesterday())
    client = signed_in(a_dsl_of_the_service)
    address = reverse("concerns:meeting_not_held", args=[meeting.reference])
    given = {"version": 1, "state": state, "why": "The minibus broke down."}
    assert "Say why" in client.post(address, {**given, "why": " "}).content.decode()
    if state == "rearranged":
        assert "Say when it is instead" in client.post(address, given).content.decode()
        given |= posted.parts_of(timezone.now() + datetime.timedelta(days=3), "starts_at")
    assert client.post(address, given).status_code == 302
    text = page("concerns:meeting_detail", meeting.reference, a_dsl_of_the_service).content.decode()
    assert sentence in text
    assert "The minibus broke down." in text
    assert "marked" in client.post(address, given | {"version": 2}).content.decode()
    with acting.as_the_system("test"):
        assert Meeting.objects.filter(follows=meeting).count() == (1 if state == "rearranged" else 0)


@pytest.mark.rule("CPF-01")
def test_minutes_of_a_meeting_held_without_us_can_come_later(a_file, a_dsl_of_the_service, acting_as):
    meeting = a_meeting(child_file=a_file, by=a_dsl_of_the_service, starts_at=yesterday())
    with acting_as(a_dsl_of_the_service):
        operations.record_not_held(
            meeting=meeting, by=a_dsl_of_the_service, state="missed", why="Not told.", version=1
        )
    assert a_record(meeting, by=a_dsl_of_the_service).state == MeetingState.HELD


def test_a_form_sent_twice_makes_one_meeting(a_file, a_dsl_of_the_service):
    client = signed_in(a_dsl_of_the_service)
    address = reverse("concerns:meeting_plan", args=[a_file.reference])
    given = {
        "submission_key": posted.hidden(client.get(address), "submission_key"),
        "kind": "strategy",
        **posted.parts_of(timezone.now() + datetime.timedelta(days=1), "starts_at"),
    }
    assert [client.post(address, given).status_code for _ in range(2)] == [302, 302]
    with acting.as_the_system("test"):
        assert Meeting.objects.count() == 1
        assert FollowUp.objects.filter(to_attend=True).count() == 1


def test_two_people_record_the_same_meeting_and_nothing_is_lost(a_file, a_dsl_of_the_service):
    meeting = a_meeting(child_file=a_file, by=a_dsl_of_the_service, starts_at=yesterday())
    a_record(meeting, by=a_dsl_of_the_service)
    answer = signed_in(a_dsl_of_the_service).post(
        reverse("concerns:meeting_record", args=[meeting.reference]),
        {
            "version": 1,
            "person-0-who": "Lee Brook",
            "person-0-agency": "social_care",
            "report_sent": "not_asked",
            "decisions": "My own words",
            **posted.parts_of(yesterday(), "starts_at"),
        },
    )
    text = answer.content.decode()
    assert "Somebody else changed this" in text
    assert "My own words" in text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"attendance": []}, "Say who was there"),
        ({"attendance": [{"name": "Lee", "agency": "police", "apologies": True}]}, "Say who was there"),
        ({"attendance": [{"name": " ", "agency": "police"}]}, "Each person has a name"),
        ({"attendance": [{"name": f"Lee {n}", "agency": "police"} for n in range(41)]}, "room for 40"),
        ({"decisions": " "}, "Say what was decided"),
        ({"report_sent": ReportSent.SENT}, "on which day"),
        ({"report_sent": ReportSent.NOT_SENT}, "why no report"),
        ({"starts_at": timezone.now() + datetime.timedelta(days=400 * 3)}, "years away"),
        ({"starts_at": timezone.now() + datetime.timedelta(days=2)}, "in the future"),
        ({"next_starts_at": timezone.now() - datetime.timedelta(days=9)}, "before this one"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_record_that_cannot_be_right_is_refused_with_a_sentence(wrong, sentence, a_file, a_dsl_of_the_service):
    meeting = a_meeting(child_file=a_file, by=a_dsl_of_the_service, starts_at=yesterday())
    with pytest.raises(ValidationError, match=sentence):
        a_record(meeting, by=a_dsl_of_the_service, **wrong)
    with acting.as_the_system("test"):
        assert Meeting.objects.get(pk=meeting.pk).state == MeetingState.PLANNED


BOXES = (
    "version", "submission_key", "kind", "starts_at_0", "starts_at_1", "starts_at_2", "starts_at_3", "place", "owner",
    "bring", "people_rows", "actions_rows", "person-0-who", "person-0-agency", "person-0-role", "action-0-what",
    "action-0-owner", "action-0-due_on_0", "report_sent", "report_sent_on_0", "decisions", "next_starts_at_3",
    "next_owner", "state", "why",
)  # fmt: skip


@pytest.mark.parametrize("name", ["meeting_plan", "meeting_record", "meeting_not_held"])
def test_junk_in_every_box_is_answered_with_sentences(name, a_file, a_dsl_of_the_service):
    meeting = a_meeting(child_file=a_file, by=a_dsl_of_the_service, starts_at=yesterday())
    reference = a_file.reference if name == "meeting_plan" else meeting.reference
    client = signed_in(a_dsl_of_the_service)
    address = reverse(f"concerns:{name}", args=[reference])
    for junk in ("\x00", "9" * 30, "<script>", "’; DROP", "\ud83d", "-1", "x" * 60_000):
        answer = client.post(address, dict.fromkeys(BOXES, junk.encode("utf-8", "ignore").decode()))
        assert answer.status_code == 200
        assert "There is a problem" in answer.content.decode()


@pytest.mark.rule("ACC-04")
@pytest.mark.parametrize(
    "who", ["a_staff_member", "a_dsl_of_another_service", "the_administrator", "the_chair", "the_headteacher"]
)
def test_for_others_there_is_no_such_meeting(a_file, who, request, a_dsl_of_the_service):
    meeting = a_meeting(child_file=a_file, by=a_dsl_of_the_service)
    person = request.getfixturevalue(who)
    for name in ("meeting_detail", "meeting_record", "meeting_not_held"):
        assert page(f"concerns:{name}", meeting.reference, person).status_code == 404
    assert page("concerns:meeting_plan", a_file.reference, person).status_code == 404
    with acting.as_person(person), pytest.raises(PermissionDenied):
        operations.plan_meeting(child_file=a_file, by=person, kind=MeetingKind.STRATEGY, starts_at=timezone.now())


def test_an_older_screen_cannot_move_a_meeting(a_file, a_dsl_of_the_service, acting_as):
    meeting = a_meeting(child_file=a_file, by=a_dsl_of_the_service)
    with acting_as(a_dsl_of_the_service), pytest.raises(StaleEdit):
        operations.record_not_held(
            meeting=meeting, by=a_dsl_of_the_service, state="cancelled", why="Because.", version=7
        )


def test_the_database_deletes_no_meeting(a_file, a_dsl_of_the_service, as_superuser):
    a_meeting(child_file=a_file, by=a_dsl_of_the_service)
    with pytest.raises(psycopg.Error, match="never deleted"):
        as_superuser.execute("DELETE FROM concerns_meeting")
