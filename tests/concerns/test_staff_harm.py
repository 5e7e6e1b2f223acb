"""A member of staff was hurt or shaken: one press, a DSL sees it, support is recorded (CON-13)."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from concerns import operations
from concerns.models import Concern, StaffHarm
from lps_safeguarding.access import acting
from lps_safeguarding.alerts.models import Alert
from tests.cast import signed_in
from tests.concerns.factories import a_concern

pytestmark = [pytest.mark.django_db, pytest.mark.rule("CON-13")]


@pytest.fixture
def a_fight(a_staff_member, a_child, a_dsl_of_the_service):
    return a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)


def say(concern, by, **more):
    with acting.as_person(by):
        now = Concern.objects.select_related("key").get(pk=concern.pk)
        given = {"who": "Mr T. Harland", "hurt": True, "submission_key": uuid.uuid4()} | more
        return operations.say_staff_harm(concern=now, by=by, **given)


def the_harm():
    with acting.as_the_system("test"):
        return StaffHarm.objects.select_related("key", "concern").get()


def test_the_page_after_sending_asks_and_one_press_tells_a_dsl_and_asks_for_a_talk(
    a_fight, a_staff_member, a_dsl_of_the_service
):
    client = signed_in(a_staff_member)
    url = reverse("concerns:staff_harm_add", args=[a_fight.reference])
    assert url in client.get(reverse("concerns:log_sent", args=[a_fight.reference])).content.decode()
    assert "Mr T. Harland" in client.get(url).content.decode(), "one’s own name stands there already"
    given = {"submission_key": str(uuid.uuid4()), "who": "Mr T. Harland", "hurt": "shaken", "talk": "on"}
    for _ in range(2):
        assert client.post(url, given).status_code == 302
    harm = the_harm()
    assert (harm.who, harm.hurt) == ("Mr T. Harland", False)
    with acting.as_the_system("test"):
        assert Concern.objects.get().talk_asked_at is not None
    assert Alert.objects.filter(reason="staff_harm", recipient=a_dsl_of_the_service).count() == 1


def test_the_dsl_sees_it_and_records_what_was_offered(a_fight, a_staff_member, a_dsl_of_the_service):
    say(a_fight, a_staff_member)
    client = signed_in(a_dsl_of_the_service)
    page = reverse("concerns:concern_detail", args=[a_fight.reference])
    assert "A member of staff needs support" in client.get(page).content.decode()
    url = reverse("concerns:staff_support", args=[a_fight.reference, the_harm().pk])
    assert "Say what was offered or done" in client.post(url, {"support": " "}).content.decode()
    given = {"version": the_harm().version, "support": "First aid; home by taxi; a talk tomorrow."}
    assert client.post(url, given).status_code == 302
    assert the_harm().supported_by == a_dsl_of_the_service
    assert "home by taxi" in client.get(page).content.decode()


@pytest.mark.parametrize("given", [{}, {"who": "x" * 201, "hurt": "hurt"}, {"who": "A", "hurt": "dead"}])
def test_what_is_missing_or_junk_is_said_in_a_sentence(a_fight, a_staff_member, given):
    url = reverse("concerns:staff_harm_add", args=[a_fight.reference])
    page = signed_in(a_staff_member).post(url, given)
    assert page.status_code == 200
    assert "There is a problem" in page.content.decode()


def test_who_else_may_not_see_the_concern_sees_nothing_of_it(
    a_fight, a_staff_member, another_staff_member, a_dsl_of_another_service
):
    say(a_fight, a_staff_member)
    for person in (another_staff_member, a_dsl_of_another_service):
        client = signed_in(person)
        assert client.get(reverse("concerns:staff_harm_add", args=[a_fight.reference])).status_code == 404
        support = reverse("concerns:staff_support", args=[a_fight.reference, the_harm().pk])
        assert client.get(support).status_code == 404
        person.forget_roles()
        with acting.as_person(person):
            assert not StaffHarm.objects.exists()
    with acting.as_person(a_staff_member):
        assert StaffHarm.objects.count() == 1, "what one said oneself"
        with pytest.raises(PermissionDenied):
            operations.record_staff_support(
                harm=StaffHarm.objects.select_related("key").get(), by=a_staff_member, support="x"
            )
