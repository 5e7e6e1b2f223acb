"""The on-duty sheet, on screen and as a document."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from lps_safeguarding.audit_trail import trail
from lps_safeguarding.overview.duty_sheet import DAYS, Sheet, sheet_for
from lps_safeguarding.web import pdf


def _sheet(request: HttpRequest) -> tuple[Sheet, str]:
    """For today unless a week is asked for; whoever is signed in may have it (ROL-03, ROL-04)."""
    span = request.GET.get("for", "today")
    span = span if span in DAYS else "today"
    return sheet_for(request.user, timezone.now(), span), span


@require_GET
def duty_sheet(request: HttpRequest) -> HttpResponse:
    """Who is on duty today or this week, where, who covers, whom to ring outside; for DSLs also what is urgent."""
    sheet, span = _sheet(request)
    if sheet.for_dsl:
        trail.note(by=request.user, act="listed", why="on-duty sheet")
    return render(request, "overview/duty_sheet.html", {"sheet": sheet, "span": span})


@require_GET
def duty_sheet_pdf(request: HttpRequest) -> HttpResponse:
    """The same as one page to print."""
    sheet, span = _sheet(request)
    if sheet.for_dsl:
        trail.note(by=request.user, act="printed", why="on-duty sheet")
    context = {"sheet": sheet, "span": span, "printed_by": request.user.name}
    made = pdf.render("overview/pdf/duty_sheet.html", context, title="On duty")
    headers = {"Content-Disposition": 'attachment; filename="on-duty.pdf"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)
