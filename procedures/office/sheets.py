"""The catalogue as a spreadsheet: taken away, filled in, given back, looked at as a plan, and proposed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from identity.access import account_of, serves_as
from identity.states import Role
from portal.core import files, tables
from portal.core.errors import DomainError
from procedures.models import SheetUpload
from procedures.office import queries
from procedures.office.paging import page_of
from procedures.services import spreadsheets
from procedures.sheets.writing import written

_PAGE: Final = 20
_CHUNK: Final = 200
admin = serves_as(Role.CATALOGUE_ADMIN)


class SheetForm(forms.Form):
    """A spreadsheet to read."""

    file = forms.FileField(
        label=gettext_lazy("The filled-in spreadsheet"),
        help_text=gettext_lazy("The XLSX file that was taken away here, at most 20 MB."),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )


@admin
@require_http_methods(["GET", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Take the catalogue away, or give a spreadsheet back; giving leads to its plan."""
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        try:
            upload = _taken(request, form)
        except DomainError as error:
            form.add_error("file", str(error.message))
        else:
            if upload is not None:
                return redirect("office:sheet", uuid=upload.uuid)
    context = {
        "here": "sheets",
        "form": form,
        "uploads": queries.sheet_uploads(account_of(request))[:10],
    }
    return render(request, "office/sheets.html", context, status=422 if form.errors else 200)


@admin
@require_GET
def download(request: HttpRequest) -> HttpResponseBase:
    """The newest versions of all procedures in service as a workbook."""
    book = written(_versions)
    name = f"danh-muc-{timezone.localdate():%Y-%m-%d}.xlsx"
    return FileResponse(book, as_attachment=True, filename=name, content_type=tables.XLSX)


@admin
@require_GET
def plan(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What a spreadsheet would change, procedure by procedure, and what is wrong in it."""
    upload = _mine(request, uuid)
    page = page_of(request, sorted(upload.documents), _PAGE)
    context = {
        "here": "sheets",
        "upload": upload,
        "page": page,
        "steps": queries.sheet_steps(upload, list(page.object_list)),
    }
    return render(request, "office/sheet.html", context)


@admin
@require_POST
def confirm(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make proposals of the plan."""
    upload = _mine(request, uuid)
    try:
        done = spreadsheets.confirm_sheet(upload_id=upload.pk, by=account_of(request), at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("office:sheet", uuid=uuid)
    count = len(done.proposals)
    words = ngettext("%(n)s proposal waits for a second person.", "%(n)s proposals wait for a second person.", count)
    messages.success(request, words % {"n": count})
    if done.overtaken:
        left = _("Changed by somebody in the meantime, and not proposed: %(codes)s.")
        messages.warning(request, left % {"codes": ", ".join(done.overtaken)})
    return redirect("office:home")


def _taken(request: HttpRequest, form: SheetForm) -> SheetUpload | None:
    refusal = files.given_up(request).get("file")
    if refusal is not None:
        raise refusal
    if not form.is_valid():
        return None
    given: UploadedFile[Any] = form.cleaned_data["file"]
    read = files.read_workbook(given, most_bytes=settings.UPLOAD_MAX_BYTES)
    return spreadsheets.take_sheet(tables=read, file_name=given.name or "", by=account_of(request), at=timezone.now())


def _versions() -> Iterator[tuple[int, Mapping[str, Any]]]:
    for version in queries.newest_in_service(timezone.localdate()).iterator(chunk_size=_CHUNK):
        yield version.number, version.document


def _mine(request: HttpRequest, uuid: UUID) -> SheetUpload:
    return get_object_or_404(queries.sheet_uploads(account_of(request)), uuid=uuid)
