"""The organisation as tables: taken away, filled in, given back, looked at as a plan, and applied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from identity.access import account_of, officer
from identity.errors import PlanRefusedError
from identity.forms.organisation import ReasonForm, TablesForm
from identity.models import OrganisationUpload
from identity.services import importing
from identity.services.importing import Reach
from identity.views.organisation import admin, keeps_all, kept_agencies, roles_to_give
from identity.wording import DOINGS, KINDS, ROLES
from portal.core import files, tables
from portal.core.errors import DomainError
from portal.core.tables import Sheet


@admin
@require_http_methods(["GET", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Take the tables away, or give them back; giving leads to their plan."""
    form = TablesForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        try:
            upload = _taken(request, form)
        except DomainError as error:
            form.add_error("file", str(error.message))
        else:
            if upload is not None:
                return redirect("organisation_import", uuid=upload.uuid)
    context = {
        "form": form,
        "keeps_all": keeps_all(officer(request)),
        "kinds": KINDS.items(),
        "roles": [(role, text) for role, text in ROLES.items() if role in roles_to_give(request)],
    }
    return render(request, "identity/organisation/tables.html", context, status=422 if form.errors else 200)


@admin
@require_GET
def download(request: HttpRequest) -> HttpResponseBase:
    """The agencies that one keeps and who serves there, as a workbook that can be given back."""
    today = timezone.localdate()
    return _workbook(importing.organisation_sheets(kept_agencies(request), today), f"to-chuc-{today:%Y-%m-%d}.xlsx")


@admin
@require_GET
def blank(request: HttpRequest) -> HttpResponseBase:
    """The same workbook with nothing in it, to be filled in."""
    return _workbook(importing.blank_sheets(), "to-chuc-mau.xlsx")


@admin
@never_cache
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, uuid: Any) -> HttpResponse:
    """What tables would change, row by row, and what is wrong in them; posting applies them, all rows or none."""
    upload = get_object_or_404(OrganisationUpload, uuid=uuid, given_by=account_of(request))
    form = ReasonForm(request.POST or None)
    reach = _reach_of(request)
    if request.method == "POST" and form.is_valid():
        who: dict[str, Any] = {"by": account_of(request), "at": timezone.now(), "reach": reach}
        try:
            passwords = importing.apply_upload(upload_id=upload.pk, reason=form.cleaned_data["reason"], **who)
        except PlanRefusedError as error:
            form.add_error(None, [str(problem) for problem in error.problems])
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            context = {"upload": upload, "passwords": sorted(passwords.items())}
            return render(request, "identity/organisation/applied.html", context)
    found = importing.rehearse_upload(upload=upload, by=account_of(request), at=timezone.now(), reach=reach)
    context = {
        "upload": upload,
        "form": form,
        "plan": found,
        "groups": [(text, steps) for doing, text in DOINGS.items() if (steps := found.that(doing))],
        "too_many": len(found.opens) > importing.MOST_NEW_ACCOUNTS,
        "most": importing.MOST_NEW_ACCOUNTS,
    }
    return render(request, "identity/organisation/import.html", context, status=422 if form.errors else 200)


def _taken(request: HttpRequest, form: TablesForm) -> OrganisationUpload | None:
    refusal = files.given_up(request).get("file")
    if refusal is not None:
        raise refusal
    if not form.is_valid():
        return None
    given: UploadedFile[Any] = form.cleaned_data["file"]
    name = given.name or ""
    read = importing.tables_of(name, given, most_bytes=settings.UPLOAD_MAX_BYTES)
    return importing.take_upload(tables=read, file_name=name, by=account_of(request), at=timezone.now())


def _reach_of(request: HttpRequest) -> Reach:
    """Return what the admin may import: the province's everything that it gives."""
    whole = keeps_all(officer(request))
    return Reach(None if whole else frozenset(kept_agencies(request)), roles_to_give(request))


def _workbook(sheets: Sequence[Sheet], name: str) -> HttpResponseBase:
    return FileResponse(tables.workbook(sheets), as_attachment=True, filename=name, content_type=tables.XLSX)
