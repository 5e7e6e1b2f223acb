"""The DSL's pages: one concern read and decided on, its referrals, follow-ups, sharing and documents.

Line 1 of each view: who (the door). Line 2: whether. Then form, operation, way on.
"""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concerns import alerts, case_page, keeping, need_to_know, operations, pdf
from concerns.forms import deciding as forms
from concerns.models import Concern, Draft
from concerns.states import FollowUpState, ReferralState, State
from concerns.terms import Form as FormOfDraft
from concerns.terms import Option
from lps_safeguarding.access import sharing
from lps_safeguarding.access.door import open_record
from lps_safeguarding.access.levels import Level
from lps_safeguarding.access.refusals import NotThere, StaleEdit, WrongState
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people.models import Role, User
from lps_safeguarding.vault import files as vault_files
from lps_safeguarding.web import typed
from lps_safeguarding.web.templatetags.lps import error_summary, time24


def _open(request: HttpRequest, reference: str) -> Concern:
    """The concern through the door, with the people whose names the pages show."""
    concern = _open_bare(request, reference)
    case_page.name_people(([concern], case_page.PEOPLE_OF_A_CONCERN))
    return concern


def _open_bare(request: HttpRequest, reference: str) -> Concern:
    """The concern through the door, without its people: `case_page.case` names them with all the others."""
    readable = need_to_know.readable_by(request.user).select_related("key", "service")
    return open_record(request, readable, reference=reference)


def _open_to_decide(request: HttpRequest, reference: str) -> Concern:
    concern = _open(request, reference)
    need_to_know.check_can_decide(request.user, concern)
    return concern


def _back_to(concern: Concern, at: str = "") -> HttpResponse:
    return redirect(reverse("concerns:concern_detail", args=[concern.reference]) + at)


def _posted(request: HttpRequest):
    """What a form is bound to; an empty post is still a post."""
    return request.POST if request.method == "POST" else None


def colleagues() -> forms.Colleagues:
    """Everyone with an account, to choose an owner from."""
    return forms.Colleagues(case_page.people_to_ask())


@require_GET
def colleagues_list(request: HttpRequest) -> HttpResponse:
    """Names and posts of everybody with an account, fetched by the page of a big school when somebody begins to type."""
    need_to_know.check_may_name_colleagues(request.user)
    return JsonResponse({"labels": colleagues().labels})


# --- One concern ----------------------------------------------------------------------------------------------------
@require_GET
def concern_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """By level: the triage screen, a summary, or one's own entry. A DSL's opening counts as reading it (CON-12)."""
    concern = _open_bare(request, reference)
    if concern.level != Level.FULL:
        case_page.name_people(([concern], case_page.PEOPLE_OF_A_CONCERN))
    if concern.level == Level.OWN_ENTRY:
        from concerns.views.reporting import own_entry

        return own_entry(request, concern)
    if concern.level == Level.SUMMARY:
        return _summary(request, concern)
    operations.mark_read(concern=concern, by=request.user)
    alerts.opened(concern, request.user)
    if not need_to_know.can_decide(request.user, concern):
        return _page(request, concern, None)
    draft = keeping.decision_draft(request.user, concern)
    triage = _triage(request.user, concern, typed.as_posted(draft.typed) if draft else None)
    triage.forget_errors()
    return _page(request, concern, triage, draft=draft)


def _summary(request: HttpRequest, concern: Concern) -> HttpResponse:
    shares = list(sharing.of(concern).select_related("key", "shared_by__adult"))
    mine = [each for each in shares if each.with_person_id == request.user.pk and each.is_open]
    context = {
        "concern": concern,
        "cards": case_page.children_of(concern, request.user),
        "kinds": case_page.kind_labels(concern.kinds),
        "referrals": case_page.referrals_told(concern, request.user),
        "shares": mine,
        "now": timezone.now(),
    }
    return render(request, "concerns/deciding/summary.html", context)


def _triage(user: User, concern: Concern, data: Any = None) -> forms.Triage:
    dsls = need_to_know.dsls_to_choose(concern.service)
    return forms.Triage(concern, dsls=dsls, colleagues=colleagues(), by=user, data=data)


def _page(
    request: HttpRequest,
    concern: Concern,
    triage: forms.Triage | None,
    *,
    stale: StaleEdit | None = None,
    draft: Draft | None = None,
) -> HttpResponse:
    case = case_page.case(concern, request.user)
    was_typed = triage is not None and triage.data is not None
    context = {
        "concern": concern,
        "case": case,
        "triage": triage,
        "show_form": triage is not None
        and (was_typed or (concern.state != State.CLOSED and (case.waits_for_decision or "decide" in request.GET))),
        "opened_at": _opened_at(triage) if stale is None and was_typed else timezone.now().isoformat(),
        "draft": draft,
        "slip": typed.slip_for(request.user, triage.key) if triage else "",
        "decision_on": keeping.DECISION_ON,
        "stale": stale,
        "happened_meanwhile": _meanwhile(request, case) if stale else [],
        "is_author": concern.author_id == request.user.pk,
        "typed": was_typed,
        "all_forms": triage.all_forms if was_typed else [],
        "summary": error_summary(*triage.all_forms) if was_typed else None,
        "shown_proposals": triage.shown_proposals() if triage else [],
        "has_queue": need_to_know.is_on_safeguarding_team(request.user),
        "trail_url": _trail_url(request.user, concern),
        "now": timezone.now(),
        "today": timezone.localdate(),
    }
    return render(request, "concerns/deciding/triage.html", context)


def _trail_url(user: User, concern: Concern) -> str:
    """Who has looked: the lead DSL can see it (CPF-06)."""
    return reverse("overview:trail_of_record", args=[concern.reference]) if user.has_role(Role.LEAD_DSL) else ""


def _opened_at(triage: forms.Triage) -> str:
    """When the page was opened on which this was typed: what others did since then is told."""
    return str(triage.data.get("opened_at", ""))[:40]


def _meanwhile(request: HttpRequest, case: case_page.Case) -> list[case_page.Event]:
    """What was recorded since this person opened the page, and not by them."""
    try:
        opened = parse_datetime(request.POST.get("opened_at", "")[:40])
    except ValueError:
        opened = None
    if opened is None or timezone.is_naive(opened):
        opened = timezone.now() - datetime.timedelta(hours=12)
    return case.since(opened, but_not_by=request.user)


@require_http_methods(["GET", "POST"])
def decision_add(request: HttpRequest, reference: str) -> HttpResponse:
    """The way to the form; a post without the form's key is taken as well."""
    concern = _open_to_decide(request, reference)
    return _decide(request, concern)


@require_http_methods(["GET", "POST"])
@typed.keeps_typed(keeping.keep_when_signed_out(FormOfDraft.STANDARD))
def decision_form(request: HttpRequest, reference: str, key: uuid.UUID) -> HttpResponse:
    """The form with its key: when the session ends in mid-sentence, what was typed waits in the writer's draft."""
    concern = _open_to_decide(request, reference)
    return _decide(request, concern)


def _decide(request: HttpRequest, concern: Concern) -> HttpResponse:
    """Record the whole triage with one press (DEC-02). The steps in between keep what was typed."""
    reference = concern.reference
    if request.method == "GET":
        return redirect(reverse("concerns:concern_detail", args=[concern.reference]) + "?decide#decision")
    step = request.POST.get("step", "")
    triage = _triage(request.user, concern, _with_step(request, concern, step))
    if step:
        triage.forget_errors()
        return _page(request, concern, triage)
    if not triage.is_valid():
        return _page(request, concern, triage)
    try:
        with transaction.atomic():
            decision = operations.record_decision(concern=concern, by=request.user, **triage.given())
            keeping.forget(request.user, triage.key)
            to = triage.assigned_to
            if to is not None and to.pk != concern.assigned_to_id:
                operations.assign(concern=concern, by=request.user, to=to)
    except StaleEdit as stale:
        now = _open(request, reference)
        triage = _triage(request.user, now, _with_version(request, now))
        triage.forget_errors()
        return _page(request, now, triage, stale=stale)
    except WrongState as refused:
        triage.decision.add_error(None, str(refused))
    except ValidationError as refused:
        forms.put_errors(triage.decision, refused)
    else:
        messages.success(request, f"The decision was recorded at {time24(decision.decided_at)}.")
        return _back_to(concern, "#happened")
    return _page(request, concern, triage)


def _with_step(request: HttpRequest, concern: Concern, step: str):
    """What was posted, with what a step in between adds: the proposals ticked, one more row."""
    data = request.POST.copy()
    if step == "proposals":
        shown = forms.Triage(
            concern, dsls=None, colleagues=forms.Colleagues(User.objects.none()), by=request.user, data=data
        )
        chosen = data.getlist("options")
        proposed = [str(each.option) for each in shown.shown_proposals()]
        data.setlist("options", [*chosen, *(option for option in proposed if option not in chosen)])
    elif step == "follow_up":
        data["follow_ups"] = str(min(_number(data.get("follow_ups")) + 1, forms.MOST_FOLLOW_UPS))
    return data


def _with_version(request: HttpRequest, concern: Concern):
    data = request.POST.copy()
    data["version"] = str(concern.version)
    return data


def _number(typed: Any) -> int:
    return int(typed) if str(typed or "").isdecimal() and len(str(typed)) < 4 else 1


def _one_form(
    request: HttpRequest, concern: Concern, form, do, *, title: str, button: str, done: str, at: str = "", **more
):
    """A page with one small form about a concern: shown, refused with sentences, or done and back to the concern."""
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                do(form.cleaned_data)
        except StaleEdit as stale:
            now = _open(request, concern.reference)
            data = request.POST.copy()
            data["version"] = str(now.version)
            form.data = data
            form.add_error(None, f"{stale} Press the button again if you still want this.")
        except WrongState as refused:
            form.add_error(None, str(refused))
        except ValidationError as refused:
            forms.put_errors(form, refused)
        else:
            messages.success(request, done)
            return _back_to(concern, at)
    context = {"concern": concern, "form": form, "title": title, "button": button, **more}
    return render(request, "concerns/deciding/one_form.html", context)


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, reference: str) -> HttpResponse:
    concern = _open_to_decide(request, reference)
    form = forms.CloseForm(_posted(request), initial={"version": concern.version, "submission_key": uuid.uuid4()})

    def do(given: dict[str, Any]) -> None:
        operations.close_concern(concern=concern, by=request.user, **given)

    return _one_form(
        request, concern, form, do, title="Close this concern", button="Close", done="The concern is closed.",
        at="#happened", open_things=case_page.case(concern, request.user),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, reference: str) -> HttpResponse:
    concern = _open_to_decide(request, reference)
    form = forms.ReopenForm(_posted(request), initial={"version": concern.version})

    def do(given: dict[str, Any]) -> None:
        operations.reopen_concern(concern=concern, by=request.user, **given)

    return _one_form(
        request, concern, form, do, title="Open this concern again", button="Open again",
        done="The concern is open again and waits for a decision.", at="#decision",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest, reference: str) -> HttpResponse:
    concern = _open_to_decide(request, reference)
    dsls = need_to_know.dsls_to_choose(concern.service)
    initial = {"version": concern.version, "to": concern.assigned_to_id}
    form = forms.AssignForm(_posted(request), dsls=dsls, initial=initial)

    def do(given: dict[str, Any]) -> None:
        operations.assign(concern=concern, by=request.user, **given)

    return _one_form(
        request, concern, form, do, title="Who has this from now on", button="Give it to them",
        done="Done. They have been alerted.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def feedback_add(request: HttpRequest, reference: str) -> HttpResponse:
    concern = _open_to_decide(request, reference)
    form = forms.FeedbackForm(_posted(request), initial={"submission_key": uuid.uuid4()})

    def do(given: dict[str, Any]) -> None:
        operations.give_feedback(concern=concern, by=request.user, **given)

    return _one_form(
        request, concern, form, do, title="Word to the reporter", button="Send",
        done=f"Sent at {time24(timezone.now())}. The reporter sees it with their entry.", at="#happened",
    )  # fmt: skip


@require_POST
def talk_take_up(request: HttpRequest, reference: str) -> HttpResponse:
    """The reporter asked for a talk (CON-13): a DSL says that they take it up."""
    concern = _open_to_decide(request, reference)
    operations.take_up_talk(concern=concern, by=request.user)
    messages.success(request, f"Taken up. Speak to {concern.author.name} soon.")
    return _back_to(concern)


@require_http_methods(["GET", "POST"])
def share(request: HttpRequest, reference: str) -> HttpResponse:
    """Let a colleague see this concern; the access and its record are one step (DEC-12)."""
    concern = _open(request, reference)
    need_to_know.check_can_share(request.user, concern)
    form = forms.ShareForm(_posted(request), colleagues=colleagues())

    def do(given: dict[str, Any]) -> None:
        sharing.share(record=concern, by=request.user, **given)

    return _one_form(
        request, concern, form, do, title="Share with a colleague", button="Share",
        done="Shared. It is recorded with the concern.", at="#sharing", colleagues=form.fields["with_person"].colleagues,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def share_outside(request: HttpRequest, reference: str) -> HttpResponse:
    """Record what an outside body was told (DEC-12)."""
    concern = _open(request, reference)
    need_to_know.check_can_share(request.user, concern)
    form = forms.ShareOutsideForm(_posted(request), initial={"at": timezone.now()})

    def do(given: dict[str, Any]) -> None:
        sharing.record_outside(record=concern, by=request.user, shared_at=given.pop("at"), **given)

    return _one_form(
        request, concern, form, do, title="Record what an outside body was told", button="Record", done="Recorded.",
        at="#sharing",
    )  # fmt: skip


@require_POST
def share_end(request: HttpRequest, reference: str, sharing_id: uuid.UUID) -> HttpResponse:
    concern = _open(request, reference)
    need_to_know.check_can_share(request.user, concern)
    row = sharing.of(concern).filter(pk=sharing_id).first()
    if row is None:
        raise NotThere
    try:
        sharing.end(sharing=row, record=concern, by=request.user)
        messages.success(request, "Ended. This person cannot open the concern through this any more.")
    except WrongState as refused:
        messages.error(request, str(refused))
    return _back_to(concern, "#sharing")


# --- Documents ------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def file_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep a document with the concern. What is refused is refused with a sentence (CON-08)."""
    concern = _open(request, reference)
    need_to_know.check_can_file_document(request.user, concern)
    form = forms.DocumentForm(_posted(request), request.FILES if request.method == "POST" else None)

    def do(given: dict[str, Any]) -> None:
        try:
            checked = vault_files.check_upload(given["document"])
            operations.file_document(concern=concern, by=request.user, checked=checked)
        except vault_files.Refused as refused:
            raise ValidationError({"document": str(refused)}) from refused

    return _one_form(
        request, concern, form, do, title="Add a document", button="Add", done="The document is kept with the concern.",
        at="#documents", multipart=True,
    )  # fmt: skip


@require_GET
def file_get(request: HttpRequest, reference: str, file_id: uuid.UUID) -> HttpResponse:
    """Download a document. Its own name is sealed: it travels in the answer's header, never in an address."""
    concern = _open(request, reference)
    if concern.level == Level.SUMMARY:
        raise NotThere
    filed = concern.files.filter(pk=file_id).select_related("file__key").first()
    if filed is None or (concern.level == Level.OWN_ENTRY and filed.added_by_id != request.user.pk):
        raise NotThere
    trail.note(by=request.user, act="downloaded", record=concern, reference=concern.reference, why="document")
    return HttpResponse(vault_files.open_bytes(filed.file), headers=vault_files.download_headers(filed.file))


# --- Referrals ------------------------------------------------------------------------------------------------------
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
    concern = _open_to_decide(request, reference)
    asked_for = request.GET.get("agency", "")
    initial = {"made_at": timezone.now(), "agency": asked_for if asked_for in Option.values else None}
    form = forms.OneReferralForm(_posted(request), initial=initial)

    def do(given: dict[str, Any]) -> None:
        operations.make_referral(concern=concern, by=request.user, **given)

    return _one_form(
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
        "escalate": forms.EscalateForm(initial={"version": referral.version}, prefix="escalate"),
        "withdraw": forms.WithdrawForm(initial={"version": referral.version}, prefix="withdraw"),
    }
    open_now = referral.state in (ReferralState.MADE, ReferralState.ACKNOWLEDGED)
    can_decide = need_to_know.can_decide(request.user, concern)
    shown = {
        "acknowledge": referral.state == ReferralState.MADE,
        "answer": open_now,
        "escalate": referral.state != ReferralState.WITHDRAWN,
        "withdraw": open_now,
    }
    context = {
        "referral": referral,
        "not_recorded": [
            text for what, form in with_errors.items() if not shown[what] for text in forms.typed_texts(form)
        ],
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
            forms.put_errors(form, refused)
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


# --- Follow-ups -----------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def follow_up_add(request: HttpRequest, reference: str) -> HttpResponse:
    concern = _open_to_decide(request, reference)
    form = forms.OneFollowUpForm(_posted(request), colleagues=colleagues())

    def do(given: dict[str, Any]) -> None:
        operations.set_follow_up(concern=concern, by=request.user, **given)

    return _one_form(
        request, concern, form, do, title="Add a follow-up", button="Add", done="Added. They have been alerted.",
        at="#follow-ups", colleagues=form.fields["owner"].colleagues,
    )  # fmt: skip


def _open_follow_up(request: HttpRequest, reference: str):
    follow_ups = need_to_know.follow_ups_readable_by(request.user).select_related(
        "key", "owner__adult", "set_by__adult", "ended_by__adult"
    )
    return open_record(request, follow_ups, reference=reference)


def _follow_up_page(request: HttpRequest, follow_up, form=None) -> HttpResponse:
    """An owner sees what is to be done and by when, and nothing of the concern (DEC-13)."""
    context = {
        "follow_up": follow_up,
        "form": form or forms.FollowUpEndForm(initial={"version": follow_up.version}),
        "not_recorded": forms.typed_texts(form) if form and follow_up.state != FollowUpState.OPEN else [],
        "full": follow_up.level == Level.FULL,
        "may_end": need_to_know.can_end_follow_up(request.user, follow_up),
        "today": timezone.localdate(),
    }
    return render(request, "concerns/deciding/follow_up.html", context)


@require_GET
def follow_up_detail(request: HttpRequest, reference: str) -> HttpResponse:
    follow_up = _open_follow_up(request, reference)
    return _follow_up_page(request, follow_up)


@require_http_methods(["GET", "POST"])
def follow_up_end(request: HttpRequest, reference: str) -> HttpResponse:
    follow_up = _open_follow_up(request, reference)
    need_to_know.check_can_end_follow_up(request.user, follow_up)
    if request.method == "GET":
        return redirect("concerns:follow_up_detail", reference=follow_up.reference)
    form = forms.FollowUpEndForm(request.POST)
    if form.is_valid():
        try:
            operations.end_follow_up(follow_up=follow_up, by=request.user, **form.cleaned_data)
        except StaleEdit as stale:
            follow_up = _open_follow_up(request, reference)
            data = request.POST.copy()
            data["version"] = str(follow_up.version)
            form = forms.FollowUpEndForm(data)
            form.add_error(None, f"{stale} Press the button again if it still fits.")
        except WrongState as refused:
            form.add_error(None, str(refused))
        except ValidationError as refused:
            forms.put_errors(form, refused)
        else:
            messages.success(request, f"Recorded at {time24(timezone.now())}. Whoever asked for it has been told.")
            return redirect("concerns:follow_up_detail", reference=follow_up.reference)
    return _follow_up_page(request, follow_up, form)


@require_POST
def follow_up_reopen(request: HttpRequest, reference: str) -> HttpResponse:
    follow_up = _open_follow_up(request, reference)
    need_to_know.check_can_end_follow_up(request.user, follow_up)
    try:
        operations.reopen_follow_up(follow_up=follow_up, by=request.user)
        messages.success(request, "This is to do again.")
    except WrongState as refused:
        messages.error(request, str(refused))
    return redirect("concerns:follow_up_detail", reference=follow_up.reference)
