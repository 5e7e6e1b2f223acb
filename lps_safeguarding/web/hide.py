"""Quick hide: three presses of Shift, or the Hide button, blank the screen and lock the session.

The lock is real: it is a mark in the session on the server, and until the person has shown again who they are, every
address leads to a neutral page. `static/js/hide.js` blanks the page at once and sets the cookie `lps_hide`; the first
request that carries it locks the session, so that no request can slip in between. Without JavaScript the button is a
form that posts to the same address.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_http_methods, require_POST

LOCKED_AT = "web_locked_at"
COME_BACK_TO = "web_locked_page"
COOKIE = "lps_hide"
SECONDS_FOR_LAST_DRAFT = 10

# What a person may still open while the session is locked: the ways to show again who they are, and to leave.
OPEN_WHILE_LOCKED = frozenset(
    {
        "web:hide",
        "web:unlock_demo",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "account_logout",
    }
)


def lock(request: HttpRequest) -> None:
    """Lock this session and remember the page to come back to."""
    if LOCKED_AT in request.session:
        return
    request.session[LOCKED_AT] = time.time()
    opened_a_page = request.method == "GET" and _is_navigation(request) and request.path != reverse("web:hide")
    page = request.get_full_path() if opened_a_page else request.META.get("HTTP_REFERER", "")
    if page and url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()):
        request.session[COME_BACK_TO] = page


def _is_navigation(request: HttpRequest) -> bool:
    """Whether the browser opens a page, rather than a script asking for something."""
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate" and "HX-Request" not in request.headers


def is_locked(request: HttpRequest) -> bool:
    """Whether this session is locked and the person has not shown since who they are."""
    locked_at = request.session.get(LOCKED_AT)
    if locked_at is None:
        return False
    from allauth.account.authentication import get_authentication_records

    return not any(record.get("at", 0) > locked_at for record in get_authentication_records(request, request.user))


def _unlock(request: HttpRequest) -> str:
    """Take the lock away and give the address of the page where the person was."""
    request.session.pop(LOCKED_AT, None)
    return request.session.pop(COME_BACK_TO, None) or "/"


def saves_drafts(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Marks a view that only stores a draft: it may still do so for a few seconds after the lock, and shows nothing.

    So the words typed in the last seconds before a quick hide are kept.
    """
    view.saves_drafts = True  # type: ignore[attr-defined]
    return view


class HideMiddleware:
    """Sends every request of a locked session to the neutral page.

    Stands behind AuthenticationMiddleware and before anything that opens records.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked_by_cookie = COOKIE in request.COOKIES
        response: HttpResponseBase | None = None
        if request.session.session_key and request.user.is_authenticated:
            if asked_by_cookie:
                lock(request)
            if is_locked(request):
                response = _refusal(request)
            else:
                request.session.pop(LOCKED_AT, None)
        if response is None:
            response = self.get_response(request)
        if asked_by_cookie:
            response.delete_cookie(COOKIE, samesite="Strict")
        return response


def _refusal(request: HttpRequest) -> HttpResponse | None:
    """The answer to whatever is asked for while the session is locked; none for the few pages that stay open."""
    try:
        match = resolve(request.path_info)
        if match.view_name in OPEN_WHILE_LOCKED:
            return None
        just_locked = time.time() - request.session[LOCKED_AT] < SECONDS_FOR_LAST_DRAFT
        if request.method == "POST" and just_locked and getattr(match.func, "saves_drafts", False):
            return None
    except Resolver404:
        pass  # A page that does not exist must look like every other page.
    if _is_navigation(request):
        return redirect("web:hide")
    return JsonResponse({"locked": True}, status=401, headers={"HX-Redirect": reverse("web:hide")})


@require_http_methods(["GET", "HEAD", "POST"])
def hide(request: HttpRequest) -> HttpResponse:
    """POST locks. GET shows the neutral page while locked, and leads back to where the person was afterwards."""
    if not request.user.is_authenticated:
        return redirect(settings.LOGIN_URL)
    if request.method == "POST":
        lock(request)
        response: HttpResponse = redirect("web:hide") if _is_navigation(request) else JsonResponse({"locked": True})
        # The pages themselves are never stored; this also drops what the browser keeps for its Back button.
        response["Clear-Site-Data"] = '"cache"'
        return response
    if not is_locked(request):
        return redirect(_unlock(request))
    again = f"{reverse('account_reauthenticate')}?{urlencode({'next': reverse('web:hide')})}"
    return render(request, "web/locked.html", {"reauthenticate_url": again})


@require_POST
def unlock_demo(request: HttpRequest) -> HttpResponse:
    """The demonstration's way back: one click, because its people have no passwords to type."""
    if not settings.DEMO:
        return redirect("web:hide")
    if not request.user.is_authenticated:
        return redirect(settings.LOGIN_URL)
    return redirect(_unlock(request))
