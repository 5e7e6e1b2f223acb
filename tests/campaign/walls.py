"""Random schools: every ground and every conflict, given and ended in any order, and both walls asked after each.

A school has a few people with random roles, children in random services, concerns, shares, conflicts, escalations and
emergency openings. After some steps everybody's sight is compared: what Python's rule says, what the database's
policies say, and what a page (both together) shows must be the same for each person and each kind of record.
"""

import datetime
import json
import os
import random
import uuid
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from concerns import alerts, need_to_know, operations
from concerns.models import Assignment, ChildFile, Concern, Draft, FollowUp, Referral
from concerns.terms import Form, HarmSeen, Option
from lps_safeguarding.access import acting, break_glass, conflicts, sharing
from lps_safeguarding.access.levels import Level
from lps_safeguarding.access.models import BreakGlass, Conflict
from lps_safeguarding.access.refusals import NotThere, WrongState
from lps_safeguarding.people.models import Role, RoleHeld, Service, User
from tests.access.differential import differences
from tests.concerns.factories import decision, referral
from tests.people.factories import AdultFactory, ChildFactory, ServiceFactory, UserFactory

WORLDS = int(os.environ.get("CAMPAIGN_WORLDS", "3"))
SEED = int(os.environ.get("CAMPAIGN_SEED", "1"))
STEPS = 25
REFUSED = (PermissionDenied, ValidationError, WrongState, NotThere)
counted = {"worlds": 0, "steps": 0, "steps_refused": 0, "comparisons": 0, "rows_compared": 0}

RULES = [
    (Concern, need_to_know.readable_by),
    (ChildFile, need_to_know.children_readable_by),
    (FollowUp, need_to_know.follow_ups_readable_by),
    (Referral, need_to_know.referrals_readable_by),
    (Draft, need_to_know.drafts_of),
]


class School:
    """One random school and what can happen in it."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.services = [ServiceFactory() for _ in range(chance.randint(1, 3))]
        self.people = [self._person() for _ in range(chance.randint(6, 9))]
        self._role(self.people[0], Role.LEAD_DSL)
        self._role(self.people[1], Role.HEADTEACHER)
        self._role(self.people[2], Role.SERVICE_DSL, self.services[0])
        self.children = [ChildFactory(service=chance.choice(self.services)) for _ in range(chance.randint(2, 4))]

    def _person(self) -> User:
        person = UserFactory(adult=AdultFactory())
        for _ in range(self.chance.randint(0, 2)):
            role = self.chance.choice(
                [Role.STAFF, Role.SERVICE_DSL, Role.BUSINESS_MANAGER, Role.COMMITTEE_MEMBER, Role.CHAIR]
            )
            self._role(person, role, self.chance.choice(self.services) if role == Role.SERVICE_DSL else None)
        return person

    def _role(self, person: User, role: Role, service: Service | None = None) -> None:
        yesterday = timezone.localdate() - datetime.timedelta(days=1)
        RoleHeld.objects.create(user=person, role=role, service=service, from_date=yesterday)

    def anybody(self) -> User:
        return self.chance.choice(self.people)

    def a_concern(self) -> Concern | None:
        with acting.as_the_system("campaign"):
            found = list(Concern.objects.select_related("key", "service").order_by("pk"))
        return self.chance.choice(found) if found else None

    def step(self) -> bool:
        """One thing happens, or is refused."""
        happen = self.chance.choice(
            [self.log, self.log, self.read, self.decide, self.share, self.unshare, self.shut, self.unshut,
             self.escalate, self.break_glass, self.close_glass, self.draft, self.end_role]
        )  # fmt: skip
        by = self.anybody()
        by.forget_roles()
        try:
            with transaction.atomic():
                return happen(by) is not False
        except REFUSED:
            return False

    def log(self, by):
        child = self.chance.choice(self.children)
        with acting.as_person(by):
            choices = list(need_to_know.dsls_to_choose(child.service))
            others = [other for other in self.children if other.pk != child.pk and self.chance.random() < 0.3]
            operations.submit_concern(
                by=by,
                submission_key=_uuid(self.chance),
                form=self.chance.choice([Form.PINK, Form.STANDARD]),
                children=[(child, ""), *((other, "") for other in others)],
                observed_at=timezone.now(),
                place="gate",
                passed_to=self.chance.choice(choices) if choices else None,
                came_to_light="behaviour",
                what_was_seen="Something.",
            )

    def _seen(self, by):
        """A concern out of what the person may open, through their own eyes."""
        seen = list(need_to_know.readable_by(by).select_related("key", "service").order_by("pk"))
        return self.chance.choice(seen) if seen else None

    def read(self, by):
        with acting.as_person(by):
            concern = self._seen(by)
            return concern is not None and operations.mark_read(concern=concern, by=by).read_at is not None

    def decide(self, by):
        with acting.as_person(by):
            concern = self._seen(by)
            if concern is None:
                return False
            harmed = self.chance.random() < 0.5
            operations.record_decision(
                concern=concern,
                by=by,
                version=concern.version,
                **decision(
                    harm_seen=HarmSeen.AT_RISK if harmed else HarmSeen.NO_SIGN,
                    options=[Option.SOCIAL_CARE] if harmed else [Option.MONITOR],
                    referrals=[referral()] if harmed else [],
                    follow_ups=[{"owner": self.anybody(), "due_on": timezone.localdate(), "what": "Ring."}],
                ),
            )
        return None

    def share(self, by):
        with acting.as_person(by):
            concern = self._seen(by)
            if concern is None:
                return False
            sharing.share(
                record=concern,
                with_person=self.anybody(),
                level=self.chance.choice([Level.SUMMARY, Level.FULL]),
                by=by,
                why="Because.",
                what="It.",
                expires_at=self.chance.choice([None, timezone.now() + datetime.timedelta(hours=1)]),
            )
        return None

    def unshare(self, by):
        with acting.as_person(by):
            concern = self._seen(by)
            row = concern and sharing.of(concern).filter(ended_at=None, with_person__isnull=False).first()
            if not row:
                return False
            sharing.end(sharing=row, record=concern, by=by)
        return None

    def shut(self, by):
        with acting.as_person(by):
            person = self.chance.choice([by, self.anybody()])
            if self.chance.random() < 0.5:
                child = self.chance.choice(self.children)
                conflicts.declare(person=person, child=child, kind="relative", by=by, reason="A cousin.")
            else:
                concern = self._seen(by)
                if concern is None:
                    return False
                conflicts.declare(person=person, record=concern, kind="declared", by=by, reason="A friend.")
        return None

    def unshut(self, by):
        with acting.as_person(by):
            row = Conflict.objects.filter(ended_at=None).order_by("pk").first()
            if row is None:
                return False
            conflicts.end(conflict=row, by=by)
        return None

    def escalate(self, by):
        concern = self.a_concern()
        if concern is None:
            return False
        return alerts.pass_on(concern, by, why=Assignment.Why.ESCALATED)

    def break_glass(self, by):
        concern = self.a_concern()
        if concern is None:
            return False
        with acting.as_person(by):
            break_glass.open(by=by, reference=concern.reference, reason="Police at the gate, nobody else here.")
        return None

    def close_glass(self, by):
        with acting.as_person(by):
            row = BreakGlass.objects.filter(person=by, closed_at=None).first()
            if row is None:
                return False
            break_glass.close(opening=row, by=by)
        return None

    def draft(self, by):
        with acting.as_person(by):
            operations.save_draft(by=by, draft_id=None, form=Form.PINK, typed={"place": "gate"})

    def end_role(self, by):
        held = RoleHeld.objects.filter(user=by, until_date=None).first()
        if held is None or self.chance.random() < 0.7:
            return False
        held.until_date = held.from_date
        held.save()
        by.forget_roles()
        return None

    def compare(self) -> None:
        for model, rule in RULES:
            with acting.as_the_system("campaign"):
                rows = model.objects.count()
            if rows:
                assert differences(model, rule, self.people) == []
                counted["comparisons"] += len(self.people)
                counted["rows_compared"] += rows * len(self.people)


def _uuid(chance: random.Random) -> uuid.UUID:
    return uuid.UUID(int=chance.getrandbits(128), version=4)


@pytest.mark.django_db
@pytest.mark.parametrize("number", range(WORLDS))
def test_both_walls_say_the_same_in_a_random_school(number):
    chance = random.Random(f"{SEED}/{number}")
    school = School(chance)
    for step in range(STEPS):
        happened = school.step()
        counted["steps"] += 1
        counted["steps_refused"] += not happened
        if step % 8 == 7:
            school.compare()
    school.compare()
    counted["worlds"] += 1
    if path := os.environ.get("CAMPAIGN_COUNTS"):
        Path(path).write_text(json.dumps(counted))
