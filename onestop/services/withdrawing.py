"""The applicant changes their mind: at once before acceptance, with the office's agreement afterwards."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from identity.models import Account
from identity.officers import Seat
from identity.queries import calendar_of
from onestop.actors import SYSTEM, applicant
from onestop.errors import ActionNotAllowedError, ReasonMissingError
from onestop.kinds import RequestKind
from onestop.models import Case
from onestop.queries import owes_on_demand
from onestop.services.advancing import advance, lock
from onestop.states import Action, State, is_allowed


@transaction.atomic
def withdraw(*, case_id: int, account: Account, reason: str, at: datetime) -> Case:
    """Withdraw the case, or ask for it when it is being handled already.

    Raises `ReasonMissingError`; `ActionNotAllowedError`, also while a result is in force and being corrected.
    """
    case = lock(case_id)
    if not reason.strip():
        raise ReasonMissingError
    if not case.can_be_withdrawn:
        raise ActionNotAllowedError
    actor = applicant(account)
    at_once = is_allowed(State(case.state), Action.WITHDRAW, actor.role)
    advance(case, action=Action.WITHDRAW if at_once else Action.REQUEST_WITHDRAWAL, actor=actor, at=at, note=reason)
    return case


@transaction.atomic
def answer_withdrawal(
    *, case_id: int, actor: Seat, agrees: bool, reason: str, at: datetime, seen_version: int | None = None
) -> Case:
    """Accept or refuse the applicant's wish to withdraw. After a refusal the clock runs on; what was awaited of the
    applicant before, a supplement or a payment, is awaited again, a supplement for as long as the wish was looked at.
    """
    case = lock(case_id, seen_version=seen_version)
    require_office(case, actor)
    if not agrees and not reason.strip():
        raise ReasonMissingError
    action = Action.ACCEPT_WITHDRAWAL if agrees else Action.REFUSE_WITHDRAWAL
    advance(case, action=action, actor=actor, at=at, note=reason)
    if not agrees:
        _await_again(case, at)
    return case


def _await_again(case: Case, at: datetime) -> None:
    asked = case.requests.filter(kind=RequestKind.SUPPLEMENT, answered_at=None).first()
    if asked is not None:
        wish = case.events.filter(action=Action.REQUEST_WITHDRAWAL).latest("sequence")
        days = (timezone.localtime(at).date() - timezone.localtime(wish.at).date()).days
        if days:
            asked.due_at = calendar_of(case.competent_agency_id or 0).postpone(asked.due_at, days)
            asked.save(update_fields=["due_at"])
        data = {"items": asked.items}
        advance(case, action=Action.REQUEST_SUPPLEMENT, actor=SYSTEM, at=at, note=asked.text, data=data)
    elif owes_on_demand(case):
        advance(case, action=Action.REQUIRE_PAYMENT, actor=SYSTEM, at=at)


def require_office(case: Case, actor: Seat) -> None:
    """Raise `ActionNotAllowedError` unless the actor serves where the case was received or is decided."""
    if not actor.is_at(case.receiving_centre_id, case.competent_agency_id):
        raise ActionNotAllowedError
