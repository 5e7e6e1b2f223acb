"""Forms of sign-in, accounts, rota, calendar and contacts: fields, wording, checks of input."""

import datetime

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from lps_safeguarding.people.models import (
    Adult,
    DutyKind,
    NonSchoolDay,
    OnDuty,
    OutsideContact,
    Role,
    Service,
    Term,
    User,
)
from lps_safeguarding.web.fields import ClockField, DayField, MomentField
from lps_safeguarding.web.widgets import Radios

from . import links, need_to_know
from .models import RequestKind

WHAT_IS_GOOD = "At least 12 characters. Three or four words in a row are good and easy to remember."


def _plain(field: forms.Field, *, label: str, required: str, help_text: str = "", **attrs: str) -> None:
    """allauth's fields without their placeholders, with our words."""
    field.label, field.help_text = label, help_text
    field.error_messages["required"] = required
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)


def _plain_code(field: forms.Field, help_text: str) -> None:
    _plain(
        field, label="Code", required="Type the code", help_text=help_text,
        inputmode="numeric", autocomplete="one-time-code", spellcheck="false",
    )  # fmt: skip
    field.widget.attrs["class"] = "govuk-input--width-10"


# --- Sign-in --------------------------------------------------------------------------------------------------------
class SignInForm(account_forms.LoginForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _plain(
            self.fields["login"], label="E-mail address", required="Enter your e-mail address",
            autocomplete="username", spellcheck="false",
        )  # fmt: skip
        self.fields["login"].error_messages["invalid"] = (
            "Enter the whole e-mail address, for example a.person@school.uk"
        )
        _plain(self.fields["password"], label="Password", required="Enter your password")


class AskForLinkForm(account_forms.ResetPasswordForm):
    """Asks for a link. The same answer at the same cost, whoever's address it is."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["email"], label="E-mail address", required="Enter your e-mail address")
        self.fields["email"].error_messages["invalid"] = (
            "Enter the whole e-mail address, for example a.person@school.uk"
        )

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def save(self, request: HttpRequest, **kwargs) -> str:
        links.ask(self.cleaned_data["email"])
        return self.cleaned_data["email"]


class _TwoNewPasswords:
    def _word_passwords(self) -> None:
        _plain(self.fields["password1"], label="New password", required="Enter a new password", help_text=WHAT_IS_GOOD)
        _plain(self.fields["password2"], label="The same password again", required="Type the new password again")


class NewPasswordForm(_TwoNewPasswords, account_forms.ResetPasswordKeyForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._word_passwords()


class ChangePasswordForm(_TwoNewPasswords, account_forms.ChangePasswordForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _plain(
            self.fields["oldpassword"], label="The password you have now", required="Enter the password you have now"
        )
        self._word_passwords()


class PasswordAgainForm(account_forms.ReauthenticateForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["password"], label="Your password", required="Enter your password")


FROM_THE_APP = "The six digits your authenticator app shows now, or one of your recovery codes."


class CodeForm(mfa_forms.AuthenticateForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _plain_code(self.fields["code"], FROM_THE_APP)


class CodeAgainForm(mfa_forms.ReauthenticateForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _plain_code(self.fields["code"], FROM_THE_APP)


class AddAuthenticatorForm(totp_forms.ActivateTOTPForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _plain_code(self.fields["code"], "The six digits the app shows now.")


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _plain(
            self.fields["name"], label="A name for it", required="", help_text="So that you know it again, as “my phone”.",
            autocomplete="off",
        )  # fmt: skip
        self.fields["name"].max_length = 60
        self.fields["passwordless"].label = "Let me sign in with it alone, without my password"
        self.fields["passwordless"].help_text = "The device then asks for your finger, face or PIN each time."


# --- Accounts -------------------------------------------------------------------------------------------------------
class AdultForm(forms.ModelForm):
    started_on = DayField(label="First day here", what="the first day here", required=False)

    class Meta:
        model = Adult
        fields = ("title", "first_name", "last_name", "job_title", "engagement", "telephone", "started_on")
        labels = {"title": "Title", "engagement": "Works here as"}
        help_texts = {"title": "As people address them: Ms, Mr, Dr."}
        error_messages = {
            "first_name": {"required": "Enter the first name"},
            "last_name": {"required": "Enter the last name"},
        }


class NewAccountForm(AdultForm):
    email = forms.EmailField(
        label="Work e-mail address",
        help_text="They sign in with it, and a link to choose a password is mailed to it.",
        error_messages={
            "required": "Enter the work e-mail address",
            "invalid": "Enter the whole e-mail address, for example a.person@school.uk",
        },
    )

    field_order = ("title", "first_name", "last_name", "email", "job_title", "engagement", "telephone", "started_on")

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError("There is an account with this e-mail address already.")
        return email


class RoleForm(forms.Form):
    role = forms.ChoiceField(
        label="Role", choices=Role.choices, widget=Radios, error_messages={"required": "Choose a role"}
    )
    service = forms.ModelChoiceField(
        Service.objects.in_order(),
        label="Service",
        help_text="For a service DSL only.",
        required=False,
        empty_label="None",
    )
    from_date = DayField(label="First day", what="the first day of the role", required=False)
    until_date = DayField(label="Last day", what="the last day of the role", required=False)

    def clean(self) -> dict:
        cleaned = super().clean()
        role, service = cleaned.get("role"), cleaned.get("service")
        if role == Role.SERVICE_DSL and not service:
            self.add_error("service", "Choose the service of this DSL")
        if role and role != Role.SERVICE_DSL:
            cleaned["service"] = None
        if role == Role.INSPECTOR and not cleaned.get("until_date") and "until_date" not in self.errors:
            self.add_error("until_date", "Enter the last day of the inspector's visit")
        return cleaned


class LastDayForm(forms.Form):
    last_day = DayField(
        label="Last day here",
        what="the last day here",
        required=False,
        help_text="They can sign in on this day and not after it. Leave it empty if they stay.",
    )


class EndRoleForm(forms.Form):
    last_day = DayField(
        label="Last day of the role",
        what="the last day of the role",
        required=False,
        help_text="Leave it empty to end the role now.",
    )


class AskForm(forms.Form):
    """What an administrator can start for somebody else, for a second person to grant."""

    kind = forms.ChoiceField(
        label="What do they need?",
        choices=[(kind.value, kind.label) for kind in RequestKind if kind != RequestKind.GIVE_ROLE],
        widget=Radios(reveals={RequestKind.CHANGE_EMAIL: ("email",)}),
        error_messages={"required": "Choose what they need"},
    )
    email = forms.EmailField(label="New e-mail address", required=False)
    how_known = forms.CharField(
        label="How do you know that it is them who asks?",
        max_length=200,
        help_text="For example: they came to the office in person.",
        error_messages={"required": "Say how you know that it is them who asks"},
    )

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("kind") != RequestKind.CHANGE_EMAIL:
            cleaned["email"] = ""
        elif not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", "Enter the new e-mail address")
        return cleaned


# --- Rota -----------------------------------------------------------------------------------------------------------
class DutyForm(forms.Form):
    user = forms.ModelChoiceField(
        User.objects.none(), label="DSL", empty_label=None, error_messages={"required": "Choose a DSL"}
    )
    kind = forms.ChoiceField(
        label="What for", choices=DutyKind.choices, widget=Radios, error_messages={"required": "Choose what it is for"}
    )
    service = forms.ModelChoiceField(
        Service.objects.none(), label="Service", required=False, empty_label="The whole school"
    )
    starts_at = MomentField(label="From", what="the beginning")
    ends_at = MomentField(label="Until", what="the end")
    where = forms.CharField(label="Where to find them", max_length=120, required=False)
    telephone = forms.CharField(label="Telephone", max_length=30, required=False)

    def __init__(self, *args, by: User, duty: OnDuty | None = None, **kwargs) -> None:
        if duty is not None:
            names = ("user", "kind", "service", "starts_at", "ends_at", "where", "telephone")
            kwargs["initial"] = {name: getattr(duty, name) for name in names}
        super().__init__(*args, **kwargs)
        services = Service.objects.in_order()
        if not need_to_know.can_plan_whole_school(by):
            services = services.filter(pk__in=by.services_as_dsl())
            self.fields["service"].empty_label = None
            self.fields["service"].required = True
            self.fields["service"].error_messages["required"] = "Choose a service"
        self.fields["service"].queryset = services
        self.fields["user"].queryset = User.objects.holding(Role.SERVICE_DSL, Role.LEAD_DSL).select_related("adult")
        if "kind" not in self.initial:
            self.initial["kind"] = DutyKind.SCHOOL_DAY

    def clean(self) -> dict:
        cleaned = super().clean()
        start, end = cleaned.get("starts_at"), cleaned.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends_at", "The end is before the beginning. Check both.")
        if cleaned.get("kind") == DutyKind.SCHOOL_DAY and not cleaned.get("service") and "service" not in self.errors:
            self.add_error("service", "Choose the service this school day is for")
        return cleaned


class WeekForm(forms.Form):
    """The same duty on several days of one week: how a rota is mostly made."""

    user = forms.ModelChoiceField(
        User.objects.none(), label="DSL", empty_label=None, error_messages={"required": "Choose a DSL"}
    )
    service = forms.ModelChoiceField(
        Service.objects.none(), label="Service", empty_label=None, error_messages={"required": "Choose a service"}
    )
    days = forms.MultipleChoiceField(
        label="Days",
        choices=[(str(number), name) for number, name in enumerate(
            ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
        )],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one day"},
    )  # fmt: skip
    begins = ClockField(label="From", initial=datetime.time(8, 0))
    ends = ClockField(label="Until", initial=datetime.time(16, 0))
    where = forms.CharField(label="Where to find them", max_length=120, required=False)
    telephone = forms.CharField(label="Telephone", max_length=30, required=False)

    def __init__(self, *args, by: User, monday: datetime.date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.monday = monday
        self.fields["service"].queryset = Service.objects.in_order().filter(pk__in=by.services_as_dsl())
        self.fields["user"].queryset = User.objects.holding(Role.SERVICE_DSL, Role.LEAD_DSL).select_related("adult")

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("begins") and cleaned.get("ends") and cleaned["ends"] <= cleaned["begins"]:
            self.add_error("ends", "The end is before the beginning. Check both.")
        return cleaned

    def duties(self) -> list[dict]:
        """The duties as `operations.put_on_duty` takes them."""
        data = self.cleaned_data
        made = []
        for number in data["days"]:
            day = self.monday + datetime.timedelta(days=int(number))
            made.append(
                {
                    "starts_at": timezone.make_aware(datetime.datetime.combine(day, data["begins"])),
                    "ends_at": timezone.make_aware(datetime.datetime.combine(day, data["ends"])),
                    **{name: data[name] for name in ("user", "service", "where", "telephone")},
                }
            )
        return made


class AbsenceForm(forms.Form):
    user = forms.ModelChoiceField(
        User.objects.none(), label="Who is away?", empty_label=None, error_messages={"required": "Choose a person"}
    )
    starts_at = MomentField(label="From", what="the beginning")
    ends_at = MomentField(
        label="Until", what="the end", required=False, help_text="Leave it empty if nobody knows yet."
    )

    def __init__(self, *args, by: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        roles = (
            Role.SERVICE_DSL, Role.LEAD_DSL, Role.HEADTEACHER, Role.ACTING_SENIOR_TEACHER, Role.CHAIR, Role.VICE_CHAIR,
        )  # fmt: skip
        people = User.objects.holding(*roles).select_related("adult")
        if not (by.has_role(Role.LEAD_DSL) or need_to_know.is_head_now(by)):
            people = people.filter(pk=by.pk)
        self.fields["user"].queryset = people

    def clean(self) -> dict:
        cleaned = super().clean()
        start, end = cleaned.get("starts_at"), cleaned.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends_at", "The end is before the beginning. Check both.")
        return cleaned


# --- Services, calendar, contacts -----------------------------------------------------------------------------------
class ServiceForm(forms.ModelForm):
    class Meta:
        model = Service
        fields = ("name", "slug", "order", "room", "telephone")
        labels = {"slug": "Short name for addresses", "order": "Place in lists"}
        help_texts = {"slug": "Small letters, digits and hyphens, for example ks3."}


class _Range(forms.ModelForm):
    """A form of a model with a first and a last day, checked in the order people read."""

    first, last = "starts_on", "ends_on"

    def clean(self) -> dict:
        cleaned = super().clean()
        first, last = cleaned.get(self.first), cleaned.get(self.last)
        if first and last and last < first:
            self.add_error(self.last, "The last day is before the first day. Check both.")
        return cleaned


class TermForm(_Range):
    starts_on = DayField(label="First day", what="the first day")
    ends_on = DayField(label="Last day", what="the last day")

    class Meta:
        model = Term
        fields = ("name", "starts_on", "ends_on")
        labels = {"name": "Name"}
        help_texts = {"name": "For example: Autumn 2026, first half."}
        error_messages = {"name": {"required": "Enter a name for the term"}}


class NonSchoolDayForm(_Range):
    first, last = "first_day", "last_day"
    first_day = DayField(label="First day", what="the first day")
    last_day = DayField(
        label="Last day", what="the last day", required=False, help_text="Only if it is more than one day."
    )

    class Meta:
        model = NonSchoolDay
        fields = ("name", "kind", "first_day", "last_day")
        labels = {"name": "Name", "kind": "What is it?"}
        widgets = {"kind": Radios}
        error_messages = {"name": {"required": "Enter a name"}, "kind": {"required": "Choose what it is"}}

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("first_day") and not cleaned.get("last_day") and "last_day" not in self.errors:
            cleaned["last_day"] = cleaned["first_day"]
        return cleaned


class OutsideContactForm(forms.ModelForm):
    class Meta:
        model = OutsideContact
        fields = ("name", "what_for", "telephone", "out_of_hours_telephone", "email", "on_poster", "order")
        labels = {"name": "Who", "on_poster": "Show on the poster", "order": "Place in the list"}
        error_messages = {
            "name": {"required": "Enter who it is"},
            "what_for": {"required": "Say what to call them about"},
            "telephone": {"required": "Enter the telephone number"},
        }
