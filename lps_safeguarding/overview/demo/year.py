"""The ordinary concerns of a year, small and settled, so that trends and lists have something to show (DEC-15).

Each is one line: school days ago, when it was written down, whose, by whom, what kinds, where, what was seen.
"""

from __future__ import annotations

from concerns.terms import CameToLight, Form, HarmSeen, Kind, Option, Outcome, ParentsInformed
from lps_safeguarding.overview.demo.cast import CHILDREN
from lps_safeguarding.overview.demo.stories import Closed, Decided, Read, Story, When

_K = Kind
_LINES = (
    (2, "12:55", "harvinder", "p.nair", (_K.BULLYING,), "Canteen", "Sat alone; two others moved his bag twice."),
    (4, "09:10", "jaydon", "t.zielinski", (_K.NEGLECT,), "Tutor room", "Same shirt as all week, asked for toast."),
    (5, "15:35", "xanthe", "p.nair", (_K.ONLINE, _K.BULLYING), "Bus stop", "Showed me messages from a group chat."),
    (7, "12:50", "oliwia", "i.nwosu", (_K.MENTAL_HEALTH,), "Canteen", "Did not eat; said nothing tastes any more."),
    (8, "09:05", "jaydon", "p.nair", (_K.NEGLECT,), "Tutor room", "Late, no breakfast, slept at his desk."),
    (9, "13:20", "wesley", "t.zielinski", (_K.SUBSTANCE_MISUSE,), "Playground, by the shed", "Smell of cannabis."),
    (12, "10:40", "aaliyah", "p.nair", (_K.DOMESTIC_ABUSE_FAMILY,), "English block corridor", "Cried after a call."),
    (13, "12:45", "bronwen", "i.nwosu", (_K.BULLYING,), "Canteen", "Name-calling about her accent."),
    (15, "15:40", "umar", "t.zielinski", (_K.CCE,), "Front gate", "A car waited; he got in and lay down."),
    (16, "09:15", "jaydon", "i.nwosu", (_K.NEGLECT, _K.HOMELESSNESS), "Tutor room", "Said they stay with friends now."),
    (18, "13:10", "violet", "p.nair", (_K.ONLINE,), "ICT room", "Strangers ask her to send pictures."),
    (21, "09:20", "isla", "t.zielinski", (_K.YOUNG_CARER,), "Reception", "Late again: got her brother ready."),
    (23, "12:55", "mason", "s.kearney", (_K.SERIOUS_VIOLENCE,), "Canteen", "Threatened with being met after school."),
    (26, "11:05", "tia", "p.nair", (_K.MENTAL_HEALTH,), "English block corridor", "Scratches she says the cat made."),
    (28, "15:30", "umar", "t.zielinski", (_K.CCE, _K.MISSING_EDUCATION), "Front gate", "Left before the last lesson."),
    (31, "09:10", "otis", "s.kearney", (_K.NEGLECT,), "The Lodge kitchen", "Ate three breakfasts, hid a fourth."),
    (33, "12:50", "demi", "i.nwosu", (_K.BULLYING, _K.CHILD_ON_CHILD), "Canteen", "Hair pulled in the queue."),
    (36, "14:15", "percy", "p.nair", (_K.PHYSICAL,), "Changing room door", "A mark on the arm; says football."),
    (39, "10:10", "hana", "s.kearney", (_K.EMOTIONAL,), "The Lodge, art room", "Drew herself very small again."),
    (43, "15:45", "xanthe", "p.nair", (_K.ONLINE,), "Bus stop", "Her account was copied and used."),
    (58, "12:55", "harvinder", "p.nair", (_K.BULLYING,), "Canteen", "Asked to eat in the library instead."),
    (63, "09:15", "georgia", "t.zielinski", (_K.NEGLECT,), "Tutor room", "No coat, wet through."),
    (68, "15:40", "umar", "i.nwosu", (_K.CCE,), "Front gate", "New trainers, no answer where from."),
    (74, "11:20", "violet", "p.nair", (_K.MENTAL_HEALTH,), "English block corridor", "Wept between lessons."),
    (79, "12:45", "bronwen", "i.nwosu", (_K.BULLYING,), "Canteen", "Moved tables three times this week."),
    (85, "09:05", "otis", "s.kearney", (_K.NEGLECT,), "The Lodge kitchen", "Asked whether he may take bread home."),
    (92, "13:15", "wesley", "t.zielinski", (_K.SUBSTANCE_MISUSE,), "Playground, by the shed", "Glassy eyes at lunch."),
    (98, "10:30", "mason", "s.kearney", (_K.SERIOUS_VIOLENCE,), "The Lodge, art room", "Talked of carrying, then laughed."),
    (104, "09:20", "isla", "t.zielinski", (_K.YOUNG_CARER,), "Reception", "Rang home in each break."),
)  # fmt: skip
_HOW = (CameToLight.BEHAVIOUR, CameToLight.CHILD_TOLD_ME, CameToLight.BEHAVIOUR, CameToLight.SOMEBODY_TOLD_ME)
_DSL = {"ks3": "d.whitmore", "ks4": "a.rahmani", "apst": "s.kearney"}


_SERVICE_OF = {child.slug: child.service for child in CHILDREN}


def _story(
    number: int, days: int, at: str, child: str, author: str, kinds: tuple[Kind, ...], place: str, seen: str
) -> Story:
    dsl = _DSL[_SERVICE_OF[child]]
    same_day = When(days, "16:30")
    decided = Decided(
        dsl,
        same_day,
        HarmSeen.NO_SIGN,
        (Option.MONITOR, Option.SUPPORT_IN_SCHOOL) if number % 2 else (Option.MONITOR,),
        "Small by itself; we keep an eye on it and look at it together with what came before.",
        wishes="Wants it to be quiet and normal.",
        parents=ParentsInformed.YES,
        parents_said="What was seen; they will talk at home.",
    )
    steps: tuple = (Read(dsl, When(days, "16:10")), decided)
    if days > 10:
        steps += (Closed(dsl, When(days - 2, "16:00"), Outcome.SUPPORT_IN_PLACE, "Settled; seen again twice."),)
    return Story(
        slug=f"ordinary-{number}",
        children=(child,),
        author=author,
        when=When(days, at),
        form=Form.STANDARD,
        came_to_light=_HOW[number % len(_HOW)],
        place=place,
        seen=seen,
        worry="It is not the first time." if number % 3 else "I have not seen this before.",
        kinds=kinds,
        steps=steps,
    )


STORIES = tuple(_story(number, *line) for number, line in enumerate(_LINES))
"""Each is read and decided on the same day and, when it is older, closed."""
