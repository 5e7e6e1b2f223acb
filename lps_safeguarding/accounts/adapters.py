"""How django-allauth is bent to this school: nobody signs up, guessing is slowed, and every sign-in takes all steps."""

import time
from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people.models import User

from . import second_factor, secrets_at_rest, throttle

FRESH_SECONDS = 300
"""A sign-in or confirmation of the last five minutes is recent enough for a change of one's own keys."""


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The e-mail address and the password do not belong together. Check both.",
        "account_inactive": "This account is closed. Speak to the school's administrator.",
        "too_many_login_attempts": (
            "There were too many tries. Wait 5 minutes, or use a device on which you have signed in before, "
            "or sign in with a passkey."
        ),
        "incorrect_password": "The password is not right. Type it again.",
        "rate_limited": "There were too many tries. Wait a few minutes.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are opened by an administrator."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/"

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Takes one try from the throttle, or refuses before any password is looked at."""
        self._try = throttle.take_a_try(
            request, email=str(credentials.get("email", "")), ip=self.get_client_ip(request)
        )
        if self._try is None:
            trail.note(by=None, act="locked_out", why="too many sign-ins failed")
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        if self._try:
            throttle.give_back(self._try)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        trail.note(by=None, act="sign_in_failed", why="e-mail address and password")

    def reauthenticate(self, user: User, password: str) -> bool:
        """The signed-in person types their own password again; the tries are those of their account."""
        attempt = throttle.take_a_try(context.request, email=user.email, ip=self.get_client_ip(context.request))
        if attempt is None:
            raise self.validation_error("too_many_login_attempts")
        if user.check_password(password):
            throttle.give_back(attempt)
            return True
        trail.note(by=user, act="sign_in_failed", why="password typed again")
        return False

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """No way of signing in leads past this: password, passkey, Microsoft or Google."""
        if not user.can_sign_in():
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """For one's own keys, signing in a moment ago counts as having shown who one is."""
        request = context.request
        records = get_authentication_records(request, request.user)
        return not any(time.time() - record["at"] < FRESH_SECONDS for record in records)

    def set_password(self, user: User, password: str) -> None:
        """A new password; the person is told by allauth's mail, the trail by `sign_in_events`."""
        user._history_user = user
        user._change_reason = "password set"
        super().set_password(user, password)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tells the person of a change to their keys. A mail server that is away does not undo the change."""
        super().send_notification_mail(template_prefix, user, context=context, email=email or user.email)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Microsoft and Google prove an e-mail address of an existing account, nothing more: no account is made, and the
    second factor is asked all the same."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Only by an address that the provider says is verified, and only into the one account that has it."""
        provider = sociallogin.account.provider
        if provider == "google" and sociallogin.account.extra_data.get("hd", "").lower() != settings.GOOGLE_DOMAIN:
            self._refuse(request, provider)
        if sociallogin.is_existing:
            return
        verified = [address.email for address in sociallogin.email_addresses if address.verified]
        user = User.objects.filter(email__in=[address.lower() for address in verified]).first() if verified else None
        if user is None:
            self._refuse(request, provider)
        sociallogin.connect(request, user)

    @staticmethod
    def _refuse(request: HttpRequest, provider: str) -> NoReturn:
        trail.note(by=None, act="sign_in_failed", why=f"{provider}: no account")
        messages.error(request, "No account here has that e-mail address. Ask the school's administrator for one.")
        raise ImmediateHttpResponse(redirect("account_login"))


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "The code is not right, or was used already. Wait for the next one and type it.",
        "cannot_delete_authenticator": (
            "Your work here needs a second step at sign-in. Add another one first, then remove this one."
        ),
        "unverified_email": "Ask the administrator to check your e-mail address first.",
    }

    def get_totp_issuer(self) -> str:
        return f"Safeguarding, {settings.SCHOOL_NAME}"

    def encrypt(self, text: str) -> str:
        """The secret of an authenticator app is not in the clear in the database."""
        return secrets_at_rest.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets_at_rest.open_sealed(encrypted_text)

    def can_delete_authenticator(self, authenticator) -> bool:
        """Whoever must have a second factor keeps at least one."""
        if not second_factor.needed_by(authenticator.user):
            return True
        return second_factor.authenticators_of(authenticator.user).exclude(pk=authenticator.pk).exists()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": f"Safeguarding, {settings.SCHOOL_NAME}"}
