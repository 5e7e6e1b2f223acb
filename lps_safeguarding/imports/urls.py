"""The pages of imports."""

from django.urls import path

from lps_safeguarding.imports import views
from lps_safeguarding.imports.columns import Kind

app_name = "imports"
urlpatterns = [
    path("", views.import_list, name="list"),
    path("children/", views.upload, {"kind": Kind.CHILDREN.value}, name="children"),
    path("staff/", views.upload, {"kind": Kind.STAFF.value}, name="staff"),
    path("transfer-file/", views.upload, {"kind": Kind.CTF.value}, name="ctf"),
    path("<uuid:import_id>/", views.detail, name="detail"),
    path("<uuid:import_id>/columns/", views.columns_page, name="columns"),
    path("<uuid:import_id>/answer/", views.answer, name="answer"),
    path("<uuid:import_id>/confirm/", views.confirm, name="confirm"),
    path("<uuid:import_id>/cancel/", views.cancel, name="cancel"),
    path("<uuid:import_id>/progress/", views.progress, name="progress"),
]
