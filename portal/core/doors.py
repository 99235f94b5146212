"""At the door, before anything reads a request: who knocks, and what no browser sends."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_ipv46_address
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

Answer = Callable[[HttpRequest], HttpResponse]


def without_nul_cookies(get_response: Answer) -> Answer:
    """Return the middleware for which a cookie with a NUL, the session's above all, is not there."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\0" not in value}
        return get_response(request)

    return middleware


def seen_by_our_proxies(get_response: Answer) -> Answer:
    """Return the middleware that puts the visitor's address in the place of our own proxy's.

    Look-ups and sign-ins are counted by address: behind a proxy everybody would share one. Only what our
    `TRUSTED_PROXIES` wrote at the end of X-Forwarded-For is read, never what the visitor put before it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        hops = request.headers.get("X-Forwarded-For", "").split(",")
        if 0 < settings.TRUSTED_PROXIES <= len(hops) and _is_address(hops[-settings.TRUSTED_PROXIES].strip()):
            request.META["REMOTE_ADDR"] = hops[-settings.TRUSTED_PROXIES].strip()
        return get_response(request)

    return middleware


def without_floods(get_response: Answer) -> Answer:
    """Return the middleware that answers 413 to a request larger than `REQUEST_MAX_BYTES` without reading it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.headers.get("Content-Length", "").isdecimal():
            length = int(request.headers["Content-Length"])
            if length > settings.REQUEST_MAX_BYTES:
                megabytes = settings.REQUEST_MAX_BYTES // (1024 * 1024)
                return render(request, "413.html", {"megabytes": megabytes}, status=413)
        return get_response(request)

    return middleware


def _is_address(text: str) -> bool:
    try:
        validate_ipv46_address(text)
    except ValidationError:
        return False
    return True
