"""What was typed when the session had run out: kept, encrypted, until its writer has signed in again.

It waits in the session that the visitor then gets, which signing in carries on; the page that was sent asks for it
by its address (`recall`). Files are not kept: a page says that they must be chosen again.
"""

from __future__ import annotations

import base64
from typing import Any, Final
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from portal.core.crypto import decrypt, encrypt

_KEPT: Final = "typed"
_LONGEST: Final = 200_000
TYPED_IS_HERE: Final = _(
    "Your session had ended. What you typed is still here: please look through it and send it again. "
    "Files must be chosen once more."
)


class SignInFirst(LoginRequiredMiddleware):
    """Leads strangers to sign in and back to the page; what they sent from it waits there."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        _keep(request)
        return redirect_to_login(_page_of(request), self.get_login_url(view_func))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is not (or no longer) this browser's.

    Sent from a closed page of ours, as the browser's own word on the origin says, it is shown again to be sent again:
    the cookies were lost, or the person has signed in anew in another tab.
    """
    match = request.resolver_match
    is_public = match is None or not getattr(match.func, "login_required", True)
    ours = request.headers.get("Origin", "") == f"{request.scheme}://{request.get_host()}"
    if is_public or not ours:
        return render(request, "403_csrf.html", status=403)
    _keep(request)
    return redirect(_page_of(request))


def recall(request: HttpRequest, *, path: str) -> QueryDict | None:
    """Return, once, what was typed and sent to `path` when nobody was signed in; None when nothing was."""
    kept = request.session.get(_KEPT)
    if not kept or kept["path"] != path:
        return None
    del request.session[_KEPT]
    return QueryDict(decrypt(base64.b64decode(kept["sealed"]), context=_KEPT))


def _keep(request: HttpRequest) -> None:
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    text = typed.urlencode()
    if len(text) <= _LONGEST:
        sealed = base64.b64encode(encrypt(text.encode(), context=_KEPT)).decode()
        request.session[_KEPT] = {"path": request.path, "sealed": sealed}


def _page_of(request: HttpRequest) -> str:
    """Return the page on which the form stood: not every address that takes a form can be opened."""
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referer, allowed_hosts={request.get_host()}):
        return urlsplit(referer).path
    return request.path
