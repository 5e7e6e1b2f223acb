"""Pages for the tests only: every component and every kind of field, so that a browser and axe can look at them.

Used as a URL configuration (`pytest.mark.urls`), beside the application's own addresses.
"""
# ruff: noqa: E501 - templates

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.http import require_POST

from lps_safeguarding.web import hide
from tests.web.everything import Everything

LONG_WORD = "Bildungs- und Erziehungsvereinbarung" * 3


PAGE = """{% extends "base.html" %}{% load lps %}
{% block title %}Gallery{% endblock %}
{% block before_content %}{% include "components/breadcrumbs.html" with links=crumbs %}{% endblock %}
{% block content %}
"""
COMPONENTS = (
    PAGE
    + """
{% include "components/identity_bar.html" with name="Robin Ashdown" facts=facts %}
{% include "components/sub_navigation.html" with label="Parts of this file" links=tabs %}
{% include "components/pink_banner.html" with text="Tell a DSL in person now. Write down the rest afterwards." %}
{% notice "Sent" "done" %}<p>Mrs Okafor (KS3 DSL, on duty) was alerted at 10:42. Now tell her in person: room 12.</p>{% endnotice %}
{% notice kind="info" %}<p>Entries can be added to, never changed.</p>{% endnotice %}
{% notice kind="waiting" %}<p>The parents have not been told yet.</p>{% endnotice %}
{% notice kind="duty" %}<p>No decision was recorded within one school day.</p>{% endnotice %}
{% notice kind="risk" %}<p>Nobody has opened this pink form for 10 minutes.</p>{% endnotice %}
<p class="govuk-body">{% tag "Not needed" "none" %} {% tag "Sent" "waiting" %} {% tag "In hand" "going" %} {% tag "Read" "done" %}
{% tag "Closed" "closed" %} {% tag "New" "info" %} {% tag "Pink form" "pink" %} {% tag "Overdue" "late" %} {% tag "At risk now" "risk" %}</p>
{% include "components/warning.html" with text="Do not ask the child to write anything down." %}
{% include "components/warning.html" with kind="risk" text="A child may be harmed today." %}
<h2 class="govuk-heading-m">What happened</h2>
<ol class="app-timeline">
{% include "components/timeline_entry.html" with title="Pink form sent" kind="pink" at=now by="Mr P. Lindqvist" tag="Pink form" tag_kind="pink" href="/gallery" body=typed %}
{% include "components/timeline_entry.html" with title="Read" kind="done" at=earlier by="Mrs A. Okafor" %}
{% include "components/timeline_entry.html" with title="Follow-up overdue" kind="late" at=earlier tag="Overdue" tag_kind="late" %}
{% include "components/timeline_entry.html" with title="Strategy discussion" kind="waiting" at=earlier body="By telephone." %}
</ol>
{% include "components/summary_list.html" with rows=rows %}
{% include "components/table.html" with caption="Entries this week" heads=heads rows=table stacks=True %}
{% include "components/table.html" with caption="Entries by service and month" heads=wide_heads rows=wide_table dense=True %}
{% include "components/pagination.html" with newer="?at=a" older="?at=b" place="Entries 31 to 60" %}
{% include "components/task_list.html" with items=tasks %}
{% include "components/empty_state.html" with title="Nothing waits for you" text="New entries of your service appear here as they come in." href="/gallery" action="See all entries" %}
{% details "Why this matters" %}<p>Because the law says so: the paragraph is named here.</p>{% enddetails %}
<div class="app-alert app-alert--urgent">{% shape "risk" %} A child may be at risk now. <a class="govuk-link" href="/gallery">Open it</a></div>
<p class="app-as-typed govuk-body">{{ typed }}</p>
{% button "Log a concern" href="/gallery" %} {% button "Not now" href="/gallery" kind="quiet" %} {% button "Call 999" href="/gallery" kind="risk" %}
<dialog class="app-dialog" open aria-labelledby="d"><h2 class="govuk-heading-m" id="d">You will soon be signed out</h2></dialog>
{% endblock %}"""
)
FORM = (
    PAGE
    + """
{% error_summary form %}
<h1 class="govuk-heading-l">Log a concern</h1>
<form method="post" enctype="multipart/form-data" data-draft-url="/gallery/draft">{% csrf_token %}
{% form_fields form %}
{% include "components/draft_state.html" %}
<div class="govuk-button-group">{% button "Check and send" %}{% button "Leave it for now" kind="quiet" name="later" value="1" %}</div>
</form>{% endblock %}
{% block page_scripts %}{% load static %}<script type="module" nonce="{{ request.csp_nonce }}" src="{% static 'js/drafts.js' %}"></script>{% endblock %}"""
)
QUESTION = (
    PAGE
    + """{% error_summary form %}<form method="post">{% csrf_token %}{% form_field form.at_risk heading=True %}
{% button "Continue" %}</form>{% endblock %}"""
)


def _show(request: HttpRequest, source: str, context: dict[str, Any]) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(source).render(context, request))


def components(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    months = ("Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul")
    return _show(
        request,
        COMPONENTS,
        {
            "now": now,
            "earlier": now - dt.timedelta(hours=3),
            "typed": f"First line.\n  Second line, indented, with <b>no markup</b> and 😟.\n{LONG_WORD}",
            "crumbs": [{"text": "Queue", "href": "/gallery"}, {"text": "C-7F3A-91KQ"}],
            "facts": [
                {"key": "Year", "value": "9"},
                {"key": "Service", "value": "KS3"},
                {"key": "Plan", "value": "Child in need"},
                {"key": "Social worker", "value": "Ms D. Marsh"},
            ],
            "tabs": [
                {"text": "Chronology", "href": "/gallery", "here": True},
                {"text": "Plans and contacts", "href": "/gallery"},
                {"text": "Open actions", "href": "/gallery"},
                {"text": "Documents", "href": "/gallery"},
                {"text": "Who has looked", "href": "/gallery"},
            ],
            "rows": [
                {"key": "Child", "value": "Robin Ashdown", "href": "/gallery"},
                {"key": "Where", "value": "", "href": "/gallery", "action": "Add"},
                {"key": "Account", "value": "Line one\nLine two", "as_typed": True},
            ],
            "heads": ["Child", "What", "Since"],
            "table": [
                ["Robin Ashdown", "Bruise on the arm", "3 hours ago"],
                ["Sam Ibbotson", "Came in hungry", "2 days ago"],
            ],
            "wide_heads": ["Service", *months],
            "wide_table": [["KS3", *range(11)], ["KS4", *range(11)]],
            "tasks": [
                {"text": "Tell the parents", "href": "/gallery", "state": "Overdue", "kind": "late"},
                {
                    "text": "Ring the social worker",
                    "href": "/gallery",
                    "state": "Done",
                    "kind": "done",
                    "hint": "Today",
                },
                {"text": "Medical help", "state": "Not needed", "kind": "none", "hint": "No injury was seen."},
            ],
        },
    )


def form(request: HttpRequest) -> HttpResponse:
    return _show(request, FORM, {"form": Everything(request.POST or None, request.FILES or None)})


def question(request: HttpRequest) -> HttpResponse:
    return _show(request, QUESTION, {"form": Everything(request.POST or None)})


SAVED: list[dict[str, str]] = []


@require_POST
@hide.saves_drafts
def draft(request: HttpRequest) -> HttpResponse:
    SAVED.append(request.POST.dict())
    return JsonResponse({"saved_at": "10:42", "draft": "d1"})


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


@require_POST
def form_only(request: HttpRequest) -> HttpResponse:
    return HttpResponse("done")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault")


def database_away(request: HttpRequest) -> HttpResponse:
    raise OperationalError("the database system is shutting down")


urlpatterns = [
    path("gallery", components, name="gallery"),
    path("gallery/form", form, name="gallery_form"),
    path("gallery/question", question, name="gallery_question"),
    path("gallery/draft", draft, name="gallery_draft"),
    path("gallery/forbidden", forbidden),
    path("gallery/broken", broken),
    path("gallery/form-only", form_only),
    path("gallery/away", database_away),
    path("", include("lps_safeguarding.urls")),
]
handler400 = "lps_safeguarding.web.errors.bad_request"
handler403 = "lps_safeguarding.web.errors.forbidden"
handler404 = "lps_safeguarding.web.errors.not_found"
handler500 = "lps_safeguarding.web.errors.server_error"
