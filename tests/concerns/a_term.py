"""A term of concerns in two services, with every ground that opens one and every conflict that shuts one (a fixture)."""

import datetime
import random

import pytest
from django.utils import timezone

from concerns import need_to_know
from concerns.terms import Kind
from lps_safeguarding.access import break_glass, conflicts, sharing
from lps_safeguarding.access.levels import Level
from tests.access.records import assign
from tests.concerns.factories import a_concern


def at(day, clock="10:00"):
    return timezone.make_aware(datetime.datetime.fromisoformat(f"2026-{day}T{clock}"))


@pytest.fixture
def a_term(
    a_staff_member, a_child, a_child_of_another_service, a_dsl_of_the_service, a_dsl_of_another_service, the_lead_dsl,
    the_headteacher, the_business_manager, another_staff_member, acting_as,
):  # fmt: skip
    """Concerns of two services over a term, with every ground that opens one and every conflict that shuts one."""
    pick = random.Random(7)
    made = []
    for n in range(24):
        child, dsl = [(a_child, a_dsl_of_the_service), (a_child_of_another_service, a_dsl_of_another_service)][n % 2]
        noticed = at(f"{pick.choice(('09', '10'))}-{pick.randint(1, 28):02}", f"{pick.randint(0, 23):02}:30")
        made.append(
            a_concern(
                by=a_staff_member,
                child=child,
                passed_to=dsl,
                at=noticed + datetime.timedelta(hours=2),
                observed_at=noticed,
                kinds=pick.sample([Kind.NEGLECT, Kind.BULLYING, Kind.ONLINE], pick.randint(0, 3)),
            )
        )
    with acting_as(the_lead_dsl):
        for concern, person, level in (
            (made[0], a_dsl_of_another_service, Level.FULL),
            (made[2], the_business_manager, Level.FULL),
            (made[4], a_dsl_of_another_service, Level.SUMMARY),
        ):
            sharing.share(
                record=need_to_know.readable_by(the_lead_dsl).get(pk=concern.pk),
                with_person=person,
                level=level,
                by=the_lead_dsl,
                why="Needs it.",
                what="All of it.",
            )
        for concern in (made[6], made[0]):
            conflicts.declare(
                person=a_dsl_of_another_service if concern is made[0] else a_dsl_of_the_service,
                record=need_to_know.readable_by(the_lead_dsl).get(pk=concern.pk),
                kind="relative",
                by=the_lead_dsl,
                reason="A cousin.",
            )
    assign(made[8], another_staff_member)
    assign(made[10], a_dsl_of_another_service)
    with acting_as(the_headteacher):
        break_glass.open(by=the_headteacher, reference=made[12].reference, reason="Police at the gate just now.")
    return made
