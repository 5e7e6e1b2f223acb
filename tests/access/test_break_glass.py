"""Opening a closed record: for whom, for how long, announced, reviewed."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from concerns import need_to_know
from concerns.models import Concern
from lps_safeguarding.access import acting, break_glass, conflicts
from lps_safeguarding.access.models import BreakGlass
from lps_safeguarding.access.refusals import NotThere, WrongState
from lps_safeguarding.audit_trail.models import TrailEntry
from lps_safeguarding.vault.references import new_reference
from tests.access.records import a_concern
from tests.cast import signed_in

REASON = "The hospital asks at once what is known about this child."


@pytest.fixture
def the_concern(a_staff_member, the_service, a_child, the_lead_dsl):
    return a_concern(author=a_staff_member, service=the_service, child=a_child)


@pytest.fixture
def the_head_opened(the_concern, the_headteacher, acting_as):
    with acting_as(the_headteacher):
        return break_glass.open(reference=the_concern.reference, by=the_headteacher, reason=REASON)


def just_proved(client):
    """The session has shown again who it is, a moment ago."""
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": timezone.now().timestamp(), "reauthenticated": True}
    ]
    session.save()
    return client


@pytest.mark.rule("ACC-03")
def test_the_headteacher_opens_a_closed_record_for_an_hour(the_head_opened, the_concern, the_headteacher, acting_as):
    with acting_as(the_headteacher):
        assert need_to_know.readable_by(the_headteacher).get().level == "full"
        assert list(Concern.objects.all()) == [the_concern]
        assert the_head_opened.expires_at - the_head_opened.opened_at == datetime.timedelta(minutes=60)
    with acting.as_the_system("time passes"):
        now = timezone.now()
        BreakGlass.objects.update(
            opened_at=now - datetime.timedelta(minutes=61), expires_at=now - datetime.timedelta(minutes=1)
        )
    with acting_as(the_headteacher):
        assert not need_to_know.readable_by(the_headteacher).exists()
        assert not Concern.objects.exists()
    with acting.as_the_system("Python alone"):
        assert not need_to_know.readable_by(the_headteacher).exists()


@pytest.mark.rule("ACC-03")
def test_it_is_announced_to_the_other_at_once_and_in_the_trail(
    the_head_opened, the_concern, the_headteacher, the_lead_dsl
):
    from lps_safeguarding.alerts.models import Alert

    assert the_head_opened.reviewer == the_lead_dsl
    with acting.as_the_system("look"):
        alert = Alert.objects.get(reason="break_glass")
    assert alert.recipient == the_lead_dsl
    entry = TrailEntry.objects.filter(act="opened_by_break_glass", record_id=str(the_concern.pk)).get()
    assert entry.person_id == the_headteacher.pk
    assert "hospital" not in entry.why


@pytest.mark.rule("ACC-03")
def test_without_announcement_no_opening(the_concern, the_headteacher, acting_as, monkeypatch):
    def broken(_opening):
        raise OSError("no room")

    monkeypatch.setattr(break_glass, "announce", [broken])
    with acting_as(the_headteacher), pytest.raises(OSError, match="no room"):
        break_glass.open(reference=the_concern.reference, by=the_headteacher, reason=REASON)
    with acting_as(the_headteacher):
        assert not Concern.objects.exists()


@pytest.mark.rule("ACC-03")
@pytest.mark.parametrize(
    "name",
    ["a_staff_member", "a_dsl_of_another_service", "the_chair", "the_administrator", "the_acting_senior_teacher"],
)
def test_nobody_else_may(name, the_concern, request, acting_as, the_headteacher):
    person = request.getfixturevalue(name)
    with acting_as(person), pytest.raises(PermissionDenied):
        break_glass.open(reference=the_concern.reference, by=person, reason=REASON)


@pytest.mark.rule("ACC-03", "ACC-02", "ACC-04")
def test_a_conflict_holds_against_break_glass_and_answers_like_a_missing_record(
    the_concern, the_headteacher, the_lead_dsl, acting_as
):
    with acting_as(the_lead_dsl):
        conflicts.declare(
            person=the_headteacher,
            by=the_lead_dsl,
            kind="subject",
            reason="is named in it",
            record=need_to_know.readable_by(the_lead_dsl).get(),
        )
    with acting_as(the_headteacher):
        for reference in (the_concern.reference, new_reference("C")):
            with pytest.raises(NotThere):
                break_glass.open(reference=reference, by=the_headteacher, reason=REASON)


@pytest.mark.rule("ACC-02", "ACC-03")
def test_a_conflict_set_afterwards_shuts_what_was_opened(
    the_head_opened, the_headteacher, the_lead_dsl, a_child, acting_as
):
    with acting_as(the_lead_dsl):
        conflicts.declare(person=the_headteacher, by=the_lead_dsl, kind="relative", reason="godfather", child=a_child)
    with acting_as(the_headteacher):
        assert not Concern.objects.exists()


def test_a_reason_is_needed_and_a_record_already_open_is_not_opened_again(
    the_head_opened, the_concern, the_headteacher, acting_as
):
    with acting_as(the_headteacher):
        with pytest.raises(WrongState, match="Say in a sentence"):
            break_glass.open(reference=the_concern.reference, by=the_headteacher, reason="urgent")
        with pytest.raises((WrongState, NotThere)):
            break_glass.open(reference=the_concern.reference, by=the_headteacher, reason=REASON)


@pytest.mark.rule("ACC-03")
def test_the_other_reviews_it_and_the_opener_cannot(the_head_opened, the_headteacher, the_lead_dsl, acting_as):
    with acting_as(the_headteacher), pytest.raises(PermissionDenied):
        break_glass.review(opening=the_head_opened, by=the_headteacher, finding="justified", note="fine")
    with acting_as(the_lead_dsl):
        row = break_glass.review(opening=the_head_opened, by=the_lead_dsl, finding="justified", note="right to do so")
        assert row.review_note == "right to do so"
        with pytest.raises(WrongState, match="already been reviewed"):
            break_glass.review(opening=the_head_opened, by=the_lead_dsl, finding="justified", note="again")


@pytest.mark.rule("ACC-03")
def test_the_review_is_due_within_two_working_days(db):
    friday = timezone.make_aware(datetime.datetime(2025, 10, 17, 16, 30))
    assert timezone.localtime(break_glass.review_due(friday)).date() == datetime.date(2025, 10, 21)


@pytest.mark.rule("ACC-03", "DEC-16")
def test_it_stays_open_for_the_hour_that_is_the_schools_setting(db):
    opened = timezone.make_aware(datetime.datetime(2025, 10, 17, 16, 30))
    assert break_glass.open_until(opened) - opened == datetime.timedelta(hours=1)


def test_the_database_holds_the_longest_time_and_the_other_reviewer(the_head_opened, the_headteacher):
    for change in (
        {"expires_at": the_head_opened.opened_at + datetime.timedelta(hours=13)},
        {"reviewer": the_headteacher},
        {"reviewed_by": the_headteacher, "reviewed_at": timezone.now(), "finding": "justified"},
    ):
        with acting.as_the_system("test"), pytest.raises(IntegrityError), transaction.atomic():
            BreakGlass.objects.filter(pk=the_head_opened.pk).update(**change)


def test_the_page_asks_again_who_one_is_and_keeps_nothing_typed_in_the_session(the_concern, the_headteacher):
    client = signed_in(the_headteacher)
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    proof = reverse("account_reauthenticate")
    assert client.get(reverse("access:break_glass_open"))["Location"].startswith(proof)
    answer = client.post(reverse("access:break_glass_open"), {"reference": the_concern.reference, "reason": REASON})
    assert answer.status_code == 302
    assert answer["Location"].startswith(proof)
    assert "hospital" not in str(dict(client.session))
    with acting.as_the_system("look"):
        assert not BreakGlass.objects.exists()


@pytest.mark.rule("ACC-03", "ACC-04")
def test_the_page_opens_shows_the_banner_and_answers_alike_for_missing(the_concern, the_headteacher, acting_as):
    client = just_proved(signed_in(the_headteacher))
    address = reverse("access:break_glass_open")
    answers = []
    for reference in (new_reference("C"), new_reference("X")):
        answer = client.post(address, {"reference": reference, "reason": REASON})
        answers.append((answer.status_code, "There is no record with this reference" in answer.content.decode()))
    assert answers == [(200, True)] * 2
    answer = client.post(address, {"reference": the_concern.reference.lower(), "reason": REASON})
    assert answer.status_code == 302
    page = client.get(reverse("access:break_glass_list")).content.decode()
    assert "A closed record is open to you" in page
    with acting_as(the_headteacher):
        opening = break_glass.open_now(the_headteacher).get()
    assert client.post(reverse("access:break_glass_close", args=[opening.pk])).status_code == 302
    with acting_as(the_headteacher):
        assert not Concern.objects.exists()


@pytest.mark.rule("ACC-03")
def test_the_other_reviews_it_on_the_page(the_head_opened, the_lead_dsl, the_headteacher, acting_as):
    address = reverse("access:break_glass_review", args=[the_head_opened.pk])
    assert signed_in(the_headteacher).get(address).status_code == 403
    client = signed_in(the_lead_dsl)
    assert "hospital" in client.get(address).content.decode()
    assert client.post(address, {"finding": "justified", "note": "right to do so"}).status_code == 302
    with acting_as(the_lead_dsl):
        assert break_glass.readable_by(the_lead_dsl).get().finding == "justified"


def test_an_injected_row_opens_nothing(the_concern, a_dsl_of_another_service, acting_as):
    from django.db.utils import ProgrammingError

    with acting_as(a_dsl_of_another_service), pytest.raises(ProgrammingError, match="row-level security"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO access_breakglass (id, record_type, record_id, reference, person_id, reason, opened_at,"
                " expires_at, reviewer_id, review_due_at, finding, review_note, key_id) VALUES (gen_random_uuid(),"
                f" 'concerns.concern', '{the_concern.pk}', '', {a_dsl_of_another_service.pk}, '', now(),"
                f" now() + interval '1 hour', {the_concern.author_id}, now(), '', '', '{the_concern.key_id}')"
            )
