"""Whose a fee is: payments asks, the case answers."""

from __future__ import annotations

from django.urls import reverse

from identity.models import Account
from onestop.models import Case
from onestop.references import case_uuid
from payments import owners


class CaseFees:
    """The fees that cases ask for."""

    def may_pay(self, account: Account, reference: str) -> bool:
        """Return whether the fee belongs to a case of this account."""
        uuid = case_uuid(reference)
        return bool(uuid) and Case.objects.of_applicant(account).filter(uuid=uuid).exists()

    def address_of(self, reference: str) -> str:
        """Return the page of the case that the fee belongs to."""
        uuid = case_uuid(reference)
        return reverse("onestop:case", args=[uuid]) if uuid else ""


owners.register(CaseFees())
