"""The frame around every page: headers, navigation, demonstration strip, weight."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.template import engines
from django.urls import NoReverseMatch, reverse

from lps_safeguarding.web import navigation
from lps_safeguarding.web.navigation import Link
from tests.cast import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.gallery")]
PAGES = ["/gallery", "/gallery/form", "/gallery/question", "/nowhere", "/gallery/forbidden", "/gallery/broken"]
WEIGHT = 100_000  # bytes over the wire at the first visit


@pytest.fixture
def only_these_links(monkeypatch):
    """The registry, emptied for this test."""
    monkeypatch.setattr(navigation, "_links", {})
    monkeypatch.setattr(navigation, "_live_alerts", None)


@pytest.fixture
def browser(a_staff_member):
    client = signed_in(a_staff_member)
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_a_policy_without_unsafe_anything(browser, page):
    answer = browser.get(page)
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    for script in re.findall(r"<script[^>]*>", answer.content.decode()):
        nonce = re.search(r'nonce="([^"]+)"', script)
        assert nonce, script
        assert f"'nonce-{nonce[1]}'" in policy


@pytest.mark.parametrize("page", PAGES)
def test_no_page_has_a_script_or_a_style_in_its_text(browser, page):
    html = browser.get(page).content.decode()
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", html)


@pytest.mark.parametrize("page", [*PAGES, "/hide"])
def test_no_page_is_kept_by_the_browser_or_given_the_machines_senses(browser, page):
    answer = browser.get(page)
    assert answer["Cache-Control"] == "no-store"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert "geolocation=()" in answer["Permissions-Policy"]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_the_demonstration_says_so(browser, settings, page):
    settings.DEMO = True
    assert b"Demonstration school: nobody here is real" in browser.get(page).content


def test_a_real_school_has_no_demonstration_strip(browser, settings):
    settings.DEMO = False
    assert b"Demonstration" not in browser.get("/gallery").content


def test_a_person_sees_only_the_links_they_may_use(browser, only_these_links):
    navigation.register(Link("Log a concern", "gallery_form", prominent=True, order=1))
    navigation.register(Link("Queue", "gallery", shown_to=lambda user: user.is_dsl()))
    html = browser.get("/gallery").content.decode()
    assert "Log a concern</a>" in html
    assert "Queue" not in html.partition("<nav")[2].partition("</nav>")[0]


def test_the_link_of_the_present_page_is_marked(browser, only_these_links):
    navigation.register(Link("Entries", "gallery", main=True))
    navigation.register(Link("Form", "gallery_form", main=True))
    html = browser.get("/gallery").content.decode()
    assert re.search(r'href="/gallery"\s+aria-current="true"', html)
    assert html.count('aria-current="true"') == 1


def test_a_link_that_leads_nowhere_is_a_fault_and_not_a_gap(only_these_links, rf, a_staff_member):
    navigation.register(Link("Nowhere", "no:such_page"))
    request = rf.get("/gallery")
    request.user, request.resolver_match = a_staff_member, None
    with pytest.raises(NoReverseMatch, match="Nowhere"):
        navigation.links_for(request)


def test_the_page_says_who_is_signed_in_and_lets_them_leave_by_post(browser, a_staff_member):
    html = browser.get("/gallery").content.decode()
    assert a_staff_member.name in html
    assert f'method="post" action="{reverse("account_logout")}"' in html


def test_a_refused_form_says_so_at_the_head_of_the_title(browser):
    assert "Error: " not in browser.get("/gallery/form").content.decode().partition("</title>")[0]
    assert "Error: " in browser.post("/gallery/form", {"room": "12"}).content.decode().partition("</title>")[0]


def test_a_first_visit_weighs_less_than_100_kilobytes(browser):
    weights = {}
    for page in ("/gallery", "/gallery/form"):
        html = browser.get(page).content
        own = set(re.findall(r'(?:src|href|data-govuk-js)="(/static/[^"]+)"', html.decode()))
        assert not re.search(r'(?:src|href)="(?:https?:)?//', html.decode()), "nothing comes from another host"
        files = [Path(django_settings.BASE_DIR, "static", name.removeprefix("/static/")) for name in own]
        weights[page] = len(gzip.compress(html)) + sum(len(gzip.compress(file.read_bytes())) for file in files)
    assert max(weights.values()) < WEIGHT, weights


def test_the_stylesheet_names_no_file_that_is_not_there():
    static = Path(django_settings.BASE_DIR, "static")
    for sheet in [static / "css/app.css", static / "vendor/govuk/govuk-frontend.min.css"]:
        for url in re.findall(r"url\(([^)]+)\)", sheet.read_text()):
            assert url.startswith("data:") or (sheet.parent / url.strip("\"'")).exists(), url


@pytest.mark.parametrize("kind", ["none", "waiting", "going", "done", "closed", "info", "pink", "late", "risk"])
def test_a_state_has_words_and_a_shape_besides_its_colour(kind):
    html = engines["django"].from_string("{% load lps %}{% tag 'In hand' kind %}").render({"kind": kind})
    assert "In hand" in html
    assert "<svg" in html


def test_every_state_has_a_shape_of_its_own():
    from lps_safeguarding.web.templatetags.lps import SHAPES

    assert len(set(SHAPES.values())) == len(SHAPES)
