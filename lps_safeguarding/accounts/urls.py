"""Addresses of sign-in, accounts, rota, calendar and contacts.

Of allauth's pages only those are here that this school uses: nobody signs up, changes their address or connects an
account from outside by themselves. The names are allauth's own.
"""

from allauth.account import views as account_views
from allauth.mfa.base import views as mfa_views
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as webauthn_views
from allauth.socialaccount import views as social_views
from allauth.socialaccount.providers.google import urls as google_urls
from allauth.socialaccount.providers.microsoft import urls as microsoft_urls
from django.conf import settings
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from .views import administration, calendar, contacts, my_account, rota, sign_in

pages = [
    path("second-step", sign_in.second_factor_needed, name="second_factor_needed"),
    path("session/extend", sign_in.session_extend, name="session_extend"),
    path("my-account", my_account.my_account, name="my_account"),
    path("my-account/sessions/end-others", my_account.sessions_end_others, name="sessions_end_others"),
    path("my-account/sessions/<int:pk>/end", my_account.session_end, name="session_end"),
    path("accounts", administration.account_list, name="account_list"),
    path("accounts/new", administration.account_new, name="account_new"),
    path("accounts/<int:pk>", administration.account_detail, name="account_detail"),
    path("accounts/<int:pk>/details", administration.account_edit, name="account_edit"),
    path("accounts/<int:pk>/roles/add", administration.role_add, name="role_add"),
    path("accounts/<int:pk>/roles/<int:role_pk>/end", administration.role_end, name="role_end"),
    path("accounts/<int:pk>/last-day", administration.last_day, name="last_day"),
    path("accounts/<int:pk>/close", administration.account_close, name="account_close"),
    path("accounts/<int:pk>/reopen", administration.account_reopen, name="account_reopen"),
    path("accounts/<int:pk>/end-sessions", administration.account_end_sessions, name="account_end_sessions"),
    path("accounts/<int:pk>/help", administration.ask, name="ask"),
    path("requests", administration.request_list, name="request_list"),
    path("requests/<int:pk>", administration.request_answer, name="request_answer"),
    path("duty", rota.rota, name="rota"),
    path("duty/week/<str:week>", rota.rota, name="rota_week"),
    path("duty/week/<str:week>/plan", rota.week_plan, name="week_plan"),
    path("duty/add", rota.duty_add, name="duty_add"),
    path("duty/<int:pk>", rota.duty_change, name="duty_change"),
    path("duty/<int:pk>/remove", rota.duty_remove, name="duty_remove"),
    path("duty/away", rota.absence_add, name="absence_add"),
    path("duty/away/<int:pk>/end", rota.absence_end, name="absence_end"),
    path("calendar", calendar.calendar, name="calendar"),
    path("calendar/terms/add", calendar.term_add, name="term_add"),
    path("calendar/terms/<int:pk>", calendar.term_change, name="term_change"),
    path("calendar/terms/<int:pk>/remove", calendar.term_remove, name="term_remove"),
    path("calendar/days/add", calendar.day_add, name="day_add"),
    path("calendar/days/<int:pk>", calendar.day_change, name="day_change"),
    path("calendar/days/<int:pk>/remove", calendar.day_remove, name="day_remove"),
    path("services/add", calendar.service_add, name="service_add"),
    path("services/<int:pk>", calendar.service_change, name="service_change"),
    path("contacts", contacts.contacts, name="contacts"),
    path("contacts/poster", contacts.poster, name="poster"),
    path("contacts/poster.pdf", contacts.poster_pdf, name="poster_pdf"),
    path("contacts/outside/add", contacts.outside_add, name="outside_add"),
    path("contacts/outside/<int:pk>", contacts.outside_change, name="outside_change"),
    path("contacts/outside/<int:pk>/remove", contacts.outside_remove, name="outside_remove"),
]
if settings.DEMO:
    pages.append(path("sign-in/as/<int:pk>", sign_in.sign_in_as, name="sign_in_as"))

urlpatterns = [
    path("", include((pages, "accounts"))),
    path("sign-in/", sign_in.sign_in, name="account_login"),
    path("sign-out/", account_views.logout, name="account_logout"),
    path("sign-in/closed/", account_views.account_inactive, name="account_inactive"),
    path("sign-in/passkey/", webauthn_views.login_webauthn, name="mfa_login_webauthn"),
    path("sign-in/second-step/", mfa_views.authenticate, name="mfa_authenticate"),
    path("sign-in/password/", account_views.password_reset, name="account_reset_password"),
    path("sign-in/password/sent/", account_views.password_reset_done, name="account_reset_password_done"),
    path(
        "sign-in/password/done/",
        account_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^sign-in/password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("confirm/password/", account_views.reauthenticate, name="account_reauthenticate"),
    path("confirm/code/", mfa_views.reauthenticate, name="mfa_reauthenticate"),
    path("confirm/passkey/", webauthn_views.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("my-account/password/", account_views.password_change, name="account_change_password"),
    # Whoever has no password yet (outside sign-in) gets a link by mail: a session alone must not set one.
    path(
        "my-account/password/first/",
        RedirectView.as_view(pattern_name="account_reset_password"),
        name="account_set_password",
    ),
    path("my-account/second-step/", mfa_views.index, name="mfa_index"),
    path("my-account/second-step/app/", totp_views.activate_totp, name="mfa_activate_totp"),
    path("my-account/second-step/app/remove/", totp_views.deactivate_totp, name="mfa_deactivate_totp"),
    path("my-account/second-step/passkeys/", webauthn_views.list_webauthn, name="mfa_list_webauthn"),
    path("my-account/second-step/passkeys/add/", webauthn_views.add_webauthn, name="mfa_add_webauthn"),
    path("my-account/second-step/passkeys/<int:pk>/", webauthn_views.edit_webauthn, name="mfa_edit_webauthn"),
    path(
        "my-account/second-step/passkeys/<int:pk>/remove/", webauthn_views.remove_webauthn, name="mfa_remove_webauthn"
    ),
    path("my-account/second-step/codes/", recovery_views.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "my-account/second-step/codes/new/", recovery_views.generate_recovery_codes, name="mfa_generate_recovery_codes"
    ),
    path(
        "my-account/second-step/codes/file/",
        recovery_views.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
if settings.SOCIALACCOUNT_PROVIDERS:
    urlpatterns += [
        path("sign-in/with/cancelled/", social_views.login_cancelled, name="socialaccount_login_cancelled"),
        path("sign-in/with/failed/", social_views.login_error, name="socialaccount_login_error"),
        path("sign-in/with/new/", social_views.signup, name="socialaccount_signup"),
    ]
if "google" in settings.SOCIALACCOUNT_PROVIDERS:
    urlpatterns.append(path("sign-in/with/", include(google_urls.urlpatterns)))
if "microsoft" in settings.SOCIALACCOUNT_PROVIDERS:
    urlpatterns.append(path("sign-in/with/", include(microsoft_urls.urlpatterns)))
