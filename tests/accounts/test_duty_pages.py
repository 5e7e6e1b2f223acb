"""Rota, calendar, contacts and poster, as people use them (ROL-03, ROL-04)."""

import datetime

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone

from lps_safeguarding.people import duty, school_calendar
from lps_safeguarding.people.models import Absence, NonSchoolDay, OnDuty, OutsideContact, Service, Term
from tests.cast import CAST, signed_in
from tests.people.factories import OnDutyFactory, OutsideContactFactory, TermFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
MONDAY = TODAY + datetime.timedelta(days=7 - TODAY.weekday())
"""Monday of next week: the cast hold their roles from yesterday on."""
SIGNED_IN = [name for name in CAST if name not in ("a_leaver", "nobody_signed_in")]


def day(name, value):
    return {f"{name}_0": str(value.day), f"{name}_1": str(value.month), f"{name}_2": str(value.year)}


def moment(name, value, clock):
    return day(name, value) | {f"{name}_3": clock}


@pytest.fixture
def everybody(the_lead_dsl, the_headteacher, the_chair, a_dsl_of_the_service, a_dsl_of_another_service):
    OutsideContactFactory(telephone="0116 496 0001")


@pytest.mark.rule("ROL-04")
@pytest.mark.parametrize("who", SIGNED_IN)
def test_everybody_signed_in_sees_whom_to_talk_to(who, request, everybody):
    page = signed_in(request.getfixturevalue(who)).get(reverse("accounts:contacts")).content.decode()
    for wanted in (
        "Lena Farrow",
        "Ada Okafor",
        "Ben Castle",
        "Hugh Pemberton",
        "Clive Norwood",
        "LADO",
        "0116 496 0001",
    ):
        assert wanted in page


@pytest.mark.rule("ROL-04")
def test_the_poster_prints_with_names_and_numbers(a_staff_member, everybody):
    client = signed_in(a_staff_member)
    page = client.get(reverse("accounts:poster")).content.decode()
    for wanted in (
        "Lena Farrow",
        "Ada Okafor",
        "Ben Castle",
        "Hugh Pemberton",
        "Clive Norwood",
        "LADO",
        "0116 496 0001",
    ):
        assert wanted in page
    answer = client.get(reverse("accounts:poster_pdf"))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "safeguarding-poster.pdf" in answer.headers["Content-Disposition"]
    from io import BytesIO

    with pikepdf.open(BytesIO(answer.content)) as made:
        assert made.docinfo["/Title"] == "Safeguarding: whom to talk to"
        assert made.Root.MarkInfo.Marked


@pytest.mark.rule("ROL-04")
def test_the_poster_without_anybody_entered_is_a_page_all_the_same(a_staff_member):
    client = signed_in(a_staff_member)
    for page in ("contacts", "poster", "poster_pdf"):
        assert client.get(reverse(f"accounts:{page}")).status_code == 200


@pytest.mark.rule("ROL-03")
def test_the_rota_shows_who_is_on_duty_now_per_service(
    a_staff_member, the_service, another_service, a_dsl_of_the_service, the_lead_dsl
):
    OnDutyFactory(service=the_service, user=a_dsl_of_the_service)
    page = signed_in(a_staff_member).get(reverse("accounts:rota")).content.decode()
    now = page.split("Week of")[0]
    assert "Mrs A. Okafor" in now
    assert "Nobody" in now and "Alerts go to Ms L. Farrow" in now


@pytest.mark.rule("ROL-03")
def test_a_service_dsl_plans_a_week_for_their_own_service(a_dsl_of_the_service, the_service, another_service):
    client = signed_in(a_dsl_of_the_service)
    url = reverse("accounts:week_plan", kwargs={"week": MONDAY.isoformat()})
    assert client.get(url).status_code == 200
    data = {
        "user": a_dsl_of_the_service.pk, "service": the_service.pk, "days": ["0", "2"], "begins": "8am", "ends": "16.30"
    }  # fmt: skip
    answer = client.post(url, data)
    assert answer.headers["Location"] == reverse("accounts:rota_week", kwargs={"week": MONDAY.isoformat()})
    starts = [timezone.localtime(one.starts_at) for one in OnDuty.objects.all()]
    assert [(one.date(), one.hour) for one in starts] == [
        (MONDAY, 8), (MONDAY + datetime.timedelta(days=2), 8)
    ]  # fmt: skip
    page = client.get(answer.headers["Location"]).content.decode()
    assert "08:00 to 16:30" in page
    refused = client.post(url, data | {"service": another_service.pk})
    assert refused.status_code == 200 and OnDuty.objects.count() == 2


@pytest.mark.rule("ROL-03")
def test_a_plan_that_fails_on_one_day_leaves_no_half_of_it(a_dsl_of_the_service, the_service):
    client = signed_in(a_dsl_of_the_service)
    start = timezone.make_aware(datetime.datetime.combine(MONDAY + datetime.timedelta(days=2), datetime.time(9)))
    OnDutyFactory(
        service=the_service, user=a_dsl_of_the_service, starts_at=start, ends_at=start + datetime.timedelta(hours=1)
    )
    data = {
        "user": a_dsl_of_the_service.pk,
        "service": the_service.pk,
        "days": ["0", "2"],
        "begins": "8am",
        "ends": "4pm",
    }
    page = client.post(reverse("accounts:week_plan", kwargs={"week": MONDAY.isoformat()}), data).content.decode()
    assert "on duty there in that time already" in page and 'value="8am"' in page
    assert OnDuty.objects.count() == 1


@pytest.mark.rule("ROL-03")
@pytest.mark.parametrize("who", [name for name in SIGNED_IN if name not in ("a_dsl_of_the_service", "the_lead_dsl")])
def test_only_the_services_dsls_and_the_lead_dsl_change_its_rota(
    who, request, the_service, the_lead_dsl, a_dsl_of_the_service
):
    one = OnDutyFactory(service=the_service, user=a_dsl_of_the_service)
    client = signed_in(request.getfixturevalue(who))
    kwargs = {"pk": one.pk}
    assert client.get(reverse("accounts:duty_change", kwargs=kwargs)).status_code == 403
    assert client.post(reverse("accounts:duty_remove", kwargs=kwargs)).status_code == 403
    assert OnDuty.objects.filter(pk=one.pk).exists()


@pytest.mark.rule("ROL-03")
def test_the_lead_dsl_finds_cover_and_takes_somebody_off(the_lead_dsl, a_dsl_of_the_service, the_service):
    one = OnDutyFactory(service=the_service, user=a_dsl_of_the_service)
    client = signed_in(the_lead_dsl)
    local = timezone.localtime(one.starts_at)
    data = {"user": the_lead_dsl.pk, "kind": "school_day", "service": the_service.pk, "where": "room 3"}
    data |= moment("starts_at", local, f"{local:%H:%M}")
    end = local + datetime.timedelta(hours=5)
    data |= moment("ends_at", end, f"{end:%H:%M}")
    assert client.post(reverse("accounts:duty_change", kwargs={"pk": one.pk}), data).status_code == 302
    assert duty.on_duty(the_service, timezone.now()) == [the_lead_dsl]
    client.post(reverse("accounts:duty_remove", kwargs={"pk": one.pk}))
    assert duty.on_duty(the_service, timezone.now()) == []


@pytest.mark.rule("ROL-03")
def test_out_of_hours_cover_for_the_whole_school_is_the_lead_dsls_to_plan(
    the_lead_dsl, a_dsl_of_the_service, the_service
):
    data = {"user": the_lead_dsl.pk, "kind": "out_of_hours", "service": "", "telephone": "01632 496188"}
    data |= moment("starts_at", MONDAY, "9am") | moment("ends_at", MONDAY + datetime.timedelta(days=5), "6pm")
    assert signed_in(a_dsl_of_the_service).post(reverse("accounts:duty_add"), data).status_code == 200
    assert OnDuty.objects.count() == 0
    assert signed_in(the_lead_dsl).post(reverse("accounts:duty_add"), data).status_code == 302
    assert OnDuty.objects.get().service is None


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"starts_at_3": "25:00"}, "is not a time"),
        ({"starts_at_0": "32"}, "is not a day of a month"),
        ({"ends_at_3": "07:00"}, "The end is before the beginning"),
        ({"service": ""}, "Choose the service this school day is for"),
        ({"user": ""}, "Choose a DSL"),
        ({"kind": "party"}, ""),
    ],
)
def test_a_wrong_duty_is_refused_with_a_sentence_and_kept(
    the_lead_dsl, a_dsl_of_the_service, the_service, wrong, sentence
):
    data = {"user": a_dsl_of_the_service.pk, "kind": "school_day", "service": the_service.pk, "where": "the hut"}
    data |= moment("starts_at", MONDAY, "08:00") | moment("ends_at", MONDAY, "16:00")
    page = signed_in(the_lead_dsl).post(reverse("accounts:duty_add"), data | wrong).content.decode()
    assert sentence in page and 'value="the hut"' in page and "There is a problem" in page
    assert OnDuty.objects.count() == 0


@pytest.mark.rule("ROL-03")
def test_an_absence_moves_alerts_on_and_ends_when_the_person_is_back(the_lead_dsl, the_headteacher, the_service):
    client = signed_in(the_lead_dsl)
    now = timezone.localtime() - datetime.timedelta(minutes=5)
    data = {"user": the_lead_dsl.pk} | moment("starts_at", now, f"{now:%H:%M}")
    assert client.post(reverse("accounts:absence_add"), data).status_code == 302
    assert duty.who_to_alert(the_service, timezone.now()) == [the_headteacher]
    absence = Absence.objects.get()
    client.post(reverse("accounts:absence_end", kwargs={"pk": absence.pk}))
    assert duty.who_to_alert(the_service, timezone.now()) == [the_lead_dsl]


def test_nobody_records_that_another_is_away_but_the_lead_dsl_and_the_headteacher(
    a_dsl_of_the_service, the_headteacher, the_lead_dsl
):
    now = timezone.localtime()
    data = {"user": the_headteacher.pk} | moment("starts_at", now, "08:00")
    signed_in(a_dsl_of_the_service).post(reverse("accounts:absence_add"), data)
    assert Absence.objects.count() == 0


@pytest.mark.parametrize("week", ["nonsense", "2025-02-30", "9999-12-31", "0001-01-01"])
def test_a_week_that_does_not_exist_is_no_server_error(a_staff_member, week):
    assert signed_in(a_staff_member).get(f"/duty/week/{week}").status_code in (200, 404)


def test_the_rota_takes_the_same_few_queries_for_many_duties(
    a_staff_member, the_service, a_dsl_of_the_service, django_assert_max_num_queries
):
    for hour in range(8, 16):
        start = timezone.make_aware(datetime.datetime.combine(timezone.localdate(), datetime.time(hour)))
        OnDutyFactory(
            service=the_service,
            user=a_dsl_of_the_service,
            starts_at=start,
            ends_at=start + datetime.timedelta(minutes=59),
        )
    client = signed_in(a_staff_member)
    with django_assert_max_num_queries(28):
        client.get(reverse("accounts:rota"))


# --- Calendar, services, contacts -------------------------------------------------------------------------------------
def test_the_calendar_is_entered_changed_and_taken_out_again(the_business_manager):
    client = signed_in(the_business_manager)
    data = (
        {"name": "Autumn"} | day("starts_on", datetime.date(2025, 9, 1)) | day("ends_on", datetime.date(2025, 12, 19))
    )
    assert client.post(reverse("accounts:term_add"), data).status_code == 302
    assert (
        "overlap with “Autumn”" in client.post(reverse("accounts:term_add"), data | {"name": "Twin"}).content.decode()
    )
    inset = {"name": "Training", "kind": "inset"} | day("first_day", datetime.date(2025, 10, 14))
    assert client.post(reverse("accounts:day_add"), inset).status_code == 302
    assert not school_calendar.is_school_day(datetime.date(2025, 10, 14))
    one = NonSchoolDay.objects.get()
    assert one.last_day == one.first_day
    assert "Training" in client.get(reverse("accounts:calendar")).content.decode()
    client.post(reverse("accounts:day_remove", kwargs={"pk": one.pk}))
    assert school_calendar.is_school_day(datetime.date(2025, 10, 14))
    term = Term.objects.get()
    client.post(reverse("accounts:term_change", kwargs={"pk": term.pk}), data | {"name": "Autumn term"})
    client.post(reverse("accounts:term_remove", kwargs={"pk": term.pk}))
    assert not Term.objects.exists()
    assert [version.history_user_id for version in Term.history.all()] == [the_business_manager.pk] * 3


def test_a_term_that_ends_before_it_begins_is_refused_with_a_sentence(the_administrator):
    data = (
        {"name": "Autumn"} | day("starts_on", datetime.date(2025, 12, 1)) | day("ends_on", datetime.date(2025, 9, 19))
    )
    page = signed_in(the_administrator).post(reverse("accounts:term_add"), data).content.decode()
    assert "The last day is before the first day" in page and 'value="Autumn"' in page


@pytest.mark.parametrize(
    "who", ["a_staff_member", "a_dsl_of_the_service", "the_chair", "an_inspector", "the_attendance_officer"]
)
def test_others_see_the_calendar_and_change_nothing(who, request):
    term = TermFactory()
    client = signed_in(request.getfixturevalue(who))
    assert client.get(reverse("accounts:calendar")).status_code == 200
    for page in ("term_add", "day_add", "outside_add", "service_add"):
        assert client.get(reverse(f"accounts:{page}")).status_code == 403
    assert client.post(reverse("accounts:term_remove", kwargs={"pk": term.pk})).status_code == 403
    assert Term.objects.exists()


@pytest.mark.rule("ROL-02")
def test_an_administrator_adds_and_changes_a_service(the_administrator):
    client = signed_in(the_administrator)
    data = {"name": "APST", "slug": "apst", "order": "3", "room": "The Lodge", "telephone": "01632 496130"}
    client.post(reverse("accounts:service_add"), data)
    service = Service.objects.get(slug="apst")
    client.post(reverse("accounts:service_change", kwargs={"pk": service.pk}), data | {"room": "room 9"})
    service.refresh_from_db()
    assert service.room == "room 9"


@pytest.mark.rule("ROL-04")
def test_the_ladoes_number_is_data_that_can_be_changed(the_lead_dsl):
    client = signed_in(the_lead_dsl)
    data = {"name": "LADO", "what_for": "An adult", "telephone": "0116 496 0002", "order": "1", "on_poster": "on"}
    assert client.post(reverse("accounts:outside_add"), data).status_code == 302
    contact = OutsideContact.objects.get()
    client.post(reverse("accounts:outside_change", kwargs={"pk": contact.pk}), data | {"telephone": "0116 496 0003"})
    assert "0116 496 0003" in client.get(reverse("accounts:poster")).content.decode()
    client.post(reverse("accounts:outside_remove", kwargs={"pk": contact.pk}))
    assert not OutsideContact.objects.exists()
