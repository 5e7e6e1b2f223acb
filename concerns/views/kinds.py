"""Kinds of concern: the signs of each, for everybody who writes or decides, and the local priorities (CON-15, CON-17)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from concerns import indicators, need_to_know, operations, priorities
from concerns.forms.boxes import put_errors
from concerns.forms.kinds import PrioritiesForm
from concerns.terms import Kind
from lps_safeguarding.access.refusals import NotThere


@require_GET
def signs(request: HttpRequest) -> HttpResponse:
    """The signs of every kind on one page. Open to everybody with an account."""
    here = priorities.now()
    context = {
        "kinds": [(kind, indicators.SIGNS[kind], kind.value in here) for kind in Kind],
        "not_a_checklist": indicators.NOT_A_CHECKLIST,
        "may_set_priorities": need_to_know.can_set_priorities(request.user),
    }
    return render(request, "concerns/kinds/signs.html", context)


@require_GET
def signs_of(request: HttpRequest, kind: str) -> HttpResponse:
    """The signs of one kind: a page of its own, or the part that a form's script puts beside the tick box."""
    if kind not in Kind.values:
        raise NotThere
    context = {
        "kind": Kind(kind),
        "signs": indicators.SIGNS[Kind(kind)],
        "not_a_checklist": indicators.NOT_A_CHECKLIST,
    }
    part = request.headers.get("X-Part") == "signs"
    response = render(request, f"concerns/kinds/{'signs_part' if part else 'signs_of'}.html", context)
    response["Vary"] = "X-Part, Cookie"
    return response


@require_http_methods(["GET", "POST"])
def local_priorities(request: HttpRequest) -> HttpResponse:
    """The lead DSL says which kinds are priorities here."""
    need_to_know.check_can_set_priorities(request.user)
    form = PrioritiesForm(
        request.POST if request.method == "POST" else None, initial={"kinds": list(priorities.now())}
    )
    if form.is_valid():
        try:
            operations.set_local_priorities(by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            put_errors(form, refused)
        else:
            messages.success(request, "Saved. They are marked on every form from now on.")
            return redirect("concerns:local_priorities")
    return render(request, "concerns/kinds/priorities.html", {"form": form})
