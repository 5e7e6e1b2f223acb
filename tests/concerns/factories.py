"""Records of the concerns app for tests, made by the same operations that pages use."""

import contextlib
import datetime
import uuid

from django.utils import timezone

from concerns import need_to_know, operations
from concerns.models import ChildFile, Concern, Meeting
from concerns.operations.notices import Step
from concerns.terms import (
    Agency,
    CameToLight,
    ChildThere,
    ContactMethod,
    ContextKind,
    Form,
    FoundWhere,
    HarmSeen,
    MeetingKind,
    MissingHow,
    NoticeOf,
    Option,
    ParentsInformed,
    ReportSent,
    SearchStep,
    SharingGround,
    Urgency,
    WelfareTold,
)
from lps_safeguarding.access import acting


@contextlib.contextmanager
def _as(person):
    person.forget_roles()
    now = acting.now_acting()
    if now.person == person.pk or now.system:
        yield
    else:
        with acting.as_person(person):
            yield


def a_concern(*, by, child, passed_to, **given) -> Concern:
    """A concern sent by `by`. A standard entry unless `form` says otherwise."""
    sent = {
        "submission_key": uuid.uuid4(),
        "form": Form.STANDARD,
        "observed_at": timezone.now() - datetime.timedelta(hours=1),
        "place": "The corridor by the science room",
        "came_to_light": CameToLight.BEHAVIOUR,
        "what_was_seen": "Came in without a coat and would not sit down.",
        "why_worried": "This is the third time this week.",
    } | given
    with _as(by):
        return operations.submit_concern(by=by, children=[(child, "")], passed_to=passed_to, **sent)


def a_pink_form(**given) -> Concern:
    return a_concern(form=Form.PINK, **given)


def read(concern: Concern, *, by) -> Concern:
    """The concern as its reader has it after opening it."""
    with _as(by):
        return operations.mark_read(concern=Concern.objects.select_related("key").get(pk=concern.pk), by=by)


def decision(**given) -> dict:
    """A complete decision; change what the test is about."""
    return {
        "submission_key": uuid.uuid4(),
        "harm_seen": HarmSeen.NO_SIGN,
        "options": [Option.MONITOR],
        "rationale": "No sign of harm; we keep an eye on it.",
        "childs_wishes": "Wants to be left alone at lunch.",
        "parents_informed": ParentsInformed.NOT_YET,
    } | given


def a_decision(concern: Concern, *, by, **given):
    """A decision recorded on the concern as it stands now."""
    with _as(by):
        now = Concern.objects.select_related("key").get(pk=concern.pk)
        return operations.record_decision(concern=now, by=by, version=now.version, **decision(**given))


def referral(**given) -> dict:
    """A complete referral to social care."""
    return {
        "agency": Option.SOCIAL_CARE,
        "made_at": timezone.now() - datetime.timedelta(minutes=10),
        "method": ContactMethod.TELEPHONE,
        "urgency": Urgency.SAME_DAY,
        "person_spoken_to": "Duty worker Lin",
        "what_was_shared": "What was seen, and who lives at home.",
        "ground": SharingGround.CONSENT,
    } | given


def a_missing_child(*, by, child, passed_to, **given) -> Concern:
    """A child reported missing by `by` since two hours ago: home was telephoned, the Education Welfare Service not yet."""
    now = given.get("at") or timezone.now()
    sent = {
        "submission_key": uuid.uuid4(),
        "at_risk_now": False,
        "how": MissingHow.NOT_ARRIVED,
        "observed_at": now - datetime.timedelta(hours=2),
        "place": "At the bus stop",
        "what_was_seen": "Did not come to registration.",
        "last_contact_with": "Her aunt, at breakfast",
        "steps": [Step(SearchStep.RANG_HOME, now - datetime.timedelta(hours=1), "Nobody answered the telephone")],
        "welfare_told": WelfareTold.NOT_YET,
    } | given
    with _as(by):
        return operations.report_missing_child(by=by, children=[(child, "")], passed_to=passed_to, **sent)


def found(concern: Concern, *, by, **given):
    """The child is back; the conversation is still to be offered."""
    now = timezone.now()
    back = {"found_at": now, "where": FoundWhere.IN_SCHOOL, "told_by": "Saw her in class"} | given
    with _as(by):
        concern = Concern.objects.select_related("key").get(pk=concern.pk)
        return operations.record_child_found(concern=concern, by=by, **back)


def an_encompass_notice(*, by, child, passed_to, **given) -> Concern:
    """A notice of the police about a domestic incident last night, received now."""
    now = given.get("at") or timezone.now()
    sent = {
        "submission_key": uuid.uuid4(),
        "at_risk_now": False,
        "of": NoticeOf.DOMESTIC_INCIDENT,
        "police_reference": "LP-221-4471",
        "received_at": now,
        "received_by": ContactMethod.EMAIL,
        "observed_at": now - datetime.timedelta(hours=9),
        "place": "At home",
        "what_was_seen": "Officers were called to an argument between adults.",
        "child_there": ChildThere.IN_THE_HOME,
        "childs_words": "I hid in the cupboard.",
        "actions_asked": "Do not tell the father that you know.",
    } | given
    with _as(by):
        return operations.log_encompass_notice(by=by, children=[(child, "")], passed_to=passed_to, **sent)


def a_file_of(child, *, by) -> ChildFile:
    """The child's file as a DSL has it after opening it."""
    with _as(by):
        operations.open_child_file(child=child, by=by)
        return need_to_know.children_readable_by(by).select_related("key", "child").get(child=child)


def a_meeting(*, child_file, by, **given) -> Meeting:
    """A core group in a week, unless `given` says otherwise."""
    planned = {
        "kind": MeetingKind.CORE_GROUP,
        "starts_at": timezone.now() + datetime.timedelta(days=7),
        "place": "Family centre, room 2",
    } | given
    with _as(by):
        return operations.plan_meeting(child_file=child_file, by=by, **planned)


def record(**given) -> dict:
    """A complete record of a meeting; change what the test is about."""
    return {
        "attendance": [{"name": "Lee Brook", "role": "Social worker", "agency": Agency.SOCIAL_CARE}],
        "decisions": "The plan goes on as it is.",
        "report_sent": ReportSent.NOT_ASKED,
    } | given


def a_record(meeting: Meeting, *, by, **given) -> Meeting:
    """The record of a meeting that was held."""
    with _as(by):
        now = Meeting.objects.select_related("key").get(pk=meeting.pk)
        return operations.record_meeting(meeting=now, by=by, version=now.version, **record(**given))


def a_context(*, by, name="Abbey Park", kind=ContextKind.PLACE, **given):
    """A place that the safeguarding team knows."""
    with _as(by):
        return operations.make_context(by=by, name=name, kind=kind, **given)


def linked(concern: Concern, context, *, by):
    """The concern happened there."""
    with _as(by):
        now = Concern.objects.select_related("key").get(pk=concern.pk)
        return operations.link_context(concern=now, context=context, by=by)
