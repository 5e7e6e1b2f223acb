"""Signing in: the page, the demonstration's one click, the second step that has to be set up, the session's extension."""

import time

from allauth.account import views as allauth_views
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lps_safeguarding.people.models import User

from .. import second_factor, sessions
from ..demo import people_to_try


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """allauth's page; in the demonstration with the people to be, each one click away."""
    response = allauth_views.login(request)
    if settings.DEMO and isinstance(response, TemplateResponse):
        response.context_data["demo_people"] = people_to_try()
    return response


@login_not_required
@require_POST
def sign_in_as(request: HttpRequest, pk: int) -> HttpResponse:
    """The demonstration's sign-in. Its address exists in demo mode only (urls.py), which needs the embedded database."""
    user = get_object_or_404(User.objects.able_to_sign_in(), pk=pk)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[second_factor.DEMO_MARK] = True
    back_to = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back_to, {request.get_host()}, request.is_secure()):
        back_to = "/"
    return redirect(back_to)


@require_GET
def second_factor_needed(request: HttpRequest) -> HttpResponse:
    """Why a second step is needed, and the two ways to set one up."""
    if second_factor.held_by(request.user) or not second_factor.needed_by(request.user):
        return redirect("/")
    return render(request, "account/second_factor_needed.html")


@require_POST
def session_extend(request: HttpRequest) -> HttpResponse:
    """The person is still there: the idle time starts anew. Answers with what the page's clock needs."""
    sessions.note_use(request, time.time(), at_once=True)
    return JsonResponse(request.session_times)
