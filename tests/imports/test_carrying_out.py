"""From a file to the school's records: exactly what was shown, once, and nothing that was not confirmed."""

import datetime
import logging
import uuid

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from kombu.exceptions import OperationalError

from concerns import operations as concern_operations
from concerns.models import ChildFile, ContactPerson
from lps_safeguarding.access import acting
from lps_safeguarding.access.refusals import WrongState
from lps_safeguarding.audit_trail.models import TrailEntry
from lps_safeguarding.imports import carrying_out, need_to_know, operations, tasks
from lps_safeguarding.imports.columns import Kind
from lps_safeguarding.imports.models import Import
from lps_safeguarding.imports.plans import AS_NEW, What
from lps_safeguarding.imports.states import State
from lps_safeguarding.people import operations as people_operations
from lps_safeguarding.people.models import Adult, Child, RoleHeld, User
from lps_safeguarding.vault.models import RecordKey
from tests.access.differential import differences, seen_by_nobody
from tests.cast import CAST, signed_in
from tests.imports.conftest import fresh
from tests.imports.files_to_import import a_contact, a_pupil, a_row, a_upn, csv_of, ctf_of, xlsx_of
from tests.people.factories import AdultFactory, ChildFactory

pytestmark = pytest.mark.django_db

STAFF_COLUMNS = ["email", "first_name", "last_name", "job_title", "leaves_on"]


def staff_csv(*rows):
    return csv_of(rows, ["Email", "Forename", "Surname", "Job title", "Leaving date"])


@pytest.fixture
def the_roll(the_service):
    """A child who stays, one who changes, one who is not in the file."""
    return (
        ChildFactory(first_name="Robin", last_name="Fairley", upn=a_upn(1), service=the_service,
                     date_of_birth=datetime.date(2012, 5, 14)),
        ChildFactory(first_name="Kit", last_name="Marlow", upn=a_upn(2), service=the_service),
        ChildFactory(first_name="Lee", last_name="Stone", upn=a_upn(3), service=the_service),
    )  # fmt: skip


THE_FILE = [a_row(1), a_row(2, "Kit", "Marlowe"), a_row(9, "Nia", "Vance")]


# --- What is written ----------------------------------------------------------------------------------------------------
@pytest.mark.rule("ROL-05", "ACC-05")
@pytest.mark.parametrize("make", [csv_of, xlsx_of])
def test_a_file_is_written_as_the_preview_showed_with_versions_and_counts_in_the_trail(
    make, the_roll, the_business_manager, carried_out
):
    stays, changes, gone = the_roll
    given = carried_out(the_business_manager, make(THE_FILE), everybody_left_on=timezone.localdate())
    assert (given.state, given.position, given.total) == (State.DONE, 4, 4)
    assert given.numbers == {"ask": 0, "refused": 0, "left": 1, "changed": 1, "new": 1, "same": 1}
    for child in the_roll:
        child.refresh_from_db()
    assert changes.last_name == "Marlowe"
    assert gone.left_on == timezone.localdate()
    new = Child.objects.get(upn=a_upn(9))
    assert (new.name, new.year_group, new.date_of_birth) == ("Nia Vance", 9, datetime.date(2012, 5, 14))
    for child, kind in ((new, "+"), (changes, "~"), (gone, "~")):
        version = child.history.first()
        assert (version.history_type, version.history_user, version.history_change_reason) == (
            kind,
            the_business_manager,
            "import of children",
        )
    assert stays.history.count() == 1
    notes = TrailEntry.objects.filter(act="imported").order_by("pk").values_list("person_id", "why")
    assert list(notes) == [
        (the_business_manager.pk, "confirmed: children, 1 new, 1 changed, 1 left"),
        (the_business_manager.pk, "done: children, 1 new, 1 changed, 1 left"),
    ]


def test_the_same_file_a_second_time_has_nothing_to_write(the_roll, the_business_manager, carried_out, previewed):
    carried_out(the_business_manager, csv_of(THE_FILE))
    again = previewed(the_business_manager, csv_of(THE_FILE))
    assert again.numbers["same"] == 3
    with acting.as_person(the_business_manager), pytest.raises(WrongState, match="nothing to write"):
        operations.confirm(given=again, by=the_business_manager, version=again.version)


def test_nothing_is_written_before_it_is_confirmed(the_roll, the_business_manager, previewed, acting_as):
    before = list(Child.objects.order_by("pk").values())
    given = previewed(the_business_manager, csv_of(THE_FILE), everybody_left_on=timezone.localdate())
    operations.run(given.pk)
    tasks.sweep()
    assert list(Child.objects.order_by("pk").values()) == before
    with acting_as(the_business_manager):
        operations.cancel(given=given, by=the_business_manager)
    operations.run(given.pk)
    assert list(Child.objects.order_by("pk").values()) == before


def test_leavers_by_absence_want_a_tick_of_their_own(the_roll, the_business_manager, previewed, acting_as):
    given = previewed(the_business_manager, csv_of(THE_FILE), everybody_left_on=timezone.localdate())
    with acting_as(the_business_manager), pytest.raises(ValidationError, match="marked as having left"):
        operations.confirm(given=given, by=the_business_manager, version=given.version)


def test_a_preview_that_is_out_of_date_is_not_confirmed(the_roll, the_business_manager, previewed, acting_as):
    given = previewed(the_business_manager, csv_of(THE_FILE))
    with acting_as(the_business_manager):
        operations.say_columns(given=given, by=the_business_manager, columns=fresh(given).said["columns"])
        with pytest.raises(WrongState, match="preview changed"):
            operations.confirm(given=given, by=the_business_manager, version=given.version)


def test_confirmed_twice_it_is_done_once(the_roll, the_business_manager, confirmed, acting_as):
    given = confirmed(the_business_manager, csv_of(THE_FILE))
    with acting_as(the_business_manager), pytest.raises(WrongState, match="confirmed already"):
        operations.confirm(given=given, by=the_business_manager, version=given.version)
    for _ in range(2):
        operations.run(given.pk)
    assert Child.objects.filter(upn=a_upn(9)).count() == 1
    assert Child.history.filter(upn=a_upn(9)).count() == 1


def test_what_somebody_changed_after_the_preview_is_not_overwritten(the_roll, the_business_manager, confirmed):
    _, changes, _ = the_roll
    given = confirmed(the_business_manager, csv_of(THE_FILE))
    people_operations.change_child(child=changes, by=None, last_name="Marlow-Hart")
    ChildFactory(first_name="Nia", last_name="Vance", upn=a_upn(9), service=changes.service)
    operations.run(given.pk)
    given = fresh(given)
    changes.refresh_from_db()
    assert changes.last_name == "Marlow-Hart"
    assert [(line.row, line.why) for line in given.lines] == [
        (3, carrying_out.MEANWHILE),
        (4, carrying_out.THERE_ALREADY),
    ]
    assert given.numbers["refused"] == 2


def test_a_question_is_answered_and_then_written(the_service, the_business_manager, previewed, acting_as):
    named = people_operations.name_unlisted_child(
        by=the_business_manager,
        form_key=uuid.uuid5(uuid.NAMESPACE_OID, "a form"),
        full_name="Robin Fairley",
        service=the_service,
    )
    given = previewed(the_business_manager, csv_of([a_row(1), a_row(2, "Robin", "Fairley", dob="1/2/2011")]))
    assert given.numbers["ask"] == 2
    with acting_as(the_business_manager):
        given = operations.answer(given=given, by=the_business_manager, answers={2: str(named.pk), 3: AS_NEW})
        operations.confirm(given=given, by=the_business_manager, version=given.version)
    operations.run(given.pk)
    named.refresh_from_db()
    assert (named.upn, named.identity_to_confirm, named.year_group) == (a_upn(1), False, 9)
    assert Child.objects.filter(last_name="Fairley").count() == 2


def test_two_answers_cannot_name_one_child(the_service, the_business_manager, previewed, acting_as):
    child = ChildFactory(first_name="Robin", last_name="Fairley", upn=None, service=the_service,
                         date_of_birth=datetime.date(2010, 1, 1))  # fmt: skip
    given = previewed(the_business_manager, csv_of([a_row(1, upn=""), a_row(2, upn="", dob="15/05/2012")]))
    assert given.numbers["ask"] == 2
    with acting_as(the_business_manager):
        given = operations.answer(
            given=given, by=the_business_manager, answers={2: str(child.pk), 3: str(child.pk), 4: "nonsense"}
        )
    assert given.numbers["ask"] == 1


# --- Staff --------------------------------------------------------------------------------------------------------------
@pytest.mark.rule("ROL-05")
def test_staff_become_adults_without_account_and_without_role(the_administrator, carried_out):
    accounts, roles = User.objects.count(), RoleHeld.objects.count()
    content = staff_csv(["nia.vance@example.org", "Nia", "Vance", "Lead DSL", ""])
    given = carried_out(the_administrator, content, kind=Kind.STAFF, columns=STAFF_COLUMNS)
    assert given.numbers["new"] == 1
    adult = Adult.objects.get(email="nia.vance@example.org")
    assert adult.history.get().history_user == the_administrator
    assert (User.objects.count(), RoleHeld.objects.count()) == (accounts, roles)


@pytest.mark.rule("ACC-06")
def test_a_leaver_of_the_file_loses_access_at_once(the_administrator, a_staff_member, carried_out):
    client = signed_in(a_staff_member)
    assert client.get("/").status_code == 200
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    content = staff_csv([a_staff_member.email.upper(), "Tom", "Harland", "Teacher", f"{yesterday:%d/%m/%Y}"])
    given = carried_out(the_administrator, content, kind=Kind.STAFF, columns=STAFF_COLUMNS)
    assert given.numbers["left"] == 1
    assert client.get("/").status_code == 302
    assert not Session.objects.filter(pk=client.session.session_key).exists()
    a_staff_member.adult.refresh_from_db()
    assert a_staff_member.adult.leaves_on == yesterday
    assert User.objects.filter(pk=a_staff_member.pk).exists()


def test_an_address_never_changes_by_an_import(the_administrator, carried_out):
    adult = AdultFactory(email="", first_name="Nia", last_name="Vance")
    carried_out(
        the_administrator, staff_csv(["n@example.org", "Bo", "Lund", "", ""]), kind=Kind.STAFF, columns=STAFF_COLUMNS
    )
    adult.refresh_from_db()
    assert adult.email == ""


# --- Transfer file ------------------------------------------------------------------------------------------------------
@pytest.mark.rule("CPF-01", "CPF-05", "ROL-05")
def test_contacts_of_a_transfer_file_go_into_the_childs_file_unseen_and_once(
    the_service, the_business_manager, a_dsl_of_the_service, carried_out, acting_as
):
    content = ctf_of(a_pupil(1, contacts=f"<Contacts>{a_contact()}{a_contact('Omar', phone='')}</Contacts>"))
    given = carried_out(the_business_manager, content, kind=Kind.CTF, service_of_new=the_service.pk)
    assert given.numbers["new"] == 1
    with acting_as(a_dsl_of_the_service):
        assert [(c.name, c.telephone, c.position) for c in ContactPerson.objects.select_related("key")] == [
            ("Ms Maya Fairley", "01632 496900", 1),
            ("Ms Omar Fairley", "", 2),
        ]
    for person in (the_business_manager,):
        with acting_as(person):
            assert not ContactPerson.objects.exists()
            assert not ChildFile.objects.exists()


def test_a_contact_the_dsls_have_is_left_as_it_is(
    the_service, the_business_manager, a_dsl_of_the_service, carried_out, acting_as
):
    content = ctf_of(a_pupil(1, contacts=f"<Contacts>{a_contact()}</Contacts>"), a_pupil(2, "Kit"))
    carried_out(the_business_manager, content, kind=Kind.CTF, service_of_new=the_service.pk)
    with acting_as(a_dsl_of_the_service):
        contact = ContactPerson.objects.select_related("key", "child_file__key").get()
        concern_operations.set_contact(
            child_file=contact.child_file, by=a_dsl_of_the_service, contact=contact, name=contact.name,
            relation="Mother", telephone="01632 496911", do_not_contact=True,
        )  # fmt: skip
    other = ctf_of(a_pupil(1, "Robyn", contacts=f"<Contacts>{a_contact()}</Contacts>"))
    carried_out(the_business_manager, other, kind=Kind.CTF)
    with acting_as(a_dsl_of_the_service):
        contact = ContactPerson.objects.select_related("key").get()
        assert (contact.telephone, contact.do_not_contact) == ("01632 496911", True)


# --- Killed, stopped, without a queue -----------------------------------------------------------------------------------
@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(operations, "ROWS_AT_A_TIME", 2)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_leaves_whole_parts_and_the_next_goes_on(
    small_parts, the_service, the_business_manager, confirmed, monkeypatch
):
    monkeypatch.setattr(tasks.run, "delay", lambda key: None)
    given = confirmed(the_business_manager, csv_of([a_row(n, "Nia", f"Vance{'abcde'[n]}") for n in range(5)]))
    write, calls = carrying_out.write, []

    class Killed(BaseException):
        """No part of the program catches it, as none catches SIGKILL."""

    def killed_in_the_second_part(import_, part):
        why = write(import_, part)
        calls.append(part)
        if len(calls) == 2:
            raise Killed
        return why

    monkeypatch.setattr(carrying_out, "write", killed_in_the_second_part)
    with pytest.raises(Killed):
        operations.run(given.pk)
    assert Child.objects.count() == 2
    assert fresh(given).position == 2
    monkeypatch.setattr(carrying_out, "write", write)
    tasks.sweep()
    assert fresh(given).state == State.DONE
    assert Child.objects.count() == 5
    assert Child.history.count() == 5


def test_a_part_that_fails_leaves_nothing_of_itself_and_three_failures_stop_it(
    small_parts, the_service, the_business_manager, confirmed, monkeypatch, caplog
):
    given = confirmed(the_business_manager, csv_of([a_row(n, "Nia", f"Vance{'abcde'[n]}") for n in range(5)]))
    write = carrying_out.write

    def fails_in_the_second_part(import_, part):
        why = write(import_, part)
        if import_.position == 2:
            raise RuntimeError("Vance")
        return why

    monkeypatch.setattr(carrying_out, "write", fails_in_the_second_part)
    with caplog.at_level(logging.ERROR):
        for _ in range(5):
            tasks.sweep()
    given = fresh(given)
    assert (given.state, given.position) == (State.STOPPED, 2)
    assert Child.objects.count() == 2
    assert "Vance" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_without_a_queue_it_waits_visibly_and_the_sweep_begins_it(
    the_service, the_business_manager, confirmed, monkeypatch
):
    def gone(*arguments, **more):
        raise OperationalError("no redis")

    monkeypatch.setattr(tasks.run, "delay", gone)
    given = confirmed(the_business_manager, csv_of([a_row(1)]))
    page = signed_in(the_business_manager).get(f"/imports/{given.pk}/").content.decode()
    assert "Waiting to begin" in page
    assert not Child.objects.exists()
    tasks.sweep()
    assert fresh(given).state == State.DONE
    assert Child.objects.count() == 1


def test_an_import_of_somebody_who_lost_the_role_stops(the_service, the_business_manager, confirmed):
    given = confirmed(the_business_manager, csv_of([a_row(1)]))
    RoleHeld.objects.filter(user=the_business_manager).update(
        until_date=timezone.localdate() - datetime.timedelta(days=1)
    )
    operations.run(given.pk)
    assert fresh(given).state == State.STOPPED
    assert not Child.objects.exists()


# --- What is kept, and for how long -------------------------------------------------------------------------------------
@pytest.mark.rule("ACC-05")
def test_the_file_is_deleted_on_confirming_and_everything_else_after_a_day(
    the_service, the_business_manager, confirmed, previewed
):
    waits = previewed(the_business_manager, csv_of([a_row(2, "Kit")]))
    given = confirmed(the_business_manager, csv_of([a_row(1), a_row(5, dob="x")]))
    assert waits.content
    assert fresh(given).content is None
    operations.run(given.pk)
    assert [line.row for line in fresh(given).lines] == [3]
    operations.sweep(timezone.now() + datetime.timedelta(hours=23))
    assert fresh(waits).content
    operations.sweep(timezone.now() + datetime.timedelta(hours=25))
    for old, state in ((waits, State.CANCELLED), (given, State.DONE)):
        now = fresh(old)
        assert now.state == state
        assert now.lines == []
        assert RecordKey.objects.get(pk=now.key_id).is_destroyed
        with acting.as_the_system("test"):
            held = Import.objects.filter(pk=now.pk).values("content").get()
        assert held["content"] is None


def test_nothing_of_a_row_is_in_clear_in_the_database(the_business_manager, previewed, as_superuser, the_service):
    given = previewed(the_business_manager, csv_of([a_row(1, "Zebedee", "Quillfeather")]))
    (row,) = as_superuser.execute("SELECT t::text FROM imports_import t").fetchall() or [("",)]
    assert given.numbers["new"] == 1
    for word in ("Zebedee", "Quillfeather", a_upn(1)):
        assert word not in row[0]
        assert word.encode().hex() not in row[0]


# --- Who ----------------------------------------------------------------------------------------------------------------
@pytest.mark.rule("ROL-05", "ACC-01")
@pytest.mark.parametrize("kind", list(Kind))
def test_who_may_import_what(kind, request):
    may = {
        Kind.CHILDREN: {"the_business_manager", "the_administrator"},
        Kind.CTF: {"the_business_manager", "the_administrator"},
        Kind.STAFF: {"the_administrator"},
    }[kind]
    for name in CAST:
        if name == "nobody_signed_in":
            continue
        person = request.getfixturevalue(name)
        with acting.as_person(person):
            assert need_to_know.can_import(person, kind) == (name in may), name
            if name not in may:
                with pytest.raises(PermissionDenied):
                    operations.take_in(by=person, kind=kind, content=csv_of([a_row(1)]))


@pytest.mark.rule("ACC-01", "ACC-04")
def test_both_walls_show_an_import_to_its_sender_only(
    request, the_service, the_business_manager, the_administrator, previewed
):
    everybody = [request.getfixturevalue(name) for name in CAST if name != "nobody_signed_in"]
    previewed(the_business_manager, csv_of([a_row(1)]))
    own = previewed(the_administrator, csv_of([a_row(1)]))
    previewed(
        the_administrator, staff_csv(["n@example.org", "Bo", "Lund", "", ""]), kind=Kind.STAFF, columns=STAFF_COLUMNS
    )
    assert differences(Import, need_to_know.imports_of, everybody) == []
    assert seen_by_nobody(Import) == set()
    assert signed_in(the_business_manager).get(f"/imports/{own.pk}/").status_code == 404
    RoleHeld.objects.filter(user=the_administrator, role="administrator").delete()
    assert differences(Import, need_to_know.imports_of, everybody) == []
    with acting.as_person(the_administrator):
        assert not Import.objects.exists()


def test_the_numbers_of_each_kind_add_up(the_roll, the_business_manager, previewed):
    given = previewed(the_business_manager, csv_of([*THE_FILE, a_row(4, dob="x")]))
    assert sum(given.numbers.values()) == given.total == 4
    assert set(given.numbers) == {what.value for what in What}
