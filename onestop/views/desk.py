"""The case at the one-stop desk, and the acts that it allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from identity.access import account_of, officer, serves_as
from identity.keeping import TYPED_IS_HERE, recall
from identity.models import Account
from identity.states import DESK
from onestop import acts, deadlines, queries
from onestop.acts import Act
from onestop.models import Case, CaseDocument, CaseEvent, CasePaper, CaseStep
from onestop.queries import PAGE
from onestop.services import forecasting, signatures, stepping, succession, talking
from onestop.states import ENDS_STEP, Action
from onestop.views.lists import desk_context
from portal.core.errors import ConflictError, DomainError
from portal.core.text import whole_number, whole_numbers
from procedures.eforms import summary

_HANDS_ON: Final = ENDS_STEP | {Action.REASSIGN, Action.UNDO, Action.CORRECT_RESULT}
_NOT_TYPED: Final = frozenset({"csrfmiddlewaretoken", "version", "sure"})


@dataclass(frozen=True)
class Typed:
    """What somebody typed for an act that was not done: it stays on the page, whatever became of the case."""

    act: Act
    form: Form

    @property
    def words(self) -> list[tuple[str, str]]:
        """Each text that was sent, with the name of its box if the form still has it: its step may be over."""
        sent = cast("QueryDict", self.form.data)
        fields = self.form.fields
        texts = ((name, "\n".join(sent.getlist(name))) for name in sent if name not in _NOT_TYPED)
        return [(str(fields[name].label) if name in fields else "", text) for name, text in texts if text]


@serves_as(*DESK)
@require_http_methods(["GET", "POST"])
def take_over(request: HttpRequest) -> HttpResponse:
    """What came by succession; posting takes over those that are ticked, or all."""
    at_work = officer(request)
    if request.method == "POST":
        ticked = whole_numbers(request.POST.getlist("transfer"))
        count = succession.take_over_many(
            actors=at_work.seats,
            chosen=None if "all" in request.POST else ticked,
            at=timezone.now(),
        )
        done = ngettext("%(count)d case was taken over.", "%(count)d cases were taken over.", count)
        messages.success(request, done % {"count": count})
        return redirect("onestop:desk_succession")
    transfers = queries.to_take_over(at_work, whole_number(request.GET.get("after", "")) or 0)
    context = desk_context(at_work, "succession") | {
        "transfers": transfers[:PAGE],
        "next": f"?after={transfers[PAGE - 1].pk}" if len(transfers) > PAGE else "",
    }
    return render(request, "desk/succession.html", context)


@serves_as(*DESK)
@require_GET
def case(request: HttpRequest, code: str) -> HttpResponse:
    """The case: answers, papers, documents, messages, history, and what may be done."""
    found = case_of_officer(request, code)
    typed = _kept(request, found)
    if typed is not None:
        messages.info(request, TYPED_IS_HERE)
    answer = _show(request, found, typed=typed)
    if queries.Reader(officer(request), found).is_own:
        talking.mark_read_by_office(found, account_of(request), timezone.now())
    return answer


@serves_as(*DESK)
@require_POST
def act(request: HttpRequest, code: str, act: str) -> HttpResponse:
    """Carry out one act on the case as the officer saw it."""
    found = case_of_officer(request, code)
    chosen = next((one for one in acts.ACTS if one.code == act), None)
    if chosen is None:
        raise Http404
    form = chosen.form(found, request.POST, by=account_of(request))
    typed = Typed(chosen, form)
    if not form.is_valid():
        return _show(request, found, typed=typed, status=422)
    if chosen.consequence and request.POST.get("sure") != "yes":
        messages.error(request, _("Please tick that this is meant: it has consequences."))
        return _show(request, found, typed=typed, status=422)
    actor = queries.actor_for(officer(request), found)
    seen = whole_number(request.POST.get("version", ""))
    try:
        chosen.run(acts.Call(found, actor, timezone.now(), -1 if seen is None else seen, form))
    except ConflictError as error:
        messages.error(request, str(error.message))
        return _show(request, case_of_officer(request, code), typed=typed, status=409)
    except DomainError as error:
        messages.error(request, str(error.message))
        return _show(request, found, typed=typed, status=422)
    messages.success(request, str(chosen.done))
    return redirect("onestop:desk_case", code=code)


def case_of_officer(request: HttpRequest, code: str) -> Case:
    """Return a case that the officer may read, or to whatever is sent, act on; raises `Http404` for any other."""
    found = queries.case_at(officer(request), code, to_act=request.method == "POST")
    if found is None:
        raise Http404
    return found


def _kept(request: HttpRequest, case: Case) -> Typed | None:
    """Return what was typed and sent when the session had run out."""
    for one in acts.ACTS:
        sent = recall(request, path=reverse("onestop:desk_act", args=[case.code, one.code]))
        if sent is not None:
            return Typed(one, one.form(case, sent, by=account_of(request)))
    return None


def _show(request: HttpRequest, case: Case, *, typed: Typed | None, status: int = 200) -> HttpResponse:
    at_work, now = officer(request), timezone.now()
    case = queries.whole(case)
    reader, definition = queries.Reader(at_work, case), stepping.definition_of(case)
    papers, documents, history = queries.papers(case), reader.documents, reader.history
    step, deliveries, fees = case.open_step, queries.deliveries(case), list(queries.fees_of(case))
    kept, to_sign = queries.originals_for(case, at_work, step), _address_to_sign(case, documents)
    possible = acts.possible(case, queries.actor_for(at_work, case), now) if reader.is_own else []
    around = desk_context(at_work, "") | _offered(case, possible, typed, request.GET.get("act"), by=at_work.account)
    context = around | {
        "case": case,
        "only_reads": not reader.is_own,
        "only_asked": reader.is_only_asked,
        "awaited": reader.asked.first(),
        "step": step,
        "forecast": forecasting.forecast_of(step, now) if step and not reader.is_only_asked else None,
        "definition": definition,
        "sections": summary(definition.form, case.answers, case.answered_on(timezone.localdate()))
        if definition.form
        else [],
        "papers": {str(paper.uuid): paper for paper in papers},
        "signatures": {str(paper.uuid): signatures.shown(paper) for paper in papers if paper.is_signed},
        "documents": documents,
        "to_sign": to_sign,
        "first": to_sign or _first_address(case, papers, documents),
        "is_printing": any(one.file_id is None or one.is_being_signed for one in documents),
        "history": history,
        "received_first_by": queries.received_first_by(case),
        "handed_on": _handed_on(history, step),
        "clock": deadlines.clock_of(case, history, now),
        "requests": reader.requests,
        "thread": reader.messages,
        "notes": reader.notes,
        "deliveries": deliveries,
        "has_failed_message": any(one.message.has_failed for one in deliveries),
        "fees": fees,
        "owed": sum(fee.amount for fee in fees if fee.is_due),
        "is_received_here": case.receiving_centre_id in at_work.counters,
        "presented": queries.presented(case),
        "kept": kept,
        "ways": queries.ways_of(case) if kept.all else [],
        "typed": typed,
        "is_lost": typed is not None and typed.act not in possible,
        "now": now,
    }
    return render(request, "desk/case.html", context, status=status)


def _offered(
    case: Case, possible: Sequence[Act], typed: Typed | None, opened: str | None, *, by: Account
) -> dict[str, Any]:
    """Return the acts that the page offers, each with its form: what comes next, what is taken back, the others."""
    likely = acts.likely(possible, case)
    forms = [(one, typed.form if typed and typed.act == one else one.form(case, by=by)) for one in possible]
    return {
        "likely": next(((one, form) for one, form in forms if one == likely), None),
        "undo": next(((one, form) for one, form in forms if one.code == acts.UNDO), None),
        "offered": [(one, form) for one, form in forms if one != likely and one.code not in acts.APART],
        "talk": [(one, form) for one, form in forms if one.code in acts.TALK],
        "opened": next((one for one in possible if one.code == opened), None),
    }


def _handed_on(history: list[CaseEvent], step: CaseStep | None) -> CaseEvent | None:
    """Return the act by which the case came to the open step, or its holder, when words were sent along."""
    came = (one for one in reversed(history) if step and one.at >= step.started_at and one.action in _HANDS_ON)
    last = next(came, None)
    return last if last and last.note else None


def _address_to_sign(case: Case, documents: list[CaseDocument]) -> str:
    """Return the address of the result while it waits for a signature or the seal: it lies on top."""
    printed = (one for one in documents if one.is_unsigned_result and one.file_id)
    return next((reverse("onestop:desk_document", args=[case.code, one.uuid]) for one in printed), "")


def _first_address(case: Case, papers: list[CasePaper], documents: list[CaseDocument]) -> str:
    """Return the address of the first paper, else of the first document that is printed."""
    for paper in papers:
        if not paper.file.is_quarantined:
            return reverse("onestop:desk_paper", args=[case.code, paper.uuid])
    printed = next((document for document in documents if document.file_id), None)
    return reverse("onestop:desk_document", args=[case.code, printed.uuid]) if printed else ""
