"""Who may see and do what with concerns, follow-ups, referrals and children's files (ACC-01, ACC-02, ROL-02, ROL-06).

Grounds in, conflicts out, in one query. Pages, lists, counts, search, alerts and buttons all come from here. Row-level
security in the database (migration 0002) says the same a second time, and a test holds the two against each other.

*Who may* is answered here and raises `PermissionDenied`; *is this the moment* is answered in `states.py`.
"""

import uuid

from django.core.exceptions import PermissionDenied
from django.db.models import Case, CharField, Exists, Q, QuerySet, Value, When

from concerns.duty_terms import SpecialDuty
from concerns.models import (
    Assignment,
    CareArrangement,
    ChildFile,
    ChildFound,
    ChildInConcern,
    Concern,
    ConcernContext,
    Context,
    Draft,
    FgmReport,
    FollowUp,
    HandOver,
    InjuryMark,
    ListReview,
    Meeting,
    PrintedChronology,
    Referral,
    StaffHarm,
    StepTaken,
)
from lps_safeguarding.access import grounds
from lps_safeguarding.access.levels import Level
from lps_safeguarding.people.duty import Roster
from lps_safeguarding.people.models import Child, Role, Service, User


def _level(full: Q, summary: Q) -> Case:
    return Case(
        When(full, then=Value(Level.FULL)),
        When(summary, then=Value(Level.SUMMARY)),
        default=Value(Level.OWN_ENTRY),
        output_field=CharField(),
    )


_PASSED_ON = "concerns passed on"


def _read_grounds(user: User) -> None:
    """All that `readable_by` and `children_readable_by` ask about a person, in one query, once for a page."""
    passed_on = Assignment.objects.filter(person=user, ended_at__isnull=True).values("concern_id")
    grounds.read_together(user, Concern, ChildFile, keys={_PASSED_ON: passed_on})


def _passed_on_to(user: User) -> list:
    """Keys of the concerns passed on to this person beyond what their role opens: escalated, or covering."""
    return grounds.remembered(
        user,
        _PASSED_ON,
        lambda: Assignment.objects.filter(person=user, ended_at__isnull=True).values_list("concern_id", flat=True),
    )


def readable_by(user: User) -> QuerySet[Concern]:
    """The concerns this person may open, each with `level`: FULL, SUMMARY or OWN_ENTRY.

    FULL: DSLs of the concern's service, the lead DSL, the people it was passed to, an express full share, and whoever
    broke the glass. SUMMARY: an express share of that level. OWN_ENTRY: who wrote it. A conflict of interest shuts all.
    """
    full = _opened_in_full(user)
    summary = Q(pk__in=grounds.keys_shared(user, Concern, "read_summary"))
    concerns = _without_the_shut(Concern.objects.filter(full | summary | Q(author=user)), user)
    return concerns.annotate(level=_level(full, summary), level_for=Value(user.pk))


def _opened_in_full(user: User, of: str = "") -> Q:
    """What opens a concern in full. `of`: the way to the concern from the rows that are asked for ("concern__")."""
    _read_grounds(user)
    keys = [
        *_passed_on_to(user),
        *grounds.keys_shared(user, Concern, "read_full"),
        *grounds.keys_behind_broken_glass(user, Concern),
    ]
    by_service = Q((f"{of}service__in", user.services_as_dsl()))
    return by_service | Q((f"{of}pk__in", keys)) if keys else by_service


def _without_the_shut(rows: QuerySet, user: User, of: str = "") -> QuerySet:
    """The rows without those whose concern a conflict of interest shuts, on the concern itself or on a child in it."""
    shut = grounds.keys_conflicted(user, Concern)
    if shut:
        rows = rows.exclude(Q((f"{of}pk__in", shut)))
    shut_children = grounds.keys_of_children_shut(user)
    if shut_children:
        with_them = ChildInConcern.objects.filter(child__in=shut_children).values("concern_id")
        rows = rows.exclude(Q((f"{of}pk__in", with_them)))
    return rows


def readable_in_full_by(user: User) -> QuerySet[Concern]:
    """The part of `readable_by` that this person may open in full."""
    concerns = _without_the_shut(Concern.objects.filter(_opened_in_full(user)), user)
    return concerns.annotate(level=Value(Level.FULL, CharField()), level_for=Value(user.pk))


def of_concerns_in_full(rows: QuerySet, user: User) -> QuerySet:
    """Those of `rows` (parts of concerns, with a key `concern`) whose concern this person may open in full."""
    return _without_the_shut(rows.filter(_opened_in_full(user, "concern__")), user, "concern__")


def own_entries_of(user: User) -> QuerySet[Concern]:
    """What this person wrote, at whatever level they may open it now (CON-12)."""
    return readable_by(user).filter(author=user)


def queue_of(user: User) -> QuerySet[Concern]:
    """What waits for a person on the safeguarding team (DEC-01): their own services', and what was passed to them."""
    return readable_in_full_by(user).waiting()


def children_readable_by(user: User) -> QuerySet[ChildFile]:
    """The children's files this person may open, each with `level` (CPF-01, CPF-06)."""
    _read_grounds(user)
    full = (
        Q(service__in=user.services_as_dsl())
        | Q(pk__in=grounds.keys_shared(user, ChildFile, "read_full"))
        | Q(pk__in=grounds.keys_behind_broken_glass(user, ChildFile))
    )
    summary = Q(pk__in=grounds.keys_shared(user, ChildFile, "read_summary"))
    return (
        ChildFile.objects.filter(full | summary)
        .exclude(pk__in=grounds.keys_conflicted(user, ChildFile))
        .exclude(child__in=grounds.keys_of_children_shut(user))
        .annotate(level=_level(full, summary), level_for=Value(user.pk))
    )


def _file_opened_in_full(user: User, of: str = "") -> Q:
    """What opens a child's file in full. `of`: the way to the file from the rows that are asked for ("child_file__").

    Conditions on columns and short lists, without a query within the query.
    """
    _read_grounds(user)
    keys = [*grounds.keys_shared(user, ChildFile, "read_full"), *grounds.keys_behind_broken_glass(user, ChildFile)]
    opened = Q((f"{of}service__in", user.services_as_dsl()))
    if keys:
        opened |= Q((f"{of}pk__in", keys))
    shut, shut_children = grounds.keys_conflicted(user, ChildFile), grounds.keys_of_children_shut(user)
    if shut:
        opened &= ~Q((f"{of}pk__in", shut))
    if shut_children:
        opened &= ~Q((f"{of}child__in", shut_children))
    return opened


def of_files_in_full(rows: QuerySet, user: User) -> QuerySet:
    """Those of `rows` (parts of files, with a key `child_file`) whose file this person may open in full."""
    return rows.filter(_file_opened_in_full(user, "child_file__"))


def meetings_readable_by(user: User) -> QuerySet[Meeting]:
    """Meetings about the children whose files this person may open in full (CPF-01)."""
    return of_files_in_full(Meeting.objects.all(), user)


def printed_readable_by(user: User) -> QuerySet[PrintedChronology]:
    """What this person had printed, of files they may still open in full: nobody else's (CPF-03)."""
    return of_files_in_full(PrintedChronology.objects.filter(asked_by=user), user)


def can_keep_lists(user: User) -> bool:
    """The lists of children are the safeguarding team's; each DSL sees the children of their own services (CPF-02)."""
    return user.is_dsl()


def check_can_keep_lists(user: User) -> None:
    _refuse_unless(can_keep_lists(user), "The lists are for DSLs.")


def check_can_review_list(user: User, service_id: int | None) -> None:
    """A DSL for a service of theirs; for the whole school (None) the lead DSL."""
    allowed = user.has_role(Role.LEAD_DSL) if service_id is None else service_id in user.services_as_dsl()
    _refuse_unless(allowed, "A list is reviewed by a DSL of the service, the whole school’s by the lead DSL.")


def list_reviews_readable_by(user: User) -> QuerySet[ListReview]:
    """That a list was reviewed names nobody: every DSL sees it."""
    return ListReview.objects.all() if user.is_dsl() else ListReview.objects.none()


def children_to_choose(user: User) -> QuerySet[Child]:
    """Children on roll, by identity only: everybody with an account must be able to log a concern about any (CON-01)."""
    return Child.objects.filter(left_on__isnull=True)


def follow_ups_readable_by(user: User) -> QuerySet[FollowUp]:
    """Follow-ups of concerns and files open to this person in full; those they own, at OWN_ENTRY (DEC-13)."""
    full = Q(concern__in=readable_in_full_by(user).values("pk")) | _file_opened_in_full(user, "child_file__")
    return FollowUp.objects.filter(full | Q(owner=user)).annotate(level=_level(full, Q(pk__in=[])))


def referrals_readable_by(user: User) -> QuerySet[Referral]:
    """Referrals of the concerns this person may open in full (DEC-10)."""
    return of_concerns_in_full(Referral.objects.all(), user)


def referrals_of(user: User, concern: Concern) -> QuerySet[Referral]:
    """The part of `referrals_readable_by` that is of this concern."""
    return (
        Referral.objects.filter(concern=concern) if level_of(user, concern) == Level.FULL else Referral.objects.none()
    )


def marks_of(user: User, concern: Concern) -> QuerySet[InjuryMark]:
    """Marks on the body map: all of them at FULL; else those this person placed, as with their addenda (CON-08)."""
    level = level_of(user, concern)
    marks = InjuryMark.objects.filter(concern=concern)
    return marks if level == Level.FULL else marks.filter(author=user) if level is not None else marks.none()


def marks_readable_by(user: User) -> QuerySet[InjuryMark]:
    """`marks_of` over all concerns."""
    full = Q(concern__in=readable_in_full_by(user).values("pk"))
    mine = Q(author=user, concern__in=readable_by(user).values("pk"))
    return InjuryMark.objects.filter(full | mine)


def follow_ups_of(user: User, concern: Concern) -> QuerySet[FollowUp]:
    """The part of `follow_ups_readable_by` that is of this concern."""
    if level_of(user, concern) != Level.FULL:
        return follow_ups_readable_by(user).filter(concern=concern)
    return FollowUp.objects.filter(concern=concern).annotate(level=Value(Level.FULL, CharField()))


def drafts_of(user: User) -> QuerySet[Draft]:
    """A draft is seen by its writer alone (CON-18)."""
    return Draft.objects.filter(author=user)


def hand_overs_readable_by(user: User) -> QuerySet[HandOver]:
    """Hand-overs of this person's own work, to them, or made by them; the lead DSL's are all (ROL-02).

    Only while they are a DSL: who no longer is one has no more business with the notes. A conflict of interest with one
    of the concerns that were handed over, or with a child in it, shuts the page of notes (ACC-02).
    """
    if not user.is_dsl():
        return HandOver.objects.none()
    rows = HandOver.objects.all()
    if not user.has_role(Role.LEAD_DSL):
        rows = rows.filter(Q(from_person=user) | Q(to_person=user) | Q(made_by=user))
    _read_grounds(user)
    shut = list(grounds.keys_conflicted(user, Concern))
    shut_children = grounds.keys_of_children_shut(user)
    if shut_children:
        shut += ChildInConcern.objects.filter(child__in=shut_children).values_list("concern_id", flat=True)
        rows = rows.exclude(touches_children__overlap=shut_children)
    return rows.exclude(touches__overlap=shut) if shut else rows


def can_hand_over(user: User, of: User) -> bool:
    """A DSL their own work; the lead DSL anybody's, who is absent or leaves (ROL-02)."""
    return user.has_role(Role.LEAD_DSL) or (user.pk == of.pk and user.is_dsl())


def check_can_hand_over(user: User, of: User) -> None:
    _refuse_unless(can_hand_over(user, of), "A DSL hands over their own work; the lead DSL hands over anybody’s.")


def can_see_caseload(user: User) -> bool:
    """How much each DSL has open is for who shares out the work: the lead DSL (ROL-02)."""
    return user.has_role(Role.LEAD_DSL)


def check_can_see_caseload(user: User) -> None:
    _refuse_unless(can_see_caseload(user), "Only the lead DSL sees how the work is shared out.")


def people_with_work() -> QuerySet[User]:
    """Whose open work the lead DSL may hand over: anybody with an account, because leavers have no role any more."""
    return User.objects.select_related("adult")


def dsls_to_hand_over_to(of: User) -> QuerySet[User]:
    """Every DSL of today but the one whose work it is: in a small school nobody else may be in the service."""
    return User.objects.holding(Role.SERVICE_DSL, Role.LEAD_DSL).exclude(pk=of.pk).select_related("adult")


def level_of(user: User, concern: Concern) -> Level | None:
    """The level at which this person may open the concern now; None: for them it does not exist.

    A concern that came out of `readable_by(user)` carries the answer; any other asks the database.
    """
    if getattr(concern, "level_for", None) == user.pk:
        return Level(concern.level)
    found = readable_by(user).filter(pk=concern.pk).values_list("level", flat=True).first()
    return Level(found) if found else None


def may_name_colleagues(user: User) -> bool:
    """Gets the list of everybody with an account, to give somebody something to do or to share: who may decide (DEC-13)."""
    return user.is_dsl() or user.has_role(Role.HEADTEACHER) or user.has_role(Role.ACTING_SENIOR_TEACHER)


def check_may_name_colleagues(user: User) -> None:
    _refuse_unless(may_name_colleagues(user), "Only those who decide on concerns can see the list of colleagues.")


def is_on_safeguarding_team(user: User) -> bool:
    """Has a queue: a DSL of a service or the lead DSL (ROL-02)."""
    return user.is_dsl()


def check_is_on_safeguarding_team(user: User) -> None:
    _refuse_unless(is_on_safeguarding_team(user), "This page is for DSLs.")


def _acts_as_dsl(user: User, concern: Concern) -> bool:
    """Somebody who may decide: reads in full, and is a DSL, or the headteacher to whom it was escalated (CON-11)."""
    return may_name_colleagues(user) and level_of(user, concern) == Level.FULL


def _refuse_unless(allowed: bool, sentence: str) -> None:
    if not allowed:
        raise PermissionDenied(sentence)


def can_decide(user: User, concern: Concern) -> bool:
    """Decide, refer, assign, close, reopen, answer the reporter: DEC-02, DEC-14."""
    return _acts_as_dsl(user, concern)


def check_can_decide(user: User, concern: Concern) -> None:
    _refuse_unless(can_decide(user, concern), "Only a DSL who may read this concern in full can decide on it.")


def can_mark_read(user: User, concern: Concern) -> bool:
    """A reading that counts for the reporter is one by somebody who may decide (CON-12)."""
    return _acts_as_dsl(user, concern)


def can_add_addendum(user: User, concern: Concern) -> bool:
    """The reporter, and everyone who reads it in full (CON-09, CON-12)."""
    return level_of(user, concern) == Level.FULL or (
        concern.author_id == user.pk and level_of(user, concern) is not None
    )


def check_can_add_addendum(user: User, concern: Concern) -> None:
    _refuse_unless(can_add_addendum(user, concern), "Only the reporter and those who read it in full can add to it.")


def can_say_still_worried(user: User, concern: Concern) -> bool:
    """The reporter (CON-12)."""
    return concern.author_id == user.pk and level_of(user, concern) is not None


def check_can_say_still_worried(user: User, concern: Concern) -> None:
    _refuse_unless(can_say_still_worried(user, concern), "Only the reporter can say that they are still worried.")


def may_report_missing_child(user: User) -> bool:
    """An attendance officer, whose work it is, and the safeguarding team (CON-19). Others use the forms of everybody."""
    return user.has_role(Role.ATTENDANCE_OFFICER) or user.is_dsl()


def check_may_report_missing_child(user: User) -> None:
    _refuse_unless(
        may_report_missing_child(user), "Attendance officers and DSLs fill in this form. Log a concern instead."
    )


def may_log_notice(user: User) -> bool:
    """The key adult to whom the police send the notices of Operation Encompass, and the safeguarding team (CON-20)."""
    return user.has_role(Role.ENCOMPASS_KEY_ADULT) or user.is_dsl()


def check_may_log_notice(user: User) -> None:
    _refuse_unless(may_log_notice(user), "Key adults for Operation Encompass and DSLs fill in this form.")


def can_follow_missing_child(user: User, concern: Concern) -> bool:
    """Record what else was done and that the child is back: the reporter, and who may decide (CON-19)."""
    return concern.notice != "" and (can_say_still_worried(user, concern) or _acts_as_dsl(user, concern))


def check_can_follow_missing_child(user: User, concern: Concern) -> None:
    _refuse_unless(
        can_follow_missing_child(user, concern), "Only who reported the child missing, or a DSL, can record this."
    )


def steps_taken_readable_by(user: User) -> QuerySet[StepTaken]:
    """What was done to find a child: with the concern in full, and what one recorded oneself (CON-19)."""
    return _in_full_or_recorded_by(StepTaken.objects.all(), user)


def findings_readable_by(user: User) -> QuerySet[ChildFound]:
    """That a child was found, and the conversation: with the concern in full, and what one recorded oneself."""
    return _in_full_or_recorded_by(ChildFound.objects.all(), user)


def _in_full_or_recorded_by(rows: QuerySet, user: User) -> QuerySet:
    full = Q(concern__in=readable_in_full_by(user).values("pk"))
    own = Q(recorded_by=user, concern__in=readable_by(user).values("pk"))
    return rows.filter(full | own)


def recorded_about(rows: QuerySet, user: User, concern: Concern) -> QuerySet:
    """Of `rows` with `concern` and `recorded_by`: those of this concern, out of `readable_by`, that the person sees."""
    of_it = rows.filter(concern=concern)
    return of_it if level_of(user, concern) == Level.FULL else of_it.filter(recorded_by=user)


def can_file_document(user: User, concern: Concern) -> bool:
    return can_add_addendum(user, concern)


def check_can_file_document(user: User, concern: Concern) -> None:
    _refuse_unless(can_file_document(user, concern), "Only the reporter and those who read it in full can add a file.")


def can_share(user: User, concern: Concern) -> bool:
    """Give another person access (ACC-01, DEC-12)."""
    return _acts_as_dsl(user, concern)


def check_can_share(user: User, concern: Concern) -> None:
    _refuse_unless(can_share(user, concern), "Only a DSL who may read this concern in full can share it.")


def fgm_report_of(user: User, concern: Concern) -> FgmReport | None:
    """The teacher's own report of this concern, for the teacher and for readers in full (DEC-05)."""
    if SpecialDuty.FGM_REPORT not in concern.special_duties:
        return None
    report = FgmReport.objects.filter(concern=concern).select_related("key").first()
    if report is None or (level_of(user, concern) != Level.FULL and report.teacher_id != user.pk):
        return None
    report.concern = concern
    return report


def fgm_reports_readable_by(user: User) -> QuerySet[FgmReport]:
    """Those of concerns open to this person in full, and their own of concerns that they may open at all (DEC-05)."""
    in_full = Q(concern__in=readable_in_full_by(user).values("pk"))
    own = Q(teacher=user, concern__in=readable_by(user).values("pk"))
    return FgmReport.objects.filter(in_full | own)


def care_arrangement_of(user: User, concern: Concern) -> CareArrangement | None:
    """Who looks after the child, for readers in full (DEC-08)."""
    if SpecialDuty.PRIVATE_FOSTERING not in concern.special_duties or level_of(user, concern) != Level.FULL:
        return None
    return CareArrangement.objects.filter(concern=concern).select_related("key").first()


def staff_harms_of(user: User, concern: Concern) -> list[StaffHarm]:
    """Who of the staff was hurt or shaken: for readers in full, and what one said oneself (CON-13)."""
    if SpecialDuty.STAFF_HARM not in concern.special_duties:
        return []
    said = StaffHarm.objects.filter(concern=concern).select_related("key")
    return list(said if level_of(user, concern) == Level.FULL else said.filter(said_by=user))


def can_settle_fgm_report(user: User, report: FgmReport) -> bool:
    """The teacher whose duty it is, while they may open the concern at all; and whoever may decide (DEC-05)."""
    level = level_of(user, report.concern)
    return (report.teacher_id == user.pk and level is not None) or _acts_as_dsl(user, report.concern)


def check_can_settle_fgm_report(user: User, report: FgmReport) -> None:
    _refuse_unless(can_settle_fgm_report(user, report), "Only the teacher, or a DSL, can record this.")


def can_set_priorities(user: User) -> bool:
    """Say which kinds of concern are priorities here: the lead DSL (CON-15)."""
    return user.has_role(Role.LEAD_DSL)


def check_can_set_priorities(user: User) -> None:
    _refuse_unless(can_set_priorities(user), "Only the lead DSL sets the local priorities.")


def can_end_follow_up(user: User, follow_up: FollowUp) -> bool:
    """Its owner, and whoever may decide on the concern, or keeps the file of a meeting (DEC-13)."""
    if follow_up.owner_id == user.pk:
        return True
    if follow_up.child_file is not None:
        return can_edit_child_file(user, follow_up.child_file)
    return follow_up.concern is not None and _acts_as_dsl(user, follow_up.concern)


def check_can_end_follow_up(user: User, follow_up: FollowUp) -> None:
    _refuse_unless(can_end_follow_up(user, follow_up), "Only the person it is given to, or a DSL, can do this.")


def _level_of_file(user: User, child_file: ChildFile) -> str | None:
    if getattr(child_file, "level_for", None) == user.pk:
        return child_file.level
    return children_readable_by(user).filter(pk=child_file.pk).values_list("level", flat=True).first()


def can_edit_child_file(user: User, child_file: ChildFile) -> bool:
    """What stands at the head of a file is kept by the safeguarding team (CPF-01)."""
    return user.is_dsl() and _level_of_file(user, child_file) == Level.FULL


def check_can_edit_child_file(user: User, child_file: ChildFile) -> None:
    _refuse_unless(can_edit_child_file(user, child_file), "Only a DSL who may open this file can change it.")


def check_can_print_chronology(user: User, child_file: ChildFile) -> None:
    """Whoever may open the file in full: what is printed is what they may see on the screen (CPF-03)."""
    _refuse_unless(
        _level_of_file(user, child_file) == Level.FULL, "Only those who open this file in full can print it."
    )


def can_share_child_file(user: User, child_file: ChildFile) -> bool:
    return can_edit_child_file(user, child_file)


def check_can_open_file_for(user: User, service_id: int) -> None:
    """Open a file for a child who has none: a DSL of the child's service (CPF-01)."""
    _refuse_unless(service_id in user.services_as_dsl(), "Only a DSL of the child’s service can open a file.")


def dsls_to_choose(service) -> QuerySet[User]:
    """Whom a reporter may pass a concern on to: the DSLs of the service and the lead DSL (CON-03, CON-04).

    Where nobody holds such a role, the headteacher: a form must never be kept back for want of somebody to choose.
    """
    dsl = Q(pk__in=User.objects.holding(Role.SERVICE_DSL, service=service).values("pk")) | Q(
        pk__in=User.objects.holding(Role.LEAD_DSL).values("pk")
    )
    instead = Q(pk__in=User.objects.holding(Role.HEADTEACHER).values("pk")) & ~Exists(User.objects.filter(dsl))
    return User.objects.filter(dsl | instead).select_related("adult")


def dsls_among(roster: Roster, service: Service) -> list[User]:
    """`dsls_to_choose` out of a roster that was read already."""
    holders = roster.holding(Role.SERVICE_DSL, service=service)
    found = {user.pk for user in [*holders, *roster.holding(Role.LEAD_DSL)] or roster.holding(Role.HEADTEACHER)}
    return [user for user in roster.people if user.pk in found]


def was_sent(user: User, submission_key: uuid.UUID) -> str:
    """The reference of what this person made of a filled-in form of theirs; "" when nothing yet.

    It tells the writer only where to go on; the page there has its own door.
    """
    sent = Concern.objects.filter(author=user, submission_key=submission_key)
    return sent.values_list("reference", flat=True).first() or ""


def contexts_readable_by(user: User) -> QuerySet[Context]:
    """Places, groups, online spaces and routes: the safeguarding team knows them all, of whatever service (CON-16).

    They name no child. The concerns behind them come from `context_links_readable_by`.
    """
    return Context.objects.all() if user.is_dsl() else Context.objects.none()


def context_links_readable_by(user: User) -> QuerySet[ConcernContext]:
    """Which contexts play a part in the concerns that this person may open in full (CON-16)."""
    return of_concerns_in_full(ConcernContext.objects.all(), user)


def check_may_keep_contexts(user: User) -> None:
    """Make, describe and join contexts, and write on them: the safeguarding team (CON-16)."""
    _refuse_unless(user.is_dsl(), "Only DSLs keep the list of places and groups.")


def can_link_context(user: User, concern: Concern) -> bool:
    """Say on a concern in which context it happened: a DSL who may decide on it (CON-16)."""
    return user.is_dsl() and can_decide(user, concern)


def check_can_link_context(user: User, concern: Concern) -> None:
    _refuse_unless(can_link_context(user, concern), "Only a DSL who may read this concern in full can do this.")


def dsls_of_the_school() -> QuerySet[User]:
    """Who may be given something to do about a context (CON-16)."""
    return User.objects.holding(Role.SERVICE_DSL, Role.LEAD_DSL).select_related("adult")
