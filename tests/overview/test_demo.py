"""The demonstration's school: made by the operations, in every state, and made once."""

import datetime
import hashlib

import pytest
import time_machine
from django.core.management import call_command
from django.db.models import Count, F
from django.utils import timezone

from concerns.chronology import entries_for
from concerns.models import Concern, ConcernContext, FgmReport, FollowUp, ListReview, Meeting, Referral
from concerns.states import FgmState, State
from lps_safeguarding.access import acting
from lps_safeguarding.overview.demo import cast, duties, injuries, seed, stories, year
from lps_safeguarding.people import duty
from lps_safeguarding.people.models import Adult, Child, OnDuty, Service, User

pytestmark = pytest.mark.django_db

NOT_IN_THE_DEMO = {
    "66f86b1f3c61159b", "c05b528967511e4d", "26d977b50ceb74d8", "1c89cebba882e840", "c57b3f1cd05e94f3", "18c3bc28bde14691",
    "52b03cddc5c7f312", "fe384adb7e67d54e", "66c3074b01aa4c04", "85ed156918175fb2", "70f756d0618a1ff2", "6bc6bf03af18e614",
}  # fmt: skip
"""Surnames that stand in the school's own policies, as hashes: no real person is named anywhere in this project."""


def hashed(name: str) -> str:
    return hashlib.sha256(name.lower().encode()).hexdigest()[:16]


@pytest.fixture
def the_demo_school():
    seed.seed(timezone.now())


def counts():
    with acting.as_the_system("test"):
        return [
            model.objects.count()
            for model in (Adult, User, Child, Service, OnDuty, Concern, FollowUp, Meeting, Referral)
        ]


def test_the_school_has_concerns_in_every_state(the_demo_school):
    with acting.as_the_system("test"):
        states = set(Concern.objects.values_list("state", flat=True))
        assert states == set(State.values)
        told = len(stories.STORIES) + len(duties.STORIES) + len(year.STORIES) + len(injuries.STORIES)
        assert Concern.objects.count() >= told >= 50
        assert Concern.objects.filter(worried_at__isnull=False).exists()
        assert Referral.objects.overdue(timezone.now()).exists()
        assert FollowUp.objects.overdue(timezone.localdate()).exists()
    assert Child.objects.count() >= 40
    assert User.objects.count() >= 14


@pytest.mark.rule("CPF-01", "CPF-02", "CPF-03")
def test_it_shows_meetings_lists_and_a_long_chronology(the_demo_school):
    lead = User.objects.get(email="g.adeyemi@demo.example")
    child = Child.objects.get(first_name="Wesley")
    with acting.as_person(lead):
        assert len(entries_for(lead, child)) >= 60
        assert set(Meeting.objects.values_list("state", flat=True)) >= {"planned", "held", "rearranged"}
        assert FollowUp.objects.in_queue(timezone.localdate()).filter(to_attend=True).exists()
        assert ListReview.objects.exists()


@pytest.mark.rule("DEC-05")
def test_the_teachers_duty_is_there_open_late_done_and_not_applying(the_demo_school):
    with acting.as_the_system("test"):
        reports = FgmReport.objects.all()
        assert {report.state for report in reports} == set(FgmState.values)
        assert reports.open().filter(due_at__lt=timezone.now()).exists()


def test_making_it_twice_adds_nothing(the_demo_school):
    before = counts()
    call_command("seed_demo")
    assert counts() == before


def test_a_week_later_the_rota_is_carried_on_and_nothing_else(the_demo_school):
    before = counts()
    later = timezone.now() + datetime.timedelta(days=7)
    with time_machine.travel(later, tick=False):
        seed.seed(later)
    after = counts()
    assert after[4] > before[4]
    assert after[:4] + after[5:] == before[:4] + before[5:]


def test_somebody_is_on_duty_at_any_hour(the_demo_school):
    for hours in range(0, 7 * 24, 5):
        at = timezone.now() + datetime.timedelta(hours=hours)
        for service in Service.objects.all():
            assert duty.on_duty(service, at), f"nobody for {service} at {at}"


def test_nobody_in_it_bears_the_name_of_somebody_real():
    names = {each.last_name for each in (*cast.PEOPLE, *cast.CHILDREN)} | {
        word for facts in stories.FILES for contact in facts.contacts for word in contact[0].split()
    }
    assert not {hashed(name) for name in names} & NOT_IN_THE_DEMO


def test_the_people_are_listed_for_the_start_page(the_demo_school, capsys):
    call_command("demo_people")
    listed = capsys.readouterr().out
    assert "Mrs G. Adeyemi" in listed
    assert len(listed.splitlines()) == len(cast.PEOPLE)


@pytest.mark.rule("CON-16", "CON-19", "CON-20")
def test_children_go_missing_notices_come_and_places_are_shared(the_demo_school):
    with acting.as_the_system("test"):
        missing = Concern.objects.filter(notice="missing")
        assert missing.filter(missing_since__isnull=False).exists()
        assert missing.filter(child_found__conversation="done").exists()
        assert missing.filter(child_found__conversation="not_offered").exists()
        notices = Concern.objects.filter(notice="encompass")
        assert notices.filter(read_at__lt=F("read_due_at")).exists()
        assert notices.filter(read_at__isnull=True, read_due_at__gt=timezone.now()).exists()
        shared = ConcernContext.objects.values("context").annotate(concerns=Count("concern")).filter(concerns__gt=1)
        assert shared.count() == 3
