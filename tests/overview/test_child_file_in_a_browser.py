"""Meetings, lists, the chronology and its document in Chromium: axe on a phone and a desk, by keyboard, without scripts."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from concerns import operations, tasks
from concerns.models import Decision, Meeting, PrintedChronology
from concerns.operations import printing as orders
from concerns.terms import Agency, Form, PlanKind, VulnerabilityKind
from lps_safeguarding.access import acting
from tests.browser import DESK, PHONE, expect, is_right
from tests.concerns.factories import a_concern, a_decision, a_file_of, a_meeting, a_record, read

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def a_file(the_school, a_staff_member, another_staff_member, a_child, a_dsl_of_the_service, monkeypatch):
    """A file with a plan, a vulnerability, four concerns with decisions, a meeting to record and one that is soon."""
    monkeypatch.setattr(orders, "_wake_on_commit", lambda order: None)  # a worker takes it when the test says so
    for n in range(4):
        concern = a_concern(
            by=a_staff_member,
            child=a_child,
            passed_to=a_dsl_of_the_service,
            form=Form.PINK if n == 2 else Form.STANDARD,
            observed_at=timezone.now() - datetime.timedelta(days=40 * n, hours=1),
        )
        a_decision(read(concern, by=a_dsl_of_the_service), by=a_dsl_of_the_service)
    file = a_file_of(a_child, by=a_dsl_of_the_service)
    with acting.as_person(a_dsl_of_the_service):
        since = timezone.localdate() - datetime.timedelta(days=60)
        operations.set_plan(
            child_file=file,
            by=a_dsl_of_the_service,
            kind=PlanKind.CHILD_PROTECTION,
            from_date=since,
            social_worker="Lee Brook",
        )
        operations.set_vulnerability(
            child_file=file, by=a_dsl_of_the_service, kind=VulnerabilityKind.YOUNG_CARER, from_date=since
        )
    a_meeting(
        child_file=file,
        by=a_dsl_of_the_service,
        starts_at=timezone.now() - datetime.timedelta(days=1),
        bring="The table.",
    )
    held = a_meeting(child_file=file, by=a_dsl_of_the_service, starts_at=timezone.now() - datetime.timedelta(days=30))
    a_record(
        held,
        by=a_dsl_of_the_service,
        attendance=[
            {"name": "Lee Brook", "role": "Social worker", "agency": Agency.SOCIAL_CARE},
            {"name": "Kim Ashdown", "role": "Mother", "agency": Agency.FAMILY, "apologies": True},
        ],
        actions=[{"owner": another_staff_member, "due_on": timezone.localdate(), "what": "Find a mentor."}],
        next_starts_at=timezone.now() + datetime.timedelta(days=20),
    )
    return file


def ordered(file, person):
    with acting.as_person(person):
        return operations.order_chronology(child_file=file, by=person)


@pytest.mark.rule("CPF-01", "CPF-02", "CPF-03")
def test_every_page_is_right_on_a_phone_and_on_a_desk(a_file, browser_of, a_dsl_of_the_service, the_lead_dsl):
    dsl = a_dsl_of_the_service
    ready = ordered(a_file, dsl)
    tasks.make_chronology(str(ready.pk))
    waiting = ordered(a_file, dsl)
    with acting.as_the_system("test"):
        to_record, held = Meeting.objects.order_by("-starts_at")[1], Meeting.objects.get(state="held")
        decision = Decision.objects.first()
    pages = [
        ("child", reverse("overview:child", args=[a_file.reference])),
        ("chronology", reverse("overview:chronology", args=[a_file.reference])),
        ("chronology-wrong-days", reverse("overview:chronology", args=[a_file.reference]) + "?since_0=31&since_1=2"),
        ("documents", reverse("overview:child_documents", args=[a_file.reference])),
        ("significant", reverse("overview:significant", args=[a_file.reference, "decision", decision.pk])),
        ("meeting-plan", reverse("concerns:meeting_plan", args=[a_file.reference])),
        ("meeting-to-record", reverse("concerns:meeting_detail", args=[to_record.reference])),
        ("meeting-held", reverse("concerns:meeting_detail", args=[held.reference])),
        ("meeting-record", reverse("concerns:meeting_record", args=[to_record.reference])),
        ("meeting-not-held", reverse("concerns:meeting_not_held", args=[to_record.reference])),
        ("printed-ready", reverse("concerns:printed_detail", args=[ready.reference])),
        ("printed-waiting", reverse("concerns:printed_detail", args=[waiting.reference])),
        ("lists", reverse("overview:lists")),
        ("list", reverse("overview:list", args=["social-worker"])),
        ("queue-with-meeting", reverse("overview:queue")),
    ]
    for viewport in (PHONE, DESK):
        page = browser_of(dsl, viewport=viewport)
        for name, address in pages:
            assert page.goto(address).status == 200, name
            is_right(page, name)
        lead = browser_of(the_lead_dsl, viewport=viewport)
        lead.goto("/")
        is_right(lead, "lead-home-lists-due")


@pytest.mark.rule("CPF-01")
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_meeting_is_recorded_by_keyboard(scripts, a_file, browser_of, a_dsl_of_the_service):
    with acting.as_the_system("test"):
        meeting = Meeting.objects.filter(state="planned").order_by("starts_at").first()
    page = browser_of(a_dsl_of_the_service, viewport=PHONE, java_script_enabled=scripts)
    page.goto(reverse("concerns:meeting_record", args=[meeting.reference]))
    people = page.locator(".person-row").count()
    page.get_by_role("button", name="More people").press("Enter")
    expect(page.locator(".person-row")).to_have_count(people + 3)
    first = page.get_by_role("group", name="Person 1", exact=True)
    first.get_by_label("Name").fill("Lee Brook")
    first.get_by_label("What they are").fill("Social worker")
    first.get_by_label("From").select_option("social_care")
    page.get_by_label("None was asked for").press("Space")
    page.get_by_role("button", name="Record the meeting").press("Enter")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("What was decided").fill("The plan goes on.")
    page.get_by_role("button", name="Record the meeting").press("Enter")
    expect(page.get_by_role("heading", name="Who was there")).to_be_visible()
    expect(page.get_by_text("Lee Brook, Social worker")).to_be_visible()


@pytest.mark.rule("CPF-03")
def test_the_page_of_a_document_says_by_itself_when_it_is_ready(a_file, browser_of, a_dsl_of_the_service):
    page = browser_of(a_dsl_of_the_service)
    page.goto(reverse("overview:chronology", args=[a_file.reference]))
    page.get_by_label("Meetings").check()
    page.get_by_role("button", name="Show", exact=True).press("Enter")
    expect(page.get_by_text("A part of it is shown.")).to_be_visible()
    page.get_by_role("button", name="Make a document").press("Enter")
    expect(page.get_by_text("Waiting its turn")).to_be_visible()
    with acting.as_the_system("test"):
        order = PrintedChronology.objects.get()
    assert order.wanted["kinds"] == ["meeting"]
    tasks.make_chronology(str(order.pk))
    expect(page.get_by_role("button", name="Open the document")).to_be_visible()
