"""What is typed on the pages of sharing, conflicts and break glass: wording and checks of input."""

import datetime

from django import forms
from django.utils import timezone

from lps_safeguarding.access.break_glass import SHORTEST_REASON
from lps_safeguarding.access.levels import Level
from lps_safeguarding.access.models import BreakGlass, Conflict, Consent, Ground
from lps_safeguarding.people.models import Child, User
from lps_safeguarding.web.fields import DayField, MomentField
from lps_safeguarding.web.widgets import LongText, Radios


def _text(label: str, *, missing: str, most: int, hint: str = "", rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=most,
        widget=LongText(rows=rows),
        error_messages={
            "required": missing,
            "max_length": f"This is longer than {most:,} characters. Shorten it.",
        },
    )


class PersonField(forms.ModelChoiceField):
    """A colleague with an account. Names the person and the job, so that the wrong one is hard to choose."""

    def __init__(self, label: str, missing: str, **kwargs) -> None:
        super().__init__(
            queryset=User.objects.none(),
            label=label,
            empty_label="Choose a person",
            error_messages={"required": missing, "invalid_choice": "This person has no open account. Choose another."},
            **kwargs,
        )

    def label_from_instance(self, person: User) -> str:
        job = person.adult.job_title
        return f"{person.adult.full_name}, {job}" if job else person.adult.full_name


def people_with_accounts():
    """Everybody who can sign in today, by family name."""
    return (
        User.objects.able_to_sign_in(timezone.localdate())
        .select_related("adult")
        .order_by("adult__last_name", "adult__first_name")
    )


class ShareForm(forms.Form):
    with_person = PersonField("Who is to see it?", "Choose who is to see it")
    level = forms.ChoiceField(
        label="How much are they to see?",
        choices=[(Level.SUMMARY, "A summary"), (Level.FULL, "Everything")],
        widget=Radios,
        error_messages={"required": "Choose whether they see a summary or everything"},
    )
    what = _text(
        "What are you sharing?",
        hint="In a few words, for the record of sharing: for example “the entry and the decision”.",
        missing="Say what you are sharing",
        most=2_000,
        rows=2,
    )
    why = _text("Why do they need it?", missing="Say why they need to see it", most=5_000)
    ground = forms.ChoiceField(
        label="What is the reason in law?",
        choices=Ground.choices,
        widget=Radios,
        initial=Ground.PUBLIC_TASK,
        error_messages={"required": "Choose the reason for sharing"},
    )
    until = DayField(
        label="Until when?",
        what="the last day",
        required=False,
        future_only=True,
        help_text="Leave empty if it does not end by itself.",
    )

    def __init__(self, *args, sharer: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["with_person"].queryset = people_with_accounts().exclude(pk=sharer.pk)

    def sharing(self) -> dict:
        """The arguments of sharing.share; the last day counts to its end."""
        data = dict(self.cleaned_data)
        until = data.pop("until")
        ends = until and datetime.datetime.combine(until + datetime.timedelta(days=1), datetime.time())
        return {**data, "expires_at": timezone.make_aware(ends) if ends else None}


class OutsideForm(forms.Form):
    with_whom = forms.CharField(
        label="Who did you tell?",
        help_text="The name and job of the person, and where they work.",
        max_length=300,
        error_messages={
            "required": "Say who was told",
            "max_length": "This is longer than 300 characters. Shorten it.",
        },
    )
    shared_at = MomentField(label="When?", what="the date and time of telling", past_only=True)
    what = _text("What did you tell them?", missing="Say what was told", most=20_000, rows=5)
    why = _text("Why did they need to know?", missing="Say why they needed to know", most=5_000)
    ground = forms.ChoiceField(
        label="What is the reason in law?",
        choices=Ground.choices,
        widget=Radios,
        error_messages={"required": "Choose the reason for sharing"},
    )
    consent = forms.ChoiceField(
        label="Did the family agree?",
        choices=[choice for choice in Consent.choices if choice[0] != Consent.NOT_NEEDED],
        widget=Radios,
        error_messages={"required": "Choose whether the family agreed"},
    )


class OwnConflictForm(forms.Form):
    """Anyone about themselves, with a child."""

    child = forms.ModelChoiceField(
        label="Which child?",
        queryset=Child.objects.none(),
        empty_label="Choose a child",
        error_messages={"required": "Choose the child", "invalid_choice": "Choose a child from the list"},
    )
    kind = forms.ChoiceField(
        label="What is the conflict?",
        choices=[
            (Conflict.Kind.RELATIVE, "I am related to the child or the family"),
            (Conflict.Kind.DECLARED, "Another"),
        ],
        widget=Radios,
        error_messages={"required": "Choose what the conflict is"},
    )
    reason = _text("Tell us more", missing="Say in a sentence what the conflict is", most=5_000)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["child"].queryset = Child.objects.on_roll(timezone.localdate())


class ConflictForm(OwnConflictForm):
    """The lead DSL, the headteacher or the chair, about another person."""

    person = PersonField("Who has the conflict of interest?", "Choose who has the conflict of interest")
    field_order = ("person", "child", "reference", "kind", "reason")

    def __init__(self, *args, setter: User, about_record: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people_with_accounts().exclude(pk=setter.pk)
        self.fields["kind"].choices = Conflict.Kind.choices
        if about_record:
            del self.fields["child"]


class BreakGlassForm(forms.Form):
    reference = forms.CharField(
        label="Reference of the record",
        help_text="For example C-7F3A-91KQ.",
        max_length=40,
        error_messages={
            "required": "Enter the reference of the record",
            "max_length": "A reference is shorter than that. Check it.",
        },
    )
    reason = _text(
        "Why must you open it now?",
        hint="The other leader reads this at once and reviews it within 2 working days.",
        missing="Say why you must open it now",
        most=5_000,
    )

    def clean_reason(self) -> str:
        reason = self.cleaned_data["reason"].strip()
        if len(reason) < SHORTEST_REASON:
            raise forms.ValidationError("Say in a sentence why you must open it now.")
        return reason


class ReviewForm(forms.Form):
    finding = forms.ChoiceField(
        label="Was it right to open this record?",
        choices=BreakGlass.Finding.choices,
        widget=Radios,
        error_messages={"required": "Choose what you found"},
    )
    note = _text("What did you find, and what follows?", missing="Say what you found", most=5_000)
