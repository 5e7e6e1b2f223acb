"""What an entry of the trail can say was done: slug and words. Add a line here for a new kind of act."""

ACTS: dict[str, str] = {
    # looking
    "read": "Opened",
    "read_own": "Opened own entry",
    "listed": "Listed",
    "searched": "Searched",
    "opened_by_break_glass": "Opened by break glass",
    "printed": "Printed or saved as PDF",
    "exported": "Exported",
    "downloaded": "Opened a file",
    # changing
    "created": "Recorded",
    "changed": "Changed",
    "added_to": "Added to",
    "corrected": "Corrected",
    "submitted": "Submitted",
    "decided": "Decided",
    "referred": "Referred",
    "assigned": "Assigned",
    "escalated": "Escalated",
    "acknowledged": "Marked as seen",
    "told": "Told the reporter",
    "fed_back": "Gave feedback",
    "still_worried": "Said they are still worried",
    "followed_up": "Followed up",
    "closed": "Closed",
    "reopened": "Opened again",
    "attached": "Attached a file",
    "withdrawn": "Withdrew",
    "merged": "Joined with another record",
    "transferred": "Transferred",
    # who may see it
    "refused": "Was refused",
    "shared": "Shared",
    "sharing_ended": "Ended sharing",
    "conflict_declared": "Declared a conflict of interest",
    "conflict_ended": "Ended a conflict of interest",
    "break_glass_reviewed": "Reviewed a break glass",
    # accounts
    "signed_in": "Signed in",
    "signed_out": "Signed out",
    "sign_in_failed": "Sign-in failed",
    "locked_out": "Was locked out",
    "reauthenticated": "Confirmed who they are",
    "credentials_changed": "Changed password or second factor",
    "session_ended": "Ended a session",
    "role_given": "Gave a role",
    "role_ended": "Ended a role",
    "account_made": "Made an account",
    "account_closed": "Closed an account",
    "duty_changed": "Changed the duty rota",
    "settings_changed": "Changed settings",
    "imported": "Imported a list",
    # keeping and destroying
    "hold_set": "Set a hold",
    "hold_lifted": "Lifted a hold",
    "disposal_proposed": "Proposed disposal",
    "destroyed": "Destroyed the content",
    # the system
    "alerted": "Sent an alert",
    "sealed": "Sealed the trail",
    "restored": "Restored from a backup",
}

LOOKING = frozenset(
    {"read", "read_own", "listed", "searched", "opened_by_break_glass", "printed", "exported", "downloaded"}
)


def words_for(act: str) -> str:
    """The act in words for the screen."""
    return ACTS[act]
