"""The database restarts, the queue is gone, the disk is full, in the middle of a request: a sentence, and nothing lost.

A worker that is killed between commit and delivery: tests/alerts/test_faults.py, with real workers.
"""

from __future__ import annotations

import errno
import html
import io

import pytest
from celery import current_app
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.db import OperationalError, close_old_connections, connections
from django.urls import reverse

from concerns.models import Concern, ConcernFile, Draft
from lps_safeguarding.access import acting
from lps_safeguarding.alerts import sweeping, wake
from lps_safeguarding.alerts.models import Alert
from lps_safeguarding.people.models import User
from lps_safeguarding.vault.models import SealedFile, SealedFileContent
from tests import databases
from tests.alerts.test_faults import until
from tests.cast import signed_in
from tests.concerns.reporting import posting
from tools import devservers

OWN = {"Sec-Fetch-Site": "same-origin"}
embedded = pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")


def how_many(model) -> int:
    with acting.as_the_system("test"):
        return model.objects.count()


def served(do, *sent):
    """As a web server serves a request: connections that broke are let go of at its end. The test client leaves it out."""
    close_old_connections()
    answer = do(*sent)
    close_old_connections()
    return answer


# --- The database -----------------------------------------------------------------------------------------------------
@pytest.fixture
def own_server(tmp_path, django_db_blocker):
    """A PostgreSQL of this test's own, migrated; both connections of this thread lead there."""
    server = devservers.Postgres(tmp_path / "own", durable=False)
    server.start()
    name = databases.template(server)
    before = {}
    with django_db_blocker.unblock():
        for alias in ("default", "owner"):
            connection = connections[alias]
            connection.close()
            before[alias] = connection.settings_dict
            connection.settings_dict = {**before[alias], "NAME": name}
            connection.settings_dict["HOST"] = str(server.socket_directory)
        yield server
        for alias, settings in before.items():
            connections[alias].close()
            connections[alias].settings_dict = settings
    server.stop()


@pytest.mark.rule("CON-18")
@embedded
def test_a_request_while_the_database_restarts_gets_a_sentence_and_the_next_one_works(own_server):
    from lps_safeguarding.people.models import Role
    from tests.cast import a_person
    from tests.people.factories import ChildFactory, ServiceFactory

    service = ServiceFactory(name="KS3", slug="ks3")
    child = ChildFactory(service=service)
    a_person("Mrs", "Ada", "Okafor", Role.STAFF, (Role.SERVICE_DSL, service))
    a_person("Ms", "Lena", "Farrow", Role.STAFF, Role.LEAD_DSL)
    reporter = a_person("Mr", "Tom", "Harland", Role.STAFF)
    client = signed_in(reporter, raise_request_exception=False, headers=OWN)
    url = posting.begin(client, "concerns:log_pink")
    typed = posting.pink(child, place="Under the stairs")
    own_server.stop()
    for do, *sent in (
        (client.get, url),
        (client.get, "/"),
        (client.post, url, typed),
        (client.get, reverse("concerns:log")),
    ):
        answer = served(do, *sent)
        assert answer.status_code == 503
        assert answer["Retry-After"]
        text = answer.content.decode()
        assert "The database is restarting" in text
        assert "speak to a DSL" in text
    assert "Under the stairs" in served(client.post, url, typed).content.decode(), "it can be sent again from the page"
    own_server.start()
    assert served(client.get, url).status_code == 200
    done = served(client.post, url, typed)
    assert done.status_code == 302
    assert how_many(Concern) == 1
    # And once between two requests: the connection of before is dead, which nobody notices.
    own_server.stop()
    own_server.start()
    assert served(client.get, done.url).status_code == 200
    assert User.objects.filter(pk=reporter.pk).exists()


# --- The queue --------------------------------------------------------------------------------------------------------
@pytest.mark.rule("CON-11")
@pytest.mark.django_db(transaction=True)
@embedded
def test_with_queue_and_cache_gone_a_form_is_sent_and_the_dsl_is_told(
    tmp_path, settings, mailoutbox, a_staff_member, a_child, a_dsl_of_the_service, the_lead_dsl, the_headteacher
):
    queue = devservers.Queue(tmp_path, durable=False)
    queue.start()
    settings.CELERY_BROKER_URL = f"redis+socket://{queue.socket}"
    settings.CACHES = {
        "default": {"BACKEND": "lps_safeguarding.cache.SoftRedisCache", "LOCATION": queue.url, "KEY_PREFIX": "lps"}
    }
    eager, current_app.conf.task_always_eager = current_app.conf.task_always_eager, False
    try:
        client = signed_in(a_staff_member)
        url = posting.begin(client, "concerns:log_pink")
        queue.stop()
        assert client.post(url, posting.pink(a_child)).status_code == 302
        assert how_many(Concern) == 1
        until(lambda: not Alert.objects.filter(emailed_at=None).exists(), what="mailed without the queue")
        sweeping.sweep()
        assert [message.to for message in mailoutbox].count([the_lead_dsl.email]) == 1
        page = signed_in(a_dsl_of_the_service).get(reverse("overview:queue"))
        assert page.status_code == 200
    finally:
        until(wake._waiting.empty)
        current_app.conf.task_always_eager = eager
        queue.stop()


# --- The disk ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def at_the_last_look(db, a_staff_member, a_child, a_dsl_of_the_service, the_lead_dsl, the_headteacher):
    """A reporter before the last page of a standard entry, all typed."""
    client = signed_in(a_staff_member, raise_request_exception=False, headers=OWN)
    url = posting.begin(client, "concerns:log_standard")
    check = client.post(url, posting.standard(a_child, why_worried="Typed with care")).url
    return client, check


def a_letter() -> io.BytesIO:
    letter = io.BytesIO(b"Dear school, hello.")
    letter.name = "letter.txt"
    return letter


def is_refused(answer) -> None:
    text = html.unescape(answer.content.decode())
    assert answer.status_code == 200
    assert "There is no room left to keep this file" in text
    assert "Typed with care" in text


class Full(Exception):
    sqlstate = "53100"


def no_room(*args, **kwargs):
    raise OperationalError("could not extend file") from Full()


@pytest.mark.rule("CON-18")
def test_a_full_disk_while_the_upload_is_read_is_a_sentence_and_the_rest_stays(at_the_last_look, monkeypatch):
    client, check = at_the_last_look

    def read(self, *args):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(InMemoryUploadedFile, "read", read, raising=False)
        is_refused(client.post(check, {"action": "send", "documents": a_letter()}))
    assert how_many(Concern) == 0
    assert how_many(Draft) == 1
    assert client.post(check, {"action": "send"}).status_code == 302
    assert how_many(Concern) == 1


@pytest.mark.rule("CON-18")
@pytest.mark.parametrize("model", [SealedFile, SealedFileContent])
def test_a_database_without_room_for_the_file_is_a_sentence_and_the_rest_stays(at_the_last_look, monkeypatch, model):
    client, check = at_the_last_look
    with monkeypatch.context() as full:
        full.setattr(model, "save", no_room)
        is_refused(client.post(check, {"action": "send", "documents": a_letter()}))
    assert (how_many(Concern), how_many(ConcernFile), how_many(SealedFile)) == (0, 0, 0)
    assert how_many(Draft) == 1
    assert client.post(check, {"action": "send", "documents": a_letter()}).status_code == 302
    assert (how_many(Concern), how_many(ConcernFile)) == (1, 1)


def test_a_database_without_room_at_all_gives_a_page_that_can_be_sent_again(at_the_last_look, a_child, monkeypatch):
    client, _ = at_the_last_look
    url = posting.begin(client, "concerns:log_pink")
    with monkeypatch.context() as full:
        full.setattr(Concern, "save", no_room)
        answer = client.post(url, posting.pink(a_child, place="Under the stairs"))
    assert answer.status_code in (500, 503)
    assert "Under the stairs" in answer.content.decode()
    assert how_many(Concern) == 0
    assert client.post(url, posting.pink(a_child, place="Under the stairs")).status_code == 302


@pytest.mark.rule("CON-18")
def test_a_dsls_document_that_finds_no_room_is_a_sentence(at_the_last_look, a_dsl_of_the_service, monkeypatch):
    client, check = at_the_last_look
    client.post(check, {"action": "send"})
    with acting.as_the_system("test"):
        concern = Concern.objects.get()
    dsl = signed_in(a_dsl_of_the_service, raise_request_exception=False, headers=OWN)
    address = reverse("concerns:file_add", args=[concern.reference])
    with monkeypatch.context() as full:
        full.setattr(SealedFileContent, "save", no_room)
        answer = dsl.post(address, {"document": a_letter()})
    assert answer.status_code == 200
    assert "There is no room left to keep this file" in answer.content.decode()
    assert how_many(ConcernFile) == 0
