"""Every address of the application. One `include` an app; the app's own urls.py names its pages."""

from django.urls import include, path

urlpatterns = [
    path("", include("lps_safeguarding.web.urls")),
    path("", include("lps_safeguarding.accounts.urls")),
    path("", include("lps_safeguarding.overview.urls")),
    path("access/", include("lps_safeguarding.access.urls")),
    path("alerts/", include("lps_safeguarding.alerts.urls")),
    path("duties/", include("lps_safeguarding.guidance.urls")),
    path("imports/", include("lps_safeguarding.imports.urls")),
    path("concerns/", include("concerns.urls")),
    path("adults/", include("allegations.urls")),
]

handler400 = "lps_safeguarding.web.errors.bad_request"
handler403 = "lps_safeguarding.web.errors.forbidden"
handler404 = "lps_safeguarding.web.errors.not_found"
handler500 = "lps_safeguarding.web.errors.server_error"
