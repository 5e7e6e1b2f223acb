"""The short forms: a missing or absent child (CON-19), a notice of Operation Encompass (CON-20), and what follows.

They are sent at once, like a pink form: where a child is missing, or a notice waits, every minute counts.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from concerns import choosing, keeping, need_to_know, notice_page, operations
from concerns.forms import notices as forms
from concerns.forms.boxes import put_errors
from concerns.keeping import NOTICE
from concerns.models import Concern, Draft
from concerns.terms import Form, Notice
from concerns.views.opening import one_form, open_concern, posted
from concerns.views.reporting import after_sending, children_sent
from lps_safeguarding.access.refusals import NotThere
from lps_safeguarding.web import typed
from lps_safeguarding.web.templatetags.lps import time24

FORMS: dict[Notice, type[forms.ShortForm]] = {
    Notice.MISSING: forms.MissingForm,
    Notice.ENCOMPASS: forms.EncompassForm,
}
SEND: dict[Notice, Callable[..., Concern]] = {
    Notice.MISSING: operations.report_missing_child,
    Notice.ENCOMPASS: operations.log_encompass_notice,
}


@require_GET
def missing(request: HttpRequest) -> HttpResponse:
    """A new form about a missing or absent child, with a key of its own (CON-19)."""
    need_to_know.check_may_report_missing_child(request.user)
    return redirect("concerns:missing_form", key=typed.new_key(request.user))


@require_GET
def encompass(request: HttpRequest) -> HttpResponse:
    """A new form for a notice of the police, with a key of its own (CON-20)."""
    need_to_know.check_may_log_notice(request.user)
    return redirect("concerns:encompass_form", key=typed.new_key(request.user))


@require_http_methods(["GET", "POST"])
@typed.keeps_typed(keeping.keep_when_signed_out(Form.STANDARD))
def missing_form(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """A missing or absent child: one page, sent at once (CON-19)."""
    need_to_know.check_may_report_missing_child(request.user)
    return _form_page(request, key, Notice.MISSING)


@require_http_methods(["GET", "POST"])
@typed.keeps_typed(keeping.keep_when_signed_out(Form.STANDARD))
def encompass_form(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """A notice of Operation Encompass: one page, sent at once (CON-20)."""
    need_to_know.check_may_log_notice(request.user)
    return _form_page(request, key, Notice.ENCOMPASS)


def _form_page(request: HttpRequest, key: uuid.UUID, which: Notice) -> HttpResponse:
    sent = need_to_know.was_sent(request.user, key)
    if sent:
        return redirect("concerns:log_sent", reference=sent)
    draft = keeping.draft_for(request.user, key)
    if draft is not None and draft.typed.get(NOTICE) != [which.value]:
        return redirect("concerns:draft_open", key=key)
    if request.method == "GET":
        return _show(request, key, which, _unsent_form(request, which, draft.typed if draft else {}), draft=draft)
    action = request.POST.get("action", "send")
    found = request.POST.get("child_name", "")
    if action == "find":
        return _show(request, key, which, _unsent_form(request, which, typed.to_keep(request.POST)), found=found)
    children = choosing.chosen_children(request.user, request.POST.getlist("child"))
    form = FORMS[which](request.POST, user=request.user, children=children)
    if action == "send" and form.is_valid():
        concern = _send(request, key, which, form)
        if concern is not None:
            return after_sending(request, concern)
    refused = _keep(request, key, which)
    if action == "later" and not refused:
        messages.success(request, f"Saved at {time24(timezone.now())}. Only you can see it. Finish it within 7 days.")
        return redirect("concerns:mine")
    if refused:
        form.add_error(None, refused)
    return _show(request, key, which, form, found=found)


def _keep(request: HttpRequest, key: uuid.UUID, which: Notice) -> str:
    """Save the draft as one of this form. What cannot be saved comes back as a sentence."""
    post = request.POST.copy()
    post[NOTICE] = which.value
    try:
        keeping.keep(request.user, key, Form.STANDARD, post)
    except ValidationError as refused:
        return " ".join(refused.messages)
    return ""


def _unsent_form(request: HttpRequest, which: Notice, kept: dict[str, list[str]]) -> forms.ShortForm:
    """The form with what was typed so far, without complaints about what is not filled in yet."""
    children = choosing.chosen_children(request.user, kept.get("child", []))
    team = choosing.Team(timezone.now())
    blank = FORMS[which](user=request.user, children=children, team=team)
    if not kept:
        return blank
    return FORMS[which](user=request.user, children=children, team=team, initial=typed.initial_of(blank, kept))


def _show(
    request: HttpRequest,
    key: uuid.UUID,
    which: Notice,
    form: forms.ShortForm,
    *,
    draft: Draft | None = None,
    found: str = "",
) -> HttpResponse:
    context = {
        "form": form,
        "key": key,
        "which": Form.STANDARD,
        "notice": which,
        "slip": typed.slip_for(request.user, key),
        "saved_at": time24(draft.saved_at) if draft else "",
        "sign_in_url": request.path,
        "children": choosing.chosen_children(request.user, form["child"].value() or []),
        "found": choosing.find_children(request.user, found) if found else None,
    }
    return render(request, f"concerns/reporting/{which.value}.html", context)


def _send(request: HttpRequest, key: uuid.UUID, which: Notice, form: forms.ShortForm) -> Concern | None:
    """Send it. None: refused, and the form says why; nothing of it is stored then."""
    try:
        with transaction.atomic():
            children = children_sent(request, key, form)
            return SEND[which](
                by=request.user,
                submission_key=key,
                children=[(child, "") for child in children],
                passed_to=form.person_to_tell(children[0].service),
                draft=need_to_know.drafts_of(request.user).select_related("key").filter(pk=key).first(),
                **form.given(),
            )
    except ValidationError as refused:
        put_errors(form, refused)
    return None


# --- What follows ---------------------------------------------------------------------------------------------------
def _open_to_follow(request: HttpRequest, reference: str) -> Concern:
    concern = open_concern(request, reference)
    need_to_know.check_can_follow_missing_child(request.user, concern)
    return concern


@require_http_methods(["GET", "POST"])
def step_add(request: HttpRequest, reference: str) -> HttpResponse:
    """What else was done to find the child (CON-19)."""
    concern = _open_to_follow(request, reference)
    form = forms.StepForm(posted(request), initial={"submission_key": uuid.uuid4(), "at": timezone.now()})

    def do(given: dict[str, Any]) -> None:
        operations.record_step(
            concern=concern, by=request.user, step=form.given(), submission_key=given["submission_key"]
        )

    return one_form(
        request, concern, form, do, title="What else was done", button="Record it",
        done="Recorded. Whoever is in charge has been told.", at="#missing",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def found_add(request: HttpRequest, reference: str) -> HttpResponse:
    """The child is found or back in school (CON-19)."""
    concern = _open_to_follow(request, reference)
    form = forms.FoundForm(posted(request))

    def do(given: dict[str, Any]) -> None:
        operations.record_child_found(concern=concern, by=request.user, **given)

    return one_form(
        request, concern, form, do, title="The child is back", button="Record that the child is back",
        done="Recorded: the child is not missing any more. Whoever is in charge has been told.", at="#missing",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def conversation_edit(request: HttpRequest, reference: str) -> HttpResponse:
    """The conversation with a child who is back: offered, held, refused (CON-19)."""
    concern = _open_to_follow(request, reference)
    found = notice_page.finding(request.user, concern)
    if found is None:
        raise NotThere
    form = forms.ConversationForm(posted(request), initial=notice_page.conversation_of(found))

    def do(given: dict[str, Any]) -> None:
        operations.record_conversation(found=found, by=request.user, **given)

    return one_form(
        request, concern, form, do, title="The conversation with the child", button="Record",
        done="The conversation is recorded.", at="#missing",
    )  # fmt: skip
