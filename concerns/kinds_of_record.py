"""What the platform may do with this app's records: share, shut, break the glass, say who can see them."""

from collections.abc import Iterable

from django.urls import reverse

from concerns import need_to_know
from concerns.models import ChildFile, ChildInConcern, Concern
from concerns.states import State
from lps_safeguarding.access.levels import Level
from lps_safeguarding.access.registry import SharedRecordKind
from lps_safeguarding.access.registry import register as register_kind
from lps_safeguarding.guidance.models import Edition
from lps_safeguarding.people import duty
from lps_safeguarding.people.models import User


def register() -> None:
    register_kind(
        SharedRecordKind(
            model=Concern,
            name="a concern",
            readable_by=need_to_know.readable_by,
            can_share=need_to_know.can_share,
            detail_url_name="concerns:concern_detail",
            openable_by_break_glass=_concerns_behind_glass,
            children_of=lambda concern: ChildInConcern.objects.filter(concern=concern).values_list(
                "child_id", flat=True
            ),
            who_by_role=_who_sees_concern,
        )
    )
    register_kind(
        SharedRecordKind(
            model=ChildFile,
            name="a child’s file",
            readable_by=need_to_know.children_readable_by,
            can_share=need_to_know.can_share_child_file,
            detail_url_name="overview:child",
            openable_by_break_glass=_files_behind_glass,
            children_of=lambda child_file: [child_file.child_id],
            who_by_role=_who_sees_file,
        )
    )


def under_an_older_edition(older: Edition, newer: Edition) -> list[tuple[str, int, str]]:
    """Open concerns that began before `newer` and keep the lengths they began under (DEC-16)."""
    open_now = Concern.objects.exclude(state=State.CLOSED).exclude(edition=newer)
    return [("Open concerns that keep the lengths they began under", open_now.count(), reverse("overview:queue"))]


def _concerns_behind_glass(user: User):
    full = need_to_know.readable_by(user).filter(level=Level.FULL)
    return Concern.objects.exclude(pk__in=full.values("pk"))


def _files_behind_glass(user: User):
    full = need_to_know.children_readable_by(user).filter(level=Level.FULL)
    return ChildFile.objects.exclude(pk__in=full.values("pk"))


def _dsls_of(service) -> Iterable[tuple[str, Iterable[User]]]:
    lead = duty.lead_dsl()
    yield f"DSLs of {service}", duty.deputies(service)
    yield "Lead DSL", [lead] if lead else []


def _who_sees_concern(concern: Concern) -> Iterable[tuple[str, Iterable[User]]]:
    yield from _dsls_of(concern.service)
    passed_on = concern.assignments.filter(ended_at__isnull=True).select_related("person__adult")
    yield "Passed on to them", [assignment.person for assignment in passed_on]
    yield "Wrote it (their own entry only)", [concern.author]


def _who_sees_file(child_file: ChildFile) -> Iterable[tuple[str, Iterable[User]]]:
    yield from _dsls_of(child_file.service)
