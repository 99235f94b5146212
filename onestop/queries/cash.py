"""The cash that a clerk took and paid back, with receipts and vouchers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import OuterRef, Subquery, UUIDField
from django.db.models.functions import Cast, Substr
from django.utils import timezone

from identity.models import Account
from identity.officers import Officer
from onestop.models import Case
from payments.models import CashRefund, Receipt
from payments.states import FeeKind

_UUID_BEGINS: Final = len("case:") + 1  # in the reference of a fee


@dataclass(frozen=True)
class CashBook:
    """The day of a cashier: receipts, void ones among them, and vouchers, in their order; and what is to hand in."""

    receipts: list[Receipt]
    refunds: list[CashRefund]

    @property
    def for_services(self) -> int:
        """What is in hand of phí."""
        return self._in_hand(FeeKind.PHI)

    @property
    def for_acts(self) -> int:
        """What is in hand of lệ phí."""
        return self._in_hand(FeeKind.LE_PHI)

    @property
    def total(self) -> int:
        """What is in hand of both."""
        return self.for_services + self.for_acts

    @property
    def void(self) -> int:
        """How many receipts are void."""
        return sum(receipt.is_void for receipt in self.receipts)

    def _in_hand(self, kind: FeeKind) -> int:
        taken = sum(one.amount for one in self.receipts if one.kind == kind and not one.is_void)
        return taken - sum(refund.payment.fee.amount_of(kind) for refund in self.refunds)


def cash_book(account: Account, day: date) -> CashBook:
    """Return what the account took and paid back in cash on a day."""
    begins = timezone.make_aware(datetime.combine(day, time.min))
    ends = begins + timedelta(days=1)
    taken = Receipt.objects.filter(
        fee__cash__cashier=account, fee__cash__taken_at__gte=begins, fee__cash__taken_at__lt=ends
    )
    given = CashRefund.objects.filter(cashier=account, refunded_at__gte=begins, refunded_at__lt=ends)
    return CashBook(
        list(
            taken.select_related("fee__cash__place", "file")
            .annotate(**_case_of("fee__reference"))
            .order_by("series", "number")
        ),
        list(
            given.select_related("payment__fee", "file")
            .annotate(**_case_of("payment__fee__reference"))
            .order_by("series", "number")
        ),
    )


def cash_refund(officer: Officer, series: str, number: int) -> CashRefund | None:
    """Return what was paid back at a counter where the officer is a clerk, by its voucher, or None."""
    if "\0" in series:
        return None
    given = CashRefund.objects.filter(place__in=officer.counters, series=series, number=number)
    return given.select_related("file").first()


def cash_receipt(officer: Officer, series: str, number: int) -> Receipt | None:
    """Return a receipt of cash that was taken at a counter where the officer is a clerk, or None."""
    if "\0" in series:
        return None
    taken = Receipt.objects.filter(fee__cash__place__in=officer.counters, series=series, number=number)
    return taken.select_related("fee__cash__place", "file").first()


def _case_of(reference: str) -> dict[str, Subquery]:
    """Return what names the case of a fee in a book: its code, and for whom it was paid."""
    cases = Case.objects.filter(uuid=Cast(Substr(OuterRef(reference), _UUID_BEGINS, 36), UUIDField()))
    return {
        "case_code": Subquery(cases.values("code")[:1]),
        "paid_for": Subquery(cases.values("applicant_name")[:1]),
    }
