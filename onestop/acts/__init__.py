"""What the desk offers in a case now: each act with its button, its form and its one service call.

One module a phase; `possible` says what of all this somebody may do. Only that is shown, and the services refuse the
rest: an act's `seat` is the very check that its service makes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from onestop.actors import Actor
from onestop.acts import handling, obstacles, receiving, result, returning, talking
from onestop.acts.offering import Act, Call
from onestop.errors import ActionNotAllowedError
from onestop.models import Case
from onestop.states import Action, State, is_allowed

__all__ = ["ACTS", "TALK", "Act", "Call", "possible"]

ACTS: Final = [*receiving.ACTS, *handling.ACTS, *result.ACTS, *returning.ACTS, *obstacles.ACTS, *talking.ACTS]
TALK: Final = frozenset(act.code for act in talking.ACTS)


def possible(case: Case, actor: Actor, at: datetime) -> list[Act]:
    """Return what `actor` may do with the case now, the likely act first."""
    offered = [act for act in ACTS if _may(act, case, actor, at)]
    if any(act.action == Action.PROPOSE for act in offered) and result.is_ready(case):
        offered.sort(key=lambda act: act.action != Action.PROPOSE)
    return offered


def _may(act: Act, case: Case, actor: Actor, at: datetime) -> bool:
    if not is_allowed(State(case.state), act.action, actor.role):
        return False
    try:
        act.seat(case, act.action, actor)
    except ActionNotAllowedError:
        return False
    return act.makes_sense(case, at)
