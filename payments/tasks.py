"""What workers do for payments."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from payments import services
from payments.services.cash import VOUCHER_TOPIC
from payments.services.settling import BILL_TOPIC, RECEIPT_TOPIC
from portal.core.outbox import Envelope, handler


@shared_task(name="payments.query_pending")
def query_pending(**_: object) -> None:
    """Ask about payments of which nothing was heard."""
    services.query_pending(now=timezone.now())


@handler(BILL_TOPIC)
def fetch_bill(envelope: Envelope) -> None:
    """Keep the platform's bill."""
    services.fetch_bill(attempt_id=envelope.payload["attempt_id"], at=envelope.now)


@handler(RECEIPT_TOPIC)
def issue_receipts(envelope: Envelope) -> None:
    """Issue the agency's receipts."""
    services.issue_receipts(fee_id=envelope.payload["fee_id"], at=envelope.now)


@handler(VOUCHER_TOPIC)
def print_voucher(envelope: Envelope) -> None:
    """Print the voucher of cash that was paid back."""
    services.print_voucher(refund_id=envelope.payload["refund_id"], at=envelope.now)
