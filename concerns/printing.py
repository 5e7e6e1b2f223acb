"""Makes an ordered chronology into a document: what the person who asked may see, as of now (CPF-03).

Runs in a worker. The order is claimed first; reading, laying out and sealing are steps of their own, so that a worker
that dies in any of them leaves nothing half done.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import replace

from django.utils import timezone

from concerns import case_page, need_to_know
from concerns.chronology import Entry, Wanted, chronology
from concerns.models import ChildFile, ChildInConcern, LinkedChild, PrintedChronology
from concerns.operations import printing as operations
from concerns.redaction import without_names
from lps_safeguarding.access import acting
from lps_safeguarding.access.levels import Level
from lps_safeguarding.people.models import Child
from lps_safeguarding.web import pdf

log = logging.getLogger(__name__)

READ, LAID_OUT = 30, 90
"""Per cent of the work that lie behind when the records are read, and when the pages are laid out."""


def make(order_id: uuid.UUID) -> bool:
    """Make one order. False when there was nothing to do, or it could not be made this time."""
    order = operations.take(order_id, now=timezone.now())
    if order is None:
        return False
    try:
        context = _context(order)
        if context is None:
            operations.give_back(order, for_good=True)
            return False
        operations.note_progress(order, READ)
        document = pdf.render("concerns/pdf/chronology.html", context, title=f"Chronology {order.reference}")
        operations.note_progress(order, LAID_OUT)
        return operations.finish(order, document=document, entries=context["number"], now=timezone.now())
    except Exception as failure:  # noqa: BLE001 (its message may quote what people wrote: only its kind is logged)
        log.error("A chronology could not be made (%s)", type(failure).__name__)
        operations.give_back(order)
        return False


def _context(order: PrintedChronology) -> dict | None:
    """What the document says. None: the person may not open the file any more."""
    person = order.asked_by
    wanted = Wanted.from_data(order.wanted)
    with acting.as_person(person):
        files = need_to_know.children_readable_by(person).select_related("key", "child__service")
        file = files.filter(pk=order.child_file_id, level=Level.FULL).first()
        if file is None or not person.can_sign_in():
            return None
        found = chronology(person, file.child, file=file, wanted=wanted)
        others = _others(file)
        plans = case_page.under_its_key(file.plans.all(), file.key)
        service = str(file.child.service)
    running = case_page.gravest_first([plan for plan in plans if case_page.runs_on(timezone.localdate())(plan)])
    months: dict[tuple[int, int], list[Entry]] = {}
    for entry in reversed(found.entries):
        day = timezone.localdate(entry.at)
        months.setdefault((day.year, day.month), []).append(_clean(entry, others, file.child))
    return {
        "child": file.child,
        "service": service,
        "plans": running,
        "months": list(months.values()),
        "number": len(found.entries),
        "wanted": wanted,
        "redacted": bool(others),
        "reference": file.reference,
        "printed_by": person.name,
    }


def _others(file: ChildFile) -> list[Child]:
    """The other children whom a text of this file may name: of the same concerns, and linked ones (CON-14)."""
    in_them = ChildInConcern.objects.filter(concern__children__child=file.child)
    linked = LinkedChild.objects.filter(child_file=file)
    keys = {*in_them.values_list("child_id", flat=True), *linked.values_list("other_id", flat=True)} - {file.child_id}
    return list(Child.objects.filter(pk__in=keys))


def _clean(entry: Entry, others: list[Child], child: Child) -> Entry:
    return replace(
        entry,
        title=without_names(entry.title, others, keep=child),
        text=without_names(str(entry.text), others, keep=child),
        why_marked=without_names(entry.why_marked, others, keep=child),
    )
