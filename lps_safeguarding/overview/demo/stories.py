"""What happened at the demonstration's school: concerns in every state, as data. `seed.py` plays them through the
operations. Days count backwards in school days from the day the demonstration is made; 0 is the last school day or
today. Nothing here tells more of what was done to a child than the decision needs.
"""

from dataclasses import dataclass, field

from concerns.body_map.marks import Mark
from concerns.terms import (
    CameToLight,
    ContactMethod,
    Form,
    HarmSeen,
    Kind,
    Option,
    Outcome,
    ParentsInformed,
    ReasonNotToInform,
    SharingGround,
    Urgency,
)


@dataclass(frozen=True)
class When:
    """A moment: so many school days ago, at this time of the school's clock."""

    days_ago: int
    at: str = "10:00"


@dataclass(frozen=True)
class Read:
    by: str
    when: When


@dataclass(frozen=True)
class Added:
    """An addendum; `worried` makes it "I am still worried"."""

    by: str
    when: When
    text: str
    worried: bool = False


@dataclass(frozen=True)
class Referred:
    agency: Option
    when: When
    spoken_to: str
    what: str
    method: ContactMethod = ContactMethod.TELEPHONE
    urgency: Urgency = Urgency.SAME_DAY
    ground: SharingGround = SharingGround.CONSENT
    ground_detail: str = ""
    their_reference: str = ""
    acknowledged: When | None = None
    answer: str = ""
    answered: When | None = None
    review_in_days: int | None = None


@dataclass(frozen=True)
class ToDo:
    owner: str
    due_in_days: int  # school days from the day of the decision
    what: str
    done: str = ""


@dataclass(frozen=True)
class Decided:
    by: str
    when: When
    harm: HarmSeen
    options: tuple[Option, ...]
    rationale: str
    took_part: str = ""
    not_referred: str = ""
    wishes: str = ""
    wishes_missing: str = ""
    parents: ParentsInformed = ParentsInformed.YES
    parents_said: str = ""
    parents_reason: str = ""
    parents_detail: str = ""
    review_in_days: int | None = None
    referrals: tuple[Referred, ...] = ()
    to_do: tuple[ToDo, ...] = ()
    word: str = ""


@dataclass(frozen=True)
class Closed:
    by: str
    when: When
    outcome: Outcome
    rationale: str


@dataclass(frozen=True)
class Reopened:
    by: str
    when: When
    why: str


@dataclass(frozen=True)
class AskedForTalk:
    by: str
    when: When


@dataclass(frozen=True)
class Story:
    slug: str
    children: tuple[str, ...]
    author: str
    when: When
    form: Form = Form.STANDARD
    passed_to: str | None = None
    came_to_light: str = CameToLight.BEHAVIOUR
    agency: str = ""
    place: str = ""
    words: str = ""
    seen: str = ""
    asked: str = ""
    conversation: str = ""
    present: str = ""
    worry: str = ""
    wishes: str = ""
    kinds: tuple[Kind, ...] = ()
    brought_by: tuple[str, str, str] = ("", "", "")
    parts: dict[str, str] = field(default_factory=dict)
    marks: tuple[tuple[str, Mark], ...] = ()  # whose injury, and the mark on the body map
    steps: tuple = ()


STORIES = (
    # --- Waiting now -------------------------------------------------------------------------------------------------
    Story(
        "pink-not-safe-at-home",
        ("kezia",),
        "p.nair",
        When(0, "14:10"),
        Form.PINK,
        "d.whitmore",
        CameToLight.CHILD_TOLD_ME,
        place="My classroom, E4, at the end of period 5",
        words="“I can’t go home tonight. He’s back and mum said don’t tell no one.”",
        seen="Kezia stayed behind after the others had left. She was crying quietly and kept looking at the door.",
        asked="I asked: “Can you tell me what is worrying you about going home?”",
        present="Kezia and me. Mr Zielinski was in the corridor with the door open.",
        worry="She is afraid to go home today. She has said before that an adult must not live with them.",
        wishes="She wants to stay with her aunt tonight.",
        kinds=(Kind.DOMESTIC_ABUSE_FAMILY,),
    ),
    Story(
        "pink-mark-on-arm",
        ("otis",),
        "i.nwosu",
        When(0, "13:25"),
        Form.PINK,
        "s.kearney",
        CameToLight.SAW_INJURY,
        place="The Lodge, art room",
        seen="When Otis pushed his sleeves up to wash his brushes I saw a mark on his left forearm, about as long as "
        "a finger. He pulled the sleeve down when he noticed me looking.",
        words="“It’s nothing. I got in the way.”",
        asked="I asked: “Would you like to tell me about it?” I asked nothing else.",
        present="Four other pupils were in the room; none was near the sink.",
        worry="He would not say whose way he got in, and he did not want to be collected today.",
    ),
    Story(
        "hungry-again",
        ("ben",),
        "t.zielinski",
        When(1, "09:05"),
        came_to_light=CameToLight.BEHAVIOUR,
        place="Breakfast club",
        seen="Ben ate four slices of toast and asked whether he could take some with him “for later”. His shirt was "
        "the one with the ink stain he wore all last week.",
        words="“There’s only cereal and that’s for the baby.”",
        worry="It is the third Monday running. He used to bring a lunch; he has not since half term.",
        kinds=(Kind.NEGLECT,),
    ),
    Story(
        "messages-at-night",
        ("violet",),
        "p.nair",
        When(1, "15:40"),
        came_to_light=CameToLight.CHILD_TOLD_ME,
        place="Library, after school",
        conversation="At the corner table, about ten minutes.",
        words="“He says he’s seventeen but he’s got a car and he’s never at college. He gets stressed if I don’t "
        "answer straight away.”",
        seen="Violet’s phone lit up again and again while we talked and she turned it over each time.",
        asked="“Tell me about him.” “How do you feel when he messages?”",
        worry="She is tired in every lesson, has two new pairs of trainers, and dropped netball because he does not "
        "like her to stay after school.",
        wishes="She does not want her dad to find out from somebody else.",
        kinds=(Kind.GROOMING, Kind.ONLINE),
    ),
    Story(
        "brought-by-grandmother",
        ("harvinder",),
        "j.holroyd",
        When(0, "09:20"),
        came_to_light=CameToLight.SOMEBODY_TOLD_ME,
        place="Reception",
        seen="Harvinder’s grandmother came to reception without an appointment. She asked for somebody to write down "
        "that he has not slept at his mother’s address since Thursday and that she does not know where he is staying.",
        worry="She said that he told his cousin he is “doing jobs” for older boys near the station.",
        brought_by=("Surinder Gill", "Grandmother", "In person at reception; she will ring again at noon"),
        kinds=(Kind.CCE, Kind.MISSING_EDUCATION),
    ),
    Story(
        "asleep-in-lessons",
        ("faisal", "umar"),
        "t.zielinski",
        When(2, "11:30"),
        came_to_light=CameToLight.BEHAVIOUR,
        place="KS3 common room",
        seen="Faisal fell asleep twice before break. His brother Umar came over from KS4 to ask whether he had eaten.",
        words="Umar: “I do the nights, he does the mornings. Mum’s not well again.”",
        worry="Both seem to be looking after their mother and the little ones.",
        wishes="Umar asked us not to ring home during the day because she sleeps then.",
        parts={"faisal": "Asleep in lessons; gets the younger ones ready.", "umar": "Up at night with their mother."},
        kinds=(Kind.YOUNG_CARER,),
        steps=(Read("d.whitmore", When(2, "12:10")),),
    ),
    Story(
        "said-in-tutor-time",
        ("rosa",),
        "i.nwosu",
        When(3, "09:00"),
        came_to_light=CameToLight.CHILD_TOLD_ME,
        place="Tutor room, KS4",
        words="“If I fail this year I might as well not be here.”",
        seen="Said quietly, not for the room. She laughed straight afterwards and changed the subject.",
        asked="“What do you mean by that?” She said: “Nothing, miss.”",
        worry="It may have been a way of speaking. I would rather somebody who knows her decides that.",
        kinds=(Kind.MENTAL_HEALTH,),
        steps=(Read("a.rahmani", When(3, "09:31")), AskedForTalk("i.nwosu", When(3, "15:10"))),
    ),
    # --- Came back: the reporter is still worried ------------------------------------------------------------------
    Story(
        "still-worried",
        ("callie", "tia"),
        "t.zielinski",
        When(9, "10:15"),
        came_to_light=CameToLight.CHILD_TOLD_ME,
        place="Playground, by the shed",
        words="Callie: “We stay at Nan’s when they shout. We’ve got our own bag there.”",
        seen="Callie told me while we were tidying up. She was calm, as if it was usual.",
        worry="It sounded like something that happens every week.",
        wishes="Callie likes it at her nan’s and wants that to stay as it is.",
        parts={"callie": "Told me herself.", "tia": "Named by her sister; I have not spoken with her."},
        kinds=(Kind.DOMESTIC_ABUSE_FAMILY,),
        steps=(
            Read("d.whitmore", When(9, "10:52")),
            Decided(
                "d.whitmore",
                When(9, "16:05"),
                HarmSeen.NO_SIGN,
                (Option.TALK_WITH_FAMILY, Option.MONITOR),
                "Both girls are settled and attending well. Their nan is known to us and collects them often. No "
                "police notice has reached us for this address. A talk with their mother comes first; the year team "
                "watches how they arrive on Mondays.",
                took_part="Daniel Whitmore; Grace Adeyemi by telephone",
                wishes="Callie likes staying with her nan and wants that to go on.",
                parents_said="Their mother was asked in for a talk on Thursday. She said that they argue but that "
                "the girls are never in the room.",
                review_in_days=15,
                to_do=(
                    ToDo(
                        "t.zielinski", 4, "Greet Callie at the gate each morning for a week and note how she arrives."
                    ),
                ),
                word="Thank you for writing this down the same day. We have spoken with the family and are keeping an eye "
                "on both girls. Tell us at once if anything changes.",
            ),
            Added(
                "t.zielinski",
                When(1, "08:50"),
                "This morning Callie came in the clothes she wore yesterday and said "
                "they had to go to Nan’s in the night. She would not take her coat off.",
                worried=True,
            ),
        ),
    ),
    # --- With others: referrals -----------------------------------------------------------------------------------
    Story(
        "overdue-referral",
        ("samuel",),
        "p.nair",
        When(6, "12:20"),
        Form.PINK,
        "a.rahmani",
        CameToLight.CHILD_TOLD_ME,
        place="English block corridor",
        words="“If I don’t carry it they said they know where my sister goes to school.”",
        seen="Samuel asked to speak to me alone. He was shaking.",
        asked="“Tell me what happened.” “Who said that?” He gave no names.",
        present="Samuel and me; Ms Rahmani joined us after five minutes.",
        worry="He is being threatened into carrying something for older boys.",
        wishes="He wants it to stop and is frightened for his sister.",
        kinds=(Kind.CCE,),
        steps=(
            Read("a.rahmani", When(6, "12:24")),
            Decided(
                "a.rahmani",
                When(6, "13:30"),
                HarmSeen.IMMEDIATE_DANGER,
                (Option.SOCIAL_CARE, Option.POLICE, Option.SUPPORT_IN_SCHOOL),
                "Samuel is threatened and so is his sister. Both were kept in school until transport was arranged. "
                "Social care and police were rung in that order.",
                took_part="Amina Rahmani, Grace Adeyemi, Helen Marsden",
                wishes="He wants the threats to stop and his sister to be safe. He agreed that we ring.",
                parents_said="His mother was told what he said and agreed to collect both children by car.",
                referrals=(
                    Referred(
                        Option.SOCIAL_CARE,
                        When(6, "12:50"),
                        "Duty worker, gave the name Leanne",
                        "What Samuel said, in his words; the threat about his sister; that both were in school; the "
                        "mother’s number.",
                        urgency=Urgency.EMERGENCY,
                    ),
                    Referred(
                        Option.POLICE,
                        When(6, "12:58"),
                        "Call handler, 101",
                        "The threat, without the account itself. An officer will ring Ms Rahmani.",
                        urgency=Urgency.EMERGENCY,
                        their_reference="LP-2231-77",
                        acknowledged=When(6, "13:20"),
                    ),
                ),
                to_do=(
                    ToDo("m.chen", 1, "Ring home by 9:15 each day this child is not in by then, and tell Ms Rahmani."),
                    ToDo("a.rahmani", 2, "Ask social care for the name of the allocated worker."),
                ),
                word="You did exactly the right thing. Samuel and his sister got home safely and others are now involved.",
            ),
        ),
    ),
    Story(
        "with-social-care",
        ("maryam",),
        "i.nwosu",
        When(24, "13:45"),
        came_to_light=CameToLight.BEHAVIOUR,
        place="Changing room door",
        seen="Maryam would not change for PE and sat on the bench with her coat on. She flinched when the door banged.",
        words="“Can I just do the scores?”",
        worry="It has happened in three lessons now.",
        wishes="She asked to help with scoring instead.",
        kinds=(Kind.PHYSICAL,),
        steps=(
            Read("d.whitmore", When(24, "14:20")),
            Decided(
                "d.whitmore",
                When(23, "09:40"),
                HarmSeen.AT_RISK,
                (Option.SOCIAL_CARE, Option.SUPPORT_IN_SCHOOL),
                "Together with the entry of last term this is a pattern. Advice from Duty and Advice: refer. Police not "
                "proposed to us at this stage; social care will decide after the visit.",
                took_part="Daniel Whitmore, Grace Adeyemi",
                not_referred="Duty and Advice asked us not to ring the police before the visit; they will themselves.",
                wishes_missing="Maryam did not want to talk yet. Her tutor will offer again on Friday.",
                parents=ParentsInformed.NO,
                parents_reason=ReasonNotToInform.ADVISED_NOT_TO,
                parents_detail="Duty and Advice asked us to wait until after their visit.",
                referrals=(
                    Referred(
                        Option.SOCIAL_CARE,
                        When(23, "10:05"),
                        "Senior practitioner on duty",
                        "Both entries, dates and times; who lives at home as far as we know.",
                        ground=SharingGround.RISK_IF_ASKED,
                        ground_detail="Asking first could put her at more risk.",
                        their_reference="DA-40518",
                        acknowledged=When(23, "15:30"),
                        answer="Assessment opened under section 17. Allocated worker named; first meeting held.",
                        answered=When(14, "11:00"),
                        review_in_days=10,
                    ),
                ),
                to_do=(
                    ToDo(
                        "p.nair",
                        3,
                        "Offer Maryam the library at lunch times; tell Mr Whitmore whether she comes.",
                        done="She came on four days out of five and has started to talk with Ms Nair.",
                    ),
                ),
                word="It was right to pass this on. It is in hand. Carry on as before and tell us what you notice.",
            ),
        ),
    ),
    Story(
        "early-help",
        ("georgia",),
        "t.zielinski",
        When(30, "10:10"),
        came_to_light=CameToLight.CHILD_TOLD_ME,
        place="Corridor outside F2",
        words="“We’ve not had the heating on since we moved.”",
        seen="Georgia wore two jumpers and kept her hands in her sleeves.",
        worry="They moved in October and nobody seems to be helping them.",
        wishes="She would like to be warm and to see her old friends.",
        kinds=(Kind.NEGLECT, Kind.HOMELESSNESS),
        steps=(
            Read("d.whitmore", When(30, "11:05")),
            Decided(
                "d.whitmore",
                When(29, "15:10"),
                HarmSeen.NO_SIGN,
                (Option.EARLY_HELP, Option.TALK_WITH_FAMILY),
                "Hardship, not neglect: her mother asked for help herself. Early help can act on the heating at once.",
                took_part="Daniel Whitmore, Georgia’s mother",
                wishes="To be warm and to see her old friends.",
                parents_said="Her mother agreed to the early help form and signed it with us.",
                referrals=(
                    Referred(
                        Option.EARLY_HELP,
                        When(29, "15:40"),
                        "Family support, by form",
                        "The form as signed by her mother.",
                        method=ContactMethod.ONLINE_FORM,
                        urgency=Urgency.ROUTINE,
                        their_reference="EH-1190",
                        acknowledged=When(27, "09:15"),
                        answer="A family worker has visited and the heating works again.",
                        answered=When(20, "14:00"),
                    ),
                ),
                word="Georgia’s family is getting help with the house. Thank you for noticing.",
            ),
            Closed(
                "d.whitmore",
                When(15, "16:00"),
                Outcome.WITH_EARLY_HELP,
                "The house is warm, a family worker is in place, and Georgia says it is better.",
            ),
        ),
    ),
    # --- Decided, being followed up ---------------------------------------------------------------------------------
    Story(
        "bullying-on-bus",
        ("isla",),
        "p.nair",
        When(12, "08:45"),
        came_to_light=CameToLight.CHILD_TOLD_ME,
        place="Gate",
        words="“They film me when I talk. They say it’s my accent.”",
        seen="Isla got off the bus last and waited until the others had gone in.",
        worry="She has missed four mornings.",
        wishes="She wants to sit at the front of the bus.",
        kinds=(Kind.BULLYING,),
        steps=(
            Read("d.whitmore", When(12, "09:10")),
            Decided(
                "d.whitmore",
                When(12, "15:00"),
                HarmSeen.NO_SIGN,
                (Option.SUPPORT_IN_SCHOOL, Option.TALK_WITH_FAMILY),
                "Bullying with a prejudice-based side. Dealt with under the behaviour policy; seats on the bus changed "
                "from tomorrow. Support for Isla through her tutor.",
                took_part="Daniel Whitmore, Priya Nair",
                wishes="To sit at the front of the bus; not to be made to face the others.",
                parents_said="Her father was told and is content with the plan.",
                review_in_days=10,
                to_do=(
                    ToDo("m.chen", 5, "Report this child’s morning attendance for the last two weeks to Mr Whitmore."),
                    ToDo(
                        "p.nair",
                        2,
                        "Ask Isla how the bus is, once this week and once next.",
                        done="Better since the seats changed. She laughed about it on Friday.",
                    ),
                ),
                word="Seats on the bus have changed. Have a word with Isla when you see her in the morning.",
            ),
        ),
    ),
    Story(
        "online-game",
        ("jaydon",),
        "t.zielinski",
        When(18, "14:30"),
        came_to_light=CameToLight.CHILD_TOLD_ME,
        place="ICT room",
        words="“He sends me skins if I stay on. He’s like my mate but old.”",
        seen="Jaydon showed me the name on the screen; I did not touch the computer.",
        worry="He does not know who this person is.",
        wishes="He wants to keep playing with his real friends.",
        kinds=(Kind.ONLINE, Kind.GROOMING),
        steps=(
            Read("d.whitmore", When(18, "15:02")),
            Decided(
                "d.whitmore",
                When(17, "10:00"),
                HarmSeen.AT_RISK,
                (Option.SOCIAL_CARE, Option.POLICE, Option.TALK_WITH_FAMILY),
                "A stranger gives gifts to keep him online. Risk of harm; parents can act tonight; police asked us to keep "
                "nothing and delete nothing.",
                took_part="Daniel Whitmore, Grace Adeyemi",
                wishes="To keep playing with friends he knows.",
                parents_said="Both parents came in. They have changed the settings and kept the messages for the police.",
                referrals=(
                    Referred(
                        Option.SOCIAL_CARE,
                        When(17, "10:40"),
                        "Duty worker",
                        "What he said; that his parents act.",
                        their_reference="DA-40702",
                        acknowledged=When(16, "12:00"),
                        answer="No role for social care: parents are protective. Advice given.",
                        answered=When(13, "09:30"),
                    ),
                    Referred(
                        Option.POLICE,
                        When(17, "11:05"),
                        "Call handler, 101",
                        "Name used in the game, dates, times.",
                        their_reference="LP-2107-15",
                        acknowledged=When(15, "10:00"),
                    ),
                ),
                to_do=(ToDo("t.zielinski", 10, "Go through the “safe gaming” cards with Jaydon in mentoring."),),
                word="Jaydon’s parents know and have acted. The police have the details.",
            ),
        ),
    ),
    Story(
        "young-carer",
        ("leila", "yusuf"),
        "p.nair",
        When(40, "11:20"),
        came_to_light=CameToLight.SOMEBODY_TOLD_ME,
        place="By telephone",
        seen="Their uncle rang to say that their father is in hospital again and the two are alone in the evenings.",
        worry="Leila is thirteen and cooks for both.",
        wishes="Both want to stay together.",
        parts={"leila": "Cooks and washes.", "yusuf": "Works on Saturdays."},
        kinds=(Kind.YOUNG_CARER,),
        steps=(
            Read("s.kearney", When(40, "12:00")),
            Decided(
                "s.kearney",
                When(39, "09:30"),
                HarmSeen.NO_SIGN,
                (Option.YOUNG_CARERS, Option.SUPPORT_IN_SCHOOL),
                "An aunt has moved in until their father is home. What is needed is support, not protection.",
                took_part="Siobhan Kearney, Amina Rahmani",
                wishes="To stay together.",
                parents_said="Their father, by telephone: he agrees to the young carers’ team.",
                referrals=(
                    Referred(
                        Option.YOUNG_CARERS,
                        When(39, "10:00"),
                        "Young carers’ team",
                        "Names, ages, who lives at home.",
                        urgency=Urgency.ROUTINE,
                        acknowledged=When(35, "10:00"),
                        answer="Assessment done; both go to the Wednesday group.",
                        answered=When(25, "13:00"),
                        review_in_days=30,
                    ),
                ),
                review_in_days=44,
                word="Both now have support. Thank you.",
            ),
        ),
    ),
    Story(
        "missing-friday",
        ("kian",),
        "m.chen",
        When(4, "09:50"),
        came_to_light=CameToLight.OTHER,
        place="Register",
        seen="Kian has been absent without a reason on three Fridays. Calls on the first day were not answered. Last "
        "contact with home: Tuesday of last week.",
        worry="He was seen in town on one of those days by Mr Zielinski.",
        kinds=(Kind.MISSING_EDUCATION,),
        steps=(
            Read("s.kearney", When(4, "10:40")),
            Decided(
                "s.kearney",
                When(3, "14:20"),
                HarmSeen.NO_SIGN,
                (Option.EDUCATION_WELFARE, Option.TALK_WITH_FAMILY),
                "No sign of harm so far, but nobody at home has answered. The Education Welfare Service visits.",
                took_part="Siobhan Kearney, Mei Chen",
                wishes_missing="He was not in school. His mentor asks him on Monday.",
                parents=ParentsInformed.NOT_YET,
                parents_detail="Nobody answers. A letter has gone by hand.",
                referrals=(
                    Referred(
                        Option.EDUCATION_WELFARE,
                        When(3, "14:45"),
                        "Duty officer",
                        "Dates, calls made, last contact.",
                        method=ContactMethod.EMAIL,
                        urgency=Urgency.SAME_DAY,
                        ground=SharingGround.LEGAL_DUTY,
                        ground_detail="Duty to report absence.",
                        their_reference="EW-302",
                    ),
                ),
                to_do=(ToDo("m.chen", 2, "Call again at 9:15 and 13:15 until somebody answers; note each call."),),
            ),
        ),
    ),
    Story(
        "joke-about-war",
        ("wesley",),
        "p.nair",
        When(16, "10:30"),
        came_to_light=CameToLight.BEHAVIOUR,
        place="History",
        words="“They should all be got rid of, that’s what the man on the stream says.”",
        seen="He said it to shock, and then explained the stream at length.",
        worry="He knows names and phrases he did not know before the summer.",
        kinds=(Kind.RADICALISATION, Kind.ONLINE),
        steps=(
            Read("a.rahmani", When(16, "11:00")),
            Decided(
                "a.rahmani",
                When(16, "15:30"),
                HarmSeen.NO_SIGN,
                (Option.CHANNEL, Option.SUPPORT_IN_SCHOOL),
                "Repeating a source with growing conviction. The Prevent officer advises a referral so that somebody who "
                "knows this field can judge.",
                took_part="Amina Rahmani, Grace Adeyemi, the Prevent officer by telephone",
                wishes="He thinks we make too much of it. He would talk with his old head of year.",
                parents_said="His mother worries too and gave her consent.",
                referrals=(
                    Referred(
                        Option.CHANNEL,
                        When(15, "09:20"),
                        "Prevent education officer",
                        "What he said and where from.",
                        method=ContactMethod.EMAIL,
                        urgency=Urgency.ROUTINE,
                        acknowledged=When(12, "11:45"),
                    ),
                ),
                review_in_days=12,
                word="Passed to people who know this field. Keep lessons as they are.",
            ),
        ),
    ),
    # --- Closed, and one that was reopened ---------------------------------------------------------------------------
    Story(
        "broken-glasses",
        ("percy",),
        "t.zielinski",
        When(50, "13:00"),
        came_to_light=CameToLight.SAW_INJURY,
        place="Dining hall",
        words="“My brother sat on them.”",
        seen="A scratch beside his nose; his glasses were taped.",
        worry="Only because it was on his face.",
        wishes="He wants new glasses.",
        kinds=(Kind.OTHER,),
        steps=(
            Read("d.whitmore", When(50, "13:40")),
            Decided(
                "d.whitmore",
                When(50, "15:20"),
                HarmSeen.NO_SIGN,
                (Option.MONITOR,),
                "His mother told reception the same story before school. Nothing else on file.",
                took_part="Daniel Whitmore",
                wishes="New glasses.",
                parents_said="His mother rang in first.",
                word="Good that you wrote it down. His mother had told us the same in the morning.",
            ),
            Closed("d.whitmore", When(45, "16:00"), Outcome.NO_FURTHER_ACTION, "Explained, and nothing since."),
        ),
    ),
    Story(
        "sent-to-cook",
        ("gabriel",),
        "i.nwosu",
        When(44, "12:30"),
        came_to_light=CameToLight.CHILD_TOLD_ME,
        place="The Lodge kitchen",
        words="“I make tea for everyone. Dad’s lorry is back on Fridays.”",
        seen="He cooked for the group and knew exactly how.",
        worry="Who is with him from Monday to Friday?",
        wishes="He is proud of his cooking.",
        kinds=(Kind.NEGLECT,),
        steps=(
            Read("s.kearney", When(44, "14:00")),
            Decided(
                "s.kearney",
                When(43, "11:00"),
                HarmSeen.NO_SIGN,
                (Option.TALK_WITH_FAMILY,),
                "His grandparents live with them and are home at night. Cooking is a treat, not a task.",
                took_part="Siobhan Kearney",
                wishes="To cook at school too.",
                parents_said="His grandfather came in and showed us who is at home when.",
                word="He is well looked after. He may cook on Thursdays.",
            ),
            Closed("s.kearney", When(40, "15:00"), Outcome.NO_FURTHER_ACTION, "Adults are at home every night."),
        ),
    ),
    Story(
        "reopened",
        ("nadia",),
        "p.nair",
        When(60, "09:30"),
        came_to_light=CameToLight.CHILD_TOLD_ME,
        place="Study room",
        words="“I just don’t eat when it’s exams.”",
        seen="Nadia has given her lunch away for two weeks.",
        worry="She has lost weight and is cold.",
        wishes="She does not want a fuss.",
        kinds=(Kind.MENTAL_HEALTH,),
        steps=(
            Read("s.kearney", When(60, "10:10")),
            Decided(
                "s.kearney",
                When(59, "10:00"),
                HarmSeen.NO_SIGN,
                (Option.HEALTH, Option.SUPPORT_IN_SCHOOL),
                "The school nurse sees her weekly; her GP has been told with her consent.",
                took_part="Siobhan Kearney, the school nurse",
                wishes="No fuss; somebody to eat with.",
                parents_said="Her mother knows and goes to the GP with her.",
                referrals=(
                    Referred(
                        Option.HEALTH,
                        When(59, "11:00"),
                        "School nurse",
                        "What we saw, with dates.",
                        urgency=Urgency.ROUTINE,
                        acknowledged=When(58, "09:00"),
                        answer="Seen weekly; weight stable.",
                        answered=When(48, "12:00"),
                    ),
                ),
                word="The nurse sees her each week. Thank you for telling us.",
            ),
            Closed("s.kearney", When(46, "15:30"), Outcome.SUPPORT_IN_PLACE, "Stable, and in the nurse’s hands."),
            Reopened("s.kearney", When(5, "12:00"), "The nurse reports that she has stopped coming to the sessions."),
        ),
    ),
    Story(
        "party-drink",
        ("ethan", "freya"),
        "p.nair",
        When(35, "08:55"),
        came_to_light=CameToLight.SOMEBODY_TOLD_ME,
        place="Tutor room",
        seen="A parent wrote that both were very drunk at a party on Saturday and that an adult had bought the drink.",
        worry="Who was the adult?",
        wishes="Both were embarrassed and asked us not to make it big.",
        parts={"ethan": "Was taken home by friends.", "freya": "Stayed the night; her mother did not know where."},
        kinds=(Kind.SUBSTANCE_MISUSE,),
        steps=(
            Read("a.rahmani", When(35, "09:30")),
            Decided(
                "a.rahmani",
                When(35, "14:45"),
                HarmSeen.NO_SIGN,
                (Option.TALK_WITH_FAMILY, Option.SUPPORT_IN_SCHOOL),
                "Both families act. The adult was an older cousin; his parents know now.",
                took_part="Amina Rahmani",
                wishes="Not to be talked about.",
                parents_said="Both families, one by one, the same afternoon.",
                to_do=(
                    ToDo(
                        "p.nair",
                        3,
                        "Cover drink and lifts home in tutor time, without naming anyone.",
                        done="Done with both groups.",
                    ),
                ),
                word="Both families know. We covered it in tutor time.",
            ),
            Closed("a.rahmani", When(28, "15:45"), Outcome.SUPPORT_IN_PLACE, "Families act; no repeat."),
        ),
    ),
    Story(
        "police-took-on",
        ("chidi",),
        "t.zielinski",
        When(33, "08:40"),
        Form.PINK,
        "a.rahmani",
        CameToLight.BEHAVIOUR,
        place="Front gate",
        seen="A man in a parked car called Chidi over by name and gave him a telephone. Chidi was "
        "upset and put it in the bin by the steps.",
        worry="The same car stood there on Monday.",
        wishes="He does not want to walk home alone.",
        kinds=(Kind.CCE,),
        steps=(
            Read("a.rahmani", When(33, "08:43")),
            Decided(
                "a.rahmani",
                When(33, "09:50"),
                HarmSeen.AT_RISK,
                (Option.POLICE, Option.SOCIAL_CARE),
                "An adult seeks him out at our gate. Number plate and times given to the police at once.",
                took_part="Amina Rahmani, Helen Marsden",
                wishes="Not to walk home alone.",
                parents_said="His father collects him for now.",
                referrals=(
                    Referred(
                        Option.POLICE,
                        When(33, "08:55"),
                        "Call handler, 999",
                        "Plate, description, times.",
                        urgency=Urgency.EMERGENCY,
                        their_reference="LP-1988-02",
                        acknowledged=When(33, "09:05"),
                        answer="Driver spoken to; case taken on by the exploitation team.",
                        answered=When(21, "10:30"),
                    ),
                    Referred(
                        Option.SOCIAL_CARE,
                        When(33, "09:30"),
                        "Duty worker",
                        "As to the police, with his father’s number.",
                        their_reference="DA-40411",
                        acknowledged=When(32, "10:00"),
                        answer="Strategy meeting held; plan in place.",
                        answered=When(24, "16:00"),
                    ),
                ),
                word="The police acted the same morning because you wrote down the plate.",
            ),
            Closed(
                "a.rahmani",
                When(19, "14:30"),
                Outcome.WITH_POLICE,
                "Police and social care both lead; our part is done.",
            ),
        ),
    ),
    Story(
        "agency-notice",
        ("liam",),
        "j.holroyd",
        When(8, "08:20"),
        came_to_light=CameToLight.AGENCY,
        agency="Children’s services, a neighbouring county",
        place="E-mail to the school office",
        seen="Notice that Liam’s half brother there is now on a child protection plan. Contact with their father is "
        "to be supervised.",
        worry="Liam sees his father on alternate weekends.",
        kinds=(Kind.OTHER,),
        steps=(
            Read("d.whitmore", When(8, "08:55")),
            Decided(
                "d.whitmore",
                When(8, "11:40"),
                HarmSeen.AT_RISK,
                (Option.SOCIAL_CARE,),
                "Our own authority should know what the other decided, because Liam stays with the same adult.",
                took_part="Daniel Whitmore, Grace Adeyemi",
                wishes="He likes the weekends; he does not want to choose between his parents.",
                parents_said="His mother knew of the plan and welcomes the call.",
                referrals=(
                    Referred(
                        Option.SOCIAL_CARE,
                        When(8, "12:05"),
                        "Duty worker",
                        "The notice itself.",
                        method=ContactMethod.EMAIL,
                        their_reference="DA-40833",
                        acknowledged=When(7, "09:40"),
                    ),
                ),
                review_in_days=6,
            ),
        ),
    ),
    Story(
        "earlier-maryam",
        ("maryam",),
        "t.zielinski",
        When(75, "15:15"),
        came_to_light=CameToLight.BEHAVIOUR,
        place="Bus bay",
        seen="Maryam did not want to get on the bus and asked whether there was a later club.",
        words="“Is there anything on till six?”",
        worry="She has asked three times this week.",
        wishes="A club to stay for.",
        kinds=(Kind.EMOTIONAL,),
        steps=(
            Read("d.whitmore", When(75, "15:40")),
            Decided(
                "d.whitmore",
                When(74, "10:00"),
                HarmSeen.NO_SIGN,
                (Option.MONITOR, Option.SUPPORT_IN_SCHOOL),
                "Nothing else known. A place in homework club from Monday; tutor to watch.",
                took_part="Daniel Whitmore",
                wishes="A club to stay for.",
                parents_said="Her mother is happy for her to stay until five.",
                word="She has a place in the club.",
            ),
            Closed("d.whitmore", When(65, "16:00"), Outcome.SUPPORT_IN_PLACE, "Goes to the club and seems at ease."),
        ),
    ),
    Story(
        "earlier-kezia",
        ("kezia",),
        "p.nair",
        When(52, "09:15"),
        came_to_light=CameToLight.AGENCY,
        agency="Police, Operation Encompass",
        place="Notice received by telephone",
        seen="Police were called to Kezia’s home on Sunday night. She was upstairs. An adult was asked to leave and may "
        "not come back.",
        worry="She was quiet today and stayed near adults.",
        wishes="She wants to be told if he comes back.",
        kinds=(Kind.DOMESTIC_ABUSE_FAMILY,),
        steps=(
            Read("d.whitmore", When(52, "09:22")),
            Decided(
                "d.whitmore",
                When(52, "11:00"),
                HarmSeen.AT_RISK,
                (Option.SOCIAL_CARE, Option.POLICE, Option.SUPPORT_IN_SCHOOL),
                "Police have acted; social care must know that she was in the house.",
                took_part="Daniel Whitmore, Grace Adeyemi",
                wishes="To be told if he comes back.",
                parents_said="Her mother knows that we were told and is glad of it.",
                referrals=(
                    Referred(
                        Option.SOCIAL_CARE,
                        When(52, "11:20"),
                        "Duty worker",
                        "That she was at home; how she is today.",
                        their_reference="DA-39907",
                        acknowledged=When(51, "10:10"),
                        answer="Child in need plan.",
                        answered=When(44, "15:00"),
                        review_in_days=55,
                    ),
                    Referred(
                        Option.POLICE,
                        When(52, "11:35"),
                        "Encompass desk",
                        "That she came to school and how she is.",
                        their_reference="OE-5521",
                        acknowledged=When(52, "11:36"),
                        answer="Noted; conditions run until March.",
                        answered=When(50, "09:00"),
                    ),
                ),
                word="Thank you for staying near her today.",
            ),
        ),
    ),
    Story(
        "earlier-ben",
        ("ben", "nathan"),
        "i.nwosu",
        When(22, "12:40"),
        came_to_light=CameToLight.BEHAVIOUR,
        place="Dining hall",
        seen="Nathan gave half his lunch to Ben, as he does most days now.",
        words="Nathan: “He’s always starving.”",
        worry="Neither brings food any more.",
        wishes="Nathan asked whether Ben could have a second helping without anybody noticing.",
        parts={"ben": "Has nothing with him.", "nathan": "Shares his."},
        kinds=(Kind.NEGLECT,),
        steps=(
            Read("d.whitmore", When(22, "13:15")),
            Decided(
                "d.whitmore",
                When(21, "15:00"),
                HarmSeen.NO_SIGN,
                (Option.SUPPORT_IN_SCHOOL, Option.TALK_WITH_FAMILY),
                "Money is short since the father’s hours were cut. Free meals applied for with the family.",
                took_part="Daniel Whitmore, Janet Holroyd",
                wishes="To have enough without being looked at.",
                parents_said="Their father came in and signed the form.",
                to_do=(ToDo("j.holroyd", 6, "Tell the family how the free meals application went."),),
                review_in_days=20,
                word="Both get lunch from today, without a till slip.",
            ),
        ),
    ),
)


@dataclass(frozen=True)
class FileFacts:
    """What stands at the head of a child's file."""

    child: str
    by: str
    plan: tuple[str, int, str, str, int | None] | None = (
        None  # kind, days since, social worker, contact, meeting in days
    )
    vulnerabilities: tuple[tuple[str, int, str], ...] = ()  # kind, days since, note
    contacts: tuple[
        tuple[str, str, str, bool, bool, str], ...
    ] = ()  # name, relation, telephone, PR, do not contact, note
    links: tuple[tuple[str, str], ...] = ()  # other child, kind


FILES = (
    FileFacts(
        "kezia",
        "d.whitmore",
        ("child_in_need", 60, "Leanne Brookes", "01632 496 221", 6),
        (("domestic_abuse", 75, "Conditions until March: an adult may not come to the address."),),
        (
            ("Rudo Mutasa", "Mother", "01632 496 310", True, False, "Mornings; works nights."),
            ("Tendai Mutasa", "Aunt", "01632 496 311", False, False, "May collect."),
            ("Farai Mutasa", "Father", "01632 496 312", True, True, "Do not ring: see the police conditions."),
        ),
    ),
    FileFacts(
        "maryam",
        "d.whitmore",
        ("child_in_need", 20, "Joel Hartnell", "01632 496 245", 9),
        (("english_additional", 400, ""),),
        (("Samira Farouk", "Mother", "01632 496 320", True, False, "Ask for an interpreter."),),
    ),
    FileFacts(
        "ben",
        "d.whitmore",
        None,
        (("send", 300, "Speech and language; small steps."),),
        (("Steve Tarrant", "Father", "01632 496 330", True, False, ""),),
        (("nathan", "sibling"),),
    ),
    FileFacts(
        "callie",
        "d.whitmore",
        None,
        (),
        (
            ("Dawn Marlowe", "Mother", "01632 496 340", True, False, ""),
            ("Pat Marlowe", "Grandmother (Nan)", "01632 496 341", False, False, "Collects on Mondays."),
        ),
        (("tia", "sibling"),),
    ),
    FileFacts(
        "samuel",
        "a.rahmani",
        ("child_protection", 3, "Not yet named", "", 5),
        (("exploitation", 6, "Threatened into carrying."),),
        (("Blessing Okoro", "Mother", "01632 496 350", True, False, ""),),
    ),
    FileFacts("faisal", "d.whitmore", None, (("young_carer", 2, "With his brother."),), (), (("umar", "sibling"),)),
    FileFacts(
        "leila",
        "s.kearney",
        ("early_help", 45, "", "", None),
        (("young_carer", 39, ""),),
        (("Karim Haddad", "Father", "01632 496 360", True, False, "In hospital; ring the aunt first."),),
        (("yusuf", "sibling"),),
    ),
    FileFacts(
        "georgia",
        "d.whitmore",
        ("early_help", 28, "", "", 20),
        (),
        (("Carol Wainfleet", "Mother", "01632 496 370", True, False, ""),),
    ),
)
