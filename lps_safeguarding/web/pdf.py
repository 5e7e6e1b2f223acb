"""Documents as PDF/UA-1: tagged, in English, with a title, so that a screen reader can read them.

WeasyPrint needs Pango from the operating system and is slow to load, so it is loaded at the first document only;
`manage.py check` says what to install where it is missing. Nothing is fetched from outside: a document may use the
files of `static/` and nothing else.
"""

from __future__ import annotations

import mimetypes
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Warning, register
from django.template.loader import render_to_string
from django.utils import timezone

PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 fonts-dejavu-core"
_STATIC = "static:"


class CannotMakePdf(Exception):
    """The machine lacks what documents need; the sentence says what to install."""


class OutsideAddress(ValueError):
    """A document asked for something that is not a static file of ours."""


def _weasyprint() -> Any:
    try:
        import weasyprint
    except OSError as missing:
        raise CannotMakePdf(f"PDF documents need system libraries: apt-get install {PACKAGES}") from missing
    return weasyprint


def fetch_static(url: str) -> tuple[bytes, str]:
    """The content and type of one of our static files.

    Raises:
        OutsideAddress: for any other address, files of the machine included.
    """
    parts = urlsplit(url)
    wanted = ""
    if parts.scheme == "static":
        wanted = parts.path.lstrip("/")
        if wanted.startswith(settings.STATIC_URL.strip("/") + "/"):
            wanted = wanted[len(settings.STATIC_URL.strip("/")) + 1 :]
    found = finders.find(unquote(wanted)) if wanted else None
    if found is None and wanted:
        root = Path(settings.STATIC_ROOT).resolve()
        candidate = (root / unquote(wanted)).resolve()
        found = str(candidate) if candidate.is_relative_to(root) and candidate.is_file() else None
    if found is None:
        raise OutsideAddress(f"A document may use static files only, not {parts.scheme}:{parts.netloc}")
    path = Path(found)
    return path.read_bytes(), mimetypes.guess_type(path.name)[0] or "application/octet-stream"


@lru_cache(maxsize=1)
def _fetcher() -> Any:
    weasyprint = _weasyprint()
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class StaticOnly(URLFetcher):
        """Hands out static files and refuses every other address before anything is opened."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            content, kind = fetch_static(url)
            return URLFetcherResponse(url, body=content, headers={"Content-Type": kind})

    assert weasyprint
    return StaticOnly(allowed_protocols=("static",), fail_on_errors=True)


@lru_cache(maxsize=1)
def _stylesheet() -> Any:
    content, _ = fetch_static(f"{_STATIC}///css/print-pdf.css")
    return _weasyprint().CSS(string=content.decode(), url_fetcher=_fetcher())


def render(template: str, context: dict[str, Any], *, title: str) -> bytes:
    """The document made from a template that extends `pdf/base.html`.

    Args:
        context: besides the template's own: `reference` and `printed_by` for the head and foot of every page.
        title: the document's title; never the name of a person.

    Raises:
        CannotMakePdf: where the system libraries are missing.
        OutsideAddress: where the template names something that is not a static file.
    """
    weasyprint = _weasyprint()
    content = render_to_string(
        template,
        {
            "school_name": settings.SCHOOL_NAME,
            "demo": settings.DEMO,
            "printed_at": timezone.now(),
            **context,
            "pdf_title": title,
        },
    )
    document = weasyprint.HTML(string=content, base_url=f"{_STATIC}///", url_fetcher=_fetcher())
    try:
        made: bytes = document.write_pdf(stylesheets=[_stylesheet()], pdf_variant="pdf/ua-1")
    except weasyprint.urls.FatalURLFetchingError as refused:  # a BaseException, which nothing else would catch
        raise OutsideAddress(str(refused)) from refused
    return made


@register()
def check_libraries(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Whether this machine can make PDF documents."""
    from ctypes.util import find_library

    missing = [name for name in ("pango-1.0", "pangoft2-1.0") if find_library(name) is None]
    if not missing:
        return []
    return [
        Warning(
            "PDF documents cannot be made here: system libraries are missing.",
            hint=f"apt-get install --no-install-recommends {PACKAGES}",
            id="web.W001",
        )
    ]
