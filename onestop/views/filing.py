"""Filing: one theme a page, every page saved, check your answers, submit once."""

from __future__ import annotations

from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from identity.access import View, account_of, citizen
from identity.keeping import TYPED_IS_HERE, recall
from onestop import prefilling, queries
from onestop.errors import ActionNotAllowedError, IncompleteAnswersError
from onestop.models import Case
from onestop.services import filing, stepping
from onestop.views.uploading import LOOK_AGAIN, PAPER_ACT, Taken, arrange, joinable, take_uploads
from portal.core.errors import DomainError
from procedures import definition as definitions
from procedures.eforms import StepDefinition, step_form, summary, visible_steps
from procedures.eforms.submission import StepForm
from procedures.queries import version_in_force


@citizen
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Before filing: what is needed; posting opens the draft (the same one for every tab)."""
    version = version_in_force(code, timezone.localdate())
    if version is None:
        raise Http404
    definition = definitions.load(version.document)
    if request.method == "POST":
        try:
            answers = prefilling.first_answers(definition.form, account_of(request))
            draft = filing.start_draft(account=account_of(request), code=code, prefill=answers, at=timezone.now())
        except DomainError as error:
            messages.error(request, str(error.message))
            return redirect("procedures:detail", code=code)
        return redirect("onestop:step", uuid=draft.uuid, step=visible(draft)[0].code)
    return render(request, "onestop/start.html", {"procedure": version.procedure, "definition": definition})


def _while_draft(view: View) -> View:
    """Lead to the case, or to all of one's cases, and say why when it is a draft no more: another tab, going back."""

    @wraps(view)
    def guarded(request: HttpRequest, uuid: UUID, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, uuid, *args, **kwargs)
        except ActionNotAllowedError as error:
            messages.error(request, str(error.message))
        if queries.case_of(account_of(request), uuid) is None:
            return redirect("onestop:my_cases")
        return redirect("onestop:case", uuid=uuid)

    return guarded


@citizen
@require_http_methods(["GET", "POST"])
@_while_draft
def step(request: HttpRequest, uuid: UUID, step: str) -> HttpResponse:
    """One page of the form."""
    case = _draft(request, uuid)
    form_definition = stepping.definition_of(case).form
    if form_definition is None or step not in {page.code for page in visible(case)}:
        raise Http404
    data = request.POST if request.method == "POST" else None
    kept = recall(request, path=request.path) if data is None else None
    taken = take_uploads(request, case, step) if data is not None else Taken()
    if data is not None and PAPER_ACT in data and (trouble := arrange(request, case)):
        messages.error(request, trouble)
    if data is not None:
        case = _draft(request, uuid)
    asks_for_more = data is not None and bool(data.get("update") or data.get("add") or data.get(PAPER_ACT))
    form = step_form(form_definition, step, case.answers, timezone.localdate(), kept if data is None else data)
    if data is not None and not taken.refused and not asks_for_more and form.is_valid():
        case = filing.save_answers(draft_id=case.pk, answers=form.answers, at=timezone.now())
        if taken.has_remarks:
            messages.warning(request, LOOK_AGAIN)
            return redirect(request.get_full_path())
        return redirect(_after(case, step, check=bool(data.get("check"))))
    if kept is not None:
        messages.info(request, TYPED_IS_HERE)
    if kept is not None or asks_for_more:
        form = form.as_typed()
    for name, message in taken.refused.items():
        form.is_valid()
        form.add_error(name, message)
    return render(request, "onestop/step.html", _page(case, form, request))


@citizen
@require_http_methods(["GET", "POST"])
@_while_draft
def check(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Check your answers; posting files the case."""
    case = _own(request, uuid)
    if not case.is_draft:
        return redirect("onestop:case", uuid=case.uuid)
    if request.method == "POST":
        try:
            case = filing.submit(draft_id=case.pk, account=account_of(request), at=timezone.now())
        except IncompleteAnswersError as error:
            messages.error(request, str(error.message))
            return redirect("onestop:step", uuid=case.uuid, step=error.step)
        except ActionNotAllowedError:
            raise
        except DomainError as error:
            messages.error(request, str(error.message))
            return redirect("onestop:check", uuid=case.uuid)
        return redirect("onestop:filed", uuid=case.uuid)
    definition = stepping.definition_of(case)
    today = timezone.localdate()
    fees = definition.fee_lines(case.answers, "FILING", today)
    context = {
        "case": case,
        "definition": definition,
        "sections": summary(definition.form, case.answers, today) if definition.form else [],
        "papers": {str(paper.uuid): paper for paper in queries.papers(case)},
        "fees": fees,
        "total": sum(line.amount for line in fees),
    }
    return render(request, "onestop/check.html", context)


@citizen
def filed(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """After filing: the code, what happens next; a case that waits for its fee goes on to payment."""
    case = _own(request, uuid)
    if case.is_draft:
        return redirect("onestop:check", uuid=case.uuid)
    return render(request, "onestop/filed.html", {"case": case, "fee": queries.fee_of(case)})


@citizen
@require_POST
@_while_draft
def discard(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Throw a draft away."""
    case = _draft(request, uuid)
    filing.discard_draft(draft_id=case.pk, account=account_of(request))
    messages.success(request, _("The draft was deleted."))
    return redirect("onestop:my_cases")


def visible(case: Case) -> list[StepDefinition]:
    """Return the pages that the answers lead through."""
    form = stepping.definition_of(case).form
    return visible_steps(form, case.answers, timezone.localdate()) if form else []


def _own(request: HttpRequest, uuid: UUID) -> Case:
    case = queries.case_of(account_of(request), uuid)
    if case is None:
        raise Http404
    return case


def _draft(request: HttpRequest, uuid: UUID) -> Case:
    case = _own(request, uuid)
    if not case.is_draft:
        raise ActionNotAllowedError(filing.FILED_ALREADY)
    return case


def _after(case: Case, step: str, *, check: bool) -> str:
    codes = [page.code for page in visible(case)]
    following = codes[codes.index(step) + 1 :] if step in codes else []
    if check or not following:
        return f"/nop-ho-so/{case.uuid}/kiem-tra/"
    return f"/nop-ho-so/{case.uuid}/{following[0]}/"


def _page(case: Case, form: StepForm, request: HttpRequest) -> dict[str, object]:
    pages = visible(case)
    codes = [page.code for page in pages]
    place = codes.index(form.step.code)
    definition = stepping.definition_of(case)
    minutes = definition.form.minutes if definition.form else 0
    papers = {str(paper.uuid): paper for paper in queries.papers(case)}
    return {
        "case": case,
        "definition": definition,
        "form": form,
        "step": form.step,
        "number": place + 1,
        "count": len(pages),
        "minutes": max(1, round(minutes * (len(pages) - place) / len(pages))),
        "previous": codes[place - 1] if place else "",
        "papers": papers,
        "joinable": joinable(case, papers.values()),
        "check": request.GET.get("check") or request.POST.get("check"),
    }
