"""At the door, before anything reads a request: what no browser sends and the database cannot hold."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]


def without_nul_cookies(get_response: Answer) -> Answer:
    """Return the middleware for which a cookie with a NUL, the session's above all, is not there."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\0" not in value}
        return get_response(request)

    return middleware
