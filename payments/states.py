"""Life cycles of money, as tables."""

from __future__ import annotations

from enum import StrEnum


class FeeKind(StrEnum):
    """Phí pays for a service, lệ phí for a state act (Luật Phí và lệ phí 97/2015/QH13, Điều 3)."""

    PHI = "PHI"
    LE_PHI = "LE_PHI"


class FeeState(StrEnum):
    DUE = "DUE"
    PAID = "PAID"
    REFUNDED = "REFUNDED"  # paid in cash, and paid back whole
    CANCELLED = "CANCELLED"


class AttemptState(StrEnum):
    STARTED = "STARTED"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    SURPLUS = "SURPLUS"  # money came for a fee that was paid or cancelled: to be refunded by a person


class Verdict(StrEnum):
    """What we made of a confirmation."""

    SETTLED = "SETTLED"
    REPEATED = "REPEATED"
    DECLINED = "DECLINED"  # genuine, and it says that the payment failed
    SURPLUS = "SURPLUS"
    FORGED = "FORGED"
    MALFORMED = "MALFORMED"
    WRONG_AMOUNT = "WRONG_AMOUNT"
    WRONG_PARTNER = "WRONG_PARTNER"
    UNKNOWN_ORDER = "UNKNOWN_ORDER"
