"""A referral (DEC-10): recorded by itself, its page, what they answered, and the printable document."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from concerns import case_page, need_to_know, operations, pdf
from concerns.forms import referrals as forms
from concerns.forms.boxes import put_errors, typed_texts
from concerns.states import ReferralState
from concerns.terms import Option
from concerns.views.opening import one_form, open_to_decide, posted
from lps_safeguarding.access.door import open_record
from lps_safeguarding.access.refusals import StaleEdit, WrongState
from lps_safeguarding.audit_trail import trail


def _open_referral(request: HttpRequest, reference: str):
    referrals = need_to_know.referrals_readable_by(request.user).select_related(
        "key", "made_by__adult", "concern__key", "concern__service", "decision__key"
    )
    referral = open_record(request, referrals, reference=reference)
    concern = need_to_know.readable_by(request.user).select_related("key", "service").get(pk=referral.concern_id)
    return referral, concern


@require_http_methods(["GET", "POST"])
def referral_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Record a referral by itself, as when it was decided first and made later."""
    concern = open_to_decide(request, reference)
    asked_for = request.GET.get("agency", "")
    initial = {"made_at": timezone.now(), "agency": asked_for if asked_for in Option.values else None}
    form = forms.OneReferralForm(posted(request), initial=initial)

    def do(given: dict[str, Any]) -> None:
        operations.make_referral(concern=concern, by=request.user, **given)

    return one_form(
        request, concern, form, do, title="Record a referral", button="Record", done="The referral is recorded.",
        at="#referrals",
    )  # fmt: skip


def _referral_page(request: HttpRequest, referral, concern, **with_errors) -> HttpResponse:
    """The referral with the forms that fit where it is; `with_errors` puts a refused one in its place."""
    now = timezone.now()
    fresh = {
        "acknowledge": forms.AcknowledgementForm(
            initial={"version": referral.version, "at": now, "their_reference": referral.their_reference},
            prefix="acknowledge",
        ),
        "answer": forms.AnswerForm(initial={"version": referral.version, "at": now}, prefix="answer"),
        "chase": forms.ChaseForm(initial={"version": referral.version}, prefix="chase"),
        "confirm": forms.ConfirmForm(
            initial={"version": referral.version, "confirmed_on": timezone.localdate()}, prefix="confirm"
        ),
        "escalate": forms.EscalateForm(initial={"version": referral.version}, prefix="escalate"),
        "withdraw": forms.WithdrawForm(initial={"version": referral.version}, prefix="withdraw"),
    }
    open_now = referral.state in (ReferralState.MADE, ReferralState.ACKNOWLEDGED)
    can_decide = need_to_know.can_decide(request.user, concern)
    shown = {
        "acknowledge": referral.state == ReferralState.MADE,
        "answer": open_now,
        "chase": open_now,
        "confirm": referral.state != ReferralState.WITHDRAWN,
        "escalate": referral.state != ReferralState.WITHDRAWN,
        "withdraw": open_now,
    }
    context = {
        "referral": referral,
        "not_recorded": [text for what, form in with_errors.items() if not shown[what] for text in typed_texts(form)],
        "concern": concern,
        "cards": case_page.children_of(concern, request.user),
        "forms": {**fresh, **with_errors} if can_decide else {},
        "refused": next(iter(with_errors.values()), None),
        "is_open": open_now,
        "is_overdue": referral.state == ReferralState.MADE
        and referral.answer_due_at is not None
        and referral.answer_due_at < now,
        "can_decide": can_decide,
        "now": now,
    }
    return render(request, "concerns/deciding/referral.html", context)


@require_GET
def referral_detail(request: HttpRequest, reference: str) -> HttpResponse:
    referral, concern = _open_referral(request, reference)
    return _referral_page(request, referral, concern)


@require_http_methods(["GET", "POST"])
def referral_answer(request: HttpRequest, reference: str) -> HttpResponse:
    """What they answered, or what we did without an answer: acknowledged, answered, taken further, withdrawn."""
    referral, concern = _open_referral(request, reference)
    need_to_know.check_can_decide(request.user, concern)
    what = request.POST.get("what", "")
    steps = {
        "acknowledge": (
            forms.AcknowledgementForm,
            operations.record_acknowledgement,
            "The acknowledgement is recorded.",
        ),
        "answer": (forms.AnswerForm, operations.record_referral_outcome, "The answer is recorded."),
        "chase": (forms.ChaseForm, operations.chase_referral, "Recorded that you asked again."),
        "confirm": (forms.ConfirmForm, operations.confirm_referral_in_writing, "Recorded."),
        "escalate": (forms.EscalateForm, operations.escalate_referral, "Recorded that you took this further."),
        "withdraw": (
            forms.WithdrawForm,
            operations.withdraw_referral,
            "The referral is withdrawn; it stays in the file.",
        ),
    }
    if request.method == "GET" or what not in steps:
        return redirect("concerns:referral_detail", reference=referral.reference)
    form_class, operation, done = steps[what]
    form = form_class(request.POST, prefix=what)
    if form.is_valid():
        try:
            operation(referral=referral, by=request.user, **form.cleaned_data)
        except StaleEdit as stale:
            referral, concern = _open_referral(request, reference)
            data = request.POST.copy()
            data[form.add_prefix("version")] = str(referral.version)
            form = form_class(data, prefix=what)
            form.add_error(None, f"{stale} Press the button again if it still fits.")
        except WrongState as refused:
            form.add_error(None, str(refused))
        except ValidationError as refused:
            put_errors(form, refused)
        else:
            messages.success(request, done)
            return redirect("concerns:referral_detail", reference=referral.reference)
    return _referral_page(request, referral, concern, **{what: form})


@require_GET
def referral_document(request: HttpRequest, reference: str) -> HttpResponse:
    """The referral as a printable document (DEC-10): for one child, the others' names taken out (CON-14)."""
    referral, concern = _open_referral(request, reference)
    need_to_know.check_can_decide(request.user, concern)
    cards = case_page.children_of(concern, request.user)
    asked_for = request.GET.get("child", "")
    card = next((each for each in cards if str(each.child.pk) == asked_for), cards[0])
    document = pdf.referral_document(referral=referral, concern=concern, card=card, cards=cards, by=request.user)
    trail.note(by=request.user, act="printed", record=referral, reference=referral.reference, why="referral document")
    response = HttpResponse(document, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{referral.reference}.pdf"'
    return response
