"""What the DSL's pages share: the concern through the door, and a page with one small form."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from concerns import case_page, need_to_know
from concerns.forms.boxes import put_errors
from concerns.forms.colleagues import Colleagues
from concerns.models import Concern
from lps_safeguarding.access.door import open_record
from lps_safeguarding.access.refusals import StaleEdit, WrongState


def open_concern(request: HttpRequest, reference: str) -> Concern:
    """The concern through the door, with the people whose names the pages show."""
    concern = open_bare(request, reference)
    case_page.name_people(([concern], case_page.PEOPLE_OF_A_CONCERN))
    return concern


def open_bare(request: HttpRequest, reference: str) -> Concern:
    """The concern through the door, without its people: `case_page.case` names them with all the others."""
    readable = need_to_know.readable_by(request.user).select_related("key", "service")
    return open_record(request, readable, reference=reference)


def open_to_decide(request: HttpRequest, reference: str) -> Concern:
    concern = open_concern(request, reference)
    need_to_know.check_can_decide(request.user, concern)
    return concern


def back_to(concern: Concern, at: str = "") -> HttpResponse:
    return redirect(reverse("concerns:concern_detail", args=[concern.reference]) + at)


def posted(request: HttpRequest):
    """What a form is bound to; an empty post is still a post."""
    return request.POST if request.method == "POST" else None


def colleagues() -> Colleagues:
    """Everyone with an account, to choose an owner from."""
    return Colleagues(case_page.people_to_ask())


def one_form(
    request: HttpRequest, concern: Concern, form, do, *, title: str, button: str, done: str, at: str = "", **more
):
    """A page with one small form about a concern: shown, refused with sentences, or done and back to the concern."""
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                do(form.cleaned_data)
        except StaleEdit as stale:
            now = open_concern(request, concern.reference)
            data = request.POST.copy()
            data["version"] = str(now.version)
            form.data = data
            form.add_error(None, f"{stale} Press the button again if you still want this.")
        except WrongState as refused:
            form.add_error(None, str(refused))
        except ValidationError as refused:
            put_errors(form, refused)
        else:
            messages.success(request, done)
            return back_to(concern, at)
    context = {"concern": concern, "form": form, "title": title, "button": button, **more}
    return render(request, "concerns/deciding/one_form.html", context)
