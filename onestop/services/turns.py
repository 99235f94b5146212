"""Whose turn it is: who may do what in the open step of a case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from django.utils.translation import gettext as _

from identity.models import Account
from identity.officers import Actor
from identity.states import Role
from onestop.actors import may
from onestop.errors import ActionNotAllowedError
from onestop.kinds import RequestKind
from onestop.models import Case, CaseStep
from onestop.services import stepping
from onestop.states import STANDING, Action
from procedures.definition import ENDING_ACTS, ProcessStep


def require(case: Case, action: Action, actor: Actor) -> CaseStep:
    """Return the open step when `actor` may do `action` in it.

    Raises `ActionNotAllowedError` when the step belongs to another role or agency, is held by a colleague, does
    not offer the action (any more), still waits for opinions, or is closed to somebody who acted in a step that it
    excludes ("who decides is never who received").
    """
    step = require_place(case, actor)
    defined = stepping.definition_of_step(case, step)
    offered = action in defined.actions or action in STANDING
    if not offered or not may(actor, action):
        raise ActionNotAllowedError
    if action in _spent(case, step, defined):
        raise ActionNotAllowedError(_("This was done as often as the process allows in this step."))
    if action in ENDING_ACTS and _awaits_opinions(case):
        raise ActionNotAllowedError(_("Opinions are still awaited. The case goes on when they are there."))
    if is_excluded(case, step, actor.people):
        raise ActionNotAllowedError(
            _("Somebody else must do this step: you have acted in an earlier one that excludes it.")
        )
    return step


def actions_for(case: Case, actor: Actor) -> frozenset[str]:
    """Return what the actor may do in the open step: nothing when `require` would refuse them everything."""
    try:
        step = require_place(case, actor)
    except ActionNotAllowedError:
        return frozenset()
    if is_excluded(case, step, actor.people):
        return frozenset()
    defined = stepping.definition_of_step(case, step)
    waiting = ENDING_ACTS if _awaits_opinions(case) else ()
    return STANDING.union(defined.actions) - _spent(case, step, defined) - {Action(act) for act in waiting}


def is_excluded(case: Case, step: CaseStep, people: Collection[Account]) -> bool:
    """Return whether one of these, who would act as one, acted in a step that closes this one to them."""
    codes = stepping.definition_of_step(case, step).not_same_as
    if not codes:
        return False
    keys = {person.pk for person in people}
    acted = {event.action for event in case.events.all() if event.step in codes and event.actor_id in keys}
    return bool(acted - {Action.ANSWER_OPINION})


def require_place(case: Case, actor: Actor) -> CaseStep:
    """Return the open step when it is the actor's, or nobody's yet; raises `ActionNotAllowedError`."""
    step = case.open_step
    if step is None or step.role != actor.role or not actor.is_at(step.agency_id):
        raise ActionNotAllowedError
    if step.holder is not None and step.holder not in actor.people:
        raise ActionNotAllowedError(_("%(who)s holds this step.") % {"who": step.holder.full_name})
    return step


def _spent(case: Case, step: CaseStep, defined: ProcessStep) -> set[str]:
    """Return the acts that were done as often as the process allows in the step."""
    if not defined.at_most:
        return set()
    acts = (event for event in case.events.all() if event.step == step.code and event.role != Role.SYSTEM)
    done = Counter(event.action for event in acts)
    return {act for act, most in defined.at_most.items() if done[act] >= most}


def _awaits_opinions(case: Case) -> bool:
    return case.awaits(RequestKind.CONSULTATION)
