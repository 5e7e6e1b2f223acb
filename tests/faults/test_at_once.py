"""Two people, or two presses, at the same moment: real threads, real transactions, real connections."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from concerns import operations
from concerns.models import Addendum, Concern, Decision, Feedback, FollowUp
from concerns.states import FollowUpState, State
from concerns.terms import Form, HarmSeen, Option
from lps_safeguarding.access import acting
from lps_safeguarding.access.refusals import StaleEdit, WrongState
from lps_safeguarding.alerts.models import Alert
from lps_safeguarding.audit_trail import chain
from lps_safeguarding.people.models import Role, User
from tests.cast import a_person, signed_in
from tests.concerns.deciding import posted
from tests.concerns.factories import a_concern, a_decision, decision, read
from tests.concerns.reporting import posting

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 120.0  # seconds; a deadlock would hold a thread for longer


def at_once(*steps: Callable[[], Any]) -> list[Any]:
    """Runs the steps at the same moment, each in a thread with a connection of its own. Their answers in order."""
    together = threading.Barrier(len(steps))
    answers: list[Any] = [None] * len(steps)

    def run(number: int, step: Callable[[], Any]) -> None:
        try:
            together.wait(10)
            answers[number] = step()
        except Exception as raised:  # noqa: BLE001 (handed to the test)
            answers[number] = raised
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=step, daemon=True) for step in enumerate(steps)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + PATIENCE
    for thread in threads:
        thread.join(max(end - time.monotonic(), 0))
    assert not any(thread.is_alive() for thread in threads), "something waits for ever"
    return answers


def statuses(answers: Sequence[Any]) -> list[Any]:
    return [getattr(answer, "status_code", answer) for answer in answers]


def anew(value: Any) -> Any:
    """A person as this thread reads them: requests share no user object."""
    return User.objects.select_related("adult").get(pk=value.pk) if isinstance(value, User) else value


def as_(person: User, do: Callable[..., Any], **given: Any) -> Callable[[], Any]:
    """A step of this person, in a transaction of its own. The person is read anew: threads share no user object."""

    def step() -> Any:
        user = User.objects.select_related("adult").get(pk=person.pk)
        with acting.as_person(user):
            return do(by=user, **{name: anew(value) for name, value in given.items()})

    return step


def all_of(model: Any, **which: Any) -> list[Any]:
    with acting.as_the_system("test"):
        return list(model.objects.filter(**which))


def now(record: Any) -> Any:
    with acting.as_the_system("test"):
        return type(record).objects.select_related("key").get(pk=record.pk)


@pytest.fixture
def the_dsls(a_dsl_of_the_service, another_dsl, the_lead_dsl, the_headteacher):
    return None


@pytest.fixture
def another_dsl(the_service):
    return a_person("Mr", "Dan", "Whitlow", Role.STAFF, (Role.SERVICE_DSL, the_service))


@pytest.fixture
def a_sent_concern(the_dsls, a_staff_member, a_child, a_dsl_of_the_service):
    return a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)


@pytest.fixture
def a_read_concern(a_sent_concern, a_dsl_of_the_service):
    return read(a_sent_concern, by=a_dsl_of_the_service)


@pytest.mark.rule("CON-18")
def test_a_form_sent_twice_at_the_same_moment_makes_one_concern(the_dsls, a_staff_member, a_child):
    clients = [signed_in(a_staff_member) for _ in range(3)]
    url = posting.begin(clients[0], "concerns:log_pink")
    typed = posting.pink(a_child)
    answers = at_once(*(lambda client=client: client.post(url, typed) for client in clients))
    assert statuses(answers) == [302, 302, 302], answers
    (concern,) = all_of(Concern)
    assert {answer.url for answer in answers} == {reverse("concerns:log_sent", args=[concern.reference])}
    told = [(alert.recipient_id, alert.reason) for alert in all_of(Alert)]
    assert len(told) == len(set(told))


@pytest.mark.rule("CON-18")
def test_two_first_concerns_about_a_child_at_once_make_one_file(
    the_dsls, a_staff_member, another_staff_member, a_child, a_dsl_of_the_service
):
    from concerns.models import ChildFile

    clients = [signed_in(a_staff_member), signed_in(another_staff_member)]
    urls = [posting.begin(client, "concerns:log_pink") for client in clients]
    answers = at_once(
        *(
            lambda client=client, url=url: client.post(url, posting.pink(a_child))
            for client, url in zip(clients, urls, strict=True)
        )
    )
    assert statuses(answers) == [302, 302], answers
    assert len(all_of(Concern)) == 2
    assert len(all_of(ChildFile)) == 1


@pytest.mark.rule("DEC-02")
def test_of_two_dsls_who_decide_at_once_one_decides_and_the_other_is_shown_both(
    a_read_concern, a_dsl_of_the_service, another_dsl
):
    reference = a_read_concern.reference
    clients = [signed_in(person) for person in (a_dsl_of_the_service, another_dsl)]
    pages = [client.get(reverse("concerns:concern_detail", args=[reference])) for client in clients]
    given = [posted.decision(page, rationale=f"Reason of number {number}.") for number, page in enumerate(pages)]
    url = reverse("concerns:decision_add", args=[reference])
    answers = at_once(*(lambda one=one: one[0].post(url, one[1]) for one in zip(clients, given, strict=True)))
    assert sorted(statuses(answers)) == [200, 302], answers
    (made,) = all_of(Decision)
    late = statuses(answers).index(200)
    text = answers[late].content.decode()
    assert f"Reason of number {1 - late}." in text
    assert f"Reason of number {late}." in text
    assert "Somebody else was here while you were writing" in text
    assert made.by_id == (another_dsl, a_dsl_of_the_service)[late].pk
    again = {**given[late], "version": posted.hidden(answers[late], "version")}
    assert clients[late].post(url, again).status_code == 302
    assert len(all_of(Decision)) == 2


@pytest.mark.rule("DEC-02")
def test_a_decision_sent_twice_at_the_same_moment_is_one(a_read_concern, a_dsl_of_the_service):
    clients = [signed_in(a_dsl_of_the_service) for _ in range(2)]
    page = clients[0].get(reverse("concerns:concern_detail", args=[a_read_concern.reference]))
    given = posted.decision(page, harm_seen="at_risk", options=["social_care"], feedback="Seen.", **posted.referral())
    url = reverse("concerns:decision_add", args=[a_read_concern.reference])
    answers = at_once(*(lambda client=client: client.post(url, given) for client in clients))
    assert statuses(answers) == [302, 302], answers
    (made,) = all_of(Decision)
    assert len(now(a_read_concern).feedback.model.objects.none()) == 0
    assert len(all_of(Feedback)) == 1
    with acting.as_the_system("test"):
        assert made.referrals.count() == 1


@pytest.mark.rule("CON-12")
def test_two_dsls_who_open_it_at_once_are_one_first_reading(a_sent_concern, a_dsl_of_the_service, another_dsl):
    clients = [signed_in(person) for person in (a_dsl_of_the_service, another_dsl)]
    url = reverse("concerns:concern_detail", args=[a_sent_concern.reference])
    answers = at_once(*(lambda client=client: client.get(url) for client in clients))
    assert statuses(answers) == [200, 200], answers
    read_one = now(a_sent_concern)
    assert read_one.state == State.READ
    assert read_one.version == 2
    with acting.as_the_system("test"):
        assert read_one.history.filter(read_at__isnull=False).count() == 1


@pytest.mark.rule("CON-12", "DEC-14")
def test_still_worried_at_the_moment_of_closing_is_never_lost(a_read_concern, a_dsl_of_the_service, a_staff_member):
    a_decision(a_read_concern, by=a_dsl_of_the_service)
    concern = now(a_read_concern)
    closing = {"outcome": "no_further_action", "rationale": "All is well.", "version": concern.version}
    answers = at_once(
        as_(a_dsl_of_the_service, operations.close_concern, concern=concern, **closing),
        as_(
            a_staff_member,
            operations.say_still_worried,
            concern=concern,
            text="I am not.",
            submission_key=uuid.uuid4(),
        ),
    )
    after = now(concern)
    assert isinstance(answers[1], Addendum), answers
    if isinstance(answers[0], StaleEdit):
        assert after.state == State.DECIDED
    else:
        assert after.state == State.CLOSED
    assert after.worried_at is not None, "it is back in the queue either way"
    with acting.as_the_system("test"):
        assert Concern.objects.waiting().filter(pk=after.pk).exists()


@pytest.mark.rule("DEC-13")
def test_a_follow_up_ended_twice_at_once_is_ended_once(a_read_concern, a_dsl_of_the_service, a_staff_member):
    todo = {"owner": a_staff_member, "due_on": timezone.localdate(), "what": "Ring home."}
    a_decision(a_read_concern, by=a_dsl_of_the_service, follow_ups=[todo])
    (follow_up,) = all_of(FollowUp)
    clients = [signed_in(person) for person in (a_staff_member, a_dsl_of_the_service)]
    url = reverse("concerns:follow_up_end", args=[follow_up.reference])
    given = {"version": "1", "state": "done"}
    answers = at_once(
        *(lambda one=one: one[1].post(url, {**given, "note": f"Note {one[0]}."}) for one in enumerate(clients))
    )
    assert sorted(statuses(answers)) == [200, 302], answers
    late = statuses(answers).index(200)
    assert f"Note {late}." in answers[late].content.decode(), "what was typed is still there"
    assert now(follow_up).state == FollowUpState.DONE
    with acting.as_the_system("test"):
        assert FollowUp.objects.select_related("key").get().note == f"Note {1 - late}."


OF_DSLS = ["mark_read", "record_decision", "close_concern", "reopen_concern", "assign", "set_follow_up",
           "end_follow_up", "give_feedback", "set_kinds", "take_up_talk"]  # fmt: skip


def test_two_hundred_changes_at_random_by_eight_people_at_once_neither_wait_for_ever_nor_break_anything(
    the_dsls, a_staff_member, another_staff_member, a_dsl_of_the_service, another_dsl, the_lead_dsl, a_child
):
    """Whatever the order, each ends in time: done, or refused with a sentence. The trail's chain is whole after it."""
    reporters, dsls = [a_staff_member, another_staff_member], [a_dsl_of_the_service, another_dsl, the_lead_dsl]
    concerns = [a_concern(by=reporters[n % 2], child=a_child, passed_to=a_dsl_of_the_service) for n in range(3)]
    for concern in concerns:
        read(concern, by=a_dsl_of_the_service)
    keys = [uuid.uuid4() for _ in range(6)]
    seen_faults: list[BaseException] = []
    done: list[str] = []

    def one(chance: random.Random, person: User) -> None:
        concern = chance.choice(concerns)
        given: dict[str, Any] = {"concern": concern}
        if person.pk in {reporter.pk for reporter in reporters}:
            what = chance.choice(["add_addendum", "say_still_worried", "ask_for_talk", "submit_concern"])
            if what in ("add_addendum", "say_still_worried"):
                given |= {"text": "And more.", "submission_key": chance.choice([*keys, uuid.uuid4()])}
            elif what == "submit_concern":
                given = {
                    "submission_key": uuid.uuid4(), "form": Form.PINK, "children": [(a_child, "")],
                    "observed_at": timezone.now(), "place": "Hall", "passed_to": a_dsl_of_the_service,
                    "what_was_seen": "Seen.",
                }  # fmt: skip
        else:
            what = chance.choice(OF_DSLS)
            more: dict[str, dict[str, Any]] = {
                "record_decision": {
                    **decision(harm_seen=HarmSeen.NO_SIGN, options=[Option.MONITOR]),
                    "version": None, "feedback": "Seen.",
                    "follow_ups": [{"owner": a_staff_member, "due_on": timezone.localdate(), "what": "Ring."}],
                },
                "close_concern": {"outcome": "no_further_action", "rationale": "Well."},
                "reopen_concern": {"why": "Again."},
                "assign": {"to": chance.choice(dsls)},
                "set_follow_up": {"owner": chance.choice(reporters), "due_on": timezone.localdate(), "what": "Ring."},
                "give_feedback": {"text": "Seen.", "submission_key": chance.choice([*keys, uuid.uuid4()])},
                "set_kinds": {"kinds": chance.sample(["neglect", "bullying"], 1)},
            }  # fmt: skip
            given |= more.get(what, {})
            if what == "end_follow_up":
                follow_ups = all_of(FollowUp)
                if not follow_ups:
                    return
                given = {"follow_up": chance.choice(follow_ups), "state": "done", "note": ""}
            if what == "mark_read":
                given["concern"] = now(concern)
        done.append(what)
        as_(person, getattr(operations, what), **given)()

    def many(seed: int, person: User) -> None:
        chance = random.Random(seed)
        for _ in range(25):
            try:
                one(chance, person)
            except (WrongState, StaleEdit, ValidationError, PermissionDenied):
                continue
            except Exception as fault:  # noqa: BLE001 (a deadlock, a lock that timed out: handed to the test)
                seen_faults.append(fault)

    people = [*reporters, *dsls, *reporters, a_dsl_of_the_service]
    at_once(*(lambda seed=seed, person=person: many(seed, person) for seed, person in enumerate(people)))
    assert seen_faults == []
    assert len(done) > 180
    assert len(set(done)) > 10
    assert chain.verify().is_sound
    for concern in all_of(Concern):
        with acting.as_the_system("test"):
            versions = list(concern.history.order_by("history_date", "history_id").values_list("version", flat=True))
        assert versions == sorted(versions)
        assert len(versions) == len(set(versions)), "no change overwrote another"
