"""The demonstration's meetings and lists, and one child with a long story: a year of small things that together say
something. Nothing here tells more of what was done to a child than the decision needs.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from concerns import need_to_know, operations
from concerns.models import ChildFile, Concern, ListReview, Meeting
from concerns.terms import (
    Agency,
    CameToLight,
    ChildrenList,
    Form,
    HarmSeen,
    Kind,
    MeetingKind,
    Option,
    ParentsInformed,
    PlanKind,
    ReportSent,
    VulnerabilityKind,
)
from lps_safeguarding.access import acting
from lps_safeguarding.alerts import outbox
from lps_safeguarding.guidance.models import Edition
from lps_safeguarding.people.models import Child, User

_NAMES = uuid.uuid5(uuid.NAMESPACE_URL, "demo.example/child-files")

CHILD, DSL, AUTHORS = "wesley", "a.rahmani", ("p.nair", "t.zielinski", "i.nwosu")
# Days ago, what was seen, the kind, what was decided.
LONG_STORY = (
    (690, "Came at ten past ten without breakfast. Ate three slices of toast.", Kind.NEGLECT, Option.MONITOR),
    (
        661,
        "Fell asleep in maths, head on the desk. Said the baby cries at night.",
        Kind.NEGLECT,
        Option.TALK_WITH_FAMILY,
    ),
    (640, "Same shirt all week, and it smelled of damp.", Kind.NEGLECT, Option.SUPPORT_IN_SCHOOL),
    (618, "Left before the bus came. Walked to fetch his sister from nursery.", Kind.YOUNG_CARER, Option.YOUNG_CARERS),
    (597, "Asked whether he may take the fruit that is left over.", Kind.NEGLECT, Option.SUPPORT_IN_SCHOOL),
    (571, "Would not change for PE. Stood by the wall with his coat on.", Kind.OTHER, Option.MONITOR),
    (
        550,
        "Told a joke about the lights being off at home. Nobody else laughed.",
        Kind.NEGLECT,
        Option.TALK_WITH_FAMILY,
    ),
    (528, "Nobody at the parents’ evening. He waited at the gate until eight.", Kind.NEGLECT, Option.EARLY_HELP),
    (502, "Brought his sister’s bag by mistake, with nappies in it.", Kind.YOUNG_CARER, Option.SUPPORT_IN_SCHOOL),
    (480, "Shouted when his phone was taken: “She might ring.”", Kind.YOUNG_CARER, Option.MONITOR),
    (
        455,
        "Away on Monday and Tuesday. His note was in his own hand.",
        Kind.MISSING_EDUCATION,
        Option.EDUCATION_WELFARE,
    ),
    (431, "Cried in the corridor and would not say why.", Kind.MENTAL_HEALTH, Option.SUPPORT_IN_SCHOOL),
    (
        402,
        "Says a neighbour lends them money and shouts on the stairs.",
        Kind.FINANCIAL_EXPLOITATION,
        Option.TALK_WITH_FAMILY,
    ),
    (377, "New trainers. He hid them under the table.", Kind.CCE, Option.MONITOR),
    (
        350,
        "A car waited at the corner. He went to it and came back without a word.",
        Kind.CCE,
        Option.SUPPORT_IN_SCHOOL,
    ),
    (322, "Two phones in his bag. One of them was not his, he said.", Kind.CCE, Option.SUPPORT_IN_SCHOOL),
    (298, "Came back after the holidays thinner and very quiet.", Kind.NEGLECT, Option.TALK_WITH_FAMILY),
    (270, "Asked the canteen for food to take home “for three”.", Kind.NEGLECT, Option.SUPPORT_IN_SCHOOL),
    (241, "His mother rang from hospital and asked who would fetch him.", Kind.YOUNG_CARER, Option.SUPPORT_IN_SCHOOL),
    (205, "A cut on his hand. From the tin, he said; he cooks in the evenings.", Kind.NEGLECT, Option.MONITOR),
    (166, "Did well in the mock test and would not take the paper home.", Kind.EMOTIONAL, Option.MONITOR),
    (121, "Late three times this week: the baby first, then the bus.", Kind.YOUNG_CARER, Option.SUPPORT_IN_SCHOOL),
    (83, "Said the car had come again. He went home with a member of staff.", Kind.CCE, Option.SUPPORT_IN_SCHOOL),
    (44, "Smiled today. His aunt stays with them now.", Kind.YOUNG_CARER, Option.MONITOR),
)
SIGNIFICANT = (528, "The first time nobody came. Early help began after it.")
PLANS = ((PlanKind.EARLY_HELP, 520, 301), (PlanKind.CHILD_IN_NEED, 300, None))
_WORKER = {"name": "Dana Whitlock", "role": "Social worker", "agency": Agency.SOCIAL_CARE}
_MOTHER = {"name": "Tracey Grange", "role": "Mother", "agency": Agency.FAMILY}
_NURSE = {"name": "Imran Sheikh", "role": "School nurse", "agency": Agency.HEALTH, "apologies": True}
MEETINGS = (
    (500, MeetingKind.EARLY_HELP, "Breakfast at school each day. The family worker visits weekly."),
    (430, MeetingKind.EARLY_HELP, "Young carers’ group on Wednesdays. The nursery takes the sister until four."),
    (360, MeetingKind.EARLY_HELP, "It is not enough: referral to social care, the family agrees."),
    (280, MeetingKind.CHILD_IN_NEED, "Benefits checked. The school tells the worker of each absence the same day."),
    (210, MeetingKind.CHILD_IN_NEED, "An adult meets him at the gate. The worker speaks to the police about the car."),
    (140, MeetingKind.CHILD_IN_NEED, "The aunt is assessed as a carer. Everything else goes on."),
    (70, MeetingKind.CHILD_IN_NEED, "The aunt moves in. The plan goes on for three months."),
)


def seed(people: Mapping[str, User], children: Mapping[str, Child], now: datetime.datetime) -> None:
    """A long file, meetings in each state, and reviews of some lists. What is there stays."""
    with transaction.atomic():
        _long_story(people, children[CHILD], now)
    with transaction.atomic():
        _meetings_of_others(people, children, now)
    with transaction.atomic():
        _reviews(people["g.adeyemi"], now)


def _at(now: datetime.datetime, days_ago: int, hour: int = 10) -> datetime.datetime:
    """The past as the story counts it, pressed together so that all of it falls under an edition of the guidance."""
    today = timezone.localdate(now)
    if days_ago > 0:
        first = Edition.objects.in_order().values_list("effective_from", flat=True)[0]
        days_ago = max(1, round(days_ago * min(345, (today - first).days - 1) / LONG_STORY[0][0]))
    day = today - datetime.timedelta(days=days_ago)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour, 20)))


def _file_of(child: Child, by: User) -> ChildFile:
    operations.open_child_file(child=child, by=by)
    return need_to_know.children_readable_by(by).select_related("key", "child").get(child=child)


def _long_story(people: Mapping[str, User], child: Child, now: datetime.datetime) -> None:
    dsl = people[DSL]
    with acting.as_the_system("demonstration"):
        if Concern.objects.filter(submission_key=uuid.uuid5(_NAMES, str(LONG_STORY[0][0]))).exists():
            return
    told = [
        _entry(people[AUTHORS[number % len(AUTHORS)]], dsl, child, now, *each)
        for number, each in enumerate(LONG_STORY)
    ]
    with acting.as_person(dsl):
        file = _file_of(child, dsl)
        for plan, since, until in PLANS:
            operations.set_plan(
                child_file=file,
                by=dsl,
                kind=plan,
                from_date=_at(now, since).date(),
                until_date=_at(now, until).date() if until else None,
                social_worker="Dana Whitlock" if plan == PlanKind.CHILD_IN_NEED else "",
                social_worker_contact="01632 496 262" if plan == PlanKind.CHILD_IN_NEED else "",
            )
        for vulnerability in (VulnerabilityKind.YOUNG_CARER, VulnerabilityKind.SEND):
            operations.set_vulnerability(child_file=file, by=dsl, kind=vulnerability, from_date=_at(now, 610).date())
        for days_ago, kind, decisions in MEETINGS:
            _held(file, dsl, now, days_ago, kind, decisions, people if days_ago == MEETINGS[-1][0] else None)
        marked = next(each for each in told if timezone.localdate(each.observed_at) == _at(now, SIGNIFICANT[0]).date())
        operations.mark_significant(child_file=file, by=dsl, entry=f"concern:{marked.pk}", why=SIGNIFICANT[1])


def _entry(
    author: User, dsl: User, child: Child, now: datetime.datetime, days_ago: int, seen: str, kind: Kind, option: Option
) -> Concern:
    at = _at(now, days_ago)
    with acting.as_person(author):
        concern = operations.submit_concern(
            by=author,
            submission_key=uuid.uuid5(_NAMES, str(days_ago)),
            form=Form.STANDARD,
            children=[(child, "")],
            observed_at=at - datetime.timedelta(minutes=50),
            place="School",
            passed_to=dsl,
            came_to_light=CameToLight.BEHAVIOUR,
            what_was_seen=seen,
            kinds=[kind],
            at=at,
        )
    with acting.as_person(dsl):
        concern = need_to_know.readable_by(dsl).select_related("key").get(pk=concern.pk)
        concern = operations.mark_read(concern=concern, by=dsl, at=at + datetime.timedelta(hours=1))
        operations.record_decision(
            concern=concern,
            by=dsl,
            version=concern.version,
            submission_key=uuid.uuid5(concern.pk, "decision"),
            harm_seen=HarmSeen.NO_SIGN,
            options=[option],
            rationale="Put beside what came before. We act together with those who know the family.",
            childs_wishes="Wants to stay with his mother and his sister.",
            parents_informed=ParentsInformed.NOT_YET,
            at=at + datetime.timedelta(hours=3),
        )
        for person in (author, dsl):
            outbox.mark_opened(recipient=person, record=concern)
    return concern


def _held(file, by, now, days_ago, kind, decisions, people=None, then_in: int | None = 12) -> Meeting:
    meeting = operations.plan_meeting(
        child_file=file, by=by, kind=kind, starts_at=_at(now, days_ago, 14), place="Family centre, Mill Lane"
    )
    ours = {"name": by.adult.full_name, "role": by.adult.job_title, "agency": Agency.SCHOOL, "person": by.pk}
    last = people is not None
    return operations.record_meeting(
        meeting=meeting,
        by=by,
        attendance=[ours, _WORKER, _MOTHER, _NURSE],
        decisions=decisions,
        report_sent=ReportSent.SENT,
        report_sent_on=_at(now, days_ago + 4).date(),
        actions=[
            {
                "owner": people["t.zielinski"],
                "due_on": timezone.localdate(now) + datetime.timedelta(days=6),
                "what": "Meet Wesley at the gate each morning and tell the office when he is not there by nine.",
            }
        ]
        if people is not None
        else [],
        next_starts_at=_at(now, -then_in, 14) if last and then_in else None,
        next_place="Family centre, Mill Lane",
        version=meeting.version,
    )


def _meetings_of_others(people: Mapping[str, User], children: Mapping[str, Child], now: datetime.datetime) -> None:
    """One that is soon, one that nobody has recorded yet, one that was moved."""
    ks3, ks4 = people["d.whitmore"], people["a.rahmani"]
    with acting.as_person(ks3):
        file = _file_of(children["kezia"], ks3)
        if not file.has_meetings:
            operations.plan_meeting(
                child_file=file,
                by=ks3,
                kind=MeetingKind.CHILD_IN_NEED,
                starts_at=_at(now, 1, 13),
                place="Online; the link is with the social worker",
            )
    with acting.as_person(ks4):
        file = _file_of(children["samuel"], ks4)
        if not file.has_meetings:
            meeting = operations.plan_meeting(
                child_file=file,
                by=ks4,
                kind=MeetingKind.INITIAL_CONFERENCE,
                starts_at=_at(now, -2, 9),
                place="Civic office, room 4",
                owner=people["k.boateng"],
                bring="Attendance and behaviour since September. Ask for the report at the office.",
            )
            operations.record_not_held(
                meeting=meeting,
                by=ks4,
                state="rearranged",
                why="The chair is ill.",
                starts_at=_at(now, -6, 9),
                owner=people["k.boateng"],
                version=meeting.version,
            )


def _reviews(lead: User, now: datetime.datetime) -> None:
    with acting.as_person(lead):
        if ListReview.objects.exists():
            return
        for of_list in (ChildrenList.CHILD_PROTECTION, ChildrenList.LOOKED_AFTER, ChildrenList.YOUNG_CARERS):
            operations.review_list(
                of_list=of_list, by=lead, next_review_on=timezone.localdate(now) + datetime.timedelta(days=40)
            )
