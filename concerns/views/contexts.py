"""Contexts outside the home (CON-16): the list, one of them, what is written on it, and its links with concerns."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concerns import alerts, context_page, need_to_know, operations
from concerns.forms import contexts as forms
from concerns.forms.boxes import put_errors
from concerns.models import Concern, Context
from concerns.terms import ContextKind
from concerns.views.opening import back_to, open_concern, posted
from lps_safeguarding.access import door
from lps_safeguarding.access.refusals import NotThere, StaleEdit, WrongState


def _open(request: HttpRequest, reference: str) -> Context:
    contexts = need_to_know.contexts_readable_by(request.user).select_related("key", "merged_into")
    return door.open_record(request, contexts, reference=reference)


@require_GET
def context_list(request: HttpRequest) -> HttpResponse:
    """Places, groups, online spaces and routes, with the concerns that share them as far as one may open those."""
    need_to_know.check_may_keep_contexts(request.user)
    door.note_list(request, "contexts")
    kind = request.GET.get("kind", "")
    kind = kind if kind in ContextKind.values else ""
    context = {
        "lines": context_page.in_the_list(request.user, kind),
        "kind": kind,
        "kinds": [("", "All"), *ContextKind.choices],
    }
    return render(request, "concerns/contexts/list.html", context)


@require_GET
def context_names(request: HttpRequest) -> HttpResponse:
    """What the box for a context suggests, fetched when somebody first goes to it."""
    need_to_know.check_may_keep_contexts(request.user)
    return JsonResponse({"labels": context_page.labels(request.user)})


@require_GET
def context_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """One context: what is happening there, what was done about it, the concerns that share it."""
    context = _open(request, reference)
    if context.merged_into is not None:
        messages.info(request, "This entry was joined with another one, which is shown here.")
        return redirect("concerns:context_detail", reference=context.merged_into.reference)
    page = context_page.page_of(request.user, context)
    for follow_up in page.to_do:
        if follow_up.owner_id == request.user.pk:
            alerts.opened(follow_up, request.user)
    return render(request, "concerns/contexts/detail.html", {"page": page, "context": context})


# --- Small forms ----------------------------------------------------------------------------------------------------
def _one_form(
    request: HttpRequest,
    form: Any,
    do: Callable[[dict[str, Any]], Context],
    *,
    title: str,
    button: str,
    done: str,
    back: str,
    suggests: bool = False,
) -> HttpResponse:
    """A page with one small form: shown, refused with sentences, or done and on to the context."""
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                context = do(form.cleaned_data)
        except StaleEdit as stale:
            form.data = form.data.copy()
            form.data["version"] = str(stale.current.version)
            form.add_error(None, f"{stale} Press the button again if you still want this.")
        except WrongState as refused:
            form.add_error(None, str(refused))
        except ValidationError as refused:
            put_errors(form, refused)
        else:
            messages.success(request, done)
            return redirect("concerns:context_detail", reference=context.reference)
    page = {"form": form, "title": title, "button": button, "back_url": back, "suggests": suggests}
    return render(request, "concerns/contexts/one_form.html", page)


def _page_of(context: Context) -> str:
    return reverse("concerns:context_detail", args=[context.reference])


@require_http_methods(["GET", "POST"])
def context_add(request: HttpRequest) -> HttpResponse:
    """A new place, group, online space or route."""
    need_to_know.check_may_keep_contexts(request.user)
    form = forms.ContextForm(posted(request))

    def do(given: dict[str, Any]) -> Context:
        given.pop("version")
        return operations.make_context(by=request.user, **given)

    return _one_form(
        request, form, do, title="Add a place, group, online space or route", button="Add", done="Added.",
        back=reverse("concerns:context_list"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def context_edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Another name or description."""
    context = _open(request, reference)
    names = ("name", "kind", "description", "version")
    form = forms.ContextForm(posted(request), initial={name: getattr(context, name) for name in names})

    def do(given: dict[str, Any]) -> Context:
        return operations.describe_context(context=context, by=request.user, **given)

    return _one_form(request, form, do, title="Describe it anew", button="Save", done="Saved.", back=_page_of(context))


@require_http_methods(["GET", "POST"])
def context_note_add(request: HttpRequest, reference: str) -> HttpResponse:
    """What is happening here, or what was done about it."""
    context = _open(request, reference)
    form = forms.NoteForm(posted(request), initial={"submission_key": uuid.uuid4()})

    def do(given: dict[str, Any]) -> Context:
        return operations.write_on_context(context=context, by=request.user, **given).context

    return _one_form(
        request, form, do, title="Write a note", button="Record it", done="Recorded.", back=_page_of(context)
    )


@require_http_methods(["GET", "POST"])
def context_follow_up_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Something to be done about it, by somebody on the safeguarding team."""
    context = _open(request, reference)
    form = forms.ContextFollowUpForm(
        posted(request), team=need_to_know.dsls_of_the_school(), initial={"owner": request.user.pk}
    )

    def do(given: dict[str, Any]) -> Context:
        return operations.set_context_follow_up(context=context, by=request.user, **given).context

    return _one_form(
        request, form, do, title="Add something to do", button="Add", done="Added. They have been alerted.",
        back=_page_of(context),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def context_follow_up_end(request: HttpRequest, reference: str, follow_up_id: uuid.UUID) -> HttpResponse:
    """It is done: what was done stands among the notes."""
    context = _open(request, reference)
    to_do = context_page.page_of(request.user, context).to_do
    follow_up = next((each for each in to_do if each.pk == follow_up_id), None)
    if follow_up is None:
        raise NotThere
    form = forms.DoneForm(posted(request))

    def do(given: dict[str, Any]) -> Context:
        operations.end_context_follow_up(follow_up=follow_up, by=request.user, **given)
        return context

    return _one_form(
        request, form, do, title=follow_up.what, button="It is done", done="Recorded.", back=_page_of(context)
    )


@require_http_methods(["GET", "POST"])
def context_join(request: HttpRequest, reference: str) -> HttpResponse:
    """Two entries are the same: the other one is shown with this one from now on."""
    context = _open(request, reference)
    form = forms.JoinForm(posted(request))

    def do(given: dict[str, Any]) -> Context:
        found = [each for each in context_page.called(request.user, given["other"]) if each.pk != context.pk]
        if len(found) != 1:
            names = "; ".join(context_page.label(each) for each in found[:4])
            sentence = f"More than one fits: {names}. Type more of the name." if found else "No other entry fits."
            raise ValidationError({"other": sentence})
        return operations.join_contexts(kept=context, other=found[0], by=request.user)

    return _one_form(
        request, form, do, title="Join with another entry", button="Join them", done="They are one entry now.",
        back=_page_of(context), suggests=True,
    )  # fmt: skip


@require_POST
def context_separate(request: HttpRequest, reference: str) -> HttpResponse:
    """They were not the same after all."""
    context = _open(request, reference)
    try:
        operations.separate_context(context=context, by=request.user)
        messages.success(request, "It stands on its own again.")
    except WrongState as refused:
        messages.error(request, str(refused))
    return redirect("concerns:context_detail", reference=context.reference)


# --- With a concern -------------------------------------------------------------------------------------------------
def _open_to_link(request: HttpRequest, reference: str) -> Concern:
    concern = open_concern(request, reference)
    need_to_know.check_can_link_context(request.user, concern)
    return concern


@require_http_methods(["GET", "POST"])
def context_link(request: HttpRequest, reference: str) -> HttpResponse:
    """In which context it happened: one that is known is linked at once, a new one is asked what it is."""
    concern = _open_to_link(request, reference)
    form = forms.LinkContextForm(posted(request))
    new = None
    found: list[Context] = []
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["context"]
        if "name" in request.POST:
            new = forms.ContextForm(request.POST)
            if new.is_valid() and _make_and_link(request, concern, new):
                return back_to(concern, "#contexts")
        else:
            found = context_page.called(request.user, typed)
            if len(found) == 1:
                operations.link_context(concern=concern, context=found[0], by=request.user)
                messages.success(request, "Linked.")
                return back_to(concern, "#contexts")
            new = forms.ContextForm(initial={"name": typed})
    context = {"concern": concern, "form": form, "new": new, "found": found, "now": timezone.now()}
    return render(request, "concerns/contexts/link.html", context)


def _make_and_link(request: HttpRequest, concern: Concern, new: forms.ContextForm) -> bool:
    given = {name: new.cleaned_data[name] for name in ("name", "kind", "description")}
    children = [link.child for link in concern.children.select_related("child")]
    try:
        with transaction.atomic():
            context = operations.make_context(by=request.user, children=children, **given)
            operations.link_context(concern=concern, context=context, by=request.user)
    except ValidationError as refused:
        put_errors(new, refused)
        return False
    messages.success(request, "Added and linked.")
    return True


@require_POST
def context_unlink(request: HttpRequest, reference: str, link_id: uuid.UUID) -> HttpResponse:
    """It was linked by mistake."""
    concern = _open_to_link(request, reference)
    linked = next((each for each in context_page.linked_with(request.user, concern) if each.link.pk == link_id), None)
    if linked is None:
        raise NotThere
    operations.unlink_context(link=linked.link, by=request.user)
    messages.success(request, "Taken away.")
    return back_to(concern, "#contexts")
