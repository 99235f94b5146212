"""Cash at a counter: taken once, receipted at once, paid back whole or not at all; a wrong receipt is replaced."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from identity.models import Account, Agency
from payments import events
from payments.errors import FeeNotDueError, NotPaidInCashError, RefundReasonMissingError, VoidReasonMissingError
from payments.models import CashPayment, CashRefund, FeeRequest, Receipt
from payments.services.papers import next_number, number_receipts
from payments.services.settling import RECEIPT_TOPIC
from payments.states import FeeState
from portal.core import outbox

VOUCHER_TOPIC: Final = "payments.voucher"


@transaction.atomic
def take_cash(*, reference: str, cashier: Account, place: Agency, at: datetime) -> FeeRequest:
    """Take the whole fee in cash at `place`; its receipts have their numbers when this returns. Twice is once.

    Raises `FeeNotDueError` when it was paid in another way, or is no longer asked for; `FeeRequest.DoesNotExist`.
    """
    fee = FeeRequest.objects.select_for_update().get(reference=reference)
    if CashPayment.objects.filter(fee=fee).exists():
        return fee
    if fee.state != FeeState.DUE:
        raise FeeNotDueError
    CashPayment.objects.create(fee=fee, cashier=cashier, place=place, taken_at=at)
    fee.state, fee.paid_at = FeeState.PAID, at
    fee.save(update_fields=["state", "paid_at"])
    _number_and_print(fee, at)
    events.fee_paid.send(FeeRequest, fee_id=fee.pk, reference=fee.reference, amount=fee.amount, paid_at=at)
    return fee


@transaction.atomic
def void_receipt(*, receipt_id: int, by: Account, reason: str, at: datetime) -> Receipt:
    """Make a receipt void and return the one in force in its place, with the next number. Twice is once.

    The fee stays paid: what moves a case is never undone by a paper. Raises `VoidReasonMissingError`, and
    `NotPaidInCashError` for money that was paid back.
    """
    if not reason.strip():
        raise VoidReasonMissingError
    receipt = Receipt.objects.select_for_update().select_related("fee").get(pk=receipt_id)
    if receipt.fee.is_refunded:
        raise NotPaidInCashError
    if not receipt.is_void:
        receipt.voided_at, receipt.voided_by, receipt.void_reason = at, by, reason
        receipt.save(update_fields=["voided_at", "voided_by", "void_reason"])
        _number_and_print(receipt.fee, at)
    return Receipt.objects.get(fee=receipt.fee_id, kind=receipt.kind, voided_at=None)


@transaction.atomic
def refund_cash(*, reference: str, cashier: Account, place: Agency, reason: str, at: datetime) -> CashRefund:
    """Pay a fee that was taken in cash back whole; its voucher has its number when this returns. Twice is once.

    Raises `RefundReasonMissingError`, `NotPaidInCashError`, `FeeRequest.DoesNotExist`.
    """
    if not reason.strip():
        raise RefundReasonMissingError
    fee = FeeRequest.objects.select_for_update().get(reference=reference)
    payment = CashPayment.objects.filter(fee=fee).first()
    if payment is None:
        raise NotPaidInCashError
    if fee.is_refunded:
        return CashRefund.objects.get(payment=payment)
    series = f"{place.code}-CHI-{timezone.localtime(at):%y}"
    refund = CashRefund.objects.create(
        payment=payment,
        cashier=cashier,
        place=place,
        reason=reason,
        series=series,
        number=next_number(series),
        refunded_at=at,
    )
    fee.state = FeeState.REFUNDED
    fee.save(update_fields=["state"])
    outbox.record(
        topic=VOUCHER_TOPIC,
        group=f"fee:{fee.uuid}:voucher",
        key=f"fee:{fee.uuid}:voucher",
        payload={"refund_id": refund.pk},
        at=at,
    )
    return refund


def _number_and_print(fee: FeeRequest, at: datetime) -> None:
    newest = max(receipt.pk for receipt in number_receipts(fee, at))
    outbox.record(
        topic=RECEIPT_TOPIC,
        group=f"fee:{fee.uuid}:receipt",
        key=f"fee:{fee.uuid}:receipt:{newest}",
        payload={"fee_id": fee.pk},
        at=at,
    )
