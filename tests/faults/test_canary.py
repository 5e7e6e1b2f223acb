"""What is typed in a case shows on the pages of those who may read it, and leaves no trace anywhere else.

Each box of the whole path is filled with a word that stands nowhere else. Afterwards everything that was said, sent,
kept or logged on the way is searched for each of these words.
"""

from __future__ import annotations

import dataclasses
import logging
import uuid
from typing import Any

import pytest
from celery import current_app
from django.contrib import messages
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from allegations.models import StaffConcern
from concerns import operations
from concerns.models import Concern, Draft, FollowUp, Referral
from lps_safeguarding import logs
from lps_safeguarding.access import acting
from lps_safeguarding.alerts import registry, sweeping, wake
from lps_safeguarding.audit_trail import tasks as trail_tasks
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people.models import Role
from lps_safeguarding.vault import sealing
from tests.alerts.test_faults import until
from tests.cast import a_person, signed_in
from tests.concerns.deciding import posted
from tests.concerns.reporting import posting
from tests.faults.traces import Traces, logs_kept
from tests.people.factories import AdultFactory, ChildFactory
from tools import devservers

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning"),  # the embedded queue
]

OWN = {"Sec-Fetch-Site": "same-origin"}
# Names of children and of the people who work here stand in the register of people, and in no other table.
OF_PEOPLE = {"childfirst", "childlast", "adultfirst", "adultlast", "unlisted"}


class Words(dict[str, str]):
    """`words["account"]` is a word that stands nowhere else in the world; a new one for each box."""

    def __missing__(self, box: str) -> str:
        letters = "bcdfghkmpqrstvwxz"
        self[box] = "Zq" + "".join(letters[byte % len(letters)] for byte in uuid.uuid4().bytes[:9]) + box
        return self[box]


@pytest.fixture
def queue(tmp_path_factory, settings):
    """A queue and cache of this test's own. Wake-ups and cached values really go there; no worker takes them out."""
    server = devservers.Queue(tmp_path_factory.mktemp("queue"), durable=False)
    server.start()
    settings.CELERY_BROKER_URL = f"redis+socket://{server.socket}"
    settings.CACHES = {
        "default": {"BACKEND": "lps_safeguarding.cache.SoftRedisCache", "LOCATION": server.url, "KEY_PREFIX": "lps"}
    }
    settings.ADMINS = [("An administrator", "admin@example.org")]
    eager, current_app.conf.task_always_eager = current_app.conf.task_always_eager, False
    yield server
    until(wake._waiting.empty, what="all wake-ups are sent")
    current_app.conf.task_always_eager = eager
    server.stop()


@pytest.fixture
def school(
    the_service, another_service, the_lead_dsl, the_headteacher, the_chair, the_business_manager, a_staff_member
):
    return None


def the_only(model: Any, **which: Any) -> Any:
    with acting.as_the_system("test"):
        return model.objects.get(**which)


class Flow:
    """The whole path, from the first look at the form to the leader who opens what is closed to them."""

    def __init__(self, request: Any, traces: Traces) -> None:
        self.get = request.getfixturevalue
        self.traces = traces
        self.words = Words()
        self.service = self.get("the_service")
        self.child = ChildFactory(
            first_name=self.words["childfirst"], last_name=self.words["childlast"], service=self.service
        )
        self.subject = AdultFactory(first_name=self.words["adultfirst"], last_name=self.words["adultlast"])
        self.dsl = a_person("Mrs", "Ada", "Okafor", Role.STAFF, (Role.SERVICE_DSL, self.service))
        self.reporter = self.get("a_staff_member")

    def as_(self, person: Any) -> Any:
        return self.traces.client(signed_in(person, raise_request_exception=False, headers=OWN))

    def run(self) -> None:
        self.wrong_password()
        self.log_pink()
        self.log_entry()
        self.failing_submission()
        self.intake()
        self.triage()
        self.more_about_the_child()
        self.look_for()
        self.share()
        self.break_glass()

    def said(self, *boxes: str) -> dict[str, str]:
        return {box: f"Said so: {self.words[box]}" for box in boxes}

    def done(self, answer: Any) -> Any:
        errors = "" if answer.status_code == 302 else answer.content.decode()[:40_000]
        assert answer.status_code == 302, errors[errors.find("error-summary") :][:2000]
        return answer

    # --- The reporter -----------------------------------------------------------------------------------------------
    def wrong_password(self) -> None:
        stranger = self.traces.client(signed_in(None, headers=OWN))
        given = {"login": self.reporter.email, "password": self.words["password"]}
        stranger.post(reverse("account_login"), given)

    def log_pink(self) -> None:
        client = self.as_(self.reporter)
        client.get(reverse("concerns:log"))
        url = posting.begin(client, "concerns:log_pink")
        client.post(reverse("concerns:child_find"), {"child_name": self.words["childlast"], "form": "pink"})
        client.post(url, {"action": "find", "child_name": self.words["lookedfor"]})
        typed = {**posting.pink(self.child), **self.said("what_was_seen", "place"), "passed_to": "on_duty"}
        key = posting.key_of(url)
        client.post(reverse("concerns:draft_save", args=[key]), typed)
        client.post(url, {**typed, "observed_at_1": "13"})
        sent = self.done(client.post(url, typed))
        client.get(sent.url)
        self.pink = the_only(Concern)
        url = self.done(client.get(reverse("concerns:addendum_add", args=[self.pink.reference]))).url
        self.done(client.post(url, {"text": self.words["addendum"]}))
        url = self.done(client.get(reverse("concerns:still_worried", args=[self.pink.reference]))).url
        self.done(client.post(url, {"text": self.words["worried"]}))
        client.get(reverse("concerns:mine"))

    def log_entry(self) -> None:
        client = self.as_(self.reporter)
        url = posting.begin(client, "concerns:log_standard")
        texts = (
            "childs_words", "what_was_seen", "questions_asked", "conversation", "who_was_present", "why_worried",
            "wishes_and_feelings", "place", "agency_name", "brought_by_name", "brought_by_role", "brought_by_how",
        )  # fmt: skip
        typed = posting.standard(self.child, came_to_light="agency", brought="on", passed_to=str(self.dsl.pk))
        typed |= {box: self.words[f"entry_{box}"] for box in texts}
        typed |= {
            "new_child_name": f"{self.words['unlisted']} Child",
            "new_child_service": str(self.service.pk),
        }
        check = self.done(client.post(url, typed)).url
        client.get(check)
        document = SimpleUploadedFile(f"{self.words['filename']}.txt", self.words["document"].encode())
        self.done(client.post(check, {"action": "send", "documents": document}))
        self.entry = the_only(Concern, form="standard")
        filed = the_only(type(self.entry.files.model()), concern=self.entry)
        client.get(reverse("concerns:file_get", args=[self.entry.reference, filed.pk]))
        url = posting.begin(client, "concerns:log_standard")
        client.post(url, {**typed, "action": "later", "why_worried": self.words["draft"]})
        assert the_only(Draft).typed["why_worried"] == [self.words["draft"]]
        self.done(signed_in(None).post(url, {**typed, "writer": _slip(client, url), "place": self.words["signedout"]}))

    def failing_submission(self) -> None:
        """A fault in mid-request whose message holds what was typed."""
        client = self.as_(self.reporter)
        url = posting.begin(client, "concerns:log_pink")
        patch = pytest.MonkeyPatch()

        def fails(*, by: Any, **given: Any) -> None:
            raise RuntimeError(f"Cannot store {given['what_was_seen']} of {given['children']}")

        with patch.context() as patched:
            patched.setattr(operations, "submit_concern", fails)
            typed = {**posting.pink(self.child), **self.said("lost", "what_was_seen"), "place": self.words["faulty"]}
            answer = client.post(url, typed)
        assert answer.status_code == 500
        assert self.words["faulty"] in answer.content.decode(), "what was typed is in the page and can be sent again"

    # --- About an adult ---------------------------------------------------------------------------------------------
    def intake(self) -> None:
        client = self.as_(self.reporter)
        boxes = ("what_happened", "when_typed", "place", "children", "who_else_knows")
        for who in ({"adult": str(self.subject.pk)}, {"subject_typed": self.words["subject"]}):
            url = posting.begin(client, "allegations:intake_adult")
            client.post(reverse("allegations:adult_find"), {"adult_name": self.words["adultlast"]})
            typed = who | {box: self.words[f"adult_{box}"] for box in boxes}
            client.post(url, {**typed, "what_happened": ""})
            self.done(client.post(url, typed))
        client.get(reverse("allegations:mine"))
        head = self.as_(self.get("the_headteacher"))
        head.get(reverse("allegations:received"))
        with acting.as_the_system("test"):
            references = list(StaffConcern.objects.values_list("reference", flat=True))
        assert len(references) == 2
        for reference in references:
            head.get(reverse("allegations:detail", args=[reference]))

    # --- The DSL ----------------------------------------------------------------------------------------------------
    def triage(self) -> None:
        client = self.as_(self.dsl)
        client.get(reverse("overview:home"))
        client.get(reverse("overview:queue"))
        client.get(reverse("alerts:since"))
        page = client.get(reverse("concerns:concern_detail", args=[self.pink.reference]))
        decision = posted.decision(
            page,
            harm_seen="at_risk",
            options=["social_care"],
            **self.said("took_part", "feedback"),
            **posted.referral(
                person_spoken_to=self.words["spoken"],
                what_was_shared=self.words["shared"],
                ground="consent",
                their_reference=self.words["theirs"],
            ),
            **{
                "follow_up-0-what": self.words["todo"],
                "follow_up-0-owner": self.reporter.adult.full_name,
                **posted.day_parts(timezone.localdate(), "follow_up-0-due_on"),
            },
        )
        decision |= {
            "rationale": self.words["rationale"],
            "childs_wishes": self.words["wishes"],
            "parents_informed": "yes",
            "parents_informed_by": self.words["informer"],
            "parents_what_was_said": self.words["toparents"],
            **posted.parts_of(timezone.now(), "parents_informed_at"),
        }
        url = reverse("concerns:decision_add", args=[self.pink.reference])
        client.post(url, {**decision, "rationale": ""})
        self.done(client.post(url, decision))
        referral, follow_up = the_only(Referral), the_only(FollowUp)
        client.get(reverse("concerns:referral_document", args=[referral.reference]))
        answer = {"what": "answer", "answer-version": referral.version, "answer-answer": self.words["answer"]}
        answer |= posted.parts_of(timezone.now(), "answer-at")
        self.done(client.post(reverse("concerns:referral_answer", args=[referral.reference]), answer))
        owner = self.as_(self.reporter)
        end = {"version": follow_up.version, "state": "done", "note": self.words["note"]}
        self.done(owner.post(reverse("concerns:follow_up_end", args=[follow_up.reference]), end))
        page = client.get(reverse("concerns:close", args=[self.pink.reference]))
        closing = {"version": posted.hidden(page, "version"), "submission_key": posted.hidden(page, "submission_key")}
        closing |= {"outcome": "no_further_action", "rationale": self.words["closing"]}
        self.done(client.post(reverse("concerns:close", args=[self.pink.reference]), closing))

    def more_about_the_child(self) -> None:
        client = self.as_(self.dsl)
        asked = {"what": "name", "name": self.words["childlast"]}
        found = client.post(reverse("overview:children"), asked, follow=True)
        (file,) = found.context["found"]
        client.get(reverse("overview:child", args=[file.reference]))
        contact = {box: self.words[f"contact_{box}"] for box in ("name", "relation", "telephone", "note")}
        self.done(client.post(reverse("overview:contact_add", args=[file.reference]), {"position": "1", **contact}))
        plan = {"kind": "child_protection", "social_worker": self.words["worker"], "note": self.words["plannote"]}
        plan |= posted.day_parts(timezone.localdate(), "from_date")
        self.done(client.post(reverse("overview:plan_add", args=[file.reference]), plan))
        signed_in(self.get("the_lead_dsl")).get(reverse("overview:trail_of_record", args=[self.pink.reference]))

    def look_for(self) -> None:
        client = self.as_(self.dsl)
        address = reverse("overview:children")
        client.post(address, {"what": "name", "name": self.words["searchedname"]}, follow=True)
        client.post(address, {"what": "words", "words": self.words["searchedword"]}, follow=True)
        found = client.post(address, {"what": "words", "words": self.words["what_was_seen"]}, follow=True)
        assert [row.reference for row in found.context["list"].rows] == [self.pink.reference]
        records = reverse("overview:records")
        filters = {"name": self.words["filteredname"], "words": self.words["filteredword"], "kind": "neglect"}
        client.post(records, {**filters, "since_0": "44"}, follow=True)
        found = client.post(records, filters, follow=True)
        key = found.request["PATH_INFO"].split("/")[2]
        self.done(client.post(reverse("overview:keep"), {"name": self.words["viewname"], "search": key}))
        client.get(reverse("overview:saved"))
        client.post(records, {"child": str(self.child.pk)}, follow=True)
        for page in ("trends", "trends_children", "trends_places", "trends_table"):
            assert client.get(reverse(f"overview:{page}")).status_code == 200

    def share(self) -> None:
        client = self.as_(self.dsl)
        given = {
            "with_person": self.get("the_business_manager").adult.full_name, "level": "summary", "ground": "public_task",
            "consent": "not_needed", "what": self.words["sharedwhat"], "why": self.words["sharedwhy"],
        }  # fmt: skip
        self.done(client.post(reverse("concerns:share", args=[self.pink.reference]), given))
        outside = {
            "with_whom": self.words["outsider"], "what": self.words["toldwhat"], "why": self.words["toldwhy"],
            "ground": "public_task", "consent": "given", **posted.parts_of(timezone.now(), "at"),
        }  # fmt: skip
        self.done(client.post(reverse("concerns:share_outside", args=[self.pink.reference]), outside))
        lead = self.as_(self.get("the_lead_dsl"))
        conflict = {"child": str(self.child.pk), "kind": "declared", "reason": self.words["conflict"]}
        self.done(lead.post(reverse("access:conflict_declare"), conflict))

    def break_glass(self) -> None:
        client = self.as_(self.get("the_headteacher"))
        mistaken = {"reference": self.words["mistyped"], "reason": f"The police ask now: {self.words['mistaken']}"}
        assert client.post(reverse("access:break_glass_open"), mistaken).status_code == 200
        given = {"reference": self.entry.reference, "reason": f"The police ask now: {self.words['glass']}"}
        answer = self.done(client.post(reverse("access:break_glass_open"), given))
        client.get(answer.url)


def _slip(client: Any, url: str) -> str:
    return posting.slip_in(client.get(url).content)


def leaks(flow: Flow) -> dict[str, dict[str, str]]:
    """Where each word was found that must not be there."""
    found = {}
    for box, word in flow.words.items():
        places = flow.traces.places_with(word)
        if box in OF_PEOPLE:
            places.pop("database: people", None)
        if box == "filename":
            places.pop("file name of a download", None)
        if places:
            found[box] = places
    return found


def everything(flow: Flow, queue: Any, superuser: Any) -> Traces:
    """After the flow: what lies in mails, sessions, the queue, the cache, the database and its server's log."""
    until(wake._waiting.empty, what="all wake-ups are sent")
    trail_tasks.seal()
    sweeping.sweep()
    traces = flow.traces
    traces.mails()
    traces.sessions()
    traces.redis(queue.url)
    assert traces.database(superuser) > 200
    return traces


@pytest.mark.rule("ACC-04", "ACC-05", "CON-09", "CON-11", "CON-18")
def test_what_is_typed_leaves_no_trace_outside_the_pages_and_the_sealed_columns(
    request, school, queue, as_superuser, postgres
):
    log_of_the_server = postgres.data / "server.log"
    already = log_of_the_server.stat().st_size
    flow = Flow(request, Traces())
    with logs_kept(flow.traces):
        flow.run()
        traces = everything(flow, queue, as_superuser)
    traces.note("the database server's log", log_of_the_server.read_bytes()[already:])
    assert len(flow.words) > 50
    assert traces.pages > 60
    for place in ("address", "link", "title", "header", "cookie", "e-mail", "log", "session", "queue or cache",
                  "document's data", "database: concerns_concern", "database: alerts_alert",
                  "database: audit_trail_trailentry"):  # fmt: skip
        assert traces.left[place], f"nothing was looked at in: {place}"
    assert set(traces.places_with(flow.words["childlast"])) == {"database: people"}
    assert leaks(flow) == {}


def test_the_search_bites_where_a_guard_is_taken_away(request, school, queue, as_superuser, monkeypatch):
    """Each line takes one guard of the program away; the search says where the words then stand."""
    flow = Flow(request, Traces())
    name, seen = flow.words["childlast"], flow.words["what_was_seen"]
    note, say = trail.note, messages.success
    monkeypatch.setattr(sealing, "seal", lambda key, plain, *, about: plain)
    monkeypatch.setattr(sealing, "unseal", lambda key, sealed, *, about: sealed)
    monkeypatch.setattr(logs.JSONFormatter, "format", logging.Formatter("%(message)s").format)
    monkeypatch.setattr(trail, "note", lambda **given: note(**{**given, "why": f"about {name}"}))
    monkeypatch.setattr(messages, "success", lambda to, text: say(to, f"{text} {name}"))
    monkeypatch.setattr(registry, "says_too_much", lambda words: False)
    monkeypatch.setattr(registry, "_reasons", {
        slug: dataclasses.replace(reason, line=f"It is about {name}.", subject=f"About {name}")
        for slug, reason in registry._reasons.items()
    })  # fmt: skip
    with logs_kept(flow.traces):
        flow.as_(flow.reporter).get(reverse("concerns:mine"), {"child": name}, headers={"Referer": "/"})
        flow.log_pink()
        flow.failing_submission()
        cache.set("typed", seen)
        assert wake.publish(name)
        traces = everything(flow, queue, as_superuser)
    assert set(traces.places_with(name)) >= {"address", "e-mail", "session", "queue or cache",
        "database: audit_trail_trailentry"}  # fmt: skip
    assert set(traces.places_with(seen)) >= {"queue or cache", "database: concerns_concern",
        "database: concerns_historicalconcern"}  # fmt: skip
    assert "log" in traces.places_with(seen)
