"""A citizen's own cases: where they stand, what to do next, the answers that the office waits for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from identity.access import account_of, citizen
from identity.keeping import TYPED_IS_HERE, recall
from identity.states import Role
from onestop import drafting, queries
from onestop.actors import applicant
from onestop.errors import AnsweredAlreadyError
from onestop.models import Case
from onestop.services import filing, forecasting, rating, requesting, stepping, talking, withdrawing
from onestop.states import Action, State, is_allowed
from onestop.supplements import SupplementForm
from onestop.wording import STARS
from portal.core.errors import DomainError
from portal.core.text import whole_number
from procedures.eforms import summary
from procedures.eforms.fields import tidy

_MOST: Final = 500
# What is written on the page of a case, by where it is sent.
_BOXES: Final = {
    "onestop:consent": "text",
    "onestop:withdraw": "reason",
    "onestop:write": "message",
    "onestop:rate": "why",
}


@citizen
@require_GET
def my_cases(request: HttpRequest) -> HttpResponse:
    """The list of one's cases, or of those filed in the name of one of the people whom one represents."""
    account, chosen = account_of(request), request.GET.get("cua", "")
    filed = list(queries.my_cases(account)[:_MOST])
    people = queries.represented(filed)
    if chosen in people:
        filed = [case for case in filed if case.filed_for == people[chosen]]
    context = {
        "drafts": drafting.begun(queries.my_drafts(account)[:100], timezone.now()),
        "cases": filed[:100],
        "people": people,
        "chosen": chosen,
        "typed_for_others": queries.typed_for_others(account),
        "unread": queries.unread_by_applicant(account),
        "followed": queries.followed(account)[:100],
    }
    return render(request, "onestop/my_cases.html", context)


@citizen
@require_GET
def case(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One case: its state in plain words, the next action if any, the papers, the timeline."""
    found = own(request, uuid)
    if found.is_draft:
        return redirect("onestop:check", uuid=found.uuid)
    definition = stepping.definition_of(found)
    today = timezone.localdate()
    step, fees = found.open_step, list(queries.fees_of(found).prefetch_related("receipts"))
    context = {
        "case": found,
        "definition": definition,
        "sections": summary(definition.form, found.answers, found.answered_on(today)) if definition.form else [],
        "papers": {str(paper.uuid): paper for paper in queries.papers(found)},
        "documents": queries.documents(found, for_applicant=True),
        "history": queries.history(found, for_applicant=True),
        "requests": queries.asked_of_applicant(found),
        "opinions": queries.opinions(found),
        "originals": queries.originals_of(found),
        "fees": fees,
        "receipts": [(fee, one) for fee in fees for one in fee.receipts.all() if one.file_id and not one.is_void],
        "scans": queries.scanned_papers(found),
        "thread": queries.messages(found),
        "may_write": is_allowed(State(found.state), Action.WRITE_MESSAGE, Role.APPLICANT),
        "forecast": forecasting.forecast_of(step, timezone.now()) if step else None,
        "typed": _typed(request, found),
        "rating": getattr(found, "rating", None),
        "stars": STARS.items() if found.has_result else (),
    }
    answer = render(request, "onestop/case.html", context)
    talking.mark_read_by_applicant(found, timezone.now())
    return answer


@citizen
@require_http_methods(["GET", "POST"])
def supplement(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Answer a request for a supplement: only what was asked for can be changed."""
    found = own(request, uuid)
    asked = next((one for one in queries.asked_of_applicant(found) if one.is_supplement), None)
    if asked is None:
        messages.error(request, str(AnsweredAlreadyError.message))
        return redirect("onestop:case", uuid=found.uuid)
    form = SupplementForm(found, asked, timezone.localdate(), request)
    if request.method == "POST":
        try:
            form.send(applicant(account_of(request)), timezone.now())
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("Thank you. The supplement has been sent."))
            return redirect("onestop:case", uuid=found.uuid)
    if form.is_recalled:
        messages.info(request, TYPED_IS_HERE)
    return render(request, "onestop/supplement.html", {"case": found, "asked": asked, "form": form.page})


@citizen
@require_POST
def consent(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Agree with the draft of the result, or say what is wrong in it."""
    found = own(request, uuid)
    return _done(
        request,
        found,
        lambda: requesting.answer_consent(
            case_id=found.pk,
            actor=applicant(account_of(request)),
            agrees=request.POST.get("agrees") == "yes",
            text=words_in(request, "text", 2000),
            at=timezone.now(),
        ),
        _("Thank you. Your answer has been sent."),
    )


@citizen
@require_POST
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Withdraw a case."""
    found = own(request, uuid)
    return _done(
        request,
        found,
        lambda: withdrawing.withdraw(
            case_id=found.pk,
            account=account_of(request),
            reason=words_in(request, "reason", 2000),
            at=timezone.now(),
        ),
        _("Your wish to withdraw has been recorded."),
    )


@citizen
@require_POST
def write(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write to the office about a case."""
    found = own(request, uuid)
    return _done(
        request,
        found,
        lambda: talking.write_to_office(
            case_id=found.pk,
            account=account_of(request),
            text=words_in(request, "message", 4000),
            at=timezone.now(),
        ),
        _("Thank you. The office will read your message, and answer here."),
    )


@citizen
@require_POST
def rate(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say how one found the service, and why."""
    found = own(request, uuid)
    return _done(
        request,
        found,
        lambda: rating.rate(
            case_id=found.pk,
            account=account_of(request),
            stars=whole_number(request.POST.get("stars", "")),
            reason=words_in(request, "why", 2000),
            at=timezone.now(),
        ),
        _("Thank you. Your rating is counted; your name is not shown with it."),
    )


@citizen
@require_POST
def cancel(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give up a filing that waits for its fee."""
    found = own(request, uuid)
    return _done(
        request,
        found,
        lambda: filing.cancel_filing(case_id=found.pk, account=account_of(request), at=timezone.now()),
        _("The filing was cancelled. Nothing was charged."),
    )


def _typed(request: HttpRequest, case: Case) -> dict[str, str]:
    """Return what was written to the office when the session had run out, by the name of its box."""
    for page, box in _BOXES.items():
        data = recall(request, path=reverse(page, args=[case.uuid]))
        if data is not None:
            messages.info(request, TYPED_IS_HERE)
            return {box: data.get(box, "")}
    return {}


def own(request: HttpRequest, uuid: UUID) -> Case:
    """Return the asker's own case; raises `Http404` for anybody else's."""
    found = queries.case_of(account_of(request), uuid)
    if found is None:
        raise Http404
    return found


def words_in(request: HttpRequest, box: str, longest: int) -> str:
    """Return what was written in a box of the page, tidied."""
    return tidy(request.POST.get(box, "").replace("\0", ""), lines=True)[:longest]


def _done(request: HttpRequest, case: Case, act: Callable[[], object], thanks: str) -> HttpResponse:
    try:
        act()
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, thanks)
    return redirect("onestop:case", uuid=case.uuid)
