"""What people type into long forms, and how none of it gets lost (CON-18).

Each filled-in form has a key: a UUID that names its draft and later the record, so that sending twice makes one. The
key is made for one person: half of it is random, half proves for whom it was made. Somebody else's key, and one that
was made up, are recognised without asking the database.

A form also carries a sealed slip that says who is writing. When the session ends in mid-sentence, the form can still be
posted: without a session the slip lets the server put the text into the writer's own draft, and nothing else. Nothing
is shown, and only the writer, signed in again, gets the text back.
"""

from __future__ import annotations

import functools
import secrets
import unicodedata
import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.core import signing
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.urls import Resolver404, resolve
from django.utils.crypto import salted_hmac
from django.utils.datastructures import MultiValueDict

SLIP = "writer"  # name of the hidden field
_SALT = "lps_safeguarding.web.typed"
_SLIP_AGE = 24 * 60 * 60  # seconds; a session lasts 12 hours at most
_KEPT = "\n\t"


# --- Text -----------------------------------------------------------------------------------------------------------
def tidy(text: str) -> str:
    """The text as typed, without what nobody typed: line ends as one kind, no control characters.

    Word processors paste vertical tabs and form feeds for line ends. Slang, spelling, emoji and accents stay.
    """
    for line_end in ("\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"):
        text = text.replace(line_end, "\n")
    return "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in ("Cc", "Cs"))


class WrittenText(forms.CharField):
    """Free text. Too long is refused with a sentence that says how long it is; control characters are left out."""

    def __init__(self, *, longest: int = 100_000, **kwargs: Any) -> None:
        self.longest = longest
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str | None:
        return super().to_python(tidy(value) if isinstance(value, str) else value)

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > self.longest:
            raise forms.ValidationError(
                f"This has {len(value):,} characters; there is room for {self.longest:,}. "
                "Shorten it, or put the rest into a document and attach that.",
                code="too_long",
            )


# --- Keys of filled-in forms ----------------------------------------------------------------------------------------
def new_key(user: Any) -> uuid.UUID:
    """A key for a form that this person begins to fill in."""
    random = secrets.token_bytes(8)
    return uuid.UUID(bytes=random + _proof(random, user.pk))


def is_key_of(user: Any, key: uuid.UUID) -> bool:
    """Whether `new_key` made this key for this person."""
    return secrets.compare_digest(key.bytes[8:], _proof(key.bytes[:8], user.pk))


def _proof(random: bytes, person: int) -> bytes:
    return salted_hmac(_SALT, random.hex() + str(person), algorithm="sha256").digest()[:8]


# --- The slip -------------------------------------------------------------------------------------------------------
def slip_for(user: Any, key: uuid.UUID) -> str:
    """The hidden field's value: who is writing which form."""
    return signing.dumps([user.pk, str(key)], salt=_SALT)


def _writer_by_slip(slip: str, key: uuid.UUID) -> int | None:
    try:
        person, about = signing.loads(slip, salt=_SALT, max_age=_SLIP_AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return person if about == str(key) else None


Keep = Callable[[int, uuid.UUID, Any], None]
"""`keep(person_id, key, post)`: put what was posted into that person's draft."""


def keeps_typed(keep: Keep) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """For a view with the argument `key`: whatever keeps a POST from reaching it, the text goes into the writer's draft."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @functools.wraps(view)
        def noted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request._typed_arrived = True  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        noted.keep_typed = keep  # type: ignore[attr-defined]
        return noted

    return decorate


class TypedMiddleware:
    """Keeps what was posted when the view was not reached: the session had ended, the page was older than the sign-in.

    Stands outside the middleware that ends sessions and checks who is signed in. The slip, which no other site can
    know, proves whose draft it is; the answer of the others (sign in, then back to the form) is left as it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method == "POST" and not getattr(request, "_typed_arrived", False):
            self._keep(request)
        return response

    @staticmethod
    def _keep(request: HttpRequest) -> None:
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return
        keep: Keep | None = getattr(match.func, "keep_typed", None)
        if keep is None:
            return
        person = _writer_by_slip(request.POST.get(SLIP, ""), match.kwargs["key"])
        if person is not None:
            keep(person, match.kwargs["key"], request.POST)


# --- What a draft holds ---------------------------------------------------------------------------------------------
_NOT_TYPED = frozenset({"csrfmiddlewaretoken", SLIP, "action", "draft"})


def to_keep(post: QueryDict) -> dict[str, list[str]]:
    """What a draft keeps of a posted form: every box as it was typed, right or wrong."""
    return {name: [tidy(value) for value in values] for name, values in post.lists() if name not in _NOT_TYPED}


def as_posted(typed: dict[str, list[str]]) -> QueryDict:
    """A draft's content as the form would send it again."""
    post = QueryDict(mutable=True)
    for name, values in typed.items():
        post.setlist(name, list(values))
    return post


def initial_of(form: forms.BaseForm, typed: dict[str, list[str]]) -> dict[str, Any]:
    """A draft's content for showing in an unsent form, without the form's complaints."""
    post = as_posted(typed)
    return {
        name: field.widget.value_from_datadict(post, MultiValueDict(), name)
        for name, field in form.fields.items()
        if not field.widget.value_omitted_from_data(post, MultiValueDict(), name)
        or isinstance(field.widget, forms.CheckboxInput)
    }
