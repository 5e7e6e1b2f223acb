"""The child's page, what stands at its head, and who has looked (CPF-01, CPF-03, CPF-06)."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concerns import case_page, need_to_know, operations
from concerns.forms.boxes import put_errors
from concerns.models import ChildFile
from lps_safeguarding.access import registry
from lps_safeguarding.access.door import open_record, tidy
from lps_safeguarding.access.levels import Level
from lps_safeguarding.access.refusals import NotThere, StaleEdit, WrongState
from lps_safeguarding.audit_trail import readings
from lps_safeguarding.overview import child_page, forms, search
from lps_safeguarding.people import names
from lps_safeguarding.people.models import Child, Role

TRAIL_LINES = 100  # of "who has looked" on one page


def _open(request: HttpRequest, reference: str) -> ChildFile:
    files = need_to_know.children_readable_by(request.user).select_related("key", "child__service", "service")
    return open_record(request, files, reference=reference)


def _open_to_edit(request: HttpRequest, reference: str) -> ChildFile:
    child_file = _open(request, reference)
    need_to_know.check_can_edit_child_file(request.user, child_file)
    return child_file


@require_GET
def child(request: HttpRequest, reference: str) -> HttpResponse:
    """One page for each child: who they are, what is open, and the chronology (CPF-01)."""
    child_file = _open(request, reference)
    page = child_page.page_of(
        request.user, child_file, show=request.GET.get("show", ""), everything="all" in request.GET
    )
    context = {
        "page_of_child": page,
        "file": child_file,
        "child": child_file.child,
        "kinds_of_entry": child_page.KINDS_OF_ENTRY,
        "now": timezone.now(),
        "may_edit": need_to_know.can_edit_child_file(request.user, child_file),
        "may_see_trail": request.user.has_role(Role.LEAD_DSL),
        "looked": readings.of(child_file, limit=5) if request.user.has_role(Role.LEAD_DSL) else [],
    }
    return render(request, "overview/child.html" if page.is_full else "overview/child_summary.html", context)


@require_GET
def documents(request: HttpRequest, reference: str) -> HttpResponse:
    """What was filed with the concerns about this child, in one list; each opens with its concern's own door."""
    child_file = _open(request, reference)
    if child_file.level != Level.FULL:
        raise NotThere
    context = {"file": child_file, "documents": case_page.documents_of(request.user, child_file.child)}
    return render(request, "overview/documents.html", context)


# --- The head of the file -------------------------------------------------------------------------------------------
def _entry(child_file: ChildFile, kind: str, entry_id: uuid.UUID | None) -> Any:
    if entry_id is None:
        return None
    related = {"plan": child_file.plans, "vulnerability": child_file.vulnerabilities, "contact": child_file.contacts}
    found = related[kind].select_related("key").filter(pk=entry_id).first()
    if found is None:
        raise NotThere
    return found


KINDS = {
    "plan": (forms.PlanForm, operations.set_plan, "Plan"),
    "vulnerability": (forms.VulnerabilityForm, operations.set_vulnerability, "What makes the child more vulnerable"),
    "contact": (forms.ContactForm, operations.set_contact, "Person to contact"),
}


@require_http_methods(["GET", "POST"])
def head_entry(request: HttpRequest, reference: str, kind: str, entry_id: uuid.UUID | None = None) -> HttpResponse:
    """Add or change a plan, a vulnerability or a contact."""
    child_file = _open_to_edit(request, reference)
    entry = _entry(child_file, kind, entry_id)
    form_class, operation, title = KINDS[kind]
    names = list(form_class.base_fields)
    initial = {name: getattr(entry, name) for name in names} if entry else {}
    if kind == "contact" and entry is None:
        initial["position"] = child_file.contacts.count() + 1
    form = form_class(request.POST if request.method == "POST" else None, initial=initial)

    def do(given: dict[str, Any]) -> None:
        version = given.pop("version", None)
        if entry is not None:
            given |= {kind: entry, "version": version}
        operation(child_file=child_file, by=request.user, **given)

    return _head_form(request, child_file, form, do, title=title if entry is None else f"Change: {title.lower()}")


@require_http_methods(["GET", "POST"])
def link_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Link with another child of the school: first the name, then which child and how."""
    child_file = _open_to_edit(request, reference)
    typed = request.POST.get("name", "")[:100]
    children = need_to_know.children_to_choose(request.user).exclude(pk=child_file.child_id).select_related("service")
    found = children.filter(pk__in=[each.pk for each in names.among(children, typed, most=search.MOST)])
    name_form = forms.NameForm(request.POST if request.method == "POST" else None)
    chosen = request.method == "POST" and request.POST.get("step") == "link"
    form = forms.LinkForm(request.POST if chosen else None, children=found)

    def do(given: dict[str, Any]) -> None:
        operations.link_children(child_file=child_file, by=request.user, **given)

    if chosen:
        return _head_form(
            request,
            child_file,
            form,
            do,
            title="Link with another child",
            name_form=name_form,
            typed=typed,
            found=True,
        )
    context = {
        "file": child_file,
        "form": form,
        "name_form": name_form,
        "title": "Link with another child",
        "typed": typed,
        "found": bool(typed.strip()) and found[:1].exists(),
        "nobody": bool(typed.strip()) and not found[:1].exists(),
    }
    return render(request, "overview/head_form.html", context)


@require_POST
def link_end(request: HttpRequest, reference: str, entry_id: uuid.UUID) -> HttpResponse:
    child_file = _open_to_edit(request, reference)
    link = child_file.links.select_related("key").filter(pk=entry_id, ended_at__isnull=True).first()
    if link is None:
        raise NotThere
    operations.unlink_children(child_file=child_file, by=request.user, link=link)
    messages.success(request, "The link is taken away, in both files.")
    return redirect("overview:child", reference=child_file.reference)


def _head_form(request: HttpRequest, child_file: ChildFile, form, do, *, title: str, **more) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                do(form.cleaned_data)
        except (StaleEdit, WrongState) as refused:
            form.add_error(None, str(refused))
        except ValidationError as refused:
            put_errors(form, refused)
        else:
            messages.success(request, "Recorded.")
            return redirect("overview:child", reference=child_file.reference)
    context = {"file": child_file, "form": form, "name_form": None, "title": title, **more}
    return render(request, "overview/head_form.html", context)


# --- Who has looked ---------------------------------------------------------------------------------------------------
@require_GET
def trail_of_record(request: HttpRequest, reference: str) -> HttpResponse:
    """Who read or did what on a record, for the lead DSL (CPF-06)."""
    if not request.user.has_role(Role.LEAD_DSL):
        raise PermissionDenied("Only the lead DSL can see who has looked.")
    kind_and_readable = registry.find_readable(request.user, tidy(reference))
    if kind_and_readable is None:
        raise NotThere
    kind, readable = kind_and_readable
    record = open_record(request, readable, reference=reference)
    is_file = isinstance(record, ChildFile)
    before = request.GET.get("before", "")
    page = {"limit": TRAIL_LINES + 1, "before": int(before) if re.fullmatch(r"[0-9]{1,18}", before) else None}
    found = (
        readings.of_child(record.child, types=(Child, ChildFile), **page) if is_file else readings.of(record, **page)
    )
    shown = found[:TRAIL_LINES]
    context = {
        "record": record,
        "what": kind.name,
        "readings": shown,
        "older": f"?before={shown[-1].number}" if len(found) > len(shown) else "",
        "newer": "?" if page["before"] is not None else "",
        "is_file": is_file,
        "url_name": kind.detail_url_name,
    }
    return render(request, "overview/trail_of_record.html", context)
