"""The pages of an import: upload, columns, preview, confirmation, progress, what came of it."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from lps_safeguarding.imports.columns import Kind
from lps_safeguarding.imports.models import Import, Remembered
from lps_safeguarding.imports.states import State
from lps_safeguarding.people.models import Child
from tests.cast import signed_in
from tests.imports.conftest import fresh
from tests.imports.files_to_import import a_contact, a_pupil, a_row, a_upn, csv_of, ctf_of
from tests.people.factories import ChildFactory

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def send(client, content, *, kind="children", name="list.csv"):
    return client.post(reverse(f"imports:{kind}"), {"file": SimpleUploadedFile(name, content)})


def posted(page) -> dict:
    """What a browser would send of the columns page as it stands."""
    form = page.context["form"]
    found = {name: form[name].value() or "" for name in form.fields if name not in ("whole", "left_on")}
    return {name: value for name, value in found.items() if value != ""}


def go_to_preview(client, content, said=None, **more):
    uploaded = send(client, content, **more)
    page = client.get(uploaded["Location"])
    answer = client.post(uploaded["Location"], posted(page) | (said or {}))
    assert answer.status_code == 302, text_of(answer)
    return client.get(answer["Location"])


def test_from_a_file_to_the_summary(the_service, the_business_manager, django_capture_on_commit_callbacks):
    client = signed_in(the_business_manager)
    preview = go_to_preview(client, csv_of([a_row(1), a_row(2, "Kit", dob="nonsense")]))
    page = text_of(preview)
    assert "Nothing is written yet." in page
    assert "Row 3 Kit Fairley Date of birth “nonsense” is not a day. Write it as 14/05/2011." in page
    given = preview.context["import_"]
    new = text_of(client.get(reverse("imports:detail", args=[given.pk]), {"show": "new"}))
    assert "Robin Fairley" in new
    assert "Date of birth: 14 May 2012" in new
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("imports:confirm", args=[given.pk]), {"version": given.version})
    assert answer.status_code == 302
    done = text_of(client.get(answer["Location"]))
    assert "Done" in done
    assert "New 1" in done
    assert "Row 3 Kit Fairley" in done
    assert Child.objects.get().upn == a_upn(1)


def test_columns_are_remembered_for_the_next_file_and_words_for_services_asked_for_once(
    the_service, another_service, the_business_manager
):
    client = signed_in(the_business_manager)
    content = csv_of(
        [a_row(1, service="Turing House")], ["UPN", "Forename", "Surname", "DOB", "Gender", "Year", "Reg"]
    )
    uploaded = send(client, content)
    page = client.get(uploaded["Location"])
    filled = posted(page) | {"column-6": "service"}
    asked = client.post(uploaded["Location"], filled)
    assert "“Turing House” is" in text_of(asked)
    assert "Which service is it?" in text_of(asked)
    answer = client.post(uploaded["Location"], filled | {"word": "Turing House", "service-0": str(another_service.pk)})
    assert answer.status_code == 302
    assert (
        fresh(Import(pk=client.get(answer["Location"]).context["import_"].pk)).lines[0].values["service_id"]
        == another_service.pk
    )
    assert Remembered.objects.get(kind=Kind.CHILDREN).columns["reg"] == "service"

    again = send(client, content)
    page = client.get(again["Location"])
    assert page.context["form"]["column-6"].value() == "service"
    asked = client.post(again["Location"], posted(page))
    assert asked.context["form"]["service-0"].value() == str(another_service.pk)


def test_a_word_of_the_file_is_never_read_as_html(the_service, the_business_manager):
    client = signed_in(the_business_manager)
    evil = '<img src=x onerror=alert("x")>'
    content = csv_of([a_row(1, service=evil)], ["UPN", "Forename", "Surname", "DOB", "Gender", "Year", "Service"])
    uploaded = send(client, content)
    page = client.get(uploaded["Location"])
    asked = client.post(uploaded["Location"], posted(page))
    for answer in (page, asked):
        assert "<img" not in answer.content.decode()


def test_american_days_are_said_on_screen(the_service, the_business_manager):
    client = signed_in(the_business_manager)
    uploaded = send(client, csv_of([a_row(1, dob="05/14/2012")]))
    assert "The column with “Date of birth” writes the month before the day" in text_of(
        client.get(uploaded["Location"])
    )


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "list.csv", "This file is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "list.csv", "This is a picture, not a list"),
        (csv_of([["a", "b"]] * 50_000), "list.csv", "more than 10,000 rows"),
        (b"x" * (10 * 1024 * 1024 + 1), "list.csv", "bigger than 10 MB"),
    ],
    ids=["empty", "picture", "long", "big"],
)
def test_a_file_that_is_no_list_is_refused_on_the_page(content, name, sentence, the_business_manager):
    answer = send(signed_in(the_business_manager), content, name=name)
    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert not Import.objects.exists()


def test_no_file_is_a_sentence(the_business_manager):
    assert "Choose the file" in text_of(signed_in(the_business_manager).post(reverse("imports:children"), {}))


def test_two_columns_cannot_hold_the_same(the_service, the_business_manager):
    client = signed_in(the_business_manager)
    uploaded = send(client, csv_of([a_row(1)]))
    filled = posted(client.get(uploaded["Location"])) | {"column-1": "last_name"}
    assert "The column “Forename” holds this already" in text_of(client.post(uploaded["Location"], filled))


def test_junk_in_every_box_is_never_a_fault(the_service, the_business_manager):
    client = signed_in(the_business_manager)
    uploaded = send(client, csv_of([a_row(1)]))
    junk = {f"column-{n}": "x\x00y" for n in range(7)} | {"whole": "on", "left_on_0": "99", "word": ["a"] * 90}
    assert client.post(uploaded["Location"], junk | {"service_of_new": "-1"}).status_code == 200
    preview = go_to_preview(client, csv_of([a_row(1)]))
    detail = reverse("imports:detail", args=[preview.context["import_"].pk])
    for asked in ({"show": "x\x00"}, {"page": "-1"}, {"page": "9" * 50}, {"show": "new", "page": "²"}):
        assert client.get(detail, asked).status_code == 200
    for name in ("answer", "confirm"):
        sent = {"version": "x", "row-2": "\x00", "row-x": "y"}
        assert client.post(reverse(f"imports:{name}", args=[preview.context["import_"].pk]), sent).status_code == 302


@pytest.mark.rule("ROL-05", "ACC-04")
def test_the_page_of_a_transfer_file_shows_no_contact_and_not_whether_there_is_a_file(
    the_service, the_business_manager, a_dsl_of_the_service
):
    client = signed_in(the_business_manager)
    content = ctf_of(a_pupil(1, contacts=f"<Contacts>{a_contact('Zelda')}</Contacts>"))
    said = {"service_of_new": str(the_service.pk)}
    page = text_of(go_to_preview(client, content, said, kind="ctf", name="8564001_CTF_8567002_001.xml"))
    assert "1 contact in the file" in page
    assert "Zelda" not in page


@pytest.mark.rule("ACC-04")
def test_addresses_titles_and_sessions_hold_no_name(the_service, the_business_manager):
    client = signed_in(the_business_manager)
    ChildFactory(first_name="Robin", last_name="Fairley", upn=None, service=the_service)
    preview = go_to_preview(client, csv_of([a_row(1), a_row(2, "Zebedee", "Quill")]), name="Zebedee Quill.csv")
    assert "Zebedee" not in preview.request["PATH_INFO"] + preview.request["QUERY_STRING"]
    assert "Fairley" not in re.search(r"<title>(.*?)</title>", preview.content.decode(), re.S)[1]
    assert "Zebedee" not in str(dict(client.session))


def test_progress_is_numbers_only(the_service, the_business_manager, confirmed):
    given = confirmed(the_business_manager, csv_of([a_row(1)]))
    answer = signed_in(the_business_manager).get(reverse("imports:progress", args=[given.pk]))
    assert answer.json() == {"done": 0, "total": 1, "percent": 0, "under_way": True}


def test_given_up_the_file_is_gone(the_service, the_business_manager):
    client = signed_in(the_business_manager)
    given = go_to_preview(client, csv_of([a_row(1)])).context["import_"]
    client.post(reverse("imports:cancel", args=[given.pk]))
    assert fresh(given).state == State.CANCELLED
    assert "Nothing was written" in text_of(client.get(reverse("imports:detail", args=[given.pk])))


def test_long_previews_come_in_pages(the_service, the_business_manager):
    client = signed_in(the_business_manager)
    letters = "abcdefghij"
    names = [f"Vance{a}{b}{c}" for a in "ab" for b in letters for c in letters]
    preview = go_to_preview(client, csv_of([a_row(n, "Nia", name) for n, name in enumerate(names)]))
    assert "1 to 100 of 200" in text_of(preview)
    second = client.get(preview.request["PATH_INFO"], {"show": "new", "page": "2"})
    assert "101 to 200 of 200" in text_of(second)
