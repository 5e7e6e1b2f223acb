"""What a DSL fills in: the decision with its referrals and follow-ups, and the small forms around it.

The forms know wording and check input; what is allowed and what follows is decided by the operations.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from functools import cache, cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.utils import ErrorDict
from django.utils import timezone

from concerns import proposals
from concerns.states import FollowUpState
from concerns.terms import (
    NOT_CHOSEN_BY_HAND,
    REFERRAL_OPTIONS,
    ContactMethod,
    HarmSeen,
    Kind,
    Option,
    Outcome,
    ParentsInformed,
    ReasonNotToInform,
    SharingGround,
    Urgency,
)
from lps_safeguarding.access.levels import Level
from lps_safeguarding.access.models import Consent, Ground
from lps_safeguarding.people.models import Adult, User
from lps_safeguarding.web import typed
from lps_safeguarding.web.fields import DayField, MomentField
from lps_safeguarding.web.typed import WrittenText
from lps_safeguarding.web.widgets import LongText, Radios, Tickboxes

MOST_FOLLOW_UPS = 12
"""Rows of follow-ups in one decision; more are added afterwards. A forged count must not make a million rows."""

DECIDED_BY_HAND = [(value, label) for value, label in Option.choices if value not in NOT_CHOSEN_BY_HAND]
AGENCIES = [(option.value, option.label) for option in REFERRAL_OPTIONS]


def text(label: str, *, rows: int = 3, most: int, required: bool = False, missing: str = "", hint: str = ""):
    """A box for some lines of text, refused with `missing` when it is needed and empty."""
    return WrittenText(
        label=label,
        required=required,
        longest=most,
        help_text=hint,
        widget=LongText(rows=rows),
        error_messages={"required": missing},
    )


def line(label: str, *, most: int = 200, required: bool = False, missing: str = "", hint: str = "", width: str = ""):
    """A box for one line."""
    attrs = {"autocomplete": "off"} | ({"class": f"govuk-input--width-{width}"} if width else {})
    return WrittenText(
        label=label,
        required=required,
        longest=most,
        help_text=hint,
        widget=forms.TextInput(attrs),
        error_messages={"required": missing},
    )


def _small(widget: Radios) -> Radios:
    """Small buttons, for the details that open in place on the decision form."""
    widget.small = True
    return widget


def not_shown_as_optional(field: forms.Field) -> forms.Field:
    """For a field whose need depends on another answer: the label does not say "(optional)"."""
    field.says_optional = False
    return field


def without_errors(form: forms.BaseForm) -> forms.BaseForm:
    """The form with what was typed and no complaint: for steps in between (show proposals, add a row)."""
    form._errors = ErrorDict()
    form.cleaned_data = {}
    return form


def put_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """The sentences of an operation at the fields they are about; the others at the head of the form."""
    if not hasattr(error, "error_dict"):
        for each in error.messages:
            form.add_error(None, each)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def typed_texts(form: forms.BaseForm) -> list[tuple[str, str]]:
    """What was typed into a form's boxes, with their labels: for a page that has no place for the form any more."""
    boxes = [form[name] for name, field in form.fields.items() if isinstance(field, WrittenText)]
    return [(str(box.label), text) for box in boxes if (text := str(box.value() or "").strip())]


class PersonField(forms.CharField):
    """A colleague, typed by name with suggestions (`<datalist>`): quick with 1,000 people and without JavaScript.

    `colleagues`: the labels the page offers, each with its person. Gives the `User`.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 300)
        kwargs.setdefault("widget", forms.TextInput({"list": "colleagues", "autocomplete": "off"}))
        super().__init__(**kwargs)
        self.colleagues: Colleagues | None = None

    def clean(self, value: Any) -> User | None:
        typed = super().clean(value)
        if not typed:
            return None
        found = self.colleagues.called(typed) if self.colleagues else []
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(f"Nobody here is called “{typed[:60]}”. Start typing and choose from the list.")
        names = "; ".join(self.colleagues.label_of(person) for person in found[:4])
        raise ValidationError(f"More than one person fits: {names}. Choose one from the list.")


MOST_SUGGESTED = 200
"""Colleagues listed in the page itself; the page of a bigger school fetches its list when somebody begins to type."""


class Colleagues:
    """Everyone who can be given something to do, as a page offers them: "Ada Okafor, Teacher of Maths".

    Only names are read, when they are first asked for; the account is read for the one who is chosen.
    """

    def __init__(self, people: QuerySet[User]) -> None:
        self.people = people

    @cached_property
    def _rows(self) -> dict[str, tuple[int, str, str]]:
        """Label: account, full name, name as shown on pages."""
        return _labelled(self.people.values_list(*_OF_A_COLLEAGUE))

    @property
    def labels(self) -> list[str]:
        return list(self._rows)

    @cached_property
    def suggested(self) -> list[str]:
        """What the page itself lists: everybody, or nobody where they are too many."""
        first = list(self.people.values_list(*_OF_A_COLLEAGUE)[: MOST_SUGGESTED + 1])
        return list(_labelled(first)) if len(first) <= MOST_SUGGESTED else []

    def label_of(self, person: User) -> str:
        return next((label for label, (pk, *_) in self._rows.items() if pk == person.pk), person.name)

    def called(self, typed: str) -> list[User]:
        """Who is meant: the label itself, else the full name or the name as shown, else the beginning of a label."""
        typed = " ".join(typed.split()).casefold()
        for fits in (
            lambda label, full_name, name: label.casefold() == typed,
            lambda label, full_name, name: typed in (full_name.casefold(), name.casefold()),
            lambda label, full_name, name: label.casefold().startswith(typed),
        ):
            found = [pk for label, (pk, *names) in self._rows.items() if fits(label, *names)]
            if found:
                people = self.people.in_bulk(found)
                return [people[pk] for pk in found if pk in people]
        return []


_OF_A_COLLEAGUE = ("pk", "adult__title", "adult__first_name", "adult__last_name", "adult__job_title")


def _labelled(rows: Iterable[tuple[int, str, str, str, str]]) -> dict[str, tuple[int, str, str]]:
    labelled: dict[str, tuple[int, str, str]] = {}
    for pk, title, first_name, last_name, job_title in rows:
        adult = Adult(title=title, first_name=first_name, last_name=last_name)
        label = f"{adult.full_name}, {job_title}".rstrip(", ")
        number = 2
        while label in labelled:
            label = f"{adult.full_name}, {job_title or 'staff'} ({number})"
            number += 1
        labelled[label] = (pk, adult.full_name, adult.name)
    return labelled


class ReferralForm(forms.Form):
    """One referral (DEC-10): whom, when, how, what was shared, on what ground."""

    person_spoken_to = line("Who you spoke to", hint="A name or what they told you, for example “duty worker”")
    made_at = MomentField(label="When", what="when you made the referral", past_only=True)
    method = forms.ChoiceField(
        label="How",
        choices=ContactMethod.choices,
        widget=_small(Radios()),
        error_messages={"required": "Say how you told them"},
    )
    urgency = forms.ChoiceField(
        label="How urgent",
        choices=Urgency.choices,
        widget=_small(Radios()),
        error_messages={"required": "Say how urgent it is"},
    )
    what_was_shared = text("What you told them", rows=4, most=50_000, required=True, missing="Say what you told them")
    ground = forms.ChoiceField(
        label="Consent, or the reason to share without it",
        choices=SharingGround.choices,
        widget=_small(Radios()),
        error_messages={"required": "Say whether there was consent, or why you shared without"},
    )
    ground_detail = not_shown_as_optional(
        line("Why you shared it without consent", most=5_000, hint="One sentence. Leave empty if there was consent.")
    )
    their_reference = line("Their reference", most=100, width="20")
    confirmed_in_writing_on = DayField(
        label="Confirmed in writing on", what="the day you confirmed it", required=False, past_only=True
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        ground = given.get("ground")
        if ground and ground != SharingGround.CONSENT and not (given.get("ground_detail") or "").strip():
            self.add_error("ground_detail", "Say in a sentence why you shared it without consent")
        return given


class ReferralNow(forms.Form):
    """Whether a referral that was just chosen has been made already; details only if so."""

    YES, LATER = "yes", "later"

    made = forms.ChoiceField(
        label="Have you made this referral?",
        choices=[(YES, "Yes"), (LATER, "Not yet: remind me today")],
        widget=Radios(inline=True),
        error_messages={"required": "Say whether you have made this referral"},
    )


class ChosenReferral:
    """One chosen agency on the decision form: the question whether it is made, and the details."""

    def __init__(self, option: str, *, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        self.option = option
        self.not_asked_yet = False
        prefix = f"referral-{option}"
        self.now = ReferralNow(data, prefix=prefix)
        self.details = ReferralForm(data, prefix=prefix, initial=initial or {})

    @property
    def label(self) -> str:
        return Option(self.option).label if self.option in Option.values else ""

    @property
    def is_made(self) -> bool:
        return self.now.data.get(self.now.add_prefix("made")) == ReferralNow.YES if self.now.is_bound else False

    def is_valid(self) -> bool:
        if not self.now.is_valid():
            without_errors(self.details)
            return False
        if not self.is_made:
            without_errors(self.details)
            return True
        return self.details.is_valid()

    def forget_errors(self) -> None:
        without_errors(self.now)
        without_errors(self.details)

    def given(self) -> dict[str, Any] | None:
        """What `make_referral` takes; None when it is to be made later today."""
        return {"agency": self.option, **self.details.cleaned_data} if self.is_made else None

    @property
    def forms(self) -> list[forms.Form]:
        return [self.now, self.details]


class FollowUpForm(forms.Form):
    """One thing to be done (DEC-13). A row left quite empty is no follow-up."""

    what = text(
        "What is to be done", rows=2, most=10_000, hint="The person sees this and nothing else of the concern."
    )
    owner = PersonField(label="Who does it", required=False)
    due_on = DayField(label="By", what="the day by which it is to be done", required=False, future_only=True)

    def __init__(self, *args: Any, colleagues: Colleagues, needed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needed = needed
        self.fields["owner"].colleagues = colleagues
        for field in self.fields.values():
            field.says_optional = False

    @property
    def is_empty(self) -> bool:
        parts = [
            self.data.get(self.add_prefix(name), "") for name in ("what", "owner", "due_on_0", "due_on_1", "due_on_2")
        ]
        return not self.needed and not any(str(part).strip() for part in parts)

    def full_clean(self) -> None:
        if self.is_bound and self.is_empty:
            without_errors(self)
            return
        super().full_clean()

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        for name, sentence in (
            ("what", "Say what is to be done"),
            ("owner", "Say who does it"),
            ("due_on", "Say by which day"),
        ):
            if name not in self.errors and not given.get(name):
                self.add_error(name, sentence)
        return given


class DecisionForm(forms.Form):
    """The whole of a triage on one page (DEC-02 to DEC-13)."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    harm_seen = forms.ChoiceField(
        label="What do you find?",
        choices=HarmSeen.choices,
        widget=Radios(),
        error_messages={"required": "Say whether the child has been harmed or is at risk"},
    )
    options = forms.MultipleChoiceField(
        label="What is to happen",
        choices=DECIDED_BY_HAND,
        widget=Tickboxes(),
        error_messages={"required": "Choose at least one thing to do"},
    )
    not_referred_reason = not_shown_as_optional(
        text(
            "Why a proposed referral is not made",
            rows=2,
            most=20_000,
            hint="Only if you leave out one that is proposed.",
        )
    )
    rationale = text("Why you decide this", rows=5, most=50_000, required=True, missing="Say why you decide this")
    took_part = line("Who took part in the discussion", most=5_000, hint="Names, besides you")
    childs_wishes = not_shown_as_optional(
        text("The child’s wishes and feelings", rows=3, most=20_000, hint="As far as known, in the child’s own words.")
    )
    wishes_missing_reason = not_shown_as_optional(
        line("If they are not known: why", most=5_000, hint="And when somebody will ask.")
    )
    parents_informed = forms.ChoiceField(
        label="Have parents or carers been told?",
        choices=ParentsInformed.choices,
        widget=Radios(
            reveals={
                ParentsInformed.YES: ("parents_informed_at", "parents_informed_by", "parents_what_was_said"),
                ParentsInformed.NO: ("parents_reason", "parents_reason_detail"),
            }
        ),
        error_messages={"required": "Say whether the parents or carers have been told"},
    )
    parents_informed_at = not_shown_as_optional(
        MomentField(label="When they were told", what="when they were told", required=False, past_only=True)
    )
    parents_informed_by = not_shown_as_optional(line("Who told them"))
    parents_what_was_said = not_shown_as_optional(text("What was said", rows=2, most=20_000))
    parents_reason = not_shown_as_optional(
        forms.ChoiceField(label="Why not", choices=ReasonNotToInform.choices, widget=Radios(), required=False)
    )
    parents_reason_detail = line("More about the reason", most=5_000)
    review_on = DayField(label="Look at this again on", what="the day of the review", required=False, future_only=True)
    feedback = text(
        "Word to the reporter", rows=3, most=10_000, hint="They see this. Tell them only what they need to know."
    )
    kinds = forms.MultipleChoiceField(
        label="Kinds of concern", choices=Kind.choices, widget=Tickboxes(), required=False
    )
    assigned_to = forms.ModelChoiceField(
        label="Who has it from now on", queryset=User.objects.none(), required=False, empty_label=None
    )

    def __init__(self, *args: Any, dsls=None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("options", "kinds"):
            self.fields[name].widget.small = True
        self.fields["assigned_to"].queryset = dsls if dsls is not None else User.objects.none()
        # Read once; Django's own choices ask the database again each time they are looked at.
        self.fields["assigned_to"].choices = cache(lambda: [(each.pk, each.name) for each in dsls or ()])

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        harm, options = given.get("harm_seen"), given.get("options") or []
        if harm:
            left_out = proposals.needs_reason(harm, given.get("kinds") or [], options)
            if left_out and not (given.get("not_referred_reason") or "").strip():
                names = " and ".join(proposal.option.label for proposal in left_out)
                self.add_error("not_referred_reason", f"{names}: proposed and not chosen. Choose it, or say why not")
        if not (given.get("childs_wishes") or "").strip() and not (given.get("wishes_missing_reason") or "").strip():
            if "childs_wishes" not in self.errors:
                self.add_error(
                    "childs_wishes", "Write down the child’s wishes and feelings, or below why they are not known"
                )
        self._check_parents(given)
        return given

    def _check_parents(self, given: dict[str, Any]) -> None:
        needed = {
            ParentsInformed.YES: (
                ("parents_informed_at", "Say when the parents or carers were told"),
                ("parents_informed_by", "Say who told them"),
                ("parents_what_was_said", "Say what they were told"),
            ),
            ParentsInformed.NO: (("parents_reason", "Say why the parents or carers are not told"),),
        }.get(given.get("parents_informed"), ())
        for name, sentence in needed:
            if name not in self.errors and not given.get(name):
                self.add_error(name, sentence)
        if (
            given.get("parents_informed") == ParentsInformed.NO
            and given.get("parents_reason") == ReasonNotToInform.OTHER
            and not (given.get("parents_reason_detail") or "").strip()
        ):
            self.add_error("parents_reason_detail", "Say what the reason is")


class Triage:
    """Everything a DSL fills in on one page: the decision, a form for each chosen referral, rows of follow-ups.

    `concern` is at FULL; `dsls` may be given it to work on; `colleagues` may be given something to do.
    """

    def __init__(self, concern, *, dsls, colleagues: Colleagues, by: User, data: Any = None) -> None:
        self.concern = concern
        self.by = by
        self.colleagues = colleagues
        self.data = data
        self.key = self._key(data) or typed.new_key(by)
        self.decision = DecisionForm(
            data,
            dsls=dsls,
            initial={
                "version": concern.version,
                "submission_key": self.key,
                "childs_wishes": concern.wishes_and_feelings,
                "kinds": concern.kinds or concern.kinds_by_author,
                "parents_informed_by": by.name,
                "assigned_to": concern.assigned_to_id,
            },
        )
        chosen = data.getlist("options") if data is not None else []
        self.referrals = [self._referral(option, data) for option in REFERRAL_OPTIONS if option in chosen]
        self.blank_referral = self._referral("AGENCY", None)
        count = self._count(data)
        self.follow_ups = [
            FollowUpForm(data, prefix=f"follow_up-{index}", colleagues=colleagues) for index in range(count)
        ]
        self.blank_follow_up = FollowUpForm(prefix="follow_up-INDEX", colleagues=colleagues)

    @staticmethod
    def _key(data: Any) -> uuid.UUID | None:
        try:
            return uuid.UUID(data.get("submission_key", "")) if data is not None else None
        except ValueError:
            return None

    def _referral(self, option: str, data: Any) -> ChosenReferral:
        now = timezone.now()
        if data is not None and f"referral-{option}-made" not in data and f"referral-{option}-made_at_0" not in data:
            chosen = ChosenReferral(option, initial={"made_at": now})
            chosen.not_asked_yet = True
            return chosen
        return ChosenReferral(option, data=data, initial={"made_at": now})

    def _count(self, data: Any) -> int:
        if data is None:
            return 1
        given = data.get("follow_ups", "1")
        return min(max(int(given), 1), MOST_FOLLOW_UPS) if str(given).isdecimal() and len(str(given)) < 4 else 1

    @property
    def agencies_json(self) -> str:
        """The options that are referrals, for the page's script."""
        return json.dumps([str(option) for option in REFERRAL_OPTIONS])

    most_follow_ups = MOST_FOLLOW_UPS

    @property
    def all_forms(self) -> list[forms.Form]:
        """In the order of the page: for the error summary."""
        return [self.decision, *(form for chosen in self.referrals for form in chosen.forms), *self.follow_ups]

    @property
    def may_add_follow_up(self) -> bool:
        return len(self.follow_ups) < MOST_FOLLOW_UPS

    def forget_errors(self) -> None:
        """Keep what was typed, say nothing yet."""
        for form in self.all_forms:
            if form.is_bound:
                without_errors(form)

    def is_valid(self) -> bool:
        good = self.decision.is_valid()
        for chosen in self.referrals:
            if chosen.not_asked_yet:
                self.decision.add_error(
                    None, f"Say below whether the referral has been made: {chosen.label}. Everything else is kept"
                )
                good = False
            else:
                good = chosen.is_valid() and good
        for row in self.follow_ups:
            good = row.is_valid() and good
        return good

    def given(self) -> dict[str, Any]:
        """What `record_decision` takes."""
        given = dict(self.decision.cleaned_data)
        given.pop("assigned_to")
        given["submission_key"] = self.key
        made = [chosen.given() for chosen in self.referrals]
        return {
            **given,
            "referrals": [referral for referral in made if referral],
            "follow_ups": [row.cleaned_data for row in self.follow_ups if not row.is_empty],
        }

    @property
    def assigned_to(self) -> User | None:
        return self.decision.cleaned_data.get("assigned_to")

    def proposed_by_finding(self) -> dict[str, list[dict[str, Any]]]:
        """For the page's script: what each finding proposes, for the kinds ticked when the page was made."""
        kinds = self.decision["kinds"].value() or []
        kinds = [kind for kind in kinds if kind in Kind.values]
        return {
            harm: [
                {"option": str(each.option), "because": each.because, "reason": each.reason_needed}
                for each in proposals.propose(harm, kinds)
            ]
            for harm in HarmSeen.values
        }

    def shown_proposals(self) -> list[proposals.Proposal]:
        """What is proposed for the finding chosen so far; for the page without JavaScript."""
        harm = self.decision["harm_seen"].value()
        if harm not in HarmSeen.values:
            return []
        kinds = [kind for kind in self.decision["kinds"].value() or [] if kind in Kind.values]
        return proposals.propose(harm, kinds)


class CloseForm(forms.Form):
    """Close with an outcome and the reason (DEC-14)."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    outcome = forms.ChoiceField(
        label="How did it end?",
        choices=Outcome.choices,
        widget=Radios(),
        error_messages={"required": "Choose how this ended"},
    )
    rationale = text("Why it can be closed", rows=5, most=50_000, required=True, missing="Say why it can be closed")


class ReopenForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    why = text("Why you open this again", rows=4, most=50_000, required=True, missing="Say why you open this again")


class AssignForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    to = forms.ModelChoiceField(
        label="Give it to",
        queryset=User.objects.none(),
        empty_label=None,
        widget=Radios(),
        error_messages={
            "required": "Choose who has it from now on",
            "invalid_choice": "Choose a DSL of this service or the lead DSL",
        },
    )

    def __init__(self, *args: Any, dsls, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = dsls
        self.fields["to"].label_from_instance = lambda person: person.name


class FeedbackForm(forms.Form):
    submission_key = forms.UUIDField(widget=forms.HiddenInput)
    text = text(
        "Word to the reporter",
        rows=4,
        most=10_000,
        required=True,
        missing="Write what the reporter should know",
        hint="They see this. Tell them only what they need to know.",
    )


class OneFollowUpForm(FollowUpForm):
    """A follow-up added by itself, after a decision."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, needed=True, **kwargs)


class OneReferralForm(ReferralForm):
    """A referral recorded by itself, after a decision."""

    agency = forms.ChoiceField(
        label="To whom", choices=AGENCIES, widget=Radios(), error_messages={"required": "Say to whom you referred"}
    )
    field_order = ["agency"]


class AcknowledgementForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    at = MomentField(label="When they confirmed it", what="when they confirmed it", past_only=True)
    their_reference = line("Their reference", most=100, width="20")


class AnswerForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    answer = text("What they decided", rows=4, most=20_000, required=True, missing="Say what they decided")
    at = MomentField(label="When they told us", what="when they told us", past_only=True)
    next_review_on = DayField(
        label="Look at it again on", what="the day of the review", required=False, future_only=True
    )


class EscalateForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    what = text(
        "To whom you took it, and what you said",
        rows=4,
        most=20_000,
        required=True,
        missing="Say to whom you took it and what you said",
    )


class WithdrawForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    why = text("Why it is withdrawn", rows=3, most=20_000, required=True, missing="Say why the referral is withdrawn")


class FollowUpEndForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.ChoiceField(
        label="What became of it?",
        choices=[(FollowUpState.DONE, "It is done"), (FollowUpState.CANCELLED, "It is no longer needed")],
        widget=Radios(),
        error_messages={"required": "Say whether it is done"},
    )
    note = text("Note", rows=4, most=10_000, hint="What you did or noticed. If it is no longer needed, say why.")

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("state") == FollowUpState.CANCELLED and not (given.get("note") or "").strip():
            self.add_error("note", "Say why this is no longer needed")
        return given


class ShareForm(forms.Form):
    """Let a colleague see this concern (DEC-12): the access and its record in one step."""

    with_person = PersonField(label="With whom", error_messages={"required": "Say with whom you share this"})
    level = forms.ChoiceField(
        label="How much they see",
        choices=[(Level.SUMMARY, "A summary"), (Level.FULL, "Everything")],
        widget=Radios(
            hints={
                Level.SUMMARY: "Who the child is, what kind of concern, where it stands. Not the account.",
                Level.FULL: "The account, decisions, referrals and files.",
            }
        ),
        error_messages={"required": "Say how much this person sees"},
    )
    what = line("What you share", most=20_000, required=True, missing="Say what you share")
    why = line("Why they need to know", most=5_000, required=True, missing="Say why they need to know")
    ground = forms.ChoiceField(
        label="Ground", choices=Ground.choices, widget=Radios(), error_messages={"required": "Choose the ground"}
    )
    consent = forms.ChoiceField(
        label="Consent",
        choices=Consent.choices,
        widget=Radios(),
        error_messages={"required": "Say whether the family agreed"},
    )

    def __init__(self, *args: Any, colleagues: Colleagues, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["with_person"].colleagues = colleagues


class ShareOutsideForm(forms.Form):
    """What an outside body was told (DEC-12); gives no access."""

    with_whom = line("Whom you told", most=300, required=True, missing="Say whom you told")
    what = text("What you told them", rows=4, most=20_000, required=True, missing="Say what you told them")
    why = line("Why they need to know", most=5_000, required=True, missing="Say why they need to know")
    ground = forms.ChoiceField(
        label="Ground", choices=Ground.choices, widget=Radios(), error_messages={"required": "Choose the ground"}
    )
    consent = forms.ChoiceField(
        label="Consent",
        choices=Consent.choices,
        widget=Radios(),
        error_messages={"required": "Say whether the family agreed"},
    )
    at = MomentField(label="When", what="when you told them", past_only=True)


class DocumentForm(forms.Form):
    """A document to keep with the concern. Images are refused by the vault, whatever their name (CON-08)."""

    document = forms.FileField(
        label="Document",
        help_text="PDF, Word, OpenDocument, text, e-mail or spreadsheet. No photographs.",
        error_messages={
            "required": "Choose a document",
            "empty": "This document is empty. Choose another one.",
            "max_length": "The document’s name is too long. Shorten it and try again.",
        },
    )
