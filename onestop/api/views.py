"""Addresses of the API for one's own cases: check the key, clean the input, call one service or query, answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ParseError
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from identity.states import Scope
from onestop import queries
from onestop.api import shapes
from onestop.api.keys import KeyApi, account_behind
from onestop.errors import IncompleteAnswersError
from onestop.kinds import RequestKind
from onestop.models import Case, CaseDocument, CasePaper, CaseQuerySet
from onestop.services import by_program, filing, withdrawing
from onestop.services.by_program import MisshapenAnswersError
from portal.core import files
from portal.core.api import Fault, FaultyRequest, pointer
from portal.core.errors import DomainError
from procedures.definition import sha256_of
from procedures.eforms.describing import answers_schema, steps_described
from procedures.eforms.fields import tidy

_Method = TypeVar("_Method", bound=Callable[..., HttpResponse])
_MOST: Final = 100
_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")
_EXAMPLE: Final = {
    "procedure": "2.000635",
    "answers": {
        "document": "BIRTH_EXTRACT",
        "copies": 2,
        "requester": {
            "full_name": "Nguyễn Văn An",
            "birth_date": "1985-02-03",
            "sex": "MALE",
            "national_id": "074085001234",
        },
        "phone": "0912345678",
        "on_behalf": "SELF",
        "registered_person": {"full_name": "Nguyễn Văn An", "birth_date": "1985-02-03", "sex": "MALE"},
        "registered_at_known": "NO",
        "competent_agency": "H09.25747",
        "delivery": "ELECTRONIC",
    },
}
_AFTER: Final = OpenApiParameter("after", UUID, description="`id` of the last case of the page before")
_LIMIT: Final = OpenApiParameter(
    "limit", {"type": "integer", "minimum": 1, "maximum": _MOST, "default": 50}, description="how many at most"
)
_IDEMPOTENCY: Final = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    required=True,
    description="The program's own name for this act, kept for seven days: the same key with the same body gets "
    "the same answer and does nothing more; with another body it is refused (422).",
)
_FILE: Final = {
    (200, kind): OpenApiTypes.BINARY for kind in ("application/pdf", "image/jpeg", "image/png", "application/zip")
}
_CODE: Final = OpenApiParameter("code", str, OpenApiParameter.PATH, description="the case's code, or its `id`")


class Cases(KeyApi):
    """One's own cases."""

    scopes = {"GET": Scope.CASES_READ, "POST": Scope.CASES_FILE}
    problems = (400, *KeyApi.problems, 404, 413, 415, 422)

    @extend_schema(operation_id="cases_list", parameters=[_AFTER, _LIMIT], responses=shapes.CasePageSerializer)
    def get(self, request: Request) -> Response:
        """One's own cases, drafts included, the newest first."""
        limit = _limit(request)
        cases = _after(queries.own_cases(account_behind(request)), request)
        page = list(cases[: limit + 1])
        following = None
        if len(page) > limit:
            following = request.build_absolute_uri(f"{request.path}?limit={limit}&after={page[limit - 1].uuid}")
        return Response({"results": shapes.many(shapes.CaseSerializer, page[:limit]), "next": following})

    @extend_schema(
        operation_id="cases_file",
        parameters=[_IDEMPOTENCY],
        request=shapes.FilingSerializer,
        responses={201: OpenApiResponse(shapes.CaseDetailSerializer, description="filed, or filed before")},
        examples=[OpenApiExample("two copies of a birth extract", _EXAMPLE, request_only=True)],
    )
    def post(self, request: Request) -> HttpResponse:
        """File a case, exactly once.

        When a fee is due, the case waits for it (`AWAITING_PAYMENT`) and `fee.pay_page` is where the person pays.
        """
        order = shapes.FilingSerializer(data=request.data)
        order.is_valid(raise_exception=True)
        answers = dict(order.validated_data["answers"])
        if "delivery" in order.validated_data:
            answers["delivery"] = order.validated_data["delivery"]
        return _once(
            request,
            sha256_of(order.initial_data),
            lambda at: by_program.file(
                account=account_behind(request),
                procedure=order.validated_data["procedure"],
                answers=answers,
                at=at,
            ),
            status=201,
        )


class OneCase(KeyApi):
    """One case of one's own."""

    scopes = {"GET": Scope.CASES_READ}
    problems = (*KeyApi.problems, 404)

    @extend_schema(operation_id="cases_read", parameters=[_CODE], responses=shapes.CaseDetailSerializer)
    def get(self, request: Request, code: str) -> Response:
        """Where a case stands, its fee, its papers, what the office waits for."""
        return Response(shapes.CaseDetailSerializer(_own(request, code)).data)


class CaseEvents(KeyApi):
    """The history of a case of one's own."""

    scopes = {"GET": Scope.CASES_READ}
    problems = (*KeyApi.problems, 404)

    @extend_schema(operation_id="cases_events", parameters=[_CODE], responses=shapes.EventListSerializer)
    def get(self, request: Request, code: str) -> Response:
        """What happened to a case, as its page tells it."""
        history = queries.history(_own(request, code), for_applicant=True)
        return Response({"results": shapes.many(shapes.EventSerializer, history)})


class ActApi(KeyApi):
    """An act of the person in a case that is filed, done once for each Idempotency-Key."""

    scopes = {"POST": Scope.CASES_ACT}
    problems = (400, *KeyApi.problems, 404, 409, 413, 415, 422)

    def act(self, request: Request, case: Case, act: Callable[[datetime], Case]) -> HttpResponse:
        """Answer with the case after the act; to another case, or at another address, the key is another's."""
        asked = {"case": str(case.uuid), "act": type(self).__name__, "body": request.data}
        return _once(request, sha256_of(asked), act, status=200)


def _acting(operation: str, shape: type[serializers.Serializer[Any]] | None) -> Callable[[_Method], _Method]:
    """Return what the schema says of an act."""
    done = OpenApiResponse(shapes.CaseDetailSerializer, description="done, or done before")
    return extend_schema(
        operation_id=operation, parameters=[_CODE, _IDEMPOTENCY], request=shape, responses={200: done}
    )


class Supplement(ActApi):
    """The supplement that the office waits for."""

    scopes = {"GET": Scope.CASES_READ, "POST": Scope.CASES_ACT}

    @extend_schema(
        operation_id="cases_supplement_asked", parameters=[_CODE], responses=shapes.SupplementAskedSerializer
    )
    def get(self, request: Request, code: str) -> Response:
        """What was asked for, and what the answers must look like: the questions of the case's own version."""
        case = _own(request, code)
        asked = by_program.awaited(case, RequestKind.SUPPLEMENT)
        form = by_program.form_of_supplement(case, asked)
        return Response(
            {
                "request": asked.uuid,
                "text": asked.text,
                "due_at": asked.due_at,
                "answers": answers_schema(form),
                "questions": steps_described(form)[0]["questions"],
            }
        )

    @_acting("cases_supplement", shapes.SupplementSerializer)
    def post(self, request: Request, code: str) -> HttpResponse:
        """Send what was asked for, and only that."""
        case, given = _own(request, code), _body(request, shapes.SupplementSerializer)
        account = account_behind(request)
        return self.act(
            request, case, lambda at: by_program.answer_supplement(account=account, case_id=case.pk, at=at, **given)
        )


class Consent(ActApi):
    """The draft of the result for which the office asks the person's consent."""

    @_acting("cases_consent", shapes.ConsentSerializer)
    def post(self, request: Request, code: str) -> HttpResponse:
        """Agree with the draft, or say what is wrong in it. Read it first, at its document's address."""
        case, given = _own(request, code), _body(request, shapes.ConsentSerializer)
        account = account_behind(request)
        given["text"] = tidy(given["text"], lines=True)
        return self.act(
            request, case, lambda at: by_program.answer_consent(account=account, case_id=case.pk, at=at, **given)
        )


class Withdrawal(ActApi):
    """The end of a case that is not wanted any more."""

    @_acting("cases_withdraw", shapes.WithdrawalSerializer)
    def post(self, request: Request, code: str) -> HttpResponse:
        """Withdraw a case; when it is being handled already, ask the office to agree (`WITHDRAWAL_REQUESTED`)."""
        case, given = _own(request, code), _body(request, shapes.WithdrawalSerializer)
        account, reason = account_behind(request), tidy(given["reason"], lines=True)
        return self.act(
            request,
            case,
            lambda at: withdrawing.withdraw(case_id=case.pk, account=account, reason=reason, at=at),
        )


class Cancellation(ActApi):
    """The end of a filing whose fee was not paid."""

    @_acting("cases_cancel", None)
    def post(self, request: Request, code: str) -> HttpResponse:
        """Give up a filing that waits for its fee (`AWAITING_PAYMENT`); nothing is charged any more."""
        case, account = _own(request, code), account_behind(request)
        return self.act(request, case, lambda at: filing.cancel_filing(case_id=case.pk, account=account, at=at))


class FileApi(KeyApi):
    """A file, as it is; whatever the program says it takes, only refusals are JSON."""

    scopes = {"GET": Scope.FILES_READ}
    problems = (401, 403, 404, 429, 503)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)


class PaperFile(FileApi):
    """A paper that the person gave."""

    @extend_schema(operation_id="cases_paper_file", parameters=[_CODE], responses=_FILE)
    def get(self, request: Request, code: str, paper: UUID) -> HttpResponse:
        """Download a paper of one's own case."""
        return _file(paper, queries.papers(_own(request, code)))


class DocumentFile(FileApi):
    """A paper that the office issued, the result among them."""

    @extend_schema(operation_id="cases_document_file", parameters=[_CODE], responses=_FILE)
    def get(self, request: Request, code: str, document: UUID) -> HttpResponse:
        """Download a document of one's own case; a signed result byte for byte as it was signed."""
        return _file(document, queries.documents(_own(request, code), for_applicant=True))


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
                case = _own(request, given.validated_data["case"])
                kept = by_program.keep_for_supplement(case=case, **common)
            else:
                kept = by_program.keep_upload(procedure=given.validated_data["procedure"], **common)
        except IncompleteAnswersError as error:
            raise _faulty(error) from error
        except files.FileRefusedError as error:
            raise _refused_file(error) from error
        return Response(shapes.UploadedSerializer(kept).data, status=201)


def _once(request: Request, request_hash: str, act: Callable[[datetime], Case], *, status: int) -> HttpResponse:
    """Answer an act that a program may ask for twice; raises `ParseError` without an Idempotency-Key."""
    key, at = request.headers.get("Idempotency-Key", ""), timezone.now()
    if not _KEY.fullmatch(key):
        raise ParseError(_("The header Idempotency-Key is missing, or is not 1 to 200 visible ASCII signs."))
    try:
        done = by_program.once(
            account=account_behind(request),
            key=key,
            request_hash=request_hash,
            act=lambda: act(at),
            present=_as_json,
            at=at,
        )
    except IncompleteAnswersError as error:
        raise _faulty(error) from error
    headers = {"Idempotency-Replayed": "true"} if done.is_repeated else {}
    return HttpResponse(done.answer, status=status, content_type="application/json", headers=headers)


def _body(request: Request, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    given = shape(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def _file(uuid: UUID, among: Iterable[CasePaper | CaseDocument]) -> HttpResponse:
    found = next((one.file for one in among if one.uuid == uuid), None)
    if found is None:
        raise NotFound
    return files.served(found)


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", "50")
    if not re.fullmatch(r"\d{1,3}", text, re.ASCII) or not 1 <= int(text) <= _MOST:
        raise FaultyRequest([Fault("", _("limit: a number from 1 to %(most)d.") % {"most": _MOST})])
    return int(text)


def _after(cases: CaseQuerySet, request: Request) -> CaseQuerySet:
    if "after" not in request.query_params:
        return cases
    last = _one_of(cases, request.query_params["after"])
    if last is None:
        raise FaultyRequest([Fault("", _("after: the id of one of your cases."))])
    return cases.filter(pk__lt=last.pk)


def _own(request: Request, code: str) -> Case:
    found = _one_of(queries.own_cases(account_behind(request)), code)
    if found is None:
        raise NotFound(_("You have no case of this code."))
    return found


def _one_of(cases: CaseQuerySet, name: str) -> Case | None:
    if "\0" in name:
        return None
    try:
        return cases.filter(uuid=UUID(name)).first()
    except ValueError:
        return cases.coded(name).first()


def _as_json(case: Case) -> str:
    rendered: bytes = JSONRenderer().render(shapes.CaseDetailSerializer(case).data)
    return rendered.decode()


def _faulty(error: IncompleteAnswersError) -> FaultyRequest:
    if isinstance(error, MisshapenAnswersError):
        return FaultyRequest(Fault(pointer(*place), message) for place, message in error.places.items())
    faults: list[Any] = [
        Fault(pointer("answers", *name.split("__")), message)
        for name, messages in error.errors.items()
        for message in messages
    ]
    return FaultyRequest(faults, detail=error.message)


def _refused_file(error: DomainError) -> FaultyRequest:
    return FaultyRequest([Fault("/file", str(error.message))], detail=error.message, code="file_refused")
