"""The whole chronology: pages that do not grow, filters by what stands in clear, marks on what is significant."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from concerns import need_to_know, operations
from concerns.chronology import Place, Wanted, chronology
from concerns.models import ChildFile, Concern, Decision
from concerns.terms import Form, PlanKind
from lps_safeguarding.access import acting, conflicts, sharing
from lps_safeguarding.access.levels import Level
from lps_safeguarding.overview.views.chronology import A_PAGE
from tests.cast import signed_in
from tests.concerns.factories import a_concern, a_decision, a_file_of, a_meeting, a_record, read, referral

pytestmark = pytest.mark.django_db


@pytest.fixture
def a_long_file(a_staff_member, a_child, a_dsl_of_the_service):
    """Fifteen concerns with their decisions, one of them pink and referred, a plan and a meeting."""
    for n in range(15):
        at = timezone.now() - datetime.timedelta(days=20 * n, hours=1)
        concern = a_concern(
            by=a_staff_member,
            child=a_child,
            passed_to=a_dsl_of_the_service,
            observed_at=at,
            form=Form.PINK if n == 3 else Form.STANDARD,
        )
        read(concern, by=a_dsl_of_the_service)
        if n == 3:
            a_decision(
                concern, by=a_dsl_of_the_service, harm_seen="at_risk", options=["social_care"], referrals=[referral()]
            )
        else:
            a_decision(concern, by=a_dsl_of_the_service)
    file = a_file_of(a_child, by=a_dsl_of_the_service)
    with acting.as_person(a_dsl_of_the_service):
        operations.set_plan(
            child_file=file,
            by=a_dsl_of_the_service,
            kind=PlanKind.CHILD_IN_NEED,
            from_date=timezone.localdate() - datetime.timedelta(days=50),
        )
    held = a_meeting(child_file=file, by=a_dsl_of_the_service, starts_at=timezone.now() - datetime.timedelta(days=5))
    a_record(
        held,
        by=a_dsl_of_the_service,
        actions=[{"owner": a_staff_member, "due_on": timezone.localdate(), "what": "Find a mentor."}],
    )
    return file


def shown(file, person, **query):
    return signed_in(person).get(reverse("overview:chronology", args=[file.reference]), query)


def entries(page):
    return [entry for month in page.context["months"] for entry in month.entries]


def all_entries(file, person):
    """Of every page, following the link to older ones."""
    page, found = shown(file, person), []
    while True:
        found += entries(page)
        if not page.context["older"]:
            return found
        page = signed_in(person).get(reverse("overview:chronology", args=[file.reference]) + page.context["older"])


@pytest.mark.rule("CPF-03")
def test_one_time_line_over_all_that_happened_newest_first(a_long_file, a_dsl_of_the_service):
    found = all_entries(a_long_file, a_dsl_of_the_service)
    assert {entry.what for entry in found} == {"concern", "decision", "referral", "meeting", "follow_up", "plan"}
    assert [entry.at for entry in found] == sorted((entry.at for entry in found), reverse=True)
    assert len(found) == 15 + 15 + 1 + 1 + 1 + 1


@pytest.mark.rule("CPF-03")
@pytest.mark.parametrize("most", [1, 3, 7, 16, 100])
def test_pages_together_are_the_whole_however_they_are_cut(most, a_long_file, a_dsl_of_the_service, acting_as):
    with acting_as(a_dsl_of_the_service):
        file = a_file_with_level(a_long_file, a_dsl_of_the_service)
        whole = chronology(a_dsl_of_the_service, file.child, file=file).entries
        found, begin = [], None
        while True:
            page = chronology(a_dsl_of_the_service, file.child, file=file, begin=begin, most=most)
            assert len(page.entries) <= most
            found += page.entries
            begin = page.older
            if begin is None:
                break
    assert [entry.key for entry in found] == [entry.key for entry in whole]


def a_file_with_level(file, person):
    return need_to_know.children_readable_by(person).select_related("key", "child").get(pk=file.pk)


@pytest.mark.rule("CPF-03")
def test_it_is_filtered_by_kind_days_and_significance(a_long_file, a_dsl_of_the_service):
    only = entries(shown(a_long_file, a_dsl_of_the_service, kinds=["meeting", "plan"]))
    assert {entry.what for entry in only} == {"meeting", "plan"}
    day = timezone.localdate() - datetime.timedelta(days=70)
    parts = {"since_0": day.day, "since_1": day.month, "since_2": day.year}
    late = entries(shown(a_long_file, a_dsl_of_the_service, kinds="concern", **parts))
    assert len(late) == 4
    early = {name.replace("since", "until"): value for name, value in parts.items()}
    assert len(entries(shown(a_long_file, a_dsl_of_the_service, kinds="concern", **early))) == 11
    grave = entries(shown(a_long_file, a_dsl_of_the_service, significant="on"))
    assert {(entry.what, entry.title) for entry in grave} == {
        ("concern", "Pink form"),
        ("referral", "Referral: Children’s social care (Duty and Advice)"),
        ("meeting", "Core group"),
        ("plan", "Child in need"),
    }


@pytest.mark.rule("CPF-03")
def test_a_dsl_marks_an_entry_as_significant_with_a_reason(a_long_file, a_dsl_of_the_service, the_lead_dsl):
    with acting.as_the_system("test"):
        decision = Decision.objects.order_by("decided_at").first()
    client = signed_in(a_dsl_of_the_service)
    address = reverse("overview:significant", args=[a_long_file.reference, "decision", decision.pk])
    assert "Say why this is significant" in client.post(address, {"why": " "}).content.decode()
    assert client.post(address, {"why": "The first time they asked for help."}).status_code == 302
    marked = entries(shown(a_long_file, the_lead_dsl, significant="on", kinds="decision"))
    assert [entry.why_marked for entry in marked] == ["The first time they asked for help."]
    on_the_page = signed_in(the_lead_dsl).get(reverse("overview:child", args=[a_long_file.reference]))
    assert "The first time they asked for help." in on_the_page.content.decode()
    client.post(address, {"take_away": "yes"})
    assert entries(shown(a_long_file, the_lead_dsl, significant="on", kinds="decision")) == []
    with acting.as_the_system("test"):
        versions = ChildFile.history.filter(id=a_long_file.pk).count()
    assert versions >= 3
    nowhere = reverse("overview:significant", args=[a_long_file.reference, "decision", a_long_file.pk])
    assert client.get(nowhere).status_code == 404


@pytest.mark.rule("CPF-03", "ACC-04")
def test_it_shows_what_its_reader_may_see_and_not_that_there_is_more(
    a_long_file, a_dsl_of_the_service, the_lead_dsl, the_business_manager
):
    with acting.as_the_system("test"):
        concern = Concern.objects.order_by("observed_at").first()
    with acting.as_person(the_lead_dsl):
        conflicts.declare(
            person=a_dsl_of_the_service, record=concern, kind="relative", by=the_lead_dsl, reason="A cousin."
        )
        sharing.share(
            record=a_file_with_level(a_long_file, the_lead_dsl),
            with_person=the_business_manager,
            level=Level.SUMMARY,
            by=the_lead_dsl,
            why="Pays for the taxi.",
            what="That there is a file.",
        )
    assert len(all_entries(a_long_file, a_dsl_of_the_service)) == 34 - 2
    assert concern.reference not in {entry.reference for entry in all_entries(a_long_file, a_dsl_of_the_service)}
    summary = shown(a_long_file, the_business_manager)
    assert (summary.status_code, entries(summary)) == (200, [])
    assert "Make a document" not in summary.content.decode()


@pytest.mark.rule("CPF-03")
def test_the_number_of_queries_and_of_rows_read_does_not_grow(
    a_long_file, a_dsl_of_the_service, a_staff_member, a_child
):
    client = signed_in(a_dsl_of_the_service)
    address = reverse("overview:chronology", args=[a_long_file.reference])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _ in range(A_PAGE):
        concern = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
        a_decision(read(concern, by=a_dsl_of_the_service), by=a_dsl_of_the_service)
    client.get(address)
    with CaptureQueriesContext(connection) as many:
        page = client.get(address)
    assert len(many) <= len(few)
    assert len(entries(page)) == A_PAGE
    older = client.get(address + page.context["older"].replace("&amp;", "&"))
    assert len(entries(older)) == A_PAGE
    assert not {entry.key for entry in entries(page)} & {entry.key for entry in entries(older)}


@pytest.mark.parametrize(
    "query",
    [
        {"at": "9" * 40, "skip": "1"},
        {"at": "-9999999999999999", "skip": "9999"},
        {"at": "١٢", "skip": "x"},
        {"at": "1", "skip": "٣"},
        {"kinds": ["'; --", "concern"], "since_0": "\x00", "until_2": "9" * 50},
        {"since_0": "31", "since_1": "2", "since_2": "2024"},
        {"significant": "maybe", "at": ""},
    ],
)
def test_an_address_made_up_is_no_fault_of_the_program(query, a_long_file, a_dsl_of_the_service):
    assert shown(a_long_file, a_dsl_of_the_service, **query).status_code == 200


def test_what_is_wanted_survives_being_kept():
    wanted = Wanted(("meeting",), datetime.date(2026, 1, 2), None, True)
    assert Wanted.from_data(wanted.as_data()) == wanted
    assert Place(timezone.now()).skip == 0
