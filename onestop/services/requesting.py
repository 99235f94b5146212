"""The case waits for somebody: a supplement, consent to the draft, a verification by another office.

Form 02 asks for a supplement; before acceptance the clerk asks and no clock runs, afterwards the officer asks and
the clock stands. Consent and verification keep the clock running.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from identity.models import Agency
from identity.officers import Actor, Seat
from identity.queries import calendar_of
from onestop import deadlines
from onestop.actors import SYSTEM
from onestop.errors import ActionNotAllowedError, IncompleteAnswersError, ReasonMissingError
from onestop.kinds import Channel, DocumentKind, RequestKind, RequestOutcome
from onestop.models import Case, CaseRequest
from onestop.services import charging, consulting, documents, notices, phrasing, stepping, suspending, turns
from onestop.services.advancing import advance, lock
from onestop.services.papers import replace_papers
from onestop.services.receiving import require_centre
from onestop.states import Action, State, is_allowed
from portal.core.models import StoredFile
from procedures.eforms import StepDefinition, clean_answers
from procedures.eforms.definition import Text

_REMIND_BEFORE: Final = timedelta(days=2)
_WHEN_SILENT: Final = {
    RequestKind.CONSENT: Action.ANSWER_CONSENT,
    RequestKind.SUPPLEMENT: Action.LAPSE_SUPPLEMENT,
    RequestKind.SUSPENSION: Action.RESUME,
}


@transaction.atomic
def request_supplement(
    *,
    case_id: int,
    actor: Seat,
    text: str,
    items: Sequence[str],
    due_at: datetime,
    at: datetime,
    basis: str = "",
    seen_version: int | None = None,
) -> CaseRequest:
    """Ask the applicant for `items` (field and paper codes of the form) until `due_at`, by form 02.

    `basis` is the law that asks for them; unsaid, it is the procedure's own. Raises `ReasonMissingError` without a
    text, `ActionNotAllowedError` when an item is not in the form (a paper that is not published cannot be asked
    for), or the actor may not ask now.
    """
    case = lock(case_id, seen_version=seen_version)
    if not text.strip():
        raise ReasonMissingError
    if not items or set(items) - set(phrasing.askable(stepping.definition_of(case))):
        raise ActionNotAllowedError
    require_turn(case, actor)
    case.supplements += 1
    data = {"items": list(items)}
    event = advance(case, action=Action.REQUEST_SUPPLEMENT, actor=actor, at=at, note=text, data=data)
    charging.ask_with_supplement(case, event.sequence, at)
    request = _ask(case, RequestKind.SUPPLEMENT, actor, text, due_at, at, items=items)
    request.basis = basis.strip() or own_basis(case)
    request.save(update_fields=["basis"])
    documents.write_form(case, DocumentKind.FORM_02, actor=actor, at=at, reason=text, due_at=due_at)
    return request


def require_turn(case: Case, actor: Seat) -> None:
    """Raise `ActionNotAllowedError` unless it is the actor's turn: the counter's first, then the open step's."""
    if case.state == State.SUBMITTED:
        require_centre(case, actor)
    else:
        turns.require(case, Action.REQUEST_SUPPLEMENT, actor)


@transaction.atomic
def answer_supplement(
    *,
    case_id: int,
    actor: Actor,
    answers: Mapping[str, Any],
    at: datetime,
    papers: Mapping[str, Sequence[StoredFile]] = MappingProxyType({}),
) -> Case:
    """Take the applicant's supplement, at the counter from a clerk; only what was asked for can change.

    New files of a paper, by its code, and what was scanned of it meanwhile take the place of those before.

    Raises `IncompleteAnswersError` when the form is not satisfied, `ActionNotAllowedError`; nothing has changed then.
    """
    case = lock(case_id)
    if isinstance(actor, Seat):
        require_centre(case, actor)
    request = _open_request(case, RequestKind.SUPPLEMENT)
    asked = {code: value for code, value in answers.items() if code in request.items}
    for code in (code for code in request.items if code in papers):
        new = replace_papers(case, code, papers[code], since=request.asked_at, at=at)
        asked |= {code: new} if new else {}
    definition = stepping.definition_of(case)
    today = timezone.localtime(at).date()
    result = clean_answers(definition.form, case.answers | asked, today, since=case.answered_on(today))
    if result.errors:
        raise IncompleteAnswersError(result.first_step, errors=result.errors)
    case.answers = result.answers
    _close(request, RequestOutcome.ANSWERED, at)
    before_acceptance = case.state == State.SUPPLEMENT_BEFORE_ACCEPTANCE
    advance(case, action=Action.ANSWER_SUPPLEMENT, actor=actor, at=at, data={"items": sorted(asked)})
    if not before_acceptance:
        stepping.follow(case, at, by=Action.ANSWER_SUPPLEMENT)
    return case


@transaction.atomic
def ask_consent(*, case_id: int, actor: Seat, at: datetime, seen_version: int | None = None) -> CaseRequest:
    """Send the draft result to the applicant of an online case; silence until the limit means consent.

    The limit is the version's `consent_hours`, at most one day (published procedure 1.001193).
    """
    case = lock(case_id, seen_version=seen_version)
    turns.require(case, Action.ASK_CONSENT, actor)
    process = stepping.definition_of(case).process
    hours = process.consent_hours if process else None
    if hours is None:
        raise ActionNotAllowedError
    documents.draft_result(case, at=at)
    advance(case, action=Action.ASK_CONSENT, actor=actor, at=at)
    return _ask(case, RequestKind.CONSENT, actor, "", at + timedelta(hours=hours), at)


@transaction.atomic
def answer_consent(*, case_id: int, actor: Actor, agrees: bool, text: str, at: datetime) -> Case:
    """The applicant agrees with the draft, or says what is wrong in it.

    Raises `ReasonMissingError` when somebody objects without words, `ActionNotAllowedError`.
    """
    case = lock(case_id)
    request = _open_request(case, RequestKind.CONSENT)
    if not agrees and not text.strip():
        raise ReasonMissingError
    outcome = RequestOutcome.AGREED if agrees else RequestOutcome.OBJECTED
    _close(request, outcome, at, text)
    advance(case, action=Action.ANSWER_CONSENT, actor=actor, at=at, note=text, data={"outcome": outcome})
    return case


@transaction.atomic
def ask_verification(
    *,
    case_id: int,
    actor: Seat,
    of: Agency,
    text: str,
    at: datetime,
    seen_version: int | None = None,
) -> CaseRequest:
    """Ask another office to verify a fact (for instance a marriage that the registers do not show).

    The office has the version's `verification_days` working days; the case's own due time moves by as many:
    the law adds the time of verification to the time limit.
    """
    case = lock(case_id, seen_version=seen_version)
    turns.require(case, Action.ASK_VERIFICATION, actor)
    process = stepping.definition_of(case).process
    days = process.verification_days if process else None
    if days is None or not text.strip():
        raise ReasonMissingError
    due = calendar_of(of.pk).add_working_days(at, days)
    deadlines.put_off(case, days)
    advance(case, action=Action.ASK_VERIFICATION, actor=actor, at=at, note=text, data={"of": of.code, "days": days})
    stepping.redate(case)
    return _ask(case, RequestKind.VERIFICATION, actor, text, due, at, of=of)


@transaction.atomic
def answer_verification(*, case_id: int, actor: Seat, confirmed: bool, text: str, at: datetime) -> Case:
    """Record the other office's answer: confirmed, or nothing found."""
    case = lock(case_id)
    turns.require(case, Action.ANSWER_VERIFICATION, actor)
    request = _open_request(case, RequestKind.VERIFICATION)
    outcome = RequestOutcome.CONFIRMED if confirmed else RequestOutcome.NOT_FOUND
    _close(request, outcome, at, text)
    advance(case, action=Action.ANSWER_VERIFICATION, actor=actor, at=at, note=text, data={"outcome": outcome})
    return case


@transaction.atomic
def lapse(*, request_id: int, at: datetime) -> None:
    """The time of a request ran out. Safe to call twice, and too early.

    Silence on a draft means consent, and so does that of an agency whose opinion was asked where the version says so;
    a supplement that never came ends the case; a suspended case goes on; otherwise a request stays open and overdue:
    silence proves nothing.
    """
    case = lock(CaseRequest.objects.values_list("case_id", flat=True).get(pk=request_id))
    request = case.requests.get(pk=request_id)
    if request.answered_at is not None or request.due_at > at or request.kind == RequestKind.VERIFICATION:
        return
    if request.kind == RequestKind.CONSULTATION:
        if request.silence_is_consent:
            consulting.fall_silent(case, request, at)
        return
    consent = request.kind == RequestKind.CONSENT
    action = _WHEN_SILENT[RequestKind(request.kind)]
    if not is_allowed(State(case.state), action, SYSTEM.role):
        return  # the case stands still meanwhile: silence says nothing
    if request.kind == RequestKind.SUSPENSION:
        suspending.resume(case_id=case.pk, actor=SYSTEM, at=at)
        return
    _close(request, RequestOutcome.SILENT, at)
    if consent:
        data = {"outcome": RequestOutcome.SILENT}
        advance(case, action=Action.ANSWER_CONSENT, actor=SYSTEM, at=at, data=data)
        return
    before_acceptance = case.state == State.SUPPLEMENT_BEFORE_ACCEPTANCE
    advance(case, action=Action.LAPSE_SUPPLEMENT, actor=SYSTEM, at=at)
    form = DocumentKind.FORM_03 if before_acceptance else DocumentKind.FORM_05
    documents.write_form(case, form, actor=SYSTEM, at=at)


def consent_is_missing(case: Case) -> bool:
    """Return whether an online case still lacks the applicant's (silent) consent to the draft."""
    process = stepping.definition_of(case).process
    if process is None or process.consent_hours is None or case.channel == Channel.COUNTER:
        return False
    asked = (request for request in case.requests.all() if request.kind == RequestKind.CONSENT)
    last = max(asked, key=lambda request: request.asked_at, default=None)
    return last is None or last.outcome not in {RequestOutcome.AGREED, RequestOutcome.SILENT}


def page_asked(case: Case, request: CaseRequest) -> StepDefinition:
    """Return the page of a supplement: the questions that the request names, and nothing else."""
    form = stepping.definition_of(case).form
    fields = [field for code, field in form.fields.items() if code in request.items] if form else []
    return StepDefinition("supplement", Text(""), Text(""), None, tuple(fields))


@transaction.atomic
def remind(*, request_id: int, at: datetime) -> None:
    """Remind the applicant of a supplement once, in the last two days, or the last half of a shorter time."""
    request = CaseRequest.objects.select_for_update().select_related("case").get(pk=request_id)
    days_left = min(_REMIND_BEFORE, (request.due_at - request.asked_at) / 2)
    if request.case.asks_to_withdraw or request.reminded_at or request.answered_at:
        return
    if not request.due_at - days_left <= at < request.due_at:
        return
    request.reminded_at = at
    request.save(update_fields=["reminded_at"])
    notices.tell_of_supplement(request.case, request, at)


def to_remind(at: datetime) -> QuerySet[CaseRequest, int]:
    """Return the keys of supplements whose time is nearly up, and of which nobody was reminded."""
    waiting = CaseRequest.objects.filter(kind=RequestKind.SUPPLEMENT, answered_at=None, reminded_at=None)
    return waiting.filter(due_at__gt=at, due_at__lte=at + _REMIND_BEFORE).values_list("pk", flat=True)


def own_basis(case: Case) -> str:
    """Return the first law that the version names."""
    basis = stepping.definition_of(case).legal_basis
    return f"{basis[0].number} {basis[0].title}".strip()[:300] if basis else ""


def _ask(
    case: Case,
    kind: RequestKind,
    actor: Seat,
    text: str,
    due_at: datetime,
    at: datetime,
    *,
    items: Sequence[str] = (),
    of: Agency | None = None,
) -> CaseRequest:
    if case.requests.filter(kind=kind, answered_at=None).exists():
        raise ActionNotAllowedError
    return CaseRequest.objects.create(
        case=case,
        kind=kind,
        asked_by=actor.account,
        asked_of=of,
        asked_at=at,
        due_at=due_at,
        text=text,
        items=list(items),
    )


def _open_request(case: Case, kind: RequestKind) -> CaseRequest:
    request = case.requests.filter(kind=kind, answered_at=None).first()
    if request is None:
        raise ActionNotAllowedError
    return request


def _close(request: CaseRequest, outcome: RequestOutcome, at: datetime, answer: str = "") -> None:
    request.answered_at, request.outcome, request.answer = at, outcome, answer
    request.save(update_fields=["answered_at", "outcome", "answer"])
