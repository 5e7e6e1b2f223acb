"""An import's steps: taken in, columns said, questions answered, confirmed, carried out in parts, emptied.

Nothing is written to anybody's record before `confirm`. Afterwards a worker does a part of the plan at a time, each in
one transaction with the position it has come to: a worker that is killed leaves whole parts behind, and the next one
goes on where it stopped.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from lps_safeguarding.access import acting
from lps_safeguarding.access.refusals import WrongState
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.imports import carrying_out, need_to_know, planning, plans, states, wake
from lps_safeguarding.imports.columns import Kind, missing, plain
from lps_safeguarding.imports.models import Import
from lps_safeguarding.imports.plans import What
from lps_safeguarding.imports.states import State
from lps_safeguarding.people.models import User
from lps_safeguarding.vault import keys

log = logging.getLogger(__name__)

ROWS_AT_A_TIME = 250
MOST_ATTEMPTS = 3


# --- Before it is confirmed -------------------------------------------------------------------------------------------
@transaction.atomic
def take_in(*, by: User, kind: str, content: bytes) -> Import:
    """Keeps a file sealed for its sender. Raises Unreadable when nothing in it can be read."""
    need_to_know.check_can_import(by, kind)
    planning.look_at(kind, content)
    taken = Import(kind=kind, by=by, content=content, key=keys.new_record_key())
    taken.save(force_insert=True)
    return taken


def _locked(given: Import, by: User) -> Import:
    now = Import.objects.select_for_update(of=("self",), no_key=True).select_related("key").get(pk=given.pk)
    need_to_know.check_can_import(by, now.kind)
    return now


@transaction.atomic
def say_columns(
    *,
    given: Import,
    by: User,
    columns: Sequence[str] = (),
    services: Mapping[str, int] | None = None,
    service_of_new: int | None = None,
    everybody_left_on: dt.date | None = None,
) -> Import:
    """What the columns hold, and what the words in the service column mean. Makes the plan, which the preview shows.

    Remembered for the next file of this kind.
    """
    given = _locked(given, by)
    states.check_move(given.state, State.READY)
    services = dict(services or {})
    headings: Sequence[str] = ()
    if given.kind != Kind.CTF:
        sentence = missing(given.kind, columns)
        if sentence:
            raise ValidationError(sentence)
        headings = planning.sheet_of(given).headings
        if len(columns) != len(headings):
            raise ValidationError("The file has changed meanwhile. Choose it again.")
    given.said = {
        "columns": list(columns),
        "services": services,
        "service_of_new": service_of_new,
        "everybody_left_on": everybody_left_on.isoformat() if everybody_left_on else None,
    }
    lines = planning.plan_of(given)
    given.plan, given.numbers, given.total = plans.to_json(lines), plans.counts(lines), len(lines)
    given.state, given.touched_at = State.READY, timezone.now()
    given.version += 1
    given.save()
    _remember(given.kind, headings, columns, services)
    trail.note(by=by, act="listed", why=f"preview of an import: {given.kind}")
    return given


def _remember(kind: str, headings: Sequence[str], columns: Sequence[str], services: Mapping[str, int]) -> None:
    said = {plain(heading): slug for heading, slug in zip(headings, columns, strict=True) if slug and plain(heading)}
    before = planning.remembered(kind)
    before.columns |= said
    before.services |= services
    before.save()


@transaction.atomic
def answer(*, given: Import, by: User, answers: Mapping[int, str], version: int | None = None) -> Import:
    """Who the people are whom the program could not be sure about: a key, "new" or "leave", by row number."""
    given = _locked(given, by)
    states.check_move(given.state, State.READY)
    lines = planning.answered(given, given.lines, answers)
    given.plan, given.numbers, given.total = plans.to_json(lines), plans.counts(lines), len(lines)
    given.touched_at = timezone.now()
    given.version += 1
    given.save()
    return given


@transaction.atomic
def confirm(*, given: Import, by: User, version: int, leavers_checked: bool = False) -> Import:
    """Go ahead, with exactly what the preview showed. The file itself is deleted now; the plan waits for a worker.

    Confirming twice starts it once. Raises WrongState when the preview is out of date or it is under way already.
    """
    given = _locked(given, by)
    states.check_move(given.state, State.CONFIRMED)
    if given.version != version:
        raise WrongState("The preview changed since this page was opened. Look at it again, and confirm it then.")
    lines = given.lines
    if not any(line.is_written for line in lines):
        raise WrongState("There is nothing to write: no row is new and nothing has changed.")
    if any(not line.row for line in lines) and not leavers_checked:
        raise ValidationError({"leavers_checked": "Look at who would be marked as having left, then tick the box."})
    given.content = None
    given.state, given.confirmed_at, given.touched_at = State.CONFIRMED, timezone.now(), timezone.now()
    given.position = given.attempts = 0
    given.total = len(lines)
    given.save()
    trail.note(by=by, act="imported", why=f"confirmed: {_in_numbers(given)}")
    wake.after_commit(given.pk)
    return given


@transaction.atomic
def cancel(*, given: Import, by: User) -> Import:
    """Nothing is done; the file and what was read of it are deleted."""
    given = _locked(given, by)
    states.check_move(given.state, State.CANCELLED)
    given.state = State.CANCELLED
    _empty(given)
    return given


def _in_numbers(given: Import) -> str:
    numbers = given.numbers
    return f"{given.kind}, " + ", ".join(f"{numbers.get(what.value, 0)} {what.value}" for what in plans.WRITTEN)


def _empty(given: Import) -> None:
    given.content, given.plan, given.said = None, [], {}
    given.emptied_at = timezone.now()
    given.save()
    keys.destroy(given.key, by=None, why="import emptied")


# --- In the background ------------------------------------------------------------------------------------------------
def run(import_id: uuid.UUID) -> None:
    """Does what is left of a confirmed import, a part at a time. Two workers at once: the second one leaves."""
    while _part(import_id):
        pass


def _part(import_id: uuid.UUID) -> bool:
    """One part. False: nothing more to do here (finished, stopped, or another worker is at it)."""
    try:
        with acting.as_the_system("import"):
            waiting = Import.objects.to_be_run().select_for_update(of=("self",), no_key=True, skip_locked=True)
            given = waiting.select_related("key", "by__adult").filter(pk=import_id).first()
            return given is not None and _do(given)
    except Exception as failure:  # noqa: BLE001 (whatever it is, what was done before stays done)
        # The kind of failure only: a message could hold what stands in the file.
        log.error("A part of an import failed: %s", type(failure).__name__)
        return _failed_once_more(import_id)


def _do(given: Import) -> bool:
    if not (given.by.can_sign_in() and need_to_know.can_import(given.by, given.kind)):
        _finish(given, State.STOPPED)
        return False
    lines = given.lines
    part = lines[given.position : given.position + ROWS_AT_A_TIME]
    not_taken = carrying_out.write(given, part)
    for line in part:
        if id(line) in not_taken:
            line.what, line.why = What.REFUSED, not_taken[id(line)]
    if not_taken:
        given.plan = plans.to_json(lines)
    given.position += len(part)
    given.attempts = 0
    given.state = State.RUNNING
    given.touched_at = timezone.now()
    if given.position >= len(lines):
        _finish(given, State.DONE)
        return False
    given.save(update_fields=["plan", "position", "attempts", "state", "touched_at"] if not_taken else _PROGRESS)
    return True


_PROGRESS = ["position", "attempts", "state", "touched_at"]


def _finish(given: Import, state: State) -> None:
    """What is left is numbers, and for a day the rows that were not taken."""
    lines = given.lines
    done = lines[: given.position]
    given.numbers = plans.counts(done)
    given.plan = plans.to_json(line for line in done if line.what in (What.REFUSED, What.ASK))
    given.state, given.finished_at, given.touched_at = state, timezone.now(), timezone.now()
    given.save()
    trail.note(by=given.by, act="imported", why=f"{state}: {_in_numbers(given)}")


def _failed_once_more(import_id: uuid.UUID) -> bool:
    """A part that fails three times stops the import; what came before it stays, and the page says so."""
    with acting.as_the_system("import"):
        waiting = Import.objects.to_be_run().select_for_update(of=("self",), no_key=True, skip_locked=True)
        given = waiting.select_related("key", "by__adult").filter(pk=import_id).first()
        if given is None:
            return False
        given.attempts += 1
        if given.attempts >= MOST_ATTEMPTS:
            _finish(given, State.STOPPED)
        else:
            given.save()
        return False


def sweep(now: dt.datetime) -> list[uuid.UUID]:
    """Empties what has been kept long enough, and says which imports wait for a worker."""
    with acting.as_the_system("imports kept long enough"):
        for given in Import.objects.to_be_emptied(now).select_for_update(of=("self",), skip_locked=True).with_keys():
            if given.state in (State.UPLOADED, State.READY):
                given.state = State.CANCELLED
            _empty(given)
        return list(Import.objects.to_be_run().values_list("pk", flat=True))
