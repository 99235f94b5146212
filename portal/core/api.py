"""What all addresses of the API share: problem documents, careful parsing, throttles, the schema."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO, Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_spectacular.openapi import AutoSchema
from redis.exceptions import RedisError
from rest_framework import exceptions, serializers
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView, exception_handler

from portal.core.errors import (
    ConflictError,
    DamagedFileError,
    DomainError,
    QuarantinedFileError,
    StorageFullError,
    TooManyRequestsError,
)
from portal.core.storable import read_json

PROBLEM: Final = "application/problem+json"  # RFC 9457
_TITLES: Final[dict[int, Promise]] = {
    400: _("The request cannot be read"),
    401: _("A key is needed"),
    403: _("The key does not allow this"),
    404: _("Not found"),
    405: _("This address does not take this method"),
    406: _("The answer does not come in that format"),
    409: _("Changed in the meantime"),
    413: _("Too large"),
    415: _("The request does not come in a format that is taken"),
    422: _("Not accepted as it is"),
    429: _("Too many requests"),
    503: _("Not possible just now"),
}
_STATUSES: Final[dict[type[Exception], int]] = {
    ConflictError: 409,
    RequestDataTooBig: 413,
    TooManyRequestsError: 429,
    StorageFullError: 503,
    QuarantinedFileError: 503,
    DamagedFileError: 503,
    DomainError: 422,
    SuspiciousOperation: 400,
}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in what was sent: where (a JSON pointer) and what."""

    pointer: str
    detail: str


class FaultyRequest(exceptions.APIException):
    """What was sent is understood and not accepted; `faults` say what is wrong where."""

    status_code = 422
    default_detail = _("Some answers are missing or need correction.")
    default_code = "faulty"

    def __init__(self, faults: Iterable[Fault] = (), *, detail: str | Promise | None = None, code: str = "") -> None:
        self.faults = list(faults)
        super().__init__(str(detail) if detail else None, code or None)


class FaultSerializer(serializers.Serializer[Any]):
    """What is wrong in one place of the request."""

    pointer = serializers.CharField(help_text="JSON pointer (RFC 6901) into what was sent")
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """Why there is no answer (RFC 9457), in Vietnamese or, by Accept-Language, in English."""

    type = serializers.CharField(help_text="always about:blank; `code` tells problems of one status apart")
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = FaultSerializer(many=True, required=False)  # type: ignore[assignment] # a field, taken off the class


def pointer(*path: object) -> str:
    """Return the JSON pointer to a place in the request's body."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def as_problem(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Answer a refusal with a problem document; None, for what is no refusal, lets it rise."""
    known = _as_api_exception(error)
    answer = exception_handler(known, dict(context))  # knows Http404 and PermissionDenied, writes the headers
    if answer is None:
        return None
    status = 422 if isinstance(known, exceptions.ValidationError) else answer.status_code
    faults = known.faults if isinstance(known, FaultyRequest) else _faults(known)
    detail = getattr(known, "detail", None)
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": str(_TITLES.get(status, HTTPStatus(status).phrase)),
        "status": status,
        "code": str(getattr(detail, "code", "") or getattr(known, "default_code", "") or "not_found"),
        "detail": str(detail if isinstance(detail, str) else _TITLES.get(status, "")),
    }
    if faults:
        document["errors"] = [{"pointer": fault.pointer, "detail": fault.detail} for fault in faults]
    headers = {name: answer[name] for name in ("WWW-Authenticate", "Retry-After", "Allow") if name in answer}
    return Response(document, status=status, headers=headers, content_type=PROBLEM)


def _as_api_exception(error: Exception) -> Exception:
    for kind, status in _STATUSES.items():
        if isinstance(error, kind):
            known = exceptions.APIException(str(getattr(error, "message", "") or _TITLES[status]), _code(error))
            known.status_code = status
            return known
    return error


def _code(error: Exception) -> str:
    """Return what a program knows the refusal by: `key_reused` for `KeyReusedError`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__.removesuffix("Error")).lower()


def _faults(error: Exception) -> list[Fault]:
    """Return what the framework's serializers found wrong."""
    if not isinstance(error, exceptions.ValidationError):
        return []
    found = error.detail if isinstance(error.detail, dict) else {"": error.detail}
    return [Fault(pointer(name) if name else "", str(message)) for name, said in found.items() for message in said]


class CarefulJSONParser(JSONParser):
    """JSON that is small enough, not nested without end, and whose texts can be stored."""

    def parse(self, stream: IO[Any], media_type: Any = None, parser_context: Any = None) -> Any:
        body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig
        try:
            return read_json(body)
        except ValueError as error:
            raise exceptions.ParseError(_("This is not JSON that can be read.")) from error


class Forgiving(SimpleRateThrottle):
    """So many calls a minute; while Redis is away nobody counts."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        try:
            return super().allow_request(request, view)
        except (RedisError, OSError):
            return True


class ApiSchema(AutoSchema):
    """Adds to every operation the problems that its view names in `problems`."""

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status in getattr(self.view, "problems", ()):
            if str(status) not in bodies:
                problem: Any = self._get_response_for_code(  # type: ignore[no-untyped-call]
                    ProblemSerializer, str(status), [PROBLEM], direction
                )
                bodies[str(status)] = problem | {"description": HTTPStatus(status).phrase}
        return bodies
