"""The case at the one-stop desk, and the acts that it allows."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from identity.access import officer, serves_as
from identity.keeping import TYPED_IS_HERE, recall
from onestop import acts, queries
from onestop.lists.queues import DESK
from onestop.models import Case
from onestop.services import forecasting, signatures, stepping
from onestop.views.lists import desk_context
from portal.core.errors import ConflictError, DomainError
from portal.core.text import whole_number
from procedures.eforms import summary


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
    step = stepping.open_step_of(case)
    offered = [
        (one, bound[1] if bound and bound[0] == one.code else one.make_form(case, None))
        for one in acts.possible(case, actor)
    ]
    context = desk_context(at_work, "") | {
        "case": case,
        "actor": actor,
        "step": step,
        "forecast": forecasting.forecast_of(step, timezone.now()) if step else None,
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
