"""Steps so grave that the person proves again who they are."""

import time
from functools import wraps

from django.conf import settings
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

WITHIN_SECONDS = 5 * 60
# What is typed on the form must arrive: a POST is accepted while the form could still be open.
TO_FILL_IN_SECONDS = 15 * 60
DEMO_SESSION_KEY = "demo_confirmed_at"


def _last_proof(request) -> float:
    """When this session last proved who it is, in seconds since 1970; 0 if never since sign-in."""
    if settings.DEMO:
        return request.session.get(DEMO_SESSION_KEY, 0)
    from allauth.account.internal.flows.login import get_authentication_records

    proofs = [
        record["at"] for record in get_authentication_records(request, request.user) if record.get("reauthenticated")
    ]
    return max(proofs, default=0)


def grave_step(view):
    """The page opens only within 5 minutes of a renewed proof (password, code or passkey); then back to it.

    A form sent later than 15 minutes after the proof is not taken and not kept: allauth would put what was typed into
    the session, where case text must not be. In demo mode people have no password: a plain page asks instead, and says
    so.
    """

    @wraps(view)
    def asks_again(request, *args, **kwargs):
        longest = WITHIN_SECONDS if request.method in ("GET", "HEAD") else TO_FILL_IN_SECONDS
        if time.time() - _last_proof(request) < longest:
            return view(request, *args, **kwargs)
        page = reverse("access:confirm_demo") if settings.DEMO else reverse("account_reauthenticate")
        return HttpResponseRedirect(f"{page}?{urlencode({'next': request.path})}")

    asks_again.is_grave_step = True  # type: ignore[attr-defined]
    return asks_again
