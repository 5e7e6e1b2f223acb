"""Contexts outside the home (CON-16): made, linked with concerns, written on, followed up, joined."""

import datetime
import uuid
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from concerns import alerts, need_to_know
from concerns.models import ChildInConcern, Concern, ConcernContext, Context, ContextFollowUp, ContextNote
from concerns.operations.locking import key_is_free, locked, one_at_a_time
from concerns.states import FollowUpState, check_follow_up_move
from concerns.terms import ContextKind, NoteAbout
from lps_safeguarding.access.refusals import WrongState
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people.models import Child, User
from lps_safeguarding.vault import keys
from lps_safeguarding.vault.references import new_reference


def _check_names_no_child(texts: dict[str, str], children: Iterable[Child]) -> None:
    """Refuse a child's full name: the whole team reads a context, and not the concerns behind it (ACC-01)."""
    for child in children:
        for first in {child.first_name, child.known_as} - {""}:
            full = f"{first} {child.last_name}".casefold()
            for box, text in texts.items():
                if full in " ".join(text.casefold().split()):
                    raise ValidationError(
                        {
                            box: f"This names {child.name}. The whole safeguarding team reads this, and not every "
                            "concern. Leave the name out: the concern is linked."
                        }
                    )


def _children_behind(context: Context, by: User) -> list[Child]:
    """The children of the concerns that share a context, as far as this person may open them."""
    joined = Context.objects.with_those_joined(context)
    links = need_to_know.context_links_readable_by(by).filter(context__in=joined.values("pk"), ended_at__isnull=True)
    return list(
        Child.objects.filter(
            pk__in=ChildInConcern.objects.filter(concern__in=links.values("concern_id")).values("child_id")
        )
    )


def _check_description(*, kind: str, name: str) -> None:
    errors = {}
    if kind not in ContextKind.values:
        errors["kind"] = "Choose what it is."
    if not name.strip():
        errors["name"] = "Give it a name that the whole team will know."
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def make_context(*, by: User, kind: str, name: str, description: str = "", children: Iterable[Child] = ()) -> Context:
    """A place, group, online space or route becomes a thing of its own. `children`: whom its words must not name."""
    need_to_know.check_may_keep_contexts(by)
    _check_description(kind=kind, name=name)
    _check_names_no_child({"name": name, "description": description}, children)
    context = Context(
        key=keys.new_record_key(),
        reference=new_reference("P"),
        kind=kind,
        name=" ".join(name.split()),
        description=description,
        made_by=by,
    )
    trail.save(context, by=by, why="context made")
    return context


@transaction.atomic
def describe_context(
    *, context: Context, by: User, kind: str, name: str, description: str, version: int | None = None
) -> Context:
    """Another name, kind or description; the ones before are its history. Raises `StaleEdit`."""
    need_to_know.check_may_keep_contexts(by)
    context = locked(context, version=version)
    _check_description(kind=kind, name=name)
    _check_names_no_child({"name": name, "description": description}, _children_behind(context, by))
    context.kind, context.name, context.description = kind, " ".join(name.split()), description
    context.version += 1
    trail.save(context, by=by, why="context described anew")
    return context


def _standing(context: Context) -> Context:
    """The one that stands for it: itself, or the one it was joined with."""
    return (
        context
        if context.merged_into_id is None
        else Context.objects.select_related("key").get(pk=context.merged_into_id)
    )


@transaction.atomic
def link_context(*, concern: Concern, context: Context, by: User) -> ConcernContext:
    """This concern happened there, or among them (CON-16). Linking twice is linking once.

    The concern's version stays: a decision that is being written on it is not disturbed.
    """
    need_to_know.check_can_link_context(by, concern)
    concern = locked(concern)
    context = _standing(context)
    before = ConcernContext.objects.filter(
        concern=concern, context__in=Context.objects.with_those_joined(context).values("pk"), ended_at__isnull=True
    ).first()
    if before is not None:
        return before
    link = ConcernContext(concern=concern, context=context, linked_by=by)
    trail.save(link, by=by, why="context linked")
    _note_whether_any(concern, by=by)
    return link


@transaction.atomic
def unlink_context(*, link: ConcernContext, by: User) -> None:
    """It was linked by mistake. The link's history stays."""
    need_to_know.check_can_link_context(by, link.concern)
    concern = locked(link.concern)
    link = ConcernContext.objects.select_for_update(of=("self",), no_key=True).get(pk=link.pk)
    if link.ended_at is not None:
        return
    link.ended_at = timezone.now()
    trail.save(link, by=by, why="context taken away")
    _note_whether_any(concern, by=by)


def _note_whether_any(concern: Concern, *, by: User) -> None:
    has = ConcernContext.objects.filter(concern=concern, ended_at__isnull=True).exists()
    if concern.has_contexts != has:
        concern.has_contexts = has
        trail.save(concern, by=by, why="contexts of the concern")


@transaction.atomic
def write_on_context(
    *,
    context: Context,
    by: User,
    about: str,
    text: str,
    submission_key: uuid.UUID,
    at: datetime.datetime | None = None,
) -> ContextNote:
    """What is happening here, or what was done about it (CON-16). Sending twice makes one note."""
    one_at_a_time(submission_key)
    need_to_know.check_may_keep_contexts(by)
    before = ContextNote.objects.filter(submission_key=submission_key, by=by).first()
    if before is not None:
        return before
    errors = {}
    if about not in NoteAbout.values:
        errors["about"] = "Choose what the note is about."
    if not text.strip():
        errors["text"] = "Write the note."
    if errors:
        raise ValidationError(errors)
    context = _standing(locked(context))
    _check_names_no_child({"text": text}, _children_behind(context, by))
    note = ContextNote(
        key=context.key,
        context=context,
        about=about,
        text=text,
        by=by,
        written_at=at or timezone.now(),
        submission_key=submission_key,
    )
    with key_is_free():
        trail.save(note, by=by, why="note on a context")
    return note


@transaction.atomic
def set_context_follow_up(
    *, context: Context, by: User, owner: User, due_on: datetime.date, what: str
) -> ContextFollowUp:
    """Give somebody on the safeguarding team something to do about a context; they are alerted."""
    need_to_know.check_may_keep_contexts(by)
    errors = {}
    if not what.strip():
        errors["what"] = "Say what is to be done."
    if due_on is None:
        errors["due_on"] = "Say by which day."
    elif due_on < timezone.localdate():
        errors["due_on"] = "The day is in the past. Choose today or a later day."
    if not need_to_know.dsls_of_the_school().filter(pk=owner.pk).exists():
        errors["owner"] = "Choose somebody on the safeguarding team."
    if errors:
        raise ValidationError(errors)
    context = _standing(locked(context))
    _check_names_no_child({"what": what}, _children_behind(context, by))
    follow_up = ContextFollowUp(key=context.key, context=context, what=what, owner=owner, due_on=due_on, set_by=by)
    trail.save(follow_up, by=by, why="follow-up on a context")
    alerts.context_follow_up_set(follow_up)
    return follow_up


@transaction.atomic
def end_context_follow_up(*, follow_up: ContextFollowUp, by: User, what_was_done: str) -> ContextFollowUp:
    """Done: what was done stands among the notes on the context. Raises `WrongState` when it was ended already."""
    need_to_know.check_may_keep_contexts(by)
    if not what_was_done.strip():
        raise ValidationError({"what_was_done": "Say what was done, or why it is not needed."})
    context = locked(follow_up.context)
    follow_up = locked(follow_up)
    check_follow_up_move(follow_up, FollowUpState.DONE)
    _check_names_no_child({"what_was_done": what_was_done}, _children_behind(context, by))
    follow_up.state = FollowUpState.DONE
    follow_up.ended_at, follow_up.ended_by = timezone.now(), by
    follow_up.version += 1
    trail.save(follow_up, by=by, why="follow-up on a context ended")
    note = ContextNote(key=context.key, context=context, about=NoteAbout.DONE, text=what_was_done, by=by)
    trail.save(note, by=by, why="note on a context")
    return follow_up


@transaction.atomic
def join_contexts(*, kept: Context, other: Context, by: User) -> Context:
    """Two entries are the same place or group: `other` is joined with `kept` (CON-16).

    Links, notes and follow-ups stay where they were written and are shown with `kept`; so that nothing of a concern is
    touched which this person may not open, and it can be undone. Raises `WrongState`.
    """
    need_to_know.check_may_keep_contexts(by)
    first, second = sorted(
        (kept, other), key=lambda each: each.pk
    )  # one order for all, so that two never wait in a ring
    rows = {each.pk: locked(each) for each in (first, second)}
    kept, other = rows[kept.pk], rows[other.pk]
    if kept.pk == other.pk:
        raise WrongState("These are the same entry already.")
    if kept.merged_into_id is not None or other.merged_into_id is not None:
        raise WrongState("One of these was joined with another entry meanwhile. Open it again.")
    now = timezone.now()
    for each in [other, *Context.objects.filter(merged_into=other).select_related("key")]:
        each.merged_into, each.merged_at = kept, now
        each.version += 1
        trail.save(each, by=by, why="joined with another context", act="merged")
    return kept


@transaction.atomic
def separate_context(*, context: Context, by: User) -> Context:
    """They were not the same after all: the entry stands on its own again, with what was written on it."""
    need_to_know.check_may_keep_contexts(by)
    context = locked(context)
    if context.merged_into_id is None:
        raise WrongState("This entry stands on its own already.")
    context.merged_into = context.merged_at = None
    context.version += 1
    trail.save(context, by=by, why="separated from another context")
    return context
