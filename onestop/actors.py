"""Who acts on a case: an account in a role at an agency, perhaps for somebody else, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from identity.models import Account, Agency, Delegation
from identity.queries import Seat
from identity.states import Purpose, Role
from onestop.states import Action

# What stays with the holder of a seat, and with whom they let sign for them, while others do their work.
_SIGNERS_ONLY: Final = frozenset({Action.SIGN, Action.CORRECT_RESULT, Action.REVOKE_RESULT})


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody doing something. The role is the one they act in, of those they hold; or hold for somebody else."""

    role: Role
    account: Account | None = None
    agency: Agency | None = None
    delegation: Delegation | None = None

    @property
    def holder(self) -> Account | None:
        """On whose behalf they act; None when it is their own."""
        return self.delegation.appointment.account if self.delegation else None

    @property
    def people(self) -> list[Account]:
        """Whoever acts, and on whose behalf."""
        return [person for person in (self.account, self.holder) if person is not None]

    def may(self, action: Action) -> bool:
        """Return whether their seat is good for `action`: one's own is; doing somebody's work is not signing it."""
        only_works = self.delegation is not None and self.delegation.purpose == Purpose.ABSENCE
        return not (only_works and action in _SIGNERS_ONLY)


SYSTEM = Actor(role=Role.SYSTEM)


def applicant(account: Account) -> Actor:
    """Return the actor for a person who acts on their own case."""
    return Actor(role=Role.APPLICANT, account=account)


def in_seat(account: Account, seat: Seat) -> Actor:
    """Return the actor that `account` is in `seat`."""
    return Actor(role=seat.role, account=account, agency=seat.agency, delegation=seat.delegation)
