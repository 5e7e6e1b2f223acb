"""Pages of who may see what."""

from django.urls import path

from lps_safeguarding.access import views

app_name = "access"
urlpatterns = [
    path("records/<str:reference>/who-can-see/", views.who_can_see, name="who_can_see"),
    path("records/<str:reference>/share/", views.share_add, name="share_add"),
    path("records/<str:reference>/told-outside/", views.share_outside, name="share_outside"),
    path("records/<str:reference>/sharings/<uuid:sharing_id>/end/", views.share_end, name="share_end"),
    path("records/<str:reference>/conflict/", views.conflict_set, name="conflict_set_on_record"),
    path("conflicts/", views.conflict_list, name="conflict_list"),
    path("conflicts/declare/", views.conflict_declare, name="conflict_declare"),
    path("conflicts/set/", views.conflict_set, name="conflict_set"),
    path("conflicts/<uuid:conflict_id>/end/", views.conflict_end, name="conflict_end"),
    path("break-glass/", views.break_glass_open, name="break_glass_open"),
    path("break-glass/openings/", views.break_glass_list, name="break_glass_list"),
    path("break-glass/openings/<uuid:opening_id>/", views.break_glass_review, name="break_glass_review"),
    path(
        "break-glass/openings/<uuid:opening_id>/close/",
        views.break_glass_close,
        name="break_glass_close",
    ),
    path("confirm/", views.confirm_demo, name="confirm_demo"),
]
