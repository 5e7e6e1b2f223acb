"""The page that says who sees what is written from the program and leaves out no address."""

from django.urls import URLResolver, get_resolver

from concerns.models import Concern
from lps_safeguarding.access import registry
from lps_safeguarding.access.management.commands import who_sees_what


def names(resolver, before=""):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern, f"{before}{pattern.namespace}:" if pattern.namespace else before)
        elif pattern.name:
            yield f"{before}{pattern.name}"


def test_it_names_every_page_and_every_kind_of_record():
    text = who_sees_what.page()
    assert [name for name in names(get_resolver()) if f"`{name}`" not in text] == []
    assert registry.kinds()
    assert all(f"`{kind.slug}`" in text for kind in registry.kinds())


def test_open_pages_grave_steps_and_pages_of_records_are_marked():
    text = who_sees_what.page()
    lines = {
        line.split("`")[3]: line for line in text.splitlines() if line.startswith("| `/") and line.count("`") >= 4
    }
    assert "| everybody |" in lines["account_login"]
    assert "proof" in lines["access:break_glass_open"]
    assert "record" in lines["access:who_can_see"]


def test_a_kind_is_found_by_its_record_and_by_its_name():
    assert registry.kind_of("concerns.concern").model is Concern
    assert registry.kind_of(Concern()).slug == "concerns.concern"
