"""Pages for everybody, and the operator's: home, tracking, verifying, health, what waits to go out."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import TooManyFilesSent
from django.db import Error, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_http_methods
from redis.exceptions import RedisError

from identity.access import public, serves_as
from identity.queries import agency_counts, public_agencies
from identity.states import AgencyKind, Role
from onestop import queries
from portal.core.errors import TooManyRequestsError
from portal.core.outbox import operating
from portal.core.text import unaccented
from portal.public import tracking, verifying
from portal.public.forms import TrackForm, VerifyForm
from procedures.life_events import all_events
from procedures.queries import Filters, catalogue, sectors
from procedures.states import Level


@public
@require_GET
@gzip_page
def home(request: HttpRequest) -> HttpResponse:
    """Search first, then life events, what people come for most, the sectors and the agencies."""
    today = timezone.localdate()
    context = {
        "events": all_events(),
        "most_used": catalogue(Filters(), today)[:8],
        "sectors": list(sectors(today)),
        "counts": agency_counts(today),
    }
    return render(request, "public/home.html", context)


@public
@require_GET
@gzip_page
def agencies(request: HttpRequest) -> HttpResponse:
    """The agencies of the province; one's own commune by name, with or without diacritics."""
    words = request.GET.get("q", "").replace("\0", "")[:100]
    found = [
        agency for agency in public_agencies(timezone.localdate()) if unaccented(words) in unaccented(agency.name)
    ]
    groups = [
        (_("Communes"), Level.COMMUNE, [agency for agency in found if agency.kind == AgencyKind.COMMUNE]),
        (_("Departments"), Level.PROVINCE, [agency for agency in found if agency.kind != AgencyKind.COMMUNE]),
    ]
    return render(request, "public/agencies.html", {"words": words, "groups": groups, "found": found})


@public
@require_http_methods(["GET", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Where a case stands, for somebody who knows its code and the phone number given in it."""
    form = TrackForm(request.POST or None, initial={"code": request.GET.get("code", "")[:60]})
    if request.method != "POST" or not form.is_valid():
        return render(request, "public/track.html", {"form": form})
    try:
        case = tracking.find(request, form.cleaned_data["code"], form.cleaned_data["phone"])
    except TooManyRequestsError as error:
        return render(request, "public/track.html", {"form": TrackForm(), "refused": error.message}, status=429)
    if case is None:
        # The form comes back empty: the page must not tell which of the two was wrong.
        return render(request, "public/track.html", {"form": TrackForm(), "not_found": True})
    return render(request, "public/tracked.html", {"case": case})


@public
@require_GET
@gzip_page
def apologies(request: HttpRequest) -> HttpResponse:
    """Which agencies are late, with how many cases and which: nobody's name, codes that open nothing."""
    now = timezone.now()
    context = {"agencies": queries.late_by_agency(now), "cases": queries.late_cases(now), "now": now}
    return render(request, "public/apologies.html", context)


@public
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Check an uploaded result, or a certified scan."""
    form = VerifyForm(request.POST or None, request.FILES or None)
    report = None
    if request.method == "POST" and form.is_valid():
        report = verifying.of_file(form.cleaned_data["file"].read())
    return render(request, "public/verify.html", {"form": form, "report": report})


@public
@require_GET
def verify_document(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The address in the QR code of a result or a certified scan: what it is, of whom, when; nothing more."""
    report = verifying.of_address(uuid)
    if report is None:
        raise Http404
    context = {"form": VerifyForm(), "report": report, "by_address": True}
    return render(request, "public/verify.html", context)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be read. Django's own page reads it once more, for the CSRF token, and fails."""
    most = settings.DATA_UPLOAD_MAX_NUMBER_FILES if isinstance(exception, TooManyFilesSent) else None
    return HttpResponseBadRequest(render_to_string("400.html", {"most_files": most}))


@public
@require_GET
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@public
@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """The process can serve: 503 without the database; Redis may be away (its state is told)."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return JsonResponse({"database": "away"}, status=503)
    try:
        cache.get("readyz")
        redis = "ok"
    except (RedisError, OSError):
        redis = "away"
    return JsonResponse({"database": "ok", "redis": redis})


@serves_as(Role.OPERATOR)
@require_http_methods(["GET", "POST"])
def outbox(request: HttpRequest) -> HttpResponse:
    """What waits to go out, why, and another try."""
    if request.method == "POST":
        keys = [key for key in request.POST.getlist("key") if key]
        count = operating.retry(keys=keys, now=timezone.now())
        messages.success(request, _("%(count)d message(s) will be tried again now.") % {"count": count})
        return redirect("outbox")
    context = {"counts": operating.counts(), "waiting": operating.waiting(limit=100)}
    return render(request, "public/outbox.html", context)
