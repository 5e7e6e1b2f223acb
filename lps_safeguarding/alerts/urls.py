"""Addresses of the alerts' pages."""

from django.urls import path

from . import views

app_name = "alerts"
urlpatterns = [
    path("", views.alert_list, name="alert_list"),
    path("since/", views.since, name="since"),
    path("undelivered/", views.undelivered, name="undelivered"),
    path("undelivered/<uuid:pk>/again/", views.undelivered_again, name="undelivered_again"),
    path("<uuid:pk>/", views.alert_open, name="alert_open"),
]
