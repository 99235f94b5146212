"""Cash at a counter: taken once, receipted at once; a receipt that is wrong is void, and another takes its place."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from identity.models import Account, Agency
from payments import events
from payments.errors import FeeNotDueError, VoidReasonMissingError
from payments.models import CashPayment, FeeRequest, Receipt
from payments.services.papers import number_receipts
from payments.services.settling import RECEIPT_TOPIC
from payments.states import FeeState
from portal.core import outbox


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

    The fee stays paid: what moves a case is never undone by a paper. Raises `VoidReasonMissingError`.
    """
    if not reason.strip():
        raise VoidReasonMissingError
    receipt = Receipt.objects.select_for_update().select_related("fee").get(pk=receipt_id)
    if not receipt.is_void:
        receipt.voided_at, receipt.voided_by, receipt.void_reason = at, by, reason
        receipt.save(update_fields=["voided_at", "voided_by", "void_reason"])
        _number_and_print(receipt.fee, at)
    return Receipt.objects.get(fee=receipt.fee_id, kind=receipt.kind, voided_at=None)


def _number_and_print(fee: FeeRequest, at: datetime) -> None:
    newest = max(receipt.pk for receipt in number_receipts(fee, at))
    outbox.record(
        topic=RECEIPT_TOPIC,
        group=f"fee:{fee.uuid}:receipt",
        key=f"fee:{fee.uuid}:receipt:{newest}",
        payload={"fee_id": fee.pk},
        at=at,
    )
