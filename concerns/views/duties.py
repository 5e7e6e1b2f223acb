"""The special duties of some kinds of concern, each where it is done (CON-13, DEC-05, DEC-08)."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from concerns import case_page, deadlines, need_to_know, operations
from concerns.forms import duties as forms
from concerns.forms.boxes import put_errors
from concerns.models import Concern, FgmReport
from concerns.states import FgmState
from concerns.views.opening import one_form, open_concern, open_to_decide, posted
from lps_safeguarding.access.levels import Level
from lps_safeguarding.access.refusals import NotThere, StaleEdit, WrongState
from lps_safeguarding.alerts import outbox
from lps_safeguarding.guidance import editions
from lps_safeguarding.people.school_calendar import Calendar

_FGM_STEPS: dict[str, tuple[Any, Any]] = {
    "reported": (forms.FgmReportedForm, operations.record_fgm_reported),
    "not_applying": (forms.FgmNotApplyingForm, operations.record_fgm_not_applying),
}


@require_http_methods(["GET", "POST"])
def fgm_report(request: HttpRequest, reference: str) -> HttpResponse:
    """The teacher's own report to the police: what to do, by when, and what came of it (DEC-05)."""
    concern = open_concern(request, reference)
    report = need_to_know.fgm_report_of(request.user, concern)
    if report is None:
        raise NotThere
    may_settle = need_to_know.can_settle_fgm_report(request.user, report)
    outbox.mark_opened(recipient=request.user, record=report)
    step = _FGM_STEPS.get(request.POST.get("what", "")) if request.method == "POST" else None
    if step is None:
        return _fgm_page(request, concern, report, may_settle)
    need_to_know.check_can_settle_fgm_report(request.user, report)
    form_class, operation = step
    form = form_class(request.POST, report=report, by=request.user)
    if form.is_valid():
        try:
            operation(report=report, by=request.user, **form.given())
        except StaleEdit as stale:
            form.add_error(None, f"{stale} Press the button again if it still fits.")
            data = request.POST.copy()
            data[form.add_prefix("version")] = str(stale.current.version)
            form.data = data
        except WrongState as refused:
            form.add_error(None, str(refused))
        except ValidationError as refused:
            put_errors(form, refused)
        else:
            messages.success(request, "Recorded. The DSL sees it.")
            return redirect("concerns:fgm_report", reference=concern.reference)
    return _fgm_page(request, concern, report, may_settle, **{request.POST["what"]: form})


def _fgm_page(
    request: HttpRequest, concern: Concern, report: FgmReport, may_settle: bool, **refused: Any
) -> HttpResponse:
    case_page.name_people(([report], ["teacher", "settled_by"]))
    now = timezone.now()
    fresh = {name: form(report=report, by=request.user) for name, (form, _) in _FGM_STEPS.items()}
    own = report.teacher_id == request.user.pk
    context = {
        "concern": concern,
        "report": report,
        "children": [link.child for link in concern.children.select_related("child")],
        "own": own,
        "full": concern.level == Level.FULL,
        "forms": {**fresh, **refused} if may_settle else {},
        "refused": next(iter(refused.values()), None),
        "is_open": report.state == FgmState.OPEN,
        "is_late": report.state == FgmState.OPEN and report.due_at < now,
        "duty": concern.edition.duties.filter(slug="fgm_police_report").first(),
        "back_url": reverse("concerns:concern_detail", args=[concern.reference]),
    }
    return render(request, "concerns/duties/fgm_report.html", context)


@require_http_methods(["GET", "POST"])
def private_fostering(request: HttpRequest, reference: str) -> HttpResponse:
    """Five questions, and the notice to the local authority with its day (DEC-08)."""
    concern = open_to_decide(request, reference)
    care = need_to_know.care_arrangement_of(request.user, concern)
    due = deadlines.private_fostering_notice_due(timezone.now(), concern.edition, Calendar.load())
    initial: dict[str, Any] = {"notice": "set"}
    if care is not None:
        names = ("version", "carer", "close_relative", "since", "long_stay", "disabled", "why_no_notice")
        initial = {name: getattr(care, name) for name in names}
        initial["notice"] = "no" if care.why_no_notice else "set"
    days = editions.length("private_fostering", concern.edition).value
    form = forms.CareForm(posted(request), days=days, due=timezone.localdate(due), initial=initial)

    def do(_given: dict[str, Any]) -> None:
        operations.record_care(concern=concern, by=request.user, **form.given())

    return one_form(
        request, concern, form, do, title="Is this private fostering?", button="Record", done="Recorded.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def staff_harm_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Somebody who works here was hurt or shaken (CON-13)."""
    concern = open_concern(request, reference)
    need_to_know.check_can_add_addendum(request.user, concern)
    form = forms.StaffHarmForm(
        posted(request), initial={"submission_key": uuid.uuid4(), "who": request.user.name, "talk": True}
    )
    if concern.author_id != request.user.pk:
        del form.fields["talk"]

    def do(given: dict[str, Any]) -> None:
        operations.say_staff_harm(concern=concern, by=request.user, **given)

    return one_form(
        request, concern, form, do, title="Somebody who works here was hurt or shaken", button="Tell a DSL",
        done="A DSL has been told.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def staff_support(request: HttpRequest, reference: str, harm_id: uuid.UUID) -> HttpResponse:
    """What was offered to the member of staff (CON-13)."""
    concern = open_to_decide(request, reference)
    harm = next((each for each in need_to_know.staff_harms_of(request.user, concern) if each.pk == harm_id), None)
    if harm is None:
        raise NotThere
    form = forms.StaffSupportForm(posted(request), initial={"version": harm.version, "support": harm.support})

    def do(given: dict[str, Any]) -> None:
        operations.record_staff_support(harm=harm, by=request.user, **given)

    return one_form(
        request, concern, form, do, title="Support for the member of staff", button="Record", done="Recorded.",
    )  # fmt: skip
