"""The teacher's own report of FGM to the police: begun with the kind, settled by the teacher or a DSL (DEC-05)."""

import datetime
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from concerns import alerts, deadlines, duties, need_to_know, states
from concerns.deadlines import CLOCKS_MAY_DIFFER_BY
from concerns.duty_terms import SpecialDuty, WhyNoReport
from concerns.models import Concern, FgmReport
from concerns.operations.locking import locked
from concerns.states import FgmState
from concerns.terms import Kind
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people.models import Child, User
from lps_safeguarding.people.school_calendar import Calendar

NEEDS_WORDS = (WhyNoReport.OTHER, WhyNoReport.REPORTED_ALREADY)


def begin_fgm_report(concern: Concern, *, by: User) -> None:
    """Begin the duty where the concern's kinds and children ask for it and it has not begun. Part of an operation that
    saves the concern afterwards.

    The clock runs from when the teacher saw or heard it, also where a DSL names the kind later: then it may be over.
    """
    if SpecialDuty.FGM_REPORT in concern.special_duties or Kind.FGM not in concern.kinds:
        return
    if is_owed(concern, [link.child for link in concern.children.select_related("child")]):
        concern.special_duties = [*concern.special_duties, SpecialDuty.FGM_REPORT]
        start_fgm_report(concern, by=by)


def is_owed(concern: Concern, children: Iterable[Child]) -> bool:
    """Whether a concern of its kinds about these children asks for the teacher's own report."""
    on = timezone.localdate(concern.observed_at)
    return duties.teacher_reports_fgm(concern.kinds, [duties.AChild(each.sex, each.age_on(on)) for each in children])


def start_fgm_report(concern: Concern, *, by: User) -> FgmReport:
    """The report itself, for a concern that says in `special_duties` that it has one."""
    report = FgmReport(
        key=concern.key,
        concern=concern,
        teacher=concern.author,
        known_at=concern.observed_at,
        due_at=deadlines.fgm_report_due(concern.observed_at, concern.edition, Calendar.load()),
    )
    trail.save(report, by=by, why="a personal duty began")
    if concern.author_id != by.pk:
        alerts.fgm_report_begun(report)
    return report


def _to_settle(report: FgmReport, by: User, version: int | None, to: FgmState) -> FgmReport:
    report = locked(report, version=version)
    need_to_know.check_can_settle_fgm_report(by, report)
    states.check_fgm_move(report, to)
    return report


def _settled(report: FgmReport, by: User, to: FgmState) -> FgmReport:
    report.state = to
    report.settled_at = timezone.now()
    report.settled_by = by
    report.version += 1
    trail.save(report, by=by, why="a personal duty was settled")
    alerts.fgm_report_settled(report, by=by)
    return report


@transaction.atomic
def record_fgm_reported(
    *,
    report: FgmReport,
    by: User,
    police_reference: str,
    reported_at: datetime.datetime,
    how: str,
    version: int | None = None,
) -> FgmReport:
    """The teacher reported it to the police: their reference, when and how. A DSL may record what the teacher did."""
    report = _to_settle(report, by, version, FgmState.REPORTED)
    errors = {}
    if not police_reference.strip():
        errors["police_reference"] = "Write the reference the police gave."
    if not how:
        errors["how"] = "Say how it was reported."
    if reported_at > timezone.now() + CLOCKS_MAY_DIFFER_BY:
        errors["reported_at"] = "The date and time are in the future. Check them."
    elif reported_at < report.known_at - CLOCKS_MAY_DIFFER_BY:
        errors["reported_at"] = "This is before it was noticed. Check the date and time."
    if errors:
        raise ValidationError(errors)
    report.police_reference = police_reference
    report.reported_at = reported_at
    report.how = how
    report.why_not, report.why_not_detail = "", ""
    return _settled(report, by, FgmState.REPORTED)


@transaction.atomic
def record_fgm_not_applying(
    *, report: FgmReport, by: User, why_not: str, why_not_detail: str = "", version: int | None = None
) -> FgmReport:
    """The duty does not apply, and why."""
    report = _to_settle(report, by, version, FgmState.NOT_APPLYING)
    errors = {}
    if not why_not:
        errors["why_not"] = "Choose why the duty does not apply."
    elif why_not in NEEDS_WORDS and not why_not_detail.strip():
        errors["why_not_detail"] = "Say more about the reason."
    if errors:
        raise ValidationError(errors)
    report.why_not = why_not
    report.why_not_detail = why_not_detail
    return _settled(report, by, FgmState.NOT_APPLYING)
