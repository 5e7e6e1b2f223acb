"""Reviewing the lists of children (CPF-02)."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from concerns import need_to_know
from concerns.models import ListReview
from concerns.terms import ChildrenList
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people.models import Service, User

FARTHEST = datetime.timedelta(days=366)


@transaction.atomic
def review_list(
    *, of_list: str, by: User, next_review_on: datetime.date, service: Service | None = None
) -> ListReview:
    """Somebody went through the list and found it right, or has put it right; it is looked at again by a day.

    `service` None: the whole school's list, which is the lead DSL's.
    """
    need_to_know.check_can_review_list(by, service.pk if service else None)
    today = timezone.localdate()
    if next_review_on <= today:
        raise ValidationError({"next_review_on": "Choose a day after today for the next review."})
    if next_review_on > today + FARTHEST:
        raise ValidationError({"next_review_on": "This is more than a year away. Choose an earlier day."})
    review = ListReview(of_list=ChildrenList(of_list), service=service, reviewed_by=by, next_review_on=next_review_on)
    trail.save(review, by=by, why=f"list reviewed: {review.of_list}")
    return review
