"""Filing: one theme a page, every page saved, check your answers, submit once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods

from identity.access import account_of, citizen
from identity.keeping import TYPED_IS_HERE
from identity.queries import calendar_of
from onestop import deadlines, drafting, prefilling, queries
from onestop.drafting import Both
from onestop.errors import ActionNotAllowedError, FormChangedError, IncompleteAnswersError, ProcedureUnavailableError
from onestop.models import Case
from onestop.services import confirming, drafts, filing, stepping
from onestop.services.drafts import Sent
from onestop.services.typed import Values, typed_on
from onestop.views.confirming import over_in_words
from onestop.views.drafts import (
    at_hand,
    keep,
    list_of,
    own_draft,
    sent_from,
    take_back,
    up_to_date,
    visible,
    while_draft,
)
from onestop.views.mine import own
from onestop.views.uploading import LOOK_AGAIN, PAPER_ACT, Taken, arrange, joinable, take_uploads
from portal.core.errors import DomainError
from procedures.eforms import StepDefinition, step_form, summary
from procedures.eforms.submission import StepForm
from procedures.queries import procedure_called, version_in_force


@citizen
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Before filing: what is needed; posting opens the draft (the same one for every tab)."""
    version = version_in_force(code, timezone.localdate())
    if version is None:
        if procedure_called(code) is None:
            raise Http404
        return redirect("procedures:detail", code=code)  # which says that it is retired
    definition, today = version.definition, timezone.localdate()
    if not definition.is_fileable:
        return redirect("procedures:detail", code=code)
    given = prefilling.from_link(definition.form, request.GET, today)
    if request.method == "POST":
        try:
            answers = prefilling.first_answers(definition.form, account_of(request))
            draft = filing.start_draft(account=account_of(request), code=code, prefill=answers, at=timezone.now())
        except DomainError as error:
            messages.error(request, str(error.message))
            return redirect("procedures:detail", code=code)
        if given:
            is_new = drafting.draft_of(draft).revision == 0 and draft.answers == answers
            prefilling.fill_in(draft, given, over=is_new, at=timezone.now())
        return redirect("onestop:resume", uuid=draft.uuid)
    mine = queries.my_drafts(account_of(request)).filter(procedure=version.procedure_id)
    context = {
        "procedure": version.procedure,
        "definition": definition,
        "given": prefilling.in_words(definition.form, given, today),
        "takes_cases": definition.availability.takes_cases_on(today),
        "begun": next(iter(drafting.begun(mine[:1], timezone.now())), None),
    }
    return render(request, "onestop/start.html", context)


@citizen
@require_http_methods(["GET", "POST"])
@gzip_page  # long lists; nothing that an address says is repeated beside what is secret on it
@while_draft
def step(request: HttpRequest, uuid: UUID, step: str) -> HttpResponse:
    """One page of the form."""
    case = own_draft(request, uuid)
    elsewhere = up_to_date(request, case, step)
    if elsewhere is not None:
        return elsewhere
    page = next((page for page in visible(case) if page.code == step), None)
    if page is None:
        raise Http404
    return _take(request, case, page) if request.method == "POST" else _show(request, case, page)


def _show(request: HttpRequest, case: Case, page: StepDefinition) -> HttpResponse:
    if take_back(request, case, page):
        messages.info(request, TYPED_IS_HERE)
        case = own_draft(request, case.uuid)
    today = timezone.localdate()
    typed = drafting.draft_of(case).typed(page.code)
    form = drafting.filled_form(case, page.code, today, typed)
    if typed is not None:
        form = form.as_typed()
    both = drafting.laid_aside(case, page, today)
    return render(request, "onestop/step.html", _page(request, case, form, Sent(uuid4().hex), both))


def _take(request: HttpRequest, case: Case, page: StepDefinition) -> HttpResponse:
    """Keep what was sent, whatever it is; go on when the page is accepted and nothing else was asked for."""
    taken = take_uploads(request, case, page.code)
    if PAPER_ACT in request.POST and (trouble := arrange(request, case)):
        messages.error(request, trouble)
    case = own_draft(request, case.uuid)
    sent, values = sent_from(request.POST), typed_on(page, request.POST)
    form = step_form(drafting.form_of(case), page.code, case.answers, timezone.localdate(), request.POST)
    both = _changed_elsewhere(case, page, sent, values)
    if both is None:
        sent = replace(sent, revision=drafting.draft_of(case).revision)
        if not taken.refused and not _asks_for_more(request) and form.is_valid():
            return _accept(request, case, page, form, sent, taken)
    keep(case, page, sent, values)
    if (way := _other_way(request, case, page)) is not None:
        return way
    if both is not None or _asks_for_more(request):
        form = form.as_typed()
    form.is_valid()
    form.cleaned_data = getattr(form, "cleaned_data", {})  # what is only shown again complains of its files alone
    for name, message in taken.refused.items():
        form.add_error(name, message)
    return render(request, "onestop/step.html", _page(request, own_draft(request, case.uuid), form, sent, both))


def _accept(
    request: HttpRequest, case: Case, page: StepDefinition, form: StepForm, sent: Sent, taken: Taken
) -> HttpResponse:
    files = {question.code for question in page.fields if question.kind == "file"}  # are with the draft already
    answers = {code: value for code, value in form.answers.items() if code not in files}
    saved = drafts.accept_page(draft_id=case.pk, step=page.code, answers=answers, sent=sent, at=timezone.now())
    if saved is None:  # another device saved this very moment
        keep(case, page, sent, typed_on(page, request.POST))
        return redirect(request.get_full_path())
    if taken.has_remarks:
        messages.warning(request, LOOK_AGAIN)
        return redirect(request.get_full_path())
    return redirect(_after(saved, page.code, check=bool(request.POST.get("check"))))


def _changed_elsewhere(case: Case, page: StepDefinition, sent: Sent, values: Values) -> Both | None:
    """Return both values of what another device changed on this page after `sent` saw it."""
    draft = drafting.draft_of(case)
    if not drafts.changed_elsewhere(draft, page.code, sent):
        return None
    elsewhere = drafting.stored_on(page, case)
    at = draft.steps[page.code]["at"]
    return drafting.both(case, page.code, timezone.localdate(), here=values, elsewhere=elsewhere, at=at)


def _other_way(request: HttpRequest, case: Case, page: StepDefinition) -> HttpResponse | None:
    """Do what a button other than "go on" asked for, now that the page is kept; None when the page is shown again."""
    now = timezone.now()
    acts: dict[str, Callable[[], object]] = {
        "take": lambda: drafts.exchange(draft_id=case.pk, step=page.code, at=now),
        "drop": lambda: drafts.drop_aside(draft_id=case.pk, step=page.code, at=now),
        "undo": lambda: drafts.drop_typed(draft_id=case.pk, step=page.code, at=now),
    }
    act, _separator, paper = request.POST.get("act", "").partition(":")
    if act == "scan" and paper in _to_scan(case, page):
        return redirect("onestop:desk_scan", uuid=case.uuid, paper=paper)
    if act == "reuse":
        return redirect("onestop:reuse", uuid=case.uuid, step=page.code)
    if act == "back":
        codes = [other.code for other in visible(case)]
        return redirect("onestop:step", uuid=case.uuid, step=codes[max(codes.index(page.code) - 1, 0)])
    if act == "leave":
        messages.success(request, _("Saved. You can go on at any time, also on another device."))
        return redirect(list_of(case))
    if act not in acts:
        return None
    acts[act]()
    return redirect(request.get_full_path())


@citizen
@require_http_methods(["GET", "POST"])
@while_draft
def reuse(request: HttpRequest, uuid: UUID, step: str) -> HttpResponse:
    """Earlier answers that fit a page: shown, and filled in there when they are chosen."""
    case, account = own_draft(request, uuid), account_of(request)
    page = next((page for page in visible(case) if page.code == step), None)
    if page is None:
        raise Http404
    if request.method == "POST":
        key, codes = request.POST.get("case", ""), request.POST.getlist("again")
        try:
            prefilling.use_again(case, account, page, key=key, codes=codes, at=timezone.now())
        except DomainError as error:
            messages.error(request, str(error.message))
        return redirect("onestop:step", uuid=case.uuid, step=step)
    offers = prefilling.offers(case, account, page, timezone.localdate())
    return render(request, "onestop/reuse.html", {"case": case, "step": page, "offers": offers})


@citizen
@require_http_methods(["GET", "POST"])
@while_draft
def check(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Check your answers; posting files the case."""
    if request.method == "POST":
        return _file(request, uuid)
    case = at_hand(request, uuid)
    if case.is_from_counter and case.is_draft:
        return redirect("onestop:counter_check", uuid=case.uuid)
    if not case.is_draft:
        return redirect("onestop:case", uuid=case.uuid)
    closed = ""
    try:
        if filing.has_newer_form(case, timezone.now()):
            filing.bring_up_to_date(draft_id=case.pk, at=timezone.now())
            return redirect("onestop:check", uuid=case.uuid)
    except ProcedureUnavailableError as error:
        closed = str(error.message)
    page = check_page(case, closed) | {
        "names_another": confirming.names_another(case, account_of(request)),
        "ways": [(over, over_in_words(over, to)) for over, to in confirming.ways(case).items()],
    }
    return render(request, "onestop/check.html", page)


def _file(request: HttpRequest, uuid: UUID) -> HttpResponse:
    draft_id = queries.key_of(account_of(request), uuid)
    if draft_id is None:
        raise Http404
    try:
        filing.submit(draft_id=draft_id, account=account_of(request), at=timezone.now())
    except IncompleteAnswersError as error:
        messages.error(request, str(error.message))
        return redirect("onestop:step", uuid=uuid, step=error.step)
    except ActionNotAllowedError:
        raise
    except FormChangedError:
        filing.bring_up_to_date(draft_id=draft_id, at=timezone.now())  # the page says what is new
        return redirect("onestop:check", uuid=uuid)
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("onestop:check", uuid=uuid)
    return redirect("onestop:filed", uuid=uuid)


def check_page(case: Case, closed: str) -> dict[str, object]:
    """Return what a page shows on which the answers are checked before filing."""
    definition, today = stepping.definition_of(case), timezone.localdate()
    fees = stepping.filing_fees(case, timezone.now())
    return {
        "case": case,
        "draft": drafting.draft_of(case),
        "definition": definition,
        "sections": summary(definition.form, case.answers, today) if definition.form else [],
        "papers": {str(paper.uuid): paper for paper in queries.papers(case)},
        "fees": fees,
        "total": sum(line.amount for line in fees),
        "closed": closed,
        "unfinished": [] if closed else drafting.unfinished(case, today),
        "ready_at": None if closed else stepping.promised(case, timezone.now()),
    }


@citizen
def filed(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """After filing: the code, what happens next; a case that waits for its fee goes on to payment."""
    case = own(request, uuid)
    if case.is_draft:
        return redirect("onestop:check", uuid=case.uuid)
    context = {"case": case, "definition": stepping.definition_of(case), "fee": queries.filing_fee_of(case)}
    return render(request, "onestop/filed.html", context | _promises(case))


def _promises(case: Case) -> dict[str, object]:
    """Return until when the centre answers, and when the result would be ready if it accepts at once."""
    if case.receiving_centre_id is None or case.submitted_at is None:
        return {}
    calendar = calendar_of(case.receiving_centre_id)
    return {
        "answer_by": deadlines.answer_due_at(calendar, case.submitted_at),
        "ready_at": stepping.promised(case, case.submitted_at),
    }


def _to_scan(case: Case, page: StepDefinition) -> set[str]:
    """Return the questions of a page whose papers a clerk scans: at the counter, those of the published list."""
    if not case.is_from_counter:
        return set()
    published = {paper.code for paper in stepping.definition_of(case).papers}
    return published & {question.code for question in page.fields if question.kind == "file"}


def _asks_for_more(request: HttpRequest) -> bool:
    return any(request.POST.get(name) for name in ("update", "add", "act", PAPER_ACT))


def _after(case: Case, step: str, *, check: bool) -> str:
    codes = [page.code for page in visible(case)]
    following = codes[codes.index(step) + 1 :] if step in codes else []
    if check or not following:
        return f"/nop-ho-so/{case.uuid}/kiem-tra/"
    return f"/nop-ho-so/{case.uuid}/{following[0]}/"


def _page(
    request: HttpRequest, case: Case, form: StepForm, sent: Sent, both: Both | None = None
) -> dict[str, object]:
    codes = [page.code for page in visible(case)]
    place = codes.index(form.step.code)
    papers = {str(paper.uuid): paper for paper in queries.papers(case)}
    draft = drafting.draft_of(case)
    return {
        "case": case,
        "definition": stepping.definition_of(case),
        "draft": draft,
        "form": form,
        "step": form.step,
        "progress": drafting.progress_at(case, form.step.code, timezone.localdate()),
        "previous": codes[place - 1] if place else "",
        "papers": papers,
        "joinable": joinable(case, papers.values()),
        "to_scan": _to_scan(case, form.step),
        "check": request.GET.get("check") or request.POST.get("check"),
        "token": sent.page or uuid4().hex,
        "both": both,
        "has_offers": bool(prefilling.offers(case, account_of(request), form.step, timezone.localdate())),
        "both_was_sent": both is not None and request.method == "POST",
        "can_undo": form.step.code in draft.done and draft.typed(form.step.code) is not None,
    }
