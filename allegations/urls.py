"""The pages of concerns about adults."""

from django.urls import path

from allegations import views

app_name = "allegations"

urlpatterns = [
    path("log/", views.intake_adult, name="intake_adult"),
    path("log/<uuid:key>/", views.intake_adult_form, name="intake_adult_form"),
    path("log/h/", views.intake_headteacher, name="intake_headteacher"),
    path("log/h/<uuid:key>/", views.intake_headteacher_form, name="intake_headteacher_form"),
    path("log/not-sure/", views.intake_not_sure, name="intake_not_sure"),
    path("log/find/", views.adult_find, name="adult_find"),
    path("log/draft/<uuid:key>/save/", views.draft_save, name="draft_save"),
    path("log/draft/<uuid:key>/discard/", views.draft_discard, name="draft_discard"),
    path("mine/", views.mine, name="mine"),
    path("received/", views.received, name="received"),
    path("<str:reference>/", views.detail, name="detail"),
    path("<str:reference>/sent/", views.sent, name="sent"),
]
