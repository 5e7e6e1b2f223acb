"""Trends count what a person may open in full, and nothing else (DEC-15, ACC-04): the kept counts against the records."""

import datetime
from collections import Counter

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from concerns import need_to_know, operations, statistics, tasks
from concerns.models import Concern
from concerns.statistics import Stretch
from concerns.terms import Kind
from lps_safeguarding.access import acting, conflicts
from tests.cast import CAST
from tests.concerns.factories import a_concern, read

pytestmark = [pytest.mark.django_db, pytest.mark.rule("DEC-15", "ACC-04")]

TERM = Stretch(datetime.date(2026, 9, 1), datetime.date(2026, 10, 31))


@pytest.fixture
def everybody(request):
    return [request.getfixturevalue(name) for name in CAST if name != "nobody_signed_in"]


def counted_by_hand(user, stretch):
    """The figures, from the very records this person may open in full."""
    expected = statistics.Figures()
    found = need_to_know.readable_in_full_by(user)
    if stretch.services:
        found = found.filter(service__in=stretch.services)
    for concern in found:
        noticed = timezone.localtime(concern.observed_at)
        if not stretch.first <= noticed.date() <= stretch.last:
            continue
        expected.total += 1
        expected.kinds.update(concern.kinds or [""])
        expected.services[concern.service_id] += 1
        expected.hours[noticed.hour] += 1
        expected.forms[concern.form] += 1
        expected.lights[concern.came_to_light] += 1
        expected.days[noticed.date()] += 1
    return expected


def same_for_everybody(everybody, *stretches):
    totals = {}
    for person in everybody:
        person.forget_roles()
        with acting.as_person(person):
            for stretch in stretches:
                (found,) = statistics.figures(person, stretch)
                assert found == counted_by_hand(person, stretch), (person, stretch)
                totals[person.adult.last_name] = found.total
    return totals


def test_figures_are_those_of_the_records_each_may_open_in_full(a_term, everybody, the_service, another_service):
    totals = same_for_everybody(
        everybody,
        Stretch(TERM.first, TERM.last, (the_service,)),
        Stretch(TERM.first, TERM.last, (another_service,)),
        Stretch(datetime.date(2026, 9, 10), datetime.date(2026, 9, 20)),
        TERM,
    )
    # Somebody is opened more, somebody is shut out of some, and most see nothing at all: the test would bite.
    assert {name: number for name, number in totals.items() if number} == {
        "Okafor": 11, "Castle": 13, "Farrow": 24, "Pemberton": 1, "Mansell": 1, "Vickers": 1,
    }  # fmt: skip


def test_a_conflict_with_a_child_takes_all_of_theirs_away(a_term, everybody, a_child, a_dsl_of_the_service, acting_as):
    with acting_as(a_dsl_of_the_service):
        conflicts.declare(
            person=a_dsl_of_the_service, child=a_child, kind="declared", by=a_dsl_of_the_service, reason="A neighbour."
        )
    assert same_for_everybody(everybody, TERM)["Okafor"] == 0


def test_what_changes_is_counted_anew_and_joining_the_counts_changes_nothing(
    a_term, everybody, a_dsl_of_the_service, acting_as, as_superuser
):
    concern = read(a_term[0], by=a_dsl_of_the_service)
    with acting_as(a_dsl_of_the_service):
        for kinds in ([Kind.FGM, Kind.NEGLECT], [], [Kind.BULLYING]):
            now = Concern.objects.select_related("key").get(pk=concern.pk)
            operations.set_kinds(concern=now, by=a_dsl_of_the_service, kinds=kinds, version=now.version)
    before = same_for_everybody(everybody, TERM)
    tasks.join_counts()
    assert same_for_everybody(everybody, TERM) == before
    rows = as_superuser.execute(
        "SELECT count(*), count(DISTINCT (service_id, day, what, value)) FROM concerns_concern_counted"
    )
    several, different = rows.fetchone()
    assert several == different


def test_the_counts_themselves_are_readable_by_nobody(a_term, the_lead_dsl, acting_as):
    with acting_as(the_lead_dsl):
        for statement in (
            "SELECT * FROM concerns_concern_counted",
            "INSERT INTO concerns_concern_counted VALUES (1, '2026-10-01', 'record', '', 1)",
            "SELECT concerns_concern_counts_anew()",
            "SELECT concerns_concern_counts_joined()",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM concerns_concern_counts(NULL, '2020-01-01', '2030-01-01')")
        assert cursor.fetchone() == (0,)


def test_figures_are_never_counted_for_somebody_else(a_term, the_lead_dsl, a_staff_member, acting_as):
    with acting_as(a_staff_member), pytest.raises(ValueError, match="person the transaction works for"):
        statistics.figures(the_lead_dsl, TERM)


@pytest.mark.parametrize(
    ("utc", "day", "hour"),
    [
        ("2026-10-24T23:30", "2026-10-25", 0),  # still summer time: half past midnight on Sunday
        ("2026-10-25T00:30", "2026-10-25", 1),
        ("2026-10-25T01:30", "2026-10-25", 1),  # the same hour once more
        ("2026-10-25T23:30", "2026-10-25", 23),
        ("2026-10-26T00:30", "2026-10-26", 0),
    ],
)
def test_day_and_hour_are_those_of_the_schools_clock(
    utc, day, hour, a_staff_member, a_child, a_dsl_of_the_service, acting_as
):
    noticed = datetime.datetime.fromisoformat(utc).replace(tzinfo=datetime.UTC)
    a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, observed_at=noticed, at=noticed)
    with acting_as(a_dsl_of_the_service):
        (found,) = statistics.figures(a_dsl_of_the_service, TERM)
    assert found.days == Counter({datetime.date.fromisoformat(day): 1})
    assert found.hours == Counter({hour: 1})


def test_children_and_places_are_of_ones_own_records_alone(
    a_term, a_dsl_of_another_service, a_staff_member, a_child, a_child_of_another_service, acting_as
):
    with acting_as(a_dsl_of_another_service):
        repeats = statistics.repeat_children(a_dsl_of_another_service, TERM, TERM)
        assert [(row.child, row.number) for row in repeats.children] == [(a_child_of_another_service, 12)]
        assert repeats.spread == Counter({12: 1, 1: 1})  # one concern about a child elsewhere was passed on
        found, more = statistics.places(a_dsl_of_another_service, TERM)
        assert [(place.name, len(place.concerns)) for place in found] == [("The corridor by the science room", 13)]
        assert not more
    with acting_as(a_staff_member):
        assert statistics.places(a_staff_member, TERM) == ([], False)
        assert statistics.repeat_children(a_staff_member, TERM, TERM).children == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("The corridor", "in corridor, "), ("at the school gate", "School Gate"), ("Bus (43)", "bus 43")],
)
def test_a_place_is_the_same_however_it_is_written(one, other):
    assert statistics.place_key(one) == statistics.place_key(other)
    assert statistics.place_key("The") == "the"
