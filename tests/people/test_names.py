"""Children are found by any part or near-spelling of their names, quickly, and nothing typed breaks the question."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lps_safeguarding.people import names
from lps_safeguarding.people.models import Child
from tests.people.factories import ChildFactory

pytestmark = pytest.mark.django_db


def found(typed):
    return [child.full_name for child in names.among(Child.objects.order_by("last_name"), typed, most=10)]


@pytest.fixture
def children(the_service):
    for first, last, known_as in (
        ("Muhammad", "Al-Rashid", ""),
        ("Zoë", "O’Brien", ""),
        ("Jonathan", "Reed", "Jono"),
        ("Katharine", "Smith-Jones", "Kat"),
        ("Ayesha", "Begum", ""),
        ("Stephen", "Ashdown", ""),
        ("Łukasz", "Wójcik", ""),
        ("Sean", "Ng", ""),
    ):
        ChildFactory(first_name=first, last_name=last, known_as=known_as, service=the_service)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("mohamed", "Muhammad Al-Rashid"),
        ("Mohammed", "Muhammad Al-Rashid"),
        ("rashid muh", "Muhammad Al-Rashid"),
        ("ALRASHID", "Muhammad Al-Rashid"),
        ("zoe obrien", "Zoë O’Brien"),
        ("O'Brien", "Zoë O’Brien"),
        ("jono", "Jonathan (known as Jono) Reed"),
        ("reed, jonathan", "Jonathan (known as Jono) Reed"),
        ("athan", "Jonathan (known as Jono) Reed"),
        ("catherine", "Katharine (known as Kat) Smith-Jones"),
        ("jones", "Katharine (known as Kat) Smith-Jones"),
        ("smyth", "Katharine (known as Kat) Smith-Jones"),
        ("aisha", "Ayesha Begum"),
        ("steven", "Stephen Ashdown"),
        ("Ashdwon", "Stephen Ashdown"),
        ("ashdwn steph", "Stephen Ashdown"),
        ("lukasz wojcik", "Łukasz Wójcik"),
        ("Shaun", "Sean Ng"),
        ("  s   ng ", "Sean Ng"),
    ],
)
def test_a_child_is_found_by_any_part_or_near_spelling(children, typed, name):
    assert found(typed)[0] == name


def test_what_is_spelled_right_comes_first_and_what_is_far_does_not_come(children, the_service):
    ChildFactory(first_name="Mohamed", last_name="Begum", service=the_service)
    assert found("mohamed") == ["Mohamed Begum", "Muhammad Al-Rashid"]
    assert found("begum aisha") == ["Ayesha Begum"]
    assert found("giraffe") == []
    assert found("begum reed") == []


@pytest.mark.parametrize(
    "typed", ["", "  ", "%", "_%_", "'; drop table people_child; --", "\\", "%s %L $1", "\x00", "x" * 10_000]
)
def test_junk_finds_nobody_and_breaks_nothing(children, typed):
    assert found(typed) == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=60))
def test_anything_may_be_typed(children, typed):
    found(typed)


def test_the_database_keeps_up_with_a_changed_name_and_uses_its_index(children):
    child = Child.objects.get(last_name="Ng")
    child.last_name = "Nguyễn"
    child.save()
    assert found("nguyen") == ["Sean Nguyễn"]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM people_child WHERE sought_names LIKE '% rash%' OR 'rashd' <% sought_names"
        )
        assert "child_sought" in "".join(row[0] for row in cursor.fetchall())
