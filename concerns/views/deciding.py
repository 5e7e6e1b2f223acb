"""The DSL's pages of one concern: read, decided on, assigned, answered, closed, opened again.

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

from concerns import alerts, case_page, context_page, keeping, need_to_know, operations
from concerns.forms import deciding as forms
from concerns.forms.boxes import put_errors
from concerns.forms.colleagues import Colleagues
from concerns.forms.follow_ups import MOST_FOLLOW_UPS
from concerns.forms.triage import Triage
from concerns.models import Concern, Draft
from concerns.states import State
from concerns.terms import Form as FormOfDraft
from concerns.views.opening import back_to, colleagues, one_form, open_bare, open_concern, open_to_decide, posted
from lps_safeguarding.access import sharing
from lps_safeguarding.access.levels import Level
from lps_safeguarding.access.refusals import StaleEdit, WrongState
from lps_safeguarding.people.models import Role, User
from lps_safeguarding.web import typed
from lps_safeguarding.web.templatetags.lps import error_summary, time24


@require_GET
def colleagues_list(request: HttpRequest) -> HttpResponse:
    """Names and posts of everybody with an account, fetched by the page of a big school when somebody begins to type."""
    need_to_know.check_may_name_colleagues(request.user)
    return JsonResponse({"labels": colleagues().labels})


@require_GET
def concern_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """By level: the triage screen, a summary, or one's own entry. A DSL's opening counts as reading it (CON-12)."""
    concern = open_bare(request, reference)
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


def _triage(user: User, concern: Concern, data: Any = None) -> Triage:
    dsls = need_to_know.dsls_to_choose(concern.service)
    return Triage(concern, dsls=dsls, colleagues=colleagues(), by=user, data=data)


def _page(
    request: HttpRequest,
    concern: Concern,
    triage: Triage | None,
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
        "may_link_contexts": triage is not None and need_to_know.can_link_context(request.user, concern),
        "contexts": context_page.linked_with(request.user, concern),
        "now": timezone.now(),
        "today": timezone.localdate(),
    }
    return render(request, "concerns/deciding/triage.html", context)


def _trail_url(user: User, concern: Concern) -> str:
    """Who has looked: the lead DSL can see it (CPF-06)."""
    return reverse("overview:trail_of_record", args=[concern.reference]) if user.has_role(Role.LEAD_DSL) else ""


def _opened_at(triage: Triage) -> str:
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
    concern = open_to_decide(request, reference)
    return _decide(request, concern)


@require_http_methods(["GET", "POST"])
@typed.keeps_typed(keeping.keep_when_signed_out(FormOfDraft.STANDARD))
def decision_form(request: HttpRequest, reference: str, key: uuid.UUID) -> HttpResponse:
    """The form with its key: when the session ends in mid-sentence, what was typed waits in the writer's draft."""
    concern = open_to_decide(request, reference)
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
        now = open_concern(request, reference)
        triage = _triage(request.user, now, _with_version(request, now))
        triage.forget_errors()
        return _page(request, now, triage, stale=stale)
    except WrongState as refused:
        triage.decision.add_error(None, str(refused))
    except ValidationError as refused:
        put_errors(triage.decision, refused)
    else:
        messages.success(request, f"The decision was recorded at {time24(decision.decided_at)}.")
        return back_to(concern, "#happened")
    return _page(request, concern, triage)


def _with_step(request: HttpRequest, concern: Concern, step: str):
    """What was posted, with what a step in between adds: the proposals ticked, one more row."""
    data = request.POST.copy()
    if step == "proposals":
        shown = Triage(concern, dsls=None, colleagues=Colleagues(User.objects.none()), by=request.user, data=data)
        chosen = data.getlist("options")
        proposed = [str(each.option) for each in shown.shown_proposals()]
        data.setlist("options", [*chosen, *(option for option in proposed if option not in chosen)])
    elif step == "follow_up":
        data["follow_ups"] = str(min(_number(data.get("follow_ups")) + 1, MOST_FOLLOW_UPS))
    return data


def _with_version(request: HttpRequest, concern: Concern):
    data = request.POST.copy()
    data["version"] = str(concern.version)
    return data


def _number(typed: Any) -> int:
    return int(typed) if str(typed or "").isdecimal() and len(str(typed)) < 4 else 1


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, reference: str) -> HttpResponse:
    concern = open_to_decide(request, reference)
    form = forms.CloseForm(posted(request), initial={"version": concern.version, "submission_key": uuid.uuid4()})

    def do(given: dict[str, Any]) -> None:
        operations.close_concern(concern=concern, by=request.user, **given)

    return one_form(
        request, concern, form, do, title="Close this concern", button="Close", done="The concern is closed.",
        at="#happened", open_things=case_page.case(concern, request.user),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, reference: str) -> HttpResponse:
    concern = open_to_decide(request, reference)
    form = forms.ReopenForm(posted(request), initial={"version": concern.version})

    def do(given: dict[str, Any]) -> None:
        operations.reopen_concern(concern=concern, by=request.user, **given)

    return one_form(
        request, concern, form, do, title="Open this concern again", button="Open again",
        done="The concern is open again and waits for a decision.", at="#decision",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest, reference: str) -> HttpResponse:
    concern = open_to_decide(request, reference)
    dsls = need_to_know.dsls_to_choose(concern.service)
    initial = {"version": concern.version, "to": concern.assigned_to_id}
    form = forms.AssignForm(posted(request), dsls=dsls, initial=initial)

    def do(given: dict[str, Any]) -> None:
        operations.assign(concern=concern, by=request.user, **given)

    return one_form(
        request, concern, form, do, title="Who has this from now on", button="Give it to them",
        done="Done. They have been alerted.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def feedback_add(request: HttpRequest, reference: str) -> HttpResponse:
    concern = open_to_decide(request, reference)
    form = forms.FeedbackForm(posted(request), initial={"submission_key": uuid.uuid4()})

    def do(given: dict[str, Any]) -> None:
        operations.give_feedback(concern=concern, by=request.user, **given)

    return one_form(
        request, concern, form, do, title="Word to the reporter", button="Send",
        done=f"Sent at {time24(timezone.now())}. The reporter sees it with their entry.", at="#happened",
    )  # fmt: skip


@require_POST
def talk_take_up(request: HttpRequest, reference: str) -> HttpResponse:
    """The reporter asked for a talk (CON-13): a DSL says that they take it up."""
    concern = open_to_decide(request, reference)
    operations.take_up_talk(concern=concern, by=request.user)
    messages.success(request, f"Taken up. Speak to {concern.author.name} soon.")
    return back_to(concern)
