"""Who looks after the child, and the notice to the local authority with its day (DEC-08)."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from concerns import need_to_know, operations
from concerns.duty_terms import Known
from concerns.models import CareArrangement, Concern, FollowUp
from concerns.states import FollowUpState
from concerns.terms import Kind, Option
from lps_safeguarding.access import acting
from lps_safeguarding.access.refusals import StaleEdit
from lps_safeguarding.guidance.models import Duty, Edition
from tests.cast import signed_in
from tests.concerns.factories import a_concern, a_decision, read

pytestmark = [pytest.mark.django_db, pytest.mark.rule("DEC-08")]

TUESDAY = datetime.datetime(2026, 11, 17, 10, 0, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def _on_a_tuesday_morning():
    with time_machine.travel(TUESDAY, tick=False):
        yield


@pytest.fixture
def a_lodger(a_staff_member, a_child, a_dsl_of_the_service):
    concern = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, kinds=["private_fostering"])
    return read(concern, by=a_dsl_of_the_service)


def answers(**more):
    return {
        "carer": "The mother of a friend",
        "close_relative": Known.NO,
        "long_stay": Known.YES,
        "disabled": Known.NO,
        "give_notice": True,
    } | more


def record(concern, by, **more):
    with acting.as_person(by):
        now = Concern.objects.select_related("key").get(pk=concern.pk)
        return operations.record_care(concern=now, by=by, **answers(**more))


def follow_ups():
    with acting.as_the_system("test"):
        return list(FollowUp.objects.select_related("key"))


def test_the_notice_becomes_something_to_do_with_its_day(a_lodger, a_dsl_of_the_service):
    client = signed_in(a_dsl_of_the_service)
    page = client.get(reverse("concerns:concern_detail", args=[a_lodger.reference])).content.decode()
    assert "Say who looks after the child" in page
    url = reverse("concerns:private_fostering", args=[a_lodger.reference])
    form = client.get(url).content.decode()
    assert "28 days or more" in form
    assert "Wednesday 18 November" in form
    given = {
        "carer": "A friend’s mother",
        "close_relative": "no",
        "long_stay": "yes",
        "disabled": "no",
        "notice": "set",
    }
    assert client.post(url, given).status_code == 302
    (notice,) = follow_ups()
    assert (notice.due_on, notice.owner) == (datetime.date(2026, 11, 18), a_dsl_of_the_service)
    page = client.get(reverse("concerns:concern_detail", args=[a_lodger.reference])).content.decode()
    assert "private fostering" in page
    assert reverse("concerns:follow_up_detail", args=[notice.reference]) in page
    assert client.get(url).status_code == 200


def test_no_notice_needs_a_reason_and_professional_judgement_stands(a_lodger, a_dsl_of_the_service):
    with pytest.raises(ValidationError) as refused:
        record(a_lodger, a_dsl_of_the_service, give_notice=False)
    assert "why_no_notice" in refused.value.message_dict
    care = record(a_lodger, a_dsl_of_the_service, give_notice=False, why_no_notice="She moves back on Friday.")
    assert care.why_no_notice == "She moves back on Friday."
    assert follow_ups() == []


@pytest.mark.parametrize("more", [{"close_relative": Known.YES}, {"long_stay": Known.NO}])
def test_what_is_no_private_fostering_asks_for_nothing(a_lodger, a_dsl_of_the_service, more):
    record(a_lodger, a_dsl_of_the_service, **more)
    record(a_lodger, a_dsl_of_the_service, give_notice=False, **more)
    assert follow_ups() == []


def test_answering_again_puts_it_right_and_sets_the_notice_once(a_lodger, a_dsl_of_the_service):
    first = record(a_lodger, a_dsl_of_the_service)
    record(a_lodger, a_dsl_of_the_service, carer="Her godmother")
    assert len(follow_ups()) == 1
    with pytest.raises(StaleEdit):
        record(a_lodger, a_dsl_of_the_service, version=first.version)
    with acting.as_the_system("test"):
        assert CareArrangement.history.count() == 2
    (notice,) = follow_ups()
    with acting.as_person(a_dsl_of_the_service):
        operations.end_follow_up(
            follow_up=notice, by=a_dsl_of_the_service, state=FollowUpState.CANCELLED, note="By mistake."
        )
    record(a_lodger, a_dsl_of_the_service)
    assert len(follow_ups()) == 2


def test_a_notice_that_was_decided_is_due_on_its_own_day_and_not_today(a_lodger, a_dsl_of_the_service):
    a_decision(a_lodger, by=a_dsl_of_the_service, options=[Option.PRIVATE_FOSTERING_NOTICE])
    assert [each.due_on for each in follow_ups()] == [datetime.date(2026, 11, 18)]


def test_its_length_is_data_of_every_edition():
    assert Duty.objects.filter(slug="private_fostering_notice").count() == Edition.objects.count()


@pytest.mark.parametrize(
    "given",
    [{}, {"carer": "x" * 501}, {"close_relative": "perhaps"}, {"since_0": "31", "since_1": "2", "since_2": "2026"}],
)
def test_what_is_missing_or_junk_is_said_in_a_sentence(a_lodger, a_dsl_of_the_service, given):
    page = signed_in(a_dsl_of_the_service).post(
        reverse("concerns:private_fostering", args=[a_lodger.reference]), given
    )
    assert page.status_code == 200
    assert "There is a problem" in page.content.decode()
    assert follow_ups() == []


def test_only_those_who_decide_answer_it_and_nobody_else_reads_it(
    a_lodger, a_dsl_of_the_service, a_staff_member, a_dsl_of_another_service
):
    record(a_lodger, a_dsl_of_the_service)
    url = reverse("concerns:private_fostering", args=[a_lodger.reference])
    assert signed_in(a_staff_member).get(url).status_code == 403
    assert signed_in(a_dsl_of_another_service).get(url).status_code == 404
    for person in (a_staff_member, a_dsl_of_another_service):
        person.forget_roles()
        with acting.as_person(person):
            assert not CareArrangement.objects.exists()
            assert not CareArrangement.history.exists()
    with acting.as_person(a_staff_member), pytest.raises(PermissionDenied):
        concern = need_to_know.readable_by(a_staff_member).get()
        operations.record_care(concern=concern, by=a_staff_member, **answers())


def test_it_is_never_deleted(a_lodger, a_dsl_of_the_service):
    record(a_lodger, a_dsl_of_the_service)
    with acting.as_the_system("test"), pytest.raises(IntegrityError), transaction.atomic():
        CareArrangement.objects.all()._raw_delete("default")


def test_the_day_it_began_is_not_in_the_future(a_lodger, a_dsl_of_the_service):
    with pytest.raises(ValidationError) as refused:
        record(a_lodger, a_dsl_of_the_service, since=timezone.localdate() + datetime.timedelta(days=1))
    assert "since" in refused.value.message_dict


def test_the_kind_proposes_nothing_else_by_itself(a_staff_member, a_child, a_dsl_of_the_service):
    sent = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, kinds=[Kind.NEGLECT])
    page = signed_in(a_dsl_of_the_service).get(reverse("concerns:concern_detail", args=[sent.reference]))
    assert "Say who looks after the child" not in page.content.decode()
