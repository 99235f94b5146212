"""Opinions (lấy ý kiến) of agencies and people, asked for at once and awaited together.

The legal clock runs on unless the version says that it stands. The open step ends only when all have answered, or its
holder goes on with a reason. Silence is consent where the version says so; otherwise it is nothing, and the request
stays open and overdue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from identity.models import Account, Agency
from identity.officers import Actor, Seat
from identity.queries import calendar_of, people_in_seats
from identity.states import Role
from onestop import deadlines
from onestop.actors import SYSTEM
from onestop.errors import ActionNotAllowedError, AnsweredAlreadyError, ReasonMissingError
from onestop.kinds import NoticeKind, RequestKind, RequestOutcome
from onestop.models import Case, CaseRequest
from onestop.models.handling import CONFIDENTIAL
from onestop.services import notices, stepping, turns
from onestop.services.advancing import advance, lock
from onestop.states import CLOCK_STOPS, Action, State, is_allowed
from portal.core.models import StoredFile
from procedures.definition import Consultation
from procedures.promises import due_at

OPINIONS: Final = (RequestOutcome.AGREED, RequestOutcome.CONDITIONS, RequestOutcome.OBJECTED)
_AT_A_DESK: Final = (Role.OFFICER, Role.LEADER)
_AHEAD: Final = timedelta(days=7)  # no day off is longer than this before somebody is reminded


@dataclass(frozen=True)
class Addressee:
    """An agency whose opinion is asked, or one person there."""

    agency: Agency
    person: Account | None = None


@transaction.atomic
def ask(
    *,
    case_id: int,
    actor: Seat,
    of: Sequence[Addressee],
    text: str,
    days: int | None = None,
    is_confidential: bool = False,
    at: datetime,
    seen_version: int | None = None,
) -> list[CaseRequest]:
    """Ask each of `of` for an opinion, all at once; `days` working days where the version sets no time.

    Of what is asked, or answered, in confidence nobody outside the office hears.

    Raises `ReasonMissingError` without a question, `ActionNotAllowedError` without anybody to ask, when one of them
    has not answered an earlier question yet, or when there is no time to answer in; `StaleCaseError`.
    """
    case = lock(case_id, seen_version=seen_version)
    step = turns.require(case, Action.ASK_OPINION, actor)
    terms = stepping.definition_of_step(case, step).consultation or Consultation(None, (), False, False)
    if not text.strip():
        raise ReasonMissingError
    if not of or any(_is_open(case, one) for one in of):
        raise ActionNotAllowedError
    asked = [
        CaseRequest.objects.create(
            case=case,
            kind=RequestKind.CONSULTATION,
            asked_by=actor.account,
            asked_of=one.agency,
            asked_person=one.person,
            asked_at=at,
            due_at=_until(terms, one.agency, days, at),
            text=text,
            is_confidential=is_confidential,
            silence_is_consent=terms.silence_is_consent,
            stops_clock=terms.stops_clock,
        )
        for one in of
    ]
    if terms.stops_clock:
        deadlines.stop_clock(case, at)
    data = _facts(asked) | ({"holds_clock": True} if terms.stops_clock else {})
    advance(case, action=Action.ASK_OPINION, actor=actor, at=at, data=data)
    for request in asked:
        _tell(request, NoticeKind.OPINION_ASKED, at)
    return asked


@transaction.atomic
def answer(
    *,
    request_id: int,
    actor: Seat,
    outcome: RequestOutcome,
    text: str,
    attachment: StoredFile | None = None,
    is_confidential: bool = False,
    at: datetime,
) -> CaseRequest:
    """Give the opinion of the agency that was asked; confidential when either side says so.

    Raises `AnsweredAlreadyError` when it is not awaited any more, `ActionNotAllowedError` when it was not asked of
    the actor, `ReasonMissingError` when somebody objects, or sets conditions, without words.
    """
    case = lock(CaseRequest.objects.values_list("case_id", flat=True).get(pk=request_id))
    request = case.requests.consultations().get(pk=request_id)
    if request.answered_at is not None and actor.agency == request.asked_of:
        raise AnsweredAlreadyError(_answered_by(request))
    if outcome not in OPINIONS or not is_asked(request, actor):
        raise ActionNotAllowedError
    if outcome != RequestOutcome.AGREED and not text.strip():
        raise ReasonMissingError
    request.answered_by, request.attachment = actor.account, attachment
    request.is_confidential = request.is_confidential or is_confidential
    _close(case, [request], outcome, actor, at, text)
    return request


@transaction.atomic
def go_on(*, case_id: int, actor: Seat, reason: str, at: datetime, seen_version: int | None = None) -> Case:
    """Go on without the opinions that are still awaited. Raises `ReasonMissingError`, `ActionNotAllowedError`."""
    case = lock(case_id, seen_version=seen_version)
    turns.require(case, Action.GO_ON, actor)
    awaited = list(case.requests.consultations().awaited())
    if not reason.strip():
        raise ReasonMissingError
    if not awaited:
        raise ActionNotAllowedError
    _close(case, awaited, RequestOutcome.PASSED, actor, at, note=reason)
    return case


def fall_silent(case: Case, request: CaseRequest, at: datetime) -> None:
    """Take an agency's silence for consent, on a locked case."""
    if is_allowed(State(case.state), Action.ANSWER_OPINION, SYSTEM.role):
        _close(case, [request], RequestOutcome.SILENT, SYSTEM, at)


def is_asked(request: CaseRequest, actor: Seat) -> bool:
    """Return whether the request is open, and asked of the agency (and person) that the actor is."""
    is_theirs = request.asked_person is None or request.asked_person == actor.account
    is_seated = actor.role in _AT_A_DESK and actor.is_at(request.asked_of_id)
    return request.answered_at is None and is_seated and is_theirs


@transaction.atomic
def remind(*, request_id: int, at: datetime) -> bool:
    """Remind once of an opinion that is due within a working day; returns whether somebody was reminded now."""
    request = CaseRequest.objects.select_for_update().get(pk=request_id)
    if request.reminded_at is not None or request.answered_at is not None or request.asked_of_id is None:
        return False
    if request.due_at > calendar_of(request.asked_of_id).add_working_minutes(at, 8 * 60):
        return False
    request.reminded_at = at
    request.save(update_fields=["reminded_at"])
    _tell(request, NoticeKind.OPINION_DUE, at)
    return True


def to_remind(now: datetime) -> list[int]:
    """Return the keys of awaited opinions that may be due within a working day."""
    near = CaseRequest.objects.opinions_awaited().filter(reminded_at=None, due_at__range=(now, now + _AHEAD))
    return list(near.order_by("due_at").values_list("pk", flat=True)[:500])


def _tell(request: CaseRequest, kind: NoticeKind, at: datetime) -> None:
    """Tell those who are asked; it says nothing of the case's content."""
    agency = request.asked_of
    day = timezone.localdate(at)
    if request.asked_person is not None:
        asked = [request.asked_person]
    else:
        asked = [one for role in _AT_A_DESK if agency for one in people_in_seats(agency, role, day)]
    data = {"agency": agency.name if agency else "", "due": request.due_at.isoformat()}
    key = f"opinion:{request.pk}:{kind}"
    notices.tell_office(asked, kind=kind, key=key, case=request.case, data=data, at=at)


def _close(
    case: Case,
    requests: Sequence[CaseRequest],
    outcome: RequestOutcome,
    actor: Actor,
    at: datetime,
    text: str = "",
    note: str = "",
) -> None:
    """Close the requests with one act. What was said stays with them: the history is read by more people."""
    held = any(request.stops_clock for request in requests)
    for request in requests:
        request.answered_at, request.outcome, request.answer = at, outcome, text
        request.save()
    action = Action.GO_ON if outcome == RequestOutcome.PASSED else Action.ANSWER_OPINION
    data = _facts(requests)
    if held:
        data["holds_clock"] = case.requests.clock_stands()
        if not data["holds_clock"] and case.state not in CLOCK_STOPS:
            deadlines.restart_clock(case, at)
    advance(case, action=action, actor=actor, at=at, note=note, data=data)


def _answered_by(request: CaseRequest) -> str | None:
    if request.answered_by is None:
        return None
    return _("%(who)s has given this opinion already.") % {"who": request.answered_by.full_name}


def _facts(requests: Sequence[CaseRequest]) -> dict[str, object]:
    """Return what the history keeps of requests: of whom, and that all of them are in confidence where they are."""
    of = [request.asked_of.code for request in requests if request.asked_of]
    return {"of": of} | ({CONFIDENTIAL: True} if all(request.is_confidential for request in requests) else {})


def _is_open(case: Case, one: Addressee) -> bool:
    awaited = case.requests.consultations().awaited()
    return awaited.filter(asked_of=one.agency, asked_person=one.person).exists()


def _until(terms: Consultation, agency: Agency, days: int | None, at: datetime) -> datetime:
    calendar = calendar_of(agency.pk)
    due = due_at(terms.time, calendar, at) if terms.time else calendar.add_working_days(at, days) if days else None
    if due is None:
        raise ActionNotAllowedError
    return due
