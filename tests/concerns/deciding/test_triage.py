"""One concern from the DSL's side: who sees which page, and the decision recorded on one screen."""

import datetime
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from concerns.models import Concern, Decision, Draft, FollowUp, Referral
from concerns.proposals import propose
from concerns.states import State
from concerns.terms import NOT_CHOSEN_BY_HAND, REFERRAL_OPTIONS, HarmSeen, Option
from lps_safeguarding.access import acting, sharing
from lps_safeguarding.access.levels import Level
from tests.cast import signed_in
from tests.concerns.deciding import posted
from tests.concerns.factories import a_concern, a_decision, read, referral

pytestmark = pytest.mark.django_db


def page_of(concern, person):
    return signed_in(person).get(reverse("concerns:concern_detail", args=[concern.reference]))


def post_decision(concern, person, given):
    return signed_in(person).post(reverse("concerns:decision_add", args=[concern.reference]), given)


def as_it_is(concern):
    with acting.as_the_system("test"):
        return Concern.objects.get(pk=concern.pk)


class TestWhoSeesWhat:
    def test_a_dsl_of_the_service_sees_the_triage_screen_and_has_read_it(self, a_pink_concern, a_dsl_of_the_service):
        page = page_of(a_pink_concern, a_dsl_of_the_service)
        assert page.status_code == 200
        text = page.content.decode()
        assert "I do not want to go home." in text
        assert "Record the decision" in text
        now = as_it_is(a_pink_concern)
        assert now.state == State.READ
        assert now.read_by_id == a_dsl_of_the_service.pk

    @pytest.mark.rule("ACC-04")
    @pytest.mark.parametrize(
        "who",
        ["another_staff_member", "a_dsl_of_another_service", "the_administrator", "a_committee_member", "the_chair"],
    )
    def test_for_everybody_else_it_does_not_exist(self, a_pink_concern, who, request):
        person = request.getfixturevalue(who)
        page = page_of(a_pink_concern, person)
        missing = signed_in(person).get(reverse("concerns:concern_detail", args=["C-2222-2222"]))
        assert page.status_code == missing.status_code == 404
        assert b"go home" not in page.content

    @pytest.mark.rule("CON-12")
    def test_the_reporter_sees_their_own_entry_and_not_the_triage(
        self, a_pink_concern, a_staff_member, a_dsl_of_the_service
    ):
        read(a_pink_concern, by=a_dsl_of_the_service)
        a_decision(a_pink_concern, by=a_dsl_of_the_service, rationale="Secret rationale.")
        page = page_of(a_pink_concern, a_staff_member)
        assert page.status_code == 200
        assert b"Secret rationale." not in page.content
        assert b"Record the decision" not in page.content

    @pytest.mark.rule("ACC-01")
    def test_a_summary_holds_no_account_and_no_reason(
        self, a_pink_concern, a_dsl_of_the_service, the_headteacher, acting_as
    ):
        read(a_pink_concern, by=a_dsl_of_the_service)
        a_decision(
            a_pink_concern,
            by=a_dsl_of_the_service,
            harm_seen="at_risk",
            options=["social_care"],
            rationale="Secret rationale.",
            referrals=[referral()],
        )
        page = page_of(a_pink_concern, the_headteacher)
        assert page.status_code == 200
        text = page.content.decode()
        assert "Children’s social care" in text
        assert "You see a summary" in text
        for secret in ("go home", "Secret rationale", "Duty worker", "who lives at home"):
            assert secret not in text

    def test_no_name_of_a_child_in_title_or_address(self, a_pink_concern, a_dsl_of_the_service, a_child):
        page = page_of(a_pink_concern, a_dsl_of_the_service)
        title = page.content.decode().split("</title>")[0]
        assert a_child.last_name not in title
        assert a_child.last_name not in page.request["PATH_INFO"]


class TestTheScreen:
    @pytest.mark.rule("CON-09")
    def test_empty_boxes_are_left_out_and_full_ones_are_as_written(
        self, a_staff_member, a_child, a_dsl_of_the_service
    ):
        concern = a_concern(
            by=a_staff_member,
            child=a_child,
            passed_to=a_dsl_of_the_service,
            childs_words="“Innit <b>bare</b> long”\n\nthen nothing",
            who_was_present="",
        )
        text = page_of(concern, a_dsl_of_the_service).content.decode()
        assert "“Innit &lt;b&gt;bare&lt;/b&gt; long”\n\nthen nothing" in text
        assert "The child’s own words" in text
        assert "Who was present" not in text

    @pytest.mark.rule("CON-10")
    def test_wishes_of_the_account_are_filled_in(self, a_pink_concern, a_dsl_of_the_service):
        page = page_of(a_pink_concern, a_dsl_of_the_service)
        assert page.context["triage"].decision["childs_wishes"].value() == "Wants to stay with an aunt."

    def test_other_entries_about_the_child_are_beside_it(
        self, a_pink_concern, a_dsl_of_the_service, a_staff_member, a_child
    ):
        for _ in range(7):
            other = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
        page = page_of(a_pink_concern, a_dsl_of_the_service)
        (card,) = page.context["case"].children
        assert len(card.before) == 5
        assert reverse("concerns:concern_detail", args=[other.reference]) in page.content.decode()

    @pytest.mark.rule("DEC-04")
    def test_the_page_knows_what_each_finding_proposes(self, a_pink_concern, a_dsl_of_the_service):
        page = page_of(a_pink_concern, a_dsl_of_the_service)
        text = page.content.decode()
        known = json.loads(text.split('<script id="proposals" type="application/json">')[1].split("</script>")[0])
        for harm in HarmSeen.values:
            by_script = {
                rule["option"]
                for rule in known
                if (not rule["findings"] or harm in rule["findings"])
                and (not rule["kinds"] or "knife_crime" in rule["kinds"])
            }
            assert by_script == {str(each.option) for each in propose(harm, ["knife_crime"])}

    @pytest.mark.rule("DEC-04")
    def test_without_javascript_a_button_ticks_what_is_proposed(self, a_pink_concern, a_dsl_of_the_service):
        first = page_of(a_pink_concern, a_dsl_of_the_service)
        page = post_decision(
            a_pink_concern,
            a_dsl_of_the_service,
            posted.decision(first, harm_seen="immediate_danger", options=[], step="proposals"),
        )
        text = page.content.decode()
        assert page.context["triage"].decision["options"].value() == ["social_care", "police"]
        assert "Proposed because the child is in immediate danger." in text
        assert "Referral: Children’s social care" in text
        assert "Nothing else is known. We keep an eye on it." in text
        assert "There is a problem" not in text

    def test_the_number_of_queries_does_not_grow(
        self, a_pink_concern, a_dsl_of_the_service, a_staff_member, a_child, django_assert_max_num_queries
    ):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client = signed_in(a_dsl_of_the_service)
        address = reverse("concerns:concern_detail", args=[a_pink_concern.reference])
        client.get(address)
        a_decision(
            a_pink_concern, by=a_dsl_of_the_service, feedback="Seen.", referrals=[referral()], options=["social_care"]
        )
        with CaptureQueriesContext(
            connection,
        ) as few:
            client.get(address)
        for _ in range(4):
            a_decision(
                a_pink_concern,
                by=a_dsl_of_the_service,
                feedback="Seen.",
                referrals=[referral()],
                options=["social_care"],
            )
            a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
        with CaptureQueriesContext(connection) as many:
            client.get(address)
        assert len(many) <= len(few), "\n".join(q["sql"][:150] for q in many)


class TestDeciding:
    @pytest.mark.rule("DEC-02")
    def test_one_press_records_the_whole_triage(
        self, a_pink_concern, a_dsl_of_the_service, a_staff_member, the_lead_dsl
    ):
        page = page_of(a_pink_concern, a_dsl_of_the_service)
        due = timezone.localdate() + datetime.timedelta(days=3)
        given = posted.decision(
            page,
            harm_seen="at_risk",
            options=["social_care", "support_in_school"],
            kinds=["neglect"],
            took_part="Ms Farrow by telephone",
            feedback="Thank you. It is in hand.",
            assigned_to=the_lead_dsl.pk,
            **posted.referral(),
            **{
                "follow_up-0-what": "Greet the child at the gate.",
                "follow_up-0-owner": "Tom Harland, Teacher",
                **posted.day_parts(due, "follow_up-0-due_on"),
            },
        )
        answer = post_decision(a_pink_concern, a_dsl_of_the_service, given)
        assert answer.status_code == 302, answer.context["summary"]
        with acting.as_the_system("test"):
            decision = Decision.objects.select_related("key").get(concern=a_pink_concern)
            assert decision.options == ["support_in_school", "social_care"]
            assert decision.rationale == "Nothing else is known. We keep an eye on it."
            assert decision.took_part == "Ms Farrow by telephone"
            assert decision.by == a_dsl_of_the_service
            made = Referral.objects.select_related("key").get(concern=a_pink_concern)
            assert made.person_spoken_to == "Duty worker Lin"
            follow_up = FollowUp.objects.get(concern=a_pink_concern)
            assert follow_up.owner == a_staff_member
            assert follow_up.due_on == due
            now = Concern.objects.get(pk=a_pink_concern.pk)
            assert now.state == State.DECIDED
            assert now.assigned_to == the_lead_dsl
            assert now.kinds == ["neglect"]
            assert now.feedback.count() == 1

    @pytest.mark.rule("DEC-02", "CON-10", "DEC-09")
    def test_what_is_missing_is_said_in_sentences_and_nothing_is_lost(self, a_pink_concern, a_dsl_of_the_service):
        page = page_of(a_pink_concern, a_dsl_of_the_service)
        given = posted.decision(
            page, rationale="", childs_wishes="", parents_informed="yes", took_part="Kept words", options=["monitor"]
        )
        answer = post_decision(a_pink_concern, a_dsl_of_the_service, given)
        text = answer.content.decode()
        for sentence in (
            "Say why you decide this",
            "Write down the child’s wishes and feelings",
            "Say when the parents or carers were told",
            "Say what they were told",
        ):
            assert sentence in text
        assert "Kept words" in text
        assert text.count('<h2 class="govuk-error-summary__title"') == 1

    @pytest.mark.rule("DEC-04")
    def test_leaving_out_what_is_proposed_needs_a_reason(self, a_pink_concern, a_dsl_of_the_service):
        page = page_of(a_pink_concern, a_dsl_of_the_service)
        without = posted.decision(page, harm_seen="harmed", options=["monitor"])
        refused = post_decision(a_pink_concern, a_dsl_of_the_service, without)
        assert "Children’s social care (Duty and Advice): proposed and not chosen" in refused.content.decode()
        with_reason = without | {"not_referred_reason": "Duty and Advice asked us to wait."}
        assert post_decision(a_pink_concern, a_dsl_of_the_service, with_reason).status_code == 302

    @pytest.mark.rule("DEC-10")
    def test_a_chosen_referral_asks_whether_it_is_made(self, a_pink_concern, a_dsl_of_the_service):
        page = page_of(a_pink_concern, a_dsl_of_the_service)
        given = posted.decision(page, harm_seen="at_risk", options=["social_care"])
        refused = post_decision(a_pink_concern, a_dsl_of_the_service, given)
        text = refused.content.decode()
        assert "Say below whether the referral has been made: Children’s social care" in text
        assert 'name="referral-social_care-person_spoken_to"' in text
        later = post_decision(a_pink_concern, a_dsl_of_the_service, given | {"referral-social_care-made": "later"})
        assert later.status_code == 302
        with acting.as_the_system("test"):
            reminder = FollowUp.objects.get(concern=a_pink_concern)
            assert reminder.owner == a_dsl_of_the_service
            assert reminder.due_on == timezone.localdate()

    @pytest.mark.rule("DEC-09", "DEC-10")
    def test_a_referral_without_consent_needs_the_ground(self, a_pink_concern, a_dsl_of_the_service):
        page = page_of(a_pink_concern, a_dsl_of_the_service)
        given = posted.decision(
            page, harm_seen="at_risk", options=["social_care"], **posted.referral(ground="risk_if_asked")
        )
        refused = post_decision(a_pink_concern, a_dsl_of_the_service, given)
        assert "Say in a sentence why you shared it without consent" in refused.content.decode()

    @pytest.mark.rule("DEC-03")
    def test_every_option_can_be_chosen_and_referrals_not_yet_made_become_reminders(
        self, a_pink_concern, a_dsl_of_the_service
    ):
        page = page_of(a_pink_concern, a_dsl_of_the_service)
        every = [value for value in Option.values if value not in NOT_CHOSEN_BY_HAND]
        assert len(every) == 16
        later = {f"referral-{option}-made": "later" for option in REFERRAL_OPTIONS}
        given = posted.decision(page, harm_seen="at_risk", options=every, **later)
        assert post_decision(a_pink_concern, a_dsl_of_the_service, given).status_code == 302
        with acting.as_the_system("test"):
            assert Decision.objects.get(concern=a_pink_concern).options == every
            assert FollowUp.objects.filter(concern=a_pink_concern).count() == len(REFERRAL_OPTIONS)

    @pytest.mark.rule("DEC-03", "DEC-14")
    def test_closing_is_no_option_of_the_form(self, a_pink_concern, a_dsl_of_the_service):
        page = page_of(a_pink_concern, a_dsl_of_the_service)
        given = posted.decision(page, options=["monitor", "close"])
        assert post_decision(a_pink_concern, a_dsl_of_the_service, given).status_code == 200
        with acting.as_the_system("test"):
            assert not Decision.objects.exists()

    def test_a_double_click_records_one_decision(self, a_pink_concern, a_dsl_of_the_service):
        page = page_of(a_pink_concern, a_dsl_of_the_service)
        given = posted.decision(page)
        assert post_decision(a_pink_concern, a_dsl_of_the_service, given).status_code == 302
        assert post_decision(a_pink_concern, a_dsl_of_the_service, given).status_code == 302
        with acting.as_the_system("test"):
            assert Decision.objects.filter(concern=a_pink_concern).count() == 1

    def test_the_second_of_two_dsls_sees_both_versions_and_loses_nothing(
        self, a_pink_concern, a_dsl_of_the_service, the_lead_dsl
    ):
        read(a_pink_concern, by=a_dsl_of_the_service)
        first, second = page_of(a_pink_concern, a_dsl_of_the_service), page_of(a_pink_concern, the_lead_dsl)
        post_decision(
            a_pink_concern, a_dsl_of_the_service, posted.decision(first, rationale="The first one’s reason.")
        )
        given = posted.decision(second, rationale="The second one’s reason.", options=["talk_with_family"])
        shown = post_decision(a_pink_concern, the_lead_dsl, given)
        text = shown.content.decode()
        assert "Somebody else was here while you were writing" in text
        assert "Mrs A. Okafor recorded a decision" in text
        assert "The first one’s reason." in text
        assert "The second one’s reason." in text
        with acting.as_the_system("test"):
            assert Decision.objects.filter(concern=a_pink_concern).count() == 1
        again = given | {"version": posted.hidden(shown, "version")}
        assert post_decision(a_pink_concern, the_lead_dsl, again).status_code == 302
        with acting.as_the_system("test"):
            assert Decision.objects.filter(concern=a_pink_concern).count() == 2

    def test_a_closed_concern_answers_with_a_sentence_on_the_form(
        self, a_read_concern, a_dsl_of_the_service, acting_as
    ):
        from concerns import operations

        page = page_of(a_read_concern, a_dsl_of_the_service)
        a_decision(a_read_concern, by=a_dsl_of_the_service)
        with acting_as(a_dsl_of_the_service):
            now = Concern.objects.select_related("key").get(pk=a_read_concern.pk)
            operations.close_concern(
                concern=now,
                by=a_dsl_of_the_service,
                outcome="no_further_action",
                rationale="Done.",
                version=now.version,
            )
        given = posted.decision(page, version=as_it_is(a_read_concern).version)
        text = post_decision(a_read_concern, a_dsl_of_the_service, given).content.decode()
        assert "This concern is closed. Reopen it before you record another decision." in text
        assert "Nothing else is known. We keep an eye on it." in text

    def test_another_follow_up_without_javascript_keeps_what_is_typed(self, a_pink_concern, a_dsl_of_the_service):
        page = page_of(a_pink_concern, a_dsl_of_the_service)
        given = posted.decision(page, step="follow_up", **{"follow_up-0-what": "First thing"})
        text = post_decision(a_pink_concern, a_dsl_of_the_service, given).content.decode()
        assert "First thing" in text
        assert 'name="follow_up-1-what"' in text

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [("Nobody Atall", "Nobody here is called"), ("", "Say who does it")],
    )
    def test_an_owner_who_is_not_found_is_said(self, a_pink_concern, a_dsl_of_the_service, typed, sentence):
        page = page_of(a_pink_concern, a_dsl_of_the_service)
        given = posted.decision(page, **{"follow_up-0-what": "A thing", "follow_up-0-owner": typed})
        assert sentence in post_decision(a_pink_concern, a_dsl_of_the_service, given).content.decode()


class TestClosingAndReopening:
    @pytest.mark.rule("DEC-14")
    def test_close_needs_a_decision_then_an_outcome_and_a_reason(self, a_read_concern, a_dsl_of_the_service):
        client = signed_in(a_dsl_of_the_service)
        close = reverse("concerns:close", args=[a_read_concern.reference])
        early = client.post(close, {"outcome": "no_further_action", "rationale": "Over."})
        assert "This concern has no decision yet." in early.content.decode()
        a_decision(a_read_concern, by=a_dsl_of_the_service)
        bare = client.post(close, {})
        assert "Choose how this ended" in bare.content.decode()
        assert "Say why it can be closed" in bare.content.decode()
        page = client.get(close)
        done = client.post(
            close,
            {"outcome": "no_further_action", "rationale": "Over.", "version": posted.hidden(page, "version")},
        )
        assert done.status_code == 302
        assert as_it_is(a_read_concern).state == State.CLOSED

    @pytest.mark.rule("DEC-14")
    def test_it_can_be_opened_again_with_the_reason_and_both_are_shown(self, a_read_concern, a_dsl_of_the_service):
        client = signed_in(a_dsl_of_the_service)
        a_decision(a_read_concern, by=a_dsl_of_the_service)
        client.post(
            reverse("concerns:close", args=[a_read_concern.reference]),
            {
                "outcome": "no_further_action",
                "rationale": "It seemed over.",
                "version": as_it_is(a_read_concern).version,
            },
        )
        client.post(
            reverse("concerns:reopen", args=[a_read_concern.reference]),
            {"why": "It came back.", "version": as_it_is(a_read_concern).version},
        )
        text = page_of(a_read_concern, a_dsl_of_the_service).content.decode()
        assert "Closed: no further action needed" in text
        assert "Opened again" in text
        assert "It came back." in text
        assert "Record the decision" in text

    @pytest.mark.rule("DEC-14")
    def test_only_who_may_decide_can_close(self, a_read_concern, a_staff_member, a_dsl_of_another_service):
        for person, status in ((a_staff_member, 403), (a_dsl_of_another_service, 404)):
            answer = signed_in(person).post(
                reverse("concerns:close", args=[a_read_concern.reference]),
                {"outcome": "no_further_action", "rationale": "x"},
            )
            assert answer.status_code == status


class TestSharing:
    @pytest.mark.rule("DEC-12", "ACC-01")
    def test_sharing_with_a_colleague_gives_access_and_writes_the_row(
        self, a_read_concern, a_dsl_of_the_service, another_staff_member, acting_as
    ):
        given = {
            "with_person": "Jo Vickers, Teacher",
            "level": Level.SUMMARY,
            "what": "That there is a plan",
            "why": "Teaches the child every day",
            "ground": "protect_child",
            "consent": "not_needed",
        }
        answer = signed_in(a_dsl_of_the_service).post(
            reverse("concerns:share", args=[a_read_concern.reference]), given
        )
        assert answer.status_code == 302, answer.content.decode()[:3000]
        assert page_of(a_read_concern, another_staff_member).status_code == 200
        text = page_of(a_read_concern, a_dsl_of_the_service).content.decode()
        assert "Ms J. Vickers" in text
        assert "Teaches the child every day" in text
        with acting_as(a_dsl_of_the_service):
            (row,) = sharing.of(a_read_concern)
        signed_in(a_dsl_of_the_service).post(reverse("concerns:share_end", args=[a_read_concern.reference, row.pk]))
        assert page_of(a_read_concern, another_staff_member).status_code == 404

    @pytest.mark.rule("DEC-12")
    def test_what_an_outside_body_was_told_is_one_row(self, a_read_concern, a_dsl_of_the_service):
        given = {
            "with_whom": "School nurse",
            "what": "That the child is tired",
            "why": "Sees the child weekly",
            "ground": "protect_child",
            "consent": "given",
            **posted.parts_of(timezone.now(), "at"),
        }
        answer = signed_in(a_dsl_of_the_service).post(
            reverse("concerns:share_outside", args=[a_read_concern.reference]), given
        )
        assert answer.status_code == 302, answer.content.decode()[:3000]
        text = page_of(a_read_concern, a_dsl_of_the_service).content.decode()
        assert "School nurse" in text
        assert "Sees the child weekly" in text


class TestNothingIsLost:
    def form_of(self, concern, page):
        return reverse("concerns:decision_form", args=[concern.reference, posted.hidden(page, "submission_key")])

    @pytest.mark.rule("CON-18")
    def test_a_session_that_ends_in_mid_sentence_loses_nothing(
        self, a_pink_concern, a_dsl_of_the_service, the_lead_dsl
    ):
        page = page_of(a_pink_concern, a_dsl_of_the_service)
        given = posted.decision(
            page,
            rationale="Half a sentence",
            writer=posted.hidden(page, "writer"),
            decision_on=a_pink_concern.reference,
        )
        signed_in(None).post(self.form_of(a_pink_concern, page), given)
        again = page_of(a_pink_concern, a_dsl_of_the_service)
        assert "Half a sentence" in again.content.decode()
        assert "What you typed was kept" in again.content.decode()
        assert "There is a problem" not in again.content.decode()
        assert "Half a sentence" not in page_of(a_pink_concern, the_lead_dsl).content.decode()
        with acting.as_the_system("test"):
            assert not Decision.objects.exists()
        done = signed_in(a_dsl_of_the_service).post(self.form_of(a_pink_concern, again), given)
        assert done.status_code == 302
        with acting.as_the_system("test"):
            assert Draft.objects.count() == 0

    @pytest.mark.rule("CON-18")
    def test_what_is_saved_while_typing_comes_back(self, a_pink_concern, a_dsl_of_the_service):
        page = page_of(a_pink_concern, a_dsl_of_the_service)
        key = posted.hidden(page, "submission_key")
        saved = signed_in(a_dsl_of_the_service).post(
            reverse("concerns:draft_save", args=[key]),
            posted.decision(page, rationale="Saved words", decision_on=a_pink_concern.reference),
        )
        assert saved.json()["draft"] == key
        again = page_of(a_pink_concern, a_dsl_of_the_service)
        assert "Saved words" in again.content.decode()
        opened = signed_in(a_dsl_of_the_service).get(reverse("concerns:draft_open", args=[key]))
        assert opened.url == reverse("concerns:concern_detail", args=[a_pink_concern.reference])
