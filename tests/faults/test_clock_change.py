"""The night in October in which the clocks go back: 01:30 comes twice, minutes stay minutes, days end at their hour."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from concerns import deadlines, escalation
from concerns.models import Concern
from concerns.terms import Form
from lps_safeguarding.access import acting
from lps_safeguarding.alerts.models import Alert
from lps_safeguarding.guidance import editions
from lps_safeguarding.people.school_calendar import Calendar
from lps_safeguarding.web.templatetags.lps import when
from tests.cast import signed_in
from tests.concerns.factories import a_concern, a_pink_form
from tests.concerns.reporting import posting
from tests.people.factories import NonSchoolDayFactory, TermFactory

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
MINUTE = datetime.timedelta(minutes=1)
SUMMER = datetime.datetime(2026, 10, 25, 0, 30, tzinfo=datetime.UTC)  # 01:30, British Summer Time
WINTER = SUMMER + datetime.timedelta(hours=1)  # 01:30 again, Greenwich Mean Time


@pytest.fixture(autouse=True)
def _in_march():
    """Before everything else, so that people hold their roles and work here on each of the days."""
    with time_machine.travel(datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC), tick=False):
        yield


@pytest.fixture
def school(a_staff_member, a_child, a_dsl_of_the_service, the_lead_dsl, the_headteacher):
    return None


def told(reason):
    return [alert.recipient_id for alert in Alert.objects.filter(reason=reason).order_by("made_at")]


@pytest.mark.rule("CON-04")
def test_both_half_past_ones_take_a_pink_form_and_are_told_apart_by_when_it_was_sent(school, a_staff_member, a_child):
    sent = []
    for moment in (SUMMER, WINTER):
        with time_machine.travel(moment, tick=False):
            assert timezone.localtime().strftime("%H:%M") == "01:30"
            client = signed_in(a_staff_member)
            url = posting.begin(client, "concerns:log_pink")
            answer = client.post(url, posting.pink(a_child, **posting.when(timezone.now())))
            assert answer.status_code == 302
            page = client.get(answer.url)
            assert page.status_code == 200
            with acting.as_the_system("test"):
                sent.append(Concern.objects.order_by("-submitted_at").first())
    assert [concern.submitted_at for concern in sent] == [SUMMER, WINTER]
    assert sent[1].submitted_at - sent[0].submitted_at == datetime.timedelta(hours=1)
    # What was typed names no half of the night: the first of the two is meant, which is never in the future.
    assert [concern.observed_at for concern in sent] == [SUMMER, SUMMER]
    assert [when(concern.submitted_at) for concern in sent] == ["Sunday 25 October 2026, 01:30"] * 2


@pytest.mark.rule("CON-11")
@pytest.mark.parametrize("minutes_before", [3, 10, 45])
def test_minutes_until_escalation_are_minutes_whatever_the_clock_shows(
    school, a_staff_member, a_child, a_dsl_of_the_service, the_lead_dsl, the_headteacher, minutes_before
):
    change = datetime.datetime(2026, 10, 25, 1, 0, tzinfo=datetime.UTC)
    began = change - minutes_before * MINUTE
    with time_machine.travel(began, tick=False):
        a_pink_form(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    for after, expected in (
        (4, []), (5, [the_lead_dsl]), (14, [the_lead_dsl]), (15, [the_lead_dsl, the_headteacher]),
    ):  # fmt: skip
        with time_machine.travel(began + after * MINUTE, tick=False), acting.as_the_system("sweep"):
            escalation.sweep(timezone.now())
        assert told("pink_form_unread") == [person.pk for person in expected], after


@pytest.mark.rule("CON-11", "DEC-16")
def test_the_end_of_the_next_school_day_is_at_its_hour_on_the_clock_of_that_day(
    school, a_staff_member, a_child, a_dsl_of_the_service, the_lead_dsl
):
    TermFactory(name="Autumn 2026", starts_on=datetime.date(2026, 9, 1), ends_on=datetime.date(2026, 12, 18))
    NonSchoolDayFactory(name="INSET day", first_day=datetime.date(2026, 10, 26))
    friday = datetime.datetime(2026, 10, 23, 14, 0, tzinfo=LONDON)
    with time_machine.travel(friday, tick=False):
        concern = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    due = deadlines.lead_dsl_told_at(Form.STANDARD, concern.submitted_at, concern.edition, Calendar.load())
    length = editions.length("standard_entry_read", concern.edition)
    assert length.value == 1
    assert due.astimezone(LONDON) == datetime.datetime(2026, 10, 27, 17, 0, tzinfo=LONDON)
    assert due == datetime.datetime(2026, 10, 27, 17, 0, tzinfo=datetime.UTC), "five o'clock by the winter's clock"
    for moment, expected in ((due - MINUTE, []), (due, [the_lead_dsl.pk])):
        with time_machine.travel(moment, tick=False), acting.as_the_system("sweep"):
            escalation.sweep(timezone.now())
        assert told("entry_unread") == expected


def test_the_hour_that_is_left_out_in_march_is_refused_with_a_sentence(school, a_staff_member, a_child):
    with time_machine.travel(datetime.datetime(2026, 3, 30, 9, 0, tzinfo=LONDON), tick=False):
        client = signed_in(a_staff_member)
        url = posting.begin(client, "concerns:log_pink")
        typed = posting.pink(a_child, place="Under the stairs")
        typed |= {"observed_at_0": "29", "observed_at_1": "3", "observed_at_2": "2026", "observed_at_3": "01:30"}
        answer = client.post(url, typed)
    assert answer.status_code == 200
    assert "the clocks went forward" in answer.content.decode()
    assert "Under the stairs" in answer.content.decode()
