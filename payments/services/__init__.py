"""Money: asked for (`asking`), begun and learned to have come (`settling`), taken at a counter (`cash`), on paper
(`papers`).
"""

from payments.services.asking import cancel_fee, request_fee, start_attempt
from payments.services.cash import refund_cash, take_cash, void_receipt
from payments.services.papers import fetch_bill, issue_receipts, print_voucher
from payments.services.settling import query_pending, receive_confirmation, settle

__all__ = [
    "cancel_fee",
    "fetch_bill",
    "issue_receipts",
    "print_voucher",
    "query_pending",
    "receive_confirmation",
    "refund_cash",
    "request_fee",
    "settle",
    "start_attempt",
    "take_cash",
    "void_receipt",
]
