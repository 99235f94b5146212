"""The words by which payments knows a case's fees, and the outbox what is to be done about them and other news."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db.models import Q

from identity.models import Reorganisation
from onestop.kinds import DueWith
from onestop.models import Case

FEE_PAID_TOPIC: Final = "onestop.fee_paid"
ACCEPT_TOPIC: Final = "onestop.accept_paid"


def reorganisation_group(reorganisation: Reorganisation) -> str:
    """Return the group of the messages by which the cases of a plan pass on."""
    return f"reorganisation:{reorganisation.code}"


def filing_fee(case: Case) -> str:
    """Return the reference of the fee due at filing."""
    return f"case:{case.uuid}:{DueWith.FILING}"


def demand(case: Case, sequence: int) -> str:
    """Return the reference of what was asked for during handling, by the place of the act in the history."""
    return f"case:{case.uuid}:{DueWith.ON_DEMAND}:{sequence}"


def supplement_fee(case: Case, sequence: int) -> str:
    """Return the reference of the fee due with a supplement, by the place of the request in the history."""
    return f"case:{case.uuid}:{DueWith.SUPPLEMENT}:{sequence}"


def return_fee(case: Case) -> str:
    """Return the reference of the fee due when the result is handed over."""
    return f"case:{case.uuid}:{DueWith.RETURN}"


def of_case(case: Case) -> Q:
    """Return the condition on the fees that were asked for in this case."""
    return Q(reference__startswith=f"case:{case.uuid}:")


def due_with(reference: str) -> DueWith:
    """Return with what a fee of a case was due."""
    return DueWith(reference.split(":")[2])


def case_uuid(reference: str) -> str:
    """Return the UUID of the case that a fee's reference names; empty when it names none."""
    kind, _, rest = reference.partition(":")
    name = rest.partition(":")[0]
    try:
        return str(UUID(name)) if kind == "case" else ""
    except ValueError:
        return ""
