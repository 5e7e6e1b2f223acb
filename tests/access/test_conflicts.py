"""Conflicts of interest: who sets, sees and ends them."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from concerns import need_to_know
from lps_safeguarding.access import acting, conflicts
from lps_safeguarding.access.models import Conflict
from lps_safeguarding.access.refusals import WrongState
from lps_safeguarding.audit_trail.models import TrailEntry
from tests.access.records import a_concern
from tests.cast import signed_in


@pytest.fixture
def the_concern(another_staff_member, the_service, a_child):
    return a_concern(author=another_staff_member, service=the_service, child=a_child)


@pytest.fixture
def a_conflict_of_the_dsl(the_concern, the_lead_dsl, a_dsl_of_the_service, acting_as):
    with acting_as(the_lead_dsl):
        return conflicts.declare(
            person=a_dsl_of_the_service,
            by=the_lead_dsl,
            kind="subject",
            reason="it is about how she spoke to the child",
            record=need_to_know.readable_by(the_lead_dsl).get(),
        )


@pytest.mark.rule("ACC-02")
def test_anyone_declares_their_own(a_staff_member, a_child, acting_as):
    with acting_as(a_staff_member):
        row = conflicts.declare(
            person=a_staff_member, by=a_staff_member, kind="relative", reason="my god-daughter", child=a_child
        )
        assert list(conflicts.readable_by(a_staff_member)) == [row]
        with pytest.raises(WrongState, match="already recorded"):
            conflicts.declare(person=a_staff_member, by=a_staff_member, kind="declared", reason="again", child=a_child)
        with pytest.raises(PermissionDenied):
            conflicts.end(conflict=row, by=a_staff_member)
    assert TrailEntry.objects.filter(act="conflict_declared", person_id=a_staff_member.pk).exists()


@pytest.mark.rule("ACC-02")
@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("the_lead_dsl", True),
        ("the_headteacher", True),
        ("the_chair", True),
        ("a_dsl_of_the_service", False),
        ("a_staff_member", False),
        ("the_administrator", False),
        ("a_committee_member", False),
        ("the_business_manager", False),
    ],
)
def test_the_lead_dsl_the_headteacher_and_the_chair_set_them_for_others(
    name, may, another_staff_member, a_child, request, acting_as
):
    by = request.getfixturevalue(name)
    with acting_as(by):
        if may:
            conflicts.declare(person=another_staff_member, by=by, kind="relative", reason="an uncle", child=a_child)
            assert conflicts.readable_by(by).exists()
        else:
            with pytest.raises(PermissionDenied):
                conflicts.declare(
                    person=another_staff_member, by=by, kind="relative", reason="an uncle", child=a_child
                )


@pytest.mark.rule("ACC-02", "ACC-04")
def test_the_person_concerned_does_not_learn_of_a_conflict_set_by_another(
    a_conflict_of_the_dsl, a_dsl_of_the_service, the_concern, acting_as
):
    with acting_as(a_dsl_of_the_service):
        assert not conflicts.readable_by(a_dsl_of_the_service).exists()
    page = signed_in(a_dsl_of_the_service).get(reverse("access:conflict_list")).content.decode()
    assert the_concern.reference not in page
    assert "how she spoke" not in page


def test_a_conflict_about_a_record_is_seen_by_none_who_may_not_open_the_record(
    a_conflict_of_the_dsl, the_headteacher, the_chair, acting_as
):
    for person in (the_headteacher, the_chair):
        with acting_as(person):
            assert not conflicts.readable_by(person).exists()
            assert not Conflict.objects.exists()


@pytest.mark.rule("ACC-02")
def test_another_leader_ends_it_and_the_record_opens_again(
    a_conflict_of_the_dsl, the_lead_dsl, a_dsl_of_the_service, acting_as
):
    with acting_as(the_lead_dsl):
        conflicts.end(conflict=a_conflict_of_the_dsl, by=the_lead_dsl)
        with pytest.raises(WrongState, match="already ended"):
            conflicts.end(conflict=a_conflict_of_the_dsl, by=the_lead_dsl)
    with acting_as(a_dsl_of_the_service):
        assert need_to_know.readable_by(a_dsl_of_the_service).count() == 1


def test_the_database_refuses_that_somebody_ends_their_own(a_staff_member, the_lead_dsl, a_child, acting_as):
    with acting_as(the_lead_dsl):
        row = conflicts.declare(
            person=a_staff_member, by=the_lead_dsl, kind="relative", reason="an aunt", child=a_child
        )
    with acting.as_the_system("test"), pytest.raises(IntegrityError), transaction.atomic():
        Conflict.objects.filter(pk=row.pk).update(ended_at=row.set_at, ended_by=a_staff_member)
    with acting_as(a_staff_member):
        assert Conflict.objects.filter(pk=row.pk).update(ended_at=row.set_at, ended_by=the_lead_dsl) == 0


def test_an_injected_statement_cannot_remove_ones_conflict(a_conflict_of_the_dsl, a_dsl_of_the_service, acting_as):
    with acting_as(a_dsl_of_the_service), connection.cursor() as cursor:
        cursor.execute("DELETE FROM access_conflict")
        assert cursor.rowcount == 0


@pytest.mark.rule("ACC-02")
def test_the_pages_declare_set_and_end(a_staff_member, the_lead_dsl, a_child, acting_as):
    person = signed_in(a_staff_member)
    answer = person.post(
        reverse("access:conflict_declare"), {"child": a_child.pk, "kind": "relative", "reason": "my niece"}
    )
    assert answer.status_code == 302
    assert "my niece" in person.get(reverse("access:conflict_list")).content.decode()
    assert person.get(reverse("access:conflict_set")).status_code == 403
    lead = signed_in(the_lead_dsl)
    assert "my niece" in lead.get(reverse("access:conflict_list")).content.decode()
    with acting_as(the_lead_dsl):
        row = conflicts.readable_by(the_lead_dsl).get()
    address = reverse("access:conflict_end", args=[row.pk])
    assert person.post(address).status_code == 403
    assert lead.get(address).status_code == 200
    assert lead.post(address).status_code == 302
    assert lead.post(address).status_code == 404
