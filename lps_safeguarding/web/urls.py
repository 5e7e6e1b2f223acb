"""The addresses of the frame itself: hide the screen and come back."""

from django.urls import path

from lps_safeguarding.web import hide

app_name = "web"
urlpatterns = [
    path("hide", hide.hide, name="hide"),
    path("hide/demo", hide.unlock_demo, name="unlock_demo"),
]
