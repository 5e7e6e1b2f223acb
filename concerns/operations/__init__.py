"""All changes of concerns and children's files. Keyword-only, `by=`, atomic, complete: record, history, trail, alerts."""

from concerns.operations.child_file import (
    end_plan,
    end_vulnerability,
    link_children,
    mark_significant,
    open_child_file,
    receive_contacts,
    set_contact,
    set_plan,
    set_vulnerability,
    unlink_children,
    unmark_significant,
)
from concerns.operations.deciding import (
    assign,
    close_concern,
    give_feedback,
    mark_read,
    record_decision,
    reopen_concern,
    set_kinds,
    take_up_talk,
)
from concerns.operations.drafts import delete_old_drafts, discard_draft, save_draft
from concerns.operations.follow_ups import end_follow_up, reopen_follow_up, set_follow_up, set_meeting_follow_up
from concerns.operations.lists import review_list
from concerns.operations.meetings import plan_meeting, record_meeting, record_not_held
from concerns.operations.notices import (
    log_encompass_notice,
    record_child_found,
    record_conversation,
    record_step,
    report_missing_child,
)
from concerns.operations.printing import order_chronology
from concerns.operations.referrals import (
    escalate_referral,
    make_referral,
    record_acknowledgement,
    record_referral_outcome,
    withdraw_referral,
)
from concerns.operations.reporting import add_addendum, ask_for_talk, file_document, say_still_worried, submit_concern

__all__ = [
    "add_addendum",
    "ask_for_talk",
    "assign",
    "close_concern",
    "delete_old_drafts",
    "discard_draft",
    "end_follow_up",
    "end_plan",
    "end_vulnerability",
    "escalate_referral",
    "file_document",
    "give_feedback",
    "link_children",
    "log_encompass_notice",
    "make_referral",
    "mark_read",
    "mark_significant",
    "open_child_file",
    "order_chronology",
    "plan_meeting",
    "receive_contacts",
    "record_acknowledgement",
    "record_child_found",
    "record_conversation",
    "record_decision",
    "record_meeting",
    "record_not_held",
    "record_referral_outcome",
    "record_step",
    "reopen_concern",
    "reopen_follow_up",
    "report_missing_child",
    "review_list",
    "save_draft",
    "say_still_worried",
    "set_contact",
    "set_follow_up",
    "set_kinds",
    "set_meeting_follow_up",
    "set_plan",
    "set_vulnerability",
    "submit_concern",
    "take_up_talk",
    "unlink_children",
    "unmark_significant",
    "withdraw_referral",
]
