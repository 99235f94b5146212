"""What the desk offers in a case now: each act with its button, its form and its one service call.

One module a phase; `possible` says what of all this somebody may do. Only that is shown, and the services refuse the
rest: an act's `seat` is the very check that its service makes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from identity.officers import Seat
from onestop.actors import may
from onestop.acts import handling, obstacles, receiving, result, returning, talking
from onestop.acts.offering import Act, Call
from onestop.errors import ActionNotAllowedError
from onestop.models import Case
from onestop.services import turns
from onestop.states import Action, State, is_allowed

__all__ = ["ACTS", "APART", "TALK", "UNDO", "Act", "Call", "likely", "possible"]

ACTS: Final = [*receiving.ACTS, *handling.ACTS, *result.ACTS, *returning.ACTS, *obstacles.ACTS, *talking.ACTS]
TALK: Final = frozenset(act.code for act in talking.ACTS)
UNDO: Final = next(act.code for act in handling.ACTS if act.action == Action.UNDO)
APART: Final = TALK | {UNDO}  # have places of their own on the page
# What a step is there for. Nothing else is put first: least of all what ends a case or undoes a result.
_LIKELY: Final = (
    Action.TAKE_OVER,
    Action.ACCEPT,
    Action.SIGN,
    Action.ISSUE,
    Action.ARRIVE,
    Action.RETURN_RESULT,
    Action.RESUME,
    Action.ANSWER_VERIFICATION,
    Action.RECORD_FACTS,
    Action.PROPOSE,
    Action.FORWARD,
)


def possible(case: Case, actor: Seat, at: datetime) -> list[Act]:
    """Return what `actor` may do with the case now, phase by phase."""
    in_step = turns.actions_for(case, actor)
    state = State(case.state)
    allowed = (act for act in ACTS if is_allowed(state, act.action, actor.role) and may(actor, act.action))
    return [act for act in allowed if _has_seat(act, case, actor, in_step) and act.makes_sense(case, at)]


def likely(offered: Sequence[Act], case: Case) -> Act | None:
    """Return the one of the offered acts that comes next, or None: then it is somebody else's turn."""
    by_action = {act.action: act for act in offered}
    if Action.PROPOSE in by_action and result.is_ready(case):
        return by_action[Action.PROPOSE]
    if Action.ASK_CONSENT in by_action and handling.consent_comes_next(case):
        return by_action[Action.ASK_CONSENT]
    return next((by_action[action] for action in _LIKELY if action in by_action), None)


def _has_seat(act: Act, case: Case, actor: Seat, in_step: frozenset[str]) -> bool:
    if act.seat is None:
        return act.action in in_step
    try:
        act.seat(case, actor)
    except ActionNotAllowedError:
        return False
    return True
