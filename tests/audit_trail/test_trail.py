"""Writing to the trail, reading it, and saving records through it."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from lps_safeguarding.audit_trail import acts, readings, trail
from lps_safeguarding.audit_trail.models import TrailEntry
from lps_safeguarding.vault import keys
from tests.vault.sealed_records import Line, Note

pytestmark = pytest.mark.django_db


# --- Notes ----------------------------------------------------------------------------------------------------------
@pytest.mark.rule("ACC-05")
def test_an_entry_says_who_did_what_when_on_which_record(a_note, a_dsl_of_the_service, the_service):
    a_note.reference = "N-7F3W-94KQ"
    before = timezone.now()
    entry = trail.note(by=a_dsl_of_the_service, act="read", record=a_note, service=the_service, why="triage")
    stored = TrailEntry.objects.get(pk=entry.pk)
    assert stored.person_id == a_dsl_of_the_service.pk
    assert (stored.act, stored.record_type, stored.record_id) == ("read", "sealed_records.note", str(a_note.pk))
    assert (stored.reference, stored.service_id, stored.why) == ("N-7F3W-94KQ", the_service.pk, "triage")
    assert before - datetime.timedelta(seconds=5) < stored.at < timezone.now() + datetime.timedelta(seconds=5)
    assert entry.at == stored.at


@pytest.mark.rule("CPF-06")
def test_opening_a_childs_file_is_on_the_childs_trail(a_child, a_dsl_of_the_service):
    trail.note(by=a_dsl_of_the_service, act="opened_by_break_glass", record=a_child, why="covering for KS4")
    (reading,) = readings.of_child(a_child, types=[type(a_child)])
    assert reading.who == a_dsl_of_the_service.name
    assert reading.what == "Opened by break glass"
    assert reading.by_break_glass
    assert reading.why == "covering for KS4"


def test_the_system_leaves_entries_too_and_nobody_unknown_does(a_note):
    assert trail.note(by=None, act="escalated", record=a_note).person_id is None
    from django.contrib.auth.models import AnonymousUser

    with pytest.raises(ValueError, match="names a person"):
        trail.note(by=AnonymousUser(), act="read")


@pytest.mark.parametrize("why", ["two\nlines", "x" * 201, "a\x00b", "tab\there"])
def test_a_reason_is_one_short_line(a_note, why):
    with pytest.raises(ValueError, match="one neutral line"):
        trail.note(by=None, act="read", record=a_note, why=why)


def test_an_unknown_act_is_a_mistake_of_the_program(a_note):
    with pytest.raises(ValueError, match=r"acts\.py"):
        trail.note(by=None, act="frobnicated", record=a_note)


def test_every_act_has_words():
    assert all(acts.words_for(act) and len(act) <= 40 for act in acts.ACTS)
    assert set(acts.ACTS) > acts.LOOKING


def test_an_entry_carries_the_request_it_belongs_to():
    token = trail.request_id.set("r-1")
    try:
        assert trail.note(by=None, act="listed").request_id == "r-1"
    finally:
        trail.request_id.reset(token)


# --- What the application's own database user cannot do -------------------------------------------------------------
@pytest.mark.rule("ACC-05")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_trail_trailentry SET why = 'x'",
        "DELETE FROM audit_trail_trailentry",
        "TRUNCATE audit_trail_trailentry",
        "INSERT INTO audit_trail_traillink VALUES (999, 999, now(), '', '')",
        "UPDATE audit_trail_trailhead SET position = 0",
        "DELETE FROM audit_trail_traillink",
        "INSERT INTO audit_trail_checkpoint (size, head_hash, at, key_id, signature) VALUES (1, '', now(), '', '')",
        "INSERT INTO audit_trail_trailentry (id, act, record_type, record_id, reference, child_file_id, why, request_id)"
        " OVERRIDING SYSTEM VALUE VALUES (1, 'read', '', '', '', '', '', '')",
        "ALTER TABLE audit_trail_trailentry DISABLE TRIGGER ALL",
        "DROP TRIGGER only_grows ON audit_trail_trailentry",
        "SET session_replication_role = replica",
        "SELECT audit_trail_seal(0, sha256('x'), now(), 'me', 'me')",
        "UPDATE sealed_records_historicalnote SET state = 'closed'",
        "DELETE FROM vault_sealedfile",
    ],
)
def test_the_applications_database_user_cannot_alter_the_past(a_note, statement):
    trail.note(by=None, act="read", record=a_note)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.rule("ACC-05")
def test_an_entry_cannot_be_dated_back_or_numbered(a_note):
    long_ago = timezone.now() - datetime.timedelta(days=400)
    entry = TrailEntry(act="read", at=long_ago)
    entry.save(force_insert=True)
    assert TrailEntry.objects.get(pk=entry.pk).at > timezone.now() - datetime.timedelta(minutes=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        TrailEntry(pk=entry.pk + 1000, act="read").save(force_insert=True)


@pytest.mark.rule("ACC-05")
@pytest.mark.parametrize(
    "table",
    ["audit_trail_trailentry", "audit_trail_traillink", "audit_trail_checkpoint", "sealed_records_historicalnote",
     "vault_sealedfile", "vault_sealedfilecontent"],
)  # fmt: skip
@pytest.mark.parametrize("what", ["DELETE FROM {}", "TRUNCATE {} CASCADE", "UPDATE {} SET {} = {}"])
def test_not_even_the_superuser_alters_the_past_by_a_plain_statement(as_superuser, table, what):
    column = as_superuser.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_identity = 'NO' LIMIT 1",
        [table],
    ).fetchone()[0]
    with pytest.raises(Exception, match="only grows"):
        as_superuser.execute(what.format(table, column, column))


# --- Saving ---------------------------------------------------------------------------------------------------------
@pytest.mark.rule("ACC-05")
def test_saving_leaves_a_version_with_who_and_why_and_an_entry(a_staff_member):
    note = Note(key=keys.new_record_key(), reference="N-1", text="words", author=a_staff_member)
    assert trail.save(note, by=a_staff_member, why="first words").act == "created"
    note.state = "closed"
    assert trail.save(note, by=a_staff_member, why="dealt with").act == "changed"
    assert trail.save(note, by=None, why="sealed", act="closed").act == "closed"
    versions = list(note.history.order_by("history_id"))
    assert [v.history_change_reason for v in versions] == ["first words", "dealt with", "sealed"]
    assert [v.history_user for v in versions] == [a_staff_member, a_staff_member, None]
    assert [r.what for r in readings.of(note)] == ["Closed", "Changed", "Recorded"]
    assert not hasattr(note, "_history_user")


def test_a_record_that_does_not_hold_water_is_not_saved(a_staff_member):
    note = Note(key=keys.new_record_key(), state="odd", text="x\x00")
    with pytest.raises(ValidationError) as refused:
        trail.save(note, by=a_staff_member, why="x")
    assert set(refused.value.message_dict) == {"state", "text"}
    assert Note.objects.count() == TrailEntry.objects.count() == 0
    line = Line(key=note.key, text="x")
    with pytest.raises(ValidationError) as refused:
        trail.save(line, by=a_staff_member, why="x")
    assert "note" in refused.value.message_dict


def test_a_broken_constraint_of_the_table_is_a_sentence(a_staff_member, monkeypatch):
    note = Note(key=keys.new_record_key(), state="odd", text="x")
    monkeypatch.setattr(Note, "full_clean", lambda self, **kwargs: None)
    with pytest.raises(ValidationError) as refused:
        trail.save(note, by=a_staff_member, why="x")
    assert refused.value.messages == ["A note is open or closed."]
    assert Note.objects.count() == 0


def test_another_error_of_the_database_goes_through(a_note, a_staff_member):
    with pytest.raises(IntegrityError):
        trail.save(Note(pk=a_note.pk, key=a_note.key, text="again"), by=a_staff_member, why="x")


def test_saving_costs_no_query_for_foreign_keys(a_note, a_staff_member, django_assert_num_queries):
    found = Note.objects.select_related("author").get(pk=a_note.pk)
    found.author = a_staff_member
    # savepoint, update, version, entry, release: nothing to look up
    with django_assert_num_queries(5):
        trail.save(found, by=a_staff_member, why="x")


@pytest.mark.rule("ACC-05", "CPF-06")
def test_what_cannot_be_noted_is_not_saved(a_note, a_staff_member, as_superuser, monkeypatch):
    def full(self, *args, **kwargs):
        raise DatabaseError("no room")

    monkeypatch.setattr(TrailEntry, "save", full)
    a_note.state = "closed"
    with pytest.raises(DatabaseError):
        trail.save(a_note, by=a_staff_member, why="x")
    assert Note.objects.get(pk=a_note.pk).state == "open"
    assert a_note.history.count() == 1


# --- Reading --------------------------------------------------------------------------------------------------------
@pytest.mark.rule("CPF-06")
def test_who_has_looked_is_newest_first_with_names_in_two_queries(
    a_note, a_staff_member, a_dsl_of_the_service, django_assert_num_queries
):
    for person, act in ((a_dsl_of_the_service, "read"), (a_staff_member, "read_own"), (None, "escalated")):
        trail.note(by=person, act=act, record=a_note)
    trail.note(by=a_staff_member, act="read", record=Note(key=a_note.key))
    with django_assert_num_queries(2):
        seen = readings.of(a_note)
    assert [r.who for r in seen] == ["The system", a_staff_member.name, a_dsl_of_the_service.name]
    assert [r.is_looking for r in seen] == [False, True, True]
    assert [r.who for r in readings.of(a_note, limit=1)] == ["The system"]
    assert len(readings.by_person(a_staff_member)) == 2


def test_the_first_reading_by_one_of_certain_people_is_found(a_note, a_staff_member, a_dsl_of_the_service):
    trail.note(by=a_staff_member, act="read", record=a_note)
    first = trail.note(by=a_dsl_of_the_service, act="read", record=a_note)
    trail.note(by=a_dsl_of_the_service, act="read", record=a_note)
    assert readings.first_reading(a_note, people=[a_dsl_of_the_service.pk]).pk == first.pk
    assert readings.first_reading(a_note).person_id == a_staff_member.pk
    assert readings.first_reading(Note(key=a_note.key)) is None


@pytest.mark.rule("ACC-05")
def test_the_trail_has_no_switch():
    """No setting and no argument leaves an entry out: the module has no condition around the insert."""
    import inspect

    source = inspect.getsource(trail.note)
    assert "settings" not in source
    assert "entry.save(force_insert=True)\n    return entry" in source
