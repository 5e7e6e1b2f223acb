"""Word search over sealed text: keyed hashes of stemmed words.

The index holds neither words nor stems; without WORD_INDEX_KEY a hash cannot be tried against a dictionary. What it
still tells a thief of the database is which records share a word, and how many different words a record has.
"""

import hashlib
import hmac
import re
import threading
import unicodedata
from typing import Any

import snowballstemmer
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.fields.array import ArrayContains  # type: ignore[attr-defined]
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Value

MAX_WORDS = 5_000
MAX_QUERY_WORDS = 20
MAX_WORD_LENGTH = 64

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "＇": "'", "`": "'", "´": "'"})
_STOP_WORDS = frozenset(
    """
    a about above after again all am an and any are as at be been before being below between both but by can could
    did do does doing down during each few for from further had has have having he her here hers herself him
    himself his how i if in into is it its itself just me more most my myself no nor not now of off on once only
    or other our ours out over own s same she should so some such t than that the their theirs them then there
    these they this those through to too under until up very was we were what when where which while who whom why
    with would you your yours
    """.split()
)


class WordIndexField(ArrayField):
    """The hashes of a record's words. Give the model ``word_index(name)`` among its indexes."""

    def __init__(self, base_field: models.Field | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("editable", False)
        super().__init__(base_field or models.BigIntegerField(), **kwargs)


@WordIndexField.register_lookup
class HoldsAll(ArrayContains):
    """``search_words__contains``: the hashes are bound as the 64-bit numbers they are.

    Django takes a bare number for a 32-bit one and, when the server binds it, cuts it off without a word.
    """

    def __init__(self, lhs: Any, rhs: Any) -> None:
        if isinstance(rhs, list | tuple):
            rhs = [Value(each, models.BigIntegerField()) if isinstance(each, int) else each for each in rhs]
        super().__init__(lhs, rhs)


def word_index(name: str, field: str = "search_words") -> GinIndex:
    """The GIN index that makes ``search_words__contains=words.query(text)`` quick. ``name`` at most 30 characters."""
    return GinIndex(fields=[field], name=name)


def stems(text: str) -> list[str]:
    """The stems of the words of a text in order, each once; stop words and accents dropped."""
    flat = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    flat = "".join(c for c in flat if not unicodedata.combining(c))
    found: dict[str, None] = {}
    for match in _WORD.finditer(flat):
        word = match.group().removesuffix("'s").replace("'", "")
        if word and word not in _STOP_WORDS:
            found[_stem(word[:MAX_WORD_LENGTH])] = None
    return list(found)


def hashes(text: str) -> list[int]:
    """The keyed hashes of the words of a text, sorted, at most :data:`MAX_WORDS` (the first words of the text)."""
    key = settings.WORD_INDEX_KEY
    return sorted({_hash(key, stem) for stem in stems(text)[:MAX_WORDS]})


def query(text: str) -> list[int]:
    """The hashes a record must contain to be found by ``text``. Empty when it holds no word worth searching for."""
    return [_hash(settings.WORD_INDEX_KEY, stem) for stem in stems(text)[:MAX_QUERY_WORDS]]


class _Stemmers(threading.local):
    """A stemmer for each thread: it keeps the word it works on in itself."""

    def __init__(self) -> None:
        self.english: Any = snowballstemmer.stemmer("english")


_stemmers = _Stemmers()


def _stem(word: str) -> str:
    return _stemmers.english.stemWord(word)


def _hash(key: bytes, stem: str) -> int:
    return int.from_bytes(hmac.digest(key, stem.encode(), hashlib.sha256)[:8], "big", signed=True)
