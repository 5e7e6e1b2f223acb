"""The door: what one may not see does not exist, and what one sees is in the trail."""

import re

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from concerns import need_to_know
from lps_safeguarding.access import door
from lps_safeguarding.access.refusals import NotThere
from lps_safeguarding.audit_trail.models import TrailEntry
from lps_safeguarding.vault.references import new_reference
from tests.access.records import a_concern
from tests.cast import signed_in


@pytest.fixture
def the_concern(another_staff_member, the_service, a_child):
    return a_concern(author=another_staff_member, service=the_service, child=a_child)


def request_of(person):
    request = RequestFactory().get("/")
    request.user = person
    return request


@pytest.mark.rule("ACC-05")
def test_a_reading_is_in_the_trail(the_concern, a_dsl_of_the_service, acting_as):
    with acting_as(a_dsl_of_the_service):
        record = door.open_record(
            request_of(a_dsl_of_the_service),
            need_to_know.readable_by(a_dsl_of_the_service),
            reference=the_concern.reference.lower(),
        )
    assert record == the_concern
    entry = TrailEntry.objects.filter(act="read").latest("id")
    assert (entry.person_id, entry.record_id) == (a_dsl_of_the_service.pk, str(the_concern.pk))


@pytest.mark.rule("ACC-05")
def test_without_trail_no_page(the_concern, a_dsl_of_the_service, acting_as, monkeypatch):
    def broken(**_what):
        raise OSError("no room")

    monkeypatch.setattr("lps_safeguarding.audit_trail.trail.note", broken)
    with acting_as(a_dsl_of_the_service), pytest.raises(OSError, match="no room"):
        door.open_record(
            request_of(a_dsl_of_the_service),
            need_to_know.readable_by(a_dsl_of_the_service),
            reference=the_concern.reference,
        )


@pytest.mark.rule("ACC-04")
def test_missing_and_forbidden_are_the_same_query_and_the_same_exception(the_concern, a_staff_member, acting_as):
    seen = []
    for reference in (the_concern.reference, new_reference("C")):
        with acting_as(a_staff_member), CaptureQueriesContext(connection) as queries:
            with pytest.raises(NotThere) as refused:
                door.open_record(
                    request_of(a_staff_member), need_to_know.readable_by(a_staff_member), reference=reference
                )
        statements = [
            re.sub(r"'20\d\d-[^']+'", "now", query["sql"].replace(reference, "?"))
            for query in queries
            if "SELECT" in query["sql"]
        ]
        seen.append((statements, str(refused.value)))
    assert seen[0] == seen[1]
    assert len([sql for sql in seen[0][0] if 'FROM "concerns_concern" ' in sql]) == 1


@pytest.mark.parametrize("reference", ["\x00", "C-'; --", "x" * 5000, "É-☃", "%00"])
def test_nonsense_as_a_reference_is_not_there(reference, a_staff_member, acting_as):
    with acting_as(a_staff_member), pytest.raises(NotThere):
        door.open_record(request_of(a_staff_member), need_to_know.readable_by(a_staff_member), reference=reference)


@pytest.mark.rule("ACC-04")
@pytest.mark.parametrize("name", ["a_staff_member", "a_dsl_of_another_service", "the_administrator", "the_chair"])
def test_the_page_of_a_forbidden_record_is_the_page_of_a_missing_one(name, the_concern, request):
    client = signed_in(request.getfixturevalue(name))
    client.get(reverse("access:who_can_see", args=[new_reference("C")]))  # what a process reads once is read
    answers = []
    for reference in (the_concern.reference, new_reference("C")):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(reverse("access:who_can_see", args=[reference]))
        body = answer.content
        length = len(body)
        # Random in every page: the nonce of the scripts and the mask of the form's token.
        body = re.sub(rb'nonce="[^"]+"|name="csrfmiddlewaretoken" value="\w+"|data-print-time>[^<]+', b"", body)
        answers.append((answer.status_code, length, body, len(queries)))
    assert answers[0][0] == 404
    assert answers[0] == answers[1]


@pytest.mark.rule("ACC-05")
def test_a_refusal_is_in_the_trail_without_what_was_asked_for(the_concern, a_staff_member):
    signed_in(a_staff_member).get(reverse("access:who_can_see", args=[the_concern.reference]))
    entry = TrailEntry.objects.filter(act="refused").latest("id")
    assert (entry.person_id, entry.why, entry.reference, entry.record_id) == (
        a_staff_member.pk,
        "access:who_can_see",
        "",
        "",
    )
