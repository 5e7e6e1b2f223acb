"""The reporter's pages: log a concern, find out what became of it, add to it, say that one is still worried.

Each filled-in form has a key in its address, made for this person (web/typed.py): the same key is the draft's id and
the submission's, so that Back, a double click and a second post all lead to the one entry that was made.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concerns import alerts, choosing, duties, keeping, need_to_know, operations, reporter_page
from concerns.case_page import particular_labels
from concerns.forms import reporting as forms
from concerns.forms.injuries import UNLISTED
from concerns.keeping import ADDENDUM_TO, DECISION_ON, NOTICE, STILL_WORRIED
from concerns.models import Concern, Draft
from concerns.terms import CameToLight, Form, Kind, Notice
from lps_safeguarding.access import door
from lps_safeguarding.access.refusals import NotThere
from lps_safeguarding.alerts import outbox
from lps_safeguarding.people import operations as people_operations
from lps_safeguarding.people.models import Child
from lps_safeguarding.vault import files as vault_files
from lps_safeguarding.web import hide, typed
from lps_safeguarding.web.templatetags.lps import time24, when

FORMS: dict[str, type[forms.Entry]] = {Form.PINK: forms.PinkForm, Form.STANDARD: forms.StandardForm}
PAGES_OF_NOTICES: dict[str, str] = {
    Notice.MISSING: "concerns:missing_form",
    Notice.ENCOMPASS: "concerns:encompass_form",
}
PAGES = {Form.PINK: "concerns:log_pink_form", Form.STANDARD: "concerns:log_standard_form"}


# --- The two questions ----------------------------------------------------------------------------------------------
@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """Who is it about? Asked before anything is typed, so that it reaches only those who may know (CON-02)."""
    context = {
        "unsent": reporter_page.unsent(request.user),
        "may_report_missing": need_to_know.may_report_missing_child(request.user),
        "may_log_notice": need_to_know.may_log_notice(request.user),
    }
    return render(request, "concerns/reporting/about.html", context)


@require_GET
def log_immediate(request: HttpRequest) -> HttpResponse:
    """Is the child at risk of harm right now (CON-03)?"""
    return render(request, "concerns/reporting/immediate.html")


@require_GET
def log_pink(request: HttpRequest) -> HttpResponse:
    """A new pink form, with a key of its own."""
    return redirect("concerns:log_pink_form", key=typed.new_key(request.user))


@require_GET
def log_standard(request: HttpRequest) -> HttpResponse:
    """A new standard entry, with a key of its own."""
    return redirect("concerns:log_standard_form", key=typed.new_key(request.user))


# --- The forms ------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@typed.keeps_typed(keeping.keep_when_signed_out(Form.PINK))
def log_pink_form(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One page, sent at once: every minute counts (CON-03, CON-04)."""
    return _form_page(request, key, Form.PINK)


@require_http_methods(["GET", "POST"])
@typed.keeps_typed(keeping.keep_when_signed_out(Form.STANDARD))
def log_standard_form(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One page, then a last look before it is sent (CON-04 to CON-07)."""
    return _form_page(request, key, Form.STANDARD)


def _form_page(request: HttpRequest, key: uuid.UUID, which: Form) -> HttpResponse:
    sent = need_to_know.was_sent(request.user, key)
    if sent:
        return redirect("concerns:log_sent", reference=sent)
    draft = _draft(request, key)
    if draft is not None and ADDENDUM_TO in draft.typed:
        return redirect("concerns:log")
    if _is_short_form(draft):
        return redirect("concerns:draft_open", key=key)
    if request.method == "GET":
        return _show(request, key, which, _unsent_form(request, which, draft.typed if draft else {}), draft=draft)
    action = request.POST.get("action", "send")
    if action == "find" or _injury_step(action):
        form = _unsent_form(request, which, typed.to_keep(request.POST), injury_step=_injury_step(action))
        return _show(request, key, which, form, found=request.POST.get("child_name", ""))
    children = choosing.chosen_children(request.user, request.POST.getlist("child"))
    form = FORMS[which](request.POST, user=request.user, children=children)
    if which == Form.PINK and action == "send" and form.is_valid():
        # Sent at once. A failure takes the whole request back, so a draft made first would not outlive it either.
        concern = _submit(request, key, form, parts=forms.parts_in(form.cleaned_data))
        if concern is not None:
            return after_sending(request, concern)
    refused = _keep(request, key, which)
    if action == "later" and not refused:
        messages.success(request, f"Saved at {time24(timezone.now())}. Only you can see it. Finish it within 7 days.")
        return redirect("concerns:mine")
    if action in ("to_pink", "to_standard") and not refused:
        return redirect(PAGES[Form.PINK if action == "to_pink" else Form.STANDARD], key=key)
    if refused:
        form.add_error(None, refused)
    elif which == Form.STANDARD and form.is_valid():
        return redirect("concerns:log_check", key=key)
    return _show(request, key, which, form, found=request.POST.get("child_name", ""))


def _is_short_form(draft: Draft | None) -> bool:
    """A draft of a form that has a page of its own (views/notices.py)."""
    return draft is not None and (draft.typed.get(NOTICE) or [""])[0] in PAGES_OF_NOTICES


def after_sending(request: HttpRequest, concern: Concern) -> HttpResponse:
    """On to the page that says what happens now; a conflict of interest shuts that page too, and then a sentence does."""
    if need_to_know.level_of(request.user, concern) is None:
        messages.success(
            request, f"Sent at {time24(timezone.now())}. A DSL has been alerted. Tell them in person now."
        )
        return redirect("concerns:mine")
    return redirect("concerns:log_sent", reference=concern.reference)


def _draft(request: HttpRequest, key: uuid.UUID) -> Draft | None:
    return keeping.draft_for(request.user, key)


def _keep(request: HttpRequest, key: uuid.UUID, which: Form) -> str:
    """Save the draft before anything else happens. What cannot be saved comes back as a sentence."""
    try:
        keeping.keep(request.user, key, which, request.POST)
    except ValidationError as refused:
        return " ".join(refused.messages)
    return ""


def _injury_step(action: str) -> dict[str, Any]:
    """What the list of injuries does without a script: one more row, or one row less."""
    if action == "injury_add":
        return {"one_more": True}
    return {"without": action.removeprefix("remove_")} if action.startswith("remove_injury-") else {}


def _unsent_form(
    request: HttpRequest, which: Form, kept: dict[str, list[str]], *, injury_step: dict[str, Any] | None = None
) -> forms.Entry:
    """The form with what was typed so far, without complaints about what is not filled in yet."""
    children = choosing.chosen_children(request.user, kept.get("child", []))
    team = choosing.Team(timezone.now())
    blank = FORMS[which](user=request.user, children=children, team=team)
    if not kept:
        return blank
    return FORMS[which](
        user=request.user,
        children=children,
        team=team,
        initial=typed.initial_of(blank, kept),
        kept=kept,
        injury_step=injury_step,
    )


def _show(
    request: HttpRequest,
    key: uuid.UUID,
    which: Form,
    form: forms.Entry,
    *,
    draft: Draft | None = None,
    found: str = "",
) -> HttpResponse:
    chosen = form["child"].value() or []
    context = {
        "form": form,
        "key": key,
        "which": which,
        "slip": typed.slip_for(request.user, key),
        "draft": draft,
        "saved_at": time24(draft.saved_at) if draft else "",
        "sign_in_url": _way_back(request),
        "children": choosing.chosen_children(request.user, chosen),
        "found": choosing.find_children(request.user, found) if found else None,
        "on_duty": form.team.reception() if which == Form.PINK else [],
    }
    return render(request, f"concerns/reporting/{which}.html", context)


def _way_back(request: HttpRequest) -> str:
    """Where a script sends somebody whose sign-in has ended: the form itself, which asks to sign in first."""
    return request.path


def _submit(
    request: HttpRequest,
    key: uuid.UUID,
    form: forms.Entry,
    *,
    parts: dict[str, str],
    files: list[vault_files.CheckedFile] | None = None,
) -> Concern | None:
    """Send it. None: refused, and the form says why; nothing of it is stored then."""
    try:
        with transaction.atomic():
            children = children_sent(request, key, form)
            chosen = {child.pk for child in form.cleaned_data["child"]}
            keys = [str(child.pk) if child.pk in chosen else UNLISTED for child in children]
            return operations.submit_concern(
                by=request.user,
                submission_key=key,
                form=form.form,
                children=[(child, parts.get(whose, "")) for child, whose in zip(children, keys, strict=True)],
                passed_to=form.person_to_tell(children[0].service),
                draft=need_to_know.drafts_of(request.user).select_related("key").filter(pk=key).first(),
                files=files or [],
                marks=form.injuries.marks(children),
                **form.account(),
            )
    except ValidationError as refused:
        _put_errors(form, refused)
    except vault_files.Refused as refused:
        form.add_error(None, str(refused))
    return None


def children_sent(request: HttpRequest, key: uuid.UUID, form: forms.Entry) -> list[Child]:
    """The children chosen; and the one typed in because the list has no such name."""
    children = list(form.cleaned_data["child"])
    if form.cleaned_data["new_child_name"]:
        children.append(
            people_operations.name_unlisted_child(
                by=request.user,
                form_key=key,
                full_name=form.cleaned_data["new_child_name"],
                service=form.cleaned_data["new_child_service"],
                year_group=form.cleaned_data["new_child_year"],
            )
        )
    return children


def _put_errors(form: Any, refused: ValidationError) -> None:
    """The operation's sentences at the boxes they are about."""
    if not hasattr(refused, "error_dict"):
        form.add_error(None, refused)
        return
    for name, errors in refused.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


# --- The last look --------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@typed.keeps_typed(keeping.keep_parts_when_signed_out)
def log_check(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Everything at a glance, each line with a way to change it; documents; then send."""
    sent = need_to_know.was_sent(request.user, key)
    if sent:
        return redirect("concerns:log_sent", reference=sent)
    draft = _draft(request, key)
    if draft is None or ADDENDUM_TO in draft.typed or _is_short_form(draft):
        return redirect("concerns:log_standard_form", key=key)
    children = choosing.chosen_children(request.user, draft.typed.get("child", []))
    entry = forms.from_draft(forms.StandardForm, draft.typed, user=request.user, children=children)
    if not entry.is_valid():
        return _show(request, key, Form.STANDARD, entry, draft=draft)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    check = forms.CheckForm(
        *data, children=children, unlisted=entry.cleaned_data["new_child_name"], initial=_kept_parts(draft)
    )
    if request.method == "POST":
        keeping.add_to_draft(request.user, key, request.POST)
        files = _checked_files(request, check)
        if check.is_valid():
            concern = _submit(request, key, entry, parts=forms.parts_in(check.cleaned_data), files=files)
            if concern is not None:
                return after_sending(request, concern)
            if set(entry.errors) - {"__all__"}:
                return _show(request, key, Form.STANDARD, entry, draft=draft)
    context = {
        "form": check,
        "entry": entry,
        "key": key,
        "slip": typed.slip_for(request.user, key),
        "rows": _rows(entry, children),
        "charts": entry.injuries.charts,
        "change_url": reverse("concerns:log_standard_form", args=[key]),
    }
    return render(request, "concerns/reporting/check.html", context)


def _kept_parts(draft: Draft) -> dict[str, str]:
    return {name: values[0] for name, values in draft.typed.items() if name.startswith("part_") and values}


def _checked_files(request: HttpRequest, check: forms.CheckForm) -> list[vault_files.CheckedFile]:
    checked = []
    for uploaded in request.FILES.getlist("documents"):
        try:
            checked.append(vault_files.check_upload(uploaded))
        except vault_files.Refused as refused:
            check.add_error("documents", f"“{uploaded.name}”: {refused}")
    return checked


def _rows(entry: forms.Entry, children: list[Child]) -> list[dict[str, str]]:
    """The lines of the check page: label, what was typed, and the box it came from. Empty boxes are left out."""
    given = entry.cleaned_data
    names = [
        f"{child.name}{f', Year {child.year_group}' if child.year_group else ''}, {child.service}"
        for child in children
    ]
    if given["new_child_name"]:
        names.append(f"{given['new_child_name']}, {given['new_child_service']} (not on the list)")
    choice = dict(entry.fields["passed_to"].choices)
    brought = ", ".join(
        given[name] for name in ("brought_by_name", "brought_by_role", "brought_by_how") if given[name]
    )
    rows = [
        ("Who it is about", "\n".join(names), "child_name"),
        ("How it came to light", CameToLight(given["came_to_light"]).label, "came_to_light_0"),
        ("Agency", given["agency_name"], "agency_name"),
        ("The child’s own words", given["childs_words"], "childs_words"),
        ("What you saw and heard", given["what_was_seen"], "what_was_seen"),
        ("Injuries on the body map", _injuries_said(entry), "injuries"),
        ("What you asked", given["questions_asked"], "questions_asked"),
        ("Where and when you talked", given["conversation"], "conversation"),
        ("Who was there", given["who_was_present"], "who_was_present"),
        ("Where, or who told you", given["place"], "place"),
        ("When", when(given["observed_at"]), "observed_at_0"),
        ("Why this worries you", given["why_worried"], "why_worried"),
        ("What the child wants and feels", given["wishes_and_feelings"], "wishes_and_feelings"),
        ("Passed on for", brought, "brought"),
        ("Kind of concern", "\n".join(Kind(kind).label for kind in given["kinds"]) or "Left to the DSL", "kinds_0"),
        ("What it was about", "\n".join(particular_labels(entry.particulars())), "kinds_0"),
        ("Which DSL it is for", str(choice[given["passed_to"]]), "passed_to_0"),
    ]
    return [{"label": label, "text": text, "box": f"id_{box}"} for label, text, box in rows if text]


def _injuries_said(entry: forms.Entry) -> str:
    """The marks as a list; said in so many words where an injury was seen and none is marked."""
    marks = [row.mark for row in entry.injuries.filled if row.mark is not None]
    if not marks and entry.cleaned_data["came_to_light"] == CameToLight.SAW_INJURY:
        return "None marked"
    return "\n".join(f"{number}. {mark.in_full}" for number, mark in enumerate(marks, start=1))


# --- After sending --------------------------------------------------------------------------------------------------
@require_GET
def log_sent(request: HttpRequest, reference: str) -> HttpResponse:
    """What happens now, with names and times; support for the reporter (CON-13)."""
    concern = door.open_record(
        request,
        need_to_know.own_entries_of(request.user).select_related("service", "passed_to__adult", "read_by__adult"),
        reference=reference,
        act="read_own",
    )
    told = outbox.was_told(record=concern, reason=alerts.reason_of(concern))
    to_tell = choosing.dsls_of(concern.service, timezone.now())
    context = {
        "concern": concern,
        "told": sorted(told, key=lambda alert: alert.recipient_id != concern.passed_to_id),
        "dsl": next((dsl for dsl in to_tell if dsl.user.pk == concern.passed_to_id), None),
        **_said_of_kinds(concern),
    }
    return render(request, "concerns/reporting/sent.html", context)


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The person's own entries with their line of life, and what is not sent yet (CON-12, CON-18)."""
    door.note_list(request, "own entries")
    context = {"entries": reporter_page.own_entries(request.user), "unsent": reporter_page.unsent(request.user)}
    return render(request, "concerns/reporting/mine.html", context)


def own_entry(request: HttpRequest, concern: Concern) -> HttpResponse:
    """The page of a concern for its reporter. Called by `concern_detail` after the door."""
    page = reporter_page.own_page(request.user, concern)
    context = {"concern": concern, "page": page, **_said_of_kinds(concern)}
    return render(request, "concerns/reporting/own_entry_page.html", context)


def _said_of_kinds(concern: Concern) -> dict[str, bool]:
    """What a reporter is told because of the kinds that they named: not of those that a DSL finds (CON-12)."""
    return {
        "pictures_may_exist": duties.pictures_may_exist(concern.kinds_by_author),
        "family_may_be_the_danger": duties.family_may_be_the_danger(concern.kinds_by_author),
    }


@require_http_methods(["GET", "POST"])
def addendum_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Begin to add to an entry: the form gets a key of its own."""
    concern = _open_own(request, reference)
    need_to_know.check_can_add_addendum(request.user, concern)
    return redirect("concerns:addendum_form", reference=concern.reference, key=typed.new_key(request.user))


@require_http_methods(["GET", "POST"])
def still_worried(request: HttpRequest, reference: str) -> HttpResponse:
    """Begin to say "I am still worried"."""
    concern = _open_own(request, reference)
    need_to_know.check_can_say_still_worried(request.user, concern)
    return redirect("concerns:still_worried_form", reference=concern.reference, key=typed.new_key(request.user))


def _open_own(request: HttpRequest, reference: str) -> Concern:
    readable = need_to_know.readable_by(request.user).select_related("key", "service")
    return door.open_record(request, readable, reference=reference, act="read_own")


@require_http_methods(["GET", "POST"])
@typed.keeps_typed(keeping.keep_when_signed_out(Form.STANDARD))
def addendum_form(request: HttpRequest, reference: str, key: uuid.UUID) -> HttpResponse:
    """Add to an entry or put something right; what was sent stays as it was (CON-09)."""
    concern = _open_own(request, reference)
    need_to_know.check_can_add_addendum(request.user, concern)
    return _addition(request, concern, key, worried=False)


@require_http_methods(["GET", "POST"])
@typed.keeps_typed(keeping.keep_when_signed_out(Form.STANDARD))
def still_worried_form(request: HttpRequest, reference: str, key: uuid.UUID) -> HttpResponse:
    """ "I am still worried": it comes back to the queue (CON-12)."""
    concern = _open_own(request, reference)
    need_to_know.check_can_say_still_worried(request.user, concern)
    return _addition(request, concern, key, worried=True)


def _addition(request: HttpRequest, concern: Concern, key: uuid.UUID, *, worried: bool) -> HttpResponse:
    draft = _draft(request, key)
    form_class = forms.StillWorriedForm if worried else forms.AddendumForm
    done = reverse("concerns:concern_detail", args=[concern.reference])
    children = [link.child for link in concern.children.select_related("child")]
    action = request.POST.get("action", "send")
    if request.method == "GET" or _injury_step(action):
        kept = typed.to_keep(request.POST) if request.method == "POST" else draft.typed if draft else {}
        initial = typed.initial_of(form_class(), kept) if kept else {}
        form = form_class(initial=initial, children=children, kept=kept, injury_step=_injury_step(action))
    else:
        form = form_class(request.POST, children=children)
        if action == "later":
            refused = _keep(request, key, Form.STANDARD)
            if not refused:
                messages.success(request, f"Saved at {time24(timezone.now())}. Only you can see it.")
                return redirect("concerns:mine")
            form.add_error(None, refused)
        elif form.is_valid():
            operation = operations.say_still_worried if worried else operations.add_addendum
            try:
                with transaction.atomic():
                    operation(
                        concern=concern,
                        by=request.user,
                        text=form.cleaned_data["text"],
                        submission_key=key,
                        marks=form.injuries.marks(children),
                    )
                    if draft is not None:
                        operations.discard_draft(by=request.user, draft=draft)
            except ValidationError as refused:
                _put_errors(form, refused)
            else:
                messages.success(
                    request,
                    "Sent. A DSL has been told that you are still worried."
                    if worried
                    else "Added. A DSL has been told.",
                )
                return redirect(done)
    context = {
        "form": form,
        "concern": concern,
        "key": key,
        "worried": worried,
        "slip": typed.slip_for(request.user, key),
        "saved_at": time24(draft.saved_at) if draft else "",
        "sign_in_url": _way_back(request),
        "back_url": done,
    }
    return render(request, "concerns/reporting/addition.html", context)


@require_POST
def ask_talk(request: HttpRequest, reference: str) -> HttpResponse:
    """One click: a DSL is asked for a talk, for the reporter's own sake (CON-13)."""
    concern = _open_own(request, reference)
    operations.ask_for_talk(concern=concern, by=request.user)
    messages.success(request, "A DSL has been asked to talk with you. They will come to you.")
    back = "concerns:log_sent" if request.POST.get("from") == "sent" else "concerns:concern_detail"
    return redirect(back, reference=concern.reference)


# --- Finding a child, saving while typing ---------------------------------------------------------------------------
@require_POST
def child_find(request: HttpRequest) -> HttpResponse:
    """What the script asks while a name is typed: the children that fit, and the DSLs of the one chosen. Never by GET."""
    which = Form.PINK if request.POST.get("form") == Form.PINK else Form.STANDARD
    form = _unsent_form(request, which, typed.to_keep(request.POST))
    context = {
        "form": form,
        "which": which,
        "children": choosing.chosen_children(request.user, request.POST.getlist("child")),
        "found": choosing.find_children(request.user, request.POST.get("child_name", "")),
    }
    return render(request, "concerns/reporting/child_found.html", context)


@require_POST
@hide.saves_drafts
@typed.keeps_typed(keeping.keep_when_signed_out(None))
def draft_save(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Save while typing; asked by static/js/drafts.js (CON-18)."""
    draft = _draft(request, key)
    which = Form.PINK if request.POST.get("form") == Form.PINK else Form.STANDARD
    if draft is None and ADDENDUM_TO in request.POST and _was_added(request, key):
        return JsonResponse({"refused": "This has been sent already."}, status=409)
    refused = _keep(request, key, which)
    if refused:
        return JsonResponse({"refused": refused}, status=409)
    return JsonResponse({"saved_at": time24(timezone.now()), "draft": str(key)})


def _was_added(request: HttpRequest, key: uuid.UUID) -> bool:
    return need_to_know.own_entries_of(request.user).filter(addenda__submission_key=key).exists()


@require_http_methods(["GET", "POST"])
def draft_open(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Go on with a draft from the list: to the form it belongs to."""
    draft = need_to_know.drafts_of(request.user).select_related("key").filter(pk=key).first()
    if draft is None:
        raise NotThere
    about = (draft.typed.get(DECISION_ON) or [""])[0]
    if about:
        return redirect("concerns:concern_detail", reference=about)
    short_form = (draft.typed.get(NOTICE) or [""])[0]
    if short_form in PAGES_OF_NOTICES:
        return redirect(PAGES_OF_NOTICES[short_form], key=key)
    reference = (draft.typed.get(ADDENDUM_TO) or [""])[0]
    if reference:
        name = "concerns:still_worried_form" if STILL_WORRIED in draft.typed else "concerns:addendum_form"
        return redirect(name, reference=reference, key=key)
    return redirect(PAGES[Form(draft.form)], key=key)


@require_http_methods(["GET", "POST"])
def draft_discard(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Throw a draft away, after asking once."""
    draft = need_to_know.drafts_of(request.user).select_related("key").filter(pk=key).first()
    if draft is None:
        raise NotThere
    if request.method == "POST":
        operations.discard_draft(by=request.user, draft=draft)
        messages.success(request, "Deleted for good. Nobody had seen it.")
        return redirect("concerns:mine")
    return render(request, "concerns/reporting/discard.html", {"unsent": reporter_page.UnsentForm(draft)})
