"""Putting what was typed about an adult into a draft; also after the session has ended (CON-18)."""

import uuid
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import QueryDict

from allegations import operations
from allegations.terms import About
from lps_safeguarding.access import acting
from lps_safeguarding.people.models import User
from lps_safeguarding.web import typed


def about_of(post: QueryDict) -> About:
    """Which of the two forms was posted."""
    return About.HEADTEACHER if post.get("about") == About.HEADTEACHER else About.ADULT


def try_to_keep(user: User, key: uuid.UUID, about: About, post: QueryDict) -> str:
    """Save what was posted as this person's draft. What cannot be saved comes back as a sentence."""
    kept = typed.to_keep(post)
    try:
        if kept:
            operations.save_draft(by=user, draft_id=key, about=about, typed=kept)
    except ValidationError as refused:
        return " ".join(refused.messages)
    return ""


def keep_when_signed_out(about: About | None) -> Callable[[int, uuid.UUID, QueryDict], None]:
    """For `typed.keeps_typed`. `about` None: the posted field says which form it was."""

    def keep_for(person_id: int, key: uuid.UUID, post: QueryDict) -> None:
        writer = User.objects.able_to_sign_in().filter(pk=person_id).first()
        if writer is not None:
            with acting.as_person(writer):
                # A refusal means that it was sent already, or is too long, which the page says again.
                try_to_keep(writer, key, about or about_of(post), post)

    return keep_for
