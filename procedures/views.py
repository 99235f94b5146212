"""The public catalogue: the list with its search, and the page of a procedure."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from identity.access import public
from procedures import definition as definitions
from procedures import queries
from procedures.errors import BusyError
from procedures.queries import Filters
from procedures.showing import blank_forms, linked, page_of
from procedures.states import Level

_PAGE = 25


@public
@require_GET
def procedure_list(request: HttpRequest) -> HttpResponse:
    """Procedures found by words and filters."""
    today = timezone.localdate()
    filters = Filters(
        q=request.GET.get("q", "").replace("\0", "")[:200],
        sector=request.GET.get("linh_vuc", "").replace("\0", "")[:30],
        level=request.GET.get("cap", "") if request.GET.get("cap") in set(Level) else "",
    )
    pages = Paginator(queries.catalogue(filters, today), _PAGE)
    context = {
        "filters": filters,
        "page": pages.get_page(request.GET.get("trang")),
        "sectors": queries.sectors(today),
    }
    return render(request, "procedures/list.html", context)


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
    definition = definitions.load_known(version.sha256, version.document)
    return JsonResponse(linked.document(version, definition), content_type=linked.CONTENT_TYPE)


@public
@require_GET
def blank_form(request: HttpRequest, code: str) -> HttpResponse:
    """The e-form on paper."""
    version = queries.version_in_force(code, timezone.localdate())
    if version is None:
        raise Http404
    try:
        content = blank_forms.blank_form(version)
    except BusyError as error:
        answer = render(request, "procedures/busy.html", {"message": error.message}, status=503)
        answer["Retry-After"] = "60"
        return answer
    if content is None:
        raise Http404
    name = f'inline; filename="mau-don-{version.procedure.code}.pdf"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name})


def _retired(request: HttpRequest, code: str) -> HttpResponse:
    today = timezone.localdate()
    procedure = queries.procedure_called(code)
    version = queries.last_version(procedure, today) if procedure else None
    if procedure is None or version is None or procedure.retired_on is None:
        raise Http404
    context = {"page": page_of(version, now=timezone.now(), today=today), "procedure": procedure}
    return render(request, "procedures/retired.html", context, status=410)
