"""Money asked for during handling (nghĩa vụ tài chính): only fees that the version publishes as on demand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from onestop.actors import SYSTEM, Actor
from onestop.errors import ActionNotAllowedError
from onestop.kinds import FILED_AS, Channel
from onestop.models import Case
from onestop.references import demand, demands_of
from onestop.services import filing, stepping
from onestop.services.advancing import advance, lock
from onestop.states import Action, State
from payments.models import FeeRequest
from payments.services import cancel_fee, request_fee
from procedures.definition import FeeLine


@transaction.atomic
def require_payment(
    *,
    case_id: int,
    actor: Actor,
    fees: Collection[str],
    note: str,
    at: datetime,
    seen_version: int | None = None,
) -> FeeRequest:
    """Ask the applicant for the fees with these codes; handling goes on when they are paid.

    Raises `ActionNotAllowedError` when a fee is not published for it, or none is chosen.
    """
    case = lock(case_id, seen_version=seen_version)
    stepping.require(case, Action.REQUIRE_PAYMENT, actor)
    lines = [line for line in demandable(case, at) if line.code in fees]
    if not lines or {line.code for line in lines} != set(fees):
        raise ActionNotAllowedError
    data = {"fees": [line.code for line in lines]}
    event = advance(case, action=Action.REQUIRE_PAYMENT, actor=actor, at=at, note=note, data=data)
    return request_fee(
        reference=demand(case, event.sequence),
        description=case.procedure.name[:250],
        details=filing.receipt_details(case),
        lines=lines,
        payer_name=case.applicant_name,
        at=at,
    )


@transaction.atomic
def settle_demand(*, case_id: int, at: datetime) -> Case:
    """What was asked for has been paid: handling goes on. Safe to call twice; a case that moved on stays."""
    case = lock(case_id)
    if case.state == State.PAYMENT_REQUIRED:
        advance(case, action=Action.SETTLE_DEMAND, actor=SYSTEM, at=at)
    return case


def demandable(case: Case, at: datetime) -> tuple[FeeLine, ...]:
    """Return the fees that may be asked for while the case is handled."""
    today = timezone.localtime(at).date()
    return stepping.definition_of(case).fee_lines(case.answers, "ON_DEMAND", today, FILED_AS[Channel(case.channel)])


def cancel_demands(case: Case, at: datetime) -> None:
    """Withdraw what was asked for and has not been paid."""
    for reference in FeeRequest.objects.filter(demands_of(case)).values_list("reference", flat=True):
        cancel_fee(reference=reference, at=at)
