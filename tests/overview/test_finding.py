"""Finding records and saved views: filters that combine, nothing typed in an address, nobody else's views."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from concerns import operations as concerns
from concerns.models import Concern
from concerns.terms import CameToLight, Kind
from lps_safeguarding.access import acting
from lps_safeguarding.overview import need_to_know, operations, tasks
from lps_safeguarding.overview.models import Page, Search
from tests.access.differential import differences, seen_by_nobody
from tests.cast import CAST, signed_in
from tests.concerns.factories import a_concern, a_pink_form, read
from tests.people.factories import ChildFactory

pytestmark = pytest.mark.django_db
RECORDS = "/records/"


def references(page):
    return {row.reference for row in page.context["list"].rows}


@pytest.fixture
def some(a_staff_member, a_child, the_service, a_dsl_of_the_service, the_lead_dsl, a_child_of_another_service):
    """Four concerns that differ in everything a filter asks."""
    other = ChildFactory(first_name="Muhammad", last_name="Begum", service=the_service)
    noticed = timezone.make_aware(datetime.datetime(2026, 10, 6, 9, 30))  # a Tuesday
    given = {"by": a_staff_member, "passed_to": a_dsl_of_the_service}
    return {
        "pink": a_pink_form(child=a_child, **given, kinds=[Kind.NEGLECT], what_was_seen="Bruises near the elbow."),
        "old": a_concern(
            child=other, **given, observed_at=noticed, at=noticed, kinds=[Kind.BULLYING, Kind.ONLINE],
            came_to_light=CameToLight.CHILD_TOLD_ME,
        ),
        "read": read(a_concern(child=other, **given, what_was_seen="A bruise."), by=a_dsl_of_the_service),
        "elsewhere": a_concern(
            by=a_staff_member, child=a_child_of_another_service, passed_to=the_lead_dsl, kinds=[Kind.NEGLECT]
        ),
    }  # fmt: skip


@pytest.mark.rule("DEC-15", "ACC-04")
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, {"pink", "old", "read", "elsewhere"}),
        ({"service": "ks3"}, {"pink", "old", "read"}),
        ({"kind": ["neglect"]}, {"pink", "elsewhere"}),
        ({"kind": ["neglect"], "service": "ks3"}, {"pink"}),
        ({"kind": ["online", "none"]}, {"old", "read"}),
        ({"state": ["read"]}, {"read"}),
        ({"form": "pink"}, {"pink"}),
        ({"who": "mine"}, {"elsewhere"}),
        ({"who": "others"}, {"pink", "old", "read"}),
        ({"who": "nobody"}, set()),
        ({"light": "child_told_me"}, {"old"}),
        ({"weekday": "2", "hour": "9", "kind": ["bullying"]}, {"old"}),
        ({"weekday": "3", "hour": "9", "kind": ["bullying"]}, set()),
        (
            {"since_0": "1", "since_1": "10", "since_2": "2026", "until_0": "6", "until_1": "10", "until_2": "2026"},
            {"old"},
        ),
        ({"outcome": "no_further_action"}, set()),
        ({"name": "mohamed"}, {"old", "read"}),
        ({"name": "begum", "words": "bruises"}, {"read"}),
        ({"words": "bruise"}, {"pink", "read"}),
        ({"words": "bruise", "form": "pink", "name": "ash"}, {"pink"}),
        ({"words": "giraffe"}, set()),
        ({"words": "the of"}, set()),
        ({"name": "giraffe"}, set()),
    ],
)
def test_filters_combine(some, the_lead_dsl, asked, expected):
    page = signed_in(the_lead_dsl).post(RECORDS, asked, follow=True)
    assert references(page) == {some[name].reference for name in expected}
    for typed in (asked.get("name"), asked.get("words")):
        if typed:
            assert typed not in page.request["PATH_INFO"] + page.request["QUERY_STRING"]
            assert typed not in re.search(r"<title>.*?</title>", page.content.decode(), re.DOTALL)[0]
            assert f'value="{typed}"' in page.content.decode()  # it stays in its box


@pytest.mark.rule("ACC-04")
def test_a_dsl_finds_nothing_of_another_service(some, a_dsl_of_another_service, a_staff_member):
    client = signed_in(a_dsl_of_another_service)
    for asked in ({"words": "bruise"}, {"name": "muhammad"}, {"kind": ["bullying"]}):
        page = client.post(RECORDS, asked, follow=True)
        assert references(page) == set()
        assert "Begum" not in page.content.decode()
    assert references(client.get(RECORDS)) == {some["elsewhere"].reference}
    assert signed_in(a_staff_member).get(RECORDS).status_code == 403


def test_bad_input_is_answered_with_a_sentence_and_stays(some, a_dsl_of_the_service):
    client = signed_in(a_dsl_of_the_service)
    backwards = {
        "since_0": "9",
        "since_1": "10",
        "since_2": "2026",
        "until_0": "1",
        "until_1": "10",
        "until_2": "2026",
    }
    page = client.post(RECORDS, backwards | {"name": "Ash"})
    assert "The last day is before the first. Check both dates" in page.content.decode()
    assert 'value="Ash"' in page.content.decode()
    long = client.post(RECORDS, {"name": "x" * 10_000})
    assert "10,000 characters" in long.content.decode()
    for junk in (
        {"kind": ["nonsense"]},
        {"service": "zz", "state": "<script>", "hour": "99", "weekday": "x"},
        {"words": "\x00%_'\\", "name": "\x00"},
        {"child": "9" * 300},
        {"since_0": "x" * 10_000, "until_2": "-1"},
    ):
        assert client.post(RECORDS, junk, follow=True).status_code == 200
    for junk in ("?after=x", "?after=999999999999999999-" + "0" * 32, "?since=x&until=9999-99-99&kind=zz&hour=-1"):
        assert client.get(RECORDS + junk).status_code == 200


@pytest.mark.rule("ACC-04")
def test_a_search_is_opened_again_by_who_asked_it_alone(some, request, a_dsl_of_the_service):
    asked = signed_in(a_dsl_of_the_service).post(RECORDS, {"name": "Begum"})
    assert re.fullmatch(r"/records/[0-9a-f-]{36}/", asked.url)
    child = signed_in(a_dsl_of_the_service).post(reverse("overview:children"), {"what": "name", "name": "Begum"})
    for who in CAST:
        person = request.getfixturevalue(who)
        for address in (asked.url, child.url):
            answer = signed_in(person).get(address)
            if who == "a_dsl_of_the_service":
                assert "Muhammad Begum" in answer.content.decode()
            else:
                assert answer.status_code in (302, 403, 404)
                assert "Begum" not in answer.content.decode()


@pytest.mark.rule("ACC-01", "ACC-04")
def test_both_walls_say_the_same_of_searches(request, a_dsl_of_the_service, the_lead_dsl, acting_as):
    for person in (a_dsl_of_the_service, the_lead_dsl):
        with acting_as(person):
            operations.ask(by=person, page=Page.RECORDS, asked={"name": "Begum"})
    everybody = [request.getfixturevalue(name) for name in CAST if name != "nobody_signed_in"]
    assert differences(Search, need_to_know.searches_of, everybody) == []
    assert seen_by_nobody(Search) == set()


def test_what_was_asked_is_sealed_and_goes_after_half_a_day(some, a_dsl_of_the_service, acting_as, as_superuser):
    client = signed_in(a_dsl_of_the_service)
    client.post(RECORDS, {"name": "Begum"})
    client.post(reverse("overview:keep"), {"name": "Begum at nine", "query": "hour=9", "page": "records"})
    with acting_as(a_dsl_of_the_service):
        Search.objects.update(made_at=timezone.now() - datetime.timedelta(hours=13))
    client.post(RECORDS, {"name": "Ash"})
    tasks.forget_old_searches()
    with acting_as(a_dsl_of_the_service):
        assert [(each.kept, each.asked) for each in Search.objects.select_related("key").order_by("made_at")] == [
            (True, {"hour": "9"}), (False, {"name": "Ash"}),
        ]  # fmt: skip
        assert Search.objects.values("key").distinct().count() == 1


class TestSavedViews:
    def saved(self, client):
        return client.get(reverse("overview:saved")).context["saved"]

    def test_a_view_is_saved_opened_again_and_removed(self, some, a_dsl_of_the_service):
        client = signed_in(a_dsl_of_the_service)
        found = client.post(RECORDS, {"name": "Begum", "form": "standard"}, follow=True)
        key = found.request["PATH_INFO"].split("/")[2]
        client.post(reverse("overview:keep"), {"name": "My worry", "page": "records", "search": key})
        client.post(
            reverse("overview:keep"), {"name": "Neglect", "page": "records", "query": "kind=neglect&name=Begum&x=1"}
        )
        client.post(
            reverse("overview:keep"), {"name": "Pink and mine", "page": "queue", "query": "form=pink&who=mine"}
        )
        by_name = {view.name: view for view in self.saved(client)}
        assert set(by_name) == {"My worry", "Neglect", "Pink and mine"}
        assert by_name["Neglect"].asked == {"kind": ["neglect"]}

        def opened(name):
            return client.get(reverse("overview:saved_open", args=[by_name[name].pk]), follow=True)

        assert references(opened("My worry")) == {some["old"].reference, some["read"].reference}
        assert opened("Neglect").request["QUERY_STRING"] == "kind=neglect"
        queue = opened("Pink and mine")
        assert queue.request["PATH_INFO"] == "/queue/"
        assert [part.slug for part in queue.context["parts"]] == ["pink"]
        client.post(reverse("overview:forget", args=[by_name["Neglect"].pk]))
        assert {view.name for view in self.saved(client)} == {"My worry", "Pink and mine"}

    @pytest.mark.rule("ACC-04")
    def test_nobody_else_opens_saves_or_removes_it(self, some, a_dsl_of_the_service, the_lead_dsl, acting_as):
        with acting_as(a_dsl_of_the_service):
            view = operations.keep(by=a_dsl_of_the_service, page=Page.RECORDS, asked={"name": "Begum"}, name="Begum")
        client = signed_in(the_lead_dsl)
        assert client.get(reverse("overview:saved_open", args=[view.pk])).status_code == 404
        assert client.post(reverse("overview:forget", args=[view.pk])).status_code == 404
        copied = {"name": "Mine now", "page": "records", "search": str(view.pk)}
        assert client.post(reverse("overview:keep"), copied).status_code == 404
        assert "Begum" not in client.get(reverse("overview:saved")).content.decode()

    def test_a_view_needs_a_name_that_fits_and_there_is_a_limit(self, a_dsl_of_the_service, monkeypatch):
        client = signed_in(a_dsl_of_the_service)
        address = reverse("overview:keep")
        without = client.post(address, {"name": " ", "page": "records", "query": "form=pink"})
        assert "Give the view a name" in without.content.decode()
        assert 'value="form=pink"' in without.content.decode()
        assert "there is room for 80" in client.post(address, {"name": "x" * 10_000}).content.decode()
        for junk in ({"search": "9" * 400}, {"search": "\x00"}):
            assert client.post(address, {"name": "x"} | junk).status_code == 404
        monkeypatch.setattr(operations, "MOST_KEPT", 1)
        assert client.post(address, {"name": "one", "page": "queue"}).status_code == 302
        assert "You have saved 1 views" in client.post(address, {"name": "two"}).content.decode()

    def test_the_queue_asks_no_more_for_those_who_have_views(
        self, some, a_dsl_of_the_service, django_assert_num_queries, acting_as
    ):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client = signed_in(a_dsl_of_the_service)
        client.get(reverse("overview:queue"))
        with CaptureQueriesContext(connection) as without:
            client.get(reverse("overview:queue"))
        assert not any("overview_search" in query["sql"] for query in without)


def test_a_worried_reporter_shows_in_the_list(some, a_staff_member, the_lead_dsl, acting_as):
    concern = Concern
    with acting_as(a_staff_member):
        mine = concern.objects.get(pk=some["read"].pk)
        concerns.say_still_worried(concern=mine, by=a_staff_member, text="It goes on.", submission_key=mine.pk)
    assert "Reporter still worried" in signed_in(the_lead_dsl).get(RECORDS).content.decode()


def test_the_trail_says_that_somebody_searched_and_not_for_whom(some, the_lead_dsl):
    from lps_safeguarding.audit_trail.models import TrailEntry

    signed_in(the_lead_dsl).post(RECORDS, {"name": "Begum", "words": "bruise"}, follow=True)
    with acting.as_the_system("test"):
        said = [(entry.act, entry.why) for entry in TrailEntry.objects.filter(person_id=the_lead_dsl.pk)]
    assert ("searched", "records by words") in said
    assert not any("egum" in why or "ruise" in why for _, why in said)
