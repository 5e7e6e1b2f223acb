"""Editions: what is delivered, what is in force, and that records keep the one they began under."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from lps_safeguarding.guidance import delivered, editions, touches
from lps_safeguarding.guidance.models import Duty, Edition
from lps_safeguarding.people.school_calendar import Calendar

pytestmark = [pytest.mark.django_db, pytest.mark.rule("DEC-16")]

TODAY = timezone.localdate


def test_the_delivered_edition_is_in_force_and_names_what_the_rulebook_names():
    edition = editions.current()
    assert edition.name == "Keeping children safe in education, September 2025"
    assert edition.effective_from == dt.date(2025, 9, 1)
    for slug, words in {
        "pink_form_to_lead_dsl": "5 minutes",
        "pink_form_to_headteacher": "15 minutes",
        "standard_entry_read": "1 school day, by 17:00",
        "social_care_answer": "1 working day, by 17:00",
        "lado_contact": "1 working day, by 17:00",
        "fgm_police_report": "1 working day, by 17:00",
        "file_transfer": "5 school days, by 17:00",
        "encompass_read": "before the next school day starts (08:30)",
        "whistleblowing_answer": "10 working days, by 17:00",
        "private_fostering": "28 days",
        "suppression_threshold": "5 people",
        "draft_kept": "7 days",
        "break_glass_lasts": "60 minutes",
        "break_glass_review": "2 working days, by 17:00",
    }.items():
        assert editions.length(slug, edition).in_words == words, slug


def test_every_delivered_duty_has_a_source_and_passes_its_own_checks():
    duties = list(editions.current().duties.all())
    assert len(duties) == len(delivered.DUTIES)
    for duty in duties:
        duty.full_clean()
        assert duty.source
        assert duty.wording


def test_before_the_first_edition_none_is_in_force():
    with pytest.raises(editions.NoEdition):
        editions.current(dt.date(2020, 1, 1))


def test_a_duty_that_the_edition_does_not_know_is_an_error():
    with pytest.raises(editions.UnknownDuty):
        editions.length("no_such_duty", editions.current())


def test_a_changed_setting_counts_from_today_and_older_records_keep_theirs(the_headteacher):
    began_under = editions.current()
    made = editions.change_setting(by=the_headteacher, slug="pink_form_to_lead_dsl", value=3, why="Shorter corridors")
    assert editions.current() == made
    assert editions.length("pink_form_to_lead_dsl", made).value == 3
    assert editions.length("pink_form_to_lead_dsl", began_under).value == 5
    assert editions.length("pink_form_to_headteacher", made).value == 15
    assert (made.made_by, made.why, made.based_on) == (the_headteacher, "Shorter corridors", began_under)
    moment = dt.datetime(2026, 5, 6, 10, 0, tzinfo=dt.UTC)
    for edition, minutes in ((began_under, 5), (made, 3)):
        ends = editions.due("pink_form_to_lead_dsl", edition, moment, Calendar.load())
        assert ends - moment == dt.timedelta(minutes=minutes)


def test_a_changed_setting_also_holds_in_the_edition_that_is_entered_for_next_year(the_administrator):
    next_year = editions.add(
        by=the_administrator,
        name="Next year's",
        effective_from=TODAY() + dt.timedelta(days=100),
        source="Department for Education",
        why="New edition",
        based_on=editions.latest(),
        changes={"lado_contact": {"value": 2}},
    )
    editions.change_setting(by=the_administrator, slug="draft_kept", value=5, why="Less is kept")
    then = editions.current(next_year.effective_from)
    assert editions.length("draft_kept", then).value == 5
    assert editions.length("lado_contact", then).value == 2
    assert editions.length("lado_contact", editions.current()).value == 1
    assert editions.coming() == then


def test_only_the_schools_own_settings_can_be_changed_without_a_new_edition(the_headteacher):
    with pytest.raises(ValueError, match="own setting"):
        editions.change_setting(by=the_headteacher, slug="lado_contact", value=3, why="No")
    with pytest.raises(ValidationError):
        editions.change_setting(by=the_headteacher, slug="draft_kept", value=0, why="No")
    assert editions.current().based_on is None


@pytest.mark.parametrize(
    "who", ["a_staff_member", "a_dsl_of_the_service", "the_lead_dsl", "the_chair", "an_inspector"]
)
def test_nobody_else_changes_a_setting_or_adds_an_edition(who, request):
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        editions.change_setting(by=person, slug="draft_kept", value=3, why="No")
    with pytest.raises(PermissionDenied):
        editions.add(
            by=person, name="x", effective_from=TODAY(), source="x", why="x", based_on=editions.current(), changes={}
        )


@pytest.mark.parametrize("change", ["edition", "duty", "delete_duty"])
def test_the_database_itself_refuses_to_change_an_edition(change):
    edition = editions.current()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        if change == "edition":
            Edition.objects.filter(pk=edition.pk).update(effective_from=dt.date(2024, 1, 1))
        elif change == "duty":
            edition.duties.filter(slug="draft_kept").update(value=1)
        else:
            Duty.objects.filter(edition=edition).delete()


def test_two_editions_are_compared_duty_by_duty(the_administrator):
    older = editions.current()
    newer = editions.add(
        by=the_administrator,
        name="Next",
        effective_from=TODAY(),
        source="Department for Education",
        why="New",
        based_on=older,
        changes={"lado_contact": {"value": 2}, "file_transfer": {"paragraph": "121"}},
        new_duties=[
            {
                "slug": "abuse_report",
                "title": "Report of abuse",
                "value": 7,
                "unit": "calendar_days",
                "kind": "law",
                "source": "Act",
                "wording": "To be reported.",
            }
        ],
    )
    found = {difference.slug: difference for difference in editions.differences(older, newer)}
    assert set(found) == {"lado_contact", "file_transfer", "abuse_report"}
    assert found["lado_contact"].length_differs
    assert not found["file_transfer"].length_differs
    assert found["abuse_report"].before is None


def test_what_a_new_edition_touches_is_asked_of_the_apps(monkeypatch, the_administrator):
    monkeypatch.setattr(touches, "_registered", {})
    touches.register("concerns", lambda older, newer: [("Open concerns", 4, "/x/"), ("Transfers", 0, "")])
    touches.register("allegations", lambda older, newer: [("Allegations", 1, "")])
    older = editions.current()
    newer = editions.change_setting(by=the_administrator, slug="draft_kept", value=5, why="Less is kept")
    assert touches.of(older, newer) == [("Open concerns", 4, "/x/"), ("Allegations", 1, "")]


def test_a_length_is_read_from_the_database_once(django_assert_num_queries):
    edition = editions.current()
    editions.length("draft_kept", edition)
    with django_assert_num_queries(0):
        editions.length("lado_contact", edition)


def test_delivering_again_changes_nothing():
    delivered.deliver(Edition, Duty, "default")
    assert Edition.objects.count() == 1
