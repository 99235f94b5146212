"""The catalogue as open data: a page that explains it, in pages as JSON, whole as JSON and as JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from identity.access import public
from procedures import queries
from procedures.models import ProcedureVersion
from procedures.showing import linked

_PAGE: Final = 100
_CHUNK: Final = 200


@public
@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """What there is, in which form, at which address."""
    count = queries.all_in_force(timezone.localdate()).count()
    return render(request, "procedures/open_data.html", {"count": count})


@public
@require_GET
def pages(request: HttpRequest) -> HttpResponse:
    """The catalogue in pages of a hundred, each with the addresses of its neighbours."""
    pages = Paginator(queries.all_in_force(timezone.localdate()), _PAGE)
    page = pages.get_page(request.GET.get("trang"))
    here = settings.PUBLIC_URL + reverse("procedures:data_pages")
    return _json(
        {
            "count": pages.count,
            "next": f"{here}?trang={page.next_page_number()}" if page.has_next() else None,
            "previous": f"{here}?trang={page.previous_page_number()}" if page.has_previous() else None,
            "procedures": [_record(version) for version in page],
        }
    )


@public
@require_GET
def whole(request: HttpRequest) -> HttpResponseBase:
    """The whole catalogue as one JSON document, sent as it is read."""
    return _streamed('{"procedures": [', map(_record, _versions()), "application/json")


@public
@require_GET
def whole_linked(request: HttpRequest) -> HttpResponseBase:
    """The whole catalogue as one JSON-LD document, sent as it is read."""
    nodes = (linked.public_service(v, v.definition) for v in _versions())
    head = f'{{"@context": {json.dumps(linked.CONTEXT)}, "@graph": ['
    return _streamed(head, nodes, linked.CONTENT_TYPE)


def _versions() -> Iterator[ProcedureVersion]:
    return queries.all_in_force(timezone.localdate()).iterator(chunk_size=_CHUNK)


def _record(version: ProcedureVersion) -> dict[str, Any]:
    return {
        "code": version.procedure.code,
        "address": linked.address_of(version.procedure.code),
        "version": version.number,
        "effective_from": version.effective_from.isoformat(),
        "sha256": version.sha256,
        "content": queries.public_content(version.document),
    }


def _json(content: Mapping[str, Any]) -> JsonResponse:
    answer = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _streamed(head: str, nodes: Iterable[Mapping[str, Any]], content_type: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(_listed(head, nodes), content_type=content_type)
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _listed(head: str, nodes: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield head
    between = "\n"
    for node in nodes:
        yield between + json.dumps(node, ensure_ascii=False)
        between = ",\n"
    yield "\n]}\n"
