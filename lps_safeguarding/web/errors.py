"""Error pages. Each says what happened and what to do, and what was typed is never lost with it.

The page for a missing record and for one the person may not open is the same page, letter for letter.
The pages for a fault and for a restarting database use neither the database nor context processors.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string

from lps_safeguarding.web.context import SERVICE_NAME

log = logging.getLogger(__name__)

MOST_FIELDS_KEPT = 300


def _bare(template: str, status: int, context: dict[str, Any]) -> HttpResponse:
    """A page that needs neither database nor session nor context processors."""
    content = render_to_string(
        template,
        {"school_name": settings.SCHOOL_NAME, "service_name": SERVICE_NAME, "demo": settings.DEMO, **context},
    )
    return HttpResponse(content, status=status)


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What the person had sent, so that the page can carry it and send it again.

    Nothing for a request from another site, for one with a password or a file in it, or for one that cannot be read.
    """
    own_page = request.headers.get("Sec-Fetch-Site", "") in ("same-origin", "none")
    if request.method != "POST" or not own_page:
        return {}
    try:
        if request.FILES or any("password" in name for name in request.POST):
            return {}
        fields = [
            (name, value) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken" for value in values
        ]
        token = get_token(request)
    except Exception:
        # Whatever is wrong with the request, the person must get a page; this one then comes without the typing.
        log.exception("What was typed could not be read for the error page")
        return {}
    if len(fields) > MOST_FIELDS_KEPT:
        return {}
    return {"typed": fields, "again_at": request.get_full_path(), "csrf_token_again": token}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the browser sent something that cannot be read."""
    return _bare("400.html", 400, {})


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the person may not do this, on a page whose existence is no secret."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is no such page, or not for this person; nobody can tell which."""
    return render(request, "404.html", status=404)


class NoBlankPage:
    """Middleware: an address that takes only a form, opened as a page, gets a page too (405) and not an empty answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponse) or response.status_code != 405 or response.content:
            return response
        page = _bare("405.html", 405, {})
        page["Allow"] = response["Allow"]
        return page


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that is too old, or that came from elsewhere."""
    return _bare("403_csrf.html", 403, _typed(request))


def _is_database_away(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            return True
        error = error.__cause__ or error.__context__
    return False


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours; or 503 when the database is restarting, which passes by itself."""
    if _is_database_away(sys.exc_info()[1]):
        response = _bare("503.html", 503, _typed(request))
        response["Retry-After"] = "20"
        return response
    return _bare("500.html", 500, _typed(request))
