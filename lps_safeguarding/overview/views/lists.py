"""The lists of children by plan and vulnerability, for the safeguarding team (CPF-02)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from concerns import need_to_know, operations
from concerns.forms.boxes import put_errors
from concerns.terms import ChildrenList
from lps_safeguarding.access import door
from lps_safeguarding.access.refusals import NotThere
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.overview import forms, lists, queue
from lps_safeguarding.web import pdf


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All lists: how many children, reviewed by whom and when, and what is to be reviewed now."""
    need_to_know.check_can_keep_lists(request.user)
    today = timezone.localdate()
    door.note_list(request, "lists of children")
    return render(request, "overview/lists.html", {"lists": lists.overview(request.user, today), "today": today})


def _list_called(slug: str) -> ChildrenList:
    if slug not in ChildrenList.values:
        raise NotThere
    return ChildrenList(slug)


def _part(request: HttpRequest, of_list: ChildrenList, form: forms.ListForm, services: list) -> lists.Part:
    """What the address asks for; where an answer is wrong, as if it had not been given."""
    form.is_valid()
    given = form.cleaned_data
    page = request.GET.get("page", "")
    return lists.Part(
        of_list,
        given.get("at") or timezone.localdate(),
        next((each for each in services if each.slug == given.get("service")), None),
        given.get("year"),
        max(1, int(page)) if page.isdecimal() and len(page) < 5 else 1,
    )


def _page(request: HttpRequest, of_list: ChildrenList, review_form: Any = None) -> HttpResponse:
    services = queue.services_of(request.user)
    form = forms.ListForm(request.GET, services=services)
    part = _part(request, of_list, form, services)
    found = lists.listed(request.user, part)
    door.note_list(request, f"list {of_list.value}")
    today = timezone.localdate()
    review = lists.latest_reviews(request.user).get(of_list)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "of_list": of_list,
        "found": found,
        "form": form,
        "today": today,
        "review": review,
        "overdue": lists.is_overdue(review, today),
        "review_form": review_form or forms.ListReviewForm(scopes=lists.scopes(request.user, services)),
        "filter": query.urlencode(),
        "older": f"?{query.urlencode()}&page={part.page + 1}" if found.more else "",
        "newer": f"?{query.urlencode()}&page={part.page - 1}" if part.page > 1 else "",
    }
    return render(request, "overview/list.html", context)


@require_GET
def one(request: HttpRequest, slug: str) -> HttpResponse:
    need_to_know.check_can_keep_lists(request.user)
    return _page(request, _list_called(slug))


@require_GET
def document(request: HttpRequest, slug: str) -> HttpResponse:
    """The list as it is on the screen, all pages of it, to print."""
    need_to_know.check_can_keep_lists(request.user)
    of_list = _list_called(slug)
    services = queue.services_of(request.user)
    part = _part(request, of_list, forms.ListForm(request.GET, services=services), services)
    whole = lists.Part(part.of_list, part.day, part.service, part.year)
    found = lists.listed(request.user, whole, most=lists.MOST_IN_A_DOCUMENT)
    trail.note(by=request.user, act="printed", why=f"list {of_list.value}")
    context = {
        "found": found,
        "of_list": of_list,
        "services": services,
        "review": lists.latest_reviews(request.user).get(of_list),
        "reference": f"List: {of_list.label}",
        "printed_by": request.user.name,
    }
    made = pdf.render("overview/pdf/list.html", context, title=f"List: {of_list.label}")
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="list-{of_list.value}.pdf"'
    return response


@require_POST
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """Somebody went through the list: by whom and when stands on it, and when it is due again."""
    need_to_know.check_can_keep_lists(request.user)
    of_list = _list_called(slug)
    services = queue.services_of(request.user)
    form = forms.ListReviewForm(request.POST, scopes=lists.scopes(request.user, services))
    form.fields["service"].required = False
    if form.is_valid():
        service = next((each for each in services if each.slug == form.cleaned_data["service"]), None)
        try:
            with transaction.atomic():
                operations.review_list(
                    of_list=of_list,
                    by=request.user,
                    service=service,
                    next_review_on=form.cleaned_data["next_review_on"],
                )
        except ValidationError as refused:
            put_errors(form, refused)
        else:
            messages.success(request, "Recorded that the list was reviewed.")
            return redirect("overview:list", slug=of_list.value)
    return _page(request, of_list, form)
