"""Files of a case, each fetched through a case that is already narrowed to the asker."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from identity.access import account_of, citizen, officer, serves_as
from identity.states import DESK
from onestop import printing, queries
from onestop.models import Case, CaseDocument
from onestop.services import confirming
from onestop.views.drafts import at_hand
from portal.core import files
from portal.core.errors import DamagedFileError, QuarantinedFileError
from portal.core.models import StoredFile, Thumbnail
from procedures.errors import BusyError


@citizen
@require_GET
def my_paper(request: HttpRequest, uuid: UUID, paper: UUID) -> HttpResponse:
    """A paper that the citizen gave, or a clerk scanned for them."""
    return _paper(at_hand(request, uuid), paper)


@citizen
@require_GET
def paper_to_confirm(request: HttpRequest, token: str, paper: UUID) -> HttpResponse:
    """A paper of the draft that the citizen is asked to confirm."""
    asked = confirming.asked_of(account_of(request), token, timezone.now())
    return _paper(queries.case_to_confirm(asked) if asked else None, paper)


@citizen
@require_GET
def my_document(request: HttpRequest, uuid: UUID, document: UUID) -> HttpResponse:
    """A paper that the office issued to the citizen."""
    case = queries.case_of(account_of(request), uuid)
    return _document(document, queries.documents(case, for_applicant=True) if case else [])


@citizen
@require_GET
def my_copy(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What the citizen filed, as a PDF to keep."""
    case = queries.case_of(account_of(request), uuid)
    if case is None or case.code is None:
        raise Http404
    try:
        content = printing.filed_copy(case, language=get_language() or settings.LANGUAGE_CODE)
    except BusyError as error:
        answer = render(request, "procedures/busy.html", {"message": error.message}, status=503)
        answer["Retry-After"] = "60"
        return answer
    name = content_disposition_header(as_attachment=True, filename=f"ho-so-{case.code}.pdf")
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name or ""})


@serves_as(*DESK)
@require_GET
@xframe_options_sameorigin
def desk_paper(request: HttpRequest, code: str, paper: UUID) -> HttpResponse:
    """A paper of a case at the officer's agency."""
    return _paper(queries.case_at(officer(request), code), paper)


@serves_as(*DESK)
@require_GET
@xframe_options_sameorigin
def desk_document(request: HttpRequest, code: str, document: UUID) -> HttpResponse:
    """A document of a case that the officer may read, a draft only if they read those."""
    case = queries.case_at(officer(request), code)
    return _document(document, queries.Reader(officer(request), case).documents if case else [])


@citizen
@require_GET
def my_thumbnail(request: HttpRequest, uuid: UUID, paper: UUID) -> HttpResponse:
    """A photo that the citizen gave, or a clerk scanned for them, drawn small."""
    return _thumbnail(at_hand(request, uuid), paper)


@serves_as(*DESK)
@require_GET
def desk_thumbnail(request: HttpRequest, code: str, paper: UUID) -> HttpResponse:
    """A photo of a case at the officer's agency, drawn small."""
    return _thumbnail(queries.case_at(officer(request), code), paper)


def _paper(case: Case | None, uuid: UUID) -> HttpResponse:
    return _served(_file(case, uuid))


def _file(case: Case | None, uuid: UUID) -> StoredFile:
    if case is None:
        raise Http404
    found = case.papers.filter(uuid=uuid).select_related("file").first()
    if found is None:
        raise Http404
    return found.file


def _thumbnail(case: Case | None, uuid: UUID) -> HttpResponse:
    found = Thumbnail.objects.filter(file=_file(case, uuid), file__scan__in=["NOT_ASKED", "CLEAN"]).first()
    if found is None:
        raise Http404
    response = HttpResponse(bytes(found.content), content_type="image/jpeg")
    response["Content-Security-Policy"] = files.POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _document(uuid: UUID, readable: Iterable[CaseDocument]) -> HttpResponse:
    found = next((document for document in readable if document.uuid == uuid), None)
    if found is None or found.file is None:
        raise Http404
    return _served(found.file)


def _served(stored: StoredFile) -> HttpResponse:
    """Return a stored file; what the virus scanner has not passed, or is not what was stored, a page explains."""
    try:
        return files.served(stored)
    except (QuarantinedFileError, DamagedFileError) as error:
        page = render_to_string("onestop/file_closed.html", {"message": error.message})
        return HttpResponse(page, status=error.status)
