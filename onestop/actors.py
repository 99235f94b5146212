"""The actors that only a case knows, and what a seat is good for in one."""

from __future__ import annotations

from typing import Final

from identity.models import Account
from identity.officers import Actor
from identity.states import Purpose, Role
from onestop.models import Case
from onestop.states import Action

SYSTEM: Final = Actor(role=Role.SYSTEM, account=None, agency=None)
# What stays with the holder of a seat, and with whom they let sign for them, while others do their work.
_SIGNERS_ONLY: Final = frozenset({Action.SIGN, Action.CORRECT_RESULT, Action.REVOKE_RESULT})


def applicant(account: Account) -> Actor:
    """Return the actor for a person who acts on their own case."""
    return Actor(role=Role.APPLICANT, account=account, agency=None)


def may(actor: Actor, action: Action) -> bool:
    """Return whether their seat is good for `action`: one's own is; doing somebody's work is not signing it."""
    only_works = actor.delegation is not None and actor.delegation.purpose == Purpose.ABSENCE
    return not (only_works and action in _SIGNERS_ONLY)


def is_clerk_of(case: Case, actor: Actor) -> bool:
    """Return whether the actor is a clerk of the centre that received the case."""
    return actor.role == Role.CLERK and actor.is_at(case.receiving_centre_id)
