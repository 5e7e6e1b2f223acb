"""What a reporter is shown about what they sent, and nothing else (CON-12): when it was sent, read, answered."""

import datetime
from dataclasses import dataclass, field

from django.db.models import Prefetch

from concerns import case_page, need_to_know, notice_page
from concerns.body_map import charts
from concerns.models import Addendum, ChildInConcern, Concern, Draft, Feedback
from concerns.terms import Form
from lps_safeguarding.people.models import Child, User


@dataclass
class Step:
    """One point of an entry's line of life."""

    what: str
    at: datetime.datetime | None = None

    @property
    def is_done(self) -> bool:
        return self.at is not None


@dataclass
class OwnEntry:
    """One of the person's own entries with its line of life: Sent, Read, Feedback."""

    concern: Concern
    children: list[Child]
    feedback: list[Feedback] = field(default_factory=list)

    @property
    def about(self) -> str:
        return ", ".join(child.name for child in self.children)

    @property
    def steps(self) -> list[Step]:
        return [
            Step("Sent", self.concern.submitted_at),
            Step("Read", self.concern.read_at),
            Step("Feedback", self.feedback[-1].sent_at if self.feedback else None),
        ]


def own_entries(user: User, *, most: int = 50) -> list[OwnEntry]:
    """The person's own entries, newest first, in a fixed number of queries."""
    concerns = (
        need_to_know.own_entries_of(user)
        .only("reference", "form", "submitted_at", "read_at")
        .prefetch_related(
            Prefetch(
                "children",
                ChildInConcern.objects.select_related("child").only(
                    "concern_id", "child__first_name", "child__last_name", "child__known_as"
                ),
            ),
            Prefetch("feedback", Feedback.objects.only("concern_id", "sent_at")),
        )
        .newest_first()[:most]
    )
    return [_entry(concern) for concern in concerns]


def _entry(concern: Concern) -> OwnEntry:
    return OwnEntry(
        concern=concern,
        children=[link.child for link in concern.children.all()],
        feedback=list(concern.feedback.all()),
    )


@dataclass
class UnsentForm:
    """A draft in the person's list: what it is and when it was saved, without any of its text."""

    draft: Draft

    @property
    def label(self) -> str:
        return "Pink form" if self.draft.form == Form.PINK else "Entry"

    @property
    def url_name(self) -> str:
        return "concerns:log_pink_form" if self.draft.form == Form.PINK else "concerns:log_standard_form"


def unsent(user: User) -> list[UnsentForm]:
    """What this person began and has not sent, newest first (CON-18)."""
    return [UnsentForm(draft) for draft in need_to_know.drafts_of(user).order_by("-saved_at")]


# The boxes of the account as the reporter sees them again, in the order of the form; empty ones are left out.
BOXES = (
    ("childs_words", "The child’s own words"),
    ("what_was_seen", "What you saw and heard"),
    ("questions_asked", "What you asked"),
    ("conversation", "Where and when you talked"),
    ("who_was_present", "Who was there"),
    ("why_worried", "Why this worries you"),
    ("wishes_and_feelings", "What the child wants and feels"),
)


@dataclass
class OwnAddition:
    """What they added, with the body map of it."""

    record: Addendum
    charts: list[charts.Chart]


@dataclass
class OwnPage:
    """An entry as its reporter sees it again: as written, what they added, that it was read, feedback."""

    concern: Concern
    children: list[tuple[Child, str]]
    boxes: list[tuple[str, str]]
    addenda: list[OwnAddition]
    feedback: list[Feedback]
    steps: list[Step]
    charts: list[charts.Chart]
    notice: notice_page.NoticePart | None = None

    @property
    def observed_label(self) -> str:
        return notice_page.label(self.concern, "observed_at", "When")

    @property
    def place_label(self) -> str:
        return notice_page.label(self.concern, "place", "Where, or who told you")


def own_page(user: User, concern: Concern) -> OwnPage:
    """For the author only. Addenda by others are not shown: they belong to the case."""
    links = case_page.under_its_key(concern.children.select_related("child__service"), concern.key)
    feedback = list(concern.feedback.select_related("key", "by__adult"))
    addenda = list(concern.addenda.filter(author=user).select_related("key"))
    marks = [mark for mark in case_page.marks_of(concern, user, addenda) if mark.author_id == user.pk]
    names = {link.pk: link.child.name for link in links}
    return OwnPage(
        concern=concern,
        children=[(link.child, link.part) for link in links],
        boxes=[
            (notice_page.label(concern, name, label), getattr(concern, name))
            for name, label in BOXES
            if getattr(concern, name)
        ],
        addenda=[
            OwnAddition(each, case_page.charts_of((m for m in marks if m.addendum_id == each.pk), names))
            for each in addenda
        ],
        feedback=feedback,
        steps=OwnEntry(concern, [link.child for link in links], feedback).steps,
        charts=case_page.charts_of((mark for mark in marks if mark.addendum_id is None), names),
        notice=notice_page.of(user, concern),
    )
