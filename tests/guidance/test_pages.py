"""The pages on duties and times."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from lps_safeguarding.guidance import editions, touches
from lps_safeguarding.guidance.models import Edition
from tests.cast import CAST, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.rule("DEC-16")]

READERS = {"a_dsl_of_the_service", "a_dsl_of_another_service", "the_lead_dsl", "the_headteacher", "the_administrator"}
CHANGERS = {"the_headteacher", "the_administrator"}


@pytest.mark.parametrize("who", CAST)
def test_who_reads_and_who_changes(who, request):
    client = signed_in(request.getfixturevalue(who))
    current = editions.current()
    read = [
        reverse("guidance:duty_list"),
        reverse("guidance:edition_list"),
        reverse("guidance:edition_detail", args=[current.pk]),
    ]
    change = [reverse("guidance:edition_add"), reverse("guidance:setting_change", args=["draft_kept"])]
    out = who in ("nobody_signed_in", "a_leaver")
    for url in read:
        assert client.get(url).status_code == (302 if out else 200 if who in READERS else 403), url
    for url in change:
        assert client.get(url).status_code == (302 if out else 200 if who in CHANGERS else 403), url


def test_each_duty_is_shown_with_its_length_and_source(a_dsl_of_the_service):
    page = signed_in(a_dsl_of_the_service).get(reverse("guidance:duty_list")).content.decode()
    for words in ("5 minutes", "Female Genital Mutilation Act 2003, section 5B", "before the next school day starts"):
        assert words in page
    assert "This school&#x27;s own setting" in page
    assert reverse("guidance:setting_change", args=["draft_kept"]) not in page


def test_the_headteacher_changes_a_setting_and_the_history_says_who_and_why(the_headteacher):
    client = signed_in(the_headteacher)
    url = reverse("guidance:setting_change", args=["pink_form_to_lead_dsl"])
    answer = client.post(url, {"value": "4", "why": "The lead is near"}, follow=True)
    assert editions.length("pink_form_to_lead_dsl", editions.current()).value == 4
    page = answer.content.decode()
    assert "5 minutes" in page
    assert "4 minutes" in page
    history = client.get(reverse("guidance:edition_list")).content.decode()
    assert "The lead is near" in history
    assert the_headteacher.name in history


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"value": "", "why": "x"}, "Enter a number."),
        ({"value": "soon", "why": "x"}, "Enter a whole number, such as 5."),
        ({"value": "0", "why": "x"}, "The number must be 1 or more."),
        ({"value": "5", "why": "x"}, "It is 5 already."),
        ({"value": "4", "why": ""}, "Say why it is changed."),
        ({"value": "4" * 400, "why": "x"}, "The number must be 1000 or less."),
    ],
)
def test_a_refused_change_says_what_to_do_and_keeps_what_was_typed(the_headteacher, typed, sentence):
    url = reverse("guidance:setting_change", args=["pink_form_to_lead_dsl"])
    answer = signed_in(the_headteacher).post(url, typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert sentence in page
    assert Edition.objects.count() == 1


def test_a_duty_set_by_law_has_no_page_to_change_it(the_headteacher):
    client = signed_in(the_headteacher)
    assert client.get(reverse("guidance:setting_change", args=["fgm_police_report"])).status_code == 404
    assert client.get(reverse("guidance:setting_change", args=["nothing"])).status_code == 404


def everything_as_it_is(**changes):
    """What the form of a new edition sends when nothing but `changes` is typed."""
    duties = list(editions.latest().duties.all())
    data = {
        "name": "Keeping children safe in education, September 2026",
        "effective_from": (timezone.localdate() + dt.timedelta(days=30)).strftime("%d/%m/%Y"),
        "source": "Department for Education",
        "why": "The yearly edition",
        "duty-TOTAL_FORMS": str(len(duties)),
        "duty-INITIAL_FORMS": str(len(duties)),
        "new-unit": "calendar_days",
    }
    for number, duty in enumerate(duties):
        for name in ("value", "unit", "source", "paragraph", "wording"):
            data[f"duty-{number}-{name}"] = str(getattr(duty, name))
        if duty.slug in changes:
            data[f"duty-{number}-value"] = str(changes[duty.slug])
    return data


def test_a_new_edition_is_entered_and_shows_what_differs_and_what_it_touches(the_administrator, monkeypatch):
    monkeypatch.setattr(touches, "_registered", {})
    touches.register("concerns", lambda older, newer: [("Open concerns begun under an older edition", 7, "")])
    data = everything_as_it_is(lado_contact=2) | {
        "new-title": "Report of abuse",
        "new-value": "7",
        "new-source": "An Act",
        "new-wording": "To be reported.",
    }
    answer = signed_in(the_administrator).post(reverse("guidance:edition_add"), data, follow=True)
    page = answer.content.decode()
    assert Edition.objects.count() == 2, page
    for words in ("2 working days", "Report of abuse", "Open concerns begun under an older edition: 7"):
        assert words in page
    newest = editions.latest()
    assert {each.slug for each in editions.differences(newest.based_on, newest)} == {"lado_contact", "report_of_abuse"}
    assert editions.current() != newest
    assert (
        "A new edition is coming" in signed_in(the_administrator).get(reverse("guidance:duty_list")).content.decode()
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Enter the name of the edition."),
        ({"effective_from": "1 of May"}, "Enter a real date, such as 1/9/2026."),
        ({"effective_from": "1/9/2019"}, "A new edition cannot be in force before today."),
        ({"new-title": "Half a duty"}, "Enter a number for the new duty."),
        ({"new-title": "Lado contact", "new-value": "1"}, "There is a duty with this name already."),
        ({"duty-0-value": "many"}, "Enter a whole number, such as 5."),
    ],
)
def test_a_refused_edition_says_what_to_do(the_administrator, typed, sentence):
    answer = signed_in(the_administrator).post(reverse("guidance:edition_add"), everything_as_it_is() | typed)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert Edition.objects.count() == 1


def test_the_list_costs_the_same_number_of_queries_however_many_editions(
    the_headteacher, django_assert_max_num_queries
):
    for value in (3, 4, 6, 8):
        editions.change_setting(by=the_headteacher, slug="draft_kept", value=value, why="Trying")
    client = signed_in(the_headteacher)
    client.get(reverse("guidance:duty_list"))
    with django_assert_max_num_queries(14):
        client.get(reverse("guidance:edition_list"))
