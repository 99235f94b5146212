"""What a person does in a case that is filed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from identity.states import Scope
from onestop.api import shapes
from onestop.api.keys import KeyApi, account_behind
from onestop.api.views.asking import CODE, IDEMPOTENCY, body, once, own_case
from onestop.kinds import RequestKind
from onestop.models import Case
from onestop.services import by_program, filing, withdrawing
from procedures.definition import sha256_of
from procedures.eforms.describing import answers_schema, steps_described
from procedures.eforms.fields import tidy

_Method = TypeVar("_Method", bound=Callable[..., HttpResponse])


class ActApi(KeyApi):
    """An act of the person in a case that is filed, done once for each Idempotency-Key."""

    scopes = {"POST": Scope.CASES_ACT}
    problems = (400, *KeyApi.problems, 404, 409, 413, 415, 422)

    def act(self, request: Request, case: Case, act: Callable[[datetime], Case]) -> HttpResponse:
        """Answer with the case after the act; to another case, or at another address, the key is another's."""
        asked = {"case": str(case.uuid), "act": type(self).__name__, "body": request.data}
        return once(request, sha256_of(asked), act, status=200)


def _acting(operation: str, shape: type[serializers.Serializer[Any]] | None) -> Callable[[_Method], _Method]:
    """Return what the schema says of an act."""
    done = OpenApiResponse(shapes.CaseDetailSerializer, description="done, or done before")
    return extend_schema(operation_id=operation, parameters=[CODE, IDEMPOTENCY], request=shape, responses={200: done})


class Supplement(ActApi):
    """The supplement that the office waits for."""

    scopes = {"GET": Scope.CASES_READ, "POST": Scope.CASES_ACT}

    @extend_schema(
        operation_id="cases_supplement_asked", parameters=[CODE], responses=shapes.SupplementAskedSerializer
    )
    def get(self, request: Request, code: str) -> Response:
        """What was asked for, and what the answers must look like: the questions of the case's own version."""
        case = own_case(request, code)
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
        case, given = own_case(request, code), body(request, shapes.SupplementSerializer)
        account = account_behind(request)
        return self.act(
            request, case, lambda at: by_program.answer_supplement(account=account, case_id=case.pk, at=at, **given)
        )


class Consent(ActApi):
    """The draft of the result for which the office asks the person's consent."""

    @_acting("cases_consent", shapes.ConsentSerializer)
    def post(self, request: Request, code: str) -> HttpResponse:
        """Agree with the draft, or say what is wrong in it. Read it first, at its document's address."""
        case, given = own_case(request, code), body(request, shapes.ConsentSerializer)
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
        case, given = own_case(request, code), body(request, shapes.WithdrawalSerializer)
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
        case, account = own_case(request, code), account_behind(request)
        return self.act(request, case, lambda at: filing.cancel_filing(case_id=case.pk, account=account, at=at))
