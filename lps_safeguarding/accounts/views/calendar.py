"""Services, terms and days without pupils: for all to see, for a few to change."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lps_safeguarding.people.models import NonSchoolDay, Service, Term

from .. import forms, need_to_know, operations
from ..refused import say


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """Terms and days without pupils; they decide how school days are counted. Services below."""
    return render(
        request,
        "people/calendar.html",
        {
            "terms": Term.objects.all(),
            "days": NonSchoolDay.objects.all(),
            "services": Service.objects.in_order(),
            "can_change": need_to_know.can_change_calendar(request.user),
            "can_administer": need_to_know.can_administer(request.user),
        },
    )


def _edit(request: HttpRequest, form, save, heading: str, **context) -> HttpResponse:
    """The common way of these small forms: check, save by the operation, back to the calendar."""
    if form.is_valid():
        try:
            save(form.cleaned_data)
        except ValidationError as refused:
            say(form, refused)
        else:
            messages.success(request, "Saved.")
            return redirect("accounts:calendar")
    return render(request, "people/form.html", {"form": form, "heading": heading, "send": "Save", **context})


@require_http_methods(["GET", "HEAD", "POST"])
def term_add(request: HttpRequest) -> HttpResponse:
    """A new term."""
    need_to_know.check_can_change_calendar(request.user)
    form = forms.TermForm(request.POST or None)
    return _edit(request, form, lambda data: operations.save_term(by=request.user, **data), "Add a term")


@require_http_methods(["GET", "HEAD", "POST"])
def term_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Other dates or another name for a term."""
    need_to_know.check_can_change_calendar(request.user)
    term = get_object_or_404(Term, pk=pk)
    form = forms.TermForm(request.POST or None, instance=term)
    return _edit(
        request, form, lambda data: operations.save_term(by=request.user, term=term, **data), "Change a term",
        remove="accounts:term_remove", pk=pk,
    )  # fmt: skip


@require_POST
def term_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a term out of the calendar."""
    need_to_know.check_can_change_calendar(request.user)
    operations.remove_term(by=request.user, term=get_object_or_404(Term, pk=pk))
    messages.success(request, "The term is taken out.")
    return redirect("accounts:calendar")


@require_http_methods(["GET", "HEAD", "POST"])
def day_add(request: HttpRequest) -> HttpResponse:
    """An INSET day, a bank holiday, a holiday or a closure."""
    need_to_know.check_can_change_calendar(request.user)
    form = forms.NonSchoolDayForm(request.POST or None)
    return _edit(
        request, form, lambda data: operations.save_non_school_day(by=request.user, **data), "Add days without pupils"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def day_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes days without pupils."""
    need_to_know.check_can_change_calendar(request.user)
    day = get_object_or_404(NonSchoolDay, pk=pk)
    form = forms.NonSchoolDayForm(request.POST or None, instance=day)
    return _edit(
        request, form, lambda data: operations.save_non_school_day(by=request.user, day=day, **data),
        "Change days without pupils", remove="accounts:day_remove", pk=pk,
    )  # fmt: skip


@require_POST
def day_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes days without pupils out of the calendar."""
    need_to_know.check_can_change_calendar(request.user)
    operations.remove_non_school_day(by=request.user, day=get_object_or_404(NonSchoolDay, pk=pk))
    messages.success(request, "The days are taken out.")
    return redirect("accounts:calendar")


@require_http_methods(["GET", "HEAD", "POST"])
def service_add(request: HttpRequest) -> HttpResponse:
    """A new service of the school."""
    need_to_know.check_can_administer(request.user)
    form = forms.ServiceForm(request.POST or None)
    return _edit(request, form, lambda data: operations.save_service(by=request.user, **data), "Add a service")


@require_http_methods(["GET", "HEAD", "POST"])
def service_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a service's DSLs are found, and its name."""
    need_to_know.check_can_administer(request.user)
    service = get_object_or_404(Service, pk=pk)
    form = forms.ServiceForm(request.POST or None, instance=service)
    return _edit(
        request,
        form,
        lambda data: operations.save_service(by=request.user, service=service, **data),
        "Change a service",
    )
