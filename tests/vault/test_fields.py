"""Sealed columns: ciphertext in the database, plain on the instance, bound to their row."""

import copy
import pickle
import traceback
import uuid

import pytest
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.db import connection
from django.db.migrations.writer import MigrationWriter
from django.forms import Textarea, modelform_factory
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from lps_safeguarding.audit_trail import trail
from lps_safeguarding.vault import files, keys, sealing
from lps_safeguarding.vault.fields import DESTROYED, SealedBytes, SealedJSONField, SealedTextField
from lps_safeguarding.vault.models import RecordKey, SealedFile
from tests.vault.conftest import make_note
from tests.vault.sealed_records import Line, Note

pytestmark = pytest.mark.django_db
SECRET = "Robin said the bruise came from a fall."


@pytest.fixture
def a_file(a_staff_member) -> SealedFile:
    checked = files.CheckedFile(name="bruise.txt", kind="txt", content=b"words")
    return files.store(checked, key=keys.new_record_key(), by=a_staff_member)


def raw_copy(column: str, source, target, target_column: str | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{target._meta.db_table}" SET "{target_column or column}" ='
            f' (SELECT "{column}" FROM "{source._meta.db_table}" WHERE id = %s) WHERE id = %s',
            [source.pk, target.pk],
        )


def test_the_database_holds_no_word_of_the_text(a_note, column):
    for name in ("text", "facts"):
        stored = column(a_note, name)
        assert stored[:1] == sealing.VERSION
        for word in (b"Robin", b"bruise", b"yard"):
            assert word not in stored
    found = Note.objects.get(pk=a_note.pk)
    assert found.text == SECRET
    assert type(found.text) is str
    assert found.facts == {"where": "yard", "times": [1, 2]}


def test_equal_texts_have_different_ciphertexts(a_note, column):
    other = make_note(text=SECRET)
    assert column(a_note, "text") != column(other, "text")


def test_a_key_loaded_with_the_record_costs_no_query_and_reading_twice_opens_once(a_note, django_assert_num_queries):
    with django_assert_num_queries(1):
        (found,) = Note.objects.with_keys()
        assert found.text == SECRET
        assert found.facts["where"] == "yard"
        assert found.text is found.text


def test_a_list_that_does_not_show_the_text_never_decrypts(a_note, monkeypatch):
    def never(*args, **kwargs):
        raise AssertionError("decrypted")

    monkeypatch.setattr(sealing, "unseal", never)
    assert [note.state for note in Note.objects.all()] == ["open"]


def test_saving_another_column_keeps_the_ciphertext(a_note, column):
    before = column(a_note, "text"), column(a_note, "facts")
    found = Note.objects.get(pk=a_note.pk)
    found.state = "closed"
    found.save()
    assert (column(a_note, "text"), column(a_note, "facts")) == before
    assert found.text == SECRET
    found.save()
    found.text = SECRET  # the same words again, as a form does
    found.facts = {"where": "yard", "times": [1, 2]}
    found.save()
    assert (column(a_note, "text"), column(a_note, "facts")) == before


def test_a_changed_text_is_sealed_anew(a_note, column):
    before = column(a_note, "text")
    a_note.text = "Robin said it was a push."
    a_note.save(update_fields=["text"])
    assert column(a_note, "text") != before
    assert Note.objects.get(pk=a_note.pk).text == "Robin said it was a push."


def test_update_fields_leaves_an_unsaved_text_unsaved(a_note, column):
    before = column(a_note, "text")
    a_note.text = "not to be saved"
    a_note.state = "closed"
    a_note.skip_history_when_saving = True
    a_note.save(update_fields=["state"])
    assert column(a_note, "text") == before
    assert a_note.text == "not to be saved"


def test_data_changed_in_place_is_saved(a_note):
    found = Note.objects.get(pk=a_note.pk)
    found.facts["times"].append(3)
    found.save()
    assert Note.objects.get(pk=a_note.pk).facts["times"] == [1, 2, 3]


def test_refreshing_brings_the_stored_text_back_without_opening_it(a_note, column, monkeypatch):
    before = column(a_note, "text")
    a_note.text = "typed and given up"
    with monkeypatch.context() as patched:
        patched.setattr(sealing, "unseal", lambda *a, **k: pytest.fail("opened"))
        a_note.refresh_from_db()
    assert a_note.text == SECRET
    a_note.save()
    assert column(a_note, "text") == before


def test_a_deferred_text_is_fetched_when_it_is_read(a_note):
    found = Note.objects.defer("text").get(pk=a_note.pk)
    assert "text" in found.get_deferred_fields()
    assert found.text == SECRET
    found = Note.objects.only("state").get(pk=a_note.pk)
    found.state = "closed"
    found.save(update_fields=["state"])
    assert Note.objects.get(pk=a_note.pk).text == SECRET


def test_copies_of_an_instance_read_the_same(a_note, a_file):
    found = SealedFile.objects.with_keys().get(pk=a_file.pk)
    assert copy.deepcopy(found).name == "bruise.txt"
    assert copy.copy(found).name == "bruise.txt"
    assert found.name == "bruise.txt"
    assert copy.deepcopy(found).name == "bruise.txt"
    unsaved = Note(key=a_note.key, text="draft", facts={"a": [1]})
    twin = copy.deepcopy(unsaved.__dict__["facts"])
    twin.value["a"].append(2)
    assert unsaved.facts == {"a": [1]}


def test_an_empty_text_and_no_text_are_told_apart():
    note = make_note()
    found = Note.objects.get(pk=note.pk)
    assert (found.text, found.aside, found.facts) == ("", None, None)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_text_comes_back_as_it_was(text):
    key = RecordKey(pk=uuid.uuid4())
    key.__dict__["data_key"] = sealing.new_key()
    key.wrapped_key = b"x"
    note = Note(key=key, text=text)
    field = Note._meta.get_field("text")
    sealed = field.pre_save(note, True)
    again = Note(pk=note.pk, key=key)
    again.text = SealedBytes(sealed.ciphertext)
    assert again.text == text


def test_nonces_do_not_repeat():
    key = sealing.new_key()
    nonces = {sealing.seal(key, b"same", about=b"same")[1:13] for _ in range(5000)}
    assert len(nonces) == 5000


# --- Bound to its place ---------------------------------------------------------------------------------------------
def test_a_ciphertext_does_not_open_in_another_row_of_the_same_key(a_note):
    twin = Note.objects.create(key=a_note.key, text="other")
    raw_copy("text", a_note, twin)
    with pytest.raises(sealing.CannotOpen):
        _ = Note.objects.get(pk=twin.pk).text


def test_a_ciphertext_does_not_open_in_another_column(a_note):
    raw_copy("text", a_note, a_note, "aside")
    with pytest.raises(sealing.CannotOpen):
        _ = Note.objects.get(pk=a_note.pk).aside


def test_a_ciphertext_does_not_open_in_another_table_even_under_the_same_row_number(a_note):
    line = Line.objects.create(pk=a_note.pk, key=a_note.key, note=a_note, text="other")
    raw_copy("text", a_note, line)
    with pytest.raises(sealing.CannotOpen):
        _ = Line.objects.get(pk=line.pk).text


def test_a_changed_bit_is_noticed_wherever_it_is(a_note, column):
    stored = column(a_note, "text")
    for position in (0, 1, 12, 13, len(stored) - 1):
        altered = bytearray(stored)
        altered[position] ^= 1
        a_note.text = SealedBytes(bytes(altered))
        with pytest.raises(sealing.CannotOpen):
            _ = a_note.text


def test_a_wrapped_key_does_not_open_as_another_records_key(a_note):
    other = make_note(text="other")
    RecordKey.objects.filter(pk=other.key_id).update(wrapped_key=RecordKey.objects.get(pk=a_note.key_id).wrapped_key)
    with pytest.raises(sealing.CannotOpen):
        _ = RecordKey.objects.get(pk=other.key_id).data_key


def test_the_key_of_a_record_cannot_be_exchanged(a_note):
    found = Note.objects.get(pk=a_note.pk)
    found.key = keys.new_record_key()
    with pytest.raises(ValueError, match="cannot be exchanged"):
        found.save()


def test_nothing_is_saved_without_a_key():
    with pytest.raises(ValueError, match="has no key yet"):
        Note(text="x").save()


# --- Versions -------------------------------------------------------------------------------------------------------
def test_a_version_reads_with_the_same_key_and_keeps_the_earlier_text(a_note):
    a_note.text = "second"
    a_note.save()
    assert [version.text for version in a_note.history.order_by("history_id")] == [SECRET, "second"]
    assert a_note.history.first().instance.text == "second"


def test_a_version_saved_through_the_trail_carries_the_very_same_ciphertext(a_staff_member, column, monkeypatch):
    note = Note(key=keys.new_record_key(), text=SECRET, facts={"a": 1})
    trail.save(note, by=a_staff_member, why="first words")
    version = note.history.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT text, facts FROM sealed_records_historicalnote WHERE history_id = %s", [version.pk])
        text, facts = cursor.fetchone()
    assert (bytes(text), bytes(facts)) == (column(note, "text"), column(note, "facts"))
    assert version.text == SECRET


def test_saving_an_unread_record_through_the_trail_opens_nothing(a_note, a_staff_member, monkeypatch):
    found = Note.objects.get(pk=a_note.pk)
    found.state = "closed"
    monkeypatch.setattr(sealing, "unseal", lambda *a, **k: pytest.fail("opened"))
    trail.save(found, by=a_staff_member, why="closed")


def test_two_versions_can_be_compared(a_note):
    a_note.text = "second"
    a_note.save()
    new, old = a_note.history.all()
    assert [(change.old, change.new) for change in new.diff_against(old).changes] == [(SECRET, "second")]


# --- Destroying -----------------------------------------------------------------------------------------------------
@pytest.mark.rule("CPF-07")
def test_with_its_key_destroyed_nothing_of_a_record_reads_any_more(a_note, the_lead_dsl):
    line = Line.objects.create(key=a_note.key, note=a_note, text="a line")
    keys.destroy(a_note.key, by=the_lead_dsl, why="kept long enough")
    for found in (Note.objects.get(pk=a_note.pk), a_note.history.get(), Line.objects.get(pk=line.pk)):
        assert found.text is DESTROYED
        assert "destroyed" in found.text
    assert Note.objects.get(pk=a_note.pk).facts is DESTROYED
    stored = RecordKey.objects.get(pk=a_note.key_id)
    assert bytes(stored.wrapped_key) == b""
    assert (stored.destroyed_by, stored.destroyed_why) == (the_lead_dsl, "kept long enough")


def test_a_destroyed_record_can_still_be_saved_and_takes_no_new_text(a_note, the_lead_dsl, column):
    before = column(a_note, "text")
    keys.destroy(a_note.key, by=the_lead_dsl, why="kept long enough")
    found = Note.objects.with_keys().get(pk=a_note.pk)
    found.state = "closed"
    found.text = found.text
    trail.save(found, by=the_lead_dsl, why="closed")
    assert column(a_note, "text") == before
    assert found.history.first().text is DESTROYED
    found.save()
    found.text = "new words"
    with pytest.raises(ValueError, match="destroyed"):
        found.save()


def test_copies_of_the_notice_are_the_notice():
    assert copy.deepcopy(DESTROYED) is DESTROYED
    assert pickle.loads(pickle.dumps(DESTROYED)) is DESTROYED


# --- Nothing in plain anywhere else ---------------------------------------------------------------------------------
def test_pickles_hold_no_plain_text_and_no_key(a_file):
    found = SealedFile.objects.with_keys().get(pk=a_file.pk)
    assert found.name == "bruise.txt"
    data_key = found.key.data_key
    pickled = pickle.dumps(found)
    assert b"bruise" not in pickled
    assert data_key not in pickled
    assert pickle.loads(pickled).name == "bruise.txt"


def test_what_is_not_sealed_yet_is_not_pickled(a_note):
    a_note.text = "typed just now"
    with pytest.raises(TypeError, match="after it was saved"):
        pickle.dumps(a_note)


def test_representations_show_no_text(a_note):
    a_note.text = "typed bruise"
    shown = f"{a_note} {a_note!r} {a_note.__dict__!r} {a_note.key!r} {a_note.history.first()!r}"
    assert "bruise" not in shown
    found = Note.objects.get(pk=a_note.pk)
    assert found.text == SECRET
    assert "bruise" not in f"{found.__dict__!r} {Note.objects.values('text')!r} {vars(found.key)['wrapping_key_id']}"


def test_an_error_shows_no_text_in_message_traceback_or_frames_of_the_vault(a_note):
    stored = Note.objects.values_list("text", flat=True).get()
    altered = SealedBytes(stored.ciphertext[:-1] + bytes([stored.ciphertext[-1] ^ 1]))
    a_note.refresh_from_db()
    a_note.text = altered
    data_key = a_note.key.data_key
    with pytest.raises(sealing.CannotOpen) as caught:
        _ = a_note.text
    whole = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "bruise" not in str(caught.value)
    assert "bruise" not in whole
    assert caught.value.__cause__ is None
    assert data_key.hex() not in whole


def test_a_refused_save_names_no_text(a_note):
    a_note.text = "a" * 1001 + "bruise"
    with pytest.raises(ValidationError) as caught:
        a_note.full_clean()
    assert "bruise" not in str(caught.value)
    with pytest.raises(TypeError) as refused:
        Note.objects.filter(pk=a_note.pk).update(text="bruise")
    assert "bruise" not in str(refused.value)


def test_a_written_out_record_holds_ciphertext(a_note):
    assert "bruise" not in serializers.serialize("json", Note.objects.all())


def test_the_queries_of_a_save_hold_no_text(a_note):
    with CaptureQueriesContext(connection) as queries:
        a_note.text = "Robin was pushed."
        a_note.save()
    assert "pushed" not in str(queries.captured_queries)


# --- Towards Django -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("lookup", ["text", "text__contains", "text__in", "facts__where", "text__gt"])
def test_sealed_columns_cannot_be_searched_in_the_database(lookup):
    with pytest.raises(FieldError):
        list(Note.objects.filter(**{lookup: "x"}))


def test_whether_a_sealed_column_is_empty_can_be_asked(a_note):
    assert Note.objects.filter(aside__isnull=True).count() == 1


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800"])
def test_control_characters_are_refused_with_a_sentence(a_note, character):
    a_note.text = f"before{character}after"
    with pytest.raises(ValidationError) as caught:
        a_note.full_clean()
    assert "hidden control characters" in caught.value.message_dict["text"][0]


@pytest.mark.parametrize("text", ["😢 👩‍👩‍👧 🇬🇧", "two\nlines\tand a tab", "Zoë – “quoted”", "مرحبا"])
def test_emoji_lines_and_every_script_are_kept(a_note, text):
    a_note.text = text
    a_note.full_clean()
    a_note.save()
    assert Note.objects.get(pk=a_note.pk).text == text


def test_line_ends_of_browsers_become_plain_and_count_once(a_note):
    a_note.text = "\r\n".join(["x"] * 500)
    a_note.full_clean()
    assert a_note.text == "\n".join(["x"] * 500)


def test_a_text_too_long_is_refused_counting_characters(a_note):
    a_note.text = "😢" * 1000
    a_note.full_clean()
    a_note.text = "😢" * 1001
    with pytest.raises(ValidationError) as caught:
        a_note.full_clean()
    assert caught.value.message_dict["text"] == ["This text has 1,001 characters. Shorten it to 1,000 or fewer."]


def test_a_form_shows_the_text_in_a_text_area_that_cuts_nothing(a_note):
    form_class = modelform_factory(Note, fields=["text", "aside", "facts"])
    form = form_class(instance=Note.objects.get(pk=a_note.pk))
    assert isinstance(form.fields["text"].widget, Textarea)
    assert "maxlength" not in str(form["text"])
    assert form.initial["text"] == SECRET
    form = form_class({"text": "x\x00", "aside": "", "facts": "{}"}, instance=a_note)
    assert not form.is_valid()
    form = form_class({"text": "new words", "aside": "", "facts": '{"b": 2}'}, instance=a_note)
    assert form.is_valid(), form.errors
    form.save()
    found = Note.objects.get(pk=a_note.pk)
    assert (found.text, found.aside, found.facts) == ("new words", None, {"b": 2})


def test_a_required_text_left_empty_is_refused(a_note):
    with pytest.raises(ValidationError):
        Line(key=a_note.key, note=a_note, text="").full_clean(exclude=["key", "note"])


def test_fields_write_themselves_into_migrations():
    for field, expected in (
        (SealedTextField(), "lps_safeguarding.vault.fields.SealedTextField()"),
        (
            SealedTextField(max_length=10, blank=True),
            "lps_safeguarding.vault.fields.SealedTextField(blank=True, max_length=10)",
        ),
        (SealedJSONField(null=True), "lps_safeguarding.vault.fields.SealedJSONField(null=True)"),
    ):
        assert MigrationWriter.serialize(field)[0] == expected
        assert field.clone().deconstruct()[1:] == field.deconstruct()[1:]


def test_many_records_can_be_made_at_once():
    key = keys.new_record_key()
    Note.objects.bulk_create([Note(key=key, text=f"text {n}") for n in range(5)])
    assert sorted(note.text for note in Note.objects.with_keys()) == [f"text {n}" for n in range(5)]
