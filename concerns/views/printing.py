"""A chronology as a document, made in the background: ordered, looked after, fetched (CPF-03)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from concerns import alerts, need_to_know
from concerns.forms.chronology import WantedForm
from concerns.models import PrintedChronology
from concerns.models.printing import PrintState
from concerns.operations import printing as operations
from lps_safeguarding.access.door import open_record
from lps_safeguarding.access.refusals import NotThere, WrongState
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.vault import files as vault_files

NOT_DONE = (PrintState.WAITING, PrintState.WORKING)


def _open(request: HttpRequest, reference: str) -> PrintedChronology:
    orders = need_to_know.printed_readable_by(request.user).select_related("child_file", "document__key")
    return open_record(request, orders, reference=reference)


@require_POST
def chronology_print(request: HttpRequest, reference: str) -> HttpResponse:
    """Order the document of what the page shows."""
    files = need_to_know.children_readable_by(request.user).select_related("key")
    child_file = open_record(request, files, reference=reference)
    need_to_know.check_can_print_chronology(request.user, child_file)
    form = WantedForm(request.POST)
    try:
        order = operations.order_chronology(child_file=child_file, by=request.user, wanted=form.wanted())
    except WrongState as refused:
        messages.error(request, str(refused))
        return redirect("overview:chronology", reference=child_file.reference)
    return redirect("concerns:printed_detail", reference=order.reference)


@require_GET
def printed_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """How far it is; when it is ready, the way to it."""
    order = _open(request, reference)
    if order.state == PrintState.READY:
        alerts.opened_document(order, request.user)
    now = timezone.now()
    context = {
        "order": order,
        "file": order.child_file,
        "not_done": order.state in NOT_DONE,
        "waits_long": order.state == PrintState.WAITING and now - order.asked_at > operations.LEASE,
        "can_be_fetched": _can_be_fetched(order),
        "over": order.state == PrintState.EXPIRED or (order.state == PrintState.READY and not _can_be_fetched(order)),
    }
    return render(request, "concerns/printed.html", context)


def _can_be_fetched(order: PrintedChronology) -> bool:
    """What is out of date is not given out, whether it has been deleted yet or not."""
    return order.state == PrintState.READY and order.expires_at is not None and order.expires_at > timezone.now()


@require_GET
def printed_state(request: HttpRequest, reference: str) -> HttpResponse:
    """For the open page: a word and a number, nothing else. Asking again and again is not reading: it is not noted."""
    order = need_to_know.printed_readable_by(request.user).filter(reference=reference[:40].replace("\x00", "")).first()
    if order is None:
        raise NotThere
    return JsonResponse({"state": order.state, "label": order.get_state_display(), "progress": order.progress})


@require_GET
def printed_document(request: HttpRequest, reference: str) -> HttpResponse:
    order = _open(request, reference)
    if not _can_be_fetched(order):
        return redirect("concerns:printed_detail", reference=order.reference)
    trail.note(by=request.user, act="downloaded", record=order.child_file, why="printed chronology")
    content = vault_files.open_bytes(order.document)
    return HttpResponse(content, headers=vault_files.download_headers(order.document))


@require_POST
def printed_again(request: HttpRequest, reference: str) -> HttpResponse:
    """What was not made, or was deleted, is ordered anew."""
    order = _open(request, reference)
    try:
        order = operations.try_again(order=order, by=request.user)
    except WrongState as refused:
        messages.error(request, str(refused))
    return redirect("concerns:printed_detail", reference=order.reference)
