"""The intake of a concern about an adult, its receipt for the reporter, and the pages of the person who receives it.

As in concerns, each form has a key made for its writer (web/typed.py), which is the draft's id and the submission's.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allegations import choosing, forms, keeping, need_to_know, operations
from allegations.models import IntakeDraft, StaffConcern
from allegations.terms import About
from lps_safeguarding.access import door
from lps_safeguarding.access.levels import Level
from lps_safeguarding.access.refusals import NotThere
from lps_safeguarding.people import duty
from lps_safeguarding.web import hide, typed
from lps_safeguarding.web.templatetags.lps import time24

FORMS: dict[str, type[forms.Intake]] = {About.ADULT: forms.AdultIntake, About.HEADTEACHER: forms.HeadteacherIntake}
PAGES = {About.ADULT: "allegations:intake_adult_form", About.HEADTEACHER: "allegations:intake_headteacher_form"}


# --- Which intake ---------------------------------------------------------------------------------------------------
@require_GET
def intake_adult(request: HttpRequest) -> HttpResponse:
    """A new form about an adult, with a key of its own."""
    return redirect("allegations:intake_adult_form", key=typed.new_key(request.user))


@require_GET
def intake_headteacher(request: HttpRequest) -> HttpResponse:
    """A new form about the headteacher, with a key of its own."""
    return redirect("allegations:intake_headteacher_form", key=typed.new_key(request.user))


@require_http_methods(["GET", "POST"])
def intake_not_sure(request: HttpRequest) -> HttpResponse:
    """Three questions; nothing about anybody is typed yet (CON-02)."""
    form = forms.NotSure(request.POST or None)
    nowhere = False
    if request.method == "POST" and form.is_valid():
        page = form.leads_to()
        if page:
            return redirect(page)
        nowhere = True
    now = timezone.now()
    context = {"form": form, "nowhere": nowhere, "lado": choosing.lado(), "lead_dsl": duty.lead_dsl(now)}
    return render(request, "allegations/not_sure.html", context)


# --- The form -------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@typed.keeps_typed(keeping.keep_when_signed_out(About.ADULT))
def intake_adult_form(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """To the headteacher, or the senior teacher who acts (ALG-01)."""
    return _form_page(request, key, About.ADULT)


@require_http_methods(["GET", "POST"])
@typed.keeps_typed(keeping.keep_when_signed_out(About.HEADTEACHER))
def intake_headteacher_form(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """To the chair; the headteacher cannot see it (ALG-02)."""
    return _form_page(request, key, About.HEADTEACHER)


def _form_page(request: HttpRequest, key: uuid.UUID, about: About) -> HttpResponse:
    sent = need_to_know.receipts_of(request.user).filter(submission_key=key).first()
    if sent is not None:
        return redirect("allegations:sent", reference=sent.reference)
    draft = _draft(request, key)
    if request.method == "GET":
        if draft is not None and draft.about != about:
            return redirect(PAGES[About(draft.about)], key=key)
        return _show(request, key, about, _unsent_form(request, about, draft.typed if draft else {}), draft=draft)
    post = request.POST
    form = FORMS[about](post, user=request.user)
    if isinstance(form, forms.AdultIntake) and form.goes_to_chair(
        choosing.chosen_adult(request.user, post.get("adult", ""))
    ):
        return _to_the_chair(request, key)
    action = post.get("action", "send")
    if action == "find":
        unsent = _unsent_form(request, about, typed.to_keep(post))
        return _show(request, key, about, unsent, found=post.get("adult_name", ""))
    refused = keeping.try_to_keep(request.user, key, about, post)
    if action == "later" and not refused:
        messages.success(request, f"Saved at {time24(timezone.now())}. Only you can see it. Finish it within 7 days.")
        return redirect("allegations:mine")
    if refused:
        form.add_error(None, refused)
    elif form.is_valid():
        concern = _submit(request, key, form)
        if concern is not None:
            return redirect("allegations:sent", reference=concern.reference)
    return _show(request, key, about, form, found=post.get("adult_name", ""))


def _to_the_chair(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The adult chosen is the headteacher: on to the chair's form before anything else, with all that was typed."""
    refused = keeping.try_to_keep(request.user, key, About.HEADTEACHER, request.POST)
    messages.info(
        request,
        refused
        or "This is about the headteacher, so it goes to the chair of the management committee. "
        "The headteacher will not see it. What you typed is still here.",
    )
    return redirect("allegations:intake_headteacher_form", key=key)


def _draft(request: HttpRequest, key: uuid.UUID) -> IntakeDraft | None:
    """The person's draft with this key; none yet for a fresh key of theirs; 404 for any other key."""
    draft = need_to_know.drafts_of(request.user).select_related("key").filter(pk=key).first()
    if draft is None and not typed.is_key_of(request.user, key):
        raise NotThere
    return draft


def _unsent_form(request: HttpRequest, about: About, kept: dict[str, list[str]]) -> forms.Intake:
    blank = FORMS[about](user=request.user)
    return FORMS[about](user=request.user, initial=typed.initial_of(blank, kept))


def _submit(request: HttpRequest, key: uuid.UUID, form: forms.Intake) -> StaffConcern | None:
    """Send it. None: refused, and the form says why."""
    who: dict[str, Any]
    if isinstance(form, forms.HeadteacherIntake):
        who = {"subjects": form.subjects(), "chair_is_part": form.cleaned_data["chair_is_part"]}
    else:
        chosen = form.cleaned_data["chosen"]
        who = {"subjects": [chosen] if chosen else [], "subject_typed": form.cleaned_data["subject_typed"]}
    try:
        return operations.submit_staff_concern(
            by=request.user,
            submission_key=key,
            about=form.about,
            draft=need_to_know.drafts_of(request.user).select_related("key").filter(pk=key).first(),
            **who,
            **form.account(),
        )
    except ValidationError as refused:
        for name, errors in getattr(refused, "error_dict", {None: refused.messages}).items():
            form.add_error(name if name in form.fields else None, errors)
    return None


def _show(
    request: HttpRequest,
    key: uuid.UUID,
    about: About,
    form: forms.Intake,
    *,
    draft: IntakeDraft | None = None,
    found: str = "",
) -> HttpResponse:
    now = timezone.now()
    chosen = choosing.chosen_adult(request.user, form["adult"].value() or "") if "adult" in form.fields else None
    context = {
        "form": form,
        "key": key,
        "about": about,
        "slip": typed.slip_for(request.user, key),
        "saved_at": time24(draft.saved_at) if draft else "",
        "sign_in_url": request.path,
        "chosen": chosen,
        "found": choosing.find_adults(request.user, found) if found else None,
        "goes_to": duty.chair_now(now) if about == About.HEADTEACHER else duty.headteacher_now(now),
        "lado": choosing.lado(),
    }
    return render(request, f"allegations/intake_{about}.html", context)


@require_POST
def adult_find(request: HttpRequest) -> HttpResponse:
    """What the script asks while a name is typed. Never by GET."""
    form = _unsent_form(request, About.ADULT, typed.to_keep(request.POST))
    context = {
        "form": form,
        "chosen": choosing.chosen_adult(request.user, request.POST.get("adult", "")),
        "found": choosing.find_adults(request.user, request.POST.get("adult_name", "")),
    }
    return render(request, "allegations/adult_choices.html", context)


@require_POST
@hide.saves_drafts
@typed.keeps_typed(keeping.keep_when_signed_out(None))
def draft_save(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Save while typing; asked by static/js/drafts.js (CON-18)."""
    _draft(request, key)
    refused = keeping.try_to_keep(request.user, key, keeping.about_of(request.POST), request.POST)
    if refused:
        return JsonResponse({"refused": refused}, status=409)
    return JsonResponse({"saved_at": time24(timezone.now()), "draft": str(key)})


@require_http_methods(["GET", "POST"])
def draft_discard(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Throw a draft away, after asking once."""
    draft = need_to_know.drafts_of(request.user).select_related("key").filter(pk=key).first()
    if draft is None:
        raise NotThere
    if request.method == "POST":
        operations.discard_draft(by=request.user, draft=draft)
        messages.success(request, "Deleted for good. Nobody had seen it.")
        return redirect("allegations:mine")
    return render(request, "allegations/discard.html", {"draft": draft, "go_on_url": _page_of(draft)})


def _page_of(draft: IntakeDraft) -> str:
    return reverse(PAGES[About(draft.about)], args=[draft.pk])


# --- The reporter's receipt -----------------------------------------------------------------------------------------
@require_GET
def sent(request: HttpRequest, reference: str) -> HttpResponse:
    """That it was sent, to whom, and whether it was read. Nothing of what was written is shown again."""
    concern = door.open_record(
        request,
        need_to_know.receipts_of(request.user).select_related("routed_to__adult"),
        reference=reference,
        act="read_own",
    )
    return render(request, "allegations/sent.html", {"concern": concern, "lado": choosing.lado()})


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The person's receipts, and what is not sent yet."""
    door.note_list(request, "own receipts")
    drafts = [(draft, _page_of(draft)) for draft in need_to_know.drafts_of(request.user)]
    receipts = need_to_know.receipts_of(request.user).order_by("-submitted_at")[:50]
    return render(request, "allegations/mine.html", {"receipts": receipts, "drafts": drafts})


# --- Whoever receives it --------------------------------------------------------------------------------------------
@require_GET
def received(request: HttpRequest) -> HttpResponse:
    """What this person has to deal with, newest first. Others do not find this page."""
    if not need_to_know.may_receive(request.user):
        raise NotThere
    door.note_list(request, "concerns about adults")
    concerns = need_to_know.received_by(request.user).select_related("key", "subject", "read_by__adult")
    return render(request, "allegations/received.html", {"concerns": concerns.order_by("-submitted_at")[:200]})


@require_GET
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """The account as it was given. Whoever only wrote it gets the receipt."""
    readable = need_to_know.readable_by(request.user).select_related(
        "key", "subject", "second_subject", "author__adult", "read_by__adult"
    )
    concern = door.open_record(request, readable, reference=reference)
    if concern.level != Level.FULL:
        return redirect("allegations:sent", reference=concern.reference)
    operations.mark_read(concern=concern, by=request.user)
    return render(request, "allegations/detail.html", {"concern": concern, "lado": choosing.lado()})
