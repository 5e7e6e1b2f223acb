"""Who is on duty: now, this week, and the changes to it (ROL-03)."""

import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lps_safeguarding.people import duty
from lps_safeguarding.people.models import Absence, OnDuty, Service
from lps_safeguarding.people.school_calendar import Calendar

from .. import forms, need_to_know, operations
from ..refused import say

WEEK = datetime.timedelta(days=7)


def _monday(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday())


def _week_asked_for(text: str) -> datetime.date:
    try:
        day = datetime.date.fromisoformat(text) if text else timezone.localdate()
    except ValueError:
        raise Http404("There is no such week.") from None
    if not 2000 <= day.year <= 2100:
        raise Http404("There is no such week.")
    return _monday(day)


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


@require_GET
def rota(request: HttpRequest, week: str = "") -> HttpResponse:
    """The week's rota by day and service; who is on duty now stands at the top. For everybody who is signed in."""
    monday = _week_asked_for(week)
    now = timezone.now()
    services = list(Service.objects.in_order())
    running = list(
        OnDuty.objects.overlapping(_midnight(monday), _midnight(monday + WEEK)).select_related(
            "service", "user__adult"
        )
    )
    may_plan = {service.pk for service in services if need_to_know.can_plan_duty(request.user, service)}
    whole_school = need_to_know.can_plan_whole_school(request.user)
    days = []
    calendar = Calendar.load()
    for number in range(7):
        day = monday + datetime.timedelta(days=number)
        start, end = _midnight(day), _midnight(day + datetime.timedelta(days=1))
        todays = [one for one in running if one.starts_at < end and one.ends_at > start]
        cells = [
            (service, [(one, service.pk in may_plan) for one in todays if one.service_id == service.pk])
            for service in services
        ]
        everywhere = [(one, whole_school) for one in todays if one.service_id is None]
        is_school_day = calendar.is_school_day(day)
        if number < 5 or everywhere or any(duties for _, duties in cells):
            days.append(
                {
                    "day": day,
                    "school_day": is_school_day,
                    "to_fill": is_school_day and day >= timezone.localdate(),
                    "cells": cells,
                    "everywhere": everywhere,
                }
            )
    return render(
        request,
        "people/rota.html",
        {
            "monday": monday,
            "before": (monday - WEEK).isoformat(),
            "after": (monday + WEEK).isoformat(),
            "days": days,
            "services": services,
            "now": [(service, duty.on_duty(service, now), duty.who_to_alert(service, now)) for service in services],
            "absences": Absence.objects.at(now).select_related("user__adult"),
            "can_plan": bool(may_plan),
            "today": timezone.localdate(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def week_plan(request: HttpRequest, week: str) -> HttpResponse:
    """The same duty on several days of a week."""
    need_to_know.check_can_plan_duty(request.user)
    monday = _week_asked_for(week)
    form = forms.WeekForm(request.POST or None, by=request.user, monday=monday)
    if form.is_valid():
        try:
            with transaction.atomic():
                for fields in form.duties():
                    operations.put_on_duty(by=request.user, **fields)
        except ValidationError as refused:
            say(form, refused)
        else:
            messages.success(request, "The duties are in the rota.")
            return redirect("accounts:rota_week", week=monday.isoformat())
    heading = f"Plan duties in the week of {monday:%-d %B %Y}"
    return render(request, "people/form.html", {"form": form, "heading": heading, "send": "Put on duty"})


@require_http_methods(["GET", "HEAD", "POST"])
def duty_add(request: HttpRequest) -> HttpResponse:
    """One duty: a school day, out of hours or a trip."""
    need_to_know.check_can_plan_duty(request.user)
    form = forms.DutyForm(request.POST or None, by=request.user)
    if form.is_valid():
        try:
            made = operations.put_on_duty(by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            say(form, refused)
        else:
            messages.success(request, "The duty is in the rota.")
            return redirect("accounts:rota_week", week=timezone.localdate(made.starts_at).isoformat())
    return render(request, "people/form.html", {"form": form, "heading": "Add a duty", "send": "Put on duty"})


@require_http_methods(["GET", "HEAD", "POST"])
def duty_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another person (cover), time or place."""
    changed = get_object_or_404(OnDuty.objects.select_related("service", "user__adult"), pk=pk)
    _check(request, changed)
    form = forms.DutyForm(request.POST or None, by=request.user, duty=changed)
    if form.is_valid():
        try:
            operations.change_duty(by=request.user, duty=changed, **form.cleaned_data)
        except ValidationError as refused:
            say(form, refused)
        else:
            messages.success(request, "The rota is changed.")
            return redirect("accounts:rota_week", week=timezone.localdate(changed.starts_at).isoformat())
    return render(
        request,
        "people/form.html",
        {
            "form": form,
            "heading": "Change a duty or find cover",
            "send": "Save",
            "remove": "accounts:duty_remove",
            "pk": pk,
        },
    )


@require_POST
def duty_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes somebody off duty."""
    removed = get_object_or_404(OnDuty.objects.select_related("service"), pk=pk)
    _check(request, removed)
    week = timezone.localdate(removed.starts_at).isoformat()
    operations.take_off_duty(by=request.user, duty=removed)
    messages.success(request, "The duty is taken out of the rota.")
    return redirect("accounts:rota_week", week=week)


def _check(request: HttpRequest, one: OnDuty) -> None:
    need_to_know.check_can_plan_duty(request.user, one.service)
    if one.service is None and not need_to_know.can_plan_whole_school(request.user):
        raise Http404("There is no such duty.")


@require_http_methods(["GET", "HEAD", "POST"])
def absence_add(request: HttpRequest) -> HttpResponse:
    """Somebody is away; whoever covers for them is asked meanwhile."""
    form = forms.AbsenceForm(request.POST or None, by=request.user)
    need_to_know.check_can_record_absence_of(request.user, request.user)
    if form.is_valid():
        try:
            operations.record_absence(by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            say(form, refused)
        else:
            messages.success(request, "Noted. Alerts go to whoever covers.")
            return redirect("accounts:rota")
    return render(
        request, "people/form.html", {"form": form, "heading": "Record that somebody is away", "send": "Save"}
    )


@require_POST
def absence_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Back again."""
    absence = get_object_or_404(Absence.objects.select_related("user__adult"), pk=pk)
    need_to_know.check_can_record_absence_of(request.user, absence.user)
    operations.end_absence(by=request.user, absence=absence)
    messages.success(request, "Noted.")
    return redirect("accounts:rota")
