"""The edition the application is delivered with: KCSIE September 2025 and the times the rulebook names.

Plain data, loaded by migration 0003 (what came later, by migrations of its own). Editing a figure here changes nothing
in a database that has it already: a new figure is a new edition, entered on the page "Duties and times".
"""

import datetime as dt
from typing import Any

EDITION = {
    "name": "Keeping children safe in education, September 2025",
    "effective_from": dt.date(2025, 9, 1),
    "source": "Department for Education, statutory guidance for schools and colleges",
    "why": "Delivered with the application",
}

KCSIE = "Keeping children safe in education 2025"
SCHOOL_POLICY = "The school's safeguarding policy"
OFFICE_CLOSES = dt.time(17, 0)
SCHOOL_STARTS = dt.time(8, 30)


def _duty(
    slug: str, title: str, value: int, unit: str, kind: str, source: str, wording: str, **more: Any
) -> dict[str, Any]:
    return {
        "slug": slug,
        "title": title,
        "value": value,
        "unit": unit,
        "kind": kind,
        "source": source,
        "wording": wording,
        **more,
    }


_BY_CLOSE = {"by": "close", "day_ends_at": OFFICE_CLOSES}

# Added after the first delivery: migration 0005 puts them into every edition that lacks them.
ENCOMPASS_TO_LEAD_DSL = _duty(
    "encompass_to_lead_dsl", "Operation Encompass notice unread: tell the lead DSL this long before", 60, "minutes",
    "school", SCHOOL_POLICY,
    "When no safeguarding lead has read a notice this long before it must be read, the lead DSL is alerted as well. "
    "When the time is over, the headteacher is.",
)  # fmt: skip
RETURN_CONVERSATION = _duty(
    "return_conversation", "Conversation with a child who is back", 72, "hours", "guidance",
    "Children who run away or go missing from home or care, statutory guidance",
    "A child who was missing is offered a conversation about it within this time: what made them go, where they were, "
    "what would help. The local authority also offers one of its own.",
)  # fmt: skip

DUTIES = [
    _duty(
        "pink_form_to_lead_dsl", "Pink form unread: tell the lead DSL", 5, "minutes", "school", SCHOOL_POLICY,
        "When no safeguarding lead has opened a pink form after this time, the lead DSL is alerted as well.",
    ),
    _duty(
        "pink_form_to_headteacher", "Pink form unread: tell the headteacher", 15, "minutes", "school", SCHOOL_POLICY,
        "When a pink form is still unread after this time, the headteacher is alerted as well.",
    ),
    _duty(
        "standard_entry_read", "Standard entry to be read", 1, "school_days", "school", SCHOOL_POLICY,
        "A safeguarding lead reads a standard entry by the end of the next school day. After that the lead DSL is "
        "alerted.",
        **_BY_CLOSE,
    ),
    _duty(
        "social_care_answer", "Children's social care to answer a referral", 1, "working_days", "guidance",
        "Working together to safeguard children", "Social care says within one working day what it will do with a "
        "referral. Without an answer by then, the referral is overdue and the lead asks again or takes it further.",
        **_BY_CLOSE,
    ),
    _duty(
        "lado_contact", "LADO to be told of an allegation", 1, "working_days", "guidance",
        "Working together to safeguard children",
        "An allegation that may meet the harm threshold goes to the local authority's designated officer within one "
        "working day, before anything else is done.",
        **_BY_CLOSE,
    ),
    _duty(
        "fgm_police_report", "FGM: the teacher's own report to the police", 1, "working_days", "law",
        "Female Genital Mutilation Act 2003", "A teacher who finds that a girl under 18 has undergone FGM reports it "
        "to the police on 101 by the close of the next working day. The duty is personal: nobody can take it over.",
        paragraph="section 5B", **_BY_CLOSE,
    ),
    _duty(
        "file_transfer", "Child protection file to reach the new school", 5, "school_days", "guidance", KCSIE,
        "The file goes to the new school within five days of the child leaving, or within the first five days of a "
        "new term. The guidance says only days; this school counts school days.",
        **_BY_CLOSE,
    ),
    _duty(
        "encompass_read", "Operation Encompass notice to be read", 1, "school_days", "guidance",
        "Operation Encompass statutory guidance, November 2025",
        "A notice from the police is read by a safeguarding lead before the next school day starts, so that the child "
        "is met by someone who knows.",
        by="start", day_ends_at=SCHOOL_STARTS,
    ),
    _duty(
        "whistleblowing_answer", "Whistleblowing: answer to the writer", 10, "working_days", "school",
        "The school's whistleblowing arrangements",
        "Whoever raises a matter hears back within this time what is being done.",
        **_BY_CLOSE,
    ),
    ENCOMPASS_TO_LEAD_DSL,
    RETURN_CONVERSATION,
    _duty(
        "private_fostering", "Private fostering: a stay counts from", 28, "calendar_days", "law", "Children Act 1989",
        "A child under 16 (under 18 if disabled) who lives with someone other than a parent or close relative for "
        "this many days or more is privately fostered, and the local authority is told.",
        paragraph="section 66",
    ),
    _duty(
        "private_fostering_notice", "Private fostering: notice to the local authority", 1, "working_days", "school",
        SCHOOL_POLICY, "A safeguarding lead who learns of private fostering tells the local authority by then.",
        **_BY_CLOSE,
    ),
    _duty(
        "suppression_threshold", "Smallest number shown in a report", 5, "number", "practice",
        "Department for Education, statistics practice",
        "In figures that leave the safeguarding team, a count of fewer people than this is replaced by a sign, so "
        "that nobody can be recognised.",
    ),
    _duty(
        "draft_kept", "Unfinished entry is kept", 7, "calendar_days", "school", SCHOOL_POLICY,
        "A draft that its writer has not sent is deleted after this time. The writer is reminded before.",
    ),
    _duty(
        "break_glass_lasts", "Emergency access lasts", 60, "minutes", "school", SCHOOL_POLICY,
        "Whoever opens a record in an emergency keeps access for this long.",
    ),
    _duty(
        "break_glass_review", "Emergency access to be reviewed", 2, "working_days", "school", SCHOOL_POLICY,
        "Someone else looks at every emergency access and records whether it was right.",
        **_BY_CLOSE,
    ),
    _duty(
        "file_kept_until_age", "Child protection file is kept until the child is", 25, "years", "practice",
        "Information and Records Management Society, schools toolkit",
        "Counted from the date of birth, then reviewed. No law sets a time. Nothing is disposed of by itself.",
    ),
    _duty(
        "abuse_record_kept", "Record of child sexual abuse is kept", 75, "years", "practice",
        "Independent Inquiry into Child Sexual Abuse, final report",
        "Recommendation 17 asks for 75 years with reviews. It is not law.",
        paragraph="recommendation 17",
    ),
    _duty(
        "allegation_kept", "Allegation about an adult is kept at least", 10, "years", "guidance", KCSIE,
        "Kept until normal pension age, or for this long from the allegation if that is longer.",
        paragraph="part four",
    ),
    _duty(
        "subject_access_answer", "Subject access request to be answered", 1, "months", "law",
        "UK General Data Protection Regulation",
        "A person who asks for their data is answered within one month; two more months are possible when it is "
        "complex.",
        paragraph="article 12(3)",
    ),
]  # fmt: skip

CASELOAD = [
    _duty(
        slug, f"Caseload: {title}", points, "points", "school", "This school's own way of weighing work",
        f"How much {what} weighs when the lead DSL sees how the open work is shared out. It says how much there is to "
        "do, and nothing about how it is done.",
    )
    for slug, title, points, what in (
        ("caseload_undecided", "a pink form, or an entry not decided", 3, "an open pink form or an undecided entry"),
        ("caseload_protection", "a child with a child protection plan", 3, "a decided concern about such a child"),
        ("caseload_decided", "another open concern", 1, "any other open concern"),
        ("caseload_referral", "a referral without an answer", 2, "a referral that has to be chased"),
        ("caseload_follow_up", "a follow-up to do", 1, "a follow-up"),
    )
]  # fmt: skip
"""Weights of the caseload; migration 0005 adds them to editions that were there before."""
DUTIES += CASELOAD


def add_to_every_edition(duties: list[dict[str, Any]], edition_model: Any, duty_model: Any, using: str) -> None:
    """Duties the program has come to know since: into each edition that does not have them, at the end of its list."""
    for edition in edition_model.objects.using(using).all():
        there = set(duty_model.objects.using(using).filter(edition=edition).values_list("slug", flat=True))
        duty_model.objects.using(using).bulk_create(
            duty_model(edition=edition, place=1_000 + 10 * place, **duty)
            for place, duty in enumerate(duties)
            if duty["slug"] not in there
        )


def deliver(edition_model: Any, duty_model: Any, using: str) -> None:
    """Put the delivered edition into a database that has no edition yet. The models are passed in (migrations)."""
    if edition_model.objects.using(using).exists():
        return
    edition = edition_model.objects.using(using).create(**EDITION)
    duty_model.objects.using(using).bulk_create(
        duty_model(edition=edition, place=10 * place, **duty) for place, duty in enumerate(DUTIES)
    )


def add_what_is_new(edition_model: Any, duty_model: Any, using: str, slugs: set[str]) -> None:
    """Give every edition that is there the delivered duties it does not have yet. Models passed in (migrations)."""
    for edition in edition_model.objects.using(using).all():
        there = set(duty_model.objects.using(using).filter(edition=edition).values_list("slug", flat=True))
        duty_model.objects.using(using).bulk_create(
            duty_model(edition=edition, place=10 * place, **duty)
            for place, duty in enumerate(DUTIES)
            if duty["slug"] in slugs - there
        )
