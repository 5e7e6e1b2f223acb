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
from concerns.operations.closing import close_concern, reopen_concern
from concerns.operations.contexts import (
    describe_context,
    end_context_follow_up,
    join_contexts,
    link_context,
    make_context,
    separate_context,
    set_context_follow_up,
    unlink_context,
    write_on_context,
)
from concerns.operations.deciding import (
    assign,
    give_feedback,
    mark_read,
    record_decision,
    set_kinds,
    take_up_talk,
)
from concerns.operations.drafts import delete_old_drafts, discard_draft, save_draft
from concerns.operations.fgm import record_fgm_not_applying, record_fgm_reported
from concerns.operations.follow_ups import end_follow_up, reopen_follow_up, set_follow_up, set_meeting_follow_up
from concerns.operations.handing_over import hand_over, mark_hand_over_seen
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
from concerns.operations.priorities import set_local_priorities
from concerns.operations.private_fostering import record_care
from concerns.operations.referrals import (
    chase_referral,
    confirm_referral_in_writing,
    escalate_referral,
    make_referral,
    record_acknowledgement,
    record_referral_outcome,
    withdraw_referral,
)
from concerns.operations.reporting import add_addendum, ask_for_talk, file_document, say_still_worried, submit_concern
from concerns.operations.staff_harm import record_staff_support, say_staff_harm

__all__ = [
    "add_addendum",
    "ask_for_talk",
    "assign",
    "chase_referral",
    "close_concern",
    "confirm_referral_in_writing",
    "delete_old_drafts",
    "describe_context",
    "discard_draft",
    "end_context_follow_up",
    "end_follow_up",
    "end_plan",
    "end_vulnerability",
    "escalate_referral",
    "file_document",
    "give_feedback",
    "hand_over",
    "join_contexts",
    "link_children",
    "link_context",
    "log_encompass_notice",
    "make_context",
    "make_referral",
    "mark_hand_over_seen",
    "mark_read",
    "mark_significant",
    "open_child_file",
    "order_chronology",
    "plan_meeting",
    "receive_contacts",
    "record_acknowledgement",
    "record_care",
    "record_child_found",
    "record_conversation",
    "record_decision",
    "record_fgm_not_applying",
    "record_fgm_reported",
    "record_meeting",
    "record_not_held",
    "record_referral_outcome",
    "record_staff_support",
    "record_step",
    "reopen_concern",
    "reopen_follow_up",
    "report_missing_child",
    "review_list",
    "save_draft",
    "say_staff_harm",
    "say_still_worried",
    "separate_context",
    "set_contact",
    "set_context_follow_up",
    "set_follow_up",
    "set_kinds",
    "set_local_priorities",
    "set_meeting_follow_up",
    "set_plan",
    "set_vulnerability",
    "submit_concern",
    "take_up_talk",
    "unlink_children",
    "unlink_context",
    "unmark_significant",
    "withdraw_referral",
    "write_on_context",
]
