"""Who can be signed in: decided at sign-in and again with every request."""

from allauth.account.auth_backends import AuthenticationBackend

from lps_safeguarding.people.models import User


class SignInBackend(AuthenticationBackend):
    """allauth's e-mail and password, for people with an open account who have not left (ACC-06).

    `get_user` runs with each request, so that a closed account or the day after a last day ends access at once.
    """

    def user_can_authenticate(self, user: User) -> bool:
        return user.can_sign_in()

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("adult").filter(pk=user_id).first()
        return user if user is not None and user.can_sign_in() else None
