"""What Django and allauth tell about sign-ins, written into the trail and the list of sessions."""

from allauth.account import signals as account_signals
from allauth.mfa import signals as mfa_signals
from django.contrib.auth import signals as auth_signals

from lps_safeguarding.audit_trail import trail

from . import second_factor, sessions


def connect() -> None:
    """Called once when the app starts."""
    auth_signals.user_logged_in.connect(signed_in, dispatch_uid="accounts.signed_in")
    auth_signals.user_logged_out.connect(signed_out, dispatch_uid="accounts.signed_out")
    account_signals.password_changed.connect(password_changed, dispatch_uid="accounts.password_changed")
    account_signals.password_set.connect(password_changed, dispatch_uid="accounts.password_set")
    account_signals.password_reset.connect(password_reset, dispatch_uid="accounts.password_reset")
    account_signals.authentication_step_completed.connect(step_completed, dispatch_uid="accounts.step_completed")
    mfa_signals.authenticator_added.connect(factors_changed, dispatch_uid="accounts.factor_added")
    mfa_signals.authenticator_removed.connect(factors_changed, dispatch_uid="accounts.factor_removed")
    mfa_signals.authenticator_reset.connect(factors_changed, dispatch_uid="accounts.factor_reset")
    mfa_signals.authentication_failed.connect(factor_failed, dispatch_uid="accounts.factor_failed")


def signed_in(sender, request, user, **kwargs) -> None:
    sessions.begin(request, user)
    second_factor.check_again(request)
    request._signed_in_now = user
    trail.note(by=user, act="signed_in")


def signed_out(sender, request, user, **kwargs) -> None:
    if user is None:
        return
    sessions.forget(request.session.session_key)
    trail.note(by=user, act="signed_out")


def step_completed(sender, request, user, method, **kwargs) -> None:
    """A new session id each time somebody shows again who they are (ASVS 7.2.4)."""
    if not kwargs.get("reauthenticated"):
        return
    request.session.cycle_key()
    trail.note(by=user, act="reauthenticated", why=str(method))


def password_changed(sender, request, user, **kwargs) -> None:
    """The other sessions end with the old password; this one goes on."""
    sessions.end_all(user, but=request.session.session_key or "")
    trail.note(by=user, act="credentials_changed", why="password")


def password_reset(sender, request, user, **kwargs) -> None:
    sessions.end_all(user)
    trail.note(by=user, act="credentials_changed", why="password by link")


def factors_changed(sender, request, user, authenticator, **kwargs) -> None:
    second_factor.check_again(request)
    trail.note(by=user, act="credentials_changed", why=f"second factor: {authenticator.type}")


def factor_failed(sender, request, user, authenticator, **kwargs) -> None:
    trail.note(by=user, act="sign_in_failed", why=f"second factor: {authenticator.type}")
