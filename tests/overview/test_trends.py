"""Trends and the records behind them: each number is what the list shows, for each member of the cast (DEC-15, ACC-04)."""

import csv
import io
import re
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from concerns.terms import Kind
from lps_safeguarding.access import counted
from lps_safeguarding.people import operations as people
from tests.cast import signed_in
from tests.concerns.a_term import at
from tests.concerns.factories import a_concern, a_pink_form

pytestmark = [pytest.mark.django_db, pytest.mark.rule("DEC-15")]

DATES = {"since": "2026-09-01", "until": "2026-10-31"}
TEAM = ("a_dsl_of_the_service", "a_dsl_of_another_service", "the_lead_dsl")


class Links(HTMLParser):
    """The addresses of the numbers in a page's tables, with the numbers."""

    def __init__(self, page):
        super().__init__()
        self.found, self.here = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.here = given["href"] if tag == "a" and "trend-number" in given.get("class", "") else ""

    def handle_data(self, data):
        if self.here and data.strip():
            self.found.append((self.here, int(data.replace(",", ""))))
            self.here = ""


def all_rows(client, address):
    """The references of all pages of a list, and the count it states."""
    found, stated = [], None
    while address:
        page = client.get(address)
        assert page.status_code == 200
        listed = page.context["list"]
        assert stated in (None, listed.count)
        stated = listed.count
        found += [row.reference for row in listed.rows]
        address = page.request["PATH_INFO"] + page.context["older"] if page.context["older"] else ""
    return found, stated


@pytest.mark.rule("ACC-04")
@pytest.mark.parametrize("who", TEAM)
def test_every_number_is_what_the_list_behind_it_shows(a_term, who, request):
    client = signed_in(request.getfixturevalue(who))
    page = client.get(reverse("overview:trends"), DATES)
    links = Links(page.content.decode()).found
    assert len(links) > 15
    for address, number in links:
        rows, stated = all_rows(client, address)
        assert (len(rows), len(set(rows)), stated) == (number, number, number), address
    kinds = next(section for section in page.context["trends"].sections if section.slug == "kinds")
    assert all(line.now_url for line in kinds.lines if line.now)


@pytest.mark.rule("ACC-04")
def test_it_is_of_ones_own_records_and_nobody_elses(a_term, the_lead_dsl, a_dsl_of_another_service):
    totals = {
        who: signed_in(who).get(reverse("overview:trends"), DATES).context["trends"].total.now
        for who in (the_lead_dsl, a_dsl_of_another_service)
    }
    assert list(totals.values()) == [24, 13]


@pytest.mark.rule("ACC-04", "ROL-05", "ROL-06")
@pytest.mark.parametrize(
    "who", ["a_staff_member", "the_headteacher", "the_business_manager", "the_administrator", "the_chair"]
)
@pytest.mark.parametrize("page", ["trends", "trends_children", "trends_places", "trends_table"])
def test_others_have_no_trends(a_term, who, page, request):
    assert signed_in(request.getfixturevalue(who)).get(reverse(f"overview:{page}")).status_code == 403


def test_pages_of_more_than_thirty_records_hold_each_once(
    a_staff_member, a_child, a_dsl_of_the_service, django_assert_max_num_queries
):
    noticed = at("10-05")
    for _ in range(35):
        a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, observed_at=noticed, at=noticed)
    rows, stated = all_rows(signed_in(a_dsl_of_the_service), reverse("overview:records"))
    assert (len(set(rows)), stated) == (35, 35)


def test_the_table_as_a_file_has_the_same_figures_and_no_name(a_term, the_lead_dsl, a_child):
    people.save_service(by=None, name="=HYPERLINK(1)", slug="odd", order=9)
    a_concern(
        by=the_lead_dsl, child=a_child, passed_to=the_lead_dsl, observed_at=at("10-05"), at=at("10-05"),
        kinds=[Kind.NEGLECT],
    )  # fmt: skip
    client = signed_in(the_lead_dsl)
    answer = client.get(reverse("overview:trends_table"), DATES)
    assert answer["Content-Disposition"] == 'attachment; filename="trends.csv"'
    text = answer.content.decode("utf-8-sig")
    assert a_child.last_name not in text
    rows = list(csv.reader(io.StringIO(text)))
    shown = client.get(reverse("overview:trends"), DATES).context["trends"]
    for section in shown.sections:
        for line in section.lines:
            assert [section.title, line.label, str(line.now), str(line.before) if section.compares else ""] in rows
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_a_service_can_be_chosen_and_the_links_keep_it(a_term, the_lead_dsl, the_service):
    page = signed_in(the_lead_dsl).get(reverse("overview:trends"), DATES | {"service": "ks3"})
    assert page.context["trends"].total.now == 12
    assert all("service=ks3" in address for address, _ in Links(page.content.decode()).found)


def test_own_dates_are_checked_and_kept_and_go_into_the_address(a_dsl_of_the_service):
    client = signed_in(a_dsl_of_the_service)
    parts = {"since_0": "1", "since_1": "9", "since_2": "2026", "until_0": "31", "until_1": "Oct", "until_2": "2026"}
    sent = client.post(reverse("overview:trends"), parts)
    assert sent.url == "/trends/?since=2026-09-01&until=2026-10-31"
    backwards = client.post(reverse("overview:trends"), parts | {"until_2": "2025"})
    assert "The last day is before the first" in backwards.content.decode()
    assert 'value="2025"' in backwards.content.decode()
    long = client.post(reverse("overview:trends"), parts | {"since_2": "1990"})
    assert "Choose three years or less" in long.content.decode()
    for junk in ({}, {"since_0": "\x00"}, dict.fromkeys(parts, "x" * 10_000), parts | {"since_1": "Smarch"}):
        assert client.post(reverse("overview:trends"), junk).status_code == 200


@pytest.mark.parametrize(
    "junk",
    [
        {"period": "term-9999"},
        {"since": "2026-10-31", "until": "2026-09-01"},
        {"since": "0001-01-01", "until": "9999-12-31"},
        {"since": "2999-01-01", "until": "2999-01-02"},
        {"since": "\x00", "until": "<script>", "service": "' OR 1=1"},
        {"period": "x" * 5_000},
    ],
)
def test_nonsense_in_the_address_is_as_nothing(a_dsl_of_the_service, junk):
    client = signed_in(a_dsl_of_the_service)
    for page in ("trends", "trends_children", "trends_places", "trends_table"):
        assert client.get(reverse(f"overview:{page}"), junk).status_code == 200


@pytest.mark.rule("ACC-04")
def test_children_who_come_again_lead_to_their_records(a_term, a_dsl_of_another_service):
    client = signed_in(a_dsl_of_another_service)
    page = client.get(reverse("overview:trends_children"), DATES)
    assert [(row.child.name, row.number) for row in page.context["repeats"].children] == [("Kit Marlow", 12)]
    assert "Robin" not in page.content.decode()
    hidden = dict(
        re.findall(r'type="hidden" name="((?:child|since_\d|until_\d))" value="([^"]*)"', page.content.decode())
    )
    listed = client.post(reverse("overview:records"), hidden, follow=True)
    assert listed.context["list"].count == 12
    assert "about Kit Marlow" in listed.content.decode()
    assert re.fullmatch(r"/records/[0-9a-f-]{36}/", listed.request["PATH_INFO"])


@pytest.mark.rule("ACC-04")
def test_a_list_about_a_child_does_not_tell_the_name_to_those_who_may_not_know(
    a_term,
    a_child,
    a_dsl_of_another_service,
    another_service,
    a_child_of_another_service,
):
    from tests.people.factories import ChildFactory

    stranger = ChildFactory(first_name="Nobody", last_name="Knows", service=a_child.service)
    page = signed_in(a_dsl_of_another_service).post(
        reverse("overview:records"), {"child": str(stranger.pk)}, follow=True
    )
    assert page.context["list"].rows == []
    assert "Knows" not in page.content.decode()


def test_places_are_put_together_and_lead_to_their_records(a_staff_member, a_child, a_dsl_of_the_service):
    for place in ("The gate", "at the gate", "Canteen"):
        a_pink_form(
            by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, place=place, observed_at=at("10-05"),
            at=at("10-05"),
        )  # fmt: skip
    page = signed_in(a_dsl_of_the_service).get(reverse("overview:trends_places"), DATES)
    assert [(place.name, len(place.concerns)) for place in page.context["places"]] == [
        ("at the gate", 2),
        ("Canteen", 1),
    ]


def test_the_number_of_queries_does_not_grow(a_staff_member, a_child, a_dsl_of_the_service):
    client = signed_in(a_dsl_of_the_service)
    addresses = [reverse(f"overview:{name}") for name in ("trends", "trends_children", "trends_places", "records")]

    def asked():
        numbers = []
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            numbers.append(sum("SAVEPOINT" not in query["sql"] for query in queries))
        return numbers

    a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    few = asked()
    for _ in range(12):
        a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    assert asked() == few


def test_the_counts_go_by_the_clock_of_the_settings(settings):
    assert settings.TIME_ZONE == counted.CLOCK
    assert timezone.get_current_timezone_name() == counted.CLOCK
