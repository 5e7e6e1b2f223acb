"""Accounts, for the system administrator, who sees no case content here or anywhere (ROL-05)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lps_safeguarding.access.grave_steps import grave_step
from lps_safeguarding.access.refusals import WrongState
from lps_safeguarding.people.models import RoleHeld, User

from .. import forms, need_to_know, operations, second_factor, sessions
from ..models import TwoPersonRequest
from ..refused import say

SHOWN = 100


def _account(pk: int) -> User:
    return get_object_or_404(User.objects.select_related("adult"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def account_list(request: HttpRequest) -> HttpResponse:
    """Everybody with an account. What is looked for is posted, so that no name stands in an address."""
    need_to_know.check_can_administer(request.user)
    wanted = request.POST.get("find", "").strip()[:80]
    accounts = User.objects.select_related("adult").prefetch_related("roles_held__service")
    for word in wanted.split():
        accounts = accounts.filter(
            Q(adult__first_name__icontains=word) | Q(adult__last_name__icontains=word) | Q(email__icontains=word)
        )
    found = list(accounts[: SHOWN + 1])
    today = timezone.localdate()
    rows = [
        (
            user,
            [
                held
                for held in user.roles_held.all()
                if held.from_date <= today and (held.until_date is None or held.until_date >= today)
            ],
        )
        for user in found[:SHOWN]
    ]
    return render(
        request,
        "people/account_list.html",
        {"rows": rows, "more": len(found) > SHOWN, "shown": SHOWN, "wanted": wanted, "today": today},
    )


@grave_step
@require_http_methods(["GET", "HEAD", "POST"])
def account_new(request: HttpRequest) -> HttpResponse:
    """Opens an account; the person gets a link by mail to choose a password."""
    need_to_know.check_can_administer(request.user)
    form = forms.NewAccountForm(request.POST or None)
    if form.is_valid():
        try:
            user = operations.open_account(by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            say(form, refused)
        else:
            messages.success(
                request, f"{user.name} has an account now. A link to choose a password is on its way to them."
            )
            return redirect("accounts:account_detail", pk=user.pk)
    return render(
        request, "people/form.html", {"form": form, "heading": "Open an account", "send": "Open the account"}
    )


@require_GET
def account_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: roles with their dates, last day, second step, sessions, requests."""
    need_to_know.check_can_administer(request.user)
    user = _account(pk)
    return render(
        request,
        "people/account_detail.html",
        {
            "account": user,
            "today": timezone.localdate(),
            "roles": user.roles_held.select_related("service"),
            "factors": second_factor.authenticators_of(user),
            "needs_factor": second_factor.needed_by(user),
            "sessions": sessions.of(user),
            "requests": TwoPersonRequest.objects.open()
            .filter(person=user)
            .select_related("asked_by__adult", "service"),
            "is_self": user.pk == request.user.pk,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def account_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, job, telephone."""
    need_to_know.check_can_administer(request.user)
    user = _account(pk)
    form = forms.AdultForm(request.POST or None, instance=user.adult)
    if form.is_valid():
        try:
            operations.change_adult(by=request.user, adult=user.adult, **form.cleaned_data)
        except ValidationError as refused:
            say(form, refused)
        else:
            messages.success(request, "Saved.")
            return redirect("accounts:account_detail", pk=pk)
    return render(request, "people/form.html", {"form": form, "heading": "Change a person's details", "send": "Save"})


@grave_step
@require_http_methods(["GET", "HEAD", "POST"])
def role_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A role; one that reads cases waits for a second person."""
    need_to_know.check_can_administer(request.user)
    user = _account(pk)
    form = forms.RoleForm(request.POST or None)
    if form.is_valid():
        try:
            given = operations.give_role(by=request.user, user=user, **form.cleaned_data)
        except ValidationError as refused:
            say(form, refused)
        else:
            if isinstance(given, RoleHeld):
                messages.success(request, f"{user.name} has the role “{given}” from {given.from_date:%-d %B %Y}.")
            else:
                messages.info(
                    request,
                    "This role reads cases, so a second person has to grant it: the headteacher, the lead DSL or the "
                    "chair. They find it under “Requests”.",
                )
            return redirect("accounts:account_detail", pk=pk)
    return render(
        request, "people/form.html", {"form": form, "heading": f"Give {user.name} a role", "send": "Give the role"}
    )


@grave_step
@require_http_methods(["GET", "HEAD", "POST"])
def role_end(request: HttpRequest, pk: int, role_pk: int) -> HttpResponse:
    """Ends a role; at once unless a day is given."""
    need_to_know.check_can_administer(request.user)
    held = get_object_or_404(RoleHeld.objects.select_related("user__adult", "service"), pk=role_pk, user=pk)
    form = forms.EndRoleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            operations.end_role(by=request.user, held=held, last_day=form.cleaned_data["last_day"])
        except ValidationError as refused:
            say(form, refused)
        else:
            messages.success(request, "The role ends as you said.")
            return redirect("accounts:account_detail", pk=pk)
    return render(
        request,
        "people/form.html",
        {"form": form, "heading": f"End a role of {held.user.name}: {held}", "send": "End the role"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def last_day(request: HttpRequest, pk: int) -> HttpResponse:
    """The last day on which somebody works here and can sign in (ACC-06)."""
    need_to_know.check_can_administer(request.user)
    user = _account(pk)
    form = forms.LastDayForm(
        request.POST if request.method == "POST" else None, initial={"last_day": user.adult.leaves_on}
    )
    if form.is_valid():
        try:
            operations.set_last_day(by=request.user, user=user, last_day=form.cleaned_data["last_day"])
        except ValidationError as refused:
            say(form, refused, leaves_on="last_day")
        else:
            messages.success(request, "Saved.")
            return redirect("accounts:account_detail", pk=pk)
    return render(request, "people/form.html", {"form": form, "heading": f"Last day of {user.name}", "send": "Save"})


@require_POST
def account_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Closes an account now, its sessions included."""
    need_to_know.check_can_administer(request.user)
    try:
        operations.close_account(by=request.user, user=_account(pk))
    except WrongState as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "The account is closed and its sessions have ended.")
    return redirect("accounts:account_detail", pk=pk)


@require_POST
def account_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Opens a closed account again."""
    need_to_know.check_can_administer(request.user)
    operations.reopen_account(by=request.user, user=_account(pk))
    messages.success(request, "The account is open again.")
    return redirect("accounts:account_detail", pk=pk)


@require_POST
def account_end_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends all sessions of somebody who lost a telephone."""
    need_to_know.check_can_administer(request.user)
    operations.end_sessions_of(by=request.user, user=_account(pk))
    messages.success(request, "All their sessions have ended.")
    return redirect("accounts:account_detail", pk=pk)


@grave_step
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Starts a reset, the removal of a lost factor or a new address, for a second person to grant."""
    need_to_know.check_can_administer(request.user)
    user = _account(pk)
    form = forms.AskForm(request.POST or None)
    if form.is_valid():
        try:
            operations.ask(by=request.user, person=user, **form.cleaned_data)
        except ValidationError as refused:
            say(form, refused)
        else:
            messages.success(
                request, "Asked. Another administrator or the headteacher has to grant it within three days."
            )
            return redirect("accounts:account_detail", pk=pk)
    return render(
        request,
        "people/form.html",
        {"form": form, "heading": f"Help {user.name} to sign in", "send": "Ask a second person"},
    )


@require_GET
def request_list(request: HttpRequest) -> HttpResponse:
    """What waits for a second person's answer."""
    need_to_know.check_can_see_requests(request.user)
    waiting = TwoPersonRequest.objects.open().select_related("person__adult", "asked_by__adult", "service")
    rows = [(one, need_to_know.can_answer(request.user, one)) for one in waiting]
    return render(request, "people/request_list.html", {"rows": rows})


@grave_step
@require_http_methods(["GET", "HEAD", "POST"])
def request_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or refuse, by the second person."""
    need_to_know.check_can_see_requests(request.user)
    asked = get_object_or_404(
        TwoPersonRequest.objects.select_related("person__adult", "asked_by__adult", "service"), pk=pk
    )
    need_to_know.check_can_answer(request.user, asked)
    wrong = ""
    if request.method == "POST" and request.POST.get("answer") in ("grant", "refuse"):
        granted = request.POST["answer"] == "grant"
        try:
            operations.answer(by=request.user, request=asked, granted=granted)
        except WrongState as refused:
            wrong = str(refused)
        except ValidationError as refused:
            wrong = " ".join(refused.messages)
        else:
            messages.success(request, "Granted." if granted else "Refused.")
            return redirect("accounts:request_list")
    elif request.method == "POST":
        wrong = "Choose to grant or to refuse."
    return render(request, "people/request_answer.html", {"asked": asked, "wrong": wrong})
