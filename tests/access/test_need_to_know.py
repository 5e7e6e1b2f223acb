"""Who sees a record, and who does not: by Python, by the database alone, and by both together."""

import datetime

import pytest
from django.db import connection, transaction
from django.utils import timezone

from concerns import need_to_know
from concerns.models import Concern
from lps_safeguarding.access import acting, conflicts, sharing
from lps_safeguarding.access.levels import Level
from lps_safeguarding.access.models import Conflict, SharingRecord
from tests.access.differential import differences, seen_by_nobody
from tests.access.records import a_concern, assign
from tests.cast import CAST


@pytest.fixture
def the_author(a_staff_member):
    return a_staff_member


@pytest.fixture
def the_concern(the_author, the_service, a_child):
    return a_concern(author=the_author, service=the_service, child=a_child)


@pytest.fixture
def everybody(request):
    return [request.getfixturevalue(name) for name in CAST if name != "nobody_signed_in"]


def readers(everybody) -> set[str]:
    """Who sees any concern at all, by the database alone."""
    found = set()
    for person in everybody:
        person.forget_roles()
        with acting.as_person(person):
            if Concern.objects.exists():
                found.add(str(person.adult.last_name))
    return found


@pytest.mark.rule("ACC-01")
def test_a_new_concern_is_seen_by_its_author_and_the_dsls_of_its_service_only(the_concern, everybody):
    assert readers(everybody) == {"Harland", "Okafor", "Farrow"}
    assert seen_by_nobody(Concern) == set()


@pytest.mark.rule("ACC-01")
def test_each_sees_at_their_own_level(the_concern, the_author, a_dsl_of_the_service, another_staff_member, acting_as):
    with acting_as(a_dsl_of_the_service):
        sharing.share(
            record=need_to_know.readable_by(a_dsl_of_the_service).get(),
            with_person=another_staff_member,
            level=Level.SUMMARY,
            by=a_dsl_of_the_service,
            why="teaches the child",
            what="that there is a worry",
        )
    for person, level in (
        (the_author, Level.OWN_ENTRY),
        (a_dsl_of_the_service, Level.FULL),
        (another_staff_member, Level.SUMMARY),
    ):
        with acting_as(person):
            assert need_to_know.readable_by(person).get().level == level


@pytest.mark.rule("ACC-01")
def test_who_it_was_passed_to_sees_it_until_that_ends(the_concern, another_staff_member, acting_as):
    row = assign(the_concern, another_staff_member)
    with acting_as(another_staff_member):
        assert Concern.objects.count() == 1
    with acting.as_the_system("test"):
        row.ended_at = timezone.now()
        row.save()
    with acting_as(another_staff_member):
        assert Concern.objects.count() == 0


@pytest.mark.rule("ROL-05", "ROL-06")
@pytest.mark.parametrize("name", ["the_administrator", "the_chair", "a_committee_member", "the_lead_committee_member"])
def test_administrators_and_committee_members_see_no_case_content(name, the_concern, request, acting_as):
    person = request.getfixturevalue(name)
    with acting_as(person), connection.cursor() as cursor:
        for model in (Concern, SharingRecord):
            cursor.execute(f"SELECT count(*) FROM {model._meta.db_table}")
            assert cursor.fetchone()[0] == 0
        cursor.execute("SELECT count(*) FROM concerns_historicalconcern")
        assert cursor.fetchone()[0] == 0
        cursor.execute("SELECT count(*) FROM concerns_childinconcern")
        assert cursor.fetchone()[0] == 0
        assert not need_to_know.readable_by(person).exists()


@pytest.mark.rule("ROL-05")
def test_a_superusers_flag_opens_nothing(the_concern, the_administrator, acting_as, monkeypatch):
    monkeypatch.setattr(type(the_administrator), "is_superuser", True)
    monkeypatch.setattr(type(the_administrator), "is_staff", True)
    with acting_as(the_administrator):
        assert not need_to_know.readable_by(the_administrator).exists()
        assert not Concern.objects.exists()


@pytest.mark.rule("ACC-02")
def test_a_conflict_with_the_record_shuts_it_to_the_dsl_of_the_service(
    the_concern, a_dsl_of_the_service, the_lead_dsl, acting_as
):
    with acting_as(the_lead_dsl):
        conflicts.declare(
            person=a_dsl_of_the_service,
            by=the_lead_dsl,
            kind=Conflict.Kind.SUBJECT,
            reason="is part of what happened",
            record=need_to_know.readable_by(the_lead_dsl).get(),
        )
    with acting_as(a_dsl_of_the_service):
        assert not Concern.objects.exists()
        assert not need_to_know.readable_by(a_dsl_of_the_service).exists()
    with acting.as_the_system("Python alone"):
        assert not need_to_know.readable_by(a_dsl_of_the_service).exists()


@pytest.mark.rule("ACC-02")
def test_a_declared_conflict_with_a_child_shuts_every_record_about_the_child_even_to_the_lead_dsl(
    the_author, the_service, a_child, a_child_of_another_service, the_lead_dsl, acting_as
):
    shut = a_concern(author=the_author, service=the_service, child=a_child)
    other = a_concern(author=the_author, service=the_service, child=a_child_of_another_service)
    with acting_as(the_lead_dsl):
        assert Concern.objects.count() == 2
        conflicts.declare(
            person=the_lead_dsl, by=the_lead_dsl, kind=Conflict.Kind.RELATIVE, reason="my nephew", child=a_child
        )
    with acting_as(the_lead_dsl):
        assert list(Concern.objects.all()) == [other]
        assert list(need_to_know.readable_by(the_lead_dsl)) == [other]
    later = a_concern(author=the_author, service=the_service, child=a_child)
    with acting_as(the_lead_dsl):
        assert shut not in Concern.objects.all()
        assert later not in Concern.objects.all()


@pytest.mark.rule("ACC-01")
def test_an_expired_or_unrecorded_share_opens_nothing(
    the_concern, a_dsl_of_the_service, another_staff_member, acting_as
):
    with acting_as(a_dsl_of_the_service):
        row = sharing.share(
            record=need_to_know.readable_by(a_dsl_of_the_service).get(),
            with_person=another_staff_member,
            level=Level.FULL,
            by=a_dsl_of_the_service,
            why="covers the lesson",
            what="the entry",
            expires_at=timezone.now() + datetime.timedelta(hours=2),
        )
    with acting_as(another_staff_member):
        assert need_to_know.readable_by(another_staff_member).get().level == Level.FULL
    with acting.as_the_system("time passes"):
        SharingRecord.objects.filter(pk=row.pk).update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    with acting_as(another_staff_member):
        assert not Concern.objects.exists()
        assert not need_to_know.readable_by(another_staff_member).exists()
    with acting.as_the_system("Python alone"):
        assert not need_to_know.readable_by(another_staff_member).exists()


@pytest.mark.rule("ACC-01", "ACC-02", "ACC-03")
def test_the_two_walls_are_equal_for_everybody(
    everybody, the_author, the_service, another_service, a_child, a_child_of_another_service, acting_as, request
):
    lead, dsl, other = (
        request.getfixturevalue(name) for name in ("the_lead_dsl", "a_dsl_of_the_service", "another_staff_member")
    )
    head = request.getfixturevalue("the_headteacher")
    concerns = [
        a_concern(author=the_author, service=the_service, child=a_child),
        a_concern(author=dsl, service=another_service, child=a_child_of_another_service),
        a_concern(author=other, service=another_service, child=a_child),
        a_concern(author=head, service=the_service, child=a_child_of_another_service),
    ]
    assign(concerns[0], other)
    with acting_as(lead):
        for number, (level, person) in enumerate([(Level.SUMMARY, head), (Level.FULL, other), (Level.SUMMARY, dsl)]):
            sharing.share(
                record=need_to_know.readable_by(lead).get(pk=concerns[number + 1 if number else 0].pk),
                with_person=person,
                level=level,
                by=lead,
                why="for the work",
                what="the entry",
            )
        conflicts.declare(person=dsl, by=lead, kind="relative", reason="a cousin", child=a_child_of_another_service)
        conflicts.declare(
            person=other,
            by=lead,
            kind="other",
            reason="is a witness",
            record=need_to_know.readable_by(lead).get(pk=concerns[2].pk),
        )
    assert differences(Concern, need_to_know.readable_by, everybody) == []


def test_an_injected_statement_cannot_become_somebody_else(the_concern, another_staff_member, the_lead_dsl, acting_as):
    forgeries = (
        f"SELECT set_config('app.person', '{the_lead_dsl.pk}', true)",
        f"SELECT set_config('app.services', '{{{the_concern.service_id}}}', true)",
        "SELECT set_config('app.roles', '{lead_dsl,headteacher}', true)",
        "SELECT set_config('app.system', 'injected', true)",
    )
    for forgery in forgeries:
        with acting_as(another_staff_member), connection.cursor() as cursor, transaction.atomic():
            cursor.execute(forgery)
            cursor.execute("SELECT count(*) FROM concerns_concern")
            assert cursor.fetchone()[0] == 0, forgery
            cursor.execute("SELECT cardinality(concerns_concern_open_to_me('full'))")
            assert cursor.fetchone()[0] == 0, forgery
            transaction.set_rollback(True)


def test_an_injected_statement_cannot_give_itself_access(the_concern, another_staff_member, acting_as):
    from django.db.utils import ProgrammingError

    me, concern = another_staff_member.pk, the_concern
    with acting.as_the_system("look up"), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM auth_permission WHERE codename = 'read_full' ORDER BY id LIMIT 1")
        permission = cursor.fetchone()[0]
    statements = (
        "INSERT INTO concerns_concernshare (user_id, permission_id, content_object_id) "
        f"VALUES ({me}, {permission}, '{concern.pk}')",
        "INSERT INTO access_breakglass (id, record_type, record_id, reference, person_id, reason, opened_at, expires_at,"
        " reviewer_id, review_due_at, finding, review_note, key_id) VALUES (gen_random_uuid(), 'concerns.concern',"
        f" '{concern.pk}', '', {me}, '', now(), now() + interval '1 minute', {concern.author_id}, now(), '', '',"
        f" '{concern.key_id}')",
        "INSERT INTO access_sharingrecord (id, record_type, record_id, reference, with_person_id, with_whom, level, what,"
        " why, ground, consent, shared_at, shared_by_id, key_id) VALUES (gen_random_uuid(), 'concerns.concern',"
        f" '{concern.pk}', '', {me}, '', 'full', '', '', '', '', now(), {me}, '{concern.key_id}')",
        "INSERT INTO concerns_assignment (id, concern_id, person_id, why, since)"
        f" VALUES (gen_random_uuid(), '{concern.pk}', {me}, 'chosen', now())",
    )
    for statement in statements:
        with acting_as(another_staff_member), pytest.raises(ProgrammingError, match="row-level security"):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


def test_the_owner_sees_no_case_content_unless_as_the_system(the_concern, postgres, database_name):
    # A connection of its own: the test's rows are not committed, the policies are the same.
    with postgres.connect(database_name, role="lps_owner") as owner:
        owner.execute("BEGIN")
        plan = owner.execute("EXPLAIN (COSTS OFF) SELECT * FROM concerns_concern").fetchall()
        assert "SESSION_USER" in str(plan).upper()
        assert owner.execute("SELECT count(*) FROM concerns_concern").fetchone() == (0,)


@pytest.mark.parametrize("name", ["a_staff_member", "a_dsl_of_the_service", "the_headteacher"])
def test_the_policies_hold_in_a_parallel_plan(name, the_concern, request, acting_as):
    person = request.getfixturevalue(name)
    with acting_as(person):
        before = Concern.objects.count()
        with connection.cursor() as cursor:
            for setting in (
                "parallel_setup_cost = 0",
                "parallel_tuple_cost = 0",
                "min_parallel_table_scan_size = 0",
                "max_parallel_workers_per_gather = 2",
                "enable_indexscan = off",
                "enable_indexonlyscan = off",
                "enable_bitmapscan = off",
            ):
                cursor.execute(f"SET LOCAL {setting}")
            cursor.execute("EXPLAIN SELECT count(*) FROM concerns_concern")
            assert "Gather" in str(cursor.fetchall())
            assert Concern.objects.count() == before
            assert need_to_know.readable_by(person).count() == before
