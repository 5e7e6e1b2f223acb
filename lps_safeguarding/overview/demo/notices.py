"""Missing children, notices of the police, and the places and groups that concerns share, at the demonstration's school.

Played through the operations, each once: what is there stays.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Mapping

from django.db import transaction
from django.utils import timezone

from concerns import alerts, need_to_know
from concerns import operations as concern_operations
from concerns.models import Concern, Context
from concerns.operations.notices import Step
from concerns.terms import (
    ChildThere,
    ContactMethod,
    ContextKind,
    Conversation,
    FoundWhere,
    HarmSeen,
    MissingHow,
    NoteAbout,
    NoticeOf,
    Option,
    ParentsInformed,
    SearchStep,
    WelfareTold,
)
from lps_safeguarding.access import acting
from lps_safeguarding.overview.demo.stories import When
from lps_safeguarding.people.models import Child, User

HOUR = datetime.timedelta(hours=1)
_NAMES = uuid.uuid5(uuid.NAMESPACE_URL, "demo.example/lps-safeguarding/notices")

# Kind, name, what is known, the stories that share it, notes (what about, words).
CONTEXTS = (
    (
        ContextKind.PLACE,
        "Bramble Park, by the bandstand",
        "Open all night; the lamps on the lake side are broken.",
        ("party-drink", "missing-from-lunch", "missing-again"),
        (
            (
                NoteAbout.HAPPENING,
                "Young people from two schools drink here on Fridays. A man in a grey car brings it.",
            ),
            (NoteAbout.DONE, "Spoke with the park warden: she walks past at four and has our number."),
        ),
    ),
    (
        ContextKind.ONLINE,
        "“Late Ones” group chat",
        "About forty members, some of them adults. Invitations go round in tutor groups.",
        ("messages-at-night", "online-game"),
        ((NoteAbout.DONE, "Assembly for Years 8 and 10; a letter to all parents without naming anybody."),),
    ),
    (
        ContextKind.ROUTE,
        "Bus 14, top deck, after school",
        "",
        ("bullying-on-bus", "overdue-referral"),
        ((NoteAbout.HAPPENING, "Older boys get on at Mill Lane and sit with ours."),),
    ),
)


def play(
    people: Mapping[str, User],
    children: Mapping[str, Child],
    moment: Callable[[When], datetime.datetime],
    key_of: Callable[[str], uuid.UUID],
    now: datetime.datetime,
) -> None:
    """`moment`: when a day of the demonstration was; `key_of`: the submission key of one of the other stories."""
    with acting.as_the_system("demonstration"):
        there = set(Concern.objects.values_list("submission_key", flat=True))
    player = _Player(people, children, moment, now, there)
    for story in (player.found, player.again, player.still_missing, player.notice_read, player.notice_waiting):
        with transaction.atomic():
            story()
    with transaction.atomic():
        _contexts(people["g.adeyemi"], moment, key_of)


class _Player:
    def __init__(self, people, children, moment, now, there: set[uuid.UUID]) -> None:
        self.people, self.children, self.moment, self.now, self.there = people, children, moment, now, there

    def _is_told(self, slug: str) -> bool:
        return uuid.uuid5(_NAMES, slug) in self.there

    def _missing(self, slug: str, child: str, at: datetime.datetime, **given) -> Concern:
        officer = self.people["m.chen"]
        with acting.as_person(officer):
            return concern_operations.report_missing_child(
                by=officer,
                submission_key=uuid.uuid5(_NAMES, slug),
                children=[(self.children[child], "")],
                at_risk_now=False,
                observed_at=at - HOUR,
                passed_to=self.people["a.rahmani"],
                at=at,
                **given,
            )

    def _open(self, concern: Concern, by: User) -> Concern:
        return need_to_know.readable_by(by).select_related("key").get(pk=concern.pk)

    def _read_and_decide(self, concern: Concern, by: User, at: datetime.datetime, **given) -> None:
        with acting.as_person(by):
            concern = concern_operations.mark_read(concern=self._open(concern, by), by=by, at=at)
            alerts.opened(concern, by)
            concern_operations.record_decision(
                concern=concern,
                by=by,
                version=concern.version,
                submission_key=uuid.uuid5(concern.pk, "decision"),
                parents_informed=ParentsInformed.YES,
                parents_informed_at=at,
                parents_informed_by=by.name,
                at=at + HOUR / 4,
                **given,
            )

    def found(self) -> None:
        """A child who left at lunch was found in the park, and said why."""
        if self._is_told("missing-from-lunch"):
            return
        at = self.moment(When(12, "13:20"))
        concern = self._missing(
            "missing-from-lunch",
            "wesley",
            at,
            how=MissingHow.LEFT_SCHOOL,
            place="By the bike sheds, with his coat on",
            what_was_seen="Wesley was not in period 4. The side gate stood open.",
            why_worried="He has talked of meeting older boys in the park.",
            last_contact_with="Mr Zielinski, at the end of period 3",
            last_contact_at=at - HOUR,
            steps=[
                Step(SearchStep.LOOKED_HERE, at - HOUR / 2, "Toilets, field and library"),
                Step(SearchStep.RANG_HOME, at - HOUR / 3, "His mother had not heard from him"),
            ],
            welfare_told=WelfareTold.NOT_YET,
        )
        dsl, officer = self.people["a.rahmani"], self.people["m.chen"]
        self._read_and_decide(
            concern,
            dsl,
            at + HOUR / 4,
            harm_seen=HarmSeen.AT_RISK,
            options=[Option.EDUCATION_WELFARE, Option.TALK_WITH_FAMILY],
            rationale="First time. He is looked for now; the Education Welfare Service is told today.",
            not_referred_reason="Found within two hours and seen by his mother; social care is asked if it happens again.",
            wishes_missing_reason="He is not here; we ask him when he is back.",
            parents_what_was_said="That we cannot find him, and that we ring as soon as we can.",
        )
        with acting.as_person(officer):
            concern_operations.record_step(
                concern=self._open(concern, officer),
                by=officer,
                step=Step(SearchStep.ASKED_FRIENDS, at + HOUR / 2, "One of them thought of the park"),
                submission_key=uuid.uuid5(_NAMES, "asked friends"),
                at=at + HOUR / 2,
            )
        with acting.as_person(dsl):
            concern_operations.record_child_found(
                concern=self._open(concern, dsl),
                by=dsl,
                found_at=at + HOUR,
                where=FoundWhere.WITH_SOMEBODY,
                told_by="His mother, who fetched him",
                how_found="In Bramble Park with two older boys. Cold, not hurt.",
                conversation=Conversation.DONE,
                conversation_at=at + 2 * HOUR,
                conversation_with="Ms Rahmani",
                what_child_said="“I just didn’t want to be in maths. They said come, so I went.”",
                at=at + 3 * HOUR,
            )

    def again(self) -> None:
        """The same child a second time; he is back, and nobody has talked with him about it yet."""
        if self._is_told("missing-again"):
            return
        at = self.moment(When(2, "11:10"))
        concern = self._missing(
            "missing-again",
            "wesley",
            at,
            how=MissingHow.LEFT_SCHOOL,
            place="The side gate",
            what_was_seen="Seen climbing over the side gate at break.",
            why_worried="The second time this month, and the same gate.",
            last_contact_with="Ms Nair, on duty in the yard",
            last_contact_at=at - HOUR,
            steps=[
                Step(SearchStep.RANG_HOME, at - HOUR / 2, "His mother went to the park at once"),
                Step(SearchStep.TOLD_POLICE, at - HOUR / 4, "They send a car to the park", "Incident 1140 of the day"),
            ],
            welfare_told=WelfareTold.YES,
            welfare_told_at=at - HOUR / 6,
            welfare_told_by="Ms Chen",
        )
        dsl = self.people["a.rahmani"]
        self._read_and_decide(
            concern,
            dsl,
            at + HOUR / 6,
            harm_seen=HarmSeen.AT_RISK,
            options=[Option.POLICE, Option.EDUCATION_WELFARE],
            rationale="A pattern now: same time, same place, older boys.",
            not_referred_reason="Social care is told by the police today; we write to them when he is back.",
            wishes_missing_reason="Not here yet.",
            parents_what_was_said="That the police look for him too.",
            referrals=[],
        )
        with acting.as_person(dsl):
            concern_operations.record_child_found(
                concern=self._open(concern, dsl),
                by=dsl,
                found_at=at + 2 * HOUR,
                where=FoundWhere.AT_HOME,
                told_by="The police",
                how_found="At the bandstand in Bramble Park",
                at=at + 2 * HOUR,
            )

    def still_missing(self) -> None:
        """A child who did not come to school and cannot be reached."""
        if self._is_told("not-arrived"):
            return
        at = self.moment(When(1, "10:30"))
        concern = self._missing(
            "not-arrived",
            "xanthe",
            at,
            how=MissingHow.NOT_ARRIVED,
            place="At home, on the evening before",
            what_was_seen="Not at registration for the second day. Nobody answers.",
            why_worried="She was in tears about moving house last week.",
            last_contact_with="Her tutor, at the end of the day before yesterday",
            steps=[
                Step(SearchStep.RANG_HOME, at - HOUR, "The number is not in use"),
                Step(SearchStep.RANG_CHILD, at - HOUR / 2, "The message was not read"),
                Step(SearchStep.HOME_VISIT, at - HOUR / 6, "A neighbour saw a van on Sunday"),
            ],
            welfare_told=WelfareTold.YES,
            welfare_told_at=at - HOUR / 12,
            welfare_told_by="Ms Chen",
        )
        self._read_and_decide(
            concern,
            self.people["a.rahmani"],
            at + HOUR,
            harm_seen=HarmSeen.NO_SIGN,
            options=[Option.EDUCATION_WELFARE],
            rationale="The family may have moved. The Education Welfare Service asks the other authorities.",
            wishes_missing_reason="We cannot reach her.",
            parents_what_was_said="A letter through the door asks them to ring.",
        )

    def _notice(self, slug: str, child: str, dsl: str, received: datetime.datetime, **given) -> Concern:
        key_adult = self.people["m.chen"]
        with acting.as_person(key_adult):
            return concern_operations.log_encompass_notice(
                by=key_adult,
                submission_key=uuid.uuid5(_NAMES, slug),
                children=[(self.children[child], "")],
                at_risk_now=False,
                received_at=received,
                received_by=ContactMethod.EMAIL,
                passed_to=self.people[dsl],
                at=received + HOUR / 6,
                **given,
            )

    def notice_read(self) -> None:
        """A notice that came before school and was read before the bell."""
        if self._is_told("encompass-read"):
            return
        received = self.moment(When(5, "06:50"))
        concern = self._notice(
            "encompass-read",
            "callie",
            "d.whitmore",
            received,
            of=NoticeOf.DOMESTIC_INCIDENT,
            police_reference="DEMO-0000-01",
            observed_at=received - 8 * HOUR,
            place="At home",
            what_was_seen="Neighbours called the police because of shouting. Both adults were spoken to apart.",
            child_there=ChildThere.IN_THE_HOME,
            child_where="In bed, awake",
            childs_words="“I put my headphones on.”",
            actions_asked="Social care has been told by the police. Let her settle; do not ask her about it in class.",
        )
        self._read_and_decide(
            concern,
            self.people["d.whitmore"],
            received + HOUR,
            harm_seen=HarmSeen.NO_SIGN,
            options=[Option.MONITOR, Option.SUPPORT_IN_SCHOOL],
            rationale="The police have referred already. She is met at the door and may use the quiet room.",
            childs_wishes="She asked for nobody to make a fuss.",
            parents_what_was_said="That the school knows, and whom to ask for help.",
        )

    def notice_waiting(self) -> None:
        """A notice that has just come and waits to be read before the next school day starts."""
        if self._is_told("encompass-waiting"):
            return
        self._notice(
            "encompass-waiting",
            "percy",
            "d.whitmore",
            self.now - HOUR,
            of=NoticeOf.DOMESTIC_INCIDENT,
            police_reference="DEMO-0000-02",
            observed_at=self.now - 7 * HOUR,
            place="At his aunt’s flat",
            what_was_seen="An argument between adults about money. Nobody was hurt.",
            child_there=ChildThere.PRESENT,
            childs_words="“Can I still go to school?”",
            actions_asked="Ask him who takes him home today.",
        )


def _contexts(lead: User, moment: Callable[[When], datetime.datetime], key_of: Callable[[str], uuid.UUID]) -> None:
    with acting.as_person(lead):
        if Context.objects.exists():
            return
        for kind, name, description, stories, notes in CONTEXTS:
            context = concern_operations.make_context(by=lead, kind=kind, name=name, description=description)
            keys = {uuid.uuid5(_NAMES, slug) for slug in stories} | {key_of(slug) for slug in stories}
            for concern in need_to_know.readable_in_full_by(lead).filter(submission_key__in=keys):
                concern_operations.link_context(concern=concern, context=context, by=lead)
            for about, text in notes:
                concern_operations.write_on_context(
                    context=context,
                    by=lead,
                    about=about,
                    text=text,
                    submission_key=uuid.uuid5(_NAMES, text),
                    at=moment(When(1, "15:30")),
                )
        last = Context.objects.select_related("key").order_by("-made_at")[0]
        concern_operations.set_context_follow_up(
            context=last,
            by=lead,
            owner=lead,
            due_on=timezone.localdate() + datetime.timedelta(days=5),
            what="Ask the bus company for somebody on the top deck at half past three.",
        )
