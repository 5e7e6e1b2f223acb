"""What no form should be sent: each refusal is a sentence that says what to do, and what was typed is still there."""

from __future__ import annotations

import datetime
import html
import io
import re
import uuid
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from allegations.models import StaffConcern
from concerns.models import (
    Addendum,
    ChildFile,
    Concern,
    ConcernFile,
    ContactPerson,
    Decision,
    Feedback,
    FollowUp,
    PlanStatus,
    Referral,
)
from lps_safeguarding.access import acting
from lps_safeguarding.access.models import BreakGlass, Conflict, SharingRecord
from lps_safeguarding.people.models import Role
from tests.cast import a_person, signed_in
from tests.concerns.deciding import posted
from tests.concerns.factories import a_concern, a_decision, read
from tests.concerns.reporting import posting
from tests.test_every_address import LEFT_OUT, a_school_with_records, addresses, arguments  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db

OWN = {"Sec-Fetch-Site": "same-origin"}
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)> {{ 7|add:35 }} {% now 'Y' %} ${7*6}"
SQL = "Robert'); DROP TABLE concerns_concern; -- %s %(id)s \\x27 OR 1=1"
TODAY = datetime.date.today


def all_of(model):
    with acting.as_the_system("test"):
        return list(model.objects.all())


def the_only(model):
    with acting.as_the_system("test"):
        return model.objects.get()


def seen(answer) -> str:
    """What a reader sees of a page: its text without tags, entities read; what boxes hold is in it."""
    text = answer.content.decode()
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.S)
    boxes = " ".join(re.findall(r'value="([^"]*)"', text))
    return html.unescape(re.sub(r"<[^>]+>", " ", text) + " " + boxes)


def refused(answer, sentence, *typed):
    """A page with the sentence and with what was typed; never an order, never a word of machines."""
    text = seen(answer)
    assert answer.status_code == 200, answer.status_code
    assert sentence in text, text[:3000]
    summary = answer.content.decode()
    assert "govuk-error-summary" in summary
    assert not re.search(r"\bplease\b|\binvalid\b", text, re.I)
    for each in typed:
        assert each in text, f"lost: {each[:60]}"


@pytest.fixture(autouse=True)
def the_dsls(a_dsl_of_the_service, a_dsl_of_another_service, the_lead_dsl, the_headteacher):
    return None


@pytest.fixture
def reporter(a_staff_member):
    return signed_in(a_staff_member, headers=OWN)


@pytest.fixture
def dsl(a_dsl_of_the_service):
    return signed_in(a_dsl_of_the_service, headers=OWN)


@pytest.fixture
def a_read_concern(a_staff_member, a_child, a_dsl_of_the_service):
    return read(a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service), by=a_dsl_of_the_service)


@pytest.fixture
def a_decided_concern(a_read_concern, a_dsl_of_the_service):
    a_decision(a_read_concern, by=a_dsl_of_the_service)
    return a_read_concern


def box(name, day, month, year, time="09:00"):
    return {f"{name}_0": day, f"{name}_1": month, f"{name}_2": year, f"{name}_3": time}


# --- Dates, in each form that asks for one ----------------------------------------------------------------------------
TOMORROW = timezone.localdate() + datetime.timedelta(days=1)
IMPOSSIBLE = [
    ((31, 2, 2026), "There is no 31 February"),
    ((30, "Feb", 2026), "There is no 30 February"),
    ((1, 13, 2026), "is not a month"),
    ((1, 1, "0020"), "is not a year we can use"),
    ((1, 1, "2O26"), "is not a year we can use"),
    ((1, 1, "99999999999"), "is not a year we can use"),
    ((0, 1, 2026), "is not a day of a month"),
    (("١", 1, 2026), "is not a day of a month"),
    (("", 1, 2026), "Enter the day"),
    (("31'; --", 1, 2026), "is not a day of a month"),
]
NOT_A_TIME = ["25:00", "10:61", "half past ten", "9", "::", "1342pm", "😀"]


@pytest.mark.rule("CON-18")
@pytest.mark.parametrize(("day", "sentence"), IMPOSSIBLE)
def test_an_impossible_day_is_refused_on_every_form(day, sentence, reporter, dsl, a_child, a_decided_concern):
    reference = a_decided_concern.reference
    kept = "Typed with care"
    url = posting.begin(reporter, "concerns:log_pink")
    refused(reporter.post(url, {**posting.pink(a_child), **box("observed_at", *day), "place": kept}), sentence, kept)
    url = posting.begin(reporter, "allegations:intake_adult")
    typed = {"subject_typed": kept, "what_happened": kept, **box("happened_at", *day)}
    refused(reporter.post(url, typed), sentence, kept)
    assert len(all_of(Concern)) == 1
    assert not all_of(StaffConcern)
    referral = {"agency": "police", "what_was_shared": kept, **box("made_at", *day)}
    refused(dsl.post(reverse("concerns:referral_add", args=[reference]), referral), sentence, kept)
    follow_up = {"what": kept, **box("due_on", *day)}
    refused(dsl.post(reverse("concerns:follow_up_add", args=[reference]), follow_up), sentence, kept)
    decision = posted.decision(rationale=kept, **box("review_on", *day))
    refused(dsl.post(reverse("concerns:decision_add", args=[reference]), decision), sentence, kept)
    assert not all_of(Referral)
    assert not all_of(FollowUp)
    assert len(all_of(Decision)) == 1


@pytest.mark.parametrize("time", NOT_A_TIME)
def test_what_is_no_time_is_refused(time, reporter, a_child):
    url = posting.begin(reporter, "concerns:log_pink")
    typed = {**posting.pink(a_child), "observed_at_3": time, "place": "Under the stairs"}
    refused(reporter.post(url, typed), "is not a time", "Under the stairs", time)
    assert not all_of(Concern)


def test_the_future_and_the_past_are_refused_where_they_cannot_be(reporter, dsl, a_child, a_read_concern):
    ahead = timezone.now() + datetime.timedelta(days=1)
    kept = "Typed with care"
    url = posting.begin(reporter, "concerns:log_standard")
    typed = posting.standard(a_child, **posting.when(ahead), why_worried=kept)
    refused(reporter.post(url, typed), "cannot be in the future", kept)
    url = posting.begin(reporter, "allegations:intake_adult")
    typed = {"subject_typed": kept, "what_happened": kept, **posted.parts_of(ahead, "happened_at")}
    refused(reporter.post(url, typed), "cannot be in the future", kept)
    reference = a_read_concern.reference
    decision = posted.decision(
        rationale=kept,
        harm_seen="at_risk",
        options=["social_care"],
        parents_informed="yes",
        parents_informed_by="Mrs Okafor",
        parents_what_was_said=kept,
        **posted.parts_of(ahead, "parents_informed_at"),
        **posted.referral(what_was_shared=kept, **posted.parts_of(ahead, "made_at")),
        **{"follow_up-0-what": kept, "follow_up-0-owner": "Tom Harland, Teacher"},
        **posted.day_parts(timezone.localdate() - datetime.timedelta(days=1), "follow_up-0-due_on"),
    )
    answer = dsl.post(reverse("concerns:decision_add", args=[reference]), decision)
    for sentence in (
        "When they were told cannot be in the future",
        "When you made the referral cannot be in the future",
        "cannot be in the past",
    ):
        refused(answer, sentence, kept)
    outside = {"with_whom": kept, "what": kept, "why": kept, "ground": "public_task", "consent": "given"}
    outside |= posted.parts_of(ahead, "at")
    refused(dsl.post(reverse("concerns:share_outside", args=[reference]), outside), "cannot be in the future", kept)


# --- Text -------------------------------------------------------------------------------------------------------------
LONGEST = [
    ("concerns:log_pink", "what_was_seen", 100_000),
    ("concerns:log_standard", "childs_words", 100_000),
    ("concerns:log_standard", "who_was_present", 10_000),
    ("allegations:intake_adult", "what_happened", 100_000),
    ("allegations:intake_adult", "place", 1_000),
]


@pytest.mark.rule("CON-18")
@pytest.mark.parametrize(("form", "name", "most"), LONGEST)
def test_one_character_too_many_is_refused_whole_and_none_too_many_is_kept_whole(form, name, most, reporter, a_child):
    model, given = {
        "concerns:log_pink": (Concern, posting.pink(a_child)),
        "concerns:log_standard": (Concern, posting.standard(a_child)),
        "allegations:intake_adult": (StaffConcern, {"subject_typed": "The driver", "what_happened": "Shouted."}),
    }[form]
    url = posting.begin(reporter, form)
    typed = "ß😔" + "ä" * (most - 2)
    refused(reporter.post(url, {**given, name: typed + "z"}), f"there is room for {most:,}", typed + "z")
    assert not all_of(model)
    answer = reporter.post(url, {**given, name: typed})
    if form == "concerns:log_standard":
        answer = reporter.post(answer.url, {"action": "send"})
    assert answer.status_code == 302, seen(answer)[:2000]
    with acting.as_the_system("test"):
        assert getattr(model.objects.select_related("key").get(), name) == typed


@pytest.mark.parametrize(
    ("page", "name"),
    [("decision_add", "rationale"), ("close", "rationale"), ("feedback_add", "text"), ("share", "why"),
     ("referral_add", "what_was_shared"), ("follow_up_add", "what")],
)  # fmt: skip
def test_the_dsls_long_texts_are_refused_whole(page, name, dsl, a_decided_concern):
    typed = "ä" * 50_001 + "zz"
    answer = dsl.post(reverse(f"concerns:{page}", args=[a_decided_concern.reference]), {name: typed, "version": "1"})
    refused(answer, "This has 50,003 characters; there is room for", typed)


def test_more_than_a_form_can_hold_gets_a_page_and_no_fault(reporter, a_child):
    url = posting.begin(reporter, "concerns:log_pink")
    answer = reporter.post(url, posting.pink(a_child, what_was_seen="x" * (6 * 1024 * 1024)))
    assert answer.status_code in (400, 413)
    assert "<h1" in answer.content.decode()
    answer = reporter.post(url, {f"field{number}": "x" for number in range(2_100)})
    assert answer.status_code == 400
    assert "<h1" in answer.content.decode()
    assert not all_of(Concern)


@pytest.mark.rule("CON-09")
@pytest.mark.parametrize("text", [SCRIPT, SQL, "😔👩🏽‍🏫🏴‍☠️ Zoë naïve ‮txt.exe", "a\tb\n\n  c ‘’“”…—"])
def test_text_is_kept_as_typed_and_shown_as_text(text, reporter, dsl, a_child, a_staff_member, a_dsl_of_the_service):
    url = posting.begin(reporter, "concerns:log_standard")
    boxes = ("childs_words", "what_was_seen", "questions_asked", "conversation", "who_was_present", "why_worried",
             "wishes_and_feelings", "place", "brought_by_name", "brought_by_role", "brought_by_how")  # fmt: skip
    check = reporter.post(url, posting.standard(a_child, brought="on", **dict.fromkeys(boxes, text)))
    pages = [reporter.get(check.url), reporter.post(check.url, {"action": "send"}, follow=True)]
    concern = the_only(Concern)
    for name in boxes:
        with acting.as_the_system("test"):
            assert getattr(Concern.objects.select_related("key").get(), name) == text.strip()
    detail = reverse("concerns:concern_detail", args=[concern.reference])
    page = dsl.get(detail)
    given = posted.decision(page, **dict.fromkeys(("rationale", "childs_wishes", "took_part", "feedback"), text))
    given |= {"follow_up-0-what": text, "follow_up-0-owner": a_staff_member.adult.full_name}
    given |= posted.day_parts(timezone.localdate(), "follow_up-0-due_on")
    decide = reverse("concerns:decision_add", args=[concern.reference])
    pages += [page, dsl.post(decide, {**given, "harm_seen": ""})]
    assert dsl.post(decide, given).status_code == 302
    pages += [dsl.get(detail), reporter.get(detail), reporter.get(reverse("concerns:mine"))]
    pages += [dsl.get(reverse("overview:home")), dsl.get(reverse("overview:queue"))]
    pages += [dsl.post(reverse("overview:children"), {"what": what, field: text}, follow=True)
              for what, field in (("name", "name"), ("words", "words"))]  # fmt: skip
    pages += [dsl.get(reverse("overview:child", args=[the_only(ChildFile).reference]))]
    pages += [reporter.get(reverse("concerns:follow_up_detail", args=[the_only(FollowUp).reference]))]
    for page in pages:
        assert page.status_code == 200
        raw = page.content.decode()
        assert "<script>alert" not in raw
        assert "<img src=x" not in raw
        assert "onerror=alert(2)>" not in raw
    shown = [page for page in pages if "".join(text.split())[:12] in "".join(seen(page).split())]
    assert len(shown) > 6


@pytest.mark.parametrize(
    "junk", ["\x00", "a\x00b", "\x1b[31m", "\ud800".encode("utf-8", "surrogatepass"), b"\xff\xfe"]
)
def test_control_characters_and_broken_text_are_no_fault(junk, reporter, dsl, a_child):
    url = posting.begin(reporter, "concerns:log_pink")
    if isinstance(junk, bytes):
        answer = reporter.generic(
            "POST", url, b"place=Hall&what_was_seen=" + junk, "application/x-www-form-urlencoded"
        )
        assert answer.status_code == 200
    else:
        assert reporter.post(url, posting.pink(a_child, what_was_seen=f"Seen{junk}")).status_code == 302
    for what, field in (("name", "name"), ("words", "words")):
        text = junk if isinstance(junk, str) else junk.decode("latin-1")
        assert dsl.post(reverse("overview:children"), {"what": what, field: text}, follow=True).status_code == 200


# --- What was not offered ----------------------------------------------------------------------------------------------
@pytest.mark.rule("ACC-04")
@pytest.mark.parametrize(
    "reference",
    ["C-2222-2222", "c-2222-2222", "C-7F3A-91KQ' OR '1'='1", "%00", "C-2222%00", "😀", "x" * 3000, "..%2f..%2fetc",
     "C-٣٣٣٣-٣٣٣٣", "%ff%fe", "C-2222-2222%0d%0aSet-Cookie: a=b", "{{7*7}}"],
)  # fmt: skip
def test_a_forged_reference_is_not_found_anywhere(reference, dsl):
    bodies = set()
    for path in ("concerns/{}/", "concerns/referrals/{}/", "concerns/follow-ups/{}/", "concerns/{}/decision/",
                 "children/{}/", "adults/{}/sent/", "access/records/{}/who-can-see/"):  # fmt: skip
        answer = dsl.get("/" + path.format(reference))
        assert answer.status_code == 404, (path, answer.status_code)
        assert "Set-Cookie: a=b" not in str(answer.headers)
        of_this_answer = r'nonce="[^"]+"|value="[^"]+"|aria-current="true"|\s+|\d\d:\d\d'
        bodies.add(re.sub(of_this_answer, "", answer.content.decode()))
    assert len(bodies) == 1


@pytest.mark.parametrize("child", ["6a227fe2-2cb1-42e9-925d-e05f21c4e7a3", "1", "", "' OR 1=1 --", "9" * 40, "😀"])
def test_a_forged_child_is_refused_and_the_rest_stays(child, reporter, a_child):
    for page, given in (("log_pink", posting.pink(a_child)), ("log_standard", posting.standard(a_child))):
        url = posting.begin(reporter, f"concerns:{page}")
        answer = reporter.post(url, {**given, "child": child, "place": "Under the stairs"})
        refused(answer, "hild", "Under the stairs")
    assert not all_of(Concern)


@pytest.mark.rule("CON-18")
def test_the_key_of_somebody_elses_form_leads_nowhere(reporter, another_staff_member, a_child):
    theirs = posting.begin(signed_in(another_staff_member), "concerns:log_pink")
    for url in (theirs, reverse("concerns:log_pink_form", args=[uuid.uuid4()])):
        assert reporter.get(url).status_code == 404
        assert reporter.post(url, posting.pink(a_child)).status_code == 404
    assert not all_of(Concern)
    adults = posting.begin(signed_in(another_staff_member), "allegations:intake_adult")
    assert reporter.post(adults, {"subject_typed": "x", "what_happened": "y"}).status_code == 404
    assert not all_of(StaffConcern)


@pytest.mark.rule("DEC-02")
def test_the_key_of_somebody_elses_decision_is_refused_with_a_sentence(
    dsl, the_lead_dsl, a_staff_member, a_child, a_dsl_of_the_service, a_read_concern
):
    other = read(a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service), by=a_dsl_of_the_service)
    key = uuid.uuid4()
    a_decision(other, by=the_lead_dsl, submission_key=key)
    for concern in (other, a_read_concern):
        given = posted.decision(submission_key=str(key), rationale="Mine, and typed with care")
        answer = dsl.post(reverse("concerns:decision_add", args=[concern.reference]), given)
        refused(answer, "Open the concern again", "Mine, and typed with care")
    assert len(all_of(Decision)) == 1


def test_the_key_of_a_form_makes_one_thing_only(
    reporter, dsl, a_staff_member, a_child, a_dsl_of_the_service, a_decided_concern
):
    other = read(a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service), by=a_dsl_of_the_service)
    a_decision(other, by=a_dsl_of_the_service)
    given = {"submission_key": str(uuid.uuid4()), "text": "Typed with care"}
    address = lambda page, concern, *more: reverse(f"concerns:{page}", args=[concern.reference, *more])  # noqa: E731
    for _ in range(2):
        assert dsl.post(address("feedback_add", other), given).status_code == 302
    refused(dsl.post(address("feedback_add", a_decided_concern), given), "Open the concern again", "Typed with care")
    assert len(all_of(Feedback)) == 1
    key = posting.key_of(reporter.get(address("addendum_add", other)).url)
    for _ in range(2):
        assert reporter.post(address("addendum_form", other, key), {"text": "Typed with care"}).status_code == 302
    answer = reporter.post(address("addendum_form", a_decided_concern, key), {"text": "Typed with care"})
    refused(answer, "Open the concern again", "Typed with care")
    assert len(all_of(Addendum)) == 1
    closing = {
        "version": "",
        "submission_key": str(uuid.uuid4()),
        "outcome": "no_further_action",
        "rationale": "Well.",
    }
    for _ in range(2):
        assert dsl.post(address("close", other), closing).status_code == 302
    refused(dsl.post(address("close", a_decided_concern), closing), "Open the concern again", "Well.")
    assert len(all_of(Decision)) == 3


def test_somebody_who_has_left_is_given_nothing(reporter, dsl, a_child, a_decided_concern, the_service):
    left = timezone.localdate() - datetime.timedelta(days=1)
    leaver = a_person("Ms", "Gone", "Already", Role.STAFF, (Role.SERVICE_DSL, the_service), leaves_on=left)
    url = posting.begin(reporter, "concerns:log_pink")
    answer = reporter.post(url, posting.pink(a_child, passed_to=str(leaver.pk), place="Under the stairs"))
    refused(answer, "Choose a DSL of the child’s service, or the lead DSL", "Under the stairs")
    reference = a_decided_concern.reference
    follow_up = {"what": "Ring home", "owner": "Gone Already", **posted.day_parts(timezone.localdate(), "due_on")}
    answer = dsl.post(reverse("concerns:follow_up_add", args=[reference]), follow_up)
    refused(answer, "Nobody here is called “Gone Already”", "Ring home")
    share = {"with_person": "Gone Already", "level": "full", "what": "All", "why": "Ring home"}
    refused(dsl.post(reverse("concerns:share", args=[reference]), share), "Nobody here is called", "Ring home")
    assign = {"to": str(leaver.pk), "version": "3"}
    refused(dsl.post(reverse("concerns:assign", args=[reference]), assign), "Choose a DSL of this service")
    decision = posted.decision(assigned_to=str(leaver.pk), rationale="Typed with care")
    answer = dsl.post(reverse("concerns:decision_add", args=[reference]), decision)
    refused(answer, "", "Typed with care")


# --- Files ------------------------------------------------------------------------------------------------------------
def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("word/document.xml", b"0" * (120 * 1024 * 1024))
    return packed.getvalue()


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\x00" * 200
FILES = {
    "a photograph under another name": ("letter.pdf", lambda: JPEG, "no pictures are kept here"),
    "eleven megabytes": ("letter.pdf", lambda: b"%PDF-1.7\n" + b"0" * (11 * 1024 * 1024), "is bigger than 10 MB"),
    "a zip bomb": ("letter.docx", bomb, "unpacks to far more than a document"),
    "an empty file": ("letter.txt", lambda: b"", "empty"),
    "a program": ("letter.exe", lambda: b"MZ" + b"\0" * 64, "This kind of file cannot be kept here"),
    "a page with a script": ("letter.html", lambda: b"<script>alert(1)</script>", "This kind of file cannot be kept"),
    "a drawing with a script": ("letter.txt", lambda: b"<svg onload=alert(1)></svg>", "no pictures are kept here"),
    "a name with tricks": ("../../etc/passwd\u202etxt.exe", lambda: b"MZ", "This kind of file cannot be kept here"),
}  # fmt: skip


@pytest.mark.parametrize("what", FILES)
def test_a_wrong_file_is_refused_and_everything_typed_stays(what, reporter, dsl, a_child):
    name, content, sentence = FILES[what]
    content = content()
    url = posting.begin(reporter, "concerns:log_standard")
    check = reporter.post(url, posting.standard(a_child, why_worried="Typed with care")).url
    good = SimpleUploadedFile("good.txt", b"A letter.")
    answer = reporter.post(check, {"action": "send", "documents": [good, SimpleUploadedFile(name, content)]})
    refused(answer, sentence, "Typed with care")
    assert "<script>" not in answer.content.decode().replace("<script>alert", "<script>")
    assert not all_of(Concern)
    assert not all_of(ConcernFile)
    assert "Typed with care" in seen(reporter.get(check))
    assert reporter.post(check, {"action": "send"}).status_code == 302
    concern = the_only(Concern)
    answer = dsl.post(
        reverse("concerns:file_add", args=[concern.reference]), {"document": SimpleUploadedFile(name, content)}
    )
    refused(answer, sentence)
    assert not all_of(ConcernFile)


# --- Methods, tokens, fields nobody offered ------------------------------------------------------------------------------
def test_no_address_takes_another_method(a_school_with_records, the_lead_dsl):  # noqa: F811
    client = signed_in(the_lead_dsl, raise_request_exception=False, headers=OWN)
    for name, converters in addresses():
        if LEFT_OUT.search(name) or name.startswith(("account_", "mfa_")):  # the sign-in library takes PUT as POST
            continue
        path = reverse(name, kwargs=arguments(name, converters, a_school_with_records))
        for method in ("PUT", "PATCH", "DELETE", "TRACE"):
            with transaction.atomic():
                answer = client.generic(method, path, b"{}", "application/json")
                transaction.set_rollback(True)
            assert answer.status_code in (302, 403, 404, 405, 410), (method, path, answer.status_code)


@pytest.mark.rule("CON-18")
def test_without_the_forms_token_nothing_is_stored_and_what_was_typed_is_still_there(
    a_staff_member, a_dsl_of_the_service, a_child, a_decided_concern
):
    reporter = signed_in(a_staff_member, enforce_csrf_checks=True, headers=OWN)
    dsl = signed_in(a_dsl_of_the_service, enforce_csrf_checks=True, headers=OWN)
    reference = a_decided_concern.reference
    typed = "Typed with care"
    forms = [
        (reporter, posting.begin(reporter, "concerns:log_pink"), posting.pink(a_child, place=typed)),
        (reporter, posting.begin(reporter, "concerns:log_standard"), posting.standard(a_child, place=typed)),
        (reporter, posting.begin(reporter, "allegations:intake_adult"), {"what_happened": typed}),
        (reporter, reporter.get(reverse("concerns:addendum_add", args=[reference])).url, {"text": typed}),
        (dsl, reverse("concerns:decision_add", args=[reference]), posted.decision(rationale=typed)),
        (dsl, reverse("concerns:close", args=[reference]), {"rationale": typed, "outcome": "no_further_action"}),
        (dsl, reverse("concerns:feedback_add", args=[reference]), {"text": typed}),
        (dsl, reverse("concerns:share", args=[reference]), {"why": typed}),
        (dsl, reverse("concerns:referral_add", args=[reference]), {"what_was_shared": typed}),
        (dsl, reverse("overview:children"), {"what": "words", "words": typed}),
    ]
    before = [len(all_of(model)) for model in (Concern, StaffConcern, Addendum, Decision, Feedback, Referral)]
    for client, address, given in forms:
        for token in ({}, {"csrfmiddlewaretoken": "x" * 64}):
            answer = client.post(address, {**given, **token})
            assert answer.status_code == 403, address
            assert typed in seen(answer), address
            assert "too old to send" in seen(answer)
        foreign = client.post(
            address, given, headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
        )
        assert foreign.status_code == 403
        assert typed not in seen(foreign)
    assert before == [len(all_of(model)) for model in (Concern, StaffConcern, Addendum, Decision, Feedback, Referral)]


def forged(model, given: dict, somebody) -> dict:
    """A value for every field of the model that the form does not ask for."""
    more = {}
    for field in model._meta.concrete_fields:
        for name in {field.name, field.attname}:
            if isinstance(field, models.DateTimeField):
                more[name] = "2001-01-01T00:00:00Z"
            elif isinstance(field, models.DateField):
                more[name] = "2001-01-01"
            elif isinstance(field, models.ForeignKey | models.IntegerField):
                more[name] = str(somebody.pk)
            elif isinstance(field, models.BooleanField):
                more[name] = "on"
            elif isinstance(field, models.UUIDField):
                more[name] = str(uuid.uuid4())
            else:
                more[name] = "closed" if field.name == "state" else "forged"
    return {name: value for name, value in more.items() if name not in given}


DIFFERS = {"id", "key", "reference", "submission_key", "search_words", "file", "concern", "decision", "record_id"}


def alike(one, other) -> None:
    """The same in every field, but for what is new for each record and for moments, which are of today."""
    assert type(one) is type(other)
    for field in one._meta.concrete_fields:
        mine, theirs = getattr(one, field.attname), getattr(other, field.attname)
        if isinstance(mine, datetime.datetime) and isinstance(theirs, datetime.datetime):
            assert abs(mine - theirs) < datetime.timedelta(minutes=2), field.name
            assert abs(timezone.now() - mine) < datetime.timedelta(days=20), field.name
        elif field.name not in DIFFERS:
            assert mine == theirs, f"{type(one).__name__}.{field.name}: {mine!r} and {theirs!r}"


@pytest.mark.rule("CON-09", "ACC-04")
def test_no_form_takes_a_field_it_did_not_offer(
    reporter, a_child, a_staff_member, a_dsl_of_the_service, another_staff_member, the_lead_dsl, the_headteacher
):
    """Each form is sent as it is and once more with every field of its model; the two records are alike."""
    dsl = signed_in(a_dsl_of_the_service, headers=OWN)
    lead = signed_in(the_lead_dsl, headers=OWN)
    head = signed_in(the_headteacher, headers=OWN)
    moment = timezone.now() - datetime.timedelta(hours=1)

    def fresh():
        sent = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
        return read(sent, by=a_dsl_of_the_service)

    def decided():
        concern = fresh()
        a_decision(concern, by=a_dsl_of_the_service)
        return concern

    def on_concern(page, made=decided, given=None):
        def send(more):
            concern = made()
            address = reverse(f"concerns:{page}", args=[concern.reference])
            found = dsl.get(address, follow=True)
            hidden = {name: posted.hidden(found, name) for name in ("version", "submission_key")}
            return dsl.post(address, {**more, **(given or {}), **{k: v for k, v in hidden.items() if v}})

        return send

    def standard(more):
        url = posting.begin(reporter, "concerns:log_standard")
        check = reporter.post(url, {**more, **posting.standard(a_child, **posting.when(moment))})
        return reporter.post(check.url, {**more, "action": "send"})

    def ended(more):
        concern = decided()
        with acting.as_person(a_dsl_of_the_service):
            from concerns import operations

            what = {"owner": a_dsl_of_the_service, "due_on": timezone.localdate(), "what": "Ring home"}
            made = operations.set_follow_up(concern=concern, by=a_dsl_of_the_service, **what)
        end = {"version": "1", "state": "done", "note": "Done."}
        return dsl.post(reverse("concerns:follow_up_end", args=[made.reference]), {**more, **end})

    def of_child(page, given):
        def send(more):
            return dsl.post(reverse(f"overview:{page}", args=[all_of(ChildFile)[0].reference]), {**more, **given})

        return send

    def glass(more):
        given = {"reference": fresh().reference, "reason": "The police ask for it right now."}
        return head.post(reverse("access:break_glass_open"), {**more, **given})

    def addendum(more):
        url = reporter.get(reverse("concerns:addendum_add", args=[fresh().reference])).url
        return reporter.post(url, {**more, "text": "And this."})

    referral = {"agency": "police", "method": "telephone", "urgency": "same_day", "what_was_shared": "All.",
                "ground": "consent", **posted.parts_of(moment, "made_at")}  # fmt: skip
    share = {"with_person": another_staff_member.adult.full_name, "level": "summary", "what": "All", "why": "Needs it",
             "ground": "public_task", "consent": "not_needed"}  # fmt: skip
    due = posted.day_parts(timezone.localdate(), "due_on")
    conflict = {"child": str(a_child.pk), "kind": "declared", "reason": "An aunt."}
    adult = {"subject_typed": "The driver", "what_happened": "Shouted.", **posted.parts_of(moment, "happened_at")}
    pink = posting.pink(a_child, **posting.when(moment))
    forms = [
        (Concern, lambda more: reporter.post(posting.begin(reporter, "concerns:log_pink"), {**more, **pink})),
        (Concern, standard),
        (Addendum, addendum),
        (Decision, on_concern("decision_add", fresh, posted.decision())),
        (Decision, on_concern("close", decided, {"outcome": "no_further_action", "rationale": "All is well."})),
        (Feedback, on_concern("feedback_add", decided, {"text": "Seen."})),
        (Referral, on_concern("referral_add", decided, referral)),
        (FollowUp, on_concern("follow_up_add", decided, {"what": "Ring", "owner": "Tom Harland, Teacher", **due})),
        (FollowUp, ended),
        (SharingRecord, on_concern("share", decided, share)),
        (ContactPerson, of_child("contact_add", {"position": "1", "name": "Gran", "relation": "gran"})),
        (PlanStatus, of_child("plan_add", {"kind": "child_in_need", **posted.day_parts(TODAY(), "from_date")})),
        (StaffConcern, lambda more: reporter.post(posting.begin(reporter, "allegations:intake_adult"), {**more, **adult})),
        (BreakGlass, glass),
        (Conflict, lambda more: lead.post(reverse("access:conflict_declare"), {**more, **conflict})),
    ]  # fmt: skip
    offered = {"version", "submission_key", "submission_key_id", "is_headteacher", "which", "new_child_name", "step"}
    for number, (model, send) in enumerate(forms):
        made = []
        for with_more in (False, True):
            before = {row.pk for row in all_of(model)}
            with transaction.atomic():
                more = forged(model, dict.fromkeys(offered), another_staff_member) if with_more else {}
                more = {name: value for name, value in more.items() if name not in ASKED_BY_THE_FORM[model]}
                answer = send(more)
                assert answer.status_code == 302, (number, model.__name__, with_more, seen(answer)[:1500])
                with acting.as_the_system("test"):
                    newest = "-decided_at" if model is Decision else "-pk"
                    made.append(model.objects.select_related("key").exclude(pk__in=before).order_by(newest).first())
                if model is Conflict:
                    transaction.set_rollback(True)
        alike(*made)


# What a form of each model asks for, required or not; a value there is no forgery.
ASKED_BY_THE_FORM: dict[type, set[str]] = {
    Concern: {"childs_words", "what_was_seen", "questions_asked", "conversation", "who_was_present", "why_worried",
              "wishes_and_feelings", "place", "agency_name", "brought_by_name", "brought_by_role", "brought_by_how",
              "came_to_light", "passed_to", "kinds", "observed_at"},
    Addendum: {"text"},
    Decision: {"harm_seen", "options", "rationale", "took_part", "not_referred_reason", "childs_wishes",
               "wishes_missing_reason", "parents_informed", "parents_informed_at", "parents_informed_by",
               "parents_what_was_said", "parents_reason", "parents_reason_detail", "review_on", "outcome"},
    Feedback: {"text"},
    Referral: {"agency", "made_at", "person_spoken_to", "method", "urgency", "what_was_shared", "ground",
               "ground_detail", "their_reference", "confirmed_in_writing_on"},
    FollowUp: {"what", "owner", "due_on", "note"},
    SharingRecord: {"with_person", "level", "what", "why", "ground", "consent"},
    ContactPerson: {"name", "relation", "telephone", "position", "note", "has_parental_responsibility",
                    "do_not_contact"},
    PlanStatus: {"kind", "from_date", "until_date", "social_worker", "social_worker_contact", "next_meeting_at", "note"},
    StaffConcern: {"what_happened", "happened_at", "when_typed", "place", "children", "who_else_knows",
                   "subject_typed", "subject"},
    BreakGlass: {"reference", "reason"},
    Conflict: {"child", "kind", "reason"},
}  # fmt: skip


# --- No page falls over ------------------------------------------------------------------------------------------------
JUNK = ["\x00", "9" * 30, "-1", "😀‮", "' OR 1=1; --", "x" * 300, "None", "[]", "2026-02-31T99:99"]


def test_no_page_falls_over_whatever_is_put_into_its_boxes_and_its_address(a_school_with_records, the_lead_dsl):  # noqa: F811
    client = signed_in(the_lead_dsl, raise_request_exception=False, headers=OWN)
    faults, turn = [], 0

    def ask(method, path, given):
        with transaction.atomic():
            answer = getattr(client, method)(path, given)
            transaction.set_rollback(True)
        if answer.status_code >= 500:
            faults.append((method, path, given))
        return answer

    for name, converters in addresses():
        if LEFT_OUT.search(name) or name.startswith(("account_", "mfa_")):
            continue
        path = reverse(name, kwargs=arguments(name, converters, a_school_with_records))
        answer = ask("get", path, {})
        is_page = answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
        boxes = set(re.findall(r'name="([^"]+)"', answer.content.decode())) if is_page else set()
        boxes -= {"csrfmiddlewaretoken", "viewport", "description", "theme-color"}
        asked = {"show", "all", "decide", "agency", "child", "since", "service", "who", "form", "next", "page", "q"}
        boxes |= {"child", "adult", "key", "version", "submission_key"}
        turn += 1  # each box gets other junk on each page
        ask("get", path, {box: JUNK[(number + turn) % len(JUNK)] for number, box in enumerate(sorted(asked))})
        ask("post", path, {box: JUNK[(number + turn) % len(JUNK)] for number, box in enumerate(sorted(boxes))})
    assert faults == []
