"""The desk's lists: a queue page by page, a case found from whatever is at hand, views that are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from identity.access import officer, serves_as
from identity.officers import Officer
from identity.states import DESK, LEADS, Role
from onestop import bulk, lists
from onestop.forms import ListForm, ViewForm
from onestop.lists import Place
from onestop.models import DeskView
from onestop.services import desk_views, reading
from portal.core import tables

_LONGEST_QUERY: Final = 1000  # of what is kept of an address


@serves_as(*DESK)
@require_GET
def home(request: HttpRequest) -> HttpResponseBase:
    """Today's work, most urgent first; for an inspector what is open."""
    first = next(iter(lists.queues_of(officer(request))), None)
    if first is None:
        raise Http404
    return _show(request, first)


@serves_as(*DESK)
@require_GET
def queue(request: HttpRequest, queue: str) -> HttpResponseBase:
    """A queue that the officer sees; a page goes on where the one before ended."""
    return _show(request, _queue(request, queue))


@serves_as(*DESK)
@require_GET
def find(request: HttpRequest) -> HttpResponseBase:
    """Find cases by code, end of a code, scanned receipt, name, number or phone; the only one found is opened, and so
    is a scanned record of handing over.
    """
    at_work, words = officer(request), request.GET.get("q", "")
    record = lists.scanned_record(words)
    if record is not None:
        return redirect("onestop:handover", uuid=record)
    found = lists.find(at_work, words, timezone.localdate())
    columns = lists.columns(["procedure", "received", "state", "agency"])
    if found and request.GET.get("dang"):
        return _taken(request, "", lists.sheet(_("Find a case"), columns, found))
    if len(found) == 1:
        return redirect("onestop:desk_case", code=found[0].code)
    context = desk_context(at_work, "") | {
        "words": words[:60],
        "cases": found,
        "columns": columns,
        "query": urlencode({"q": words}),
        "is_cut": len(found) == lists.PAGE,
        "now": timezone.now(),
    }
    return render(request, "desk/found.html", context, status=200 if found else 404)


@serves_as(*DESK)
@require_POST
def save_view(request: HttpRequest, queue: str) -> HttpResponse:
    """Keep the list as it stands under a name."""
    at_work, form = officer(request), ViewForm(request.POST)
    chosen = _queue(request, queue)
    address = QueryDict(request.POST.get("query", ""), mutable=True)
    for place in ("after", "before"):
        address.pop(place, None)
    query = address.urlencode()
    if len(query) > _LONGEST_QUERY:
        messages.error(request, _("These filters are too long to be kept."))
        return redirect("onestop:desk_queue", queue=chosen.code)
    if form.is_valid():
        desk_views.save_view(
            owner=at_work.account,
            name=form.cleaned_data["name"],
            queue=chosen.code,
            query=query,
            shared_with=at_work.agencies[0] if form.cleaned_data["shared"] else None,
        )
        messages.success(request, _("The view was saved; it stands at the left."))
    else:
        messages.error(request, _("Please give the view a name of at most 60 letters."))
    return redirect(f"{reverse('onestop:desk_queue', args=[chosen.code])}?{query}")


@serves_as(*DESK)
@require_POST
def delete_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Forget a view of one's own."""
    desk_views.delete_view(owner=officer(request).account, uuid=uuid)
    messages.success(request, _("The view was deleted."))
    return redirect("onestop:desk")


def desk_context(at_work: Officer, here: str) -> dict[str, Any]:
    """Return what stands around every page of the desk: queues with their counts, and the views that were kept."""
    counted = lists.counts(at_work, timezone.now())
    views = DeskView.objects.seen_by(at_work.account, at_work.agency_ids)
    return {
        "officer": at_work,
        "receives": Role.CLERK in at_work.roles,
        "looks_over": at_work.is_inspector or not at_work.roles.isdisjoint(LEADS),
        "unread": counted.get(lists.NOTICES),
        "here": here,
        "to_sign_for": counted.get(lists.ORIGINALS),
        "inherits": here == lists.SUCCESSION or lists.SUCCESSION in counted,
        "leads": not at_work.roles.isdisjoint(LEADS),
        "gives_opinions": bool(at_work.agencies_in(Role.OFFICER, Role.LEADER)),
        "asked_opinions": counted.get(lists.OPINIONS),
        "queues": [(one, counted.get(one.code, "0")) for one in lists.queues_of(at_work)],
        "views": [one for one in views if _may_see(at_work, one.queue)],
    }


def _queue(request: HttpRequest, code: str) -> lists.Queue:
    if not _may_see(officer(request), code):
        raise Http404
    return lists.QUEUES[code]


def _may_see(at_work: Officer, code: str) -> bool:
    return code in lists.QUEUES and lists.QUEUES[code].is_seen_by(at_work)


def _show(request: HttpRequest, chosen: lists.Queue) -> HttpResponseBase:
    at_work, now = officer(request), timezone.now()
    form = ListForm(request.GET, lists.choices(at_work))
    narrowing = form.narrowing
    if request.GET.get("dang"):
        cases = lists.whole_list(chosen, at_work, narrowing, now)
        return _taken(request, chosen.code, lists.sheet(str(chosen.title), form.columns, cases))
    page = lists.page(
        chosen,
        at_work,
        narrowing,
        now,
        after=Place.read(request.GET.get("after", ""), narrowing.order),
        before=Place.read(request.GET.get("before", ""), narrowing.order),
    )
    context = desk_context(at_work, chosen.code) | _links(request, page) | _page(chosen, form, page, now)
    return render(request, "desk/queue.html", context | {"acts": bulk.acts_for(at_work)})


def _taken(request: HttpRequest, code: str, sheet: tables.Sheet) -> HttpResponseBase:
    """Give the list as it stands as a file; who took which is recorded first."""
    query, now = request.GET.urlencode()[:_LONGEST_QUERY], timezone.now()
    reading.record_list(list=code, query=query, account=officer(request).account, at=now)
    name = f"{code or 'tim'}-{timezone.localtime(now):%Y%m%d-%H%M}"
    answer: HttpResponseBase
    if request.GET["dang"] == "csv":
        answer = StreamingHttpResponse(tables.csv_lines(sheet.head, sheet.rows), content_type=tables.CSV)
        answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    else:
        book = tables.workbook([sheet])
        answer = FileResponse(book, as_attachment=True, filename=f"{name}.xlsx", content_type=tables.XLSX)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _page(chosen: lists.Queue, form: ListForm, page: lists.Page, now: datetime) -> dict[str, Any]:
    return {
        "queue": chosen,
        "form": form,
        "view_form": ViewForm(),
        "cases": page.cases,
        "columns": form.columns,
        "is_narrowed": not form.narrowing.is_empty,
        "most_taken": lists.MOST_TAKEN // 1000,
        "now": now,
    }


def _links(request: HttpRequest, page: lists.Page) -> dict[str, str]:
    """Return the addresses of the pages beside this one, and what both keep: filters, order and columns."""
    kept = request.GET.copy()
    for name in ("after", "before", "dang"):
        kept.pop(name, None)
    query = kept.urlencode()
    beside = {"previous": ("before", page.before), "next": ("after", page.after)}
    places = {name: urlencode({way: str(place)}) for name, (way, place) in beside.items() if place}
    return {"query": query} | {name: f"?{query}&{place}" for name, place in places.items()}
