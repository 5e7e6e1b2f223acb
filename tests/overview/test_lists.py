"""The lists of children by plan and vulnerability, and that they are gone through (CPF-02)."""

import datetime
import io

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from concerns import operations
from concerns.terms import ChildrenList, PlanKind, VulnerabilityKind
from lps_safeguarding.access import acting, conflicts
from lps_safeguarding.overview import lists
from tests.cast import signed_in
from tests.concerns.factories import a_file_of
from tests.people.factories import ChildFactory

pytestmark = pytest.mark.django_db


def days_ago(number):
    return timezone.localdate() - datetime.timedelta(days=number)


@pytest.fixture
def some_children(a_child, a_child_of_another_service, the_lead_dsl, the_service):
    """Robin: looked after until 10 days ago, in need since. Kit: child protection. Wren: a young carer, has left."""
    wren = ChildFactory(first_name="Wren", last_name="Osborne", service=the_service, left_on=days_ago(3))
    files = {child: a_file_of(child, by=the_lead_dsl) for child in (a_child, a_child_of_another_service, wren)}
    with acting.as_person(the_lead_dsl):
        for child, kind, since, until, worker in (
            (a_child, PlanKind.LOOKED_AFTER, 100, 10, "Lee Brook"),
            (a_child, PlanKind.CHILD_IN_NEED, 9, None, "Sam Field"),
            (a_child_of_another_service, PlanKind.CHILD_PROTECTION, 50, None, "Pat Moor"),
        ):
            operations.set_plan(
                child_file=files[child],
                by=the_lead_dsl,
                kind=kind,
                from_date=days_ago(since),
                until_date=days_ago(until) if until else None,
                social_worker=worker,
            )
        for child, kind in ((wren, VulnerabilityKind.YOUNG_CARER), (a_child, VulnerabilityKind.SEND)):
            operations.set_vulnerability(child_file=files[child], by=the_lead_dsl, kind=kind, from_date=days_ago(30))
    return files


def page(person, slug="social-worker", **query):
    return signed_in(person).get(reverse("overview:list", args=[slug]), query)


def names(answer):
    return [row.file.child.name for row in answer.context["found"].rows]


@pytest.mark.rule("CPF-02")
@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("social-worker", ["Robin Ashdown", "Kit Marlow"]),
        ("social-worker-ever", ["Robin Ashdown", "Kit Marlow"]),
        ("looked-after", []),
        ("previously-looked-after", ["Robin Ashdown"]),
        ("child-protection", ["Kit Marlow"]),
        ("child-in-need", ["Robin Ashdown"]),
        ("early-help", []),
        ("young-carers", []),
        ("send", ["Robin Ashdown"]),
        ("private-fostering", []),
    ],
)
def test_each_list_names_who_is_on_it(slug, expected, some_children, the_lead_dsl):
    answer = page(the_lead_dsl, slug)
    assert names(answer) == expected
    index = signed_in(the_lead_dsl).get(reverse("overview:lists"))
    numbers = {each.of_list.value: each.number for each in index.context["lists"]}
    assert numbers[slug] == len(expected)


@pytest.mark.rule("CPF-02")
def test_a_list_says_since_when_and_who_the_social_worker_is_as_at_any_day(some_children, the_lead_dsl):
    text = page(the_lead_dsl).content.decode()
    assert "Sam Field" in text
    assert "Lee Brook" not in text
    then = days_ago(20)
    answer = page(the_lead_dsl, "looked-after", at_0=then.day, at_1=then.month, at_2=then.year)
    assert names(answer) == ["Robin Ashdown"]
    assert "Lee Brook" in answer.content.decode()
    assert names(page(the_lead_dsl, "young-carers", at_0=then.day, at_1=then.month, at_2=then.year)) == [
        "Wren Osborne"
    ]


@pytest.mark.rule("CPF-02")
def test_it_is_filtered_by_service_and_year(some_children, the_lead_dsl, a_child):
    assert names(page(the_lead_dsl, service="ks4")) == ["Kit Marlow"]
    assert names(page(the_lead_dsl, year=a_child.year_group)) == ["Robin Ashdown"]
    for odd in ({"service": "';--"}, {"year": "999"}, {"page": "9" * 9}, {"at_0": "x", "at_1": "\x00", "at_2": "1"}):
        assert page(the_lead_dsl, **odd).status_code == 200


@pytest.mark.rule("CPF-02", "ACC-01")
def test_a_dsl_sees_the_children_of_their_own_services(some_children, a_dsl_of_the_service, a_dsl_of_another_service):
    assert names(page(a_dsl_of_the_service)) == ["Robin Ashdown"]
    assert names(page(a_dsl_of_another_service)) == ["Kit Marlow"]
    index = signed_in(a_dsl_of_the_service).get(reverse("overview:lists")).context["lists"]
    assert {each.of_list.value: each.number for each in index}["social-worker"] == 1


@pytest.mark.rule("ACC-02")
def test_a_conflict_takes_a_child_off_the_list_and_out_of_the_number(
    some_children, the_lead_dsl, a_child, the_headteacher
):
    with acting.as_person(the_headteacher):
        conflicts.declare(person=the_lead_dsl, child=a_child, kind="relative", by=the_headteacher, reason="A cousin.")
    assert names(page(the_lead_dsl)) == ["Kit Marlow"]
    index = signed_in(the_lead_dsl).get(reverse("overview:lists")).context["lists"]
    assert {each.of_list.value: each.number for each in index}["social-worker"] == 1


@pytest.mark.rule("ROL-05", "ROL-06")
@pytest.mark.parametrize("who", ["a_staff_member", "the_administrator", "the_chair", "the_headteacher"])
def test_the_lists_are_the_safeguarding_teams(who, some_children, request):
    person = request.getfixturevalue(who)
    for address in (
        reverse("overview:lists"), reverse("overview:list", args=["send"]), reverse("overview:list_document", args=["send"])
    ):  # fmt: skip
        assert signed_in(person).get(address).status_code == 403


@pytest.mark.rule("CPF-02")
def test_a_list_is_reviewed_and_is_due_again(some_children, the_lead_dsl):
    client = signed_in(the_lead_dsl)
    assert "go through" in client.get("/").content.decode()
    assert "Review is due" in page(the_lead_dsl).content.decode()
    address = reverse("overview:list_review", args=["social-worker"])
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    given = {"service": "", "next_review_on_0": tomorrow.day, "next_review_on_1": tomorrow.month}
    wrong = client.post(address, given)
    assert wrong.status_code == 200
    assert "Enter the year of the next review" in wrong.content.decode()
    assert client.post(address, given | {"next_review_on_2": tomorrow.year}).status_code == 302
    text = page(the_lead_dsl).content.decode()
    assert "Reviewed by Ms L. Farrow" in text
    assert "Review is due" not in text
    with acting.as_person(the_lead_dsl):
        review = lists.latest_reviews(the_lead_dsl)[ChildrenList.SOCIAL_WORKER_NOW]
    assert lists.is_overdue(review, tomorrow + datetime.timedelta(days=1))


@pytest.mark.rule("CPF-02")
def test_a_service_dsl_reviews_their_own_part_and_not_the_whole(
    some_children, a_dsl_of_the_service, the_lead_dsl, acting_as, the_service
):
    due = timezone.localdate() + datetime.timedelta(days=30)
    with acting_as(a_dsl_of_the_service):
        with pytest.raises(PermissionDenied):
            operations.review_list(of_list="send", by=a_dsl_of_the_service, next_review_on=due)
        operations.review_list(of_list="send", by=a_dsl_of_the_service, next_review_on=due, service=the_service)
    assert "Reviewed by" in page(a_dsl_of_the_service, "send").content.decode()
    assert "Reviewed by" not in page(the_lead_dsl, "send").content.decode()


@pytest.mark.rule("CPF-02")
def test_a_list_prints_as_a_tagged_document_without_a_name_in_its_own(some_children, the_lead_dsl):
    answer = signed_in(the_lead_dsl).get(reverse("overview:list_document", args=["social-worker"]))
    assert answer["Content-Type"] == "application/pdf"
    assert "Ashdown" not in answer["Content-Disposition"]
    with pikepdf.open(io.BytesIO(answer.content)) as document:
        assert document.Root.MarkInfo.Marked
        assert "Ashdown" not in str(document.docinfo.get("/Title", ""))


def test_a_list_that_does_not_exist_is_not_there(the_lead_dsl):
    assert page(the_lead_dsl, "all-the-bad-ones").status_code == 404
