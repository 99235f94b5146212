"""A working calendar was changed: open cases get the due time that follows from it, closed ones keep theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from identity.queries import calendar_of
from onestop import deadlines
from onestop.actors import SYSTEM
from onestop.models import Case, CaseStep
from onestop.services import stepping
from onestop.services.advancing import advance, lock
from onestop.states import Action, State, is_allowed

TOPIC: Final = "onestop.calendar_changed"


def running_under(calendar_id: int, at: datetime) -> QuerySet[Case, int]:
    """Return the keys of cases whose clock, or that of the step in which they stand, runs by this calendar, and which
    are not late at `at`.

    What is late already was late by the calendar of its time; a case whose clock stands keeps its minutes and is
    counted by the new calendar when it goes on.
    """
    states = [state for state in State if is_allowed(state, Action.RECOMPUTE_DUE, SYSTEM.role)]
    steps = CaseStep.objects.filter(case=OuterRef("pk"), finished_at=None, agency__calendar=calendar_id)
    theirs = Q(competent_agency__calendar=calendar_id) | Exists(steps)
    cases = Case.objects.filter(theirs, state__in=states, due_at__gt=at, remaining_minutes=None)
    return cases.order_by("pk").values_list("pk", flat=True)


@transaction.atomic
def recompute_due_time(*, case_id: int, reason: str, at: datetime) -> bool:
    """Compute the due time of the case and of its open step anew; returns whether the case's moved: then `reason`
    stands in the history. Safe to repeat.
    """
    case = lock(case_id)
    if not is_allowed(State(case.state), Action.RECOMPUTE_DUE, SYSTEM.role) or case.due_at is None:
        return False
    before, after = case.due_at, _due_time(case)
    if after is None:
        return False
    if after != before:
        case.due_at = after
        data = {"due_before": before.isoformat(), "due_after": after.isoformat()}
        advance(case, action=Action.RECOMPUTE_DUE, actor=SYSTEM, at=at, note=reason, data=data)
    stepping.redate(case)
    return after != before


def _due_time(case: Case) -> datetime | None:
    if case.accepted_at is None or case.competent_agency_id is None:
        return None
    calendar = calendar_of(case.competent_agency_id)
    promised = stepping.promised(case, case.accepted_at)
    history = case.events.filter(at__gte=case.accepted_at).order_by("sequence")
    return deadlines.replayed(promised, history, calendar) if promised else None
