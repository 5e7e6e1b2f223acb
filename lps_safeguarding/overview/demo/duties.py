"""The special duties in the demonstration's school, in all their states: open, late, done, does not apply. Played by
`seed.py` as the other stories are; nothing here tells more than the duty needs."""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from concerns import need_to_know, priorities
from concerns import operations as concern_operations
from concerns.duty_terms import HowReported, Known, WhyNoReport
from concerns.models import Concern, Referral
from concerns.terms import CameToLight, HarmSeen, Kind, Option, ParentsInformed, ReasonNotToInform, SharingGround
from lps_safeguarding.access import acting
from lps_safeguarding.overview.demo.stories import Decided, Read, Referred, Story, When
from lps_safeguarding.people.models import User

LOCAL_PRIORITIES = (Kind.CCE, Kind.KNIFE_CRIME)
LEAD_DSL = "g.adeyemi"


@dataclass(frozen=True)
class FgmReported:
    by: str
    when: When
    reference: str
    how: HowReported = HowReported.BY_101


@dataclass(frozen=True)
class FgmNotApplying:
    by: str
    why: WhyNoReport
    detail: str = ""


@dataclass(frozen=True)
class LookedAfterBy:
    by: str
    carer: str
    relative: Known
    long: Known
    days_ago: int
    no_notice: str = ""


@dataclass(frozen=True)
class StaffHarmed:
    by: str
    who: str
    hurt: bool


@dataclass(frozen=True)
class StaffSupported:
    by: str
    support: str


@dataclass(frozen=True)
class AskedAgain:
    by: str
    what: str


_NOT_TOLD: dict[str, Any] = {"parents": ParentsInformed.NO, "parents_reason": ReasonNotToInform.GREATER_RISK}


def _disclosure(slug: str, child: str, author: str, when: When, *steps: Any, **more: Any) -> Story:
    return Story(
        slug,
        (child,),
        author,
        when,
        came_to_light=CameToLight.CHILD_TOLD_ME,
        place="After the lesson, door open",
        words="“It was done to me when we went away.”",
        asked="I asked: “Is there something you want to tell me?”",
        worry="She told me that she was cut. I asked nothing more.",
        wishes="She does not want to be examined by anybody at school.",
        kinds=(Kind.FGM,),
        steps=steps,
        **more,
    )


def _decided(by: str, when: When, *options: Option, rationale: str, **more: Any) -> Decided:
    return Decided(
        by,
        when,
        HarmSeen.HARMED,
        options,
        rationale,
        wishes="To be asked before anything is done.",
        **_NOT_TOLD,
        **more,
    )


def _police(when: When) -> Referred:
    return Referred(
        Option.POLICE, when, "Public protection desk", "That a pupil told a teacher of FGM, and that she is safe today.",
        ground=SharingGround.RISK_IF_ASKED, ground_detail="Asking at home would put her at greater risk.",
    )  # fmt: skip


def _social_care(when: When) -> Referred:
    return Referred(
        Option.SOCIAL_CARE, when, "Duty worker", "The same, and who lives with her.",
        ground=SharingGround.RISK_IF_ASKED, ground_detail="Asking at home would put her at greater risk.",
    )  # fmt: skip


STORIES = (
    _disclosure("fgm-open", "hana", "p.nair", When(0, "15:20")),
    _disclosure("fgm-late", "maryam", "i.nwosu", When(4, "11:05"), Read("d.whitmore", When(4, "11:20"))),
    _disclosure(
        "fgm-reported", "rosa", "p.nair", When(9, "12:40"),
        Read("a.rahmani", When(9, "12:55")),
        FgmReported("p.nair", When(9, "13:30"), "24*0098117"),
        _decided(
            "a.rahmani", When(9, "13:10"), Option.SOCIAL_CARE, Option.POLICE,
            rationale="A girl under 18 told of it herself. Social care and the police are told today; the family is not.",
            referrals=(_social_care(When(9, "13:00")), _police(When(9, "13:05"))),
        ),
        AskedAgain("a.rahmani", "Rang the desk; the file is with a named worker who rings back."),
    ),
    Story(
        "fgm-feared", ("leila",), "t.zielinski", When(6, "09:50"), came_to_light=CameToLight.BEHAVIOUR,
        place="In the library", seen="She said goodbye to friends for a long holiday with an aunt, and did not look glad.",
        worry="It may be more than a holiday.", kinds=(Kind.FGM, Kind.FORCED_MARRIAGE),
        steps=(
            Read("s.kearney", When(6, "10:10")),
            FgmNotApplying("s.kearney", WhyNoReport.SUSPECTED, "Feared before a journey. Nothing was told or seen."),
        ),
    ),
    Story(
        "nudes-held-open", ("zara",), "p.nair", When(3, "10:30"), came_to_light=CameToLight.SOMEBODY_TOLD_ME,
        place="Told by a friend of hers in the corridor", seen="The friend said that a picture of Zara goes round.",
        worry="I have not seen it and did not ask for it.", kinds=(Kind.NUDES, Kind.BULLYING),
        steps=(
            Read("a.rahmani", When(3, "10:45")),
            Decided(
                "a.rahmani", When(3, "11:10"), HarmSeen.AT_RISK, (Option.SOCIAL_CARE, Option.SUPPORT_IN_SCHOOL),
                "The picture is not looked at. Social care is told; support starts today.",
                wishes="Wants it to stop and does not want to be looked at.",
                not_referred="The police are asked tomorrow together with social care, as agreed with them.",
                parents=ParentsInformed.NOT_YET, referrals=(_social_care(When(3, "11:00")),),
            ),
        ),
    ),
    Story(
        "lives-with-a-friends-family", ("jaydon",), "t.zielinski", When(7, "08:55"),
        came_to_light=CameToLight.CHILD_TOLD_ME, place="Breakfast club",
        words="“I stop at Marcus’s now. His mum said I can.”", worry="He has not been home for weeks.",
        kinds=(Kind.PRIVATE_FOSTERING,),
        steps=(
            Read("d.whitmore", When(7, "09:10")),
            LookedAfterBy("d.whitmore", "The mother of a friend", Known.NO, Known.YES, 40),
        ),
    ),
    Story(
        "stays-with-an-aunt", ("callie",), "p.nair", When(8, "14:00"), came_to_light=CameToLight.CHILD_TOLD_ME,
        place="Tutor time", words="“I’m at my auntie’s till Easter.”", worry="New adult at the gate.",
        kinds=(Kind.PRIVATE_FOSTERING,),
        steps=(
            Read("d.whitmore", When(8, "14:30")),
            LookedAfterBy("d.whitmore", "Her mother’s sister", Known.YES, Known.YES, 20),
        ),
    ),
    Story(
        "a-chair-was-thrown", ("kian",), "i.nwosu", When(1, "11:40"), place="Workshop",
        seen="Kian threw a stool after a row with another pupil. It hit my shoulder. He ran out and came back crying.",
        worry="He said his uncle is looking for him.", kinds=(Kind.CCE,),
        steps=(StaffHarmed("i.nwosu", "Miss I. Nwosu", hurt=True),),
    ),
    Story(
        "shouted-at-in-the-yard", ("wesley",), "t.zielinski", When(5, "12:15"), place="Yard",
        seen="A man outside the gate shouted threats at Wesley and at me.", worry="Wesley knew him.",
        kinds=(Kind.KNIFE_CRIME,),
        steps=(
            StaffHarmed("t.zielinski", "Mr T. Zielinski", hurt=False),
            Read("a.rahmani", When(5, "12:25")),
            StaffSupported("a.rahmani", "Talked the same day; he was driven home. Supervision on Thursday."),
        ),
    ),
)  # fmt: skip


def set_local_priorities(people: dict[str, User], now: datetime.datetime) -> None:
    """The lead DSL's, unless somebody has set others since."""
    lead = people[LEAD_DSL]
    with acting.as_person(lead):
        priorities.forget()
        if not priorities.now():
            since = timezone.localdate(now) - datetime.timedelta(days=60)
            concern_operations.set_local_priorities(by=lead, kinds=LOCAL_PRIORITIES, on=since)


def play_step(moment: Any, step: object, by: User, concern: Concern) -> None:
    """One step of a duty. `moment` gives the time of a `When`."""
    if isinstance(step, FgmReported | FgmNotApplying):
        report = need_to_know.fgm_report_of(by, concern)
        assert report is not None
        if isinstance(step, FgmReported):
            concern_operations.record_fgm_reported(
                report=report, by=by, police_reference=step.reference, reported_at=moment(step.when), how=step.how
            )
        else:
            concern_operations.record_fgm_not_applying(
                report=report, by=by, why_not=step.why, why_not_detail=step.detail
            )
    elif isinstance(step, LookedAfterBy):
        concern_operations.record_care(
            concern=concern, by=by, carer=step.carer, close_relative=step.relative, long_stay=step.long,
            disabled=Known.NO, since=timezone.localdate() - datetime.timedelta(days=step.days_ago),
            give_notice=not step.no_notice, why_no_notice=step.no_notice,
        )  # fmt: skip
    elif isinstance(step, StaffHarmed):
        concern_operations.say_staff_harm(
            concern=concern, by=by, who=step.who, hurt=step.hurt, talk=True,
            submission_key=uuid.uuid5(concern.pk, step.who),
        )  # fmt: skip
    elif isinstance(step, StaffSupported):
        for harm in need_to_know.staff_harms_of(by, concern):
            concern_operations.record_staff_support(harm=harm, by=by, support=step.support)
    elif isinstance(step, AskedAgain):
        referral = Referral.objects.select_related("key").get(concern=concern, agency=Option.SOCIAL_CARE)
        concern_operations.chase_referral(referral=referral, by=by, what=step.what)
    else:
        raise TypeError(f"A story has a step that nobody can play: {step!r}")
