"""VNeID's addresses."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.sandbox import citizens, wire
from portal.sandbox.faults import knobs
from portal.sandbox.faults.plan import exposed
from portal.sandbox.vneid import flow, keys


@require_GET
def discovery(request: HttpRequest) -> HttpResponse:
    return wire.answer(flow.discovery())


@require_GET
def jwks(request: HttpRequest) -> HttpResponse:
    return wire.answer({"keys": [keys.public_jwk()]})


@never_cache
@require_http_methods(["GET", "POST"])
@exposed("vneid.authorize")
def authorize(request: HttpRequest) -> HttpResponse:
    """Ask who signs in; the choice, or a refusal, goes back to the client by a redirect."""
    query = (request.POST if request.method == "POST" else request.GET).dict()
    try:
        asked = flow.read_authorization(query)
        flow.check_authorization(query)
        if request.method == "GET":
            context = {"citizens": citizens.everyone().values(), "query": query}
            return render(request, "sandbox/sign_in.html", context)
        if query.get("citizen") == "":
            raise flow.FlowError("access_denied", "The citizen declined.")
        code = flow.grant(asked, query.get("citizen", ""), at=timezone.now())
    except flow.FatalError as error:
        return render(request, "sandbox/problem.html", {"problem": str(error)}, status=400)
    except flow.FlowError as error:
        return HttpResponseRedirect(asked.location(error=error.code, error_description=str(error)))
    return HttpResponseRedirect(asked.location(code=code))


@never_cache
@require_POST
@exposed("vneid.token")
def token(request: HttpRequest) -> HttpResponse:
    form = request.POST.dict()
    try:
        flow.authenticate(request.headers.get("Authorization", ""), form)
        return wire.answer(flow.exchange(form, at=timezone.now()))
    except flow.FlowError as error:
        status = 401 if error.code == "invalid_client" else 400
        return wire.answer({"error": error.code, "error_description": str(error)}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@exposed("vneid.userinfo")
def userinfo(request: HttpRequest) -> HttpResponse:
    try:
        return wire.answer(flow.userinfo(request.headers.get("Authorization", ""), at=timezone.now()))
    except flow.FlowError as error:
        response = wire.answer({"error": error.code, "error_description": str(error)}, status=401)
        response["WWW-Authenticate"] = f'Bearer error="{error.code}"'
        return response


@require_GET
def logout(request: HttpRequest) -> HttpResponse:
    """VNeID keeps no session here, so signing out is going back."""
    target = request.GET.get("post_logout_redirect_uri", "")
    return HttpResponseRedirect(target if flow.is_ours(target) else f"{knobs.value('public_url')}/")
