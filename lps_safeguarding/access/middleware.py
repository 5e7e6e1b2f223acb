"""One transaction around each page, for one person."""

import uuid

from allauth.core.exceptions import ImmediateHttpResponse, RateLimited, ReauthenticationRequired
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from lps_safeguarding.access import acting
from lps_safeguarding.access.refusals import NotThere
from lps_safeguarding.audit_trail import trail

# Not failures: allauth raises them to answer with a page of its own. What was noted (a lock-out) stays.
ANSWERS_OF_ALLAUTH = (ImmediateHttpResponse, RateLimited, ReauthenticationRequired)


class PersonMiddleware:
    """Opens the page's transaction and says for whom it is; takes it back when the page fails.

    Stands after AuthenticationMiddleware. An exception in the view, an answer of 500 and above and a refusal (403)
    roll everything back; a 404 does not. A refusal is then noted in the trail in a transaction of its own, with the
    person and the name of the page, nothing else.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        token = trail.request_id.set(uuid.uuid4().hex)
        try:
            return self._answer(request)
        finally:
            trail.request_id.reset(token)

    def _answer(self, request):
        with acting.as_whoever_asks(request.user):
            response = self.get_response(request)
            raised = getattr(request, "_raised_in_view", None)
            refused = isinstance(raised, PermissionDenied | NotThere) or response.status_code == 403
            failed = raised is not None and not isinstance(raised, (Http404, *ANSWERS_OF_ALLAUTH))
            if failed or response.status_code == 403 or response.status_code >= 500:
                transaction.set_rollback(True)
        if refused:
            note_refusal(request)
        return response

    def process_exception(self, request, exception):
        """Django turns the exception into an answer further in; remember here that there was one."""
        request._raised_in_view = exception


def note_refusal(request) -> None:
    """One entry "refused" with the page's name. The address is not kept: it may hold a guessed reference."""
    match = request.resolver_match
    with acting.as_whoever_asks(request.user):
        trail.note(
            by=request.user if request.user.is_authenticated else None,
            act="refused",
            why=(match.view_name if match else "") or "page without a name",
        )
