"""Opinions: what the officer's agencies are asked for, and the letters that came with the answers."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods

from identity.access import account_of, citizen, officer, serves_as
from identity.states import DESK, Role
from onestop import queries
from onestop.forms import OpinionForm
from onestop.kinds import RequestOutcome
from onestop.models import CaseRequest
from onestop.services import consulting
from onestop.views.lists import desk_context
from portal.core import files
from portal.core.errors import DomainError
from procedures.eforms.uploads import demands_of


@serves_as(Role.OFFICER, Role.LEADER)
@require_GET
def asked(request: HttpRequest) -> HttpResponse:
    """What is asked of the officer's agencies, most urgent first."""
    at_work = officer(request)
    context = desk_context(at_work, "opinions") | {
        "asked": queries.asked_for_opinion(at_work)[: queries.PAGE],
        "now": timezone.now(),
    }
    return render(request, "desk/opinions.html", context)


@serves_as(Role.OFFICER, Role.LEADER)
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The question with the case beside it; posting gives the opinion."""
    at_work = officer(request)
    awaited = get_object_or_404(queries.asked_for_opinion(at_work), uuid=uuid)
    form = OpinionForm(awaited, request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and _given(request, awaited, form):
            messages.success(request, _("Thank you. Your opinion has been sent."))
            return redirect("onestop:desk_opinions")
    context = desk_context(at_work, "opinions") | {"asked": awaited, "case": awaited.case, "form": form}
    return render(request, "desk/opinion.html", context, status=status)


@serves_as(*DESK)
@require_GET
@xframe_options_sameorigin
def desk_letter(request: HttpRequest, code: str, opinion: UUID) -> HttpResponse:
    """The letter that came with an opinion, for those who handle the case."""
    at_work = officer(request)
    case = queries.case_at(at_work, code)
    return _letter(opinion, queries.Reader(at_work, case).requests if case else [])


@citizen
@require_GET
def my_letter(request: HttpRequest, uuid: UUID, opinion: UUID) -> HttpResponse:
    """The letter that came with an opinion, for the applicant; never one given in confidence."""
    case = queries.case_of(account_of(request), uuid)
    return _letter(opinion, queries.opinions(case) if case else [])


def _given(request: HttpRequest, awaited: CaseRequest, form: OpinionForm) -> bool:
    typed, now = form.cleaned_data, timezone.now()
    try:
        upload = typed["attachment"]
        stored = files.receive(upload, name=upload.name, demands=demands_of(None), at=now) if upload else None
        consulting.answer(
            request_id=awaited.pk,
            actor=officer(request).seat(partial(consulting.is_asked, awaited)),
            outcome=RequestOutcome(typed["outcome"]),
            text=typed["text"],
            attachment=stored,
            is_confidential=typed.get("is_confidential", False),
            at=now,
        )
    except DomainError as error:
        messages.error(request, str(error.message))
        return False
    return True


def _letter(uuid: UUID, readable: Iterable[CaseRequest]) -> HttpResponse:
    found = next((one for one in readable if one.uuid == uuid), None)
    if found is None or found.attachment is None:
        raise Http404
    return files.served(found.attachment)
