"""Records of the allegations app for tests, made by the same operations that pages use."""

import uuid

from allegations import operations
from allegations.models import StaffConcern
from allegations.terms import About
from lps_safeguarding.access import acting


def a_staff_concern(*, by, subject=None, about=About.ADULT, **given) -> StaffConcern:
    """Sent by `by` about the person `subject` (a User), or about somebody described in words."""
    sent = {
        "submission_key": uuid.uuid4(),
        "what_happened": "He pulled him by the arm.",
        "subjects": [subject.adult] if subject else [],
        "subject_typed": "" if subject else "The driver of the Tuesday minibus",
    } | given
    by.forget_roles()
    with acting.as_person(by):
        return operations.submit_staff_concern(by=by, about=about, **sent)
