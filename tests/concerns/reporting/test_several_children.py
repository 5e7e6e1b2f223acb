"""Several children in one entry, each with their own part; in one child's file the others have no name (CON-14)."""

import html
import re
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from concerns import need_to_know, operations, timeline
from concerns.models import ChildFile, ChildInConcern, Concern
from concerns.redaction import PLACEHOLDER
from lps_safeguarding.access import acting
from tests.cast import signed_in
from tests.concerns.factories import a_decision, read, referral
from tests.concerns.reporting import posting
from tests.people.factories import ChildFactory

pytestmark = [pytest.mark.django_db, pytest.mark.rule("CON-14")]

OWN = {"Sec-Fetch-Site": "same-origin"}
PARTS = {"Robin": "Robin was hit by Jamie.", "Jamie": "Jamie hit Robin Ashdown twice."}


@pytest.fixture(autouse=True)
def the_dsls(a_dsl_of_the_service, the_lead_dsl, the_headteacher):
    return None


@pytest.fixture
def reporter(a_staff_member):
    return signed_in(a_staff_member, headers=OWN)


@pytest.fixture
def another_child(the_service):
    return ChildFactory(first_name="Jamie", last_name="Brook", service=the_service)


@pytest.fixture
def about_both(a_staff_member, a_child, another_child, a_dsl_of_the_service, acting_as):
    with acting_as(a_staff_member):
        concern = operations.submit_concern(
            by=a_staff_member,
            submission_key=uuid.uuid4(),
            form="standard",
            children=[(a_child, PARTS["Robin"]), (another_child, PARTS["Jamie"])],
            observed_at=timezone.now(),
            place="Yard",
            passed_to=a_dsl_of_the_service,
            came_to_light="behaviour",
            what_was_seen="A fight in the yard.",
        )
    return read(concern, by=a_dsl_of_the_service)


def seen(answer) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def parts_sent():
    with acting.as_the_system("test"):
        links = ChildInConcern.objects.select_related("key", "child").order_by("position")
        return [(link.child.first_name, link.part) for link in links]


def test_for_one_child_nothing_more_is_asked(reporter, a_child):
    url = posting.begin(reporter, "concerns:log_pink")
    page = reporter.post(url, {**posting.pink(a_child), "action": "find"}).content.decode()
    assert "What part did" not in page
    answer = reporter.post(posting.begin(reporter, "concerns:log_standard"), posting.standard(a_child), follow=True)
    assert "What part did" not in answer.content.decode()


def test_each_part_is_given_on_the_pink_form(reporter, a_child, another_child):
    url = posting.begin(reporter, "concerns:log_pink")
    both = {**posting.pink(a_child), "child": [str(a_child.pk), str(another_child.pk)]}
    parts = {f"part_{a_child.pk}": PARTS["Robin"], f"part_{another_child.pk}": PARTS["Jamie"]}
    page = seen(reporter.post(url, {**both, **parts, "action": "find"}))
    assert "What part did Robin Ashdown have in it?" in page
    assert PARTS["Jamie"] in page
    refused = reporter.post(url, {**both, **parts, "place": ""})
    assert PARTS["Robin"] in seen(refused)
    assert reporter.post(url, {**both, **parts}).status_code == 302
    assert parts_sent() == list(PARTS.items())


def test_the_script_gets_the_boxes_with_what_was_typed(reporter, a_child, another_child):
    posted = {"form": "pink", "child": [str(a_child.pk), str(another_child.pk)], f"part_{a_child.pk}": "Ran away."}
    answer = reporter.post(reverse("concerns:child_find"), posted)
    assert 'id="parts-of-children"' in answer.content.decode()
    assert "Ran away." in seen(answer)


def test_a_draft_of_the_pink_form_keeps_the_parts(reporter, a_child, another_child):
    url = posting.begin(reporter, "concerns:log_pink")
    both = {**posting.pink(a_child), "child": [str(a_child.pk), str(another_child.pk)]}
    reporter.post(url, {**both, f"part_{a_child.pk}": PARTS["Robin"], "action": "later"})
    assert PARTS["Robin"] in seen(reporter.get(url))


@pytest.mark.parametrize("url_name", ["concerns:log_pink", "concerns:log_standard"])
def test_a_child_who_is_not_on_the_list_has_a_part_too(url_name, reporter, a_child, the_service):
    url = posting.begin(reporter, url_name)
    typed = {"new_child_name": "Danny Moss", "new_child_service": str(the_service.pk)}
    parts = {f"part_{a_child.pk}": "Was there.", "part_unlisted": "Threw it."}
    if url_name == "concerns:log_pink":
        assert reporter.post(url, {**posting.pink(a_child), **typed, **parts}).status_code == 302
    else:
        check = reporter.post(url, {**posting.standard(a_child), **typed}, follow=True)
        assert "What part did Danny Moss have in it?" in seen(check)
        assert reporter.post(check.request["PATH_INFO"], {"action": "send", **parts}).status_code == 302
    assert [part for _, part in parts_sent()] == ["Was there.", "Threw it."]


def test_a_part_that_is_too_long_is_refused_and_stays(reporter, a_child, another_child):
    url = posting.begin(reporter, "concerns:log_pink")
    both = {**posting.pink(a_child), "child": [str(a_child.pk), str(another_child.pk)]}
    answer = reporter.post(url, {**both, f"part_{a_child.pk}": "w" * 20_001})
    assert answer.status_code == 200
    assert "there is room for 20,000" in seen(answer)
    assert "w" * 20_001 in seen(answer)
    with acting.as_the_system("test"):
        assert not Concern.objects.exists()


def test_the_reporter_sees_the_parts_as_written(about_both, reporter):
    text = seen(reporter.get(reverse("concerns:concern_detail", args=[about_both.reference])))
    assert PARTS["Robin"] in text
    assert PARTS["Jamie"] in text


def test_each_childs_file_has_its_own_part_and_no_name_of_the_other(
    about_both, a_child, another_child, a_dsl_of_the_service, acting_as
):
    a_decision(
        about_both,
        by=a_dsl_of_the_service,
        harm_seen="at_risk",
        options=["social_care"],
        rationale="Jamie Brook is bigger than Robin Ashdown.",
        referrals=[referral()],
        follow_ups=[{"owner": a_dsl_of_the_service, "due_on": timezone.localdate(), "what": "Keep Jamie from Robin."}],
    )
    own = {a_child: "Robin", another_child: "Jamie"}
    for child, name in own.items():
        other = next(each for each in own if each != child)
        with acting_as(a_dsl_of_the_service):
            entries = timeline.entries_for(a_dsl_of_the_service, child)
            file = ChildFile.objects.get(child=child)
        texts = " ".join(entry.text for entry in entries)
        assert name in texts
        assert PLACEHOLDER in texts
        for taken_out in (other.first_name, other.last_name):
            assert taken_out not in texts
        (concern,) = [entry for entry in entries if entry.what == "concern"]
        assert concern.text == PARTS[name].replace("Robin Ashdown", "Robin").replace(other.first_name, PLACEHOLDER)
        page = seen(signed_in(a_dsl_of_the_service).get(reverse("overview:child", args=[file.reference])))
        assert other.first_name not in page
        assert other.last_name not in page


def test_the_printed_referral_of_one_child_has_its_part_and_no_name_of_the_other(
    about_both, a_child, another_child, a_dsl_of_the_service, monkeypatch
):
    from django.template.loader import render_to_string

    texts = []
    monkeypatch.setattr(
        "concerns.pdf.pdf.render",
        lambda template, context, **options: texts.append(render_to_string(template, context)) or b"%PDF-",
    )
    a_decision(
        about_both, by=a_dsl_of_the_service, harm_seen="harmed", options=["social_care"],
        rationale="Jamie Brook hit Robin.", referrals=[referral(what_was_shared="What Jamie did.")],
    )  # fmt: skip
    with acting.as_the_system("test"):
        made = about_both.referrals.get()
    url = reverse("concerns:referral_document", args=[made.reference])
    assert signed_in(a_dsl_of_the_service).get(url, {"child": str(a_child.pk)}).status_code == 200
    (text,) = texts
    assert f"Robin was hit by {PLACEHOLDER}." in text
    for name in ("Jamie", "Brook"):
        assert name not in text


def test_somebody_who_sees_the_summary_only_reads_no_part_in_the_file(about_both, a_child, a_staff_member, acting_as):
    with acting_as(a_staff_member):
        assert need_to_know.readable_by(a_staff_member).exists()
        assert [entry.text for entry in timeline.entries_for(a_staff_member, a_child)] == [""]
