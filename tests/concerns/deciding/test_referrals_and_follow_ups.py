"""The pages of a referral and of a follow-up, and the document that leaves the school."""

import datetime
import io

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone

from concerns.models import Concern, FollowUp, Referral
from concerns.redaction import PLACEHOLDER, names_of, without_names
from concerns.states import FollowUpState, ReferralState
from lps_safeguarding.access import acting
from lps_safeguarding.audit_trail.models import TrailEntry
from lps_safeguarding.people.models import Child
from lps_safeguarding.web import pdf
from tests.cast import signed_in
from tests.concerns.deciding import posted
from tests.concerns.factories import a_decision, referral

pytestmark = pytest.mark.django_db


@pytest.fixture
def a_referral(a_read_concern, a_dsl_of_the_service):
    long_ago = timezone.now() - datetime.timedelta(days=15)
    a_decision(
        a_read_concern,
        by=a_dsl_of_the_service,
        harm_seen="at_risk",
        options=["social_care"],
        referrals=[referral(made_at=long_ago)],
    )
    with acting.as_the_system("test"):
        return Referral.objects.get(concern=a_read_concern)


def page_of(a_referral, person):
    return signed_in(person).get(reverse("concerns:referral_detail", args=[a_referral.reference]))


def answer(a_referral, person, step, /, **given):
    form = {f"{step}-{name}": value for name, value in given.items()} | {"what": step}
    return signed_in(person).post(reverse("concerns:referral_answer", args=[a_referral.reference]), form)


def now(record):
    with acting.as_the_system("test"):
        return type(record).objects.select_related("key").get(pk=record.pk)


class TestReferral:
    @pytest.mark.rule("DEC-10")
    def test_no_answer_in_time_is_said_in_words(self, a_referral, a_dsl_of_the_service):
        text = page_of(a_referral, a_dsl_of_the_service).content.decode()
        assert "No answer in time" in text
        assert "Duty worker Lin" in text

    @pytest.mark.rule("DEC-10")
    def test_acknowledged_then_answered_then_reviewed(self, a_referral, a_dsl_of_the_service):
        at = posted.parts_of(timezone.now(), "at")
        first = answer(a_referral, a_dsl_of_the_service, "acknowledge", version=1, their_reference="DA-1", **at)
        assert first.status_code == 302
        review = posted.day_parts(timezone.localdate() + datetime.timedelta(days=14), "next_review_on")
        second = answer(
            a_referral, a_dsl_of_the_service, "answer", version=2, answer="Assessment opened.", **at, **review
        )
        assert second.status_code == 302
        made = now(a_referral)
        assert made.state == ReferralState.OUTCOME_KNOWN
        assert made.their_reference == "DA-1"
        assert made.next_review_on
        assert "Assessment opened." in page_of(a_referral, a_dsl_of_the_service).content.decode()

    @pytest.mark.rule("DEC-10")
    def test_taking_it_further_is_recorded(self, a_referral, a_dsl_of_the_service):
        bare = answer(a_referral, a_dsl_of_the_service, "escalate", version=1, what="")
        assert "Say to whom you took it" in bare.content.decode()
        done = answer(a_referral, a_dsl_of_the_service, "escalate", version=1, what="Rang the team manager.")
        assert done.status_code == 302
        assert "Rang the team manager." in page_of(a_referral, a_dsl_of_the_service).content.decode()

    @pytest.mark.rule("DEC-10")
    def test_asking_again_is_kept_each_time_and_changes_nothing_else(self, a_referral, a_dsl_of_the_service):
        bare = answer(a_referral, a_dsl_of_the_service, "chase", version=1, what="")
        assert "Say whom you asked and what they said" in bare.content.decode()
        assert (
            answer(a_referral, a_dsl_of_the_service, "chase", version=1, what="Rang: nobody there.").status_code == 302
        )
        assert answer(a_referral, a_dsl_of_the_service, "chase", version=2, what="Left a message.").status_code == 302
        page = page_of(a_referral, a_dsl_of_the_service).content.decode()
        assert "Rang: nobody there." in page and "Left a message." in page
        assert "No answer in time" in page
        made = now(a_referral)
        assert (made.state, made.chased_at is not None, made.escalation) == (ReferralState.MADE, True, "")

    @pytest.mark.rule("DEC-10")
    def test_it_is_confirmed_in_writing_on_a_day_that_can_be(self, a_referral, a_dsl_of_the_service):
        def confirm(day):
            boxes = posted.day_parts(day, "confirmed_on")
            return answer(a_referral, a_dsl_of_the_service, "confirm", version=1, **boxes)

        today = timezone.localdate()
        made_on = timezone.localdate(a_referral.made_at)
        assert "before the referral was made" in confirm(made_on - datetime.timedelta(days=1)).content.decode()
        assert confirm(today + datetime.timedelta(days=1)).status_code == 200
        assert now(a_referral).confirmed_in_writing_on is None
        assert confirm(made_on + datetime.timedelta(days=1)).status_code == 302
        assert now(a_referral).confirmed_in_writing_on == made_on + datetime.timedelta(days=1)

    @pytest.mark.rule("DEC-03", "DEC-10")
    @pytest.mark.parametrize(
        ("agency", "asked_for"),
        [
            ("social_care", "What the school does meanwhile"),
            ("channel", "what they say, do, share or support"),
            ("cyber_choices", "what they can do with computers"),
        ],
    )
    def test_the_document_has_the_headings_that_its_agency_asks_for(
        self, a_read_concern, a_dsl_of_the_service, agency, asked_for, monkeypatch
    ):
        a_decision(a_read_concern, by=a_dsl_of_the_service, options=[agency], referrals=[referral(agency=agency)])
        with acting.as_the_system("test"):
            made = Referral.objects.get(concern=a_read_concern)
        seen = {}
        monkeypatch.setattr(pdf, "render", lambda template, context, **more: seen.update(context) or b"%PDF-")
        address = reverse("concerns:referral_document", args=[made.reference])
        assert signed_in(a_dsl_of_the_service).get(address).status_code == 200
        assert asked_for in " ".join(seen["headings"])
        assert len(seen["headings"]) == 8

    def test_two_at_once_the_second_keeps_what_was_typed(self, a_referral, a_dsl_of_the_service, the_lead_dsl):
        at = posted.parts_of(timezone.now(), "at")
        answer(a_referral, a_dsl_of_the_service, "acknowledge", version=1, **at)
        second = answer(a_referral, the_lead_dsl, "answer", version=1, answer="They take it on.", **at)
        text = second.content.decode()
        assert "Somebody else changed this" in text
        assert "They take it on." in text
        again = answer(
            a_referral,
            the_lead_dsl,
            "answer",
            version=posted.hidden(second, "answer-version"),
            answer="They take it on.",
            **at,
        )
        assert again.status_code == 302

    @pytest.mark.rule("ACC-04")
    @pytest.mark.parametrize(
        "who", ["a_staff_member", "a_dsl_of_another_service", "the_headteacher", "the_administrator"]
    )
    def test_for_others_it_does_not_exist(self, a_referral, who, request):
        person = request.getfixturevalue(who)
        assert page_of(a_referral, person).status_code == 404
        document = reverse("concerns:referral_document", args=[a_referral.reference])
        assert signed_in(person).get(document).status_code == 404

    @pytest.mark.rule("DEC-10")
    def test_a_referral_decided_first_can_be_recorded_later(self, a_read_concern, a_dsl_of_the_service):
        a_decision(a_read_concern, by=a_dsl_of_the_service, harm_seen="at_risk", options=["social_care"])
        given = {
            "agency": "social_care",
            "method": "telephone",
            "urgency": "same_day",
            "what_was_shared": "All of it.",
            "ground": "consent",
            **posted.parts_of(timezone.now(), "made_at"),
        }
        done = signed_in(a_dsl_of_the_service).post(
            reverse("concerns:referral_add", args=[a_read_concern.reference]), given
        )
        assert done.status_code == 302
        with acting.as_the_system("test"):
            assert Referral.objects.filter(concern=a_read_concern).count() == 1


class TestDocument:
    @pytest.mark.rule("DEC-10")
    def test_it_is_a_tagged_pdf_without_a_name_in_title_or_file_name(self, a_referral, a_dsl_of_the_service):
        answer = signed_in(a_dsl_of_the_service).get(
            reverse("concerns:referral_document", args=[a_referral.reference])
        )
        assert answer["Content-Type"] == "application/pdf"
        assert "Ashdown" not in answer["Content-Disposition"]
        document = pikepdf.open(io.BytesIO(answer.content))
        assert document.Root.MarkInfo.Marked
        assert str(document.docinfo["/Title"]) == f"Referral {a_referral.reference}"
        assert TrailEntry.objects.filter(act="printed", record_id=str(a_referral.pk)).exists()

    @pytest.mark.rule("CON-14")
    def test_names_of_other_children_are_taken_out(self):
        own = Child(first_name="Callie", last_name="Marlowe")
        sister = Child(first_name="Tia", last_name="Marlowe")
        friend = Child(first_name="Jonathan", last_name="Reed-Lacey", known_as="Jono")
        text = "Callie and Tia Marlowe, tia’s friend JONO, Jonathan  Reed-Lacey. Not: Tiara, Marlowe Street."
        cleaned = without_names(text, [sister, friend], keep=own)
        assert cleaned == (
            f"Callie and {PLACEHOLDER}, {PLACEHOLDER}’s friend {PLACEHOLDER}, {PLACEHOLDER}. Not: Tiara, Marlowe Street."
        )
        assert names_of(friend)[0] == "Jonathan Reed-Lacey"


class TestFollowUp:
    @pytest.fixture
    def a_follow_up(self, a_read_concern, a_dsl_of_the_service, another_staff_member):
        due = timezone.localdate() + datetime.timedelta(days=1)
        a_decision(
            a_read_concern,
            by=a_dsl_of_the_service,
            follow_ups=[{"owner": another_staff_member, "due_on": due, "what": "Ask how the bus is."}],
        )
        with acting.as_the_system("test"):
            return FollowUp.objects.get(concern=a_read_concern)

    @pytest.mark.rule("DEC-13")
    def test_the_owner_sees_what_to_do_and_nothing_of_the_concern(
        self, a_follow_up, another_staff_member, a_read_concern
    ):
        page = signed_in(another_staff_member).get(reverse("concerns:follow_up_detail", args=[a_follow_up.reference]))
        text = page.content.decode()
        assert "Ask how the bus is." in text
        for hidden in ("Ashdown", a_read_concern.reference, "coat", "third time"):
            assert hidden not in text
        assert (
            signed_in(another_staff_member)
            .get(reverse("concerns:concern_detail", args=[a_read_concern.reference]))
            .status_code
            == 404
        )

    @pytest.mark.rule("DEC-13")
    def test_done_or_not_needed_with_a_note_and_open_again(self, a_follow_up, another_staff_member):
        client = signed_in(another_staff_member)
        end = reverse("concerns:follow_up_end", args=[a_follow_up.reference])
        assert (
            "Say why this is no longer needed"
            in client.post(end, {"version": 1, "state": "cancelled", "note": ""}).content.decode()
        )
        assert client.post(end, {"version": 1, "state": "done", "note": "She laughed."}).status_code == 302
        assert now(a_follow_up).state == FollowUpState.DONE
        again = client.post(end, {"version": 2, "state": "done", "note": ""})
        assert "marked “done” already" in again.content.decode()
        client.post(reverse("concerns:follow_up_reopen", args=[a_follow_up.reference]))
        assert now(a_follow_up).state == FollowUpState.OPEN

    @pytest.mark.rule("ACC-04")
    @pytest.mark.parametrize("who", ["a_staff_member", "a_dsl_of_another_service", "the_administrator"])
    def test_for_others_it_does_not_exist(self, a_follow_up, who, request):
        client = signed_in(request.getfixturevalue(who))
        assert client.get(reverse("concerns:follow_up_detail", args=[a_follow_up.reference])).status_code == 404
        assert client.post(reverse("concerns:follow_up_end", args=[a_follow_up.reference])).status_code == 404


class TestDocuments:
    def test_a_document_is_kept_and_a_picture_is_refused_with_a_sentence(self, a_read_concern, a_dsl_of_the_service):
        from django.core.files.uploadedfile import SimpleUploadedFile

        client = signed_in(a_dsl_of_the_service)
        address = reverse("concerns:file_add", args=[a_read_concern.reference])
        png = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
        refused = client.post(address, {"document": SimpleUploadedFile("letter.pdf", png)})
        assert "no pictures are kept here" in refused.content.decode()
        kept = client.post(address, {"document": SimpleUploadedFile("letter.txt", b"Dear school, hello there.\n")})
        assert kept.status_code == 302
        with acting.as_the_system("test"):
            filed = Concern.objects.get(pk=a_read_concern.pk).files.get()
        answer = client.get(reverse("concerns:file_get", args=[a_read_concern.reference, filed.pk]))
        assert answer.content == b"Dear school, hello there.\n"
        assert answer["X-Content-Type-Options"] == "nosniff"

    @pytest.mark.rule("ACC-04")
    def test_a_file_of_another_concern_is_not_found(
        self, a_read_concern, a_dsl_of_another_service, a_dsl_of_the_service
    ):
        import uuid

        for person in (a_dsl_of_another_service, a_dsl_of_the_service):
            address = reverse("concerns:file_get", args=[a_read_concern.reference, uuid.uuid4()])
            assert signed_in(person).get(address).status_code == 404
