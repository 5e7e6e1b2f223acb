"""Marks on the body map as part of a concern: posted, kept, refused, frozen, shown and printed (CON-08, CON-09)."""

import dataclasses
import html
import io
import re
import uuid

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from concerns import need_to_know, operations
from concerns.body_map.drawing import drawing
from concerns.body_map.marks import MOST_MARKS, Mark
from concerns.models import ChildInConcern, Concern, Draft, InjuryMark
from lps_safeguarding.access import acting
from lps_safeguarding.web import pdf
from tests.cast import signed_in
from tests.concerns.factories import a_concern, a_decision, read, referral
from tests.concerns.reporting import posting
from tests.people.factories import ChildFactory

pytestmark = [pytest.mark.django_db, pytest.mark.rule("CON-08")]

OWN = {"Sec-Fetch-Site": "same-origin"}
BRUISE = Mark.at("back-left-upper-arm", "lower", kind="bruise", size_mm=20, colour="purple", words="Four in a row.")
BURN = Mark.at("right-palm-thumb-tip", "middle", kind="burn", about="pea")


@pytest.fixture(autouse=True)
def the_dsls(a_dsl_of_the_service, a_dsl_of_another_service, the_lead_dsl, the_headteacher):
    return None


@pytest.fixture
def reporter(a_staff_member):
    return signed_in(a_staff_member, headers=OWN)


@pytest.fixture
def a_brother(the_service):
    return ChildFactory(first_name="Ellis", last_name="Ashdown", service=the_service)


@pytest.fixture
def with_an_injury(a_staff_member, a_child, a_dsl_of_the_service):
    return a_concern(
        by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, marks=[(a_child, BRUISE), (a_child, BURN)]
    )


def row(number, **boxes):
    return {f"injury-{number}-{name}": value for name, value in boxes.items()}


ROWS = row(0, region="back-left-upper-arm", spot="lower", kind="bruise", size_mm="20", colour="purple",
           words="Four in a row.") | row(1, region="right-palm-thumb-tip", spot="", kind="burn", about="pea")  # fmt: skip


def sealed(model=InjuryMark):
    field = InjuryMark._meta.get_field("content")
    with acting.as_the_system("test"):
        found = model.objects.select_related("key").order_by("position")
        return [(mark.position, mark.drawing, field.to_bytes(mark.content)) for mark in found]


def the_marks():
    with acting.as_the_system("test"):
        return list(InjuryMark.objects.select_related("key").order_by("position"))


def seen(answer) -> str:
    text = answer.content.decode()
    boxes = " ".join(re.findall(r'value="([^"]*)"', text))
    return html.unescape(re.sub(r"<[^>]+>", " ", text) + " " + boxes)


# --- Sent -----------------------------------------------------------------------------------------------------------
def test_the_list_makes_the_same_bytes_as_the_operation(reporter, a_child, with_an_injury):
    expected = sealed()
    url = posting.begin(reporter, "concerns:log_pink")
    assert reporter.post(url, {**posting.pink(a_child), **ROWS}).status_code == 302
    made = sealed()
    assert len(made) == 4
    assert sorted(made) == sorted([*expected, *expected])


def test_the_standard_entry_shows_them_before_sending(reporter, a_child):
    url = posting.begin(reporter, "concerns:log_standard")
    answer = reporter.post(url, {**posting.standard(a_child, came_to_light="saw_injury"), **ROWS}, follow=True)
    text = seen(answer)
    assert "1. Bruise, left upper arm, back, lower part, 20 mm, purple: Four in a row." in text
    assert "2. Burn or scald, right thumb, tip, palm side, about the size of a pea" in text
    assert "Body map: Back, with injury 1" in text
    assert reporter.post(answer.request["PATH_INFO"], {"action": "send"}).status_code == 302
    assert [mark.mark for mark in the_marks()] == [BRUISE, BURN]
    with acting.as_the_system("test"):
        assert Concern.objects.get().injuries == 2
        assert not Draft.objects.exists()


def test_an_injury_seen_and_not_marked_is_said_before_sending(reporter, a_child):
    url = posting.begin(reporter, "concerns:log_standard")
    answer = reporter.post(url, posting.standard(a_child, came_to_light="saw_injury"), follow=True)
    assert "Injuries on the body map None marked" in re.sub(r"\s+", " ", seen(answer))


def test_the_page_says_why_there_is_no_photograph_and_whose_left_it_is(reporter):
    for url_name in ("concerns:log_pink", "concerns:log_standard"):
        page = reporter.get(posting.begin(reporter, url_name)).content.decode()
        assert "Left and right are the child’s own" in page
        assert "No photograph. A picture of a child’s injury must not be" in page


def test_an_empty_row_is_no_injury(reporter, a_child):
    url = posting.begin(reporter, "concerns:log_pink")
    rows = row(0, region="", spot="middle", kind="", size_mm=" ", about="", colour="", words="", whose="")
    assert reporter.post(url, {**posting.pink(a_child), **rows}).status_code == 302
    assert not the_marks()


@pytest.mark.rule("CON-18")
def test_a_draft_keeps_every_row_right_or_wrong(reporter, a_child):
    url = posting.begin(reporter, "concerns:log_pink")
    wrong = row(2, region="front-tail", kind="", size_mm="huge", colour="green")
    later = {**posting.pink(a_child), **ROWS, **wrong, "action": "later"}
    assert reporter.post(url, later).status_code == 302
    text = seen(reporter.get(url))
    for typed in ("Four in a row.", "huge", "green"):
        assert typed in text
    assert "There is a problem" not in text


def test_without_a_script_rows_are_added_and_taken_away(reporter, a_child):
    url = posting.begin(reporter, "concerns:log_pink")
    page = reporter.post(url, {**posting.pink(a_child), **ROWS, "action": "injury_add"}).content.decode()
    assert page.count('name="injury-2-region"') == 1
    page = reporter.post(url, {**posting.pink(a_child), **ROWS, "action": "remove_injury-0"}).content.decode()
    assert 'name="injury-0-region"' not in page
    assert 'value="right-palm-thumb-tip" selected' in page
    assert not the_marks()


# --- Refused --------------------------------------------------------------------------------------------------------
BAD = [
    ({"region": "front-tail", "kind": "bruise"}, "Injury 1: choose a place on the body from the list"),
    ({"region": "", "kind": "bruise"}, "Injury 1: choose a place on the body from the list"),
    ({"region": "front-face", "kind": "murder"}, "Injury 1: choose what it is"),
    ({"region": "front-face", "kind": ""}, "Injury 1: choose what it is"),
    (
        {"region": "left-palm-palm", "kind": "cut", "spot": "front"},
        "Injury 1: for the middle of the left palm, choose",
    ),
    ({"region": "front-face", "kind": "cut", "spot": "12,14"}, "Injury 1: for the face, choose one of these"),
    ({"region": "front-face", "kind": "cut", "size_mm": "0"}, "from 1 to 1000"),
    ({"region": "front-face", "kind": "cut", "size_mm": "999999999"}, "from 1 to 1000"),
    ({"region": "front-face", "kind": "cut", "size_mm": "9" * 5000}, "is a whole number of millimetres"),
    ({"region": "front-face", "kind": "cut", "size_mm": "-1"}, "is a whole number of millimetres"),
    ({"region": "front-face", "kind": "cut", "size_mm": "٢٠"}, "is a whole number of millimetres"),
    ({"region": "front-face", "kind": "cut", "about": "whale"}, "choose one of the sizes"),
    ({"region": "front-face", "kind": "cut", "colour": "z" * 61}, "there is room for 60"),
    ({"region": "front-face", "kind": "cut", "words": "z" * 2001}, "there is room for 2,000"),
    ({"region": "<script>alert(1)</script>", "kind": "{{ 7|add:35 }}"}, "Injury 1: choose a place"),
]


@pytest.mark.parametrize("url_name", ["concerns:log_pink", "concerns:log_standard"])
@pytest.mark.parametrize(("boxes", "sentence"), BAD, ids=range(len(BAD)))
def test_what_does_not_exist_is_refused_and_stays(url_name, boxes, sentence, reporter, a_child):
    url = posting.begin(reporter, url_name)
    filled = posting.pink(a_child) if url_name == "concerns:log_pink" else posting.standard(a_child)
    answer = reporter.post(url, {**filled, **row(0, **({"colour": "blue as ink"} | boxes))})
    assert answer.status_code == 200
    text = seen(answer)
    assert sentence in text, text[:3000]
    assert filled["what_was_seen"] in text
    assert boxes.get("colour", "blue as ink") in text
    assert "<script>alert(1)" not in answer.content.decode()
    assert not re.search(r"\bplease\b|\binvalid\b", text, re.I)
    assert not the_marks()


def test_too_many_are_refused_in_a_sentence_and_stay(reporter, a_child):
    url = posting.begin(reporter, "concerns:log_pink")
    rows = {}
    for number in range(MOST_MARKS + 1):
        rows |= row(number, region="front-face", kind="scratch", colour=f"colour {number}")
    answer = reporter.post(url, {**posting.pink(a_child), **rows})
    assert answer.status_code == 200
    assert f"There is room for {MOST_MARKS} injuries" in seen(answer)
    assert f"colour {MOST_MARKS}" in seen(answer)
    assert not the_marks()


def test_ten_thousand_rows_are_refused_before_anything_is_read(reporter, a_child):
    url = posting.begin(reporter, "concerns:log_pink")
    rows = {f"injury-{number}-region": "front-face" for number in range(10_000)}
    answer = reporter.post(url, {**posting.pink(a_child), **rows})
    assert answer.status_code == 400
    with acting.as_the_system("test"):
        assert not Concern.objects.exists()


def test_the_operation_refuses_what_a_form_would(a_staff_member, a_child, a_brother, a_dsl_of_the_service):
    wrong = [
        [(a_child, dataclasses.replace(BRUISE, x=0, y=0))],
        [(a_child, dataclasses.replace(BRUISE, region="front-tail"))],
        [(a_child, dataclasses.replace(BRUISE, drawing=2))],
        [(a_brother, BRUISE)],
        [(a_child, BRUISE)] * (MOST_MARKS + 1),
    ]
    for marks in wrong:
        with pytest.raises(ValidationError):
            a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, marks=marks)
    with acting.as_the_system("test"):
        assert not Concern.objects.exists()


# --- Several children (CON-14) --------------------------------------------------------------------------------------
@pytest.mark.rule("CON-14")
def test_with_several_children_each_injury_says_whose_it_is(reporter, a_child, a_brother, a_dsl_of_the_service):
    url = posting.begin(reporter, "concerns:log_pink")
    both = {**posting.pink(a_child), "child": [str(a_child.pk), str(a_brother.pk)]}
    answer = reporter.post(url, {**both, **ROWS})
    assert "Injury 1: choose whose injury it is" in seen(answer)
    assert not the_marks()
    stranger = ChildFactory(service=a_child.service)
    answer = reporter.post(url, {**both, **ROWS, **row(0, whose=str(stranger.pk)), **row(1, whose=str(a_brother.pk))})
    assert "Injury 1: choose whose injury it is" in seen(answer)
    told = row(0, whose=str(a_brother.pk)) | row(1, whose=str(a_child.pk))
    assert reporter.post(url, {**both, **ROWS, **told}).status_code == 302
    with acting.as_the_system("test"):
        whose = {mark.position: mark.whose.child_id for mark in InjuryMark.objects.select_related("whose")}
        assert whose == {1: a_brother.pk, 2: a_child.pk}
        reference = Concern.objects.get().reference
    text = signed_in(a_dsl_of_the_service).get(reverse("concerns:concern_detail", args=[reference])).content.decode()
    assert text.count('class="body-map__whose"') == 2


@pytest.mark.rule("CON-14")
def test_the_injury_of_a_child_who_is_not_on_the_list(reporter, a_child, the_service):
    url = posting.begin(reporter, "concerns:log_pink")
    typed = {"new_child_name": "Danny Moss", "new_child_service": str(the_service.pk)}
    filled = {**posting.pink(a_child), **typed, **ROWS, **row(0, whose="unlisted"), **row(1, whose=str(a_child.pk))}
    assert reporter.post(url, filled).status_code == 302
    with acting.as_the_system("test"):
        first = InjuryMark.objects.select_related("whose__child").get(position=1)
        assert first.whose.child.last_name == "Moss"


# --- Frozen ---------------------------------------------------------------------------------------------------------
def refused_by_the_database(sql, *values):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.rule("CON-09")
@pytest.mark.parametrize("column", ["concern_id", "whose_id", "addendum_id", "author_id", "marked_at", "position",
                                    "drawing", "content", "key_id"])  # fmt: skip
def test_no_column_of_a_mark_can_be_changed_even_in_the_database(column, with_an_injury):
    new = {"content": "'\\x00'::bytea", "marked_at": "now() - interval '1 day'", "position": "9", "drawing": "9",
           "author_id": "-1"}.get(column, "gen_random_uuid()")  # fmt: skip
    with acting.as_the_system("test"):
        refused_by_the_database(f"UPDATE concerns_injurymark SET {column} = {new}")


@pytest.mark.rule("CON-09")
def test_no_mark_can_be_put_into_a_concern_that_was_sent(with_an_injury, a_staff_member, a_child, another_service):
    """Not even by the database's own hand: there is room for as many as were sent, and they are there."""
    (first, _) = the_marks()

    def one_more(**other):
        return InjuryMark(
            **{"key": first.key, "concern_id": first.concern_id, "whose_id": first.whose_id, "author": a_staff_member,
               "position": 3, "drawing": 1, "content": BURN.as_data()} | other
        )  # fmt: skip

    with acting.as_the_system("test"):
        for late in (one_more(), one_more(addendum_id=uuid.uuid4())):
            with pytest.raises(IntegrityError, match="never alone"), transaction.atomic():
                late.save(force_insert=True)
        refused_by_the_database("UPDATE concerns_concern SET injuries = 3")
        with pytest.raises(Exception, match="never deleted|permission denied"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM concerns_injurymark")
    assert len(the_marks()) == 2


@pytest.mark.rule("CON-09", "CON-14")
def test_a_mark_cannot_belong_to_a_child_of_another_concern(
    with_an_injury, a_staff_member, a_child, a_dsl_of_the_service
):
    other = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    with acting.as_the_system("test"):
        strange = ChildInConcern.objects.get(concern=other)
        addendum = operations.add_addendum(
            concern=with_an_injury, by=a_staff_member, text="More.", submission_key=uuid.uuid4()
        )
        late = InjuryMark(key=with_an_injury.key, concern=with_an_injury, whose=strange, addendum=addendum,
                          author=a_staff_member, position=3, drawing=1, content=BURN.as_data())  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            late.save(force_insert=True)


# --- Added later ----------------------------------------------------------------------------------------------------
@pytest.mark.rule("CON-09")
def test_a_later_mark_comes_with_an_addendum_and_counts_on(with_an_injury, reporter, a_staff_member):
    begun = reporter.get(reverse("concerns:addendum_add", args=[with_an_injury.reference]))
    typed = {"text": "I saw one more.", **row(0, region="front-left-knee", kind="scratch")}
    refused = reporter.post(begun.url, {**typed, **row(0, kind="")})
    assert "Injury 1: choose what it is" in seen(refused)
    assert "I saw one more." in seen(refused)
    assert reporter.post(begun.url, typed).status_code == 302
    marks = the_marks()
    assert [(mark.position, mark.addendum_id is not None) for mark in marks] == [(1, False), (2, False), (3, True)]
    with acting.as_the_system("test"):
        assert Concern.objects.get().injuries == 2
    text = seen(reporter.get(reverse("concerns:concern_detail", args=[with_an_injury.reference])))
    assert "Scratch or graze, left knee, front" in text
    assert "Body map: Front, with injury 3" in text


@pytest.mark.rule("CON-09", "CON-12")
def test_what_a_dsl_marks_later_is_not_shown_to_the_reporter(
    with_an_injury, reporter, a_staff_member, a_dsl_of_the_service, acting_as
):
    with acting_as(a_dsl_of_the_service):
        operations.add_addendum(
            concern=with_an_injury, by=a_dsl_of_the_service, text="Seen by the nurse.", submission_key=uuid.uuid4(),
            marks=[(with_an_injury.children.get().child, Mark.at("front-right-knee", "middle", kind="swelling"))],
        )  # fmt: skip
        assert InjuryMark.objects.count() == 3
    with acting_as(a_staff_member):
        assert InjuryMark.objects.count() == 2
        assert need_to_know.marks_of(a_staff_member, with_an_injury).count() == 2
    own = reverse("concerns:concern_detail", args=[with_an_injury.reference])
    assert "right knee" not in seen(reporter.get(own)).split("What you sent")[1]
    assert "Swelling, right knee, front" in seen(signed_in(a_dsl_of_the_service).get(own))
    with acting_as(a_staff_member):
        operations.add_addendum(
            concern=with_an_injury, by=a_staff_member, text="One more.", submission_key=uuid.uuid4(),
            marks=[(with_an_injury.children.get().child, BURN)],
        )  # fmt: skip
    assert [mark.position for mark in the_marks()] == [1, 2, 3, 4]


# --- Read -----------------------------------------------------------------------------------------------------------
def test_nothing_of_an_injury_stands_in_clear_in_the_database(with_an_injury):
    with acting.as_the_system("test"), connection.cursor() as cursor:
        for table in ("concerns_injurymark", "concerns_historicalinjurymark"):
            cursor.execute(f"SELECT t::text, encode(t.content, 'escape') FROM {table} t")
            rows = cursor.fetchall()
            assert len(rows) == 2
            for text in (part for each in rows for part in each):
                for word in ("bruise", "back-left", "purple", "Four in a row"):
                    assert word not in text


def test_the_words_of_a_mark_are_found_by_the_search(with_an_injury, a_staff_member, a_child, a_dsl_of_the_service):
    from lps_safeguarding.vault import words

    with acting.as_the_system("test"):
        concern = Concern.objects.get(pk=with_an_injury.pk)
    assert set(words.hashes("purple")) <= set(concern.search_words)


def test_marks_cost_one_query_where_there_are_any_and_none_elsewhere(
    with_an_injury, a_staff_member, a_child, a_dsl_of_the_service
):
    plain = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    many = a_concern(
        by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, marks=[(a_child, BRUISE)] * MOST_MARKS
    )
    client = signed_in(a_dsl_of_the_service)

    def asked(concern):
        url = reverse("concerns:concern_detail", args=[concern.reference])
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    without = asked(plain)
    assert (asked(with_an_injury), asked(many)) == (without + 1, without + 1)


def test_drawing_and_list_agree_on_the_page_of_the_dsl(with_an_injury, a_dsl_of_the_service):
    url = reverse("concerns:concern_detail", args=[with_an_injury.reference])
    page = signed_in(a_dsl_of_the_service).get(url).content.decode()
    assert re.findall(r'<li value="(\d)"><strong>([^<]+)</strong>', page) == [
        ("1", "Bruise, left upper arm, back, lower part, 20 mm, purple"),
        ("2", "Burn or scald, right thumb, tip, palm side, about the size of a pea"),
    ]
    badges = re.findall(r'text-anchor="middle" fill="#0b0c0c">(\d)</text>', page)
    assert badges == ["1", "2"]


def test_an_old_record_is_drawn_on_the_version_it_was_placed_on(with_an_injury, monkeypatch):
    (mark, _) = the_marks()
    assert mark.drawing == 1
    monkeypatch.setattr("concerns.body_map.marks.CURRENT", 2)
    assert mark.mark.on is drawing(1).by_key["back-left-upper-arm"]


def tags_of(node, found):
    if isinstance(node, pikepdf.Array):
        for child in node:
            tags_of(child, found)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            found.append((str(node["/S"]), str(node.get("/Alt", ""))))
        if "/K" in node:
            tags_of(node["/K"], found)
    return found


@pytest.fixture
def printed(monkeypatch):
    """The text of each document made, as it goes to the printer."""
    texts = []
    render = pdf.render

    def noted(template, context, **options):
        texts.append(html.unescape(re.sub(r"<[^>]+>", " ", render_to_string(template, context))))
        return render(template, context, **options)

    monkeypatch.setattr("concerns.pdf.pdf.render", noted)
    return texts


@pytest.mark.rule("DEC-10", "CON-14")
def test_the_referral_document_has_the_drawing_with_its_text_and_the_key(
    a_staff_member, a_child, a_brother, a_dsl_of_the_service, acting_as, printed
):
    words = Mark.at("front-left-knee", "middle", kind="cut", words="Ellis Ashdown has one too.")
    sent = {
        "submission_key": uuid.uuid4(), "form": "standard", "observed_at": timezone.now(),
        "place": "Yard", "came_to_light": "saw_injury", "what_was_seen": "Two boys, both hurt.",
    }  # fmt: skip
    with acting_as(a_staff_member):
        concern = operations.submit_concern(
            by=a_staff_member, passed_to=a_dsl_of_the_service, children=[(a_child, ""), (a_brother, "")],
            marks=[(a_child, BRUISE), (a_brother, BURN), (a_child, words)], **sent,
        )  # fmt: skip
    read(concern, by=a_dsl_of_the_service)
    a_decision(concern, by=a_dsl_of_the_service, harm_seen="harmed", options=["social_care"], referrals=[referral()])
    with acting.as_the_system("test"):
        made = concern.referrals.get()
    answer = signed_in(a_dsl_of_the_service).get(
        reverse("concerns:referral_document", args=[made.reference]), {"child": str(a_child.pk)}
    )
    document = pikepdf.open(io.BytesIO(answer.content))
    figures = [alt for tag, alt in tags_of(document.Root.StructTreeRoot, []) if tag == "/Figure"]
    assert figures == ["Body map: Back, with injury 1", "Body map: Front, with injury 3"]
    (text,) = printed
    assert "Bruise, left upper arm, back, lower part" in text
    assert "Ellis" not in text
    assert "right thumb" not in text  # the brother's injury stays out of this child's document
