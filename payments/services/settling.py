"""Learning that money came: from the platform's confirmation, or by asking. Twice is once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from payments import events, gateways
from payments.models import FeeRequest, GatewayNotice, PaymentAttempt
from payments.providers.contract import (
    Confirmation,
    ForgedNoticeError,
    GatewayError,
    NoticeError,
    Outcome,
)
from payments.providers.registry import PAYGOV
from payments.states import AttemptState, FeeState, Verdict
from portal.core import outbox
from portal.core.errors import OutcomeUnknownError, UnreachableError

BILL_TOPIC: Final = "payments.bill"
RECEIPT_TOPIC: Final = "payments.receipt"
_ASK_FOR: Final = timedelta(days=2)
_LONGEST_BODY: Final = 4000
# What the platform hears: 00 for what is settled (again), an error for what changed nothing.
_ANSWERS: Final = {
    Verdict.SETTLED: ("00", "Thanh cong"),
    Verdict.REPEATED: ("00", "Thanh cong"),
    Verdict.DECLINED: ("00", "Thanh cong"),
    Verdict.SURPLUS: ("00", "Thanh cong"),
    Verdict.FORGED: ("97", "Sai ma xac thuc"),
    Verdict.MALFORMED: ("99", "Ban tin khong hop le"),
    Verdict.WRONG_AMOUNT: ("04", "Sai so tien"),
    Verdict.WRONG_PARTNER: ("05", "Sai ma doi tac"),
    Verdict.UNKNOWN_ORDER: ("01", "Khong tim thay giao dich"),
}


def receive_confirmation(*, body: bytes, at: datetime) -> dict[str, str]:
    """Take in a confirmation and return the signed answer. Every one is recorded with our verdict on it."""
    gateway = gateways.paygov()
    reference, verdict = "", Verdict.MALFORMED
    try:
        confirmation = gateway.read_notice(body)
        reference = confirmation.reference
        verdict = settle(confirmation=confirmation, at=at)
    except ForgedNoticeError as error:
        reference, verdict = error.reference, Verdict.FORGED
    except NoticeError as error:
        reference = error.reference
    GatewayNotice.objects.create(
        provider=PAYGOV,
        reference=_storable(reference),
        attempt=PaymentAttempt.objects.filter(reference=_storable(reference)).first(),
        verdict=verdict,
        body=body[:_LONGEST_BODY].decode(errors="replace").replace("\0", ""),
        received_at=at,
    )
    code, text = _ANSWERS[verdict]
    return gateway.acknowledge(reference, code=code, text=text, at=at)


@transaction.atomic
def settle(*, confirmation: Confirmation, at: datetime) -> Verdict:
    """Do what a genuine confirmation says, once. Under the locks of the attempt and its fee.

    Money for a fee that was paid or cancelled already is surplus: kept as such, for a person to refund.
    """
    attempt = PaymentAttempt.objects.select_for_update().filter(reference=_storable(confirmation.reference)).first()
    if attempt is None:
        return Verdict.UNKNOWN_ORDER
    if confirmation.partner != gateways.paygov().partner:
        return Verdict.WRONG_PARTNER
    if confirmation.outcome == Outcome.PAID and confirmation.amount != attempt.amount:
        return Verdict.WRONG_AMOUNT
    if attempt.state in {AttemptState.SUCCEEDED, AttemptState.SURPLUS}:
        return Verdict.REPEATED
    if confirmation.outcome != Outcome.PAID:
        _close(attempt, AttemptState.FAILED, confirmation, at)
        return Verdict.DECLINED
    fee = FeeRequest.objects.select_for_update().get(pk=attempt.fee_id)
    if fee.state != FeeState.DUE:
        _close(attempt, AttemptState.SURPLUS, confirmation, at)
        return Verdict.SURPLUS
    _close(attempt, AttemptState.SUCCEEDED, confirmation, at)
    fee.state, fee.paid_at = FeeState.PAID, at
    fee.save(update_fields=["state", "paid_at"])
    _record_papers(attempt, at)
    events.fee_paid.send(FeeRequest, fee_id=fee.pk, reference=fee.reference, amount=fee.amount, paid_at=at)
    return Verdict.SETTLED


def query_pending(*, now: datetime, limit: int = 100) -> int:
    """Ask the platform about attempts of which nothing was heard; returns how many came to an end."""
    due = PaymentAttempt.objects.filter(state=AttemptState.STARTED, next_query_at__lte=now)
    return sum(_query(attempt, now) for attempt in due.order_by("next_query_at")[:limit])


def _query(attempt: PaymentAttempt, now: datetime) -> bool:
    attempt.queries += 1
    wait = timedelta(minutes=min(2**attempt.queries, 60))
    given_up = now - attempt.started_at > _ASK_FOR
    attempt.next_query_at = None if given_up else now + wait
    attempt.save(update_fields=["queries", "next_query_at"])
    try:
        confirmation = gateways.paygov().query(attempt.reference, at=now)
    except (UnreachableError, OutcomeUnknownError, GatewayError, NoticeError):
        return False
    if confirmation.outcome in {Outcome.PENDING, Outcome.UNKNOWN_ORDER}:
        return False
    return settle(confirmation=confirmation, at=now) != Verdict.REPEATED


def _close(attempt: PaymentAttempt, state: AttemptState, confirmation: Confirmation, at: datetime) -> None:
    attempt.state, attempt.settled_at, attempt.next_query_at = state, at, None
    attempt.transaction_code, attempt.bank = confirmation.transaction_code[:60], confirmation.bank[:30]
    attempt.save()


def _record_papers(attempt: PaymentAttempt, at: datetime) -> None:
    for topic, key in ((BILL_TOPIC, "bill"), (RECEIPT_TOPIC, "receipt")):
        outbox.record(
            topic=topic,
            group=f"payment:{attempt.reference}:{key}",
            key=f"payment:{attempt.reference}:{key}",
            payload={"attempt_id": attempt.pk, "fee_id": attempt.fee_id},
            at=at,
        )


def _storable(reference: str) -> str:
    return reference.replace("\0", "")[:64]
