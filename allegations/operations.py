"""All changes in this app. Keyword-only, `by=`, atomic, complete: record, history, trail, alerts."""

import datetime
import uuid
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone

from allegations import alerts, need_to_know, routing, states
from allegations.models import IntakeDraft, StaffConcern
from allegations.states import State
from allegations.terms import About, Route
from lps_safeguarding.alerts import outbox
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.guidance import editions
from lps_safeguarding.people.models import Adult, User
from lps_safeguarding.vault import keys
from lps_safeguarding.vault.references import new_reference

MOST_TYPED = 1_000_000  # characters of one draft, all boxes together
CLOCKS_MAY_DIFFER_BY = datetime.timedelta(minutes=5)


def _one_at_a_time(key: uuid.UUID) -> None:
    """Let only one transaction at a time handle this filled-in form: a double click makes one record."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key.int % (1 << 63)])


# --- Sending --------------------------------------------------------------------------------------------------------
@transaction.atomic
def submit_staff_concern(
    *,
    by: User,
    submission_key: uuid.UUID,
    about: About,
    what_happened: str,
    subjects: Sequence[Adult] = (),
    subject_typed: str = "",
    chair_is_part: bool = False,
    happened_at: datetime.datetime | None = None,
    when_typed: str = "",
    place: str = "",
    children: str = "",
    who_else_knows: str = "",
    draft: IntakeDraft | None = None,
    at: datetime.datetime | None = None,
) -> StaffConcern:
    """Send a concern about an adult (ALG-01, ALG-02). The same filled-in form sent again returns the first (CON-18).

    Where it goes is decided here and nowhere else: a subject who is the headteacher sends it to the chair, whatever
    `about` says. Raises `ValidationError` by field with sentences.
    """
    _one_at_a_time(submission_key)
    before = StaffConcern.objects.filter(submission_key=submission_key).first()
    if before is not None:
        if before.author_id != by.pk:
            raise PermissionDenied("This form is somebody else’s.")
        return before
    now = at or timezone.now()
    errors: dict[str, str] = {}
    if not what_happened.strip():
        errors["what_happened"] = "Write down what you saw or heard."
    if about == About.ADULT and not subjects and not subject_typed.strip():
        errors["subject_typed"] = "Say who it is about: choose the person, or type the name or what you know."
    if happened_at is not None and happened_at > now + CLOCKS_MAY_DIFFER_BY:
        errors["happened_at"] = "The date and time are in the future. Check them."
    if errors:
        raise ValidationError(errors)
    chosen = list(subjects)[:2]
    ids = {adult.pk for adult in chosen}
    way = routing.where_to(about=about, subjects=ids, chair_is_part=chair_is_part, at=now)
    concern = StaffConcern(
        key=keys.new_record_key(),
        reference=new_reference("A"),
        submission_key=submission_key,
        about=way.about,
        route=way.route,
        author=by,
        author_name=by.name,
        author_role=by.adult.job_title,
        subject=chosen[0] if chosen else None,
        second_subject=chosen[1] if len(chosen) > 1 else None,
        subject_typed=subject_typed,
        what_happened=what_happened,
        happened_at=happened_at,
        when_typed=when_typed,
        place=place,
        children=children,
        who_else_knows=who_else_knows,
        submitted_at=now,
        routed_to=way.person,
        routed_at=now,
    )
    trail.save(concern, by=by, why="sent", act="submitted")
    if draft is not None and draft.author_id == by.pk:
        _delete(draft, by=by, why="draft sent")
    alerts.tell_who_receives(concern)
    return concern


@transaction.atomic
def mark_read(*, concern: StaffConcern, by: User) -> None:
    """The person it went to has opened it; the reporter sees when. Opening it again changes nothing."""
    need_to_know.check_can_mark_read(by, concern)
    concern = StaffConcern.objects.select_for_update(of=("self",)).select_related("key").get(pk=concern.pk)
    outbox.mark_opened(recipient=by, record=concern)
    if concern.state == State.READ:
        return
    states.check_move(concern, State.READ)
    concern.state = State.READ
    concern.read_at = timezone.now()
    concern.read_by = by
    concern.version += 1
    trail.save(concern, by=by, why="read by the person it was sent to", act="acknowledged")


def hand_on_unread(*, now: datetime.datetime) -> int:
    """Give what is unread to the person it belongs to now, when absences have changed (ALG-01, ALG-02). As the system."""
    handed_on = 0
    for found in StaffConcern.objects.filter(state=State.RECEIVED).order_by("submitted_at"):
        with transaction.atomic():
            concern = StaffConcern.objects.select_for_update(of=("self",)).select_related("key").get(pk=found.pk)
            subjects = {pk for pk in (concern.subject_id, concern.second_subject_id) if pk}
            holder = routing.who_holds(Route(concern.route), subjects=subjects, at=now)
            if concern.state != State.RECEIVED or holder is None or holder.pk == concern.routed_to_id:
                continue
            concern.routed_to = holder
            concern.routed_at = now
            concern.version += 1
            trail.save(concern, by=None, why="handed on: somebody else is there now", act="assigned")
            alerts.tell_who_receives(concern, round=concern.version)
            handed_on += 1
    return handed_on


# --- Drafts ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def save_draft(*, by: User, draft_id: uuid.UUID, about: About, typed: dict) -> IntakeDraft:
    """Keep what `by` has typed so far. What was sent meanwhile does not come back to life: `ValidationError`."""
    if sum(len(str(value)) for value in typed.values()) > MOST_TYPED:
        raise ValidationError("This is too long to keep. Shorten it.")
    _one_at_a_time(draft_id)
    draft = IntakeDraft.objects.select_related("key").filter(pk=draft_id).first()
    if draft is None:
        if StaffConcern.objects.filter(submission_key=draft_id).exists():
            raise ValidationError("This has been sent already.")
        draft = IntakeDraft(id=draft_id, author=by, key=keys.new_record_key())
    elif draft.author_id != by.pk:
        raise PermissionDenied("This draft is somebody else’s.")
    draft.about = about
    draft.typed = typed
    draft.saved_at = timezone.now()
    draft.reminded_at = None
    draft.full_clean(exclude=["author", "key", "id"], validate_unique=False, validate_constraints=False)
    draft.save()
    return draft


@transaction.atomic
def discard_draft(*, by: User, draft: IntakeDraft) -> None:
    """Throw a draft away for good: the row and its key."""
    if draft.author_id != by.pk:
        raise PermissionDenied("This draft is somebody else’s.")
    _delete(draft, by=by, why="draft ended")


def _delete(draft: IntakeDraft, *, by: User | None, why: str) -> None:
    key = draft.key
    draft.delete()
    keys.destroy(key, by=by, why=why)


def delete_old_drafts(*, now: datetime.datetime) -> tuple[int, int]:
    """Remind writers a day before, delete drafts nobody touched for the set time. Returns (reminded, deleted)."""
    last_day = now - datetime.timedelta(days=editions.length("draft_kept", editions.current()).value)
    reminded = deleted = 0
    for draft in IntakeDraft.objects.filter(
        saved_at__lt=last_day + datetime.timedelta(days=1), reminded_at__isnull=True
    ).select_related("author__adult"):
        alerts.draft_will_end(draft)
        draft.reminded_at = now
        draft.save(update_fields=["reminded_at"])
        reminded += 1
    for draft in IntakeDraft.objects.filter(saved_at__lt=last_day, reminded_at__lt=now - datetime.timedelta(hours=20)):
        with transaction.atomic():
            _delete(draft, by=None, why="draft ended")
        deleted += 1
    return reminded, deleted
