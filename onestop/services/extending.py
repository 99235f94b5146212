"""More time than was promised: once, with an apology (form 04); late already, the apology alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from identity.officers import Seat
from identity.queries import calendar_of
from identity.states import Role
from onestop.errors import ActionNotAllowedError, ReasonMissingError
from onestop.kinds import DocumentKind
from onestop.models import Case, CaseStep
from onestop.services import documents, stepping, turns
from onestop.services.advancing import advance, lock
from onestop.states import Action, State, is_allowed


@transaction.atomic
def extend(
    *, case_id: int, actor: Seat, days: int | None, reason: str, at: datetime, seen_version: int | None = None
) -> Case:
    """Apologise to the applicant by form 04 and, before the case is due, put the due time off by `days` working days.

    A case that is late already keeps the due time it missed: the apology issues, and promises nothing new. Raises
    `ReasonMissingError`; `ActionNotAllowedError` when it was done before, when nothing was promised, while the clock
    stands, or without days.
    """
    case = lock(case_id, seen_version=seen_version)
    require_holder_or_leader(case, actor)
    if not reason.strip():
        raise ReasonMissingError
    if case.clock_stands:
        raise ActionNotAllowedError(_("The clock stands, no time is lost: take more time once it runs again."))
    if case.due_at is None or not may_extend(case, at):
        raise ActionNotAllowedError(_("The time of this case has been extended, or an apology was sent, before."))
    data: dict[str, Any] = {"due_before": case.due_at.isoformat()}
    if not is_late(case, at):
        if not days:
            raise ActionNotAllowedError(_("Please say by how many working days the time is extended."))
        case.due_at = put_off(case, days)
        data |= {"days": days, "due_after": case.due_at.isoformat()}
    advance(case, action=Action.EXTEND, actor=actor, at=at, note=reason, data=data)
    stepping.redate(case)
    documents.write_form(case, DocumentKind.FORM_04, actor=actor, at=at, reason=reason)
    return case


def require_holder_or_leader(case: Case, actor: Seat) -> None:
    """Raise `ActionNotAllowedError` unless the actor holds the open step, or leads the agency at which it stands or
    that decides the case.
    """
    step = case.open_step
    if step is None or not leads(case, step, actor):
        turns.require(case, Action.EXTEND, actor)


def leads(case: Case, step: CaseStep, actor: Seat) -> bool:
    """Return whether the actor leads the agency at which the case stands, or that decides it."""
    return actor.role == Role.LEADER and actor.is_at(step.agency_id, case.competent_agency_id)


def any_leads(step: CaseStep, actors: Iterable[Seat]) -> bool:
    """Return whether one of the actors may apologise, as a leader, for the case that stands in `step`."""
    case = step.case
    state = State(case.state)
    return any(leads(case, step, one) and is_allowed(state, Action.EXTEND, one.role) for one in actors)


def may_extend(case: Case, at: datetime) -> bool:
    """Return whether the one extension before the due time, or the one apology after it, is still to be had."""
    if case.due_at is None or case.is_being_corrected or case.clock_stands:
        return False
    earlier = [event.at for event in case.events.all() if event.action == Action.EXTEND]
    return not any(then > case.due_at for then in earlier) if is_late(case, at) else not earlier


def put_off(case: Case, days: int) -> datetime:
    """Return the due time `days` working days later, by the calendar of the agency that decides.

    Raises `ActionNotAllowedError` when nothing was promised.
    """
    if case.due_at is None or case.competent_agency_id is None:
        raise ActionNotAllowedError
    return calendar_of(case.competent_agency_id).postpone(case.due_at, days)


def is_late(case: Case, at: datetime) -> bool:
    """Return whether the promised time has passed."""
    return case.due_at is not None and case.due_at < at
