"""Money asked for after filing: on demand (nghĩa vụ tài chính), with a supplement, or when the result goes out.

Only what the version publishes for it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from identity.officers import Actor, Seat
from onestop.actors import SYSTEM
from onestop.errors import ActionNotAllowedError, FeesUnpaidError
from onestop.kinds import FILED_AS, Channel, Delivery, DueWith
from onestop.models import Case
from onestop.queries import owed
from onestop.references import demand, due_with, return_fee, supplement_fee
from onestop.services import filing, stepping, turns
from onestop.services.advancing import advance, lock
from onestop.states import Action, State
from payments.models import FeeRequest
from portal.core.formatting import dong
from procedures.definition import FeeLine


@transaction.atomic
def require_payment(
    *,
    case_id: int,
    actor: Seat,
    fees: Collection[str],
    note: str,
    at: datetime,
    seen_version: int | None = None,
) -> FeeRequest:
    """Ask the applicant for the fees with these codes; handling goes on when they are paid.

    Raises `ActionNotAllowedError` when a fee is not published for it, or none is chosen.
    """
    case = lock(case_id, seen_version=seen_version)
    turns.require(case, Action.REQUIRE_PAYMENT, actor)
    lines = [line for line in demandable(case, at) if line.code in fees]
    if not lines or {line.code for line in lines} != set(fees):
        raise ActionNotAllowedError
    data = {"fees": [line.code for line in lines]}
    event = advance(case, action=Action.REQUIRE_PAYMENT, actor=actor, at=at, note=note, data=data)
    return filing.ask_for(case, demand(case, event.sequence), lines, at)


@transaction.atomic
def settle(*, case_id: int, reference: str, at: datetime, actor: Actor = SYSTEM) -> Case:
    """A fee of the case was paid: what waited for it goes on. Safe to call twice; a case that moved on stays.

    `actor` is the clerk who has taken it in cash, or the system, which was told that it came.
    """
    if due_with(reference) == DueWith.FILING:
        return filing.settle_filing_fee(case_id=case_id, at=at, actor=actor)
    case = lock(case_id)
    if due_with(reference) == DueWith.ON_DEMAND and case.state == State.PAYMENT_REQUIRED:
        advance(case, action=Action.SETTLE_DEMAND, actor=actor, at=at)
    elif case.state == State.DECIDED and case.delivery == Delivery.ELECTRONIC and not owed(case):
        advance(case, action=Action.RETURN_RESULT, actor=SYSTEM, at=at)
    return case


def ask_with_supplement(case: Case, sequence: int, at: datetime) -> None:
    """Ask for what the version publishes as due with a supplement, which has this place in the history."""
    _ask(case, supplement_fee(case, sequence), _lines(case, "SUPPLEMENT", at), at)


def ask_at_return(case: Case, at: datetime) -> None:
    """Ask for what the version publishes as due when the result is handed over."""
    _ask(case, return_fee(case), _lines(case, "RETURN", at), at)


def require_paid(case: Case) -> None:
    """Raise `FeesUnpaidError` while a fee of the case is due."""
    amount = owed(case)
    if amount:
        raise FeesUnpaidError(
            _("%(amount)s is still to be paid before the result is handed over.") % {"amount": dong(amount)}
        )


def demandable(case: Case, at: datetime) -> tuple[FeeLine, ...]:
    """Return the fees that may be asked for while the case is handled."""
    return _lines(case, "ON_DEMAND", at)


def _lines(case: Case, timing: str, at: datetime) -> tuple[FeeLine, ...]:
    today = timezone.localtime(at).date()
    return stepping.definition_of(case).fee_lines(case.answers, timing, today, FILED_AS[Channel(case.channel)])


def _ask(case: Case, reference: str, lines: Sequence[FeeLine], at: datetime) -> None:
    if lines:
        filing.ask_for(case, reference, lines, at)
