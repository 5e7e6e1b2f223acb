"""Pages and addresses of alerts. None shows content: each alert leads to its record, which has its own door."""

from __future__ import annotations

import logging
import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from . import delivery, health, need_to_know, outbox, rescue, screen

log = logging.getLogger(__name__)

SHOWN = 100
MOST_SEEN = 50


@require_GET
def alert_list(request: HttpRequest) -> HttpResponse:
    """One's own alerts, newest first."""
    alerts = need_to_know.own(request.user).filter(deliver_after__lte=timezone.now()).order_by("-deliver_after", "pk")
    context = {
        "waiting": screen.waiting(request.user),
        "opened": [screen.shown(alert) for alert in alerts.filter(opened_at__isnull=False)[:SHOWN]],
        "warning": health.warning_for(request.user),
        "may_see_undelivered": need_to_know.can_see_undelivered(request.user),
    }
    return render(request, "alerts/alert_list.html", context)


@require_GET
def alert_open(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """On to what waits. Following an alert marks it as opened; whether the record opens is its own door's matter."""
    alert = get_object_or_404(need_to_know.own(request.user), pk=pk)
    outbox.mark_alert_opened(alert)
    if not alert.url_name:
        return redirect("alerts:alert_list")
    try:
        return redirect(reverse(alert.url_name, args=[alert.reference] if alert.reference else []))
    except NoReverseMatch:
        log.error("The alert %s leads to no page: %s", alert.reason, alert.url_name)
        return redirect("alerts:alert_list")


@require_http_methods(["GET", "POST"])
def since(request: HttpRequest) -> HttpResponse:
    """For static/js/alerts.js. Neither way counts as using the session (accounts.sessions.PASSIVE_PAGES).

    GET: 204 when nothing has changed since the state the page knows, else all that waits. It writes nothing; one query
    (two for those who are warned when the clockwork stops). POST: which alerts the script has put on the open screen.
    """
    if request.method == "POST":
        return _seen(request)
    rescue.look()
    now = screen.waiting(request.user)
    warning = health.warning_for(request.user)
    state = now.state + ("-" if warning else "")
    if request.GET.get("after") == state:
        return HttpResponse(status=204)
    return JsonResponse(
        {
            "state": state,
            "count": now.count_in_words,
            "warning": warning,
            "alerts": [
                {
                    "id": str(alert.id),
                    "line": alert.line,
                    "urgent": alert.urgent,
                    "url": alert.url,
                    "at": timezone.localtime(alert.at).strftime("%H:%M"),
                    "seen": alert.seen,
                }
                for alert in now.alerts
            ],
        }
    )


def _seen(request: HttpRequest) -> HttpResponse:
    ids = []
    for text in request.POST.getlist("id")[:MOST_SEEN]:
        try:
            ids.append(uuid.UUID(text))
        except ValueError:
            return HttpResponse(status=400)
    outbox.mark_seen(recipient=request.user, ids=ids)
    return HttpResponse(status=204)


@require_GET
def undelivered(request: HttpRequest) -> HttpResponse:
    """To whom e-mails could not be delivered, and why not; never what they were about."""
    alerts = need_to_know.undelivered_for(request.user)
    return render(request, "alerts/undelivered.html", {"alerts": list(alerts[:SHOWN])})


@require_http_methods(["POST"])
def undelivered_again(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Try once more, or note that the person was told in another way."""
    alert = need_to_know.undelivered_for(request.user).filter(pk=pk).first()
    if alert is None:
        raise Http404
    if request.POST.get("step") == "settle":
        delivery.settle(alert.pk, by=request.user)
        messages.success(request, "Taken off the list.")
    else:
        delivery.try_again(alert.pk)
        messages.success(request, "It will be sent again now.")
    return redirect("alerts:undelivered")
