"""Who is told what about a concern, and the neutral words for it (CON-11, DEC-10, DEC-11).

No text here holds a name, a kind or content: an alert says that something waits and links to it. Recipients come from
need to know: whoever could not open the record is not told.
"""

import datetime

from django.utils import timezone

from concerns import need_to_know
from concerns.models import (
    Addendum,
    Assignment,
    Concern,
    ContextFollowUp,
    Draft,
    Feedback,
    FgmReport,
    FollowUp,
    HandOver,
    PrintedChronology,
    Referral,
    StaffHarm,
)
from lps_safeguarding.access import acting, grounds, sharing
from lps_safeguarding.access.levels import Level
from lps_safeguarding.access.models import Consent, Ground
from lps_safeguarding.alerts import outbox, registry
from lps_safeguarding.alerts.registry import Reason
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people import duty
from lps_safeguarding.people.models import User

WAITS = "Something is waiting for you"
URGENT = "Urgent: something is waiting for you"
CONCERN_PAGE = "concerns:concern_detail"

_MAIL = "Something is waiting for you."
_MAIL_URGENT = "Something urgent is waiting for you. Open it now."


def _reason(slug: str, screen_line: str, *, subject: str = WAITS, urgent: bool = False) -> Reason:
    """The screen says what kind of thing waits; the mail, which travels, says only that something does."""
    return Reason(
        slug,
        URGENT if urgent else subject,
        _MAIL_URGENT if urgent else _MAIL,
        screen_line,
        urgent=urgent,
    )


REASONS = (
    _reason("pink_form", "Pink form: open it now.", urgent=True),
    _reason("pink_form_unread", "A pink form has not been read in time. Open it now.", urgent=True),
    _reason("entry", "A new entry is waiting for you to read."),
    _reason("entry_unread", "An entry has not been read in time."),
    _reason("notice", "A notice waits that must be read before the school day starts.", urgent=True),
    _reason("notice_unread", "A notice that must be read before the school day starts is unread.", urgent=True),
    _reason("step_taken", "More was done to find a child who is missing."),
    _reason("child_found", "A child who was missing is back."),
    _reason("still_worried", "A reporter is still worried."),
    _reason("talk_asked", "A reporter asks to talk with you."),
    _reason("addendum", "Something was added to an entry."),
    _reason("assigned", "An entry was given to you."),
    _reason("handed_over", "A colleague has handed work over to you."),
    _reason("handed_over_for_you", "Work of yours was handed to a colleague."),
    _reason("concern_read", "A DSL has read what you sent."),
    _reason("feedback", "A DSL has sent you a word about an entry of yours."),
    _reason("follow_up", "There is something for you to do."),
    _reason("follow_up_ended", "Something you asked for has been done or is no longer needed."),
    _reason("follow_up_overdue", "A follow-up is overdue."),
    _reason("context_follow_up", "There is something for you to do about a place or a group."),
    _reason("context_follow_up_overdue", "A follow-up on a place or a group is overdue."),
    _reason("referral_made", "A referral has been made."),
    _reason("referral_overdue", "A referral has had no answer in time."),
    _reason("referral_escalated", "A referral has been taken further."),
    _reason("document_ready", "The document you asked for is ready."),
    _reason("staff_harm", "A member of staff needs support."),
    _reason("personal_duty", "There is something that only you can do. Open it now.", urgent=True),
    _reason("personal_duty_due", "Something that only you can do is due today.", urgent=True),
    _reason("personal_duty_late", "Something that only one person can do is late.", urgent=True),
    _reason("personal_duty_settled", "What only one person could do has been recorded."),
    _reason("draft_ends", "You began an entry and have not sent it. It will be deleted tomorrow."),
)


def register() -> None:
    for reason in REASONS:
        registry.register(reason)


def is_shut_to(user: User, concern: Concern) -> bool:
    """Whether a conflict of interest shuts this concern to a person (ACC-02). Asked as the system."""
    children = concern.children.values_list("child_id", flat=True)
    return (
        grounds.conflicted(user, Concern).filter(record_id=concern.pk).exists()
        or grounds.conflicted_children(user).filter(child_id__in=list(children)).exists()
    )


def _able_to_open(users, concern: Concern) -> list[User]:
    """Those of `users` who may open the concern in full; asked as the system, decided by need to know."""
    with acting.as_the_system("who may be told"):
        return [user for user in users if need_to_know.level_of(user, _bare(concern)) == Level.FULL]


def _bare(concern: Concern) -> Concern:
    """The concern without another person's level on it."""
    return Concern(pk=concern.pk)


def dsls_in_charge(concern: Concern, at: datetime.datetime) -> list[User]:
    """Whom a matter of this concern concerns now: who has it, and who is on duty; else the lead DSL, else the head."""
    people = {user.pk: user for user in duty.who_to_alert(concern.service, at)}
    if concern.assigned_to is not None:
        people.setdefault(concern.assigned_to.pk, concern.assigned_to)
    able = _able_to_open(people.values(), concern)
    if able:
        return able
    lead, head = duty.lead_dsl(at), duty.headteacher_now(at)
    for person in (lead, head):
        if person is not None and pass_on(concern, person, why=Assignment.Why.COVER):
            return [person]
    return []


def pass_on(concern: Concern, person: User, *, why: str) -> bool:
    """Make `person` able to open the concern, because it is passed to them. False when a conflict shuts it to them.

    Whoever may open it by role needs no assignment: if the role ends, so does the right.
    """
    with acting.as_the_system("pass on"):
        if is_shut_to(person, concern):
            return False
        by_role = concern.service_id in person.services_as_dsl()
        if not by_role and not Assignment.objects.filter(concern=concern, person=person, ended_at=None).exists():
            trail.save(Assignment(concern=concern, person=person, why=why), by=None, why="passed on", act="escalated")
    acting.sight_changed()
    return True


def _tell(people, reason: str, record, *, url_name: str = CONCERN_PAGE, round: int = 1) -> None:
    outbox.raise_alerts(recipients=people, reason=reason, record=record, url_name=url_name, round=round)


def concern_sent(concern: Concern, *, at: datetime.datetime) -> list[User]:
    """The chosen DSL and the service's DSLs on duty, at once, whatever the hour (CON-11, CON-20)."""
    people = dsls_in_charge(concern, at)
    _tell(people, reason_of(concern), concern)
    return people


def reason_of(concern: Concern) -> str:
    """For what reason a DSL is told of a concern that comes in; `…_unread` when nobody reads it."""
    if concern.is_pink:
        return "pink_form"
    return "notice" if concern.has_own_clock else "entry"


def concern_read(concern: Concern, *, by: User) -> None:
    """The reporter sees that it was read (CON-12); what waited for the reader no longer waits."""
    if concern.author_id != by.pk:
        _tell([concern.author], "concern_read", concern)


def opened(concern: Concern, by: User) -> None:
    """This person has it on the screen: alerts about it wait no longer."""
    outbox.mark_opened(recipient=by, record=concern)


def tell_lead_dsl(concern: Concern, *, now: datetime.datetime) -> bool:
    """Not read in time: to the lead DSL, or past them if they may not see it (CON-11). True: somebody was told."""
    lead = duty.lead_dsl(now)
    reason = f"{reason_of(concern)}_unread"
    if lead is not None and pass_on(concern, lead, why=Assignment.Why.ESCALATED):
        _tell([lead], reason, concern)
        return True
    return tell_headteacher(concern, now=now)


def tell_headteacher(concern: Concern, *, now: datetime.datetime) -> bool:
    """Still not read: to the headteacher, or who acts for them (CON-11). True: somebody was told."""
    head = duty.headteacher_now(now)
    if head is None or not pass_on(concern, head, why=Assignment.Why.ESCALATED):
        return False
    _tell([head], f"{reason_of(concern)}_unread", concern, round=2)
    return True


def addendum_added(concern: Concern, addendum: Addendum) -> None:
    """The DSLs in charge; not the one who wrote it."""
    people = [p for p in dsls_in_charge(concern, addendum.written_at) if p.pk != addendum.author_id]
    _tell(people, "addendum", concern, round=_round_of(concern))


def still_worried(concern: Concern, addendum: Addendum) -> None:
    _tell(dsls_in_charge(concern, addendum.written_at), "still_worried", concern, round=_round_of(concern))


def talk_asked(concern: Concern) -> None:
    _tell(dsls_in_charge(concern, timezone.now()), "talk_asked", concern, round=_round_of(concern))


def step_taken(concern: Concern, *, by: User) -> None:
    """Who is in charge learns what else was done to find the child (CON-19)."""
    people = [person for person in dsls_in_charge(concern, timezone.now()) if person.pk != by.pk]
    _tell(people, "step_taken", concern, round=_round_of(concern))


def child_found(concern: Concern, *, by: User) -> None:
    """Who is in charge, and the reporter, who may still be looking for the child (CON-19)."""
    people = {person.pk: person for person in dsls_in_charge(concern, timezone.now())}
    people[concern.author.pk] = concern.author
    people.pop(by.pk, None)
    _tell(people.values(), "child_found", concern, round=_round_of(concern))


def _round_of(concern: Concern) -> int:
    """Each change of a concern counts it up, so that a second addendum is told again and a repeated one is not."""
    return concern.version


def assigned(concern: Concern, to: User) -> None:
    _tell([to], "assigned", concern, round=_round_of(concern))


def handed_over(made: HandOver) -> None:
    """The receiver; and the giver, when the lead DSL did it for them."""
    _tell([made.to_person], "handed_over", made, url_name="concerns:hand_over")
    if made.from_person_id != made.made_by_id and made.from_person.can_sign_in():
        _tell([made.from_person], "handed_over_for_you", made, url_name="concerns:hand_over")


def hand_over_opened(made: HandOver, by: User) -> None:
    """This person has it on the screen: the alert about it waits no longer."""
    outbox.mark_opened(recipient=by, record=made)


def feedback_given(concern: Concern, feedback: Feedback) -> None:
    if concern.author_id != feedback.by_id:
        _tell([concern.author], "feedback", concern, round=_round_of(concern))


def follow_up_set(follow_up: FollowUp) -> None:
    if follow_up.owner_id != follow_up.set_by_id:
        _tell([follow_up.owner], "follow_up", follow_up, url_name="concerns:follow_up_detail")


def follow_up_ended(follow_up: FollowUp) -> None:
    if follow_up.ended_by_id != follow_up.set_by_id:
        _tell(
            [follow_up.set_by],
            "follow_up_ended",
            follow_up,
            url_name="concerns:follow_up_detail",
            round=follow_up.version,
        )


def follow_up_overdue(follow_up: FollowUp) -> None:
    _tell(
        {follow_up.owner_id: follow_up.owner, follow_up.set_by_id: follow_up.set_by}.values(),
        "follow_up_overdue",
        follow_up,
        url_name="concerns:follow_up_detail",
        round=follow_up.version,
    )


def context_follow_up_set(follow_up: ContextFollowUp) -> None:
    if follow_up.owner_id != follow_up.set_by_id:
        _tell_of_context([follow_up.owner], "context_follow_up", follow_up)


def context_follow_up_overdue(follow_up: ContextFollowUp) -> None:
    """Its owner and who set it, as far as they are on the safeguarding team still (CON-16)."""
    people = {person.pk: person for person in (follow_up.owner, follow_up.set_by) if person.is_dsl()}
    _tell_of_context(people.values(), "context_follow_up_overdue", follow_up)


def _tell_of_context(people, reason: str, follow_up: ContextFollowUp) -> None:
    outbox.raise_alerts(
        recipients=people,
        reason=reason,
        record=follow_up,
        reference=follow_up.context.reference,
        url_name="concerns:context_detail",
    )


def referral_made(concern: Concern, referral: Referral, *, by: User) -> None:
    """The headteacher is told of every referral and sees a summary, unless part of the matter (DEC-11, DEC-12)."""
    head = duty.headteacher_now(timezone.now())
    if head is None or head.pk == by.pk:
        return
    with acting.as_the_system("who may be told"):
        if is_shut_to(head, concern):
            return
        sees_it = need_to_know.readable_by(head).filter(pk=concern.pk, level__in=[Level.FULL, Level.SUMMARY]).exists()
    if not sees_it:
        sharing.share(
            record=concern,
            with_person=head,
            level=Level.SUMMARY,
            by=by,
            why="The headteacher is told of every referral.",
            what="That a referral was made, to whom and when",
            ground=Ground.PUBLIC_TASK,
            consent=Consent.NOT_NEEDED,
        )
    _tell([head], "referral_made", concern, round=_round_of(concern))


def referral_escalated(referral: Referral, *, by: User) -> None:
    """The lead DSL is told when a colleague takes a referral further."""
    lead = duty.lead_dsl()
    if lead is not None and lead.pk != by.pk:
        _tell(
            _able_to_open([lead], referral.concern),
            "referral_escalated",
            referral,
            url_name="concerns:referral_detail",
            round=referral.version,
        )


def referral_overdue(referral: Referral, *, now: datetime.datetime) -> None:
    """Who made it and who is in charge now (DEC-10)."""
    people = {user.pk: user for user in dsls_in_charge(referral.concern, now)}
    for user in _able_to_open([referral.made_by], referral.concern):
        people[user.pk] = user
    _tell(people.values(), "referral_overdue", referral, url_name="concerns:referral_detail")


def _tell_of_fgm_report(people, reason: str, report: FgmReport, *, round: int = 1) -> None:
    outbox.raise_alerts(
        recipients=people,
        reason=reason,
        record=report,
        reference=report.concern.reference,
        url_name="concerns:fgm_report",
        round=round,
    )


def staff_harmed(concern: Concern, harm: StaffHarm) -> None:
    """Who is in charge; not the one who said it (CON-13)."""
    people = [person for person in dsls_in_charge(concern, harm.said_at) if person.pk != harm.said_by_id]
    _tell(people, "staff_harm", concern, round=_round_of(concern))


def fgm_report_begun(report: FgmReport) -> None:
    """Somebody else named the kind: the teacher learns that they have a duty of their own (DEC-05)."""
    _tell_of_fgm_report([report.teacher], "personal_duty", report)


def fgm_report_due(report: FgmReport) -> None:
    """The teacher, on the day it is due."""
    _tell_of_fgm_report([report.teacher], "personal_duty_due", report)


def fgm_report_late(report: FgmReport, *, now: datetime.datetime) -> None:
    """The teacher, and who is in charge of the concern."""
    people = {user.pk: user for user in [report.teacher, *dsls_in_charge(report.concern, now)]}
    _tell_of_fgm_report(people.values(), "personal_duty_late", report)


def fgm_report_settled(report: FgmReport, *, by: User) -> None:
    """Who is in charge learns that the teacher has recorded it, and the teacher that a DSL has."""
    people = [user for user in dsls_in_charge(report.concern, timezone.now()) if user.pk != by.pk]
    if report.teacher_id != by.pk:
        people.append(report.teacher)
    _tell_of_fgm_report(people, "personal_duty_settled", report, round=report.version)


def draft_will_end(draft: Draft) -> None:
    """The writer is reminded a day before a draft is deleted (CON-18)."""
    outbox.raise_alert(
        recipient=draft.author,
        reason="draft_ends",
        record=draft,
        reference="",
        url_name="concerns:mine",
        round=draft.version,
    )


def chronology_ready(order: PrintedChronology) -> None:
    """Whoever asked for the document, and nobody else."""
    _tell([order.asked_by], "document_ready", order, url_name="concerns:printed_detail")


def opened_document(order: PrintedChronology, by: User) -> None:
    """They have it on the screen: it waits no longer."""
    outbox.mark_opened(recipient=by, record=order)
