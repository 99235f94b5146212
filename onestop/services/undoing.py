"""What somebody did a moment ago may be taken back, while nobody has built upon it: a slip of the hand costs nothing.

Only what stays inside the office: what the applicant was told, or a signature, is corrected by an act of its own.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from identity.officers import Seat
from onestop.errors import ActionNotAllowedError
from onestop.models import Case, CaseEvent
from onestop.services import documents, stepping
from onestop.services.advancing import advance, lock
from onestop.states import Action

WITHIN: Final = timedelta(minutes=2)
_MOVES: Final = (Action.FORWARD, Action.PROPOSE)


@transaction.atomic
def undo(*, case_id: int, actor: Seat, at: datetime, seen_version: int | None = None) -> Case:
    """Take back that the actor passed the case on, proposed a result, or gave it to a colleague.

    Raises `ActionNotAllowedError` when it was not the last that happened, or too long ago; `StaleCaseError`.
    """
    case = lock(case_id, seen_version=seen_version)
    last = require_own(case, actor)
    if not is_fresh(case, at):
        raise ActionNotAllowedError
    if last.action in _MOVES:
        stepping.step_back(case, at)
    else:
        case.steps.filter(finished_at=None).update(holder=last.data["from"])
    advance(case, action=Action.UNDO, actor=actor, at=at)
    return case


def require_own(case: Case, actor: Seat) -> CaseEvent:
    """Return the last that happened to the case; raises `ActionNotAllowedError` unless the actor did it, and it is
    one of those that can be taken back.
    """
    last = _last(case)
    if last is None or last.actor_id != actor.account.pk:
        raise ActionNotAllowedError
    if last.action not in _MOVES and not (last.action == Action.REASSIGN and "from" in last.data):
        raise ActionNotAllowedError
    return last


def is_fresh(case: Case, at: datetime) -> bool:
    """Return whether what happened last is a moment ago, and nobody makes anything of it yet: neither is a signature
    under way, nor has a colleague taken the step to which it led.
    """
    last, step = _last(case), case.open_step
    if last is None or at - last.at > WITHIN or documents.is_being_signed(case):
        return False
    return last.action not in _MOVES or step is None or step.holder_id is None


def _last(case: Case) -> CaseEvent | None:
    return max(case.events.all(), key=lambda event: event.sequence, default=None)  # the page has read them all
