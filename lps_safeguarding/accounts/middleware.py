"""Between signing in and every page: the session's clocks, and the second step for those who must have one."""

import time
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from . import second_factor, sessions, throttle

WITHOUT_SECOND_FACTOR = frozenset(
    {
        "accounts:second_factor_needed",
        "accounts:session_extend",
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_index",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
        "web:hide",
        "web:unlock_demo",
    }
)
"""All that somebody may open who has signed in with a password and still has to set up the second step."""


class SessionLimitsMiddleware:
    """Ends a session after 15 idle minutes or 12 hours, and notes its use. Stands after AuthenticationMiddleware.

    The answer to an ended session leads to the sign-in page and from there back to the same page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.session.session_key and request.user.is_authenticated:
            now = time.time()
            if sessions.is_over(request.session, now):
                return self._end(request)
            if not sessions.is_passive(request):
                sessions.note_use(request, now)
            request.session_times = sessions.times(request, reverse("accounts:session_extend"))
            key = request.session.session_key
            response = self.get_response(request)
            if request.session.session_key and request.session.session_key != key and request.user.is_authenticated:
                sessions.follow(request, key)
        else:
            response = self.get_response(request)
        signed_in_now = getattr(request, "_signed_in_now", None)
        if signed_in_now is not None:
            throttle.remember_device(request, response, signed_in_now)
        return response

    @staticmethod
    def _end(request: HttpRequest) -> HttpResponse:
        back_to = _page_to_come_back_to(request)
        sessions.forget(request.session.session_key)
        logout(request)
        sign_in = reverse("account_login")
        if back_to:
            sign_in = f"{sign_in}?{urlencode({'next': back_to})}"
        if not _opens_a_page(request):
            return JsonResponse({"signed_out": True, "sign_in": sign_in}, status=401, headers={"HX-Redirect": sign_in})
        messages.info(
            request, "You were signed out because nothing happened for a while. Sign in to go on where you were."
        )
        return redirect(sign_in)


def _opens_a_page(request: HttpRequest) -> bool:
    if "HX-Request" in request.headers:
        return False
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate" and not sessions.is_passive(request)


def _page_to_come_back_to(request: HttpRequest) -> str:
    """The page that was open: the one asked for, or the one a form or script on it was sent from."""
    if request.method == "GET" and _opens_a_page(request):
        return request.path
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if page and url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()):
        _, _, after = page.partition(request.get_host())
        return after.partition("?")[0] or "/"
    return ""


class SecondFactorMiddleware:
    """Whoever must have a second factor sets it up before anything else (ACC-06). Stands after PersonMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view_func, view_args, view_kwargs) -> HttpResponse | None:
        if not request.user.is_authenticated or request.resolver_match.view_name in WITHOUT_SECOND_FACTOR:
            return None
        if not second_factor.still_to_set_up(request):
            return None
        if not _opens_a_page(request):
            url = reverse("accounts:second_factor_needed")
            return JsonResponse({"second_factor": url}, status=401, headers={"HX-Redirect": url})
        return redirect("accounts:second_factor_needed")
