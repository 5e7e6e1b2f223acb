"""Quick hide is a real lock: while it holds, no address gives anything away."""

import re
import time

import pytest
from django.urls import URLResolver, get_resolver, resolve, reverse

from lps_safeguarding.web import hide
from tests.cast import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.gallery")]


@pytest.fixture
def browser(a_dsl_of_the_service):
    return signed_in(a_dsl_of_the_service)


def show_again_who_one_is(client):
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time() + 1, "reauthenticated": True}
    ]
    session.save()


def plain_addresses(patterns=None, prefix="/") -> list[str]:
    """Every address of the application that needs no arguments."""
    found = []
    for pattern in patterns if patterns is not None else get_resolver("tests.web.gallery").url_patterns:
        address = prefix + str(pattern.pattern)
        if re.search(r"[<^$(\\]", address):
            continue
        if isinstance(pattern, URLResolver):
            found.extend(plain_addresses(pattern.url_patterns, address))
        else:
            found.append(address)
    return sorted(set(found))


def test_after_hiding_a_page_leads_to_the_neutral_page(browser):
    browser.post("/hide")
    answer = browser.get("/gallery")
    assert (answer.status_code, answer["Location"]) == (302, "/hide")


def test_the_neutral_page_says_neither_who_nor_what(browser, a_dsl_of_the_service):
    browser.post("/hide")
    page = browser.get("/hide").content.decode()
    assert a_dsl_of_the_service.name not in page
    assert "Safeguarding" not in page
    assert "concern" not in page.lower()


def test_a_page_that_does_not_exist_looks_like_every_other_while_locked(browser):
    browser.post("/hide")
    assert browser.get("/nowhere/at/all")["Location"] == "/hide"


def test_no_address_of_the_application_opens_while_locked(browser):
    browser.post("/hide")
    open_ones = {"/hide"}
    for address in plain_addresses():
        answer = browser.get(address)
        if answer.status_code == 200:
            open_ones.add(address)
            assert b"Log a concern" not in answer.content
    assert len(plain_addresses()) > 10
    assert {resolve(address).view_name for address in open_ones} <= hide.OPEN_WHILE_LOCKED


def test_a_script_on_a_page_left_open_is_told_401_while_locked(browser):
    browser.post("/hide")
    answer = browser.get("/gallery", headers={"Sec-Fetch-Mode": "cors"})
    assert answer.status_code == 401
    assert answer.json() == {"locked": True}
    assert browser.get("/gallery", headers={"HX-Request": "true"})["HX-Redirect"] == "/hide"


def test_the_cookie_of_the_script_locks_with_whatever_request_comes_first(browser):
    browser.cookies[hide.COOKIE] = "1"
    answer = browser.get("/gallery")
    assert answer["Location"] == "/hide"
    assert answer.cookies[hide.COOKIE].value == ""
    del browser.cookies[hide.COOKIE]
    assert browser.get("/gallery")["Location"] == "/hide"


def test_signing_in_again_later_opens_the_session_and_leads_back_to_the_page(browser):
    browser.post("/hide", headers={"Referer": "http://testserver/gallery/form"})
    assert browser.get("/hide").status_code == 200
    show_again_who_one_is(browser)
    assert browser.get("/hide")["Location"].endswith("/gallery/form")
    assert browser.get("/gallery/form").status_code == 200


def test_having_signed_in_before_the_lock_opens_nothing(browser):
    browser.post("/hide")
    session = browser.session
    assert session["account_authentication_methods"], "the person had signed in"
    assert browser.get("/gallery").status_code == 302


def test_a_page_of_another_site_is_never_come_back_to(browser):
    browser.post("/hide", headers={"Referer": "https://elsewhere.example/gallery"})
    show_again_who_one_is(browser)
    assert browser.get("/hide")["Location"] == "/"


def test_the_demonstrations_click_opens_nothing_in_a_real_school(browser, settings):
    browser.post("/hide")
    settings.DEMO = False
    assert browser.post("/hide/demo")["Location"] == "/hide"
    assert browser.get("/gallery")["Location"] == "/hide"


def test_in_the_demonstration_one_click_opens_the_session_again(browser, settings):
    browser.post("/hide", headers={"Referer": "http://testserver/gallery/form"})
    settings.DEMO = True
    assert browser.post("/hide/demo")["Location"].endswith("/gallery/form")
    assert browser.get("/gallery").status_code == 200


def test_the_last_words_typed_are_kept_for_seconds_after_the_lock_and_no_longer(browser):
    browser.post("/hide")
    assert browser.post("/gallery/draft", {"account": "x"}).status_code == 200
    session = browser.session
    session[hide.LOCKED_AT] -= hide.SECONDS_FOR_LAST_DRAFT + 1
    session["account_authentication_methods"] = []
    session.save()
    assert browser.post("/gallery/draft", {"account": "x"}).status_code == 302


def test_hiding_clears_what_the_browser_keeps(browser):
    assert browser.post("/hide")["Clear-Site-Data"] == '"cache"'


def test_hiding_needs_the_pages_own_token(a_dsl_of_the_service):
    strict = signed_in(a_dsl_of_the_service, enforce_csrf_checks=True)
    assert strict.post("/hide").status_code == 403
    assert strict.get("/gallery").status_code == 200


def test_somebody_who_is_not_signed_in_is_led_to_the_sign_in(client):
    assert client.get("/hide").status_code == 302
    assert client.post("/hide").status_code == 302


def test_the_page_that_asks_who_one_is_gives_nothing_away_either(a_dsl_of_the_service):
    a_dsl_of_the_service.set_password("a long enough sentence")
    a_dsl_of_the_service.save()
    browser = signed_in(a_dsl_of_the_service)
    browser.post("/hide", headers={"Referer": "http://testserver/gallery/form"})
    page = browser.get(reverse("account_reauthenticate"), {"next": "/hide"}, follow=True)
    assert page.status_code == 200
    assert "password" in page.content.decode().lower()
    assert a_dsl_of_the_service.name not in page.content.decode()
    assert "app-nav__link" not in page.content.decode()


def test_the_password_typed_again_opens_the_session_and_leads_back(a_dsl_of_the_service):
    a_dsl_of_the_service.set_password("a long enough sentence")
    a_dsl_of_the_service.save()
    browser = signed_in(a_dsl_of_the_service)
    browser.post("/hide", headers={"Referer": "http://testserver/gallery/form"})
    asked = browser.get(reverse("account_reauthenticate"), {"next": "/hide"}, follow=True)
    address = asked.redirect_chain[-1][0] if asked.redirect_chain else reverse("account_reauthenticate")
    back = browser.post(address, {"password": "a long enough sentence", "next": "/hide"}, follow=True)
    assert back.request["PATH_INFO"] == "/gallery/form", back.redirect_chain


def test_a_wrong_password_opens_nothing(a_dsl_of_the_service):
    a_dsl_of_the_service.set_password("a long enough sentence")
    a_dsl_of_the_service.save()
    browser = signed_in(a_dsl_of_the_service)
    browser.post("/hide")
    browser.post(reverse("account_reauthenticate"), {"password": "another sentence", "next": "/hide"})
    assert browser.get("/gallery")["Location"] == "/hide"
