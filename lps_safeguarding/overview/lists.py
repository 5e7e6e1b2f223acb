"""The lists of children: who is on each, since when, as at a day; and when each list was last gone through (CPF-02).

A list is nothing but a question to the plans and vulnerabilities in the files this person may open in full.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from concerns import case_page, need_to_know
from concerns.models import ChildFile, ListReview, PlanStatus, Vulnerability
from concerns.terms import ChildrenList, PlanKind, VulnerabilityKind
from lps_safeguarding.access.levels import Level
from lps_safeguarding.people.models import Role, Service, User

A_PAGE = 50
MOST_IN_A_DOCUMENT = 2_000


@dataclass(frozen=True)
class Question:
    """What puts a child on a list: a plan or a vulnerability of these kinds, running on the day, or begun by then."""

    plans: tuple[str, ...] = ()
    vulnerabilities: tuple[str, ...] = ()
    ever: tuple[str, ...] = ()
    """Vulnerabilities that count whether they still run or not."""
    also_ended: bool = False
    only_ended: bool = False


_WITH_SOCIAL_WORKER = (PlanKind.CHILD_IN_NEED, PlanKind.CHILD_PROTECTION, PlanKind.LOOKED_AFTER)
QUESTIONS = {
    ChildrenList.SOCIAL_WORKER_NOW: Question(plans=_WITH_SOCIAL_WORKER),
    ChildrenList.SOCIAL_WORKER_EVER: Question(
        plans=_WITH_SOCIAL_WORKER, ever=(VulnerabilityKind.PREVIOUS_SOCIAL_WORKER,), also_ended=True
    ),
    ChildrenList.LOOKED_AFTER: Question(plans=(PlanKind.LOOKED_AFTER,)),
    ChildrenList.PREVIOUSLY_LOOKED_AFTER: Question(plans=(PlanKind.LOOKED_AFTER,), only_ended=True),
    ChildrenList.CHILD_PROTECTION: Question(plans=(PlanKind.CHILD_PROTECTION,)),
    ChildrenList.CHILD_IN_NEED: Question(plans=(PlanKind.CHILD_IN_NEED,)),
    ChildrenList.EARLY_HELP: Question(plans=(PlanKind.EARLY_HELP,)),
    ChildrenList.YOUNG_CARERS: Question(vulnerabilities=(VulnerabilityKind.YOUNG_CARER,)),
    ChildrenList.PRIVATE_FOSTERING: Question(vulnerabilities=(VulnerabilityKind.PRIVATE_FOSTERING,)),
    ChildrenList.SEND: Question(vulnerabilities=(VulnerabilityKind.SEND, VulnerabilityKind.EHCP)),
    ChildrenList.FAMILY_IN_PRISON: Question(vulnerabilities=(VulnerabilityKind.FAMILY_IN_PRISON,)),
    ChildrenList.GONE_MISSING: Question(vulnerabilities=(VulnerabilityKind.MISSING_EPISODES,)),
}


@dataclass
class Row:
    """A child on a list, and what puts them there."""

    file: ChildFile
    reasons: list[Any] = field(default_factory=list)

    @property
    def since(self) -> datetime.date:
        return min(each.from_date for each in self.reasons)

    @property
    def in_words(self) -> str:
        return "; ".join(dict.fromkeys(each.get_kind_display() for each in self.reasons))

    @property
    def ended(self) -> datetime.date | None:
        """The last day, where nothing of it runs any more."""
        days = [each.until_date for each in self.reasons]
        return None if None in days else max(days)

    @property
    def social_worker(self) -> str:
        workers = (getattr(each, "social_worker", "") for each in self.reasons)
        return "; ".join(dict.fromkeys(each for each in workers if each))


@dataclass(frozen=True)
class Part:
    """Which part of a list is asked for."""

    of_list: ChildrenList
    day: datetime.date
    service: Service | None = None
    year: int | None = None
    page: int = 1


@dataclass
class Listed:
    """The children of one page of a list. `more`: there is a further page."""

    part: Part
    rows: list[Row]
    more: bool

    @property
    def has_workers(self) -> bool:
        return bool(QUESTIONS[self.part.of_list].plans)


def _running(day: datetime.date) -> Q:
    return Q(from_date__lte=day) & (Q(until_date__isnull=True) | Q(until_date__gte=day))


def _reasons(part: Part) -> list[QuerySet]:
    """What puts children on the list, as questions to the tables; whose files they are is asked elsewhere."""
    question, day = QUESTIONS[part.of_list], part.day
    found: list[QuerySet] = []
    if question.plans:
        plans = PlanStatus.objects.filter(kind__in=question.plans)
        if question.only_ended:
            still = PlanStatus.objects.filter(_running(day), kind__in=question.plans).values("child_file")
            plans = plans.filter(until_date__lt=day).exclude(child_file__in=still)
        elif question.also_ended:
            plans = plans.filter(from_date__lte=day)
        else:
            plans = plans.filter(_running(day))
        found.append(plans.order_by())
    if question.vulnerabilities:
        found.append(Vulnerability.objects.filter(_running(day), kind__in=question.vulnerabilities).order_by())
    if question.ever:
        found.append(Vulnerability.objects.filter(from_date__lte=day, kind__in=question.ever).order_by())
    return found


def listed(user: User, part: Part, *, most: int = A_PAGE) -> Listed:
    """One page of a list, by name. A constant number of queries."""
    reasons = _reasons(part)
    keys = [each.values("child_file") for each in reasons]
    on_it = keys[0] if len(keys) == 1 else keys[0].union(*keys[1:])
    files = (
        need_to_know.children_readable_by(user)
        .filter(Q(child__left_on__isnull=True) | Q(child__left_on__gte=part.day), pk__in=on_it, level=Level.FULL)
        .select_related("key", "child__service")
        .order_by("child__last_name", "child__first_name", "pk")
    )
    if part.service is not None:
        files = files.filter(service=part.service)
    if part.year is not None:
        files = files.filter(child__year_group=part.year)
    first = (part.page - 1) * most
    found = list(files[first : first + most + 1])
    rows = {file.pk: Row(file) for file in found[:most]}
    for each in reasons if rows else []:
        for reason in each.filter(child_file__in=rows).order_by("from_date"):
            row = rows[reason.child_file_id]
            row.reasons += case_page.under_its_key([reason], row.file.key)
    return Listed(part, list(rows.values()), len(found) > most)


# --- All lists --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Overview:
    """One list on the page of all lists."""

    of_list: ChildrenList
    number: int
    review: ListReview | None
    overdue: bool


def overview(user: User, today: datetime.date) -> list[Overview]:
    """Every list with the number of children on it and its last review. Four queries."""
    at_school = Q(child_file__child__left_on__isnull=True) | Q(child_file__child__left_on__gte=today)
    facts = [
        (model is PlanStatus, *row)
        for model in (PlanStatus, Vulnerability)
        for row in need_to_know.of_files_in_full(model.objects.filter(at_school), user)
        .order_by()
        .values_list("kind", "child_file", "from_date", "until_date")
    ]
    reviews = latest_reviews(user)
    return [
        Overview(
            each, len(_on(QUESTIONS[each], facts, today)), reviews.get(each), is_overdue(reviews.get(each), today)
        )
        for each in ChildrenList
    ]


def _on(question: Question, facts: list[tuple], day: datetime.date) -> set:
    """`_reasons` asked of facts in memory."""

    def runs(fact: tuple) -> bool:
        return fact[3] <= day and (fact[4] is None or fact[4] >= day)

    plans = [fact for fact in facts if fact[0] and fact[1] in question.plans]
    running = {fact[2] for fact in plans if runs(fact)}
    found = {fact[2] for fact in facts if not fact[0] and fact[1] in question.vulnerabilities and runs(fact)}
    found |= {fact[2] for fact in facts if not fact[0] and fact[1] in question.ever and fact[3] <= day}
    if question.only_ended:
        return found | ({fact[2] for fact in plans if fact[4] is not None and fact[4] < day} - running)
    return found | ({fact[2] for fact in plans if fact[3] <= day} if question.also_ended else running)


# --- Reviews ----------------------------------------------------------------------------------------------------------
def latest_reviews(user: User) -> dict[str, ListReview]:
    """The last review of each list that covers what this person sees: the whole school's, or their own service's."""
    services = user.services_as_dsl()
    whole_school_only = user.has_role(Role.LEAD_DSL)
    rows = (
        need_to_know.list_reviews_readable_by(user)
        .order_by("of_list", "service_id", "-reviewed_at")
        .distinct("of_list", "service_id")
        .select_related("reviewed_by__adult", "service")
    )
    latest: dict[str, ListReview] = {}
    for review in rows:
        covers = review.service_id is None or (not whole_school_only and review.service_id in services)
        before = latest.get(review.of_list)
        if covers and (before is None or review.reviewed_at > before.reviewed_at):
            latest[review.of_list] = review
    return latest


def is_overdue(review: ListReview | None, today: datetime.date) -> bool:
    """Never reviewed is overdue too."""
    return review is None or review.next_review_on < today


def number_overdue(user: User) -> int:
    """How many lists the lead DSL is to go through now. One query."""
    reviews = latest_reviews(user)
    return sum(is_overdue(reviews.get(each), timezone.localdate()) for each in ChildrenList)


def scopes(user: User, services: list[Service]) -> list[tuple[str, str]]:
    """For which parts this person may say that a list was reviewed: choices of a form."""
    whole = [("", "The whole school")] if user.has_role(Role.LEAD_DSL) else []
    return [*whole, *((service.slug, service.name) for service in services)]
