"""Acting as somebody, for every test: `with acting_as(a_dsl_of_the_service): ...`."""

from contextlib import contextmanager

import pytest

from lps_safeguarding.access import acting


@pytest.fixture
def acting_as(db):
    """A context: the database works for this person (None: for nobody), roles read anew."""

    @contextmanager
    def act(person):
        if person is None:
            with acting.as_whoever_asks(None):
                yield
            return
        person.forget_roles()
        with acting.as_person(person):
            yield person

    return act


@pytest.fixture
def as_system(db):
    """The database works for the system, all through the test."""
    with acting.as_the_system("test"):
        yield
