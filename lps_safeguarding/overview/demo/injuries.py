"""Stories with injuries on the body map, and with several children who each have a part of their own (CON-08, CON-14)."""

from concerns.body_map.marks import Mark
from concerns.body_map.words import AboutAs, InjuryKind, Spot
from concerns.terms import (
    CameToLight,
    Form,
    HarmSeen,
    Kind,
    Option,
    ParentsInformed,
    ReasonNotToInform,
    SharingGround,
)
from lps_safeguarding.overview.demo.stories import Decided, Read, Referred, Story, ToDo, When


def _mark(region: str, kind: InjuryKind, spot: Spot = Spot.MIDDLE, **more: str | int) -> Mark:
    return Mark.at(region, spot, kind=kind, **more)


STORIES = (
    Story(
        "marks-on-both-arms",
        ("faisal",),
        "p.nair",
        When(0, "11:20"),
        came_to_light=CameToLight.SAW_INJURY,
        place="Sports hall, before lesson 3",
        words="“I fell off my bike.” Later: “I don’t want to talk about it, miss.”",
        seen="He was in a T-shirt for the lesson, so that both arms could be seen. He kept his back to the wall.",
        asked="I said: “Tell me how that happened.”",
        present="Eleven others were changing their shoes. I talked with him in the corridor.",
        worry="The marks on the arm lie in a row, and he told it in two ways.",
        kinds=(Kind.PHYSICAL,),
        marks=(
            (
                "faisal",
                _mark(
                    "back-left-upper-arm", InjuryKind.BRUISE, Spot.UPPER, size_mm=20, colour="purple", words="Round."
                ),
            ),
            (
                "faisal",
                _mark(
                    "back-left-upper-arm",
                    InjuryKind.BRUISE,
                    Spot.LOWER,
                    size_mm=20,
                    colour="purple",
                    words="The same size, and in a line with the first.",
                ),
            ),
            ("faisal", _mark("front-right-forearm", InjuryKind.SCRATCH, about=AboutAs.FINGERS, colour="red")),
            (
                "faisal",
                _mark("head-front-left-cheeks", InjuryKind.REDNESS, colour="pink", words="Could be from the cold."),
            ),
        ),
    ),
    Story(
        "fight-by-the-bins",
        ("nathan", "percy", "maryam"),
        "t.zielinski",
        When(4, "13:05"),
        came_to_light=CameToLight.BEHAVIOUR,
        place="Behind the kitchen, by the bins",
        seen="Shouting at the end of lunch. Nathan Tarrant and Percy Lowe were on the ground; Maryam Farouk stood beside "
        "them and filmed. I parted them with Mrs Doyle. It took less than a minute.",
        words="Percy: “He’s been asking me for money since September.”",
        asked="I asked each of them, apart: “Tell me what happened.”",
        present="About ten others; a list is with the office.",
        worry="Percy says it has gone on for weeks. Nathan came to school without a coat and without lunch again.",
        kinds=(Kind.CHILD_ON_CHILD, Kind.BULLYING),
        parts={
            "nathan": "Nathan says Percy owed him money. He threw the first punch and would not say what the money is for.",
            "percy": "Percy was hit first and hit back. He says Nathan takes his dinner money on most days.",
            "maryam": "Maryam filmed it. She showed me that she deleted the film. She says Nathan told her to.",
        },
        marks=(
            ("percy", _mark("head-left-cheek", InjuryKind.SWELLING, size_mm=30, colour="red")),
            (
                "percy",
                _mark("right-palm-palm", InjuryKind.SCRATCH, about=AboutAs.COIN_2P, words="From the ground, he says."),
            ),
            ("nathan", _mark("left-hand-back-knuckles", InjuryKind.CUT, size_mm=8)),
        ),
        steps=(
            Read("d.whitmore", When(4, "13:40")),
            Decided(
                "d.whitmore",
                When(3, "09:30"),
                HarmSeen.AT_RISK,
                (Option.SUPPORT_IN_SCHOOL, Option.TALK_WITH_FAMILY),
                "Both boys were hurt a little. What lies under it is the money: Nathan asks Percy for it and will not say "
                "for whom. Both are seen apart, and Nathan again by me.",
                took_part="Head of year, and the mentor of both boys",
                not_referred="Nobody was hurt badly, and both families work with us. We refer if we learn who the "
                "money is for.",
                wishes="Percy wants it to stop and not to be called a grass. Nathan wants to stay in his group.",
                parents=ParentsInformed.NOT_YET,
                to_do=(ToDo("t.zielinski", 3, "Sit with Percy at lunch, and tell me how it goes."),),
                word="Thank you for writing down each one’s part. All three have been talked with.",
            ),
        ),
    ),
    Story(
        "burn-on-the-hand",
        ("hana",),
        "i.nwosu",
        When(9, "10:15"),
        Form.PINK,
        "s.kearney",
        CameToLight.SAW_INJURY,
        place="Food room",
        seen="When she washed up I saw that two fingers were blistered. She hid the hand when I looked.",
        words="“I touched the hob. He said hold it there.”",
        worry="Somebody told her to hold it there. She asked me not to ring home.",
        kinds=(Kind.PHYSICAL,),
        marks=(
            (
                "hana",
                _mark("right-palm-index-tip", InjuryKind.BURN, size_mm=12, colour="red and white", words="A blister."),
            ),
            ("hana", _mark("right-palm-middle-tip", InjuryKind.BURN, size_mm=10, colour="red")),
            (
                "hana",
                _mark(
                    "front-right-wrist",
                    InjuryKind.OLD_SCAR,
                    about=AboutAs.PEA,
                    words="Round and pale. She did not say where it is from.",
                ),
            ),
        ),
        steps=(
            Read("s.kearney", When(9, "10:19")),
            Decided(
                "s.kearney",
                When(9, "10:50"),
                HarmSeen.HARMED,
                (Option.SOCIAL_CARE, Option.POLICE),
                "She has been burned and says that she was told to hold her hand there. There is an older mark. Referred "
                "at once; she stays with us until a social worker has come.",
                took_part="Lead DSL",
                wishes="She wants to go to her grandmother, and not home today.",
                parents=ParentsInformed.NO,
                parents_reason=ReasonNotToInform.GREATER_RISK,
                parents_detail="She is afraid of the man at home.",
                referrals=(
                    Referred(
                        Option.SOCIAL_CARE,
                        When(9, "10:40"),
                        "Duty worker",
                        "What she said, what was seen, and the body map.",
                        ground=SharingGround.RISK_IF_ASKED,
                        ground_detail="She is afraid of the man at home; asking could make it worse.",
                        acknowledged=When(9, "11:30"),
                        answer="A social worker sees her at school today.",
                        answered=When(8, "09:00"),
                    ),
                    Referred(
                        Option.POLICE,
                        When(9, "10:45"),
                        "Control room",
                        "The same.",
                        ground=SharingGround.RISK_IF_ASKED,
                        ground_detail="She is afraid of the man at home; asking could make it worse.",
                        acknowledged=When(9, "11:00"),
                        answer="An officer comes with the social worker.",
                        answered=When(8, "09:30"),
                    ),
                ),
                word="You acted quickly, and she is safe tonight.",
            ),
        ),
    ),
)
