"""The child's page: who they are, what is open, the chronology, and who has looked."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from concerns import need_to_know, operations
from concerns.models import ChildFile
from lps_safeguarding.access import acting, conflicts
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.audit_trail.models import TrailEntry
from lps_safeguarding.vault import files as vault_files
from tests.cast import signed_in
from tests.concerns.deciding import posted
from tests.concerns.factories import a_concern, a_decision, read, referral
from tests.people.factories import ChildFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def a_file(a_staff_member, another_staff_member, a_child, a_dsl_of_the_service, the_lead_dsl, the_headteacher):
    """A file with a decided concern, a referral and a follow-up."""
    concern = read(
        a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service), by=a_dsl_of_the_service
    )
    a_decision(
        concern,
        by=a_dsl_of_the_service,
        harm_seen="at_risk",
        options=["social_care"],
        rationale="Because of the pattern.",
        referrals=[referral()],
        follow_ups=[{"owner": another_staff_member, "due_on": timezone.localdate(), "what": "Greet at the gate."}],
    )
    with acting.as_the_system("test"):
        return ChildFile.objects.get(child=a_child)


def page_of(file, person, **query):
    return signed_in(person).get(reverse("overview:child", args=[file.reference]), query)


@pytest.mark.rule("CPF-01", "CPF-03")
def test_one_page_says_who_the_child_is_and_what_happened(a_file, a_dsl_of_the_service, a_child):
    client = signed_in(a_dsl_of_the_service)
    plan = {
        "kind": "child_in_need",
        "social_worker": "Lee Brook",
        "social_worker_contact": "01632 496 200",
        **posted.day_parts(timezone.localdate() - datetime.timedelta(days=9), "from_date"),
        **posted.parts_of(timezone.now() + datetime.timedelta(days=9), "next_meeting_at"),
    }
    assert client.post(reverse("overview:plan_add", args=[a_file.reference]), plan).status_code == 302
    vulnerability = {"kind": "young_carer", **posted.day_parts(timezone.localdate(), "from_date")}
    assert (
        client.post(reverse("overview:vulnerability_add", args=[a_file.reference]), vulnerability).status_code == 302
    )
    for position, name in ((2, "Bo Ashdown"), (1, "Kim Ashdown")):
        contact = {"position": position, "name": name, "relation": "Parent", "telephone": "01632 496 300"}
        assert client.post(reverse("overview:contact_add", args=[a_file.reference]), contact).status_code == 302
    text = page_of(a_file, a_dsl_of_the_service).content.decode()
    for words in (
        "Robin Ashdown", "Child in need", "Lee Brook", "Young carer", "Because of the pattern.",
        "Referral: Children’s social care", "Greet at the gate.", "KS3",
    ):  # fmt: skip
        assert words in text, words
    assert text.index("1. Kim Ashdown") < text.index("2. Bo Ashdown")


@pytest.mark.rule("CPF-01")
def test_siblings_are_linked_in_both_files(a_file, a_dsl_of_the_service, the_service):
    sister = ChildFactory(first_name="Wren", last_name="Ashdown", service=the_service)
    client = signed_in(a_dsl_of_the_service)
    address = reverse("overview:link_add", args=[a_file.reference])
    asked = client.post(address, {"name": "wren"})
    assert "Wren Ashdown" in asked.content.decode()
    done = client.post(address, {"name": "wren", "step": "link", "other": sister.pk, "kind": "sibling"})
    assert done.status_code == 302
    with acting.as_the_system("test"):
        other = ChildFile.objects.get(child=sister)
    assert "Robin Ashdown" in page_of(other, a_dsl_of_the_service).content.decode()
    with acting.as_the_system("test"):
        link = a_file.links.get()
    client.post(reverse("overview:link_end", args=[a_file.reference, link.pk]))
    assert "Wren Ashdown" not in page_of(a_file, a_dsl_of_the_service).content.decode()


@pytest.mark.rule("CPF-01", "ACC-01")
def test_documents_of_all_concerns_stand_in_one_list(
    a_file, a_child, a_staff_member, a_dsl_of_the_service, a_dsl_of_another_service
):
    with acting.as_person(a_dsl_of_the_service):
        concern = need_to_know.readable_by(a_dsl_of_the_service).select_related("key").get()
        checked = vault_files.CheckedFile(name="letter from the nurse.txt", kind="txt", content=b"Seen on Monday.")
        operations.file_document(concern=concern, by=a_dsl_of_the_service, checked=checked)
    address = reverse("overview:child_documents", args=[a_file.reference])
    client = signed_in(a_dsl_of_the_service)
    page = client.get(address)
    assert "letter from the nurse.txt" in page.content.decode()
    filed = page.context["documents"][0]
    opened = client.get(reverse("concerns:file_get", args=[concern.reference, filed.pk]))
    assert opened.content == b"Seen on Monday."
    assert signed_in(a_dsl_of_another_service).get(address).status_code == 404


@pytest.mark.rule("CPF-01")
def test_two_people_change_the_same_plan_and_nothing_is_lost(a_file, a_dsl_of_the_service):
    client = signed_in(a_dsl_of_the_service)
    start = posted.day_parts(timezone.localdate(), "from_date")
    client.post(reverse("overview:plan_add", args=[a_file.reference]), {"kind": "early_help", **start})
    with acting.as_the_system("test"):
        plan = a_file.plans.get()
    address = reverse("overview:plan_change", args=[a_file.reference, plan.pk])
    version = posted.hidden(client.get(address), "version")
    first = client.post(address, {"kind": "child_in_need", "version": version, **start})
    assert first.status_code == 302
    second = client.post(address, {"kind": "looked_after", "version": version, "note": "My words", **start})
    text = second.content.decode()
    assert "Somebody else changed this" in text
    assert "My words" in text


@pytest.mark.rule("ACC-04", "ROL-05", "ROL-06")
@pytest.mark.parametrize(
    "who",
    [
        "a_staff_member",
        "a_dsl_of_another_service",
        "the_administrator",
        "the_chair",
        "a_committee_member",
        "the_headteacher",
    ],
)
def test_for_others_there_is_no_such_file(a_file, who, request):
    person = request.getfixturevalue(who)
    shut, missing = page_of(a_file, person), signed_in(person).get(reverse("overview:child", args=["F-2222-2222"]))
    assert shut.status_code == missing.status_code == 404
    for name in ("plan_add", "vulnerability_add", "contact_add", "link_add"):
        assert signed_in(person).get(reverse(f"overview:{name}", args=[a_file.reference])).status_code == 404


@pytest.mark.rule("CPF-03")
def test_the_chronology_can_be_filtered(a_file, a_dsl_of_the_service):
    page = page_of(a_file, a_dsl_of_the_service, show="referral")
    entries = [entry for month in page.context["page_of_child"].months for entry in month.entries]
    assert {entry.what for entry in entries} == {"referral"}
    odd = page_of(a_file, a_dsl_of_the_service, show="';--")
    assert odd.context["page_of_child"].show == ""


def test_what_is_new_since_the_last_look_is_marked(
    a_file, a_dsl_of_the_service, a_staff_member, a_child, the_lead_dsl
):
    assert page_of(a_file, a_dsl_of_the_service).context["page_of_child"].new_since is None
    again = page_of(a_file, a_dsl_of_the_service)
    assert "Nothing new since you last looked" in again.content.decode()


@pytest.mark.rule("CPF-06")
def test_every_opening_is_noted_and_the_lead_dsl_sees_who_looked(a_file, a_dsl_of_the_service, the_lead_dsl):
    page_of(a_file, a_dsl_of_the_service)
    assert TrailEntry.objects.filter(
        record_type="concerns.childfile", record_id=str(a_file.pk), act="read", person_id=a_dsl_of_the_service.pk
    ).exists()
    text = page_of(a_file, the_lead_dsl).content.decode()
    assert "Who has looked" in text
    whole = signed_in(the_lead_dsl).get(reverse("overview:trail_of_record", args=[a_file.reference]))
    assert "Mrs A. Okafor" in whole.content.decode()
    assert "Who has looked" not in page_of(a_file, a_dsl_of_the_service).content.decode()
    refused = signed_in(a_dsl_of_the_service).get(reverse("overview:trail_of_record", args=[a_file.reference]))
    assert refused.status_code == 403


@pytest.mark.rule("CPF-06")
def test_the_lead_dsl_sees_who_looked_at_a_concern(
    a_file, a_staff_member, a_child, a_dsl_of_the_service, the_lead_dsl
):
    concern = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    signed_in(a_dsl_of_the_service).get(reverse("concerns:concern_detail", args=[concern.reference]))
    whole = signed_in(the_lead_dsl).get(reverse("overview:trail_of_record", args=[concern.reference]))
    assert "Mrs A. Okafor" in whole.content.decode()
    assert signed_in(the_lead_dsl).get(reverse("overview:trail_of_record", args=["C-2222-2222"])).status_code == 404


@pytest.mark.rule("ACC-02", "ACC-04", "CPF-06")
def test_who_has_looked_at_a_file_says_nothing_of_a_concern_that_is_shut_to_the_reader(
    a_file, a_staff_member, another_staff_member, a_child, a_dsl_of_the_service, the_lead_dsl
):
    def lines():
        page = signed_in(the_lead_dsl).get(reverse("overview:trail_of_record", args=[a_file.reference]))
        return [(line.who, line.what) for line in page.context["readings"] if line.person_id != the_lead_dsl.pk]

    before = lines()
    shut = a_concern(by=another_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    with acting.as_person(the_lead_dsl):
        conflicts.declare(person=the_lead_dsl, by=the_lead_dsl, kind="relative", reason="My nephew.", record=shut)
    assert signed_in(the_lead_dsl).get(reverse("overview:trail_of_record", args=[shut.reference])).status_code == 404
    assert lines() == before


@pytest.mark.rule("CPF-06")
def test_a_long_list_of_who_has_looked_goes_on_over_pages(a_file, a_dsl_of_the_service, the_lead_dsl, monkeypatch):
    monkeypatch.setattr("lps_safeguarding.overview.views.child.TRAIL_LINES", 5)
    for _ in range(12):
        trail.note(by=a_dsl_of_the_service, act="read", record=a_file)
    reader, address, seen = signed_in(the_lead_dsl), reverse("overview:trail_of_record", args=[a_file.reference]), []
    page = reader.get(address)
    while True:
        seen += [line.number for line in page.context["readings"] if line.person_id == a_dsl_of_the_service.pk]
        if not page.context["older"]:
            break
        page = reader.get(address + page.context["older"])
    assert len(seen) == len(set(seen)) >= 12
    assert reader.get(address + "?before=junk").status_code == 200


def test_the_number_of_queries_does_not_grow(a_file, a_dsl_of_the_service, a_staff_member, a_child):
    client = signed_in(a_dsl_of_the_service)
    address = reverse("overview:child", args=[a_file.reference])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _ in range(5):
        concern = read(
            a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service), by=a_dsl_of_the_service
        )
        a_decision(concern, by=a_dsl_of_the_service, options=["social_care"], referrals=[referral()])
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) <= len(few)
