"""Pages: who can see a record, sharing it, conflicts of interest, break glass and its review."""

import time

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from lps_safeguarding.access import break_glass, conflicts, grave_steps, registry, sharing
from lps_safeguarding.access.door import note_list, open_record, tidy
from lps_safeguarding.access.forms import (
    BreakGlassForm,
    ConflictForm,
    OutsideForm,
    OwnConflictForm,
    ReviewForm,
    ShareForm,
)
from lps_safeguarding.access.grave_steps import grave_step
from lps_safeguarding.access.models import Consent
from lps_safeguarding.access.refusals import NotThere, WrongState


def _open_any(request, reference):
    """A record of any registered kind, through the door; NotThere alike for missing and forbidden."""
    found = registry.find_readable(request.user, tidy(reference))
    if found is None:
        raise NotThere
    kind, readable = found
    return kind, open_record(request, readable, reference=reference)


def _open_to_share(request, reference):
    kind, record = _open_any(request, reference)
    sharing.check_can_share(request.user, record)
    return kind, record


# --- Who can see this ------------------------------------------------------------------------------------------------
@require_safe
def who_can_see(request, reference):
    """Everybody who can see a record now and why, and every sharing of it (DEC-12)."""
    kind, record = _open_to_share(request, reference)
    return render(
        request,
        "access/who_can_see.html",
        {
            "kind": kind,
            "record": record,
            "by_role": [(why, list(people)) for why, people in (kind.who_by_role(record) if kind.who_by_role else ())],
            "sharings": sharing.of(record).select_related(
                "with_person__adult", "shared_by__adult", "ended_by__adult", "key"
            ),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def share_add(request, reference):
    """Let one more person see a record."""
    kind, record = _open_to_share(request, reference)
    form = ShareForm(request.POST or None, sharer=request.user)
    if form.is_valid():
        try:
            row = sharing.share(record=record, by=request.user, consent=Consent.NOT_NEEDED, **form.sharing())
        except WrongState as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{row.with_person.name} can now see this.")
            return redirect("access:who_can_see", reference=record.reference)
    return render(request, "access/share_form.html", {"kind": kind, "record": record, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def share_outside(request, reference):
    """Record what an outside body was told."""
    kind, record = _open_to_share(request, reference)
    form = OutsideForm(request.POST or None)
    if form.is_valid():
        try:
            sharing.record_outside(record=record, by=request.user, **form.cleaned_data)
        except WrongState as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "What you told them is recorded.")
            return redirect("access:who_can_see", reference=record.reference)
    return render(request, "access/outside_form.html", {"kind": kind, "record": record, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def share_end(request, reference, sharing_id):
    """End one person's share, after a page that says whose."""
    kind, record = _open_to_share(request, reference)
    row = get_object_or_404(
        sharing.of(record).filter(ended_at=None, with_person__isnull=False).select_related("with_person__adult"),
        pk=sharing_id,
    )
    if request.method == "POST":
        try:
            sharing.end(sharing=row, record=record, by=request.user)
        except WrongState as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"{row.with_person.name} can no longer see this by this sharing.")
        return redirect("access:who_can_see", reference=record.reference)
    return render(request, "access/share_end.html", {"kind": kind, "record": record, "sharing": row})


# --- Conflicts of interest -------------------------------------------------------------------------------------------
@require_safe
def conflict_list(request):
    """The conflicts one declared oneself; for those who set them, the others'."""
    note_list(request, "conflicts of interest")
    return render(
        request,
        "access/conflict_list.html",
        {
            "conflicts": conflicts.readable_by(request.user).select_related(
                "person__adult", "child", "set_by__adult", "ended_by__adult", "key"
            ),
            "can_set": conflicts.can_set(request.user),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def conflict_declare(request):
    """Declare one's own conflict of interest with a child and the family."""
    form = OwnConflictForm(request.POST or None)
    if form.is_valid():
        try:
            conflicts.declare(person=request.user, by=request.user, **form.cleaned_data)
        except WrongState as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Recorded. Records about this child are now closed to you.")
            return redirect("access:conflict_list")
    return render(request, "access/conflict_form.html", {"form": form, "own": True})


@require_http_methods(["GET", "HEAD", "POST"])
def conflict_set(request, reference=None):
    """Shut everything about a child, or one record, to another person."""
    if not conflicts.can_set(request.user):
        raise PermissionDenied
    kind, record = _open_any(request, reference) if reference else (None, None)
    form = ConflictForm(request.POST or None, setter=request.user, about_record=record is not None)
    if form.is_valid():
        try:
            row = conflicts.declare(by=request.user, record=record, **form.cleaned_data)
        except WrongState as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"Recorded. This is now closed to {row.person.name}.")
            return redirect("access:conflict_list")
    return render(request, "access/conflict_form.html", {"form": form, "own": False, "kind": kind, "record": record})


@require_http_methods(["GET", "HEAD", "POST"])
def conflict_end(request, conflict_id):
    """End another person's conflict of interest."""
    conflict = get_object_or_404(
        conflicts.readable_by(request.user).filter(ended_at=None).select_related("person__adult", "child", "key"),
        pk=conflict_id,
    )
    conflicts.check_can_end(request.user, conflict)
    if request.method == "POST":
        try:
            conflicts.end(conflict=conflict, by=request.user)
        except WrongState as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"The conflict of interest of {conflict.person.name} has ended.")
        return redirect("access:conflict_list")
    return render(request, "access/conflict_end.html", {"conflict": conflict})


# --- Break glass -----------------------------------------------------------------------------------------------------
@grave_step
@require_http_methods(["GET", "HEAD", "POST"])
def break_glass_open(request):
    """Open a closed record by its reference. A wrong reference and a record one may never open answer alike."""
    break_glass.check_can_open(request.user)
    form = BreakGlassForm(request.POST or None)
    if form.is_valid():
        try:
            opening = break_glass.open(by=request.user, **form.cleaned_data)
        except NotThere:
            form.add_error("reference", "There is no record with this reference that you can open here.")
        except WrongState as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(registry.kind_of(opening.record_type).detail_url_name, reference=opening.reference)
    return render(
        request, "access/break_glass_form.html", {"form": form, "reviewer": break_glass.the_other(request.user)}
    )


@require_safe
def break_glass_list(request):
    """Own openings, and those to review."""
    break_glass.check_can_look_at_list(request.user)
    note_list(request, "break glass")
    return render(
        request,
        "access/break_glass_list.html",
        {
            "openings": break_glass.readable_by(request.user).select_related(
                "person__adult", "reviewer__adult", "reviewed_by__adult", "key"
            ),
            "can_open": break_glass.can_open(request.user),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def break_glass_review(request, opening_id):
    """The other leader reviews an opening."""
    opening = _opening(request, opening_id)
    if not break_glass.can_review(request.user, opening):
        raise PermissionDenied
    form = ReviewForm(request.POST or None)
    if form.is_valid():
        try:
            break_glass.review(opening=opening, by=request.user, **form.cleaned_data)
        except WrongState as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Your review is recorded.")
            return redirect("access:break_glass_list")
    return render(request, "access/break_glass_review.html", {"opening": opening, "form": form})


@require_http_methods(["POST"])
def break_glass_close(request, opening_id):
    """Close an opened record before the hour is over."""
    opening = _opening(request, opening_id)
    try:
        break_glass.close(opening=opening, by=request.user)
    except WrongState as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "The record is closed again.")
    return redirect("access:break_glass_list")


def _opening(request, opening_id):
    """An opening this person may know of; 404 otherwise."""
    return get_object_or_404(
        break_glass.readable_by(request.user).select_related(
            "person__adult", "reviewer__adult", "reviewed_by__adult", "key"
        ),
        pk=opening_id,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_demo(request):
    """In the demonstration people have no password: a plain page stands where a school asks for it again."""
    if not settings.DEMO or not request.user.is_authenticated:
        raise Http404
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    if request.method == "POST":
        request.session[grave_steps.DEMO_SESSION_KEY] = time.time()
        return redirect(target)
    return render(request, "access/confirm_demo.html", {"target": target})
