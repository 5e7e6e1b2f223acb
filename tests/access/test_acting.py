"""For whom the database works: set for the transaction, gone after it, never somebody else's."""

import pytest
from django.db import connection, transaction

from lps_safeguarding.access import acting, seal
from lps_safeguarding.access.refusals import OtherIdentity


def setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [name])
        return cursor.fetchone()[0]


def seal_holds() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_seal_holds()")
        return cursor.fetchone()[0]


def test_a_persons_settings_are_there_inside_and_gone_afterwards(a_dsl_of_the_service, the_service):
    with acting.as_person(a_dsl_of_the_service):
        assert setting("app.person") == str(a_dsl_of_the_service.pk)
        assert setting("app.services") == f"{{{the_service.pk}}}"
        assert setting("app.roles") == "{service_dsl,staff}"
        assert seal_holds()
    assert setting("app.person") == ""
    assert setting("app.services") == ""
    assert acting.now_acting() == acting.NOBODY


def test_work_for_one_person_cannot_go_on_as_another(a_staff_member, the_lead_dsl):
    with acting.as_person(a_staff_member):
        with pytest.raises(OtherIdentity):
            with acting.as_person(the_lead_dsl):
                pass
        assert setting("app.person") == str(a_staff_member.pk)


def test_the_system_may_act_as_a_person_and_a_person_comes_back_after_the_system(a_staff_member):
    with acting.as_the_system("test"), acting.as_person(a_staff_member):
        assert setting("app.system") == ""
        with acting.as_the_system("test within"):
            assert setting("app.person") == ""
            assert setting("app.system") == "test within"
            assert seal_holds()
        assert setting("app.person") == str(a_staff_member.pk)
        assert setting("app.system") == ""
        assert seal_holds()


def test_after_an_error_inside_the_earlier_settings_are_back(a_staff_member):
    with acting.as_person(a_staff_member):
        with pytest.raises(ZeroDivisionError), acting.as_the_system("test"):
            raise ZeroDivisionError
        assert setting("app.person") == str(a_staff_member.pk)
        assert setting("app.system") == ""
        assert seal_holds()


@pytest.mark.django_db(transaction=True)
def test_the_connection_carries_nothing_into_the_next_transaction(a_staff_member):
    with acting.as_person(a_staff_member):
        backend = connection.connection.info.backend_pid
    with pytest.raises(ZeroDivisionError), acting.as_person(a_staff_member):
        raise ZeroDivisionError
    assert connection.connection.info.backend_pid == backend
    for name in ("app.person", "app.services", "app.roles", "app.system", "app.seal"):
        assert setting(name) == ""
    with transaction.atomic():
        assert not seal_holds()


def test_a_forged_setting_breaks_the_seal(a_staff_member, the_lead_dsl):
    with acting.as_person(a_staff_member):
        for name, value in (
            ("app.person", str(the_lead_dsl.pk)),
            ("app.services", "{1,2,3}"),
            ("app.roles", "{lead_dsl}"),
            ("app.system", "forged"),
        ):
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
                assert not seal_holds(), name
                transaction.set_rollback(True)
            assert seal_holds()


def test_a_seal_is_good_for_its_own_server_process_only(a_staff_member):
    with acting.as_person(a_staff_member):
        values = acting.now_acting().settings()
        elsewhere = seal.of(connection.connection.info.backend_pid + 1, *values)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.seal', %s, true)", [elsewhere])
            assert not seal_holds()
            transaction.set_rollback(True)


def test_the_applications_role_cannot_read_or_replace_the_key_of_the_seal(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone()[0] == "lps_app"
    for statement in (
        "SELECT * FROM access_sealkey",
        "UPDATE access_sealkey SET inner_pad = ''::bytea",
        "DELETE FROM access_sealkey",
    ):
        assert _rows_or_refused(statement) == 0
    assert _rows_or_refused("INSERT INTO access_sealkey (id, inner_pad, outer_pad) VALUES (1, '', '')") == 0


def _rows_or_refused(statement: str) -> int:
    from django.db.utils import ProgrammingError

    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.rowcount
    except ProgrammingError:
        return 0


def test_the_seal_does_not_stand_in_the_list_of_running_queries(a_staff_member):
    with acting.as_person(a_staff_member):
        value = setting("app.seal")
        assert len(value) == 64
    with acting.as_person(a_staff_member), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE query LIKE %s", ["%" + value[:20] + "%"])
        # Only the question itself contains it.
        assert cursor.fetchone()[0] <= 1
