"""What was typed becomes a draft: from the form, while typing, or after the session has ended (CON-18)."""

import uuid
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import QueryDict

from concerns import need_to_know, operations
from concerns.models import Concern, Decision, Draft
from concerns.terms import Form
from lps_safeguarding.access import acting
from lps_safeguarding.access.refusals import NotThere
from lps_safeguarding.people.models import User
from lps_safeguarding.web import typed

ADDENDUM_TO = "addendum_to"  # in the draft of an addendum: the reference of the concern it is for
STILL_WORRIED = "still_worried"
NOTICE = "notice"  # in the draft of a short form: which one (terms.Notice)
DECISION_ON = "decision_on"  # in the draft of a decision: the reference of the concern it is about


def draft_for(user: User, key: uuid.UUID) -> Draft | None:
    """The person's draft with this key; none yet for a fresh key of theirs. Raises `NotThere` for any other key."""
    draft = need_to_know.drafts_of(user).select_related("key").filter(pk=key).first()
    if draft is None and not typed.is_key_of(user, key):
        raise NotThere
    return draft


def keep(user: User, key: uuid.UUID, form: Form, post: QueryDict) -> None:
    """Save what was posted as this person's draft. Nothing posted is nothing to keep."""
    kept = typed.to_keep(post)
    if kept:
        operations.save_draft(by=user, draft_id=key, form=form, typed=kept)


def keep_when_signed_out(form: Form | None) -> Callable[[int, uuid.UUID, QueryDict], None]:
    """For `typed.keeps_typed`: put the text into the writer's draft when the view was not reached.

    `form` None: the posted field `form` says which.
    """

    def keep_for(person_id: int, key: uuid.UUID, post: QueryDict) -> None:
        writer = User.objects.able_to_sign_in().filter(pk=person_id).first()
        if writer is None:
            return
        which = form or (Form.PINK if post.get("form") == Form.PINK else Form.STANDARD)
        try:
            with acting.as_person(writer):
                keep(writer, key, which, post)
        except ValidationError:
            # It has been sent already, so nothing is lost; or it is too long to be kept, which the page will say again.
            return

    return keep_for


def keep_parts_when_signed_out(person_id: int, key: uuid.UUID, post: QueryDict) -> None:
    """For the last page before sending: what is typed there is added to the draft, which holds the rest."""
    writer = User.objects.able_to_sign_in().filter(pk=person_id).first()
    if writer is None:
        return
    with acting.as_person(writer):
        add_to_draft(writer, key, post)


def add_to_draft(user: User, key: uuid.UUID, post: QueryDict) -> None:
    """Add the boxes of a further page to a draft that is there; nothing without one."""
    draft = Draft.objects.select_related("key").filter(author=user, pk=key).first()
    if draft is not None:
        merged = {**draft.typed, **typed.to_keep(post)}
        operations.save_draft(by=user, draft_id=key, form=Form(draft.form), typed=merged)


def decision_draft(user: User, concern: Concern) -> Draft | None:
    """What this person typed of a decision on this concern and has not recorded yet."""
    recorded = Decision.objects.filter(concern=concern, by=user).values("submission_key")
    for draft in need_to_know.drafts_of(user).exclude(pk__in=recorded).select_related("key").order_by("-saved_at"):
        if draft.typed.get(DECISION_ON) == [concern.reference]:
            return draft
    return None


def forget(user: User, key: uuid.UUID) -> None:
    """What was typed is recorded now: its draft goes, if there is one."""
    draft = need_to_know.drafts_of(user).select_related("key").filter(pk=key).first()
    if draft is not None:
        operations.discard_draft(by=user, draft=draft)
