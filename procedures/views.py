"""The public catalogue: the list with its search, and the page of a procedure."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from identity.access import public
from procedures import queries, services
from procedures.errors import BusyError
from procedures.finding import PARAMETERS, find, suggestions
from procedures.queries import Filters
from procedures.searching.folding import LONGEST_QUERY
from procedures.showing import blank_forms, linked, page_of
from procedures.states import Audience, Level, OnlineLevel


@public
@require_GET
@gzip_page
def procedure_list(request: HttpRequest) -> HttpResponse:
    """Procedures found by words and filters, 25 a page; words that find nothing are counted, without the person."""
    finding = find(_filters(request.GET), timezone.localdate(), request.GET.get("trang"))
    if finding.is_fruitless and "trang" not in request.GET:
        services.note_fruitless(q=finding.filters.q, at=timezone.now())
    return render(request, "procedures/list.html", {"finding": finding, "filters": finding.filters})


@public
@require_GET
def suggest(request: HttpRequest) -> JsonResponse:
    """What somebody who is still typing probably looks for."""
    found = suggestions(_filters(request.GET).q, timezone.localdate())
    rows = [
        {
            "name": procedure.name,
            "sector": procedure.sector.name,
            "url": reverse("procedures:detail", args=[procedure.code]),
        }
        for procedure in found
    ]
    return JsonResponse({"suggestions": rows}, headers={"Cache-Control": "public, max-age=60"})


@public
@require_GET
@gzip_page
@vary_on_headers("Accept")
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """What you get, who may apply, what to bring, what it costs, when it is ready, one button.

    Machines that ask for JSON-LD get that.
    """
    today = timezone.localdate()
    version = queries.version_in_force(code, today)
    if version is None:
        return _retired(request, code)
    chosen = request.GET.get("truong_hop", "")
    page = page_of(version, now=timezone.now(), today=today, variant=chosen)
    data = linked.document(version, page.definition)
    if request.get_preferred_type(["text/html", linked.CONTENT_TYPE]) == linked.CONTENT_TYPE:
        return JsonResponse(data, content_type=linked.CONTENT_TYPE)
    context = {
        "page": page,
        "definition": page.definition,
        "data": linked.embedded(data, str(getattr(request, "csp_nonce", ""))),
    }
    return render(request, "procedures/detail.html", context)


@public
@require_GET
def linked_data(request: HttpRequest, code: str) -> HttpResponse:
    """A procedure in force as JSON-LD, at an address of its own."""
    version = queries.version_in_force(code, timezone.localdate())
    if version is None:
        raise Http404
    definition = version.definition
    return JsonResponse(linked.document(version, definition), content_type=linked.CONTENT_TYPE)


@public
@require_GET
def blank_form(request: HttpRequest, code: str) -> HttpResponse:
    """The e-form on paper."""
    version = queries.version_in_force(code, timezone.localdate())
    if version is None:
        raise Http404
    try:
        content = blank_forms.blank_form(version, language=get_language() or settings.LANGUAGE_CODE)
    except BusyError as error:
        answer = render(request, "procedures/busy.html", {"message": error.message}, status=503)
        answer["Retry-After"] = "60"
        return answer
    if content is None:
        raise Http404
    name = f'inline; filename="mau-don-{version.procedure.code}.pdf"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name})


def _filters(given: Mapping[str, str]) -> Filters:
    """Return what an address chooses; what is no choice is ignored, what the database cannot hold left out."""
    lists: dict[str, set[str]] = {"level": {*Level}, "audience": {*Audience}, "online_level": {*OnlineLevel}}
    chosen = {name: given.get(word, "").replace("\0", "")[:300] for name, word in PARAMETERS.items()}
    fitting = {name: value for name, value in chosen.items() if name not in lists or value in lists[name]}
    return Filters(q=given.get("q", "").replace("\0", "")[:LONGEST_QUERY], **fitting)


def _retired(request: HttpRequest, code: str) -> HttpResponse:
    today = timezone.localdate()
    procedure = queries.procedure_called(code)
    version = queries.last_version(procedure, today) if procedure else None
    if procedure is None or version is None or procedure.retired_on is None:
        raise Http404
    context = {"page": page_of(version, now=timezone.now(), today=today), "procedure": procedure}
    answer = render(request, "procedures/retired.html", context, status=410)
    answer["Cache-Control"] = "no-cache"  # browsers keep a 410 for good otherwise, also when the retirement is undone
    return answer
