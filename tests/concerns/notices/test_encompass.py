"""A notice of Operation Encompass: logged by the key adult, read by a DSL before the next school day starts (CON-20)."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from concerns import deadlines, escalation, timeline
from concerns.models import Concern, EncompassNotice
from concerns.terms import Form, Kind
from lps_safeguarding.access import acting
from lps_safeguarding.alerts.models import Alert
from lps_safeguarding.guidance import editions
from lps_safeguarding.guidance.lengths import LONDON
from lps_safeguarding.people import school_calendar
from lps_safeguarding.people.models import Absence, DutyKind, NonSchoolDay, NonSchoolDayKind, OnDuty, Term
from lps_safeguarding.people.school_calendar import calendar_of
from tests.cast import CAST, signed_in
from tests.concerns.factories import an_encompass_notice, found, read
from tests.concerns.notices import posted
from tests.people.factories import ChildFactory

pytestmark = [pytest.mark.django_db, pytest.mark.rule("CON-20")]

DAY = datetime.date
TERM = (DAY(2026, 9, 1), DAY(2026, 12, 18))
NEXT_TERM = (DAY(2027, 1, 5), DAY(2027, 3, 26))
MINUTE = datetime.timedelta(minutes=1)


def london(*when: int) -> datetime.datetime:
    return datetime.datetime(*when, tzinfo=LONDON)


TUESDAY_EARLY = london(2026, 11, 17, 6, 40)
SATURDAY = london(2026, 11, 21, 23, 15)


@pytest.fixture(autouse=True)
def _early_on_a_tuesday():
    with time_machine.travel(TUESDAY_EARLY, tick=False):
        yield


@pytest.fixture
def key_adult(the_key_adult, the_service, a_dsl_of_the_service, the_lead_dsl, the_headteacher):
    Term.objects.create(name="Autumn", starts_on=TERM[0], ends_on=TERM[1])
    Term.objects.create(name="Spring", starts_on=NEXT_TERM[0], ends_on=NEXT_TERM[1])
    school_calendar.forget()
    return the_key_adult


def all_of(model):
    with acting.as_the_system("test"):
        return list(model.objects.select_related("key"))


def the_only(model):
    (one,) = all_of(model)
    return one


def text_of(answer) -> str:
    return answer.content.decode()


def told(reason):
    return {alert.recipient_id for alert in Alert.objects.filter(reason=reason)}


def log(person, about, **more):
    client = signed_in(person)
    url = posted.begin(client, "concerns:encompass")
    return client, url, client.post(url, posted.encompass(about, **more))


# --- The clock --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("received", "due"),
    [
        (london(2026, 11, 17, 6, 40), london(2026, 11, 17, 8, 30)),  # before school: this morning
        (london(2026, 11, 17, 8, 30), london(2026, 11, 18, 8, 30)),  # the bell has gone: tomorrow
        (london(2026, 11, 17, 14, 0), london(2026, 11, 18, 8, 30)),
        (london(2026, 11, 20, 23, 0), london(2026, 11, 23, 8, 30)),  # Friday night: Monday
        (london(2026, 11, 22, 9, 0), london(2026, 11, 23, 8, 30)),
        (london(2026, 12, 21, 3, 0), london(2027, 1, 5, 8, 30)),  # in the holidays: the first day back
    ],
)
def test_it_is_to_be_read_before_the_next_school_day_starts(received, due):
    calendar = calendar_of([TERM, NEXT_TERM])
    assert deadlines.notice_read_due(received, editions.current(DAY(2026, 11, 17)), calendar) == due


def test_the_lead_dsl_is_told_an_hour_before_and_never_sooner_than_of_a_pink_form():
    edition, calendar = editions.current(DAY(2026, 11, 17)), calendar_of([TERM])
    due = london(2026, 11, 17, 8, 30)
    lead, head = deadlines.notice_to_lead_dsl_at, deadlines.notice_to_headteacher_at
    assert lead(due, london(2026, 11, 17, 6, 0), edition, calendar) == london(2026, 11, 17, 7, 30)
    assert head(due, london(2026, 11, 17, 6, 0), edition, calendar) == due
    assert lead(due, london(2026, 11, 17, 8, 20), edition, calendar) == london(2026, 11, 17, 8, 25)
    assert head(due, london(2026, 11, 17, 8, 20), edition, calendar) == london(2026, 11, 17, 8, 35)


def test_a_calendar_that_changes_the_next_school_day_is_believed(key_adult, a_child, a_dsl_of_the_service):
    NonSchoolDay.objects.create(
        name="INSET", kind=NonSchoolDayKind.INSET, first_day=DAY(2026, 11, 17), last_day=DAY(2026, 11, 17)
    )
    school_calendar.forget()
    with time_machine.travel(TUESDAY_EARLY, tick=False):
        concern = an_encompass_notice(by=key_adult, child=a_child, passed_to=a_dsl_of_the_service)
    assert concern.read_due_at == london(2026, 11, 18, 8, 30)


@pytest.mark.rule("DEC-16")
def test_every_edition_knows_the_times_of_a_notice():
    for edition in {editions.current(), editions.latest()}:
        assert str(editions.length("encompass_to_lead_dsl", edition)) == "60 minutes"
        assert str(editions.length("return_conversation", edition)) == "72 hours"


# --- Logging ----------------------------------------------------------------------------------------------------------
def test_the_notice_becomes_a_concern_with_its_clock_in_the_queue(
    key_adult, a_child, a_dsl_of_the_service, the_lead_dsl, acting_as
):
    with time_machine.travel(TUESDAY_EARLY, tick=False):
        _, _, answer = log(key_adult, a_child)
        concern = the_only(Concern)
        assert answer.url == reverse("concerns:log_sent", args=[concern.reference])
        assert "A DSL reads it before the next school day starts: Tuesday 17 November 2026, 08:30" in text_of(
            signed_in(key_adult).get(answer.url)
        )
        assert (concern.form, concern.kinds) == (Form.STANDARD, [Kind.DOMESTIC_ABUSE_FAMILY])
        assert (concern.came_to_light, concern.place, concern.childs_words) == (
            "agency",
            "At home",
            "i hid coz he was shouting",
        )
        notice = the_only(EncompassNotice)
        assert (notice.police_reference, notice.child_there) == ("LP-221-4471", "in_the_home")
        assert (notice.child_where, notice.actions_asked) == (
            "In the cupboard on the landing",
            "Do not tell the father",
        )
        assert notice.received_at == TUESDAY_EARLY
        with acting_as(a_dsl_of_the_service):
            first, *_ = timeline.queue_sections(a_dsl_of_the_service, timezone.now())
        assert (first.slug, first.urgent, [row.pk for row in first.rows]) == ("notices", True, [concern.pk])
        page = text_of(signed_in(a_dsl_of_the_service).get(reverse("overview:queue")))
        assert "To read before the school day starts" in page
        assert "to be read in 1 hour" in page
        assert "Not read in time" not in page
    with time_machine.travel(london(2026, 11, 17, 8, 31), tick=False):
        assert "Not read in time" in text_of(signed_in(a_dsl_of_the_service).get(reverse("overview:queue")))


def test_the_dsl_reads_it_and_the_clock_stops(
    key_adult, a_child, a_dsl_of_the_service, the_lead_dsl, the_headteacher, as_system
):
    with time_machine.travel(TUESDAY_EARLY, tick=False):
        concern = an_encompass_notice(by=key_adult, child=a_child, passed_to=a_dsl_of_the_service)
        page = text_of(
            signed_in(a_dsl_of_the_service).get(reverse("concerns:concern_detail", args=[concern.reference]))
        )
    for words in (
        "LP-221-4471",
        "I hid in the cupboard.",
        "The voice of the child",
        "In the home, not in the same room",
        "Do not tell the father that you know.",
        "Officers were called to an argument between adults.",
        "Tuesday 17 November 2026, 08:30",
    ):
        assert words in page, words
    escalation.sweep(london(2026, 11, 17, 12, 0))
    assert told("notice_unread") == set()


@pytest.mark.rule("CON-11")
def test_unread_it_goes_to_the_lead_dsl_an_hour_before_and_to_the_headteacher_when_the_time_is_over(
    key_adult, a_child, a_dsl_of_the_service, the_lead_dsl, the_headteacher, as_system
):
    with time_machine.travel(TUESDAY_EARLY, tick=False):
        an_encompass_notice(by=key_adult, child=a_child, passed_to=a_dsl_of_the_service)
    escalation.sweep(london(2026, 11, 17, 7, 29))
    assert told("notice_unread") == set()
    escalation.sweep(london(2026, 11, 17, 7, 30))
    assert told("notice_unread") == {the_lead_dsl.pk}
    escalation.sweep(london(2026, 11, 17, 8, 29))
    assert told("notice_unread") == {the_lead_dsl.pk}
    for minute in (30, 31):
        escalation.sweep(london(2026, 11, 17, 8, minute))
    assert told("notice_unread") == {the_lead_dsl.pk, the_headteacher.pk}
    assert Alert.objects.filter(reason="notice_unread").count() == 2


@pytest.mark.rule("ROL-03")
def test_on_a_saturday_night_whoever_covers_out_of_hours_is_alerted(
    key_adult, a_child, a_dsl_of_the_service, the_service, the_lead_dsl
):
    OnDuty.objects.create(
        service=None,
        user=a_dsl_of_the_service,
        kind=DutyKind.OUT_OF_HOURS,
        starts_at=london(2026, 11, 20, 17, 0),
        ends_at=london(2026, 11, 23, 8, 0),
        telephone="01632 496109",
    )
    with time_machine.travel(SATURDAY, tick=False):
        log(key_adult, a_child)
        concern = the_only(Concern)
        assert concern.read_due_at == london(2026, 11, 23, 8, 30)
        assert concern.passed_to == a_dsl_of_the_service
        assert told("notice") == {a_dsl_of_the_service.pk}
        assert Alert.objects.get(reason="notice").urgent


@pytest.mark.rule("ROL-03")
def test_in_the_holidays_with_nobody_on_the_rota_it_goes_to_the_lead_dsl_and_if_away_to_the_headteacher(
    key_adult, a_child, a_child_of_another_service, a_dsl_of_the_service, the_lead_dsl, the_headteacher
):
    holidays = london(2026, 12, 27, 10, 0)
    with time_machine.travel(holidays, tick=False):
        an_encompass_notice(by=key_adult, child=a_child, passed_to=the_lead_dsl)
        assert told("notice") == {the_lead_dsl.pk}
        Absence.objects.create(user=the_lead_dsl, starts_at=holidays - MINUTE)
        second = an_encompass_notice(by=key_adult, child=a_child_of_another_service, passed_to=the_lead_dsl)
        assert second.read_due_at == london(2027, 1, 5, 8, 30)


def test_one_that_is_at_risk_now_is_as_urgent_as_a_pink_form(
    key_adult, a_child, a_dsl_of_the_service, the_lead_dsl, the_headteacher, as_system
):
    with time_machine.travel(SATURDAY, tick=False):
        an_encompass_notice(by=key_adult, child=a_child, passed_to=a_dsl_of_the_service, at_risk_now=True)
    assert the_only(Concern).form == Form.PINK
    escalation.sweep(SATURDAY + 5 * MINUTE)
    escalation.sweep(SATURDAY + 15 * MINUTE)
    assert told("pink_form_unread") == {the_lead_dsl.pk, the_headteacher.pk}


@pytest.mark.rule("CON-19")
def test_a_child_missing_from_home_is_followed_until_found(key_adult, a_child, a_dsl_of_the_service, the_lead_dsl):
    with time_machine.travel(TUESDAY_EARLY, tick=False):
        log(key_adult, a_child, of="missing_from_home", still_missing="on", child_there="not_known")
        concern = the_only(Concern)
        assert concern.missing_since == concern.observed_at
        assert concern.kinds == []
        page = text_of(
            signed_in(a_dsl_of_the_service).get(reverse("concerns:concern_detail", args=[concern.reference]))
        )
        assert "Still missing" in page
        found(concern, by=key_adult)
    assert the_only(Concern).missing_since is None


def test_several_children_of_one_family_are_in_one_notice(key_adult, a_child, the_service, a_dsl_of_the_service):
    brother = ChildFactory(first_name="Jude", last_name="Ashdown", service=the_service)
    with time_machine.travel(TUESDAY_EARLY, tick=False):
        log(key_adult, a_child, child=[str(a_child.pk), str(brother.pk)])
    with acting.as_the_system("test"):
        assert the_only(Concern).children.count() == 2


@pytest.mark.parametrize("who", [name for name in CAST if name not in ("a_leaver", "nobody_signed_in")])
def test_key_adults_and_dsls_log_it_and_nobody_else(request, who, a_child, a_dsl_of_the_service):
    person = request.getfixturevalue(who)
    may = who in ("the_key_adult", "a_dsl_of_the_service", "a_dsl_of_another_service", "the_lead_dsl")
    client = signed_in(person)
    assert client.get(reverse("concerns:encompass")).status_code == (302 if may else 403)
    assert ("A notice from the police" in text_of(client.get(reverse("concerns:log")))) == may
    with acting.as_person(person):
        if may:
            assert an_encompass_notice(by=person, child=a_child, passed_to=a_dsl_of_the_service)
        else:
            with pytest.raises(PermissionDenied):
                an_encompass_notice(by=person, child=a_child, passed_to=a_dsl_of_the_service)


@pytest.mark.parametrize("who", ["a_staff_member", "the_attendance_officer", "a_dsl_of_another_service", "the_chair"])
def test_for_others_the_notice_does_not_exist(request, key_adult, a_child, a_dsl_of_the_service, who):
    concern = an_encompass_notice(by=key_adult, child=a_child, passed_to=a_dsl_of_the_service)
    client = signed_in(request.getfixturevalue(who))
    for name in ("concern_detail", "log_sent", "step_add", "found_add"):
        assert client.get(reverse(f"concerns:{name}", args=[concern.reference])).status_code == 404
    with acting.as_person(request.getfixturevalue(who)):
        assert not EncompassNotice.objects.exists()
        assert not EncompassNotice.history.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"of": ""}, "Choose what the notice is about"),
        ({"police_reference": ""}, "Type the reference of the police"),
        ({"received_at_3": ""}, "Enter the time as well"),
        ({"received_at_2": "2031"}, "cannot be in the future"),
        ({"received_by": "pigeon"}, "How it came: choose one of the answers"),
        ({"child_there": ""}, "Say where the child was"),
        ({"what_was_seen": ""}, "Write what the police say happened"),
        ({"place": ""}, "Write where it happened"),
        ({"police_reference": "L" * 101}, "there is room for 100"),
        ({"child": ""}, "Choose the child this is about"),
        ({"at_risk_now": "?"}, "choose one of the answers"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_what_was_typed_stays(
    key_adult, a_child, a_dsl_of_the_service, wrong, sentence
):
    with time_machine.travel(TUESDAY_EARLY, tick=False):
        client, url, answer = log(key_adult, a_child, **wrong)
        assert answer.status_code == 200
        page = text_of(answer)
        assert sentence in page
        assert "i hid coz he was shouting" in page
        assert not all_of(Concern)
        assert "i hid coz he was shouting" in text_of(client.get(url))


def test_a_notice_cannot_come_before_what_it_is_about(key_adult, a_child, a_dsl_of_the_service):
    with time_machine.travel(TUESDAY_EARLY, tick=False):
        earlier = posted.moment("received_at", TUESDAY_EARLY - datetime.timedelta(hours=12))
        _, _, answer = log(key_adult, a_child, **earlier)
    assert "The notice cannot come before what it is about" in text_of(answer)


def test_junk_in_every_box_is_answered_with_sentences(key_adult, a_child):
    client = signed_in(key_adult)
    url = posted.begin(client, "concerns:encompass")
    for junk in ("\x00\x1b", "💥" * 300, "-1", "' OR 1=1 --", "{{ 7|add:7 }}", "9" * 5000):
        assert client.post(url, dict.fromkeys(posted.encompass(a_child), junk) | {"action": "send"}).status_code == 200
    assert not all_of(Concern)


@pytest.mark.rule("CON-09")
def test_the_notice_and_its_clock_cannot_be_changed_even_in_the_database(
    key_adult, a_child, a_dsl_of_the_service, as_system
):
    an_encompass_notice(by=key_adult, child=a_child, passed_to=a_dsl_of_the_service)
    for change in (
        "concerns_encompassnotice SET received_at = now() + interval '1 day'",
        "concerns_encompassnotice SET police_reference = '\\x00'::bytea",
        "concerns_encompassnotice SET of = 'missing_from_home'",
        "concerns_concern SET read_due_at = NULL",
        "concerns_concern SET read_due_at = now() + interval '9 days'",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {change}")


@pytest.mark.rule("CON-18")
def test_sending_twice_makes_one_notice(key_adult, a_child, a_dsl_of_the_service):
    with time_machine.travel(TUESDAY_EARLY, tick=False):
        client, url, first = log(key_adult, a_child)
        assert client.post(url, posted.encompass(a_child)).url == first.url
    assert (len(all_of(Concern)), len(all_of(EncompassNotice))) == (1, 1)


@pytest.mark.rule("CON-12")
def test_the_key_adult_sees_their_entry_and_that_it_was_read_and_nothing_else(
    key_adult, a_child, a_dsl_of_the_service
):
    concern = an_encompass_notice(by=key_adult, child=a_child, passed_to=a_dsl_of_the_service)
    read(concern, by=a_dsl_of_the_service)
    page = text_of(signed_in(key_adult).get(reverse("concerns:concern_detail", args=[concern.reference])))
    for words in ("LP-221-4471", "Do not tell the father that you know.", "Mrs A. Okafor has read it"):
        assert words in page
    assert "What happened" not in page
