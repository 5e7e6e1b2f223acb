"""What the reporter does: send a concern, add to it, say that they are still worried, ask for a talk (CON-01 to CON-13)."""

import datetime
import uuid
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from concerns import alerts, need_to_know
from concerns.body_map.marks import MOST_MARKS, TOO_MANY, Mark
from concerns.deadlines import CLOCKS_MAY_DIFFER_BY
from concerns.duty_terms import SpecialDuty
from concerns.models import (
    Addendum,
    ChildFound,
    ChildInConcern,
    Concern,
    ConcernFile,
    Draft,
    EncompassNotice,
    InjuryMark,
    MissingChild,
    StepTaken,
)
from concerns.operations import fgm
from concerns.operations.child_file import file_of
from concerns.operations.locking import key_is_free, locked, one_at_a_time
from concerns.terms import CameToLight, Form
from lps_safeguarding.access import acting
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.guidance import editions
from lps_safeguarding.people.models import Child, User
from lps_safeguarding.vault import files as vault_files
from lps_safeguarding.vault import keys, words
from lps_safeguarding.vault.fields import Sealed, sealed_fields
from lps_safeguarding.vault.references import new_reference

_TEXTS = (
    "place",
    "agency_name",
    "childs_words",
    "what_was_seen",
    "questions_asked",
    "conversation",
    "who_was_present",
    "why_worried",
    "wishes_and_feelings",
    "brought_by_name",
    "brought_by_role",
)


def notice_texts(concern: Concern) -> list[str]:
    """What was written into a short form beside the account, and what was added about the child who is missing."""
    parts: list[Sealed] = []
    for model in (MissingChild, EncompassNotice, StepTaken, ChildFound):
        parts += model.objects.filter(concern=concern).select_related("key")
    return [getattr(part, field.attname) for part in parts for field in sealed_fields(part)]


def words_of(concern: Concern, *more: str) -> list[int]:
    """Keyed hashes of all words of the account and of what was added, for the word search."""
    texts = [getattr(concern, name) for name in _TEXTS]
    addenda = list(concern.addenda.select_related("key"))
    texts += [addendum.text for addendum in addenda]
    texts += [child.part for child in concern.children.select_related("key")]
    if concern.notice:
        texts += notice_texts(concern)
    if concern.injuries or any(addendum.injuries for addendum in addenda):
        texts += [placed.mark.in_full for placed in concern.marks.select_related("key")]
    return words.hashes(" ".join([*texts, *more]))


def _check_what_is_sent(*, form, children, observed_at, place, passed_to, came_to_light, agency_name, texts, now):
    errors: dict[str, str] = {}
    if not children:
        errors["child"] = "Choose the child this is about."
    if observed_at is None:
        errors["observed_at"] = "Say when you saw or heard this."
    elif observed_at > now + CLOCKS_MAY_DIFFER_BY:
        errors["observed_at"] = "The date and time are in the future. Check them."
    if not place.strip():
        errors["place"] = "Say where this was, or who passed it on to you."
    if passed_to is None:
        errors["passed_to"] = "Choose the DSL you are telling."
    if not any(text.strip() for text in texts):
        errors["what_was_seen"] = "Write down what you saw or what was said."
    if form == Form.STANDARD and came_to_light == "":
        errors["came_to_light"] = "Choose how this came to light."
    if came_to_light == CameToLight.AGENCY and not agency_name.strip():
        errors["agency_name"] = "Say which agency told us."
    if errors:
        raise ValidationError(errors)


# --- Marks on the body map (CON-08) ----------------------------------------------------------------------------------
Marks = Sequence[tuple[Child, Mark]]
"""Whose injury, and the mark; in the order in which they are numbered."""


def _check_marks(marks: Marks, children: Sequence[Child]) -> None:
    if len(marks) > MOST_MARKS:
        raise ValidationError({"injuries": TOO_MANY})
    ids = {child.pk for child in children}
    for child, mark in marks:
        if child.pk not in ids:
            raise ValidationError({"injuries": "Say whose injury it is: a child this is about."})
        mark.check()


def _place_marks(
    concern: Concern,
    marks: Marks,
    links: Sequence[ChildInConcern],
    *,
    by: User,
    at: datetime.datetime,
    after: int = 0,
    addendum: Addendum | None = None,
) -> None:
    """Keep the marks, numbered after those that are there. Their number stands on the concern or addendum already."""
    by_child = {link.child_id: link for link in links}
    for number, (child, mark) in enumerate(marks, start=after + 1):
        placed = InjuryMark(
            key=concern.key,
            concern=concern,
            whose=by_child[child.pk],
            addendum=addendum,
            author=by,
            marked_at=at,
            position=number,
            drawing=mark.drawing,
            content=mark.as_data(),
        )
        trail.save(placed, by=by, why="injury on the body map")


# As the system: a reporter with a conflict of interest may not read what they send, and it must be stored all the same.
@transaction.atomic
@acting.as_the_system("send a concern")
def submit_concern(
    *,
    by: User,
    submission_key: uuid.UUID,
    form: Form,
    children: Sequence[tuple[Child, str]],
    observed_at: datetime.datetime,
    place: str,
    passed_to: User | None,
    came_to_light: str = "",
    agency_name: str = "",
    childs_words: str = "",
    what_was_seen: str = "",
    questions_asked: str = "",
    conversation: str = "",
    who_was_present: str = "",
    why_worried: str = "",
    wishes_and_feelings: str = "",
    kinds: Sequence[str] = (),
    particulars: Sequence[str] = (),
    brought_by_name: str = "",
    brought_by_role: str = "",
    brought_by_how: str = "",
    marks: Marks = (),
    files: Sequence[vault_files.CheckedFile] = (),
    draft: Draft | None = None,
    at: datetime.datetime | None = None,
    notice: str = "",
    read_due_at: datetime.datetime | None = None,
    missing_since: datetime.datetime | None = None,
    also_searched: str = "",
) -> Concern:
    """Send a concern (CON-01 to CON-06). Sending the same filled-in form again returns the concern made first (CON-18).

    Raises `ValidationError` by field with sentences. `at`: the time of an earlier form that is entered now (paper).
    `notice` and what follows it: for the short forms (operations/notices.py), which keep more than the account.
    """
    one_at_a_time(submission_key)
    sent_before = Concern.objects.filter(submission_key=submission_key).first()
    if sent_before is not None:
        if sent_before.author_id != by.pk:
            raise PermissionDenied("This form is somebody else’s.")
        return sent_before
    now = at or timezone.now()
    _check_what_is_sent(
        form=form,
        children=children,
        observed_at=observed_at,
        place=place,
        passed_to=passed_to,
        came_to_light=came_to_light,
        agency_name=agency_name,
        texts=(childs_words, what_was_seen, why_worried),
        now=now,
    )
    _check_marks(marks, [child for child, _ in children])
    service = children[0][0].service
    if passed_to is None or not need_to_know.dsls_to_choose(service).filter(pk=passed_to.pk).exists():
        raise ValidationError({"passed_to": "Choose a DSL of the child’s service or the lead DSL."})
    concern = Concern(
        key=keys.new_record_key(),
        reference=new_reference("C"),
        submission_key=submission_key,
        edition=editions.current(timezone.localdate(now)),
        service=service,
        form=form,
        author=by,
        author_name=by.name,
        author_role=by.adult.job_title,
        brought_by_name=brought_by_name,
        brought_by_role=brought_by_role,
        brought_by_how=brought_by_how,
        came_to_light=came_to_light,
        agency_name=agency_name,
        place=place,
        observed_at=observed_at,
        childs_words=childs_words,
        what_was_seen=what_was_seen,
        questions_asked=questions_asked,
        conversation=conversation,
        who_was_present=who_was_present,
        why_worried=why_worried,
        wishes_and_feelings=wishes_and_feelings,
        kinds_by_author=list(kinds),
        kinds=list(kinds),
        injuries=len(marks),
        particulars_by_author=list(particulars),
        particulars=list(particulars),
        passed_to=passed_to,
        assigned_to=passed_to,
        submitted_at=now,
        notice=notice,
        read_due_at=read_due_at,
        missing_since=missing_since,
    )
    concern.search_words = words.hashes(
        " ".join(
            [
                *(getattr(concern, name) for name in _TEXTS),
                *(part for _, part in children),
                *(mark.in_full for _, mark in marks),
                also_searched,
            ]
        )
    )
    if fgm.is_owed(concern, [child for child, _ in children]):
        concern.special_duties = [SpecialDuty.FGM_REPORT]
    trail.save(concern, by=by, why="concern sent")
    links = []
    for position, (child, part) in enumerate(children):
        file_of(child, by=by)
        link = ChildInConcern(key=concern.key, concern=concern, child=child, part=part, position=position)
        trail.save(link, by=by, why="child in the concern")
        links.append(link)
    _place_marks(concern, marks, links, by=by, at=now)
    if SpecialDuty.FGM_REPORT in concern.special_duties:
        fgm.start_fgm_report(concern, by=by)
    for checked in files:
        _file(concern, checked, by=by)
    if draft is not None and draft.author_id == by.pk:
        draft_key = draft.key
        draft.delete()
        keys.destroy(draft_key, by=by, why="draft sent")
    alerts.concern_sent(concern, at=timezone.now())
    return concern


def _file(concern: Concern, checked: vault_files.CheckedFile, *, by: User) -> ConcernFile:
    stored = vault_files.store(checked, key=concern.key, by=by)
    filed = ConcernFile(concern=concern, file=stored, added_by=by)
    trail.save(filed, by=by, why="document added")
    return filed


@transaction.atomic
def file_document(*, concern: Concern, by: User, checked: vault_files.CheckedFile) -> ConcernFile:
    """Keep a document with a concern. It never replaces another one (CON-09)."""
    concern = locked(concern)
    need_to_know.check_can_file_document(by, concern)
    return _file(concern, checked, by=by)


def _add(
    *, concern: Concern, by: User, text: str, submission_key: uuid.UUID, still_worried: bool, marks: Marks
) -> Addendum:
    if not text.strip():
        raise ValidationError(
            {"text": "Say why you are still worried." if still_worried else "Write what is to be added."}
        )
    addendum = Addendum(
        key=concern.key,
        concern=concern,
        author=by,
        text=text,
        still_worried=still_worried,
        injuries=len(marks),
        submission_key=submission_key,
    )
    with key_is_free():
        trail.save(addendum, by=by, why="still worried" if still_worried else "added to the concern")
    if marks:
        links = list(concern.children.select_related("child"))
        _check_marks(marks, [link.child for link in links])
        after = _marks_there(concern)
        _place_marks(concern, marks, links, by=by, at=addendum.written_at, after=after, addendum=addendum)
    concern.search_words = words_of(concern)
    return addendum


def _marks_there(concern: Concern) -> int:
    """How many marks the concern has, those of others included that this person may not read: numbers are not reused."""
    with acting.as_the_system("number a mark"):
        return concern.marks.count()


@transaction.atomic
def add_addendum(*, concern: Concern, by: User, text: str, submission_key: uuid.UUID, marks: Marks = ()) -> Addendum:
    """Add to a concern or put something right. What was sent stays as it was (CON-09)."""
    one_at_a_time(submission_key)
    need_to_know.check_can_add_addendum(by, concern)
    added_before = Addendum.objects.filter(submission_key=submission_key, concern=concern).first()
    if added_before is not None:
        return added_before
    concern = locked(concern)
    addendum = _add(concern=concern, by=by, text=text, submission_key=submission_key, still_worried=False, marks=marks)
    concern.version += 1
    trail.save(concern, by=by, why="added to the concern")
    alerts.addendum_added(concern, addendum)
    return addendum


@transaction.atomic
def say_still_worried(
    *, concern: Concern, by: User, text: str, submission_key: uuid.UUID, marks: Marks = ()
) -> Addendum:
    """The reporter is still worried: it comes back to the queue, whatever became of it before (CON-12)."""
    one_at_a_time(submission_key)
    need_to_know.check_can_say_still_worried(by, concern)
    said_before = Addendum.objects.filter(submission_key=submission_key, concern=concern).first()
    if said_before is not None:
        return said_before
    concern = locked(concern)
    addendum = _add(concern=concern, by=by, text=text, submission_key=submission_key, still_worried=True, marks=marks)
    concern.worried_at = addendum.written_at
    concern.version += 1
    trail.save(concern, by=by, why="the reporter is still worried")
    alerts.still_worried(concern, addendum)
    return addendum


@transaction.atomic
def ask_for_talk(*, concern: Concern, by: User) -> None:
    """The reporter asks a DSL for a talk for themselves (CON-13). Asking twice is asking once."""
    need_to_know.check_can_say_still_worried(by, concern)
    concern = locked(concern)
    if concern.talk_asked_at is not None:
        return
    concern.talk_asked_at = timezone.now()
    concern.version += 1
    trail.save(concern, by=by, why="the reporter asks for a talk")
    alerts.talk_asked(concern)
