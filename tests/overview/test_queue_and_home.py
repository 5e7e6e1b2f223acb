"""The queue, the first page by role, and the search: what is there, and what is not even hinted at."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from concerns import operations
from concerns.models import Concern, FollowUp, Referral
from lps_safeguarding.access import acting
from tests.cast import signed_in
from tests.concerns.factories import a_concern, a_decision, a_pink_form, read, referral

pytestmark = pytest.mark.django_db


def queue_of(person, **filters):
    return signed_in(person).get(reverse("overview:queue"), filters)


def slugs(page):
    return [part.slug for part in page.context["parts"]]


def rows(page, slug):
    return next((part.rows for part in page.context["parts"] if part.slug == slug), [])


@pytest.fixture
def one_of_each(
    a_staff_member, another_staff_member, a_child, a_dsl_of_the_service, the_lead_dsl, the_headteacher, acting_as
):
    """Something in every section of the queue."""
    by, child, dsl = a_staff_member, a_child, a_dsl_of_the_service

    def one():
        return a_concern(by=by, child=child, passed_to=dsl)

    a_pink_form(by=by, child=child, passed_to=dsl)
    one()
    read(one(), by=dsl)
    worried = read(one(), by=dsl)
    a_decision(worried, by=dsl)
    with acting_as(by):
        operations.say_still_worried(
            concern=Concern.objects.get(pk=worried.pk), by=by, text="It goes on.", submission_key=worried.pk
        )
    talk = read(one(), by=dsl)
    a_decision(talk, by=dsl)
    with acting_as(by):
        operations.ask_for_talk(concern=Concern.objects.get(pk=talk.pk), by=by)
    long_ago = timezone.now() - datetime.timedelta(days=20)
    busy = read(a_concern(by=by, child=child, passed_to=dsl, at=long_ago, observed_at=long_ago), by=dsl)
    a_decision(
        busy,
        by=dsl,
        at=long_ago,
        harm_seen="at_risk",
        options=["social_care"],
        review_on=timezone.localdate() - datetime.timedelta(days=1),
        referrals=[referral(made_at=long_ago)],
        follow_ups=[{"owner": another_staff_member, "due_on": timezone.localdate(long_ago), "what": "Ring home."}],
    )


class TestQueue:
    @pytest.mark.rule("DEC-01")
    def test_everything_that_waits_is_there_most_urgent_first(self, one_of_each, a_dsl_of_the_service):
        page = queue_of(a_dsl_of_the_service)
        assert slugs(page) == [
            "pink", "worried", "unread", "to_decide", "follow_ups", "reviews", "referrals", "talks",
        ]  # fmt: skip
        assert rows(page, "referrals")[0].late
        assert rows(page, "pink")[0].children == "Robin Ashdown"
        assert "Ring home." in page.content.decode()

    @pytest.mark.rule("DEC-01", "ACC-04")
    def test_a_dsl_of_another_service_sees_nothing_of_it(self, one_of_each, a_dsl_of_another_service):
        page = queue_of(a_dsl_of_another_service)
        assert slugs(page) == []
        assert "Nothing waits for you" in page.content.decode()
        assert "Robin" not in page.content.decode()

    @pytest.mark.rule("ROL-02")
    def test_the_lead_dsl_sees_every_service(self, one_of_each, the_lead_dsl, another_service):
        page = queue_of(the_lead_dsl)
        assert "pink" in slugs(page)
        assert [service.slug for service in page.context["services"]] == ["ks3", "ks4"]

    @pytest.mark.rule("ROL-05", "ROL-06")
    @pytest.mark.parametrize(
        "who", ["a_staff_member", "the_administrator", "the_chair", "a_committee_member", "the_business_manager"]
    )
    def test_others_have_no_queue(self, one_of_each, who, request):
        person = request.getfixturevalue(who)
        assert queue_of(person).status_code == 403
        assert signed_in(person).get(reverse("overview:queue_new")).status_code == 403

    @pytest.mark.rule("DEC-01")
    def test_the_filters_combine_and_nonsense_in_the_address_is_as_nothing(
        self, one_of_each, a_dsl_of_the_service, the_lead_dsl
    ):
        assert slugs(queue_of(a_dsl_of_the_service, form="pink")) == ["pink"]
        assert slugs(queue_of(a_dsl_of_the_service, form="pink", who="nobody")) == []
        assert slugs(queue_of(the_lead_dsl, who="mine")) == []
        assert len(slugs(queue_of(a_dsl_of_the_service, form="<script>", who="'", service="zz"))) == 8

    @pytest.mark.rule("DEC-01")
    def test_each_row_leads_to_where_it_is_decided(self, one_of_each, a_dsl_of_the_service):
        client = signed_in(a_dsl_of_the_service)
        page = client.get(reverse("overview:queue"))
        for part in page.context["parts"]:
            for row in part.rows:
                assert client.get(row.url).status_code == 200, part.slug

    def test_the_number_of_queries_does_not_grow(self, one_of_each, a_dsl_of_the_service, a_staff_member, a_child):
        client = signed_in(a_dsl_of_the_service)
        client.get(reverse("overview:queue"))
        with CaptureQueriesContext(connection) as few:
            client.get(reverse("overview:queue"))
        for _ in range(6):
            a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
            a_pink_form(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
        with CaptureQueriesContext(connection) as many:
            client.get(reverse("overview:queue"))
        assert len(many) <= len(few)

    def test_what_is_new_is_counted_and_not_named(self, a_child, a_staff_member, a_dsl_of_the_service):
        since = timezone.now().isoformat()
        client = signed_in(a_dsl_of_the_service)
        address = reverse("overview:queue_new")
        assert client.get(address, {"since": since}).json() == {"new": 0}
        a_pink_form(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
        assert client.get(address, {"since": since}).json() == {"new": 1}
        assert client.get(address, {"since": "no time at all"}).json() == {"new": 0}


class TestHome:
    def test_a_reporter_finds_their_concerns_with_the_line_of_life(
        self, a_staff_member, a_child, a_dsl_of_the_service, the_service
    ):
        read(a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service), by=a_dsl_of_the_service)
        text = signed_in(a_staff_member).get("/").content.decode()
        assert "Log a concern" in text
        assert "Robin Ashdown" in text
        assert "Read " in text
        assert "Your queue" not in text

    @pytest.mark.rule("ROL-03")
    def test_who_is_on_duty_now_stands_there_with_room_and_telephone(
        self, the_school, a_staff_member, a_dsl_of_the_service
    ):
        text = signed_in(a_staff_member).get("/").content.decode()
        assert "Mrs A. Okafor" in text
        assert "room 12" in text
        assert "01632 496103" in text
        assert "Nobody on the rota" in text  # KS4: the lead DSL is told instead
        assert "Ms L. Farrow" in text

    @pytest.mark.rule("DEC-13")
    def test_what_waits_for_me_is_there_without_the_concern(
        self, a_child, a_staff_member, another_staff_member, a_dsl_of_the_service
    ):
        concern = read(
            a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service), by=a_dsl_of_the_service
        )
        due = timezone.localdate() + datetime.timedelta(days=2)
        a_decision(
            concern,
            by=a_dsl_of_the_service,
            follow_ups=[{"owner": another_staff_member, "due_on": due, "what": "Ask how the bus is."}],
        )
        text = signed_in(another_staff_member).get("/").content.decode()
        assert "Ask how the bus is." in text
        assert "Ashdown" not in text
        assert concern.reference not in text

    @pytest.mark.rule("ROL-05")
    def test_an_administrator_finds_accounts_and_the_calendar_and_no_case(
        self, one_of_each, the_administrator, a_child
    ):
        text = signed_in(the_administrator).get("/").content.decode()
        assert "Accounts and roles" in text
        assert "Ashdown" not in text

    @pytest.mark.rule("ROL-06")
    @pytest.mark.parametrize("who", ["a_committee_member", "the_chair", "the_vice_chair", "the_lead_committee_member"])
    def test_a_committee_member_can_log_a_concern_and_sees_no_pupil(self, one_of_each, who, request):
        text = signed_in(request.getfixturevalue(who)).get("/").content.decode()
        assert "For members of the committee" in text
        assert "Log a concern" in text
        assert "Ashdown" not in text

    @pytest.mark.rule("DEC-11")
    def test_the_headteacher_finds_what_they_were_told_of(self, one_of_each, the_headteacher):
        text = signed_in(the_headteacher).get("/").content.decode()
        assert "You were told of these" in text
        assert "Robin Ashdown" in text

    def test_every_member_of_the_cast_has_a_home(self, request, the_school):
        from tests.cast import CAST

        for who in CAST:
            person = request.getfixturevalue(who)
            answer = signed_in(person).get("/")
            assert answer.status_code == (200 if who not in ("a_leaver", "nobody_signed_in") else 302), who


class TestSearch:
    @pytest.mark.rule("ACC-04")
    def test_a_name_finds_only_files_one_may_open(
        self, a_staff_member, a_child, a_dsl_of_the_service, a_dsl_of_another_service
    ):
        a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
        address = reverse("overview:children")
        mine = signed_in(a_dsl_of_the_service).post(address, {"what": "name", "name": "ash rob"}, follow=True)
        assert [file.child for file in mine.context["found"]] == [a_child]
        other = signed_in(a_dsl_of_another_service).post(address, {"what": "name", "name": "ash"}, follow=True)
        assert other.context["found"] == []
        assert "Robin" not in other.content.decode()
        assert signed_in(a_staff_member).get(address).status_code == 403

    def test_the_name_is_in_no_address_title_or_trail(self, a_staff_member, a_child, a_dsl_of_the_service):
        from lps_safeguarding.audit_trail.models import TrailEntry

        a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
        asked = {"what": "name", "name": "Ashdown"}
        page = signed_in(a_dsl_of_the_service).post(reverse("overview:children"), asked, follow=True)
        assert "Ashdown" not in page.content.decode().split("</title>")[0]
        assert re.fullmatch(r"/children/found/[0-9a-f-]{36}/", page.request["PATH_INFO"])
        assert page.request["QUERY_STRING"] == ""
        entry = TrailEntry.objects.filter(act="searched").latest("id")
        assert "ash" not in entry.why.lower()
        ignored = signed_in(a_dsl_of_the_service).get(
            reverse("overview:children"), {"what": "name", "name": "Ashdown"}
        )
        assert "found" not in ignored.context
        assert "Ashdown" not in ignored.content.decode()

    @pytest.mark.rule("ACC-04")
    def test_words_find_records_open_to_me_in_full_and_no_others(
        self, a_staff_member, a_child, a_dsl_of_the_service, a_dsl_of_another_service
    ):
        concern = a_concern(
            by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, what_was_seen="Bruises near the elbow."
        )
        address = reverse("overview:children")
        asked = {"what": "words", "words": "bruised elbows"}
        found = signed_in(a_dsl_of_the_service).post(address, asked, follow=True)
        assert [row.reference for row in found.context["list"].rows] == [concern.reference]
        nothing = signed_in(a_dsl_of_another_service).post(address, asked, follow=True)
        assert nothing.context["list"].rows == []

    def test_a_file_can_be_opened_for_a_child_who_has_none(
        self, a_child, a_dsl_of_the_service, a_dsl_of_another_service
    ):
        client = signed_in(a_dsl_of_the_service)
        found = client.post(reverse("overview:children"), {"what": "name", "name": "robin"}, follow=True)
        assert found.context["without_a_file"] == [a_child]
        opened = client.post(reverse("overview:file_open"), {"child": a_child.pk})
        assert opened.status_code == 302
        assert "Robin Ashdown" in client.get(opened.url).content.decode()
        refused = signed_in(a_dsl_of_another_service).post(reverse("overview:file_open"), {"child": a_child.pk})
        assert refused.status_code == 403
        for forged in ("", "x", "9" * 300):
            assert client.post(reverse("overview:file_open"), {"child": forged}).status_code == 404


def test_the_records_of_the_queue_exist(one_of_each):
    with acting.as_the_system("test"):
        assert Referral.objects.overdue(timezone.now()).count() == 1
        assert FollowUp.objects.overdue(timezone.localdate()).count() == 1
