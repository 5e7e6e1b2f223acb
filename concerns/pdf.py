"""Documents of this app: the referral in the order of a multi-agency referral form (DEC-10)."""

from __future__ import annotations

from collections.abc import Iterable

from concerns import context_page, notice_page
from concerns.body_map import charts
from concerns.case_page import ACCOUNT_BOXES, ChildCard, marks_of
from concerns.models import Concern, Decision, HandOver, Referral
from concerns.redaction import without_names
from concerns.terms import Option
from concerns.workload import OpenWork
from lps_safeguarding.people import duty
from lps_safeguarding.people.models import User
from lps_safeguarding.web import pdf

# The parts of the document in the words of the form that the agency asks for; the order is the same.
HEADINGS = (
    "Who refers",
    "The child",
    "Parents, carers and other adults",
    "Why we refer",
    "What was seen and said",
    "The child’s wishes and feelings",
    "Parents or carers, and consent",
    "What the school does meanwhile",
)
HEADINGS_OF = {
    Option.CHANNEL: (
        "Who refers",
        "The person of concern",
        "Family, carers and others who matter to them",
        "Why we are worried: what they say, do, share or support",
        "What was seen and said, where, and what influences them",
        "What they want and need",
        "Whether they and the family know, and consent",
        "What has been done so far",
    ),
    Option.CYBER_CHOICES: (
        "Who refers",
        "The young person",
        "Family, carers and others who matter to them",
        "Why we refer: what they can do with computers, and what they have done",
        "What was seen and said: devices, tools, accounts, others involved",
        "What they want, and what they are good at",
        "Whether they and the family know, and consent",
        "What has been done so far",
    ),
}


def referral_document(
    *, referral: Referral, concern: Concern, card: ChildCard, cards: Iterable[ChildCard], by: User
) -> bytes:
    """The referral of one child as PDF/UA. Names of the other children in the concern are taken out (CON-14)."""
    others = [each.child for each in cards if each.child.pk != card.child.pk]

    def clean(text: str) -> str:
        return without_names(text, others, keep=card.child)

    marks = [mark for mark in marks_of(concern, by, concern.addenda.all()) if mark.whose_id == card.link]
    decision = referral.decision or concern.decisions.select_related("key").order_by("-decided_at").first()
    context = {
        "referral": referral,
        "headings": HEADINGS_OF.get(Option(referral.agency), HEADINGS),
        "concern": concern,
        "child": card.child,
        "card": card,
        "contacts": list(card.file.contacts.select_related("key")) if card.file is not None else [],
        "part": clean(card.part),
        "boxes": [
            (notice_page.label(concern, name, label), clean(getattr(concern, name)))
            for name, label in ACCOUNT_BOXES
            if name != "wishes_and_feelings" and getattr(concern, name)
        ],
        "observed_label": notice_page.label(concern, "observed_at", "When"),
        "place_label": notice_page.label(concern, "place", "Where, or from whom"),
        "notice": [(label, clean(text)) for label, text in notice_page.in_words(by, concern)],
        "chart": charts.chart(((mark.position, mark.mark) for mark in marks), clean=clean) if marks else None,
        "contexts": [context_page.label(each.context) for each in context_page.linked_with(by, concern)],
        "place": clean(concern.place),
        "what_was_shared": clean(referral.what_was_shared),
        "wishes": clean(_wishes(concern, decision)),
        "decision": decision,
        "rationale": clean(decision.rationale) if decision else "",
        "parents_said": clean(decision.parents_what_was_said) if decision else "",
        "lead_dsl": duty.lead_dsl(),
        "reference": referral.reference,
        "printed_by": by.name,
        "several": bool(others),
    }
    return pdf.render("concerns/pdf/referral.html", context, title=f"Referral {referral.reference}")


def hand_over(made: HandOver, work: OpenWork, *, by: User) -> bytes:
    """The page of notes with what was handed over, as PDF/UA, for the talk between the two."""
    context = {"made": made, "work": work, "reference": made.reference, "printed_by": by.name}
    return pdf.render("concerns/pdf/hand_over.html", context, title=f"Hand-over {made.reference}")


def _wishes(concern: Concern, decision: Decision | None) -> str:
    if decision is not None and decision.childs_wishes:
        return decision.childs_wishes
    if decision is not None and decision.wishes_missing_reason:
        return f"Not known: {decision.wishes_missing_reason}"
    return concern.wishes_and_feelings
