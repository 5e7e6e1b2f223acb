"""The reporter's pages through a client: what is stored, what is refused and how, and who finds which address."""

import datetime
import uuid
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from concerns.models import Addendum, Concern, ConcernFile, Draft
from lps_safeguarding.access import acting, conflicts
from lps_safeguarding.alerts.models import Alert
from lps_safeguarding.people.models import Child, OnDuty
from tests.cast import CAST, signed_in
from tests.concerns.factories import a_concern, read
from tests.concerns.reporting import posting
from tests.people.factories import ChildFactory

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")


@pytest.fixture(autouse=True)
def the_dsls(a_dsl_of_the_service, a_dsl_of_another_service, the_lead_dsl, the_headteacher):
    return None


@pytest.fixture
def reporter(a_staff_member):
    return signed_in(a_staff_member)


def all_of(model):
    with acting.as_the_system("test"):
        return list(model.objects.all())


def the_only(model):
    with acting.as_the_system("test"):
        return model.objects.select_related("key").get()


def text_of(answer) -> str:
    return answer.content.decode()


# --- The questions come first -----------------------------------------------------------------------------------------
@pytest.mark.rule("CON-01", "CON-02")
@pytest.mark.parametrize("who", [name for name in CAST if name not in ("a_leaver", "nobody_signed_in")])
def test_everybody_with_an_account_can_begin(request, who):
    client = signed_in(request.getfixturevalue(who))
    page = client.get(reverse("concerns:log"))
    assert page.status_code == 200
    assert "<textarea" not in text_of(page)
    assert '<input type="text"' not in text_of(page)
    for way in (
        "concerns:log_immediate",
        "allegations:intake_adult",
        "allegations:intake_headteacher",
        "allegations:intake_not_sure",
    ):
        assert f'href="{reverse(way)}"' in text_of(page)
        assert client.get(reverse(way), follow=True).status_code == 200


@pytest.mark.rule("CON-03")
def test_yes_opens_the_pink_form_with_who_to_speak_to_now(reporter, a_dsl_of_the_service, the_service):
    now = timezone.now()
    OnDuty.objects.create(
        service=the_service,
        user=a_dsl_of_the_service,
        starts_at=now - datetime.timedelta(hours=1),
        ends_at=now + datetime.timedelta(hours=1),
        where="room 9",
        telephone="01632 496109",
    )
    page = text_of(reporter.get(reverse("concerns:log_immediate")))
    assert reverse("concerns:log_pink") in page
    page = text_of(reporter.get(reverse("concerns:log_pink"), follow=True))
    assert "Speak to a DSL now" in page
    assert "cover by radio" in page
    assert "Mrs A. Okafor, room 9, 01632 496109" in page


# --- What is stored ---------------------------------------------------------------------------------------------------
@pytest.mark.rule("CON-04")
def test_a_pink_form_holds_what_it_must(reporter, a_child, a_dsl_of_the_service, a_staff_member):
    url = posting.begin(reporter, "concerns:log_pink")
    observed = timezone.now().replace(second=0, microsecond=0) - datetime.timedelta(hours=3)
    answer = reporter.post(url, posting.pink(a_child, **posting.when(observed)))
    concern = the_only(Concern)
    assert answer.url == reverse("concerns:log_sent", args=[concern.reference])
    assert concern.is_pink
    assert concern.observed_at == observed
    assert concern.submitted_at > observed
    assert concern.place == "Room 7"
    assert concern.passed_to in (a_dsl_of_the_service,) or concern.passed_to.is_dsl()
    assert (concern.author_name, concern.author_role) == ("Mr T. Harland", "Teacher")
    assert concern.submission_key == posting.key_of(url)


@pytest.mark.rule("CON-04")
def test_a_pink_form_asks_for_five_things_at_most(reporter):
    url = posting.begin(reporter, "concerns:log_pink")
    page = text_of(reporter.post(url, {"action": "send"}))
    summary = page[
        page.index("govuk-error-summary__list") : page.index("</ul>", page.index("govuk-error-summary__list"))
    ]
    assert summary.count("<li>") == 5
    assert not all_of(Concern)


@pytest.mark.rule("CON-03", "CON-05", "CON-06")
def test_a_standard_entry_keeps_every_box_apart_and_is_assigned(reporter, a_child, a_dsl_of_the_service):
    url = posting.begin(reporter, "concerns:log_standard")
    sent = posting.standard(a_child, passed_to=str(a_dsl_of_the_service.pk), kinds=["neglect", "bullying"])
    check = reporter.post(url, sent)
    assert check.url == reverse("concerns:log_check", args=[posting.key_of(url)])
    assert not all_of(Concern)
    shown = text_of(reporter.get(check.url))
    assert "He said he&#x27;d batter me if I grassed 😔" in shown
    assert "Neglect\nBullying" in shown
    reporter.post(check.url, {"action": "send"})
    concern = the_only(Concern)
    for name in ("childs_words", "what_was_seen", "questions_asked", "conversation", "who_was_present", "why_worried"):
        assert getattr(concern, name) == sent[name]
    assert concern.came_to_light == "child_told_me"
    assert concern.kinds_by_author == ["neglect", "bullying"]
    assert concern.assigned_to == a_dsl_of_the_service


@pytest.mark.rule("CON-03")
def test_a_standard_entry_asks_for_six_things_at_most_and_must_have_a_dsl(reporter, a_child):
    url = posting.begin(reporter, "concerns:log_standard")
    page = text_of(reporter.post(url, {"action": "check"}))
    summary = page[
        page.index("govuk-error-summary__list") : page.index("</ul>", page.index("govuk-error-summary__list"))
    ]
    assert summary.count("<li>") == 6
    assert "Choose the DSL you are telling" in page


@pytest.mark.rule("CON-01")
def test_on_behalf_of_somebody_without_an_account(reporter, a_child):
    url = posting.begin(reporter, "concerns:log_pink")
    told = {
        "brought": "on",
        "brought_by_name": "Mrs Dale",
        "brought_by_role": "grandmother",
        "brought_by_how": "at the gate",
    }
    assert "Type the name of the person" in text_of(reporter.post(url, posting.pink(a_child, brought="on")))
    reporter.post(url, posting.pink(a_child, **told))
    concern = the_only(Concern)
    assert [concern.brought_by_name, concern.brought_by_role, concern.brought_by_how] == [
        "Mrs Dale",
        "grandmother",
        "at the gate",
    ]


@pytest.mark.rule("CON-01")
def test_a_child_who_is_not_on_the_list_is_named_and_it_is_sent_all_the_same(reporter, the_service, a_child):
    url = posting.begin(reporter, "concerns:log_pink")
    sent = posting.pink(a_child, new_child_name="Jade (new girl) Marsh")
    del sent["child"]
    assert "Choose the service the child belongs to" in text_of(reporter.post(url, sent))
    answer = reporter.post(url, sent | {"new_child_service": str(the_service.pk)})
    assert answer.status_code == 302, text_of(answer)
    child = Child.objects.get(identity_to_confirm=True)
    assert (child.name, child.year_group, child.service) == ("Jade (new girl) Marsh", None, the_service)
    reporter.post(url, sent | {"new_child_service": str(the_service.pk)})
    assert Child.objects.filter(identity_to_confirm=True).count() == 1
    assert len(all_of(Concern)) == 1


@pytest.mark.rule("CON-11")
def test_the_sent_page_says_who_was_alerted_when_and_where_to_go(reporter, a_child, a_dsl_of_the_service, the_service):
    now = timezone.now()
    OnDuty.objects.create(
        service=the_service,
        user=a_dsl_of_the_service,
        starts_at=now - datetime.timedelta(hours=1),
        ends_at=now + datetime.timedelta(hours=1),
    )
    url = posting.begin(reporter, "concerns:log_pink")
    page = text_of(reporter.post(url, posting.pink(a_child), follow=True))
    alert = Alert.objects.get(recipient=a_dsl_of_the_service)
    at = timezone.localtime(alert.made_at)
    assert f"Mrs A. Okafor (KS3 DSL, on duty) was alerted at {at:%H:%M}." in page
    assert "Now tell Mrs A. Okafor in person: room 12" in page


@pytest.mark.rule("CON-13")
def test_support_is_offered_and_a_talk_is_asked_for_with_one_click(reporter, a_child):
    url = posting.begin(reporter, "concerns:log_pink")
    answer = reporter.post(url, posting.pink(a_child))
    page = text_of(reporter.get(answer.url))
    assert "I would like to talk with a DSL" in page
    concern = the_only(Concern)
    for _ in range(2):
        back = reporter.post(reverse("concerns:ask_talk", args=[concern.reference]), {"from": "sent"})
        assert back.url == answer.url
    assert the_only(Concern).talk_asked_at is not None
    assert Alert.objects.filter(reason="talk_asked").exists()
    assert "A DSL will come to you" in text_of(reporter.get(answer.url))


# --- Prompts ----------------------------------------------------------------------------------------------------------
@pytest.mark.rule("CON-07")
def test_the_prompts_stand_beside_the_boxes_they_help_with(reporter):
    page = text_of(reporter.get(reverse("concerns:log_standard"), follow=True))
    box, prompts = page.index('id="id_childs_words"'), page.index("No secrets.")
    assert box < prompts < page.index('id="id_questions_asked"')
    five = page[prompts : page.index("</ul>", prompts)]
    assert [word in five for word in ("No secrets", "Listen", "Reassure", "Write it down", "Get support")] == [
        True
    ] * 5
    assert (
        page.index('id="id_questions_asked"')
        < page.index("Tell me… Explain… Describe…")
        < page.index('id="id_conversation"')
    )
    assert "Do not investigate" in page
    assert "do not look under clothes" in page
    words = sum(len(part.split("</ul>")[0].split()) for part in page.split('<ul class="app-prompts">')[1:])
    assert words < 150  # prompts, not a wall of text


# --- Finding the child ------------------------------------------------------------------------------------------------
def test_a_child_is_found_by_post_and_no_name_stands_in_an_address(reporter, a_child):
    find = reverse("concerns:child_find")
    assert reporter.get(find, {"child_name": "ash"}).status_code == 405
    page = text_of(reporter.post(find, {"child_name": "robin ash"}))
    assert "Robin Ashdown" in page
    assert "Year 9, KS3" in page
    assert "1 child found" in page


def test_namesakes_are_told_apart(reporter, a_child, another_service):
    ChildFactory(
        first_name="Robin",
        last_name="Ashdown",
        service=another_service,
        year_group=11,
        date_of_birth=datetime.date(2010, 1, 2),
    )
    page = text_of(reporter.post(reverse("concerns:child_find"), {"child_name": "Robin"}))
    assert "born 14 May 2011" in page
    assert "born 2 Jan 2010" in page


def test_choosing_a_child_shows_the_dsls_of_its_service(reporter, a_child):
    page = text_of(reporter.post(reverse("concerns:child_find"), {"child": str(a_child.pk), "passed_to": "on_duty"}))
    assert "Mrs A. Okafor" in page
    assert "Mr B. Castle" not in page


# --- Refusals ---------------------------------------------------------------------------------------------------------
def refused(reporter, child, sentence, **wrong):
    url = posting.begin(reporter, "concerns:log_pink")
    sent = posting.pink(child, place="Under the stairs", **wrong)
    answer = reporter.post(url, sent)
    assert answer.status_code == 200
    assert sentence in text_of(answer), text_of(answer)
    assert "Under the stairs" in text_of(answer)
    assert not all_of(Concern)
    return url


def test_the_future_is_refused_with_a_sentence_and_what_was_typed_stays(reporter, a_child):
    tomorrow = posting.when(timezone.now() + datetime.timedelta(days=1))
    refused(reporter, a_child, "cannot be in the future", **tomorrow)


def test_a_text_that_is_too_long_is_refused_and_not_cut(reporter, a_child):
    typed = "Ä" * 99_999 + "zz"
    url = refused(reporter, a_child, "This has 100,001 characters", what_was_seen=typed)
    assert typed in text_of(reporter.get(url))


def test_a_hundred_thousand_characters_with_emoji_are_taken(reporter, a_child):
    url = posting.begin(reporter, "concerns:log_pink")
    typed = "😔" + "é" * 99_999
    assert reporter.post(url, posting.pink(a_child, what_was_seen=typed)).status_code == 302
    assert the_only(Concern).what_was_seen == typed


def test_control_characters_are_left_out_and_everything_else_stays(reporter, a_child):
    url = posting.begin(reporter, "concerns:log_pink")
    reporter.post(url, posting.pink(a_child, what_was_seen="one\x00\x1b\x0btwo\r\nthree\tüñî 🏴‍☠️ ‘x’"))
    assert the_only(Concern).what_was_seen == "one\ntwo\nthree\tüñî 🏴‍☠️ ‘x’"


@pytest.mark.parametrize("forged", ["6a227fe2-2cb1-42e9-925d-e05f21c4e7a3", "1", "' OR 1=1 --", "\x00"])
def test_a_forged_child_is_refused_with_a_sentence(reporter, a_child, forged):
    url = posting.begin(reporter, "concerns:log_pink")
    answer = reporter.post(url, posting.pink(a_child, child=forged))
    assert answer.status_code == 200
    assert "is not on the list of children here now" in text_of(answer)
    assert not all_of(Concern)


def test_a_child_who_has_left_is_refused_with_a_way_on(reporter, a_child):
    a_child.left_on = timezone.localdate() - datetime.timedelta(days=1)
    a_child.save()
    refused(reporter, a_child, "type the name under “The child is not on the list”")


def test_a_dsl_of_another_service_is_refused(reporter, a_child, a_dsl_of_another_service):
    refused(reporter, a_child, "Choose a DSL of the child’s service", passed_to=str(a_dsl_of_another_service.pk))


def test_a_photograph_is_refused_whatever_its_name_and_nothing_else_is_lost(reporter, a_child):
    url = posting.begin(reporter, "concerns:log_standard")
    check = reporter.post(url, posting.standard(a_child)).url
    png = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
    for name in ("arm.png", "letter.pdf"):
        answer = reporter.post(check, {"action": "send", "documents": SimpleUploadedFile(name, png)})
        assert answer.status_code == 200
        assert "hotograph" in text_of(answer)
        assert "He said he&#x27;d batter me" in text_of(answer)
    assert not all_of(Concern)
    good = SimpleUploadedFile("note.txt", b"He rang at four.", content_type="text/plain")
    answer = reporter.post(check, {"action": "send", "documents": good})
    assert answer.status_code == 302, text_of(answer).split("error-summary__list")[1][:600]
    assert len(all_of(ConcernFile)) == 1


def test_the_hour_that_comes_twice_in_october_is_accepted(a_staff_member, a_child):
    with time_machine.travel(datetime.datetime(2027, 10, 31, 9, 0, tzinfo=datetime.UTC), tick=True):
        reporter = signed_in(a_staff_member)
        url = posting.begin(reporter, "concerns:log_pink")
        boxes = dict(zip((f"observed_at_{n}" for n in range(4)), ("31", "10", "2027", "01:30"), strict=True))
        answer = reporter.post(url, posting.pink(a_child) | boxes)
        assert answer.status_code == 302, text_of(answer)
        observed = the_only(Concern).observed_at.astimezone(LONDON)
    assert (observed.hour, observed.minute, observed.utcoffset()) == (1, 30, datetime.timedelta(hours=1))


# --- Nothing is lost, nothing counts twice ----------------------------------------------------------------------------
@pytest.mark.rule("CON-18")
def test_sending_twice_makes_one_entry_and_leads_to_the_same_page(reporter, a_child):
    url = posting.begin(reporter, "concerns:log_pink")
    first, second = (reporter.post(url, posting.pink(a_child)) for _ in range(2))
    assert first.url == second.url == reporter.get(url).url
    assert len(all_of(Concern)) == 1
    assert not all_of(Draft)
    late = reporter.post(reverse("concerns:draft_save", args=[posting.key_of(url)]), posting.pink(a_child))
    assert late.status_code == 409
    assert not all_of(Draft)


@pytest.mark.rule("CON-18")
def test_a_draft_is_saved_shown_again_and_thrown_away(reporter, a_child):
    url = posting.begin(reporter, "concerns:log_standard")
    key = posting.key_of(url)
    typed = {
        "childs_words": "leave me",
        "came_to_light": "behaviour",
        "child": str(a_child.pk),
        "observed_at_0": "soon",
        "form": "standard",
    }
    saved = reporter.post(reverse("concerns:draft_save", args=[key]), typed)
    assert saved.json()["draft"] == str(key)
    assert len(saved.json()["saved_at"]) == 5
    page = text_of(reporter.get(url))
    for kept in ("leave me", "Robin Ashdown", 'value="soon"'):
        assert kept in page
    assert "govuk-error-summary" not in page
    assert str(key) in text_of(reporter.get(reverse("concerns:mine")))
    assert reporter.get(reverse("concerns:draft_open", args=[key])).url == url
    discard = reverse("concerns:draft_discard", args=[key])
    assert reporter.get(discard).status_code == 200
    assert len(all_of(Draft)) == 1
    reporter.post(discard)
    assert not all_of(Draft)


@pytest.mark.rule("CON-18")
def test_save_and_come_back_later_needs_nothing_filled_in(reporter):
    url = posting.begin(reporter, "concerns:log_pink")
    answer = reporter.post(url, {"action": "later", "place": "Gate"}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("concerns:mine")
    assert "Saved at" in text_of(answer)
    assert 'value="Gate"' in text_of(reporter.get(url))


@pytest.mark.rule("CON-18")
def test_changing_between_the_forms_keeps_what_was_typed(reporter, a_child):
    url = posting.begin(reporter, "concerns:log_standard")
    pink = reporter.post(url, posting.standard(a_child, action="to_pink"))
    assert pink.url == reverse("concerns:log_pink_form", args=[posting.key_of(url)])
    page = text_of(reporter.get(pink.url))
    assert "Shaking, quiet voice" in page
    assert 'value="Library"' in page


@pytest.mark.rule("CON-18")
@pytest.mark.parametrize(
    "who", [name for name in CAST if name not in ("a_leaver", "nobody_signed_in", "a_staff_member")]
)
def test_the_draft_of_another_person_does_not_exist(reporter, request, who):
    url = posting.begin(reporter, "concerns:log_pink")
    key = posting.key_of(url)
    reporter.post(url, {"action": "later", "place": "Gate"})
    other = signed_in(request.getfixturevalue(who))
    for address in (
        url,
        reverse("concerns:log_standard_form", args=[key]),
        reverse("concerns:log_check", args=[key]),
        reverse("concerns:draft_open", args=[key]),
        reverse("concerns:draft_discard", args=[key]),
    ):
        assert other.get(address).status_code == 404, address
        assert other.post(address, {"action": "later", "place": "Mine now"}).status_code == 404, address
    assert other.post(reverse("concerns:draft_save", args=[key]), {"place": "Mine now"}).status_code == 404
    assert other.get(reverse("concerns:log_pink_form", args=[uuid.uuid4()])).status_code == 404
    assert the_only(Draft).typed["place"] == ["Gate"]


@pytest.mark.rule("CON-18")
@pytest.mark.parametrize("saves", ["the form", "the script"])
def test_what_is_posted_after_the_session_has_ended_goes_into_the_writers_draft(reporter, a_staff_member, saves):
    url = posting.begin(reporter, "concerns:log_pink")
    slip = posting.slip_in(reporter.get(url).content)
    address = url if saves == "the form" else reverse("concerns:draft_save", args=[posting.key_of(url)])
    session = reporter.session
    session["seen_at"] = 0
    session.save()
    answer = reporter.post(address, {"what_was_seen": "Pushed down the stairs", "writer": slip, "action": "send"})
    assert answer.status_code in (302, 401)
    assert "Pushed" not in text_of(answer)
    assert not all_of(Concern)
    back = text_of(signed_in(a_staff_member).get(url))
    assert "Pushed down the stairs" in back


@pytest.mark.rule("CON-18")
def test_without_the_writers_slip_nothing_is_stored_and_a_slip_is_good_for_one_form_only(reporter, client):
    url = posting.begin(reporter, "concerns:log_pink")
    other = posting.begin(reporter, "concerns:log_pink")
    slip = posting.slip_in(reporter.get(other).content)
    for writer in ("", "forged", slip):
        client.post(url, {"what_was_seen": "Somebody else's words", "writer": writer})
    assert not all_of(Draft)


# --- Afterwards -------------------------------------------------------------------------------------------------------
@pytest.mark.rule("CON-12")
def test_the_reporter_sees_that_it_was_read_and_feedback_and_nothing_else(
    reporter, a_staff_member, a_child, a_dsl_of_the_service, acting_as
):
    concern = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    mine, own = reverse("concerns:mine"), reverse("concerns:concern_detail", args=[concern.reference])
    assert "Not read yet" in text_of(reporter.get(mine))
    read(concern, by=a_dsl_of_the_service)
    assert "Not read yet" not in text_of(reporter.get(mine))
    from concerns import need_to_know, operations

    with acting_as(a_dsl_of_the_service):
        found = need_to_know.readable_by(a_dsl_of_the_service).get(pk=concern.pk)
        operations.give_feedback(
            concern=found, by=a_dsl_of_the_service, text="Thank you, we are on it.", submission_key=uuid.uuid4()
        )
        operations.add_addendum(
            concern=found, by=a_dsl_of_the_service, text="Rang the social worker.", submission_key=uuid.uuid4()
        )
    page = text_of(reporter.get(own))
    assert "Mrs A. Okafor has read it" in page
    assert "Thank you, we are on it." in page
    assert "Came in without a coat" in page
    assert "Rang the social worker." not in page
    assert "No feedback yet" not in text_of(reporter.get(mine))


@pytest.mark.rule("CON-12", "CON-09")
def test_the_reporter_adds_and_says_still_worried_and_the_account_stays(
    reporter, a_staff_member, a_child, a_dsl_of_the_service
):
    concern = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    read(concern, by=a_dsl_of_the_service)
    for name, text in (("addendum_add", "It was Tuesday, not Monday."), ("still_worried", "He came in limping.")):
        form = reporter.get(reverse(f"concerns:{name}", args=[concern.reference])).url
        assert "Write" in text_of(reporter.post(form, {"text": " "}))
        for _ in range(2):
            reporter.post(form, {"text": text})
    added = {addendum.text for addendum in all_of(Addendum)}
    assert added == {"It was Tuesday, not Monday.", "He came in limping."}
    assert len(all_of(Addendum)) == 2
    now = the_only(Concern)
    assert now.worried_at is not None
    assert now.what_was_seen == "Came in without a coat and would not sit down."
    page = text_of(reporter.get(reverse("concerns:concern_detail", args=[concern.reference])))
    assert "It was Tuesday, not Monday." in page
    assert "He came in limping." in page
    assert "Came in without a coat" in page


@pytest.mark.rule("CON-18")
def test_what_is_being_added_is_kept_as_a_draft_too(reporter, a_staff_member, a_child, a_dsl_of_the_service):
    concern = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    form = reporter.get(reverse("concerns:still_worried", args=[concern.reference])).url
    key = posting.key_of(form)
    typed = {"text": "He came in", "addendum_to": concern.reference, "still_worried": "yes"}
    assert reporter.post(reverse("concerns:draft_save", args=[key]), typed).status_code == 200
    assert reporter.get(reverse("concerns:draft_open", args=[key])).url == form
    assert "He came in" in text_of(reporter.get(form))
    reporter.post(form, typed | {"text": "He came in limping"})
    assert not all_of(Draft)
    assert reporter.post(reverse("concerns:draft_save", args=[key]), typed).status_code == 409
    assert not all_of(Draft)


@pytest.mark.rule("CON-12")
@pytest.mark.parametrize("who", ["another_staff_member", "the_administrator", "the_chair", "a_dsl_of_another_service"])
def test_for_others_the_reporters_pages_do_not_exist(request, a_staff_member, a_child, a_dsl_of_the_service, who):
    concern = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    client = signed_in(request.getfixturevalue(who))
    for name in ("log_sent", "addendum_add", "still_worried"):
        assert client.get(reverse(f"concerns:{name}", args=[concern.reference])).status_code == 404
        assert client.get(reverse(f"concerns:{name}", args=["C-ZZZZ-ZZZZ"])).status_code == 404
    assert client.post(reverse("concerns:ask_talk", args=[concern.reference])).status_code == 404
    assert concern.reference not in text_of(client.get(reverse("concerns:mine")))


@pytest.mark.rule("CON-14")
@pytest.mark.rule("CON-01", "ACC-02")
def test_a_reporter_to_whom_the_child_is_shut_is_told_that_it_was_sent_and_sees_no_more_of_it(
    reporter, a_staff_member, a_child, a_dsl_of_the_service
):
    with acting.as_person(a_staff_member):
        conflicts.declare(
            person=a_staff_member, by=a_staff_member, kind="relative", reason="My nephew.", child=a_child
        )
    after = reporter.post(posting.begin(reporter, "concerns:log_pink"), posting.pink(a_child), follow=True)
    assert after.redirect_chain[-1][0] == reverse("concerns:mine")
    page = after.content.decode()
    assert "A DSL has been alerted. Tell them in person now." in page
    concern = the_only(Concern)
    assert concern.reference not in page
    for name in ("log_sent", "addendum_add", "still_worried"):
        assert reporter.get(reverse(f"concerns:{name}", args=[concern.reference])).status_code == 404
    seen = signed_in(a_dsl_of_the_service).get(reverse("concerns:concern_detail", args=[concern.reference]))
    assert seen.status_code == 200


def test_two_children_each_with_their_part(reporter, a_child, the_service):
    other = ChildFactory(first_name="Sam", last_name="Brook", service=the_service)
    url = posting.begin(reporter, "concerns:log_standard")
    check = reporter.post(url, posting.standard(a_child, child=[str(a_child.pk), str(other.pk)])).url
    assert "What part did Sam Brook have in it?" in text_of(reporter.get(check))
    reporter.post(check, {"action": "send", f"part_{other.pk}": "Held the door"})
    with acting.as_the_system("test"):
        parts = {link.child.last_name: link.part for link in the_only(Concern).children.select_related("key", "child")}
    assert parts == {"Ashdown": "", "Brook": "Held the door"}


def test_no_page_changes_anything_by_get(reporter, a_child):
    for name in ("log", "log_immediate", "log_pink", "log_standard", "mine"):
        reporter.get(reverse(f"concerns:{name}"), follow=True)
    assert not all_of(Draft)
    assert not all_of(Concern)
