"""Handing work over, its page of notes, and the caseload. Line 1: who."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from concerns import need_to_know, operations, pdf, workload
from concerns.forms.boxes import put_errors
from concerns.forms.handing_over import HandOverForm
from concerns.models import HandOver
from lps_safeguarding.access import door
from lps_safeguarding.access.refusals import NotThere, WrongState
from lps_safeguarding.people.models import User
from lps_safeguarding.web import typed

PEOPLE = ("from_person__adult", "to_person__adult", "made_by__adult")
SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, person_id: int | None = None) -> HttpResponse:
    """One's own open work to another DSL; for the lead DSL also that of somebody who is away or leaves."""
    person = _whose(request.user, person_id)
    need_to_know.check_can_hand_over(request.user, person)
    work = workload.open_work(request.user, person)
    door.note_list(request, "open work to hand over")
    form = HandOverForm(
        request.POST if request.method == "POST" else None, work=work, to=need_to_know.dsls_to_hand_over_to(person)
    )
    key = _key(request)
    if form.is_valid():
        try:
            made = operations.hand_over(by=request.user, from_person=person, submission_key=key, **form.chosen())
        except WrongState as moved_on:
            form.add_error(None, str(moved_on))
        except ValidationError as refused:
            put_errors(form, refused)
        else:
            messages.success(request, f"Handed over. {made.to_person.name} was alerted. Talk it through with them.")
            return redirect("concerns:hand_over", reference=made.reference)
    context = {"form": form, "work": work, "person": person, "key": key, "own": person.pk == request.user.pk}
    return render(request, "concerns/handing_over/form.html", context)


def _whose(user: User, person_id: int | None) -> User:
    if person_id is None or person_id == user.pk:
        return user
    need_to_know.check_can_see_caseload(user)
    found = need_to_know.people_with_work().filter(pk=person_id).first()
    if found is None:
        raise NotThere
    return found


def _key(request: HttpRequest) -> uuid.UUID:
    """The key of this filled-in form: as it was sent, if it was made for this person; else a new one."""
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return typed.new_key(request.user)
    return key if typed.is_key_of(request.user, key) else typed.new_key(request.user)


@require_GET
def hand_over_list(request: HttpRequest) -> HttpResponse:
    """The hand-overs of this person's work, to them, and made by them."""
    need_to_know.check_is_on_safeguarding_team(request.user)
    rows = need_to_know.hand_overs_readable_by(request.user).defer("notes").select_related(*PEOPLE)[:SHOWN]
    return render(request, "concerns/handing_over/list.html", {"rows": rows})


def _open(request: HttpRequest, reference: str, *, act: str = "read") -> HandOver:
    readable = need_to_know.hand_overs_readable_by(request.user).select_related("key", *PEOPLE)
    return door.open_record(request, readable, reference=reference, act=act)


@require_GET
def hand_over_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """What was handed over, as it stands now, and the notes."""
    made = _open(request, reference)
    operations.mark_hand_over_seen(hand_over=made, by=request.user)
    work = workload.handed_over(request.user, made)
    return render(request, "concerns/handing_over/detail.html", {"made": made, "work": work})


@require_GET
def hand_over_print(request: HttpRequest, reference: str) -> HttpResponse:
    """The same as a document, for the talk between the two."""
    made = _open(request, reference, act="printed")
    content = pdf.hand_over(made, workload.handed_over(request.user, made), by=request.user)
    headers = {"Content-Disposition": f'attachment; filename="hand-over-{made.reference}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_GET
def caseload(request: HttpRequest) -> HttpResponse:
    """How the open work is shared out, weighed, with its arithmetic. For the lead DSL, to share it out better."""
    need_to_know.check_can_see_caseload(request.user)
    loads = workload.caseload(request.user, timezone.localtime())
    door.note_list(request, "caseload")
    context = {"loads": loads, "weights": [(title, slug, setting) for slug, title, setting in workload.PARTS]}
    context["most"] = max((load.points for load in loads), default=0)
    return render(request, "concerns/handing_over/caseload.html", context)
