"""Wrapping keys from the environment, rotation while people work, destruction."""

import base64
import threading

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from lps_safeguarding.vault import keys, sealing
from lps_safeguarding.vault.models import RecordKey
from tests.vault.conftest import make_note
from tests.vault.sealed_records import Line, Note

OLD = base64.b64encode(b"o" * 32).decode()
NEW = base64.b64encode(b"n" * 32).decode()


@pytest.fixture
def before_rotation(settings) -> None:
    settings.VAULT_KEYS = sealing.read_wrapping_keys(f"old:{OLD}")


def bring_the_new_key(settings) -> None:
    settings.VAULT_KEYS = sealing.read_wrapping_keys(f"new:{NEW},old:{OLD}")


def drop_the_old_key(settings) -> None:
    settings.VAULT_KEYS = sealing.read_wrapping_keys(f"new:{NEW}")


# --- The environment ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "VAULT_KEYS is missing"),
        (" , ", "VAULT_KEYS is missing"),
        (OLD, "has no id"),
        (f"a b:{OLD}", "has no id"),
        ("k1:", "is missing"),
        ("k1:not base64!", "is not base64"),
        ("k1:c2hvcnQ=", "has 5 bytes instead of 32"),
        (f"k1:{OLD},k1:{NEW}", 'names "k1" twice'),
    ],
)
def test_wrapping_keys_that_cannot_work_are_refused_with_a_sentence_that_shows_no_key(text, sentence):
    with pytest.raises(ImproperlyConfigured) as refused:
        sealing.read_wrapping_keys(text)
    assert sentence in str(refused.value)
    assert OLD not in str(refused.value)
    assert "openssl rand -base64 32" in str(refused.value) or "twice" in sentence


def test_the_first_wrapping_key_is_the_current_one_and_none_is_shown():
    wrapping = sealing.read_wrapping_keys(f"new:{NEW}, old:{OLD}")
    assert wrapping.current == "new"
    assert "nnnn" not in repr(wrapping)
    assert NEW not in repr(wrapping)


@pytest.mark.django_db
def test_every_record_has_a_key_of_its_own_and_the_database_holds_none_in_plain():
    first, second = keys.new_record_key(), keys.new_record_key()
    assert first.data_key != second.data_key
    assert len(first.data_key) == 32
    stored = RecordKey.objects.get(pk=first.pk)
    assert first.data_key not in bytes(stored.wrapped_key)
    assert stored.data_key == first.data_key


# --- Rotation -------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_rotation_wraps_every_key_anew_and_changes_no_content(before_rotation, settings, capsys):
    notes = [make_note(text=f"text {n}") for n in range(5)]
    destroyed = make_note(text="gone")
    keys.destroy(destroyed.key, by=None, why="kept long enough")
    before = dict(Note.objects.values_list("pk", "text"))
    bring_the_new_key(settings)
    assert Note.objects.get(pk=notes[0].pk).text == "text 0"
    call_command("rotate_vault_keys", batch=2)
    assert "5 keys wrapped anew" in capsys.readouterr().out
    assert dict(Note.objects.values_list("pk", "text")) == before
    drop_the_old_key(settings)
    assert sorted(note.text for note in Note.objects.with_keys() if note.pk != destroyed.pk) == [
        f"text {n}" for n in range(5)
    ]
    assert bytes(RecordKey.objects.get(pk=destroyed.key_id).wrapped_key) == b""
    assert keys.rotate() == 0


@pytest.mark.django_db
def test_without_the_old_wrapping_key_rotation_says_which_is_missing(before_rotation, settings):
    make_note(text="x")
    drop_the_old_key(settings)
    with pytest.raises(CommandError, match='"old" is not in VAULT_KEYS'):
        call_command("rotate_vault_keys")


@pytest.mark.django_db(transaction=True)
def test_keys_are_rotated_while_people_write_and_read(before_rotation, settings):
    notes = [make_note(text=f"text {n}") for n in range(40)]
    bring_the_new_key(settings)
    stop, failures, worked = threading.Event(), [], []

    def work(number: int) -> None:
        try:
            turn = number
            while not stop.is_set():
                with transaction.atomic():
                    note = Note.objects.with_keys().select_for_update(of=("self",)).get(pk=notes[turn % 40].pk)
                    assert note.text.startswith("text")
                    note.text = f"text {turn}"
                    note.save()
                    Line.objects.create(key=note.key, note=note, text="line")
                make_note(text="text new")
                worked.append(turn)
                turn += 7
        except Exception as failure:  # noqa: BLE001 (told by the test below)
            failures.append(failure)
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(n,)) for n in range(3)]
    for worker in workers:
        worker.start()
    try:
        while not worked and not failures:
            stop.wait(0.01)
        call_command("rotate_vault_keys", batch=5)
        so_far = len(worked)
        while len(worked) < so_far + 3 and not failures:
            stop.wait(0.01)
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    assert failures == []
    assert keys.still_to_rotate() == 0
    drop_the_old_key(settings)
    assert all(note.text.startswith("text") for note in Note.objects.with_keys())
    assert {line.text for line in Line.objects.select_related("key")} == {"line"}


@pytest.mark.django_db(transaction=True)
def test_a_key_that_somebody_holds_is_skipped_and_writing_under_a_key_does_not_hold_it(before_rotation, settings):
    held, free = make_note(text="held"), make_note(text="free")
    bring_the_new_key(settings)
    ready, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            RecordKey.objects.select_for_update().get(pk=held.key_id)
            Line.objects.create(key=free.key, note=free, text="being written")
            ready.set()
            done.wait(20)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert ready.wait(20)
    try:
        assert keys.rotate() == 1
        assert keys.still_to_rotate() == 1
        with pytest.raises(CommandError, match="held by others"):
            call_command("rotate_vault_keys", wait=0.1)
    finally:
        done.set()
        holder.join()
    assert keys.rotate() == 1


# --- Destruction ----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.rule("CPF-07")
def test_a_key_is_destroyed_once_with_who_and_why(the_lead_dsl, the_headteacher):
    note = make_note(text="x")
    with pytest.raises(ValueError, match="Say why"):
        keys.destroy(note.key, by=the_lead_dsl, why=" ")
    keys.destroy(note.key, by=the_lead_dsl, why="kept long enough")
    keys.destroy(note.key, by=the_headteacher, why="again")
    assert note.key.is_destroyed
    assert (note.key.destroyed_by, note.key.destroyed_why) == (the_lead_dsl, "kept long enough")
    assert "data_key" not in note.key.__dict__


@pytest.mark.django_db
def test_a_key_is_never_half_destroyed():
    key = keys.new_record_key()
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordKey.objects.filter(pk=key.pk).update(destroyed_why="why", destroyed_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordKey.objects.filter(pk=key.pk).update(wrapped_key=b"")
