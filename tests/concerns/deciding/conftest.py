"""A concern on its way, for the DSL's pages."""

import pytest

from tests.concerns.factories import a_concern, a_pink_form, read
from tests.concerns.reporting.conftest import the_school  # noqa: F401 (a fixture)


@pytest.fixture
def a_pink_concern(a_staff_member, a_child, a_dsl_of_the_service, the_lead_dsl, the_headteacher):
    return a_pink_form(
        by=a_staff_member,
        child=a_child,
        passed_to=a_dsl_of_the_service,
        childs_words="I do not want to go home.",
        wishes_and_feelings="Wants to stay with an aunt.",
    )


@pytest.fixture
def a_sent_concern(a_staff_member, a_child, a_dsl_of_the_service, the_lead_dsl, the_headteacher):
    return a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)


@pytest.fixture
def a_read_concern(a_sent_concern, a_dsl_of_the_service):
    return read(a_sent_concern, by=a_dsl_of_the_service)
