"""What a reporter fills in: the pink form, the standard entry, and what may be added later (CON-01 to CON-07, CON-12).

At most six boxes must be filled in. Who may be chosen is handed in by the view; the operation checks everything again.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from concerns import choosing
from concerns.choosing import ON_DUTY, Dsl
from concerns.forms.injuries import UNLISTED, Injuries
from concerns.forms.kinds import AskingKinds
from concerns.terms import CameToLight, Form
from lps_safeguarding.people.models import Child, Service, User
from lps_safeguarding.web.fields import MomentField
from lps_safeguarding.web.typed import WrittenText, as_posted
from lps_safeguarding.web.widgets import LongText, Radios, Tick


class PickedChildren(forms.CheckboxSelectMultiple):
    """The chosen children's keys; drawn by the child picker (templates/concerns/reporting/child_picker.html)."""

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return "id_child_name"


class ChildrenField(forms.Field):
    """One child or several, in the order chosen. `user` says who chooses; `may_be_typed` is set when a name was typed."""

    widget = PickedChildren
    use_fieldset = False

    def __init__(self, user: User, found: Sequence[Child] = (), **kwargs: Any) -> None:
        self.user, self.found = user, found
        super().__init__(**kwargs)

    def clean(self, value: Any) -> list[Child]:
        wanted = [text for text in dict.fromkeys(value or []) if text]
        found = {str(child.pk): child for child in self.found}
        if found.keys() == set(wanted):
            return [found[text] for text in wanted]
        children = choosing.chosen_children(self.user, wanted)
        if len(children) < len(wanted):
            raise ValidationError(
                "A child you chose is not on the list of children here now. Find the child again, or type the name "
                "under “The child is not on the list”.",
                code="not_on_list",
            )
        return children


class PersonWhoTold(forms.Form):
    """On behalf of somebody without an account: a visitor, a parent, a neighbour (CON-01)."""

    brought = forms.BooleanField(
        label="Somebody else asked me to pass this on",
        required=False,
        widget=Tick(reveals=["brought_by_name", "brought_by_role", "brought_by_how"]),
    )
    brought_by_name = WrittenText(label="Their name", longest=200, required=False)
    brought_by_role = WrittenText(
        label="Who they are",
        longest=200,
        required=False,
        help_text="For example: the child’s aunt, a visitor, a driver",
    )
    brought_by_how = WrittenText(
        label="How they told you", longest=1000, required=False, help_text="For example: at the gate, by telephone"
    )
    for _field in (brought_by_name, brought_by_role, brought_by_how):
        _field.says_optional = False  # type: ignore[attr-defined]
        _field.widget.attrs["autocomplete"] = "off"
    del _field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("brought") and not (cleaned.get("brought_by_name") or cleaned.get("brought_by_role")):
            self.add_error("brought_by_name", "Type the name of the person who told you, or say who they are below")
        if not cleaned.get("brought"):
            for name in ("brought_by_name", "brought_by_role", "brought_by_how"):
                cleaned[name] = ""
        return cleaned


def _no_year() -> list[tuple[str, str]]:
    return [("", "Not known"), *((str(year), f"Year {year}") for year in range(7, 14))]


class Entry(PersonWhoTold):
    """What both forms ask."""

    form = Form.STANDARD
    has_body_map = True

    child_name = forms.CharField(required=False, max_length=200, strip=True)  # what is looked for; never kept
    new_child_name = WrittenText(label="The child’s full name, as you know it", longest=150, required=False)
    new_child_year = forms.TypedChoiceField(
        label="Year", choices=_no_year, required=False, coerce=int, empty_value=None
    )
    new_child_service = forms.ModelChoiceField(
        label="Service", queryset=Service.objects.none(), required=False, empty_label="Choose the service"
    )
    what_was_seen = WrittenText(
        label="What did you see or hear?",
        widget=LongText(rows=6),
        error_messages={"required": "Write down what you saw, or what was said"},
    )
    place = WrittenText(
        label="Where, or who told you",
        longest=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Write where this was, or who passed it on to you"},
    )
    observed_at = MomentField(
        label="When you saw or heard it",
        what="the date and time",
        past_only=True,
        help_text="It says now. Change it if it was earlier.",
        error_messages={"required": "Enter when you saw or heard this"},
    )
    passed_to = forms.ChoiceField(
        label="Whom are you telling?",
        widget=Radios,
        error_messages={
            "required": "Choose the DSL you are telling",
            "invalid_choice": "Choose a DSL of the child’s service, or the lead DSL",
        },
    )

    def __init__(
        self,
        *args: Any,
        user: User,
        children: Sequence[Child] = (),
        now: datetime.datetime | None = None,
        team: choosing.Team | None = None,
        kept: dict[str, list[str]] | None = None,
        injury_step: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """`kept`: what a draft holds, for showing it again. `injury_step`: a row added or removed without a script."""
        super().__init__(*args, **kwargs)
        self.user = user
        self.now = now or timezone.now()
        self.fields["child"] = ChildrenField(user, children, label="Which child?", required=False)
        self.order_fields(self.field_order)
        for name in ("new_child_name", "new_child_year", "new_child_service"):
            self.fields[name].says_optional = False  # type: ignore[attr-defined]
        services = Service.objects.in_order()
        self.fields["new_child_service"].queryset = services
        self.service = self._service_of(children)
        self.team = team or choosing.Team(self.now)
        self.to_tell: list[Dsl] = self.team.of(self.service) if self.service else self.team.everybody()
        self._offer_dsls()
        if not self.is_bound:
            self.initial.setdefault("observed_at", self.now)
            self.initial.setdefault("passed_to", ON_DUTY)
        typed_now = (self.data if self.is_bound else as_posted(kept or {})) if self.has_body_map else {}
        unlisted = str(typed_now.get("new_child_name") or "").strip()
        self.injuries = Injuries(
            typed_now, children=children, unlisted=unlisted, is_bound=self.is_bound, **(injury_step or {})
        )

    def is_valid(self) -> bool:
        good = super().is_valid()
        return self.injuries.is_valid() and good

    @property
    def injury_is_likely(self) -> bool:
        """Open the body map at once: something is on it, or the answers above say that there is an injury."""
        return bool(self.injuries.filled) or self.injuries.has_errors

    def _service_of(self, children: Sequence[Child]) -> Service | None:
        if children:
            return children[0].service
        typed = self.data.get("new_child_service") if self.is_bound else self.initial.get("new_child_service")
        return Service.objects.filter(pk=typed).first() if str(typed or "").isdigit() else None

    def _offer_dsls(self) -> None:
        field: Any = self.fields["passed_to"]
        hints = {}
        if self.service:
            dsl = self.team.to_tell(self.service)
            first = f"{dsl.user.name}, {dsl.role}" if dsl else f"A DSL of {self.service.name}"
            there = "On duty now" if dsl and dsl.on_duty else "Covers now"
            hints[ON_DUTY] = f"{there}: {dsl.reach}" if dsl and dsl.reach else there
            others = [other for other in self.to_tell if dsl is None or other.user.pk != dsl.user.pk]
        else:
            first = "The DSL on duty for the child’s service"
            hints[ON_DUTY] = "You see the name when you have chosen the child."
            others = self.to_tell
        choices = [(ON_DUTY, first)]
        for other in others:
            choices.append((str(other.user.pk), f"{other.user.name}, {other.role}"))
            hints[str(other.user.pk)] = f"On duty now: {other.reach}" if other.on_duty else ""
        field.choices = choices
        field.widget.hints = {value: hint for value, hint in hints.items() if hint}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "child" in cleaned and not cleaned["child"] and not cleaned.get("new_child_name"):
            self.add_error("child", "Choose the child this is about: type the name and choose from the list")
        if (
            cleaned.get("new_child_name")
            and not cleaned.get("new_child_service")
            and "new_child_service" not in self.errors
        ):
            self.add_error("new_child_service", "Choose the service the child belongs to")
        if not cleaned.get("new_child_name"):
            cleaned["new_child_year"] = cleaned["new_child_service"] = None
        return cleaned

    def person_to_tell(self, service: Service) -> User | None:
        """The person chosen; "whoever is on duty" is settled now, for the service of the child."""
        choice = self.cleaned_data["passed_to"]
        if choice == ON_DUTY:
            dsl = self.team.to_tell(service)
            return dsl.user if dsl else None
        return next((dsl.user for dsl in self.team.of(service) if str(dsl.user.pk) == choice), None)

    def account(self) -> dict[str, Any]:
        """What the operation takes, beside the children and the person to tell."""
        names = ("what_was_seen", "place", "observed_at", "brought_by_name", "brought_by_role", "brought_by_how")
        return {name: self.cleaned_data[name] for name in names}


def part_boxes(children: Sequence[Child], unlisted: str = "") -> dict[str, WrittenText]:
    """A box for each child's own part, where there are several; for one child nothing more is asked (CON-14)."""
    named = [(str(child.pk), child.name) for child in children] + ([(UNLISTED, unlisted)] if unlisted else [])
    if len(named) < 2:
        return {}
    return {
        f"part_{key}": WrittenText(
            label=f"What part did {name} have in it?", longest=20_000, required=False, widget=LongText(rows=2)
        )
        for key, name in named
    }


def parts_in(cleaned: dict[str, Any]) -> dict[str, str]:
    """What was written into `part_boxes`, by the child's key."""
    return {name.removeprefix("part_"): text for name, text in cleaned.items() if name.startswith("part_")}


class PinkForm(Entry):
    """A child is at risk now: five boxes, everything else can be added after sending (CON-04)."""

    form = Form.PINK
    field_order = ["child", "what_was_seen", "place", "observed_at", "passed_to"]

    def __init__(self, *args: Any, children: Sequence[Child] = (), **kwargs: Any) -> None:
        super().__init__(*args, children=children, **kwargs)
        typed_now = self.data if self.is_bound else self.initial
        boxes = part_boxes(children, str(typed_now.get("new_child_name") or "").strip())
        self.fields.update(boxes)
        kept = kwargs.get("kept") or {}
        for name in boxes:
            self.initial.setdefault(name, (kept.get(name) or [""])[0])

    @property
    def part_boxes(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("part_")]


class StandardForm(AskingKinds, Entry):
    """The standard entry (CON-04 to CON-06): six answers are needed, the other boxes help the DSL."""

    came_to_light = forms.ChoiceField(
        label="How did it come to light?",
        choices=CameToLight.choices,
        widget=Radios(reveals={CameToLight.AGENCY: ["agency_name"]}),
        error_messages={"required": "Choose how it came to light"},
    )
    agency_name = WrittenText(label="Which agency?", longest=200, required=False)
    childs_words = WrittenText(label="The child’s own words", required=False, widget=LongText(rows=5))
    questions_asked = WrittenText(label="What you asked", required=False, widget=LongText(rows=3))
    conversation = WrittenText(
        label="Where and when you talked", longest=10_000, required=False, widget=LongText(rows=2)
    )
    who_was_present = WrittenText(label="Who was there", longest=10_000, required=False, widget=LongText(rows=2))
    why_worried = WrittenText(label="Why this worries you", required=False, widget=LongText(rows=4))
    wishes_and_feelings = WrittenText(
        label="What the child wants and feels, if you know",
        longest=20_000,
        required=False,
        widget=LongText(rows=2),
    )
    field_order = [
        "child",
        "came_to_light",
        "childs_words",
        "what_was_seen",
        "questions_asked",
        "conversation",
        "who_was_present",
        "place",
        "observed_at",
        "why_worried",
        "wishes_and_feelings",
        "kinds",
        "prejudices",
        "online_risks",
        "passed_to",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen: Any = self.fields["what_was_seen"]
        seen.label = "What you saw and heard, and how the child was"
        seen.required = False
        seen.says_optional = False
        self.fields["agency_name"].says_optional = False  # type: ignore[attr-defined]
        self.fields["childs_words"].says_optional = False  # type: ignore[attr-defined]
        self.fields["passed_to"].label = "Which DSL is it for?"
        self.fields["kinds"].help_text = "You can leave this to the DSL. Tick as many as fit."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("came_to_light") == CameToLight.AGENCY and not cleaned.get("agency_name"):
            self.add_error("agency_name", "Type which agency it was")
        if cleaned.get("came_to_light") != CameToLight.AGENCY:
            cleaned["agency_name"] = ""
        boxes = ("childs_words", "what_was_seen", "why_worried")
        if not any(cleaned.get(name) for name in boxes) and not any(name in self.errors for name in boxes):
            self.add_error("what_was_seen", "Write down what you saw, or what the child said")
        return cleaned

    @property
    def injury_is_likely(self) -> bool:
        return super().injury_is_likely or self["came_to_light"].value() == CameToLight.SAW_INJURY

    def account(self) -> dict[str, Any]:
        more = (
            "came_to_light",
            "agency_name",
            "childs_words",
            "questions_asked",
            "conversation",
            "who_was_present",
            "why_worried",
            "wishes_and_feelings",
            "kinds",
        )
        given = {name: self.cleaned_data[name] for name in more}
        return super().account() | given | {"particulars": self.particulars()}


class SeveralFiles(forms.FileInput):
    """Several files at once; the view reads them from the request."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"multiple": True, **(attrs or {})})


class CheckForm(forms.Form):
    """The last look before sending: documents, and each child's part where there are several (CON-14)."""

    documents = forms.Field(
        label="Add documents",
        required=False,
        widget=SeveralFiles,
        help_text="Letters, e-mails or notes as PDF, Word, text or e-mail files. No photographs or screenshots.",
    )

    def __init__(self, *args: Any, children: Sequence[Child], unlisted: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(part_boxes(children, unlisted))


class Addition(forms.Form):
    """What may be added after sending: words, and with them marks on the body map (CON-08)."""

    def __init__(
        self,
        *args: Any,
        children: Sequence[Child] = (),
        kept: dict[str, list[str]] | None = None,
        injury_step: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        typed_now = self.data if self.is_bound else as_posted(kept or {})
        self.injuries = Injuries(typed_now, children=children, is_bound=self.is_bound, **(injury_step or {}))

    def is_valid(self) -> bool:
        good = super().is_valid()
        return self.injuries.is_valid() and good

    @property
    def injury_is_likely(self) -> bool:
        return bool(self.injuries.filled) or self.injuries.has_errors


class AddendumForm(Addition):
    """What is to be added or put right; what was sent stays as it is (CON-09)."""

    text = WrittenText(
        label="What do you want to add or put right?",
        widget=LongText(rows=6),
        error_messages={"required": "Write what you want to add"},
    )


class StillWorriedForm(Addition):
    """CON-12."""

    text = WrittenText(
        label="Why are you still worried?",
        widget=LongText(rows=6),
        help_text="What has happened since, or what you think was missed. A few words are enough.",
        error_messages={"required": "Write why you are still worried. A few words are enough"},
    )


def from_draft(form: type[Entry], typed: dict[str, list[str]], **kwargs: Any) -> Entry:
    """The form as if the draft were sent now, to be checked."""
    return form(as_posted(typed), MultiValueDict(), **kwargs)
