"""What an operation does, whole: the record, its history, the trail, the alerts, and the refusals in sentences."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from concerns import need_to_know, operations
from concerns.models import Addendum, Assignment, ChildFile, Concern, Decision, Draft, FollowUp, Referral
from concerns.models.concern import ACCOUNT_FIELDS
from concerns.states import State
from concerns.terms import Form, HarmSeen, Option, Outcome, ParentsInformed, ReasonNotToInform, SharingGround
from lps_safeguarding.access import conflicts, sharing
from lps_safeguarding.access.levels import Level
from lps_safeguarding.access.refusals import StaleEdit, WrongState
from lps_safeguarding.alerts.models import Alert
from lps_safeguarding.audit_trail.models import TrailEntry
from tests.concerns.factories import a_concern, a_decision, a_pink_form, decision, read, referral

pytestmark = pytest.mark.django_db


@pytest.fixture
def a_sent_concern(a_staff_member, a_child, a_dsl_of_the_service, the_lead_dsl, the_headteacher):
    return a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)


@pytest.fixture
def a_read_concern(a_sent_concern, a_dsl_of_the_service):
    return read(a_sent_concern, by=a_dsl_of_the_service)


def told(reason):
    return {alert.recipient_id for alert in Alert.objects.filter(reason=reason)}


class TestSending:
    @pytest.mark.rule("CON-04", "CON-06")
    def test_a_concern_keeps_what_the_form_asks_for(
        self, a_sent_concern, a_staff_member, a_dsl_of_the_service, acting_as
    ):
        with acting_as(a_dsl_of_the_service):
            concern = Concern.objects.get(pk=a_sent_concern.pk)
            assert concern.author_name == a_staff_member.name
            assert concern.author_role == "Teacher"
            assert concern.passed_to == a_dsl_of_the_service
            assert concern.place == "The corridor by the science room"
            assert concern.observed_at < concern.submitted_at
            assert concern.history.count() >= 1

    @pytest.mark.rule("CON-18")
    def test_the_same_form_sent_twice_makes_one_concern(
        self, a_staff_member, a_child, a_dsl_of_the_service, acting_as
    ):
        key = uuid.uuid4()
        first = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, submission_key=key)
        again = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, submission_key=key)
        assert first.pk == again.pk
        with acting_as(a_dsl_of_the_service):
            assert Concern.objects.count() == 1

    def test_a_form_is_not_taken_over_by_somebody_else(
        self, a_staff_member, another_staff_member, a_child, a_dsl_of_the_service
    ):
        key = uuid.uuid4()
        a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, submission_key=key)
        # For the second person the first one's form does not exist; the database refuses the key all the same.
        with pytest.raises((PermissionDenied, IntegrityError, ValidationError)), transaction.atomic():
            a_concern(by=another_staff_member, child=a_child, passed_to=a_dsl_of_the_service, submission_key=key)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"observed_at": timezone.now() + datetime.timedelta(days=1)}, "observed_at"),
            ({"place": " "}, "place"),
            ({"passed_to": None}, "passed_to"),
            ({"what_was_seen": "", "why_worried": "", "childs_words": ""}, "what_was_seen"),
            ({"came_to_light": ""}, "came_to_light"),
            ({"came_to_light": "agency"}, "agency_name"),
            ({"what_was_seen": "x" * 100_001}, "what_was_seen"),
            ({"what_was_seen": "a\x00b"}, "what_was_seen"),
        ],
    )
    def test_what_is_wrong_is_said_by_field(self, change, field, a_staff_member, a_child, a_dsl_of_the_service):
        with pytest.raises(ValidationError) as refused:
            a_concern(by=a_staff_member, child=a_child, **({"passed_to": a_dsl_of_the_service} | change))
        assert field in refused.value.message_dict

    def test_emoji_and_long_accounts_are_kept_to_the_letter(
        self, a_staff_member, a_child, a_dsl_of_the_service, acting_as
    ):
        text = "He said “🙃 leave me” " * 4000
        concern = a_concern(
            by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, childs_words=text[:100_000]
        )
        with acting_as(a_dsl_of_the_service):
            assert Concern.objects.get(pk=concern.pk).childs_words == text[:100_000]

    def test_it_is_passed_to_a_dsl_of_the_child_only(self, a_staff_member, another_staff_member, a_child):
        with pytest.raises(ValidationError) as refused:
            a_concern(by=a_staff_member, child=a_child, passed_to=another_staff_member)
        assert "passed_to" in refused.value.message_dict

    def test_the_childs_file_begins_with_the_first_concern(
        self, a_sent_concern, a_child, a_dsl_of_the_service, acting_as
    ):
        with acting_as(a_dsl_of_the_service):
            assert ChildFile.objects.get(child=a_child).service == a_child.service


class TestTheAccount:
    @pytest.mark.rule("CON-09")
    def test_no_column_of_the_account_can_be_changed_even_in_the_database(self, a_sent_concern, as_system):
        columns = {Concern._meta.get_field(name).column for name in ACCOUNT_FIELDS}
        for column in sorted(columns):
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                value = {
                    "submitted_at": "now()",
                    "observed_at": "now()",
                    "read_due_at": "now()",
                    "kinds_by_author": "ARRAY['neglect']",
                    "particulars_by_author": "ARRAY['race']",
                }.get(column)
                if value is None:
                    kind = Concern._meta.get_field(column.removesuffix("_id")).get_internal_type()
                    value = {
                        "BinaryField": "'\\x00'::bytea",
                        "ForeignKey": "-1",
                        "UUIDField": "gen_random_uuid()",
                        "CharField": "'zz'",
                        "PositiveSmallIntegerField": "7",
                    }[kind]
                cursor.execute(f"UPDATE concerns_concern SET {column} = {value} WHERE id = %s", [a_sent_concern.pk])

    @pytest.mark.rule("CON-09")
    def test_what_is_added_stands_beside_the_account_with_author_and_time(
        self, a_sent_concern, a_staff_member, a_dsl_of_the_service, acting_as
    ):
        with acting_as(a_staff_member):
            operations.add_addendum(
                concern=a_sent_concern,
                by=a_staff_member,
                text="It was Tuesday, not Monday.",
                submission_key=uuid.uuid4(),
            )
        with acting_as(a_dsl_of_the_service):
            added = Addendum.objects.get(concern=a_sent_concern)
            assert (added.text, added.author) == ("It was Tuesday, not Monday.", a_staff_member)
            assert added.written_at is not None
            assert Concern.objects.get(pk=a_sent_concern.pk).what_was_seen == a_sent_concern.what_was_seen

    def test_case_records_cannot_be_deleted(self, a_sent_concern, as_system):
        with pytest.raises(Exception, match="never deleted|permission denied"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM concerns_concern")


class TestReading:
    @pytest.mark.rule("CON-12")
    def test_the_first_reading_by_a_dsl_is_what_the_reporter_sees(
        self, a_sent_concern, a_dsl_of_the_service, the_lead_dsl, a_staff_member, acting_as
    ):
        read(a_sent_concern, by=a_dsl_of_the_service)
        read(a_sent_concern, by=the_lead_dsl)
        with acting_as(a_staff_member):
            concern = need_to_know.own_entries_of(a_staff_member).get()
            assert concern.read_by == a_dsl_of_the_service
            assert concern.state == State.READ
        assert told("concern_read") == {a_staff_member.pk}

    def test_the_reporters_own_look_is_no_reading(self, a_sent_concern, a_staff_member, acting_as):
        with acting_as(a_staff_member):
            concern = need_to_know.readable_by(a_staff_member).get()
            assert operations.mark_read(concern=concern, by=a_staff_member).read_at is None

    @pytest.mark.rule("CON-12")
    def test_still_worried_brings_it_back_to_the_queue_even_when_closed(
        self, a_read_concern, a_dsl_of_the_service, a_staff_member, acting_as
    ):
        a_decision(a_read_concern, by=a_dsl_of_the_service)
        with acting_as(a_dsl_of_the_service):
            operations.close_concern(
                concern=Concern.objects.get(pk=a_read_concern.pk),
                by=a_dsl_of_the_service,
                outcome=Outcome.NO_FURTHER_ACTION,
                rationale="Nothing more came.",
            )
            assert not need_to_know.queue_of(a_dsl_of_the_service).exists()
        with acting_as(a_staff_member):
            concern = need_to_know.readable_by(a_staff_member).get()
            operations.say_still_worried(
                concern=concern, by=a_staff_member, text="It goes on.", submission_key=uuid.uuid4()
            )
        with acting_as(a_dsl_of_the_service):
            assert need_to_know.queue_of(a_dsl_of_the_service).exists()
            operations.give_feedback(
                concern=need_to_know.readable_by(a_dsl_of_the_service).get(),
                by=a_dsl_of_the_service,
                text="Thank you, we are on it.",
                submission_key=uuid.uuid4(),
            )
            assert not need_to_know.queue_of(a_dsl_of_the_service).exists()

    @pytest.mark.rule("CON-13")
    def test_a_reporter_asks_for_a_talk_and_a_dsl_takes_it_up(
        self, a_sent_concern, a_staff_member, a_dsl_of_the_service, acting_as
    ):
        with acting_as(a_staff_member):
            concern = need_to_know.readable_by(a_staff_member).get()
            operations.ask_for_talk(concern=concern, by=a_staff_member)
            operations.ask_for_talk(concern=concern, by=a_staff_member)
        assert a_dsl_of_the_service.pk in told("talk_asked")
        with acting_as(a_dsl_of_the_service):
            concern = need_to_know.readable_by(a_dsl_of_the_service).get()
            assert concern.talk_asked_at
            operations.take_up_talk(concern=concern, by=a_dsl_of_the_service)
            assert need_to_know.readable_by(a_dsl_of_the_service).get().talk_asked_at is None


class TestDeciding:
    @pytest.mark.rule("DEC-02")
    def test_a_decision_has_what_why_who_took_part_and_when(self, a_read_concern, a_dsl_of_the_service):
        made = a_decision(a_read_concern, by=a_dsl_of_the_service, took_part="Ms Farrow, by telephone")
        assert made.option_labels == ["Monitor"]
        assert made.rationale and made.took_part == "Ms Farrow, by telephone" and made.decided_at
        with pytest.raises(ValidationError) as refused:
            a_decision(a_read_concern, by=a_dsl_of_the_service, rationale="  ")
        assert "rationale" in refused.value.message_dict

    @pytest.mark.rule("DEC-03")
    @pytest.mark.parametrize("option", [o for o in Option if o not in (Option.CLOSE, Option.REOPEN)])
    def test_every_option_of_the_rulebook_can_be_decided(self, option, a_read_concern, a_dsl_of_the_service):
        assert a_decision(a_read_concern, by=a_dsl_of_the_service, options=[option]).options == [option]

    @pytest.mark.rule("DEC-04")
    @pytest.mark.parametrize("harm", [HarmSeen.HARMED, HarmSeen.AT_RISK, HarmSeen.IMMEDIATE_DANGER])
    def test_harm_without_a_referral_needs_a_reason(self, harm, a_read_concern, a_dsl_of_the_service):
        with pytest.raises(ValidationError) as refused:
            a_decision(a_read_concern, by=a_dsl_of_the_service, harm_seen=harm)
        assert "not_referred_reason" in refused.value.message_dict
        made = a_decision(
            a_read_concern,
            by=a_dsl_of_the_service,
            harm_seen=harm,
            not_referred_reason="Duty and Advice said early help.",
        )
        assert made.not_referred_reason

    @pytest.mark.rule("CON-10")
    def test_wishes_and_feelings_or_why_they_are_not_known(self, a_read_concern, a_dsl_of_the_service):
        with pytest.raises(ValidationError) as refused:
            a_decision(a_read_concern, by=a_dsl_of_the_service, childs_wishes="")
        assert "childs_wishes" in refused.value.message_dict
        a_decision(
            a_read_concern, by=a_dsl_of_the_service, childs_wishes="", wishes_missing_reason="Away until Thursday."
        )

    @pytest.mark.rule("DEC-09")
    @pytest.mark.parametrize(
        ("given", "missing"),
        [
            ({"parents_informed": ""}, "parents_informed"),
            ({"parents_informed": ParentsInformed.NO}, "parents_reason"),
            (
                {"parents_informed": ParentsInformed.NO, "parents_reason": ReasonNotToInform.OTHER},
                "parents_reason_detail",
            ),
            ({"parents_informed": ParentsInformed.YES}, "parents_informed_at"),
            (
                {
                    "parents_informed": ParentsInformed.YES,
                    "parents_informed_at": timezone.now() + datetime.timedelta(days=2),
                    "parents_informed_by": "Mrs Okafor",
                    "parents_what_was_said": "What we saw.",
                },
                "parents_informed_at",
            ),
        ],
    )
    def test_parents_are_told_or_there_is_a_reason(self, given, missing, a_read_concern, a_dsl_of_the_service):
        with pytest.raises(ValidationError) as refused:
            a_decision(a_read_concern, by=a_dsl_of_the_service, **given)
        assert missing in refused.value.message_dict

    def test_the_second_of_two_who_decide_at_once_is_shown_the_first_and_loses_nothing(
        self, a_read_concern, a_dsl_of_the_service, the_lead_dsl, acting_as
    ):
        seen = a_read_concern.version
        a_decision(a_read_concern, by=a_dsl_of_the_service)
        with acting_as(the_lead_dsl), pytest.raises(StaleEdit) as late:
            operations.record_decision(
                concern=Concern.objects.get(pk=a_read_concern.pk), by=the_lead_dsl, version=seen, **decision()
            )
        assert late.value.current.pk == a_read_concern.pk

    def test_the_same_decision_form_sent_twice_is_one_decision(self, a_read_concern, a_dsl_of_the_service, acting_as):
        form = decision()
        with acting_as(a_dsl_of_the_service):
            now = Concern.objects.get(pk=a_read_concern.pk)
            for _ in range(2):
                operations.record_decision(concern=now, by=a_dsl_of_the_service, version=now.version, **form)
            assert Decision.objects.count() == 1

    def test_an_unread_concern_is_not_decided(self, a_sent_concern, a_dsl_of_the_service):
        with pytest.raises(WrongState, match="read"):
            a_decision(a_sent_concern, by=a_dsl_of_the_service)

    @pytest.mark.rule("ACC-01")
    def test_nobody_decides_but_those_who_read_it_in_full(
        self,
        a_read_concern,
        a_staff_member,
        a_dsl_of_another_service,
        the_administrator,
        a_committee_member,
        as_system,
    ):
        for person in (a_staff_member, a_dsl_of_another_service, the_administrator, a_committee_member):
            with pytest.raises(PermissionDenied):
                a_decision(a_read_concern, by=person)


class TestReferring:
    @pytest.mark.rule("DEC-10")
    def test_a_referral_keeps_who_what_when_and_when_the_answer_is_due(
        self, a_read_concern, a_dsl_of_the_service, acting_as
    ):
        a_decision(
            a_read_concern,
            by=a_dsl_of_the_service,
            harm_seen=HarmSeen.AT_RISK,
            options=[Option.SOCIAL_CARE],
            referrals=[referral()],
        )
        with acting_as(a_dsl_of_the_service):
            made = Referral.objects.get()
            assert made.person_spoken_to == "Duty worker Lin"
            assert made.answer_due_at > made.made_at
            operations.record_acknowledgement(
                referral=made, by=a_dsl_of_the_service, at=timezone.now(), their_reference="LA-77"
            )
            operations.escalate_referral(referral=made, by=a_dsl_of_the_service, what="Asked the team manager.")
            operations.record_referral_outcome(
                referral=made, by=a_dsl_of_the_service, answer="Assessment begins Monday.", at=timezone.now()
            )
            made.refresh_from_db()
            assert (made.state, made.their_reference) == ("outcome_known", "LA-77")
            assert "team manager" in made.escalation
            with pytest.raises(WrongState):
                operations.record_acknowledgement(referral=made, by=a_dsl_of_the_service, at=timezone.now())

    @pytest.mark.rule("DEC-11")
    def test_the_headteacher_is_told_and_sees_a_summary(
        self, a_read_concern, a_dsl_of_the_service, the_headteacher, acting_as
    ):
        a_decision(
            a_read_concern,
            by=a_dsl_of_the_service,
            harm_seen=HarmSeen.AT_RISK,
            options=[Option.SOCIAL_CARE],
            referrals=[referral()],
        )
        assert told("referral_made") == {the_headteacher.pk}
        with acting_as(the_headteacher):
            assert need_to_know.readable_by(the_headteacher).get().level == Level.SUMMARY

    @pytest.mark.rule("DEC-11")
    def test_a_headteacher_with_a_conflict_of_interest_is_not_told(
        self, a_read_concern, a_dsl_of_the_service, the_headteacher, the_lead_dsl, a_child, acting_as
    ):
        with acting_as(the_lead_dsl):
            conflicts.declare(
                person=the_headteacher, child=a_child, kind="relative", by=the_lead_dsl, reason="An uncle."
            )
        a_decision(
            a_read_concern,
            by=a_dsl_of_the_service,
            harm_seen=HarmSeen.AT_RISK,
            options=[Option.SOCIAL_CARE],
            referrals=[referral()],
        )
        assert told("referral_made") == set()
        with acting_as(the_headteacher):
            assert not need_to_know.readable_by(the_headteacher).exists()

    @pytest.mark.rule("DEC-12")
    def test_a_referral_writes_the_row_of_what_was_shared(self, a_read_concern, a_dsl_of_the_service, acting_as):
        a_decision(
            a_read_concern,
            by=a_dsl_of_the_service,
            harm_seen=HarmSeen.AT_RISK,
            options=[Option.SOCIAL_CARE],
            referrals=[referral()],
        )
        with acting_as(a_dsl_of_the_service):
            outside = [row for row in sharing.of(a_read_concern) if row.with_person_id is None]
            assert len(outside) == 1
            assert "social care" in outside[0].with_whom
            assert outside[0].what == "What was seen, and who lives at home."

    @pytest.mark.rule("DEC-09")
    def test_sharing_without_consent_needs_its_ground(self, a_read_concern, a_dsl_of_the_service, acting_as):
        with acting_as(a_dsl_of_the_service), pytest.raises(ValidationError) as refused:
            operations.make_referral(
                concern=a_read_concern,
                by=a_dsl_of_the_service,
                **referral(ground=SharingGround.RISK_IF_ASKED),
            )
        assert "ground_detail" in refused.value.message_dict

    def test_a_referral_decided_and_not_yet_made_becomes_a_follow_up_for_today(
        self, a_read_concern, a_dsl_of_the_service, acting_as
    ):
        a_decision(a_read_concern, by=a_dsl_of_the_service, harm_seen=HarmSeen.AT_RISK, options=[Option.SOCIAL_CARE])
        with acting_as(a_dsl_of_the_service):
            follow_up = FollowUp.objects.get()
            assert (follow_up.owner, follow_up.due_on) == (a_dsl_of_the_service, timezone.localdate())


class TestFollowingUp:
    @pytest.mark.rule("DEC-13")
    def test_the_owner_sees_what_is_to_be_done_and_not_the_concern(
        self, a_read_concern, a_dsl_of_the_service, another_staff_member, acting_as
    ):
        with acting_as(a_dsl_of_the_service):
            operations.set_follow_up(
                concern=a_read_concern,
                by=a_dsl_of_the_service,
                owner=another_staff_member,
                due_on=timezone.localdate() + datetime.timedelta(days=2),
                what="Meet him at the gate each morning.",
            )
        assert told("follow_up") == {another_staff_member.pk}
        with acting_as(another_staff_member):
            mine = need_to_know.follow_ups_readable_by(another_staff_member).get()
            assert (mine.level, mine.what) == (Level.OWN_ENTRY, "Meet him at the gate each morning.")
            assert not need_to_know.readable_by(another_staff_member).exists()
            assert not Concern.objects.exists()
            operations.end_follow_up(follow_up=mine, by=another_staff_member, state="done", note="Done all week.")
        with acting_as(a_dsl_of_the_service):
            assert FollowUp.objects.get().state == "done"
        assert told("follow_up_ended") == {a_dsl_of_the_service.pk}

    def test_a_follow_up_in_the_past_or_for_a_leaver_is_refused(
        self, a_read_concern, a_dsl_of_the_service, a_leaver, acting_as
    ):
        with acting_as(a_dsl_of_the_service), pytest.raises(ValidationError) as refused:
            operations.set_follow_up(
                concern=a_read_concern,
                by=a_dsl_of_the_service,
                owner=a_leaver,
                due_on=timezone.localdate() - datetime.timedelta(days=1),
                what="",
            )
        assert set(refused.value.message_dict) == {"owner", "due_on", "what"}


class TestClosing:
    @pytest.mark.rule("DEC-14")
    def test_closing_needs_a_decision_an_outcome_and_a_reason(self, a_read_concern, a_dsl_of_the_service, acting_as):
        with acting_as(a_dsl_of_the_service), pytest.raises(WrongState):
            operations.close_concern(
                concern=a_read_concern, by=a_dsl_of_the_service, outcome="no_further_action", rationale="x"
            )
        a_decision(a_read_concern, by=a_dsl_of_the_service)
        with acting_as(a_dsl_of_the_service), pytest.raises(ValidationError) as refused:
            operations.close_concern(concern=a_read_concern, by=a_dsl_of_the_service, outcome="", rationale="")
        assert set(refused.value.message_dict) == {"outcome", "rationale"}

    @pytest.mark.rule("DEC-14")
    def test_closing_and_reopening_are_both_history(self, a_read_concern, a_dsl_of_the_service, acting_as):
        a_decision(a_read_concern, by=a_dsl_of_the_service)
        with acting_as(a_dsl_of_the_service):
            operations.close_concern(
                concern=a_read_concern, by=a_dsl_of_the_service, outcome=Outcome.SUPPORT_IN_PLACE, rationale="Settled."
            )
            operations.reopen_concern(concern=a_read_concern, by=a_dsl_of_the_service, why="It started again.")
            concern = Concern.objects.get(pk=a_read_concern.pk)
            assert concern.state == State.REOPENED
            states = [row.state for row in concern.history.order_by("history_id")]
            assert [State.CLOSED, State.REOPENED] == states[-2:]
            assert [d.options for d in Decision.objects.order_by("decided_at")] == [["monitor"], ["close"], ["reopen"]]

    def test_nothing_open_is_forgotten_by_closing(self, a_read_concern, a_dsl_of_the_service, acting_as):
        a_decision(a_read_concern, by=a_dsl_of_the_service, harm_seen=HarmSeen.AT_RISK, options=[Option.SOCIAL_CARE])
        with acting_as(a_dsl_of_the_service), pytest.raises(WrongState, match="follow-up"):
            operations.close_concern(
                concern=a_read_concern, by=a_dsl_of_the_service, outcome="with_social_care", rationale="x"
            )


class TestDrafts:
    @pytest.mark.rule("CON-18")
    def test_a_draft_is_seen_by_its_writer_alone_and_gone_on_sending(
        self, a_staff_member, a_dsl_of_the_service, the_lead_dsl, a_child, acting_as
    ):
        with acting_as(a_staff_member):
            draft = operations.save_draft(
                by=a_staff_member, draft_id=uuid.uuid4(), form=Form.STANDARD, typed={"what_was_seen": "He was"}
            )
            assert need_to_know.drafts_of(a_staff_member).get().typed == {"what_was_seen": "He was"}
            draft_id = draft.pk
        for other in (a_dsl_of_the_service, the_lead_dsl):
            with acting_as(other):
                assert not Draft.objects.exists()
        a_concern(
            by=a_staff_member,
            child=a_child,
            passed_to=a_dsl_of_the_service,
            submission_key=draft.pk,
            draft=draft,
        )
        with acting_as(a_staff_member):
            assert not Draft.objects.exists()
            with pytest.raises(ValidationError):
                operations.save_draft(by=a_staff_member, draft_id=draft_id, form=Form.STANDARD, typed={"a": "late"})

    @pytest.mark.rule("CON-18")
    def test_the_writer_is_reminded_and_then_the_draft_is_deleted(self, a_staff_member, acting_as, as_system):
        draft = operations.save_draft(by=a_staff_member, draft_id=None, form=Form.PINK, typed={"place": "gate"})
        now = timezone.now()
        assert operations.delete_old_drafts(now=now + datetime.timedelta(days=5)) == (0, 0)
        assert operations.delete_old_drafts(now=now + datetime.timedelta(days=6, hours=1)) == (1, 0)
        assert told("draft_ends") == {a_staff_member.pk}
        assert operations.delete_old_drafts(now=now + datetime.timedelta(days=7, hours=2)) == (0, 1)
        assert not Draft.objects.filter(pk=draft.pk).exists()


@pytest.mark.rule("ACC-05")
def test_every_step_leaves_its_line_in_the_trail(a_read_concern, a_dsl_of_the_service, a_staff_member, as_system):
    lines = TrailEntry.objects.filter(record_type="concerns.concern", record_id=str(a_read_concern.pk))
    assert {(line.person_id, line.act) for line in lines} >= {
        (a_staff_member.pk, "created"),
        (a_dsl_of_the_service.pk, "changed"),
    }


@pytest.mark.rule("CON-11")
def test_a_pink_form_alerts_the_chosen_dsl_and_those_on_duty(
    a_staff_member, a_child, a_dsl_of_the_service, the_lead_dsl, the_service
):
    from tests.people.factories import OnDutyFactory

    now = timezone.now()
    OnDutyFactory(
        service=the_service,
        user=a_dsl_of_the_service,
        starts_at=now - datetime.timedelta(hours=1),
        ends_at=now + datetime.timedelta(hours=2),
    )
    a_pink_form(by=a_staff_member, child=a_child, passed_to=the_lead_dsl)
    assert told("pink_form") == {a_dsl_of_the_service.pk, the_lead_dsl.pk}


def test_who_reads_it_by_role_gets_no_right_beside_it(a_sent_concern, as_system):
    assert not Assignment.objects.exists()


@pytest.mark.rule("CON-11", "ROL-03")
def test_a_school_without_any_dsl_still_passes_a_concern_on(a_staff_member, a_child, the_headteacher, acting_as):
    sent = a_pink_form(by=a_staff_member, child=a_child, passed_to=the_headteacher)
    assert told("pink_form") == {the_headteacher.pk}
    with acting_as(the_headteacher):
        assert need_to_know.readable_in_full_by(the_headteacher).filter(pk=sent.pk).exists()


def test_with_a_dsl_the_headteacher_is_not_among_those_to_choose(
    a_staff_member, a_child, the_headteacher, a_dsl_of_the_service
):
    with pytest.raises(ValidationError) as refused:
        a_pink_form(by=a_staff_member, child=a_child, passed_to=the_headteacher)
    assert "passed_to" in refused.value.message_dict


@pytest.mark.rule("ACC-02", "CON-01")
def test_a_reporter_with_a_conflict_of_interest_can_send_and_cannot_read_it_afterwards(
    a_staff_member, a_child, a_dsl_of_the_service, acting_as
):
    with acting_as(a_staff_member):
        conflicts.declare(
            person=a_staff_member, child=a_child, kind="declared", by=a_staff_member, reason="A neighbour."
        )
    key = uuid.uuid4()
    sent = a_pink_form(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, submission_key=key)
    again = a_pink_form(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, submission_key=key)
    assert sent.pk == again.pk
    assert a_dsl_of_the_service.pk in told("pink_form")
    with acting_as(a_staff_member):
        assert not need_to_know.readable_by(a_staff_member).exists()
