"""One transaction around a page, for one person: kept when it ends well, taken back when it does not."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpResponse
from django.test import override_settings
from django.urls import path

from lps_safeguarding.access import acting
from lps_safeguarding.access.refusals import NotThere, OtherIdentity
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.audit_trail.models import TrailEntry
from tests.cast import signed_in


def who(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.person', true), access_seal_holds(), pg_backend_pid()")
        return HttpResponse("{} {} {}".format(*cursor.fetchone()))


def writes_and(what):
    def view(request):
        trail.note(by=request.user, act="changed", why="written by the page")
        return what()

    return view


def refuse():
    raise PermissionDenied


def missing():
    raise Http404


def behind_the_door():
    raise NotThere


def break_down():
    raise ZeroDivisionError


urlpatterns = [
    path("who/", who, name="who"),
    path("fine/", writes_and(lambda: HttpResponse("fine")), name="fine"),
    path("refused/", writes_and(refuse), name="refused"),
    path("missing/", writes_and(missing), name="missing"),
    path("door/", writes_and(behind_the_door), name="door"),
    path("broken/", writes_and(break_down), name="broken"),
    path("answers-500/", writes_and(lambda: HttpResponse("no", status=500)), name="answers_500"),
]


def handler403(request, exception=None):
    return HttpResponse("no", status=403)


def handler404(request, exception=None):
    return HttpResponse("no", status=404)


def handler500(request):
    return HttpResponse("no", status=500)


pytestmark = [
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(autouse=True)
def _own_pages():
    bare = [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "lps_safeguarding.access.middleware.PersonMiddleware",
    ]
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=bare):
        yield


def client_of(person):
    client = signed_in(person)
    client.raise_request_exception = False
    return client


def test_the_page_works_for_the_person_and_the_connection_forgets(a_staff_member, another_staff_member):
    first, second, nobody = client_of(a_staff_member), client_of(another_staff_member), client_of(None)
    backends = set()
    for _round in range(3):
        for client, person in ((first, a_staff_member), (nobody, None), (second, another_staff_member)):
            answer = client.get("/who/").content.decode().rsplit(" ", 2)
            assert answer[0] == (str(person.pk) if person else "")
            assert answer[1] == "True"
            backends.add(answer[2])
            with connection.cursor() as cursor:
                cursor.execute("SELECT coalesce(current_setting('app.person', true), ''), access_seal_holds()")
                assert cursor.fetchone() == ("", False)
    assert len(backends) == 1  # one connection served them all


@pytest.mark.parametrize(
    ("page", "status", "kept", "refusals"),
    [
        ("fine", 200, 1, 0),
        ("missing", 404, 1, 0),
        ("refused", 403, 0, 1),
        ("broken", 500, 0, 0),
        ("answers-500", 500, 0, 0),
        ("door", 404, 1, 1),
    ],
)
def test_what_a_page_wrote_is_kept_or_taken_back(page, status, kept, refusals, a_staff_member):
    answer = client_of(a_staff_member).get(f"/{page}/")
    assert answer.status_code == status
    entries = TrailEntry.objects.filter(person_id=a_staff_member.pk)
    assert entries.filter(act="changed").count() == kept
    assert entries.filter(act="refused").count() == refusals


def test_a_request_in_the_middle_of_another_persons_work_is_a_fault(a_staff_member, another_staff_member):
    client = signed_in(another_staff_member)
    with acting.as_person(a_staff_member), pytest.raises(OtherIdentity):
        client.get("/who/")


def test_entries_of_one_page_share_a_request_id_and_those_of_the_next_have_another(a_staff_member):
    client = client_of(a_staff_member)
    client.get("/fine/")
    client.get("/fine/")
    ids = list(TrailEntry.objects.filter(act="changed").values_list("request_id", flat=True))
    assert len(set(ids)) == 2
    assert all(ids)
