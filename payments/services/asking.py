"""Asking for money, and beginning to pay it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from django.db import transaction

from payments import gateways
from payments.errors import FeeNotDueError, GatewayUnavailableError
from payments.models import FeeRequest, PaymentAttempt
from payments.providers.contract import GatewayError, Line, Order
from payments.providers.registry import PAYGOV
from payments.states import AttemptState, FeeState
from portal.core.errors import OutcomeUnknownError, UnreachableError

FIRST_QUERY: Final = timedelta(minutes=2)
_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class FeeLineLike(Protocol):
    """A fee line as the asker knows it."""

    @property
    def amount(self) -> int: ...

    def as_json(self) -> dict[str, Any]: ...


@transaction.atomic
def request_fee(
    *,
    reference: str,
    description: str,
    details: Mapping[str, str],
    lines: Iterable[FeeLineLike],
    payer_name: str,
    at: datetime,
) -> FeeRequest:
    """Ask for the sum of `lines` (VND); asking twice with the same `reference` returns the first demand."""
    items = list(lines)
    fee, _created = FeeRequest.objects.get_or_create(
        reference=reference,
        defaults={
            "description": description,
            "details": dict(details),
            "lines": [line.as_json() for line in items],
            "amount": sum(line.amount for line in items),
            "payer_name": payer_name,
            "created_at": at,
        },
    )
    return fee


@transaction.atomic
def cancel_fee(*, reference: str, at: datetime) -> None:
    """Withdraw a demand that was not paid; money that comes later is surplus, to be refunded by a person."""
    due = FeeRequest.objects.select_for_update().filter(reference=reference, state=FeeState.DUE)
    due.update(state=FeeState.CANCELLED)


def start_attempt(*, fee_id: int, return_url: str, ip: str, at: datetime) -> PaymentAttempt:
    """Begin paying a fee; returns the attempt, whose `pay_url` is the bank's page.

    `return_url` ends in a slash; the attempt's reference is added to it. Raises `FeeNotDueError`;
    `GatewayUnavailableError` when the platform does not answer: the attempt stays, and is asked about later.
    """
    attempt = _open_attempt(fee_id, at)
    if attempt.pay_url:
        return attempt
    try:
        attempt.pay_url = gateways.paygov().begin(_order(attempt, return_url, ip, at))
    except (UnreachableError, OutcomeUnknownError, GatewayError) as error:
        raise GatewayUnavailableError from error
    attempt.save(update_fields=["pay_url"])
    return attempt


@transaction.atomic
def _open_attempt(fee_id: int, at: datetime) -> PaymentAttempt:
    fee = FeeRequest.objects.select_for_update().get(pk=fee_id)
    if fee.state != FeeState.DUE:
        raise FeeNotDueError
    open_one = fee.attempts.filter(state=AttemptState.STARTED).exclude(pay_url="").order_by("-pk").first()
    return open_one or PaymentAttempt.objects.create(
        fee=fee,
        provider=PAYGOV,
        reference=f"BD{at:%y%m%d}" + "".join(secrets.choice(_ALPHABET) for _ in range(16)),
        amount=fee.amount,
        started_at=at,
        next_query_at=at + FIRST_QUERY,
    )


def _order(attempt: PaymentAttempt, return_url: str, ip: str, at: datetime) -> Order:
    fee = attempt.fee
    return Order(
        reference=attempt.reference,
        amount=attempt.amount,
        description=fee.description,
        return_url=f"{return_url}{attempt.reference}/",
        ip=ip,
        at=at,
        payer_name=fee.payer_name,
        details=fee.details,
        lines=tuple(
            Line(code=line["code"], name=line["name"], kind=line["kind"], amount=line["amount"]) for line in fee.lines
        ),
    )
