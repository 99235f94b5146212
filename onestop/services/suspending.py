"""Handling stands still for a reason, goes on, or ends without a result; both pauses and ends go out with form 05."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from identity.officers import Actor, Seat
from identity.queries import calendar_of
from onestop.actors import SYSTEM
from onestop.errors import ActionNotAllowedError, ReasonMissingError
from onestop.kinds import DocumentKind, RequestKind, RequestOutcome
from onestop.models import Case, CaseRequest
from onestop.services import documents, turns
from onestop.services.advancing import advance, lock
from onestop.states import Action


@transaction.atomic
def suspend(
    *, case_id: int, actor: Seat, reason: str, days: int, at: datetime, seen_version: int | None = None
) -> CaseRequest:
    """Let the clock stand for at most `days` working days; then the case goes on by itself, if nobody resumed it.

    The applicant reads on form 05 why, and until when.

    Raises `ReasonMissingError`, `ActionNotAllowedError`, `StaleCaseError`.
    """
    case = lock(case_id, seen_version=seen_version)
    turns.require(case, Action.SUSPEND, actor)
    if not reason.strip():
        raise ReasonMissingError
    if days < 1:
        raise ActionNotAllowedError
    end = until(actor, days, at)
    advance(case, action=Action.SUSPEND, actor=actor, at=at, note=reason, data={"until": end.isoformat()})
    documents.write_form(case, DocumentKind.FORM_05, actor=actor, at=at, reason=reason, due_at=end)
    return CaseRequest.objects.create(
        case=case,
        kind=RequestKind.SUSPENSION,
        asked_by=actor.account,
        asked_of=actor.agency,
        asked_at=at,
        due_at=end,
        text=reason,
    )


def until(actor: Seat, days: int, at: datetime) -> datetime:
    """Return when a suspension of `days` working days ends."""
    return calendar_of(actor.agency.pk).postpone(at, days)


@transaction.atomic
def resume(*, case_id: int, actor: Actor, at: datetime, note: str = "", seen_version: int | None = None) -> Case:
    """Go on with a suspended case: the minutes that were left run on. Raises `ActionNotAllowedError`."""
    case = lock(case_id, seen_version=seen_version)
    if actor != SYSTEM:
        turns.require(case, Action.RESUME, actor)
    advance(case, action=Action.RESUME, actor=actor, at=at, note=note)
    case.requests.awaited().filter(kind=RequestKind.SUSPENSION).update(answered_at=at, outcome=RequestOutcome.ENDED)
    return case


@transaction.atomic
def stop(*, case_id: int, actor: Seat, reason: str, at: datetime, seen_version: int | None = None) -> Case:
    """End the case without a result: the applicant reads why on form 05, and what was asked of them is not due.

    Raises `ReasonMissingError`, `ActionNotAllowedError`, `StaleCaseError`.
    """
    case = lock(case_id, seen_version=seen_version)
    turns.require(case, Action.STOP, actor)
    if not reason.strip():
        raise ReasonMissingError
    documents.withdraw_unsigned_result(case)
    advance(case, action=Action.STOP, actor=actor, at=at, note=reason)
    documents.write_form(case, DocumentKind.FORM_05, actor=actor, at=at, reason=reason)
    return case
