"""The pages that look across apps."""

from django.urls import path

from lps_safeguarding.overview.views import child, chronology, duty, finding, lists, pages, trends

app_name = "overview"
urlpatterns = [
    path("", pages.home, name="home"),
    path("queue/", pages.queue_page, name="queue"),
    path("queue/new/", pages.queue_new, name="queue_new"),
    path("queue/next/", pages.queue_next, name="queue_next"),
    path("on-duty/", duty.duty_sheet, name="duty_sheet"),
    path("on-duty/pdf/", duty.duty_sheet_pdf, name="duty_sheet_pdf"),
    path("children/", finding.children, name="children"),
    path("children/found/<uuid:key>/", finding.children_found, name="children_found"),
    path("records/", finding.record_list, name="records"),
    path("records/<uuid:key>/", finding.records_found, name="records_found"),
    path("views/", finding.saved, name="saved"),
    path("views/keep/", finding.keep, name="keep"),
    path("views/<uuid:key>/", finding.saved_open, name="saved_open"),
    path("views/<uuid:key>/remove/", finding.forget, name="forget"),
    path("trends/", trends.figures, name="trends"),
    path("trends/figures.csv", trends.table, name="trends_table"),
    path("trends/children/", trends.children, name="trends_children"),
    path("trends/places/", trends.places, name="trends_places"),
    path("children/open/", pages.file_open, name="file_open"),
    path("children/<str:reference>/", child.child, name="child"),
    path("children/<str:reference>/plan/", child.head_entry, {"kind": "plan"}, name="plan_add"),
    path("children/<str:reference>/plan/<uuid:entry_id>/", child.head_entry, {"kind": "plan"}, name="plan_change"),
    path(
        "children/<str:reference>/vulnerability/",
        child.head_entry,
        {"kind": "vulnerability"},
        name="vulnerability_add",
    ),
    path(
        "children/<str:reference>/vulnerability/<uuid:entry_id>/",
        child.head_entry,
        {"kind": "vulnerability"},
        name="vulnerability_change",
    ),
    path("children/<str:reference>/contact/", child.head_entry, {"kind": "contact"}, name="contact_add"),
    path(
        "children/<str:reference>/contact/<uuid:entry_id>/",
        child.head_entry,
        {"kind": "contact"},
        name="contact_change",
    ),
    path("children/<str:reference>/link/", child.link_add, name="link_add"),
    path("children/<str:reference>/link/<uuid:entry_id>/end/", child.link_end, name="link_end"),
    path("children/<str:reference>/documents/", child.documents, name="child_documents"),
    path("children/<str:reference>/chronology/", chronology.page, name="chronology"),
    path(
        "children/<str:reference>/chronology/significant/<slug:what>/<uuid:entry_id>/",
        chronology.significant,
        name="significant",
    ),
    path("lists/", lists.index, name="lists"),
    path("lists/<slug:slug>/", lists.one, name="list"),
    path("lists/<slug:slug>/document/", lists.document, name="list_document"),
    path("lists/<slug:slug>/review/", lists.review, name="list_review"),
    path("trail/<str:reference>/", child.trail_of_record, name="trail_of_record"),
]
