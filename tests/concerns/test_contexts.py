"""Contexts outside the home: things of their own, with those concerns that one may open (CON-16)."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from concerns import context_page, escalation, need_to_know, operations
from concerns.models import Concern, ConcernContext, Context, ContextFollowUp, ContextNote
from concerns.terms import ContextKind, HarmSeen, NoteAbout, Option
from lps_safeguarding.access import acting, conflicts
from lps_safeguarding.access.refusals import StaleEdit, WrongState
from lps_safeguarding.alerts.models import Alert
from tests.access.differential import differences, seen_by_nobody
from tests.cast import CAST, signed_in
from tests.concerns.factories import a_concern, a_context, a_decision, linked, read, referral

pytestmark = [pytest.mark.django_db, pytest.mark.rule("CON-16")]


@pytest.fixture
def here(a_staff_member, a_child, a_dsl_of_the_service, the_lead_dsl, the_headteacher):
    """A concern about a child of the service, read by its DSL."""
    return read(a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service), by=a_dsl_of_the_service)


@pytest.fixture
def elsewhere(a_staff_member, a_child_of_another_service, a_dsl_of_another_service, the_lead_dsl):
    """A concern about a child of another service, read by the DSL there."""
    return read(
        a_concern(by=a_staff_member, child=a_child_of_another_service, passed_to=a_dsl_of_another_service),
        by=a_dsl_of_another_service,
    )


@pytest.fixture
def the_park(here, elsewhere, a_dsl_of_the_service, a_dsl_of_another_service):
    """A place that both concerns share."""
    park = a_context(by=a_dsl_of_the_service)
    linked(here, park, by=a_dsl_of_the_service)
    linked(elsewhere, park, by=a_dsl_of_another_service)
    return park


def text_of(answer) -> str:
    return answer.content.decode()


def all_of(model):
    with acting.as_the_system("test"):
        return list(model.objects.all())


def detail(context) -> str:
    return reverse("concerns:context_detail", args=[context.reference])


# --- What one sees ----------------------------------------------------------------------------------------------------
def test_a_context_shows_each_dsl_the_concerns_they_may_open_and_counts_no_others(
    the_park, here, elsewhere, a_dsl_of_the_service, a_dsl_of_another_service, the_lead_dsl
):
    for person, shown, hidden in (
        (a_dsl_of_the_service, [here], [elsewhere]),
        (a_dsl_of_another_service, [elsewhere], [here]),
        (the_lead_dsl, [here, elsewhere], []),
    ):
        client = signed_in(person)
        page, line = text_of(client.get(detail(the_park))), text_of(client.get(reverse("concerns:context_list")))
        assert "Abbey Park" in page
        assert f"{len(shown)} concern" in line
        for concern in shown:
            assert concern.reference in page
        for concern in hidden:
            assert concern.reference not in page + line
    names = {"here": "Robin Ashdown", "elsewhere": "Kit Marlow"}
    assert names["elsewhere"] not in text_of(signed_in(a_dsl_of_the_service).get(detail(the_park)))


def test_a_context_with_only_hidden_concerns_looks_like_one_without_any(
    elsewhere, a_dsl_of_the_service, a_dsl_of_another_service
):
    empty = a_context(by=a_dsl_of_another_service, name="Bus 22", kind=ContextKind.ROUTE)
    used = a_context(by=a_dsl_of_another_service, name="Bus 44", kind=ContextKind.ROUTE)
    linked(elsewhere, used, by=a_dsl_of_another_service)
    client = signed_in(a_dsl_of_the_service)
    pages = [
        text_of(client.get(detail(each)))
        .split("<main")[1]
        .split("csrf")[0]
        .replace(each.reference, "")
        .replace(each.name, "")
        for each in (empty, used)
    ]
    assert pages[0] == pages[1]
    assert "concern you can open" not in text_of(client.get(reverse("concerns:context_list")))


@pytest.mark.rule("ACC-02")
def test_a_conflict_shuts_the_concern_on_the_page_of_its_context_too(
    the_park, here, a_child, a_dsl_of_the_service, acting_as
):
    with acting_as(a_dsl_of_the_service):
        conflicts.declare(
            person=a_dsl_of_the_service, child=a_child, kind="declared", by=a_dsl_of_the_service, reason="A neighbour."
        )
    page = text_of(signed_in(a_dsl_of_the_service).get(detail(the_park)))
    assert here.reference not in page
    assert "Robin" not in page


@pytest.mark.rule("ROL-05", "ROL-06", "ACC-04")
@pytest.mark.parametrize("who", [name for name in CAST if name not in ("a_leaver", "nobody_signed_in")])
def test_contexts_exist_for_the_safeguarding_team_and_for_nobody_else(the_park, request, who):
    person = request.getfixturevalue(who)
    client = signed_in(person)
    person.forget_roles()
    if person.is_dsl():
        assert client.get(detail(the_park)).status_code == 200
        return
    assert client.get(detail(the_park)).status_code == 404
    assert client.get(reverse("concerns:context_list")).status_code == 403
    assert client.get(reverse("concerns:context_names")).status_code == 403
    with acting.as_person(person):
        for model in (Context, ContextNote, ContextFollowUp, ConcernContext):
            assert not model.objects.exists()
            assert not model.history.exists()
        with pytest.raises(PermissionDenied):
            operations.make_context(by=person, kind=ContextKind.PLACE, name="Gate")


@pytest.mark.rule("ACC-01")
def test_both_walls_say_the_same_of_contexts_and_of_their_links(
    the_park, here, request, a_child, a_dsl_of_the_service, the_lead_dsl, acting_as
):
    everybody = [request.getfixturevalue(name) for name in CAST if name != "nobody_signed_in"]
    with acting_as(the_lead_dsl):
        note = {"about": NoteAbout.HAPPENING, "text": "Older boys hand out vapes.", "submission_key": uuid.uuid4()}
        operations.write_on_context(context=the_park, by=the_lead_dsl, **note)
        operations.set_context_follow_up(
            context=the_park,
            by=the_lead_dsl,
            owner=a_dsl_of_the_service,
            due_on=timezone.localdate(),
            what="Ring them",
        )
        conflicts.declare(
            person=a_dsl_of_the_service, child=a_child, kind="relative", by=the_lead_dsl, reason="A cousin."
        )

    def on_contexts(model):
        return lambda user: model.objects.filter(context__in=need_to_know.contexts_readable_by(user).values("pk"))

    assert differences(Context, need_to_know.contexts_readable_by, everybody) == []
    assert differences(ConcernContext, need_to_know.context_links_readable_by, everybody) == []
    for model in (ContextNote, ContextFollowUp):
        assert differences(model, on_contexts(model), everybody) == []
    for model in (Context, ConcernContext, ContextNote, ContextFollowUp):
        assert seen_by_nobody(model) == set()


# --- On a concern -----------------------------------------------------------------------------------------------------
def test_a_known_context_is_linked_from_the_triage_page_by_typing_and_can_be_taken_away(
    here, a_dsl_of_the_service, a_dsl_of_another_service
):
    a_context(by=a_dsl_of_another_service, name="Abbey Park")
    client = signed_in(a_dsl_of_the_service)
    page = reverse("concerns:concern_detail", args=[here.reference])
    link = reverse("concerns:context_link", args=[here.reference])
    assert "Abbey Park" not in text_of(client.get(page))
    assert client.get(reverse("concerns:context_names")).json() == {"labels": ["Abbey Park, a place"]}
    version = all_of(Concern)[0].version
    for typed in ("abbey  park, a place", "Abbey Park"):
        assert client.post(link, {"context": typed}).url == page + "#contexts"
    (row,) = all_of(ConcernContext)
    (concern,) = all_of(Concern)
    assert (row.linked_by, concern.has_contexts, concern.version) == (a_dsl_of_the_service, True, version)
    assert "Abbey Park" in text_of(client.get(page))
    client.post(reverse("concerns:context_unlink", args=[here.reference, row.pk]))
    assert "Abbey Park" not in text_of(client.get(page))
    assert all_of(ConcernContext)[0].ended_at is not None
    assert not all_of(Concern)[0].has_contexts


def test_a_new_context_is_made_and_linked_in_two_steps_without_javascript(here, a_dsl_of_the_service):
    client = signed_in(a_dsl_of_the_service)
    link = reverse("concerns:context_link", args=[here.reference])
    asked = text_of(client.post(link, {"context": "KS3 boys chat"}))
    assert "It is new: what is it?" in asked
    assert 'value="KS3 boys chat"' in asked
    refused = text_of(client.post(link, {"context": "KS3 boys chat", "name": "KS3 boys chat"}))
    assert "Choose what it is" in refused
    made = {"context": "x", "name": "KS3 boys  chat", "kind": "online", "description": "On a messaging app"}
    assert client.post(link, made).status_code == 302
    (context,) = all_of(Context)
    with acting.as_the_system("test"):
        assert Context.objects.select_related("key").get().name == "KS3 boys chat"
    assert [link.context_id for link in all_of(ConcernContext)] == [context.pk]


def test_typing_what_fits_several_asks_which_one(here, a_dsl_of_the_service):
    for name in ("Abbey Park north gate", "Abbey Park south gate"):
        a_context(by=a_dsl_of_the_service, name=name)
    page = text_of(
        signed_in(a_dsl_of_the_service).post(
            reverse("concerns:context_link", args=[here.reference]), {"context": "abbey park"}
        )
    )
    assert "Do you mean one of these?" in page
    assert not all_of(ConcernContext)


@pytest.mark.parametrize("who", ["a_staff_member", "a_dsl_of_another_service", "the_headteacher", "the_administrator"])
def test_others_link_nothing(the_park, here, request, who):
    client = signed_in(request.getfixturevalue(who))
    link = all_of(ConcernContext)[0]
    address = reverse("concerns:context_link", args=[here.reference])
    assert client.post(address, {"context": "Abbey Park"}).status_code in (403, 404)
    ended = reverse("concerns:context_unlink", args=[here.reference, link.pk])
    assert client.post(ended).status_code in (403, 404)
    assert all(each.ended_at is None for each in all_of(ConcernContext))


def test_a_concern_without_a_context_costs_no_query_for_it(here, a_dsl_of_the_service, acting_as):
    with acting_as(a_dsl_of_the_service):
        concern = need_to_know.readable_by(a_dsl_of_the_service).get(pk=here.pk)
        with CaptureQueriesContext(connection) as queries:
            assert context_page.linked_with(a_dsl_of_the_service, concern) == []
    assert len(queries) == 0


def test_the_list_and_a_page_ask_as_much_with_many_as_with_one(the_park, here, a_dsl_of_the_service):
    client = signed_in(a_dsl_of_the_service)

    def asked(url):
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return sum("SAVEPOINT" not in query["sql"] for query in queries)

    addresses = (detail(the_park), reverse("concerns:context_list"))
    before = [asked(url) for url in addresses]
    for number in range(6):
        more = a_context(by=a_dsl_of_the_service, name=f"Bus {number}", kind=ContextKind.ROUTE)
        linked(here, more, by=a_dsl_of_the_service)
        with acting.as_person(a_dsl_of_the_service):
            note = {"about": NoteAbout.DONE, "text": f"Rode on it, {number}", "submission_key": uuid.uuid4()}
            operations.write_on_context(context=the_park, by=a_dsl_of_the_service, **note)
    assert [asked(url) for url in addresses] == before


def test_a_referral_tells_which_places_play_a_part(the_park, here, a_dsl_of_the_service, acting_as, monkeypatch):
    from concerns import case_page, pdf

    a_decision(
        here,
        by=a_dsl_of_the_service,
        harm_seen=HarmSeen.AT_RISK,
        options=[Option.SOCIAL_CARE],
        referrals=[referral()],
    )
    monkeypatch.setattr(pdf.pdf, "render", lambda template, context, **more: context)
    with acting_as(a_dsl_of_the_service):
        concern = need_to_know.readable_by(a_dsl_of_the_service).select_related("key", "service").get(pk=here.pk)
        cards = case_page.children_of(concern, a_dsl_of_the_service)
        made = need_to_know.referrals_of(a_dsl_of_the_service, concern).select_related("key", "made_by__adult").get()
        document = pdf.referral_document(
            referral=made, concern=concern, card=cards[0], cards=cards, by=a_dsl_of_the_service
        )
    assert document["contexts"] == ["Abbey Park, a place"]


# --- What is written on it --------------------------------------------------------------------------------------------
def test_notes_say_what_happens_and_what_was_done_and_are_never_changed(the_park, a_dsl_of_the_service, as_system):
    client = signed_in(a_dsl_of_the_service)
    address = reverse("concerns:context_note_add", args=[the_park.reference])
    key = client.get(address).context["form"].initial["submission_key"]
    note = {"about": "done", "text": "Spoke with the park warden: lights are mended.", "submission_key": key}
    for _ in range(2):
        assert client.post(address, note).url == detail(the_park)
    assert len(all_of(ContextNote)) == 1
    page = text_of(client.get(detail(the_park)))
    assert "What we did about it" in page
    assert "Spoke with the park warden" in page
    for table, change in (
        ("concerns_contextnote", "text = '\\x00'::bytea"),
        ("concerns_contextnote", "about = 'happening'"),
        ("concerns_concerncontext", "since = now()"),
        ("concerns_context", "made_at = now()"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {change}")


@pytest.mark.rule("ACC-01")
@pytest.mark.parametrize("box", ["name", "description"])
def test_the_name_of_a_child_behind_it_is_refused(here, a_dsl_of_the_service, a_child, acting_as, box):
    words = {"name": "The shed", "description": "Nothing"} | {box: "Where robin   ASHDOWN smokes"}
    with acting_as(a_dsl_of_the_service), pytest.raises(ValidationError) as refused:
        operations.make_context(by=a_dsl_of_the_service, kind=ContextKind.PLACE, children=[a_child], **words)
    assert list(refused.value.message_dict) == [box]
    assert not all_of(Context)


def test_a_note_that_names_a_child_of_a_linked_concern_is_refused(the_park, a_dsl_of_the_service):
    address = reverse("concerns:context_note_add", args=[the_park.reference])
    note = {"about": "happening", "text": "Robin Ashdown buys there", "submission_key": uuid.uuid4()}
    page = text_of(signed_in(a_dsl_of_the_service).post(address, note))
    assert "This names Robin Ashdown" in page
    assert "Robin Ashdown buys there" in page
    assert not all_of(ContextNote)


def test_something_to_do_is_alerted_overdue_once_and_done_with_a_note(
    the_park, a_dsl_of_the_service, a_dsl_of_another_service
):
    as_dsl = signed_in(a_dsl_of_the_service)
    today = timezone.localdate()
    boxes = {"what": "Ring the warden", "owner": a_dsl_of_another_service.pk}
    boxes |= {f"due_on_{n}": str(part) for n, part in enumerate((today.day, today.month, today.year))}
    add = reverse("concerns:context_follow_up_add", args=[the_park.reference])
    assert as_dsl.post(add, boxes).url == detail(the_park)
    assert {alert.recipient for alert in Alert.objects.filter(reason="context_follow_up")} == {
        a_dsl_of_another_service
    }
    with acting.as_the_system("sweep"):
        for _ in range(2):
            escalation.sweep(timezone.now() + datetime.timedelta(days=1))
    overdue = Alert.objects.filter(reason="context_follow_up_overdue")
    assert {alert.recipient for alert in overdue} == {a_dsl_of_the_service, a_dsl_of_another_service}
    (follow_up,) = all_of(ContextFollowUp)
    owner = signed_in(a_dsl_of_another_service)
    assert "Ring the warden" in text_of(owner.get(detail(the_park)))
    end = reverse("concerns:context_follow_up_end", args=[the_park.reference, follow_up.pk])
    assert "Say what was done" in text_of(owner.post(end, {"what_was_done": " "}))
    assert owner.post(end, {"what_was_done": "Spoke with the warden"}).url == detail(the_park)
    assert owner.get(end).status_code == 404
    page = text_of(owner.get(detail(the_park)))
    assert "Spoke with the warden" in page
    assert "It is done" not in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"what": ""}, "Say what is to be done"),
        ({"owner": ""}, "Choose who does it"),
        ({"owner": "999999"}, "choose one of the answers"),
        ({"due_on_0": "31", "due_on_1": "2"}, "There is no 31 February"),
        ({"due_on_2": "2020"}, "The day is in the past"),
        ({"what": "x" * 5_001}, "there is room for 5,000"),
    ],
)
def test_what_is_wrong_with_something_to_do_is_said(the_park, a_dsl_of_the_service, wrong, sentence):
    today = timezone.localdate()
    boxes = {"what": "Ring the warden", "owner": a_dsl_of_the_service.pk}
    boxes |= {f"due_on_{n}": str(part) for n, part in enumerate((today.day, today.month, today.year))}
    add = reverse("concerns:context_follow_up_add", args=[the_park.reference])
    answer = signed_in(a_dsl_of_the_service).post(add, boxes | wrong)
    assert (answer.status_code, sentence in text_of(answer)) == (200, True)
    assert not all_of(ContextFollowUp)


def test_somebody_outside_the_team_is_given_nothing_to_do(the_park, a_dsl_of_the_service, a_staff_member, acting_as):
    with acting_as(a_dsl_of_the_service), pytest.raises(ValidationError) as refused:
        operations.set_context_follow_up(
            context=the_park, by=a_dsl_of_the_service, owner=a_staff_member, due_on=timezone.localdate(), what="Look"
        )
    assert list(refused.value.message_dict) == ["owner"]


def test_junk_is_answered_with_sentences(the_park, here, a_dsl_of_the_service):
    client = signed_in(a_dsl_of_the_service)
    addresses = [
        reverse("concerns:context_add"),
        reverse("concerns:context_link", args=[here.reference]),
        *(
            reverse(f"concerns:context_{name}", args=[the_park.reference])
            for name in ("edit", "note_add", "follow_up_add", "join")
        ),
    ]
    boxes = (
        "name",
        "kind",
        "description",
        "version",
        "context",
        "other",
        "text",
        "about",
        "what",
        "owner",
        "due_on_0",
    )
    for junk in ("\x00\x1b", "💥" * 300, "-1", "' OR 1=1 --", "{{ 7|add:7 }}", "9" * 5000, ""):
        for address in addresses:
            answer = client.post(address, dict.fromkeys((*boxes, "submission_key"), junk))
            assert answer.status_code == 200, (address, junk[:10])
    assert client.get(reverse("concerns:context_list") + "?kind=%00<script>").status_code == 200


def test_two_who_describe_it_at_once_lose_nothing(the_park, a_dsl_of_the_service, the_lead_dsl):
    address = reverse("concerns:context_edit", args=[the_park.reference])
    first = {"name": "Abbey Park", "kind": "place", "description": "By the lake", "version": the_park.version}
    assert signed_in(the_lead_dsl).post(address, first).status_code == 302
    second = first | {"description": "By the bins"}
    refused = signed_in(a_dsl_of_the_service).post(address, second)
    assert "Somebody else changed this" in text_of(refused)
    assert "By the bins" in text_of(refused)
    with acting.as_person(the_lead_dsl), pytest.raises(StaleEdit):
        operations.describe_context(context=the_park, by=the_lead_dsl, **second)


# --- Joined -----------------------------------------------------------------------------------------------------------
def test_two_entries_become_one_and_nothing_is_lost_and_it_can_be_undone(
    the_park, here, elsewhere, a_dsl_of_the_service, a_dsl_of_another_service, the_lead_dsl
):
    other = a_context(by=a_dsl_of_another_service, name="The park on Abbey Lane")
    linked(elsewhere, other, by=a_dsl_of_another_service)
    with acting.as_person(a_dsl_of_another_service):
        note = {"about": NoteAbout.HAPPENING, "text": "Drinking after four", "submission_key": uuid.uuid4()}
        operations.write_on_context(context=other, by=a_dsl_of_another_service, **note)
    client = signed_in(a_dsl_of_the_service)
    join = reverse("concerns:context_join", args=[the_park.reference])
    assert "No other entry fits" in text_of(client.post(join, {"other": "the moon"}))
    assert client.post(join, {"other": "park on abbey"}).url == detail(the_park)
    page = text_of(client.get(detail(the_park)))
    assert "Drinking after four" in page
    assert "The park on Abbey Lane" in page
    assert elsewhere.reference not in page  # joining opens nothing
    lead = text_of(signed_in(the_lead_dsl).get(detail(the_park)))
    assert here.reference in lead
    assert lead.count(f"/concerns/{elsewhere.reference}/") == 1
    assert client.get(detail(other)).url == detail(the_park)
    assert client.get(reverse("concerns:context_names")).json() == {"labels": ["Abbey Park, a place"]}
    with acting.as_person(a_dsl_of_the_service), pytest.raises(WrongState):
        operations.join_contexts(kept=the_park, other=other, by=a_dsl_of_the_service)
    assert linked(elsewhere, other, by=a_dsl_of_another_service).context_id in (the_park.pk, other.pk)
    client.post(reverse("concerns:context_separate", args=[other.reference]))
    assert "Drinking after four" in text_of(client.get(detail(other)))
    assert "Drinking after four" not in text_of(client.get(detail(the_park)))
    with acting.as_the_system("test"):
        assert Context.history.filter(id=other.pk).count() == 3


def test_an_entry_is_not_joined_with_itself(the_park, a_dsl_of_the_service, acting_as):
    with acting_as(a_dsl_of_the_service), pytest.raises(WrongState):
        operations.join_contexts(kept=the_park, other=the_park, by=a_dsl_of_the_service)
