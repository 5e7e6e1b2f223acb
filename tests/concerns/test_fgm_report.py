"""The teacher's own report of FGM: begun, reminded, late, recorded by the teacher, never closed over (DEC-05)."""

import datetime
import uuid

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from concerns import escalation, need_to_know, operations
from concerns.duty_terms import HowReported, SpecialDuty, WhyNoReport
from concerns.models import Concern, FgmReport
from concerns.states import FgmState, State
from concerns.terms import Kind, Outcome, ParentsInformed, ReasonNotToInform
from lps_safeguarding.access import acting, conflicts
from lps_safeguarding.access.refusals import StaleEdit, WrongState
from lps_safeguarding.alerts.models import Alert
from tests.cast import signed_in
from tests.concerns.deciding import posted
from tests.concerns.factories import a_concern, a_decision, read
from tests.people.factories import ChildFactory

pytestmark = [pytest.mark.django_db, pytest.mark.rule("DEC-05")]

TUESDAY = datetime.datetime(2026, 11, 17, 10, 0, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
KEPT_FROM_FAMILY = {"parents_informed": ParentsInformed.NO, "parents_reason": ReasonNotToInform.GREATER_RISK}


@pytest.fixture(autouse=True)
def _on_a_tuesday_morning():
    with time_machine.travel(TUESDAY, tick=False):
        yield


@pytest.fixture
def a_disclosure(a_staff_member, a_child, a_dsl_of_the_service, the_lead_dsl):
    """A girl of 15 told the teacher an hour ago."""
    return a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, kinds=[Kind.FGM])


def the_report():
    with acting.as_the_system("test"):
        return FgmReport.objects.select_related("key", "concern").get()


def reported(**more):
    return {
        "police_reference": "24-117 882",
        "reported_at": timezone.now(),
        "how": HowReported.BY_101,
    } | more


def close(concern, by):
    with acting.as_person(by):
        now = Concern.objects.select_related("key").get(pk=concern.pk)
        return operations.close_concern(
            concern=now, by=by, outcome=Outcome.WITH_POLICE, rationale="The police lead.", version=now.version
        )


def told(reason):
    return {alert.recipient_id for alert in Alert.objects.filter(reason=reason)}


class TestItBegins:
    def test_with_the_kind_the_teacher_ticked_due_at_the_close_of_the_next_working_day(
        self, a_disclosure, a_staff_member
    ):
        report = the_report()
        assert a_disclosure.special_duties == [SpecialDuty.FGM_REPORT]
        assert (report.teacher, report.state) == (a_staff_member, FgmState.OPEN)
        assert timezone.localtime(report.due_at) == timezone.make_aware(datetime.datetime(2026, 11, 18, 17, 0))

    def test_with_the_kind_a_dsl_finds_and_the_clock_runs_from_what_the_teacher_knew(
        self, a_staff_member, a_child, a_dsl_of_the_service
    ):
        sent = a_concern(
            by=a_staff_member,
            child=a_child,
            passed_to=a_dsl_of_the_service,
            observed_at=TUESDAY - datetime.timedelta(days=1),
        )
        read(sent, by=a_dsl_of_the_service)
        a_decision(sent, by=a_dsl_of_the_service, kinds=[Kind.FGM], **KEPT_FROM_FAMILY)
        report = the_report()
        assert timezone.localtime(report.due_at).date() == datetime.date(2026, 11, 17)
        assert told("personal_duty") == {a_staff_member.pk}
        assert a_staff_member.pk == report.teacher_id

    def test_naming_the_kind_twice_begins_it_once(self, a_disclosure, a_dsl_of_the_service):
        read(a_disclosure, by=a_dsl_of_the_service)
        with acting.as_person(a_dsl_of_the_service):
            for kinds in ([], [Kind.FGM], [Kind.FGM, Kind.NEGLECT]):
                operations.set_kinds(concern=a_disclosure, by=a_dsl_of_the_service, kinds=kinds)
        assert the_report().state == FgmState.OPEN

    def test_not_for_a_boy_nor_for_a_woman(self, a_staff_member, a_dsl_of_the_service, the_service):
        for more in ({"sex": "male"}, {"date_of_birth": datetime.date(2008, 1, 1)}):
            child = ChildFactory(service=the_service, **more)
            sent = a_concern(by=a_staff_member, child=child, passed_to=a_dsl_of_the_service, kinds=[Kind.FGM])
            assert sent.special_duties == []
        with acting.as_the_system("test"):
            assert not FgmReport.objects.exists()


class TestTheTeacher:
    def test_is_shown_the_duty_after_sending_and_records_the_reference_themselves(
        self, a_disclosure, a_staff_member, a_dsl_of_the_service
    ):
        client = signed_in(a_staff_member)
        for name in ("concerns:log_sent", "concerns:concern_detail"):
            page = client.get(reverse(name, args=[a_disclosure.reference])).content.decode()
            assert "Something only you can do" in page
        url = reverse("concerns:fgm_report", args=[a_disclosure.reference])
        page = client.get(url).content.decode()
        assert "tel:101" in page
        assert "Female Genital Mutilation Act 2003" in page
        moment = posted.parts_of(timezone.now(), "reported-reported_at")
        given = {"what": "reported", "reported-police_reference": "24-117 882", "reported-how": "by_101", **moment}
        assert client.post(url, given).status_code == 302
        report = the_report()
        assert (report.state, report.police_reference, report.settled_by) == (
            FgmState.REPORTED, "24-117 882", a_staff_member,
        )  # fmt: skip
        assert report.reported_at == timezone.now()
        assert "24-117 882" in client.get(url).content.decode()
        assert a_dsl_of_the_service.pk in told("personal_duty_settled")
        dsl = signed_in(a_dsl_of_the_service)
        assert (
            "24-117 882" in dsl.get(reverse("concerns:concern_detail", args=[a_disclosure.reference])).content.decode()
        )

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"what": "reported"}, "Write the reference the police gave"),
            ({"what": "reported", "reported-police_reference": "x" * 101}, "there is room for 100"),
            ({"what": "reported", "reported-how": "pigeon"}, "There is a problem"),
            ({"what": "not_applying"}, "Choose why the duty does not apply"),
            ({"what": "not_applying", "not_applying-why_not": "other"}, "Say more about the reason"),
            ({"what": "not_applying", "not_applying-why_not": "reported_already"}, "Say more about the reason"),
        ],
    )
    def test_what_is_missing_or_junk_is_said_in_a_sentence_and_what_was_typed_stays(
        self, a_disclosure, a_staff_member, given, sentence
    ):
        url = reverse("concerns:fgm_report", args=[a_disclosure.reference])
        page = signed_in(a_staff_member).post(url, {"not_applying-why_not_detail": " ", **given})
        assert page.status_code == 200
        assert sentence in page.content.decode()
        assert the_report().state == FgmState.OPEN

    def test_a_post_that_says_nothing_known_shows_the_page(self, a_disclosure, a_staff_member):
        url = reverse("concerns:fgm_report", args=[a_disclosure.reference])
        for what in ("", "close", "\x00"):
            assert signed_in(a_staff_member).post(url, {"what": what}).status_code == 200

    def test_says_with_a_reason_that_the_duty_is_not_theirs(self, a_disclosure, a_staff_member):
        with acting.as_person(a_staff_member):
            operations.record_fgm_not_applying(report=the_report(), by=a_staff_member, why_not=WhyNoReport.SUSPECTED)
        assert the_report().state == FgmState.NOT_APPLYING

    def test_a_reference_once_recorded_is_put_right_but_not_taken_away(self, a_disclosure, a_staff_member):
        with acting.as_person(a_staff_member):
            operations.record_fgm_reported(report=the_report(), by=a_staff_member, **reported())
            operations.record_fgm_reported(
                report=the_report(), by=a_staff_member, **reported(police_reference="24-117 883")
            )
            with pytest.raises(WrongState):
                operations.record_fgm_not_applying(
                    report=the_report(), by=a_staff_member, why_not=WhyNoReport.SUSPECTED
                )
        assert the_report().police_reference == "24-117 883"
        with acting.as_the_system("test"):
            assert FgmReport.history.count() == 3

    @pytest.mark.parametrize(("when", "field"), [(HOUR, "reported_at"), (-2 * HOUR, "reported_at")])
    def test_not_before_it_was_noticed_nor_in_the_future(self, a_disclosure, a_staff_member, when, field):
        with acting.as_person(a_staff_member), pytest.raises(ValidationError) as refused:
            operations.record_fgm_reported(
                report=the_report(), by=a_staff_member, **reported(reported_at=timezone.now() + when)
            )
        assert field in refused.value.message_dict

    def test_two_who_record_at_once_are_told_of_each_other(self, a_disclosure, a_staff_member, a_dsl_of_the_service):
        seen = the_report().version
        with acting.as_person(a_staff_member):
            operations.record_fgm_reported(report=the_report(), by=a_staff_member, **reported())
        with acting.as_person(a_dsl_of_the_service), pytest.raises(StaleEdit):
            operations.record_fgm_reported(
                report=the_report(), by=a_dsl_of_the_service, version=seen, **reported(police_reference="other")
            )


class TestTheDsl:
    def test_records_what_the_teacher_did_only_by_saying_that_the_teacher_did_it(
        self, a_disclosure, a_dsl_of_the_service
    ):
        url = reverse("concerns:fgm_report", args=[a_disclosure.reference])
        client = signed_in(a_dsl_of_the_service)
        given = {
            "what": "reported",
            "reported-police_reference": "24-117 882",
            "reported-how": "by_101",
            **posted.parts_of(timezone.now(), "reported-reported_at"),
        }
        assert "The duty cannot be passed on" in client.post(url, given).content.decode()
        assert the_report().state == FgmState.OPEN
        assert client.post(url, given | {"reported-by_the_teacher": "on"}).status_code == 302
        assert the_report().settled_by == a_dsl_of_the_service

    def test_cannot_close_without_the_reference_or_the_reason(self, a_disclosure, a_dsl_of_the_service):
        read(a_disclosure, by=a_dsl_of_the_service)
        a_decision(a_disclosure, by=a_dsl_of_the_service, kinds=[Kind.FGM], **KEPT_FROM_FAMILY)
        with pytest.raises(WrongState, match="The teacher’s own report of FGM"):
            close(a_disclosure, a_dsl_of_the_service)
        page = signed_in(a_dsl_of_the_service).get(reverse("concerns:close", args=[a_disclosure.reference]))
        assert "Record its reference, or why the duty does" in page.content.decode()
        # Taking the kind away does not take the duty away.
        a_decision(a_disclosure, by=a_dsl_of_the_service, kinds=[])
        with pytest.raises(WrongState):
            close(a_disclosure, a_dsl_of_the_service)
        with acting.as_person(a_dsl_of_the_service):
            operations.record_fgm_not_applying(
                report=the_report(), by=a_dsl_of_the_service, why_not=WhyNoReport.NOT_A_TEACHER
            )
        close(a_disclosure, a_dsl_of_the_service)
        with acting.as_the_system("test"):
            assert Concern.objects.get().state == State.CLOSED

    def test_nor_does_the_database_close_it_whatever_the_program_says(self, a_disclosure, as_system):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE concerns_concern SET state = 'closed', outcome = 'with_police', closed_at = now() WHERE id = %s",
                [a_disclosure.pk],
            )

    def test_neither_the_clock_nor_the_teacher_can_be_changed_in_the_database(self, a_disclosure, as_system):
        for change in ("due_at = now()", "known_at = now()", "teacher_id = teacher_id + 1"):
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE concerns_fgmreport SET {change}")
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE concerns_fgmreport SET state = 'reported'")
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM concerns_fgmreport")

    def test_sees_on_the_concern_that_it_waits_and_since_when_it_is_late(self, a_disclosure, a_dsl_of_the_service):
        url = reverse("concerns:concern_detail", args=[a_disclosure.reference])
        assert "Nothing is recorded yet" in signed_in(a_dsl_of_the_service).get(url).content.decode()
        with time_machine.travel(TUESDAY + datetime.timedelta(days=2), tick=False):
            page = signed_in(a_dsl_of_the_service).get(url).content.decode()
        assert "report of FGM to the police is late" in page
        assert "18 November 2026, 17:00" in page


class TestTheClock:
    def test_reminds_the_teacher_on_the_day_it_is_due_and_tells_the_dsl_when_it_is_late_once_each(
        self, a_disclosure, a_staff_member, a_dsl_of_the_service
    ):
        wednesday = timezone.make_aware(datetime.datetime(2026, 11, 18, 8, 0))
        with acting.as_the_system("sweep"):
            escalation.sweep(wednesday - HOUR)
            assert told("personal_duty_due") == set()
            escalation.sweep(wednesday)
            escalation.sweep(wednesday + HOUR)
            assert told("personal_duty_due") == {a_staff_member.pk}
            assert told("personal_duty_late") == set()
            escalation.sweep(wednesday + 10 * HOUR)
            escalation.sweep(wednesday + 11 * HOUR)
        assert {a_staff_member.pk, a_dsl_of_the_service.pk} <= told("personal_duty_late")
        assert Alert.objects.filter(recipient=a_dsl_of_the_service, reason="personal_duty_late").count() == 1

    def test_is_quiet_once_it_is_recorded(self, a_disclosure, a_staff_member):
        with acting.as_person(a_staff_member):
            operations.record_fgm_reported(report=the_report(), by=a_staff_member, **reported())
        with acting.as_the_system("sweep"):
            escalation.sweep(TUESDAY + datetime.timedelta(days=3))
        assert told("personal_duty_due") | told("personal_duty_late") == set()


class TestWhoSeesIt:
    def test_the_teacher_and_those_who_read_the_concern_in_full_and_nobody_else(
        self, a_disclosure, a_staff_member, another_staff_member, a_dsl_of_the_service, a_dsl_of_another_service,
        the_lead_dsl, the_headteacher, the_administrator,
    ):  # fmt: skip
        url = reverse("concerns:fgm_report", args=[a_disclosure.reference])
        for person in (a_staff_member, a_dsl_of_the_service, the_lead_dsl):
            assert signed_in(person).get(url).status_code == 200
        for person in (another_staff_member, a_dsl_of_another_service, the_headteacher, the_administrator):
            assert signed_in(person).get(url).status_code == 404
            assert signed_in(person).post(url, {"what": "reported"}).status_code == 404
            person.forget_roles()
            report = the_report()
            with acting.as_person(person), pytest.raises((PermissionDenied, FgmReport.DoesNotExist)):
                operations.record_fgm_not_applying(report=report, by=person, why_not=WhyNoReport.SUSPECTED)

    @pytest.mark.rule("ACC-02")
    def test_a_conflict_of_interest_shuts_it_to_the_teacher_too(
        self, a_disclosure, a_staff_member, a_child, the_lead_dsl
    ):
        the_lead_dsl.forget_roles()
        with acting.as_person(the_lead_dsl):
            conflicts.declare(
                person=a_staff_member, child=a_child, kind="relative", by=the_lead_dsl, reason="An aunt."
            )
        a_staff_member.forget_roles()
        with acting.as_person(a_staff_member):
            assert not FgmReport.objects.exists()
            assert not need_to_know.readable_by(a_staff_member).exists()

    def test_a_concern_without_the_duty_has_no_such_page(self, a_staff_member, a_child, a_dsl_of_the_service):
        sent = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, submission_key=uuid.uuid4())
        url = reverse("concerns:fgm_report", args=[sent.reference])
        assert signed_in(a_staff_member).get(url).status_code == 404
