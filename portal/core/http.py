"""The one door to the outside world: time-outs, retries, typed failures, logs without personal data."""

from __future__ import annotations

import atexit
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog
from django.conf import settings
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from portal.core.errors import OutcomeUnknownError, UnreachableError

log = structlog.get_logger(__name__)
_client = httpx.Client(follow_redirects=False, trust_env=False, limits=httpx.Limits(max_connections=50))
atexit.register(_client.close)


def post_json(url: str, body: Mapping[str, Any], *, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """POST `body` as JSON and return the answer, whatever its status.

    Raises `UnreachableError` when nothing was sent, `OutcomeUnknownError` when the answer did not come.
    """
    return _send("POST", url, json=dict(body), headers=headers)


def post(url: str, content: bytes, *, headers: Mapping[str, str]) -> httpx.Response:
    """POST raw bytes and return the answer; raises as `post_json` does."""
    return _send("POST", url, content=content, headers=headers)


def get(url: str, *, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """GET `url` and return the answer; raises as `post_json` does."""
    return _send("GET", url, headers=headers)


def _send(method: str, url: str, **options: Any) -> httpx.Response:
    started = time.monotonic()
    try:
        # Only a connection that was never made is tried again: nothing can have happened on the other side.
        for attempt in Retrying(
            retry=retry_if_exception_type(httpx.ConnectError),
            stop=stop_after_attempt(2),
            wait=wait_exponential(multiplier=0.2),
            reraise=True,
        ):
            with attempt:
                response = _client.request(method, url, timeout=settings.HTTP_TIMEOUT_SECONDS, **options)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        _log(method, url, started, outcome="unreachable")
        raise UnreachableError(f"{urlsplit(url).netloc} cannot be reached.") from error
    except httpx.HTTPError as error:
        _log(method, url, started, outcome="unknown")
        raise OutcomeUnknownError(f"{urlsplit(url).netloc} did not answer.") from error
    _log(method, url, started, outcome=str(response.status_code))
    return response


def _log(method: str, url: str, started: float, *, outcome: str) -> None:
    parts = urlsplit(url)
    milliseconds = round((time.monotonic() - started) * 1000)
    log.info("http_out", method=method, host=parts.netloc, path=parts.path, outcome=outcome, ms=milliseconds)
