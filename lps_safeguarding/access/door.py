"""The one door to a record: what comes through it is in the trail; what does not, does not exist (ACC-04, ACC-05)."""

from lps_safeguarding.access import grounds
from lps_safeguarding.access.refusals import NotThere
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people.models import Role

LONGEST_REFERENCE = 40


def open_record(request, queryset, *, reference: str, act: str = "read"):
    """Fetch one record out of what this person may open, and note it in the trail, in one transaction.

    `queryset` is the app's `readable_by(request.user)`. Raises NotThere (404) alike for a record that does not exist
    and for one this person may not open: same query, same answer. If the trail cannot be written, the error goes up
    and nothing is shown.
    """
    record = queryset.filter(reference=tidy(reference)).first()
    if record is None:
        raise NotThere
    trail.note(by=request.user, act=act, record=record, reference=record.reference, why=_why(request.user, record))
    return record


def note_list(request, what: str) -> None:
    """Note that this person saw a list. `what` is a neutral name of the list ("queue"), without search words."""
    trail.note(by=request.user, act="listed", why=what)


def tidy(reference: str) -> str:
    """A reference as typed or out of an address, cut to what a reference can be; the database refuses NUL."""
    return reference.replace("\x00", "").strip().upper()[:LONGEST_REFERENCE]


def _why(user, record) -> str:
    if not (user.has_role(Role.LEAD_DSL) or user.has_role(Role.HEADTEACHER)):
        return ""
    opened = grounds.opened_by_break_glass(user, type(record)).filter(record_id=record.pk).exists()
    return "opened by break glass" if opened else ""
