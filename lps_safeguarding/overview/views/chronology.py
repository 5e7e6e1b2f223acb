"""The whole chronology of a child, filtered and by pages, and marks on what is significant in it (CPF-03)."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from concerns import need_to_know, operations
from concerns.chronology import KINDS_OF_ENTRY, Entry, Place, chronology
from concerns.forms.boxes import put_errors
from concerns.forms.chronology import WantedForm
from concerns.models import ChildFile
from lps_safeguarding.access.door import open_record
from lps_safeguarding.access.levels import Level
from lps_safeguarding.access.refusals import NotThere
from lps_safeguarding.overview import child_page, forms

A_PAGE = 30
"""Entries of one page. What is read from the database follows from it, and not from the length of the file."""


def _open(request: HttpRequest, reference: str) -> ChildFile:
    files = need_to_know.children_readable_by(request.user).select_related("key", "child__service")
    return open_record(request, files, reference=reference)


def _place(given: QueryDict) -> Place | None:
    """Where the page begins: microseconds since 1970, and how many entries of that moment were shown already."""
    at, skip = given.get("at", ""), given.get("skip", "0")
    if not (at.removeprefix("-").isdecimal() and len(at) <= 17 and skip.isdecimal() and len(skip) <= 4):
        return None
    try:
        moment = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(microseconds=int(at))
    except OverflowError:
        return None
    return Place(moment, int(skip))


def _link_to(place: Place | None, given: QueryDict) -> str:
    if place is None:
        return ""
    since_1970 = place.at - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    query = given.copy()
    query["at"], query["skip"] = str(since_1970 // datetime.timedelta(microseconds=1)), str(place.skip)
    return f"?{query.urlencode()}"


@require_GET
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """One page of the time line, newest first, with the filter beside it."""
    child_file = _open(request, reference)
    form = WantedForm(request.GET)
    wanted, begin = form.wanted(), _place(request.GET)
    found = chronology(request.user, child_file.child, file=child_file, wanted=wanted, begin=begin, most=A_PAGE)
    from_the_top = request.GET.copy()
    for name in ("at", "skip"):
        from_the_top.pop(name, None)
    context = {
        "file": child_file,
        "child": child_file.child,
        "form": form,
        "kinds_of_entry": KINDS_OF_ENTRY,
        "wanted": wanted,
        "months": child_page.months_of(found.entries),
        "number": len(found.entries),
        "older": _link_to(found.older, from_the_top),
        "newest": f"?{from_the_top.urlencode()}" if begin else "",
        "printable": child_file.level == Level.FULL,
        "may_edit": need_to_know.can_edit_child_file(request.user, child_file),
        "print_fields": [(name, value) for name, values in from_the_top.lists() for value in values],
    }
    return render(request, "overview/chronology.html", context)


def _entry(request: HttpRequest, child_file: ChildFile, key: str) -> Entry:
    entries = chronology(request.user, child_file.child, file=child_file).entries
    found = next((each for each in entries if each.key == key and each.may_be_marked), None)
    if found is None:
        raise NotThere
    return found


@require_http_methods(["GET", "POST"])
def significant(request: HttpRequest, reference: str, what: str, entry_id: str) -> HttpResponse:
    """Mark an entry as significant, with the reason; or take the mark away."""
    child_file = _open(request, reference)
    need_to_know.check_can_edit_child_file(request.user, child_file)
    entry = _entry(request, child_file, f"{what}:{entry_id}")
    taking_away = "take_away" in request.POST
    form = forms.SignificantForm(
        request.POST if request.method == "POST" and not taking_away else None, initial={"why": entry.why_marked}
    )
    if taking_away:
        operations.unmark_significant(child_file=child_file, by=request.user, entry=entry.key)
        messages.success(request, "The mark is taken away.")
        return redirect("overview:chronology", reference=child_file.reference)
    if form.is_valid():
        try:
            with transaction.atomic():
                operations.mark_significant(
                    child_file=child_file, by=request.user, entry=entry.key, why=form.cleaned_data["why"]
                )
        except ValidationError as refused:
            put_errors(form, refused)
        else:
            messages.success(request, "Marked as significant.")
            return redirect("overview:chronology", reference=child_file.reference)
    context = {"file": child_file, "entry": entry, "form": form}
    return render(request, "overview/significant.html", context)
