"""One's own account: password, second step, sessions."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from .. import operations, second_factor, sessions


@require_GET
def my_account(request: HttpRequest) -> HttpResponse:
    """What keeps the account safe, and every open session with its end."""
    return render(
        request,
        "account/my_account.html",
        {
            "roles": request.user.roles_held_now(),
            "factors": second_factor.authenticators_of(request.user),
            "needs_factor": second_factor.needed_by(request.user),
            "sessions": sessions.of(request.user),
            "this_key": request.session.session_key,
        },
    )


@require_POST
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends one of one's own sessions, at its next request."""
    note = get_object_or_404(sessions.of(request.user), pk=pk)
    operations.end_own_session(by=request.user, note=note)
    messages.success(request, "That session has ended.")
    return redirect("accounts:my_account")


@require_POST
def sessions_end_others(request: HttpRequest) -> HttpResponse:
    """Ends every session of one's own but this one."""
    operations.end_own_other_sessions(by=request.user, but=request.session.session_key or "")
    messages.success(request, "All your other sessions have ended.")
    return redirect("accounts:my_account")
