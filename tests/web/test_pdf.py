"""Documents that a screen reader can read, made from nothing but our own files."""

import io

import pikepdf
import pytest

from lps_safeguarding.web import pdf


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    return _made(
        "<h1>Record of a concern</h1><h2>What happened</h2><p>Words &amp; more.</p>"
        "<table><caption>Steps</caption><thead><tr><th scope=col>When</th><th scope=col>What</th></tr></thead>"
        "<tbody><tr><th scope=row>10:42</th><td>Read</td></tr></tbody></table>"
    )


def _made(body: str) -> pikepdf.Pdf:
    from django.test import override_settings

    source = {"document.html": '{% extends "pdf/base.html" %}{% block content %}' + body + "{% endblock %}"}
    from django.conf import settings

    options = dict(settings.TEMPLATES[0]["OPTIONS"])
    options["loaders"] = [
        ("django.template.loaders.locmem.Loader", source),
        "django.template.loaders.filesystem.Loader",
    ]
    templates = [{**settings.TEMPLATES[0], "APP_DIRS": False, "OPTIONS": options}]
    with override_settings(TEMPLATES=templates):
        content = pdf.render(
            "document.html",
            {"reference": "C-7F3A-91KQ", "printed_by": "Mrs A. Okafor"},
            title="Record C-7F3A-91KQ",
        )
    return pikepdf.open(io.BytesIO(content))


def _tags(node, found):
    if isinstance(node, pikepdf.Array):
        for child in node:
            _tags(child, found)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            found.append(str(node["/S"]))
        if "/K" in node:
            _tags(node["/K"], found)
    return found


def test_a_document_is_tagged_in_english_and_has_a_title(document):
    assert str(document.Root.Lang) == "en-GB"
    assert bool(document.Root.MarkInfo.Marked)
    assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
    with document.open_metadata() as about:
        assert about["dc:title"] == "Record C-7F3A-91KQ"
        assert about["pdfuaid:part"] == "1"


def test_a_documents_headings_and_tables_are_known_as_such(document):
    tags = _tags(document.Root.StructTreeRoot, [])
    assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD"} <= set(tags)


@pytest.mark.parametrize("address", ["https://example.org/x.png", "file:///etc/passwd", "data:image/png;base64,AAAA"])
def test_a_document_fetches_nothing_but_static_files(address):
    with pytest.raises(pdf.OutsideAddress):
        pdf.fetch_static(address)


def test_a_path_that_climbs_out_of_the_static_files_is_refused(settings):
    from django.core.exceptions import SuspiciousFileOperation

    with pytest.raises((pdf.OutsideAddress, SuspiciousFileOperation)):
        pdf.fetch_static("static:///../manage.py")


def test_a_document_that_names_an_outside_address_is_not_made():
    with pytest.raises(pdf.OutsideAddress, match=r"example\.org"):
        _made('<p>Before</p><img src="https://example.org/x.png" alt="A picture"><p>After</p>')


def test_the_check_names_the_packages_that_are_missing(monkeypatch):
    monkeypatch.setattr("ctypes.util.find_library", lambda name: None)
    (warning,) = pdf.check_libraries()
    assert "libpango-1.0-0" in warning.hint
