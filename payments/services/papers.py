"""Money on paper: the platform's bill, and the agency's own receipts (biên lai), phí and lệ phí apart."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from payments import gateways
from payments.models import FeeRequest, PaymentAttempt, Receipt, ReceiptSeries
from payments.providers.contract import GatewayError
from payments.states import FeeKind
from portal.core import files
from portal.core.formatting import dong, dong_in_words, official_date
from portal.core.outbox import RetryLater
from portal.core.pdf import render_pdf

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
    for kind in FeeKind:
        lines = [line for line in fee.lines if line["kind"] == kind]
        if lines:
            _print(_numbered(fee, kind, lines, at), lines, at)


@transaction.atomic
def _numbered(fee: FeeRequest, kind: FeeKind, lines: list[dict[str, Any]], at: datetime) -> Receipt:
    existing = Receipt.objects.select_for_update().filter(fee=fee, kind=kind).first()
    if existing is not None:
        return existing
    code = f"BD-{kind}-{timezone.localtime(at):%y}"
    ReceiptSeries.objects.bulk_create([ReceiptSeries(code=code)], ignore_conflicts=True)
    series = ReceiptSeries.objects.select_for_update().get(code=code)
    series.last += 1
    series.save(update_fields=["last"])
    amount = sum(line["amount"] for line in lines)
    return Receipt.objects.create(fee=fee, kind=kind, series=code, number=series.last, amount=amount, issued_at=at)


def _print(receipt: Receipt, lines: list[dict[str, Any]], at: datetime) -> None:
    if receipt.file_id is not None:
        return
    content = render_pdf("documents/fee_receipt.html", receipt_context(receipt, lines))
    with transaction.atomic():
        name = f"bien-lai-{receipt.series}-{receipt.number:07}.pdf"
        receipt.file = files.store(content, display_name=name, content_type="application/pdf", at=at)
        receipt.save(update_fields=["file"])


def receipt_context(receipt: Receipt, lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the template of a receipt shows."""
    fee = receipt.fee
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
            for line in lines
        ],
        "amount": dong(receipt.amount),
        "amount_in_words": dong_in_words(receipt.amount),
        "date": official_date(receipt.issued_at),
    }
