"""Who may see and pay a fee: payments asks whoever asked for the money, through a protocol."""

from __future__ import annotations

from typing import Protocol

from identity.models import Account


class FeeOwner(Protocol):
    """The app above that asks for fees."""

    def may_pay(self, account: Account, reference: str) -> bool:
        """Return whether the account may see, pay and download what belongs to this fee."""
        ...

    def address_of(self, reference: str) -> str:
        """Return where the person goes on from the payment page."""
        ...


_owners: list[FeeOwner] = []


def register(owner: FeeOwner) -> None:
    """Let `owner` answer for the fees it asks for."""
    _owners.append(owner)


def may_pay(account: Account, reference: str) -> bool:
    """Return whether some owner lets the account pay this fee."""
    return any(owner.may_pay(account, reference) for owner in _owners)


def address_of(reference: str) -> str:
    """Return where to go on from the payment page; the home page when nobody says."""
    return next((address for owner in _owners if (address := owner.address_of(reference))), "/")
