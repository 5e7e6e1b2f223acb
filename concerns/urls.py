"""The pages of concerns. The reporter's first, then the DSL's."""

from django.urls import path

from concerns.views import (
    contexts,
    deciding,
    duties,
    follow_ups,
    handing_over,
    kinds,
    meetings,
    notices,
    printing,
    referrals,
    reporting,
    sharing,
)

app_name = "concerns"

reporting_pages = [
    path("log/", reporting.log, name="log"),
    path("log/child/", reporting.log_immediate, name="log_immediate"),
    path("log/pink/", reporting.log_pink, name="log_pink"),
    path("log/pink/<uuid:key>/", reporting.log_pink_form, name="log_pink_form"),
    path("log/entry/", reporting.log_standard, name="log_standard"),
    path("log/entry/<uuid:key>/", reporting.log_standard_form, name="log_standard_form"),
    path("log/entry/<uuid:key>/check/", reporting.log_check, name="log_check"),
    path("log/find/", reporting.child_find, name="child_find"),
    path("log/draft/<uuid:key>/", reporting.draft_open, name="draft_open"),
    path("log/draft/<uuid:key>/save/", reporting.draft_save, name="draft_save"),
    path("log/draft/<uuid:key>/discard/", reporting.draft_discard, name="draft_discard"),
    path("log/missing/", notices.missing, name="missing"),
    path("log/missing/<uuid:key>/", notices.missing_form, name="missing_form"),
    path("log/encompass/", notices.encompass, name="encompass"),
    path("log/encompass/<uuid:key>/", notices.encompass_form, name="encompass_form"),
    path("mine/", reporting.mine, name="mine"),
    path("<str:reference>/sent/", reporting.log_sent, name="log_sent"),
    path("<str:reference>/add/", reporting.addendum_add, name="addendum_add"),
    path("<str:reference>/add/<uuid:key>/", reporting.addendum_form, name="addendum_form"),
    path("<str:reference>/still-worried/", reporting.still_worried, name="still_worried"),
    path("<str:reference>/still-worried/<uuid:key>/", reporting.still_worried_form, name="still_worried_form"),
    path("<str:reference>/talk/", reporting.ask_talk, name="ask_talk"),
    path("<str:reference>/steps/", notices.step_add, name="step_add"),
    path("<str:reference>/found/", notices.found_add, name="found_add"),
    path("<str:reference>/conversation/", notices.conversation_edit, name="conversation_edit"),
    path("<str:reference>/police-report/", duties.fgm_report, name="fgm_report"),
    path("<str:reference>/staff-harm/", duties.staff_harm_add, name="staff_harm_add"),
    path("<str:reference>/staff-harm/<uuid:harm_id>/", duties.staff_support, name="staff_support"),
    path("<str:reference>/private-fostering/", duties.private_fostering, name="private_fostering"),
]

about_kinds = [
    path("signs/", kinds.signs, name="signs"),
    path("signs/<str:kind>/", kinds.signs_of, name="signs_of"),
    path("priorities/", kinds.local_priorities, name="local_priorities"),
]

meeting_pages = [
    path("meetings/of/<str:reference>/plan/", meetings.meeting_plan, name="meeting_plan"),
    path("meetings/<str:reference>/", meetings.meeting_detail, name="meeting_detail"),
    path("meetings/<str:reference>/record/", meetings.meeting_record, name="meeting_record"),
    path("meetings/<str:reference>/not-held/", meetings.meeting_not_held, name="meeting_not_held"),
]

printing_pages = [
    path("printed/of/<str:reference>/", printing.chronology_print, name="chronology_print"),
    path("printed/<str:reference>/", printing.printed_detail, name="printed_detail"),
    path("printed/<str:reference>/state/", printing.printed_state, name="printed_state"),
    path("printed/<str:reference>/document/", printing.printed_document, name="printed_document"),
    path("printed/<str:reference>/again/", printing.printed_again, name="printed_again"),
]

# Before the addresses that begin with a reference.
context_pages = [
    path("contexts/", contexts.context_list, name="context_list"),
    path("contexts/names/", contexts.context_names, name="context_names"),
    path("contexts/add/", contexts.context_add, name="context_add"),
    path("contexts/<str:reference>/", contexts.context_detail, name="context_detail"),
    path("contexts/<str:reference>/describe/", contexts.context_edit, name="context_edit"),
    path("contexts/<str:reference>/notes/", contexts.context_note_add, name="context_note_add"),
    path("contexts/<str:reference>/to-do/", contexts.context_follow_up_add, name="context_follow_up_add"),
    path(
        "contexts/<str:reference>/to-do/<uuid:follow_up_id>/",
        contexts.context_follow_up_end,
        name="context_follow_up_end",
    ),
    path("contexts/<str:reference>/join/", contexts.context_join, name="context_join"),
    path("contexts/<str:reference>/separate/", contexts.context_separate, name="context_separate"),
    path("<str:reference>/contexts/", contexts.context_link, name="context_link"),
    path("<str:reference>/contexts/<uuid:link_id>/end/", contexts.context_unlink, name="context_unlink"),
]

handing_over_pages = [
    path("caseload/", handing_over.caseload, name="caseload"),
    path("hand-over/", handing_over.hand_over, name="hand_over_own"),
    path("hand-over/of/<int:person_id>/", handing_over.hand_over, name="hand_over_of"),
    path("hand-overs/", handing_over.hand_over_list, name="hand_over_list"),
    path("hand-overs/<str:reference>/", handing_over.hand_over_detail, name="hand_over"),
    path("hand-overs/<str:reference>/print/", handing_over.hand_over_print, name="hand_over_print"),
]

deciding_pages = [
    path("colleagues/", deciding.colleagues_list, name="colleagues"),
    path("referrals/<str:reference>/", referrals.referral_detail, name="referral_detail"),
    path("referrals/<str:reference>/answer/", referrals.referral_answer, name="referral_answer"),
    path("referrals/<str:reference>/document/", referrals.referral_document, name="referral_document"),
    path("follow-ups/<str:reference>/", follow_ups.follow_up_detail, name="follow_up_detail"),
    path("follow-ups/<str:reference>/end/", follow_ups.follow_up_end, name="follow_up_end"),
    path("follow-ups/<str:reference>/reopen/", follow_ups.follow_up_reopen, name="follow_up_reopen"),
    path("<str:reference>/", deciding.concern_detail, name="concern_detail"),
    path("<str:reference>/decision/", deciding.decision_add, name="decision_add"),
    path("<str:reference>/decision/<uuid:key>/", deciding.decision_form, name="decision_form"),
    path("<str:reference>/close/", deciding.close, name="close"),
    path("<str:reference>/reopen/", deciding.reopen, name="reopen"),
    path("<str:reference>/assign/", deciding.assign, name="assign"),
    path("<str:reference>/feedback/", deciding.feedback_add, name="feedback_add"),
    path("<str:reference>/talk-taken-up/", deciding.talk_take_up, name="talk_take_up"),
    path("<str:reference>/refer/", referrals.referral_add, name="referral_add"),
    path("<str:reference>/follow-up/", follow_ups.follow_up_add, name="follow_up_add"),
    path("<str:reference>/share/", sharing.share, name="share"),
    path("<str:reference>/share-outside/", sharing.share_outside, name="share_outside"),
    path("<str:reference>/share/<uuid:sharing_id>/end/", sharing.share_end, name="share_end"),
    path("<str:reference>/files/", sharing.file_add, name="file_add"),
    path("<str:reference>/files/<uuid:file_id>/", sharing.file_get, name="file_get"),
]

urlpatterns = [
    *about_kinds,
    *context_pages,
    *reporting_pages,
    *meeting_pages,
    *printing_pages,
    *handing_over_pages,
    *deciding_pages,
]
