"""The form of a draft as citizens will see it. Answers travel in the page itself; nothing is stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods

from identity.access import serves_as
from identity.states import Role
from portal.core.storable import can_be_stored, read_json
from procedures.definition import ProcedureDefinition
from procedures.eforms import FormDefinition, StepDefinition, clean_answers, step_form, summary, visible_steps
from procedures.eforms.submission import StepForm
from procedures.models import Proposal
from procedures.office.builder.showing import definition_of
from procedures.office.saving import draft_called
from procedures.promises import promised_for
from procedures.sampling import fitting, papers_for
from procedures.states import FilingChannel

admin = serves_as(Role.CATALOGUE_ADMIN)
CHECK: Final = "kiem-tra"  # the page after the last
UPLOADED: Final = "mau"  # stands for a paper: in the preview every paper counts as uploaded
_LONGEST: Final = 200_000


@admin
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type]  # its type knows views without arguments only
@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, uuid: UUID, page: str) -> HttpResponse:
    """One page of the form, or what comes of the answers; posting goes on to the next."""
    draft = draft_called(uuid)
    definition, error = definition_of(draft)
    if definition is None or definition.form is None:
        return render(request, "office/builder/no_preview.html", {"error": error})
    form, now = definition.form, timezone.localtime()
    known = answers_in(request.POST.get("answers", ""), form)
    if page not in {step.code for step in form.steps} | {CHECK}:
        raise Http404
    if request.method == "GET" or page == CHECK:
        return _show(request, draft, definition, page, known, now)
    if back := request.POST.get("back", ""):
        return _show(request, draft, definition, back if back in _codes(form) else page, known, now)
    known |= _uploaded(form.step(page))
    bound = step_form(form, page, known, now.date(), request.POST)
    if "add" in request.POST or "update" in request.POST:
        return _page(request, draft, definition, bound.as_typed(), known, now.date())
    if not bound.is_valid():
        return _page(request, draft, definition, bound, known, now.date())
    known |= bound.answers
    return _show(request, draft, definition, _following(form, page, known, now.date()), known, now)


def answers_in(text: str, form: FormDefinition) -> dict[str, Any]:
    """Return the answers to the form that a page carries; none when they are no answers, or cannot be kept."""
    try:
        found = read_json(text) if text and len(text) <= _LONGEST else {}
    except ValueError:
        return {}
    return fitting(form, found) if isinstance(found, dict) and can_be_stored(found) else {}


def _show(
    request: HttpRequest,
    draft: Proposal,
    definition: ProcedureDefinition,
    page: str,
    known: Mapping[str, Any],
    now: datetime,
) -> HttpResponse:
    if page != CHECK and definition.form is not None:
        form = step_form(definition.form, page, known, now.date())
        return _page(request, draft, definition, form, known, now.date())
    known = clean_answers(definition.form, known, now.date()).answers
    fees = definition.fee_lines(known, "FILING", now.date(), FilingChannel.ONLINE)
    papers = papers_for(definition, known, now.date())
    context = {
        "proposal": draft,
        "definition": definition,
        "sections": summary(definition.form, known, now.date()) if definition.form else [],
        "fees": fees,
        "total": sum(line.amount for line in fees),
        "papers": [paper for paper in definition.papers if paper.code in papers],
        "due": promised_for(definition, now),
        "answers": json.dumps(known, ensure_ascii=False),
        "last": (_visible(definition.form, known, now.date()) or [""])[-1] if definition.form else "",
    }
    return render(request, "office/builder/preview_check.html", context)


def _page(
    request: HttpRequest,
    draft: Proposal,
    definition: ProcedureDefinition,
    form: StepForm,
    known: Mapping[str, Any],
    today: date,
) -> HttpResponse:
    whole = definition.form
    codes = _visible(whole, known, today) if whole else []
    is_led_to = form.step.code in codes
    place = codes.index(form.step.code) if is_led_to else 0
    left = whole.minutes * (len(codes) - place) / len(codes) if whole and codes else 1
    context = {
        "proposal": draft,
        "definition": definition,
        "form": form,
        "step": form.step,
        "is_led_to": is_led_to,
        "number": place + 1,
        "count": len(codes),
        "minutes": max(1, round(left)),
        "previous": codes[place - 1] if is_led_to and place else "",
        "answers": json.dumps(known, ensure_ascii=False),
    }
    return render(request, "office/builder/preview.html", context, status=422 if form.errors else 200)


def _following(form: FormDefinition, page: str, known: Mapping[str, Any], today: date) -> str:
    codes = _codes(form)
    later = [code for code in _visible(form, known, today) if codes.index(code) > codes.index(page)]
    return later[0] if later else CHECK


def _visible(form: FormDefinition, known: Mapping[str, Any], today: date) -> list[str]:
    return [step.code for step in visible_steps(form, known, today)]


def _codes(form: FormDefinition) -> list[str]:
    return [step.code for step in form.steps]


def _uploaded(step: StepDefinition) -> dict[str, Any]:
    return {field.code: [UPLOADED] for field in step.fields if field.kind == "file"}
