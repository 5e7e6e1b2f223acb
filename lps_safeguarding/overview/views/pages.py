"""Home and queue: pages that look across apps. They read through each app's need to know, and decide nothing."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_POST

from concerns import need_to_know, operations, timeline
from lps_safeguarding.access import door
from lps_safeguarding.access.refusals import NotThere
from lps_safeguarding.overview import forms, queue
from lps_safeguarding.overview.home import home_of


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The first page, by what the person is today."""
    return render(request, "overview/home.html", {"home": home_of(request.user, timezone.now())})


def check_has_queue(user) -> None:
    if not need_to_know.is_on_safeguarding_team(user):
        raise PermissionDenied("The queue is for DSLs.")


@require_GET
def queue_page(request: HttpRequest) -> HttpResponse:
    """All that waits, most urgent first (DEC-01)."""
    check_has_queue(request.user)
    now = timezone.now()
    services = queue.services_of(request.user)
    filters = queue.Filters.read(request.GET, services)
    sections = timeline.queue_sections(request.user, now)
    door.note_list(request, "queue")
    context = {
        "parts": queue.parts(sections, filters, request.user, now),
        "nothing_at_all": not sections,
        "filters": filters,
        "services": services if len(services) > 1 else [],
        "who_choices": queue.WHO,
        "form_choices": queue.FORMS,
        "keep_form": forms.KeepForm(auto_id="keep_%s"),
        "keep_query": filters.address,
        "now": now,
    }
    return render(request, "overview/queue.html", context)


@require_GET
def queue_new(request: HttpRequest) -> HttpResponse:
    """How many came in since the page was made, for the line above the list. Holds a number and nothing else."""
    check_has_queue(request.user)
    try:
        since = parse_datetime(request.GET.get("since", "")[:40])
    except ValueError:
        since = None
    if since is None or timezone.is_naive(since):
        return JsonResponse({"new": 0})
    waiting = need_to_know.queue_of(request.user)
    new = (
        waiting.filter(submitted_at__gt=since).count()
        + waiting.filter(submitted_at__lte=since, worried_at__gt=since).count()
    )
    return JsonResponse({"new": new})


@require_GET
def queue_next(request: HttpRequest) -> HttpResponse:
    """On to the most urgent concern that waits, without the way over the queue; to the queue when nothing waits."""
    check_has_queue(request.user)
    reference = timeline.next_in_queue(request.user, after=door.tidy(request.GET.get("after", "")))
    if not reference:
        return redirect("overview:queue")
    return redirect("concerns:concern_detail", reference=reference)


@require_POST
def file_open(request: HttpRequest) -> HttpResponse:
    """Open a file for a child who has none yet (CPF-01)."""
    try:
        child = need_to_know.children_to_choose(request.user).filter(pk=request.POST.get("child", "")).first()
    except ValidationError:
        child = None
    if child is None:
        raise NotThere
    child_file = operations.open_child_file(child=child, by=request.user)
    return redirect("overview:child", reference=child_file.reference)
