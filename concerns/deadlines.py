"""When things are due. Pure: the moment, the edition and the calendar are passed in (DEC-16)."""

import datetime

from concerns.terms import Form, Option
from lps_safeguarding.guidance import editions
from lps_safeguarding.guidance.lengths import LONDON, on_the_clock
from lps_safeguarding.guidance.models import Edition
from lps_safeguarding.people.school_calendar import Calendar

REMINDED_AT = datetime.time(8, 0)

# A clock that runs a little ahead must not lose a form.
CLOCKS_MAY_DIFFER_BY = datetime.timedelta(minutes=5)


def lead_dsl_told_at(
    form: str, submitted_at: datetime.datetime, edition: Edition, calendar: Calendar
) -> datetime.datetime:
    """When an unread concern goes to the lead DSL: minutes for a pink form, a school day for an entry (CON-11)."""
    slug = "pink_form_to_lead_dsl" if form == Form.PINK else "standard_entry_read"
    return editions.due(slug, edition, submitted_at, calendar)


def headteacher_told_at(submitted_at: datetime.datetime, edition: Edition, calendar: Calendar) -> datetime.datetime:
    """When an unread pink form goes to the headteacher (CON-11)."""
    return editions.due("pink_form_to_headteacher", edition, submitted_at, calendar)


def answer_due(
    agency: str, made_at: datetime.datetime, edition: Edition, calendar: Calendar
) -> datetime.datetime | None:
    """When an answer to a referral is overdue (DEC-10). Social care has a set time; for others none is set: None."""
    if agency != Option.SOCIAL_CARE:
        return None
    return editions.due("social_care_answer", edition, made_at, calendar)


def notice_read_due(received_at: datetime.datetime, edition: Edition, calendar: Calendar) -> datetime.datetime:
    """When a DSL must have read a notice of Operation Encompass: before the next school day starts (CON-20)."""
    return editions.due("encompass_read", edition, received_at, calendar)


def notice_to_lead_dsl_at(
    read_due_at: datetime.datetime, submitted_at: datetime.datetime, edition: Edition, calendar: Calendar
) -> datetime.datetime:
    """When an unread notice goes to the lead DSL: some time before it must be read (CON-20).

    One that comes in later than that leaves the DSL on duty as many minutes as a pink form does.
    """
    before = editions.length("encompass_to_lead_dsl", edition).span
    soonest = editions.due("pink_form_to_lead_dsl", edition, submitted_at, calendar)
    return max(read_due_at - before, soonest)


def notice_to_headteacher_at(
    read_due_at: datetime.datetime, submitted_at: datetime.datetime, edition: Edition, calendar: Calendar
) -> datetime.datetime:
    """When an unread notice goes to the headteacher: when it must have been read, and not sooner than a pink form."""
    return max(read_due_at, editions.due("pink_form_to_headteacher", edition, submitted_at, calendar))


def return_conversation_due(found_at: datetime.datetime, edition: Edition, calendar: Calendar) -> datetime.datetime:
    """By when a child who is back is offered a conversation about it (CON-19)."""
    return editions.due("return_conversation", edition, found_at, calendar)


def fgm_report_due(known_at: datetime.datetime, edition: Edition, calendar: Calendar) -> datetime.datetime:
    """By when the teacher reports FGM to the police: from the moment it was known to them (DEC-05)."""
    return editions.due("fgm_police_report", edition, known_at, calendar)


def fgm_reminder_at(due_at: datetime.datetime) -> datetime.datetime:
    """When the teacher is reminded: on the day it is due, before lessons begin."""
    return on_the_clock(due_at.astimezone(LONDON).date(), REMINDED_AT)


def private_fostering_notice_due(
    asked_at: datetime.datetime, edition: Edition, calendar: Calendar
) -> datetime.datetime:
    """By when the local authority is told of private fostering (DEC-08)."""
    return editions.due("private_fostering_notice", edition, asked_at, calendar)
