"""Error pages say what happened and what to do, and lose nothing."""

import re

import pytest
from django.db import connections
from django.template.loader import render_to_string

from lps_safeguarding.web import errors
from tests.cast import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.gallery")]
OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def browser(a_staff_member):
    client = signed_in(a_staff_member)
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    ("page", "status"),
    [
        ("/nowhere", 404),
        ("/gallery/forbidden", 403),
        ("/gallery/broken", 500),
        ("/gallery/form-only", 405),
        ("/gallery/away", 503),
    ],
)
def test_every_error_page_says_where_to_turn_when_a_child_is_at_risk(browser, page, status):
    answer = browser.get(page)
    assert answer.status_code == status
    html = answer.content.decode()
    assert "If a child is at risk now, speak to a DSL" in html
    assert "please" not in html.lower()
    assert "invalid" not in html.lower()


def test_the_page_not_found_does_not_repeat_the_address(browser):
    one = browser.get("/nowhere/C-7F3A-91KQ").content.decode()
    other = browser.get("/elsewhere").content.decode()
    strip = lambda html: re.sub(r'nonce="[^"]+"|value="[^"]+"|\d\d:\d\d', "", html)  # noqa: E731
    assert "C-7F3A-91KQ" not in one
    assert strip(one) == strip(other)


def test_a_restarting_database_is_503_and_says_when_to_come_back(browser):
    answer = browser.get("/gallery/away")
    assert answer["Retry-After"] == "20"
    assert "The database is restarting" in answer.content.decode()


@pytest.mark.parametrize("page", ["/gallery/away", "/gallery/broken"])
def test_what_was_typed_is_carried_by_the_error_page_and_can_be_sent_again(browser, page):
    typed = "\nFirst line\n<b>& “second”</b>"
    html = browser.post(page + "?step=2", {"account": typed, "kinds": ["a", "b"]}, headers=OWN).content.decode()
    assert f'action="{page}?step=2"' in html
    assert "First line\n&lt;b&gt;&amp; “second”&lt;/b&gt;</textarea>" in html
    assert html.count('name="kinds"') == 2
    assert 'name="csrfmiddlewaretoken"' in html


def test_what_another_site_sent_is_not_carried(browser):
    html = browser.post(
        "/gallery/broken", {"account": "she said so"}, headers={"Sec-Fetch-Site": "cross-site"}
    ).content.decode()
    assert "she said so" not in html
    assert "she said so" not in browser.post("/gallery/broken", {"account": "she said so"}).content.decode()


def test_a_password_is_never_carried(browser):
    html = browser.post("/gallery/broken", {"login": "me", "password": "secret words"}, headers=OWN).content.decode()
    assert "secret words" not in html
    assert "Send it again" not in html


def test_a_form_that_is_too_old_keeps_what_was_typed(a_staff_member):
    strict = signed_in(a_staff_member, enforce_csrf_checks=True)
    answer = strict.post("/gallery/form", {"account": "she said so"}, headers=OWN)
    assert answer.status_code == 403
    assert "she said so</textarea>" in answer.content.decode()
    foreign = strict.post("/gallery/form", {"account": "she said so"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert "she said so" not in foreign.content.decode()


@pytest.mark.parametrize("template", ["400.html", "403_csrf.html", "405.html", "500.html", "503.html"])
def test_the_pages_for_a_fault_need_neither_database_nor_request(template):
    with connections["default"].execute_wrapper(_refuse):
        assert "Leicester" in render_to_string(template, {"school_name": "Leicester Partnership School"})


def _refuse(execute, sql, params, many, context):
    raise AssertionError("the page asked the database")


def test_a_database_that_is_away_is_recognised_behind_another_fault():
    from django.db import OperationalError

    try:
        try:
            raise OperationalError("gone")
        except OperationalError as gone:
            raise RuntimeError("so that failed, too") from gone
    except RuntimeError as outer:
        assert errors._is_database_away(outer)
    assert not errors._is_database_away(ValueError())
