"""What a program asks by: a case of one's own, the key of an act; and how it is told what was wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from onestop import queries
from onestop.api import shapes
from onestop.api.keys import account_behind
from onestop.errors import IncompleteAnswersError
from onestop.models import Case, CaseQuerySet
from onestop.services import by_program
from onestop.services.by_program import MisshapenAnswersError
from portal.core.api import Fault, FaultyRequest, pointer

_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")
IDEMPOTENCY: Final = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    required=True,
    description="The program's own name for this act, kept for seven days: the same key with the same body gets "
    "the same answer and does nothing more; with another body it is refused (422).",
)
CODE: Final = OpenApiParameter("code", str, OpenApiParameter.PATH, description="the case's code, or its `id`")


def once(request: Request, request_hash: str, act: Callable[[datetime], Case], *, status: int) -> HttpResponse:
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
        raise faulty(error) from error
    headers = {"Idempotency-Replayed": "true"} if done.is_repeated else {}
    return HttpResponse(done.answer, status=status, content_type="application/json", headers=headers)


def body(request: Request, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """Return what was sent, in its shape; raises `ValidationError`."""
    given = shape(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def own_case(request: Request, code: str) -> Case:
    """Return the case of this code or id, if it is the person's own; raises `NotFound`."""
    found = one_of(queries.own_cases(account_behind(request)), code)
    if found is None:
        raise NotFound(_("You have no case of this code."))
    return found


def one_of(cases: CaseQuerySet, name: str) -> Case | None:
    """Return the one of `cases` with this code or id."""
    if "\0" in name:
        return None
    try:
        return cases.filter(uuid=UUID(name)).first()
    except ValueError:
        return cases.coded(name).first()


def _as_json(case: Case) -> str:
    rendered: bytes = JSONRenderer().render(shapes.CaseDetailSerializer(case).data)
    return rendered.decode()


def faulty(error: IncompleteAnswersError) -> FaultyRequest:
    """Return the refusal that names each wrong answer by its place in what was sent."""
    if isinstance(error, MisshapenAnswersError):
        return FaultyRequest(Fault(pointer(*place), message) for place, message in error.places.items())
    faults: list[Any] = [
        Fault(pointer("answers", *name.split("__")), message)
        for name, messages in error.errors.items()
        for message in messages
    ]
    return FaultyRequest(faults, detail=error.message)
