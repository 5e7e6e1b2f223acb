"""Who else sees a concern or was told of it (DEC-12), and the documents kept with it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concerns import need_to_know, operations
from concerns.forms import sharing as forms
from concerns.views.opening import back_to, colleagues, one_form, open_concern, posted
from lps_safeguarding.access import sharing
from lps_safeguarding.access.levels import Level
from lps_safeguarding.access.refusals import NotThere, WrongState
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.vault import files as vault_files


@require_http_methods(["GET", "POST"])
def share(request: HttpRequest, reference: str) -> HttpResponse:
    """Let a colleague see this concern; the access and its record are one step (DEC-12)."""
    concern = open_concern(request, reference)
    need_to_know.check_can_share(request.user, concern)
    form = forms.ShareForm(posted(request), colleagues=colleagues())

    def do(given: dict[str, Any]) -> None:
        sharing.share(record=concern, by=request.user, **given)

    return one_form(
        request, concern, form, do, title="Share with a colleague", button="Share",
        done="Shared. It is recorded with the concern.", at="#sharing", colleagues=form.fields["with_person"].colleagues,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def share_outside(request: HttpRequest, reference: str) -> HttpResponse:
    """Record what an outside body was told (DEC-12)."""
    concern = open_concern(request, reference)
    need_to_know.check_can_share(request.user, concern)
    form = forms.ShareOutsideForm(posted(request), initial={"at": timezone.now()})

    def do(given: dict[str, Any]) -> None:
        sharing.record_outside(record=concern, by=request.user, shared_at=given.pop("at"), **given)

    return one_form(
        request, concern, form, do, title="Record what an outside body was told", button="Record", done="Recorded.",
        at="#sharing",
    )  # fmt: skip


@require_POST
def share_end(request: HttpRequest, reference: str, sharing_id: uuid.UUID) -> HttpResponse:
    concern = open_concern(request, reference)
    need_to_know.check_can_share(request.user, concern)
    row = sharing.of(concern).filter(pk=sharing_id).first()
    if row is None:
        raise NotThere
    try:
        sharing.end(sharing=row, record=concern, by=request.user)
        messages.success(request, "Ended. This person cannot open the concern through this any more.")
    except WrongState as refused:
        messages.error(request, str(refused))
    return back_to(concern, "#sharing")


@require_http_methods(["GET", "POST"])
def file_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep a document with the concern. What is refused is refused with a sentence (CON-08)."""
    concern = open_concern(request, reference)
    need_to_know.check_can_file_document(request.user, concern)
    form = forms.DocumentForm(posted(request), request.FILES if request.method == "POST" else None)

    def do(given: dict[str, Any]) -> None:
        try:
            checked = vault_files.check_upload(given["document"])
            operations.file_document(concern=concern, by=request.user, checked=checked)
        except vault_files.Refused as refused:
            raise ValidationError({"document": str(refused)}) from refused

    return one_form(
        request, concern, form, do, title="Add a document", button="Add", done="The document is kept with the concern.",
        at="#documents", multipart=True,
    )  # fmt: skip


@require_GET
def file_get(request: HttpRequest, reference: str, file_id: uuid.UUID) -> HttpResponse:
    """Download a document. Its own name is sealed: it travels in the answer's header, never in an address."""
    concern = open_concern(request, reference)
    if concern.level == Level.SUMMARY:
        raise NotThere
    filed = concern.files.filter(pk=file_id).select_related("file__key").first()
    if filed is None or (concern.level == Level.OWN_ENTRY and filed.added_by_id != request.user.pk):
        raise NotThere
    trail.note(by=request.user, act="downloaded", record=concern, reference=concern.reference, why="document")
    return HttpResponse(vault_files.open_bytes(filed.file), headers=vault_files.download_headers(filed.file))
