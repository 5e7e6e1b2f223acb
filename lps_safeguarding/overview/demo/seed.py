"""Makes the demonstration's school: people, rota, calendar, children, and what happened to them.

Everything goes through the apps' own operations, as a person would do it, and may be run again: what is there stays,
the rota is carried on from today.
"""

from __future__ import annotations

import datetime
import uuid

from django.db import transaction
from django.utils import timezone

from concerns import alerts, need_to_know
from concerns import operations as concern_operations
from concerns.models import ChildFile, Concern, FollowUp, Referral
from concerns.states import FollowUpState
from concerns.terms import ParentsInformed
from lps_safeguarding.access import acting
from lps_safeguarding.alerts import outbox
from lps_safeguarding.overview.demo import cast, child_files, duties, injuries, notices, school_year, stories, year
from lps_safeguarding.people import operations as people_operations
from lps_safeguarding.people.models import (
    Adult,
    Child,
    DutyKind,
    OnDuty,
    OutsideContact,
    Role,
    RoleHeld,
    Service,
    Term,
    User,
)
from lps_safeguarding.people.school_calendar import Calendar

ROTA_WEEKS = 10
SCHOOL_DAY = (datetime.time(8, 0), datetime.time(17, 0))
_NAMES = uuid.uuid5(uuid.NAMESPACE_URL, "demo.example/lps-safeguarding")


def seed(now: datetime.datetime) -> None:
    """The whole school. A second run adds only what is missing."""
    services = _services()
    people = _people(services)
    _calendar()
    _outside_contacts()
    _rota(services, people, now)
    children = _children(services, now)
    duties.set_local_priorities(people, now)
    player = _Player(people, children, now)
    player.play_all()
    child_files.seed(people, children, now)
    notices.play(people, children, player.moment, lambda slug: uuid.uuid5(_NAMES, slug), now)


# --- School ------------------------------------------------------------------------------------------------------------
def _services() -> dict[str, Service]:
    found = {service.slug: service for service in Service.objects.all()}
    for order, each in enumerate(cast.SERVICES, start=1):
        if each.slug not in found:
            found[each.slug] = people_operations.save_service(
                by=None, name=each.name, slug=each.slug, order=order, room=each.room, telephone=each.telephone
            )
    return found


def _people(services: dict[str, Service]) -> dict[str, User]:
    today = timezone.localdate()
    found = {user.email: user for user in User.objects.select_related("adult")}
    people = {}
    for each in cast.PEOPLE:
        user = found.get(each.email)
        if user is None:
            adult = people_operations.add_adult(
                by=None,
                title=each.title,
                first_name=each.first_name,
                last_name=each.last_name,
                job_title=each.job_title,
                email=each.email,
                telephone=each.telephone,
                engagement=each.engagement,
                started_on=today - datetime.timedelta(days=500),
            )
            user = people_operations.open_account(adult=adult, email=each.email, by=None)
        for role, slug in each.roles:
            service = services[slug] if slug else None
            if not RoleHeld.objects.on(today).filter(user=user, role=role, service=service).exists():
                people_operations.give_role(
                    user=user,
                    role=role,
                    service=service,
                    by=None,
                    from_date=today if role == Role.INSPECTOR else today - datetime.timedelta(days=400),
                    until_date=today + datetime.timedelta(days=10) if role == Role.INSPECTOR else None,
                )
        user.forget_roles()
        people[each.slug] = user
    return people


def _calendar() -> None:
    if Term.objects.exists():
        return
    for name, first, last in school_year.TERMS:
        people_operations.save_term(by=None, name=name, starts_on=first, ends_on=last)
    for name, kind, first, last in school_year.DAYS_OFF:
        people_operations.save_non_school_day(by=None, name=name, kind=kind, first_day=first, last_day=last)


def _outside_contacts() -> None:
    if OutsideContact.objects.exists():
        return
    for order, (name, what_for, telephone, at_night) in enumerate(school_year.OUTSIDE, start=1):
        people_operations.save_outside_contact(
            by=None, name=name, what_for=what_for, telephone=telephone, out_of_hours_telephone=at_night, order=order
        )


def _rota(services: dict[str, Service], people: dict[str, User], now: datetime.datetime) -> None:
    """Each school day a DSL in each service, and at every other hour the lead DSL for the whole school."""
    today = timezone.localdate(now)
    calendar = Calendar.load()
    dsls = {
        slug: (people[each.slug], each)
        for each in cast.PEOPLE
        for role, slug in each.roles
        if role == Role.SERVICE_DSL and slug
    }
    there = set(
        OnDuty.objects.filter(kind=DutyKind.SCHOOL_DAY, ends_at__gte=now - datetime.timedelta(days=1)).values_list(
            "service__slug", "starts_at__date"
        )
    )
    days = [today + datetime.timedelta(days=n) for n in range(ROTA_WEEKS * 7)]
    for day in days:
        if not calendar.is_school_day(day):
            continue
        for slug, (dsl, facts) in dsls.items():
            if (slug, day) not in there:
                people_operations.put_on_duty(
                    by=None,
                    user=dsl,
                    service=services[slug],
                    starts_at=_at(day, SCHOOL_DAY[0]),
                    ends_at=_at(day, SCHOOL_DAY[1]),
                    where=facts.room,
                    telephone=facts.telephone,
                )
    _out_of_hours(people["g.adeyemi"], days, calendar, now)


def _out_of_hours(lead: User, days: list[datetime.date], calendar: Calendar, now: datetime.datetime) -> None:
    """Evenings, nights, weekends and holidays: the lead DSL on call for the whole school."""
    calls = OnDuty.objects.filter(kind=DutyKind.OUT_OF_HOURS, user=lead)
    latest = calls.order_by("-ends_at").first()
    start = max(latest.ends_at, _at(days[0], datetime.time())) if latest else _at(days[0], datetime.time())
    for day in days:
        if not calendar.is_school_day(day) or _at(day, SCHOOL_DAY[1]) <= start:
            continue
        begins = _at(day, SCHOOL_DAY[0])
        while start < begins:
            end = min(begins, start + datetime.timedelta(days=14))
            people_operations.put_on_duty(
                by=None,
                user=lead,
                kind=DutyKind.OUT_OF_HOURS,
                starts_at=start,
                ends_at=end,
                where="On call",
                telephone="01632 496 100",
            )
            start = end
        start = _at(day, SCHOOL_DAY[1])


def _at(day: datetime.date, time: datetime.time) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, time))


def _children(services: dict[str, Service], now: datetime.datetime) -> dict[str, Child]:
    today = timezone.localdate(now)
    year = today.year if today.month >= 9 else today.year - 1
    found = {(child.first_name, child.last_name): child for child in Child.objects.select_related("service")}
    children = {}
    for each in cast.CHILDREN:
        child = found.get((each.first_name, each.last_name))
        if child is None:
            child = people_operations.add_child(
                by=None,
                first_name=each.first_name,
                last_name=each.last_name,
                known_as=each.known_as,
                date_of_birth=each.date_of_birth(year),
                sex=each.sex,
                year_group=each.year_group,
                service=services[each.service],
                joined_on=datetime.date(year - 1, 9, 1),
            )
        children[each.slug] = child
    return children


# --- Stories ------------------------------------------------------------------------------------------------------------
class _Player:
    """Plays the stories: each step as the person who does it, at the time at which it happened."""

    def __init__(self, people: dict[str, User], children: dict[str, Child], now: datetime.datetime) -> None:
        self.people = people
        self.children = children
        self.now = now
        self.calendar = Calendar.load()
        self.dsl_of = {
            slug: each.slug for each in cast.PEOPLE for role, slug in each.roles if role == Role.SERVICE_DSL
        }
        today = timezone.localdate(now)
        # Everything of the latest day lies behind us, whatever the hour.
        over = self.calendar.is_school_day(today) and now > _at(today, datetime.time(17))
        self.latest: datetime.date = today if over else self._school_day_before(today)

    def _school_day_before(self, day: datetime.date) -> datetime.date:
        day -= datetime.timedelta(days=1)
        while not self.calendar.is_school_day(day):
            day -= datetime.timedelta(days=1)
        return day

    def _day(self, days_ago: int) -> datetime.date:
        day = self.latest
        for _ in range(days_ago):
            day = self._school_day_before(day)
        return day

    def moment(self, when: stories.When) -> datetime.datetime:
        return _at(self._day(when.days_ago), datetime.time.fromisoformat(when.at))

    def play_all(self) -> None:
        everything = (*stories.STORIES, *duties.STORIES, *year.STORIES, *injuries.STORIES)
        told = [(story, uuid.uuid5(_NAMES, story.slug)) for story in everything]
        with acting.as_the_system("demonstration"):
            there = set(
                Concern.objects.filter(submission_key__in=[key for _, key in told]).values_list(
                    "submission_key", flat=True
                )
            )
        for story, key in sorted(told, key=lambda pair: -pair[0].when.days_ago):
            if key not in there:
                with transaction.atomic():
                    self._play(story, key)
        for facts in stories.FILES:
            with transaction.atomic():
                self._head_of_file(facts)

    def _play(self, story: stories.Story, key: uuid.UUID) -> None:
        author = self.people[story.author]
        children = [self.children[slug] for slug in story.children]
        dsl = self.people[story.passed_to or self.dsl_of[children[0].service.slug]]
        at = self.moment(story.when)
        with acting.as_person(author):
            concern = concern_operations.submit_concern(
                by=author,
                submission_key=key,
                form=story.form,
                children=[
                    (child, story.parts.get(slug, "")) for slug, child in zip(story.children, children, strict=True)
                ],
                observed_at=at - datetime.timedelta(minutes=25),
                place=story.place,
                passed_to=dsl,
                came_to_light=story.came_to_light,
                agency_name=story.agency,
                childs_words=story.words,
                what_was_seen=story.seen,
                questions_asked=story.asked,
                conversation=story.conversation,
                who_was_present=story.present,
                why_worried=story.worry,
                wishes_and_feelings=story.wishes,
                kinds=story.kinds,
                brought_by_name=story.brought_by[0],
                brought_by_role=story.brought_by[1],
                brought_by_how=story.brought_by[2],
                marks=[(self.children[slug], mark) for slug, mark in story.marks],
                at=at,
            )
        for step in story.steps:
            by = self.people[step.by]
            with acting.as_person(by):
                self._step(step, by, need_to_know.readable_by(by).select_related("key").get(pk=concern.pk))
        if story.steps and isinstance(story.steps[-1], stories.Closed | stories.Decided):
            if story.steps[-1].when.days_ago > 1:
                self._no_longer_new(concern)

    def _step(self, step: object, by: User, concern: Concern) -> None:
        if isinstance(step, stories.Read):
            concern_operations.mark_read(concern=concern, by=by, at=self.moment(step.when))
            alerts.opened(concern, by)
        elif isinstance(step, stories.Added):
            add = concern_operations.say_still_worried if step.worried else concern_operations.add_addendum
            add(concern=concern, by=by, text=step.text, submission_key=uuid.uuid5(concern.pk, step.text))
        elif isinstance(step, stories.AskedForTalk):
            concern_operations.ask_for_talk(concern=concern, by=by)
        elif isinstance(step, stories.Decided):
            self._decide(step, by, concern)
        elif isinstance(step, stories.Closed):
            concern_operations.close_concern(
                concern=concern,
                by=by,
                outcome=step.outcome,
                rationale=step.rationale,
                version=concern.version,
                at=self.moment(step.when),
            )
        elif isinstance(step, stories.Reopened):
            concern_operations.reopen_concern(concern=concern, by=by, why=step.why, version=concern.version)
        else:
            duties.play_step(self.moment, step, by, concern)

    def _decide(self, step: stories.Decided, by: User, concern: Concern) -> None:
        at = self.moment(step.when)
        day = timezone.localdate(at)
        told = step.parents == ParentsInformed.YES
        concern_operations.record_decision(
            concern=concern,
            by=by,
            version=concern.version,
            submission_key=uuid.uuid5(concern.pk, step.rationale),
            harm_seen=step.harm,
            options=step.options,
            rationale=step.rationale,
            took_part=step.took_part,
            not_referred_reason=step.not_referred,
            childs_wishes=step.wishes,
            wishes_missing_reason=step.wishes_missing,
            parents_informed=step.parents,
            parents_informed_at=at - datetime.timedelta(minutes=15) if told else None,
            parents_informed_by=by.name if told else "",
            parents_what_was_said=step.parents_said,
            parents_reason=step.parents_reason,
            parents_reason_detail=step.parents_detail,
            review_on=self.calendar.add_school_days(day, step.review_in_days) if step.review_in_days else None,
            referrals=[self._referral(each) for each in step.referrals],
            follow_ups=[
                {
                    "owner": self.people[each.owner],
                    "due_on": self.calendar.add_school_days(day, each.due_in_days),
                    "what": each.what,
                }
                for each in step.to_do
            ],
            feedback=step.word,
            at=at,
        )
        self._answers(step, by, concern)
        self._what_was_done(step, by, concern)

    def _referral(self, each: stories.Referred) -> dict:
        made_at = self.moment(each.when)
        return {
            "agency": each.agency,
            "made_at": made_at,
            "person_spoken_to": each.spoken_to,
            "method": each.method,
            "urgency": each.urgency,
            "what_was_shared": each.what,
            "ground": each.ground,
            "ground_detail": each.ground_detail,
            "their_reference": each.their_reference,
            "confirmed_in_writing_on": timezone.localdate(made_at) if each.acknowledged else None,
        }

    def _answers(self, step: stories.Decided, by: User, concern: Concern) -> None:
        for each in step.referrals:
            if each.acknowledged is None:
                continue
            referral = Referral.objects.select_related("key").get(concern=concern, agency=each.agency, decision__by=by)
            referral = concern_operations.record_acknowledgement(
                referral=referral, by=by, at=self.moment(each.acknowledged)
            )
            if each.answered is not None:
                at = self.moment(each.answered)
                review = (
                    self.calendar.add_school_days(timezone.localdate(at), each.review_in_days)
                    if each.review_in_days
                    else None
                )
                concern_operations.record_referral_outcome(
                    referral=referral, by=by, answer=each.answer, at=at, next_review_on=review
                )

    def _what_was_done(self, step: stories.Decided, by: User, concern: Concern) -> None:
        for each in step.to_do:
            if not each.done:
                continue
            for follow_up in FollowUp.objects.select_related("key").filter(
                concern=concern, owner=self.people[each.owner], state=FollowUpState.OPEN
            ):
                if follow_up.what == each.what:
                    concern_operations.end_follow_up(
                        follow_up=follow_up, by=by, state=FollowUpState.DONE, note=each.done
                    )

    def _no_longer_new(self, concern: Concern) -> None:
        """What was settled days ago announces itself to nobody any more."""
        with acting.as_the_system("demonstration"):
            records = [concern, *FollowUp.objects.filter(concern=concern), *Referral.objects.filter(concern=concern)]
            for person in self.people.values():
                for record in records:
                    outbox.mark_opened(recipient=person, record=record)

    # --- The heads of the files ---------------------------------------------------------------------------------------
    def _head_of_file(self, facts: stories.FileFacts) -> None:
        by = self.people[facts.by]
        child = self.children[facts.child]
        with acting.as_person(by):
            child_file = concern_operations.open_child_file(child=child, by=by)
            child_file = ChildFile.objects.select_related("key", "child").get(pk=child_file.pk)
            if child_file.contacts.exists() or child_file.plans.exists() or child_file.vulnerabilities.exists():
                return
            if child_file.links.exists() and not facts.contacts:
                return
            today = timezone.localdate(self.now)
            if facts.plan:
                kind, since, worker, contact, meeting = facts.plan
                concern_operations.set_plan(
                    child_file=child_file,
                    by=by,
                    kind=kind,
                    from_date=today - datetime.timedelta(days=since),
                    social_worker=worker,
                    social_worker_contact=contact,
                    next_meeting_at=_at(self.calendar.add_school_days(today, meeting), datetime.time(14, 30))
                    if meeting
                    else None,
                )
            for kind, since, note in facts.vulnerabilities:
                concern_operations.set_vulnerability(
                    child_file=child_file,
                    by=by,
                    kind=kind,
                    from_date=today - datetime.timedelta(days=since),
                    note=note,
                )
            for position, (name, relation, telephone, responsible, shut, note) in enumerate(facts.contacts, start=1):
                concern_operations.set_contact(
                    child_file=child_file,
                    by=by,
                    name=name,
                    relation=relation,
                    telephone=telephone,
                    has_parental_responsibility=responsible,
                    do_not_contact=shut,
                    note=note,
                    position=position,
                )
            for other, kind in facts.links:
                concern_operations.link_children(child_file=child_file, by=by, other=self.children[other], kind=kind)


def demo_adults() -> list[Adult]:
    """The demonstration's people, in the order in which they are introduced."""
    order = {each.email: number for number, each in enumerate(cast.PEOPLE)}
    adults = Adult.objects.filter(email__in=order).select_related("account")
    return sorted(adults, key=lambda adult: order[adult.email])
