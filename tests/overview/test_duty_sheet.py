"""The on-duty sheet: who is there, who covers, whom to ring; and for DSLs what is urgent, without a name (ROL-03)."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from concerns import operations
from lps_safeguarding.overview.duty_sheet import sheet_for
from lps_safeguarding.people import operations as people_operations
from lps_safeguarding.people.models import DutyKind, OutsideContact
from tests.cast import CAST, signed_in
from tests.concerns.factories import a_concern, a_pink_form
from tests.people.factories import AbsenceFactory, OnDutyFactory, TermFactory

pytestmark = pytest.mark.django_db

MONDAY = datetime.datetime(2025, 10, 13, 7, 30, tzinfo=datetime.UTC)


@pytest.fixture
def a_monday(db):
    """A school day, 8:30 in the morning."""
    TermFactory(starts_on=datetime.date(2025, 9, 1), ends_on=datetime.date(2025, 12, 19))
    with time_machine.travel(MONDAY, tick=False):
        yield MONDAY


def on_duty(user, service, days=0, **more):
    start = MONDAY + datetime.timedelta(days=days)
    given = {
        "starts_at": start,
        "ends_at": start + datetime.timedelta(hours=8),
        "where": "room 12",
        "telephone": "01632 496103",
    }
    return OnDutyFactory(user=user, service=service, **(given | more))


@pytest.mark.rule("ROL-03")
def test_it_says_who_is_there_where_and_on_which_telephone_and_who_covers(
    a_monday, the_service, another_service, a_dsl_of_the_service, the_lead_dsl, a_staff_member
):
    on_duty(a_dsl_of_the_service, the_service)
    on_duty(a_dsl_of_the_service, the_service, days=1)
    (day,) = sheet_for(a_staff_member, a_monday, "today").days
    there, covered = day.services
    assert [(one.name, one.where, one.telephone) for one in there.there] == [
        ("Mrs A. Okafor", "room 12", "01632 496103")
    ]
    assert there.cover == []
    assert [one.name for one in covered.cover] == ["Ms L. Farrow"]


@pytest.mark.rule("ROL-02", "ROL-03")
def test_whoever_is_away_is_not_there_and_the_lead_dsl_covers(
    a_monday, the_service, a_dsl_of_the_service, the_lead_dsl, a_staff_member
):
    on_duty(a_dsl_of_the_service, the_service)
    AbsenceFactory(user=a_dsl_of_the_service, starts_at=MONDAY - datetime.timedelta(hours=1), ends_at=None)
    sheet = sheet_for(a_staff_member, a_monday, "today")
    (line,) = sheet.days[0].services
    assert (line.there, [one.name for one in line.cover]) == ([], ["Ms L. Farrow"])
    assert [absence.user for absence in sheet.away] == [a_dsl_of_the_service]


@pytest.mark.rule("ROL-03", "ROL-04")
def test_a_week_has_out_of_hours_trips_and_numbers_outside(
    a_monday, the_service, a_dsl_of_the_service, the_lead_dsl, a_staff_member
):
    people_operations.put_on_duty(
        user=the_lead_dsl, kind=DutyKind.OUT_OF_HOURS, starts_at=MONDAY + datetime.timedelta(hours=10),
        ends_at=MONDAY + datetime.timedelta(hours=24), telephone="01632 496100", by=None,
    )  # fmt: skip
    people_operations.put_on_duty(
        user=a_dsl_of_the_service, kind=DutyKind.TRIP, starts_at=MONDAY + datetime.timedelta(days=2),
        ends_at=MONDAY + datetime.timedelta(days=2, hours=6), where="Museum", by=None,
    )  # fmt: skip
    OutsideContact.objects.create(name="LADO", what_for="Adults", telephone="0116 496 0440")
    page = signed_in(a_staff_member).get(reverse("overview:duty_sheet"), {"for": "week"}).content.decode()
    for words in ("Out of hours", "01632 496100", "Museum", "0116 496 0440", "Sunday 19 October 2025: no school"):
        assert words in page


@pytest.mark.rule("ROL-03", "ACC-01", "ACC-04")
def test_what_is_urgent_stands_on_a_dsls_sheet_by_reference_only(
    a_monday, request, a_child, a_dsl_of_the_service, a_staff_member, acting_as
):
    pink = a_pink_form(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    worried = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    calm = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    with acting_as(a_staff_member):
        operations.say_still_worried(
            concern=worried, by=a_staff_member, text="He is not in.", submission_key=worried.pk
        )
    seen = {}
    for name in CAST:
        if name in ("nobody_signed_in", "a_leaver"):
            continue
        page = signed_in(request.getfixturevalue(name)).get(reverse("overview:duty_sheet")).content.decode()
        seen[name] = pink.reference in page
        assert "Ashdown" not in page
        assert calm.reference not in page
        assert (worried.reference in page) == seen[name]
    assert {name for name, there in seen.items() if there} == {"a_dsl_of_the_service", "the_lead_dsl"}


def test_the_sheet_is_a_document_too(a_monday, the_service, a_dsl_of_the_service):
    on_duty(a_dsl_of_the_service, the_service)
    made = signed_in(a_dsl_of_the_service).get(reverse("overview:duty_sheet_pdf"), {"for": "junk\x00"})
    assert made.content.startswith(b"%PDF-")


# --- On to the next one ---------------------------------------------------------------------------------------------------
@pytest.mark.rule("DEC-01")
def test_the_next_in_the_queue_is_the_most_urgent_one_but_not_the_one_just_left(
    a_child, a_dsl_of_the_service, a_staff_member, acting_as
):
    entry = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    pink = a_pink_form(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    client = signed_in(a_dsl_of_the_service)

    def leads_to(after=""):
        return client.get(reverse("overview:queue_next"), {"after": after})["Location"]

    assert leads_to() == reverse("concerns:concern_detail", args=[pink.reference])
    assert leads_to(pink.reference) == reverse("concerns:concern_detail", args=[entry.reference])
    assert leads_to("junk\x00") == reverse("concerns:concern_detail", args=[pink.reference])
    with acting_as(a_dsl_of_the_service):
        for concern in (entry, pink):
            operations.mark_read(concern=concern, by=a_dsl_of_the_service)
    assert signed_in(a_staff_member).get(reverse("overview:queue_next")).status_code == 403
