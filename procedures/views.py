"""The public catalogue: the list with its search, and the page of a procedure."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from identity.access import public
from procedures import definition as definitions
from procedures import queries
from procedures.promises import promised_for
from procedures.queries import Filters
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
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """What you get, who may apply, what to bring, what it costs, when it is ready, one button."""
    version = queries.version_in_force(code, timezone.localdate())
    if version is None:
        return _retired(request, code)
    definition = definitions.load(version.document)
    context = {
        "procedure": version.procedure,
        "version": version,
        "definition": definition,
        "ready_at": promised_for(definition, timezone.now()),
    }
    return render(request, "procedures/detail.html", context)


def _retired(request: HttpRequest, code: str) -> HttpResponse:
    procedure = queries.procedure_called(code)
    if procedure is None or procedure.retired_on is None:
        raise Http404
    return render(request, "procedures/retired.html", {"procedure": procedure}, status=410)
