"""Word search finds by an index what row-level security would have it read row by row, and tells nobody of others."""

import pytest
from django.db import DatabaseError, connection, transaction

from concerns.models import Concern
from lps_safeguarding.access import conflicts, grounds
from lps_safeguarding.overview import records
from lps_safeguarding.vault import words
from tests.concerns.factories import a_concern

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ACC-04")]


@pytest.fixture
def a_concern_about_bruises(a_staff_member, a_child, a_dsl_of_the_service):
    return a_concern(
        by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, what_was_seen="Bruises on both arms."
    )


def with_words(user, typed):
    return list(records.fitting(user, records.Filters(words=typed), []))


def test_a_dsl_finds_the_concern_by_a_word_of_it(a_concern_about_bruises, a_dsl_of_the_service, acting_as):
    with acting_as(a_dsl_of_the_service):
        assert with_words(a_dsl_of_the_service, "bruise") == [a_concern_about_bruises]
        assert with_words(a_dsl_of_the_service, "bruise giraffe") == []


def test_the_look_up_itself_tells_nobody_else_that_there_is_one(
    a_concern_about_bruises, a_staff_member, another_staff_member, a_dsl_of_another_service, acting_as
):
    for person in (a_staff_member, another_staff_member, a_dsl_of_another_service):
        with acting_as(person):
            assert grounds.keys_with_words(Concern, words.query("bruise"), most=10) == []
    assert grounds.keys_with_words(Concern, words.query("bruise"), most=10) == []


def test_a_conflict_of_interest_shuts_it_to_the_search_too(
    a_concern_about_bruises, a_dsl_of_the_service, the_lead_dsl, acting_as
):
    with acting_as(the_lead_dsl):
        conflicts.declare(
            person=a_dsl_of_the_service,
            record=a_concern_about_bruises,
            by=the_lead_dsl,
            kind="relative",
            reason="Family",
        )
    with acting_as(a_dsl_of_the_service):
        assert with_words(a_dsl_of_the_service, "bruise") == []


def test_the_application_cannot_read_the_words(a_concern_about_bruises, a_dsl_of_the_service, acting_as):
    with acting_as(a_dsl_of_the_service):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT words FROM concerns_concern_words")
