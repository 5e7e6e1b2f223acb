"""People on duty for the journeys."""

import datetime

import pytest
from django.utils import timezone

from lps_safeguarding.people.models import OnDuty, OutsideContact


@pytest.fixture
def the_school(
    a_staff_member,
    a_dsl_of_the_service,
    a_dsl_of_another_service,
    the_lead_dsl,
    the_headteacher,
    the_chair,
    the_vice_chair,
    the_service,
    another_service,
    a_child,
    a_child_of_another_service,
):
    """People, children and a rota: the service's DSL is on duty in room 12."""
    now = timezone.now()
    OnDuty.objects.create(
        service=the_service,
        user=a_dsl_of_the_service,
        starts_at=now - datetime.timedelta(hours=2),
        ends_at=now + datetime.timedelta(hours=4),
        where="room 12",
        telephone="01632 496103",
    )
    OutsideContact.objects.create(name="LADO", what_for="Allegations about adults", telephone="0116 496 0440")
