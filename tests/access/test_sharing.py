"""Sharing with a person inside, telling a body outside: access and its record in one step."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from concerns import need_to_know
from concerns.models import Concern, ConcernShare
from lps_safeguarding.access import acting, conflicts, sharing
from lps_safeguarding.access.levels import Level
from lps_safeguarding.access.models import SharingRecord
from lps_safeguarding.access.refusals import WrongState
from lps_safeguarding.audit_trail.models import TrailEntry
from tests.access.records import a_concern
from tests.cast import signed_in


@pytest.fixture
def the_concern(a_staff_member, the_service, a_child):
    return a_concern(author=a_staff_member, service=the_service, child=a_child)


@pytest.fixture
def share(the_concern, a_dsl_of_the_service, acting_as):
    def give(person, level=Level.SUMMARY, by=None, **more):
        by = by or a_dsl_of_the_service
        with acting_as(by):
            record = need_to_know.readable_by(by).get(pk=the_concern.pk)
            return sharing.share(
                **{
                    "record": record,
                    "with_person": person,
                    "level": level,
                    "by": by,
                    "why": "teaches the child on Mondays",
                    "what": "that the child had a hard weekend",
                    **more,
                }
            )

    return give


@pytest.mark.rule("DEC-12")
def test_giving_access_writes_the_row_by_itself(
    share, the_concern, another_staff_member, a_dsl_of_the_service, acting_as
):
    share(another_staff_member)
    with acting_as(a_dsl_of_the_service):
        row = sharing.of(the_concern).get()
        assert (row.with_person, row.level, row.shared_by) == (another_staff_member, "summary", a_dsl_of_the_service)
        assert (row.what, row.why) == ("that the child had a hard weekend", "teaches the child on Mondays")
        assert row.ground == "public_task"
        assert row.consent == "not_needed"
        assert row.shared_at is not None
    entry = TrailEntry.objects.filter(act="shared", record_id=str(the_concern.pk)).get()
    assert entry.person_id == a_dsl_of_the_service.pk
    assert "Monday" not in entry.why
    with acting_as(another_staff_member):
        assert need_to_know.readable_by(another_staff_member).get().level == "summary"


@pytest.mark.rule("DEC-12")
def test_what_an_outside_body_was_told_is_a_row_and_opens_nothing(the_concern, a_dsl_of_the_service, acting_as):
    with acting_as(a_dsl_of_the_service):
        sharing.record_outside(
            record=need_to_know.readable_by(a_dsl_of_the_service).get(),
            with_whom="duty social worker, children's services",
            by=a_dsl_of_the_service,
            what="the account and the body map",
            why="a referral was made",
            ground="protect_child",
            consent="not_asked_safety",
        )
        row = sharing.of(the_concern).get()
        assert row.with_whom == "duty social worker, children's services"
        assert row.with_person is None
        assert ConcernShare.objects.count() == 0


@pytest.mark.rule("DEC-12")
def test_what_was_shared_is_sealed_in_the_database(share, another_staff_member, as_superuser):
    row = share(another_staff_member)
    stored = as_superuser.execute("SELECT count(*) FROM access_sharingrecord WHERE id = %s", [row.pk]).fetchone()
    assert stored == (0,)  # the test's transaction is not committed: read it through the same connection instead
    from django.db import connection

    with acting.as_the_system("look"), connection.cursor() as cursor:
        cursor.execute("SELECT what, why, with_whom FROM access_sharingrecord WHERE id = %s", [row.pk])
        assert all(b"Monday" not in bytes(value) and b"weekend" not in bytes(value) for value in cursor.fetchone())


def test_a_share_is_given_recorded_and_noted_together_or_not_at_all(
    share, another_staff_member, a_dsl_of_the_service, monkeypatch, acting_as
):
    def broken(*_args):
        raise OSError("no room")

    monkeypatch.setattr(sharing, "assign_perm", broken)
    with pytest.raises(OSError, match="no room"):
        share(another_staff_member)
    with acting.as_the_system("look"):
        assert SharingRecord.objects.count() == 0
    assert not TrailEntry.objects.filter(act="shared").exists()


def test_ending_a_share_closes_the_record_at_once_and_keeps_the_row(
    share, the_concern, another_staff_member, a_dsl_of_the_service, acting_as
):
    row = share(another_staff_member, Level.FULL)
    with acting_as(a_dsl_of_the_service):
        sharing.end(sharing=row, record=the_concern, by=a_dsl_of_the_service)
        with pytest.raises(WrongState, match="already ended"):
            sharing.end(sharing=row, record=the_concern, by=a_dsl_of_the_service)
        assert sharing.of(the_concern).get().ended_by == a_dsl_of_the_service
        assert ConcernShare.objects.count() == 0
    with acting_as(another_staff_member):
        assert not Concern.objects.exists()
    assert TrailEntry.objects.filter(act="sharing_ended", record_id=str(the_concern.pk)).count() == 1


def test_sharing_again_at_another_level_replaces_the_first(share, the_concern, another_staff_member, acting_as):
    share(another_staff_member, Level.FULL)
    with pytest.raises(WrongState, match="already see"):
        share(another_staff_member, Level.FULL)
    share(another_staff_member, Level.SUMMARY)
    with acting_as(another_staff_member):
        assert need_to_know.readable_by(another_staff_member).get().level == "summary"
    with acting.as_the_system("look"):
        rows = {row.level: row.ended_at is None for row in sharing.of(the_concern)}
        assert rows == {"full": False, "summary": True}


@pytest.mark.parametrize("name", ["a_staff_member", "another_staff_member"])
def test_only_who_decides_may_share(name, the_concern, the_lead_dsl, acting_as, request):
    person = request.getfixturevalue(name)
    with acting_as(person), pytest.raises(PermissionDenied):
        sharing.share(record=the_concern, with_person=the_lead_dsl, level="full", by=person, why="w", what="w")


def test_nobody_shares_with_themselves_a_leaver_or_a_person_with_a_conflict(
    share, a_dsl_of_the_service, a_leaver, another_staff_member, the_lead_dsl, a_child, acting_as
):
    with pytest.raises(WrongState, match="yourself"):
        share(a_dsl_of_the_service)
    with pytest.raises(WrongState, match="no open account"):
        share(a_leaver)
    with acting_as(the_lead_dsl):
        conflicts.declare(person=another_staff_member, by=the_lead_dsl, kind="relative", reason="aunt", child=a_child)
    with pytest.raises(WrongState, match="cannot be shared with this person"):
        share(another_staff_member)


def test_the_database_refuses_a_second_open_sharing_with_the_same_person(
    share, another_staff_member, a_dsl_of_the_service
):
    from django.db import IntegrityError, transaction

    row = share(another_staff_member)
    with acting.as_the_system("test"), pytest.raises(IntegrityError), transaction.atomic():
        SharingRecord.objects.create(
            key=row.key,
            record_type=row.record_type,
            record_id=row.record_id,
            reference=row.reference,
            with_person=another_staff_member,
            level="full",
            what="x",
            why="x",
            ground="consent",
            consent="given",
            shared_by=a_dsl_of_the_service,
        )


@pytest.mark.rule("DEC-12")
def test_the_page_shares_shows_and_ends(the_concern, a_dsl_of_the_service, another_staff_member, acting_as):
    client = signed_in(a_dsl_of_the_service)
    answer = client.post(
        reverse("access:share_add", args=[the_concern.reference]),
        {
            "with_person": another_staff_member.pk,
            "level": "summary",
            "what": "the entry",
            "why": "teaches the child",
            "ground": "public_task",
            "until_0": "",
            "until_1": "",
            "until_2": "",
        },
    )
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    page = client.get(reverse("access:who_can_see", args=[the_concern.reference])).content.decode()
    assert another_staff_member.name in page
    assert "teaches the child" in page
    with acting_as(a_dsl_of_the_service):
        row = sharing.of(the_concern).get()
    end = reverse("access:share_end", args=[the_concern.reference, row.pk])
    assert client.get(end).status_code == 200
    assert client.post(end).status_code == 302
    with acting_as(another_staff_member):
        assert not Concern.objects.exists()


@pytest.mark.parametrize("page", ["access:who_can_see", "access:share_add", "access:share_outside"])
def test_the_author_may_not_share_and_a_stranger_finds_nothing(
    page, the_concern, a_staff_member, another_staff_member
):
    address = reverse(page, args=[the_concern.reference])
    assert signed_in(a_staff_member).get(address).status_code == 403
    assert signed_in(another_staff_member).get(address).status_code == 404
    assert signed_in(None).get(address).status_code == 302
