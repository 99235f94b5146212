"""Money on paper: the platform's bill, and the agency's own receipts (biên lai), phí and lệ phí apart."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from payments import gateways
from payments.models import CashPayment, CashRefund, FeeRequest, PaymentAttempt, Receipt, ReceiptSeries
from payments.providers.contract import GatewayError
from payments.states import FeeKind
from portal.core import files
from portal.core.formatting import dong, dong_in_words, official_date
from portal.core.outbox import RetryLater
from portal.core.pdf import render_pdf

_ONLINE: Final = "BD"  # the series of what was paid on the payment platform
_KINDS: Final = {FeeKind.PHI: "phí", FeeKind.LE_PHI: "lệ phí"}


def fetch_bill(*, attempt_id: int, at: datetime) -> None:
    """Fetch the platform's bill and keep it with the attempt. Safe to call twice.

    Raises `RetryLater` while the platform has none.
    """
    attempt = PaymentAttempt.objects.get(pk=attempt_id)
    if attempt.bill_id is not None:
        return
    try:
        content = gateways.paygov().bill(attempt.reference, at=at)
    except GatewayError as error:
        raise RetryLater(str(error)) from error
    with transaction.atomic():
        name = f"chung-tu-{attempt.reference}.pdf"
        attempt.bill = files.store(content, display_name=name, content_type="application/pdf", at=at)
        attempt.save(update_fields=["bill"])


def issue_receipts(*, fee_id: int, at: datetime) -> None:
    """Issue the fee's receipts, one for each kind that was paid, each numbered and as PDF. Safe to call twice."""
    fee = FeeRequest.objects.get(pk=fee_id)
    for receipt in number_receipts(fee, at):
        _print(receipt, at)


@transaction.atomic
def number_receipts(fee: FeeRequest, at: datetime) -> list[Receipt]:
    """Return the receipts in force of a fee, those that it has not yet numbered: one for each kind of its lines."""
    return [_numbered(fee, kind, at) for kind in FeeKind if _lines_of(fee, kind)]


def _numbered(fee: FeeRequest, kind: FeeKind, at: datetime) -> Receipt:
    existing = Receipt.objects.select_for_update().filter(fee=fee, kind=kind, voided_at=None).first()
    if existing is not None:
        return existing
    cash = CashPayment.objects.filter(fee=fee).select_related("place").first()
    series = f"{cash.place.code if cash else _ONLINE}-{kind}-{timezone.localtime(at):%y}"
    number = next_number(series)
    return Receipt.objects.create(
        fee=fee, kind=kind, series=series, number=number, amount=fee.amount_of(kind), issued_at=at
    )


def next_number(code: str) -> int:
    """Return the next number of a series of receipts or vouchers, in the caller's transaction."""
    ReceiptSeries.objects.bulk_create([ReceiptSeries(code=code)], ignore_conflicts=True)
    series = ReceiptSeries.objects.select_for_update().get(code=code)
    series.last += 1
    series.save(update_fields=["last"])
    return series.last


def _lines_of(fee: FeeRequest, kind: str) -> list[dict[str, Any]]:
    return [line for line in fee.lines if line["kind"] == kind]


def _print(receipt: Receipt, at: datetime) -> None:
    if receipt.file_id is not None:
        return
    content = render_pdf("documents/fee_receipt.html", receipt_context(receipt))
    _keep(receipt, content, f"bien-lai-{receipt.series}-{receipt.number:07}.pdf", at)


def print_voucher(*, refund_id: int, at: datetime) -> None:
    """Make the PDF of a refund's voucher. Safe to call twice."""
    refund = CashRefund.objects.select_related("payment__fee", "cashier", "place").get(pk=refund_id)
    if refund.file_id is not None:
        return
    content = render_pdf("documents/refund_voucher.html", voucher_context(refund))
    _keep(refund, content, f"phieu-chi-{refund.series}-{refund.number:07}.pdf", at)


def _keep(paper: Receipt | CashRefund, content: bytes, name: str, at: datetime) -> None:
    with transaction.atomic():
        paper.file = files.store(content, display_name=name, content_type="application/pdf", at=at)
        paper.save(update_fields=["file"])


def voucher_context(refund: CashRefund) -> dict[str, Any]:
    """Return what the template of a refund's voucher shows."""
    fee = refund.payment.fee
    receipts = fee.receipts.filter(voided_at=None).order_by("series", "number")
    return {
        "series": refund.series,
        "number": f"{refund.number:07}",
        "agency": refund.place.name,
        "payee": fee.payer_name,
        "description": fee.description,
        "procedure_code": fee.details.get("MaTTHC", ""),
        "reason": refund.reason,
        "receipts": [(str(receipt), _KINDS[FeeKind(receipt.kind)], dong(receipt.amount)) for receipt in receipts],
        "cashier": refund.cashier.full_name,
        "amount": dong(fee.amount),
        "amount_in_words": dong_in_words(fee.amount),
        "date": official_date(refund.refunded_at),
    }


def receipt_context(receipt: Receipt) -> dict[str, Any]:
    """Return what the template of a receipt shows."""
    fee = receipt.fee
    cash = CashPayment.objects.filter(fee=fee).select_related("cashier", "place").first()
    return {
        "kind": _KINDS[FeeKind(receipt.kind)],
        "series": receipt.series,
        "number": f"{receipt.number:07}",
        "agency": fee.details.get("TenDonVi", ""),
        "payer": fee.payer_name,
        "description": fee.description,
        "procedure_code": fee.details.get("MaTTHC", ""),
        "lines": [
            {
                "name": line["name"],
                "quantity": line["quantity"],
                "unit": dong(line["unit_amount"]),
                "amount": dong(line["amount"]),
            }
            for line in _lines_of(fee, receipt.kind)
        ],
        "cashier": cash.cashier.full_name if cash else "",
        "place": cash.place.name if cash else "",
        "amount": dong(receipt.amount),
        "amount_in_words": dong_in_words(receipt.amount),
        "date": official_date(receipt.issued_at),
    }
