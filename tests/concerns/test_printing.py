"""A chronology as a document, made in the background: for the one who asked, for a day, whatever dies meanwhile."""

import io
import uuid

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from concerns import operations, printing, tasks
from concerns.chronology import Wanted
from concerns.models import PrintedChronology
from concerns.models.printing import PrintState
from concerns.operations import printing as orders
from lps_safeguarding.access import acting
from lps_safeguarding.alerts.models import Alert
from lps_safeguarding.audit_trail.models import TrailEntry
from lps_safeguarding.people import operations as people_operations
from lps_safeguarding.vault import files
from lps_safeguarding.vault.models import SealedFile
from lps_safeguarding.web import pdf
from tests.cast import signed_in
from tests.concerns.factories import a_concern, a_decision, a_file_of, read
from tests.people.factories import ChildFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def a_file(a_staff_member, a_child, a_dsl_of_the_service, the_service):
    """A file with a decided concern about the child and about Wren, who is named in it."""
    wren = ChildFactory(first_name="Wren", last_name="Osborne", service=the_service)
    concern = a_concern(
        by=a_staff_member,
        child=a_child,
        passed_to=a_dsl_of_the_service,
        what_was_seen="Robin and Wren Osborne came late. Wren cried.",
    )
    a_concern(by=a_staff_member, child=wren, passed_to=a_dsl_of_the_service)
    a_decision(
        read(concern, by=a_dsl_of_the_service), by=a_dsl_of_the_service, rationale="Wren knows more. We talk to Robin."
    )
    file = a_file_of(a_child, by=a_dsl_of_the_service)
    with acting.as_person(a_dsl_of_the_service):
        operations.link_children(child_file=file, by=a_dsl_of_the_service, other=wren, kind="friend")
    return file


@pytest.fixture
def an_order(a_file, a_dsl_of_the_service):
    with acting.as_person(a_dsl_of_the_service):
        return operations.order_chronology(child_file=a_file, by=a_dsl_of_the_service)


def now_is(order):
    with acting.as_the_system("test"):
        return PrintedChronology.objects.get(pk=order.pk)


def texts_given_to_the_printer(monkeypatch):
    """What is laid out, as HTML, beside the real document."""
    given = []
    real = pdf.render

    def spy(template, context, **more):
        given.append(render_to_string(template, context))
        return real(template, context, **more)

    monkeypatch.setattr(pdf, "render", spy)
    return given


@pytest.mark.rule("CPF-03", "CON-14")
def test_the_document_is_tagged_names_no_other_child_and_is_told_when_ready(
    an_order, a_file, a_dsl_of_the_service, monkeypatch
):
    given = texts_given_to_the_printer(monkeypatch)
    tasks.make_chronology(str(an_order.pk))
    assert now_is(an_order).state == PrintState.READY
    assert "Robin" in given[0]
    assert "We talk to Robin." in given[0]
    assert "Wren" not in given[0]
    assert "Osborne" not in given[0]
    assert Alert.objects.filter(recipient=a_dsl_of_the_service, reason="document_ready").count() == 1
    client = signed_in(a_dsl_of_the_service)
    page = client.get(reverse("concerns:printed_detail", args=[an_order.reference]))
    assert "Only you can open it" in page.content.decode()
    answer = client.get(reverse("concerns:printed_document", args=[an_order.reference]))
    assert answer["Content-Type"] == "application/pdf"
    assert "Robin" not in answer["Content-Disposition"]
    with pikepdf.open(io.BytesIO(answer.content)) as document:
        assert document.Root.MarkInfo.Marked
        assert document.Root.Lang == "en-GB"
        assert "Robin" not in str(document.docinfo.get("/Title", ""))


@pytest.mark.rule("CPF-06", "ACC-05")
def test_making_and_opening_are_in_the_trail_of_the_file(an_order, a_file, a_dsl_of_the_service):
    tasks.make_chronology(str(an_order.pk))
    signed_in(a_dsl_of_the_service).get(reverse("concerns:printed_document", args=[an_order.reference]))
    found = TrailEntry.objects.filter(record_id=str(a_file.pk), person_id=a_dsl_of_the_service.pk)
    assert list(found.order_by("pk").values_list("act", "why"))[-3:] == [
        ("printed", "chronology ordered"),
        ("printed", "chronology made"),
        ("downloaded", "printed chronology"),
    ]


@pytest.mark.rule("CPF-03", "ACC-04")
def test_only_the_one_who_asked_can_open_it_and_only_while_they_may_open_the_file(
    an_order, a_file, a_dsl_of_the_service, the_lead_dsl, the_headteacher, the_service
):
    tasks.make_chronology(str(an_order.pk))
    addresses = [
        reverse(f"concerns:{name}", args=[an_order.reference])
        for name in ("printed_detail", "printed_document", "printed_state")
    ]
    for person in (the_lead_dsl, the_headteacher):
        assert [signed_in(person).get(address).status_code for address in addresses] == [404, 404, 404]
    role = a_dsl_of_the_service.roles_held.get(role="service_dsl")
    people_operations.end_role(held=role, by=None)
    a_dsl_of_the_service.forget_roles()
    assert [signed_in(a_dsl_of_the_service).get(address).status_code for address in addresses] == [404, 404, 404]


@pytest.mark.rule("CPF-03")
def test_who_lost_the_file_before_it_was_made_gets_nothing(an_order, a_dsl_of_the_service):
    role = a_dsl_of_the_service.roles_held.get(role="service_dsl")
    people_operations.end_role(held=role, by=None)
    assert printing.make(an_order.pk) is False
    assert now_is(an_order).state == PrintState.FAILED
    assert now_is(an_order).document is None


@pytest.mark.rule("CPF-03")
def test_the_document_of_a_dead_worker_is_made_by_the_next(an_order, monkeypatch):
    woken = []
    monkeypatch.setattr(orders, "_wake_on_commit", woken.append)
    taken = orders.take(an_order.pk, now=timezone.now())
    assert taken.state == PrintState.WORKING
    assert orders.take(an_order.pk, now=timezone.now()) is None, "two workers have the same order"
    with acting.as_the_system("sweep"):
        orders.sweep(timezone.now())
        assert woken == [], "the worker may still live"
        later = timezone.now() + orders.LEASE
        orders.sweep(later)
    assert [each.pk for each in woken] == [an_order.pk]
    second = orders.take(an_order.pk, now=later)
    assert second.attempts == 2
    assert orders.finish(taken, document=b"%PDF-old", entries=1, now=later) is False, "the dead worker came back"
    assert orders.finish(second, document=b"%PDF-new", entries=1, now=later) is True
    assert now_is(an_order).state == PrintState.READY


@pytest.mark.rule("CPF-03")
def test_what_cannot_be_made_is_said_so_and_can_be_asked_for_again(an_order, a_dsl_of_the_service, monkeypatch):
    def breaks(*args, **kwargs):
        raise RuntimeError("Robin Ashdown has too many pages")

    monkeypatch.setattr(pdf, "render", breaks)
    for _ in range(orders.MOST_ATTEMPTS):
        assert printing.make(an_order.pk) is False
    assert now_is(an_order).state == PrintState.FAILED
    assert orders.take(an_order.pk, now=timezone.now()) is None
    client = signed_in(a_dsl_of_the_service)
    page = client.get(reverse("concerns:printed_detail", args=[an_order.reference])).content.decode()
    assert "Not made" in page
    assert "Try again" in page
    monkeypatch.undo()
    again = client.post(reverse("concerns:printed_again", args=[an_order.reference]))
    assert again.status_code == 302
    assert an_order.reference not in again["Location"]


def test_the_reason_of_a_fault_is_not_logged(an_order, monkeypatch, caplog):
    def breaks(*args, **kwargs):
        raise RuntimeError("Robin Ashdown has too many pages")

    monkeypatch.setattr(pdf, "render", breaks)
    printing.make(an_order.pk)
    assert "RuntimeError" in caplog.text
    assert "Robin" not in caplog.text


@pytest.mark.rule("CPF-03")
def test_with_the_queue_away_the_order_waits_and_the_page_says_so(an_order, a_dsl_of_the_service, monkeypatch):
    def away(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(tasks.make_chronology, "delay", away)
    orders.wake(an_order.pk)
    assert now_is(an_order).state == PrintState.WAITING
    with acting.as_the_system("test"):
        PrintedChronology.objects.filter(pk=an_order.pk).update(asked_at=timezone.now() - 2 * orders.LEASE)
    page = signed_in(a_dsl_of_the_service).get(reverse("concerns:printed_detail", args=[an_order.reference]))
    assert "Nothing is lost" in page.content.decode()


@pytest.mark.rule("CPF-03")
def test_after_its_time_the_document_and_its_key_are_gone(an_order, a_dsl_of_the_service, settings):
    tasks.make_chronology(str(an_order.pk))
    with acting.as_the_system("test"):
        document = PrintedChronology.objects.select_related("document").get(pk=an_order.pk).document
        PrintedChronology.objects.filter(pk=an_order.pk).update(expires_at=timezone.now())
    client = signed_in(a_dsl_of_the_service)
    address = reverse("concerns:printed_document", args=[an_order.reference])
    assert client.get(address).status_code == 302, "out of date, though not deleted yet"
    with acting.as_the_system("test"):
        orders.sweep(timezone.now())
        order = PrintedChronology.objects.select_related("key").get(pk=an_order.pk)
        assert (order.state, order.document) == (PrintState.EXPIRED, None)
        assert order.key.is_destroyed
        with pytest.raises(files.Refused):
            files.open_bytes(SealedFile.objects.select_related("key").get(pk=document.pk))
    page = client.get(reverse("concerns:printed_detail", args=[an_order.reference])).content.decode()
    assert "Deleted after its time" in page


@pytest.mark.rule("CPF-03")
def test_a_double_press_makes_one_order_and_nobody_fills_the_queue(a_file, a_dsl_of_the_service):
    client = signed_in(a_dsl_of_the_service)
    address = reverse("concerns:chronology_print", args=[a_file.reference])
    with acting.as_the_system("test"):
        before = PrintedChronology.objects.count()
    assert client.post(address)["Location"] == client.post(address)["Location"]
    for kinds in (["concern"], ["decision"], ["plan"], ["meeting"], ["referral"], ["follow_up"]):
        client.post(address, {"kinds": kinds})
    with acting.as_the_system("test"):
        assert PrintedChronology.objects.count() - before == orders.MOST_AT_ONCE


@pytest.mark.rule("CPF-03")
def test_what_waits_is_told_to_the_open_page_as_a_word_and_a_number(an_order, a_dsl_of_the_service):
    client = signed_in(a_dsl_of_the_service)
    answer = client.get(reverse("concerns:printed_state", args=[an_order.reference])).json()
    assert answer == {"state": "waiting", "label": "Waiting its turn", "progress": 0}
    assert client.get(reverse("concerns:printed_state", args=["x\x00" * 30])).status_code == 404


def test_nobody_orders_what_they_cannot_open(a_file, a_staff_member, the_headteacher, acting_as):
    for person in (a_staff_member, the_headteacher):
        assert signed_in(person).post(reverse("concerns:chronology_print", args=[a_file.reference])).status_code == 404
        with acting_as(person), pytest.raises(PermissionDenied):
            operations.order_chronology(child_file=a_file, by=person, wanted=Wanted())


def test_a_task_for_an_order_that_does_not_exist_does_nothing(db):
    assert printing.make(uuid.uuid4()) is False
