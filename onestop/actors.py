"""Who acts on a case: an account in a role at an agency, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass

from identity.models import Account, Agency
from identity.states import Role


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody doing something. The role is the one they act in, of those they hold."""

    role: Role
    account: Account | None = None
    agency: Agency | None = None


SYSTEM = Actor(role=Role.SYSTEM)


def applicant(account: Account) -> Actor:
    """Return the actor for a person who acts on their own case."""
    return Actor(role=Role.APPLICANT, account=account)
