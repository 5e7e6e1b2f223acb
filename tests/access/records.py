"""Concerns for the tests of access, made past every operation so that each test says exactly what there is."""

import uuid

from django.utils import timezone

from concerns.models import Assignment, ChildInConcern, Concern
from concerns.terms import Form
from lps_safeguarding.access import acting
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.guidance import editions
from lps_safeguarding.vault import keys
from lps_safeguarding.vault.references import new_reference


def a_concern(*, author, service, child=None, **more) -> Concern:
    """A concern as it stands after sending, with nothing else about it."""
    with acting.as_the_system("test set-up"):
        concern = Concern(
            **{
                "key": keys.new_record_key(),
                "reference": new_reference("C"),
                "submission_key": uuid.uuid4(),
                "edition": editions.current(),
                "service": service,
                "form": Form.STANDARD,
                "author": author,
                "author_name": author.name,
                "place": "the canteen",
                "what_was_seen": "a grazed knee",
                "observed_at": timezone.now(),
                "search_words": [],
                **more,
            }
        )
        trail.save(concern, by=author, why="test")
        if child is not None:
            trail.save(ChildInConcern(concern=concern, child=child, key=concern.key), by=author, why="test")
        return concern


def assign(concern: Concern, person) -> Assignment:
    with acting.as_the_system("test set-up"):
        row = Assignment(concern=concern, person=person, why=Assignment.Why.ASSIGNED)
        trail.save(row, by=person, why="test")
        return row
