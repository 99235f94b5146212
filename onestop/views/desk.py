"""The one-stop desk: what waits for the officer."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from identity.access import Officer, officer, serves_as
from identity.states import Role
from onestop import queries
from onestop.queries import PAGE, Place
from onestop.views.papers import DESK
from portal.core.text import whole_number


@serves_as(*DESK)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Today's work, most urgent first; a page goes on where the one before ended."""
    at_work = officer(request)
    steps = queries.my_work(at_work, _place(request))
    last = steps[PAGE - 1] if len(steps) > PAGE else None
    context = desk_context(at_work, "work") | {
        "steps": steps[:PAGE],
        "next": f"?due={last.due_at.isoformat()}&pk={last.pk}" if last and last.due_at else "",
        "now": timezone.now(),
    }
    return render(request, "desk/work.html", context)


@serves_as(Role.CLERK, Role.CENTRE_HEAD)
@require_GET
def receive(request: HttpRequest) -> HttpResponse:
    """What was filed and waits for reception."""
    at_work = officer(request)
    cases = queries.to_receive(at_work, whole_number(request.GET.get("after", "")) or 0)
    context = desk_context(at_work, "receive") | {
        "cases": cases[:PAGE],
        "next": f"?after={cases[PAGE - 1].pk}" if len(cases) > PAGE else "",
    }
    return render(request, "desk/receive.html", context)


@serves_as(*DESK)
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for applicants."""
    at_work = officer(request)
    cases = queries.waiting_for_applicant(at_work)
    return render(request, "desk/waiting.html", desk_context(at_work, "waiting") | {"cases": cases})


@serves_as(*DESK)
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """Open a case by its code (typed, or read from a QR code by a scanner)."""
    code = request.GET.get("code", "").strip()[:60].upper()
    case = queries.case_at(officer(request), code) if code else None
    if case is None:
        context = desk_context(officer(request), "") | {"code": code}
        return render(request, "desk/not_found.html", context, status=404)
    return redirect("onestop:desk_case", code=case.code)


def desk_context(at_work: Officer, here: str) -> dict[str, object]:
    """Return what every page of the desk shows around its content; `here` is its entry in the menu."""
    receives = bool(at_work.roles & {Role.CLERK, Role.CENTRE_HEAD})
    unread = queries.unread_notices(at_work.account)
    return {"officer": at_work, "here": here, "receives": receives, "unread": unread}


def _place(request: HttpRequest) -> Place | None:
    pk = whole_number(request.GET.get("pk", ""))
    try:
        due = datetime.fromisoformat(request.GET.get("due", "").replace(" ", "+"))
        due.astimezone(UTC)  # the database wants it there: in the year 1 there may be no such time
    except (ValueError, OverflowError):
        return None
    return Place(due, pk) if pk is not None and due.tzinfo else None
