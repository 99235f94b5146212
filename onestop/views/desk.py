"""The one-stop desk: what waits for the officer, the case, and the acts that it allows."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from identity.access import Officer, officer, serves_as
from identity.keeping import TYPED_IS_HERE, recall
from identity.states import Role
from onestop import acts, queries
from onestop.models import Case
from onestop.queries import PAGE, Place
from onestop.services import signatures, stepping
from onestop.views.papers import DESK
from portal.core.errors import ConflictError, DomainError
from portal.core.text import whole_number
from procedures.eforms import summary


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


@serves_as(*DESK)
@require_GET
def case(request: HttpRequest, code: str) -> HttpResponse:
    """The case: answers, papers, documents, history, and what may be done."""
    found = _case(request, code)
    kept = _kept(request, found)
    if kept is not None:
        messages.info(request, TYPED_IS_HERE)
    return _show(request, found, bound=kept)


@serves_as(*DESK)
@require_http_methods(["POST"])
def act(request: HttpRequest, code: str, act: str) -> HttpResponse:
    """Carry out one act on the case as the officer saw it."""
    found = _case(request, code)
    actor = queries.actor_for(officer(request), found)
    chosen = next((one for one in acts.ACTS if one.code == act), None)
    if chosen is None:
        raise Http404
    form = chosen.make_form(found, request.POST)
    if not form.is_valid():
        return _show(request, found, bound=(chosen.code, form), status=422)
    seen = whole_number(request.POST.get("version", ""))
    try:
        chosen.run(acts.Call(found, actor, timezone.now(), -1 if seen is None else seen, form))
    except ConflictError as error:
        messages.error(request, str(error.message))
        return _show(request, _case(request, code), bound=(chosen.code, form), status=409)
    except DomainError as error:
        messages.error(request, str(error.message))
        return _show(request, found, bound=(chosen.code, form), status=422)
    messages.success(request, str(chosen.done))
    return redirect("onestop:desk_case", code=code)


def _kept(request: HttpRequest, case: Case) -> tuple[str, Form] | None:
    """Return the act, and its form as it was typed, that was sent when the session had run out."""
    for one in acts.ACTS:
        typed = recall(request, path=reverse("onestop:desk_act", args=[case.code, one.code]))
        if typed is not None:
            return one.code, one.make_form(case, typed)
    return None


def _case(request: HttpRequest, code: str) -> Case:
    found = queries.case_at(officer(request), code)
    if found is None:
        raise Http404
    return found


def _show(request: HttpRequest, case: Case, *, bound: tuple[str, Form] | None, status: int = 200) -> HttpResponse:
    at_work = officer(request)
    actor = queries.actor_for(at_work, case)
    definition = stepping.definition_of(case)
    shown, documents = queries.papers(case), queries.documents(case)
    day = case.answered_on(timezone.localdate())
    offered = [
        (one, bound[1] if bound and bound[0] == one.code else one.make_form(case, None))
        for one in acts.possible(case, actor)
    ]
    context = desk_context(at_work, "") | {
        "case": case,
        "actor": actor,
        "step": stepping.open_step_of(case),
        "definition": definition,
        "sections": summary(definition.form, case.answers, day) if definition.form else [],
        "papers": {str(paper.uuid): paper for paper in shown},
        "signatures": {str(paper.uuid): signatures.shown(paper) for paper in shown if paper.is_signed},
        "first_paper": next((paper for paper in shown if not paper.file.is_quarantined), None),
        "documents": documents,
        "first_document": next((one for one in documents if one.file_id), None),
        "history": queries.history(case),
        "requests": queries.requests_of(case, at_work),
        "offered": offered,
        "opened": bound[0] if bound else "",
        "now": timezone.now(),
    }
    return render(request, "desk/case.html", context, status=status)


def desk_context(at_work: Officer, here: str) -> dict[str, object]:
    """Return what every page of the desk shows around its content; `here` is its entry in the menu."""
    return {
        "officer": at_work,
        "here": here,
        "receives": bool(at_work.roles & {Role.CLERK, Role.CENTRE_HEAD}),
        "gives_opinions": bool(at_work.roles & {Role.OFFICER, Role.LEADER}),
        "unread": queries.unread_notices(at_work.account),
    }


def _place(request: HttpRequest) -> Place | None:
    pk = whole_number(request.GET.get("pk", ""))
    try:
        due = datetime.fromisoformat(request.GET.get("due", "").replace(" ", "+"))
        due.astimezone(UTC)  # the database wants it there: in the year 1 there may be no such time
    except (ValueError, OverflowError):
        return None
    return Place(due, pk) if pk is not None and due.tzinfo else None
