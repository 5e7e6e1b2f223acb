"""Word search over keyed hashes."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lps_safeguarding.vault import words
from tests.vault.conftest import make_note
from tests.vault.sealed_records import Note


def found(text: str) -> list[str]:
    return sorted(note.reference for note in Note.objects.filter(search_words__contains=words.query(text)))


@pytest.mark.django_db
def test_a_record_is_found_by_its_words_in_any_form_and_order():
    make_note(reference="A", search_words=words.hashes("Zoë's bruises: she was HITTING the wall, café"))
    make_note(reference="B", search_words=words.hashes("A bruise on the arm"))
    assert found("bruise") == ["A", "B"]
    assert found("walls bruised") == ["A"]
    assert found("zoe hit cafe") == ["A"]
    assert found("Zoe’s") == ["A"]
    assert found("elephant") == []


def test_accents_apostrophes_case_and_compatibility_forms_do_not_matter():
    assert words.hashes("O’Brien CAFÉ ﬁle") == words.hashes("o'brien cafe\u0301 file")
    assert words.stems("don't stop") == words.stems("dont STOP")


def test_stop_words_alone_search_for_nothing_and_names_are_no_stop_words():
    assert words.query("the and of") == []
    assert words.query("?!") == []
    assert len(words.query("Will")) == 1


def test_hashes_fit_a_signed_64_bit_column_are_bounded_and_sorted():
    many = words.hashes(" ".join(f"word{n}x" for n in range(20_000)))
    assert len(many) == words.MAX_WORDS
    assert many == sorted(set(many))
    assert all(-(2**63) <= value < 2**63 for value in many)
    assert len(words.query(" ".join(f"word{n}x" for n in range(100)))) == words.MAX_QUERY_WORDS


def test_another_key_gives_other_hashes(settings):
    before = words.hashes("bruise")
    settings.WORD_INDEX_KEY = base64.b64decode("A" * 43 + "=")
    assert words.hashes("bruise") != before


@given(st.text(max_size=200))
def test_every_word_of_a_text_finds_it(text):
    index = set(words.hashes(text))
    assert set(words.query(text)) <= index


@pytest.mark.django_db
def test_the_column_holds_no_word():
    note = make_note(search_words=words.hashes("bruise"))
    assert "bruise" not in str(Note.objects.values_list("search_words", flat=True).get(pk=note.pk))
