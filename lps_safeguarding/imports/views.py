"""The pages of an import. Line 1: who; an import is found by the one person who began it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lps_safeguarding.access.refusals import NotThere, WrongState
from lps_safeguarding.imports import columns, forms, need_to_know, operations, planning, preview, sheets
from lps_safeguarding.imports.columns import Kind
from lps_safeguarding.imports.models import Import
from lps_safeguarding.imports.plans import WRITTEN, What
from lps_safeguarding.imports.refused import Unreadable
from lps_safeguarding.imports.states import State
from lps_safeguarding.vault import files

EXAMPLES = 3
SHORT = 30


def _open(request: HttpRequest, import_id: uuid.UUID) -> Import:
    found = need_to_know.imports_of(request.user).with_keys().filter(pk=import_id).first()
    if found is None:
        raise NotThere
    return found


@require_GET
def import_list(request: HttpRequest) -> HttpResponse:
    """What this person may import, and what they imported."""
    need_to_know.check_can_import_anything(request.user)
    own = need_to_know.imports_of(request.user).defer("content", "plan", "said").newest_first()[:20]
    kinds = need_to_know.kinds_for(request.user)
    return render(request, "imports/list.html", {"kinds": kinds, "own": own})


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, kind: str) -> HttpResponse:
    """Choose the file. Nothing of it is written to anybody's record yet."""
    need_to_know.check_can_import(request.user, kind)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = forms.FileForm(*posted, kind=kind)
    if form.is_valid():
        try:
            content = files.received(form.cleaned_data["file"])
            files.scan(content)
            taken = operations.take_in(by=request.user, kind=kind, content=content)
        except (Unreadable, files.Refused) as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("imports:columns", import_id=taken.pk)
    return render(request, "imports/upload.html", {"form": form, "kind": Kind(kind), "is_ctf": kind == Kind.CTF})


@require_http_methods(["GET", "HEAD", "POST"])
def columns_page(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """What each column holds: guessed, as it was the last time, and as the person says."""
    given = _open(request, import_id)
    if given.state not in (State.UPLOADED, State.READY):
        return redirect("imports:detail", import_id=given.pk)
    words = [word for word in request.POST.getlist("word")[: forms.MOST_WORDS] if len(word) <= sheets.LONGEST_CELL]
    form = _columns_form(given, words, request.POST if request.method == "POST" else None)
    if form.is_valid():
        found = form.columns()
        now_words = planning.unknown_words(given, found)[: forms.MOST_WORDS]
        if now_words != words and now_words:
            form = _columns_form(given, now_words, _with_last_answers(given, request.POST, now_words))
            return _columns_answer(request, given, form, asks=True)
        try:
            operations.say_columns(given=given, by=request.user, **form.said())
        except (WrongState, ValidationError) as refused:
            form.add_error(None, " ".join(getattr(refused, "messages", [str(refused)])))
        else:
            return redirect("imports:detail", import_id=given.pk)
    return _columns_answer(request, given, form)


def _columns_answer(
    request: HttpRequest, given: Import, form: forms.ColumnsForm, *, asks: bool = False
) -> HttpResponse:
    american = sorted(_american(given, form)) if given.kind != Kind.CTF else []
    context = {
        "import_": given,
        "form": form,
        "asks": asks,
        "american": american,
        "is_ctf": given.kind == Kind.CTF,
        "column_fields": [form[name] for name in form.fields if name.startswith("column-")],
        "service_fields": [form[name] for name in form.fields if name.startswith("service-")],
        "other_fields": [form[name] for name in ("service_of_new", "whole") if name in form.fields],
        "sheets": planning.sheet_of(given).first_of if given.kind != Kind.CTF else 1,
        "words": form.words,
    }
    return render(request, "imports/columns.html", context)


def _american(given: Import, form: forms.ColumnsForm) -> frozenset[str]:
    slugs = [form[f"column-{n}"].value() or "" for n in range(len(form.headings))]
    labels = {field.slug: field.label for field in columns.FIELDS[given.kind]}
    return frozenset(labels[slug] for slug in planning.american_columns(planning.sheet_of(given), slugs))


def _columns_form(given: Import, words: list[str], posted: Any) -> forms.ColumnsForm:
    """The form of this file; `words`: those of the service column that it asks about."""
    said, remembered = given.said, planning.remembered(given.kind)
    more: dict[str, Any] = {"service_of_new": said.get("service_of_new"), "meant": remembered.services}
    if given.kind != Kind.CTF:
        sheet = planning.sheet_of(given)
        more["headings"] = sheet.headings
        more["guessed"] = said.get("columns") or columns.guess(given.kind, sheet.headings, remembered.columns)
        more["examples"] = [[_short(row[n]) for _, row in sheet.rows[:EXAMPLES]] for n in range(len(sheet.headings))]
    return forms.ColumnsForm(posted, kind=given.kind, words=words, **more)


def _short(cell: Any) -> str:
    words = f"{cell:%d/%m/%Y}" if hasattr(cell, "year") else str(cell)
    return words if len(words) <= SHORT else words[: SHORT - 1] + "…"


def _with_last_answers(given: Import, posted: QueryDict, words: list[str]) -> QueryDict:
    """What was posted, with what these words meant in the last file."""
    meant = planning.remembered(given.kind).services
    filled = posted.copy()
    for n, word in enumerate(words):
        filled[f"service-{n}"] = str(meant.get(columns.plain(word), ""))
    return filled


@require_GET
def detail(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """Where an import is: its preview before it is confirmed, how far it has come, what came of it."""
    given = _open(request, import_id)
    if given.state == State.UPLOADED:
        return redirect("imports:columns", import_id=given.pk)
    if given.state == State.READY:
        return _preview(request, given)
    return render(
        request,
        "imports/job.html",
        {
            "import_": given,
            "now": timezone.now(),
            "sections": preview.sections(given),
            "not_taken": preview.shown(given, given.lines[: preview.ROWS_A_PAGE]) if given.finished_at else [],
            "is_ctf": given.kind == Kind.CTF,
        },
    )


def _preview(
    request: HttpRequest,
    given: Import,
    *,
    confirm: forms.ConfirmForm | None = None,
    questions: forms.QuestionsForm | None = None,
) -> HttpResponse:
    found = preview.sections(given)
    section = preview.chosen(found, request.GET.get("show", ""))
    lines = [line for line in given.lines if section is not None and line.what == section.what]
    page = _page(request.GET.get("page", ""), len(lines))
    start = (page - 1) * preview.ROWS_A_PAGE
    part = lines[start : start + preview.ROWS_A_PAGE]
    asks = section is not None and section.what == What.ASK
    here = reverse("imports:detail", args=[given.pk])
    context = {
        "import_": given,
        "sections": found,
        "section": section,
        "rows": preview.shown(given, part),
        "questions": (questions or forms.QuestionsForm(lines=part)) if asks else None,
        "confirm": confirm or forms.ConfirmForm(initial={"version": given.version}),
        "writes": sum(each.number for each in found if each.what in WRITTEN),
        "has_leavers": any(not line.row for line in given.lines),
        "newer": f"{here}?show={section.what}&page={page - 1}" if section and page > 1 else "",
        "older": f"{here}?show={section.what}&page={page + 1}" if section and start + len(part) < len(lines) else "",
        "place": f"{start + 1} to {start + len(part)} of {len(lines)}",
        "contacts": sum(len(line.contacts) for line in given.lines),
    }
    return render(request, "imports/preview.html", context)


def _page(given: str, rows: int) -> int:
    last = max(1, -(-rows // preview.ROWS_A_PAGE))
    return min(max(1, int(given)), last) if given.isdecimal() and len(given) < 6 else 1


@require_POST
def answer(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """Says who somebody is whom the program could not be sure about."""
    given = _open(request, import_id)
    asked = [line for line in given.lines if line.what == What.ASK and f"row-{line.row}" in request.POST]
    form = forms.QuestionsForm(request.POST, lines=asked)
    if not form.is_valid():
        return _preview(request, given, questions=form)
    try:
        operations.answer(given=given, by=request.user, answers=form.answers())
    except WrongState as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Saved. Nothing is written until you confirm.")
    return redirect("imports:detail", import_id=given.pk)


@require_POST
def confirm(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """Goes ahead with exactly what the preview showed."""
    given = _open(request, import_id)
    form = forms.ConfirmForm(request.POST)
    if form.is_valid():
        try:
            operations.confirm(given=given, by=request.user, **form.cleaned_data)
        except WrongState as refused:
            messages.error(request, str(refused))
        except ValidationError as refused:
            for name, sentences in refused.message_dict.items():
                form.add_error(name, sentences)
            return _preview(request, given, confirm=form)
    else:
        messages.error(request, "Open the preview again and confirm it there.")
    return redirect("imports:detail", import_id=given.pk)


@require_POST
def cancel(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """Gives an import up: nothing is written, and the file is deleted."""
    given = _open(request, import_id)
    try:
        operations.cancel(given=given, by=request.user)
    except WrongState as refused:
        messages.error(request, str(refused))
        return redirect("imports:detail", import_id=given.pk)
    messages.success(request, "Nothing was written, and the file is deleted.")
    return redirect("imports:list")


@require_GET
def progress(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """How far it has come, for the open page. Numbers only."""
    given = _open(request, import_id)
    return JsonResponse(
        {"done": given.position, "total": given.total, "percent": given.percent, "under_way": given.is_under_way}
    )
