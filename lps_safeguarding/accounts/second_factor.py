"""The second step at sign-in: who must have one, who has one (ACC-06)."""

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet
from django.http import HttpRequest

from lps_safeguarding.access.models import SharingRecord
from lps_safeguarding.people.models import User

SESSION_MARK = "second_factor"
"""In the session: this person has a second factor, so allauth asked for it at sign-in or they have just added it."""
DEMO_MARK = "demo"
"""In the session: signed in by one click in the demonstration, which has no second step and says so."""


def needed_by(user: User) -> bool:
    """Everyone with case access: by role, or because something is shared with them."""
    if user.must_have_second_factor():
        return True
    return SharingRecord.objects.open_now().filter(with_person=user).exists()


def authenticators_of(user: User) -> QuerySet[Authenticator]:
    """Authenticator apps, passkeys and security keys; recovery codes alone are no second factor."""
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)


def held_by(user: User) -> bool:
    return authenticators_of(user).exists()


def still_to_set_up(request: HttpRequest) -> bool:
    """Whether the signed-in person has to set up a second factor before any other page."""
    if request.session.get(SESSION_MARK) or request.session.get(DEMO_MARK):
        return False
    user = request.user
    if not user.is_authenticated:
        return False
    if held_by(user):
        request.session[SESSION_MARK] = True
        return False
    return needed_by(user)


def check_again(request: HttpRequest) -> None:
    """After a change of the person's factors."""
    request.session.pop(SESSION_MARK, None)
