"""Files: papers given, documents issued, and papers for cases to come."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from identity.states import Scope
from onestop import queries
from onestop.api import shapes
from onestop.api.keys import KeyApi, account_behind
from onestop.api.views.asking import CODE, faulty, own_case
from onestop.errors import IncompleteAnswersError
from onestop.models import CaseDocument, CasePaper
from onestop.services import by_program
from portal.core import files
from portal.core.api import Fault, FaultyRequest
from portal.core.errors import DomainError

_FILE: Final = {
    (200, kind): OpenApiTypes.BINARY for kind in ("application/pdf", "image/jpeg", "image/png", "application/zip")
}


class FileApi(KeyApi):
    """A file, as it is; whatever the program says it takes, only refusals are JSON."""

    scopes = {"GET": Scope.FILES_READ}
    problems = (401, 403, 404, 429, 503)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)


class PaperFile(FileApi):
    """A paper that the person gave."""

    @extend_schema(operation_id="cases_paper_file", parameters=[CODE], responses=_FILE)
    def get(self, request: Request, code: str, paper: UUID) -> HttpResponse:
        """Download a paper of one's own case."""
        return _file(paper, queries.papers(own_case(request, code)))


class DocumentFile(FileApi):
    """A paper that the office issued, the result among them."""

    @extend_schema(operation_id="cases_document_file", parameters=[CODE], responses=_FILE)
    def get(self, request: Request, code: str, document: UUID) -> HttpResponse:
        """Download a document of one's own case; a signed result byte for byte as it was signed."""
        return _file(document, queries.documents(own_case(request, code), for_applicant=True))


class Papers(KeyApi):
    """Papers for cases to come, and for supplements."""

    scopes = {"POST": Scope.PAPERS_UPLOAD}
    parser_classes = (MultiPartParser,)
    problems = (400, *KeyApi.problems, 404, 409, 413, 415, 422, 503)

    @extend_schema(
        operation_id="papers_upload",
        request={"multipart/form-data": shapes.UploadSerializer},
        responses={201: shapes.UploadedSerializer},
    )
    def post(self, request: Request) -> Response:
        """Give a file for a paper; it is examined as on the pages. Name its `id` in the answers."""
        data = request.data
        for refusal in files.given_up(request._request).values():
            raise _refused_file(refusal)
        given = shapes.UploadSerializer(data=data)
        given.is_valid(raise_exception=True)
        upload = given.validated_data["file"]
        common: dict[str, Any] = {
            "account": account_behind(request),
            "paper": given.validated_data["paper"],
            "source": upload,
            "name": upload.name or "",
            "at": timezone.now(),
        }
        try:
            if "case" in given.validated_data:
                case = own_case(request, given.validated_data["case"])
                kept = by_program.keep_for_supplement(case=case, **common)
            else:
                kept = by_program.keep_upload(procedure=given.validated_data["procedure"], **common)
        except IncompleteAnswersError as error:
            raise faulty(error) from error
        except files.FileRefusedError as error:
            raise _refused_file(error) from error
        return Response(shapes.UploadedSerializer(kept).data, status=201)


def _file(uuid: UUID, among: Iterable[CasePaper | CaseDocument]) -> HttpResponse:
    found = next((one.file for one in among if one.uuid == uuid), None)
    if found is None:
        raise NotFound
    return files.served(found)


def _refused_file(error: DomainError) -> FaultyRequest:
    return FaultyRequest([Fault("/file", str(error.message))], detail=error.message, code="file_refused")
