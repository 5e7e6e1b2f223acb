"""Meetings about a child, from the child's page: planned, recorded, moved, called off (CPF-01)."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from concerns import case_page, need_to_know, operations
from concerns.forms import meetings as forms
from concerns.forms.boxes import put_errors, typed_texts
from concerns.models import ChildFile, Meeting
from concerns.states import MEETING_MOVES, MeetingState
from concerns.views.opening import colleagues, posted
from lps_safeguarding.access.door import open_record
from lps_safeguarding.access.refusals import StaleEdit, WrongState
from lps_safeguarding.web.templatetags.lps import error_summary


def _open_file(request: HttpRequest, reference: str) -> ChildFile:
    files = need_to_know.children_readable_by(request.user).select_related("key", "child__service")
    child_file = open_record(request, files, reference=reference)
    need_to_know.check_can_edit_child_file(request.user, child_file)
    return child_file


def _open_meeting(request: HttpRequest, reference: str) -> Meeting:
    readable = need_to_know.meetings_readable_by(request.user).select_related(
        "key", "child_file__key", "child_file__child__service", "follows__key"
    )
    meeting = open_record(request, readable, reference=reference)
    case_page.name_people(([meeting], ["planned_by", "recorded_by"]))
    return meeting


def _open_to_change(request: HttpRequest, reference: str) -> Meeting:
    meeting = _open_meeting(request, reference)
    need_to_know.check_can_edit_child_file(request.user, meeting.child_file)
    return meeting


@require_http_methods(["GET", "POST"])
def meeting_plan(request: HttpRequest, reference: str) -> HttpResponse:
    """Plan a meeting; one that has been already leads on to its record."""
    child_file = _open_file(request, reference)
    people = colleagues()
    form = forms.PlanForm(posted(request), colleagues=people, initial={"submission_key": uuid.uuid4()})
    if form.is_valid():
        try:
            with transaction.atomic():
                meeting = operations.plan_meeting(child_file=child_file, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            put_errors(form, refused)
        else:
            if meeting.state == MeetingState.PLANNED and meeting.starts_at <= timezone.now():
                return redirect("concerns:meeting_record", reference=meeting.reference)
            messages.success(request, "The meeting is planned. Whoever goes is told.")
            return redirect("overview:child", reference=child_file.reference)
    context = {"file": child_file, "form": form, "colleagues": people}
    return render(request, "concerns/meetings/plan.html", context)


@require_GET
def meeting_detail(request: HttpRequest, reference: str) -> HttpResponse:
    meeting = _open_meeting(request, reference)
    actions = case_page.under_its_key(
        meeting.follow_ups.filter(to_attend=False).select_related("owner__adult"), meeting.key
    )
    moves = MEETING_MOVES[MeetingState(meeting.state)]
    may_change = need_to_know.can_edit_child_file(request.user, meeting.child_file)
    context = {
        "meeting": meeting,
        "file": meeting.child_file,
        "goes": meeting.follow_ups.filter(to_attend=True).select_related("owner__adult").order_by("-set_at").first(),
        "actions": actions,
        "next_one": meeting.next_ones.order_by("starts_at").first(),
        "may_record": may_change and MeetingState.HELD in moves,
        "may_move": may_change and MeetingState.REARRANGED in moves,
        "to_be_recorded": meeting.state == MeetingState.PLANNED and meeting.starts_at <= timezone.now(),
        "today": timezone.localdate(),
    }
    return render(request, "concerns/meetings/detail.html", context)


@require_http_methods(["GET", "POST"])
def meeting_record(request: HttpRequest, reference: str) -> HttpResponse:
    """Who came, what was decided, who does what, when it goes on. Adding rows keeps what was typed."""
    meeting = _open_to_change(request, reference)
    people = colleagues()
    recording = forms.Recording(meeting, colleagues=people, data=posted(request))
    if request.method == "POST" and request.POST.get("step"):
        recording.forget_errors()
    elif request.method == "POST" and recording.is_valid():
        try:
            with transaction.atomic():
                operations.record_meeting(meeting=meeting, by=request.user, **recording.given())
        except StaleEdit as stale:
            recording = _with_version(request, reference, recording, stale)
        except WrongState as refused:
            recording.form.add_error(None, str(refused))
        except ValidationError as refused:
            put_errors(recording.form, refused)
        else:
            messages.success(request, "The meeting is recorded. Whoever has something to do is told.")
            return redirect("concerns:meeting_detail", reference=meeting.reference)
    context = {
        "meeting": recording.meeting,
        "file": recording.meeting.child_file,
        "recording": recording,
        "colleagues": people,
        "summary": error_summary(*recording.all_forms) if recording.form.is_bound else None,
    }
    return render(request, "concerns/meetings/record.html", context)


def _with_version(request: HttpRequest, reference: str, typed: forms.Recording, stale: StaleEdit) -> forms.Recording:
    """What was typed, on the meeting as it is now, so that pressing again is a decision and not an accident."""
    now = _open_to_change(request, reference)
    data = request.POST.copy()
    data["version"] = str(now.version)
    recording = forms.Recording(now, colleagues=typed.colleagues, data=data)
    recording.is_valid()
    recording.form.add_error(None, f"{stale} Press the button again if your record is the right one.")
    return recording


@require_http_methods(["GET", "POST"])
def meeting_not_held(request: HttpRequest, reference: str) -> HttpResponse:
    """On another day, called off, or held without us: with the reason."""
    meeting = _open_to_change(request, reference)
    people = colleagues()
    form = forms.NotHeldForm(posted(request), colleagues=people, initial={"version": meeting.version})
    if form.is_valid():
        given: dict[str, Any] = form.cleaned_data
        try:
            with transaction.atomic():
                operations.record_not_held(meeting=meeting, by=request.user, **given)
        except StaleEdit as stale:
            meeting = _open_to_change(request, reference)
            data = request.POST.copy()
            data["version"] = str(meeting.version)
            form.data = data
            form.add_error(None, f"{stale} Press the button again if it still fits.")
        except WrongState as refused:
            form.add_error(None, str(refused))
        except ValidationError as refused:
            put_errors(form, refused)
        else:
            messages.success(request, "Recorded.")
            return redirect("overview:child", reference=meeting.child_file.reference)
    not_recorded = (
        typed_texts(form) if MeetingState.REARRANGED not in MEETING_MOVES[MeetingState(meeting.state)] else []
    )
    context = {
        "meeting": meeting,
        "file": meeting.child_file,
        "form": form,
        "colleagues": people,
        "not_recorded": not_recorded,
    }
    return render(request, "concerns/meetings/not_held.html", context)
