"""Printed chronologies: ordered, taken by a worker, made, told, deleted after their time (CPF-03).

The row is the truth and the message to the worker a wake-up. A worker holds a lease; one that dies lets it run out, and
the sweep gives the order to another. After three attempts it is shown as not made, and can be asked for again.
"""

import datetime
import logging
import uuid

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from concerns import alerts, need_to_know
from concerns.chronology import EVERYTHING, Wanted
from concerns.models import ChildFile, PrintedChronology
from concerns.models.printing import PrintState
from lps_safeguarding.access import acting
from lps_safeguarding.access.refusals import WrongState
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people.models import User
from lps_safeguarding.vault import files, keys
from lps_safeguarding.vault.references import new_reference

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
LEASE = datetime.timedelta(seconds=120)
"""Longer than any task may run (CELERY_TASK_TIME_LIMIT): whoever still holds it after that is dead."""
MOST_AT_ONCE = 5
"""Orders of one person that are not done: a finger that rests on the button must not fill the queue."""


@transaction.atomic
def order_chronology(*, child_file: ChildFile, by: User, wanted: Wanted = EVERYTHING) -> PrintedChronology:
    """Ask for a document. The same order that still waits is given back instead of a second one."""
    need_to_know.check_can_print_chronology(by, child_file)
    waiting = need_to_know.printed_readable_by(by).filter(state__in=[PrintState.WAITING, PrintState.WORKING])
    same = waiting.filter(child_file=child_file, wanted=wanted.as_data()).first()
    if same is not None:
        return same
    if waiting.count() >= MOST_AT_ONCE:
        raise WrongState(f"{MOST_AT_ONCE} documents of yours are being made. Wait until one of them is ready.")
    order = PrintedChronology(
        key=keys.new_record_key(),
        reference=new_reference("P"),
        child_file=child_file,
        asked_by=by,
        wanted=wanted.as_data(),
    )
    order.full_clean(exclude=["key", "child_file", "asked_by", "document"], validate_unique=False)
    PrintedChronology.save(order, force_insert=True)
    trail.note(by=by, act="printed", record=child_file, reference=child_file.reference, why="chronology ordered")
    _wake_on_commit(order)
    return order


@transaction.atomic
def try_again(*, order: PrintedChronology, by: User) -> PrintedChronology:
    """What was not made, or is deleted, is ordered anew with the same filter."""
    if order.state not in (PrintState.FAILED, PrintState.EXPIRED):
        raise WrongState("This document is being made, or ready already.")
    return order_chronology(child_file=order.child_file, by=by, wanted=Wanted.from_data(order.wanted))


def _wake_on_commit(order: PrintedChronology) -> None:
    transaction.on_commit(lambda: wake(order.pk), robust=True)


def wake(order_id: uuid.UUID) -> None:
    """Tell a worker. The queue may be away: then the order waits for the sweep, and its page says so."""
    from concerns.tasks import make_chronology

    try:
        make_chronology.delay(str(order_id))
    except Exception as failure:  # noqa: BLE001 (whatever the queue's library raises: the sweep comes each minute)
        log.warning("The queue did not take an order to print (%s)", type(failure).__name__)


# --- The worker's side ------------------------------------------------------------------------------------------------
def take(order_id: uuid.UUID, *, now: datetime.datetime) -> PrintedChronology | None:
    """Claim an order that nobody works at. None: somebody does, it is done, or it was tried often enough."""
    with acting.as_the_system("print a chronology"):
        free = PrintedChronology.objects.takeable(now).select_for_update(of=("self",), skip_locked=True)
        order = free.filter(pk=order_id).first()
        if order is None:
            return None
        if order.attempts >= MOST_ATTEMPTS:
            _change(order, state=PrintState.FAILED, lease=None, leased_until=None)
            return None
        lease = uuid.uuid4()
        _change(
            order,
            state=PrintState.WORKING,
            attempts=order.attempts + 1,
            progress=5,
            lease=lease,
            leased_until=now + LEASE,
        )
        return PrintedChronology.objects.select_related("asked_by__adult").get(pk=order.pk)


def _change(order: PrintedChronology, **values) -> int:
    """Written without a version: an order is no record (see the model)."""
    rows = PrintedChronology.objects.filter(pk=order.pk)
    if order.lease is not None:
        rows = rows.filter(lease=order.lease)
    return rows.update(**values)


def note_progress(order: PrintedChronology, percent: int) -> None:
    """How far it is, for the page; also that the worker lives."""
    with acting.as_the_system("print a chronology"):
        _change(order, progress=percent, leased_until=timezone.now() + LEASE)


def finish(order: PrintedChronology, *, document: bytes, entries: int, now: datetime.datetime) -> bool:
    """Seal and keep the document, tell who asked. False: another worker has taken the order over; nothing is kept."""
    with acting.as_person(order.asked_by):
        held = (
            PrintedChronology.objects.select_for_update(of=("self",), no_key=True)
            .select_related("key", "child_file")
            .filter(pk=order.pk, lease=order.lease, state=PrintState.WORKING)
            .first()
        )
        if held is None:
            return False
        checked = files.CheckedFile(name=f"{held.reference}.pdf", kind="pdf", content=document)
        sealed = files.store(checked, key=held.key, by=order.asked_by)
        _change(
            held,
            state=PrintState.READY,
            progress=100,
            entries=entries,
            document=sealed,
            ready_at=now,
            expires_at=now + datetime.timedelta(hours=settings.PRINTED_KEPT_HOURS),
            lease=None,
            leased_until=None,
        )
        trail.note(
            by=order.asked_by,
            act="printed",
            record=held.child_file,
            reference=held.child_file.reference,
            why="chronology made",
        )
        alerts.chronology_ready(held)
    return True


def give_back(order: PrintedChronology, *, for_good: bool = False) -> None:
    """It could not be made this time: another attempt, or, after the last or `for_good`, shown as not made."""
    last = for_good or order.attempts >= MOST_ATTEMPTS
    with acting.as_the_system("print a chronology"):
        _change(
            order,
            state=PrintState.FAILED if last else PrintState.WAITING,
            progress=0,
            lease=None,
            leased_until=None,
        )


# --- The sweep --------------------------------------------------------------------------------------------------------
def sweep(now: datetime.datetime) -> None:
    """Each minute, as the system: wake workers for what waits, and delete what has been kept long enough."""
    for order in PrintedChronology.objects.takeable(now).order_by("asked_at"):
        _wake_on_commit(order)
    for order in PrintedChronology.objects.out_of_date(now).select_for_update(of=("self",), skip_locked=True):
        expire(order)


def expire(order: PrintedChronology) -> None:
    """The document's key is destroyed, so that nothing opens it, in no copy of the table; that there was one stays.

    The vault's tables only grow: the sealed bytes stay behind and say nothing to anybody.
    """
    _change(order, state=PrintState.EXPIRED, document=None)
    keys.destroy(order.key, by=None, why="printed chronology, its time was over")
