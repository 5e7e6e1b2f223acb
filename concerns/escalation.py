"""What is not done in time: found by query from the facts at each sweep, told once, recorded.

Rules: CON-11, CON-20, DEC-05, DEC-10, DEC-13.

Each row in a transaction of its own: one that fails is logged (without content) and does not hold up the others.
"""

import datetime
import logging
from collections.abc import Callable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from concerns import alerts, deadlines
from concerns.models import Concern, ContextFollowUp, FgmReport, FollowUp, Referral
from concerns.states import FollowUpState
from concerns.terms import Form
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people.school_calendar import Calendar

log = logging.getLogger(__name__)


def sweep(now: datetime.datetime) -> None:
    """Everything of this app that may be overdue. Runs as the system; may run twice."""
    calendar = Calendar.load()
    _each(Concern, Concern.objects.unread().filter(escalated_to_lead_at__isnull=True), _to_lead_dsl, now, calendar)
    _each(
        Concern,
        Concern.objects.unread().filter(
            Q(form=Form.PINK) | Q(read_due_at__isnull=False), escalated_to_head_at__isnull=True
        ),
        _to_headteacher,
        now,
        calendar,
    )
    _each(Referral, Referral.objects.overdue(now).filter(overdue_alerted_at__isnull=True), _referral, now, calendar)
    _each(FgmReport, FgmReport.objects.open().filter(reminded_at__isnull=True), _remind_teacher, now, calendar)
    _each(
        FgmReport,
        FgmReport.objects.open().filter(due_at__lt=now, overdue_alerted_at__isnull=True),
        _fgm_report,
        now,
        calendar,
    )
    today = timezone.localdate(now)
    _each(FollowUp, FollowUp.objects.overdue(today).filter(overdue_alerted_at__isnull=True), _follow_up, now, calendar)
    to_do = ContextFollowUp.objects.filter(state=FollowUpState.OPEN, due_on__lt=today, overdue_alerted_at__isnull=True)
    _each(ContextFollowUp, to_do, _context_follow_up, now, calendar)


def _each(model, rows, step: Callable, now: datetime.datetime, calendar: Calendar) -> None:
    for pk in list(rows.values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                row = rows.select_for_update(of=("self",), skip_locked=True, no_key=True).filter(pk=pk).first()
                if row is not None:
                    step(row, now, calendar)
        except Exception as failure:  # noqa: BLE001 (whatever it is, the next row is somebody else's)
            # The row's id and the kind of failure only: a message could hold what somebody wrote.
            log.error("Escalation of %s %s failed: %s", model._meta.label_lower, pk, type(failure).__name__)


def _lead_dsl_told_at(concern: Concern, calendar: Calendar) -> datetime.datetime:
    """The form's own time or, for what must be read by a moment of its own, that one: whichever comes first."""
    sent, edition = concern.submitted_at, concern.edition
    by_form = deadlines.lead_dsl_told_at(concern.form, sent, edition, calendar)
    if concern.read_due_at is None:
        return by_form
    return min(by_form, deadlines.notice_to_lead_dsl_at(concern.read_due_at, sent, edition, calendar))


def _headteacher_told_at(concern: Concern, calendar: Calendar) -> datetime.datetime:
    sent, edition = concern.submitted_at, concern.edition
    if concern.is_pink or concern.read_due_at is None:
        return deadlines.headteacher_told_at(sent, edition, calendar)
    return deadlines.notice_to_headteacher_at(concern.read_due_at, sent, edition, calendar)


def _to_lead_dsl(concern: Concern, now: datetime.datetime, calendar: Calendar) -> None:
    if _lead_dsl_told_at(concern, calendar) > now:
        return
    alerts.tell_lead_dsl(concern, now=now)
    concern.escalated_to_lead_at = now
    trail.save(concern, by=None, why="not read in time: lead DSL", act="escalated")


def _to_headteacher(concern: Concern, now: datetime.datetime, calendar: Calendar) -> None:
    if _headteacher_told_at(concern, calendar) > now:
        return
    alerts.tell_headteacher(concern, now=now)
    concern.escalated_to_head_at = now
    trail.save(concern, by=None, why="not read in time: headteacher", act="escalated")


def _referral(referral: Referral, now: datetime.datetime, calendar: Calendar) -> None:
    alerts.referral_overdue(referral, now=now)
    referral.overdue_alerted_at = now
    trail.save(referral, by=None, why="no answer in time", act="escalated")


def _remind_teacher(report: FgmReport, now: datetime.datetime, calendar: Calendar) -> None:
    if deadlines.fgm_reminder_at(report.due_at) > now:
        return
    alerts.fgm_report_due(report)
    report.reminded_at = now
    trail.save(report, by=None, why="reminded", act="escalated")


def _fgm_report(report: FgmReport, now: datetime.datetime, calendar: Calendar) -> None:
    alerts.fgm_report_late(report, now=now)
    report.overdue_alerted_at = now
    trail.save(report, by=None, why="overdue", act="escalated")


def _follow_up(follow_up: FollowUp, now: datetime.datetime, calendar: Calendar) -> None:
    alerts.follow_up_overdue(follow_up)
    follow_up.overdue_alerted_at = now
    trail.save(follow_up, by=None, why="overdue", act="escalated")


def _context_follow_up(follow_up: ContextFollowUp, now: datetime.datetime, calendar: Calendar) -> None:
    alerts.context_follow_up_overdue(follow_up)
    follow_up.overdue_alerted_at = now
    trail.save(follow_up, by=None, why="overdue", act="escalated")
