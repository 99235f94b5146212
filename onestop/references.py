"""The words by which payments knows a case's fees, and by which the outbox knows that one was paid."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db.models import Q

from onestop.models import Case

FEE_PAID_TOPIC: Final = "onestop.fee_paid"
_DEMAND: Final = "demand"


def filing_fee(case: Case) -> str:
    """Return the reference of the fee due at filing."""
    return f"case:{case.uuid}:filing"


def demand(case: Case, sequence: int) -> str:
    """Return the reference of what was asked for during handling, by the place of the act in the history."""
    return f"case:{case.uuid}:{_DEMAND}:{sequence}"


def demands_of(case: Case) -> Q:
    """Return the condition on fees that were asked for while this case was handled."""
    return Q(reference__startswith=f"case:{case.uuid}:{_DEMAND}:")


def is_demand(reference: str) -> bool:
    """Return whether a fee was asked for while a case was handled."""
    return reference.split(":")[2:3] == [_DEMAND]


def case_uuid(reference: str) -> str:
    """Return the UUID of the case that a fee's reference names; empty when it names none."""
    kind, _, rest = reference.partition(":")
    name = rest.partition(":")[0]
    try:
        return str(UUID(name)) if kind == "case" else ""
    except ValueError:
        return ""
