"""Finding: children by name, records by words and filters, and views saved under a name.

What was typed comes by POST, is sealed in a `Search` and answered under that search's random key: no name and no word in
an address, a title or a log, and Back, reload and a second window work.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concerns import need_to_know as concerns_need_to_know
from lps_safeguarding.access import door
from lps_safeguarding.access.refusals import NotThere
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.overview import forms, need_to_know, operations, queue, records, search
from lps_safeguarding.overview.models import Page, Search
from lps_safeguarding.overview.records import Filters
from lps_safeguarding.people.models import Service, User


def _search(user: User, key: uuid.UUID, *pages: Page) -> Search:
    """The search with this key, if this person asked it; somebody else's and a forgotten one are the same 404."""
    found = need_to_know.searches_of(user).filter(pk=key, page__in=pages).select_related("key").first()
    if found is None:
        raise NotThere
    return found


# --- Children by name ---------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def children(request: HttpRequest) -> HttpResponse:
    """Search for children by name, or for records by words; the answer has an address of its own."""
    need_to_know.check_can_search(request.user)
    what = request.POST.get("what", "")
    name_form = forms.NameForm(request.POST if what == "name" else None)
    words_form = forms.WordsForm(request.POST if what == "words" else None)
    if what == "name" and name_form.is_valid():
        asked = {"name": name_form.cleaned_data["name"]}
        found = operations.ask(by=request.user, page=Page.CHILDREN, asked=asked)
        return redirect("overview:children_found", key=found.pk)
    if what == "words" and words_form.is_valid():
        asked = {"words": words_form.cleaned_data["words"]}
        found = operations.ask(by=request.user, page=Page.RECORDS, asked=asked)
        return redirect("overview:records_found", key=found.pk)
    context = {
        "name_form": name_form,
        "words_form": words_form,
        "may_keep_lists": concerns_need_to_know.can_keep_lists(request.user),
    }
    return render(request, "overview/children.html", context)


@require_GET
def children_found(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Children whose names are like the one asked for, among those this person may open."""
    need_to_know.check_can_search(request.user)
    name = str(_search(request.user, key, Page.CHILDREN).asked.get("name", ""))
    found, without_a_file = search.children_called(request.user, name)
    context = {
        "name_form": forms.NameForm(initial={"name": name}),
        "words_form": forms.WordsForm(),
        "searched": True,
        "found": found,
        "without_a_file": without_a_file,
        "most": search.MOST,
    }
    trail.note(by=request.user, act="searched", why="children by name")
    return render(request, "overview/children.html", context)


# --- Records --------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def record_list(request: HttpRequest) -> HttpResponse:
    """Records open to this person in full, filtered. Filters that are neutral words stand in the address."""
    need_to_know.check_can_search(request.user)
    services = list(Service.objects.in_order())
    if request.method == "GET":
        return _records(request, Filters.read(request.GET, services), services)
    form = forms.RecordsForm(request.POST, services=services)
    if not form.is_valid():
        return _records(request, Filters(), services, form=form)
    given = form.cleaned_data
    child = request.POST.get("child", "")
    filters = Filters(
        **{**given, "kind": tuple(given["kind"]), "state": tuple(given["state"])},
        child=child if records.is_child(child) else "",
    )
    if filters.is_sealed:
        found = operations.ask(by=request.user, page=Page.RECORDS, asked=filters.as_json())
        return redirect("overview:records_found", key=found.pk)
    return redirect(f"{reverse('overview:records')}?{filters.address}")


@require_GET
def records_found(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The same list for filters with words, a name or a child in them, which no address may hold."""
    need_to_know.check_can_search(request.user)
    services = list(Service.objects.in_order())
    asked = _search(request.user, key, Page.RECORDS)
    return _records(request, Filters.opened(asked.asked, services), services, asked=asked)


def _records(
    request: HttpRequest, filters: Filters, services: list[Service], *, asked: Search | None = None, form: Any = None
) -> HttpResponse:
    covered = [service for service in services if service.pk in request.user.services_as_dsl()]
    after = request.GET.get("after", "")[:80]
    listed = None if form else records.page(request.user, filters, services, after)
    older = ""
    if listed and listed.older:
        query = QueryDict(mutable=True)
        query["after"] = listed.older
        older = f"?{filters.address}&{query.urlencode()}" if filters.address and not asked else f"?{query.urlencode()}"
    context = {
        "filters": filters,
        "said": filters.in_words(services, records.child_meant(request.user, filters)),
        "list": listed,
        "older": older,
        "newer": "?" + filters.address if after and not asked else request.path if after else "",
        "form": form or forms.RecordsForm(initial=_initial(filters), services=covered),
        "services": covered if len(covered) > 1 else [],
        "most_counted": records.MOST_COUNTED,
        "keep_form": forms.KeepForm(auto_id="keep_%s"),
        "keep_search": asked.pk if asked else "",
        "keep_query": "" if asked else filters.address,
    }
    if filters.words or filters.name:
        trail.note(by=request.user, act="searched", why="records by words" if filters.words else "records by name")
    else:
        door.note_list(request, "records")
    return render(request, "overview/records.html", context)


def _initial(filters: Filters) -> dict[str, Any]:
    return {name: getattr(filters, name) for name in forms.RecordsForm.base_fields}


# --- Saved views ----------------------------------------------------------------------------------------------------------
@require_GET
def saved(request: HttpRequest) -> HttpResponse:
    """The views this person saved."""
    need_to_know.check_can_search(request.user)
    kept = need_to_know.searches_of(request.user).filter(kept=True).select_related("key").order_by("page", "-made_at")
    return render(request, "overview/saved.html", {"saved": list(kept), "most": operations.MOST_KEPT})


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Save what is on the screen under a name: a search by its key, or the filters of an address."""
    need_to_know.check_can_search(request.user)
    page = Page.QUEUE if request.POST.get("page") == Page.QUEUE else Page.RECORDS
    form = forms.KeepForm(request.POST, auto_id="keep_%s")
    given = {name: request.POST.get(name, "")[:2_000] for name in ("search", "query")}
    if form.is_valid():
        try:
            operations.keep(
                by=request.user, page=page, asked=_asked(request.user, page, **given), name=form.cleaned_data["name"]
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "View saved. You find it here.")
            return redirect("overview:saved")
    return render(request, "overview/keep.html", {"form": form, "page": page, **given})


def _asked(user: User, page: Page, *, search: str, query: str) -> dict[str, Any]:
    """The filters to keep: what is none of them is left out, as it would be in an address."""
    services = list(Service.objects.in_order())
    if search:
        try:
            return _search(user, uuid.UUID(search), page).asked
        except ValueError:
            raise NotThere from None
    if page == Page.QUEUE:
        return queue.Filters.read(QueryDict(query), services).as_json()
    return Filters.read(QueryDict(query), services).as_json()


@require_GET
def saved_open(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Open a saved view, as it would look now."""
    need_to_know.check_can_search(request.user)
    found = _search(request.user, key, Page.RECORDS, Page.QUEUE)
    services = list(Service.objects.in_order())
    if found.page == Page.QUEUE:
        query = QueryDict(mutable=True)
        query.update(queue.Filters.read(found.asked, services).as_json())
        return redirect(f"{reverse('overview:queue')}?{query.urlencode()}")
    filters = Filters.opened(found.asked, services)
    if filters.is_sealed:
        return redirect("overview:records_found", key=found.pk)
    return redirect(f"{reverse('overview:records')}?{filters.address}")


@require_POST
def forget(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Remove a saved view."""
    operations.forget(by=request.user, search=_search(request.user, key, *Page))
    messages.success(request, "The view is removed.")
    return redirect("overview:saved")
