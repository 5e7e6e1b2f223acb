"""The intake about an adult through a client: where it goes, what is refused, what is kept, and for whom it exists."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from allegations import operations
from allegations.models import IntakeDraft, StaffConcern
from allegations.terms import About, Route
from lps_safeguarding.access import acting
from lps_safeguarding.alerts.models import Alert
from lps_safeguarding.people.models import OutsideContact
from tests.cast import signed_in
from tests.concerns.reporting import posting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_people(the_headteacher, the_acting_senior_teacher, the_chair, the_vice_chair, the_lead_dsl):
    OutsideContact.objects.create(name="LADO", what_for="Allegations about adults", telephone="0116 496 0440")


@pytest.fixture
def reporter(a_staff_member):
    return signed_in(a_staff_member)


def all_of(model):
    with acting.as_the_system("test"):
        return list(model.objects.select_related("key"))


def text_of(answer) -> str:
    return answer.content.decode()


SAID = {"what_happened": "He pulled him by the arm 😔", "action": "send"}


@pytest.mark.rule("ALG-01", "CON-02")
def test_about_an_adult_found_by_name(reporter, another_staff_member, the_headteacher):
    found = text_of(reporter.post(reverse("allegations:adult_find"), {"adult_name": "jo vick"}))
    assert "Jo Vickers" in found
    assert reporter.get(reverse("allegations:adult_find")).status_code == 405
    url = posting.begin(reporter, "allegations:intake_adult")
    answer = reporter.post(url, {**SAID, "adult": str(another_staff_member.adult_id)})
    (concern,) = all_of(StaffConcern)
    assert answer.url == reverse("allegations:sent", args=[concern.reference])
    assert (concern.subject, concern.route, concern.routed_to) == (
        another_staff_member.adult,
        Route.HEADTEACHER,
        the_headteacher,
    )
    assert concern.what_happened == SAID["what_happened"]


@pytest.mark.rule("ALG-02")
@pytest.mark.parametrize("action", ["send", "find", "later"])
def test_the_headteacher_chosen_by_name_leads_to_the_chairs_form_before_anything_else(
    reporter, the_headteacher, the_chair, action
):
    url = posting.begin(reporter, "allegations:intake_adult")
    answer = reporter.post(url, SAID | {"adult": str(the_headteacher.adult_id), "action": action})
    chairs = reverse("allegations:intake_headteacher_form", args=[posting.key_of(url)])
    assert answer.url == chairs
    assert not all_of(StaffConcern)
    assert not Alert.objects.exists()
    assert "He pulled him by the arm" in text_of(reporter.get(chairs))
    assert reporter.get(url).url == chairs
    reporter.post(chairs, SAID)
    (concern,) = all_of(StaffConcern)
    assert (concern.about, concern.subject, concern.routed_to) == (
        About.HEADTEACHER,
        the_headteacher.adult,
        the_chair,
    )
    assert set(Alert.objects.values_list("recipient", flat=True)) == {the_chair.pk}


@pytest.mark.rule("ALG-02")
@pytest.mark.parametrize("typed", ["Mr Pemberton", "the head teacher", "our Headteacher did", "pemberton, H."])
def test_a_typed_name_that_reads_like_the_headteacher_is_asked_about_first(reporter, the_chair, typed):
    url = posting.begin(reporter, "allegations:intake_adult")
    page = text_of(reporter.post(url, {**SAID, "subject_typed": typed}))
    assert "Is it about Dr H. Pemberton, the headteacher?" in page
    assert "Answer this, so that it reaches the right person" in page
    assert not all_of(StaffConcern)
    answer = reporter.post(url, {**SAID, "subject_typed": typed, "is_headteacher": "yes"})
    assert answer.url == reverse("allegations:intake_headteacher_form", args=[posting.key_of(url)])


def test_somebody_else_with_that_name_goes_on_to_the_headteacher(reporter, the_headteacher):
    url = posting.begin(reporter, "allegations:intake_adult")
    reporter.post(url, {**SAID, "subject_typed": "Pemberton the plumber", "is_headteacher": "no"})
    assert [concern.routed_to for concern in all_of(StaffConcern)] == [the_headteacher]


@pytest.mark.rule("ALG-02")
def test_with_the_chair_part_of_it_the_lados_number_is_shown_and_the_vice_chair_gets_it(
    reporter, the_vice_chair, the_chair, the_headteacher
):
    url = posting.begin(reporter, "allegations:intake_headteacher")
    assert "0116 496 0440" in text_of(reporter.get(url))
    page = text_of(reporter.post(url, {**SAID, "chair_is_part": "on"}, follow=True))
    assert "Ring LADO: 0116 496 0440" in page
    (concern,) = all_of(StaffConcern)
    assert (concern.route, concern.routed_to) == (Route.VICE_CHAIR, the_vice_chair)
    assert {concern.subject, concern.second_subject} == {the_headteacher.adult, the_chair.adult}


@pytest.mark.rule("CON-02")
@pytest.mark.parametrize(
    ("answers", "page"),
    [
        (("yes", "yes", "yes"), "allegations:intake_headteacher"),
        (("no", "yes", "yes"), "allegations:intake_adult"),
        (("no", "no", "yes"), "concerns:log_immediate"),
    ],
)
def test_not_sure_leads_to_the_right_place(reporter, answers, page):
    posted = dict(zip(("headteacher", "adult", "child"), answers, strict=True))
    assert reporter.post(reverse("allegations:intake_not_sure"), posted).url == reverse(page)


def test_all_no_leads_to_a_person(reporter):
    page = text_of(
        reporter.post(reverse("allegations:intake_not_sure"), {"headteacher": "no", "adult": "no", "child": "no"})
    )
    assert "Ms L. Farrow, the lead DSL" in page
    assert "0116 496 0440" in page


def test_what_is_missing_is_said_and_what_was_typed_stays(reporter):
    url = posting.begin(reporter, "allegations:intake_adult")
    page = text_of(reporter.post(url, {"action": "send", "place": "Minibus"}))
    assert "Say who it is about" in page
    assert "Write down what you saw or heard" in page
    assert 'value="Minibus"' in page
    tomorrow = timezone.localtime() + datetime.timedelta(days=1)
    boxes = (str(tomorrow.day), str(tomorrow.month), str(tomorrow.year), "10:00")
    future = {f"happened_at_{place}": text for place, text in enumerate(boxes)}
    page = text_of(reporter.post(url, {**SAID, **future, "subject_typed": "the driver"}))
    assert "cannot be in the future" in page
    page = text_of(reporter.post(url, SAID | {"subject_typed": "x", "what_happened": "x" * 100_001}))
    assert "This has 100,001 characters" in page
    for forged in ("999999999", "-1", "x", "١"):
        page = text_of(reporter.post(url, SAID | {"adult": forged}))
        assert "is not on the list" in page
    assert not all_of(StaffConcern)


@pytest.mark.rule("CON-18")
def test_sending_twice_makes_one(reporter):
    url = posting.begin(reporter, "allegations:intake_adult")
    first, second = (reporter.post(url, {**SAID, "subject_typed": "the driver"}) for _ in range(2))
    assert first.url == second.url == reporter.get(url).url
    assert len(all_of(StaffConcern)) == 1
    assert Alert.objects.count() == 1
    late = reporter.post(reverse("allegations:draft_save", args=[posting.key_of(url)]), SAID)
    assert late.status_code == 409
    assert not all_of(IntakeDraft)


@pytest.mark.rule("CON-18", "ALG-03")
def test_a_draft_is_kept_for_its_writer_alone(reporter, the_headteacher, another_staff_member):
    url = posting.begin(reporter, "allegations:intake_headteacher")
    key = posting.key_of(url)
    saved = reporter.post(
        reverse("allegations:draft_save", args=[key]), {"what_happened": "He took", "about": "headteacher"}
    )
    assert saved.json()["draft"] == str(key)
    assert "He took" in text_of(reporter.get(url))
    assert url in text_of(reporter.get(reverse("allegations:mine")))
    for person in (the_headteacher, another_staff_member):
        other = signed_in(person)
        for name in ("intake_headteacher_form", "intake_adult_form", "draft_discard"):
            assert other.get(reverse(f"allegations:{name}", args=[key])).status_code == 404
        assert other.post(reverse("allegations:draft_save", args=[key]), {"place": "x"}).status_code == 404
    discard = reverse("allegations:draft_discard", args=[key])
    assert reporter.get(discard).status_code == 200
    reporter.post(discard)
    assert not all_of(IntakeDraft)


@pytest.mark.rule("CON-18")
def test_what_is_posted_after_the_session_has_ended_is_kept_for_the_writer(reporter, a_staff_member):
    url = posting.begin(reporter, "allegations:intake_headteacher")
    slip = posting.slip_in(reporter.get(url).content)
    session = reporter.session
    session["seen_at"] = 0
    session.save()
    answer = reporter.post(url, SAID | {"writer": slip})
    assert answer.status_code == 302
    assert "pulled" not in text_of(answer)
    assert not all_of(StaffConcern)
    assert "He pulled him by the arm" in text_of(signed_in(a_staff_member).get(url))


@pytest.mark.rule("CON-18")
def test_old_drafts_are_announced_and_then_deleted(a_staff_member):
    with acting.as_person(a_staff_member):
        operations.save_draft(by=a_staff_member, draft_id=uuid.uuid4(), about=About.ADULT, typed={"place": ["x"]})
    now = timezone.now()
    with acting.as_the_system("test"):
        assert operations.delete_old_drafts(now=now) == (0, 0)
        assert operations.delete_old_drafts(now=now + datetime.timedelta(days=6, hours=1)) == (1, 0)
        assert operations.delete_old_drafts(now=now + datetime.timedelta(days=7, hours=1)) == (0, 1)
    assert not all_of(IntakeDraft)
    assert Alert.objects.get().recipient == a_staff_member


@pytest.mark.rule("ALG-01", "ALG-02")
def test_the_alert_says_nothing_of_what_it_is_about(reporter, the_chair):
    from lps_safeguarding.alerts import registry

    url = posting.begin(reporter, "allegations:intake_headteacher")
    reporter.post(url, SAID)
    alert = Alert.objects.get(recipient=the_chair)
    reason = registry.reason(alert.reason)
    words = f"{reason.subject} {reason.line} {reason.on_screen}".lower()
    assert not any(word in words for word in ("headteacher", "adult", "staff", "allegation", "pemberton", "arm"))
    assert reason.private
