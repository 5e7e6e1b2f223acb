"""Whom to turn to: the page for everybody who is signed in, and the poster (ROL-04)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lps_safeguarding.people import duty
from lps_safeguarding.people.models import OutsideContact, Service
from lps_safeguarding.web import pdf

from .. import forms, need_to_know, operations
from ..refused import say


def _people() -> dict:
    """Lead DSL, deputies by service, headteacher, chair, and the telephones outside school."""
    now = timezone.now()
    return {
        "lead": duty.lead_dsl(now),
        "services": [(service, duty.deputies(service, now)) for service in Service.objects.in_order()],
        "headteacher": duty.headteacher(now),
        "acting": duty.acting_headteacher(now),
        "chair": duty.chair(now),
        "outside": OutsideContact.objects.all(),
        "on_poster": OutsideContact.objects.filter(on_poster=True),
        "day": timezone.localdate(now),
    }


@require_GET
def contacts(request: HttpRequest) -> HttpResponse:
    """Names and telephones, with who is on duty now."""
    now = timezone.now()
    on_duty = [(service, duty.on_duty(service, now)) for service in Service.objects.in_order()]
    return render(
        request,
        "people/contacts.html",
        _people() | {"on_duty": on_duty, "can_change": need_to_know.can_change_calendar(request.user)},
    )


@require_GET
def poster(request: HttpRequest) -> HttpResponse:
    """The poster for reception and the staff room, to print from the browser."""
    return render(request, "people/poster.html", _people())


@require_GET
def poster_pdf(request: HttpRequest) -> HttpResponse:
    """The poster as an accessible PDF."""
    made = pdf.render("people/poster_pdf.html", _people(), title="Safeguarding: whom to talk to")
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={"Content-Disposition": 'attachment; filename="safeguarding-poster.pdf"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def outside_add(request: HttpRequest) -> HttpResponse:
    """A telephone outside school, such as the LADO's."""
    need_to_know.check_can_change_calendar(request.user)
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def outside_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another number for somebody outside school."""
    need_to_know.check_can_change_calendar(request.user)
    return _edit(request, get_object_or_404(OutsideContact, pk=pk))


def _edit(request: HttpRequest, contact: OutsideContact | None) -> HttpResponse:
    form = forms.OutsideContactForm(request.POST or None, instance=contact)
    if form.is_valid():
        try:
            operations.save_outside_contact(by=request.user, contact=contact, **form.cleaned_data)
        except ValidationError as refused:
            say(form, refused)
        else:
            messages.success(request, "Saved.")
            return redirect("accounts:contacts")
    context = {"form": form, "heading": "Somebody outside school", "send": "Save"}
    if contact is not None:
        context |= {"remove": "accounts:outside_remove", "pk": contact.pk}
    return render(request, "people/form.html", context)


@require_POST
def outside_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a contact out of the list."""
    need_to_know.check_can_change_calendar(request.user)
    operations.remove_outside_contact(by=request.user, contact=get_object_or_404(OutsideContact, pk=pk))
    messages.success(request, "The contact is taken out.")
    return redirect("accounts:contacts")
