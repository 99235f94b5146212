"""Reading one's own cases, and filing."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from identity.states import Scope
from onestop import queries
from onestop.api import shapes
from onestop.api.keys import KeyApi, account_behind
from onestop.api.views.asking import CODE, IDEMPOTENCY, once, one_of, own_case
from onestop.models import CaseQuerySet
from onestop.services import by_program
from portal.core.api import Fault, FaultyRequest
from procedures.definition import sha256_of

_MOST: Final = 100
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
        parameters=[IDEMPOTENCY],
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
        return once(
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

    @extend_schema(operation_id="cases_read", parameters=[CODE], responses=shapes.CaseDetailSerializer)
    def get(self, request: Request, code: str) -> Response:
        """Where a case stands, its fee, its papers, what the office waits for."""
        return Response(shapes.CaseDetailSerializer(own_case(request, code)).data)


class CaseEvents(KeyApi):
    """The history of a case of one's own."""

    scopes = {"GET": Scope.CASES_READ}
    problems = (*KeyApi.problems, 404)

    @extend_schema(operation_id="cases_events", parameters=[CODE], responses=shapes.EventListSerializer)
    def get(self, request: Request, code: str) -> Response:
        """What happened to a case, as its page tells it."""
        history = queries.history(own_case(request, code), for_applicant=True)
        return Response({"results": shapes.many(shapes.EventSerializer, history)})


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", "50")
    if not re.fullmatch(r"\d{1,3}", text, re.ASCII) or not 1 <= int(text) <= _MOST:
        raise FaultyRequest([Fault("", _("limit: a number from 1 to %(most)d.") % {"most": _MOST})])
    return int(text)


def _after(cases: CaseQuerySet, request: Request) -> CaseQuerySet:
    if "after" not in request.query_params:
        return cases
    last = one_of(cases, request.query_params["after"])
    if last is None:
        raise FaultyRequest([Fault("", _("after: the id of one of your cases."))])
    return cases.filter(pk__lt=last.pk)
