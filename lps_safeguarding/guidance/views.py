"""Duties and times: what they are and where they come from, how they changed, and how to change them (DEC-16)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from . import editions, need_to_know, touches
from .forms import DutyFormSet, EditionForm, NewDutyForm, SettingForm
from .models import Edition


@require_GET
def duty_list(request: HttpRequest) -> HttpResponse:
    """Every duty of the edition in force, each with its source."""
    need_to_know.check_can_read(request.user)
    edition = editions.current()
    context = {
        "edition": edition,
        "duties": list(edition.duties.all()),
        "coming": editions.coming(),
        "may_change": need_to_know.can_change(request.user),
    }
    return render(request, "guidance/duty_list.html", context)


@require_GET
def edition_list(request: HttpRequest) -> HttpResponse:
    """All editions and all changes of the school's own settings, newest first: the history."""
    need_to_know.check_can_read(request.user)
    found = Edition.objects.select_related("made_by__adult").order_by("-effective_from", "-pk")
    return render(request, "guidance/edition_list.html", {"editions": list(found), "current": editions.current()})


@require_GET
def edition_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What one edition says differently from the one it is based on, and which records that touches."""
    need_to_know.check_can_read(request.user)
    edition = get_object_or_404(Edition.objects.select_related("based_on", "made_by__adult"), pk=pk)
    older = edition.based_on
    context = {
        "edition": edition,
        "older": older,
        "differences": editions.differences(older, edition) if older else [],
        "touched": touches.of(older, edition) if older else [],
        "duties": list(edition.duties.all()),
    }
    return render(request, "guidance/edition_detail.html", context)


@require_http_methods(["GET", "POST"])
def edition_add(request: HttpRequest) -> HttpResponse:
    """A new edition of the guidance, begun from the latest one."""
    need_to_know.check_can_change(request.user)
    base = editions.latest()
    duties = list(base.duties.all())
    form = EditionForm(request.POST or None)
    lines = DutyFormSet(
        request.POST or None,
        initial=[
            {
                name: getattr(duty, name)
                for name in ("slug", "title", "value", "unit", "source", "paragraph", "wording")
            }
            for duty in duties
        ],
        prefix="duty",
    )
    new = NewDutyForm(request.POST or None, prefix="new", taken={duty.slug for duty in duties})
    if request.method == "POST" and all([form.is_valid(), lines.is_valid(), new.is_valid()]):
        new_duty = new.duty()
        edition = editions.add(
            by=request.user,
            based_on=base,
            changes={line.slug: line.changes() for line in lines},
            new_duties=[new_duty] if new_duty else [],
            **form.cleaned_data,
        )
        messages.success(request, "The new edition is saved. This is what it says differently, and what it touches.")
        return redirect("guidance:edition_detail", pk=edition.pk)
    return render(request, "guidance/edition_form.html", {"form": form, "lines": lines, "new": new, "base": base})


@require_http_methods(["GET", "POST"])
def setting_change(request: HttpRequest, slug: str) -> HttpResponse:
    """Another value for one of the school's own settings. What national sources set is changed by a new edition."""
    need_to_know.check_can_change(request.user)
    duty = editions.current().duties.filter(slug=slug).first()
    if duty is None or not duty.is_school_setting:
        raise Http404
    form = SettingForm(request.POST or None, duty=duty)
    if request.method == "POST" and form.is_valid():
        edition = editions.change_setting(by=request.user, slug=slug, **form.cleaned_data)
        messages.success(request, "Changed from today. Records begun before keep the time they began under.")
        return redirect("guidance:edition_detail", pk=edition.pk)
    return render(request, "guidance/setting_form.html", {"form": form, "duty": duty})
