"""The national portal's protocol, generation 1: one endpoint, the operation in `service`, a session in every body.

Who speaks through it: `onestop.national_portal` of cases, `procedures.national` of the catalogue.

Error codes come as texts or numbers; "đã tồn tại" in a message says that a case is known there already.
"""

from __future__ import annotations

from typing import Any, Final

import httpx
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from portal.core import http
from portal.core.errors import OutcomeUnknownError, RefusedError, UnreachableError

_SESSION: Final = "national_portal_session"
_SESSION_SECONDS: Final = 20 * 60
_OK: Final = {"0", "00"}
_NO_SESSION: Final = {"-2"}


class AlreadyThereError(RefusedError):
    """The national portal knows the case already."""


def call(service: str, **fields: Any) -> dict[str, Any]:
    """Return the answer to an operation; a lapsed session is renewed once.

    Raises `AlreadyThereError`, `RefusedError`, `UnreachableError` (nothing happened there, try again),
    `OutcomeUnknownError`.
    """
    answer = _send(service, fields)
    if str(answer.get("error_code")) in _NO_SESSION:
        _forget_session()
        answer = _send(service, fields)
    code, message = str(answer.get("error_code")), str(answer.get("message", ""))
    if code in _OK:
        return answer
    if "đã tồn tại" in message.lower():
        raise AlreadyThereError(f"{service}: {code}")
    raise RefusedError(f"{service} was refused with {code}: {message[:200]}")


def fetch_file(identifier: str) -> bytes:
    """Return a file that was given at the national portal; raises as `call` does."""
    response = _post("getfile", {"TepDinhKemId": identifier})
    if response.status_code != 200 or response.headers.get("content-type", "").startswith("application/json"):
        raise RefusedError(f"getfile was answered with status {response.status_code}.")
    return response.content


def _send(service: str, fields: dict[str, Any]) -> dict[str, Any]:
    response = _post(service, fields)
    if response.status_code >= 500 or response.status_code == 429:
        # A server that broke may have acted before it broke.
        raise OutcomeUnknownError(f"{service} was answered with status {response.status_code}.")
    if response.status_code != 200:
        raise RefusedError(f"{service} was answered with status {response.status_code}.")
    try:
        answer = response.json()
    except ValueError as error:
        raise OutcomeUnknownError(f"{service} was answered with something that is not JSON.") from error
    return answer if isinstance(answer, dict) else {}


def _post(service: str, fields: dict[str, Any]) -> httpx.Response:
    body = {"session": _session(), "madonvi": settings.NATIONAL_PORTAL_UNIT, "service": service, **fields}
    return http.post_json(f"{settings.NATIONAL_PORTAL_URL}/api", body)


def _session() -> str:
    known = _remembered()
    if known:
        return known
    body = {"username": settings.NATIONAL_PORTAL_USERNAME, "password": settings.NATIONAL_PORTAL_PASSWORD}
    response = http.post_json(
        f"{settings.NATIONAL_PORTAL_URL}/auth", body, headers={"dstcode": settings.NATIONAL_PORTAL_DSTCODE}
    )
    session = response.json().get("session") if response.status_code == 200 else None
    if not session:
        raise UnreachableError("The national portal did not open a session.")
    _remember(str(session))
    return str(session)


def _remembered() -> str | None:
    # Redis may be away: then each message opens its own session.
    try:
        known = cache.get(_SESSION)
        return str(known) if known else None
    except (RedisError, OSError):
        return None


def _remember(session: str) -> None:
    try:
        cache.set(_SESSION, session, _SESSION_SECONDS)
    except (RedisError, OSError):
        return


def _forget_session() -> None:
    try:
        cache.delete(_SESSION)
    except (RedisError, OSError):
        return
