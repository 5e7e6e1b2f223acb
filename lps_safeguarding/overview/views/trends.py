"""Trends for the safeguarding team (DEC-15): the figures, children who come again, places; each leads to its records."""

from __future__ import annotations

import csv
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from concerns import statistics
from lps_safeguarding.access import door
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.overview import forms, need_to_know, periods, trends
from lps_safeguarding.overview.periods import Days, Period
from lps_safeguarding.overview.records import day_of
from lps_safeguarding.people.models import Service
from lps_safeguarding.people.school_calendar import named_terms


class _Asked:
    """What the address asks for: a period, a service. Nonsense is as if not given."""

    def __init__(self, request: HttpRequest) -> None:
        today = timezone.localdate()
        self.groups = periods.choices(named_terms(), today)
        self.services = list(Service.objects.in_order())
        self.covered = [service for service in self.services if service.pk in request.user.services_as_dsl()]
        slug = request.GET.get("service", "")
        self.service = next((service for service in self.services if service.slug == slug), None)
        since, until = day_of(request.GET.get("since")), day_of(request.GET.get("until"))
        if since and until and since <= min(until, today) and until - since <= periods.LONGEST:
            self.period = periods.own(Days(since, until))
        else:
            self.period = periods.chosen(self.groups, request.GET.get("period", ""))

    @property
    def query(self) -> str:
        """The query of the address that asks for the same."""
        return query_of(self.period, self.service)

    def stretches(self) -> list[statistics.Stretch]:
        chosen = (self.service,) if self.service else ()
        return [statistics.Stretch(days.first, days.last, chosen) for days in (self.period.days, self.period.before)]


def query_of(period: Period, service: Service | None) -> str:
    asked = {"service": service.slug} if service else {}
    if period.slug:
        return urlencode(asked | {"period": period.slug})
    return urlencode(asked | {"since": period.days.first.isoformat(), "until": period.days.last.isoformat()})


def _page(request: HttpRequest, asked: _Asked, here: str, template: str, context: dict[str, Any]) -> HttpResponse:
    frame = {
        "period": asked.period,
        "groups": asked.groups,
        "service": asked.service,
        "services": asked.covered if len(asked.covered) > 1 else [],
        "query": asked.query,
        "own_form": forms.PeriodForm(
            initial={} if asked.period.slug else {"since": asked.period.days.first, "until": asked.period.days.last}
        ),
        "parts": [
            {"text": text, "href": f"{reverse(name)}?{asked.query}", "here": name == here}
            for text, name in (
                ("Figures", "overview:trends"),
                ("Children", "overview:trends_children"),
                ("Places", "overview:trends_places"),
            )
        ],
        "here": reverse(here),
    }
    return render(request, template, frame | context)


@require_http_methods(["GET", "POST"])
def figures(request: HttpRequest) -> HttpResponse:
    """Trends by kind, service, time of day, weekday and how it came to light, against the period before."""
    need_to_know.check_can_see_trends(request.user)
    asked = _Asked(request)
    if request.method == "POST":
        form = forms.PeriodForm(request.POST)
        if form.is_valid():
            days = Days(form.cleaned_data["since"], form.cleaned_data["until"])
            slug = request.POST.get("service", "")
            service = next((each for each in asked.services if each.slug == slug), None)
            return redirect(f"{reverse('overview:trends')}?{query_of(periods.own(days), service)}")
    shown = trends.trends_of(request.user, asked.period, asked.services, asked.service)
    door.note_list(request, "trends")
    context: dict[str, Any] = {"trends": shown}
    if request.method == "POST":
        context["own_form"] = form
    return _page(request, asked, "overview:trends", "overview/trends.html", context)


@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """The figures as a file for a spreadsheet: numbers only, no names."""
    need_to_know.check_can_see_trends(request.user)
    asked = _Asked(request)
    shown = trends.trends_of(request.user, asked.period, asked.services, asked.service)
    trail.note(by=request.user, act="exported", why="trends, numbers only")
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="trends.csv"'
    response.write("\ufeff")  # or Excel takes it for another alphabet
    csv.writer(response).writerows(trends.as_rows(shown))
    return response


@require_GET
def children(request: HttpRequest) -> HttpResponse:
    """Children with several concerns in the period, and how many children have how many."""
    need_to_know.check_can_see_trends(request.user)
    asked = _Asked(request)
    repeats = statistics.repeat_children(request.user, *asked.stretches())
    door.note_list(request, "trends by child")
    context = {"section": trends.by_number_of_concerns(repeats), "repeats": repeats, "most": statistics.MOST_CHILDREN}
    context["days"] = _parts(asked.period.days)
    return _page(request, asked, "overview:trends_children", "overview/trends_children.html", context)


def _parts(days: Days) -> list[tuple[str, int]]:
    """The boxes of the two days as the form of the records has them."""
    return [
        (f"{name}_{number}", part)
        for name, day in (("since", days.first), ("until", days.last))
        for number, part in enumerate((day.day, day.month, day.year))
    ]


@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """Where concerns were noticed, as it was written down; each with its records."""
    need_to_know.check_can_see_trends(request.user)
    asked = _Asked(request)
    found, cut = statistics.places(request.user, asked.stretches()[0])
    door.note_list(request, "trends by place")
    context = {"section": trends.by_place(found), "places": found, "cut": cut, "most": statistics.MOST_PLACES_READ}
    return _page(request, asked, "overview:trends_places", "overview/trends_places.html", context)
