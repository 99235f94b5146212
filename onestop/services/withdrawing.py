"""The applicant changes their mind: at once before acceptance, with the office's agreement afterwards."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from identity.models import Account
from onestop.actors import Seat, applicant
from onestop.errors import ActionNotAllowedError, ReasonMissingError
from onestop.models import Case
from onestop.services.advancing import advance, lock
from onestop.states import Action, State, is_allowed


@transaction.atomic
def withdraw(*, case_id: int, account: Account, reason: str, at: datetime) -> Case:
    """Withdraw the case, or ask for it when it is being handled already.

    Raises `ReasonMissingError`, `ActionNotAllowedError`.
    """
    case = lock(case_id)
    if not reason.strip():
        raise ReasonMissingError
    actor = applicant(account)
    at_once = is_allowed(State(case.state), Action.WITHDRAW, actor.role)
    advance(case, action=Action.WITHDRAW if at_once else Action.REQUEST_WITHDRAWAL, actor=actor, at=at, note=reason)
    return case


@transaction.atomic
def answer_withdrawal(
    *, case_id: int, actor: Seat, agrees: bool, reason: str, at: datetime, seen_version: int | None = None
) -> Case:
    """Accept or refuse the applicant's wish to withdraw; the clock runs on after a refusal."""
    case = lock(case_id, seen_version=seen_version)
    require_office(case, actor)
    if not agrees and not reason.strip():
        raise ReasonMissingError
    action = Action.ACCEPT_WITHDRAWAL if agrees else Action.REFUSE_WITHDRAWAL
    advance(case, action=action, actor=actor, at=at, note=reason)
    return case


def require_office(case: Case, actor: Seat) -> None:
    """Raise `ActionNotAllowedError` unless the actor serves where the case was received or is decided."""
    if not actor.is_at(case.receiving_centre_id, case.competent_agency_id):
        raise ActionNotAllowedError
