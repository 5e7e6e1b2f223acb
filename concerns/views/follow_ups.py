"""What is to be done, and by whom (DEC-13): its owner sees the task and nothing of the concern."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concerns import need_to_know, operations
from concerns.forms import follow_ups as forms
from concerns.forms.boxes import put_errors, typed_texts
from concerns.states import FollowUpState
from concerns.views.opening import colleagues, one_form, open_to_decide, posted
from lps_safeguarding.access.door import open_record
from lps_safeguarding.access.levels import Level
from lps_safeguarding.access.refusals import StaleEdit, WrongState
from lps_safeguarding.web.templatetags.lps import time24


@require_http_methods(["GET", "POST"])
def follow_up_add(request: HttpRequest, reference: str) -> HttpResponse:
    concern = open_to_decide(request, reference)
    form = forms.OneFollowUpForm(posted(request), colleagues=colleagues())

    def do(given: dict[str, Any]) -> None:
        operations.set_follow_up(concern=concern, by=request.user, **given)

    return one_form(
        request, concern, form, do, title="Add a follow-up", button="Add", done="Added. They have been alerted.",
        at="#follow-ups", colleagues=form.fields["owner"].colleagues,
    )  # fmt: skip


def _open_follow_up(request: HttpRequest, reference: str):
    follow_ups = need_to_know.follow_ups_readable_by(request.user).select_related(
        "key", "owner__adult", "set_by__adult", "ended_by__adult"
    )
    return open_record(request, follow_ups, reference=reference)


def _follow_up_page(request: HttpRequest, follow_up, form=None) -> HttpResponse:
    """An owner sees what is to be done and by when, and nothing of the concern (DEC-13)."""
    context = {
        "follow_up": follow_up,
        "form": form or forms.FollowUpEndForm(initial={"version": follow_up.version}),
        "not_recorded": typed_texts(form) if form and follow_up.state != FollowUpState.OPEN else [],
        "full": follow_up.level == Level.FULL,
        "may_end": need_to_know.can_end_follow_up(request.user, follow_up),
        "today": timezone.localdate(),
    }
    return render(request, "concerns/deciding/follow_up.html", context)


@require_GET
def follow_up_detail(request: HttpRequest, reference: str) -> HttpResponse:
    follow_up = _open_follow_up(request, reference)
    return _follow_up_page(request, follow_up)


@require_http_methods(["GET", "POST"])
def follow_up_end(request: HttpRequest, reference: str) -> HttpResponse:
    follow_up = _open_follow_up(request, reference)
    need_to_know.check_can_end_follow_up(request.user, follow_up)
    if request.method == "GET":
        return redirect("concerns:follow_up_detail", reference=follow_up.reference)
    form = forms.FollowUpEndForm(request.POST)
    if form.is_valid():
        try:
            operations.end_follow_up(follow_up=follow_up, by=request.user, **form.cleaned_data)
        except StaleEdit as stale:
            follow_up = _open_follow_up(request, reference)
            data = request.POST.copy()
            data["version"] = str(follow_up.version)
            form = forms.FollowUpEndForm(data)
            form.add_error(None, f"{stale} Press the button again if it still fits.")
        except WrongState as refused:
            form.add_error(None, str(refused))
        except ValidationError as refused:
            put_errors(form, refused)
        else:
            messages.success(request, f"Recorded at {time24(timezone.now())}. Whoever asked for it has been told.")
            return redirect("concerns:follow_up_detail", reference=follow_up.reference)
    return _follow_up_page(request, follow_up, form)


@require_POST
def follow_up_reopen(request: HttpRequest, reference: str) -> HttpResponse:
    follow_up = _open_follow_up(request, reference)
    need_to_know.check_can_end_follow_up(request.user, follow_up)
    try:
        operations.reopen_follow_up(follow_up=follow_up, by=request.user)
        messages.success(request, "This is to do again.")
    except WrongState as refused:
        messages.error(request, str(refused))
    return redirect("concerns:follow_up_detail", reference=follow_up.reference)
