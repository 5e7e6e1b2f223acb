"""Each main page asks a fixed number of questions of the database, written here, whatever the number of records.

A number that grows with the records (a query in a loop) fails; so does one that changes without being written down:
it belongs in the commit that causes it.
"""

import datetime
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from concerns import operations
from concerns.models import ChildFile, Concern
from concerns.terms import Form, HarmSeen, Option
from lps_safeguarding.access import acting
from tests.cast import signed_in
from tests.concerns.factories import a_concern, a_decision, read, referral

pytestmark = pytest.mark.django_db

QUEUE, CHILD, CONCERN, TO_DECIDE, OWN, HOME, SENDING = 13, 17, 23, 25, 9, 19, 31
MANY = 30


def asked(client, url: str) -> int:
    """How many queries a page takes, once what a process reads only once is read."""
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return questions(queries)


def questions(queries) -> int:
    """Without savepoints: the page's own transaction is one here, within the test's."""
    return sum("SAVEPOINT" not in query["sql"] for query in queries)


@pytest.fixture
def add_concerns(a_staff_member, another_staff_member, a_child, a_dsl_of_the_service):
    """Adds concerns about the child in threes: one new, one read, one decided with a referral and a follow-up."""

    def add(number: int) -> list[Concern]:
        made = []
        for n in range(number):
            concern = a_concern(
                by=a_staff_member,
                child=a_child,
                passed_to=a_dsl_of_the_service,
                form=Form.PINK if n % 2 else Form.STANDARD,
            )
            made.append(concern)
            if n % 3:
                read(concern, by=a_dsl_of_the_service)
            if n % 3 == 2:
                a_decision(
                    concern,
                    by=a_dsl_of_the_service,
                    harm_seen=HarmSeen.AT_RISK,
                    options=[Option.SOCIAL_CARE],
                    referrals=[referral()],
                    follow_ups=[
                        {
                            "owner": another_staff_member,
                            "due_on": timezone.localdate() + datetime.timedelta(days=1),
                            "what": "Ask how the bus is.",
                        }
                    ],
                )
                with acting.as_person(a_staff_member):
                    operations.ask_for_talk(concern=concern, by=a_staff_member)
        return made

    return add


def test_pages_ask_as_much_with_thirty_records_as_with_one(
    add_concerns, a_child, a_staff_member, a_dsl_of_the_service
):
    as_dsl, as_reporter = signed_in(a_dsl_of_the_service), signed_in(a_staff_member)
    _, to_decide, decided = add_concerns(3)
    with acting.as_the_system("a test"):
        file = ChildFile.objects.get(child=a_child).reference
    pages = {
        "queue": (as_dsl, reverse("overview:queue"), QUEUE),
        "child": (as_dsl, reverse("overview:child", args=[file]), CHILD),
        "concern": (as_dsl, reverse("concerns:concern_detail", args=[decided.reference]), CONCERN),
        "to decide": (as_dsl, reverse("concerns:concern_detail", args=[to_decide.reference]), TO_DECIDE),
        "own": (as_reporter, reverse("concerns:mine"), OWN),
        "home": (as_dsl, reverse("overview:home"), HOME),
    }
    expected = {name: number for name, (_, _, number) in pages.items()}
    assert {name: asked(client, url) for name, (client, url, _) in pages.items()} == expected
    add_concerns(MANY)
    assert {name: asked(client, url) for name, (client, url, _) in pages.items()} == expected


class Boxes(HTMLParser):
    """The names and values a browser would send of a page's input boxes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if (
            tag == "input"
            and given.get("name")
            and (given.get("type") not in ("radio", "checkbox") or "checked" in given)
        ):
            self.found[given["name"]] = given.get("value") or ""


def sending(client, child) -> int:
    """How many queries it takes to send a pink form."""
    opened = client.get(reverse("concerns:log_pink"), follow=True)
    filled = Boxes(opened.content.decode()).found | {
        "child": str(child.pk),
        "what_was_seen": "He came to the door and would not go in.",
        "place": "The gate",
        "action": "send",
    }
    with CaptureQueriesContext(connection) as queries:
        assert client.post(opened.request["PATH_INFO"], filled).status_code == 302
    return questions(queries)


def test_sending_asks_as_much_with_thirty_records_as_with_one(
    add_concerns, a_child, a_staff_member, a_dsl_of_the_service
):
    client = signed_in(a_staff_member)
    add_concerns(1)
    sending(client, a_child)
    few = sending(client, a_child)
    add_concerns(MANY)
    assert (few, sending(client, a_child)) == (SENDING, SENDING)
