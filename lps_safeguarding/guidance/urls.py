"""Addresses of the pages on duties and times."""

from django.urls import path

from . import views

app_name = "guidance"
urlpatterns = [
    path("", views.duty_list, name="duty_list"),
    path("editions/", views.edition_list, name="edition_list"),
    path("editions/new/", views.edition_add, name="edition_add"),
    path("editions/<int:pk>/", views.edition_detail, name="edition_detail"),
    path("<slug:slug>/change/", views.setting_change, name="setting_change"),
]
