"""Who sees a concern about an adult: by the rule, by the database, on every page, for everybody of the cast."""

import datetime
import re
import uuid

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from allegations import need_to_know, operations, states
from allegations.models import IntakeDraft, StaffConcern
from allegations.states import State
from allegations.terms import About, Route
from lps_safeguarding.access import acting
from lps_safeguarding.access.levels import Level
from lps_safeguarding.access.refusals import WrongState
from lps_safeguarding.alerts.models import Alert
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people.models import Absence, Role, RoleHeld
from tests.access.differential import differences, seen_by_nobody
from tests.allegations.factories import a_staff_concern
from tests.cast import CAST, signed_in

pytestmark = pytest.mark.django_db

HERE = [name for name in CAST if name not in ("nobody_signed_in", "a_leaver")]


@pytest.fixture
def everybody(request):
    return [request.getfixturevalue(name) for name in CAST if name != "nobody_signed_in"]


def away(person):
    Absence.objects.create(user=person, starts_at=timezone.now() - datetime.timedelta(hours=1))


def without_tokens(html: bytes) -> str:
    """A page without what differs each time it is made: nonces, CSRF tokens, the session's end and the time."""
    text = re.sub(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|data-ends-at="[^"]*"', "", html.decode())
    return re.sub(r"\d\d:\d\d", "", text)


def levels(person) -> dict:
    person.forget_roles()
    with acting.as_person(person):
        return dict(need_to_know.readable_by(person).values_list("reference", "level"))


@pytest.fixture
def about_a_teacher(everybody, a_staff_member, another_staff_member):
    return a_staff_concern(by=a_staff_member, subject=another_staff_member)


@pytest.fixture
def about_the_headteacher(everybody, a_staff_member, the_headteacher):
    return a_staff_concern(by=a_staff_member, subject=the_headteacher, about=About.HEADTEACHER)


# --- The way it goes ------------------------------------------------------------------------------------------------
@pytest.mark.rule("ALG-01")
def test_about_an_adult_it_reaches_only_the_headteacher(about_a_teacher, everybody, a_staff_member, the_headteacher):
    assert about_a_teacher.routed_to == the_headteacher
    seen = {person.pk: levels(person).get(about_a_teacher.reference) for person in everybody}
    assert {pk: level for pk, level in seen.items() if level} == {
        the_headteacher.pk: Level.FULL,
        a_staff_member.pk: Level.OWN_ENTRY,
    }


@pytest.mark.rule("ALG-01")
def test_while_the_headteacher_is_away_it_reaches_the_acting_senior_teacher_at_once(
    everybody, a_staff_member, another_staff_member, the_headteacher, the_acting_senior_teacher
):
    away(the_headteacher)
    concern = a_staff_concern(by=a_staff_member, subject=another_staff_member)
    assert concern.routed_to == the_acting_senior_teacher
    assert levels(the_acting_senior_teacher) == {concern.reference: Level.FULL}
    assert list(Alert.objects.values_list("recipient", "reason")) == [(the_acting_senior_teacher.pk, "staff_concern")]


@pytest.mark.rule("ALG-01")
def test_without_handing_over_the_acting_senior_teacher_sees_nothing(about_a_teacher, the_acting_senior_teacher):
    assert levels(the_acting_senior_teacher) == {}


@pytest.mark.rule("ALG-01")
def test_what_is_unread_is_handed_on_when_the_headteacher_goes_away(
    about_a_teacher, the_headteacher, the_acting_senior_teacher
):
    away(the_headteacher)
    with acting.as_the_system("test"):
        assert operations.hand_on_unread(now=timezone.now()) == 1
        assert operations.hand_on_unread(now=timezone.now()) == 0
    assert levels(the_acting_senior_teacher) == {about_a_teacher.reference: Level.FULL}
    assert Alert.objects.filter(recipient=the_acting_senior_teacher).count() == 1


@pytest.mark.rule("ALG-02", "ROL-06")
def test_about_the_headteacher_it_reaches_only_the_chair(about_the_headteacher, everybody, a_staff_member, the_chair):
    seen = {person.pk: levels(person).get(about_the_headteacher.reference) for person in everybody}
    assert {pk: level for pk, level in seen.items() if level} == {
        the_chair.pk: Level.FULL,
        a_staff_member.pk: Level.OWN_ENTRY,
    }
    assert list(Alert.objects.values_list("recipient", flat=True)) == [the_chair.pk]


@pytest.mark.rule("ALG-02", "ROL-06")
def test_while_the_chair_is_away_it_reaches_the_vice_chair(
    everybody, a_staff_member, the_headteacher, the_chair, the_vice_chair
):
    away(the_chair)
    concern = a_staff_concern(by=a_staff_member, subject=the_headteacher, about=About.HEADTEACHER)
    assert concern.routed_to == the_vice_chair
    assert levels(the_vice_chair) == {concern.reference: Level.FULL}


@pytest.mark.rule("ALG-02")
@pytest.mark.parametrize("by_itself", [About.ADULT, About.HEADTEACHER])
def test_the_headteacher_chosen_by_name_goes_to_the_chair_whatever_the_form(
    everybody, a_staff_member, the_headteacher, the_chair, by_itself
):
    concern = a_staff_concern(by=a_staff_member, subject=the_headteacher, about=by_itself)
    assert (concern.about, concern.route, concern.routed_to) == (About.HEADTEACHER, Route.CHAIR, the_chair)
    assert levels(the_headteacher) == {}


@pytest.mark.rule("ALG-02")
def test_who_acts_as_headteacher_is_treated_as_the_headteacher(
    everybody, a_staff_member, the_headteacher, the_acting_senior_teacher, the_chair
):
    away(the_headteacher)
    concern = a_staff_concern(by=a_staff_member, subject=the_acting_senior_teacher)
    assert (concern.route, concern.routed_to) == (Route.CHAIR, the_chair)
    assert levels(the_acting_senior_teacher) == {}


@pytest.mark.rule("ALG-02", "ALG-03")
def test_with_the_chair_part_of_it_the_vice_chair_alone_sees_it(
    everybody, a_staff_member, the_headteacher, the_chair, the_vice_chair
):
    concern = a_staff_concern(
        by=a_staff_member,
        about=About.HEADTEACHER,
        subjects=[the_headteacher.adult, the_chair.adult],
        subject_typed="",
        chair_is_part=True,
    )
    assert (concern.route, concern.routed_to) == (Route.VICE_CHAIR, the_vice_chair)
    assert levels(the_vice_chair) == {concern.reference: Level.FULL}
    assert levels(the_chair) == levels(the_headteacher) == {}


@pytest.mark.rule("ALG-02")
def test_without_a_chair_it_is_stored_safely_for_the_one_who_comes(a_staff_member, the_headteacher, the_chair):
    RoleHeld.objects.filter(user=the_chair).delete()
    concern = a_staff_concern(by=a_staff_member, subject=the_headteacher, about=About.HEADTEACHER)
    assert concern.routed_to is None
    assert levels(the_headteacher) == {}
    RoleHeld.objects.create(user=the_chair, role=Role.CHAIR, from_date=timezone.localdate())
    assert levels(the_chair) == {concern.reference: Level.FULL}


# --- The subject ----------------------------------------------------------------------------------------------------
@pytest.mark.rule("ALG-03")
@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SERVICE_DSL, Role.ADMINISTRATOR)])
def test_the_subject_sees_nothing_in_any_role(about_a_teacher, another_staff_member, role):
    until = timezone.localdate() + datetime.timedelta(days=2) if role == Role.INSPECTOR else None
    RoleHeld.objects.create(user=another_staff_member, role=role, from_date=timezone.localdate(), until_date=until)
    assert levels(another_staff_member) == {}
    with acting.as_person(another_staff_member):
        assert not StaffConcern.objects.exists()
        assert not StaffConcern.history.exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM allegations_staffconcern")
            assert cursor.fetchone() == (0,)


@pytest.mark.rule("ALG-03")
def test_the_subject_who_becomes_headteacher_or_is_handed_it_still_sees_nothing(about_a_teacher, another_staff_member):
    with acting.as_the_system("test"):
        StaffConcern.objects.filter(pk=about_a_teacher.pk).update(routed_to=another_staff_member)
    for role in (Role.HEADTEACHER, Role.ACTING_SENIOR_TEACHER, Role.CHAIR):
        RoleHeld.objects.create(user=another_staff_member, role=role, from_date=timezone.localdate())
    assert levels(another_staff_member) == {}
    client = signed_in(another_staff_member)
    assert client.get(reverse("allegations:detail", args=[about_a_teacher.reference])).status_code == 404
    assert about_a_teacher.reference not in client.get(reverse("allegations:received")).content.decode()


@pytest.mark.rule("ALG-03")
def test_the_page_of_a_hidden_one_is_that_of_a_missing_one(about_a_teacher, another_staff_member, the_chair):
    for person in (another_staff_member, the_chair):
        client = signed_in(person)
        for name in ("allegations:detail", "allegations:sent"):
            hidden = client.get(reverse(name, args=[about_a_teacher.reference]))
            missing = client.get(reverse(name, args=["A-ZZZZ-ZZZZ"]))
            assert (hidden.status_code, missing.status_code) == (404, 404)
            assert without_tokens(hidden.content) == without_tokens(missing.content)


@pytest.mark.rule("ALG-02", "ALG-03")
def test_a_list_without_it_is_the_list_of_a_school_without_it(everybody, a_staff_member, the_headteacher):
    def page():
        html = signed_in(the_headteacher).get(reverse("allegations:received")).content.decode()
        return html[html.index("<main") : html.index("</main>")]

    before = page()
    a_staff_concern(by=a_staff_member, subject=the_headteacher, about=About.HEADTEACHER)
    assert page() == before
    assert not Alert.objects.filter(recipient=the_headteacher).exists()


@pytest.mark.rule("ALG-03")
def test_who_reports_themself_keeps_the_receipt_and_gets_no_more(everybody, the_headteacher, the_chair):
    concern = a_staff_concern(by=the_headteacher, subject=the_headteacher)
    assert concern.routed_to == the_chair
    assert levels(the_headteacher) == {concern.reference: Level.OWN_ENTRY}
    client = signed_in(the_headteacher)
    answer = client.get(reverse("allegations:detail", args=[concern.reference]), follow=True)
    assert "pulled him by the arm" not in answer.content.decode()
    assert concern.reference not in client.get(reverse("allegations:received")).content.decode()


# --- The two walls --------------------------------------------------------------------------------------------------
@pytest.fixture
def everything(everybody, request):
    """Every route, with every kind of person as subject and as author, absences and a draft."""
    staff, other = request.getfixturevalue("a_staff_member"), request.getfixturevalue("another_staff_member")
    head, acting_head = (
        request.getfixturevalue("the_headteacher"),
        request.getfixturevalue("the_acting_senior_teacher"),
    )
    chair, vice = request.getfixturevalue("the_chair"), request.getfixturevalue("the_vice_chair")
    dsl = request.getfixturevalue("the_lead_dsl")
    for subject in everybody:
        a_staff_concern(by=staff, subject=subject)
    for author in (head, chair, vice, dsl, other, acting_head):
        a_staff_concern(by=author)
        a_staff_concern(by=author, subject=author)
        a_staff_concern(by=author, subject=head, about=About.HEADTEACHER)
    a_staff_concern(by=staff, subjects=[head.adult, chair.adult], subject_typed="", chair_is_part=True)
    away(head)
    away(chair)
    a_staff_concern(by=staff, subject=other)
    a_staff_concern(by=staff, subject=head, about=About.HEADTEACHER)
    a_staff_concern(by=staff, subject=acting_head)
    for person in (staff, head):
        with acting.as_person(person):
            operations.save_draft(by=person, draft_id=uuid.uuid4(), about=About.ADULT, typed={"place": ["gate"]})


@pytest.mark.rule("ALG-01", "ALG-02", "ALG-03", "ROL-05", "ROL-06")
def test_the_database_and_the_rule_say_the_same_to_everybody(everything, everybody):
    assert differences(StaffConcern, need_to_know.readable_by, everybody) == []
    assert seen_by_nobody(StaffConcern) == set()


@pytest.mark.rule("ALG-02", "ALG-03")
def test_they_still_say_the_same_when_the_subjects_come_to_hold_the_roles_it_goes_to(
    everything, everybody, another_staff_member, the_headteacher, the_chair
):
    RoleHeld.objects.filter(user=the_headteacher, role=Role.HEADTEACHER).delete()
    for person, role in (
        (another_staff_member, Role.HEADTEACHER),
        (the_headteacher, Role.CHAIR),
        (the_headteacher, Role.VICE_CHAIR),
        (the_chair, Role.VICE_CHAIR),
        (the_chair, Role.ACTING_SENIOR_TEACHER),
    ):
        RoleHeld.objects.create(user=person, role=role, from_date=timezone.localdate())
    with acting.as_the_system("test"):
        StaffConcern.objects.filter(route=Route.HEADTEACHER).update(routed_to=the_chair)
    assert differences(StaffConcern, need_to_know.readable_by, everybody) == []
    for person in (another_staff_member, the_headteacher, the_chair):
        person.forget_roles()
        with acting.as_the_system("test"):  # the rule alone, without the database's wall
            received = need_to_know.received_by(person)
            assert not received.filter(subject=person.adult).exists()
            assert not received.filter(second_subject=person.adult).exists()
            assert received.exists() or person == the_headteacher


@pytest.mark.rule("CON-18")
def test_a_draft_is_seen_by_its_writer_alone(everything, everybody):
    assert differences(IntakeDraft, need_to_know.drafts_of, everybody) == []
    assert seen_by_nobody(IntakeDraft) == set()


@pytest.mark.rule("ALG-03")
def test_nobody_reads_the_versions_of_what_they_may_not_open_in_full(everything, everybody):
    for person in everybody:
        person.forget_roles()
        with acting.as_person(person):
            full = set(need_to_know.received_by(person).values_list("pk", flat=True))
            own = set(need_to_know.receipts_of(person).values_list("pk", flat=True))
            versions = StaffConcern.history
            assert set(versions.values_list("id", flat=True)) <= full | own
            assert set(versions.exclude(history_user=person).values_list("id", flat=True)) <= full


@pytest.mark.rule("ALG-13", "CON-09")
def test_the_account_as_given_is_changed_by_nobody_not_even_the_system(about_a_teacher, the_headteacher):
    frozen = {
        "about": About.HEADTEACHER,
        "route": Route.CHAIR,
        "author": the_headteacher,
        "subject": None,
        "submitted_at": timezone.now(),
        "happened_at": timezone.now(),
        "submission_key": uuid.uuid4(),
        "reference": "A-0000-0000",
    }
    for name, value in frozen.items():
        with acting.as_the_system("test"), pytest.raises(Exception, match="never changed"), transaction.atomic():
            StaffConcern.objects.filter(pk=about_a_teacher.pk).update(**{name: value})
    for name in ("what_happened", "subject_typed", "place", "children", "who_else_knows", "author_name"):
        with acting.as_the_system("test"), pytest.raises(Exception, match="never changed"), transaction.atomic():
            concern = StaffConcern.objects.select_related("key").get(pk=about_a_teacher.pk)
            setattr(concern, name, "Something else")
            trail.save(concern, by=None, why="test")


@pytest.mark.rule("ALG-13")
def test_every_field_of_the_account_is_frozen_by_the_trigger():
    from allegations.migrations import __name__ as package
    from allegations.models import ACCOUNT_FIELDS

    walls = __import__(f"{package}.0002_walls", fromlist=["FROZEN"])
    columns = {StaffConcern._meta.get_field(name).column for name in ACCOUNT_FIELDS} | {"id"}
    assert set(walls.FROZEN) == columns
    changing = {"routed_to_id", "routed_at", "state", "read_at", "read_by_id", "version"}
    assert {field.column for field in StaffConcern._meta.concrete_fields} == columns | changing


@pytest.mark.rule("ALG-03")
def test_the_author_cannot_mark_their_own_as_read_even_by_sql(about_a_teacher, a_staff_member):
    with acting.as_person(a_staff_member), connection.cursor() as cursor:
        cursor.execute("UPDATE allegations_staffconcern SET version = 9 WHERE id = %s", [about_a_teacher.pk])
        assert cursor.rowcount == 0


# --- Reading --------------------------------------------------------------------------------------------------------
@pytest.mark.rule("ALG-01", "CON-12")
def test_opening_it_marks_it_read_and_the_reporter_sees_when_and_nothing_else(
    about_a_teacher, the_headteacher, a_staff_member
):
    reporter = signed_in(a_staff_member)
    receipt = reverse("allegations:sent", args=[about_a_teacher.reference])
    assert "Not read yet" in reporter.get(receipt).content.decode()
    page = signed_in(the_headteacher).get(reverse("allegations:detail", args=[about_a_teacher.reference]))
    assert "He pulled him by the arm." in page.content.decode()
    html = reporter.get(receipt).content.decode()
    assert "Read <span" in html
    assert "Not read yet" not in html
    assert "pulled him" not in html
    assert (
        signed_in(the_headteacher).get(reverse("allegations:detail", args=[about_a_teacher.reference])).status_code
        == 200
    )


@pytest.mark.rule("ALG-13")
def test_reporter_and_reader_are_told_that_it_is_no_official_statement(
    about_a_teacher, a_staff_member, the_headteacher
):
    pages = [
        (a_staff_member, reverse("allegations:sent", args=[about_a_teacher.reference])),
        (a_staff_member, signed_in(a_staff_member).get(reverse("allegations:intake_adult")).url),
        (the_headteacher, reverse("allegations:detail", args=[about_a_teacher.reference])),
    ]
    for person, page in pages:
        assert "official statement" in signed_in(person).get(page).content.decode()


def test_a_read_one_is_not_read_a_second_time(about_a_teacher):
    about_a_teacher.state = State.READ
    with pytest.raises(WrongState):
        states.check_move(about_a_teacher, State.READ)


@pytest.mark.rule("ALG-01", "ALG-02", "ALG-03", "ROL-05", "ROL-06")
@pytest.mark.parametrize("who", HERE)
def test_every_page_answers_everybody_as_the_rule_says(about_a_teacher, about_the_headteacher, request, who):
    person = request.getfixturevalue(who)
    client = signed_in(person)
    for concern, reader in ((about_a_teacher, "the_headteacher"), (about_the_headteacher, "the_chair")):
        detail = client.get(reverse("allegations:detail", args=[concern.reference]))
        wanted = 200 if who == reader else 302 if who == "a_staff_member" else 404
        assert detail.status_code == wanted, (who, concern.route)
        receipt = client.get(reverse("allegations:sent", args=[concern.reference]))
        assert receipt.status_code == (200 if who == "a_staff_member" else 404)
    listed = client.get(reverse("allegations:received"))
    receives = who in ("the_headteacher", "the_acting_senior_teacher", "the_chair", "the_vice_chair")
    assert listed.status_code == (200 if receives else 404)
    html = listed.content.decode()
    assert (about_a_teacher.reference in html) == (who == "the_headteacher")
    assert (about_the_headteacher.reference in html) == (who == "the_chair")
