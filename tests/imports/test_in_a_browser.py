"""An import in Chromium: on a phone and at a desk, by keyboard alone, and without JavaScript; every page passes axe."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from lps_safeguarding.access import acting
from lps_safeguarding.imports import operations, tasks
from lps_safeguarding.imports.models import Import
from lps_safeguarding.people.models import Child
from tests.browser import DESK, PHONE, is_right
from tests.imports.files_to_import import a_contact, a_pupil, a_row, a_upn, csv_of, ctf_of
from tests.people.factories import ChildFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

THE_FILE = csv_of(
    [
        a_row(1, service="KS3"),
        a_row(2, "Kit", "Marlowe", service="Turing"),
        a_row(3, "Nia", "Vance", service="KS3", dob="31/02/2012"),
        a_row(4, "Lee", "Stone", upn="", service="KS3"),
    ],
    ["UPN", "Forename", "Surname", "DOB", "Gender", "Year", "Service"],
)


def a_file(content, name="list.csv"):
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


@pytest.mark.rule("ROL-05")
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_an_import_from_file_to_summary(browser_of, viewport, the_service, the_business_manager, monkeypatch):
    monkeypatch.setattr(tasks.run, "delay", lambda key: None)
    ChildFactory(first_name="Lee", last_name="Stone", upn=a_upn(9), service=the_service)  # born on another day
    page = browser_of(the_business_manager, viewport=viewport)
    page.goto(reverse("imports:list"))
    is_right(page, "import-list")
    page.get_by_role("link", name="Import children").click()
    is_right(page, "import-upload")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("link", name="Choose the file")).to_be_visible()
    page.get_by_label("The file").set_input_files(a_file(THE_FILE))
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="What do the columns hold?")).to_be_visible()
    is_right(page, "import-columns")
    page.get_by_role("button", name="See what would change").click()
    page.get_by_label("“Turing” is").select_option(label="KS3")
    is_right(page, "import-services")
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_text("Nothing is written yet.")).to_be_visible()
    is_right(page, "import-questions")
    page.get_by_role("radio", name="Somebody else: add as new").check()
    page.get_by_role("button", name="Save the answers").click()
    expect(page.get_by_text("is not a day. Write it as 14/05/2011.")).to_be_visible()
    is_right(page, "import-refused")
    page.get_by_role("link", name="New: 3").click()
    expect(page.get_by_text("Kit Marlowe")).to_be_visible()
    is_right(page, "import-new")
    page.get_by_role("button", name="Write 3 rows").click()
    expect(page.get_by_text("Waiting to begin. 0 of 4 rows done.")).to_be_visible()
    is_right(page, "import-waits")
    with acting.as_the_system("test"):
        given = Import.objects.get()
    operations.run(given.pk)
    expect(page.get_by_text("Finished")).to_be_visible()  # the open page finds out by itself
    is_right(page, "import-done")
    assert Child.objects.count() == 4


def test_an_import_by_keyboard_alone(browser_of, the_service, the_business_manager):
    page = browser_of(the_business_manager)
    page.goto(reverse("imports:children"))
    box = page.get_by_label("The file")
    box.set_input_files(a_file(csv_of([a_row(1)])))  # the system's own dialog is not the page's
    box.focus()

    def press_until(locator, key="Tab"):
        for _ in range(80):
            if locator.evaluate("e => e === document.activeElement"):
                return
            page.keyboard.press(key)
        raise AssertionError("The keyboard does not reach it")

    press_until(page.get_by_role("button", name="Go on"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What do the columns hold?")).to_be_visible()
    press_until(page.get_by_role("button", name="See what would change"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing is written yet.")).to_be_visible()
    press_until(page.get_by_role("button", name="Write 1 row"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Finished")).to_be_visible()
    assert Child.objects.get().upn == a_upn(1)


def test_an_import_without_javascript(browser_of, the_service, the_business_manager, monkeypatch):
    monkeypatch.setattr(tasks.run, "delay", lambda key: None)
    page = browser_of(the_business_manager, viewport=PHONE, java_script_enabled=False)
    page.goto(reverse("imports:ctf"))
    content = ctf_of(a_pupil(1, contacts=f"<Contacts>{a_contact()}</Contacts>"))
    page.get_by_label("The file").set_input_files(a_file(content, "8564001_CTF_8567002_001.xml"))
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Service of new children").select_option(label="KS3")
    page.get_by_role("button", name="See what would change").click()
    page.get_by_role("button", name="Write 1 row").click()
    expect(page.get_by_text("Waiting to begin.")).to_be_visible()
    tasks.sweep()
    page.get_by_role("button", name="See how far it is").click()
    expect(page.get_by_text("Finished")).to_be_visible()
    assert Child.objects.get().name == "Robin Fairley"
