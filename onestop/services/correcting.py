"""After a result was issued: a wrong one is corrected by a new version, or revoked."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from identity.officers import Seat
from identity.states import Role
from onestop.errors import ActionNotAllowedError, ReasonMissingError
from onestop.kinds import DocumentKind, DocumentState
from onestop.models import Case
from onestop.services import documents, stepping
from onestop.services.advancing import advance, lock
from onestop.states import Action


@transaction.atomic
def correct(*, case_id: int, actor: Seat, reason: str, at: datetime, seen_version: int | None = None) -> Case:
    """Send the case back to whoever proposed its result. The result in force stays so until
    the new one is issued; whoever verifies it reads that it is being corrected.

    Raises `ReasonMissingError`, `ActionNotAllowedError`, `StaleCaseError`.
    """
    case = lock(case_id, seen_version=seen_version)
    require_decider(case, actor)
    if not reason.strip():
        raise ReasonMissingError
    advance(case, action=Action.CORRECT_RESULT, actor=actor, at=at, note=reason)
    stepping.reopen(case, Action.PROPOSE, at)
    return case


@transaction.atomic
def revoke(*, case_id: int, actor: Seat, reason: str, at: datetime, seen_version: int | None = None) -> Case:
    """Revoke the result, also while it is being corrected: whoever verifies it reads so from now on.

    Raises `ReasonMissingError`, `ActionNotAllowedError`, `StaleCaseError`.
    """
    case = lock(case_id, seen_version=seen_version)
    require_decider(case, actor)
    if not reason.strip():
        raise ReasonMissingError
    documents.withdraw_unsigned_result(case)
    advance(case, action=Action.REVOKE_RESULT, actor=actor, at=at, note=reason)
    revoke_issued(case, at)
    return case


def revoke_issued(case: Case, at: datetime) -> None:
    """Mark the result in force as revoked, and what was sealed with it; a new version takes its place, or none."""
    issued = case.documents.filter(kind__in=[DocumentKind.RESULT, DocumentKind.SEALED], state=DocumentState.ISSUED)
    issued.update(state=DocumentState.REVOKED, revoked_at=at)


def require_decider(case: Case, actor: Seat) -> None:
    """Raise `ActionNotAllowedError` unless the actor leads the agency that decided the case, and it is decided."""
    if actor.role != Role.LEADER or not actor.is_at(_decided_at(case)) or case.decided_at is None:
        raise ActionNotAllowedError


def _decided_at(case: Case) -> int | None:
    """Return the agency at which the result was signed; the competent one's own leader signs as a rule."""
    signed = (event for event in case.events.all() if event.action == Action.SIGN)
    last = max(signed, key=lambda event: event.sequence, default=None)
    return (last and last.agency_id) or case.competent_agency_id
