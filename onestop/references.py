"""The words by which payments knows a case's fees, and by which the outbox knows that one was paid."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from onestop.models import Case

FEE_PAID_TOPIC: Final = "onestop.fee_paid"


def filing_fee(case: Case) -> str:
    """Return the reference of the fee due at filing."""
    return f"case:{case.uuid}:filing"


def case_uuid(reference: str) -> str:
    """Return the UUID of the case that a fee's reference names; empty when it names none."""
    kind, _, rest = reference.partition(":")
    name = rest.partition(":")[0]
    try:
        return str(UUID(name)) if kind == "case" else ""
    except ValueError:
        return ""
