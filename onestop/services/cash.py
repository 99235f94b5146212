"""Cash at the counter of the centre that received the case: taken with a receipt, paid back with a voucher."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from identity.models import Account
from identity.officers import Seat
from onestop.actors import is_clerk_of
from onestop.errors import ActionNotAllowedError
from onestop.kinds import DueWith
from onestop.models import Case
from onestop.references import due_with, of_case
from onestop.services import charging
from onestop.services.advancing import lock
from payments.models import CashRefund, FeeRequest, Receipt
from payments.services import refund_cash, take_cash, void_receipt


@transaction.atomic
def take_fee(*, case_id: int, fee: UUID, actor: Seat, at: datetime) -> Case:
    """Take a fee of the case in cash: what waited for it goes on, in the clerk's name. Twice is once.

    The fee due at filing only where the case was begun at the counter. Raises `FeeNotDueError` when it came in
    another way, `ActionNotAllowedError`.
    """
    case = lock(case_id)
    asked = FeeRequest.objects.filter(of_case(case), uuid=fee).first()
    if asked is None or (due_with(asked.reference) == DueWith.FILING and not case.is_from_counter):
        raise ActionNotAllowedError
    _require_clerk(case, actor)
    take_cash(reference=asked.reference, cashier=actor.account, place=actor.agency, at=at)
    return charging.settle(case_id=case.pk, reference=asked.reference, at=at, actor=actor)


@transaction.atomic
def pay_back(*, case_id: int, fee: UUID, actor: Seat, reason: str, at: datetime) -> CashRefund:
    """Pay a fee of the case that was taken in cash back, whole, with a voucher. Twice is once.

    Only when the case ended without its result: for a result the fee stays. Raises `NotPaidInCashError`,
    `RefundReasonMissingError`, `ActionNotAllowedError`.
    """
    case = lock(case_id)
    asked = FeeRequest.objects.filter(of_case(case), uuid=fee).first()
    if asked is None or not case.is_refundable:
        raise ActionNotAllowedError(_("Money is paid back only when the case ended without a result."))
    _require_clerk(case, actor)
    return refund_cash(reference=asked.reference, cashier=actor.account, place=actor.agency, reason=reason, at=at)


def replace_receipt(*, receipt: Receipt, by: Account, reason: str, at: datetime) -> Receipt:
    """Make a receipt of one's own cash void and return the one in its place.

    Raises `ActionNotAllowedError` for a colleague's, `VoidReasonMissingError`.
    """
    if receipt.fee.cash.cashier_id != by.pk:
        raise ActionNotAllowedError
    return void_receipt(receipt_id=receipt.pk, by=by, reason=reason, at=at)


def _require_clerk(case: Case, actor: Seat) -> None:
    if not is_clerk_of(case, actor):
        raise ActionNotAllowedError
